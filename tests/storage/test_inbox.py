"""What came in is kept once, worked off in order for each lane, and comes back when its process dies."""

import asyncio

from bot.conversation.message import Newcomer
from bot.storage.inbox import Received, ReceivedClaim
from bot.storage.store import Store
from tests.storage.saying import AMINA, BORIS, LEASE, NOON, after, look, turn


def items(*rows: tuple[str, Newcomer]) -> list[Received]:
    return [Received(key, newcomer.address, f"payload of {key}") for key, newcomer in rows]


async def take(store: Store, now: float = 0, owner: str = "me", limit: int = 8) -> list[ReceivedClaim]:
    return await store.next_received("telegram", owner, after(now), limit, LEASE)


def keys(claims: list[ReceivedClaim]) -> list[str]:
    return [claim.key for claim in claims]


async def test_each_lane_has_one_at_a_time_in_order(store: Store) -> None:
    await store.receive("telegram", items(("a1", AMINA), ("a2", AMINA), ("b1", BORIS), ("a3", AMINA)), NOON)
    first = await take(store)
    assert keys(first) == ["a1", "b1"]
    assert [claim.payload for claim in first] == ["payload of a1", "payload of b1"]
    assert await take(store) == []
    assert await turn(store, AMINA, key="a1")
    assert keys(await take(store)) == ["a2"]
    assert (await store.counts()).inbox_waiting == 3
    await store.receive("web", items(("w1", BORIS)), NOON)
    assert await take(store) == []


async def test_the_limit_is_kept(store: Store) -> None:
    people = [Newcomer("telegram", str(number)) for number in range(5)]
    await store.receive("telegram", items(*((person.address, person) for person in people)), NOON)
    assert keys(await take(store, limit=2)) == ["0", "1"]
    assert keys(await take(store, limit=9)) == ["2", "3", "4"]


async def test_what_comes_twice_is_kept_once(store: Store) -> None:
    await store.receive("telegram", items(("a1", AMINA), ("a1", AMINA)), NOON)
    await store.receive("telegram", items(("a1", AMINA), ("a2", AMINA)), NOON)
    assert await turn(store, AMINA, key="a1")
    await store.receive("telegram", items(("a1", AMINA)), NOON)
    assert keys(await take(store)) == ["a2"]
    assert await look(store, "SELECT count(*) FROM inbox") == [(2,)]
    await store.receive("telegram", [], NOON)


async def test_the_turn_ends_the_claim_and_wipes_the_payload(store: Store) -> None:
    await store.receive("telegram", items(("a1", AMINA)), NOON)
    await take(store)
    assert await turn(store, AMINA, key="a1")
    assert await look(store, "SELECT count(*) FROM inbox WHERE payload IS NOT NULL OR done_at IS NULL") == [(0,)]
    assert await take(store, now=60) == []
    assert not await turn(store, AMINA, key="a1")


async def test_what_a_dead_process_held_comes_back_and_counts(store: Store) -> None:
    await store.receive("telegram", items(("a1", AMINA), ("a2", AMINA)), NOON)
    assert [(claim.key, claim.tries) for claim in await take(store)] == [("a1", 0)]
    assert await take(store, now=29, owner="other") == []
    assert [(claim.key, claim.tries) for claim in await take(store, now=30, owner="other")] == [("a1", 1)]


async def test_what_cannot_be_read_is_set_aside_and_the_lane_goes_on(store: Store) -> None:
    await store.receive("telegram", items(("a1", AMINA), ("a2", AMINA)), NOON)
    (claim,) = await take(store)
    await store.set_aside(claim, "KeyError", NOON)
    assert keys(await take(store)) == ["a2"]
    assert (await store.counts()).inbox_set_aside == 1
    assert await look(store, "SELECT error FROM inbox WHERE payload IS NOT NULL AND done_at IS NOT NULL") == [
        ("KeyError",)
    ]
    assert not await turn(store, AMINA, key="a1")


async def test_what_was_put_back_comes_again_and_its_lane_waits(store: Store) -> None:
    await store.receive("telegram", items(("a1", AMINA), ("a2", AMINA)), NOON)
    (claim,) = await take(store)
    await store.put_back(claim, after(5))
    assert await take(store, now=4) == []
    assert keys(await take(store, now=5)) == ["a1"]


async def test_nobodys_update_is_finished_without_a_turn(store: Store) -> None:
    await store.receive("telegram", items(("a1", AMINA), ("a2", AMINA)), NOON)
    (claim,) = await take(store)
    await store.finish(claim, NOON)
    assert keys(await take(store)) == ["a2"]
    assert await look(store, "SELECT count(*) FROM newcomers") == [(0,)]


async def test_who_lost_the_lease_cannot_end_it(store: Store) -> None:
    await store.receive("telegram", items(("a1", AMINA)), NOON)
    (mine,) = await take(store)
    (theirs,) = await take(store, now=31, owner="other")
    await store.set_aside(mine, "KeyError", NOON)
    await store.put_back(mine, after(3600))
    await store.finish(mine, NOON)
    assert (await store.counts()).inbox_waiting == 1
    await store.finish(theirs, NOON)
    assert (await store.counts()).inbox_waiting == 0


async def test_two_processes_never_work_on_one_lane(two_stores: tuple[Store, Store]) -> None:
    people = [Newcomer("telegram", str(number)) for number in range(6)]
    rows = [(f"{person.address} {number}", person) for number in range(10) for person in people]
    await two_stores[0].receive("telegram", items(*rows), NOON)
    busy: set[str] = set()
    order: dict[str, list[int]] = {person.address: [] for person in people}

    async def work(store: Store, owner: str) -> None:
        idle = 0
        while idle < 20:
            claims = await take(store, owner=owner, limit=3)
            idle = 0 if claims else idle + 1
            for claim in claims:
                address, number = claim.key.split()
                assert address not in busy
                busy.add(address)
                order[address].append(int(number))
            for claim in claims:
                await asyncio.sleep(0)
                address = claim.key.split()[0]
                busy.remove(address)
                assert await turn(store, Newcomer("telegram", address), key=claim.key)

    await asyncio.gather(*(work(store, f"{number}") for number, store in enumerate(two_stores * 2)))
    assert order == {person.address: list(range(10)) for person in people}
