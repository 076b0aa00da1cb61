"""A poster is made once; its scans are counted once each, by the day, and nothing is kept of who scanned."""

import asyncio
import re
from datetime import date, timedelta

import pytest

from bot.conversation.message import Newcomer
from bot.storage import posters, tables
from bot.storage.posters import Counted, Poster
from bot.storage.store import Store
from tests.storage.saying import AMINA, BORIS, NOON, after, look, words

TODAY = date(2026, 11, 23)
CARD = ("library-card", "es", "martin-luther")


async def made(store: Store, *poster: str) -> Poster:
    article, language, place = poster or CARD
    async with store.work() as work:
        return await work.posters.add(article, language, place, NOON)


async def scan(store: Store, code: str, key: str, who: Newcomer = AMINA, day: date = TODAY) -> bool:
    """A turn in which *who* follows a poster. False when it was heard before."""
    async with store.work() as work:
        before = await work.conversation_with(who, key, NOON)
        if before is None:
            return False
        await work.keep(before, [words("Hello")], NOON)
        work.posters.scanned(code, day)
        return True


async def counted(store: Store, since: date = TODAY) -> dict[str, tuple[int, int]]:
    async with store.work() as work:
        return {each.poster.place: (each.lately, each.total) for each in await work.posters.counted(since)}


async def test_the_same_poster_has_the_same_code_each_time(store: Store) -> None:
    first = await made(store)
    assert await made(store) == first
    others = [await made(store, "library-card", "es", "hoffman"), await made(store, "library-card", "ar", CARD[2])]
    others.append(await made(store, "ride-transit", "es", CARD[2]))
    assert len({first.code, *(each.code for each in others)}) == 4
    assert (first.article, first.language, first.place) == CARD
    assert re.fullmatch("[a-hjkmnp-z2-9]{7}", first.code)
    async with store.work() as work:
        assert await work.posters.find(first.code) == first
        assert await work.posters.find("unknown") is None
        assert await work.posters.find("x" * 64) is None


async def test_two_who_make_the_same_poster_at_once_have_one(two_stores: tuple[Store, Store]) -> None:
    for place in ("a", "b", "c", "d", "e"):
        both = await asyncio.gather(*(made(store, "library-card", "es", place) for store in two_stores))
        assert both[0] == both[1]
    assert len(await counted(two_stores[0])) == 5


async def test_a_code_that_another_poster_has_is_not_given_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = ["aaaaaaa", "aaaaaaa", "aaaaaaa", "bbbbbbb"]
    monkeypatch.setattr(posters, "new_code", lambda: codes.pop(0))
    assert (await made(store)).code == "aaaaaaa"
    assert (await made(store, "library-card", "es", "hoffman")).code == "bbbbbbb"
    assert codes == []


async def test_scans_are_counted_by_the_day(store: Store) -> None:
    poster, other = await made(store), await made(store, "library-card", "es", "hoffman")
    days = [TODAY, TODAY, TODAY - timedelta(days=29), TODAY - timedelta(days=30)]
    for number, day in enumerate(days):
        assert await scan(store, poster.code, f"{number}", day=day)
    async with store.work() as work:
        seen = await work.posters.counted(TODAY - timedelta(days=29))
    assert seen == (Counted(other, 0, 0), Counted(poster, 3, 4))
    rows = await look(store, "SELECT day, count FROM scans ORDER BY day")
    assert [(str(day), count) for day, count in rows] == [("2026-10-24", 1), ("2026-10-25", 1), ("2026-11-23", 2)]


async def test_a_repeated_message_counts_once(store: Store) -> None:
    poster = await made(store)
    assert [await scan(store, poster.code, "77") for _ in range(3)] == [True, False, False]
    assert await counted(store) == {CARD[2]: (1, 1)}


async def test_a_turn_that_fails_counts_nothing(store: Store) -> None:
    poster = await made(store)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with store.work() as work:
            await work.conversation_with(AMINA, "77", NOON)
            work.posters.scanned(poster.code, TODAY)
            raise ZeroDivisionError
    assert await counted(store) == {CARD[2]: (0, 0)}


async def test_many_at_once_are_all_counted(store: Store) -> None:
    poster = await made(store)
    people = [Newcomer("telegram", f"{number}") for number in range(20)]
    await asyncio.gather(*(scan(store, poster.code, who.address, who) for who in people))
    assert await counted(store) == {CARD[2]: (20, 20)}


async def test_two_processes_count_together(two_stores: tuple[Store, Store]) -> None:
    poster = await made(two_stores[0])
    await asyncio.gather(
        *(scan(two_stores[n % 2], poster.code, f"{n}", Newcomer("telegram", f"{n}")) for n in range(20))
    )
    assert await counted(two_stores[1]) == {CARD[2]: (20, 20)}


@pytest.mark.parametrize("code", ["unknown", "", "x" * 64, "' OR 1=1 --"])
async def test_an_unknown_code_leaves_no_row(store: Store, code: str) -> None:
    await made(store)
    assert await scan(store, code, "1")
    assert await look(store, "SELECT * FROM scans") == []
    assert await look(store, "SELECT count(*) FROM posters") == [(1,)]


async def test_nothing_of_a_scan_is_about_a_person(store: Store) -> None:
    assert {column.name for column in tables.scans.columns} == {"poster_id", "day", "count"}
    assert {key.target_fullname for key in tables.scans.foreign_keys} == {"posters.id"}
    poster = await made(store)
    await scan(store, poster.code, "1", AMINA)
    await scan(store, poster.code, "2", BORIS)
    ((_, day, count),) = await look(store, "SELECT * FROM scans")
    assert (str(day), count) == ("2026-11-23", 2)


async def test_a_count_outlives_who_scanned(store: Store) -> None:
    poster = await made(store)
    await scan(store, poster.code, "1")
    async with store.work() as work:
        await work.conversation_with(AMINA, "2", NOON)
        await work.forget(NOON)
    swept = await store.sweep(after(10**9), timedelta(0), timedelta(0))
    assert swept["inbox"] > 0
    assert await counted(store) == {CARD[2]: (1, 1)}
