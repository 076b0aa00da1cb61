"""Gives newcomers what they keep: pictures, pins on the map, contacts, days for the calendar. Each is one message."""

import asyncio
from typing import Any

import structlog
from telegram import Bot, InputFile, Message
from telegram.error import BadRequest

from bot import takeaways
from bot.channel import drawing
from bot.conversation.takeaway import PhoneCard, Pin, Takeaway
from bot.conversation.words import Words

log = structlog.get_logger(__name__)


async def send(bot: Bot, chat: int, words: Words, takeaway: Takeaway) -> Message:
    """Send *takeaway* to *chat*, with *words* where it can carry some. What cannot be made or sent is said in words alone."""
    more: dict[str, Any] = {"api_kwargs": {"reply_markup": drawing.keyboard(words)}}
    try:
        match takeaway:
            case Pin(latitude, longitude, name, address):
                return await bot.send_venue(chat, latitude, longitude, name, address, **more)
            case PhoneCard(name, phone):
                return await bot.send_contact(chat, phone, name, **more)
        file = await _made(takeaway)
        if file:
            more |= {"caption": drawing.html(words.text), "parse_mode": "HTML"}
            content = InputFile(file.content, filename=file.name)
            send_file = bot.send_photo if file.mime == "image/png" else bot.send_document
            sent: Message = await send_file(chat, content, **more)
            return sent
    except (BadRequest, ValueError) as err:
        log.error("telegram does not take a takeaway", kind=type(takeaway).__name__, error=str(err))  # noqa: TRY400
    more = {"api_kwargs": {"reply_markup": drawing.keyboard(words)}}
    return await bot.send_message(chat, drawing.html(words.text), parse_mode="HTML", **more)


async def _made(takeaway: Takeaway) -> takeaways.File | None:
    """The file; ``None`` when it cannot be made here. Whatever the reason is, nobody may be left without an answer."""
    try:
        return await asyncio.to_thread(takeaways.make, takeaway)
    except Exception as err:
        log.exception("a takeaway cannot be made", kind=type(takeaway).__name__, error=str(err))
        return None
