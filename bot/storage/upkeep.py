"""What is done from time to time: delete what is old, count what waits, change the key."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, Update, bindparam, delete, exists, func, or_, select, update

from bot.storage.casework import RECENT_FOR
from bot.storage.pen import READ_HERE
from bot.storage.secrecy import Secrecy, WrongKey
from bot.storage.tables import (
    case_lines,
    cases,
    chats,
    helpers,
    inbox,
    lines,
    meta,
    newcomers,
    outbox,
    pace,
    relays,
    sessions,
    tickets,
    to_do,
    waiting,
    waits,
)

BATCH = 200
KEY_CHECK = "key check"

_RELEASE_ALL = (
    update(outbox)
    .where(waiting, outbox.c.lease_until.is_not(None))
    .values(lease_until=None, owner=None, tries=outbox.c.tries + 1),
    update(inbox).where(to_do, inbox.c.lease_until.is_not(None)).values(lease_until=None, owner=None),
)
_waits = exists().where(outbox.c.newcomer_id == newcomers.c.id, waiting)
_SWEEP = {
    "inbox": delete(inbox).where(inbox.c.done_at < bindparam("older_than")),
    "outbox": delete(outbox).where(outbox.c.ended_at < bindparam("older_than")),
    "lines": delete(lines).where(lines.c.at < bindparam("older_than")),
    "chats": delete(chats).where(chats.c.send_after < bindparam("older_than")),
    # A receipt that is read here and not pushed stays to be read until it is old itself.
    "newcomers": delete(newcomers).where(
        newcomers.c.forgotten_at.is_not(None),
        or_(newcomers.c.channel.not_in(READ_HERE), newcomers.c.forgotten_at < bindparam("older_than")),
        ~_waits,
    ),
}
_helps = exists().where(helpers.c.person_id == newcomers.c.id)
_in_case = exists().where(cases.c.newcomer_id == newcomers.c.id, cases.c.ended_at.is_(None))
_UNSEEN = delete(newcomers).where(newcomers.c.seen_at < bindparam("unseen_since"), ~_waits, ~_helps, ~_in_case)
# What belongs to helpers: over since then, cases with all that was said in them.
_of_pushed = lines.c.newcomer_id.in_(select(newcomers.c.id).where(newcomers.c.channel.not_in(READ_HERE)))
_SWEEP_CASES = {
    "recent": delete(lines).where(_of_pushed, lines.c.at < bindparam("a_day_ago")),
    "cases": delete(cases).where(cases.c.ended_at < bindparam("closed_since")),
    "relays": delete(relays).where(relays.c.at < bindparam("closed_since")),
    "waits": delete(waits).where(waits.c.at < bindparam("closed_since")),
    "tickets": delete(tickets).where(tickets.c.expires_at < bindparam("now")),
    "sessions": delete(sessions).where(sessions.c.expires_at < bindparam("now")),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits. ``oldest``: since when the first of the waiting words waits."""

    outbox_waiting: int
    oldest: datetime | None
    inbox_waiting: int
    inbox_set_aside: int


_COUNTS = select(
    select(func.count()).select_from(outbox).where(waiting).scalar_subquery().label("outbox_waiting"),
    select(func.min(outbox.c.created_at)).where(waiting).scalar_subquery().label("oldest"),
    select(func.count()).select_from(inbox).where(to_do).scalar_subquery().label("inbox_waiting"),
    select(func.count()).select_from(inbox).where(inbox.c.error.is_not(None)).scalar_subquery().label("set_aside"),
)


def counts(connection: Connection) -> Counts:
    """See `Counts`."""
    row = connection.execute(_COUNTS).one()
    return Counts(row.outbox_waiting, row.oldest, row.inbox_waiting, row.set_aside)


def sweep(connection: Connection, older_than: datetime, unseen_since: datetime | None) -> dict[str, int]:
    """Delete what was over before *older_than*, and newcomers not seen since *unseen_since*. How many, by table."""
    swept = {name: connection.execute(old, {"older_than": older_than}).rowcount for name, old in _SWEEP.items()}
    if unseen_since is not None:
        swept["newcomers"] += connection.execute(_UNSEEN, {"unseen_since": unseen_since}).rowcount
    return swept


