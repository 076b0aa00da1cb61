"""The tables. The same for SQLite and PostgreSQL; `migrations/` builds them, a test compares the two.

Three kinds of columns hold something about a person, and no other may: `sealed` (unreadable without the key), hashes
(found by, not read) and times. What is not sealed must say nothing about who or what.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times in, aware UTC times out. SQLite keeps no zone, so it is taken off and put on again here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC. Raises ``ValueError`` for a time without a zone: nobody could say what it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """An aware time in UTC."""
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def sealed(name: str, *, nullable: bool = True) -> Column[str]:
    """A column of Fernet tokens. Marked, so that a change of keys finds every one of them."""
    return Column(name, Text, nullable=nullable, info={"sealed": True})


def _id() -> Column[int]:
    """Ids are never used twice (SQLite would, after a deletion): a late result must not meet another's row."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _times(*names: str) -> list[Column[Any]]:
    return [Column(name, UtcDateTime, nullable=True) for name in names]


newcomers = Table(
    "newcomers",
    metadata,
    _id(),
    Column("channel", String(16), nullable=False),
    Column("address_hash", LargeBinary(32), nullable=False),
    sealed("address", nullable=False),
    sealed("state"),  # Conversation as JSON; NULL: a fresh one
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    *_times("gone_at", "forgotten_at"),  # gone: blocked us; forgotten: the row goes when the receipt has been sent
    UniqueConstraint("channel", "address_hash"),
    Index("ix_newcomers_forgotten_at", "forgotten_at"),
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("channel", String(16), nullable=False),
    Column("key_hash", LargeBinary(32), nullable=False, unique=True),
    Column("lane_hash", LargeBinary(32), nullable=True),
    sealed("envelope"),  # JSON [key, lane]: what the hashes are made of again when the key changes
    sealed("payload"),  # NULL as soon as it is done
    Column("received_at", UtcDateTime, nullable=False),
    Column("owner", String(64), nullable=True),
    Column("tries", Integer, nullable=False, default=0),
    *_times("lease_until", "done_at"),
    Column("error", String(64), nullable=True),  # the name of an exception class: its message may quote a person
    sqlite_autoincrement=True,
)
# The statements say the same in the same words: a partial index is used only when the database can see that it fits.
to_do = inbox.c.done_at.is_(None)
Index("ix_inbox_to_do", inbox.c.channel, inbox.c.id, sqlite_where=to_do, postgresql_where=to_do)
Index("ix_inbox_lane", inbox.c.lane_hash, inbox.c.id, sqlite_where=to_do, postgresql_where=to_do)

