"""Opens a database by its URL and runs functions in its transactions. Knows the two databases; knows no table.

What is done in a transaction is written as plain functions of a SQLAlchemy ``Connection``, the same for both:

- **PostgreSQL**: asyncpg and a pool; the functions run on the event loop in SQLAlchemy's greenlet.
- **SQLite**: one connection in one thread; the functions run there. A whole function is one hop to the thread, where
  aiosqlite needs four for each statement: a turn costs a third of the processor time (tests/bench/bench_storage.py).
"""

import asyncio
import logging
import os
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar, cast

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

T = TypeVar("T")

log = logging.getLogger(__name__)

# Both dialects' own insert, which knows ON CONFLICT; the two have the same methods, but no type in common.
INSERT: dict[str, Callable[[Table], sqlite.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": cast("Callable[[Table], sqlite.Insert]", postgresql.insert),
}

BUSY_SECONDS = 30.0
PATIENCE_SECONDS = 0.02
IDLE_MILLISECONDS = "60000"
POOL_SIZE = 10


class Transaction(Protocol):
    """An open transaction."""

    async def run(self, step: Callable[[Connection], T]) -> T:
        """Run *step* on the connection."""

    async def finish(self, step: Callable[[Connection], T]) -> T:
        """Run *step*, then commit, in one go. The transaction is over."""


class Database(Protocol):
    """SQLite or PostgreSQL."""

    name: str

    def transaction(self, *, writes: bool = True) -> AbstractAsyncContextManager[Transaction]:
        """A transaction; rolled back unless it was finished."""

    async def close(self) -> None:
        """Let go of all connections."""


def open_database(url: str) -> "Sqlite | Postgres":
    """``sqlite:///path``, ``sqlite://`` (in memory) or ``postgresql://…`` as libpq writes it, ``?sslmode=`` and all.

    Connects when first used. Raises ``ValueError`` for anything else, without repeating the URL: it holds a password.
    """
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme == "sqlite":
        return Sqlite(make_url(url).database or "")
    if scheme in ("postgresql", "postgres"):
        return Postgres("postgresql:" + url.partition(":")[2])
    raise ValueError("DATABASE_URL must begin with sqlite:/// or postgresql://")


class Thread:
    """Does one thing after another in a thread of its own. Half the cost of ``run_in_executor`` for each."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def submit(self, job: Callable[[], None]) -> None:
        """Have *job* done behind what was submitted before. Not waited for; it may not raise."""
        self._jobs.put(job)

    async def run(self, job: Callable[[], T]) -> T:
        """The same, waited for. Cancelling the wait does not stop *job*."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            if not done.done():
                done.set_exception(error) if error else done.set_result(cast("T", result))

        def work() -> None:
            try:
                result = job()
            except BaseException as error:  # noqa: BLE001  (it is raised where it is waited for)
                loop.call_soon_threadsafe(settle, None, error)
            else:
                loop.call_soon_threadsafe(settle, result, None)

        self.submit(work)
        return await done

    def stop(self) -> None:
        """When all is done. Nothing may be submitted afterwards."""
        self._jobs.put(None)

    def _work(self) -> None:
        while job := self._jobs.get():
            job()


class Sqlite:
    """One connection, one thread, one transaction at a time: SQLite lets only one write, and waiting here is fair."""

    name = "sqlite"

    def __init__(self, path: str) -> None:
        self.path = path if path and path != ":memory:" else ""
        self._gate = asyncio.Lock()
        self._is_closed = False
        self._thread = Thread("sqlite")
        self._engine: Engine | None = None
        self._connection: Connection | None = None

    @asynccontextmanager
    async def transaction(self, *, writes: bool = True) -> AsyncIterator["Transaction"]:
        """See `Database`. Opening a second one inside the first, in the same task, would wait for ever."""
        async with self._gate:
            if self._is_closed:
                raise RuntimeError("the database is closed")
            open_ = _InThread(self._thread, self._begun, "BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                yield open_
            finally:
                if not open_.finished:
                    # Not waited for: the thread does one thing after another, so this comes before the next transaction
                    # even when our task has been cancelled and the thread is still busy with its last step.
                    self._thread.submit(self._rolled_back)

    async def close(self) -> None:
        """See `Database`."""
        async with self._gate:
            if not self._is_closed:
                self._is_closed = True
                await self._thread.run(self._closed)
                self._thread.stop()

    def _begun(self, begin: str) -> Connection:
        if self._connection is None:
            self._engine = self._engine or _sqlite_engine(self.path)
            self._connection = self._engine.connect()
        if not self._connection.in_transaction():
            # The "begin" event has no way to be told which; the driver's own BEGIN is switched off.
            self._connection.begin()
            self._connection.exec_driver_sql(begin)
        return self._connection

    def _rolled_back(self) -> None:
        if self._connection is not None and self._connection.in_transaction():
            try:
                self._connection.rollback()
            except DBAPIError:
                log.exception("SQLite could not roll back; connecting anew")
                self._closed()

    def _closed(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


class _InThread:
    """A `Transaction` of `Sqlite`. Begins with its first step, in the same hop."""

    def __init__(self, thread: Thread, begun: Callable[[str], Connection], begin: str) -> None:
        self._thread, self._begun, self._begin = thread, begun, begin
        self.finished = False

    async def run(self, step: Callable[[Connection], T]) -> T:
        return await self._thread.run(lambda: step(self._begun(self._begin)))

    async def finish(self, step: Callable[[Connection], T]) -> T:
        result = await self.run(lambda connection: _committed(step, connection))
        self.finished = True
        return result


class Postgres:
    """A pool of asyncpg connections."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        self._url = url
        # asyncpg reads the URL itself: SQLAlchemy would hand ?sslmode= to it as an argument that it does not know.
        self._engine: AsyncEngine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self.connect,
            pool_size=POOL_SIZE,
            max_overflow=0,
            hide_parameters=True,
        )

    async def connect(self, **_: Any) -> Any:  # noqa: ANN401  (asyncpg has no types)
        """A connection of asyncpg's own, outside the pool. One that hangs in a transaction is cut by the server."""
        return await asyncpg.connect(
            self._url,
            server_settings={
                "application_name": "natural-helpers",
                "idle_in_transaction_session_timeout": IDLE_MILLISECONDS,
            },
        )

    @asynccontextmanager
    async def transaction(self, *, writes: bool = True) -> AsyncIterator["Transaction"]:  # noqa: ARG002
        """See `Database`. *writes* makes no difference here."""
        async with self._engine.connect() as connection:  # leaving it unfinished rolls back
            yield _InGreenlet(connection)

    async def close(self) -> None:
        """See `Database`."""
        await self._engine.dispose()


class _InGreenlet:
    """A `Transaction` of `Postgres`. Begins with its first step."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def run(self, step: Callable[[Connection], T]) -> T:
        return await self._connection.run_sync(step)

    async def finish(self, step: Callable[[Connection], T]) -> T:
        return await self._connection.run_sync(lambda connection: _committed(step, connection))


def _committed(step: Callable[[Connection], T], connection: Connection) -> T:
    result = step(connection)
    connection.commit()
    return result


def _sqlite_engine(path: str) -> Engine:
    if path:
        _make_private(Path(path))
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=StaticPool,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _: object) -> None:
        # FULL: after the commit Telegram is told "ok", so a power cut must not take it back.
        _patiently(lambda: connection.cursor().execute("PRAGMA journal_mode = WAL"))
        for pragma in ("synchronous = FULL", "foreign_keys = ON"):
            connection.cursor().execute(f"PRAGMA {pragma}")

    return engine


def _patiently(step: Callable[[], object]) -> None:
    """Do *step* as soon as nobody holds the file: when WAL begins, SQLite itself does not wait for others.

    https://www.sqlite.org/rescode.html#busy
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            step()
        except sqlite3.OperationalError as err:
            if "locked" not in str(err) or time.monotonic() > until:
                raise
            time.sleep(PATIENCE_SECONDS)
        else:
            return


def _make_private(path: Path) -> None:
    """Only the owner may read the file. SQLite gives the same mode to the -wal and -shm files beside it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
