"""The content of one city, exactly as written in ``knowledge/<city>/``: articles, their steps, facts and contacts.

Plain immutable values. `bot.knowledge.reading` makes them from YAML text, `bot.knowledge.checks` finds what is wrong
with them, `bot.knowledge.library` looks them up.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

FactKind: TypeAlias = Literal[
    "phone", "hours", "money", "address", "url", "days", "age", "number", "date", "when", "paper", "rule", "text"
]
Confidence: TypeAlias = Literal["high", "medium", "low"]
Age: TypeAlias = Literal["fresh", "due", "expired"]

Outcome: TypeAlias = Literal["enough", "almost", "not-yet"]

END = "end"
"""The ``goto`` of a step or choice that ends the flow."""
NEAR_REVIEW = timedelta(days=30)
"""So long before its review date a fact is shown with the day it was checked."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where something is written, for complaints: file name inside the city pack, and line (from 1)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class When:
    """A day, with the time from which and until which something is on, in the city's time; no time: all day."""

    day: date
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """``count`` different papers out of ``any_of`` (fact ids)."""

    any_of: tuple[str, ...]
    count: int = 1

    def lacks(self, papers: AbstractSet[str]) -> int:
        """How many more are needed beside *papers*."""
        return max(0, self.count - len(papers & set(self.any_of)))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to have the right papers: every need of it is met."""

    needs: tuple[Need, ...]

    def lacks(self, papers: AbstractSet[str]) -> int:
        """How many more papers this way takes."""
        return sum(need.lacks(papers) for need in self.needs)


@dataclass(frozen=True, slots=True)
class Fact:
    """One typed value with its source.

    ``value`` is a `Decimal` for money, a `date` for dates, a `When` for days with a time, ``int`` for days, age and number,
    else ``str``: phones in E.164 or a short code, hours as in OpenStreetMap
    (https://wiki.openstreetmap.org/wiki/Key:opening_hours), the English name of a paper, for a rule what it says.
    ``at``: latitude and longitude of an address, in degrees. ``ways``: how a rule about papers can be met, any one of them.
    ``unused``: kept for staff, although nothing shows it.
    """

    id: str
    kind: FactKind
    value: str | int | Decimal | date | When
    source: str
    source_date: str
    confidence: Confidence
    checked_on: date
    where: Where
    review_every: int | None = None
    valid_until: date | None = None
    owner: str = "editor"
    note: str = ""
    at: tuple[float, float] | None = None
    ways: tuple[Way, ...] = ()
    unused: bool = False

    @property
    def review_on(self) -> date:
        """The day by which somebody should look whether it still holds."""
        days = [self.valid_until] if self.valid_until else []
        if self.review_every:
            days.append(self.checked_on + timedelta(days=self.review_every))
        return min(days, default=date.max)

    def age(self, today: date) -> Age:
        """How far it can be trusted.

        ``due`` near its review date and after it (`NEAR_REVIEW`, less for what is reviewed often); ``expired``
        past ``valid_until``, and when nobody has looked for twice as long as it may stand unchecked.
        """
        if self.valid_until and today > self.valid_until:
            return "expired"
        if self.review_every and today > self.checked_on + timedelta(days=2 * self.review_every):
            return "expired"
        return "due" if today > self.review_on - self._near else "fresh"

    @property
    def _near(self) -> timedelta:
        stands = self.review_on - self.checked_on
        return min(NEAR_REVIEW, stands / 4)

    @property
    def papers(self) -> tuple[str, ...]:
        """The papers a rule asks about, in the order they are named, without repeats."""
        named = [paper for way in self.ways for need in way.needs for paper in need.any_of]
        return tuple(dict.fromkeys(named))

    def judge(self, papers: AbstractSet[str]) -> Outcome:
        """Whether *papers* are ``enough``, one too few (``almost``) or ``not-yet`` enough. More papers are never worse."""
        lacks = min((way.lacks(papers) for way in self.ways), default=0)
        return "enough" if lacks == 0 else "almost" if lacks == 1 else "not-yet"

    def lacking(self, papers: AbstractSet[str]) -> tuple[tuple[str, ...], ...]:
        """What is still needed beside *papers*: one of each group. When one is missing, one group of all that would do."""
        outcome = self.judge(papers)
        if outcome == "enough":
            return ()
        if outcome == "almost" and papers:
            return (tuple(paper for paper in self.papers if self.judge({*papers, paper}) == "enough"),)
        # Who has nothing yet is told the way that asks for most different things: the common one.
        lacks = (lambda way: way.lacks(papers)) if papers else (lambda way: -len(way.needs))
        shortest = min(self.ways, key=lacks)
        return tuple(
            tuple(paper for paper in need.any_of if paper not in papers)
            for need in shortest.needs
            for _ in range(need.lacks(papers))
        )


@dataclass(frozen=True, slots=True)
class Contact:
    """A place or a line people can turn to. ``name`` is a proper name and is not translated; the rest are fact ids.

    ``area`` is an area of the city, ``speaks`` the languages spoken there (BCP 47), both empty when not known.
    """

    id: str
    name: str
    where: Where
    phone: str = ""
    address: str = ""
    hours: str = ""
    url: str = ""
    area: str = ""
    speaks: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """Ids of the facts it shows, in the order shown."""
        return tuple(fact for fact in (self.phone, self.hours, self.address, self.url) if fact)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that takes place on a day. ``name`` is translated; ``when``, ``address`` and ``url`` are fact ids."""

    id: str
    name: str
    when: str
    where: Where
    address: str = ""
    url: str = ""

    @property
    def facts(self) -> tuple[str, ...]:
        """Ids of the facts it shows, in the order shown."""
        return tuple(fact for fact in (self.when, self.address, self.url) if fact)


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of a question. ``means`` lets typed words press it: ``yes`` or ``no``."""

    id: str
    text: str
    icon: str
    goto: str
    where: Where
    means: Literal["", "yes", "no"] = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist that can be ticked."""

    id: str
    text: str
    where: Where


@dataclass(frozen=True, slots=True)
class Step:
    """One message of a flow.

    It says something and then does at most one more thing: asks (``choices``), shows a ``checklist``, ``contacts``,
    ``events``, ``phrases`` to show at a counter, or offers a ``person``; or it asks which ``papers`` (a rule) somebody has
    and goes on by the ``outcomes`` of that. ``goto`` is the next step when nothing says otherwise.
    ``replies`` are what the person at the counter can tick on a phrase card, beside the usual ones.
    ``urgent``: who asks for a helper here is helped before others. ``discreet``: as for an article, from this step on.
    ``based_on`` names the facts behind the words, beside those whose value stands in them.
    """

    id: str
    say: str
    goto: str
    where: Where
    choices: tuple[Choice, ...] = ()
    checklist: tuple[Item, ...] = ()
    contacts: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    papers: str = ""
    outcomes: Mapping[Outcome, str] = field(default_factory=dict)
    person: bool = False
    optional: bool = False
    urgent: bool = False
    discreet: bool = False
    based_on: tuple[str, ...] = ()

    @property
    def exits(self) -> tuple[str, ...]:
        """Every step this one can lead to, without repeats; ``end`` among them when the flow can end here."""
        targets = [choice.goto for choice in self.choices] + list(self.outcomes.values())
        if not targets or self.optional:
            targets.append(self.goto)
        return tuple(dict.fromkeys(targets))


@dataclass(frozen=True, slots=True)
class Article:
    """One thing a newcomer wants done. Its intent is its id with underscores.

    ``owner`` is the role that keeps it right. ``formerly``: ids it had before, which old links still name.
    ``discreet``: nobody who looks at the phone should see it; it can be hidden at once.
    """

    id: str
    title: str
    icon: str
    group: str
    summary: str
    keywords: tuple[str, ...]
    steps: Mapping[str, Step]
    where: Where
    owner: str = "editor"
    formerly: tuple[str, ...] = ()
    discreet: bool = False
    ahead: Mapping[str, int] = field(init=False, repr=False, compare=False)
    """For each step, how many messages the longest way from it to the end has, itself counted; circles go once round."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ahead", _ways_ahead(self.steps))

    @property
    def intent(self) -> str:
        """``library-card`` → ``library_card``."""
        return self.id.replace("-", "_")

    @property
    def first(self) -> Step:
        """The step a flow begins with."""
        return next(iter(self.steps.values()))


def _ways_ahead(steps: Mapping[str, Step]) -> dict[str, int]:
    lengths: dict[str, int] = {}

    def length(step_id: str, passed: frozenset[str]) -> int:
        step = steps.get(step_id)
        if step is None or step_id in passed:
            return 0
        if step_id not in lengths:
            lengths[step_id] = 1 + max((length(goto, passed | {step_id}) for goto in step.exits), default=0)
        return lengths[step_id]

    for step_id in steps:
        length(step_id, frozenset())
    return lengths


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the menu. ``order``: the articles that stand first under it, in their order; the rest by their ids."""

    id: str
    title: str
    icon: str
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class City:
    """What is particular to one city beside its articles.

    ``country`` (ISO 3166) is where phone numbers are dialled from and whose holidays count. ``areas``: parts of the city by
    which people choose a place near them.
    ``languages`` are offered in this order. ``office`` answers when a fact is withheld, ``person`` are those people can turn
    to, ``emergency`` the contacts for each kind of danger, the general emergency line last; and under ``sms`` the line that
    takes text messages, where there is one.
    """

    id: str
    name: str
    timezone: str
    country: str
    languages: tuple[str, ...]
    groups: tuple[Group, ...]
    office: str
    person: tuple[str, ...]
    emergency: Mapping[str, tuple[str, ...]]
    where: Where
    areas: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pack:
    """One city's whole content."""

    city: City
    articles: Mapping[str, Article] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
