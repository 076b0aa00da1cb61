"""What a person sees on the phone: a message as plain data, made from the message the API would show."""

import time
from dataclasses import dataclass, field
from typing import Any

from .files import StoredFile
from .html import to_html

Json = dict[str, Any]

#: Fields of a message that name its kind, looked for in this order (an animation also carries a document).
KINDS = (
    "text", "animation", "photo", "voice", "video", "video_note", "audio", "document", "sticker",
    "venue", "location", "contact", "poll", "dice",
)  # fmt: skip
#: What the page shows of a file besides its name and size.
_OF_FILES = ("duration", "performer", "title", "emoji", "set_name")


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message (``data`` or ``url``), or of the keyboard that replaces the letters (neither)."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One message on the screen.

    - ``keyboard`` is the big reply keyboard it brought along, ``file`` the file it carries, with its bytes and name;
    - ``reply_to`` is the message it answers, ``album`` what the messages of one album share, ``forwarded`` whose words
      it passes on; ``protected``: it cannot be saved or forwarded;
    - ``reaction`` is the bot's emoji under it, ``reactions`` those of people (a custom emoji is its id);
    - ``event`` is what the bot did, in what ``expect`` returns: "new", "edited" or "reacted".
    """

    message_id: int
    author: str
    by_bot: bool
    kind: str
    text: str
    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    keyboard: tuple[tuple[Button, ...], ...] = ()
    edited: bool = False
    deleted: bool = False
    date: int = 0
    reply_to: int | None = None
    reaction: str | None = None
    reactions: tuple[str, ...] = ()
    protected: bool = False
    album: str | None = None
    forwarded: str | None = None
    file: StoredFile | None = field(default=None, repr=False)
    event: str = field(default="", compare=False)
    wire: Json = field(default_factory=dict, repr=False, compare=False)

    @property
    def labels(self) -> list[str]:
        """The texts of the buttons under the message, row by row."""
        return [button.text for row in self.buttons for button in row]

    def __str__(self) -> str:
        states = (("edited", self.edited), ("deleted", self.deleted), ("protected", self.protected))
        marks = "".join(f" ({mark})" for mark, on in states if on)
        if self.forwarded is not None:
            marks += f" (from {self.forwarded})"
        answers = "" if self.reply_to is None else f" ↩#{self.reply_to}"
        kind = "" if self.kind == "text" else f"[{self.kind}] "
        rows = "".join(f"\n      {' '.join(f'[{button.text}]' for button in row)}" for row in self.buttons)
        bot = f"\n      the bot's reaction: {self.reaction}" if self.reaction else ""
        people = f"\n      reactions: {' '.join(self.reactions)}" if self.reactions else ""
        clock = time.strftime("%H:%M:%S", time.gmtime(self.date))
        return f"{clock} #{self.message_id} {self.author}{answers}{marks}: {kind}{self.text}{rows}{bot}{people}"

    def as_json(self) -> Json:
        """For the lab page and other processes."""
        return {
            "message_id": self.message_id,
            "author": self.author,
            "by_bot": self.by_bot,
            "kind": self.kind,
            "text": self.text,
            "html": self.html,
            "buttons": _rows_as_json(self.buttons),
            "keyboard": _rows_as_json(self.keyboard),
            "edited": self.edited,
            "deleted": self.deleted,
            "date": self.date,
            "reply_to": self.reply_to,
            "reaction": self.reaction,
            "reactions": list(self.reactions),
            "protected": self.protected,
            "album": self.album,
            "forwarded": self.forwarded,
            "file": _file_as_json(self.file),
            "event": self.event,
        }


def _file_as_json(file: StoredFile | None) -> Json | None:
    if file is None:
        return None
    shown = file.fields[file.kind]
    told = {} if isinstance(shown, list) else {name: shown[name] for name in _OF_FILES if name in shown}
    return {"id": file.file_id, "name": file.name, "size": file.size, "mime_type": file.mime_type, **told}


def _rows_as_json(rows: tuple[tuple[Button, ...], ...]) -> list[list[Json]]:
    return [[{"text": button.text, "data": button.data, "url": button.url} for button in row] for row in rows]


def seen(
    wire: Json,
    *,
    by_bot: bool,
    deleted: bool = False,
    keyboard: Json | None = None,
    file: StoredFile | None = None,
    reaction: list[Json] | None = None,
    reactions: list[Json] | None = None,
    event: str = "",
) -> Seen:
    """A message of the API → what is on the screen."""
    author = wire.get("from") or wire.get("sender_chat") or {}
    kind = next((kind for kind in KINDS if kind in wire), "service")
    text, entities = _words(kind, wire)
    return Seen(
        message_id=wire["message_id"],
        author=author.get("first_name") or author.get("title", ""),
        by_bot=by_bot,
        kind=kind,
        text=text,
        html=to_html(text, entities),
        buttons=buttons_of(wire.get("reply_markup")),
        keyboard=_keyboard(keyboard),
        edited="edit_date" in wire,
        deleted=deleted,
        date=wire["date"],
        reply_to=wire.get("reply_to_message", {}).get("message_id"),
        reaction=next(iter(_emoji(reaction)), None),
        reactions=_emoji(reactions),
        protected="has_protected_content" in wire,
        album=wire.get("media_group_id"),
        forwarded=_origin(wire["forward_origin"]) if "forward_origin" in wire else None,
        file=file,
        event=event,
        wire=wire,
    )


def _emoji(reactions: list[Json] | None) -> tuple[str, ...]:
    return tuple(one.get("emoji") or one.get("custom_emoji_id", "⭐") for one in reactions or [])


def _origin(origin: Json) -> str:
    """Whose words were forwarded."""
    who = origin.get("sender_user") or origin.get("sender_chat") or origin.get("chat") or {}
    return str(origin.get("sender_user_name") or who.get("first_name") or who.get("title", ""))


def buttons_of(markup: Json | None) -> tuple[tuple[Button, ...], ...]:
    """The rows of an inline keyboard."""
    rows = (markup or {}).get("inline_keyboard", [])
    return tuple(tuple(Button(b["text"], b.get("callback_data"), b.get("url")) for b in row) for row in rows)


def _keyboard(markup: Json | None) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(Button(b["text"]) for b in row) for row in (markup or {}).get("keyboard", []))


def _words(kind: str, wire: Json) -> tuple[str, list[Json]]:
    """What can be read in a message, whatever its kind."""
    match kind:
        case "text":
            return wire["text"], wire.get("entities", [])
        case "venue":
            return f"{wire['venue']['title']}\n{wire['venue']['address']}", []
        case "location":
            return f"{wire['location']['latitude']}, {wire['location']['longitude']}", []
        case "contact":
            contact = wire["contact"]
            name = f"{contact['first_name']} {contact.get('last_name', '')}".strip()
            return f"{name}\n{contact['phone_number']}", []
        case "poll":
            return "\n".join([wire["poll"]["question"], *(option["text"] for option in wire["poll"]["options"])]), []
        case "sticker" | "dice":
            return wire[kind].get("emoji", ""), []
        case _:
            return wire.get("caption", ""), wire.get("caption_entities", [])
