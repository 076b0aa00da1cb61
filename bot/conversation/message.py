"""What comes in: a newcomer writes, presses a button, starts, sends something that is not text, leaves or comes back.

Adapters make these values and nothing else; `bot.conversation.respond` reads them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

Channel: TypeAlias = Literal["telegram", "web", "terminal"]

SentKind: TypeAlias = Literal["voice", "photo", "video", "sticker", "document", "location", "contact", "poll", "other"]

AttachmentKind: TypeAlias = Literal[
    "voice", "audio", "photo", "video", "video_note", "animation", "sticker", "document", "location", "venue", "contact"
]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Where a person is reached: the channel and the address on it (Telegram chat id, web session id)."""

    channel: Channel
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that is not text, as far as it may be passed on: nothing here says who sent it.

    ``file`` is the channel's id of a file of ``size`` bytes; ``mime`` what the sender's app says it is. A place has
    ``latitude`` and ``longitude`` (and a ``name`` and ``address`` when it is a venue), a contact ``phone`` and ``name``.
    ``own``: the sender's own contact. ``emoji``: what a sticker stands for.
    """

    kind: AttachmentKind
    file: str = ""
    size: int = 0
    mime: str = ""
    latitude: float = 0.0
    longitude: float = 0.0
    name: str = ""
    address: str = ""
    phone: str = ""
    own: bool = False
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What every message has: who, when (aware, UTC) and a key that is the same when the same message comes twice.

    ``ref`` is the channel's number of the message, ``answers`` that of the message it replies to; empty without one.
    """

    newcomer: Newcomer
    at: datetime
    key: str
    ref: str = field(default="", kw_only=True)
    answers: str = field(default="", kw_only=True)


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
    """A command such as ``/menu``: a dialogue intent that needs no understanding, or a helper's command.

    ``rest`` is what stood behind a helper's command: ``/duty on``.
    """

    intent: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Sent(Incoming):
    """Anything that is not text. ``caption`` is text that came with it (danger in a caption is danger).

    ``attachment`` is what can be passed on to a helper; ``edited`` when a caption was changed.
    """

    kind: SentKind
    caption: str = ""
    attachment: Attachment | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Reacted(Incoming):
    """An emoji was put on message ``on``, or taken away (empty)."""

    emoji: str
    on: str


Message: TypeAlias = Heard | Pressed | Started | Asked | Sent | Reacted


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
