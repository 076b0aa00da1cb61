"""What the buttons of helpers mean. Written like those of newcomers; every letter begins with “h”, so the two never mix."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.conversation.buttons import Code

Screen: TypeAlias = str
"""A page of “about you”: language, languages, hours, topics, gender, capacity, pause, stop, me."""


@dataclass(frozen=True, slots=True)
class Take:
    """Take a case."""

    case: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """Do not take it now."""

    case: str


@dataclass(frozen=True, slots=True)
class For:
    """What was written is for this case; empty: for nobody."""

    case: str


@dataclass(frozen=True, slots=True)
class CaseMenu:
    """What one can do with a case."""

    case: str


@dataclass(frozen=True, slots=True)
class Topics:
    """The articles of a group (empty: the groups), to send one."""

    case: str
    group: str


@dataclass(frozen=True, slots=True)
class Topic:
    """The steps of an article, to send all or one."""

    case: str
    article: str


@dataclass(frozen=True, slots=True)
class SendStep:
    """Send a step of an article; empty: all of it."""

    case: str
    article: str
    step: str


@dataclass(frozen=True, slots=True)
class SavedList:
    """The ready answers."""

    case: str


@dataclass(frozen=True, slots=True)
class SendSaved:
    """Send one: its name among the bot's own, or its place among the helper's."""

    case: str
    which: str


@dataclass(frozen=True, slots=True)
class SaveLast:
    """Keep the last message as a ready answer."""

    case: str


@dataclass(frozen=True, slots=True)
class Write:
    """Write a ``note``, a ``word`` for the next helper or a ``question`` to the coordinators."""

    case: str
    what: str


@dataclass(frozen=True, slots=True)
class Do:
    """``pass`` a case on, give it ``back`` to the bot, or ``close`` it."""

    case: str
    what: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Not after all."""


@dataclass(frozen=True, slots=True)
class NothingMissing:
    """The bot lacked nothing."""

    case: str


@dataclass(frozen=True, slots=True)
class Feel:
    """``good``, ``ok`` or ``heavy``."""

    how: str


@dataclass(frozen=True, slots=True)
class Tell:
    """``yes``: tell a coordinator that it was heavy."""

    answer: str


@dataclass(frozen=True, slots=True)
class Show:
    """A page of “about you”."""

    screen: str


@dataclass(frozen=True, slots=True)
class SpeakWith:
    """The language of this chat."""

    language: str


@dataclass(frozen=True, slots=True)
class Promise:
    """The pledge."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language to help in: each press is the next level."""

    language: str


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of a day of the week, on or off."""

    day: str
    part: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """A group of topics they do not want, on or off."""

    group: str


@dataclass(frozen=True, slots=True)
class Am:
    """A ``woman``, a ``man`` or empty."""

    gender: str


@dataclass(frozen=True, slots=True)
class AtOnce:
    """How many cases at once."""

    count: str


@dataclass(frozen=True, slots=True)
class Pause:
    """No offers for so many days."""

    days: str


@dataclass(frozen=True, slots=True)
class Duty:
    """``on`` or ``off``."""

    answer: str


@dataclass(frozen=True, slots=True)
class Resign:
    """Be a helper no more."""


@dataclass(frozen=True, slots=True)
class Invite:
    """Make an invitation for a ``helper`` or a ``coordinator``."""

    role: str


Press: TypeAlias = (
    Take | NotNow | For | CaseMenu | Topics | Topic | SendStep | SavedList | SendSaved | SaveLast | Write | Do | Cancel
    | NothingMissing | Feel | Tell | Show | SpeakWith | Promise | Tongue | Hours | Refuse | Am | AtOnce | Pause | Duty
    | Resign | Invite
)  # fmt: skip

_CODE = Code({
    "ht": Take, "hn": NotNow, "hf": For, "hm": CaseMenu, "ha": Topics, "hb": Topic, "hs": SendStep, "hr": SavedList,
    "hq": SendSaved, "hk": SaveLast, "hw": Write, "hd": Do, "hx": Cancel, "hy": NothingMissing, "he": Feel, "hz": Tell,
    "hv": Show, "hl": SpeakWith, "hp": Promise, "hu": Tongue, "hh": Hours, "ho": Refuse, "hg": Am, "hc": AtOnce,
    "hj": Pause, "hi": Duty, "hR": Resign, "hI": Invite,
})  # fmt: skip


def write(press: Press) -> str:
    """The data of a button."""
    return _CODE.write(press)


def read(data: str) -> Press | None:
    """The inverse of `write`; ``None`` for anything we never wrote."""
    pressed: Press | None = _CODE.read(data)
    return pressed
