"""Where home is not safe, no message appears by itself: time tells the newcomer nothing until they write again."""

from collections.abc import AsyncIterator

import pytest

from bot.conversation import buttons as newcomers
from bot.conversation.guide import Guide
from bot.richtext import plain
from bot.wording import DISCREET_HELP
from tests.helping.world import Somebody, World


@pytest.fixture
async def world(guide: Guide) -> AsyncIterator[World]:
    world = await World(guide).open()
    yield world
    await world.close()


async def waits_for_a_helper(world: World, name: str, article: str) -> Somebody:
    who = await world.newcomer(name, "es")
    await world.presses(who, newcomers.write(newcomers.Open(article)))
    await world.asks(who, "talk_to_person")
    case = await world.case_of(who)
    assert case is not None
    await world.presses(who, newcomers.write(newcomers.Agree(str(case.id))))
    return who


async def test_time_makes_no_message_appear(world: World) -> None:
    await world.helper("ana", "es")
    rosa = await waits_for_a_helper(world, "rosa", "domestic-violence")
    luis = await waits_for_a_helper(world, "luis", "library-card")
    warning = plain(world.guide.voice("es", world.now).say(DISCREET_HELP))
    assert any(warning in text for text in rosa.texts()), "what a helper's message may betray is said before they agree"
    assert not any(warning in text for text in luis.texts())
    before = {who.name: len(who.texts()) for who in (rosa, luis)}
    for _ in range(6):
        await world.passes(hours=8)
    assert len(rosa.texts()) == before["rosa"]
    assert len(luis.texts()) > before["luis"]
    await world.asks(rosa, "talk_to_person")
    assert len(rosa.texts()) > before["rosa"], "who writes again is told how it stands"
