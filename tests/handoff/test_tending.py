"""What time does to a case, moment by moment. The roster is small and the clock is ours."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.handoff.case import Case, Declines, Replies, Step, Takes, Until, Vanishes, Writes
from bot.handoff.helper import Helper, Window
from bot.handoff.rules import RULES, Rules
from bot.handoff.tending import LOOK_AGAIN, in_turn, tend
from tests.handoff.people import (
    AMINA,
    MONDAY,
    OMAR,
    ROSA,
    after,
    asked,
    denver,
    helper,
    hours,
    in_state,
    minutes,
    told,
    waiting,
)

TWO = [helper(AMINA), helper(OMAR)]
THREE = [*TWO, helper(ROSA)]
NIGHT = denver(2026, 11, 23, 23)
MORNING = Window(1, 8 * 60, 12 * 60)
"""Tuesday from eight to noon."""


def first(case: Case, roster: Sequence[Helper], at: datetime = MONDAY) -> Case:
    return tend(case, roster, at).case


def live(case: Case, roster: Sequence[Helper], start: datetime, length: timedelta) -> list[tuple[datetime, str]]:
    """Everything that is told while the clock looks exactly when the case is due, and never otherwise."""
    case = replace(case, due=case.due or start)
    heard = []
    while case.due is not None and case.due <= start + length:
        now = max(case.due, start)
        step = tend(case, roster, now)
        heard += [(now, line) for line in told(step)]
        assert step.case.due is None or step.case.due > now
        case = step.case
    return heard


def taken(at: datetime = MONDAY, **more: object) -> Case:
    return in_state("taken", taken_at=at, written_at=at, due=at, **more)


# --- offers ---


def test_the_best_one_is_asked_and_has_ten_minutes() -> None:
    step = tend(waiting(), THREE, MONDAY)
    assert told(step) == [f"{AMINA} offer"]
    assert step.case.state == "offered"
    assert step.case.offers == (Until(AMINA, MONDAY + RULES.offer[False]),)


def test_nothing_more_happens_while_the_offer_holds() -> None:
    case = first(waiting(), THREE)
    assert tend(case, THREE, MONDAY + minutes(9)).news == ()
    assert asked(first(case, THREE, MONDAY + minutes(9))) == [AMINA]


def test_an_offer_nobody_takes_lapses_and_the_next_is_asked() -> None:
    step = tend(first(waiting(), THREE), THREE, MONDAY + minutes(10))
    assert told(step) == [f"{AMINA} offer-over", f"{OMAR} offer"]
    assert step.case.passed == (Until(AMINA, MONDAY + minutes(10) + RULES.again[False]),)


def test_who_declines_makes_room_for_the_next_at_once() -> None:
    declined = after(first(waiting(), THREE), Declines(AMINA), at=MONDAY + minutes(1)).case
    assert told(tend(declined, THREE, MONDAY + minutes(1))) == [f"{OMAR} offer"]


def test_an_offer_ends_when_the_hours_of_the_one_who_is_asked_end() -> None:
    until_one = helper(AMINA, hours=(Window(0, 0, 12 * 60 + 5),))
    case = first(waiting(), [until_one, helper(OMAR)])
    step = tend(case, [until_one, helper(OMAR)], MONDAY + minutes(5))
    assert told(step) == [f"{AMINA} offer-over", f"{OMAR} offer"]


def test_after_everybody_let_it_pass_the_first_is_asked_again_after_four_hours() -> None:
    news = live(waiting(), TWO, MONDAY, hours(5))
    offers = [(at - MONDAY, line) for at, line in news if line.endswith(" offer")]
    assert offers == [
        (timedelta(0), f"{AMINA} offer"),
        (minutes(10), f"{OMAR} offer"),
        (minutes(10) + hours(4), f"{AMINA} offer"),
        (minutes(20) + hours(4), f"{OMAR} offer"),
    ]


def test_an_urgent_case_asks_two_at_once_and_for_three_minutes() -> None:
    step = tend(waiting(urgent=True), THREE, MONDAY)
    assert told(step) == [f"{AMINA} offer", f"{OMAR} offer"]
    assert {offer.until - MONDAY for offer in step.case.offers} == {minutes(3)}


def test_an_urgent_case_rings_on_the_third_and_then_the_first_ones_again() -> None:
    news = live(waiting(urgent=True), THREE, MONDAY, minutes(10))
    offers = [(at - MONDAY, line) for at, line in news if line.endswith(" offer")]
    assert offers == [
        (minutes(0), f"{AMINA} offer"),
        (minutes(0), f"{OMAR} offer"),
        (minutes(3), f"{ROSA} offer"),
        (minutes(9), f"{AMINA} offer"),
        (minutes(9), f"{OMAR} offer"),
    ]


def test_a_case_that_becomes_urgent_asks_a_second_one_at_once() -> None:
    case = after(first(waiting(), THREE), Writes(urgent=True), at=MONDAY + minutes(1)).case
    assert told(tend(case, THREE, MONDAY + minutes(1))) == [f"{OMAR} offer"]


def test_a_case_that_becomes_urgent_where_nobody_could_be_asked_rings_coordinators_at_once() -> None:
    stuck = first(waiting(), [])
    case = after(stuck, Writes(urgent=True), at=MONDAY + minutes(1)).case
    assert told(tend(case, [], MONDAY + minutes(1))) == ["coordinators stuck"]


def test_the_clock_looks_first_at_what_may_free_a_helper_then_at_what_is_urgent_then_at_the_oldest() -> None:
    late, early = waiting(at=MONDAY + minutes(1)), waiting()
    urgent, mine = waiting(at=MONDAY + minutes(2), urgent=True), taken(asked_at=MONDAY + minutes(3))
    assert in_turn([late, urgent, early, mine]) == [mine, urgent, early, late]


# --- nobody is here ---


def test_where_nobody_is_here_coordinators_and_the_newcomer_hear_it_at_once() -> None:
    step = tend(waiting(), [helper(AMINA, hours=(MORNING,))], MONDAY)
    assert told(step) == ["coordinators stuck", "newcomer nobody-here"]
    assert step.case.state == "waiting"
    assert (step.case.planned_at, step.case.heard_at, step.case.alerted_at) == (MONDAY, MONDAY, MONDAY)


def test_a_second_language_is_proposed_once_when_somebody_is_here_in_it() -> None:
    step = tend(waiting(), [helper(AMINA, "en")], MONDAY)
    assert told(step) == ["coordinators stuck", "newcomer nobody-here", "newcomer other-language"]
    assert step.case.asked_language
    later = [line for _, line in live(step.case, [helper(AMINA, "en")], MONDAY, timedelta(days=3))]
    assert "newcomer nobody-here" in later
    assert "newcomer other-language" not in later


def test_the_newcomer_then_hears_it_every_twenty_hours_and_coordinators_every_twelve() -> None:
    news = live(waiting(), [], MONDAY, hours(50))
    plans = [(at - MONDAY) / hours(1) for at, line in news if line == "newcomer nobody-here"]
    alerts = [(at - MONDAY) / hours(1) for at, line in news if line == "coordinators stuck"]
    assert plans == [0, 20, 40]
    assert alerts == [0, 12, 24, 36, 48]


def test_of_an_urgent_case_coordinators_hear_every_half_hour() -> None:
    news = live(waiting(urgent=True), [], MONDAY, hours(2))
    alerts = [(at - MONDAY) / minutes(1) for at, line in news if line == "coordinators stuck"]
    assert alerts == [0, 30, 60, 90, 120]


def test_who_comes_in_the_morning_is_asked_within_five_minutes() -> None:
    morning = helper(AMINA, hours=(MORNING,))
    news = live(waiting(at=NIGHT), [morning], NIGHT, hours(12))
    at = next(at for at, line in news if line == f"{AMINA} offer")
    assert denver(2026, 11, 24, 8) <= at <= denver(2026, 11, 24, 8) + LOOK_AGAIN[False]


def test_while_people_are_asked_the_newcomer_hears_after_half_an_hour_and_no_later() -> None:
    crowd = [helper(each) for each in range(1, 9)]
    news = live(waiting(), crowd, MONDAY, minutes(35))
    assert [at - MONDAY for at, line in news if line == "newcomer still-waiting"] == [RULES.hear[False]]
    urgent = live(waiting(urgent=True), crowd, MONDAY, minutes(11))
    assert [at - MONDAY for at, line in urgent if line == "newcomer still-waiting"] == [RULES.hear[True]]


@pytest.mark.parametrize("shift", range(1, 10))
def test_a_word_that_shifts_the_rhythm_makes_nobody_wait_longer(shift: int) -> None:
    """Somebody declines in between, so that the clock looks at other minutes; half an hour stays half an hour."""
    crowd = [helper(each) for each in range(1, 9)]
    declined = after(first(waiting(), crowd), Declines(1), at=MONDAY + minutes(shift)).case
    news = live(declined, crowd, MONDAY + minutes(shift), minutes(40))
    assert [at - MONDAY for at, line in news if line == "newcomer still-waiting"] == [RULES.hear[False]]


def test_while_the_only_one_has_other_offers_to_look_at_nobody_says_that_nobody_is_here() -> None:
    busy = [helper(AMINA, asked=2)]
    assert tend(waiting(), busy, MONDAY).news == ()
    news = live(waiting(), busy, MONDAY, minutes(31))
    assert news == [(MONDAY + minutes(30), "newcomer still-waiting")]
    assert told(tend(waiting(urgent=True), busy, MONDAY)) == [f"{AMINA} offer"]


# --- it ends by itself ---


def test_a_question_nobody_answers_is_forgotten_after_two_hours() -> None:
    case = in_state("asked")
    assert first(case, TWO, MONDAY + hours(1)).state == "asked"
    assert first(case, TWO, MONDAY + hours(1)).due == MONDAY + RULES.consent
    step = tend(case, TWO, MONDAY + RULES.consent)
    assert (step.case.state, step.case.ended, step.case.due, step.news) == ("closed", "expired", None, ())


def test_after_a_week_nobody_is_looked_for_any_more_and_the_newcomer_is_told() -> None:
    case = first(waiting(), TWO)
    step = tend(case, TWO, MONDAY + RULES.most)
    assert told(step) == ["newcomer expired", f"{AMINA} offer-over"]
    assert (step.case.state, step.case.ended, step.case.offers, step.case.due) == ("closed", "expired", (), None)


def test_a_case_that_was_with_a_helper_for_long_is_still_looked_after_when_it_comes_back() -> None:
    """The week counts from when somebody is looked for, not from when the newcomer first asked."""
    case = in_state("answered", written_at=MONDAY)
    later = MONDAY + timedelta(days=8)
    step = tend(after(case, Vanishes(AMINA), at=later).case, TWO, later)
    assert told(step) == [f"{OMAR} offer"]


def test_a_case_in_which_nobody_writes_for_three_days_is_closed_quietly_for_both() -> None:
    case = in_state("answered", replied_at=MONDAY)
    assert first(case, TWO, MONDAY + hours(1)).due == MONDAY + RULES.quiet
    assert tend(case, TWO, MONDAY + RULES.quiet - minutes(1)).news == ()
    step = tend(case, TWO, MONDAY + RULES.quiet)
    assert told(step) == ["newcomer closed", f"{AMINA} quiet"]
    assert (step.case.ended, step.case.due) == ("helped", None)


def test_what_is_over_is_left_alone() -> None:
    assert tend(in_state("closed"), TWO, MONDAY + timedelta(days=30)) == Step(in_state("closed"))


# --- the helper is awaited ---


def test_a_helper_who_took_it_and_says_nothing_is_reminded_and_then_loses_it() -> None:
    news = live(taken(), TWO, MONDAY, hours(2))
    assert [((at - MONDAY) / minutes(1), line) for at, line in news[:4]] == [
        (30, f"{AMINA} remind"),
        (90, f"{AMINA} lost"),
        (90, "newcomer passed-on"),
        (90, f"{OMAR} offer"),
    ]


def test_when_it_is_urgent_five_minutes_are_enough() -> None:
    news = live(taken(urgent=True), TWO, MONDAY, minutes(16))
    assert [((at - MONDAY) / minutes(1), line) for at, line in news] == [
        (5, f"{AMINA} remind"),
        (15, f"{AMINA} lost"),
        (15, "newcomer passed-on"),
        (15, f"{OMAR} offer"),
    ]


def test_who_lost_it_is_not_asked_again_and_the_others_are_at_the_same_moment() -> None:
    late = tend(replace(taken(), reminded_at=MONDAY + minutes(30)), THREE, MONDAY + minutes(90))
    assert told(late) == [f"{AMINA} lost", "newcomer passed-on", f"{OMAR} offer"]
    assert late.case.state == "offered"
    assert late.case.asked_lately(AMINA, MONDAY + hours(20))


def test_where_there_are_no_others_the_newcomer_is_told_so_at_the_same_moment() -> None:
    late = tend(replace(taken(), reminded_at=MONDAY + minutes(30)), [helper(AMINA)], MONDAY + minutes(90))
    assert told(late) == [
        f"{AMINA} lost",
        "newcomer passed-on",
        "coordinators stuck",
        "newcomer nobody-here",
    ]


def test_who_answers_in_time_hears_nothing() -> None:
    case = after(taken(), Replies(AMINA), at=MONDAY + minutes(20)).case
    assert live(case, TWO, MONDAY + minutes(20), hours(5)) == []


def test_a_word_from_the_newcomer_is_waited_for_like_the_first() -> None:
    wrote = MONDAY + hours(3)
    case = after(in_state("answered"), Writes(), at=wrote).case
    news = live(case, TWO, wrote, minutes(89))
    assert [((at - wrote) / minutes(1), line) for at, line in news] == [(30, f"{AMINA} remind")]


@pytest.mark.parametrize("shift", [7, 29, 44, 61])
def test_looking_in_between_makes_nobody_wait_longer(shift: int) -> None:
    case = first(first(taken(), TWO), TWO, MONDAY + minutes(shift))
    news = {line: at - MONDAY for at, line in live(case, TWO, MONDAY, hours(3))}
    assert news[f"{AMINA} lost"] == max(minutes(90), minutes(shift + 30) if shift > 30 else minutes(0))


def test_after_a_long_night_of_ours_a_helper_is_reminded_before_anything_is_taken_away() -> None:
    """Nobody could answer while the process was down."""
    step = tend(taken(), TWO, MONDAY + hours(6))
    assert told(step) == [f"{AMINA} remind"]
    assert live(step.case, TWO, MONDAY + hours(6), minutes(31))[0] == (MONDAY + hours(6.5), f"{AMINA} lost")


# --- the owner is not here ---


EVENING_AND_MORNING = helper(AMINA, hours=(Window(0, 18 * 60, 20 * 60), MORNING))


def test_a_newcomer_who_writes_at_night_hears_that_the_helper_is_away_and_the_helper_hears_in_the_morning() -> None:
    case = after(in_state("answered"), Writes(), at=NIGHT).case
    news = live(case, [EVENING_AND_MORNING, helper(OMAR)], NIGHT, hours(11))
    eight = denver(2026, 11, 24, 8)
    assert news[:5] == [
        (NIGHT + minutes(30), "newcomer away"),
        (eight, f"{AMINA} remind"),
        (eight + minutes(90), f"{AMINA} lost"),
        (eight + minutes(90), "newcomer passed-on"),
        (eight + minutes(90), f"{OMAR} offer"),
    ]


def test_an_urgent_case_does_not_wait_for_the_morning() -> None:
    case = after(in_state("answered"), Writes(urgent=True), at=NIGHT).case
    news = live(case, [EVENING_AND_MORNING, helper(OMAR)], NIGHT, minutes(6))
    assert news[:3] == [
        (NIGHT + minutes(5), f"{AMINA} lost"),
        (NIGHT + minutes(5), "newcomer passed-on"),
        (NIGHT + minutes(5), f"{OMAR} offer"),
    ]


@pytest.mark.parametrize("days", [1, 2, 13, 20])
def test_who_is_not_here_for_more_than_a_day_gives_it_to_others(days: int) -> None:
    away = replace(EVENING_AND_MORNING, paused_until=NIGHT + timedelta(days=days, hours=1))
    case = after(in_state("answered"), Writes(), at=NIGHT).case
    news = live(case, [away, helper(OMAR)], NIGHT, minutes(31))
    assert [line for _, line in news] == [f"{AMINA} lost", "newcomer passed-on", f"{OMAR} offer"]


def test_who_pauses_again_and_again_does_not_keep_the_newcomer_waiting() -> None:
    case = after(in_state("answered"), Writes(), at=NIGHT).case
    now, heard = NIGHT, []
    while case.state == "answered":
        now += hours(2)
        paused = replace(EVENING_AND_MORNING, paused_until=now + hours(3))
        step = tend(case, [paused], now)
        heard += told(step)
        case = step.case
    assert now - NIGHT <= RULES.away
    assert heard[:3] == ["newcomer away", f"{AMINA} lost", "newcomer passed-on"]


def test_who_pauses_for_a_moment_again_and_again_does_not_either() -> None:
    """Each time they are here again; but a day and a half after the newcomer wrote it is somebody else's turn."""
    case, now = after(in_state("answered"), Writes(), at=MONDAY + hours(1)).case, MONDAY + hours(1)
    while case.state == "answered" and now - MONDAY < timedelta(days=3):
        now += minutes(30)
        case = tend(case, [helper(AMINA, paused_until=now - minutes(1))], now).case
    assert now - MONDAY - hours(1) <= RULES.away + 4 * RULES.answer[False]


