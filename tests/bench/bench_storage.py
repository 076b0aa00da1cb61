"""What remembering costs: processor time of a turn and of an exchange, on SQLite and PostgreSQL.

    python -m tests.bench storage [--turns N]

PostgreSQL is TEST_POSTGRES_URL (default: this machine's); a database is made there and dropped again. The processor
time is this process's own, all threads, the best of three rounds: neighbours on the machine make it longer, never
shorter. The time of the PostgreSQL server is not in it.
"""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.table import Table

from bot.conversation.message import Newcomer
from bot.conversation.state import Conversation, Place
from bot.conversation.words import Button, Words
from bot.richtext import fill
from bot.storage.results import Delivered
from bot.storage.store import Store
from tests.bench.databases import postgres_database
from tests.bench.ours import NO_PACE

TURNS = 500
START = datetime(2026, 1, 1, tzinfo=UTC)
CHATS = 50
LEASE = timedelta(seconds=30)
STATE = Conversation(
    language="am",
    place=Place("library-card", "papers", ("start", "where"), (("start", "yes"), ("where", "central"))),
    offered=("library-card", "ride-transit"),
    last_at=START,
)
WORDS = Words(
    fill("*2/5* Bring something that shows your name and your address. A letter is enough. Do you have one?"),
    "en",
    ((Button("Yes", "s:library-card:papers:yes"), Button("No", "s:library-card:papers:no")),),
)


async def turn(store: Store, number: int) -> None:
    """One message of one of `CHATS` people, answered with one message."""
    async with store.work() as work:
        newcomer = Newcomer("telegram", str(5_000_000_000 + number % CHATS))
        if await work.conversation_with(newcomer, f"update {number}", START) is not None:
            await work.keep(STATE, [WORDS], START)


async def in_turn(count: int, one: Callable[[int], Awaitable[None]]) -> None:
    for number in range(count):
        await one(number)


async def at_once(count: int, one: Callable[[int], Awaitable[None]]) -> None:
    """All, `CHATS` at a time."""

    async def lane(first: int) -> None:
        for number in range(first, count, CHATS):
            await one(number)

    await asyncio.gather(*(lane(first) for first in range(CHATS)))


async def drain(store: Store) -> tuple[int, int]:
    """Send everything, 8 at a time. Returns how many messages, in how many exchanges."""
    sent = exchanges = 0
    results: list[Delivered] = []
    while True:
        exchange = await store.exchange("telegram", "bench", results, START, 8, LEASE, NO_PACE)
        exchanges += 1
        if not exchange.claimed:
            return sent, exchanges
        sent += len(exchange.claimed)
        results = [Delivered(outgoing.id, str(outgoing.id)) for outgoing in exchange.claimed]


async def measure(name: str, url: str, turns: int, table: Table) -> None:
    store = await Store.open(url, "a key for the bench")
    await in_turn(100, lambda number: turn(store, number))
    await drain(store)

    timings: dict[str, list[tuple[float, float]]] = defaultdict(list)

    async def take(what: str, count: int, work: Awaitable[object]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        await work
        timings[what].append(((time.process_time() - cpu) / count, (time.perf_counter() - wall) / count))

    async def pair(number: int) -> None:
        await turn(store, number)
        exchange = await store.exchange("telegram", "bench", (), START, 8, LEASE, NO_PACE)
        await store.exchange("telegram", "bench", [Delivered(o.id) for o in exchange.claimed], START, 8, LEASE, NO_PACE)

    async def idle(_: int) -> None:
        await store.exchange("telegram", "bench", (), START, 8, LEASE, NO_PACE)

    for first in range(1_000_000, 4_000_000, 1_000_000):

        async def new(number: int, first: int = first) -> None:
            await turn(store, first + number)

        await take("turn, one after another", turns, in_turn(turns, new))
        await take("message heard twice", turns, in_turn(turns, new))
        await take("message sent, 8 an exchange", turns, drain(store))
        await take(f"turn, {CHATS} at once", turns, at_once(turns, lambda number: new(number + 100_000)))
        await drain(store)
        await take("turn and two exchanges", turns, in_turn(turns, lambda number: pair(first + 200_000 + number)))  # noqa: B023
        await take("exchange, nothing to do", turns, in_turn(turns, idle))
    await store.close()
    for what, each in timings.items():
        cpu, wall = (min(times) for times in zip(*each, strict=True))
        table.add_row(name, what, f"{cpu * 1e6:,.0f}", f"{1 / wall:,.0f}")


async def main(turns: int) -> None:
    table = Table("database", "what", "CPU µs each", "each second", title=f"Storage, {turns} turns")
    with tempfile.TemporaryDirectory() as folder:
        await measure("SQLite", f"sqlite:///{Path(folder) / 'bench.db'}", turns, table)
    try:
        async with postgres_database() as url:
            await measure("PostgreSQL", url, turns, table)
    except (OSError, asyncpg.PostgresError) as error:
        Console().print(f"PostgreSQL left out: {error}. Start one, or set TEST_POSTGRES_URL.")
    Console().print(table)


def run(turns: int) -> None:
    """Measure and print."""
    asyncio.run(main(turns or TURNS))
