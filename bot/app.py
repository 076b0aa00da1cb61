"""The only place where the parts are put together, started and stopped."""

import asyncio
import hmac
import signal
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

import structlog
import uvicorn
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.actions.clock import cases_fall_due, messages_went, time_passes
from bot.actions.helper import make_invitation
from bot.actions.parts import Links, Parts
from bot.actions.posters import NotPrinted, Printed, poster_is_made, poster_is_printed, posters_are_counted
from bot.channel.delivery import TELEGRAM_PACE, Delivery
from bot.channel.hearing import Hearing
from bot.channel.passing_on import fetched
from bot.channel.polling import Polling
from bot.channel.telegram import introduce, make_bot, pause_asked, use_webhook
from bot.channel.webhook import webhook_route
from bot.content import Shelf
from bot.conversation.guide import Guide
from bot.handoff.helper import Role
from bot.handoff.rules import RULES, Rules
from bot.posters import Asked
from bot.rasa import Rasa
from bot.rasa_process import RasaProcess
from bot.settings import Settings, secret_key
from bot.storage.pace import Pace
from bot.storage.posters import Counted
from bot.storage.store import Store
from bot.web.health import Health
from bot.web.site import Site, make_site

log = structlog.get_logger(__name__)

Report: TypeAlias = Callable[[str], None]
Unreached: TypeAlias = Literal["unreached"]
"""Telegram did not say what our bot is called there."""

SWEEP_EVERY = 3600.0
LONGEST_NAP = 15.0
"""Seconds between two looks at what is due, should a ring be lost."""
LONGEST_RESTART = 60.0


@dataclass(frozen=True)
class App:
    """Everything, put together and not yet running."""

    settings: Settings
    parts: Parts
    rasa: Rasa
    site: Site
    bot: Bot | None
    hearing: Hearing | None
    owner: str
    pace: Pace
    went: asyncio.Event
    """Somebody waits to hear what became of a message they passed on."""

    @property
    def webhook_secret(self) -> str:
        """What Telegram must send with each update."""
        return webhook_secret(self.settings)


@asynccontextmanager
async def put_together(settings: Settings, content: Guide | Shelf, pace: Pace = TELEGRAM_PACE) -> AsyncIterator[App]:
    """Open the database and make the parts; on leaving, close them in the opposite order."""
    async with AsyncExitStack() as stack:
        key, _ = secret_key(settings)
        store = await Store.open(settings.database, key)
        stack.push_async_callback(store.close)
        await store.take_over()
        rasa = Rasa(settings.rasa_url)
        stack.push_async_callback(rasa.close)
        parts = Parts(store, content, rasa, _rules(settings), Links(settings.site))
        bot = make_bot(settings.telegram_token, settings.telegram_api_url) if settings.telegram_token else None
        if bot:
            stack.push_async_callback(bot.shutdown)
        hearing = Hearing(parts, bot) if bot else None
        routes = [webhook_route(bot, hearing, webhook_secret(settings))] if bot and hearing else []
        files = partial(fetched, bot) if bot else None
        site = make_site(parts, health=_look(store, rasa), extra_routes=routes, files=files)
        went = asyncio.Event()
        yield App(settings, parts, rasa, site, bot, hearing, owner=uuid.uuid4().hex, pace=pace, went=went)


def _rules(settings: Settings) -> Rules:
    """The times of the hand-off as they are set."""

    def minutes(usual: int, urgent: int) -> tuple[timedelta, timedelta]:
        return timedelta(minutes=usual), timedelta(minutes=urgent)

    return replace(
        RULES,
        offer=minutes(settings.offer_minutes, settings.offer_minutes_urgent),
        answer=minutes(settings.answer_minutes, settings.answer_minutes_urgent),
    )


def webhook_secret(settings: Settings) -> str:
    """The set one, or one made from the key, so that it stays the same when the program starts again."""
    if settings.webhook_secret:
        return settings.webhook_secret
    key, _ = secret_key(settings)
    return hmac.digest(key.encode(), b"telegram webhook", "sha256").hex()


