"""Keeps the catalogs in step with the English: collects the messages, carries them into the PO files, counts what is done.

``bot.po`` comes from `bot.wording` (Babel's own reader of Python), ``knowledge.po`` from the packs of the cities that offer
the language (ours: context ``article.step``, and a comment for the translator that shows where a message stands).
https://babel.pocoo.org/en/latest/messages.html
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from rapidfuzz import fuzz
from rapidfuzz.process import extractOne

from bot.catalogs import REVIEWED, SOURCE
from bot.content import ROOT, read_files
from bot.knowledge.article import Article, Pack, Step
from bot.knowledge.edits import means_the_same, vocabulary
from bot.knowledge.nodes import Unfinished
from bot.knowledge.reading import read_pack
from bot.knowledge.telling import EVENTS, PAPERS

WIDTH = 100
ALIKE = 60
"""From this likeness on (percent), a message that is new is taken for one of the same context that was changed."""
VERY_ALIKE = 85
"""The same for the bot's own sentences, which have no context."""
AGAIN = "look again: only the spelling of the English was mended"
"""The comment of a translation that is still shown, and that somebody should look at."""
WAS = "made from: "
"""Before the English that an outdated translation was made from."""


@dataclass(frozen=True, slots=True)
class Source:
    """A message to translate, where it stands, and what its translator should know."""

    message: str
    context: str
    place: str
    comment: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a catalog is: messages in all, translated, and among those drafts, outdated ones, and such to look at again."""

    language: str
    domain: str
    messages: int
    translated: int
    drafts: int
    fuzzy: int
    again: int


def bot_sources() -> Iterator[Source]:
    """The bot's own sentences, with the comment that stands before each."""
    for path in sorted((ROOT / "bot" / "wording").glob("*.py")):
        place = str(path.relative_to(ROOT))
        found = extract_from_file("python", path, keywords={"_": None}, comment_tags=("",))
        for _line, message, comments, _context in found:
            told = " ".join(comment.strip() for comment in comments if not comment.startswith("---"))
            yield Source(str(message), "", place, told)


def knowledge_sources(pack: Pack) -> Iterator[Source]:
    """Every text of a city pack that people see."""
    city = pack.city
    for group in city.groups:
        yield Source(group.title, "city", f"knowledge/{city.id}/city.yaml", "a heading of the menu")
    for area in city.areas.values():
        yield Source(area, "city", f"knowledge/{city.id}/city.yaml", "a part of the city")
    for fact in pack.facts.values():
        if fact.kind == "paper":
            place = f"knowledge/{city.id}/{fact.where.file}"
            yield Source(
                str(fact.value), PAPERS, place, "a paper that somebody has; a line to tick, at most 60 letters"
            )
    for event in pack.events.values():
        yield Source(event.name, EVENTS, f"knowledge/{city.id}/{event.where.file}", "the name of an event")
    for article in pack.articles.values():
        place = f"knowledge/{city.id}/{article.where.file}"
        yield Source(article.title, article.id, place, "title of the topic; also a button, so at most 28 letters")
        yield Source(article.summary, article.id, place, "the topic in one line")
        if article.keywords:
            told = "what people would write to find this; your own words, parted by commas, not a translation"
            yield Source(", ".join(article.keywords), article.id, place, told)
        for step in article.steps.values():
            yield from _step_sources(article, step, place)


def _step_sources(article: Article, step: Step, place: str) -> Iterator[Source]:
    context = f"{article.id}.{step.id}"
    choices = " / ".join(choice.text for choice in step.choices)
    yield Source(step.say, context, place, f"choices under it: {choices}" if choices else "a message of the flow")
    for choice in step.choices:
        yield Source(choice.text, context, place, "a button, at most 28 letters")
    for item in step.checklist:
        yield Source(item.text, context, place, "a line to tick, at most 60 letters")
    for phrase in step.phrases:
        yield Source(phrase, context, place, "the newcomer says or shows this at the counter; shown above the English")
    for reply in step.replies:
        yield Source(
            reply, context, place, "the person at the counter points at this; the newcomer reads the translation"
        )


