"""A natural helper: which languages they speak, when they are here, what they take. To and from JSON.

A helper is a volunteer with few hours, known in their community. Nothing here is ever shown to a newcomer.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

Level: TypeAlias = Literal["native", "fluent", "some"]
Gender: TypeAlias = Literal["", "woman", "man"]
Role: TypeAlias = Literal["helper", "coordinator"]

DAY = 24 * 60
MINUTE = timedelta(minutes=1)
LOOK_AHEAD = 14
"""Days that are searched for the next time somebody is here."""
COUNTED = timedelta(days=14)
"""So far back taken cases count as load."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Some hours of each week: ``day`` 0 is Monday, ``start`` and ``end`` are minutes since midnight of the helper's zone."""

    day: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.day < 7 and 0 <= self.start < self.end <= DAY):
            raise ValueError(f"no hours of a week: {self}")


@dataclass(frozen=True, slots=True)
class Helper:
    """One helper as the roster knows them. ``name`` is for coordinators alone.

    ``language`` is the one the bot speaks with them; ``languages`` those they help in, each with a level. ``hours`` are
    the weekly hours in ``zone``; ``on_until`` adds time beside them, ``off``, ``paused_until`` and ``days_off`` take away.
    ``capacity`` cases at once; ``refuses`` and ``prefers`` are groups of the menu. ``taken``: when they took their latest
    cases; ``open``: how many they have now, and ``asked``: how many they are being asked to take (both are counted by the
    storage, not remembered). ``reached``: they have not blocked us.
    """

    id: int
    role: Role = "helper"
    name: str = ""
    language: str = ""
    languages: tuple[tuple[str, Level], ...] = ()
    hours: tuple[Window, ...] = ()
    zone: str = "UTC"
    days_off: tuple[date, ...] = ()
    paused_until: datetime | None = None
    on_until: datetime | None = None
    off: bool = False
    capacity: int = 2
    refuses: tuple[str, ...] = ()
    prefers: tuple[str, ...] = ()
    gender: Gender = ""
    pledged_at: datetime | None = None
    taken: tuple[datetime, ...] = ()
    saved: tuple[tuple[str, str], ...] = ()
    open: int = 0
    asked: int = 0
    reached: bool = True

    def level(self, language: str) -> Level | None:
        """How well they speak *language*; ``None`` when they do not help in it."""
        return dict(self.languages).get(language)

    def on_duty(self, now: datetime) -> bool:
        """Whether they wish to be asked at *now*."""
        if self.pledged_at is None or self.off or not self.reached:
            return False
        if self.paused_until and now < self.paused_until:
            return False
        return bool(self.on_until and now < self.on_until) or self.in_hours(now)

    def in_hours(self, now: datetime) -> bool:
        """Whether *now* is inside the weekly hours, on no day off."""
        local = now.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        if local.date() in self.days_off:
            return False
        return any(w.day == local.weekday() and w.start <= minute < w.end for w in self.hours)

    def next_on_duty(self, now: datetime) -> datetime | None:
        """From when on they are here (*now* itself when they are); ``None``: not in the next two weeks."""
        if self.on_duty(now):
            return now
        if self.pledged_at is None or self.off or not self.reached:
            return None
        start = max(now, self.paused_until or now)
        if self.on_duty(start):
            return start
        return next(self._openings(start), None)

    def _openings(self, after: datetime) -> Iterator[datetime]:
        """On each day the first time their hours begin, no earlier than *after*."""
        zone = ZoneInfo(self.zone)
        first = after.astimezone(zone).date()
        for day in (first + timedelta(days=ahead) for ahead in range(LOOK_AHEAD + 1)):
            walls = (
                datetime.combine(day, time(*divmod(window.start, 60)), zone)
                for window in self.hours
                if window.day == day.weekday() and day not in self.days_off
            )
            opens = [at for wall in walls for at in _moments(wall) if at >= after and self.in_hours(at)]
            if opens:
                yield min(opens)

    def load(self, now: datetime) -> int:
        """How many cases they took lately."""
        return sum(now - at <= COUNTED for at in self.taken)

    def took(self, now: datetime) -> "Helper":
        """With one case more; those that no longer count are let go."""
        return replace(self, taken=(*(at for at in self.taken if now - at <= COUNTED), now))

    def toggled(self, window: Window) -> "Helper":
        """With *window* among the hours, or without it when it was."""
        rest = tuple(w for w in self.hours if w != window)
        return replace(self, hours=rest if len(rest) < len(self.hours) else tuple(sorted((*rest, window))))

    def speaking(self, language: str, level: Level | None) -> "Helper":
        """With *language* at *level*; without it for ``None``."""
        rest = tuple(pair for pair in self.languages if pair[0] != language)
        return replace(self, languages=(*rest, (language, level)) if level else rest)

    def to_json(self) -> str:
        """One line of JSON, without what is counted or known elsewhere."""
        data: dict[str, Any] = {name: getattr(self, name) for name in _REMEMBERED}
        data["hours"] = [(w.day, w.start, w.end) for w in self.hours]
        data["days_off"] = [day.isoformat() for day in self.days_off]
        data["taken"] = [at.isoformat() for at in self.taken]
        for name in _MOMENTS:
            data[name] = data[name].isoformat() if data[name] else None
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(
        cls, helper_id: int, line: str, *, open_cases: int = 0, asked: int = 0, reached: bool = True
    ) -> "Helper":
        """The inverse of `to_json`. Unknown keys are dropped, missing ones get their default."""
        data = json.loads(line)
        known = {name: data[name] for name in _REMEMBERED if name in data}
        for name in ("languages", "saved"):
            known[name] = tuple((str(a), b) for a, b in known.get(name, ()))
        known["hours"] = tuple(Window(*window) for window in known.get("hours", ()))
        known["days_off"] = tuple(date.fromisoformat(day) for day in known.get("days_off", ()))
        known["taken"] = tuple(datetime.fromisoformat(at) for at in known.get("taken", ()))
        for name in ("refuses", "prefers"):
            known[name] = tuple(known.get(name, ()))
        for name in _MOMENTS:
            known[name] = datetime.fromisoformat(known[name]) if known.get(name) else None
        return cls(helper_id, **known, open=open_cases, asked=asked, reached=reached)


def _moments(wall: datetime) -> tuple[datetime, datetime]:
    """When the clock on the wall shows *wall*: twice in autumn's extra hour; in the hour that spring skips, right after it."""
    first = wall.astimezone(UTC)
    while (first - MINUTE).astimezone(wall.tzinfo).replace(tzinfo=None) >= wall.replace(tzinfo=None):
        first -= MINUTE
    return first, wall.replace(fold=1).astimezone(UTC)


_REMEMBERED = tuple(name for name in Helper.__dataclass_fields__ if name not in ("id", "open", "asked", "reached"))
_MOMENTS = ("paused_until", "on_until", "pledged_at")
