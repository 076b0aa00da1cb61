"""The first tables: newcomers, inbox, outbox, lines, chats, pace, meta. See `bot.storage.tables` for what they mean."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From nothing."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "newcomers",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("created_at", time, nullable=False),
        sa.Column("seen_at", time, nullable=False),
        sa.Column("gone_at", time),
        sa.Column("forgotten_at", time),
        sa.PrimaryKeyConstraint("id", name="pk_newcomers"),
        sa.UniqueConstraint("channel", "address_hash", name="uq_newcomers_channel_address_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_newcomers_forgotten_at", "newcomers", ["forgotten_at"])

    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("lane_hash", sa.LargeBinary(32)),
        sa.Column("envelope", sa.Text),
        sa.Column("payload", sa.Text),
        sa.Column("received_at", time, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease_until", time),
        sa.Column("done_at", time),
        sa.Column("error", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("key_hash", name="uq_inbox_key_hash"),
        sqlite_autoincrement=True,
    )
    to_do = sa.text("done_at IS NULL")
    op.create_index("ix_inbox_to_do", "inbox", ["channel", "id"], sqlite_where=to_do, postgresql_where=to_do)
    op.create_index("ix_inbox_lane", "inbox", ["lane_hash", "id"], sqlite_where=to_do, postgresql_where=to_do)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("newcomer_id", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("rank", sa.SmallInteger, nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("created_at", time, nullable=False),
        sa.Column("due", time, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease_until", time),
        sa.Column("ended_at", time),
        sa.Column("error", sa.String(64)),
        sa.Column("message_ref", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(
            ["newcomer_id"], ["newcomers.id"], name="fk_outbox_newcomer_id_newcomers", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    waiting = sa.text("status = 'waiting'")
    op.create_index("ix_outbox_chat", "outbox", ["newcomer_id", "status", "rank", "id"])
    op.create_index(
        "ix_outbox_waiting", "outbox", ["channel", "rank", "id"], sqlite_where=waiting, postgresql_where=waiting
    )

    op.create_table(
        "lines",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("newcomer_id", sa.Integer, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lines"),
        sa.ForeignKeyConstraint(
            ["newcomer_id"], ["newcomers.id"], name="fk_lines_newcomer_id_newcomers", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lines_newcomer_id_id", "lines", ["newcomer_id", "id"])

    op.create_table(
        "chats",
        sa.Column("newcomer_id", sa.Integer, autoincrement=False),
        sa.Column("send_after", time, nullable=False),
        sa.PrimaryKeyConstraint("newcomer_id", name="pk_chats"),
    )
    op.create_table(
        "pace",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("tokens", sa.Float, nullable=False),
        sa.Column("stamped_at", time, nullable=False),
        sa.Column("paused_until", time),
        sa.PrimaryKeyConstraint("channel", name="pk_pace"),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )


def downgrade() -> None:
    """Back to nothing."""
    for table in ("meta", "pace", "chats", "lines", "outbox", "inbox", "newcomers"):
        op.drop_table(table)