URGENT, USUAL = 0, 1

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("newcomer_id", Integer, ForeignKey("newcomers.id", ondelete="CASCADE"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("rank", SmallInteger, nullable=False),  # URGENT goes ahead of USUAL
    sealed("payload"),  # Words as JSON; NULL once sent, refused or forgotten
    Column("status", String(8), nullable=False),  # waiting, sent, refused
    Column("created_at", UtcDateTime, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("owner", String(64), nullable=True),
    Column("tries", Integer, nullable=False, default=0),
    *_times("lease_until", "ended_at"),
    Column("error", String(64), nullable=True),
    Column("message_ref", String(64), nullable=True),  # the other side's number of the message; never an address
    Index("ix_outbox_chat", "newcomer_id", "status", "rank", "id"),
    sqlite_autoincrement=True,
)
waiting = outbox.c.status == literal_column("'waiting'", String)
Index(
    "ix_outbox_waiting",
    outbox.c.channel,
    outbox.c.rank,
    outbox.c.id,
    sqlite_where=waiting,
    postgresql_where=waiting,
)

# What was said on a channel that is read here and not pushed: both sides, until swept, so that a page can be reloaded.
lines = Table(
    "lines",
    metadata,
    _id(),
    Column("newcomer_id", Integer, ForeignKey("newcomers.id", ondelete="CASCADE"), nullable=False),
    Column("own", Boolean, nullable=False),  # the newcomer's own words
    sealed("said", nullable=False),  # own: the text; ours: Words as JSON
    Column("at", UtcDateTime, nullable=False),
    Index("ix_lines_newcomer_id_id", "newcomer_id", "id"),
    sqlite_autoincrement=True,
)

# When a chat may be sent to again. Apart from `newcomers`, and without a foreign key, so that sending neither waits for
# a conversation that is being answered nor the other way round.
chats = Table(
    "chats",
    metadata,
    Column("newcomer_id", Integer, primary_key=True, autoincrement=False),
    Column("send_after", UtcDateTime, nullable=False),
)

# One row for each channel: the rate shared by all processes. Whoever sends locks it, so two never choose at once.
pace = Table(
    "pace",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("stamped_at", UtcDateTime, nullable=False),
    *_times("paused_until"),
)

meta = Table(
    "meta",
    metadata,
    Column("name", String(32), primary_key=True),
    sealed("value", nullable=False),
)

# --- helpers and cases ---

# A natural helper. `person_id` is the chat in which the bot speaks with them.
helpers = Table(
    "helpers",
    metadata,
    _id(),
    Column("person_id", Integer, ForeignKey("newcomers.id", ondelete="SET NULL"), nullable=True, unique=True),
    sealed("profile", nullable=False),  # Helper as JSON
    sealed("bench", nullable=False),  # Bench as JSON
    sealed("login"),  # JSON [name, password hash]; NULL: signs in by links only
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

# Invitations and links to sign in: each works once. Only a digest of the token is kept.
tickets = Table(
    "tickets",
    metadata,
    _id(),
    Column("kind", String(8), nullable=False),  # invite, sign-in; failed: counts tries (`bot.storage.doors`)
    Column("token_digest", LargeBinary(32), nullable=False, unique=True),
    sealed("about", nullable=False),  # JSON: the role, or the helper's id
    Column("expires_at", UtcDateTime, nullable=False),
    *_times("used_at"),
    sqlite_autoincrement=True,
)

# Helpers who are signed in on the pages.
sessions = Table(
    "sessions",
    metadata,
    _id(),
    Column("token_digest", LargeBinary(32), nullable=False, unique=True),
    Column("helper_id", Integer, ForeignKey("helpers.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

cases = Table(
    "cases",
    metadata,
    _id(),
    Column("newcomer_id", Integer, ForeignKey("newcomers.id", ondelete="CASCADE"), nullable=False),
    Column("helper_id", Integer, ForeignKey("helpers.id", ondelete="SET NULL"), nullable=True),
    Column("state", String(8), nullable=False),
    Column("urgent", Boolean, nullable=False),
    sealed("body", nullable=False),  # Case as JSON
    Column("created_at", UtcDateTime, nullable=False),
    *_times("due", "ended_at"),
    Index("ix_cases_newcomer_id_id", "newcomer_id", "id"),
    Index("ix_cases_helper_id_state", "helper_id", "state"),
    Index("ix_cases_due", "due"),
    Index("ix_cases_state", "state"),
    sqlite_autoincrement=True,
)

# What was said in a case, and what helpers noted about it.
case_lines = Table(
    "case_lines",
    metadata,
    _id(),
    Column("case_id", Integer, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("who", String(8), nullable=False),  # newcomer, helper, bot, note, word, missing
    Column("helper_id", Integer, nullable=True),
    Column("held", Boolean, nullable=False),  # not passed to a helper yet
    sealed("said", nullable=False),  # Passed as JSON
    Column("at", UtcDateTime, nullable=False),
    Index("ix_case_lines_case_id_id", "case_id", "id"),
    sqlite_autoincrement=True,
)

# Which message of one chat became which message of another: for replies, edits and reactions, and to know what arrived.
relays = Table(
    "relays",
    metadata,
    _id(),
    Column("case_id", Integer, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(9), nullable=False),  # newcomer, helper: who said it; packet, question, answer
    Column("outbox_id", Integer, nullable=True, unique=True),
    Column("line_id", Integer, nullable=True),
    Column("from_person", Integer, nullable=False),
    Column("from_ref", String(64), nullable=False),
    Column("to_person", Integer, nullable=False),
    Column("to_ref", String(64), nullable=False),
    Column("status", String(9), nullable=False),  # waiting, delivered, refused
    Column("told", Boolean, nullable=False),  # the sender knows
    Column("at", UtcDateTime, nullable=False),
    Index("ix_relays_from_person_from_ref", "from_person", "from_ref"),
    Index("ix_relays_to_person_to_ref", "to_person", "to_ref"),
    Index("ix_relays_case_id", "case_id"),
    sqlite_autoincrement=True,
)
untold = (relays.c.told.is_(False)) & (relays.c.status != literal_column("'waiting'", String))
Index("ix_relays_untold", relays.c.id, sqlite_where=untold, postgresql_where=untold)

# How long people waited for a helper: by language, of nobody.
waits = Table(
    "waits",
    metadata,
    _id(),
    Column("language", String(8), nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_waits_language_at", "language", "at"),
    sqlite_autoincrement=True,
)

# --- posters ---

# A poster that was printed: an article in a language, for a place. Nothing here is about a person.
posters = Table(
    "posters",
    metadata,
    _id(),
    Column("code", String(8), nullable=False, unique=True),  # stands in the link
    Column("article", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("place", String(20), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("article", "language", "place"),
    sqlite_autoincrement=True,
)

# How often a poster was followed on each of the city's days: by whom and at what time is not kept.
scans = Table(
    "scans",
    metadata,
    Column("poster_id", Integer, ForeignKey("posters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("count", Integer, nullable=False),
)
