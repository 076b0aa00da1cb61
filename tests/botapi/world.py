"""Who and what exists: the bot, people, groups, channels, their messages. Knows no HTTP and no method of the API.

The bot's calls (``methods.py``) and people's deeds (``person.py``) change it; what the bot should hear leaves through
``emit``. A message is stored as the API shows it, and an edit puts a new value in its place, so a value once handed
out never changes. ``now`` is the clock of this world; ``travel`` moves it forward (callback queries grow old, …).
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from .errors import bad_request, forbidden
from .files import Files
from .seen import Seen, seen

Json = dict[str, Any]
ChatKind = Literal["private", "group", "supergroup", "channel"]
What = Literal["new", "edited", "reacted"]
#: Kind of update, its value, and the queue it waits in (see ``updates.py``).
Emit = Callable[[str, Json, tuple[str, int]], object]

FIRST_GROUP = 1_000_000_000


@dataclass(slots=True)
class Post:
    """One message in a chat, as its readers have it. ``reactions`` are ReactionTypes by user id, never changed in place."""

    wire: Json
    by_bot: bool
    keyboard: Json | None = None
    deleted: bool = False
    reactions: dict[int, list[Json]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something the bot did to a chat, in order; what ``expect`` waits for."""

    what: What
    seen: Callable[[], Seen]


@dataclass(slots=True)
class Chat:
    """A private chat, a group or a channel."""

    id: int
    kind: ChatKind
    names: Json
    bot_status: str = "member"
    started: bool = True
    known_to_bot: bool = True
    deactivated: bool = False
    posts: dict[int, Post] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    keyboard: Json | None = None
    action: tuple[str, float] | None = None

    @property
    def wire(self) -> Json:
        """The chat as the API shows it."""
        return {"id": self.id, "type": self.kind, **self.names}

    @property
    def is_group(self) -> bool:
        """Whether the limit for groups holds here."""
        return self.kind != "private"


@dataclass(slots=True)
class Query:
    """A button press that waits for answerCallbackQuery. ``made`` is in the world's time."""

    id: str
    made: float
    chat: int
    answer: Json | None = None
    answered_at: float | None = None


