"""Everything that can be wrong with content that can be read: one function for each complaint.

The same checks run in CI, on the command line and (later) behind the staff's forms. A `Problem` says where, and in words
that someone who is no programmer can act upon.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import opening_hours
import phonenumbers
from babel import Locale

from bot import wording
from bot.catalogs import SOURCE
from bot.knowledge.article import END, Article, Fact, Step
from bot.knowledge.library import Library, Withheld
from bot.knowledge.showing import hours
from bot.richtext import PLACEHOLDER, plain

LONGEST_STEP = 300
"""Letters that fit on a small phone without scrolling, facts filled in, contacts and cards not counted."""
LONGEST_STEP_TRANSLATED = 400
LONGEST_BUTTON = 32
MOST_CALLBACK_BYTES = 64
_ENGLISH = Locale("en")
EMERGENCIES = ("fire", "medical", "crime", "gas", "poison", "suicide")

_LITERAL = re.compile(
    r"(?P<phone>\+?\d[\d\s().-]{5,}\d|\b(?:911|988|211|311)\b)|(?P<price>[$€]\s?\d|\d\s?(?:dollars|USD))"
    r"|(?P<time>\b\d{1,2}:\d{2}\b|\b\d{1,2}\s?[ap]\.?m\b)|(?P<link>https?://|www\.)",
    re.IGNORECASE,
)
Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: in which article or file, where in it, what, and whether it keeps the content from being used."""

    article: str
    place: str
    what: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


Check: TypeAlias = Callable[[Library, date], Iterator[Problem]]


def check(library: Library, today: date) -> list[Problem]:
    """All problems of *library*, in the order of the files. Later checks are left out while references are broken."""
    problems = [problem for one in REFERENCES for problem in one(library, today)]
    if not problems:
        problems = [problem for one in CHECKS for problem in one(library, today)]
    return sorted(problems, key=lambda problem: (problem.severity, problem.place))


def _steps(library: Library) -> Iterator[tuple[Article, Step]]:
    for article in library.pack.articles.values():
        for step in article.steps.values():
            yield article, step


def _texts(step: Step) -> Iterator[tuple[str, str]]:
    yield str(step.where), step.say
    for choice in step.choices:
        yield str(choice.where), choice.text
    for item in step.checklist:
        yield str(item.where), item.text
    for phrase in step.phrases:
        yield str(step.where), phrase


def _facts_of(step: Step) -> set[str]:
    named = {name for _, text in _texts(step) for name in PLACEHOLDER.findall(text)}
    return {name.removeprefix("fact:") for name in named} | set(step.based_on)


# --- references: what is named must exist ---


def unknown_fact(library: Library, _today: date) -> Iterator[Problem]:
    """A text or contact names a fact that no file has."""
    for article, step in _steps(library):
        for fact in sorted(_facts_of(step) - library.pack.facts.keys()):
            yield Problem(article.id, str(step.where), f"there is no fact “{fact}”; look in facts/ for its name")
    for contact in library.pack.contacts.values():
        for fact in contact.facts:
            if fact not in library.pack.facts:
                yield Problem(contact.id, str(contact.where), f"there is no fact “{fact}”; look in facts/ for its name")


def unknown_contact(library: Library, _today: date) -> Iterator[Problem]:
    """A step or the city names a contact that no file has."""
    city = library.pack.city
    named = [(city.id, str(city.where), contact) for contact in (city.office, *city.person)]
    named += [(city.id, str(city.where), contact) for contacts in city.emergency.values() for contact in contacts]
    named += [(a.id, str(step.where), contact) for a, step in _steps(library) for contact in step.contacts]
    for article, place, contact in named:
        if contact not in library.pack.contacts:
            yield Problem(article, place, f"there is no contact “{contact}”; contacts stand in facts/ files")


def unknown_group(library: Library, _today: date) -> Iterator[Problem]:
    """An article stands under a heading that the menu does not have."""
    groups = [group.id for group in library.pack.city.groups]
    for article in library.pack.articles.values():
        if article.group not in groups:
            known = ", ".join(groups)
            yield Problem(article.id, str(article.where), f"the menu has no group “{article.group}”; it has: {known}")


