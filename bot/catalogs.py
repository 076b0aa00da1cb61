"""Translations, read from PO text through Babel, and the languages a city speaks.

The catalogs are read as they are written (``.po``), not compiled: then a translation is live as soon as it is saved, and
what the file says of a message (draft, fuzzy) is known when it is shown. Format:
https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import PoFileError, read_po

SOURCE = "en"
"""The language that everything is written in first; it needs no catalog."""

DOMAINS = ("bot", "knowledge")

REVIEWED = "reviewed"
"""The comment of a translation that a reader approved."""


class BrokenCatalog(Exception):
    """A catalog or language file cannot be read."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language as its speakers write it.

    ``answers``: what people type for yes, no, back, …, folded; a set for each. ``glossary``: by an English word of the field
    how it is said, the preferred form first.
    """

    code: str
    name: str
    locale: Locale
    answers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    glossary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rtl(self) -> bool:
        """Whether it is written from right to left."""
        return self.locale.text_direction == "rtl"


@dataclass(frozen=True, slots=True)
class Translation:
    """One message of a catalog. ``draft`` until a reader approved it."""

    text: str
    draft: bool = True
    fuzzy: bool = False


class Catalogs:
    """All translations in memory; immutable."""

    def __init__(self, messages: Mapping[tuple[str, str, str], Translation]) -> None:
        self._messages = dict(messages)

    @classmethod
    def read(cls, texts: Mapping[tuple[str, str], str]) -> "Catalogs":
        """Make catalogs from PO texts by (language, domain). Raises `BrokenCatalog` with language, domain and line."""
        messages: dict[tuple[str, str, str], Translation] = {}
        for (language, domain), text in texts.items():
            try:
                catalog = read_po(io.StringIO(text), locale=None, abort_invalid=True)
            except (PoFileError, UnknownLocaleError, ValueError) as err:
                raise BrokenCatalog(f"locales/{language}/LC_MESSAGES/{domain}.po: {err}") from err
            for message in catalog:
                if not message.id or not message.string or not isinstance(message.id, str):
                    continue
                state = REVIEWED not in message.user_comments
                messages[language, message.context or "", message.id] = Translation(
                    str(message.string), draft=state, fuzzy=message.fuzzy
                )
        return cls(messages)

    def find(self, language: str, message: str, context: str = "") -> Translation | None:
        """The translation of *message*, or ``None`` when there is none."""
        if language == SOURCE:
            return Translation(message, draft=False)
        return self._messages.get((language, context, message))

    def get(self, language: str, message: str, context: str = "") -> str:
        """The words for *message* in *language*; the English ones when nobody has translated them yet.

        One that is outdated (fuzzy) is not shown: it was made from something else.
        """
        found = self.find(language, message, context)
        return found.text if found and not found.fuzzy else message

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """Every (language, context, message) there is."""
        return iter(self._messages)


def read_language(code: str, name: str, locale: str, answers: Mapping[str, frozenset[str]]) -> Language:
    """A `Language`; raises `BrokenCatalog` when CLDR does not know *locale*."""
    try:
        return Language(code, name, Locale.parse(locale), answers)
    except (UnknownLocaleError, ValueError) as err:
        raise BrokenCatalog(
            f"locales/{code}/language.yaml: locale {locale!r} is not known; write it as es_419"
        ) from err
