"""Takes an update to the action it belongs to, and makes sure that it is answered once: one lane per chat.

Telegram sends a chat's messages one after another, but a button press may overtake them; within this process a lock per
chat keeps the order, between processes the row lock of the newcomer does.
"""

import asyncio
from contextlib import suppress
from datetime import datetime

import structlog
from telegram import Bot, Update
from telegram.error import TelegramError

from bot.actions.newcomer import (
    Parts,
    newcomer_calls_in_group,
    newcomer_leaves,
    newcomer_meets_trouble,
    newcomer_says,
)
from bot.channel.incoming import CalledInGroup, Happening, Left, read

log = structlog.get_logger(__name__)


class Hearing:
    """Answers updates. Give it each update once it is safe (a webhook's request open, or a row in the inbox)."""

    def __init__(self, parts: Parts, bot: Bot) -> None:
        self._parts = parts
        self._bot = bot
        self._lanes: dict[str, tuple[asyncio.Lock, int]] = {}
        self._answers: set[asyncio.Task[None]] = set()

    async def hear(self, update: Update, now: datetime) -> None:
        """Answer *update*. Raises only when nothing could be written: then it must come again."""
        happening = read(update, now)
        if happening is None:
            return
        lane = happening.newcomer.address
        lock, waiting = self._lanes.get(lane, (asyncio.Lock(), 0))
        self._lanes[lane] = lock, waiting + 1
        try:
            async with lock:
                await self._answer(happening)
        finally:
            lock, waiting = self._lanes.pop(lane)
            if waiting > 1:
                self._lanes[lane] = lock, waiting - 1
        if update.callback_query:
            self._stop_the_clock(update.callback_query.id)

    async def _answer(self, happening: Happening) -> None:
        match happening:
            case Left():
                await newcomer_leaves(happening.newcomer, happening.key, happening.at, self._parts)
            case CalledInGroup():
                name = f"@{self._bot.username}"
                await newcomer_calls_in_group(happening.newcomer, happening.key, happening.at, name, self._parts)
            case _:
                try:
                    await newcomer_says(happening, self._parts)
                except Exception as err:
                    log.exception("an update could not be answered", error=type(err).__name__)
                    await newcomer_meets_trouble(happening, self._parts)

    def _stop_the_clock(self, query_id: str) -> None:
        """Ends the little clock on a pressed button. It may fail (pressed too long ago); the answer does not depend on it."""
        task = asyncio.create_task(self._answer_query(query_id))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer_query(self, query_id: str) -> None:
        with suppress(TelegramError):
            await self._bot.answer_callback_query(query_id)

    async def close(self) -> None:
        """Wait for what is under way."""
        if self._answers:
            await asyncio.wait(self._answers)
