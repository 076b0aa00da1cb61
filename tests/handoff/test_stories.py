"""Any story: several newcomers and several helpers do anything in any order, time passes, processes restart.

What must hold is judged by `tests.handoff.world.City` after everything that happens.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.handoff.case import (
    STATES,
    Agrees,
    Allows,
    Case,
    Closes,
    Declines,
    Ended,
    Event,
    Forgets,
    GivesBack,
    GoesOff,
    Leaves,
    PassesOn,
    Rates,
    Refused,
    Replies,
    Speaks,
    Takes,
    Vanishes,
    What,
    Wishes,
    Withdraws,
    Writes,
)
from bot.handoff.helper import Helper, Window
from tests.handoff.people import ALWAYS, denver, hours, minutes
from tests.handoff.world import City

STORIES = 2000
STEPS = 25
NEWCOMERS = 3
FRIDAY = denver(2026, 10, 30, 17)
"""Two days before the clocks change."""
LANGUAGES = ["es", "ar", "en"]
EVENINGS = tuple(Window(day, 17 * 60, 21 * 60) for day in range(5))
WEEKEND = (Window(5, 9 * 60, 13 * 60), Window(6, 0, 4 * 60), Window(6, 14 * 60, 18 * 60))
SEEN: Counter[str] = Counter()

people = st.builds(
    Helper,
    id=st.just(0),
    languages=st.sampled_from(
        [
            (("es", "native"),),
            (("es", "native"), ("en", "some")),
            (("es", "fluent"), ("ar", "fluent")),
            (("ar", "native"), ("en", "fluent")),
            (("en", "native"), ("es", "some")),
        ]
    ),
    hours=st.sampled_from([ALWAYS, EVENINGS, WEEKEND, ()]),
    gender=st.sampled_from(["woman", "man", ""]),
    capacity=st.integers(1, 2),
    refuses=st.sampled_from([(), (), ("money",)]),
    prefers=st.sampled_from([(), ("money",)]),
    role=st.sampled_from(["helper", "helper", "coordinator"]),
    zone=st.just("America/Denver"),
    pledged_at=st.just(FRIDAY - timedelta(days=90)),
)
WISHES = [Wishes("woman"), Wishes("man"), Wishes(other_community=True)]
wants = st.tuples(
    st.sampled_from(LANGUAGES),
    st.sampled_from(["", "money"]),
    st.sampled_from(["asked", "lost", "alarm", "again"]),
    st.sampled_from([None, None, None, *WISHES]),
)
some = st.integers(0, 11)


def given(*states: str):
    """Only while there is a case in one of *states*."""
    return precondition(lambda story: any(case.state in states for case in story.city.cases.values()))


class AnyStory(RuleBasedStateMachine):
    """Three newcomers and up to five helpers who do anything."""

    def __init__(self) -> None:
        super().__init__()
        self.city = City([], FRIDAY)
        self.case_of: dict[int, int] = {}

    @initialize(roster=st.lists(people, min_size=2, max_size=5), first=st.lists(wants, min_size=1, max_size=NEWCOMERS))
    def begin(self, roster: list[Helper], first: list[tuple]) -> None:
        self.city = City([replace(helper, id=number) for number, helper in enumerate(roster, 1)], FRIDAY)
        for who, (language, topic, reason, wish) in enumerate(first):
            self.asks(who, language, topic, reason, [wish, Agrees()] if wish else [Agrees()])
        self.city.ticks()
        SEEN["stories"] += 1

    def asks(self, who: int, language: str, topic: str, reason: str, then: Sequence[Event]) -> None:
        """Newcomer *who* wants a helper, unless they already wait for one or have one."""
        last = self.city.cases.get(self.case_of.get(who, 0))
        if last and last.open:
            return
        same = last.helper if last and reason == "again" else None
        case = Case(language, FRIDAY, reason=reason, urgent=reason == "alarm", same=same)  # type: ignore[arg-type]
        self.case_of[who] = self.city.opens(case, topic)
        self.happens(self.city.cases[self.case_of[who]], *then)

    # --- who, and which case ---

    def somebody(self, which: int) -> Helper:
        return list(self.city.helpers.values())[which % len(self.city.helpers)]

    def one(self, which: int, *states: str) -> Case | None:
        """One of the cases in *states*."""
        fitting = [case for case in self.city.cases.values() if case.state in states]
        return fitting[which % len(fitting)] if fitting else None

    def happens(self, case: Case | None, *events: Event) -> None:
        for event in events:
            if case:
                self.city.now += timedelta(seconds=1)
                before = self.city.cases[case.id]
                if isinstance(self.city.happens(case.id, event), Refused):
                    assert self.city.cases[case.id] is before

    # --- newcomers ---

    @rule(who=st.integers(0, NEWCOMERS - 1), want=wants, agrees=st.sampled_from([True, True, True, False]))
    def asks_for_a_helper(self, who: int, want: tuple, agrees: bool) -> None:
        language, topic, reason, wish = want
        self.asks(who, language, topic, reason, [event for event in (wish, agrees and Agrees()) if event])

    @given("asked")
    @rule(which=some)
    def agrees(self, which: int) -> None:
        self.happens(self.one(which, "asked"), Agrees())

    @given("asked")
    @rule(which=some)
    def says_no(self, which: int) -> None:
        self.happens(self.one(which, "asked"), Withdraws())

    @given("asked")
    @rule(which=some, wish=st.sampled_from(WISHES))
    def wishes(self, which: int, wish: Wishes) -> None:
        self.happens(self.one(which, "asked"), wish)

    @given("asked", "waiting", "offered")
    @rule(which=some, language=st.sampled_from(LANGUAGES), kind=st.sampled_from([Allows, Allows, Speaks]))
    def accepts_or_speaks_a_language(self, which: int, language: str, kind: type) -> None:
        self.happens(self.one(which, "asked", "waiting", "offered"), kind(language))

    @given("waiting", "offered", "taken", "answered")
    @rule(which=some, danger=st.sampled_from([False, False, False, True]))
    def writes(self, which: int, danger: bool) -> None:
        self.happens(self.one(which, "taken", "answered") or self.one(which, "waiting", "offered"), Writes(danger))

    @given("waiting", "offered", "taken", "answered")
    @rule(which=some)
    def writes_of_danger(self, which: int) -> None:
        self.happens(self.one(which, "waiting", "offered", "taken", "answered"), Writes(urgent=True))

    @given("asked", "waiting", "offered", "taken", "answered")
    @rule(which=some, end=st.sampled_from([Withdraws(), Leaves(), Forgets()]))
    def ends_it(self, which: int, end: Event) -> None:
        self.happens(self.one(which, *STATES), end)

    @given("closed")
    @rule(which=some, face=st.integers(1, 3))
    def says_how_it_was(self, which: int, face: int) -> None:
        self.happens(self.one(which, *STATES), Rates(face))

    @rule(
        which=some,
        event=st.sampled_from([Agrees(), *WISHES, Allows("en"), Speaks("ar"), Writes(), Withdraws(), Rates(3)]),
    )
    def presses_something_old(self, which: int, event: Event) -> None:
        self.happens(self.one(which, "taken", "answered", "closed"), event)

    # --- helpers ---

    @given("offered")
    @rule(which=some, who=some)
    def one_who_is_asked_takes(self, which: int, who: int) -> None:
        if case := self.one(which, "offered"):
            self.happens(case, Takes(case.offers[who % len(case.offers)].helper))

    @rule(which=some, who=some)
    def anybody_takes_asked_or_not(self, which: int, who: int) -> None:
        self.happens(self.one(which, *STATES), Takes(self.somebody(who).id))

    @given("waiting", "offered")
    @rule(which=some, who=some)
    def two_take_at_the_same_moment(self, which: int, who: int) -> None:
        if case := self.one(which, "waiting", "offered"):
            first, second = self.somebody(who), self.somebody(who + 1)
            moment = self.city.now
            self.happens(case, Takes(first.id))
            self.city.now = moment + timedelta(seconds=1)
            self.happens(case, Takes(second.id))
            assert self.city.cases[case.id].helper == first.id

    @given("offered")
    @rule(which=some, who=some)
    def one_who_is_asked_says_not_now(self, which: int, who: int) -> None:
        if case := self.one(which, "offered"):
            self.happens(case, Declines(case.offers[who % len(case.offers)].helper))

    @given("taken", "answered")
    @rule(which=some)
    def the_owner_replies(self, which: int) -> None:
        if case := self.one(which, "taken", "answered"):
            self.happens(case, Replies(case.helper or 0))

    @given("taken", "answered")
    @rule(which=some, kind=st.sampled_from([PassesOn, PassesOn, GivesBack, Closes]))
    def the_owner_is_done_with_it(self, which: int, kind: type) -> None:
        if case := self.one(which, "taken", "answered"):
            self.happens(case, kind(case.helper))

    @rule(which=some, who=some, kind=st.sampled_from([Takes, Declines, Replies, PassesOn, GivesBack, Closes]))
    def anybody_tries_anything(self, which: int, who: int, kind: type) -> None:
        self.happens(self.one(which, *STATES), kind(self.somebody(who).id))

    @rule(who=some)
    def goes_off_duty(self, who: int) -> None:
        helper = self.somebody(who)
        self.city.changes(replace(helper, off=True, on_until=None))
        for case in list(self.city.cases.values()):
            self.happens(case, GoesOff(helper.id))

    @rule(who=some, length=st.integers(1, 6))
    def comes_on(self, who: int, length: int) -> None:
        until = self.city.now + hours(length)
        self.city.changes(replace(self.somebody(who), off=False, paused_until=None, on_until=until, reached=True))

    @rule(who=some, length=st.sampled_from([0, 1, 10, 60]))
    def pauses(self, who: int, length: int) -> None:
        until = self.city.now + hours(length)
        self.city.changes(replace(self.somebody(who), paused_until=until, on_until=None))

    @rule(who=some, told=st.booleans())
    def vanishes(self, who: int, told: bool) -> None:
        helper = self.somebody(who)
        self.city.changes(replace(helper, reached=False))
        for case in list(self.city.cases.values()) if told else []:
            self.happens(case, Vanishes(helper.id))

    # --- time ---

    @rule(length=st.integers(1, 30))
    def minutes_pass(self, length: int) -> None:
        """The clock looks exactly when something is due."""
        for _ in self.city.until(self.city.now + minutes(length)):
            self.city.ticks()

    @rule(length=st.sampled_from([1, 3, 8, 20, 80]), often=st.integers(2, 6))
    def hours_pass(self, length: int, often: int) -> None:
        """The clock is slow."""
        for _ in range(often):
            self.city.now += hours(length) / often
            self.city.ticks()

    @rule(length=st.sampled_from([0, 1, 5, 40, 80, 200]))
    def the_process_was_down(self, length: int) -> None:
        """What should have been done in between is done late."""
        self.city.now += hours(length)
        self.city.restarts()
        self.city.ticks()

    @rule()
    def the_process_restarts(self) -> None:
        self.city.restarts()

    # --- after everything ---

    @invariant()
    def everything_is_remembered(self) -> None:
        for case in self.city.cases.values():
            assert (case.due is None) == (case.state == "closed")
            assert len(case.passed) <= len(self.city.helpers)
            assert len(case.to_json()) < 3000

    def teardown(self) -> None:
        SEEN.update(self.city.seen)


def test_in_two_thousand_stories_everything_that_must_hold_holds() -> None:
    """And everything that can be told, and every end, came about: stories in which nothing happens prove nothing."""
    SEEN.clear()
    run_state_machine_as_test(
        AnyStory,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    assert SEEN["stories"] >= STORIES
    assert {what for what in get_args(What) if not SEEN[what]} == set()
    assert {ended for ended in get_args(Ended) if ended and not SEEN[f"closed {ended}"]} == set()
    assert {why for why in ("not-your-case", "taken", "over", "not-yet") if not SEEN[f"refused {why}"]} == set()
