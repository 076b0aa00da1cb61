"""Everything said arrives, once and in its order, whatever Telegram answers; nobody waits for somebody else's trouble."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from telegram import Bot

from bot.channel.delivery import IN_FLIGHT, TELEGRAM_PACE, Delivery
from bot.channel.drawing import MOST
from bot.channel.request import AiohttpRequest
from bot.conversation.guide import Guide
from bot.conversation.words import Button, Words
from bot.richtext import Span
from bot.storage.results import Exchange
from bot.storage.store import Store
from tests.botapi import BotApi, Person
from tests.botapi.faults import Fault
from tests.botapi.record import Call
from tests.channel.running import AT_ONCE, Running, newcomer, running
from tests.channel.test_drawing import HOSTILE
from tests.channel.told import Told

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIRST_BACKOFF, SECOND_BACKOFF = 1, 2
"""Seconds after the first and the second failure."""


def told(person: Person) -> list[str]:
    """What the bot said to *person*, in order."""
    return [seen.text for seen in person.screen() if seen.by_bot]


def calls_to(bot: Running, person: Person) -> list[Call]:
    return [call for call in bot.api.calls_of("sendMessage") if call.parameters["chat_id"] == person.id]


async def met(bot: Running, fault: Fault) -> None:
    """Wait until all the trouble of *fault* has happened."""
    while fault.times > 0:
        await bot.api.world.changed(0.01)


# --- 429 ---


async def test_a_slowed_chat_waits_as_long_as_telegram_says_and_no_other_does(bot: Running) -> None:
    rosa, omar = bot.knows("Rosa"), bot.knows("Omar")
    await met_slow(bot, rosa, seconds=1)
    for n in range(5):
        await bot.tells(omar, f"news {n}")
        await omar.expect(f"news {n}", timeout=1)
    assert told(rosa) == []
    await rosa.expect("one")
    await rosa.expect("two")
    refused, first, second = calls_to(bot, rosa)
    assert (refused.status, first.status, second.status) == (429, 200, 200)
    assert first.at - refused.at >= 1
    assert told(rosa) == ["one", "two"]
    assert told(omar) == [f"news {n}" for n in range(5)]


async def met_slow(bot: Running, person: Person, seconds: int) -> None:
    fault = bot.api.fails("429", chat=person.id, retry_after=seconds)
    await bot.tells(person, "one", "two")
    await met(bot, fault)


async def test_each_429_is_obeyed_also_one_for_an_edit(bot: Running, guide: Guide) -> None:
    told_es = Told(guide, "es")
    rosa = bot.api.user("Rosa")
    rosa.starts("library-card__es")
    await rosa.expect(told_es.step("library-card", "about"))
    rosa.presses(told_es.choice("library-card", "about", "child"))
    checklist = await rosa.expect(told_es.step("library-card", "child"))
    bot.api.fails("429", method="editMessageText", chat=rosa.id)
    press = rosa.presses(told_es.item("library-card", "child", "child"))
    ticked = await rosa.expect(lambda seen: seen.edited)
    assert ticked.message_id == checklist.message_id
    assert await press.answered() == {}
    calls = [call for call in bot.api.calls_of("editMessageText") if call.parameters["chat_id"] == rosa.id]
    assert [call.status for call in calls] == [429, 200]
    assert calls[1].at - calls[0].at >= 1


# --- trouble on the way ---


async def test_trouble_on_the_way_is_tried_again_later_each_time_and_nobody_else_waits(bot: Running) -> None:
    people = {how: bot.knows(how) for how in ("500", "502", "close", "hang")}
    for how, person in people.items():
        bot.api.fails(how, chat=person.id, times=2, seconds=0.2)
        await bot.tells(person, "one", "two")
    lucky = bot.knows("Lucky")
    await bot.tells(lucky, "one", "two")
    await lucky.expect("two", timeout=1)
    assert [told(person) for person in people.values()] == [[]] * 4
    for person in people.values():
        await person.expect("two", timeout=8)
        assert told(person) == ["one", "two"]
        first, second, third, fourth = calls_to(bot, person)
        assert second.at - first.at >= FIRST_BACKOFF
        assert third.at - second.at >= SECOND_BACKOFF
        assert fourth.at - third.at < FIRST_BACKOFF, "the trouble is over"


async def test_only_a_lost_answer_makes_a_message_come_twice(bot: Running) -> None:
    rosa = bot.knows("Rosa")
    bot.api.fails("lose", chat=rosa.id)
    await bot.tells(rosa, "one", "two", "three")
    await rosa.expect("three")
    assert told(rosa) == ["one", "one", "two", "three"]


async def test_a_lost_answer_to_an_edit_is_no_second_message(bot: Running) -> None:
    rosa = bot.knows("Rosa")
    await bot.tells(rosa, "before")
    before = await rosa.expect("before")
    bot.api.fails("lose", method="editMessageText", chat=rosa.id)
    await bot.tells(rosa, Words((Span("after"),), "en", replaces=str(before.message_id)))
    await bot.until_waiting(0)
    assert told(rosa) == ["after"]
    assert len(bot.api.calls_of("editMessageText")) >= 2


async def test_order_stays_through_all_kinds_of_trouble(bot: Running) -> None:
    people = [bot.knows(f"Person {n}") for n in range(6)]
    lines = [f"line {n}" for n in range(12)]
    for person, troubles in zip(people, [("429", "500"), ("close",), ("502", "429")], strict=False):
        for how in troubles:
            bot.api.fails(how, chat=person.id)
    for line in lines:
        await asyncio.gather(*(bot.tells(person, line) for person in people))
    for person in people:
        await person.expect(lines[-1], timeout=8)
        assert told(person) == lines


async def test_a_request_that_takes_too_long_is_tried_again(tmp_path: Path) -> None:
    """With a bot that waits 0.3 s instead of 20."""
    async with BotApi() as api:
        store = await Store.open(f"sqlite:///{tmp_path / 'store.db'}", "a key that is long enough for this test")
        request = AiohttpRequest(IN_FLIGHT, read=0.3)
        hands = Delivery(store, Bot(api.token, base_url=f"{api.url}/bot", request=request), "test", AT_ONCE)
        rosa = api.user("Rosa")
        rosa.starts()
        fault = api.fails("hang", seconds=30)
        async with store.work() as work:
            known = await work.conversation_with(newcomer(rosa), "1", datetime.now(UTC))
            assert known is not None
            await work.keep(known, [Words((Span("hello"),), "en")], datetime.now(UTC))
        sending = asyncio.create_task(hands.run())
        await rosa.expect("hello")
        assert fault.times == 0
        sending.cancel()
        await asyncio.wait([sending])
        await request.shutdown()
        await store.close()


# --- refused for good ---


@pytest.mark.parametrize("how", ["blocks", "deletes_account"])
async def test_who_is_gone_is_tried_once(bot: Running, how: str) -> None:
    rosa = bot.knows("Rosa")
    fault = bot.api.fails("500", chat=rosa.id)
    await bot.tells(rosa, "one", "two", "three")
    await met(bot, fault)
    rosa.chat.bot_status, rosa.chat.deactivated = ("kicked", False) if how == "blocks" else ("member", True)
    await bot.until_waiting(0)
    assert [call.status for call in calls_to(bot, rosa)] == [500, 403]
    assert told(rosa) == []


async def test_a_message_that_telegram_never_takes_does_not_stop_the_chat(bot: Running) -> None:
    rosa = bot.knows("Rosa")
    too_long = Words((Span("never"),), "en", ((Button("x", "x" * 65),),))
    not_a_number = Words((Span("never"),), "en", replaces="not a number")
    await bot.tells(rosa, "one", too_long, not_a_number, "two")
    await rosa.expect("two")
    await bot.until_waiting(0)
    assert told(rosa) == ["one", "two"]


# --- what is sent ---


async def test_hostile_text_is_shown_as_it_is(bot: Running) -> None:
    rosa = bot.knows("Rosa")
    visible = [text for text in HOSTILE if text.strip()]
    whole = " ".join(visible)
    await bot.tells(rosa, whole, Words((Span(whole, bold=True, link="https://example.org/?a=<b>&c=\"'"),), "en"))
    first, second = await rosa.expect(""), await rosa.expect("")
    assert first.text == second.text == whole
    assert second.html.startswith("<b>") or second.html.startswith("<a ")


async def test_a_long_text_comes_in_order_with_its_buttons_under_the_last_piece(bot: Running) -> None:
    rosa = bot.knows("Rosa")
    text = "".join(f"This is sentence number {n}. " for n in range(400))
    await bot.tells(rosa, Words((Span(text),), "en", ((Button("OK", "m|"),),)), "the end")
    await rosa.expect("the end")
    *pieces, end = [seen for seen in rosa.screen() if seen.by_bot]
    assert end.text == "the end"
    assert len(pieces) == 3
    assert " ".join(piece.text for piece in pieces) == text.strip()
    assert all(len(piece.text) <= MOST and piece.text.endswith(".") for piece in pieces)
    assert [piece.labels for piece in pieces] == [[], [], ["OK"]]


async def test_trouble_between_the_pieces_of_a_long_text_repeats_none_of_them(
    bot: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = bot.knows("Rosa")
    trouble = iter(["429", "500"])
    monkeypatch.setattr(
        bot.api.world,
        "bot_posted",
        lambda chat: [bot.api.fails(how, chat=rosa.id) for how in [next(trouble, None)] if how and chat.id == rosa.id],
    )
    text = "".join(f"This is sentence number {n}. " for n in range(400))
    await bot.tells(rosa, text, "the end")
    await rosa.expect("the end", timeout=8)
    assert " ".join(told(rosa)) == f"{text}the end"
    assert Counter(call.status for call in calls_to(bot, rosa)) == {200: 4, 429: 1, 500: 1}


# --- the pace ---


@pytest_asyncio.fixture(loop_scope="module")
async def paced(guide: Guide, tmp_path: Path) -> AsyncIterator[Running]:
    """A program that keeps Telegram's limits, and a server that has them."""
    async with (
        BotApi() as api,
        running(api, guide, f"sqlite:///{tmp_path / 'paced.db'}", pace=TELEGRAM_PACE) as program,
    ):
        yield program


