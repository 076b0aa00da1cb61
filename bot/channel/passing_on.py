"""Sends what one person sent to another: fetched from Telegram, cleaned in memory, sent anew under a neutral name.

A file that is sent on by its id keeps its name, its place of taking, its author and its pack of stickers; a forwarded
message says from whom it is. So nothing is forwarded or copied, and nothing touches the disk.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from telegram import Bot, InputFile, Message
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.channel.cleaning import CannotClean, CleanFile, clean
from bot.conversation.message import Attachment

_MADE_BY_TELEGRAM = frozenset({"photo", "voice", "video_note"})
"""Telegram's own apps and servers make these, without a name and without notes: what we cannot open goes by its id."""
_CAPTIONED = frozenset({"voice", "audio", "photo", "video", "animation", "document"})


async def send(bot: Bot, chat: int, attachment: Attachment, caption: str, more: Mapping[str, object]) -> Message:
    """Send *attachment* to *chat* with the HTML *caption*. Raises `CannotClean`, and what the library raises."""
    extra: dict[str, Any] = {"api_kwargs": dict(more)}
    match attachment.kind:
        case "location":
            return await bot.send_location(chat, attachment.latitude, attachment.longitude, **extra)
        case "venue":
            place = (attachment.latitude, attachment.longitude)
            return await bot.send_venue(chat, *place, attachment.name, attachment.address, **extra)
        case "contact":
            return await bot.send_contact(chat, attachment.phone, attachment.name or "–", **extra)
    if attachment.kind in _CAPTIONED and caption:
        extra |= {"caption": caption, "parse_mode": "HTML"}
    try:
        cleaned = await _cleaned(bot, attachment)
    except CannotClean:
        if attachment.kind == "sticker" and attachment.emoji:
            return await bot.send_message(chat, attachment.emoji, **extra)
        if attachment.kind not in _MADE_BY_TELEGRAM:
            raise
        file: InputFile | str = attachment.file
    else:
        file = InputFile(cleaned.content, filename=cleaned.name)
    method = getattr(bot, f"send_{attachment.kind}")
    sent: Message = await method(chat, file, **extra)
    return sent


async def fetched(bot: Bot, attachment: Attachment) -> tuple[str, bytes]:
    """The name and content of the cleaned file, for a page. Raises ``LookupError`` when it cannot be had or cleaned."""
    try:
        cleaned = await _cleaned(bot, attachment)
    except (CannotClean, TelegramError) as err:
        raise LookupError("the file cannot be shown") from err
    return cleaned.name, cleaned.content


async def _cleaned(bot: Bot, attachment: Attachment) -> CleanFile:
    found = await bot.get_file(attachment.file)
    try:
        content = bytes(await found.download_as_bytearray())
    except InvalidToken:  # so the library calls each 404; the token was good enough for the call before
        raise BadRequest("the file is gone") from None
    return await asyncio.to_thread(clean, attachment.kind, content, "", attachment.mime)
