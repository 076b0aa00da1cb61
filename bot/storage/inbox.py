"""What has come in: kept until it is answered, each key once, each lane one after another.

Functions of a ``Connection``; `Store` and `Work` run them in their transactions.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Update, and_, bindparam, exists, null, or_, select, update

from bot.conversation.message import Channel, Newcomer
from bot.storage.database import INSERT
from bot.storage.secrecy import Secrecy
from bot.storage.tables import inbox, to_do

ERROR_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it came. ``key`` is the same when the same comes twice, and the same that `Incoming.key` will be.

    ``lane`` is the address of the newcomer it comes from (any other text when it comes from nobody): one lane is worked
    off in order, and forgetting a newcomer finds what is left of theirs by it.
    """

    key: str
    lane: str
    payload: str


@dataclass(frozen=True, slots=True)
class ReceivedClaim:
    """An update that is ours until the lease ends. ``tries``: how often it was claimed before."""

    id: int
    owner: str
    key: str
    payload: str
    tries: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Who wants something to work on: ``owner`` is the process; at most ``limit`` rows, its own for ``lease``."""

    channel: Channel
    owner: str
    limit: int
    lease: timedelta


_RECEIVE = {
    name: insert(inbox).on_conflict_do_nothing(index_elements=[inbox.c.key_hash]) for name, insert in INSERT.items()
}

# New, or waiting here for just this: done now, and its id comes back. Done before: nothing comes back. On PostgreSQL
# two transactions with one key wait for each other here.
_HEAR = {
    name: (new := insert(inbox))
    .on_conflict_do_update(
        index_elements=[inbox.c.key_hash],
        set_={"done_at": new.excluded.done_at, "payload": null(), "lease_until": null(), "owner": null()},
        where=to_do,
    )
    .returning(inbox.c.id)
    for name, insert in INSERT.items()
}

# While the key is being changed: what waits or was done under an older hash is found by the new one from now on.
_ADOPT = update(inbox).where(inbox.c.key_hash.in_(bindparam("old", expanding=True))).values(key_hash=bindparam("new"))
_ADOPT_LANE = (
    update(inbox)
    .where(inbox.c.lane_hash.in_(bindparam("old", expanding=True)), to_do)
    .values(lane_hash=bindparam("new"))
)

_earlier = inbox.alias("earlier")
_CLAIMABLE = (
    select(inbox.c.id, inbox.c.envelope, inbox.c.payload, inbox.c.tries)
    .where(
        inbox.c.channel == bindparam("channel"),
        to_do,
        or_(inbox.c.lease_until.is_(None), inbox.c.lease_until <= bindparam("now")),
        ~exists().where(
            _earlier.c.lane_hash == inbox.c.lane_hash, _earlier.c.done_at.is_(None), _earlier.c.id < inbox.c.id
        ),
    )
    .order_by(inbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(inbox)
    .where(inbox.c.id == bindparam("row"))
    .values(owner=bindparam("owner"), lease_until=bindparam("until"), tries=inbox.c.tries + 1)
)

_MINE = and_(inbox.c.id == bindparam("row"), to_do, inbox.c.owner == bindparam("whose"))


def _end(**values: object) -> Update:
    return update(inbox).where(_MINE).values(done_at=bindparam("now"), lease_until=null(), **values)


_FINISH = _end(payload=null())
_SET_ASIDE = _end(error=bindparam("error"))
_PUT_BACK = update(inbox).where(_MINE).values(lease_until=bindparam("until"))

_FORGET = (
    update(inbox)
    .where(inbox.c.lane_hash.in_(bindparam("lanes", expanding=True)), inbox.c.done_at.is_not(None))
    .values(payload=null(), envelope=null(), lane_hash=null())
)


def receive(
    connection: Connection, secrecy: Secrecy, channel: Channel, items: Sequence[Received], now: datetime
) -> None:
    """Keep what came, once each."""
    if not items:
        return
    for item in items if secrecy.changing else ():
        _adopt(connection, secrecy, channel, item.key)
        _adopt_lane(connection, secrecy, channel, item.lane)
    rows = [
        {
            **_new(secrecy, Newcomer(channel, item.lane), _lane(secrecy, channel, item.lane), item.key, now),
            "payload": secrecy.seal(item.payload),
            "done_at": None,
        }
        for item in items
    ]
    connection.execute(_RECEIVE[connection.dialect.name], rows)


def hear(  # noqa: PLR0913, PLR0917
    connection: Connection, secrecy: Secrecy, newcomer: Newcomer, who: bytes, key: str, now: datetime
) -> bool:
    """Note that *key* is being answered in this transaction; *who* is the hash of the address.

    False when it was answered before.
    """
    if secrecy.changing:
        _adopt(connection, secrecy, newcomer.channel, key)
    row = {**_new(secrecy, newcomer, who, key, now), "payload": None, "done_at": now}
    return connection.execute(_HEAR[connection.dialect.name], row).first() is not None


def claim(connection: Connection, secrecy: Secrecy, ask: Ask, now: datetime) -> list[ReceivedClaim]:
    """The head of each lane that nobody works on."""
    rows = connection.execute(_CLAIMABLE, {"channel": ask.channel, "now": now, "limit": ask.limit}).all()
    if rows:
        connection.execute(_LEASE, [{"row": row.id, "owner": ask.owner, "until": now + ask.lease} for row in rows])
    return [
        ReceivedClaim(
            row.id, ask.owner, json.loads(secrecy.open(row.envelope))[0], secrecy.open(row.payload), row.tries
        )
        for row in rows
    ]


def finish(connection: Connection, claimed: ReceivedClaim, now: datetime) -> None:
    """Done without a turn: an update that is nobody's message."""
    connection.execute(_FINISH, {"row": claimed.id, "whose": claimed.owner, "now": now})


