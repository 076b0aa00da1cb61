"""The table of a case's life: it is complete, each cell does what it says, and nothing is lost on the way through JSON."""

import inspect
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.handoff.case import (
    OWNED,
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
    News,
    PassesOn,
    Rates,
    Reason,
    Refused,
    Replies,
    Speaks,
    State,
    Step,
    Takes,
    Until,
    Vanishes,
    Wishes,
    Withdraws,
    Writes,
)
from bot.handoff.helper import DAY, Gender, Helper, Level, Window
from bot.handoff.machine import TABLE, advance
from bot.handoff.rules import RULES
from tests.handoff.people import AMINA, MONDAY, OMAR, ONE, ROSA, after, asked, hours, in_state, minutes, refused, told

NOW = ONE
EVENTS: tuple[type, ...] = get_args(Event)
LATER = {True: RULES.declined[True], False: RULES.declined[False]}


def any_event(kind: type) -> Event:
    """An event of *kind*; where a helper does it, it is Amina."""
    about: dict[str, Any] = {"helper": AMINA, "language": "en", "face": 3}
    return kind(**{name: about[name] for name in inspect.signature(kind).parameters if name in about})


# --- the table ---


def test_every_event_has_a_row_and_no_row_is_without_an_event() -> None:
    assert set(TABLE) == set(EVENTS)
    assert len(EVENTS) >= 17


@pytest.mark.parametrize("kind", EVENTS)
def test_every_row_has_a_cell_for_every_state_that_says_in_one_line_what_it_does(kind: type) -> None:
    assert tuple(TABLE[kind]) == STATES == get_args(State)
    for cell in TABLE[kind].values():
        assert cell.__doc__
        assert cell.__doc__ == cell.__doc__.strip()
        assert "\n" not in cell.__doc__
        assert cell.__doc__.endswith(".")
        assert len(cell.__doc__) < 130


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", EVENTS)
def test_every_cell_answers(kind: type, state: State) -> None:
    """Its owner is Amina; the one who is asked is Omar. A case that changed is due, and a closed one never is."""
    before = in_state(state)
    for who in (AMINA, OMAR, ROSA):
        event = any_event(kind)
        done = advance(before, type(event)(who) if "helper" in inspect.signature(kind).parameters else event, NOW)
        if isinstance(done, Refused):
            continue
        assert done.case == before or done.case.due == (NOW if done.case.open else None)
        assert not (before.state == "closed" and done.case.open)
        assert (done.case.helper is not None) == (done.case.state in OWNED) or not done.case.open
        assert bool(done.case.offers) == (done.case.state == "offered")


REFUSALS: list[tuple[State, type, int, str]] = [
    *(("asked", kind, AMINA, "not-yet") for kind in (Takes, Replies, PassesOn, GivesBack, Closes)),
    *(("waiting", kind, AMINA, "not-your-case") for kind in (Replies, PassesOn, GivesBack, Closes)),
    *(("offered", kind, OMAR, "not-your-case") for kind in (Replies, PassesOn, GivesBack, Closes)),
    *(("taken", kind, OMAR, "not-your-case") for kind in (Replies, PassesOn, GivesBack, Closes)),
    *(("answered", kind, OMAR, "not-your-case") for kind in (Replies, PassesOn, GivesBack, Closes)),
    ("taken", Takes, OMAR, "taken"),
    ("answered", Takes, OMAR, "taken"),
    *(("closed", kind, AMINA, "over") for kind in (Takes, Replies, PassesOn, GivesBack, Closes)),
]


@pytest.mark.parametrize(("state", "kind", "who", "why"), REFUSALS)
def test_what_is_not_theirs_is_refused(state: State, kind: type, who: int, why: str) -> None:
    assert refused(in_state(state), kind(who)) == why


@pytest.mark.parametrize("event", [Agrees(), Wishes("woman"), Allows("en")])
def test_what_comes_after_the_end_is_refused(event: Event) -> None:
    assert refused(in_state("closed"), event) == "over"


# --- the newcomer ---


def test_who_agrees_is_told_and_somebody_is_looked_for_at_once() -> None:
    step = after(in_state("asked"), Agrees(), at=NOW)
    assert told(step) == ["newcomer waiting"]
    assert step.case.state == "waiting"
    assert {step.case.agreed_at, step.case.since, step.case.heard_at, step.case.due} == {NOW}


@pytest.mark.parametrize("state", ["waiting", "offered"])
def test_who_agrees_twice_hears_how_it_stands(state: State) -> None:
    step = after(in_state(state), Agrees(), at=NOW)
    assert told(step) == ["newcomer still-waiting"]
    assert step.case.state == state
    assert (step.case.heard_at, step.case.agreed_at) == (NOW, MONDAY)


