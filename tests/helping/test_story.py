"""One story through the real actions and store, step by step: what everybody reads, and what nobody may."""

from collections.abc import AsyncIterator

import pytest

from bot.conversation import buttons as newcomers
from bot.conversation.guide import Guide
from bot.conversation.message import Attachment
from bot.helping import buttons as helpers
from bot.richtext import plain
from bot.wording import handing, helping
from tests.helping.world import Somebody, World


@pytest.fixture
async def world(guide: Guide) -> AsyncIterator[World]:
    world = await World(guide).open()
    yield world
    await world.close()


def said(world: World, who: Somebody, sentence: str, **values: str) -> str:
    return plain(world.guide.voice(who.language, world.now).say(sentence, **values))  # type: ignore[arg-type]


async def with_helper(world: World, newcomer: Somebody, helper: Somebody) -> int:
    """The newcomer asks, the helper takes; the number of the case."""
    await world.asks(newcomer, "talk_to_person")
    case = await world.case_of(newcomer)
    assert case is not None
    await world.presses(newcomer, newcomers.write(newcomers.Agree(str(case.id))))
    await world.presses(helper, helpers.write(helpers.Take(str(case.id))))
    case = await world.case_of(newcomer)
    assert case is not None
    assert case.helper == helper.helper
    return case.id


async def test_nothing_is_passed_on_before_consent(world: World) -> None:
    ana = await world.helper("ana", "es")
    rosa = await world.newcomer("rosa", "es")
    mark = await world.writes(rosa, "me cortaron la luz")
    await world.asks(rosa, "talk_to_person")
    consent = rosa.texts()[-1]
    assert said(world, rosa, handing.CONSENT) in consent
    assert mark in consent
    assert ana.got == []
    case = await world.case_of(rosa)
    assert case is not None
    await world.presses(rosa, newcomers.write(newcomers.Decline(str(case.id))))
    assert ana.got == []
    assert await world.case_of(rosa) is None


async def test_an_offer_holds_no_word_and_the_packet_holds_what_was_shown(world: World) -> None:
    ana = await world.helper("ana", "es")
    rosa = await world.newcomer("rosa", "es")
    mark = await world.writes(rosa, "me cortaron la luz")
    await world.asks(rosa, "talk_to_person")
    case = await world.case_of(rosa)
    assert case is not None
    await world.presses(rosa, newcomers.write(newcomers.Agree(str(case.id))))
    assert "Spanish" in ana.texts()[-1]
    assert mark not in " ".join(ana.texts())
    await world.presses(ana, helpers.write(helpers.Take(str(case.id))))
    assert mark in ana.texts()[-1]
    assert said(world, rosa, handing.FOUND) in rosa.texts()[-1]


async def test_what_was_written_while_waiting_comes_with_the_packet_in_order(world: World) -> None:
    ana = await world.helper("ana", "es")
    rosa = await world.newcomer("rosa", "es")
    await world.asks(rosa, "talk_to_person")
    case = await world.case_of(rosa)
    assert case is not None
    await world.presses(rosa, newcomers.write(newcomers.Agree(str(case.id))))
    for _ in range(3):
        await world.writes(rosa, "y otra cosa")
    await world.sends(rosa, Attachment("voice", "voice-1"))
    await world.presses(ana, helpers.write(helpers.Take(str(case.id))))
    assert ana.marks("rosa") == [1, 2, 3]
    assert ana.got[-1].words.attachment == Attachment("voice", "voice-1")


async def test_replies_edits_and_reactions_find_their_message(world: World) -> None:
    ana, rosa = await world.helper("ana", "es"), await world.newcomer("rosa", "es")
    await with_helper(world, rosa, ana)
    await world.writes(rosa, "hola")
    hers = ana.got[-1]
    await world.writes(ana, "hola Rosa", reply=hers)
    assert rosa.got[-1].words.answers
    assert ana.got[-1].words.mark == "👌"
    await world.writes(rosa, "gracias", reply=rosa.got[-1])
    assert ana.got[-1].words.answers
    assert ana.got[-1].words.answers != hers.ref


async def test_two_newcomers_are_never_mixed_up(world: World) -> None:
    ana = await world.helper("ana", "es")
    rosa, luis = await world.newcomer("rosa", "es"), await world.newcomer("luis", "es")
    first, second = await with_helper(world, rosa, ana), await with_helper(world, luis, ana)
    await world.writes(ana, "hola")
    assert said(world, ana, helping.FOR_WHOM) in ana.texts()[-1]
    assert (rosa.marks("ana"), luis.marks("ana")) == ([], [])
    await world.presses(ana, helpers.write(helpers.For(str(first))))
    assert (rosa.marks("ana"), luis.marks("ana")) == ([1], [])
    await world.writes(ana, "y?")
    assert rosa.marks("ana") == [1, 2], "just written to, and the other is silent"
    await world.writes(luis, "soy Luis")
    await world.writes(ana, "hola Luis", reply=ana.got[-1])
    assert luis.marks("ana") == [3]
    await world.writes(rosa, "soy Rosa")
    await world.writes(ana, "quien?")
    assert said(world, ana, helping.FOR_WHOM) in ana.texts()[-1]
    await world.presses(ana, helpers.write(helpers.For("")))
    assert (rosa.marks("ana"), luis.marks("ana")) == ([1, 2], [3])
    assert second != first


