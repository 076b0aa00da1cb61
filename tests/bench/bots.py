"""Bots as processes of their own, each with a local Bot API server, and what they use while people talk to them.

The bot has one core and everything else (the server, the people, the stand-in for Rasa) another, where the system lets
us choose: so neither waits for the other, and the figures are the bot's own.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.botapi import BotApi, Limits, Load, Person, Report

START_SECONDS = 30
ANSWER_SECONDS = 120
SETTLE_SECONDS = 0.15
"""After the last answer the bot still writes down that it was sent."""

Deed = Callable[[Person, int], object]


@dataclass(frozen=True, slots=True)
class Sample:
    """What some turns took: wall-clock figures from the people's side, ``cpu`` seconds of the bot's process alone."""

    report: Report
    cpu: float

    @property
    def cpu_each(self) -> float:
        """Seconds of processor time for one turn."""
        return self.cpu / self.report.answered


@dataclass
class Bot:
    """A running bot process and its server. ``rss`` are readings of its memory in bytes, with their names."""

    name: str
    api: BotApi
    process: psutil.Process
    rss: dict[str, int] = field(default_factory=dict)
    _met: int = 0

    def meets(self, count: int) -> list[Person]:
        """*count* people who have not talked to it."""
        first = 5_000_000_000 + self._met
        self._met += count
        return [self.api.user(f"Talker {number}", id=first + number) for number in range(count)]

    async def answers(self, people: Sequence[Person], total: int, deed: Deed) -> Sample:
        """*people* do *total* deeds, each person the next one when the last was answered."""
        before = self._cpu()
        load = Load(self.api, total=total, people=people, deed=deed)
        load.start()
        report = await load.done(ANSWER_SECONDS)
        if report.answered < total:
            raise TimeoutError(f"{self.name} answered {report.answered} of {total} within {ANSWER_SECONDS} s")
        await asyncio.sleep(SETTLE_SECONDS)
        return Sample(report, self._cpu() - before)

    def weigh(self, when: str) -> int:
        """Read its memory and keep it under *when*."""
        self.rss[when] = self.process.memory_info().rss
        return self.rss[when]

    def _cpu(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


@asynccontextmanager
async def echo_bot(name: str, *, aiohttp: bool) -> AsyncIterator[Bot]:
    """A bare echo bot of the same library."""
    async with _server() as api:
        port = free_port()
        words = ["tests.bench.echo", str(port), f"http://127.0.0.1:{port}/", api.url, api.token]
        async with _running(name, api, [*words, "--aiohttp"] if aiohttp else words, {}) as bot:
            yield bot


@asynccontextmanager
async def our_bot(name: str, database_url: str, rasa_url: str, folder: Path) -> AsyncIterator[Bot]:
    """The whole program, by webhook."""
    async with _server() as api:
        port = free_port()
        environment = {
            "TELEGRAM_TOKEN": api.token,
            "TELEGRAM_API_URL": api.url,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "HTTP_PORT": str(port),
            "DATABASE_URL": database_url,
            "RASA_URL": rasa_url,
            "SECRET_KEY": "b" * 40,
            "DATA_DIR": str(folder),
        }
        async with _running(name, api, ["tests.bench.ours"], environment) as bot:
            yield bot


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def keep_to(core: int, process: int = 0) -> bool:
    """Keep *process* (this one by default) to the *core*-th of our cores. False where that cannot be done."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    cores = sorted(_CORES)
    if len(cores) < 2:
        return False
    os.sched_setaffinity(process, {cores[core]})
    return True


_CORES = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set[int]()


def _server() -> BotApi:
    """One that lets everybody send as fast as they like, and forgets what it was told long ago."""
    return BotApi(limits=Limits(on=False), check_results=False, retry_scale=0.05, history=1000)


@asynccontextmanager
async def _running(name: str, api: BotApi, words: list[str], environment: dict[str, str]) -> AsyncIterator[Bot]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, env={**os.environ, **environment}, stdout=asyncio.subprocess.DEVNULL
    )
    keep_to(0, process.pid)
    try:
        async with asyncio.timeout(START_SECONDS):
            while api.mailbox.webhook is None:
                if process.returncode is not None:
                    raise RuntimeError(f"{name} ended while it started, with status {process.returncode}")
                await asyncio.sleep(0.05)
        bot = Bot(name, api, psutil.Process(process.pid))
        bot.weigh("at the start")
        yield bot
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(15):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
