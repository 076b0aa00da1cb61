"""People: what they do to the bot, what they see, and waiting for its answer.

``says``, ``presses`` and the like happen at once and make updates; only waiting (``expect``, ``silence``,
``Press.answered``) is awaited. ``expect`` goes forward through what the bot did, in order: what was expected (or
passed over on the way) is not found a second time.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .files import CAPTIONED, wrong_album
from .html import trimmed
from .pressing import Press, button_of
from .reactions import reaction_of
from .saying import content_of, entities_of
from .seen import Seen
from .waiting import PATIENCE, NotSeen, until
from .world import Chat, Post, Query, World

__all__ = ["PATIENCE", "Group", "NotSeen", "Person", "Press"]

Json = dict[str, Any]
Wanted = str | Callable[[Seen], bool]

_TEXT_LIMIT = 4096


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
        return [self._sends({"text": piece, **entities_of(piece)}, where, reply_to) for piece in pieces][-1]

    def sends(
        self,
        kind: str,
        *,
        where: Group | None = None,
        reply_to: int | None = None,
        content: bytes | None = None,
        caption: str | None = None,
        **more: Any,
    ) -> Seen:
        """Sends something that is not text; ``more`` is what such a message can say (``FILE_FACTS``, ``PLAIN_FACTS``).

        Files also take ``size``, a claim that ``content`` need not keep, and those that show a name ``file_name``.
        """
        return self._sends(
            content_of(self.world.files, self.wire, kind, more, content=content, caption=caption), where, reply_to
        )

    def sends_album(
        self,
        items: Sequence[str | Json],
        *,
        caption: str | None = None,
        where: Group | None = None,
        reply_to: int | None = None,
    ) -> list[Seen]:
        """Sends 2-10 things at once: kinds, or {"kind": "photo", "content"?, "caption"?, …}; one update for each.

        ``caption`` goes under the first one, as the apps do.
        """
        given = [{"kind": item} if isinstance(item, str) else dict(item) for item in items]
        if (why := wrong_album([item["kind"] for item in given])) is not None:
            raise ValueError(why)
        if caption is not None:
            given[0] = {"caption": caption, **given[0]}
        contents = []
        for item in given:
            kind, words = item.pop("kind"), {name: item.pop(name, None) for name in ("content", "caption")}
            contents.append(content_of(self.world.files, self.wire, kind, item, **words))
        album = {"media_group_id": self.world.new_album()}
        return [self._sends({**content, **album}, where, reply_to) for content in contents]

    def forwards(
        self,
        text: str,
        *,
        from_name: str = "A friend",
        from_person: "Person | None" = None,
        where: Group | None = None,
    ) -> Seen:
        """Forwards a text of ``from_person``, or of somebody who hides their account."""
        origin: Json = {"type": "hidden_user", "sender_user_name": from_name}
        if from_person is not None:
            author = {name: value for name, value in from_person.wire.items() if name != "language_code"}
            origin = {"type": "user", "sender_user": author}
        origin["date"] = int(self.world.now) - 60
        return self._sends({"text": text, **entities_of(text), "forward_origin": origin}, where)

    def edits(self, text: str, *, message: int | None = None, where: Group | None = None) -> Seen:
        """Changes an own text message (the last one, or ``message``)."""
        post = self._own(where, message, frozenset({"text"}))
        return self._edited(where, post, {"text": text, "entities": None, **entities_of(text)})

    def edits_caption(self, caption: str, *, message: int | None = None, where: Group | None = None) -> Seen:
        """Changes the words under an own photo, voice … (the last one, or ``message``); empty takes them away."""
        post = self._own(where, message, CAPTIONED)
        return self._edited(where, post, {"caption": caption or None})

    def moves(
        self, latitude: float, longitude: float, *, message: int | None = None, where: Group | None = None
    ) -> Seen:
        """A live location (sent with ``live_period``) goes on; Telegram tells it as an edit."""
        post = self._own(where, message, frozenset({"location"}))
        place = post.wire["location"]
        if "live_period" not in place or "venue" in post.wire:
            raise ValueError("Only a live location moves.")
        return self._edited(where, post, {"location": {**place, "latitude": latitude, "longitude": longitude}})

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
        post, found = button_of(chat, label, data, message)
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

    def reacts(self, emoji: str | list[str] | None, *, message: int | None = None, where: Group | None = None) -> None:
        """Puts an emoji on a message (the newest one of the bot, or ``message``), or takes it away with None.

        With Premium up to three, and custom emoji, given by their id. In a group only an administrator hears of it.
        """
        chat = self._chat(where)
        if chat.kind == "channel":
            raise ValueError("Reactions in channels are anonymous, and this server does not play that.")
        if message is None:
            message = self.last(where).message_id
        post = self._there(chat, message)
        reaction = reaction_of(emoji)
        old = self.world.react(chat, post, self.id, reaction)
        body = {
            "chat": chat.wire,
            "message_id": message,
            "user": self.wire,
            "date": int(self.world.now),
            "old_reaction": old,
            "new_reaction": reaction,
        }
        hears = ("member",) if chat.kind == "private" else ("administrator",)
        if old != reaction and chat.bot_status in hears:
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
        """Waits for a message (or an edit) of the bot that contains a text or fulfils a predicate.

        A predicate is shown the bot's reactions too, as the message with ``reaction`` and ``event`` "reacted".
        """
        chat = self._chat(where)
        found: list[Seen] = []

        def look() -> bool:
            for place in range(self._read.get(chat.id, 0), len(chat.events)):
                message = chat.events[place].seen()
                if wanted(message) if callable(wanted) else wanted in message.text and message.event != "reacted":
                    self._read[chat.id] = place + 1
                    found.append(message)
                    return True
            return False

        what = repr(wanted) if isinstance(wanted, str) else getattr(wanted, "__name__", "such a message")
        await until(self.world, look, timeout, lambda: f"No {what} within {timeout} s.\n{self.told(where)}")
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
            content = {**content, "reply_to_message": _without_reply(self._there(chat, reply_to).wire)}
        wire = self.world.post(chat, self.wire, content)
        self.chat.known_to_bot = self.chat.known_to_bot or chat.bot_status in ("member", "administrator")
        if chat.bot_status in ("member", "administrator"):
            self.world.emit("channel_post" if chat.kind == "channel" else "message", wire, ("chat", chat.id))
        return self.world.view(chat.posts[wire["message_id"]])

    def _there(self, chat: Chat, message: int) -> Post:
        post = chat.posts.get(message)
        if post is None or post.deleted:
            raise ValueError(f"{self.name} sees no message #{message}.")
        return post

    def _own(self, where: Group | None, message: int | None, kinds: frozenset[str]) -> Post:
        """An own message of some kinds that is still there: the last one, or ``message``."""
        chat = self._chat(where)
        posts = reversed(chat.posts.values()) if message is None else [self._there(chat, message)]
        for post in posts:
            author = post.wire.get("from") or post.wire.get("sender_chat", {})
            mine = author.get("id") in (self.id, chat.id) and not post.by_bot
            if mine and not post.deleted and not kinds.isdisjoint(post.wire):
                return post
        raise ValueError(f"{self.name} has no message with {' or '.join(sorted(kinds))} to change there.")

    def _edited(self, where: Group | None, post: Post, changes: Json) -> Seen:
        chat = self._chat(where)
        wire = self.world.edit(chat, post, changes)
        if chat.bot_status in ("member", "administrator"):
            self.world.emit(
                "edited_channel_post" if chat.kind == "channel" else "edited_message", wire, ("chat", chat.id)
            )
        return self.world.view(post)

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


def _without_reply(wire: Json) -> Json:
    return {name: value for name, value in wire.items() if name != "reply_to_message"}


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
