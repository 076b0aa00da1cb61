"""A usual week as a picture: how many helpers of a language may be asked at each hour. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from bot.handoff.case import Case
from bot.handoff.helper import Helper

FIRST, LAST = 8, 21
"""Hours that are always shown: between them helpers can choose by buttons."""


@dataclass(frozen=True, slots=True)
class Week:
    """``rows``: an hour, and how many there are on each day, Monday first."""

    language: str
    helpers: int
    rows: tuple[tuple[int, tuple[int, ...]], ...]

    @property
    def total(self) -> int:
        """How many hours are shown."""
        return 7 * len(self.rows)

    @property
    def gaps(self) -> int:
        """Hours in which nobody is there."""
        return sum(count == 0 for _, counts in self.rows for count in counts)


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people wait in a language, and waited: in the middle, shortest and longest."""

    language: str
    now: int
    longest_since: Case | None
    middle: timedelta | None
    shortest: timedelta | None
    longest: timedelta | None


def week(language: str, roster: Iterable[Helper]) -> Week:
    """The week of *language*. Who is off duty, or was never ready, is not counted."""
    people = [h for h in roster if h.level(language) and h.pledged_at and h.reached and not h.off]
    starts = [window.start // 60 for helper in people for window in helper.hours]
    ends = [-(-window.end // 60) for helper in people for window in helper.hours]
    hours = range(min([FIRST, *starts]), max([LAST, *ends]))
    rows = tuple((hour, tuple(_there(people, day, hour) for day in range(7))) for hour in hours)
    return Week(language, len(people), rows)


def _there(people: Iterable[Helper], day: int, hour: int) -> int:
    """Whoever is there for most of the hour."""
    middle = hour * 60 + 30
    return sum(any(w.day == day and w.start <= middle < w.end for w in helper.hours) for helper in people)


def waits(language: str, open_cases: Iterable[Case], past: list[timedelta]) -> Waits:
    """Who waits now in *language*, and how long others waited."""
    waiting = [case for case in open_cases if case.looking and case.language == language]
    first = min(waiting, key=lambda case: case.since or case.asked_at, default=None)
    middle = timedelta(seconds=median(wait.total_seconds() for wait in past)) if past else None
    return Waits(language, len(waiting), first, middle, min(past, default=None), max(past, default=None))
