"""What goes out: the head of each chat, one at a time, urgent words first, at the pace that is allowed.

`exchange` is the whole of it: results in, claims out, in one transaction. The row of `pace` is locked first, so that
several processes choose one after another: no chat ever has two messages in flight, and the rate is shared.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    FunctionElement,
    Row,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from bot.conversation.message import Channel, Newcomer
from bot.conversation.words import Words
from bot.storage.database import INSERT
from bot.storage.inbox import ERROR_LENGTH, Ask
from bot.storage.pace import Bucket, Pace
from bot.storage.results import Delivered, Exchange, Later, Outgoing, Pause, Refused, Result, SlowDown, Unsendable
from bot.storage.secrecy import Secrecy
from bot.storage.tables import URGENT, UtcDateTime, chats, newcomers, outbox, pace, relays, untold, waiting

MOST_REFS = 64
"""Letters that the column holds."""


class latest(FunctionElement[datetime]):  # noqa: N801  (SQL functions are written small)
    """The latest of some times, none of them NULL: ``greatest`` in PostgreSQL, ``max`` in SQLite."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(latest, "postgresql")
def _greatest(element: latest, compiler: SQLCompiler, **how: object) -> str:
    return f"greatest({compiler.process(element.clauses, **how)})"


@compiles(latest, "sqlite")
def _max(element: latest, compiler: SQLCompiler, **how: object) -> str:
    return f"max({compiler.process(element.clauses, **how)})"


# --- the shared rate ---

_OPEN_PACE = {
    name: insert(pace).on_conflict_do_nothing(index_elements=[pace.c.channel]) for name, insert in INSERT.items()
}
_LOCK_PACE = (
    select(
        pace.c.tokens,
        pace.c.stamped_at,
        pace.c.paused_until,
        select(exists().where(newcomers.c.forgotten_at.is_not(None))).scalar_subquery().label("receipts"),
    )
    .where(pace.c.channel == bindparam("of"))
    .with_for_update(of=pace)
)
_KEEP_PACE = (
    update(pace)
    .where(pace.c.channel == bindparam("of"))
    .values(tokens=bindparam("left"), stamped_at=bindparam("now"), paused_until=bindparam("until"))
)

# A newcomer who is being forgotten goes as soon as the receipt has gone; one who is just writing is left alone.
_FORGOTTEN = delete(newcomers).where(
    newcomers.c.id.in_(
        select(newcomers.c.id)
        .where(
            newcomers.c.channel == bindparam("of"),
            newcomers.c.forgotten_at.is_not(None),
            ~exists().where(outbox.c.newcomer_id == newcomers.c.id, waiting),
        )
        .with_for_update(skip_locked=True)
    )
)

# --- results ---

_ROW = and_(outbox.c.id == bindparam("row"), waiting)
_OURS = and_(_ROW, outbox.c.owner == bindparam("whose"))
_RELEASED = {"owner": null(), "lease_until": null()}
_ENDED = {**_RELEASED, "payload": null(), "ended_at": bindparam("now")}
_CHAT_OF_ROW = select(outbox.c.newcomer_id).where(outbox.c.id == bindparam("row")).scalar_subquery()

# What passed from one person to another: its sender will want to know.
_ARRIVED = (
    update(relays)
    .where(relays.c.outbox_id == bindparam("row"))
    .values(status="delivered", to_ref=bindparam("ref"))
)  # fmt: skip
_of_the_chat = select(outbox.c.id).where(outbox.c.newcomer_id == _CHAT_OF_ROW, waiting)
_CHAT_REFUSED = update(relays).where(relays.c.outbox_id.in_(_of_the_chat)).values(status="refused")
_ONE_FAILED = update(relays).where(relays.c.outbox_id == bindparam("row")).values(status=bindparam("how"))
_ANY_UNTOLD = select(exists().where(untold))

# Delivered counts from whoever it comes: late is better than twice. What releases a row counts only from its owner.
_DELIVERED = update(outbox).where(_ROW).values(status="sent", message_ref=bindparam("ref"), **_ENDED)
_UNSENDABLE = update(outbox).where(_ROW).values(status="refused", error=bindparam("why"), **_ENDED)
_LATER = (
    update(outbox)
    .where(_OURS)
    .values(due=bindparam("at"), error=bindparam("why"), tries=outbox.c.tries + 1, **_RELEASED)
)
_RELEASE = update(outbox).where(_OURS).values(**_RELEASED)
_GONE = update(newcomers).where(newcomers.c.id == _CHAT_OF_ROW).values(gone_at=bindparam("now"))
_REFUSED = (
    update(outbox)
    .where(outbox.c.newcomer_id == _CHAT_OF_ROW, waiting)
    .values(status="refused", error=bindparam("why"), **_ENDED)
)
REFUSE_CHAT = (
    update(outbox)
    .where(outbox.c.newcomer_id == bindparam("chat"), waiting)
    .values(status="refused", error=bindparam("why"), **_ENDED)
)
_UNTIL_FOR_CHAT = select(outbox.c.newcomer_id, bindparam("until", type_=UtcDateTime())).where(
    outbox.c.id == bindparam("row")
)
_SLOW_DOWN = {
    name: (slow := insert(chats).from_select(["newcomer_id", "send_after"], _UNTIL_FOR_CHAT)).on_conflict_do_update(
        index_elements=[chats.c.newcomer_id],
        set_={"send_after": latest(chats.c.send_after, slow.excluded.send_after)},
    )
    for name, insert in INSERT.items()
}