def set_aside(connection: Connection, claimed: ReceivedClaim, error: str, now: datetime) -> None:
    """Given up: kept sealed for whoever looks into it until it is swept; the lane goes on."""
    connection.execute(
        _SET_ASIDE, {"row": claimed.id, "whose": claimed.owner, "now": now, "error": error[:ERROR_LENGTH]}
    )


def put_back(connection: Connection, claimed: ReceivedClaim, until: datetime) -> None:
    """To be tried again, not before *until*; the lane waits."""
    connection.execute(_PUT_BACK, {"row": claimed.id, "whose": claimed.owner, "until": until})


def forget(connection: Connection, lanes: Sequence[bytes]) -> None:
    """Wipe what is left of these lanes' answered updates. What waits came later and is a new conversation."""
    connection.execute(_FORGET, {"lanes": list(lanes)})


def _lane(secrecy: Secrecy, channel: Channel, lane: str) -> bytes:
    return secrecy.hash("address", channel, lane)


def _new(secrecy: Secrecy, sender: Newcomer, lane_hash: bytes, key: str, now: datetime) -> dict[str, object]:
    return {
        "channel": sender.channel,
        "key_hash": secrecy.hash("key", sender.channel, key),
        "lane_hash": lane_hash,
        "envelope": secrecy.seal(json.dumps([key, sender.address])),
        "received_at": now,
        "tries": 0,
    }


def _adopt(connection: Connection, secrecy: Secrecy, channel: Channel, key: str) -> None:
    old = secrecy.old_hashes("key", channel, key)
    connection.execute(_ADOPT, {"old": old, "new": secrecy.hash("key", channel, key)})


def _adopt_lane(connection: Connection, secrecy: Secrecy, channel: Channel, lane: str) -> None:
    old = secrecy.old_hashes("address", channel, lane)
    connection.execute(_ADOPT_LANE, {"old": old, "new": _lane(secrecy, channel, lane)})
