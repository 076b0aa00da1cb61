"""When a helper is here: weekly hours in their own zone, days off, pauses, and the two nights when the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.handoff.helper import COUNTED, DAY, Helper, Window
from tests.handoff.people import ALWAYS, MONDAY, denver, helper, hours, minutes

EVENING = Window(0, 18 * 60, 20 * 60)
"""Mondays from six to eight in the evening."""
SPRING = date(2027, 3, 14)
"""In Denver two o'clock becomes three."""
AUTUMN = date(2026, 11, 1)
"""In Denver two o'clock becomes one."""


def evenings(**more: object) -> Helper:
    return helper(1, hours=(EVENING,), **more)


# --- weekly hours ---


@pytest.mark.parametrize(
    ("at", "here"),
    [
        (denver(2026, 11, 23, 17, 59), False),
        (denver(2026, 11, 23, 18, 0), True),
        (denver(2026, 11, 23, 19, 59), True),
        (denver(2026, 11, 23, 20, 0), False),
        (denver(2026, 11, 24, 19, 0), False),
        (denver(2026, 11, 30, 19, 0), True),
    ],
)
def test_hours_are_meant_in_the_zone_of_the_helper_and_end_before_their_end(at: datetime, here: bool) -> None:
    assert evenings().on_duty(at) is here


def test_the_day_is_the_day_of_the_helper() -> None:
    """Monday evening in Aurora is Tuesday in Greenwich."""
    at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    assert evenings().on_duty(at)
    assert not evenings(zone="UTC").on_duty(at)
    assert helper(1, hours=(Window(1, 2 * 60, 3 * 60),), zone="UTC").on_duty(at)


def test_hours_until_midnight_and_from_midnight_leave_no_gap() -> None:
    night = helper(1, hours=(Window(0, 22 * 60, DAY), Window(1, 0, 60)))
    start = denver(2026, 11, 23, 22)
    assert all(night.on_duty(start + minutes(each)) for each in range(180))
    assert not night.on_duty(start + minutes(180))


