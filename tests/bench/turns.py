"""What a turn costs, beside a bare echo bot of the same library: ``python -m tests.bench turns``.

People press through a flow, answer it in words, and write lines that need understanding. The bots take turns, round by
round, so that a busy minute of the machine falls on all of them, and the median of the rounds counts. The figures are the
ratios to what the echo bot takes to say a text back: as the library comes, and over the program's own requests. The aim
is 3 for a turn with its committed state (and one question to Rasa on top, where asked).
"""

import asyncio
import os
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from aiohttp import web
from rich.console import Console
from rich.progress import Progress, TimeElapsedColumn
from rich.table import Table

from bot.conversation import buttons
from bot.conversation.buttons import Choose, Next, Open, Tick
from tests.bench.bots import Bot, Sample, echo_bot, keep_to, our_bot
from tests.bench.databases import postgres_database
from tests.bench.echo import PRESS
from tests.botapi import Person
from tests.rasa.server import Server

TURNS = 1500
ROUNDS = 5
PEOPLE = 16
MEMORY_TURNS = 20_000
MEMORY_EVERY = 2_000

START = "library-card__en"
CARD = "library-card"
PRESSES = tuple(
    buttons.write(press)
    for press in (
        Choose(CARD, "about", "me"), Choose(CARD, "have-id", "yes"), Choose(CARD, "address", "no"),
        Choose(CARD, "paper", "yes"), Tick(CARD, "bring", "photo-id"), Next(CARD, "bring"),
        Choose(CARD, "area", "colfax"), Next(CARD, "colfax"), Next(CARD, "say-there"), Next(CARD, "help"), Open(CARD),
    )
)  # fmt: skip
"""Once around the flow; one of them changes a message in its place, the others say a new one."""
ANSWERS = ("for me", "yes", "no", "back", "back", "back")
UNDERSTOOD = ("which bus goes to my work", "how do I get a card for books")
MEANT = {"bus": "ride_transit", "card": "library_card"}
"""What the stand-in for Rasa makes of `UNDERSTOOD`."""

Act = Callable[[Person, str], object]


@dataclass
class Talk:
    """What some people do over and over, each at their own place in it."""

    lines: Sequence[str]
    act: Act
    _places: Counter[int] = field(default_factory=Counter)

    def __call__(self, person: Person, _: int) -> None:
        """The next thing *person* does."""
        place = self._places[person.id]
        self._places[person.id] += 1
        self.act(person, self.lines[place % len(self.lines)])


def press(person: Person, data: str) -> None:
    person.presses(data=data)


def say(person: Person, text: str) -> None:
    person.says(text)


Talks = dict[str, tuple[Sequence[str], Act]]

ECHOED = "text said back"
ECHO_TALKS: Talks = {ECHOED: (("hello, how are you today",), say), "button": ((PRESS,), press)}
TALKS: Talks = {
    "button": (PRESSES, press),
    "typed answer": (ANSWERS, say),
    "typed, understood": (UNDERSTOOD, say),
}


@dataclass
class Row:
    """One kind of turn with one bot."""

    what: str
    bot: Bot
    talk: Talk
    people: list[Person]
    samples: list[Sample] = field(default_factory=list)
    alone: float = 0.0

    @property
    def cpu(self) -> float:
        """Seconds of processor time a turn: the median of the rounds."""
        return statistics.median(sample.cpu_each for sample in self.samples)

    def times(self, yardstick: "Row") -> float:
        """How many times the processor time of *yardstick*: each round by itself, then the median."""
        pairs = zip(self.samples, yardstick.samples, strict=True)
        return statistics.median(ours.cpu_each / theirs.cpu_each for ours, theirs in pairs)

    def median(self, figure: str) -> float:
        """The same of a figure of `Report`."""
        return float(statistics.median(getattr(sample.report, figure) for sample in self.samples))