_earlier = outbox.alias("earlier")
_SAID_BEFORE = (
    select(_earlier.c.message_ref)
    .join(outbox, outbox.c.newcomer_id == _earlier.c.newcomer_id)
    .where(
        outbox.c.id == bindparam("row"), _earlier.c.message_ref.is_not(None), _earlier.c.ended_at > bindparam("since")
    )
    .order_by(_earlier.c.id)
)


def said_before(connection: Connection, row: int, since: datetime) -> list[str]:
    """The channel's numbers of what was said, since *since*, to the person whom *row* goes to."""
    found = connection.execute(_SAID_BEFORE, {"row": row, "since": since}).scalars().all()
    return [number for refs in found for number in refs.split(",")]


# --- claims ---

_other = outbox.alias("other")
_others_wait = and_(_other.c.newcomer_id == outbox.c.newcomer_id, _other.c.status == literal_column("'waiting'"))
_is_head = ~exists().where(
    _others_wait,
    or_(_other.c.rank < outbox.c.rank, and_(_other.c.rank == outbox.c.rank, _other.c.id < outbox.c.id)),
)
_in_flight = exists().where(_others_wait, _other.c.lease_until > bindparam("now"))

_READY = (
    select(
        outbox.c.id,
        outbox.c.newcomer_id,
        outbox.c.rank,
        outbox.c.payload,
        outbox.c.tries,
        outbox.c.lease_until,
        newcomers.c.address,
        chats.c.send_after,
    )
    .join(newcomers, newcomers.c.id == outbox.c.newcomer_id)
    .outerjoin(chats, chats.c.newcomer_id == outbox.c.newcomer_id)
    .where(
        outbox.c.channel == bindparam("of"),
        waiting,
        outbox.c.due <= bindparam("now"),
        or_(chats.c.send_after.is_(None), chats.c.send_after <= bindparam("now")),
        _is_head,
        ~_in_flight,
    )
    .order_by(outbox.c.rank, outbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=outbox, skip_locked=True)
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(owner=bindparam("whose"), lease_until=bindparam("until"), tries=bindparam("again"))
)
_DROP = delete(outbox).where(outbox.c.id == bindparam("row"))
_PACE_CHAT = {
    name: (new := insert(chats)).on_conflict_do_update(
        index_elements=[chats.c.newcomer_id], set_={"send_after": new.excluded.send_after}
    )
    for name, insert in INSERT.items()
}

_lease_of_chat = select(func.max(_other.c.lease_until)).where(_others_wait).correlate(outbox).scalar_subquery()
_WAKE = (
    select(
        func.min(
            latest(
                outbox.c.due,
                func.coalesce(_lease_of_chat, outbox.c.due, type_=UtcDateTime()),
                func.coalesce(chats.c.send_after, outbox.c.due, type_=UtcDateTime()),
            ),
            type_=UtcDateTime(),
        )
    )
    .select_from(outbox.outerjoin(chats, chats.c.newcomer_id == outbox.c.newcomer_id))
    .where(outbox.c.channel == bindparam("of"), waiting, _is_head)
)


def exchange(  # noqa: PLR0913, PLR0917
    connection: Connection, secrecy: Secrecy, ask: Ask, allowed: Pace, results: Sequence[Result], now: datetime
) -> Exchange:
    """Write down *results*, then claim what may be sent now: see `Exchange`."""
    channel = ask.channel
    bucket, receipts = _lock_pace(connection, channel, now, allowed)
    _mark(connection, results, ask.owner, now)
    if receipts and results:
        connection.execute(_FORGOTTEN, {"of": channel})
    was_paused_until = bucket.paused_until
    for result in results:
        if isinstance(result, Pause):
            bucket = bucket.paused(result.all_until)

    rows: list[Row[Any]] = []
    refused: bool | None = None
    silent = bucket.paused_until is not None and bucket.paused_until > now
    if not silent:
        ready = connection.execute(_READY, {"of": channel, "now": now, "limit": ask.limit}).all()
        bucket, rows, refused = _within(bucket.refilled(allowed, now), ready, allowed)
    _lease(connection, rows, ask, allowed, now)
    if rows or bucket.paused_until != was_paused_until:
        connection.execute(
            _KEEP_PACE,
            {"of": channel, "left": bucket.tokens, "now": bucket.stamped_at, "until": bucket.paused_until},
        )
    if refused is not None:
        wake_at: datetime | None = bucket.allows_at(allowed, urgent=refused)
    elif len(rows) == ask.limit:
        wake_at = now
    else:
        wake_at = connection.execute(_WAKE, {"of": channel}).scalar_one()
        if wake_at is not None and silent and bucket.paused_until is not None:
            wake_at = max(wake_at, bucket.paused_until)
    untold_now = bool(results) and bool(connection.execute(_ANY_UNTOLD).scalar())
    return Exchange([_outgoing(secrecy, channel, row) for row in rows if row.payload is not None], wake_at, untold_now)


