"""Moves every fact of the city through green, amber and red: what is red is shown on no path, in no language.

Each fact in turn gets a value that stands nowhere else, and its age; then everything that could show it is told: the
steps of every article (chat, search and a helper's insert tell these), the summary, pictures, pins, cards, days, and the
lists of people to turn to.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot import wording
from bot.conversation import keeping
from bot.conversation.guide import Guide
from bot.conversation.state import Place
from bot.conversation.stepping import context
from bot.conversation.voice import Voice
from bot.knowledge.article import Age, Article, Fact, FactKind, Pack, Step, When
from bot.knowledge.library import Library
from bot.richtext import PLACEHOLDER, plain
from tests.conftest import NOON

MARKS: dict[FactKind, tuple[Any, tuple[str, ...]]] = {
    "phone": ("+13035550199", ("555-0199", "5550199")),
    "url": ("https://marked.example/page", ("marked.example",)),
    "address": ("98765 Marked Street", ("98765 Marked",)),
    "hours": ("Mo-Su 03:21-04:32", ("3:21", "03:21", "٣:٢١")),
    "money": (Decimal("98765.43"), ("98,765.43",)),
    "days": (98765, ("98,765", "98765", "98.765", "٩٨", "98 765")),
    "age": (98765, ("98,765", "98765", "98.765", "٩٨", "98 765")),
    "number": (98765, ("98,765", "98765", "98.765", "٩٨", "98 765")),
    "date": (date(1987, 6, 5), ("1987", "١٩٨٧")),
    "when": (When(date(2087, 6, 5)), ("2087", "٢٠٨٧")),
    "paper": ("A marked paper", ("A marked paper",)),
    "rule": ("A marked rule", ("A marked rule",)),
    "text": ("A marked text", ("A marked text",)),
}


@pytest.fixture(scope="module")
def marking(guide_of_the_city: Guide) -> "Marking":
    return Marking(guide_of_the_city)


@pytest.fixture(scope="module")
def guide_of_the_city() -> Guide:
    from bot.content import load
    from tests.conftest import CITY

    return load(CITY)


class Marking:
    """The city with one fact marked at a time; everything else is fresh."""

    def __init__(self, guide: Guide) -> None:
        today = guide.today(NOON)
        self.today = today
        pack = guide.library.pack
        self.fresh = {name: _aged(fact, "fresh", today) for name, fact in pack.facts.items()}
        self.facts = dict(self.fresh)
        rest = {"articles": pack.articles, "contacts": pack.contacts, "events": pack.events}
        self.library = Library(
            Pack(pack.city, facts=self.facts, **rest), guide.library.catalogs, guide.library.languages
        )
        self.guide = replace(guide, library=self.library)

    def mark(self, name: str, age: Age) -> tuple[Fact, tuple[str, ...]]:
        """Give the fact *name* an age and a value of its own; the texts that would show it."""
        self.facts.update(self.fresh)
        value, shown = MARKS[self.fresh[name].kind]
        self.facts[name] = replace(_aged(self.fresh[name], age, self.today), value=value)
        assert self.facts[name].age(self.today) == age
        return self.facts[name], shown

    def voice(self, language: str, now: datetime = NOON) -> Voice:
        return self.guide.voice(language, now)


def _aged(fact: Fact, age: Age, today: date) -> Fact:
    days = {"fresh": 0, "due": 100, "expired": 201}[age]
    return replace(fact, checked_on=today - timedelta(days=days), review_every=100, valid_until=None)


def _steps_with(library: Library, fact: str) -> list[tuple[Article, Step]]:
    return [
        (article, step)
        for article in library.pack.articles.values()
        for step in article.steps.values()
        if fact in library.facts_of(step)
    ]


def _told(voice: Voice, article: Article, step: Step) -> str:
    """Everything that any path tells of a step."""
    said = [plain(voice.step(article, Place(article.id, step.id))), plain(voice.summary(article))]
    said += [plain(voice.tell.sources(step))]
    kinds = {"p": step.phrases, "k": step.contacts, "n": step.contacts, "m": step.contacts, "d": step.events}
    for letter, things in kinds.items():
        for number in range(1, len(things) + 1):
            said.append(repr(keeping.make(voice, article, step, f"{letter}{number}")))
    rows = (*voice.step_rows(article, Place(article.id, step.id)), *keeping.rows(voice, article, step))
    said += [button.label for row in rows for button in row if "|" in button.press]
    return "\n".join(said)


def _embeds(voice: Voice, article: Article, step: Step, fact: str) -> bool:
    words = voice.tell.words(step.say, context(article, step))
    return f"fact:{fact}" in PLACEHOLDER.findall(words)


def test_every_kind_of_fact_has_a_mark(marking: Marking) -> None:
    assert {fact.kind for fact in marking.fresh.values()} <= MARKS.keys()


def test_marks_can_be_seen_while_they_are_fresh(marking: Marking) -> None:
    """Else the tests below would find nothing because nothing is ever found."""
    seen: dict[str, int] = {}
    voice = marking.voice("en")
    for name in marking.fresh:
        fact, shown = marking.mark(name, "fresh")
        for article, step in _steps_with(marking.library, name):
            if _embeds(voice, article, step, name) or (
                fact.kind in ("phone", "address", "hours") and name not in step.based_on
            ):
                assert any(mark in _told(voice, article, step) for mark in shown), (name, article.id, step.id)
                seen[fact.kind] = seen.get(fact.kind, 0) + 1
    assert seen.keys() >= {"phone", "url", "days", "money", "age", "number"}


@pytest.mark.parametrize("language", ["en", "es", "ar", "am"])
def test_red_is_shown_nowhere(marking: Marking, language: str) -> None:
    voice = marking.voice(language)
    withheld = plain(voice.say(wording.WITHHELD))
    looked = 0
    pack = marking.library.pack
    danger = {pack.contacts[one].phone for contacts in pack.city.emergency.values() for one in contacts}
    for name in marking.fresh:
        fact, shown = marking.mark(name, "expired")
        for article, step in _steps_with(marking.library, name):
            told, looked = _told(voice, article, step), looked + 1
            if step.urgent and name in danger:  # in danger an old number beats none
                continue
            if fact.kind != "paper":  # the name of a paper is no claim; whether it is enough is the rule's
                assert not any(mark in told for mark in shown), (name, article.id, step.id, language)
            if name in marking.library.grounds(step):
                assert withheld in told, (name, article.id, step.id, language)
                begins = voice.beginning(article, step, 60).split("…")[0][:40]
                assert len(begins) < 25 or begins not in told.replace("\n", " ")
        people = "\n".join(plain(voice.tell.contact(one)) for one in marking.library.pack.contacts)
        assert not any(mark in people for mark in shown), (name, "people", language)
    assert looked > 500


@pytest.mark.parametrize("language", ["en", "es", "ar", "am"])
def test_amber_says_when_it_was_checked(marking: Marking, language: str) -> None:
    voice = marking.voice(language)
    checked = plain(voice.say(wording.CHECKED_ON, date="|")).split("|")[0]
    for name in marking.fresh:
        marking.mark(name, "due")
        for article, step in _steps_with(marking.library, name):
            assert checked in plain(voice.step(article, Place(article.id, step.id))), (name, article.id, step.id)


def test_green_needs_no_date(marking: Marking) -> None:
    marking.facts.update(marking.fresh)
    voice = marking.voice("en")
    checked = plain(voice.say(wording.CHECKED_ON, date="|")).split("|")[0]
    for article in marking.library.pack.articles.values():
        for step in article.steps.values():
            told = plain(voice.step(article, Place(article.id, step.id)))
            assert checked not in told
            assert plain(voice.say(wording.WITHHELD)) not in told


def test_in_danger_the_number_stays_whatever_its_age(marking: Marking) -> None:
    urgent = [(a, s) for a in marking.library.pack.articles.values() for s in a.steps.values() if s.urgent]
    assert urgent
    voice = marking.voice("en")
    for article, step in urgent:
        for name in marking.library.grounds(step):
            marking.mark(name, "expired")
            marking.facts["emergency.phone-911"] = marking.fresh["emergency.phone-911"]
            assert "911" in plain(voice.step(article, Place(article.id, step.id))), (article.id, step.id, name)


def test_the_verdict_about_papers_is_withheld_with_its_rule(marking: Marking) -> None:
    from tests.conversation.talking import Talking

    marking.mark("library.card-rule", "expired")
    talk = Talking(marking.guide)
    talk.starts("library-card__en")
    talk.says("1")
    assert "I am not sure" in talk.text
    assert talk.says("next").did == ("step:library-card.missing",)
    assert "🟡" not in talk.text
    assert "✅" not in talk.text
