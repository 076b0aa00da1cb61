"""Long polling: fetch, write down, only then tell Telegram that we have it; answer from the inbox.

The library's own updater confirms updates that still sit in memory, and loses them when the process is killed. Here
``get_updates`` → inbox, commit → next offset; a killed process finds in the inbox what it has not answered.
https://core.telegram.org/bots/api#getting-updates
"""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channel.hearing import Hearing
from bot.channel.incoming import ALLOWED_UPDATES, read
from bot.channel.telegram import pause_asked
from bot.channel.unbroken import unbroken
from bot.storage.inbox import Received, ReceivedClaim
from bot.storage.store import Store

log = structlog.get_logger(__name__)

WAIT = 25
"""Seconds that Telegram holds a request open when nothing happens."""
AT_ONCE = 16
"""Newcomers answered at the same time."""
LEASE = timedelta(seconds=30)
SLOW_POLL = 2.0
MOST_TRIES = 5
AGAIN = timedelta(seconds=5)
LONGEST_BACKOFF = 60.0


class Polling:
    """Fetches updates and answers them. `run` works until it is cancelled; what is under way then is finished first."""

    def __init__(self, store: Store, bot: Bot, hearing: Hearing, owner: str) -> None:
        self._store = store
        self._bot = bot
        self._hearing = hearing
        self._owner = owner
        self._rung = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Fetch and answer, side by side, for ever."""
        await self._bot.delete_webhook(drop_pending_updates=False)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._fetch())
                group.create_task(self._work())
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way)

    async def _fetch(self) -> None:
        offset, backoff = 0, 1.0
        while True:
            try:
                updates = await self._bot.get_updates(
                    offset, timeout=WAIT, read_timeout=WAIT + 10, allowed_updates=ALLOWED_UPDATES
                )
            except (NetworkError, RetryAfter, Conflict) as err:
                backoff = await self._back_off(err, backoff)
                continue
            except InvalidToken:
                log.error("telegram refuses the token", setting="TELEGRAM_TOKEN")  # noqa: TRY400  (err may hold it)
                backoff = await self._back_off(InvalidToken("token"), backoff)
                continue
            backoff = 1.0
            if updates:
                await self._store.receive("telegram", list(_received(updates)), _now())
                offset = updates[-1].update_id + 1
                self._rung.set()

    async def _back_off(self, err: TelegramError, seconds: float) -> float:
        """Wait, longer each time. A conflict means that another process polls with the same token."""
        seconds = max(seconds, pause_asked(err))
        log.warning("cannot fetch updates", error=type(err).__name__, again_in=seconds)
        await asyncio.sleep(seconds)
        return min(seconds * 2, LONGEST_BACKOFF)

    async def _work(self) -> None:
        while True:
            self._rung.clear()
            if not await unbroken(self._begin()):
                await self._wait()

    async def _begin(self) -> bool:
        """Begin to answer what is to be answered now. False when there is nothing, or no room for more."""
        room = AT_ONCE - len(self._under_way)
        claims = await self._store.next_received("telegram", self._owner, _now(), room, LEASE) if room else []
        self._under_way.update(asyncio.create_task(self._answer(claim)) for claim in claims)
        return bool(claims)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(SLOW_POLL):
                await self._rung.wait()
        except TimeoutError:
            return

    async def _answer(self, claim: ReceivedClaim) -> None:
        """Answer one update. What cannot be answered now comes back; what never can is set aside: its chat goes on."""
        try:
            update = Update.de_json(json.loads(claim.payload), self._bot)
            if await self._hearing.hear(update, _now()):
                self._hearing.stop_the_clock(update)
            else:
                await self._store.finish(claim, _now())
        except Exception as err:
            log.exception("an update was not answered", tries=claim.tries, error=type(err).__name__)
            await self._leave(claim, err)
        finally:
            # Before the ring, not in a callback behind it: whoever wakes up looks how much room there is.
            self._under_way.discard(asyncio.current_task())
            self._rung.set()

    async def _leave(self, claim: ReceivedClaim, err: Exception) -> None:
        """If the database is away, this fails too; then the lease ends by itself."""
        with suppress(Exception):
            if claim.tries >= MOST_TRIES:
                await self._store.set_aside(claim, type(err).__name__, _now())
            else:
                await self._store.put_back(claim, _now() + AGAIN)


def _received(updates: tuple[Update, ...]) -> list[Received]:
    """The updates that have an answer, each in the lane of the person it is from."""
    found = []
    for update in updates:
        happening = read(update, _now())
        if happening is not None:
            found.append(Received(happening.key, happening.newcomer.address, update.to_json()))
    return found


def _now() -> datetime:
    return datetime.now(UTC)
