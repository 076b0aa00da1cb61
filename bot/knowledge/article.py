"""The content of one city, exactly as written in ``knowledge/<city>/``: articles, their steps, facts and contacts.

Plain immutable values. `bot.knowledge.reading` makes them from YAML text, `bot.knowledge.checks` finds what is wrong
with them, `bot.knowledge.library` looks them up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

FactKind: TypeAlias = Literal["phone", "hours", "money", "address", "url", "days", "age", "number", "date", "text"]
Confidence: TypeAlias = Literal["high", "medium", "low"]
Age: TypeAlias = Literal["fresh", "due", "expired"]

END = "end"
"""The ``goto`` of a step or choice that ends the flow."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where something is written, for complaints: file name inside the city pack, and line (from 1)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One typed value with its source.

    ``value`` is a `Decimal` for money, a `date` for dates, ``int`` for days, age and number, else ``str``: phones in E.164
    or a short code, hours as in OpenStreetMap (https://wiki.openstreetmap.org/wiki/Key:opening_hours).
    """

    id: str
    kind: FactKind
    value: str | int | Decimal | date
    source: str
    source_date: str
    confidence: Confidence
    checked_on: date
    where: Where
    review_every: int | None = None
    valid_until: date | None = None
    owner: str = "editor"
    note: str = ""

    def age(self, today: date) -> Age:
        """``expired`` past ``valid_until``; ``due`` when ``review_every`` days have passed since it was checked."""
        if self.valid_until and today > self.valid_until:
            return "expired"
        if self.review_every and today > self.checked_on + timedelta(days=self.review_every):
            return "due"
        return "fresh"


@dataclass(frozen=True, slots=True)
class Contact:
    """A place or a line people can turn to. ``name`` is a proper name and is not translated; the rest are fact ids."""

    id: str
    name: str
    where: Where
    phone: str = ""
    address: str = ""
    hours: str = ""
    url: str = ""

    @property
    def facts(self) -> tuple[str, ...]:
        """Ids of the facts it shows, in the order shown."""
        return tuple(fact for fact in (self.phone, self.hours, self.address, self.url) if fact)


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
    ``phrases`` to show at a counter, or offers a ``person``. ``goto`` is the next step when no choice says otherwise.
    ``urgent``: who asks for a helper here is helped before others.
    ``based_on`` names the facts behind the words, beside those whose value stands in them.
    """

    id: str
    say: str
    goto: str
    where: Where
    choices: tuple[Choice, ...] = ()
    checklist: tuple[Item, ...] = ()
    contacts: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    person: bool = False
    optional: bool = False
    urgent: bool = False
    based_on: tuple[str, ...] = ()

    @property
    def exits(self) -> tuple[str, ...]:
        """Every step this one can lead to, without repeats; ``end`` among them when the flow can end here."""
        targets = [choice.goto for choice in self.choices]
        if not self.choices or self.optional:
            targets.append(self.goto)
        return tuple(dict.fromkeys(targets))


@dataclass(frozen=True, slots=True)
class Article:
    """One thing a newcomer wants done. Its intent is its id with underscores."""

    id: str
    title: str
    icon: str
    group: str
    summary: str
    keywords: tuple[str, ...]
    steps: Mapping[str, Step]
    where: Where
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
    """A heading of the menu."""

    id: str
    title: str
    icon: str


@dataclass(frozen=True, slots=True)
class City:
    """What is particular to one city beside its articles.

    ``languages`` are offered in this order. ``office`` answers when a fact is withheld, ``person`` are those people can turn
    to, ``emergency`` the contacts for each kind of danger, the general emergency line last.
    """

    id: str
    name: str
    timezone: str
    languages: tuple[str, ...]
    groups: tuple[Group, ...]
    office: str
    person: tuple[str, ...]
    emergency: Mapping[str, tuple[str, ...]]
    where: Where


@dataclass(frozen=True, slots=True)
class Pack:
    """One city's whole content."""

    city: City
    articles: Mapping[str, Article] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
