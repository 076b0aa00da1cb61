"""``kill -9`` at random moments loses nothing, and nothing comes out of order.

What each person was told is compared with what the core says to the same lines. A message may stand there twice, but only
right behind itself: it was on its way when the process died, after Telegram had it and before we had written that down.
"""

import asyncio
import random
import socket
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from bot.channel.delivery import IN_FLIGHT
from bot.conversation.guide import Guide
from tests.botapi import BotApi, Limits
from tests.botapi.person import Person
from tests.conversation.talking import Talking
from tests.faults.process import running
from tests.storage.databases import PostgresServer, postgres_server

__all__ = ["postgres_server"]

KILLS = 32
PEOPLE = 24
LINES = ["/start electricity-gas-start__en", "no", "1", "no", "back", "yes", "again", "back", "no", "next", "menu",
         "trash day", "next", "back", "stop", "3", "2", "menu", "bus", "menu"]  # fmt: skip


def should_be_told(guide: Guide) -> list[str]:
    """What the core answers to `LINES`, in order."""
    talk = Talking(guide)
    told = []
    for line in LINES:
        if line.startswith("/start"):
            talk.starts(line.removeprefix("/start "))
        else:
            talk.says(line)
        told.append(talk.text)
    return told


def was_told(person: Person) -> list[str]:
    """What the bot said, in order."""
    return [seen.text for seen in person.screen() if seen.by_bot]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["polling on SQLite", "webhook on PostgreSQL"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings of the program that is killed."""
    common = {"SECRET_KEY": "k" * 40, "DATA_DIR": str(tmp_path), "LOG_LEVEL": "ERROR", "HTTP_PORT": str(free_port())}
    if request.param == "polling on SQLite":
        yield {**common, "DATABASE_URL": f"sqlite:///{tmp_path}/kill.sqlite3", "PUBLIC_URL": ""}
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.copy()
    yield {**common, "DATABASE_URL": url, "PUBLIC_URL": f"http://127.0.0.1:{common['HTTP_PORT']}"}
    server.drop(url)


@pytest.mark.timeout(600)
async def test_kill_loses_nothing(environment: dict[str, str], guide: Guide) -> None:
    chance = random.Random(20261123)
    async with BotApi(limits=Limits(on=False), retry_scale=0.05) as api:
        environment |= {"TELEGRAM_TOKEN": api.token, "TELEGRAM_API_URL": api.url}
        people = [api.user(f"Person {number}") for number in range(PEOPLE)]
        said = [(person, line) for line in LINES for person in people]
        share = len(said) // KILLS + 1
        at_work = 0
        for life in range(KILLS):
            with running(environment) as process:
                for person, line in said[life * share : (life + 1) * share]:
                    person.starts(line.partition(" ")[2]) if line.startswith("/") else person.says(line)
                at_work += await a_random_moment(api, chance, most=share)
                assert process.is_alive(), "the program ended by itself"
        wanted = should_be_told(guide)
        with running(environment):
            await all_told(people, len(wanted))
        repeated = 0
        for person in people:
            told = was_told(person)
            assert [text for text, _ in groupby(told)] == wanted
            repeated += len(told) - len(wanted)
    messages = len(wanted) * PEOPLE
    print(f"\n{KILLS} kills, {at_work} at work: {messages} messages, {repeated} came twice, 0 lost, 0 out of order")
    assert at_work >= KILLS // 2, "the program was killed while it had nothing to do"
    assert repeated <= at_work * IN_FLIGHT


async def a_random_moment(api: BotApi, chance: random.Random, most: int) -> bool:
    """Wait until it has spoken a few times, and a little longer. False when it was only starting."""
    if chance.random() < 1 / 8:
        await asyncio.sleep(chance.uniform(0.1, 1.5))
        return False
    calls = len(api.calls_of("sendMessage")) + chance.randint(1, max(1, most // 2))
    async with asyncio.timeout(60):
        while len(api.calls_of("sendMessage")) < calls:  # noqa: ASYNC110  (the server cannot ring: it is the other company's)
            await asyncio.sleep(0.002)
    await asyncio.sleep(chance.uniform(0, 0.01))
    return True


async def all_told(people: list[Person], messages: int) -> None:
    """Wait until everybody was told everything, and a moment longer for what might come too much."""
    async with asyncio.timeout(120):
        while any(len(list(groupby(was_told(person)))) < messages for person in people):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await asyncio.sleep(1)