async def test_a_case_that_just_ended_makes_a_doubt(world: World) -> None:
    ana = await world.helper("ana", "es")
    rosa, luis = await world.newcomer("rosa", "es"), await world.newcomer("luis", "es")
    case = await with_helper(world, rosa, ana)
    await world.writes(ana, "hola Rosa")
    await with_helper(world, luis, ana)
    await world.presses(rosa, newcomers.write(newcomers.Decline(str(case))))
    await world.writes(ana, "Rosa, otra cosa")
    assert luis.marks("ana") == []
    assert said(world, ana, helping.FOR_WHOM) in ana.texts()[-1]


async def test_pass_on_with_a_word(world: World) -> None:
    ana, ines = await world.helper("ana", "es"), await world.helper("ines", "es")
    rosa = await world.newcomer("rosa", "es")
    case = await with_helper(world, rosa, ana)
    await world.presses(ana, helpers.write(helpers.Write(str(case), "word")))
    word = await world.writes(ana, "she needs a form")
    assert rosa.marks("ana") == []
    assert said(world, rosa, handing.PASSED_ON) in " ".join(rosa.texts())
    await world.presses(ines, helpers.write(helpers.Take(str(case))))
    assert word in ines.texts()[-1]
    await world.writes(rosa, "sigo aqui")
    assert ines.marks("rosa") == [1]
    assert ana.marks("rosa") == []


async def test_a_question_to_the_coordinator_and_back(world: World) -> None:
    ana, cora = await world.helper("ana", "es"), await world.helper("cora", "en", role="coordinator")
    rosa = await world.newcomer("rosa", "es")
    case = await with_helper(world, rosa, ana)
    await world.presses(ana, helpers.write(helpers.Write(str(case), "question")))
    await world.writes(ana, "may I?")
    assert cora.marks("ana") == [1]
    await world.writes(cora, "you may", reply=cora.got[-1])
    assert ana.marks("cora") == [1]
    await world.writes(ana, "thanks", reply=next(got for got in ana.got if "mark-cora-1" in got.text))
    assert cora.marks("ana") == [1, 2]
    assert rosa.marks("ana") == rosa.marks("cora") == []


async def test_after_the_end_the_bot_is_back(world: World) -> None:
    ana, rosa = await world.helper("ana", "es"), await world.newcomer("rosa", "es")
    case = await with_helper(world, rosa, ana)
    await world.presses(ana, helpers.write(helpers.Do(str(case), "close")))
    assert said(world, rosa, handing.CLOSED) in rosa.texts()[-1]
    assert said(world, ana, helping.WHAT_WAS_MISSING) in " ".join(ana.texts())
    await world.writes(rosa, "hola otra vez")
    assert ana.marks("rosa") == []
    await world.presses(rosa, newcomers.write(newcomers.Rate(str(case), "3")))
    assert said(world, rosa, handing.RATED) in rosa.texts()[-1]
    await world.presses(rosa, newcomers.write(newcomers.Again(str(case))))
    again = await world.case_of(rosa)
    assert again is not None
    assert again.same == ana.helper


async def test_forgetting_ends_it_and_leaves_nothing(world: World) -> None:
    ana, rosa = await world.helper("ana", "es"), await world.newcomer("rosa", "es")
    await with_helper(world, rosa, ana)
    await world.writes(rosa, "hola")
    await world.asks(rosa, "delete_my_data")
    await world.presses(rosa, newcomers.write(newcomers.Forget("yes")))
    assert said(world, ana, helping.FORGOT, case="🟢 1") in ana.texts()
    async with world.parts.store.work() as work:
        assert await work.cases.lines(1) == []
        assert await work.cases.case(1) is None


async def test_blocking_on_either_side(world: World) -> None:
    ana, ines, rosa = (
        await world.helper("ana", "es"),
        await world.helper("ines", "es"),
        await world.newcomer("rosa", "es"),
    )
    case = await with_helper(world, rosa, ana)
    ana.blocks = True
    await world.writes(rosa, "hola?")
    assert said(world, rosa, handing.PASSED_ON) in " ".join(rosa.texts())
    await world.presses(ines, helpers.write(helpers.Take(str(case))))
    await world.writes(ines, "hola")
    assert rosa.marks("ines") == [1]
    rosa.blocks = True
    await world.writes(ines, "sigue?")
    assert said(world, ines, helping.NOT_DELIVERED, case="🟢 1") in ines.texts()
    assert await world.all_open() == ()


async def test_a_flood_slows_only_the_one_who_floods(world: World) -> None:
    ana = await world.helper("ana", "es")
    rosa, luis = await world.newcomer("rosa", "es"), await world.newcomer("luis", "es")
    await with_helper(world, rosa, ana)
    await with_helper(world, luis, ana)
    before = len(ana.got)
    for _ in range(60):
        await world.writes(rosa, "x")
    assert len(ana.got) - before <= 16
    await world.writes(luis, "soy Luis")
    assert ana.marks("luis") == [1]
    await world.says_danger(rosa)
    assert "911" in ana.texts()[-1] or "🚨" in ana.texts()[-1]
    await world.passes(minutes=2)
    assert ana.marks("rosa") == list(range(1, 61))


async def test_numbers_of_papers_stay_out_of_everything(world: World) -> None:
    ana, rosa = await world.helper("ana", "es"), await world.newcomer("rosa", "es")
    await with_helper(world, rosa, ana)
    await world.writes(rosa, "mi seguro es 123-45-6789")
    await world.writes(ana, "yours is 123-45-6789?")
    assert not any("6789" in text for text in (*ana.texts(), *rosa.texts()))
    assert said(world, ana, helping.PRIVATE_CUT) in ana.texts()