def test_who_goes_off_duty_keeps_the_case_and_has_as_much_time_as_anybody() -> None:
    off = replace(EVENING_AND_MORNING, off=True)
    case = after(in_state("answered"), Writes(), at=NIGHT).case
    news = [((at - NIGHT) / minutes(1), line) for at, line in live(case, [off], NIGHT, minutes(91))]
    assert news[:3] == [(30, f"{AMINA} remind"), (90, f"{AMINA} lost"), (90, "newcomer passed-on")]


@pytest.mark.parametrize("back", ["comes on beside the hours", "ends the pause"])
def test_who_comes_back_sooner_than_said_is_reminded_and_keeps_the_case(back: str) -> None:
    noon = denver(2026, 11, 23, 13)
    away = replace(EVENING_AND_MORNING, paused_until=noon + hours(22) if back == "ends the pause" else None)
    case = first(after(in_state("answered"), Writes(), at=noon).case, [away], noon + minutes(30))
    assert case.away_told
    again = noon + hours(7)
    here = replace(away, paused_until=None, on_until=again + hours(1))
    step = tend(case, [here], again)
    assert told(step) == [f"{AMINA} remind"]
    assert tend(step.case, [here], again + minutes(29)).news == ()
    assert told(tend(step.case, [here], again + minutes(30)))[0] == f"{AMINA} lost"


