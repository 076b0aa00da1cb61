"""Helpers, cases and what passes between two people, inside an open turn. `Work.cases` is the way in.

Reads are done at once, and lock what they are told to; writes are done when the turn ends, in the order they were told.
Locks are taken in one order, newcomer's or helper's chat, helper, case, so that two turns never wait for each other.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, literal_column, null, or_, select, update
from sqlalchemy.types import String

from bot.conversation.desk import Desk
from bot.handoff.case import LOOKING, OWNED, Case
from bot.handoff.helper import Helper
from bot.storage.database import Transaction
from bot.storage.doors import Doors
from bot.storage.passing import Passing
from bot.storage.pen import CHAT, Chat, chat_from
from bot.storage.roster import Roster
from bot.storage.secrecy import Secrecy
from bot.storage.tables import cases, lines, newcomers, outbox, relays, waiting

RECENT = 5
RECENT_FOR = timedelta(days=1)
RATED_FOR = timedelta(days=2)
"""So long after its end a case can be rated, or the same helper wished for."""

_owned = cases.c.state.in_(sorted(OWNED))
_CASE = select(cases.c.id, cases.c.body, cases.c.newcomer_id, cases.c.helper_id)
_of_newcomer = cases.c.newcomer_id == bindparam("chat")
_LATEST = _CASE.where(_of_newcomer).order_by(cases.c.id.desc()).limit(2).with_for_update()
_RECENT = (
    select(lines.c.said)
    .where(lines.c.newcomer_id == bindparam("chat"), lines.c.own, lines.c.at > bindparam("since"))
    .order_by(lines.c.id.desc())
    .limit(RECENT)
)
_offered = cases.c.state == literal_column("'offered'", String)
_waiting_case = cases.c.state.in_(sorted(LOOKING))
_WAKE = (
    update(cases)
    .where(
        cases.c.id.in_(
            select(cases.c.id)
            .where(or_(_waiting_case, and_(_owned, cases.c.helper_id == bindparam("whose"))))
            .order_by(cases.c.id)
            .with_for_update(skip_locked=True)
        )
    )
    .values(due=bindparam("now"))
)  # fmt: skip
_KEEP = (
    update(cases)
    .where(cases.c.id == bindparam("row"))
    .values(
        state=bindparam("in_state"), urgent=bindparam("is_urgent"), helper_id=bindparam("owner"), body=bindparam("is"),
        due=bindparam("at"), ended_at=bindparam("end"),
    )
)  # fmt: skip


class Casework(Roster, Passing):
    """An open turn's hands at the hand-off: helpers, cases, and what is said in them."""

    def __init__(self, transaction: Transaction, secrecy: Secrecy, steps: list[Callable[[Connection], None]]) -> None:
        super().__init__(transaction, secrecy, steps)
        self._everybody: tuple[Helper, ...] | None = None
        self.doors = Doors(transaction, secrecy, steps)
        """Who may come in to the pages, in the same transaction."""

    async def desk_of(self, person: int, now: datetime, *, helpers: bool = True) -> Desk:
        """What the ladder knows of the hand-off for the newcomer of this chat; their open case is theirs until the end.

        *helpers*: whether there is anybody to ask. Only then the last words are read that a helper might see.
        """
        latest = [self._case(row) for row in await self._all(_LATEST, {"chat": person})]
        open_case = next((case for case in latest if case.open), None)
        last = next((c for c in latest if not c.open and c.ended_at and now - c.ended_at < RATED_FOR), None)
        recent = await self._all(_RECENT, {"chat": person, "since": now - RECENT_FOR}) if helpers else []
        own = tuple(text for row in reversed(recent) if (text := self._secrecy.open(row.said)))
        return Desk(helpers, open_case, last, own)

    async def roster(self) -> tuple[Helper, ...]:
        """All helpers as they are now, with how many cases each has and is being asked about. Read once in a turn."""
        if self._everybody is None:
            offered = await self._cases(_CASE.where(_offered))
            asked = Counter(offer.helper for case in offered for offer in case.offers)
            self._everybody = tuple(replace(each, asked=asked[each.id]) for each in await super().roster())
        return self._everybody

    async def case(self, case_id: int) -> Case | None:
        """A case, ours alone until the turn ends."""
        row = await self._first(_CASE.where(cases.c.id == case_id).with_for_update())
        return self._case(row) if row else None

    async def newcomer_of(self, case_id: int) -> Chat:
        """Where the newcomer of a case is reached."""
        chat = chat_from(
            await self._first(CHAT.join(cases, cases.c.newcomer_id == newcomers.c.id).where(cases.c.id == case_id))
        )
        if chat is None:
            raise LookupError("there is no such case")
        return chat

    async def cases_of(self, helper_id: int) -> tuple[Case, ...]:
        """A helper's open cases, oldest first."""
        return await self._cases(_CASE.where(cases.c.helper_id == helper_id, _owned))

    async def offered(self, helper_id: int) -> tuple[Case, ...]:
        """The cases this helper is being asked about."""
        found = await self._cases(_CASE.where(_offered))
        return tuple(case for case in found if case.offered_to(helper_id))

    async def all_open(self) -> tuple[Case, ...]:
        """All open cases to which somebody has agreed."""
        return await self._cases(_CASE.where(or_(_waiting_case, _owned)))

    async def due(self, now: datetime, limit: int) -> list[int]:
        """The cases that time has something to do with, in the order of `bot.handoff.tending.in_turn`; nobody holds them."""
        in_turn = (_waiting_case, cases.c.urgent.desc(), cases.c.created_at, cases.c.id)
        due = select(cases.c.id).where(cases.c.due <= now).order_by(*in_turn).limit(limit)
        return [row.id for row in await self._all(due)]

    async def due_case(self, case_id: int, now: datetime) -> Case | None:
        """One of them, ours until the turn ends; ``None`` when somebody else has it, or had it in the meantime."""
        mine = _CASE.where(cases.c.id == case_id, cases.c.due <= now).with_for_update(skip_locked=True)
        row = await self._first(mine)
        return self._case(row) if row else None

    async def add_case(self, case: Case, person: int) -> Case:
        """A new case of the newcomer of this chat, with its number."""
        values = {"newcomer_id": person, "created_at": case.asked_at, **self._values(case)}
        return replace(case, id=await self._insert(cases, values))

    def keep_case(self, case: Case) -> None:
        """Remember what changed about a case. One that nobody agreed to, and that is over, is deleted."""
        if case.ended == "declined" or (not case.open and case.agreed_at is None):
            self._later(delete(cases).where(cases.c.id == case.id))
        else:
            values = self._values(case)
            self._later(
                _KEEP,
                {
                    "row": case.id, "in_state": values["state"], "is_urgent": values["urgent"],
                    "owner": values["helper_id"], "is": values["body"], "at": values["due"], "end": values["ended_at"],
                },
            )  # fmt: skip
        self.ring(f"case {case.id}", "queue")

    def wake(self, now: datetime, helper_id: int = 0) -> None:
        """Look at all waiting cases again, and at those of this helper: somebody is here who was not, or the reverse."""
        self._later(_WAKE, {"now": now, "whose": helper_id})

    # --- inside ---

    def _case(self, row: Row[Any]) -> Case:
        # Whoever is deleted as a helper leaves the column empty, and so the case without an owner.
        case = Case.from_json(row.id, self._secrecy.open(row.body))
        return case if case.helper == row.helper_id or not case.in_charge else replace(case, helper=row.helper_id)

    async def _cases(self, query: Select[Any]) -> tuple[Case, ...]:
        return tuple(self._case(row) for row in await self._all(query.order_by(cases.c.id)))

    def _values(self, case: Case) -> dict[str, Any]:
        return {
            "helper_id": case.helper,
            "state": case.state,
            "urgent": case.urgent,
            "body": self._secrecy.seal(case.to_json()),
            "due": case.due,
            "ended_at": case.ended_at,
        }


def forget_cases(connection: Connection, person: int) -> None:
    """Delete every case of this newcomer, and what of it is still on its way to helpers."""
    theirs = select(relays.c.outbox_id).join(cases, cases.c.id == relays.c.case_id).where(cases.c.newcomer_id == person)
    on_the_way = and_(outbox.c.id.in_(theirs), outbox.c.newcomer_id != person)
    connection.execute(delete(outbox).where(on_the_way, waiting, outbox.c.lease_until.is_(None)))
    connection.execute(update(outbox).where(on_the_way).values(payload=null()))
    connection.execute(delete(cases).where(cases.c.newcomer_id == person))
