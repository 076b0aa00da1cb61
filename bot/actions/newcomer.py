"""What can happen between a newcomer and the program. Each function is one happening and one transaction.

Nothing is decided here: `bot.conversation.respond` decides, `bot.storage` remembers, the outbox carries what is said.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot import wording
from bot.conversation.guide import Guide
from bot.conversation.message import NOTHING, Heard, Message, Newcomer, Pressed, Sent, Understanding
from bot.conversation.privacy import clean
from bot.conversation.respond import listens, respond
from bot.conversation.talk import Talk, Turn
from bot.conversation.words import Words
from bot.metrics import TROUBLES, TURNS
from bot.rasa import Rasa
from bot.storage.store import Store


@dataclass(frozen=True)
class Parts:
    """What the actions work with. ``rasa`` is ``None`` where it cannot be had: lists, buttons and search go on."""

    store: Store
    guide: Guide
    rasa: Rasa | None = None


async def newcomer_says(message: Message, parts: Parts) -> Turn | None:
    """Answer any message of a newcomer. ``None`` when the same message was answered before (a repeated delivery)."""
    understood = await _understand(message, parts)
    async with parts.store.work() as work:
        before = await work.conversation_with(message.newcomer, message.key, message.at)
        if before is None:
            return None
        turn = respond(before, message, understood, parts.guide, message.at)
        if turn.forget:
            await work.forget(message.at)
        elif message.newcomer.channel == "web":
            await work.note_own_line(_own_line(message), message.at)
        await work.keep(turn.conversation, _placed(turn, message), message.at)
    TURNS.labels(message.newcomer.channel, turn.did[-1].partition(":")[0], turn.words[0].language).inc()
    return turn


async def newcomer_meets_trouble(message: Message, parts: Parts) -> None:
    """Something broke while a message was answered: say so, keep the conversation as it was, never try it again."""
    async with parts.store.work() as work:
        before = await work.conversation_with(message.newcomer, message.key, message.at)
        if before is not None:
            turn = Talk(before, parts.guide, message.at).chat(wording.TROUBLE, "trouble")
            await work.keep(turn.conversation, turn.words, message.at)
    TROUBLES.inc()


async def newcomer_leaves(newcomer: Newcomer, key: str, at: datetime, parts: Parts) -> None:
    """Somebody blocked the bot: nothing waits for them any more."""
    async with parts.store.work() as work:
        if await work.conversation_with(newcomer, key, at) is not None:
            await work.gone(at)


async def newcomer_calls_in_group(newcomer: Newcomer, key: str, at: datetime, name: str, parts: Parts) -> None:
    """A command in a group chat: ask to be written to alone. What is said in a group is nobody's private talk."""
    async with parts.store.work() as work:
        before = await work.conversation_with(newcomer, key, at)
        if before is not None:
            turn = Talk(before, parts.guide, at).end("group", parts.guide.voice("", at).say(wording.GROUP, name=name))
            await work.keep(before, turn.words, at)


async def _understand(message: Message, parts: Parts) -> Understanding:
    """Ask Rasa, but only when the answer may depend on it. No transaction is open while we wait."""
    if parts.rasa is None or not isinstance(message, Heard | Sent):
        return NOTHING
    before = await parts.store.peek(message.newcomer)
    text = listens(before, message, parts.guide)
    return await parts.rasa.understand(text, before.language or None) if text else NOTHING


def _placed(turn: Turn, message: Message) -> tuple[Words, ...]:
    """The words of *turn*; where they replace a message, with its id."""
    if turn.replaces and isinstance(message, Pressed) and message.on:
        return (replace(turn.words[0], replaces=message.on), *turn.words[1:])
    return turn.words


def _own_line(message: Message) -> str:
    """What the web page shows as said by the newcomer, cut of private data."""
    match message:
        case Heard():
            return clean(message.text).text
        case Pressed():
            return message.label
        case _:
            return ""