def unknown_step(library: Library, _today: date) -> Iterator[Problem]:
    """A way leads to a step that is not there: a dead end."""
    for article, step in _steps(library):
        for goto in step.exits:
            if goto != END and goto not in article.steps:
                yield Problem(article.id, str(step.where), f"“goto: {goto}” leads nowhere: no step has that name")


def emergency_contact_missing(library: Library, _today: date) -> Iterator[Problem]:
    """A kind of danger has nobody to call."""
    city = library.pack.city
    for kind in EMERGENCIES:
        contacts = [library.pack.contacts.get(name) for name in city.emergency.get(kind, ())]
        if not contacts or any(contact is not None and not contact.phone for contact in contacts):
            yield Problem(city.id, str(city.where), f"emergency “{kind}” needs a contact with a phone number")


# --- flows ---


def endless(library: Library, _today: date) -> Iterator[Problem]:
    """A step from which no way leads to the end."""
    for article in library.pack.articles.values():
        ends = {END}
        grown = True
        while grown:
            more = {step.id for step in article.steps.values() if set(step.exits) & ends} - ends
            ends |= more
            grown = bool(more)
        lost = [step for step in article.steps.values() if step.id not in ends]
        if lost:
            names = ", ".join(f"“{step.id}”" for step in lost)
            yield Problem(article.id, str(lost[0].where), f"no way leads to the end from step {names}")


def unreachable(library: Library, _today: date) -> Iterator[Problem]:
    """A step that no way leads to."""
    for article in library.pack.articles.values():
        reached: set[str] = set()
        ahead = [article.first.id]
        while ahead:
            name = ahead.pop()
            if name not in reached:
                reached.add(name)
                ahead += [goto for goto in article.steps[name].exits if goto != END]
        for step in article.steps.values():
            if step.id not in reached:
                yield Problem(article.id, str(step.where), f"no way leads to step “{step.id}”")


def button_too_long_for_telegram(library: Library, _today: date) -> Iterator[Problem]:
    """Ids that do not fit into the 64 bytes behind a button."""
    for article, step in _steps(library):
        entries = [(choice.id, choice.where) for choice in step.choices]
        entries += [(item.id, item.where) for item in step.checklist]
        for entry, where in entries:
            size = len(f"c|{article.id}|{step.id}|{entry}")
            if size > MOST_CALLBACK_BYTES:
                what = f"the ids of article, step and “{entry}” are too long together ({size} of {MOST_CALLBACK_BYTES})"
                yield Problem(article.id, str(where), what)


# --- facts ---


def low_fact_stated(library: Library, _today: date) -> Iterator[Problem]:
    """A fact that nobody is sure of is told as if it were true."""
    shown = [(a.id, str(step.where), fact) for a, step in _steps(library) for fact in sorted(_facts_of(step))]
    shown += [(c.id, str(c.where), fact) for c in library.pack.contacts.values() for fact in c.facts]
    for article, place, fact in shown:
        if library.pack.facts[fact].confidence == "low":
            yield Problem(article, place, f"“{fact}” has low confidence and may not be stated; write “ask” instead")


def wrong_value(library: Library, _today: date) -> Iterator[Problem]:
    """A phone number that cannot be dialled, hours that cannot be read, a link without https."""
    for fact in library.pack.facts.values():
        complaint = _value_complaint(fact)
        if complaint:
            yield Problem(fact.id, str(fact.where), complaint)


def _value_complaint(fact: Fact) -> str:
    value = str(fact.value)
    if fact.kind == "phone" and value.startswith("+"):
        try:
            possible = phonenumbers.is_possible_number(phonenumbers.parse(value, None))
        except phonenumbers.NumberParseException:
            possible = False
        return "" if possible else f"“{value}” cannot be dialled; write +1 and ten digits"
    if fact.kind == "phone" and not value.isdecimal():
        return f"“{value}” cannot be dialled; write +1 and ten digits, or a short number such as 911"
    if fact.kind == "url" and not value.startswith(("https://", "http://")):
        return f"“{value}” is no web address; it begins with https://"
    if fact.kind == "hours":
        if not opening_hours.validate(value):
            return f"“{value}” are no opening hours; write them like Mo-Fr 08:00-17:00; Sa 10:00-14:00"
        try:
            hours(value, _ENGLISH)
        except ValueError as err:
            return str(err)
    return ""


