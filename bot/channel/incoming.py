"""Telegram updates → what newcomers do. Every kind of update has its answer here, or is silence.

Silence, on purpose: channel posts, group messages that are no command, a shared place that moves on, service messages
(“pinned”, “joined”), unblocking (Telegram sends ``/start`` right after it), reactions, votes and what it may invent.
Update: https://core.telegram.org/bots/api#update
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.conversation.message import Asked, Heard, Newcomer, Pressed, Sent, SentKind, Started
from bot.conversation.message import Message as FromNewcomer

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
"""What we ask Telegram for; all else stays with Telegram."""

COMMANDS = {
    "menu": "main_menu",
    "language": "change_language",
    "help": "help",
    "person": "talk_to_person",
    "stop": "stop",
}

_COMMAND = re.compile(r"/(?P<name>[a-z0-9_]{1,64})(?:@(?P<bot>\w+))?(?:\s+(?P<rest>\S.*))?", re.IGNORECASE | re.DOTALL)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a link to the bot may carry: https://core.telegram.org/bots/features#deep-linking"""

_KINDS: tuple[tuple[str, SentKind], ...] = (
    ("voice", "voice"), ("audio", "voice"), ("video_note", "video"), ("photo", "photo"), ("video", "video"),
    ("animation", "video"), ("sticker", "sticker"), ("document", "document"), ("venue", "location"),
    ("location", "location"), ("contact", "contact"), ("poll", "poll"), ("dice", "other"), ("game", "other"),
    ("story", "other"), ("paid_media", "other"), ("checklist", "other"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody blocked the bot."""

    newcomer: Newcomer
    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class CalledInGroup:
    """A command in a group: the answer is to write to the bot alone. ``called``: the bot's name, if it was said."""

    newcomer: Newcomer
    at: datetime
    key: str
    called: str = ""


Happening: TypeAlias = FromNewcomer | Left | CalledInGroup


def read(update: Update, now: datetime) -> Happening | None:
    """What *update* is; ``None`` for silence. *now* is when it reached us (aware, UTC)."""
    key = str(update.update_id)
    if update.callback_query:
        return _pressed(update.callback_query, key, now)
    if update.my_chat_member:
        return _membership(update.my_chat_member, key, now)
    message = update.message or update.edited_message
    if message is None:
        return None
    newcomer = Newcomer("telegram", str(message.chat.id))
    if message.chat.type != ChatType.PRIVATE:
        command = _COMMAND.fullmatch(message.text or "") if update.message else None
        return CalledInGroup(newcomer, now, key, command["bot"] or "") if command else None
    if update.edited_message:
        text = message.text or message.caption or ""
        return Heard(newcomer, now, key, text, edited=True) if text or not message.location else None
    if message.text is not None:
        return _typed(newcomer, now, key, message.text)
    return _sent(newcomer, now, key, message)


def _pressed(query: CallbackQuery, key: str, now: datetime) -> Happening | None:
    """A button belongs to whoever pressed it, even under a message so old that Telegram no longer shows it to us."""
    if query.message and query.message.chat.type != ChatType.PRIVATE:
        return None
    on = str(query.message.message_id) if query.message and query.message.is_accessible else ""
    return Pressed(Newcomer("telegram", str(query.from_user.id)), now, key, query.data or "", on)


def _membership(member: ChatMemberUpdated, key: str, now: datetime) -> Happening | None:
    if member.chat.type == ChatType.PRIVATE and member.new_chat_member.status == ChatMemberStatus.BANNED:
        return Left(Newcomer("telegram", str(member.chat.id)), now, key)
    return None


def _typed(newcomer: Newcomer, now: datetime, key: str, text: str) -> Happening:
    """Words behind a command are words: “/help my house is on fire” must be heard."""
    command = _COMMAND.fullmatch(text)
    if command is None:
        return Heard(newcomer, now, key, text)
    name, rest = command["name"].lower(), command["rest"] or ""
    if name == "start" and (not rest or _PAYLOAD.fullmatch(rest)):
        return Started(newcomer, now, key, rest)
    if name in COMMANDS and not rest:
        return Asked(newcomer, now, key, COMMANDS[name])
    return Heard(newcomer, now, key, rest if name == "start" else text[1:])


def _sent(newcomer: Newcomer, now: datetime, key: str, message: Message) -> Happening | None:
    for attribute, kind in _KINDS:
        if getattr(message, attribute, None):
            return Sent(newcomer, now, key, kind, message.caption or "")
    return None
