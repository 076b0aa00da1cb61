"""Carries the outbox to Telegram. The only place that sends to a person there.

Order per chat, emergencies ahead, Telegram's limits and the memory of what was sent are the outbox's; here each message
is tried once and the outbox is told how it went. At least once: when this process dies between Telegram's “ok” and our
mark, or the “ok” is lost on its way, the message is sent again.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from telegram import Bot, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channel import drawing, giving, passing_on
from bot.channel.cleaning import CannotClean
from bot.channel.drawing import Keyboard
from bot.channel.telegram import pause_asked, show_commands
from bot.channel.unbroken import unbroken
from bot.conversation.guide import Guide
from bot.conversation.message import Attachment
from bot.conversation.words import TAKE_OFF, Words
from bot.metrics import SENT
from bot.richtext import Text, plain
from bot.storage.pace import Pace
from bot.storage.results import Delivered, Later, Outgoing, Refused, Result, SlowDown, Unsendable
from bot.storage.store import Store

log = structlog.get_logger(__name__)

TELEGRAM_PACE = Pace(per_chat_seconds=1.1, chat_burst=2)
"""A little less than Telegram takes: a message that was long on its way comes closer to the next one than we sent it."""
IN_FLIGHT = 8
"""Messages on their way at once, each to another chat. All of them may be sent twice when the process is killed."""
LEASE = timedelta(seconds=30)
"""Longer than any single try; then another process takes the message over."""
SLOW_POLL = 5.0
"""Seconds. The bell rings at each commit; this is for the ring that was lost."""
LONGEST_BACKOFF = 300
MOST_TRIES_OF_A_FILE = 6
DELETABLE_FOR = timedelta(hours=47)
"""A bot may delete its messages for 48 hours (https://core.telegram.org/bots/api#deletemessage); a little is left over."""
MOST_DELETED = 100
"""https://core.telegram.org/bots/api#deletemessages."""
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "peer_id_invalid", "user not found")


