"""The program as a process of its own, without Rasa, for tests that kill it.

It is forked from a server that has imported everything, so that a life begins in a moment: then many can be ended.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess

from bot import logs
from bot.app import put_together, serve
from bot.content import load
from bot.settings import read_settings
from tests.conftest import CITY

GUIDE = load(CITY)
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload([__name__])


def live(environment: Mapping[str, str]) -> None:
    """Be the program, with settings from *environment*, until killed."""
    os.environ.update(environment)
    asyncio.run(_live())


async def _live() -> None:
    settings = read_settings()
    logs.configure(settings.log_level)
    async with put_together(settings, GUIDE) as app:
        await serve(app, lambda _line: None)


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[ForkServerProcess]:
    """The program; ``kill -9`` at the end of the block."""
    process = NURSERY.Process(target=live, args=(dict(environment),), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        process.close()
