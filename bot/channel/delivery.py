"""Carries the outbox to Telegram. The only place that sends to a person there.

Order per chat, emergencies ahead, Telegram's limits and the memory of what was sent are the outbox's; here each message is
tried once and the outbox is told how it went. At least once: when this process dies between Telegram's “ok” and our mark,
the message is sent again.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channel import drawing
from bot.conversation.words import Words
from bot.metrics import SENT
from bot.richtext import Text
from bot.storage.pace import Pace
from bot.storage.results import Delivered, Later, Outgoing, Refused, Result, SlowDown, Unsendable
from bot.storage.store import Store

log = structlog.get_logger(__name__)

TELEGRAM_PACE = Pace()
IN_FLIGHT = 8
"""Messages on their way at once, each to another chat. All of them may be sent twice when the process is killed."""
LEASE = timedelta(seconds=60)
"""Longer than any single try; then another process takes the message over."""
SLOW_POLL = 5.0
"""Seconds. The bell rings at each commit; this is for the ring that was lost."""
LONGEST_BACKOFF = 300
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "peer_id_invalid", "user not found")


class Delivery:
    """One process's hands at the outbox. `run` works until it is cancelled; what is under way then is finished first."""

    def __init__(self, store: Store, bot: Bot, owner: str, pace: Pace = TELEGRAM_PACE) -> None:
        self._store = store
        self._bot = bot
        self._owner = owner
        self._pace = pace
        self._rung = asyncio.Event()
        self._results: list[Result] = []
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send what waits, for ever."""
        stop: Callable[[], None] = await self._store.listen(lambda _ring: self._rung.set())
        try:
            while True:
                self._rung.clear()
                await self._wait(await self._once())
        finally:
            stop()
            await self._finish()

    async def _once(self) -> datetime | None:
        """Tell the outbox how the last ones went and send the next ones. When there may be more, by the clock."""
        results, self._results = self._results, []
        try:
            exchange = await self._store.exchange(
                "telegram",
                self._owner,
                results,
                _now(),
                limit=IN_FLIGHT - len(self._under_way),
                lease=LEASE,
                pace=self._pace,
            )
        except Exception:
            self._results = results + self._results
            raise
        for outgoing in exchange.claimed:
            task = asyncio.create_task(self._carry(outgoing))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return exchange.wake_at

    async def _wait(self, wake_at: datetime | None) -> None:
        seconds = SLOW_POLL if wake_at is None else min(SLOW_POLL, max(0.0, (wake_at - _now()).total_seconds()))
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return

    async def _carry(self, outgoing: Outgoing) -> None:
        result = await self._try(outgoing)
        self._results.append(result)
        SENT.labels("telegram", type(result).__name__.lower()).inc()
        self._rung.set()

    async def _finish(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way)
        if self._results:
            await self._store.exchange(
                "telegram", self._owner, self._results, _now(), limit=0, lease=LEASE, pace=self._pace
            )

    async def _try(self, outgoing: Outgoing) -> Result:
        try:
            message_id = await self._send(int(outgoing.newcomer.address), outgoing.words)
        except RetryAfter as err:
            return SlowDown(outgoing.id, _now() + _seconds(err))
        except Forbidden as err:
            return Refused(outgoing.id, type(err).__name__)
        except BadRequest as err:
            return self._bad_request(outgoing, err)
        except InvalidToken:
            log.error("telegram refuses the token", setting="TELEGRAM_TOKEN")
            return _later(outgoing, InvalidToken("token"))
        except NetworkError as err:
            return _later(outgoing, err)
        except TelegramError as err:
            log.warning("not sent", error=type(err).__name__, tries=outgoing.tries)
            return _later(outgoing, err)
        return Delivered(outgoing.id, str(message_id))

    @staticmethod
    def _bad_request(outgoing: Outgoing, err: BadRequest) -> Result:
        if any(sign in err.message.lower() for sign in _GONE):
            return Refused(outgoing.id, type(err).__name__)
        log.error("telegram does not take a message", error=err.message)
        return Unsendable(outgoing.id, type(err).__name__)

    async def _send(self, chat: int, words: Words) -> int:
        pieces = drawing.pieces(words.text)
        keyboard = drawing.keyboard(words)
        if words.replaces and len(pieces) == 1 and await self._replace(chat, int(words.replaces), pieces[0], keyboard):
            return int(words.replaces)
        for piece in pieces[:-1]:
            await self._say(chat, piece, None)
        return (await self._say(chat, pieces[-1], keyboard)).message_id

    async def _say(self, chat: int, text: Text, keyboard: InlineKeyboardMarkup | None) -> Message:
        return await self._bot.send_message(chat, drawing.html(text), parse_mode="HTML", reply_markup=keyboard)

    async def _replace(self, chat: int, message: int, text: Text, keyboard: InlineKeyboardMarkup | None) -> bool:
        """Put *text* in the place of an earlier message. False when Telegram no longer allows that."""
        try:
            await self._bot.edit_message_text(
                drawing.html(text), chat, message, parse_mode="HTML", reply_markup=keyboard
            )
        except BadRequest as err:
            return "not modified" in err.message.lower()
        return True


def _later(outgoing: Outgoing, err: TelegramError) -> Later:
    seconds = min(2**outgoing.tries, LONGEST_BACKOFF)
    return Later(outgoing.id, _now() + timedelta(seconds=seconds), type(err).__name__)


def _seconds(err: RetryAfter) -> timedelta:
    after = err.retry_after
    return after if isinstance(after, timedelta) else timedelta(seconds=after)


def _now() -> datetime:
    return datetime.now(UTC)
