"""Short words for what the storage tests do over and over."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from bot.conversation.message import Newcomer
from bot.conversation.state import Conversation
from bot.conversation.words import Words
from bot.richtext import fill, plain
from bot.storage.pace import Pace
from bot.storage.results import Delivered, Exchange, Outgoing, Result
from bot.storage.store import Store

NOON = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
SWIFT = Pace(per_second=1e6, burst=1e6, reserve=0, per_chat_seconds=0)
AMINA = Newcomer("telegram", "7001002003")
BORIS = Newcomer("telegram", "7004005006")


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def words(said: str, *, urgent: bool = False) -> Words:
    return Words(fill(said), "en", urgent=urgent)


_keys = iter(range(10**9))


async def turn(
    store: Store, newcomer: Newcomer, *said: str | Words, key: str = "", now: datetime = NOON, misses: int = 0
) -> bool:
    """One message of *newcomer*, answered with *said*. False when it was heard before."""
    async with store.work() as work:
        before = await work.conversation_with(newcomer, key or f"a key of its own {next(_keys)}", now)
        if before is None:
            return False
        answer = [word if isinstance(word, Words) else words(word) for word in said]
        await work.keep(Conversation(language="en", misses=misses), answer, now)
        return True


async def exchange(
    store: Store,
    *results: Result,
    now: datetime = NOON,
    owner: str = "a",
    limit: int = 8,
    pace: Pace = SWIFT,
) -> Exchange:
    return await store.exchange("telegram", owner, results, now, limit, LEASE, pace)


async def claim(store: Store, *results: Result, now: datetime = NOON, owner: str = "a") -> list[Outgoing]:
    return (await exchange(store, *results, now=now, owner=owner)).claimed


def said(outgoing: Sequence[Outgoing]) -> list[str]:
    return [plain(one.words.text) for one in outgoing]


async def drain(store: Store, now: datetime = NOON) -> list[str]:
    """Send all that can be sent at *now*, in the order in which it goes."""
    gone: list[str] = []
    results: list[Result] = []
    while claimed := await claim(store, *results, now=now):
        gone += said(claimed)
        results = [Delivered(one.id, "1") for one in claimed]
    return gone


async def look(store: Store, sql: str) -> list[tuple[object, ...]]:
    """What the tables really hold."""

    def step(connection: Connection) -> list[tuple[object, ...]]:
        return [tuple(row) for row in connection.execute(text(sql))]

    return await store._do(step)


async def change(store: Store, sql: str, **values: object) -> None:
    def step(connection: Connection) -> None:
        connection.execute(text(sql), values)

    await store._do(step)