def sweep_cases(connection: Connection, closed_since: datetime, now: datetime) -> dict[str, int]:
    """Delete what was over in the hand-off before *closed_since*, and links and sessions that ended. How many, by table."""
    values = {"closed_since": closed_since, "now": now, "a_day_ago": now - RECENT_FOR}
    return {
        name: connection.execute(old, {k: v for k, v in values.items() if k in old.compile().params}).rowcount
        for name, old in _SWEEP_CASES.items()
    }


def next_due(connection: Connection) -> datetime | None:
    """When a case is due next."""
    due: datetime | None = connection.execute(select(func.min(cases.c.due))).scalar()
    return due


def check_key(connection: Connection, secrecy: Secrecy) -> None:
    """Compare the keys with those the database was written with; on the first start, note ours. Raises `WrongKey`."""
    known = select(meta.c.value).where(meta.c.name == KEY_CHECK)
    value = connection.execute(known).scalar_one_or_none()
    if value is None:
        connection.execute(meta.insert(), {"name": KEY_CHECK, "value": secrecy.seal(KEY_CHECK)})
    elif secrecy.open(value) != KEY_CHECK:
        raise WrongKey


RESEALED = (newcomers, inbox, outbox, lines, helpers, tickets, cases, case_lines)


def reseal_batch(connection: Connection, secrecy: Secrecy, table: Table, after: int) -> tuple[int, int | None]:
    """Seal and hash the rows of *table* behind id *after* under the first key, `BATCH` at most.

    Returns how many there were and the last id, ``None`` when there are no more. Raises `WrongKey`.
    """
    if table is outbox:  # delivery holds rows of many chats at once; behind its own lock neither waits for the other
        connection.execute(select(pace.c.channel).with_for_update())
    rows = connection.execute(_batch(table), {"after": after, "size": BATCH}).all()
    if rows:
        connection.execute(_reseal(table), [_resealed(secrecy, table, row) for row in rows])
    return len(rows), rows[-1].id if len(rows) == BATCH else None


def reseal_check(connection: Connection, secrecy: Secrecy) -> None:
    """The last step of a change of keys: from now on the first key alone is enough."""
    changed = {"value": secrecy.seal(KEY_CHECK)}
    connection.execute(update(meta).where(meta.c.name == KEY_CHECK), changed)


def _sealed_columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.info.get("sealed")]


def _hash_columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name.endswith("_hash")]


def _batch(table: Table) -> Select[Any]:
    columns = [table.c[name] for name in ("id", *_sealed_columns(table), *_hash_columns(table))]
    if _hash_columns(table):
        columns.append(table.c.channel)
    behind = table.c.id > bindparam("after")
    return select(*columns).where(behind).order_by(table.c.id).limit(bindparam("size")).with_for_update()


def _reseal(table: Table) -> Update:
    names = _sealed_columns(table) + _hash_columns(table)
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(table).where(table.c.id == bindparam("row")).values(new)


def _resealed(secrecy: Secrecy, table: Table, row: Row[Any]) -> dict[str, Any]:
    values = {"row": row.id}
    for name in _sealed_columns(table):
        sealed = getattr(row, name)
        values[f"new_{name}"] = sealed and secrecy.reseal(sealed)
    if table is newcomers:
        values["new_address_hash"] = secrecy.hash("address", row.channel, secrecy.open(row.address))
    elif table is inbox:
        values |= {"new_key_hash": row.key_hash, "new_lane_hash": row.lane_hash}
        if row.envelope:  # a forgotten newcomer's has none, and keeps the old hash until it is swept
            key, lane = json.loads(secrecy.open(row.envelope))
            values["new_key_hash"] = secrecy.hash("key", row.channel, key)
            values["new_lane_hash"] = secrecy.hash("address", row.channel, lane)
    return values


def release_all(connection: Connection) -> None:
    """End all leases: whoever had them is gone."""
    for release in _RELEASE_ALL:
        connection.execute(release)
