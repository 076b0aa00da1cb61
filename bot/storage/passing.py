"""What is said in cases, and what passes between two people: each message once, traced from one chat to the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from bot.conversation.passing import Passed
from bot.conversation.words import Words
from bot.storage.bell import Ring
from bot.storage.pen import CHAT, READ_HERE, Chat, Pen, chat_from, notify
from bot.storage.tables import URGENT, USUAL, case_lines, lines, newcomers, outbox, relays, untold

Who: TypeAlias = Literal["newcomer", "helper", "bot", "note", "word", "missing"]
RelayKind: TypeAlias = Literal["newcomer", "helper", "packet", "question", "answer"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of a case. ``status``: whether it arrived; empty where that is not known."""

    id: int
    who: Who
    helper: int | None
    passed: Passed
    at: datetime
    held: bool = False
    status: str = ""


@dataclass(frozen=True, slots=True)
class Relay:
    """How a message passes: whose it is, from where (with the channel's number of it), and in which line it stands."""

    case: int
    kind: RelayKind
    from_person: int
    from_ref: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A message that passed, as it is found again by either side's number of it."""

    case: int
    kind: RelayKind
    from_person: int
    from_ref: str
    to_person: int
    to_ref: str


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a message: ``delivered`` or ``refused``; its sender does not know yet."""

    relay: int
    case: int
    kind: RelayKind
    from_person: int
    from_ref: str
    to_person: int
    status: str


_LINES = (
    select(case_lines, relays.c.status)
    .outerjoin(relays, and_(relays.c.line_id == case_lines.c.id, relays.c.kind.in_(("helper", "newcomer"))))
    .where(case_lines.c.case_id == bindparam("case"))
    .order_by(case_lines.c.id)
)
_UNTOLD = select(relays).where(untold).order_by(relays.c.id).limit(bindparam("limit")).with_for_update(skip_locked=True)


class Passing(Pen):
    """An open turn's hands at what is said."""

    async def note(  # noqa: PLR0913  (the last two are named)
        self,
        case_id: int,
        who: Who,
        passed: Passed,
        now: datetime,
        *,
        helper: int | None = None,
        held: bool = False,
    ) -> int:
        """Keep a line of a case; returns its number."""
        values = {
            "case_id": case_id, "who": who, "helper_id": helper, "held": held,
            "said": self._secrecy.seal(passed.to_json()), "at": now,
        }  # fmt: skip
        return await self._insert(case_lines, values)

    async def lines(self, case_id: int) -> list[Spoken]:
        """Everything said in a case and noted about it, oldest first."""
        found: dict[int, Spoken] = {}
        for row in await self._all(_LINES, {"case": case_id}):
            passed = Passed.from_json(self._secrecy.open(row.said))
            found[row.id] = Spoken(row.id, row.who, row.helper_id, passed, row.at, row.held, row.status or "")
        return list(found.values())

    def passed_on(self, line_ids: Sequence[int]) -> None:
        """These lines are no longer held: the helper has them."""
        if line_ids:
            self._later(update(case_lines).where(case_lines.c.id.in_(line_ids)).values(held=False))

    def keep_unanswered(self, case_id: int) -> None:
        """What the newcomer wrote since a helper's last word is held for the next helper."""
        answered = case_lines.alias("answered")
        last = select(func.max(answered.c.id)).where(
            answered.c.case_id == case_id, answered.c.who.in_(("helper", "bot"))
        )
        unanswered = case_lines.c.id > func.coalesce(last.scalar_subquery(), 0)
        which = and_(case_lines.c.case_id == case_id, case_lines.c.who == "newcomer", unanswered)
        self._later(update(case_lines).where(which).values(held=True))

    def say(self, chat: Chat, words: Iterable[Words], now: datetime, relay: Relay | None = None) -> None:
        """Say *words* to somebody else than the one this turn is with. *relay*: the last of them is a passed message."""
        said = list(words)
        if not said:
            return
        sealed = [self._secrecy.seal(each.to_json()) for each in said]

        def step(connection: Connection) -> None:
            if chat.channel in READ_HERE:
                # A helper's page shows these from the case itself. A copy would outlive the newcomer's “delete everything”.
                if relay is None or relay.kind not in ("newcomer", "packet"):
                    rows = [{"newcomer_id": chat.person, "own": False, "said": text, "at": now} for text in sealed]
                    connection.execute(lines.insert(), rows)
                if relay:
                    connection.execute(relays.insert(), _relay_row(relay, chat, None, now))
            else:
                number = None
                for each, text in zip(said, sealed, strict=True):
                    row = _outbox_row(chat, each, text, now)
                    number = connection.execute(outbox.insert().returning(outbox.c.id), row).scalar_one()
                if relay:
                    connection.execute(relays.insert(), _relay_row(relay, chat, number, now))
            notify(connection, Ring(chat.channel, chat.tag))

        self._steps.append(step)
        self.rings.append(Ring(chat.channel, chat.tag))

    async def passage(self, person: int, ref: str) -> Passage | None:
        """The message that *ref* is in this person's chat, whichever side said it."""
        if not ref:
            return None
        either = or_(
            and_(relays.c.from_person == person, relays.c.from_ref == ref),
            and_(relays.c.to_person == person, relays.c.to_ref == ref),
        )
        row = await self._first(select(relays).where(either).order_by(relays.c.id.desc()).limit(1))
        if row is None:
            return None
        return Passage(row.case_id, row.kind, row.from_person, row.from_ref, row.to_person, row.to_ref)

    async def reports(self, limit: int) -> list[Report]:
        """Messages of which the sender does not know yet what became of them; ours until the turn ends."""
        rows = await self._all(_UNTOLD, {"limit": limit})
        return [
            Report(row.id, row.case_id, row.kind, row.from_person, row.from_ref, row.to_person, row.status)
            for row in rows
        ]

    def told(self, reports: Sequence[Report]) -> None:
        """The senders know."""
        if reports:
            ids = [report.relay for report in reports]
            self._later(update(relays).where(relays.c.id.in_(ids)).values(told=True))

    async def chat(self, person: int) -> Chat | None:
        """A person's chat by its row."""
        return chat_from(await self._first(CHAT.where(newcomers.c.id == person)))


def _outbox_row(chat: Chat, words: Words, sealed: str, now: datetime) -> dict[str, Any]:
    return {
        "newcomer_id": chat.person,
        "channel": chat.channel,
        "rank": URGENT if words.urgent else USUAL,
        "payload": sealed,
        "status": "waiting",
        "created_at": now,
        "due": now,
        "tries": 0,
    }


def _relay_row(relay: Relay, chat: Chat, outbox_id: int | None, now: datetime) -> dict[str, Any]:
    return {
        "case_id": relay.case,
        "kind": relay.kind,
        "outbox_id": outbox_id,
        "line_id": relay.line,
        "from_person": relay.from_person,
        "from_ref": relay.from_ref,
        "to_person": chat.person,
        "to_ref": "",
        "status": "waiting" if outbox_id is not None else "delivered",
        "told": False,
        "at": now,
    }
