"""A case: a conversation handed to a helper, from the request to the close; what can happen to it, and what is told.

Plain values, to and from JSON. `bot.handoff.machine` says what each event does in each state.
"""

import json
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.handoff.helper import Gender

State: TypeAlias = Literal["asked", "waiting", "offered", "taken", "answered", "closed"]
Ended: TypeAlias = Literal["", "helped", "given-back", "withdrawn", "declined", "expired", "gone", "forgotten"]
Reason: TypeAlias = Literal["asked", "lost", "step", "alarm", "sensitive", "again"]

STATES: tuple[State, ...] = ("asked", "waiting", "offered", "taken", "answered", "closed")
LOOKING: frozenset[State] = frozenset({"waiting", "offered"})
OWNED: frozenset[State] = frozenset({"taken", "answered"})


@dataclass(frozen=True, slots=True)
class Until:
    """Something that holds for one helper until a moment: an offer, or not being asked again."""

    helper: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One case. It holds no name; ``shared`` are the words the newcomer has seen and agreed to pass on.

    ``also``: second languages the newcomer accepts. ``article`` and ``step``: where they were; ``tried``: articles opened
    before. ``same``: the helper they wish to have again. ``passed``: helpers who are not asked again for a while.
    Times: ``asked_at``; ``agreed_at`` (consent); ``since`` (a helper is being looked for); ``taken_at``; ``replied_at`` (last
    words of the helper); ``written_at`` (the newcomer's first words that wait for an answer) and ``newest_at`` (their last);
    ``heard_at`` (the waiting newcomer was last told how it stands); ``planned_at`` (… was told that nobody is here now);
    ``alerted_at`` (coordinators were told); ``reminded_at`` (the helper was reminded of who waits); ``due``: when
    `bot.handoff.tending.tend` must look again. ``pace`` counts the newcomer's messages of one minute. ``quiet``: it is about
    something that nobody else should see, so time alone makes no message appear on the newcomer's phone.
    """

    language: str
    asked_at: datetime
    id: int = 0
    state: State = "asked"
    also: tuple[str, ...] = ()
    reason: Reason = "asked"
    urgent: bool = False
    article: str = ""
    step: str = ""
    tried: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    gender: Gender = ""
    other_community: bool = False
    same: int | None = None
    helper: int | None = None
    offers: tuple[Until, ...] = ()
    passed: tuple[Until, ...] = ()
    agreed_at: datetime | None = None
    since: datetime | None = None
    taken_at: datetime | None = None
    replied_at: datetime | None = None
    written_at: datetime | None = None
    newest_at: datetime | None = None
    heard_at: datetime | None = None
    planned_at: datetime | None = None
    alerted_at: datetime | None = None
    asked_language: bool = False
    reminded_at: datetime | None = None
    away_told: bool = False
    ended: Ended = ""
    ended_at: datetime | None = None
    rating: int = 0
    held: int = 0
    pace: tuple[str, int] = ("", 0)
    due: datetime | None = None
    quiet: bool = False

    @property
    def languages(self) -> tuple[str, ...]:
        """The newcomer's languages, the first first."""
        return (self.language, *self.also)

    @property
    def in_charge(self) -> bool:
        """Whether a helper is with the newcomer, so that the bot keeps silent."""
        return self.state in OWNED

    def is_with(self, helper: int) -> bool:
        """Whether *helper* is with the newcomer."""
        return self.in_charge and self.helper == helper

    @property
    def looking(self) -> bool:
        """Whether a helper is being looked for."""
        return self.state in LOOKING

    @property
    def open(self) -> bool:
        """Whether it is not over."""
        return self.state != "closed"

    @property
    def awaited(self) -> datetime | None:
        """Since when the newcomer waits for the helper's word; ``None``: they do not."""
        if self.state == "taken":
            return self.taken_at
        if self.state == "answered" and self.written_at and self.replied_at and self.written_at > self.replied_at:
            return self.written_at
        return None

    @property
    def last_heard(self) -> datetime | None:
        """When the newcomer wrote last."""
        return max((at for at in (self.written_at, self.newest_at) if at), default=None)

    def offered_to(self, helper: int) -> bool:
        """Whether *helper* is being asked."""
        return any(offer.helper == helper for offer in self.offers)

    def asked_lately(self, helper: int, now: datetime) -> bool:
        """Whether *helper* is being asked, or is not to be asked again yet."""
        return self.offered_to(helper) or any(p.helper == helper and now < p.until for p in self.passed)

    def to_json(self) -> str:
        """One line of JSON; the id is kept elsewhere."""
        return json.dumps(
            {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name != "id"},
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, case_id: int, line: str) -> "Case":
        """The inverse of `to_json`. Unknown keys are dropped, missing ones get their default."""
        data = json.loads(line)
        known: dict[str, Any] = {f.name: data[f.name] for f in fields(cls) if f.name in data and f.name != "id"}
        for name, value in known.items():
            if name in _MOMENTS:
                known[name] = datetime.fromisoformat(value) if value else None
            elif name in ("offers", "passed"):
                known[name] = tuple(Until(helper, datetime.fromisoformat(until)) for helper, until in value)
            elif isinstance(value, list):
                known[name] = tuple(value)
        return cls(id=case_id, **known)


_MOMENTS = {f.name for f in fields(Case) if f.name.endswith("_at") or f.name in ("since", "due")}


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case Until(helper, until):
            return [helper, until.isoformat()]
        case tuple():
            return [_plain(each) for each in value]
        case _:
            return value


# --- what can happen ---


@dataclass(frozen=True, slots=True)
class Agrees:
    """The newcomer agrees that a helper sees what was shown."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """The newcomer wishes for a woman or a man (the same wish again takes it back), or for another community."""

    gender: Gender = ""
    other_community: bool = False


@dataclass(frozen=True, slots=True)
class Allows:
    """The newcomer accepts a helper who speaks *language*."""

    language: str


@dataclass(frozen=True, slots=True)
class Speaks:
    """The newcomer speaks *language* from now on."""

    language: str


@dataclass(frozen=True, slots=True)
class Writes:
    """The newcomer writes something that is for the helper. ``urgent``: it tells of danger."""

    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Withdraws:
    """The newcomer does not want a helper (any more)."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """The newcomer has blocked the bot."""


@dataclass(frozen=True, slots=True)
class Forgets:
    """The newcomer has everything deleted."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The newcomer says how it was: 1 bad, 2 so-so, 3 good."""

    face: int


@dataclass(frozen=True, slots=True)
class Takes:
    """A helper takes the case."""

    helper: int


@dataclass(frozen=True, slots=True)
class Declines:
    """A helper says “not now”."""

    helper: int


@dataclass(frozen=True, slots=True)
class Replies:
    """The helper writes to the newcomer."""

    helper: int


@dataclass(frozen=True, slots=True)
class PassesOn:
    """The helper gives the case to the next one."""

    helper: int


@dataclass(frozen=True, slots=True)
class GivesBack:
    """The helper gives the newcomer back to the bot."""

    helper: int


@dataclass(frozen=True, slots=True)
class Closes:
    """The helper is done."""

    helper: int


@dataclass(frozen=True, slots=True)
class GoesOff:
    """A helper goes off duty: no offers any more; cases they have stay theirs."""

    helper: int


@dataclass(frozen=True, slots=True)
class Vanishes:
    """A helper has blocked the bot, or is none any more."""

    helper: int


Event: TypeAlias = (
    Agrees | Wishes | Allows | Speaks | Writes | Withdraws | Leaves | Forgets | Rates
    | Takes | Declines | Replies | PassesOn | GivesBack | Closes | GoesOff | Vanishes
)  # fmt: skip

# --- what must be told ---

What: TypeAlias = Literal[
    # to the newcomer
    "consent", "waiting", "still-waiting", "nobody-here", "other-language", "found", "passed-on", "away", "given-back",
    "closed", "withdrawn", "not-asked", "expired", "rated",
    # to a helper
    "offer", "offer-over", "packet", "remind", "lost", "newcomer-withdrew", "newcomer-left", "newcomer-forgot", "quiet",
    "after", "urgent",
    # to coordinators
    "stuck",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class News:
    """Somebody must be told something: the newcomer, all coordinators, or the helper of that id."""

    to: Literal["newcomer", "coordinators"] | int
    what: What


@dataclass(frozen=True, slots=True)
class Step:
    """What an event did: the case as it is now, and what must be told."""

    case: Case
    news: tuple[News, ...] = ()

    @property
    def in_time(self) -> "Step":
        """What of it is told when time has done it: to the newcomer of a quiet case, nothing until they write again."""
        return replace(self, news=()) if self.case.quiet else self


Why: TypeAlias = Literal["not-your-case", "taken", "over", "not-yet", "not-for-you"]


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be done, and why; the case stays as it is."""

    why: Why
