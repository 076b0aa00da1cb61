"""People: what they do to the bot, what they see, and waiting for its answer.

``says``, ``presses`` and the like happen at once and make updates; only waiting (``expect``, ``silence``,
``Press.answered``) is awaited. ``expect`` goes forward through what the bot did, in order: what was expected (or
passed over on the way) is not found a second time.
"""

import asyncio
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .content import FILE_KINDS, PLAIN_KINDS, file_fields
from .html import trimmed, utf16_length
from .seen import Seen
from .world import Chat, Post, Query, World

Json = dict[str, Any]
Wanted = str | Callable[[Seen], bool]

_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")
_DEFAULTS: dict[str, Json] = {
    "location": {"latitude": 39.7294, "longitude": -104.8319},
    "venue": {"latitude": 39.7294, "longitude": -104.8319, "title": "A place", "address": "A street"},
    "contact": {"phone_number": "+15555550100", "first_name": "Somebody"},
    "poll": {"question": "Which one?", "options": [{"text": "One"}, {"text": "Two"}]},
    "dice": {},
}
_TEXT_LIMIT = 4096
PATIENCE = 5.0


class NotSeen(AssertionError):
    """What was expected did not come; the message shows the screen."""


@dataclass(slots=True)
class Press:
    """A button press on its way. ``answer`` is what answerCallbackQuery said: its text and show_alert, maybe empty."""

    query: Query
    _world: World

    @property
    def answer(self) -> Json | None:
        """None as long as the bot has not answered (the button shows a spinning circle)."""
        return self.query.answer

    async def answered(self, timeout: float = PATIENCE) -> Json:  # noqa: ASYNC109
        """Waits for answerCallbackQuery."""
        await _until(
            self._world, lambda: self.query.answer is not None, timeout, lambda: "The button press was not answered."
        )
        assert self.query.answer is not None
        return self.query.answer


@dataclass(slots=True)
class Group:
    """A group or channel that people are in. The bot is in it after ``adds_bot``."""

    chat: Chat
    members: list["Person"] = field(default_factory=list)

    @property
    def id(self) -> int:
        """The chat id, negative."""
        return self.chat.id