async def test_telegram_never_has_to_slow_us_down(paced: Running) -> None:
    people = [paced.knows(f"Person {n}") for n in range(40)]
    busy = people[:5]
    lines = ["one", "two", "three", "four"]
    for person in people:
        await paced.tells(person, *(lines if person in busy else lines[:1]))
    for person in people:
        await person.expect(lines[-1] if person in busy else lines[0], timeout=10)
    assert paced.api.limits.refused == 0
    calls = [call.at for call in paced.api.calls_of("sendMessage")]
    assert len(calls) == len(people) + len(busy) * 3
    for start in calls:
        assert sum(start <= at < start + 1 for at in calls) <= 30
    for person in busy:
        assert told(person) == lines
        at = [call.at for call in calls_to(paced, person)]
        assert at[-1] - at[0] >= 2, "two at once, then one a second"


async def test_when_all_hands_are_full_the_database_is_left_alone(
    bot: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    exchange = Store.exchange

    async def counted(*how: Any, **more: Any) -> Exchange:
        nonlocal asked
        asked += 1
        return await exchange(*how, **more)

    people = [bot.knows(f"Person {n}") for n in range(IN_FLIGHT + 2)]
    faults = [bot.api.fails("hang", chat=person.id, seconds=0.5) for person in people[:IN_FLIGHT]]
    for person in people[:IN_FLIGHT]:
        await bot.tells(person, "one")
    for fault in faults:
        await met(bot, fault)
    monkeypatch.setattr(Store, "exchange", counted)
    for person in people[IN_FLIGHT:]:
        await bot.tells(person, "one")
    assert asked == 0
    for person in people:
        await person.expect("one")
    await bot.until_waiting(0)
    assert asked <= 6 * len(people)


async def test_the_greeting_of_a_language_is_sent_once(bot: Running, guide: Guide) -> None:
    """Two rings for one commit, or a ring while sending, are no second message."""
    people = [bot.api.user(f"Person {n}") for n in range(30)]
    for person in people:
        person.starts("__am")
    greeting = Told(guide, "am").greeting
    for person in people:
        await person.expect(greeting)
    await bot.until_waiting(0)
    assert {len(told(person)) for person in people} == {1}