async def invitation(settings: Settings, guide: Guide, role: Role) -> list[str]:
    """Links by which one person becomes a *role*: on Telegram, when it can be reached, and on the pages."""
    async with _beside(settings, guide) as parts, parts.store.work() as work:
        return await make_invitation(role, work, parts, datetime.now(UTC))


async def poster(settings: Settings, guide: Guide, asked: Asked) -> Printed | NotPrinted | Unreached:
    """The poster that was asked for, or why it was not printed. Raises `bot.pictures.MissingFont`."""
    async with _beside(settings, guide) as parts:
        if settings.telegram_token and not parts.links.telegram:
            return "unreached"  # another address would stand on paper for years
        now = datetime.now(UTC)
        made = await poster_is_made(asked, parts, now)
        return await poster_is_printed(made.code, parts, now)


async def counted_posters(settings: Settings, guide: Guide) -> tuple[Counted, ...]:
    """All posters with their scans."""
    async with _beside(settings, guide, telegram=False) as parts:
        return await posters_are_counted(parts, datetime.now(UTC))


@asynccontextmanager
async def _beside(settings: Settings, guide: Guide, *, telegram: bool = True) -> AsyncIterator[Parts]:
    """The parts for one command, with the bot's address where *telegram* is asked for and answers.

    The program may run meanwhile, so nothing of what it has in hand is touched.
    """
    async with AsyncExitStack() as stack:
        store = await Store.open(settings.database, secret_key(settings)[0])
        stack.push_async_callback(store.close)
        links = Links(settings.site)
        if telegram and settings.telegram_token:
            bot = make_bot(settings.telegram_token, settings.telegram_api_url)
            stack.push_async_callback(bot.shutdown)
            with suppress(TelegramError):
                await bot.initialize()
                links.telegram = f"https://t.me/{bot.username}"
        yield Parts(store, guide, links=links)


def _look(store: Store, rasa: Rasa) -> Callable[[], Awaitable[Health]]:
    async def look() -> Health:
        counts = await store.counts()
        oldest = (datetime.now(UTC) - counts.oldest).total_seconds() if counts.oldest else 0.0
        rasa_up = rasa.health == "up" if rasa.url else None
        return Health(database=True, rasa=rasa_up, waiting=counts.outbox_waiting, oldest_seconds=oldest)

    return look


async def serve(app: App, report: Report, intents: Path | None = None, model: Path | None = None) -> None:
    """Run until SIGINT or SIGTERM. *model* is the Rasa model our own child process serves; ``None``: no child."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await serve_until(stopped, app, report, intents, model)


async def serve_until(
    stopped: asyncio.Event, app: App, report: Report, intents: Path | None = None, model: Path | None = None
) -> None:
    """As `serve`, until *stopped* is set: for those who look after signals themselves."""
    server = _Server(_config(app))
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(), name="pages")
        background = [group.create_task(work, name=name) for name, work in _works(app, report, intents, model)]
        await _announce(app, server, serving, report)
        waiting = group.create_task(stopped.wait())
        await asyncio.wait([waiting, serving], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        app.site.close()
        server.should_exit = True
        await serving
        for task in background:
            task.cancel()
    if app.hearing:
        await app.hearing.close()


def _works(
    app: App, report: Report, intents: Path | None, model: Path | None
) -> Iterator[tuple[str, Coroutine[None, None, None]]]:
    yield "clock", _for_ever("clock", lambda: _clock(app.parts))
    if isinstance(app.parts.content, Shelf):
        yield "content", _for_ever("content", app.parts.content.keep_up)
    yield "cases", _for_ever("cases", lambda: _cases(app.parts, app.went))
    if intents and model:
        yield "rasa", _for_ever("rasa", lambda: _keep_rasa(app.rasa, intents, model))
    if app.bot and app.hearing:
        yield "telegram", _survived("telegram", _telegram(app, app.bot, app.hearing, report))
        delivery = Delivery(app.parts.store, app.bot, app.owner, app.pace, app.went.set, lambda: app.parts.guide)
        yield "delivery", _for_ever("delivery", delivery.run)


def _config(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        app.site.app,
        host=app.settings.http_host,
        port=app.settings.http_port,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=10,
    )


class _Server(uvicorn.Server):
    """Leaves signals to `serve`, which ends the live streams first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _announce(app: App, server: _Server, serving: asyncio.Task[None], report: Report) -> None:
    while not server.started and not serving.done():  # noqa: ASYNC110  (uvicorn has nothing to wait for)
        await asyncio.sleep(0.02)
    if server.started:
        port = server.servers[0].sockets[0].getsockname()[1]
        report(f"Web chat: http://{app.settings.http_host}:{port}/chat")


