"""What delivery tells the outbox about what it was given, and what it is given next. Plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.conversation.message import Newcomer
from bot.conversation.words import Words


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has it. ``message_ref`` is its number there (it may not hold the address).

    ``earlier``: the numbers of what went before it for the same words, such as the first pieces of a long text.
    """

    id: int
    message_ref: str = ""
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The person has blocked us or is no longer there (403): all that waits for them is refused with it."""

    id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Unsendable:
    """The other side will never take this message (400), or we may not send it. The chat goes on with the next.

    ``kind``: a file that is too ``large``, or ``unclean``, so that it would show who sent it; else ``failed``.
    """

    id: int
    reason: str
    kind: Literal["failed", "large", "unclean"] = "failed"


@dataclass(frozen=True, slots=True)
class Later:
    """It failed and may work from ``retry_at`` on (5xx, a time-out). The chat waits for it, to keep its order."""

    id: int
    retry_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class SlowDown:
    """One chat has to wait (429 for it alone); all others go on."""

    id: int
    chat_until: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """The whole channel has to wait (429 for the bot), in every process."""

    id: int
    all_until: datetime


Result: TypeAlias = Delivered | Refused | Unsendable | Later | SlowDown | Pause


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Words to be sent now, ours until the lease ends. ``tries``: how often they have failed, or been lost, before."""

    id: int
    newcomer: Newcomer
    words: Words
    tries: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """What to send, urgent words first, and when to come again: ``wake_at``; ``None``: when the bell rings.

    ``untold``: somebody waits to hear what became of a message they passed on.
    What was just claimed counts with the end of its lease: its results should come with an exchange before that.
    """

    claimed: list[Outgoing]
    wake_at: datetime | None
    untold: bool = False
