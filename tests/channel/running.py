"""The whole program as it is started for an operator, inside a test: polling or a webhook, on any database."""

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.app import App, put_together, serve_until
from bot.conversation.guide import Guide
from bot.conversation.message import Newcomer
from bot.conversation.state import Conversation
from bot.conversation.words import Words
from bot.handoff.rules import Rules
from bot.richtext import Span
from bot.settings import Settings
from bot.storage.pace import Pace
from tests.botapi import BotApi, Person

SECRET_KEY = "a key that is long enough for these tests"
AT_ONCE = Pace(per_second=1000, burst=100, per_chat_seconds=0)
"""For tests that are not about the pace."""
START_SECONDS = 15


@dataclass
class Running:
    """A program that serves *api*'s bot. ``reports`` are the lines an operator reads."""

    app: App
    api: BotApi
    guide: Guide
    reports: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where its pages and its webhook are."""
        return f"http://127.0.0.1:{self.app.settings.http_port}"

    def knows(self, name: str) -> Person:
        """Somebody new whom the bot may write to: they have pressed Start at some time."""
        person = self.api.user(name)
        person.chat.started = person.chat.known_to_bot = True
        return person

    async def tells(self, person: Person, *said: str | Words) -> None:
        """Put words into the outbox that no message of the person asked for."""
        now = datetime.now(UTC)
        async with self.app.parts.store.work() as work:
            conversation = await work.conversation_with(newcomer(person), f"test {uuid.uuid4()}", now)
            assert conversation is not None
            words = [Words((Span(each),), "en") if isinstance(each, str) else each for each in said]
            await work.keep(conversation, words, now)

    async def remembers(self, person: Person) -> Conversation:
        """What the program knows of *person* now."""
        return await self.app.parts.store.peek(newcomer(person))

    async def remember(self, person: Person, conversation: Conversation) -> None:
        """Make the program believe that this is what it knows."""
        now = datetime.now(UTC)
        async with self.app.parts.store.work() as work:
            assert await work.conversation_with(newcomer(person), f"test {uuid.uuid4()}", now) is not None
            await work.keep(conversation, [], now)

    async def waiting(self) -> int:
        """How many messages wait in the outbox."""
        return (await self.app.parts.store.counts()).outbox_waiting

    async def until_waiting(self, count: int, seconds: float = 5) -> None:
        """Wait until so many messages wait in the outbox: it rings when words come, not when they go."""
        async with asyncio.timeout(seconds):
            while await self.waiting() != count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


def newcomer(person: Person) -> Newcomer:
    """How the program calls *person*."""
    return Newcomer("telegram", str(person.id))


@asynccontextmanager
async def running(
    api: BotApi, guide: Guide, database_url: str, *, webhook: bool = False, rasa_url: str = "", pace: Pace = AT_ONCE,
    token: str = "", rules: Rules | None = None,
) -> AsyncIterator[Running]:  # fmt: skip
    """Start everything that ``natural-helpers run`` starts, wait until Telegram is served, and stop it at the end.

    *token* is the one the operator has set; the server's own without it. *rules*: times of the hand-off that no operator
    can set, because they count seconds.
    """
    port = free_port()
    settings = Settings(
        _env_file=None,
        telegram_token=token or api.token,
        telegram_api_url=api.url,
        public_url=f"http://127.0.0.1:{port}" if webhook else "",
        http_port=port,
        database_url=database_url,
        secret_key=SECRET_KEY,
        rasa_url=rasa_url,
    )
    async with put_together(settings, guide, pace) as app:
        if rules:
            object.__setattr__(app.parts, "rules", rules)
        program = Running(app, api, guide)
        stopped, served = asyncio.Event(), asyncio.Event()

        def report(line: str) -> None:
            program.reports.append(line)
            if line.startswith("Telegram"):
                served.set()

        serving = asyncio.create_task(serve_until(stopped, app, report))
        try:
            await _first(served, serving)
            yield program
        finally:
            stopped.set()
            await serving


async def _first(served: asyncio.Event, serving: asyncio.Task[None]) -> None:
    """Wait until it serves, or fail with what broke."""
    waiting = asyncio.create_task(served.wait())
    await asyncio.wait([waiting, serving], timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        if serving.done():
            await serving
        raise TimeoutError(f"nothing was served within {START_SECONDS} s")


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