class Person:
    """One Telegram user in the private chat with the bot, and in groups."""

    def __init__(self, world: World, chat: Chat, language: str | None) -> None:
        self.world = world
        self.chat = chat
        self.language = language
        self._read: dict[int, int] = {}

    @property
    def id(self) -> int:
        """User id, and id of the private chat."""
        return self.chat.id

    @property
    def name(self) -> str:
        """First name."""
        return str(self.chat.names["first_name"])

    @property
    def wire(self) -> Json:
        """The user as the API shows it."""
        user = {"id": self.id, "is_bot": False, **self.chat.names}
        return {**user, "language_code": self.language} if self.language else user

    # -- deeds

    def starts(self, payload: str = "") -> Seen:
        """Presses Start, or follows t.me/bot?start=payload."""
        return self.says(f"/start {payload}".strip())

    def says(self, text: str, *, where: Group | None = None, reply_to: int | None = None) -> Seen:
        """Writes a message; long texts leave in pieces of 4096, as the apps do, and the last piece is returned."""
        text, _ = trimmed(text, [])
        if not text:
            raise ValueError("Telegram sends no empty message.")
        pieces = [text[at : at + _TEXT_LIMIT] for at in range(0, len(text), _TEXT_LIMIT)]
        return [self._sends({"text": piece, **_entities(piece)}, where, reply_to) for piece in pieces][-1]

    def sends(
        self,
        kind: str,
        *,
        where: Group | None = None,
        content: bytes | None = None,
        caption: str | None = None,
        **more: Any,
    ) -> Seen:
        """Sends something that is not text; ``more`` are its own fields (latitude, phone_number, duration …)."""
        if kind in PLAIN_KINDS:
            given = {**_DEFAULTS[kind], **more}
            if kind == "contact" and not more:
                given = {"phone_number": "+15555550100", "first_name": self.name, "user_id": self.id}
            return self._sends(PLAIN_KINDS[kind](given), where)
        if kind not in FILE_KINDS:
            raise ValueError(f"Nobody can send {kind!r}; there are {', '.join([*FILE_KINDS, *PLAIN_KINDS])}.")
        file = self.world.files.keep(kind, content if content is not None else f"{kind} of {self.name}".encode())
        words = {"caption": caption} if caption else {}
        return self._sends({**file_fields(kind, file, more), **words}, where)

    def forwards(self, text: str, *, from_name: str = "A friend", where: Group | None = None) -> Seen:
        """Forwards a text of somebody who hides their account."""
        origin = {"type": "hidden_user", "sender_user_name": from_name, "date": int(self.world.now) - 60}
        return self._sends({"text": text, "forward_origin": origin}, where)

    def edits(self, text: str, *, message: int | None = None, where: Group | None = None) -> Seen:
        """Changes an own text message (the last one, or ``message``)."""
        chat = self._chat(where)
        mine = [
            post
            for post in chat.posts.values()
            if post.wire.get("from", {}).get("id") == self.id and "text" in post.wire
        ]
        post = chat.posts[message] if message is not None else mine[-1]
        wire = self.world.edit(chat, post, {"text": text, "entities": None, **_entities(text)})
        self.world.emit("edited_channel_post" if chat.kind == "channel" else "edited_message", wire, ("chat", chat.id))
        return self.world.view(post)

    def deletes(self, message: int) -> None:
        """Deletes a message for everybody; Telegram does not tell the bot."""
        self.world.delete(self.chat.posts[message])

    def presses(
        self,
        label: str | None = None,
        *,
        data: str | None = None,
        message: int | None = None,
        where: Group | None = None,
    ) -> Press:
        """Presses a button, by its text (or a part of it) or its data: of the newest message with one, or ``message``.

        With ``data`` and ``message`` together the button may be one that is no longer shown, as on a slow phone.
        """
        chat = self._chat(where)
        post, found = _button(chat, label, data, message)
        if found is None:
            raise ValueError(f"{self.name} sees no button {label or data!r}.\n{self.told(where)}")
        query = Query(str(random.getrandbits(62)), self.world.now, chat.id)
        self.world.queries[query.id] = query
        gone = {"chat": chat.wire, "message_id": post.wire["message_id"], "date": 0}
        body = {
            "id": query.id,
            "from": self.wire,
            "message": gone if post.deleted else post.wire,
            "chat_instance": str(chat.id),
            "data": found,
        }
        self.world.touch()
        self.world.emit("callback_query", body, ("query", self.id))
        return Press(query, self.world)

    def reacts(self, emoji: str | None, *, message: int | None = None) -> None:
        """Puts an emoji on a message (the newest one of the bot), or takes it away with None."""
        number = message if message is not None else [n for n, post in self.chat.posts.items() if post.by_bot][-1]
        body = {
            "chat": self.chat.wire,
            "message_id": number,
            "user": self.wire,
            "date": int(self.world.now),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
        }
        self.world.emit("message_reaction", body, ("reaction", self.id))

    def blocks(self) -> None:
        """Stops the bot: from now on it gets 403."""
        self._turns_bot("kicked")

    def unblocks(self) -> None:
        """Lets the bot write again."""
        self._turns_bot("member")

    def deletes_account(self) -> None:
        """From now on the bot gets 403, and nothing tells it why."""
        self.chat.deactivated = True
        self.world.touch()

    def adds_bot(self, group: Group, status: str = "member") -> None:
        """Puts the bot into a group (``member`` or ``administrator``), or out of it (``left``, ``kicked``)."""
        old = group.chat.bot_status
        group.chat.bot_status = status
        group.chat.known_to_bot = True
        self.chat.known_to_bot = True
        self._member_update(group.chat, old, status)

    def removes_bot(self, group: Group) -> None:
        """Throws the bot out of a group."""
        self.adds_bot(group, "kicked")

    # -- eyes

    def screen(self, where: Group | None = None) -> list[Seen]:
        """All messages of the chat, oldest first; deleted ones are marked."""
        return self.world.screen(self._chat(where))

    def told(self, where: Group | None = None) -> str:
        """The screen as text, for people and failing tests."""
        return "\n".join([f"--- {self.name}'s phone", *(str(message) for message in self.screen(where))])

    def last(self, where: Group | None = None) -> Seen:
        """The newest message of the bot that is still there."""
        return [message for message in self.screen(where) if message.by_bot and not message.deleted][-1]

    async def expect(self, wanted: Wanted = "", timeout: float = PATIENCE, *, where: Group | None = None) -> Seen:  # noqa: ASYNC109
        """Waits for a message (or an edit) of the bot that contains a text or fulfils a predicate."""
        chat = self._chat(where)
        found: list[Seen] = []

        def look() -> bool:
            for place in range(self._read.get(chat.id, 0), len(chat.events)):
                message = chat.events[place].seen()
                if wanted(message) if callable(wanted) else wanted in message.text:
                    self._read[chat.id] = place + 1
                    found.append(message)
                    return True
            return False

        what = repr(wanted) if isinstance(wanted, str) else getattr(wanted, "__name__", "such a message")
        await _until(self.world, look, timeout, lambda: f"No {what} within {timeout} s.\n{self.told(where)}")
        return found[0]

    async def silence(self, seconds: float = 0.3, *, where: Group | None = None) -> None:
        """Nothing new from the bot (after what was expected) for this long."""
        await asyncio.sleep(seconds)
        if new := self.unread(where):
            raise NotSeen(f"{self.name} did not expect {new[0]}\n{self.told(where)}")

    def unread(self, where: Group | None = None) -> list[Seen]:
        """What the bot did after what was expected last."""
        chat = self._chat(where)
        return [event.seen() for event in chat.events[self._read.get(chat.id, 0) :]]

    def reads_all(self, where: Group | None = None) -> None:
        """The next ``expect`` looks only at what comes from now on."""
        chat = self._chat(where)
        self._read[chat.id] = len(chat.events)

    # -- inside

    def _chat(self, where: Group | None) -> Chat:
        return self.chat if where is None else where.chat

    def _sends(self, content: Json, where: Group | None, reply_to: int | None = None) -> Seen:
        chat = self._chat(where)
        if where is None:
            if chat.bot_status == "kicked":
                raise ValueError(f"{self.name} has blocked the bot and must unblock it before writing.")
            chat.started = chat.known_to_bot = True
        if reply_to is not None:
            content = {**content, "reply_to_message": _without_reply(chat.posts[reply_to].wire)}
        wire = self.world.post(chat, self.wire, content)
        self.chat.known_to_bot = self.chat.known_to_bot or chat.bot_status in ("member", "administrator")
        if chat.bot_status in ("member", "administrator"):
            self.world.emit("channel_post" if chat.kind == "channel" else "message", wire, ("chat", chat.id))
        return self.world.view(chat.posts[wire["message_id"]])

    def _turns_bot(self, status: str) -> None:
        old, self.chat.bot_status = self.chat.bot_status, status
        self.chat.known_to_bot = self.chat.started = True
        if old != status:
            self._member_update(self.chat, old, status)

    def _member_update(self, chat: Chat, old: str, new: str) -> None:
        body = {
            "chat": chat.wire,
            "from": self.wire,
            "date": int(self.world.now),
            "old_chat_member": _membership(self.world.bot, old),
            "new_chat_member": _membership(self.world.bot, new),
        }
        self.world.touch()
        self.world.emit("my_chat_member", body, ("membership", chat.id))


