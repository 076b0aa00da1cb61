"""Tells what the library knows, in one language at one moment: texts with their facts, contacts, events, papers.

Everything that shows a fact to anybody goes through here, so what is past its date is withheld everywhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from babel.lists import format_list
from babel.units import format_unit

from bot import wording
from bot.catalogs import Language
from bot.knowledge.article import Contact, Fact, Step, When
from bot.knowledge.hours import ALWAYS, clock, opening
from bot.knowledge.library import Library
from bot.knowledge.places import MILES, between, map_link
from bot.knowledge.showing import day, moment, show
from bot.richtext import PLACEHOLDER, Span, Text, Value, fill, join, plain
from bot.wording import Sentence

DAYS_OF_A_WEEK = 7
PAPERS, EVENTS = "papers", "events"
"""The contexts of the catalogs under which names of papers and events stand."""


class Withheld(Exception):
    """A fact is past its date and may not be shown."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Teller:
    """A language at a moment; ``now`` is in the city's time."""

    library: Library
    language: Language
    now: datetime

    @property
    def today(self) -> date:
        """The date in the city."""
        return self.now.date()

    def words(self, message: str, context: str = "") -> str:
        """*message* in the language; in English while nobody has translated it."""
        return self.library.words(self.language.code, message, context)

    def say(self, sentence: Sentence, **values: Value) -> Text:
        """A sentence of the bot's own."""
        return fill(self.words(sentence), values)

    # --- facts ---

    def told(self, message: str, context: str) -> Text:
        """An article's text with its facts filled in. Raises `Withheld` when one is past its date."""
        words = self.words(message, context)
        values: dict[str, Value] = {name: self.fact(name.removeprefix("fact:")) for name in PLACEHOLDER.findall(words)}
        return fill(words, values)

    def fact(self, fact_id: str) -> Text:
        """A fact's value. Raises `Withheld` when it is past its date."""
        return self.shown(self.current(fact_id))

    def current(self, fact_id: str) -> Fact:
        """The fact of that id. Raises `Withheld` when it is past its date."""
        fact = self.library.pack.facts[fact_id]
        if fact.age(self.today) == "expired":
            raise Withheld(fact_id)
        return fact

    def shown(self, fact: Fact) -> Text:
        """A fact's value, whatever its age."""
        if fact.value == ALWAYS:
            return self.say(wording.DAY_AND_NIGHT)
        if fact.kind == "paper":
            return (Span(self.words(str(fact.value), PAPERS)),)
        return show(fact, self.language, self.library.pack.city.country, self.words(wording.HOLIDAYS))

    def require(self, facts: Iterable[str]) -> None:
        """Raises `Withheld` when one of *facts* is past its date: what rests upon it may not be said."""
        for fact in facts:
            self.current(fact)

    def due(self, facts: Iterable[str]) -> Fact | None:
        """The one of *facts* that was checked longest ago, if its review is near or past."""
        due = [fact for name in facts if (fact := self.library.pack.facts[name]).age(self.today) == "due"]
        return min(due, key=lambda fact: fact.checked_on, default=None)

    # --- contacts and events ---

    def contact(self, contact_id: str, *, near: tuple[float, float] | None = None) -> Text:
        """A contact: name, phone, hours, address, page, languages, a line each; what is past its date is left out.

        *near*: latitude and longitude from where the distance is told, when the contact's place is known.
        """
        contact = self.library.pack.contacts[contact_id]
        lines: list[Text] = [(Span(contact.name, bold=True),)]
        for icon, fact in self._parts(contact):
            lines.append((Span(f"{icon} "), *self._linked(fact)))
            if fact.kind == "hours" and fact.value != ALWAYS:
                lines.append(self._open(str(fact.value)))
            if fact.kind == "address" and contact.area:
                lines.append((Span(f"🧭 {self.words(self.library.pack.city.areas[contact.area], 'city')}"),))
            if fact.at and near:
                lines.append((Span(f"🚶 {self.distance(between(near, fact.at))}"),))
        if contact.speaks:
            lines.append((Span(f"🗣 {self._languages(contact.speaks)}"),))
        return join(lines, "\n")

    def _parts(self, contact: Contact) -> Iterator[tuple[str, Fact]]:
        parts = (("☎️", contact.phone), ("🕒", contact.hours), ("📍", contact.address), ("🌐", contact.url))
        for icon, fact_id in parts:
            fact = self.library.pack.facts.get(fact_id)
            if fact and fact.age(self.today) != "expired":
                yield icon, fact

    def _linked(self, fact: Fact) -> Text:
        shown = self.shown(fact)
        if fact.kind != "address":
            return shown
        return (Span(plain(shown), link=map_link(str(fact.value), fact.at)),)

    def _languages(self, codes: Iterable[str]) -> str:
        names = self.language.locale.languages
        return str(format_list([str(names.get(code, code)) for code in codes], locale=self.language.locale))

    def _open(self, hours: str) -> Text:
        """Whether it is open now, and when that changes."""
        state = opening(hours, self.now, self.library.pack.city.country)
        if state.state == "holiday":
            return (Span("⚠️ "), *self.say(wording.HOLIDAY_TODAY))
        if state.state == "unknown":
            return ()
        if state.state == "open":
            if state.changes is None:
                return (Span("🟢 "), *self.say(wording.OPEN_NOW))
            return (Span("🟢 "), *self.say(wording.OPEN_UNTIL, time=self._when(state.changes)))
        if state.changes is None:
            return (Span("🔴 "), *self.say(wording.CLOSED_NOW))
        return (Span("🔴 "), *self.say(wording.CLOSED_UNTIL, time=self._when(state.changes, today=False)))

    def _when(self, at: datetime, *, today: bool = True) -> str:
        """A time as short as it can be without doubt: “5:00 PM” for today, else with its day, from a week on with its date."""
        days = (at.date() - self.today).days
        if days == 0 and today:
            return clock(at.time(), self.language.locale)
        if days < DAYS_OF_A_WEEK:
            return moment(at, str(self.now.tzinfo), self.language.locale)
        return day(at.date(), self.language)

    def distance(self, meters: float) -> str:
        """A distance in miles or kilometres, as the country counts."""
        unit, length = ("mile", 1609.344) if self.library.pack.city.country in MILES else ("kilometer", 1000.0)
        far = meters / length
        return str(
            format_unit(round(far, 1 if far < 10 else 0), f"length-{unit}", "short", locale=self.language.locale)
        )

    def event(self, event_id: str) -> Text:
        """Name, day, place and page of an event; nothing when it is over."""
        event = self.library.pack.events[event_id]
        facts = self.library.pack.facts
        when = facts[event.when]
        if when.age(self.today) == "expired" or (isinstance(when.value, When) and when.value.day < self.today):
            return ()
        lines: list[Text] = [(Span(self.words(event.name, EVENTS), bold=True),), (Span("📅 "), *self.shown(when))]
        for icon, fact_id in (("📍", event.address), ("🌐", event.url)):
            if fact_id and facts[fact_id].age(self.today) != "expired":
                lines.append((Span(f"{icon} "), *self._linked(facts[fact_id])))
        return join(lines, "\n")

    # --- papers ---

    def paper(self, fact_id: str) -> str:
        """The name of a paper."""
        return plain(self.shown(self.library.pack.facts[fact_id]))

    # --- where it is known from ---

    def sources(self, step: Step) -> Text:
        """The sites that a step's facts come from, each once, with the day somebody last looked there."""
        pages: dict[str, tuple[str, date]] = {}
        others = False
        for name in self.library.facts_of(step):
            fact = self.library.pack.facts[name]
            if not fact.source.startswith(("https://", "http://")):
                others = True
                continue
            site = _site(fact.source)
            page, checked = pages.get(site, (fact.source, fact.checked_on))
            pages[site] = page, min(checked, fact.checked_on)
        lines = [
            join([(Span(site, link=page),), (Span(self._checked(on)),)], "\n") for site, (page, on) in pages.items()
        ]
        return join([*lines, self.say(wording.SOURCE_NONE) if others else ()])

    def _checked(self, on: date) -> str:
        return plain(self.say(wording.SOURCE_CHECKED, date=day(on, self.language)))


def _site(source: str) -> str:
    return source.removeprefix("https://").removeprefix("http://").removeprefix("www.").partition("/")[0]
