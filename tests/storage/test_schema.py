"""The migrations make what `tables` says, whoever starts them and however often; the doors are shut."""

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.storage import tables
from bot.storage.database import _patiently, open_database
from bot.storage.schema import NewerDatabase, head, migrate
from bot.storage.store import Store
from tests.storage.databases import SECRET_KEY, PostgresServer
from tests.storage.saying import AMINA, change, look, turn


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in which nothing is."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'a folder' / 'to be made' / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create()
    yield url
    server.drop(url)


async def test_the_migrations_make_what_the_tables_say(empty_url: str) -> None:
    await migrate(empty_url)
    database = open_database(empty_url)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, tables.metadata))

    async with database.transaction() as transaction:
        assert await transaction.run(differences) == []
        gone = await transaction.run(lambda connection: connection.exec_driver_sql("DROP TABLE lines"))
        assert gone is not None
        assert await transaction.run(differences) != [], "the comparison sees nothing at all"
    await database.close()


async def test_starting_twice_and_at_once_does_no_harm(empty_url: str) -> None:
    stores = await asyncio.gather(*(Store.open(empty_url, SECRET_KEY) for _ in range(4)))
    assert await look(stores[0], "SELECT version_num FROM alembic_version") == [(head(),)]
    assert await look(stores[1], "SELECT count(*) FROM meta") == [(1,)]
    await turn(stores[2], AMINA, misses=1)
    assert (await stores[3].peek(AMINA)).misses == 1
    await stores[0].migrate()
    for store in stores:
        await store.close()


async def test_two_real_processes_may_start_at_once(empty_url: str) -> None:
    program = f"import asyncio; from bot.storage.store import Store; asyncio.run(Store.open({empty_url!r}, 'k'))"
    processes = [await asyncio.create_subprocess_exec(sys.executable, "-c", program) for _ in range(2)]
    assert [await process.wait() for process in processes] == [0, 0]


async def test_a_database_of_a_newer_version_is_refused(store: Store, database_url: str) -> None:
    await change(store, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabase, match="newer version"):
        await Store.open(database_url, SECRET_KEY)


async def test_sqlite_is_set_to_survive_a_power_cut(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'store.db'}", SECRET_KEY)

    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await store._do(pragmas) == ["wal", 2, 1]
    await store.close()


async def test_a_store_in_memory_is_a_store() -> None:
    store = await Store.open("sqlite://", SECRET_KEY)
    await turn(store, AMINA, misses=1)
    assert (await store.peek(AMINA)).misses == 1
    await store.ping()
    await store.close()
    await store.close()
    with pytest.raises(RuntimeError, match="closed"):
        await store.ping()


async def test_ping_fails_when_the_database_is_away(postgres_url: str) -> None:
    store = await Store.open(postgres_url, SECRET_KEY)
    await store.ping()
    with pytest.raises(DBAPIError):
        await look(store, "SELECT pg_terminate_backend(pg_backend_pid())")
    await store.ping()
    await store.close()
    with pytest.raises((OSError, DBAPIError)):
        await Store.open("postgresql://root@127.0.0.1:1/nowhere", SECRET_KEY)


@pytest.mark.parametrize("url", ["mysql://root:secret@here/x", "", "store.db"])
async def test_another_kind_of_database_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL must begin with") as refused:
        await Store.open(url, SECRET_KEY)
    assert "secret" not in str(refused.value)


async def test_a_url_as_libpq_writes_it_works(postgres_url: str) -> None:
    for url in (f"{postgres_url}?sslmode=disable", postgres_url.replace("postgresql:", "postgres:")):
        store = await Store.open(url, SECRET_KEY)
        await store.ping()
        await store.close()


def test_a_file_that_is_locked_for_a_moment_is_waited_for() -> None:
    """When several processes begin WAL at once, SQLite says so at once instead of waiting."""
    answers: list[Exception | None] = [sqlite3.OperationalError("database is locked")] * 3 + [None]

    def step() -> None:
        if answer := answers.pop(0):
            raise answer

    _patiently(step)
    assert answers == []
    answers.append(sqlite3.OperationalError("disk I/O error"))
    with pytest.raises(sqlite3.OperationalError, match="disk"):
        _patiently(step)
