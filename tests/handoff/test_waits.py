"""How long people wait is told as a range that was lived, or not at all."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handoff.waits import ENOUGH, STEPS, Wait, usual_wait
from tests.handoff.people import minutes

WEEK = timedelta(days=7)


@pytest.mark.parametrize("count", range(ENOUGH))
def test_below_five_nothing_is_said(count: int) -> None:
    assert usual_wait([minutes(10)] * count) is None


def test_five_are_enough() -> None:
    assert usual_wait([minutes(10)] * 5) == Wait(minutes(10), minutes(15))


def test_half_of_them_lie_within_what_is_told() -> None:
    assert usual_wait([minutes(each) for each in (1, 4, 7, 12, 600)]) == Wait(minutes(2), minutes(15))


def test_one_long_night_does_not_make_the_range() -> None:
    usual = [minutes(7)] * 20
    assert usual_wait([*usual, WEEK]) == usual_wait(usual)


def test_the_order_does_not_matter() -> None:
    waits = [minutes(each) for each in (90, 3, 45, 8, 20, 200)]
    assert usual_wait(waits) == usual_wait(sorted(waits)) == Wait(minutes(5), minutes(90))


@given(st.lists(st.timedeltas(timedelta(0), WEEK), min_size=ENOUGH, max_size=40))
def test_the_range_is_made_of_steps_and_is_within_what_was_lived(waits: list[timedelta]) -> None:
    wait = usual_wait(waits)
    assert wait is not None
    assert {wait.least, wait.most} <= {minutes(step) for step in STEPS}
    assert wait.least < wait.most or wait.least == WEEK
    assert wait.least <= max(minutes(1), *waits)
    assert all(step <= max(waits) for step in map(minutes, STEPS) if minutes(2) < step < wait.most)


@given(st.lists(st.timedeltas(timedelta(0), WEEK), min_size=ENOUGH, max_size=40))
def test_at_least_half_of_those_who_waited_lie_within_the_range(waits: list[timedelta]) -> None:
    wait = usual_wait(waits)
    assert wait is not None
    within = sum(wait.least <= max(each, minutes(1)) <= wait.most for each in waits)
    assert within >= len(waits) / 2