def expired(library: Library, today: date) -> Iterator[Problem]:
    """A fact past its date: it is withheld from people until somebody looks at it."""
    for fact in library.pack.facts.values():
        age = fact.age(today)
        if age != "fresh":
            what = "is past its date and is not shown" if age == "expired" else "should be checked again"
            yield Problem(fact.id, str(fact.where), f"“{fact.id}” {what} (checked on {fact.checked_on})", "warning")


def literal(library: Library, _today: date) -> Iterator[Problem]:
    """A phone number, price, time or link stands in a text instead of a fact."""
    for article, step in _steps(library):
        for place, text in _texts(step):
            found = _LITERAL.search(PLACEHOLDER.sub("", text))
            if found:
                what = f"literal {found.lastgroup} “{found.group().strip()}”: make it a fact and write {{fact:…}}"
                yield Problem(article.id, place, what)


def unfounded(library: Library, _today: date) -> Iterator[Problem]:
    """An article that no fact stands behind."""
    for article in library.pack.articles.values():
        if not any(_facts_of(step) or step.contacts for step in article.steps.values()):
            yield Problem(article.id, str(article.where), "no step names a fact or a contact: where is it known from?")


# --- languages ---


def _messages(library: Library) -> Iterator[tuple[str, str, str, str]]:
    """(article, place, context, message) of everything a newcomer sees of the articles."""
    city = library.pack.city
    for group in city.groups:
        yield city.id, str(city.where), "city", group.title
    for article in library.pack.articles.values():
        yield article.id, str(article.where), article.id, article.title
        for step in article.steps.values():
            for place, text in _texts(step):
                yield article.id, place, f"{article.id}.{step.id}", text


def missing_translation(library: Library, _today: date) -> Iterator[Problem]:
    """A text that is shown in English to people who do not read English."""
    for language in library.languages:
        for article, place, context, message in _messages(library):
            if library.catalogs.find(language, message, context) is None:
                what = f"no {language} translation of “{_short(message)}” (knowledge.po, context {context})"
                yield Problem(article, place, what, "warning")


def missing_sentence(library: Library, _today: date) -> Iterator[Problem]:
    """One of the bot's own sentences that people would read in English."""
    for language in library.languages:
        for name, sentence in wording.sentences().items():
            if library.catalogs.find(language, sentence) is None:
                yield Problem(
                    name, f"locales/{language}", f"no translation of “{_short(sentence)}” (bot.po)", "warning"
                )


def placeholder_mismatch(library: Library, _today: date) -> Iterator[Problem]:
    """A translation that lost, added or misspelt a {placeholder}, or whose *bold* marks do not close."""
    for language, context, message in library.catalogs:
        found = library.catalogs.find(language, message, context)
        if language not in library.languages or found is None:
            continue
        wanted, given = sorted(PLACEHOLDER.findall(message)), sorted(PLACEHOLDER.findall(found.text))
        place = f"locales/{language}: “{_short(message)}”"
        if set(wanted) != set(given):
            yield Problem(context, place, f"placeholders differ: {_names(wanted)} in English, {_names(given)} here")
        if any(line.count("*") % 2 for line in found.text.splitlines()):
            yield Problem(context, place, "a * for bold is not closed in its line")


def too_long(library: Library, today: date) -> Iterator[Problem]:
    """A message that does not fit on a small phone, or a button that is cut off."""
    for language in library.languages:
        for article, step in _steps(library):
            yield from _too_long(library, article, step, language, today)


def _too_long(library: Library, article: Article, step: Step, language: str, today: date) -> Iterator[Problem]:
    most = LONGEST_STEP if language == SOURCE else LONGEST_STEP_TRANSLATED
    context = f"{article.id}.{step.id}"
    try:
        size = len(plain(library.told(language, step.say, context, today)))
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


def _short(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= 50 else line[:49] + "…"


def _names(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names) or "none"


REFERENCES: tuple[Check, ...] = (unknown_fact, unknown_contact, unknown_group, unknown_step, emergency_contact_missing)
CHECKS: tuple[Check, ...] = (
    endless, unreachable, button_too_long_for_telegram, low_fact_stated, wrong_value, expired, literal, unfounded,
    missing_translation, missing_sentence, placeholder_mismatch, too_long,
)  # fmt: skip