def _lock_pace(connection: Connection, channel: Channel, now: datetime, allowed: Pace) -> tuple[Bucket, bool]:
    """The bucket as it was left, and whether someone waits to be forgotten."""
    row = connection.execute(_LOCK_PACE, {"of": channel}).first()
    if row is None:
        new = {"channel": channel, "tokens": allowed.burst, "stamped_at": now, "paused_until": None}
        connection.execute(_OPEN_PACE[connection.dialect.name], new)
        row = connection.execute(_LOCK_PACE, {"of": channel}).one()
    return Bucket(row.tokens, row.stamped_at, row.paused_until), row.receipts


def _within(bucket: Bucket, ready: Iterable[Any], allowed: Pace) -> tuple[Bucket, list[Row[Any]], bool | None]:
    """As many of *ready* as the bucket has tokens for; then whether the first one left over is urgent."""
    rows: list[Row[Any]] = []
    for row in ready:
        urgent = row.rank == URGENT
        if not bucket.allows(allowed, urgent=urgent):
            return bucket, rows, urgent
        bucket = bucket.spend()
        rows.append(row)
    return bucket, rows, None


def _lease(connection: Connection, rows: Sequence[Row[Any]], ask: Ask, allowed: Pace, now: datetime) -> None:
    """Make *rows* ours. One that was wiped while a dead process held it (its person was forgotten) is dropped."""
    kept = [row for row in rows if row.payload is not None]
    if len(kept) < len(rows):
        connection.execute(_DROP, [{"row": row.id} for row in rows if row.payload is None])
    if not kept:
        return
    ours = {"whose": ask.owner, "until": now + ask.lease}
    connection.execute(_CLAIM, [{"row": row.id, "again": _tries(row), **ours} for row in kept])
    connection.execute(
        _PACE_CHAT[connection.dialect.name],
        [{"newcomer_id": row.newcomer_id, "send_after": allowed.next_for_chat(row.send_after, now)} for row in kept],
    )


def _outgoing(secrecy: Secrecy, channel: Channel, row: Row[Any]) -> Outgoing:
    return Outgoing(
        id=row.id,
        newcomer=Newcomer(channel, secrecy.open(row.address)),
        words=Words.from_json(secrecy.open(row.payload)),
        tries=_tries(row),
    )


def _refs(delivered: Delivered) -> str:
    """All numbers of one row, the last one last; of very many the latest."""
    numbers = [*delivered.earlier, delivered.message_ref]
    while len(",".join(numbers)) > MOST_REFS:
        numbers.pop(0)
    return ",".join(numbers)


def _tries(row: Row[Any]) -> int:
    """A lease that ran out was a try as well: its process may have died of this very message."""
    return int(row.tries) + (row.lease_until is not None)


def _mark(connection: Connection, results: Sequence[Result], owner: str, now: datetime) -> None:
    """Write down what became of the rows; the same kinds together. Unknown and forgotten ids are passed over."""

    def each(statement: Executable, kind: type[Result], values: Callable[[Any], dict[str, Any]]) -> None:
        params = [{"row": result.id, **values(result)} for result in results if isinstance(result, kind)]
        if params:
            connection.execute(statement, params)

    # People before messages: the same order in which a turn locks them, so that the two never wait for each other.
    each(_GONE, Refused, lambda _: {"now": now})
    each(_DELIVERED, Delivered, lambda result: {"now": now, "ref": _refs(result)})
    each(_ARRIVED, Delivered, lambda result: {"ref": result.message_ref})
    each(_CHAT_REFUSED, Refused, lambda _: {})
    each(_ONE_FAILED, Unsendable, lambda result: {"how": result.kind})
    each(_REFUSED, Refused, lambda result: {"now": now, "why": result.reason[:ERROR_LENGTH]})
    each(_UNSENDABLE, Unsendable, lambda result: {"now": now, "why": result.reason[:ERROR_LENGTH]})
    each(
        _LATER,
        Later,
        lambda result: {"whose": owner, "at": result.retry_at, "why": result.reason[:ERROR_LENGTH]},
    )
    each(_SLOW_DOWN[connection.dialect.name], SlowDown, lambda result: {"until": result.chat_until})
    each(_RELEASE, SlowDown, lambda _: {"whose": owner})
    each(_RELEASE, Pause, lambda _: {"whose": owner})