def template(sources: Iterator[Source]) -> Catalog:
    """An empty catalog of *sources*."""
    catalog = Catalog(project="Natural Helpers", charset="utf-8", header_comment="#")
    for source in sources:
        comments = [source.comment] if source.comment else []
        catalog.add(source.message, None, [(source.place, 0)], auto_comments=comments, context=source.context or None)
    return catalog


def packs(root: Path = ROOT) -> list[Pack]:
    """All city packs there are, but for those that are only begun."""
    found = []
    for city in sorted((root / "knowledge").glob("*/city.yaml")):
        files = read_files(city.parent.name, root)
        with suppress(Unfinished):
            found.append(read_pack(files.city, files.pack))
    return found


def sources(domain: str, language: str, root: Path = ROOT) -> Iterator[Source]:
    """Every message of *domain* that needs words in *language*: of the cities, those that offer it."""
    if domain == "bot":
        yield from bot_sources()
    else:
        for pack in packs(root):
            if language in pack.city.languages:
                yield from knowledge_sources(pack)


def update(language: str, domain: str, root: Path = ROOT) -> Coverage:
    """Bring one PO file in step with the English; new messages come in empty, changed ones are marked fuzzy."""
    path = root / "locales" / language / "LC_MESSAGES" / f"{domain}.po"
    wanted = template(sources(domain, language, root))
    catalog = _read(path, language)
    before = {(message.context, message.id): message for message in catalog if message.id and message.string}
    catalog.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
    _carry_over(catalog, before)
    catalog.header_comment = (
        f"# Natural Helpers: {domain}, {language}. A message is a draft until its comment says: reviewed"
    )
    written = BytesIO()
    write_po(written, catalog, width=WIDTH, include_lineno=False, ignore_obsolete=True, sort_output=False)
    text = _without_dates(written.getvalue().decode())
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return coverage(catalog, language, domain)


def _carry_over(catalog: Catalog, before: Mapping[Any, Message]) -> None:
    """Give a message that was changed the translation it had: only one of the same context can be that.

    A slip of the pen keeps it, to be looked at again. Whatever may mean something else makes it outdated: marked fuzzy, with
    the English it was made from in a comment (Babel reads no ``#|`` lines); people read the English meanwhile.
    """
    known = vocabulary({str(message.id) for message in catalog if message.id})
    for message in catalog:
        if not message.id or message.string:
            continue
        gone = [old for key, old in before.items() if key[0] == message.context and catalog.get(*key[::-1]) is None]
        cutoff = ALIKE if message.context else VERY_ALIKE
        alike = extractOne(str(message.id), [str(old.id) for old in gone], scorer=fuzz.ratio, score_cutoff=cutoff)
        if alike is None:
            continue
        old = gone[alike[2]]
        message.string = old.string
        if old.fuzzy or not means_the_same(str(old.id), str(message.id), known):
            message.flags.add("fuzzy")
            message.user_comments = old.user_comments if old.fuzzy else [WAS + " ".join(str(old.id).split())]
        else:
            message.user_comments = [AGAIN, *(each for each in old.user_comments if each not in {AGAIN, REVIEWED})]


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, creation_date=datetime(2026, 1, 1, tzinfo=UTC), fuzzy=False)
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    catalog.fuzzy = False
    return catalog


def _without_dates(text: str) -> str:
    """Dates of creation and revision change at every run and tell nothing that git does not know."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date')))


def coverage(catalog: Catalog, language: str, domain: str) -> Coverage:
    """Count the messages of *catalog*."""
    messages = [message for message in catalog if message.id]
    done = [message for message in messages if message.string]
    drafts = [message for message in done if REVIEWED not in message.user_comments]
    fuzzy = [message for message in done if message.fuzzy]
    again = [message for message in done if AGAIN in message.user_comments]
    return Coverage(language, domain, len(messages), len(done), len(drafts), len(fuzzy), len(again))


def languages(root: Path = ROOT) -> list[str]:
    """The languages that need catalogs: every folder of ``locales/`` but the source's."""
    found = sorted(path.parent.name for path in (root / "locales").glob("*/language.yaml"))
    return [language for language in found if language != SOURCE]
