"""One turn in one transaction: hear, remember, answer. All of it is kept, or nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, literal, null, or_, select, update

from bot.conversation.desk import NO_DESK, Desk
from bot.conversation.message import Newcomer
from bot.conversation.state import Conversation
from bot.conversation.words import Words
from bot.storage import inbox as inbox_rows
from bot.storage.bell import NOTIFY_CHANNEL, Ring
from bot.storage.casework import RECENT, Casework, forget_cases
from bot.storage.database import INSERT, Transaction
from bot.storage.outbox import REFUSE_CHAT
from bot.storage.pen import READ_HERE, Chat
from bot.storage.posters import Posters
from bot.storage.secrecy import Secrecy
from bot.storage.tables import URGENT, USUAL, cases, helpers, lines, newcomers, outbox, waiting

_BY_HASH = (newcomers.c.channel == bindparam("of"), newcomers.c.address_hash == bindparam("who"))

_ANY_HELPER = exists(select(helpers.c.id).where(helpers.c.person_id.is_not(None)))
_FIND = (
    select(
        newcomers.c.id,
        newcomers.c.state,
        exists().where(helpers.c.person_id == newcomers.c.id).label("is_helper"),
        exists().where(cases.c.newcomer_id == newcomers.c.id).label("has_case"),
        _ANY_HELPER.label("helpers"),
    )
    .where(*_BY_HASH)
    .with_for_update(key_share=True, of=newcomers)  # NO KEY: rows may refer
)
_MEET = {
    name: (new := insert(newcomers))
    .on_conflict_do_update(
        index_elements=[newcomers.c.channel, newcomers.c.address_hash], set_={"seen_at": new.excluded.seen_at}
    )
    .returning(
        newcomers.c.id,
        newcomers.c.state,
        literal(value=False).label("is_helper"),
        literal(value=False).label("has_case"),
        select(_ANY_HELPER).scalar_subquery().label("helpers"),
    )
    for name, insert in INSERT.items()
}
_ADOPT = (
    update(newcomers)
    .where(newcomers.c.channel == bindparam("of"), newcomers.c.address_hash.in_(bindparam("old", expanding=True)))
    .values(address_hash=bindparam("who"))
)
_KEEP = (
    update(newcomers)
    .where(newcomers.c.id == bindparam("chat"))
    .values(state=bindparam("is"), seen_at=bindparam("now"), gone_at=bindparam("gone"), forgotten_at=bindparam("end"))
)
_KEEP_AND_RING = _KEEP.returning(func.pg_notify(NOTIFY_CHANNEL, bindparam("ring")))
_GONE = update(newcomers).where(newcomers.c.id == bindparam("chat")).values(gone_at=bindparam("at"))
_BACK = update(newcomers).where(newcomers.c.id == bindparam("chat")).values(gone_at=null(), seen_at=bindparam("now"))
_FORGET = (
    update(newcomers)
    .where(newcomers.c.id == bindparam("chat"))
    .values(state=null(), created_at=bindparam("now"), seen_at=bindparam("now"), forgotten_at=bindparam("now"))
)
_chat_of_outbox = outbox.c.newcomer_id == bindparam("chat")
_DROP_WORDS = delete(outbox).where(
    _chat_of_outbox, or_(~waiting, outbox.c.lease_until.is_(None), outbox.c.lease_until <= bindparam("now"))
)
# What is on its way at this moment stays, wiped, until it comes back: the receipt must not overtake it.
_WIPE_WORDS = update(outbox).where(_chat_of_outbox).values(payload=null(), message_ref=null())
_DROP_LINES = delete(lines).where(lines.c.newcomer_id == bindparam("chat"))
_own_lines = lines.alias("own_lines")
_latest_own = (
    select(_own_lines.c.id)
    .where(_own_lines.c.newcomer_id == bindparam("chat"))
    .order_by(_own_lines.c.id.desc())
    .limit(RECENT)
)
_DROP_OLDER_LINES = delete(lines).where(lines.c.newcomer_id == bindparam("chat"), lines.c.id.not_in(_latest_own))


class Work:
    """An open turn. Made by `Store.work`; commits at the end of its block.

    What `keep`, `forget` and the others are told is written when the block ends, in the order in which it was told, and
    in one go with the commit.
    """

    def __init__(self, transaction: Transaction, secrecy: Secrecy) -> None:
        self._transaction = transaction
        self._secrecy = secrecy
        self._steps: list[Callable[[Connection], None]] = []
        self._newcomer: Newcomer | None = None
        self._chat = 0
        self._who = b""
        self._gone_at: datetime | None = None
        self._forgotten_at: datetime | None = None
        self.rings: list[Ring] = []
        self.is_helper = False
        """Whether the chat is a helper's; known once the conversation is."""
        self._handed = self._helpers = False
        self.cases = Casework(transaction, secrecy, self._steps)
        """Helpers and cases, in the same transaction."""
        self.posters = Posters(transaction, secrecy, self._steps)
        """Posters and their scans, in the same transaction."""

    @property
    def chat(self) -> Chat:
        """The chat this turn is with."""
        newcomer, _ = self._with()
        return Chat(self._chat, newcomer.channel, self._who.hex())

    async def conversation_with(self, newcomer: Newcomer, key: str, now: datetime) -> Conversation | None:
        """What we remember of *newcomer*, theirs alone until the block ends; a fresh `Conversation` for a new one.

        ``None``: the message with this *key* was answered before; do nothing. Raises `WrongKey`.
        """
        if self._newcomer is not None:
            raise RuntimeError("one turn is with one newcomer")
        found = await self._transaction.run(lambda connection: self._meet(connection, newcomer, key, now))
        if found is None:
            return None
        self._newcomer, self._chat = newcomer, found.id
        self.is_helper, self._handed, self._helpers = found.is_helper, found.has_case, found.helpers
        return Conversation.from_json(self._secrecy.open(found.state)) if found.state else Conversation()

    async def desk(self, now: datetime) -> Desk:
        """What the ladder knows of the hand-off for this newcomer; where nobody helps, that costs nothing."""
        if not self._helpers and not self._handed:
            return NO_DESK
        return await self.cases.desk_of(self._chat, now, helpers=self._helpers)

    async def keep(self, conversation: Conversation, words: Sequence[Words], now: datetime) -> None:
        """Remember *conversation* and say *words*, in their order; who is spoken with is not gone any more."""
        newcomer, secrecy = self._with()
        gone_at, forgotten_at = self._gone_at, self._forgotten_at
        ring = Ring(newcomer.channel, self._who.hex()) if words else None
        if ring:
            self.rings.append(ring)

        def step(connection: Connection) -> None:
            known = {
                "chat": self._chat,
                "is": secrecy.seal(conversation.to_json()),
                "now": now,
                "gone": gone_at,
                "end": forgotten_at,
            }
            if ring and connection.dialect.name == "postgresql":
                connection.execute(_KEEP_AND_RING, {**known, "ring": ring.to_text()})
            else:
                connection.execute(_KEEP, known)
            if words and newcomer.channel in READ_HERE:
                said = [(False, word.to_json()) for word in words]
                _write_lines(connection, secrecy, self._chat, said, now)
            elif words:
                connection.execute(outbox.insert(), [self._row(word, newcomer, now) for word in words])

        self._steps.append(step)

    async def note_own_line(self, text: str, now: datetime) -> None:
        """Keep what the newcomer typed: all of it where a page shows both sides; else the last few, for a helper."""
        newcomer, secrecy = self._with()

        def step(connection: Connection) -> None:
            _write_lines(connection, secrecy, self._chat, [(True, text)], now)
            if newcomer.channel not in READ_HERE:
                connection.execute(_DROP_OLDER_LINES, {"chat": self._chat})

        self._steps.append(step)

    async def hide(self) -> None:
        """Keep no line of the talk: not for a page, and not to be shown to a helper."""
        self._with()

        def step(connection: Connection) -> None:
            connection.execute(_DROP_LINES, {"chat": self._chat})

        self._steps.append(step)

    async def forget(self, now: datetime) -> None:
        """Delete everything of this newcomer.

        What is kept afterwards in the same block (the receipt) still goes out; when it has, the address goes too.
        """
        newcomer, secrecy = self._with()
        self._forgotten_at = now
        lanes = [self._who, *secrecy.old_hashes("address", newcomer.channel, newcomer.address)]

        def step(connection: Connection) -> None:
            connection.execute(_FORGET, {"chat": self._chat, "now": now})
            connection.execute(_DROP_WORDS, {"chat": self._chat, "now": now})
            connection.execute(_WIPE_WORDS, {"chat": self._chat})
            connection.execute(_DROP_LINES, {"chat": self._chat})
            forget_cases(connection, self._chat)
            inbox_rows.forget(connection, lanes)

        self._steps.append(step)

    async def gone(self, now: datetime) -> None:
        """The person has blocked us: what waits for them is refused."""
        self._with()
        self._gone_at = now
        refuse = {"chat": self._chat, "now": now, "why": "gone"}

        def step(connection: Connection) -> None:
            connection.execute(_GONE, {"chat": self._chat, "at": now})
            connection.execute(REFUSE_CHAT, refuse)

        self._steps.append(step)

    async def back(self, now: datetime) -> None:
        """The person has let us in again."""
        self._with()
        self._gone_at = None

        def step(connection: Connection) -> None:
            connection.execute(_BACK, {"chat": self._chat, "now": now})

        self._steps.append(step)

    def write(self, connection: Connection) -> None:
        """Do all that was told. For `Store.work`."""
        for step in self._steps:
            step(connection)

    def _with(self) -> tuple[Newcomer, Secrecy]:
        if self._newcomer is None:
            raise RuntimeError("there is no conversation: it was not asked for, or this message was answered before")
        return self._newcomer, self._secrecy

    def _meet(self, connection: Connection, newcomer: Newcomer, key: str, now: datetime) -> Row[Any] | None:
        secrecy, channel, address = self._secrecy, newcomer.channel, newcomer.address
        who = self._who = secrecy.hash("address", channel, address)
        if not inbox_rows.hear(connection, secrecy, newcomer, who, key, now):
            return None
        if secrecy.changing:
            old = secrecy.old_hashes("address", channel, address)
            connection.execute(_ADOPT, {"of": channel, "old": old, "who": who})
        row = connection.execute(_FIND, {"of": channel, "who": who}).first()
        if row is None:
            new = {
                "channel": channel,
                "address_hash": who,
                "address": secrecy.seal(address),
                "created_at": now,
                "seen_at": now,
            }
            row = connection.execute(_MEET[connection.dialect.name], new).one()
        return row

    def _row(self, words: Words, newcomer: Newcomer, now: datetime) -> dict[str, Any]:
        return {
            "newcomer_id": self._chat,
            "channel": newcomer.channel,
            "rank": URGENT if words.urgent else USUAL,
            "payload": self._secrecy.seal(words.to_json()),
            "status": "waiting",
            "created_at": now,
            "due": now,
            "tries": 0,
        }


def _write_lines(
    connection: Connection, secrecy: Secrecy, chat: int, said: Sequence[tuple[bool, str]], now: datetime
) -> None:
    rows = [{"newcomer_id": chat, "own": own, "said": secrecy.seal(text), "at": now} for own, text in said]
    connection.execute(lines.insert(), rows)
