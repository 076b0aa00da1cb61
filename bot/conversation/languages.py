"""Which language somebody writes, as far as a few words tell: by script, and by words only one language uses.

A guess is made only when nothing else fits; otherwise the answer is “ask” (an empty string), never a wrong language.
"""

import unicodedata
from collections.abc import Iterable, Mapping

from bot.catalogs import Language
from bot.knowledge.folding import fold

_SCRIPTS = {"ARABIC": "Arab", "ETHIOPIC": "Ethi", "MYANMAR": "Mymr", "DEVANAGARI": "Deva", "HANGUL": "Kore"}


def script(text: str) -> str:
    """The script most letters of *text* are in, as an ISO 15924 code (``Latn`` for all others); empty without letters."""
    counts: dict[str, int] = {}
    for letter in text:
        if letter.isalpha():
            name = unicodedata.name(letter, "").split(" ")[0]
            code = _SCRIPTS.get(name, "Latn")
            counts[code] = counts.get(code, 0) + 1
    return max(counts, key=lambda code: counts[code]) if counts else ""


def guess(text: str, languages: Mapping[str, Language]) -> str:
    """The code of the one language *text* can be in; empty when there is none, or more than one."""
    written = script(text)
    if not written:
        return ""
    same_script = [language for language in languages.values() if _script_of(language) == written]
    if written != "Latn":
        return same_script[0].code if len(same_script) == 1 else ""
    return _by_words(fold(text), languages.values())


def named(text: str, languages: Mapping[str, Language]) -> str:
    """The code of the language whose name, in any offered language, *text* is; empty when it is none."""
    folded = fold(text)
    for language in languages.values():
        names = {language.name, *(other.locale.languages.get(language.code, "") for other in languages.values())}
        if folded and folded in {fold(name) for name in names}:
            return language.code
    return ""


def calls_itself(text: str, languages: Mapping[str, Language]) -> str:
    """The code of the language whose own name *text* is; empty when it is none."""
    folded = fold(text)
    return next((language.code for language in languages.values() if folded and folded == fold(language.name)), "")


def _by_words(folded: str, languages: Iterable[Language]) -> str:
    fits = [language.code for language in languages if _says(folded, language)]
    return fits[0] if len(fits) == 1 else ""


def _says(folded: str, language: Language) -> bool:
    greetings = language.answers["greet"]
    return folded in greetings or any(f"{greeting} " in f"{folded} " for greeting in greetings if len(greeting) > 3)


def _script_of(language: Language) -> str:
    return script(language.name)
