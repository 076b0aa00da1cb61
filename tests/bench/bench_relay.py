"""What passing a message from one person to another costs, beside a turn of the bot: ``python -m tests.bench relay``.

Eight pairs talk through the real actions and store; Telegram is left out. The processor time is this process's own, the
best of three rounds; that of the PostgreSQL server is not in it.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.actions.person import person_says
from bot.content import load
from bot.conversation import buttons as newcomers
from bot.conversation.message import Heard, Pressed
from bot.helping import buttons as helpers
from tests.bench.databases import postgres_database
from tests.conftest import CITY
from tests.helping.world import Somebody, World

PAIRS = 8
MESSAGES = 400
ROUNDS = 3


class Talk:
    """Some pairs, and a newcomer whom nobody helps."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pairs: list[tuple[Somebody, Somebody]] = []
        self.count = 0

    async def begins(self) -> "Talk":
        for number in range(PAIRS):
            helper = await self.world.helper(f"helper{number}", "es", capacity=1)
            newcomer = await self.world.newcomer(f"newcomer{number}", "es")
            await self.world.asks(newcomer, "talk_to_person")
            case = await self.world.case_of(newcomer)
            assert case is not None
            await self.world.presses(newcomer, newcomers.write(newcomers.Agree(str(case.id))))
            asked = next(each for each in self.world.everybody.values() if each.helper and self._asked(each))
            await self.world.presses(asked, helpers.write(helpers.Take(str(case.id))))
            self.pairs.append((newcomer, asked))
            assert helper.helper
        self.alone = await self.world.newcomer("alone", "es")
        return self

    @staticmethod
    def _asked(helper: Somebody) -> bool:
        return bool(helper.got) and helper.got[-1].words.rows[0][0].press.startswith("ht|")

    async def to_helper(self) -> None:
        await self._says(self.pairs[self.count % PAIRS][0])

    async def to_newcomer(self) -> None:
        await self._says(self.pairs[self.count % PAIRS][1])

    async def to_bot(self) -> None:
        self.count += 1
        press = newcomers.write(newcomers.Menu())
        await person_says(Pressed(self.alone.newcomer, self.world.now, f"press {self.count}", press), self.world.parts)

    async def _says(self, who: Somebody) -> None:
        self.count += 1
        # A flood is slowed; so in the bench an hour passes between two messages of one person.
        at = self.world.now.replace(
            year=2027 + self.count // 300, month=1 + self.count // 28 % 12, day=1 + self.count % 28
        )
        heard = Heard(who.newcomer, at, f"says {self.count}", "hola, como esta", ref=str(900_000 + self.count))
        await person_says(heard, self.world.parts)


async def measured(one: Callable[[], Awaitable[None]], count: int) -> float:
    """Milliseconds of processor time for each."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(count):
            await one()
        best = min(best, (time.process_time() - start) / count * 1000)
    return best


async def rows(count: int) -> list[tuple[str, float, float, float]]:
    """For each database: a button answered by the bot, a message to a helper, a message to a newcomer."""
    guide, found = load(CITY), []
    with tempfile.TemporaryDirectory() as folder:
        async with postgres_database() as url:
            for name, database in (("SQLite", f"sqlite:///{Path(folder) / 'bench.db'}"), ("PostgreSQL", url)):
                talk = await Talk(await World(guide).open(database)).begins()
                told = [await measured(one, count) for one in (talk.to_bot, talk.to_helper, talk.to_newcomer)]
                found.append((name, *told))
                await talk.world.close()
    return found  # type: ignore[return-value]


def run(count: int) -> None:
    """Measure and print."""
    table = Table("database", "bot answers a button", "to a helper", "to a newcomer", title="CPU, ms a message")
    for name, *told in asyncio.run(rows(count or MESSAGES)):
        table.add_row(name, *(f"{each:.1f}" for each in told))
    Console(width=100).print(table)
