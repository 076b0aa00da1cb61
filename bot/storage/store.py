"""All that is remembered. The only door to the database; whoever stands outside gets values, never a row.

The store reads no clock: every time is given to it, aware.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, bindparam, exists, select
from sqlalchemy.exc import DBAPIError

from bot.conversation.message import Channel, Newcomer
from bot.conversation.state import Conversation
from bot.conversation.words import Words
from bot.handoff.case import OWNED
from bot.storage import inbox, outbox, upkeep
from bot.storage.bell import Bell, Ring
from bot.storage.database import Postgres, Sqlite, open_database
from bot.storage.inbox import Ask, Received, ReceivedClaim
from bot.storage.pace import Pace
from bot.storage.results import Exchange, Result
from bot.storage.schema import upgrade
from bot.storage.secrecy import Secrecy
from bot.storage.tables import cases, helpers, lines, newcomers
from bot.storage.upkeep import Counts
from bot.storage.work import Work

T = TypeVar("T")

DEADLOCK = "40P01"  # https://www.postgresql.org/docs/current/errcodes-appendix.html
ATTEMPTS = 3

_one_of = newcomers.c.address_hash.in_(bindparam("who", expanding=True))
_is_helper = exists().where(helpers.c.person_id == newcomers.c.id)
_in_charge = exists().where(cases.c.newcomer_id == newcomers.c.id, cases.c.state.in_(sorted(OWNED)))
_PEEK = select(newcomers.c.state, _is_helper.label("is_helper"), _in_charge.label("in_charge")).where(
    newcomers.c.channel == bindparam("of"), _one_of
)
_LINES = (
    select(lines.c.id, lines.c.own, lines.c.said, lines.c.at)
    .join(newcomers, newcomers.c.id == lines.c.newcomer_id)
    .where(newcomers.c.channel == bindparam("of"), _one_of, lines.c.id > bindparam("after"))
    .order_by(lines.c.id)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chat that is read here: what we said (`Words`) or what the newcomer typed (``str``)."""

    id: int
    said: Words | str
    at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of somebody at one moment: whether they are a helper, and whether a helper is with them."""

    conversation: Conversation
    is_helper: bool = False
    in_charge: bool = False


class Store:
    """What is remembered, behind the keys. Made by `Store.open`; one for a process."""

    def __init__(self, database: Sqlite | Postgres, secrecy: Secrecy) -> None:
        self._database = database
        self._secrecy = secrecy
        self._bell = Bell()

    @classmethod
    async def open(cls, url: str, secret_key: str) -> "Store":
        """Open the database at *url*, bring its tables up to date and try the key.

        Several processes may do so at once. Raises ``ValueError`` for a URL or key that cannot be one, `WrongKey`,
        `NewerDatabase`, and SQLAlchemy's ``DBAPIError`` or an ``OSError`` when the database cannot be reached.
        """
        store = cls(open_database(url), Secrecy(secret_key))
        try:
            await store.migrate()
        except BaseException:
            await store.close()
            raise
        return store

    async def close(self) -> None:
        """Let go of the database. What is not committed is lost."""
        await self._bell.close()
        await self._database.close()

    async def migrate(self) -> None:
        """Bring the tables up to date and try the key; nothing when both are right. See `open`."""

        def step(connection: Connection) -> None:
            upgrade(connection)
            upkeep.check_key(connection, self._secrecy)

        await self._do(step)

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        await self._do(lambda connection: connection.exec_driver_sql("SELECT 1").scalar(), writes=False)

    # --- a turn ---

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """One turn in one transaction, committed when the block ends, rolled back when it raises.

        Do not call the store inside the block: on SQLite it has one connection, and the work holds it.
        """
        async with self._database.transaction() as transaction:
            work = Work(transaction, self._secrecy)
            yield work
            await transaction.finish(work.write)
        for ring in (*work.rings, *work.cases.rings):
            self._bell.ring(ring)

    async def peek(self, newcomer: Newcomer) -> Conversation:
        """What we remember of *newcomer* at this moment, without holding it; fresh when unknown."""
        return (await self.look(newcomer)).conversation

    async def look(self, newcomer: Newcomer) -> Look:
        """As `peek`, with who they are and whether a helper is with them."""
        who = {"of": newcomer.channel, "who": self._hashes(newcomer)}
        row = await self._do(lambda connection: connection.execute(_PEEK, who).first(), writes=False)
        if row is None:
            return Look(Conversation())
        conversation = Conversation.from_json(self._secrecy.open(row.state)) if row.state else Conversation()
        return Look(conversation, row.is_helper, row.in_charge)

    async def web_lines(self, newcomer: Newcomer, after_id: int, limit: int) -> list[Line]:
        """What was said by both sides behind line *after_id* (0: from the start), oldest first.

        Only for the channels of `bot.storage.work.READ_HERE`.
        """
        which = {"of": newcomer.channel, "who": self._hashes(newcomer), "after": after_id, "limit": limit}

        def step(connection: Connection) -> list[Line]:
            rows = [(row, self._secrecy.open(row.said)) for row in connection.execute(_LINES, which)]
            return [Line(row.id, said if row.own else Words.from_json(said), row.at) for row, said in rows]

        return await self._do(step, writes=False)

    async def said_before(self, words: int, since: datetime) -> list[str]:
        """The channel's ids of what was said since *since* to the person whom message *words* of the outbox goes to."""
        return await self._do(lambda connection: outbox.said_before(connection, words, since), writes=False)

    # --- inbox ---

    async def receive(self, channel: Channel, items: Sequence[Received], now: datetime) -> None:
        """Keep what came, in one commit, each key once. After this the other side may be told that we have it."""
        await self._do(lambda connection: inbox.receive(connection, self._secrecy, channel, items, now))

    async def next_received(
        self, channel: Channel, owner: str, now: datetime, limit: int, lease: timedelta
    ) -> list[ReceivedClaim]:
        """What to work on: the oldest of each lane that nobody works on; ours for *lease*.

        `Work.conversation_with` with the same key ends it; so do `finish`, `set_aside` and `put_back`.
        """
        ask = Ask(channel, owner, limit, lease)
        return await self._do(lambda connection: inbox.claim(connection, self._secrecy, ask, now))

    async def finish(self, claim: ReceivedClaim, now: datetime) -> None:
        """There is nothing to answer: a group's message, an update of a kind that has no newcomer."""
        await self._do(lambda connection: inbox.finish(connection, claim, now))

    async def set_aside(self, claim: ReceivedClaim, error: str, now: datetime) -> None:
        """Give up on it, for *error* (the name of an exception class). It is kept, sealed; its lane goes on."""
        await self._do(lambda connection: inbox.set_aside(connection, claim, error, now))

    async def put_back(self, claim: ReceivedClaim, until: datetime) -> None:
        """Try it again, not before *until*. Its lane waits."""
        await self._do(lambda connection: inbox.put_back(connection, claim, until))

    async def take_over(self) -> None:
        """Give back at once what a process that is no more had in hand, so that nobody waits for its leases to end.

        Only on SQLite, whose file belongs to one process; on PostgreSQL others may be at work, and leases end by themselves.
        """
        if isinstance(self._database, Sqlite):
            await self._do(upkeep.release_all)

    # --- outbox ---

    async def exchange(  # noqa: PLR0913, PLR0917  (one call does both, and each of these differs)
        self,
        channel: Channel,
        owner: str,
        results: Sequence[Result],
        now: datetime,
        limit: int,
        lease: timedelta,
        pace: Pace,
    ) -> Exchange:
        """Write down what became of the words we had, and get the next to send, in one transaction.

        *owner* names this process. When it raises, nothing was written: come again with the same results.
        """
        ask = Ask(channel, owner, limit, lease)

        def step(connection: Connection) -> Exchange:
            return outbox.exchange(connection, self._secrecy, ask, pace, results, now)

        # A person who is forgotten and a result for them may cross.
        return await self.again(lambda: self._do(step))

    async def again(self, turn: Callable[[], Awaitable[T]]) -> T:
        """Do *turn*; again when it and another one waited for each other, so that PostgreSQL ended it and nothing was done."""
        for _ in range(ATTEMPTS - 1):
            try:
                return await turn()
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != DEADLOCK:
                    raise
        return await turn()

    # --- the bell ---

    def on_commit(self, callback: Callable[[Ring], object]) -> Callable[[], None]:
        """Call *callback* on the event loop whenever words were committed, until the returned function is called."""
        return self._bell.hang(callback)

    async def listen(self, callback: Callable[[Ring], object]) -> Callable[[], None]:
        """As `on_commit`, and on PostgreSQL for the commits of other processes too. Our own may then ring twice."""
        if isinstance(self._database, Postgres):
            await self._bell.listen(self._database)
        return self._bell.hang(callback)

    def tag(self, newcomer: Newcomer) -> str:
        """What `Ring.tag` is for *newcomer*; it tells nobody who that is."""
        return self._secrecy.hash("address", newcomer.channel, newcomer.address).hex()

    # --- upkeep ---

    async def sweep(self, now: datetime, older_than: timedelta, unseen_for: timedelta | None = None) -> dict[str, int]:
        """Delete what was over *older_than* ago, answered updates, sent words, lines of a web chat, forgotten people.

        Newcomers who were not seen *unseen_for* go too, when asked for. Returns how many rows, by table.
        """
        unseen_since = None if unseen_for is None else now - unseen_for
        return await self._do(lambda connection: upkeep.sweep(connection, now - older_than, unseen_since))

    async def sweep_cases(self, now: datetime, closed_for: timedelta) -> dict[str, int]:
        """Delete cases that ended *closed_for* ago, with all that was said in them, and links that are over."""
        return await self._do(lambda connection: upkeep.sweep_cases(connection, now - closed_for, now))

    async def next_due(self) -> datetime | None:
        """When time has something to do with a case next."""
        return await self._do(upkeep.next_due, writes=False)

    async def counts(self) -> Counts:
        """How much waits."""
        return await self._do(upkeep.counts, writes=False)

    async def rotate_keys(self) -> int:
        """Write all rows anew under the first key, some at a time, while others work; returns how many.

        Every process must have both keys by then; afterwards the old one may be taken out of SECRET_KEY.
        """
        count = 0
        for table in upkeep.RESEALED:
            last: int | None = 0
            while last is not None:
                done, last = await self._do(
                    lambda connection, table=table, last=last: upkeep.reseal_batch(  # type: ignore[misc]
                        connection, self._secrecy, table, last
                    )
                )
                count += done
        await self._do(lambda connection: upkeep.reseal_check(connection, self._secrecy))
        return count

    async def _do(self, step: Callable[[Connection], T], *, writes: bool = True) -> T:
        async with self._database.transaction(writes=writes) as transaction:
            return await transaction.finish(step)

    def _hashes(self, newcomer: Newcomer) -> list[bytes]:
        channel, address = newcomer.channel, newcomer.address
        return [self._secrecy.hash("address", channel, address), *self._secrecy.old_hashes("address", channel, address)]
