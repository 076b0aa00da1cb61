"""Helpers, cases and moments the tests of the hand-off share."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.handoff.case import Agrees, Case, Event, Refused, State, Step, Until
from bot.handoff.helper import DAY, Helper, Window
from bot.handoff.machine import advance

DENVER = ZoneInfo("America/Denver")
MONDAY = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
"""Monday noon in Aurora."""
ONE = MONDAY + timedelta(hours=1)
"""An hour later."""
ALWAYS = tuple(Window(day, 0, DAY) for day in range(7))
AMINA, OMAR, ROSA = 1, 2, 3


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def denver(year: int, month: int, day: int, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    """What the clock on a wall in Aurora shows, as a moment."""
    return datetime(year, month, day, hour, minute, fold=fold, tzinfo=DENVER).astimezone(UTC)


def helper(helper_id: int, *spoken: str, **more: Any) -> Helper:
    """A helper who is always here and speaks *spoken* fluently; ``"ar:native"`` says another level."""
    pairs = [[*word.split(":"), "fluent"][:2] for word in spoken or ("es",)]
    about: dict[str, Any] = {"pledged_at": MONDAY - timedelta(days=90), "hours": ALWAYS, "zone": "America/Denver"}
    return Helper(helper_id, languages=tuple((name, level) for name, level in pairs), **(about | more))  # type: ignore[misc]


def waiting(language: str = "es", at: datetime = MONDAY, **more: Any) -> Case:
    """A case somebody has just agreed to."""
    done = advance(Case(language, at, id=7, **more), Agrees(), at)
    assert isinstance(done, Step)
    return done.case


def in_state(state: State, **more: Any) -> Case:
    """A case of Amina's in *state*: Omar is asked in “offered”, Amina has it in “taken” and “answered” or had it."""
    case = Case("es", MONDAY, id=7, state=state)
    if state != "asked":
        times = dict.fromkeys(("agreed_at", "since", "heard_at", "written_at"), MONDAY)
        case = replace(case, **times)  # type: ignore[arg-type]
    if state == "offered":
        case = replace(case, offers=(Until(OMAR, MONDAY + minutes(10)),))
    if state in ("taken", "answered", "closed"):
        case = replace(case, helper=AMINA, taken_at=MONDAY)
    if state == "answered":
        case = replace(case, replied_at=MONDAY + minutes(5))
    if state == "closed":
        case = replace(case, ended="helped", ended_at=MONDAY + hours(1))
    return replace(case, **more)


def after(case: Case, *events: Event, at: datetime = ONE) -> Step:
    """What the last of *events* did to *case*; all of them must have been possible."""
    step = Step(case)
    for event in events:
        done = advance(step.case, event, at)
        assert isinstance(done, Step), done
        step = done
    return step


def refused(case: Case, event: Event, at: datetime = ONE) -> str:
    """Why *event* cannot be."""
    done = advance(case, event, at)
    assert isinstance(done, Refused), done
    return done.why


def told(step: Step) -> list[str]:
    """The news as “to what”, in order: ``"newcomer found"``, ``"2 offer-over"``."""
    return [f"{news.to} {news.what}" for news in step.news]


def ids(people: Iterable[Helper]) -> list[int]:
    return [person.id for person in people]


def asked(case: Case) -> list[int]:
    """Who is being asked."""
    return [offer.helper for offer in case.offers]
