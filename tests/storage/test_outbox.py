"""Words leave in order, one at a time for each chat, urgent ones first, and are never lost."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.conversation.message import Newcomer
from bot.richtext import plain
from bot.storage.pace import Pace
from bot.storage.results import Delivered, Later, Outgoing, Pause, Refused, Result, SlowDown, Unsendable
from bot.storage.store import Store
from tests.storage.databases import SECRET_KEY
from tests.storage.saying import (
    AMINA,
    BORIS,
    LEASE,
    NOON,
    after,
    change,
    claim,
    drain,
    exchange,
    look,
    said,
    turn,
    words,
)


async def test_a_chat_gets_its_words_in_order_one_at_a_time(store: Store) -> None:
    await turn(store, AMINA, "a1", "a2")
    await turn(store, BORIS, "b1")
    await turn(store, AMINA, "a3")
    first = await claim(store)
    assert [(one.newcomer, plain(one.words.text), one.tries) for one in first] == [(AMINA, "a1", 0), (BORIS, "b1", 0)]
    assert await claim(store) == []
    assert said(await claim(store, Delivered(first[0].id, "17"))) == ["a2"]
    assert await look(store, "SELECT status, message_ref, payload FROM outbox WHERE id = 1") == [("sent", "17", None)]


async def test_the_limit_is_kept_and_says_that_there_is_more(store: Store) -> None:
    for number in range(5):
        await turn(store, Newcomer("telegram", str(number)), str(number))
    asked = await exchange(store, limit=3)
    assert said(asked.claimed) == ["0", "1", "2"]
    assert asked.wake_at == NOON
    assert said((await exchange(store, limit=3)).claimed) == ["3", "4"]


async def test_urgent_words_overtake_everyone(store: Store) -> None:
    await turn(store, AMINA, "a1", "a2", words("a!", urgent=True))
    await turn(store, BORIS, "b1", words("b!", urgent=True))
    assert said(await claim(store)) == ["a!", "b!"]


async def test_urgent_words_wait_only_for_what_is_on_its_way(store: Store) -> None:
    await turn(store, AMINA, "a1", "a2")
    (first,) = await claim(store)
    await turn(store, AMINA, words("a!", urgent=True))
    assert await claim(store) == []
    assert said(await claim(store, Delivered(first.id))) == ["a!"]


async def test_words_for_another_channel_stay(store: Store) -> None:
    await turn(store, AMINA, "a1")
    assert (await store.exchange("web", "a", [], NOON, 8, LEASE, Pace())).claimed == []


# --- what may become of them ---


async def test_later_keeps_the_chat_in_order_and_counts(store: Store) -> None:
    await turn(store, AMINA, "a1", "a2")
    await turn(store, BORIS, "b1")
    first, _ = await claim(store)
    answer = await exchange(store, Later(first.id, after(5), "TimedOut"))
    assert answer.claimed == []
    assert answer.wake_at == after(5)
    assert await claim(store, now=after(4)) == []
    assert [(plain(one.words.text), one.tries) for one in await claim(store, now=after(5))] == [("a1", 1)]
    assert await look(store, "SELECT error FROM outbox WHERE id = 1") == [("TimedOut",)]


async def test_urgent_words_do_not_wait_for_a_later(store: Store) -> None:
    await turn(store, AMINA, "a1")
    (first,) = await claim(store)
    await turn(store, AMINA, words("a!", urgent=True))
    assert said(await claim(store, Later(first.id, after(60), "TimedOut"))) == ["a!"]


async def test_refused_marks_the_person_as_gone_with_all_that_waits(store: Store) -> None:
    await turn(store, AMINA, "a1", "a2", words("a!", urgent=True))
    await turn(store, BORIS, "b1")
    (first,) = [one for one in await claim(store) if one.newcomer == AMINA]
    assert await claim(store, Refused(first.id, "Forbidden")) == []
    assert await look(store, "SELECT count(*) FROM newcomers WHERE gone_at IS NOT NULL") == [(1,)]
    rows = await look(store, "SELECT DISTINCT status, error, payload FROM outbox WHERE status <> 'waiting'")
    assert rows == [("refused", "Forbidden", None)]
    assert await look(store, "SELECT count(*) FROM outbox WHERE status = 'refused'") == [(3,)]
    await turn(store, AMINA, "back")
    assert said(await claim(store)) == ["back"]


async def test_unsendable_drops_one_message_and_the_chat_goes_on(store: Store) -> None:
    await turn(store, AMINA, "a1", "a2")
    (first,) = await claim(store)
    assert said(await claim(store, Unsendable(first.id, "BadRequest"))) == ["a2"]
    assert await look(store, "SELECT count(*) FROM newcomers WHERE gone_at IS NOT NULL") == [(0,)]


async def test_a_slow_chat_does_not_delay_another(store: Store) -> None:
    await turn(store, AMINA, "a1", words("a!", urgent=True))
    await turn(store, BORIS, "b1", "b2")
    first, second = await claim(store)
    answer = await exchange(store, SlowDown(first.id, after(40)), Delivered(second.id))
    assert said(answer.claimed) == ["b2"]
    assert AMINA not in [one.newcomer for one in await claim(store, now=after(39))]
    late = await claim(store, now=after(40))
    assert [(plain(one.words.text), one.tries) for one in late if one.newcomer == AMINA] == [("a!", 0)]


async def test_slow_down_is_kept_when_a_shorter_one_follows(store: Store) -> None:
    await turn(store, AMINA, "a1")
    (first,) = await claim(store)
    await exchange(store, SlowDown(first.id, after(40)), SlowDown(first.id, after(2)))
    assert (await exchange(store)).wake_at == after(40)


async def test_a_pause_silences_everyone_in_every_process(store: Store) -> None:
    await turn(store, AMINA, "a1")
    await turn(store, BORIS, words("b!", urgent=True))
    first, second = await claim(store)
    answer = await exchange(store, Pause(first.id, after(7)), Pause(second.id, after(3)))
    assert (answer.claimed, answer.wake_at) == ([], after(7))
    assert await claim(store, now=after(6.9), owner="other") == []
    assert [one.tries for one in await claim(store, now=after(7), owner="other")] == [0, 0]


async def test_what_a_dead_process_held_comes_back_and_counts(store: Store) -> None:
    await turn(store, AMINA, "a1", "a2")
    assert said(await claim(store)) == ["a1"]
    assert (await exchange(store, now=after(29), owner="other")).wake_at == NOON + LEASE
    assert await claim(store, now=after(29), owner="other") == []
    back = await claim(store, now=after(30), owner="other")
    assert [(plain(one.words.text), one.tries) for one in back] == [("a1", 1)]


async def test_who_lost_the_lease_can_still_say_delivered_but_nothing_else(store: Store) -> None:
    await turn(store, AMINA, "a1", "a2")
    (mine,) = await claim(store)
    await claim(store, now=after(30), owner="other")
    await exchange(store, Later(mine.id, after(31), "TimedOut"), Pause(mine.id, NOON), now=after(30))
    assert await claim(store, now=after(31)) == []
    assert said(await claim(store, Delivered(mine.id), now=after(31))) == ["a2"]


async def test_results_for_rows_that_are_no_more_are_passed_over(store: Store) -> None:
    await turn(store, AMINA, "a1")
    (first,) = await claim(store)
    await exchange(store, Delivered(first.id, "1"))
    late: list[Result] = [
        Delivered(first.id, "2"),
        Refused(first.id, "x"),
        Unsendable(first.id, "x"),
        Later(first.id, NOON, "x"),
        Delivered(999),
        Refused(999, "x"),
        SlowDown(999, after(1)),
        Later(999, NOON, "x"),
    ]
    await exchange(store, *late)
    assert await look(store, "SELECT status, message_ref FROM outbox") == [("sent", "1")]


# --- when to come again ---


async def test_nothing_waits_and_nobody_wakes(store: Store) -> None:
    assert (await exchange(store)).wake_at is None
    await turn(store, AMINA, "a1")
    await drain(store)
    assert (await exchange(store)).wake_at is None


async def test_a_chat_has_a_short_burst_and_then_a_steady_pace(store: Store) -> None:
    pace = Pace(per_second=1000, burst=1000, reserve=0, per_chat_seconds=1, chat_burst=3)
    await turn(store, AMINA, *(f"a{number}" for number in range(6)))
    await turn(store, BORIS, "b0")
    sent: list[tuple[float, str]] = []
    now, results = NOON, list[Result]()
    while True:
        answer = await exchange(store, *results, now=now, pace=pace)
        sent += [((now - NOON).total_seconds(), line) for line in said(answer.claimed)]
        results = [Delivered(one.id) for one in answer.claimed]
        if not answer.claimed:
            if answer.wake_at is None:
                break
            assert answer.wake_at > now
            now = answer.wake_at
    assert sent == [(0, "a0"), (0, "b0"), (0, "a1"), (0, "a2"), (1, "a3"), (2, "a4"), (3, "a5")]


async def test_the_rate_is_shared_and_urgent_words_have_a_part_of_their_own(store: Store) -> None:
    pace = Pace(per_second=10, burst=4, reserve=2, per_chat_seconds=0)
    for number in range(6):
        await turn(store, Newcomer("telegram", str(number)), f"{number}")
    first = await exchange(store, pace=pace)
    assert said(first.claimed) == ["0", "1"]
    await turn(store, AMINA, words("a!", urgent=True))
    await turn(store, BORIS, words("b!", urgent=True))
    second = await exchange(store, pace=pace, owner="other")
    assert said(second.claimed) == ["a!", "b!"]
    assert second.wake_at is not None
    assert timedelta(seconds=0.3) <= second.wake_at - NOON < timedelta(seconds=0.301)
    assert said((await exchange(store, pace=pace, now=second.wake_at)).claimed) == ["2"]


@pytest.mark.parametrize("seconds", [1, 4])
async def test_no_second_sees_more_than_telegram_allows(store: Store, seconds: int) -> None:
    for number in range(40 * seconds):
        await turn(store, Newcomer("telegram", str(number)), str(number))
    now, at, results = NOON, list[float](), list[Result]()
    while (now - NOON).total_seconds() < seconds:
        answer = await exchange(store, *results, now=now, pace=Pace())
        at += [(now - NOON).total_seconds()] * len(answer.claimed)
        results = [Delivered(one.id) for one in answer.claimed]
        assert answer.wake_at is not None
        now = max(answer.wake_at, now + timedelta(milliseconds=5))
    busiest = max(sum(start <= moment < start + 1 for moment in at) for start in at)
    assert busiest <= 30
    assert len(at) >= 26 * seconds


async def test_counts_and_sweep(store: Store) -> None:
    await turn(store, AMINA, "a1", now=after(-100))
    await turn(store, AMINA, "a2", now=after(-50))
    counts = await store.counts()
    assert (counts.outbox_waiting, counts.oldest) == (2, after(-100))
    await drain(store, now=NOON)
    await turn(store, BORIS, "b1")
    swept = await store.sweep(after(10), timedelta(seconds=30))
    assert (swept["inbox"], swept["outbox"]) == (2, 0)
    assert (await store.sweep(after(60), timedelta(seconds=30), timedelta(seconds=70))) == {
        "inbox": 1,
        "outbox": 2,
        "lines": 0,
        "chats": 1,
        "newcomers": 1,
    }
    assert said(await claim(store, now=after(60))) == ["b1"]
    assert (await store.counts()).oldest == NOON


# --- two processes ---


async def test_two_processes_never_give_a_chat_twice(two_stores: tuple[Store, Store]) -> None:
    people = [Newcomer("telegram", str(number)) for number in range(10)]
    for number in range(6):
        for person in people:
            await turn(two_stores[0], person, str(number))
    flying: set[Newcomer] = set()
    arrived: dict[Newcomer, list[str]] = defaultdict(list)

    async def send(store: Store, owner: str) -> None:
        results: list[Result] = []
        while sum(map(len, arrived.values())) < 60 or results:
            claimed = await claim(store, *results, owner=owner)
            assert not flying & {one.newcomer for one in claimed}
            flying.update(one.newcomer for one in claimed)
            await asyncio.sleep(0.001)
            for one in claimed:
                arrived[one.newcomer].append(plain(one.words.text))
                flying.remove(one.newcomer)
            results = [Delivered(one.id) for one in claimed]

    await asyncio.wait_for(asyncio.gather(*(send(store, f"{n}") for n, store in enumerate(two_stores * 2))), 60)
    assert arrived == {person: [str(number) for number in range(6)] for person in people}


async def test_two_processes_share_one_rate(two_stores: tuple[Store, Store]) -> None:
    pace = Pace(per_second=0.001, burst=5, reserve=0)
    for number in range(30):
        await turn(two_stores[0], Newcomer("telegram", str(number)), str(number))
    await exchange(two_stores[0], limit=1, pace=pace)
    asked = (exchange(two_stores[number % 2], owner=f"{number}", limit=2, pace=pace) for number in range(10))
    answers = await asyncio.gather(*asked)
    assert sum(len(answer.claimed) for answer in answers) == 4


async def test_sending_and_answering_and_forgetting_at_once(two_stores: tuple[Store, Store]) -> None:
    """Refusals, turns and forgetting lock the same rows from two sides; nothing may stop for good."""
    people = [Newcomer("telegram", str(number)) for number in range(3)]
    done = asyncio.Event()

    async def talk(number: int) -> None:
        person = people[number % 3]
        for _ in range(15):
            await turn(two_stores[number % 2], person, "x", "y", words("!", urgent=True))
            async with two_stores[number % 2].work() as work:
                await work.conversation_with(person, f"gone {number} {_}", NOON)
                await (work.forget if _ % 2 else work.gone)(NOON)

    async def send(store: Store, owner: str) -> None:
        results: list[Result] = []
        while not done.is_set():
            claimed = await claim(store, *results, owner=owner)
            results = [Refused(one.id, "x") if one.id % 2 else Delivered(one.id) for one in claimed]
        await exchange(store, *results, owner=owner)

    senders = [asyncio.create_task(send(store, f"{n}")) for n, store in enumerate(two_stores)]
    await asyncio.wait_for(asyncio.gather(*map(talk, range(6))), 60)
    done.set()
    await asyncio.wait_for(asyncio.gather(*senders), 60)
    await turn(two_stores[0], AMINA, "still here")
    assert "still here" in await drain(two_stores[0])


# --- any order of events ---


@dataclass
class Say:
    chat: int
    urgent: bool


@dataclass
class Claim:
    owner: str
    limit: int


@dataclass
class Answer:
    which: int
    how: str


@dataclass
class Tick:
    seconds: float


@dataclass
class Die:
    owner: str


EVENTS = st.lists(
    st.one_of(
        st.builds(Say, st.integers(0, 2), st.sampled_from([False, False, True])),
        st.builds(Claim, st.sampled_from("ab"), st.integers(1, 4)),
        st.builds(Answer, st.integers(0, 5), st.sampled_from(["ok", "ok", "ok", "later", "slow", "pause"])),
        st.builds(Tick, st.sampled_from([0.1, 1.0, 6.0, 31.0])),
        st.builds(Die, st.sampled_from("ab")),
    ),
    max_size=40,
)


@dataclass
class Watcher:
    """Plays events against the store and knows what must have come of them."""

    store: Store
    now: float = 0
    owed: dict[tuple[int, bool], list[str]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[str, tuple[int, bool]] = field(default_factory=dict)
    heard: dict[tuple[int, bool], list[str]] = field(default_factory=lambda: defaultdict(list))
    held: list[tuple[str, Outgoing, float]] = field(default_factory=list)

    async def play(self, event: Say | Claim | Answer | Tick | Die) -> None:
        match event:
            case Say(chat, urgent):
                line = f"{len(self.owed[chat, urgent])}"
                await turn(self.store, Newcomer("telegram", f"{chat}"), words(line, urgent=urgent), now=after(self.now))
                self.owed[chat, urgent].append(line)
                self.waiting[f"{chat} {urgent} {line}"] = (chat, urgent)
            case Claim(owner, limit):
                await self.claim(owner, limit, [])
            case Answer(which, how) if self.held:
                owner, one, _ = self.held.pop(which % len(self.held))
                await self.claim(owner, 1, [self.result(one, how)])
            case Tick(seconds):
                self.now += seconds
                self.held = [kept for kept in self.held if kept[2] > self.now]
            case Die(owner):
                self.held = [kept for kept in self.held if kept[0] != owner]

    def result(self, one: Outgoing, how: str) -> Result:
        if how != "ok":
            until = after(self.now + 5)
            return {"later": Later(one.id, until, "x"), "slow": SlowDown(one.id, until), "pause": Pause(one.id, until)}[
                how
            ]
        chat = int(one.newcomer.address), one.words.urgent
        self.heard[chat].append(plain(one.words.text))
        del self.waiting[f"{chat[0]} {chat[1]} {plain(one.words.text)}"]
        return Delivered(one.id)

    async def claim(self, owner: str, limit: int, results: list[Result]) -> bool:
        pace = Pace(per_second=5, burst=4, reserve=1, per_chat_seconds=0.5, chat_burst=2)
        answer = await self.store.exchange("telegram", owner, results, after(self.now), limit, LEASE, pace)
        for one in answer.claimed:
            busy = [kept.newcomer for _, kept, _ in self.held]
            assert one.newcomer not in busy, "two messages of one chat in flight"
            chat = int(one.newcomer.address)
            assert one.words.urgent or (chat, True) not in self.waiting.values(), "an urgent message was overtaken"
            self.held.append((owner, one, self.now + LEASE.total_seconds()))
        assert answer.claimed or not self.waiting or answer.wake_at is not None, "words wait and nobody will come"
        return bool(answer.claimed)

    async def end(self) -> None:
        """All that is left can be sent, in the end."""
        self.held = []
        self.now += 60
        for _ in range(400):
            if not self.waiting:
                break
            self.now += 0.5
            await self.claim("c", 4, [])
            while self.held:
                await self.play(Answer(0, "ok"))
        assert self.heard == {chat: lines for chat, lines in self.owed.items() if lines}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(events=[Say(0, False), Claim("a", 1), Say(0, True), Die("a"), Tick(31.0), Claim("b", 4), Answer(0, "ok")])
@example(events=[Say(0, False), Say(0, False), Claim("a", 2), Answer(0, "later"), Say(0, True), Claim("b", 2)])
@given(events=EVENTS)
def test_whatever_happens_each_chat_hears_everything_in_order(
    in_a_loop: Callable[[Callable[[Store], Coroutine[object, object, None]]], None],
    events: list[Say | Claim | Answer | Tick | Die],
) -> None:
    async def main(store: Store) -> None:
        for table in ("outbox", "chats", "pace", "inbox", "newcomers"):
            await change(store, f"DELETE FROM {table}")
        watcher = Watcher(store)
        for event in events:
            await watcher.play(event)
        await watcher.end()

    in_a_loop(main)


@pytest.fixture
def in_a_loop(database_url: str):  # type: ignore[no-untyped-def]
    """Runs functions of one store in one loop: hypothesis calls its tests without one."""
    with asyncio.Runner() as runner:
        store = runner.run(Store.open(database_url, SECRET_KEY))
        yield lambda main: runner.run(main(store))
        runner.run(store.close())
