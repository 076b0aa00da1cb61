"""The real Rasa with the real model, once for all tests: prepared, trained if anything changed, started."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from bot.rasa import Rasa
from bot.rasa_model import RasaUnavailable, prepare, train
from bot.rasa_process import RasaProcess
from tests.conftest import lacking

ROOT = Path(__file__).parents[2]
SLOW_START = 1800
"""Seconds for the first test, which waits for 1.5 GB of environment and for the training."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "rasa_python" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(SLOW_START))


@pytest.fixture(scope="session")
def rasa_python() -> Path:
    """The interpreter of Rasa's environment."""
    try:
        return prepare(ROOT, print)
    except RasaUnavailable as err:
        lacking("Rasa", str(err))
        raise


@pytest.fixture(scope="session")
def rasa_model(rasa_python: Path) -> Path:
    """The model of the lines as they are now."""
    return train(ROOT, print)


@pytest.fixture(scope="session")
def rasa_process(rasa_model: Path) -> Iterator[RasaProcess]:
    """A running Rasa. Its loop has a thread of its own, which lasts as long as the tests (the child dies with it)."""
    running: Future[RasaProcess] = Future()
    loop = asyncio.new_event_loop()
    done = asyncio.Event()

    async def keep() -> None:
        async with RasaProcess(ROOT / "intents", rasa_model) as process:
            running.set_result(process)
            await done.wait()

    def run() -> None:
        try:
            loop.run_until_complete(keep())
        except BaseException as err:
            if running.done():
                raise
            running.set_exception(err)
        finally:
            loop.close()

    thread = threading.Thread(target=run, name="rasa")
    thread.start()
    try:
        yield running.result()
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(done.set)
        thread.join()


@pytest.fixture(scope="session")
def rasa_url(rasa_process: RasaProcess) -> str:
    """Where it answers."""
    return rasa_process.url


@pytest.fixture
async def rasa(rasa_url: str) -> AsyncIterator[Rasa]:
    """A client of it that waits longer than people should: this machine may be busy."""
    rasa = Rasa(rasa_url, timeout=30)
    yield rasa
    await rasa.close()