@pytest.mark.parametrize(("day", "start", "end"), [(7, 0, 60), (-1, 0, 60), (0, 60, 60), (0, 60, 30), (0, 0, DAY + 1)])
def test_what_are_no_hours_of_a_week_cannot_be_written(day: int, start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no hours of a week"):
        Window(day, start, end)


def test_hours_are_added_in_order_and_taken_away_by_the_same_touch() -> None:
    later = Window(3, 0, 60)
    both = helper(1, hours=()).toggled(later).toggled(EVENING)
    assert both.hours == (EVENING, later)
    assert both.toggled(later).hours == (EVENING,)


# --- on and off ---


def test_who_has_not_pledged_is_never_here() -> None:
    nobody = helper(1, pledged_at=None, on_until=MONDAY + hours(1))
    assert not nobody.on_duty(MONDAY)
    assert nobody.next_on_duty(MONDAY) is None


@pytest.mark.parametrize("gone", [{"off": True}, {"reached": False}])
def test_who_is_off_or_cannot_be_reached_is_not_here_and_nobody_knows_until_when(gone: dict[str, bool]) -> None:
    assert not helper(1, on_until=MONDAY + hours(1), **gone).on_duty(MONDAY)
    assert helper(1, **gone).next_on_duty(MONDAY) is None


def test_on_until_adds_time_beside_the_hours() -> None:
    noon = denver(2026, 11, 23, 12)
    extra = evenings(on_until=noon + hours(1))
    assert extra.on_duty(noon)
    assert not extra.on_duty(noon + hours(1))
    assert extra.on_duty(denver(2026, 11, 23, 19))


def test_on_until_counts_on_a_day_off_as_well() -> None:
    noon = denver(2026, 11, 23, 12)
    assert evenings(on_until=noon + hours(1), days_off=(date(2026, 11, 23),)).on_duty(noon)


def test_a_day_off_takes_the_hours_of_that_day_in_the_zone_of_the_helper() -> None:
    away = evenings(days_off=(date(2026, 11, 23),))
    assert not away.on_duty(denver(2026, 11, 23, 19))
    assert away.on_duty(denver(2026, 11, 30, 19))
    assert away.next_on_duty(denver(2026, 11, 23, 9)) == denver(2026, 11, 30, 18)


def test_a_pause_takes_everything_away_until_it_ends() -> None:
    until = denver(2026, 11, 23, 19)
    paused = evenings(paused_until=until, on_until=until - minutes(30))
    assert not paused.on_duty(until - minutes(31))
    assert not paused.on_duty(until - minutes(1))
    assert paused.on_duty(until)


# --- when they are here next ---


def test_who_is_here_is_here_now() -> None:
    assert helper(1).next_on_duty(MONDAY) == MONDAY


def test_the_next_time_is_the_first_of_all_hours() -> None:
    twice = helper(1, hours=(Window(4, 9 * 60, 10 * 60), EVENING, Window(0, 8 * 60, 9 * 60)))
    assert twice.next_on_duty(denver(2026, 11, 23, 7)) == denver(2026, 11, 23, 8)
    assert twice.next_on_duty(denver(2026, 11, 23, 9)) == denver(2026, 11, 23, 18)
    assert twice.next_on_duty(denver(2026, 11, 23, 20)) == denver(2026, 11, 27, 9)
    assert twice.next_on_duty(denver(2026, 11, 27, 10)) == denver(2026, 11, 30, 8)


def test_a_pause_that_ends_within_the_hours_ends_the_waiting() -> None:
    until = denver(2026, 11, 23, 19)
    assert evenings(paused_until=until).next_on_duty(MONDAY) == until


def test_after_a_pause_the_time_beside_the_hours_counts() -> None:
    noon = denver(2026, 11, 23, 12)
    back = evenings(paused_until=noon + hours(1), on_until=noon + hours(2))
    assert back.next_on_duty(noon) == noon + hours(1)


def test_nobody_promises_more_than_two_weeks() -> None:
    assert helper(1, hours=()).next_on_duty(MONDAY) is None
    off = tuple(date(2026, 11, 23) + timedelta(weeks=week) for week in range(3))
    assert evenings(days_off=off).next_on_duty(MONDAY) is None


# --- the nights when the clocks change ---


def test_on_a_spring_sunday_the_evening_comes_an_hour_sooner() -> None:
    sunday = helper(1, hours=(Window(6, 18 * 60, 19 * 60),))
    before, after = denver(2027, 3, 7, 18), denver(2027, 3, 14, 18)
    assert after - before == timedelta(days=7) - hours(1)
    assert sunday.next_on_duty(before + hours(1)) == after
    assert sunday.on_duty(after)
    assert not sunday.on_duty(after - minutes(1))


def test_on_an_autumn_sunday_the_evening_comes_an_hour_later() -> None:
    sunday = helper(1, hours=(Window(6, 18 * 60, 19 * 60),))
    before, after = denver(2026, 10, 25, 18), denver(2026, 11, 1, 18)
    assert after - before == timedelta(days=7) + hours(1)
    assert sunday.next_on_duty(before + hours(1)) == after
    assert sunday.on_duty(after)


def test_hours_that_spring_skips_begin_right_after_the_skipped_hour() -> None:
    night = helper(1, hours=(Window(6, 2 * 60 + 30, 4 * 60),))
    three = datetime(2027, 3, 14, 9, 0, tzinfo=UTC)
    assert night.next_on_duty(three - hours(4)) == three
    assert night.on_duty(three)
    assert not night.on_duty(three - minutes(1))
    assert not night.on_duty(three + hours(1))


def test_hours_that_lie_wholly_in_the_skipped_hour_are_not_promised() -> None:
    gone = helper(1, hours=(Window(6, 2 * 60, 3 * 60),))
    assert gone.next_on_duty(denver(2027, 3, 14, 0)) == denver(2027, 3, 21, 2)


def test_hours_in_the_hour_that_autumn_repeats_come_twice() -> None:
    night = helper(1, hours=(Window(6, 60, 90),))
    first, second = denver(2026, 11, 1, 1), denver(2026, 11, 1, 1, fold=1)
    assert second - first == hours(1)
    assert night.next_on_duty(first - hours(3)) == first
    assert night.on_duty(first)
    assert not night.on_duty(first + minutes(45))
    assert night.next_on_duty(first + minutes(45)) == second
    assert night.on_duty(second)


half_hours = st.integers(0, 47).flatmap(
    lambda start: st.integers(start + 1, 48).flatmap(
        lambda end: st.integers(0, 6).map(lambda day: Window(day, start * 30, end * 30))
    )
)


@given(
    st.lists(half_hours, min_size=1, max_size=3),
    st.sampled_from([SPRING, AUTUMN, date(2026, 11, 23)]),
    st.integers(-72, 72),
    st.sampled_from([None, -24, 5]),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_the_next_time_is_the_first_moment_they_are_here(
    windows: list[Window], day: date, half: int, pause: int | None, free: bool
) -> None:
    """Found by walking through two weeks in half hours. Only an autumn night's second one o'clock may be overlooked."""
    now = denver(day.year, day.month, day.day, 0) + minutes(30 * half)
    off = (day,) if free else ()
    somebody = helper(1, hours=tuple(windows), days_off=off, paused_until=now + hours(pause) if pause else None)
    walk = (now + minutes(30 * step) for step in range(48 * 13))
    first = next((at for at in walk if somebody.on_duty(at)), None)
    said = somebody.next_on_duty(now)
    assert said is None or (said >= now and somebody.on_duty(said))
    if first is not None and first != denver(2026, 11, 1, 1, fold=1):
        assert said == first


# --- load, languages ---


def test_only_what_was_taken_lately_counts() -> None:
    busy = helper(1, taken=(MONDAY - COUNTED - minutes(1), MONDAY - COUNTED, MONDAY - hours(1)))
    assert busy.load(MONDAY) == 2
    assert busy.took(MONDAY).taken == (MONDAY - COUNTED, MONDAY - hours(1), MONDAY)
    assert busy.took(MONDAY).load(MONDAY) == 3


def test_a_language_has_one_level_and_can_be_given_up() -> None:
    somebody = helper(1, "es").speaking("ar", "some")
    assert (somebody.level("es"), somebody.level("ar"), somebody.level("am")) == ("fluent", "some", None)
    assert somebody.speaking("ar", "fluent").level("ar") == "fluent"
    assert somebody.speaking("ar", None).languages == (("es", "fluent"),)


def test_always_is_always() -> None:
    assert all(helper(1, hours=ALWAYS).on_duty(MONDAY + hours(each)) for each in range(7 * 24))
