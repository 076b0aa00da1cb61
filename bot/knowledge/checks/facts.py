"""Facts that hold: values that can be used, nothing uncertain stated, nothing said without a source."""

import re
from collections.abc import Iterator
from datetime import date

import opening_hours
import phonenumbers
from babel import Locale

from bot.knowledge.article import Fact
from bot.knowledge.checks.problem import Problem, headings, steps, texts
from bot.knowledge.hours import in_words
from bot.knowledge.library import Library
from bot.richtext import PLACEHOLDER

_ENGLISH = Locale("en")
_LITERAL = re.compile(
    r"(?P<phone>\+?\d[\d\s().-]{5,}\d)|(?P<price>[$€£¥]\s?\d|\d\s?(?:€|dollars|euros?|pounds|USD|EUR|GBP))"
    r"|(?P<time>\b\d{1,2}:\d{2}\b|\b\d{1,2}\s?[ap]\.?m\b)|(?P<link>https?://|www\.)",
    re.IGNORECASE,
)


def low_fact_stated(library: Library, _today: date) -> Iterator[Problem]:
    """A fact that nobody is sure of is told as if it were true."""
    shown = [(a.id, str(step.where), fact) for a, step in steps(library) for fact in library.grounds(step)]
    shown += [(e.id, str(e.where), fact) for e in library.pack.events.values() for fact in e.facts]
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
        return "" if possible else f"“{value}” cannot be dialled; write it like +13035550100"
    if fact.kind == "phone" and not value.isdecimal():
        return f"“{value}” cannot be dialled; write it like +13035550100, or as a short number such as 112"
    if fact.kind == "url" and not value.startswith(("https://", "http://")):
        return f"“{value}” is no web address; it begins with https://"
    if fact.kind == "hours":
        if not opening_hours.validate(value):
            return f"“{value}” are no opening hours; write them like Mo-Fr 08:00-17:00; Sa 10:00-14:00"
        try:
            in_words(value, _ENGLISH, "holidays")
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
    short = _short_numbers(library)
    said = [(article, place, text) for article in library.pack.articles.values() for place, text in headings(article)]
    said += [(article, place, text) for article, step in steps(library) for place, text in texts(step)]
    for article, place, text in said:
        bare = PLACEHOLDER.sub("", text)
        found = _LITERAL.search(bare) or short.search(bare)
        if found:
            what = f"literal {found.lastgroup} “{found.group().strip()}”: make it a fact and write {{fact:…}}"
            yield Problem(article.id, place, what)


def fact_on_a_button(library: Library, _today: date) -> Iterator[Problem]:
    """A fact is put into a title, a summary or a button, where it would be shown as it is written."""
    said = [(article, place, text) for article in library.pack.articles.values() for place, text in headings(article)]
    for article, step in steps(library):
        said += [(article, str(choice.where), choice.text) for choice in step.choices]
        said += [(article, str(item.where), item.text) for item in step.checklist]
    for article, place, text in said:
        if PLACEHOLDER.search(text):
            yield Problem(article.id, place, f"“{text}”: a fact can stand in “say” and “phrases” only")


def _short_numbers(library: Library) -> re.Pattern[str]:
    """The short numbers that the city knows, such as 112, where they stand as words of their own."""
    phones = {str(fact.value) for fact in library.pack.facts.values() if fact.kind == "phone"}
    short = sorted(phone for phone in phones if not phone.startswith("+"))
    return re.compile(rf"\b(?P<phone>{'|'.join(map(re.escape, short)) or '(?!)'})\b")


def unfounded(library: Library, _today: date) -> Iterator[Problem]:
    """An article that no fact stands behind."""
    for article in library.pack.articles.values():
        if not any(library.facts_of(step) for step in article.steps.values()):
            yield Problem(article.id, str(article.where), "no step names a fact or a contact: where is it known from?")


def unused(library: Library, _today: date) -> Iterator[Problem]:
    """A fact that nothing shows and nothing rests upon, and that nobody marked so; or one marked so that is used."""
    used = {fact for _, step in steps(library) for fact in library.facts_of(step)}
    city = library.pack.city
    named = [city.office, *city.person, *(name for names in city.emergency.values() for name in names)]
    used |= {fact for name in named for fact in library.pack.contacts[name].facts}
    for fact in library.pack.facts.values():
        if fact.id not in used and not fact.unused:
            what = f"nothing uses “{fact.id}”: use it, delete it, or write “unused: true”"
            yield Problem(fact.id, str(fact.where), what)
        if fact.id in used and fact.unused:
            yield Problem(fact.id, str(fact.where), f"“{fact.id}” is marked unused, but something uses it")


CHECKS = (low_fact_stated, wrong_value, expired, literal, fact_on_a_button, unfounded, unused)