@pytest.mark.parametrize("state", ["taken", "answered"])
def test_who_agrees_or_wishes_while_somebody_is_with_them_changes_nothing(state: State) -> None:
    before = in_state(state)
    for event in (Agrees(), Wishes("woman"), Allows("en")):
        assert after(before, event) == Step(before)


def test_a_wish_is_noted_replaced_and_taken_back() -> None:
    case = in_state("asked")
    assert told(after(case, Wishes("woman"))) == ["newcomer consent"]
    assert after(case, Wishes("woman")).case.gender == "woman"
    assert after(case, Wishes("woman"), Wishes("man")).case.gender == "man"
    assert after(case, Wishes("woman"), Wishes("woman")).case.gender == ""


def test_the_wish_for_another_community_stands_beside_the_other_one() -> None:
    both = after(in_state("asked"), Wishes("woman"), Wishes(other_community=True)).case
    assert (both.gender, both.other_community) == ("woman", True)
    one = after(both, Wishes(other_community=True)).case
    assert (one.gender, one.other_community) == ("woman", False)


def test_a_second_language_is_noted_and_taken_back_before_anybody_is_asked() -> None:
    case = in_state("asked")
    assert after(case, Allows("en")).case.also == ("en",)
    assert after(case, Allows("en"), Allows("ar")).case.also == ("en", "ar")
    assert after(case, Allows("en"), Allows("ar"), Allows("en")).case.also == ("ar",)
    assert told(after(case, Allows("en"))) == ["newcomer consent"]


def test_their_own_language_is_no_second_one() -> None:
    assert after(in_state("asked"), Allows("es")).case.languages == ("es",)


@pytest.mark.parametrize("state", ["waiting", "offered"])
def test_a_second_language_widens_the_search(state: State) -> None:
    step = after(in_state(state, planned_at=MONDAY), Allows("en"), at=NOW)
    assert told(step) == ["newcomer waiting"]
    assert step.case.languages == ("es", "en")
    assert step.case.planned_at is None
    again = after(step.case, Allows("en"))
    assert told(again) == ["newcomer still-waiting"]
    assert again.case.also == ("en",)


@pytest.mark.parametrize("state", STATES[:-1])
def test_a_newcomer_who_changes_their_language_keeps_the_one_they_had(state: State) -> None:
    step = after(in_state(state, also=("en",)), Speaks("ar"))
    assert (step.case.languages, step.news, step.case.state) == (("ar", "es", "en"), (), state)
    assert after(step.case, Speaks("es")).case.languages == ("es", "ar", "en")


def test_who_says_no_hears_that_nobody_was_asked() -> None:
    step = after(in_state("asked"), Withdraws())
    assert told(step) == ["newcomer not-asked"]
    assert (step.case.state, step.case.ended) == ("closed", "declined")


ENDINGS: list[tuple[Event, State, Ended, list[str]]] = [
    (Withdraws(), "waiting", "withdrawn", ["newcomer withdrawn"]),
    (Withdraws(), "offered", "withdrawn", ["newcomer withdrawn", f"{OMAR} offer-over"]),
    (Withdraws(), "taken", "withdrawn", ["newcomer withdrawn", f"{AMINA} newcomer-withdrew"]),
    (Withdraws(), "answered", "withdrawn", ["newcomer withdrawn", f"{AMINA} newcomer-withdrew"]),
    (Leaves(), "asked", "gone", []),
    (Leaves(), "waiting", "gone", []),
    (Leaves(), "offered", "gone", [f"{OMAR} offer-over"]),
    (Leaves(), "taken", "gone", [f"{AMINA} newcomer-left"]),
    (Leaves(), "answered", "gone", [f"{AMINA} newcomer-left"]),
    (Forgets(), "asked", "forgotten", []),
    (Forgets(), "waiting", "forgotten", []),
    (Forgets(), "offered", "forgotten", [f"{OMAR} offer-over"]),
    (Forgets(), "taken", "forgotten", [f"{AMINA} newcomer-forgot"]),
    (Forgets(), "answered", "forgotten", [f"{AMINA} newcomer-forgot"]),
    (Forgets(), "closed", "forgotten", []),
]


@pytest.mark.parametrize(("event", "state", "ended", "news"), ENDINGS)
def test_a_newcomer_can_end_it_any_time_and_whoever_was_asked_or_had_it_is_told(
    event: Event, state: State, ended: Ended, news: list[str]
) -> None:
    step = after(in_state(state), event, at=NOW)
    assert told(step) == news
    assert (step.case.state, step.case.ended, step.case.ended_at) == ("closed", ended, NOW)
    assert (step.case.offers, step.case.due) == ((), None)