async def _for_ever(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do *work* again whenever it breaks, later each time. What it had not finished is still in the database."""
    seconds = 1.0
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await work()
        except Exception as err:
            log.exception("a part broke and starts again", part=name, error=type(err).__name__, again_in=seconds)
        if asyncio.get_running_loop().time() - started > LONGEST_RESTART:
            seconds = 1.0
        await asyncio.sleep(seconds)
        seconds = min(seconds * 2, LONGEST_RESTART)


async def _survived(name: str, work: Awaitable[None]) -> None:
    """Do *work* once; when it breaks, all other parts go on."""
    try:
        await work
    except Exception as err:
        log.exception("a part broke and stays away", part=name, error=type(err).__name__)


async def _clock(parts: Parts) -> None:
    while True:
        await time_passes(datetime.now(UTC), parts)
        await asyncio.sleep(SWEEP_EVERY)


async def _cases(parts: Parts, went: asyncio.Event) -> None:
    """Do what time has to do with cases, and tell what became of messages, as soon as there is something."""
    stop = await parts.store.listen(lambda ring: went.set() if ring.tag in ("", "queue") else None)
    try:
        while True:
            went.clear()
            now = datetime.now(UTC)
            while await cases_fall_due(now, parts) + await messages_went(now, parts):
                now = datetime.now(UTC)
            due = await parts.store.next_due()
            nap = LONGEST_NAP if due is None else (due - datetime.now(UTC)).total_seconds()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(LONGEST_NAP, max(0.05, nap))):
                    await went.wait()
    finally:
        stop()


async def _keep_rasa(rasa: Rasa, intents: Path, model: Path) -> None:
    """Keep our own Rasa running; until it is ready the chat goes on without it."""
    async with RasaProcess(intents, model) as process:
        rasa.url = process.url
        await rasa.understand("hello", None)
        log.info("rasa is ready", health=rasa.health)
        await process.wait()


async def _telegram(app: App, bot: Bot, hearing: Hearing, report: Report) -> None:
    """Reach Telegram, introduce the bot, and hear updates in the way the settings say."""
    if not await _reached(bot):
        report("Telegram does not know this TELEGRAM_TOKEN. Copy it again from @BotFather. The web chat goes on.")
        return
    app.parts.links.telegram = f"https://t.me/{bot.username}"
    introducing = asyncio.create_task(introduce(bot, app.parts.guide, datetime.now(UTC)))
    try:
        if app.settings.public_url:
            await _in_the_end(lambda: use_webhook(bot, app.settings.public_url, app.webhook_secret))
            report(f"Telegram: https://t.me/{bot.username} (webhook)")
            await introducing
        else:
            report(f"Telegram: https://t.me/{bot.username} (polling)")
            polling = Polling(app.parts.store, bot, hearing, app.owner)
            await _for_ever("polling", polling.run)
    finally:
        introducing.cancel()


async def _reached(bot: Bot) -> bool:
    """Wait until Telegram answers. False when it refuses the token."""
    try:
        await _in_the_end(bot.initialize)
    except InvalidToken:
        return False
    return True


async def _in_the_end(call: Callable[[], Awaitable[None]]) -> None:
    """Call Telegram until it works, later each time. Raises ``InvalidToken``: that does not get better by waiting."""
    seconds = 1.0
    while True:
        try:
            return await call()
        except InvalidToken:
            raise
        except TelegramError as err:
            seconds = max(seconds, pause_asked(err))
            log.warning("telegram cannot be reached", error=type(err).__name__, again_in=seconds)
        await asyncio.sleep(seconds)
        seconds = min(seconds * 2, LONGEST_RESTART)
