"""A turn is kept whole or not at all, once for each message, one at a time for each person."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.exc import StatementError

from bot.conversation.message import Newcomer
from bot.conversation.state import Conversation, Place
from bot.storage.inbox import Received
from bot.storage.results import Delivered, Later
from bot.storage.store import Store
from tests.storage.saying import AMINA, BORIS, NOON, after, change, claim, drain, look, said, turn, words

STATE = Conversation(
    language="am",
    place=Place("library-card", "papers", ("start",), (("start", "yes"),), ("letter",)),
    aside=(Place("ride-transit", "fare"),),
    asking="resume",
    offered=("library-card",),
    misses=1,
    last_at=NOON,
)
WEB = Newcomer("web", "a session")


async def test_a_stranger_has_a_fresh_conversation(store: Store) -> None:
    async with store.work() as work:
        assert await work.conversation_with(AMINA, "1", NOON) == Conversation()
    assert await store.peek(BORIS) == Conversation()


async def test_what_was_kept_is_there_the_next_time(store: Store) -> None:
    async with store.work() as work:
        await work.conversation_with(AMINA, "1", NOON)
        await work.keep(STATE, [], NOON)
    assert await store.peek(AMINA) == STATE
    async with store.work() as work:
        assert await work.conversation_with(AMINA, "2", NOON) == STATE
    assert await store.peek(BORIS) == Conversation()
    assert await store.peek(replace(AMINA, channel="web")) == Conversation()


async def test_a_message_is_heard_once(store: Store) -> None:
    assert await turn(store, AMINA, "hello", key="77", misses=1)
    assert not await turn(store, AMINA, "hello", key="77", misses=2)
    assert (await store.peek(AMINA)).misses == 1
    assert await drain(store) == ["hello"]


async def test_a_failed_turn_leaves_no_trace(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with store.work() as work:
            await work.conversation_with(AMINA, "77", NOON)
            await work.keep(STATE, [words("never said")], NOON)
            raise ZeroDivisionError
    assert await store.peek(AMINA) == Conversation()
    assert await drain(store) == []
    assert await turn(store, AMINA, key="77")


async def test_a_turn_that_fails_while_it_is_written_leaves_no_trace(store: Store) -> None:
    with pytest.raises(StatementError, match="without a zone"):  # noqa: PT012
        async with store.work() as work:
            await work.conversation_with(AMINA, "77", NOON)
            await work.keep(STATE, [words("never said")], datetime(2026, 1, 1))  # noqa: DTZ001
    assert await store.peek(AMINA) == Conversation()
    assert await turn(store, AMINA, "said", key="77")
    assert await drain(store) == ["said"]


async def test_a_cancelled_turn_leaves_no_trace_and_no_lock(store: Store) -> None:
    open_ = asyncio.Event()

    async def hang() -> None:
        async with store.work() as work:
            await work.conversation_with(AMINA, "77", NOON)
            await work.keep(STATE, [words("never said")], NOON)
            open_.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await open_.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.wait_for(turn(store, AMINA, "said", key="77"), 5)
    assert await drain(store) == ["said"]


async def test_turns_cancelled_at_any_moment_do_not_stop_the_others(store: Store) -> None:
    for step in range(40):
        task = asyncio.create_task(turn(store, AMINA, "maybe", key=f"maybe {step}"))
        await asyncio.sleep(step / 8000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await asyncio.wait_for(turn(store, BORIS, f"{step}"), 5)
    assert [line for line in await drain(store) if line != "maybe"] == [str(step) for step in range(40)]


async def test_turns_of_one_person_come_one_after_another(store: Store) -> None:
    async def count(number: int) -> None:
        async with store.work() as work:
            before = await work.conversation_with(AMINA, str(number), NOON)
            assert before is not None
            await asyncio.sleep(0.001)
            await work.keep(replace(before, misses=before.misses + 1), [words(str(before.misses))], NOON)

    await asyncio.gather(*(count(number) for number in range(20)))
    assert (await store.peek(AMINA)).misses == 20
    assert await drain(store) == [str(number) for number in range(20)]


async def test_turns_of_one_person_in_two_processes_come_one_after_another(two_stores: tuple[Store, Store]) -> None:
    async def count(store: Store, key: str) -> None:
        async with store.work() as work:
            before = await work.conversation_with(AMINA, key, NOON)
            assert before is not None
            await asyncio.sleep(0.002)
            await work.keep(replace(before, misses=before.misses + 1), [words(str(before.misses))], NOON)

    await asyncio.gather(*(count(two_stores[number % 2], str(number)) for number in range(20)))
    assert (await two_stores[0].peek(AMINA)).misses == 20
    assert await drain(two_stores[1]) == [str(number) for number in range(20)]


async def test_people_do_not_wait_for_each_other_on_postgresql(two_stores: tuple[Store, Store]) -> None:
    store, _ = two_stores
    async with store.work() as work:
        await work.conversation_with(AMINA, "1", NOON)
        assert await asyncio.wait_for(turn(store, BORIS, "meanwhile"), 5)
        assert await asyncio.wait_for(drain(store), 5) == ["meanwhile"]


async def test_one_message_in_two_processes_is_answered_once(two_stores: tuple[Store, Store]) -> None:
    for number in range(10):
        answered = await asyncio.gather(*(turn(store, AMINA, str(number), key=str(number)) for store in two_stores))
        assert sorted(answered) == [False, True]
    assert await drain(two_stores[0]) == [str(number) for number in range(10)]


async def test_a_state_of_a_newer_version_still_loads(store: Store) -> None:
    await turn(store, AMINA)
    newer = json.loads(STATE.to_json()) | {"v": 99, "mood": {"of": "tomorrow"}}
    await change(store, "UPDATE newcomers SET state = :state", state=store._secrecy.seal(json.dumps(newer)))
    assert await store.peek(AMINA) == STATE


async def test_work_says_when_it_is_used_wrongly(store: Store) -> None:
    async with store.work() as work:
        with pytest.raises(RuntimeError, match="no conversation"):
            await work.keep(STATE, [], NOON)
        await work.conversation_with(AMINA, "1", NOON)
        with pytest.raises(RuntimeError, match="one newcomer"):
            await work.conversation_with(BORIS, "2", NOON)


# --- forgetting ---


async def forget(store: Store, newcomer: Newcomer, key: str) -> None:
    async with store.work() as work:
        await work.conversation_with(newcomer, key, NOON)
        await work.forget(NOON)
        await work.keep(Conversation(), [words("receipt")], NOON)


async def test_forgetting_leaves_nothing_but_the_receipt_and_then_nothing(store: Store) -> None:
    await turn(store, AMINA, "one", "two", misses=3)
    await turn(store, BORIS, "kept", misses=3)
    await forget(store, AMINA, "forget me")
    assert await store.peek(AMINA) == Conversation()
    assert await drain(store) == ["kept", "receipt"]
    await claim(store)
    assert await look(store, "SELECT count(*) FROM newcomers") == [(1,)]
    assert await look(store, "SELECT count(*) FROM outbox") == [(1,)]
    assert (await store.peek(BORIS)).misses == 3
    assert not await turn(store, AMINA, "twice", key="forget me")


async def test_forgetting_wipes_what_was_set_aside(store: Store) -> None:
    await store.receive("telegram", [Received("a", AMINA.address, "what broke us")], NOON)
    (claimed,) = await store.next_received("telegram", "me", NOON, 8, after(30) - NOON)
    await store.set_aside(claimed, "ValueError", NOON)
    await store.receive("telegram", [Received("b", BORIS.address, "his own")], NOON)
    await forget(store, AMINA, "forget me")
    rows = await look(store, "SELECT payload IS NULL, envelope IS NULL, lane_hash IS NULL FROM inbox ORDER BY id")
    assert [tuple(map(bool, row)) for row in rows] == [(True,) * 3, (False,) * 3, (True,) * 3]


async def test_the_receipt_waits_for_what_is_on_its_way(store: Store) -> None:
    await turn(store, AMINA, "on its way", "behind it")
    (first,) = await claim(store)
    await forget(store, AMINA, "forget me")
    assert await look(store, "SELECT count(*) FROM outbox WHERE payload IS NOT NULL") == [(1,)]
    assert await claim(store) == []
    assert said(await claim(store, Delivered(first.id))) == ["receipt"]


@pytest.mark.parametrize("result", ["nothing: the process died", "later"])
async def test_what_was_on_its_way_is_not_sent_again_after_forgetting(store: Store, result: str) -> None:
    await turn(store, AMINA, "on its way")
    (first,) = await claim(store)
    await forget(store, AMINA, "forget me")
    results = [Later(first.id, after(1), "TimedOut")] if result == "later" else []
    sent = said(await claim(store, *results, now=after(31)))
    assert sent + said(await claim(store, now=after(32))) == ["receipt"]


async def test_who_writes_again_after_forgetting_is_a_stranger_who_stays(store: Store) -> None:
    await turn(store, AMINA, misses=3)
    await forget(store, AMINA, "forget me")
    assert await turn(store, AMINA, "welcome", misses=1)
    assert await drain(store) == ["receipt", "welcome"]
    await claim(store)
    assert (await store.peek(AMINA)).misses == 1


async def test_forgetting_a_web_chat_leaves_only_the_receipt(store: Store) -> None:
    await turn(store, WEB, "one")
    await forget(store, WEB, "forget me")
    assert [line.said for line in await store.web_lines(WEB, 0, 9)] == [words("receipt")]
    await store.sweep(after(10), after(1) - NOON)
    assert await look(store, "SELECT count(*) FROM newcomers") == [(0,)]
    assert await look(store, "SELECT count(*) FROM lines") == [(0,)]


# --- gone and back ---


async def test_nothing_goes_to_who_has_blocked_us_until_they_are_back(store: Store) -> None:
    await turn(store, AMINA, "too late", misses=2)
    await turn(store, BORIS, "for him")
    async with store.work() as work:
        await work.conversation_with(AMINA, "blocked", NOON)
        await work.gone(NOON)
    assert await look(store, "SELECT count(*) FROM newcomers WHERE gone_at IS NOT NULL") == [(1,)]
    assert await drain(store) == ["for him"]
    assert (await store.peek(AMINA)).misses == 2
    async with store.work() as work:
        await work.conversation_with(AMINA, "unblocked", NOON)
        await work.back(NOON)
    assert await look(store, "SELECT count(*) FROM newcomers WHERE gone_at IS NOT NULL") == [(0,)]


async def test_who_writes_is_not_gone_and_who_goes_while_it_is_kept_is(store: Store) -> None:
    async with store.work() as work:
        await work.conversation_with(AMINA, "blocked", NOON)
        await work.gone(NOON)
        await work.keep(Conversation(), [], NOON)
    assert await look(store, "SELECT count(*) FROM newcomers WHERE gone_at IS NOT NULL") == [(1,)]
    await turn(store, AMINA)
    assert await look(store, "SELECT count(*) FROM newcomers WHERE gone_at IS NOT NULL") == [(0,)]


# --- a chat that is read here ---


async def test_a_web_chat_shows_both_sides_in_order(store: Store) -> None:
    for number in range(2):
        async with store.work() as work:
            await work.conversation_with(WEB, str(number), NOON)
            await work.note_own_line(f"question {number}", after(number))
            await work.keep(Conversation(), [words(f"*answer* {number}"), words("and more")], after(number))
    lines = await store.web_lines(WEB, 0, 99)
    expected = ["question 0", words("*answer* 0"), words("and more")]
    assert [line.said for line in lines[:3]] == expected
    assert [line.at for line in lines] == [NOON] * 3 + [after(1)] * 3
    assert await store.web_lines(WEB, lines[2].id, 2) == lines[3:5]
    assert await store.web_lines(replace(WEB, address="another"), 0, 99) == []
    assert (await store.counts()).outbox_waiting == 0
    assert await drain(store) == []


async def test_on_telegram_only_the_last_own_lines_are_kept_for_a_helper(store: Store) -> None:
    for number in range(7):
        async with store.work() as work:
            await work.conversation_with(AMINA, str(number), NOON)
            await work.note_own_line(f"line {number}", NOON)
            await work.keep(Conversation(), [words("hello")], NOON)
    assert await look(store, "SELECT count(*) FROM lines") == [(5,)]
    assert [line.said for line in await store.web_lines(AMINA, 0, 99)] == [f"line {number}" for number in range(2, 7)]