def test_who_has_left_is_told_nothing_any_more() -> None:
    for event, _, ended, news in ENDINGS:
        if ended in ("gone", "forgotten"):
            assert not any(line.startswith("newcomer ") for line in news), event


@pytest.mark.parametrize("event", [Withdraws(), Leaves(), Speaks("en"), Writes(), Writes(urgent=True)])
def test_what_is_over_stays_as_it_ended(event: Event) -> None:
    before = in_state("closed")
    assert after(before, event) == Step(before)


def test_a_face_is_noted_once_it_is_over_and_not_before() -> None:
    step = after(in_state("closed"), Rates(2))
    assert told(step) == ["newcomer rated"]
    assert (step.case.rating, step.case.due, step.case.state) == (2, None, "closed")
    for state in STATES[:-1]:
        assert after(in_state(state), Rates(2)) == Step(in_state(state))


# --- the newcomer writes ---


def test_words_to_nobody_yet_are_kept() -> None:
    step = after(in_state("waiting"), Writes(), at=NOW)
    assert step.news == ()
    assert step.case.written_at == NOW
    assert not step.case.urgent


@pytest.mark.parametrize("state", ["waiting", "offered"])
def test_danger_makes_a_waiting_case_urgent_and_coordinators_hear_of_it_anew(state: State) -> None:
    step = after(in_state(state, alerted_at=MONDAY), Writes(urgent=True), at=NOW)
    assert step.case.urgent
    assert step.case.alerted_at is None
    assert after(step.case, Writes()).case.urgent


def test_danger_asks_those_again_soon_who_let_the_usual_case_pass() -> None:
    passed = (Until(OMAR, NOW + hours(4)), Until(ROSA, NOW + minutes(2)))
    case = after(in_state("waiting", passed=passed), Writes(urgent=True), at=NOW).case
    assert case.passed == (Until(OMAR, NOW + RULES.again[True]), Until(ROSA, NOW + minutes(2)))
    assert after(case, Writes(urgent=True), at=NOW + minutes(1)).case.passed == case.passed


@pytest.mark.parametrize("state", ["taken", "answered"])
def test_danger_is_marked_for_the_helper(state: State) -> None:
    assert told(after(in_state(state), Writes())) == []
    step = after(in_state(state), Writes(urgent=True))
    assert told(step) == [f"{AMINA} urgent"]
    assert step.case.urgent
    assert step.case.helper == AMINA


def test_the_helper_is_awaited_from_the_first_unanswered_word() -> None:
    case = in_state("answered")
    assert case.awaited is None
    first = after(case, Writes(), at=NOW).case
    assert first.awaited == NOW
    assert after(first, Writes(), at=NOW + minutes(5)).case.awaited == NOW
    assert after(first, Replies(AMINA), at=NOW + minutes(6)).case.awaited is None


def test_a_reminder_counts_for_one_silence_only() -> None:
    reminded = in_state("answered", written_at=MONDAY + minutes(6), reminded_at=NOW, away_told=True)
    assert after(reminded, Writes()).case.reminded_at == NOW
    answered = after(reminded, Replies(AMINA), at=NOW + minutes(1)).case
    assert (answered.reminded_at, answered.away_told) == (None, False)
    assert after(answered, Writes(), at=NOW + minutes(2)).case.reminded_at is None


def test_a_taken_case_is_awaited_from_the_start() -> None:
    case = in_state("taken")
    assert case.awaited == MONDAY
    assert after(case, Writes()).case.awaited == MONDAY


# --- the helper ---


@pytest.mark.parametrize("who", [OMAR, AMINA])
def test_who_takes_has_it_asked_or_not(who: int) -> None:
    before = in_state("offered", offers=(Until(OMAR, NOW), Until(ROSA, NOW)))
    step = after(before, Takes(who), at=NOW)
    others = [f"{other} offer-over" for other in (OMAR, ROSA) if other != who]
    assert told(step) == [f"{who} packet", "newcomer found", *others]
    assert (step.case.state, step.case.helper, step.case.offers, step.case.taken_at) == ("taken", who, (), NOW)
    assert step.case.in_charge


def test_an_offer_that_lapsed_can_still_be_taken_while_nobody_has_it() -> None:
    lapsed = in_state("waiting", passed=(Until(OMAR, NOW + hours(4)),))
    assert told(after(lapsed, Takes(OMAR))) == [f"{OMAR} packet", "newcomer found"]


