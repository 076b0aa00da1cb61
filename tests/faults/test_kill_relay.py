"""``kill -9`` at random moments while people talk with each other: each word arrives, in order, and in no other chat.

What somebody wrote is numbered. A message may stand there twice, but only right behind itself: it was on its way when the
process died, after Telegram had it and before we had written that down.
"""

import asyncio
import itertools
import random
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from multiprocessing.context import ForkServerProcess

import pytest

from bot import logs
from bot.actions.parts import Parts
from bot.actions.person import person_says
from bot.app import put_together, serve
from bot.channel import delivery
from bot.channel.delivery import IN_FLIGHT
from bot.conversation import buttons
from bot.conversation.message import Asked, Pressed, Started
from bot.handoff import flood
from bot.helping import buttons as helpers_buttons
from bot.helping import setup
from bot.helping.bench import Bench
from bot.settings import read_settings
from bot.storage.store import Store
from tests.botapi import BotApi, Limits
from tests.botapi.person import Person
from tests.channel.running import AT_ONCE, newcomer
from tests.faults.process import GUIDE, NURSERY
from tests.faults.test_kill import environment
from tests.storage.databases import postgres_server

__all__ = ["environment", "postgres_server"]

KILLS = 16
PAIRS = 8
ROUNDS = 48
"""So often each of the two of a pair writes."""
MARK = re.compile(r"<(newcomer|helper) (\d+): (\d+)>")
NURSERY.set_forkserver_preload(["tests.faults.process", __name__])


def live(settings: Mapping[str, str]) -> None:
    """Be the program until killed; at no pace, so that much is on its way, and with short leases, to be quick."""
    import os

    os.environ.update(settings)
    flood.MOST = 10_000
    delivery.LEASE = timedelta(seconds=2)
    asyncio.run(_live())


async def _live() -> None:
    settings = read_settings()
    logs.configure(settings.log_level)
    async with put_together(settings, GUIDE, AT_ONCE) as app:
        await serve(app, lambda _line: None)


@contextmanager
def running(settings: Mapping[str, str]) -> Iterator[ForkServerProcess]:
    """The program; ``kill -9`` at the end of the block."""
    process = NURSERY.Process(target=live, args=(dict(settings),), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        process.close()


async def pairs_of(api: BotApi, settings: Mapping[str, str]) -> list[tuple[Person, Person]]:
    """Newcomers and helpers, two and two in a case, as if they had gone the whole way."""
    store = await Store.open(settings["DATABASE_URL"], settings["SECRET_KEY"])
    parts, keys, found = Parts(store, GUIDE), itertools.count(), []
    for number in range(PAIRS):
        rosa, luis = api.user(f"Newcomer {number}"), api.user(f"Helper {number}")
        for person in (rosa, luis):
            person.chat.started = person.chat.known_to_bot = True
        who, at, whose = newcomer(rosa), datetime.now(UTC), newcomer(luis)
        async with store.work() as work:
            assert await work.conversation_with(whose, f"test {next(keys)}", at) is not None
            new = setup.Helper(0, languages=(("es", "native"),), language="en", pledged_at=at, capacity=1)
            helper = await work.cases.add_helper(setup.on_duty(new, at), work.chat.person, at)
            work.cases.keep_helper(replace(helper, name="somebody"), Bench(ready=True))
        await person_says(Started(who, at, f"test {next(keys)}", "__es"), parts)
        await person_says(Asked(who, at, f"test {next(keys)}", "talk_to_person"), parts)
        agrees, takes = buttons.Agree(str(number + 1)), helpers_buttons.Take(str(number + 1))
        await person_says(Pressed(who, at, f"test {next(keys)}", buttons.write(agrees)), parts)
        await person_says(Pressed(whose, at, f"test {next(keys)}", helpers_buttons.write(takes)), parts)
        async with store.work() as work:
            case = await work.cases.case(number + 1)
        assert case is not None
        assert case.is_with(helper.id)
        found.append((rosa, luis))
    await store.close()
    return found


def arrived(person: Person) -> list[tuple[str, int, int]]:
    """Who wrote what the bot brought here: side, pair and number, in order."""
    said = (MARK.search(seen.text) for seen in person.screen() if seen.by_bot)
    return [(found[1], int(found[2]), int(found[3])) for found in said if found]


def should_arrive(side: str, pair: int) -> list[tuple[str, int, int]]:
    return [(side, pair, number) for number in range(ROUNDS)]


@pytest.mark.timeout(180)
async def test_kill_loses_no_word_between_two_people(environment: dict[str, str]) -> None:
    chance, began = random.Random(20261124), time.monotonic()
    async with BotApi(limits=Limits(on=False), retry_scale=0.05) as api:
        environment |= {"TELEGRAM_TOKEN": api.token, "TELEGRAM_API_URL": api.url}
        pairs = await pairs_of(api, environment)
        at_work = 0
        for life in range(KILLS):
            with running(environment) as process:
                for number in range(life * ROUNDS // KILLS, (life + 1) * ROUNDS // KILLS):
                    for pair, (rosa, luis) in enumerate(pairs):
                        rosa.says(f"<newcomer {pair}: {number}>")
                        luis.says(f"<helper {pair}: {number}>")
                at_work += await a_random_moment(api, chance, most=2 * PAIRS * ROUNDS // KILLS)
                assert process.is_alive(), "the program ended by itself"
        with running(environment):
            await all_arrived(pairs)
        repeated = 0
        for pair, (rosa, luis) in enumerate(pairs):
            for person, side in ((rosa, "helper"), (luis, "newcomer")):
                got = arrived(person)
                assert [mark for mark, _ in groupby(got)] == should_arrive(side, pair), person.told()
                repeated += len(got) - ROUNDS
    print(
        f"\n{KILLS} kills, {at_work} at work: {2 * PAIRS * ROUNDS} messages between {PAIRS} pairs, {repeated} came twice, "
        f"0 lost, 0 out of order, 0 to anybody else; {time.monotonic() - began:.0f} s"
    )
    assert at_work >= KILLS // 2, "the program was killed while it had nothing to do"
    assert repeated <= KILLS * IN_FLIGHT


async def a_random_moment(api: BotApi, chance: random.Random, most: int) -> bool:
    """Wait until it has spoken a few times, and a little longer. False when it was only starting."""
    if chance.random() < 1 / 8:
        await asyncio.sleep(chance.uniform(0.1, 1))
        return False
    calls = len(api.calls_of("sendMessage")) + chance.randint(1, most)
    async with asyncio.timeout(30):
        while len(api.calls_of("sendMessage")) < calls:  # noqa: ASYNC110  (the server cannot ring: it is the other company's)
            await asyncio.sleep(0.002)
    await asyncio.sleep(chance.uniform(0, 0.02))
    return True


async def all_arrived(pairs: list[tuple[Person, Person]]) -> None:
    """Wait until everybody has everything, and a moment longer for what might come too much."""
    people = [person for pair in pairs for person in pair]
    async with asyncio.timeout(60):
        while any(len(set(arrived(person))) < ROUNDS for person in people):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await asyncio.sleep(1)