def _button(chat: Chat, label: str | None, data: str | None, message: int | None) -> tuple[Post, str | None]:
    """The message and the data of the button that is meant; no data when there is none."""
    if message is not None:
        posts = [chat.posts[message]]
        if label is None and data is not None:
            return posts[0], data
    else:
        posts = [post for post in reversed(chat.posts.values()) if post.by_bot and not post.deleted]
    for exactly in (True, False):
        for post in posts:
            for row in post.wire.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if "callback_data" in button and _is_meant(button, label, data, exactly):
                        return post, button["callback_data"]
    return posts[0] if posts else Post({}, by_bot=True), None


def _is_meant(button: Json, label: str | None, data: str | None, exactly: bool) -> bool:
    if data is not None:
        return bool(button["callback_data"] == data)
    return bool(button["text"] == label if exactly else (label or "") in button["text"])


def _without_reply(wire: Json) -> Json:
    return {name: value for name, value in wire.items() if name != "reply_to_message"}


def _entities(text: str) -> Json:
    """Commands are marked by the server, so the bot can tell /stop from a word."""
    found = [
        {"type": "bot_command", "offset": utf16_length(text[: hit.start()]), "length": utf16_length(hit[0])}
        for hit in _COMMAND.finditer(text)
    ]
    return {"entities": found} if found else {}


def _membership(user: Json, status: str) -> Json:
    member: Json = {"status": status, "user": user}
    if status == "kicked":
        member["until_date"] = 0
    if status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
            "can_restrict_members "
            "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
        )
        member |= dict.fromkeys(rights.split(), False) | {"can_post_messages": True}
    return member


async def _until(world: World, holds: Callable[[], bool], timeout: float, complaint: Callable[[], str]) -> None:  # noqa: ASYNC109
    """Waits until something holds; looks again whenever the world changes."""
    end = time.monotonic() + timeout
    while not holds():
        left = end - time.monotonic()
        if left <= 0 or not await world.changed(left):
            if holds():
                return
            raise NotSeen(complaint())
