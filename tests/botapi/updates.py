"""What the bot should hear: kept until it is confirmed, handed out by getUpdates or pushed to the webhook.

The webhook goes by the rules of the real server (tdlib/telegram-bot-api, WebhookActor.cpp): updates wait in lanes, one
per chat for messages and another one per person for button presses; a lane's next update leaves only after a 2xx for
the one before; up to ``max_connections`` lanes are served at once; a failed update is tried again after Retry-After,
else after 0, 2, 4, 8 … s. ``retry_scale`` shortens these waits for tests. Updates do not expire here after 24 h.
"""

import asyncio
import json
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import aiohttp

from .errors import conflict

Json = dict[str, Any]
Lane = tuple[str, int]

#: Not sent unless asked for by name: https://core.telegram.org/bots/api#getupdates
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LONGEST_RETRY = 60 * 60
LONGEST_POLL = 50
ANSWER_TIMEOUT = 60.0


@dataclass(slots=True)
class Update:
    """One update and what became of it. Times are Unix time in seconds; ``done`` = confirmed by the bot."""

    id: int
    kind: str
    lane: Lane
    body: Json
    made: float
    sent: float | None = None
    done: float | None = None
    tries: int = 0


@dataclass(slots=True)
class Webhook:
    """Where updates are pushed to, and how that went."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error: str | None = None
    last_error_at: float = 0.0


class Mailbox:
    """All updates of the bot, in order of their ids."""

    def __init__(self, *, retry_scale: float = 1.0, check: Callable[[Json], None] = lambda body: None,
                 first_id: int = 100_000, history: int | None = None) -> None:  # fmt: skip
        self.updates: deque[Update] = deque(maxlen=history)
        self.allowed: frozenset[str] | None = None
        self.webhook: Webhook | None = None
        self.retry_scale = retry_scale
        #: Takes a call that came as the answer to a webhook delivery: {"method": ..., ...}.
        self.on_reply: Callable[[Json], None] = lambda call: None
        self._check = check
        self._next_id = first_id
        self._pending: OrderedDict[int, Update] = OrderedDict()
        self._poll: asyncio.Future[None] | None = None
        self._lanes: dict[Lane, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._places = asyncio.Semaphore(1)

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, kind: str, value: Json, lane: Lane) -> Update | None:
        """A new update; None when the bot did not ask for this kind."""
        if kind not in self.allowed if self.allowed is not None else kind in UNASKED:
            return None
        body = {"update_id": self._next_id, kind: value}
        self._check(body)
        update = Update(self._next_id, kind, lane, body, time.time())
        self._next_id += 1
        self.updates.append(update)
        self._pending[update.id] = update
        if self.webhook is not None:
            self._into_lane(update)
        elif self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        return update

    # -- getUpdates

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109
        """One getUpdates: confirms what lies below ``offset``, waits up to ``timeout`` s for something, returns it."""
        if self.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self._end_poll("terminated by other getUpdates request; make sure that only one bot instance is running")
        self._confirm_below(offset)
        if not self._pending and timeout > 0:
            self._poll = waiting = asyncio.get_running_loop().create_future()
            try:
                await asyncio.wait_for(waiting, min(timeout, LONGEST_POLL))
            except TimeoutError:
                return []
            finally:
                if self._poll is waiting:
                    self._poll = None
        chosen = list(islice(self._pending.values(), limit))
        now = time.time()
        for update in chosen:
            update.sent = update.sent or now
            update.tries += 1
        return [update.body for update in chosen]

    def _confirm_below(self, offset: int) -> None:
        if offset < 0:
            keep = list(self._pending)[offset:]
            offset = keep[0] if keep else 0
        while self._pending and next(iter(self._pending)) < offset:
            self._done(next(iter(self._pending)))

    def _done(self, update_id: int) -> None:
        update = self._pending.pop(update_id, None)
        if update is not None:
            update.done = time.time()

    def _end_poll(self, why: str) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict(why))
        self._poll = None

    # -- webhook

    async def set_webhook(self, webhook: Webhook | None, *, drop: bool) -> None:
        """Pushes from now on (or, with None, no more); what waits is kept unless ``drop``."""
        if webhook is not None:
            self._end_poll("terminated by setWebhook request")
        await self._stop_pushing()
        if drop:
            for update_id in list(self._pending):
                self._done(update_id)
        self.webhook = webhook
        if webhook is None:
            return
        self._places = asyncio.Semaphore(webhook.max_connections)
        timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT)
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout)
        for update in self._pending.values():
            self._into_lane(update)

    async def close(self) -> None:
        """Ends the long poll and all pushing."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        await self._stop_pushing()

    async def _stop_pushing(self) -> None:
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lanes.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _into_lane(self, update: Update) -> None:
        lane = self._lanes.get(update.lane)
        if lane is not None:
            lane.append(update)
            return
        self._lanes[update.lane] = deque([update])
        task = asyncio.ensure_future(self._empty_lane(update.lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _empty_lane(self, name: Lane) -> None:
        lane = self._lanes[name]
        while lane:
            await self._deliver(lane[0])
            self._done(lane.popleft().id)
        del self._lanes[name]

    async def _deliver(self, update: Update) -> None:
        """Tries one update until a 2xx. While it waits for its next try it holds no place among the connections."""
        delay = 1
        while True:
            async with self._places:
                retry_after = await self._push(update)
            if retry_after is None:
                return
            if retry_after == 0 and update.tries > 1:
                delay = min(delay * 2, LONGEST_RETRY)
                retry_after = delay
            await asyncio.sleep(retry_after * self.retry_scale)

    async def _push(self, update: Update) -> int | None:
        """One POST. None when it was taken, else the seconds of Retry-After (0 without one)."""
        webhook, session = self.webhook, self._session
        assert webhook is not None
        assert session is not None
        update.sent = update.sent or time.time()
        update.tries += 1
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        data = json.dumps(update.body, ensure_ascii=False).encode()
        try:
            async with session.post(webhook.url, data=data, headers=headers, allow_redirects=False) as answer:
                body = await answer.read()
                if 200 <= answer.status <= 299:
                    self._read_reply(body)
                    return None
                webhook.last_error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                webhook.last_error_at = time.time()
                after = answer.headers.get("Retry-After", "")
                return min(int(after), LONGEST_RETRY) if after.isdigit() else 0
        except TimeoutError:
            webhook.last_error = "Read timeout expired"
        except aiohttp.ClientError as error:
            refused = isinstance(error, aiohttp.ClientConnectorError)
            webhook.last_error = "Connection refused" if refused else "Webhook connection closed"
        webhook.last_error_at = time.time()
        return 0

    def _read_reply(self, body: bytes) -> None:
        """A webhook may answer with one call in its body."""
        if not body.startswith(b"{"):
            return
        try:
            call = json.loads(body)
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            self.on_reply(call)
