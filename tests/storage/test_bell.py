"""Delivery and the web pages hear of new words at once, from every process."""

import asyncio

import pytest

from bot.conversation.message import Newcomer
from bot.conversation.state import Conversation
from bot.storage.bell import Ring
from bot.storage.store import Store
from tests.storage.saying import AMINA, NOON, look, turn, words

WEB = Newcomer("web", "a session")


async def test_a_commit_with_words_rings_and_one_without_does_not(store: Store) -> None:
    rings: list[Ring] = []
    stop = store.on_commit(rings.append)
    await turn(store, AMINA)
    assert rings == []
    await turn(store, AMINA, "hello", key="1")
    await turn(store, AMINA, "hello", key="1")
    await turn(store, WEB, "hello")
    assert rings == [Ring("telegram", store.tag(AMINA)), Ring("web", store.tag(WEB))]
    assert AMINA.address not in str(rings)
    stop()
    stop()
    await turn(store, AMINA, "hello")
    assert len(rings) == 2


async def test_it_rings_after_the_commit_and_not_for_a_failed_turn(store: Store) -> None:
    seen: list[asyncio.Task[object]] = []
    store.on_commit(lambda _: seen.append(asyncio.create_task(store.counts())))
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with store.work() as work:
            await work.conversation_with(AMINA, "1", NOON)
            await work.keep(Conversation(), [words("never said")], NOON)
            raise ZeroDivisionError
    assert seen == []
    await turn(store, AMINA, "hello")
    assert (await seen[0]).outbox_waiting == 1  # type: ignore[attr-defined]


async def test_a_callback_that_fails_does_not_stop_the_others(store: Store) -> None:
    rings: list[Ring] = []
    store.on_commit(lambda _: 1 / 0)
    store.on_commit(rings.append)
    assert await turn(store, AMINA, "hello")
    assert len(rings) == 1


async def test_the_other_process_hears_it_too(two_stores: tuple[Store, Store]) -> None:
    here, there = two_stores
    heard: asyncio.Queue[Ring] = asyncio.Queue()
    await there.listen(heard.put_nowait)
    await turn(here, AMINA, "hello", "again")
    await turn(here, WEB, "hello")
    assert await asyncio.wait_for(heard.get(), 5) == Ring("telegram", there.tag(AMINA))
    assert await asyncio.wait_for(heard.get(), 5) == Ring("web", there.tag(WEB))
    assert heard.empty()


async def test_listening_survives_a_lost_connection(two_stores: tuple[Store, Store]) -> None:
    here, there = two_stores
    heard: asyncio.Queue[Ring] = asyncio.Queue()
    await there.listen(heard.put_nowait)
    listening = "FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    mine = f"SELECT pg_terminate_backend(pid) {listening}"
    assert await look(here, mine) == [(True,)]
    assert await asyncio.wait_for(heard.get(), 10) == Ring()
    await turn(here, AMINA, "hello")
    assert await asyncio.wait_for(heard.get(), 5) == Ring("telegram", there.tag(AMINA))
