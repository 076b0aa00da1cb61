"""What goes out: finished words with buttons, in one language, ready for any channel. To and from JSON for the outbox."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from bot import richtext
from bot.conversation import takeaway
from bot.conversation.message import Attachment
from bot.conversation.takeaway import Takeaway
from bot.richtext import Text


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a message. ``press`` comes back as `Pressed.data`; at most 64 bytes (Telegram's limit)."""

    label: str
    press: str


TAKE_OFF = "-"
CommandsOf: TypeAlias = Literal["", "newcomer", "helper", "coordinator"]


@dataclass(frozen=True, slots=True)
class Words:
    """One message to a person, written in ``language``.

    ``urgent`` words overtake others on the way out. ``replaces`` is the channel's id of the message these words take
    the place of, where that can be done; empty for a new message. ``answers`` is the id of the message they reply to.
    With an ``attachment`` or a ``takeaway`` the text is what stands under it. With a ``mark`` there is no text: the emoji is
    put on message ``replaces`` (`TAKE_OFF` takes it away). ``commands``: whose commands the chat offers from now on.
    ``hides``: what was said to this person before is taken off the screen before this is said.
    """

    text: Text
    language: str
    rows: tuple[tuple[Button, ...], ...] = field(default=())
    urgent: bool = False
    replaces: str = ""
    answers: str = ""
    attachment: Attachment | None = None
    mark: str = ""
    commands: CommandsOf = ""
    takeaway: Takeaway | None = None
    hides: bool = False

    def to_json(self) -> str:
        """One line of JSON."""
        data: dict[str, Any] = {
            "text": richtext.to_json(self.text),
            "language": self.language,
            "rows": [[[button.label, button.press] for button in row] for row in self.rows],
            "urgent": self.urgent,
            "replaces": self.replaces,
        }
        if self.answers:
            data["answers"] = self.answers
        if self.mark:
            data["mark"] = self.mark
        if self.commands:
            data["commands"] = self.commands
        if self.takeaway:
            data["takeaway"] = takeaway.to_data(self.takeaway)
        if self.hides:
            data["hides"] = True
        if self.attachment:
            data["attachment"] = asdict(self.attachment)
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> "Words":
        """The inverse of `to_json`."""
        data: dict[str, Any] = json.loads(line)
        return cls(
            text=richtext.from_json(data["text"]),
            language=data["language"],
            rows=tuple(tuple(Button(*button) for button in row) for row in data["rows"]),
            urgent=data["urgent"],
            replaces=data["replaces"],
            answers=data.get("answers", ""),
            attachment=Attachment(**data["attachment"]) if "attachment" in data else None,
            mark=data.get("mark", ""),
            commands=data.get("commands", ""),
            takeaway=takeaway.from_data(data["takeaway"]) if "takeaway" in data else None,
            hides=data.get("hides", False),
        )
