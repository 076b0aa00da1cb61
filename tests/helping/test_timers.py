"""Timers of cases with several processes on one PostgreSQL: each fires once, whoever is first; and after a restart too."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.clock import cases_fall_due
from bot.conversation import buttons as newcomers
from bot.conversation.guide import Guide
from bot.handoff.case import Case
from bot.helping.telling import label
from bot.richtext import plain
from bot.storage.store import Store
from bot.wording import Sentence, handing, helping
from tests.helping.world import KEY, Somebody, World

PEOPLE, PROCESSES = 6, 4


@pytest.fixture
async def world(guide: Guide, postgres_url: str) -> AsyncIterator[World]:
    world = await World(guide).open(postgres_url)
    yield world
    await world.close()


def heard(world: World, who: Somebody, sentence: Sentence, **values: str) -> int:
    """How often somebody was told this."""
    said = plain(world.guide.voice(who.language, world.now).say(sentence, **values))
    return sum(said in text for text in who.texts())


async def everybody_waits(world: World) -> tuple[list[Somebody], Somebody, list[Case]]:
    """Some newcomers, a helper, and the cases the helper is being asked about."""
    ana = await world.helper("ana", "es", capacity=4)
    asking = [await world.newcomer(f"newcomer{number}", "es") for number in range(PEOPLE)]
    for who in asking:
        await world.asks(who, "talk_to_person")
        case = await world.case_of(who)
        assert case is not None
        await world.presses(who, newcomers.write(newcomers.Agree(str(case.id))))
    offered = [case for case in await world.all_open() if case.offers]
    assert len(offered) > 1
    return asking, ana, offered


async def test_each_timer_fires_once(world: World, postgres_url: str) -> None:
    asking, ana, offered = await everybody_waits(world)
    others = [await Store.open(postgres_url, KEY) for _ in range(PROCESSES - 1)]
    hands = [world.parts, *(replace(world.parts, store=store) for store in others)]
    for hours in (11 / 60, 21, 21):
        world.now += timedelta(hours=hours)
        await asyncio.gather(*(cases_fall_due(world.now, parts) for parts in hands for _ in range(2)))
        await world.settles()
    for case in offered:
        assert heard(world, ana, helping.OFFER_OVER, case=label(case)) >= 1, "the offer lapsed"
    for who in asking:
        assert heard(world, who, handing.NOBODY_HERE) >= 1, "told that nobody is here"
    for who in world.everybody.values():
        twice = [what for what, count in Counter((got.text, got.at) for got in who.got).items() if count > 1]
        assert twice == [], f"{who.name} was told the same thing twice at one moment"
    for store in others:
        await store.close()


async def test_a_timer_survives_a_restart(world: World) -> None:
    _, ana, offered = await everybody_waits(world)
    await world.restarts()
    await world.passes(minutes=11)
    for case in offered:
        assert heard(world, ana, helping.OFFER_OVER, case=label(case)) == 1