class Delivery:
    """One process's hands at the outbox. `run` works until it is cancelled; it finishes what is under way then."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        store: Store,
        bot: Bot,
        owner: str,
        pace: Pace = TELEGRAM_PACE,
        went: Callable[[], object] = lambda: None,
        guide: Callable[[], Guide] | None = None,
    ) -> None:
        """*went* is called when somebody waits to hear what became of a message they passed on.

        *guide* gives the guide that knows the words for the commands that a helper's chat shows.
        """
        self._went = went
        self._guide = guide
        self._store = store
        self._bot = bot
        self._owner = owner
        self._pace = pace
        self._rung = asyncio.Event()
        self._results: list[Result] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._said: dict[int, list[int]] = {}
        """The numbers of the pieces of a long message that Telegram has already, by the id of the message."""

    async def run(self) -> None:
        """Send what waits, for ever."""
        stop: Callable[[], None] = await self._store.listen(lambda _ring: self._rung.set())
        try:
            while True:
                self._rung.clear()
                await self._wait(await unbroken(self._once()))
        finally:
            stop()
            await self._finish()

    async def _once(self) -> datetime | None:
        """Tell the outbox how the last ones went and send the next ones.

        When to come again, by the clock; ``None``: when the bell rings.
        """
        room = IN_FLIGHT - len(self._under_way)
        if not room:
            return None
        results, self._results = self._results, []
        try:
            exchange = await self._store.exchange(
                "telegram",
                self._owner,
                results,
                _now(),
                limit=room,
                lease=LEASE,
                pace=self._pace,
            )
        except Exception:
            self._results = results + self._results
            raise
        if exchange.untold:
            self._went()
        self._under_way.update(asyncio.create_task(self._carry(outgoing)) for outgoing in exchange.claimed)
        return exchange.wake_at if len(self._under_way) < IN_FLIGHT else None

    async def _wait(self, wake_at: datetime | None) -> None:
        seconds = SLOW_POLL if wake_at is None else min(SLOW_POLL, max(0.0, (wake_at - _now()).total_seconds()))
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return

    async def _carry(self, outgoing: Outgoing) -> None:
        result = await self._try(outgoing)
        if not isinstance(result, Later | SlowDown):
            self._said.pop(outgoing.id, None)
        self._results.append(result)
        SENT.labels("telegram", type(result).__name__.lower()).inc()
        # Before the ring, not in a callback behind it: whoever wakes up looks how much room there is.
        self._under_way.discard(asyncio.current_task())
        self._rung.set()

    async def _finish(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way)
        if self._results:
            await self._store.exchange(
                "telegram", self._owner, self._results, _now(), limit=0, lease=LEASE, pace=self._pace
            )
            self._results = []

    async def _try(self, outgoing: Outgoing) -> Result:
        """Send it once. Whatever goes wrong is a result: an exception would leave the chat waiting for ever."""
        try:
            message_id = await self._send(outgoing)
        except RetryAfter as err:
            return SlowDown(outgoing.id, _now() + timedelta(seconds=pause_asked(err)))
        except CannotClean as err:
            return Unsendable(outgoing.id, type(err).__name__, "unclean")
        except Forbidden as err:
            return Refused(outgoing.id, type(err).__name__)
        except BadRequest as err:
            return self._bad_request(outgoing, err)
        except ChatMigrated as err:
            return Unsendable(outgoing.id, type(err).__name__)
        except InvalidToken:
            log.error("telegram refuses the token", setting="TELEGRAM_TOKEN")  # noqa: TRY400  (err may hold the token)
            return _later(outgoing, InvalidToken("token"))
        except NetworkError as err:
            return _later(outgoing, err)
        except TelegramError as err:
            log.warning("not sent", error=type(err).__name__, tries=outgoing.tries)
            return _later(outgoing, err)
        except Exception as err:
            log.exception("a message cannot be written for telegram", error=type(err).__name__)
            return Unsendable(outgoing.id, type(err).__name__)
        return Delivered(outgoing.id, str(message_id), tuple(map(str, self._said.get(outgoing.id, ()))))

    @staticmethod
    def _bad_request(outgoing: Outgoing, err: BadRequest) -> Result:
        if any(sign in err.message.lower() for sign in _GONE):
            return Refused(outgoing.id, type(err).__name__)
        if "file is too big" in err.message.lower():
            return Unsendable(outgoing.id, type(err).__name__, "large")
        log.error("telegram does not take a message", error=err.message)
        return Unsendable(outgoing.id, type(err).__name__)

    async def _send(self, outgoing: Outgoing) -> int:
        """The number of the message on Telegram; of a long one the last piece's. A new try begins where one ended."""
        chat, words = int(outgoing.newcomer.address), outgoing.words
        if words.mark:
            return await self._mark(chat, words)
        if words.hides:
            await self._erase(chat, await self._store.said_before(outgoing.id, _now() - DELETABLE_FOR))
        if words.takeaway:
            return (await giving.send(self._bot, chat, words, words.takeaway)).message_id
        if words.attachment:
            return await self._pass_on(outgoing, chat, words, words.attachment)
        pieces = drawing.pieces(words.text)
        keyboard = drawing.keyboard(words)
        if words.replaces and len(pieces) == 1 and await self._replace(chat, int(words.replaces), pieces[0], keyboard):
            return int(words.replaces)
        said = self._said.setdefault(outgoing.id, [])
        for piece in pieces[len(said) : -1]:
            said.append((await self._say(chat, piece, None, words.answers)).message_id)
        if words.commands and self._guide:
            await show_commands(self._bot, self._guide(), chat, words, _now())
        return (await self._say(chat, pieces[-1], keyboard, words.answers)).message_id

    async def _say(self, chat: int, text: Text, keyboard: Keyboard | None, answers: str = "") -> Message:
        more = drawing.beneath(keyboard, answers)
        return await self._bot.send_message(chat, drawing.html(text), parse_mode="HTML", api_kwargs=more)

    async def _erase(self, chat: int, messages: Sequence[str]) -> None:
        """Take away what was said before. One that is gone already, or too old, keeps no other from going."""
        numbers = [int(message) for message in messages if message.isdecimal()]
        for start in range(0, len(numbers), MOST_DELETED):
            some = numbers[start : start + MOST_DELETED]
            try:
                await self._bot.delete_messages(chat, some)
            except BadRequest:
                for number in some:
                    with suppress(BadRequest):
                        await self._bot.delete_message(chat, number)

    async def _mark(self, chat: int, words: Words) -> int:
        """Put an emoji on a message, or take it off. One that Telegram does not have is left out: it is no word."""
        emoji = () if words.mark == TAKE_OFF else words.mark.replace("\ufe0f", "")
        with suppress(BadRequest):
            await self._bot.set_message_reaction(chat, int(words.replaces), emoji)
        return int(words.replaces)

    async def _pass_on(self, outgoing: Outgoing, chat: int, words: Words, attachment: Attachment) -> int:
        """Something of somebody else's that is no text, without anything that says whose it is."""
        text = words.text
        if drawing.size(plain(text)) > drawing.MOST_CAPTION:
            if not self._said.get(outgoing.id):
                self._said[outgoing.id] = [(await self._say(chat, text, None, words.answers)).message_id]
            text = ()
        more = drawing.beneath(drawing.keyboard(words), words.answers)
        return (await passing_on.send(self._bot, chat, attachment, drawing.html(text), more)).message_id

    async def _replace(self, chat: int, message: int, text: Text, keyboard: Keyboard | None) -> bool:
        """Put *text* in the place of an earlier message. False when Telegram no longer allows that."""
        try:
            more = {"reply_markup": keyboard}
            await self._bot.edit_message_text(drawing.html(text), chat, message, parse_mode="HTML", api_kwargs=more)
        except BadRequest as err:
            return "not modified" in err.message.lower()
        return True


def _later(outgoing: Outgoing, err: TelegramError) -> Later | Unsendable:
    """Try again, later each time. A file that cannot be fetched again and again must not hold up what comes behind it."""
    if outgoing.words.attachment and outgoing.tries >= MOST_TRIES_OF_A_FILE:
        return Unsendable(outgoing.id, type(err).__name__)
    seconds = min(2**outgoing.tries, LONGEST_BACKOFF)
    return Later(outgoing.id, _now() + timedelta(seconds=seconds), type(err).__name__)


def _now() -> datetime:
    return datetime.now(UTC)
