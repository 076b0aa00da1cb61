"""Rings when words have been committed, in this process and, on PostgreSQL, in all others.

A ring may be lost or come twice (a connection breaks): who listens looks into the database from time to time as well.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncpg  # type: ignore[import-untyped]

from bot.storage.database import Postgres

NOTIFY_CHANNEL = "natural_helpers_words"
AGAIN_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ring:
    """Words were committed on ``channel`` for the one whose `Store.tag` is ``tag``. Both empty: some may be missed."""

    channel: str = ""
    tag: str = ""

    def to_text(self) -> str:
        """For NOTIFY."""
        return f"{self.channel} {self.tag}"

    @classmethod
    def from_text(cls, text: str) -> "Ring":
        """The inverse of `to_text`."""
        channel, _, tag = text.partition(" ")
        return cls(channel, tag)


class Bell:
    """Those who want to know. Callbacks run on the event loop and must be short: set an ``asyncio.Event``."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[Ring], object]] = []
        self._listening: asyncio.Task[None] | None = None
        self._beginning = asyncio.Lock()

    def hang(self, callback: Callable[[Ring], object]) -> Callable[[], None]:
        """Call *callback* at each ring, until the returned function is called."""
        self._callbacks.append(callback)

        def stop() -> None:
            with suppress(ValueError):
                self._callbacks.remove(callback)

        return stop

    def ring(self, ring: Ring) -> None:
        """Tell everyone here. One that fails does not keep the others from hearing it."""
        for callback in tuple(self._callbacks):
            try:
                callback(ring)
            except Exception:
                log.exception("a callback of the bell failed")

    async def listen(self, database: Postgres) -> None:
        """Ring for the commits of other processes too, from now on; connects again by itself."""
        async with self._beginning:  # two parts begin to listen in the same moment
            if self._listening is None:
                first = await self._connected(database)
                self._listening = asyncio.create_task(self._stay(database, first), name="listen for words")

    async def close(self) -> None:
        """Stop listening."""
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None

    async def _connected(self, database: Postgres) -> tuple[Any, asyncio.Event]:
        connection, lost = await database.connect(), asyncio.Event()
        connection.add_termination_listener(lambda *_: lost.set())
        await connection.add_listener(NOTIFY_CHANNEL, lambda *heard: self.ring(Ring.from_text(heard[3])))
        return connection, lost

    async def _stay(self, database: Postgres, first: tuple[Any, asyncio.Event]) -> None:
        connection, lost = first
        try:
            while True:
                await lost.wait()
                log.warning("the connection that listens for words was lost")
                connection, lost = await self._again(database)
                self.ring(Ring())
        finally:
            # Not close(): it waits for an answer, which a task that is being cancelled must not do.
            connection.terminate()

    async def _again(self, database: Postgres) -> tuple[Any, asyncio.Event]:
        while True:
            try:
                return await self._connected(database)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.info("cannot listen for words yet: %s", type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)
