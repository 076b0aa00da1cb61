"""Posters that were printed, and how often they are followed. `Work.posters` is the way in.

Of a scan nothing is kept but a number for the poster and the day: no person, no time of day.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, Integer, Row, bindparam, case, func, literal, select

from bot.storage.database import INSERT
from bot.storage.pen import Pen
from bot.storage.tables import posters, scans

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of a code: none that is taken for another (i, l, o, 0, 1), since people type codes as well."""
CODE_LENGTH = 7
ATTEMPTS = 5
"""To find a code that no other poster has: there are 27,000 million of them."""

_ADD = {name: insert(posters).on_conflict_do_nothing() for name, insert in INSERT.items()}
_SCANNED = {
    name: (new := insert(scans))
    .from_select(
        ["poster_id", "day", "count"],
        select(posters.c.id, bindparam("on", type_=Date), literal(1, Integer)).where(posters.c.code == bindparam("of")),
    )
    .on_conflict_do_update(index_elements=[scans.c.poster_id, scans.c.day], set_={"count": scans.c.count + 1})
    for name, insert in INSERT.items()
}
_lately = func.sum(case((scans.c.day >= bindparam("since", type_=Date), scans.c.count), else_=0))
_COUNTED = (
    select(
        posters,
        func.coalesce(_lately, 0).label("lately"),
        func.coalesce(func.sum(scans.c.count), 0).label("total"),
    )
    .outerjoin(scans, scans.c.poster_id == posters.c.id)
    .group_by(posters.c.id)
    .order_by(posters.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class Poster:
    """A poster: what it opens, in which language, where it hangs, and the code by which it is counted."""

    code: str
    article: str
    language: str
    place: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How often a poster was followed: ``lately`` since the day that was asked for, and in all."""

    poster: Poster
    lately: int
    total: int


class Posters(Pen):
    """An open turn's hands at posters."""

    async def add(self, article: str, language: str, place: str, now: datetime) -> Poster:
        """The poster of *article* in *language* for *place*: the one that was made before, or a new one."""
        known = {"article": article, "language": language, "place": place}

        def step(connection: Connection) -> Row[Any]:
            ours = select(posters).filter_by(**known)
            for _ in range(ATTEMPTS):
                row = connection.execute(ours).first()
                if row:
                    return row
                # Does nothing when another process has just made it, or when the code is another poster's.
                connection.execute(_ADD[connection.dialect.name], {**known, "code": new_code(), "made_at": now})
            return connection.execute(ours).one()

        return _poster(await self._transaction.run(step))

    async def find(self, code: str) -> Poster | None:
        """The poster with *code*; ``None`` when there is none."""
        row = await self._first(select(posters).where(posters.c.code == code))
        return _poster(row) if row else None

    async def counted(self, since: date) -> tuple[Counted, ...]:
        """All posters, the newest first, with how often each was followed since that day and in all."""
        rows = await self._all(_COUNTED, {"since": since})
        return tuple(Counted(_poster(row), int(row.lately), int(row.total)) for row in rows)

    def scanned(self, code: str, day: date) -> None:
        """Somebody followed the poster with *code* on *day*. Nothing is kept of a code that no poster has."""

        def step(connection: Connection) -> None:
            connection.execute(_SCANNED[connection.dialect.name], {"of": code, "on": day})

        self._steps.append(step)


def new_code() -> str:
    """A code that nobody can guess from another one."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def _poster(row: Row[Any]) -> Poster:
    return Poster(row.code, row.article, row.language, row.place)
