"""Telegram updates → what newcomers do. Every kind of update has its answer here, or is silence.

Silence, on purpose: channel posts, group messages that are no command, a shared place that moves on, service messages
(“pinned”, “joined”), unblocking (Telegram sends ``/start`` right after it), votes and what it may invent. Telegram tells
bots nothing of messages that people delete. Nothing that is read here says who somebody is: no name, no user name.
Update: https://core.telegram.org/bots/api#update
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypedDict

from telegram import CallbackQuery, ChatMemberUpdated, Message, MessageReactionUpdated, ReactionTypeEmoji, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.conversation.message import (
    Asked,
    Attachment,
    AttachmentKind,
    Heard,
    Newcomer,
    Pressed,
    Reacted,
    Sent,
    SentKind,
    Started,
)
from bot.conversation.message import Message as FromNewcomer

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"]
"""What we ask Telegram for; all else stays with Telegram."""

COMMANDS = {
    "menu": "main_menu",
    "language": "change_language",
    "help": "help",
    "person": "talk_to_person",
    "stop": "stop",
    "forget": "delete_my_data",
}
HELPER_COMMANDS = {"cases": ("",), "duty": ("", "on", "off"), "me": ("",), "web": ("",), "invite": ("",)}
"""Commands of helpers, and what may stand behind each."""

_COMMAND = re.compile(r"/(?P<name>[a-z0-9_]{1,64})(?:@(?P<bot>\w+))?(?:\s+(?P<rest>\S.*))?", re.IGNORECASE | re.DOTALL)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a link to the bot may carry: https://core.telegram.org/bots/features#deep-linking"""

_KINDS: tuple[tuple[str, SentKind], ...] = (
    ("voice", "voice"), ("audio", "voice"), ("video_note", "video"), ("photo", "photo"), ("video", "video"),
    ("animation", "video"), ("sticker", "sticker"), ("document", "document"), ("venue", "location"),
    ("location", "location"), ("contact", "contact"), ("poll", "poll"), ("dice", "other"), ("game", "other"),
    ("story", "other"), ("paid_media", "other"), ("checklist", "other"),
)  # fmt: skip


class _Refs(TypedDict):
    ref: str
    answers: str


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
    if update.message_reaction:
        return _reacted(update.message_reaction, key, now)
    message = update.message or update.edited_message
    if message is None:
        return None
    newcomer = Newcomer("telegram", str(message.chat.id))
    if message.chat.type != ChatType.PRIVATE:
        command = _COMMAND.fullmatch(message.text or "") if update.message else None
        return CalledInGroup(newcomer, now, key, command["bot"] or "") if command else None
    refs = _refs(message)
    if update.edited_message:
        text = message.text or message.caption or ""
        return Heard(newcomer, now, key, text, edited=True, **refs) if text or not message.location else None
    if message.text is not None:
        return _typed(newcomer, now, key, message.text, refs)
    return _sent(newcomer, now, key, message, refs)


def _refs(message: Message) -> _Refs:
    """The numbers of a message and of the one it replies to."""
    answered = message.reply_to_message
    return {"ref": str(message.message_id), "answers": str(answered.message_id) if answered else ""}


def _reacted(reaction: MessageReactionUpdated, key: str, now: datetime) -> Happening | None:
    if reaction.chat.type != ChatType.PRIVATE:
        return None
    emoji = next((each.emoji for each in reaction.new_reaction if isinstance(each, ReactionTypeEmoji)), "")
    return Reacted(Newcomer("telegram", str(reaction.chat.id)), now, key, emoji, str(reaction.message_id))


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


def _typed(newcomer: Newcomer, now: datetime, key: str, text: str, refs: _Refs) -> Happening:
    """Words behind a command are words: “/help my house is on fire” must be heard."""
    command = _COMMAND.fullmatch(text)
    if command is None:
        return Heard(newcomer, now, key, text, **refs)
    name, rest = command["name"].lower(), command["rest"] or ""
    if name == "start" and (not rest or _PAYLOAD.fullmatch(rest)):
        return Started(newcomer, now, key, rest)
    if name in COMMANDS and not rest:
        return Asked(newcomer, now, key, COMMANDS[name])
    if rest.lower() in HELPER_COMMANDS.get(name, ()):
        return Asked(newcomer, now, key, name, rest.lower())
    return Heard(newcomer, now, key, rest if name == "start" else text[1:], **refs)


def _sent(newcomer: Newcomer, now: datetime, key: str, message: Message, refs: _Refs) -> Happening | None:
    for attribute, kind in _KINDS:
        if getattr(message, attribute, None):
            return Sent(newcomer, now, key, kind, message.caption or "", _attachment(message), **refs)
    return None


_FILES: tuple[AttachmentKind, ...] = ("voice", "audio", "video_note", "video", "animation", "sticker", "document")


def _attachment(message: Message) -> Attachment | None:
    """What of a message can be passed on to somebody else: never who sent it, no file name, no pack, no link."""
    if message.venue:
        place = message.venue.location
        return Attachment("venue", latitude=place.latitude, longitude=place.longitude, name=message.venue.title,
                          address=message.venue.address)  # fmt: skip
    if message.location:
        return Attachment("location", latitude=message.location.latitude, longitude=message.location.longitude)
    if message.contact:
        contact = message.contact
        name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
        own = bool(message.from_user and contact.user_id == message.from_user.id)
        return Attachment("contact", phone=contact.phone_number, name=name, own=own)
    if message.photo:
        largest = message.photo[-1]
        return Attachment("photo", largest.file_id, largest.file_size or 0)
    for kind in _FILES:
        file = getattr(message, kind, None)
        if file:
            mime, emoji = getattr(file, "mime_type", None) or "", getattr(file, "emoji", None) or ""
            return Attachment(kind, file.file_id, file.file_size or 0, mime, emoji=emoji)
    return None
