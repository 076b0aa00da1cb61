"""Takes an update to the action it belongs to, and makes sure that it is answered once: one lane per chat.

Telegram sends a chat's messages one after another, but a button press may overtake them; within this process a lock per
chat keeps the order, between processes the row lock of the newcomer does.
"""

import asyncio
from contextlib import suppress
from datetime import datetime
from weakref import WeakValueDictionary

import structlog
from telegram import Bot, Update
from telegram.error import TelegramError

from bot.actions.newcomer import newcomer_calls_in_group, newcomer_leaves, newcomer_meets_trouble
from bot.actions.parts import Parts
from bot.actions.person import person_says
from bot.channel.incoming import CalledInGroup, Happening, Left, read

log = structlog.get_logger(__name__)


class Hearing:
    """Answers updates. Give it each update once it is safe (a webhook's request open, or a row in the inbox)."""

    def __init__(self, parts: Parts, bot: Bot) -> None:
        self._parts = parts
        self._bot = bot
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._answers: set[asyncio.Task[None]] = set()

    async def hear(self, update: Update, now: datetime) -> bool:
        """Answer *update*; False when it is nothing to answer. Raises only when nothing could be written.

        Then it must come again.
        """
        happening = read(update, now)
        if happening is None or self._is_for_another_bot(happening):
            return False
        # A lane lives as long as somebody waits in it.
        lane = self._lanes.setdefault(happening.newcomer.address, asyncio.Lock())
        async with lane:
            await self._answer(happening)
        return True

    def _is_for_another_bot(self, happening: Happening) -> bool:
        if not isinstance(happening, CalledInGroup) or not happening.called:
            return False
        return happening.called.casefold() != self._bot.username.casefold()

    async def _answer(self, happening: Happening) -> None:
        match happening:
            case Left():
                await newcomer_leaves(happening.newcomer, happening.key, happening.at, self._parts)
            case CalledInGroup():
                name = f"@{self._bot.username}"
                await newcomer_calls_in_group(happening.newcomer, happening.key, happening.at, name, self._parts)
            case _:
                try:
                    await person_says(happening, self._parts)
                except Exception as err:
                    log.exception("an update could not be answered", error=type(err).__name__)
                    await newcomer_meets_trouble(happening, self._parts)

    def stop_the_clock(self, update: Update) -> None:
        """Ends the little clock on a pressed button. It may fail (pressed too long ago): the answer is under way.

        For updates that were fetched; a webhook says the same as the answer to its request, which costs no call.
        """
        if update.callback_query is None:
            return
        task = asyncio.create_task(self._answer_query(update.callback_query.id))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer_query(self, query_id: str) -> None:
        with suppress(TelegramError):
            await self._bot.answer_callback_query(query_id)

    async def close(self) -> None:
        """Wait for what is under way."""
        if self._answers:
            await asyncio.wait(self._answers)