async def measure(turns: int, rasa_url: str, console: Console) -> None:
    """Run all rows and print the table."""
    async with _bots(rasa_url, console) as (echoes, ours):
        kinds = [(bot, ECHO_TALKS) for bot in echoes] + [(bot, TALKS) for bot in ours]
        rows = [Row(what, bot, Talk(*talk), bot.meets(PEOPLE)) for bot, talks in kinds for what, talk in talks.items()]
        each = max(PEOPLE, turns // ROUNDS)
        with _progress(console) as progress:
            task = progress.add_task("warming up", total=len(rows) * (ROUNDS + 1))
            for row in rows:
                await _warm_up(row)
                progress.advance(task)
            for bot in (*echoes, *ours):
                bot.weigh("warm")
            for number in range(ROUNDS):
                for row in rows:
                    progress.update(task, description=f"round {number + 1}: {row.bot.name}, {row.what}")
                    row.samples.append(await row.bot.answers(row.people, each, row.talk))
                    progress.advance(task)
        for bot in (*echoes, *ours):
            bot.weigh("at the end")
        console.print(_table(rows, echoes))
        console.print(_memory_table([*echoes, *ours]))
        load = ", ".join(f"{figure:.1f}" for figure in os.getloadavg())
        console.print(f"{each * ROUNDS} turns a row in {ROUNDS} rounds, {PEOPLE} people at once. Load here: {load}.")


async def measure_memory(turns: int, rasa_url: str, console: Console) -> None:
    """All kinds of turns with ever new people on SQLite, and the bot's memory on the way."""
    table = Table("turns", "RSS MB", title="Memory")
    async with AsyncExitStack() as stack:
        rasa = await stack.enter_async_context(_rasa(rasa_url))
        folder = await stack.enter_async_context(_folder())
        bot = await stack.enter_async_context(our_bot("ours, SQLite", f"sqlite:///{folder / 'bench.db'}", rasa, folder))
        progress = stack.enter_context(_progress(console))
        table.add_row("0", _mb(bot.rss["at the start"]))
        for done in progress.track(range(MEMORY_EVERY, turns + 1, MEMORY_EVERY), description="talking"):
            for lines, act in TALKS.values():
                people = bot.meets(PEOPLE)
                await bot.answers(people, PEOPLE, _come_in)
                await bot.answers(people, MEMORY_EVERY // len(TALKS) - PEOPLE, Talk(lines, act))
            table.add_row(f"{done:,}", _mb(bot.weigh("then")))
    console.print(table)


async def _warm_up(row: Row) -> None:
    """Everybody comes in and goes around once; then one of them, alone, shows what the answer to one person takes."""
    await row.bot.answers(row.people, PEOPLE, _come_in)
    await row.bot.answers(row.people, PEOPLE * 6, row.talk)
    row.alone = (await row.bot.answers(row.people[:1], 30, row.talk)).report.p50


def _come_in(person: Person, _: int) -> None:
    person.starts(START)


@asynccontextmanager
async def _bots(rasa_url: str, console: Console) -> AsyncIterator[tuple[list[Bot], list[Bot]]]:
    """Echo bots and ours, all running."""
    if not keep_to(1):
        console.print("The bots and the people share their cores here: times vary more than the ratios.")
    async with AsyncExitStack() as stack:
        rasa = await stack.enter_async_context(_rasa(rasa_url))
        folder = await stack.enter_async_context(_folder())
        echoes = [
            await stack.enter_async_context(echo_bot("echo", aiohttp=False)),
            await stack.enter_async_context(echo_bot("echo, our requests", aiohttp=True)),
        ]
        urls = {"ours, SQLite": f"sqlite:///{folder / 'bench.db'}"}
        try:
            urls["ours, PostgreSQL"] = await stack.enter_async_context(postgres_database())
        except (OSError, asyncpg.PostgresError) as error:
            console.print(f"PostgreSQL left out: {error}. Start one, or set TEST_POSTGRES_URL.")
        ours = [await stack.enter_async_context(our_bot(name, url, rasa, folder)) for name, url in urls.items()]
        yield echoes, ours


@asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@asynccontextmanager
async def _rasa(url: str) -> AsyncIterator[str]:
    """*url*, or a small server that answers at once as Rasa would have: the price of asking, not of understanding."""
    if url:
        yield url
        return
    server = Server()
    server.answer = _understand
    runner = await server.start()
    try:
        yield server.url
    finally:
        await runner.cleanup()


async def _understand(request: web.Request) -> web.Response:
    text = (await request.json())["text"]
    intent = next(intent for word, intent in MEANT.items() if word in text)
    others = [{"name": f"other_{number}", "confidence": 0.05 / (number + 1)} for number in range(9)]
    ranking = [{"name": intent, "confidence": 0.93}, *others]
    return web.json_response({"text": text, "intent": ranking[0], "entities": [], "intent_ranking": ranking})


def _table(rows: Sequence[Row], echoes: Sequence[Bot]) -> Table:
    table = Table("bot", "turn", "turns/s", "p50 ms", "p95 ms", "alone p50 ms", "CPU ms", title="Turns")
    for echo in echoes:
        table.add_column(f"x {echo.name}")
    yardsticks = [row for row in rows if row.what == ECHOED]
    for row in rows:
        figures = (row.median("p50"), row.median("p95"), row.alone, row.cpu)
        table.add_row(
            row.bot.name, row.what, f"{row.median('per_second'):.0f}",
            *(f"{seconds * 1000:.{2 if seconds is row.cpu else 1}f}" for seconds in figures),
            *(f"{row.times(yardstick):.2f}" for yardstick in yardsticks),
        )  # fmt: skip
    return table


def _memory_table(bots: Sequence[Bot]) -> Table:
    table = Table("bot", *bots[0].rss, title="Memory, RSS in MB")
    for bot in bots:
        table.add_row(bot.name, *map(_mb, bot.rss.values()))
    return table


def _progress(console: Console) -> Progress:
    return Progress(*Progress.get_default_columns(), TimeElapsedColumn(), console=console)


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f}"


def run(turns: int, rasa_url: str, *, memory: bool) -> None:
    """Measure; with *memory*, only that."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    if memory:
        asyncio.run(measure_memory(turns or MEMORY_TURNS, rasa_url, console))
    else:
        asyncio.run(measure(turns or TURNS, rasa_url, console))
