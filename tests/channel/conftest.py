"""The local Bot API server and a running program, one for all tests of a module; a module may make its own instead."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import structlog

from bot.conversation.guide import Guide
from tests.botapi import BotApi, Limits
from tests.channel.running import Running, running
from tests.storage.databases import postgres_server

__all__ = ["postgres_server"]


@pytest.fixture(scope="session", autouse=True)
def _plain_logs() -> Iterator[None]:
    """As the program sets it: the pretty traceback takes half a second each, and shows what people wrote."""
    structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])
    yield
    structlog.reset_defaults()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api() -> AsyncIterator[BotApi]:
    """A Bot API server that lets everybody send as fast as they like and repeats updates without long waits."""
    async with BotApi(limits=Limits(on=False), retry_scale=0.01) as server:
        yield server


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """SQLite: `test_library_card` shows that PostgreSQL is the same to people, `tests.storage` why."""
    return f"sqlite:///{tmp_path_factory.mktemp('channel') / 'store.db'}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(api: BotApi, guide: Guide, database_url: str) -> AsyncIterator[Running]:
    """The program, polling, without Rasa."""
    async with running(api, guide, database_url) as program:
        yield program


@pytest.fixture(autouse=True)
def _no_wrong_call(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test may leave a call behind that is none of the Bot API."""
    yield
    if "api" in request.fixturenames:
        assert request.getfixturevalue("api").takes_violations() == []
