"""A store on each database, for every test that wants one.

``store`` runs a test twice: on SQLite in a folder of its own and on PostgreSQL in a database of its own, copied from
one that was migrated once. ``database_url`` is the same without opening it. TEST_POSTGRES_URL says where PostgreSQL is.
"""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import asyncpg
import pytest

from bot.storage.schema import migrate
from bot.storage.store import Store
from tests.conftest import lacking

T = TypeVar("T")

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgresql://root@127.0.0.1:5432/postgres")
SECRET_KEY = "the key of the tests, long enough to look like one"


class PostgresServer:
    """Makes and drops databases. Its methods open a connection and a loop each: they run outside the tests' loops."""

    def __init__(self) -> None:
        self._run = f"nh_test_{uuid.uuid4().hex[:10]}"
        self._count = 0
        self.template = self.create()
        asyncio.run(migrate(self.template))

    def create(self) -> str:
        """The URL of an empty database."""
        return self._create(f'CREATE DATABASE "{self._next()}"')

    def copy(self) -> str:
        """The URL of a database that has been migrated."""
        return self._create(f'CREATE DATABASE "{self._next()}" TEMPLATE "{self.template.rpartition("/")[2]}"')

    def drop(self, url: str) -> None:
        execute(POSTGRES_URL, f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def _next(self) -> str:
        self._count += 1
        return f"{self._run}_{self._count}"

    def _create(self, sql: str) -> str:
        execute(POSTGRES_URL, sql)
        return f"{POSTGRES_URL.rpartition('/')[0]}/{self._run}_{self._count}"


def execute(url: str, sql: str) -> None:
    """Run *sql* on PostgreSQL, outside any loop."""
    with_connection(url, lambda connection: connection.execute(sql))


def with_connection(url: str, what: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    async def main() -> T:
        connection = await asyncpg.connect(url)
        try:
            return await what(connection)
        finally:
            await connection.close()

    return asyncio.run(main())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """PostgreSQL, or a loud skip."""
    try:
        server = PostgresServer()
    except (OSError, asyncpg.PostgresError) as error:
        lacking("PostgreSQL", f"start one, or set TEST_POSTGRES_URL (tried {POSTGRES_URL}: {error})")
    yield server
    server.drop(server.template)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database; on PostgreSQL one that has been migrated, to save time."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.copy()
    yield url
    server.drop(url)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database, for what only PostgreSQL does."""
    url = postgres_server.copy()
    yield url
    postgres_server.drop(url)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store on each database."""
    opened = await Store.open(database_url, SECRET_KEY)
    yield opened
    await opened.close()


@pytest.fixture
async def two_stores(postgres_url: str) -> AsyncIterator[tuple[Store, Store]]:
    """Two processes' stores on one PostgreSQL (in one process here: they share nothing but the database)."""
    first, second = await Store.open(postgres_url, SECRET_KEY), await Store.open(postgres_url, SECRET_KEY)
    yield first, second
    await first.close()
    await second.close()
