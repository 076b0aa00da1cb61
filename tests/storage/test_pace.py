"""The arithmetic of the pace, without a database."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.pace import Bucket, Pace
from tests.storage.saying import NOON, after


@given(
    st.floats(1, 100),
    st.floats(1.5, 20),
    st.lists(st.floats(0, 3), min_size=1, max_size=60),
)
def test_no_window_sees_more_than_rate_and_burst(rate: float, burst: float, waits: list[float]) -> None:
    pace = Pace(per_second=rate, burst=burst, reserve=0)
    bucket, now, sent = Bucket(burst, NOON), 0.0, list[float]()
    for wait in waits:
        now += wait
        bucket = bucket.refilled(pace, after(now))
        while bucket.allows(pace, urgent=False):
            bucket = bucket.spend()
            sent.append(now)
    for first, start in enumerate(sent):
        for last in range(first, len(sent)):
            assert last - first + 1 <= burst + rate * (sent[last] - start) + 1e-3


@given(st.floats(0.1, 100), st.floats(2, 20), st.floats(0, 20), st.booleans())
def test_allows_at_is_when_it_allows(rate: float, burst: float, tokens: float, urgent: bool) -> None:
    pace = Pace(per_second=rate, burst=burst, reserve=1)
    bucket = Bucket(min(tokens, burst), NOON)
    at = bucket.allows_at(pace, urgent=urgent)
    assert bucket.refilled(pace, at).allows(pace, urgent=urgent)
    if at - NOON > timedelta(milliseconds=1):  # below that, a tenth is less than times can tell
        early = NOON + (at - NOON) * 0.9
        assert not bucket.refilled(pace, early).allows(pace, urgent=urgent)


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    assert Bucket(0, NOON).refilled(Pace(), after(-3600)).tokens == 0


def test_a_chat_that_was_quiet_gets_its_burst_back() -> None:
    pace = Pace(per_chat_seconds=1, chat_burst=3)
    until = pace.next_for_chat(None, NOON)
    for _ in range(2):
        assert until <= NOON
        until = pace.next_for_chat(until, NOON)
    assert until == after(1)
    assert pace.next_for_chat(until, after(60)) == after(60) - timedelta(seconds=1)


@pytest.mark.parametrize("wrong", [{"per_second": 0}, {"burst": 0.5}, {"reserve": 4}, {"chat_burst": 0}])
def test_a_pace_at_which_nothing_could_be_sent_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="nothing could ever be sent"):
        Pace(**wrong)  # type: ignore[arg-type]
