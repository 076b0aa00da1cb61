"""Texts that can be read: short and simple in English, and complete in every language."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot import wording
from bot.catalogs import SOURCE
from bot.knowledge.article import Article, Step
from bot.knowledge.checks.problem import Problem, short, steps, texts
from bot.knowledge.folding import fold, key
from bot.knowledge.library import BOLD, COMMA, Library
from bot.knowledge.readable import grade
from bot.knowledge.telling import EVENTS, PAPERS, Teller, Withheld
from bot.richtext import PLACEHOLDER, plain

LONGEST_STEP = 300
"""Letters that fit on a small phone without scrolling, facts filled in, contacts and cards not counted."""
LONGEST_STEP_TRANSLATED = 400
LONGEST_BUTTON = 32
LONGEST_SUMMARY = 120
HIGHEST_GRADE = 6.0


def _messages(library: Library) -> Iterator[tuple[str, str, str, str]]:
    """(article, place, context, message) of everything a newcomer sees of the articles."""
    city = library.pack.city
    for group in city.groups:
        yield city.id, str(city.where), "city", group.title
    for area in city.areas.values():
        yield city.id, str(city.where), "city", area
    for fact in library.pack.facts.values():
        if fact.kind == "paper":
            yield fact.id, str(fact.where), PAPERS, str(fact.value)
    for event in library.pack.events.values():
        yield event.id, str(event.where), EVENTS, event.name
    for article in library.pack.articles.values():
        for text in (article.title, article.summary):
            yield article.id, str(article.where), article.id, text
        for step in article.steps.values():
            for place, text in texts(step):
                yield article.id, place, f"{article.id}.{step.id}", text


def missing_translation(library: Library, _today: date) -> Iterator[Problem]:
    """A text that is shown in English to people who do not read English."""
    for language in library.languages:
        for article, place, context, message in _messages(library):
            if not library.is_in(language, message, context):
                kind = "an outdated" if library.catalogs.find(language, message, context) else "no"
                what = f"{kind} {language} translation of “{short(message)}” (knowledge.po, context {context})"
                yield Problem(article, place, what, "warning", language)


def missing_sentence(library: Library, _today: date) -> Iterator[Problem]:
    """One of the bot's own sentences that people would read in English."""
    for language in library.languages:
        for name, sentence in wording.sentences().items():
            if not library.is_in(language, sentence):
                kind = "an outdated" if library.catalogs.find(language, sentence) else "no"
                what = f"{kind} translation of “{short(sentence)}” (bot.po)"
                yield Problem(name, f"locales/{language}", what, "warning", language)


def placeholder_mismatch(library: Library, _today: date) -> Iterator[Problem]:
    """A translation that lost, added or misspelt a {placeholder}, or whose *bold* marks do not close."""
    ours = {(context, message) for _, _, context, message in _messages(library)}
    for language, context, message in library.catalogs:
        found = library.catalogs.find(language, message, context)
        of_another_city = context and (context, message) not in ours
        if language not in library.languages or found is None or of_another_city:
            continue
        wanted, given = sorted(PLACEHOLDER.findall(message)), sorted(PLACEHOLDER.findall(found.text))
        place = f"locales/{language}: “{short(message)}”"
        if set(wanted) != set(given):
            yield Problem(context, place, f"placeholders differ: {_names(wanted)} in English, {_names(given)} here")
        if any(line.count("*") % 2 for line in found.text.splitlines()):
            yield Problem(context, place, "a * for bold is not closed in its line")


def too_long(library: Library, today: date) -> Iterator[Problem]:
    """A message that does not fit on a small phone, or a button that is cut off."""
    for language in library.languages:
        for article, step in steps(library):
            yield from _too_long(library, article, step, language, today)


def _too_long(library: Library, article: Article, step: Step, language: str, today: date) -> Iterator[Problem]:
    most = LONGEST_STEP if language == SOURCE else LONGEST_STEP_TRANSLATED
    context = f"{article.id}.{step.id}"
    noon = datetime.combine(today, time(12), ZoneInfo(library.pack.city.timezone))
    teller = Teller(library, library.languages[language], noon)
    try:
        size = len(plain(teller.told(step.say, context)))
    except Withheld:
        size = 0
    if size > most:
        yield Problem(
            article.id, str(step.where), f"{size} letters in {language}; a phone shows {most}: make two steps"
        )
    for choice in step.choices:
        found = library.catalogs.find(language, choice.text, context)
        label = found.text if found else ""
        if len(label) > LONGEST_BUTTON:
            what = f"button “{label}” has {len(label)} letters in {language}; {LONGEST_BUTTON} fit"
            yield Problem(article.id, str(choice.where), what)


