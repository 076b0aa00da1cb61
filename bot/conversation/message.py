"""What comes in: a newcomer writes, presses a button, starts, sends something that is not text, leaves or comes back.

Adapters make these values and nothing else; `bot.conversation.respond` reads them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Channel: TypeAlias = Literal["telegram", "web", "terminal"]

SentKind: TypeAlias = Literal[
    "voice", "photo", "video", "sticker", "document", "location", "contact", "poll", "reaction", "other"
]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Where a person is reached: the channel and the address on it (Telegram chat id, web session id)."""

    channel: Channel
    address: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """What every message has: who, when (aware, UTC) and a key that is the same when the same message comes twice."""

    newcomer: Newcomer
    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class Heard(Incoming):
    """Typed text. ``edited`` when it replaces an earlier message."""

    text: str
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Pressed(Incoming):
    """A button, old or new. ``data`` is what `bot.conversation.buttons` wrote on it.

    ``on`` is the channel's id of the message it stands under; ``label`` what it says, for channels that show it again.
    """

    data: str
    on: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Started(Incoming):
    """``/start``, opening the web chat, or unblocking. ``payload`` is ``<article>__<language>`` of a link, or empty."""

    payload: str = ""


@dataclass(frozen=True, slots=True)
class Asked(Incoming):
    """A command such as ``/menu``: a dialogue intent that needs no understanding."""

    intent: str


@dataclass(frozen=True, slots=True)
class Sent(Incoming):
    """Anything that is not text. ``caption`` is text that came with it (danger in a caption is danger)."""

    kind: SentKind
    caption: str = ""


Message: TypeAlias = Heard | Pressed | Started | Asked | Sent


@dataclass(frozen=True, slots=True)
class Understanding:
    """What Rasa made of a text: intents with confidence 0–1, best first."""

    ranking: tuple[tuple[str, float], ...] = ()

    @property
    def intent(self) -> str | None:
        """The best intent, or ``None`` when nothing was understood or nobody was asked."""
        return self.ranking[0][0] if self.ranking else None

    @property
    def confidence(self) -> float:
        """Confidence of the best intent; 0 when there is none."""
        return self.ranking[0][1] if self.ranking else 0.0


NOTHING = Understanding()