def test_of_two_who_take_at_the_same_moment_the_first_has_it() -> None:
    first = after(in_state("offered"), Takes(OMAR), at=NOW).case
    assert refused(first, Takes(AMINA), at=NOW) == "taken"


def test_taking_twice_brings_the_packet_again_and_changes_nothing() -> None:
    case = after(in_state("offered"), Takes(OMAR)).case
    assert after(case, Takes(OMAR)) == Step(case, (News(OMAR, "packet"),))


def test_those_who_were_asked_as_well_are_not_asked_again_at_once_should_it_come_back() -> None:
    before = in_state("offered", urgent=True, offers=(Until(OMAR, NOW), Until(ROSA, NOW)))
    case = after(before, Takes(OMAR), at=NOW).case
    assert case.passed == (Until(ROSA, NOW + RULES.again[True]),)


@pytest.mark.parametrize("urgent", [False, True])
def test_who_says_not_now_is_not_asked_again_for_a_while(urgent: bool) -> None:
    before = in_state("offered", urgent=urgent)
    step = after(before, Declines(OMAR), at=NOW)
    assert step.news == ()
    assert step.case.state == "waiting"
    assert step.case.passed == (Until(OMAR, NOW + LATER[urgent]),)
    assert step.case.asked_lately(OMAR, NOW + LATER[urgent] - minutes(1))
    assert not step.case.asked_lately(OMAR, NOW + LATER[urgent])


def test_one_of_two_says_not_now_and_the_other_is_still_asked() -> None:
    before = in_state("offered", offers=(Until(OMAR, NOW), Until(ROSA, NOW)))
    case = after(before, Declines(OMAR)).case
    assert case.state == "offered"
    assert asked(case) == [ROSA]


@pytest.mark.parametrize("state", ["asked", "taken", "answered", "closed"])
def test_not_now_where_nobody_is_asked_is_nothing(state: State) -> None:
    assert after(in_state(state), Declines(OMAR)) == Step(in_state(state))


def test_a_reply_goes_to_the_newcomer() -> None:
    step = after(in_state("taken"), Replies(AMINA), at=NOW)
    assert (step.case.state, step.case.replied_at, step.news) == ("answered", NOW, ())


@pytest.mark.parametrize("state", ["taken", "answered"])
def test_what_is_passed_on_waits_again_and_not_for_the_same_helper(state: State) -> None:
    before = in_state(state, same=AMINA, planned_at=MONDAY)
    step = after(before, PassesOn(AMINA), at=NOW)
    assert told(step) == ["newcomer passed-on"]
    case = step.case
    assert (case.state, case.helper, case.same, case.since, case.heard_at) == ("waiting", None, None, NOW, NOW)
    assert case.passed == (Until(AMINA, NOW + RULES.declined[False]),)
    assert (case.taken_at, case.replied_at, case.planned_at, case.agreed_at) == (None, None, None, MONDAY)


@pytest.mark.parametrize("state", ["taken", "answered"])
@pytest.mark.parametrize(
    ("kind", "ended", "word"), [(GivesBack, "given-back", "given-back"), (Closes, "helped", "closed")]
)
def test_what_is_given_back_or_closed_is_over_and_both_are_told(
    state: State, kind: type, ended: Ended, word: str
) -> None:
    step = after(in_state(state), kind(AMINA), at=NOW)
    assert told(step) == [f"newcomer {word}", f"{AMINA} after"]
    assert (step.case.state, step.case.ended, step.case.ended_at, step.case.due) == ("closed", ended, NOW, None)


def test_who_goes_off_duty_is_asked_no_more_but_keeps_what_is_theirs() -> None:
    step = after(in_state("offered"), GoesOff(OMAR), at=NOW)
    assert told(step) == [f"{OMAR} offer-over"]
    assert step.case.state == "waiting"
    assert step.case.passed == (Until(OMAR, NOW + RULES.again[False]),)
    for state in ("waiting", "taken", "answered"):
        assert after(in_state(state), GoesOff(AMINA)) == Step(in_state(state))
    assert after(in_state("offered"), GoesOff(ROSA)) == Step(in_state("offered"))


def test_who_vanishes_is_asked_no_more() -> None:
    step = after(in_state("offered"), Vanishes(OMAR), at=NOW)
    assert told(step) == [f"{OMAR} offer-over"]
    assert step.case.passed == (Until(OMAR, NOW + RULES.most),)


@pytest.mark.parametrize("state", ["taken", "answered"])
def test_what_belonged_to_one_who_vanishes_waits_for_the_next(state: State) -> None:
    step = after(in_state(state), Vanishes(AMINA))
    assert told(step) == ["newcomer passed-on"]
    assert (step.case.state, step.case.helper) == ("waiting", None)
    assert after(in_state(state), Vanishes(OMAR)) == Step(in_state(state))