def off_glossary(library: Library, _today: date) -> Iterator[Problem]:
    """A translation that has none of the words which the glossary of its language names for a thing."""
    own = [(name, "", sentence) for name, sentence in wording.sentences().items()]
    messages = [*own, *((article, context, message) for article, _, context, message in _messages(library))]
    for code, language in library.languages.items():
        for term, forms in language.glossary.items():
            word = re.compile(rf"\b{re.escape(term)}(?:s|es)?\b", re.IGNORECASE)
            for article, context, message in messages:
                found = library.catalogs.find(code, message, context)
                if found and word.search(PLACEHOLDER.sub(" ", message)) and not _has_one_of(found.text, forms):
                    what = f"“{term}” is “{forms[0]}” in locales/{code}/glossary.yaml; neither that nor another form is here"
                    yield Problem(article, f"locales/{code}: “{short(message)}”", what, "warning", code)


def _has_one_of(text: str, forms: Iterable[str]) -> bool:
    """Whether *text* has one of *forms*. In Latin letters it begins a word; elsewhere small words are joined to it."""
    folded = f" {fold(text)}"
    before = " " if folded.isascii() else ""
    return any(before + fold(form) in folded for form in forms)


def _names(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names) or "none"


def lost_cross_reference(library: Library, _today: date) -> Iterator[Problem]:
    """A text names another topic by its title, or by a word to write, and a translation names it otherwise."""
    for article, step in steps(library):
        named = library.named_in(article, step)
        for bold in BOLD.findall(step.say):
            if f"to me: *{bold}*" in step.say and bold not in named:
                what = f"“{bold}” is no keyword of another topic: nobody would get there"
                yield Problem(article.id, str(step.where), what)
        for language in library.languages:
            found = library.catalogs.find(language, step.say, f"{article.id}.{step.id}")
            if language == SOURCE or found is None:
                continue
            said = [key(each) for each in BOLD.findall(found.text)]
            for bold, other in named.items():
                if bold != other.title and not _names_a_keyword(library, language, other, said):
                    what = f"no keyword of {other.id} in {language} is told to be written"
                    yield Problem(article.id, str(step.where), what)
                if bold == other.title and key(library.words(language, other.title, other.id)) not in said:
                    what = f"the title of {other.id} must stand in {language} as on its button"
                    yield Problem(article.id, str(step.where), what)


def _names_a_keyword(library: Library, language: str, article: Article, said: list[str]) -> bool:
    words = library.words(language, ", ".join(article.keywords), article.id)
    return bool({key(word) for word in COMMA.split(words)} & set(said))


def label_too_long(library: Library, _today: date) -> Iterator[Problem]:
    """A title that is cut off on its button, or a summary of more than a line or two."""
    for language in library.languages:
        for article in library.pack.articles.values():
            for text, most in ((article.title, LONGEST_BUTTON), (article.summary, LONGEST_SUMMARY)):
                found = library.catalogs.find(language, text, article.id)
                label = found.text if found else ""
                if len(label) > most:
                    what = f"“{label}” has {len(label)} letters in {language}; {most} fit"
                    yield Problem(article.id, str(article.where), what)


def hard_to_read(library: Library, _today: date) -> Iterator[Problem]:
    """English that needs more than six years of school."""
    for article in library.pack.articles.values():
        level = reading_level(article)
        if level > HIGHEST_GRADE:
            what = f"reading it takes {level:.1f} years of school; {HIGHEST_GRADE:.0f} are the most: shorter sentences"
            yield Problem(article.id, str(article.where), what)


def reading_level(article: Article) -> float:
    """The grade of all sentences of an article, its facts put aside; labels of buttons and lists are not sentences."""
    steps_of = article.steps.values()
    said = [
        article.summary,
        *(step.say for step in steps_of),
        *(phrase for step in steps_of for phrase in step.phrases),
    ]
    return grade(PLACEHOLDER.sub("it", "\n".join(said)))


CHECKS = (
    missing_translation, missing_sentence, placeholder_mismatch, off_glossary, lost_cross_reference, too_long,
    label_too_long, hard_to_read,
)  # fmt: skip
