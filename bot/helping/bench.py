"""What a helper's chat remembers between two messages, and what a helper does. Plain values."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.conversation.message import Reacted
from bot.conversation.passing import Passed
from bot.conversation.words import Words
from bot.handoff.case import Case, Event
from bot.handoff.helper import Helper, Role

Asking: TypeAlias = Literal["", "name", "note", "word", "question", "missing"]

MOST_HELD = 200


@dataclass(frozen=True, slots=True)
class Bench:
    """``current``: the case they wrote to last, at ``current_at``. ``asking``: what the next words are, about ``about``.

    ``held`` are messages that wait for the answer to “for whom?”, each as JSON. ``last`` is their last message to a
    newcomer, kept until the next one so that it can be saved as a ready answer. ``ready``: setting up is done.
    """

    current: int = 0
    current_at: datetime | None = None
    asking: Asking = ""
    about: int = 0
    held: tuple[str, ...] = ()
    last: str = ""
    ready: bool = False

    def to_json(self) -> str:
        """One line of JSON."""
        data = {**asdict(self), "current_at": self.current_at.isoformat() if self.current_at else None}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> "Bench":
        """The inverse of `to_json`."""
        data = {name: value for name, value in json.loads(line).items() if name in cls.__dataclass_fields__}
        data["held"] = tuple(data.get("held", ()))
        data["current_at"] = datetime.fromisoformat(data["current_at"]) if data.get("current_at") else None
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the bot knows when a helper does something.

    ``cases`` are their open ones, oldest first. ``replied``: the case of the message they replied to (or edited), 0 when
    there is none; ``question``: the same, when it was a helper's question to a coordinator.
    """

    helper: Helper
    bench: Bench = Bench()
    cases: tuple[Case, ...] = ()
    replied: int = 0
    question: int = 0

    def case(self, number: int | str) -> Case | None:
        """One of their open cases."""
        return next((case for case in self.cases if str(case.id) == str(number)), None)


# --- deeds: what a helper does to others. Carried out by `bot.actions.helper`, in order ---


@dataclass(frozen=True, slots=True)
class Does:
    """Something happens to a case: it is taken, passed on or closed."""

    case: int
    event: Event


@dataclass(frozen=True, slots=True)
class Sends:
    """Words or a file for the newcomer of a case."""

    case: int
    passed: Passed


@dataclass(frozen=True, slots=True)
class SendsTopic:
    """An article for the newcomer, or one step of it."""

    case: int
    article: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class SendsReady:
    """A ready answer of the bot's own, in the newcomer's language."""

    case: int
    name: str


@dataclass(frozen=True, slots=True)
class Notes:
    """A note that only helpers and coordinators see. ``word``: it is for the next helper."""

    case: int
    text: str
    word: bool = False


@dataclass(frozen=True, slots=True)
class Questions:
    """A question to the coordinators."""

    case: int
    text: str


@dataclass(frozen=True, slots=True)
class Answers:
    """A coordinator answers a question about a case."""

    case: int
    text: str


@dataclass(frozen=True, slots=True)
class Misses:
    """What was missing in the bot."""

    case: int
    text: str


@dataclass(frozen=True, slots=True)
class TellsHeavy:
    """A case was heavy, and a coordinator may know."""


@dataclass(frozen=True, slots=True)
class Invites:
    """An invitation is made."""

    role: Role


@dataclass(frozen=True, slots=True)
class WantsLink:
    """A link to the pages is made."""


@dataclass(frozen=True, slots=True)
class ChangesDuty:
    """When they may be asked has changed: waiting cases are looked at. ``off``: their offers end."""

    off: bool = False


@dataclass(frozen=True, slots=True)
class Resigns:
    """They are no helper any more."""


Deed: TypeAlias = (
    Does | Sends | SendsTopic | SendsReady | Notes | Questions | Answers | Misses | TellsHeavy | Invites | WantsLink
    | ChangesDuty | Resigns
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HelperTurn:
    """Everything decided about one message of a helper: what to remember, what to do, what to say, in that order.

    ``replaces``: the words take the place of the message whose button was pressed.
    """

    helper: Helper
    bench: Bench
    deeds: tuple[Deed, ...] = ()
    words: tuple[Words, ...] = ()
    did: str = ""
    replaces: bool = False
    reacts: Reacted | None = None