def test_the_case_remembers_who_had_it_after_the_end() -> None:
    """So that the newcomer can wish for the same helper, and the helper can say what was missing."""
    assert after(in_state("answered"), Closes(AMINA)).case.helper == AMINA


# --- to and from JSON ---

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
maybe = st.one_of(st.none(), moments)
languages = st.sampled_from(["en", "es", "ar", "am"])
words = st.text(max_size=30)
until = st.tuples(st.builds(Until, st.integers(1, 9), moments), st.builds(Until, st.integers(1, 9), moments))
case_parts: dict[str, st.SearchStrategy[Any]] = {
    "language": languages,
    "asked_at": moments,
    "id": st.integers(0, 2**40),
    "state": st.sampled_from(STATES),
    "also": st.lists(languages, max_size=3).map(tuple),
    "reason": st.sampled_from(get_args(Reason)),
    "urgent": st.booleans(),
    "article": words,
    "step": words,
    "tried": st.lists(words, max_size=3).map(tuple),
    "shared": st.lists(words, max_size=3).map(tuple),
    "gender": st.sampled_from(get_args(Gender)),
    "other_community": st.booleans(),
    "same": st.one_of(st.none(), st.integers(1, 9)),
    "helper": st.one_of(st.none(), st.integers(1, 9)),
    "offers": st.one_of(st.just(()), until),
    "passed": st.one_of(st.just(()), until),
    **dict.fromkeys(
        [name for name in Case.__dataclass_fields__ if name.endswith("_at") and name != "asked_at"] + ["since", "due"],
        maybe,
    ),
    "asked_language": st.booleans(),
    "away_told": st.booleans(),
    "quiet": st.booleans(),
    "ended": st.sampled_from(get_args(Ended)),
    "rating": st.integers(0, 3),
    "held": st.integers(0, 9),
    "pace": st.tuples(words, st.integers(0, 9)),
}
cases = st.builds(Case, **case_parts)
windows = st.builds(
    lambda day, start, length: Window(day, start, min(DAY, start + length)),
    st.integers(0, 6),
    st.integers(0, DAY - 1),
    st.integers(1, DAY),
)
helper_parts: dict[str, st.SearchStrategy[Any]] = {
    "id": st.integers(1, 2**40),
    "role": st.sampled_from(["helper", "coordinator"]),
    "name": words,
    "language": languages,
    "languages": st.dictionaries(languages, st.sampled_from(get_args(Level))).map(lambda pairs: tuple(pairs.items())),
    "hours": st.lists(windows, max_size=4).map(tuple),
    "zone": st.sampled_from(["UTC", "America/Denver"]),
    "days_off": st.lists(st.dates(), max_size=3).map(tuple),
    "paused_until": maybe,
    "on_until": maybe,
    "off": st.booleans(),
    "capacity": st.integers(1, 9),
    "refuses": st.lists(words, max_size=3).map(tuple),
    "prefers": st.lists(words, max_size=3).map(tuple),
    "gender": st.sampled_from(get_args(Gender)),
    "pledged_at": maybe,
    "taken": st.lists(moments, max_size=3).map(tuple),
    "saved": st.lists(st.tuples(words, words), max_size=3).map(tuple),
    "open": st.integers(0, 5),
    "asked": st.integers(0, 5),
    "reached": st.booleans(),
}
helpers = st.builds(Helper, **helper_parts)


@given(cases)
@settings(max_examples=200, deadline=None)
def test_a_case_survives_json(case: Case) -> None:
    line = case.to_json()
    assert "\n" not in line
    assert Case.from_json(case.id, line) == case


@given(helpers)
@settings(max_examples=200, deadline=None)
def test_a_helper_survives_json_and_what_is_counted_comes_from_elsewhere(helper: Helper) -> None:
    line = helper.to_json()
    assert "\n" not in line
    assert (
        Helper.from_json(helper.id, line, open_cases=helper.open, asked=helper.asked, reached=helper.reached) == helper
    )


def test_every_field_is_part_of_the_round_trips() -> None:
    """A new field must be drawn above, or it is not known to survive."""
    assert set(case_parts) == set(Case.__dataclass_fields__)
    assert set(helper_parts) == set(Helper.__dataclass_fields__)


def test_old_lines_with_other_keys_can_still_be_read() -> None:
    line = '{"language":"es","asked_at":"2026-11-23T19:00:00+00:00","colour":"green"}'
    assert Case.from_json(7, line) == Case("es", MONDAY, id=7)
    assert Helper.from_json(1, '{"colour":"green"}') == Helper(1)