class World:
    """Everything there is."""

    def __init__(
        self, emit: Emit, *, bot_name: str = "Natural Helpers", bot_username: str = "lab_bot", bot_id: int = 777
    ) -> None:
        self.emit = emit
        self.bot: Json = {"id": bot_id, "is_bot": True, "first_name": bot_name, "username": bot_username}
        self.chats: dict[int, Chat] = {}
        self.usernames: dict[str, int] = {}
        self.queries: dict[str, Query] = {}
        self.files = Files()
        self.version = 0
        self.bot_posted: Callable[[Chat], None] = lambda chat: None
        self._travelled = 0.0
        self._message_ids = 0
        self._group_message_ids: dict[int, int] = {}
        self._changed: asyncio.Event | None = None

    # -- time and waiting

    @property
    def now(self) -> float:
        """Unix time in this world, seconds."""
        return time.time() + self._travelled

    def travel(self, seconds: float) -> None:
        """Moves the world's clock forward."""
        self._travelled += seconds

    def touch(self) -> None:
        """Tells everyone who waits in ``changed`` that something is different."""
        self.version += 1
        if self._changed is not None:
            self._changed.set()
            self._changed = None

    async def changed(self, timeout: float) -> bool:  # noqa: ASYNC109
        """Waits until anything changes; False when ``timeout`` seconds passed first."""
        if self._changed is None:
            self._changed = asyncio.Event()
        try:
            await asyncio.wait_for(self._changed.wait(), timeout)
        except TimeoutError:
            return False
        return True

    # -- chats

    def add_chat(self, chat: Chat) -> Chat:
        """A new chat; its id and @name must be free."""
        username = chat.names.get("username", "").lower()
        if chat.id in self.chats or username in self.usernames:
            raise ValueError(f"There is a chat {chat.id} or @{username} already.")
        self.chats[chat.id] = chat
        if username:
            self.usernames[username] = chat.id
        self.touch()
        return chat

    def chat_for_bot(self, chat_id: int | str) -> Chat:
        """The chat a call means, if the bot may write there; else the refusal Telegram gives."""
        chat = self.known_chat(chat_id)
        if chat.kind == "private":
            if chat.deactivated:
                raise forbidden("user is deactivated")
            if chat.bot_status == "kicked":
                raise forbidden("bot was blocked by the user")
            if not chat.started:
                raise forbidden("bot can't initiate conversation with a user")
        elif chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        elif chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        elif chat.kind == "channel" and chat.bot_status != "administrator":
            raise bad_request("need administrator rights in the channel chat")
        return chat

    def known_chat(self, chat_id: int | str) -> Chat:
        """The chat a call means, if the bot has ever met it."""
        if isinstance(chat_id, str):
            chat_id = self.usernames.get(chat_id.removeprefix("@").lower(), 0)
        chat = self.chats.get(chat_id)
        if chat is None or not chat.known_to_bot or chat_id == 0:
            raise bad_request("chat not found")
        return chat

    # -- messages

    def next_message_id(self, chat: Chat) -> int:
        """Private chats and small groups share one counter, each supergroup and channel has its own."""
        if chat.kind in ("supergroup", "channel"):
            self._group_message_ids[chat.id] = self._group_message_ids.get(chat.id, 0) + 1
            return self._group_message_ids[chat.id]
        self._message_ids += 1
        return self._message_ids

    def post(self, chat: Chat, author: Json | None, content: Json, *, keyboard: Json | None = None) -> Json:
        """Puts a message into a chat (``author`` None: the channel itself) and returns it as the API shows it.

        ``keyboard`` is a big reply keyboard; the API never shows it in a message, but people see it.
        """
        by_bot = author is self.bot
        wire: Json = {"message_id": self.next_message_id(chat), "date": int(self.now), "chat": chat.wire}
        if author is None or chat.kind == "channel":
            wire["sender_chat"] = chat.wire
        else:
            wire["from"] = author
        wire.update(content)
        post = chat.posts[wire["message_id"]] = Post(wire, by_bot, keyboard)
        if by_bot:
            self._happened(chat, "new", post)
        self.touch()
        return wire

    def edit(self, chat: Chat, post: Post, changes: Json, *, marked: bool = True) -> Json:
        """Puts a changed message in the place of the old one. A change to None takes the field away."""
        wire = {name: value for name, value in {**post.wire, **changes}.items() if value is not None}
        if marked:
            wire["edit_date"] = int(self.now)
        post.wire = wire
        if post.by_bot:
            self._happened(chat, "edited", post)
        self.touch()
        return wire

    def delete(self, post: Post) -> None:
        """The message is gone for everybody; screens still show that it was there."""
        post.deleted = True
        self.touch()

    def screen(self, chat: Chat) -> list[Seen]:
        """All messages of a chat in order, deleted ones marked."""
        return [self.view(post) for post in chat.posts.values()]

    def react(self, chat: Chat, post: Post, user_id: int, reaction: list[Json]) -> list[Json]:
        """Puts somebody's reaction in the place of the one before (none: takes it away), and returns that one."""
        old = post.reactions.get(user_id, [])
        if old == reaction:
            return old
        others = {who: what for who, what in post.reactions.items() if who != user_id}
        post.reactions = {**others, **({user_id: reaction} if reaction else {})}
        if user_id == self.bot["id"]:
            chat.events.append(self._event("reacted", post))
        self.touch()
        return old

    def new_album(self) -> str:
        """An id that the messages of one album share."""
        return str(random.getrandbits(60))

    def view(self, post: Post) -> Seen:
        """One message as people see it now."""
        return self._seen(post.wire, post, post.reactions, deleted=post.deleted)

    def _seen(
        self, wire: Json, post: Post, reactions: dict[int, list[Json]], *, deleted: bool, event: str = ""
    ) -> Seen:
        return seen(
            wire,
            by_bot=post.by_bot,
            deleted=deleted,
            keyboard=post.keyboard,
            file=self.files.shown_in(wire),
            reaction=reactions.get(self.bot["id"], []),
            reactions=[one for who, given in reactions.items() if who != self.bot["id"] for one in given],
            event=event,
        )

    def _event(self, what: What, post: Post) -> Event:
        """The message as it is now, looked at later."""
        return Event(what, partial(self._seen, post.wire, post, post.reactions, deleted=False, event=what))

    def _happened(self, chat: Chat, what: What, post: Post) -> None:
        chat.events.append(self._event(what, post))
        self.bot_posted(chat)