def test_a_day_off_counts_as_away() -> None:
    off = replace(EVENING_AND_MORNING, days_off=(date(2026, 11, 24),))
    case = after(in_state("answered"), Writes(), at=NIGHT).case
    assert told(tend(case, [off, helper(OMAR)], NIGHT + minutes(30)))[0] == f"{AMINA} lost"


# --- the owner vanishes ---


@pytest.mark.parametrize("roster", [[helper(OMAR)], [helper(AMINA, reached=False), helper(OMAR)]])
def test_what_belonged_to_somebody_who_is_gone_goes_on_at_the_next_look(roster: list[Helper]) -> None:
    for case in (taken(), in_state("answered")):
        step = tend(case, roster, MONDAY + minutes(5))
        assert told(step) == ["newcomer passed-on", f"{OMAR} offer"]
        assert step.case.asked_lately(AMINA, MONDAY + hours(1))


# --- twice is once ---

ROSTERS: dict[str, list[Helper]] = {
    "nobody": [],
    "some": THREE,
    "in english": [helper(ROSA, "en")],
    "in the morning": [helper(AMINA, hours=(MORNING,)), helper(OMAR, hours=(MORNING,))],
    "off": [helper(AMINA, off=True)],
    "gone": [helper(AMINA, reached=False), helper(OMAR)],
}
CASES: dict[str, Case] = {
    **{state: in_state(state) for state in ("asked", "waiting", "offered", "taken", "answered", "closed")},  # type: ignore[arg-type]
    "urgent": in_state("waiting", urgent=True),
    "urgent and taken": in_state("taken", urgent=True),
    "written to": in_state("answered", written_at=MONDAY + minutes(7)),
    "reminded": in_state("taken", reminded_at=MONDAY + minutes(30)),
}
SPANS = [0, 3, 5, 10, 30, 89, 90, 125, 600, 1500, 4320, 10080, 20000]


@pytest.mark.parametrize("roster", ROSTERS.values(), ids=ROSTERS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_tending_twice_at_one_moment_is_tending_once(case: Case, roster: list[Helper]) -> None:
    for span in SPANS:
        now = MONDAY + minutes(span)
        once = tend(case, roster, now).case
        assert tend(once, roster, now) == Step(once)


@pytest.mark.parametrize("roster", ROSTERS.values(), ids=ROSTERS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_whatever_is_open_is_due_later_and_whatever_is_over_is_not(case: Case, roster: list[Helper]) -> None:
    for span in SPANS:
        now = MONDAY + minutes(span)
        due = tend(case, roster, now).case.due
        assert due is None or due > now
        assert (due is None) == (not tend(case, roster, now).case.open)


def test_an_operator_can_change_the_times() -> None:
    quick = Rules(offer=(minutes(1), minutes(1)), consent=minutes(5))
    assert tend(waiting(), TWO, MONDAY, quick).case.offers[0].until == MONDAY + minutes(1)
    assert tend(in_state("asked"), TWO, MONDAY + minutes(5), quick).case.ended == "expired"


def test_taking_ends_the_search() -> None:
    case = after(first(waiting(), TWO), Takes(OMAR), at=MONDAY + minutes(2)).case
    news = live(case, TWO, MONDAY + minutes(2), minutes(20))
    assert news == []
