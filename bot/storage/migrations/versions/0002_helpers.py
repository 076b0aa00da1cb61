"""Helpers and cases: helpers, tickets, sessions, cases, case_lines, relays, waits. See `bot.storage.tables`."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0001."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "helpers",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("person_id", sa.Integer),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("bench", sa.Text, nullable=False),
        sa.Column("login", sa.Text),
        sa.Column("created_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_helpers"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["newcomers.id"], name="fk_helpers_person_id_newcomers", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("person_id", name="uq_helpers_person_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("expires_at", time, nullable=False),
        sa.Column("used_at", time),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("token_digest", name="uq_tickets_token_digest"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("helper_id", sa.Integer, nullable=False),
        sa.Column("expires_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(
            ["helper_id"], ["helpers.id"], name="fk_sessions_helper_id_helpers", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("token_digest", name="uq_sessions_token_digest"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("newcomer_id", sa.Integer, nullable=False),
        sa.Column("helper_id", sa.Integer),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", time, nullable=False),
        sa.Column("due", time),
        sa.Column("ended_at", time),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.ForeignKeyConstraint(
            ["newcomer_id"], ["newcomers.id"], name="fk_cases_newcomer_id_newcomers", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["helper_id"], ["helpers.id"], name="fk_cases_helper_id_helpers", ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_newcomer_id_id", "cases", ["newcomer_id", "id"])
    op.create_index("ix_cases_helper_id_state", "cases", ["helper_id", "state"])
    op.create_index("ix_cases_due", "cases", ["due"])
    op.create_index("ix_cases_state", "cases", ["state"])
    op.create_table(
        "case_lines",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("who", sa.String(8), nullable=False),
        sa.Column("helper_id", sa.Integer),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_lines"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_lines_case_id_cases", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_lines_case_id_id", "case_lines", ["case_id", "id"])
    op.create_table(
        "relays",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(9), nullable=False),
        sa.Column("outbox_id", sa.Integer),
        sa.Column("line_id", sa.Integer),
        sa.Column("from_person", sa.Integer, nullable=False),
        sa.Column("from_ref", sa.String(64), nullable=False),
        sa.Column("to_person", sa.Integer, nullable=False),
        sa.Column("to_ref", sa.String(64), nullable=False),
        sa.Column("status", sa.String(9), nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.Column("at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_relays"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_relays_case_id_cases", ondelete="CASCADE"),
        sa.UniqueConstraint("outbox_id", name="uq_relays_outbox_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_relays_from_person_from_ref", "relays", ["from_person", "from_ref"])
    op.create_index("ix_relays_to_person_to_ref", "relays", ["to_person", "to_ref"])
    op.create_index("ix_relays_case_id", "relays", ["case_id"])
    untold = sa.text("told IS false AND status != 'waiting'")
    op.create_index("ix_relays_untold", "relays", ["id"], sqlite_where=untold, postgresql_where=untold)
    op.create_table(
        "waits",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_waits"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_waits_language_at", "waits", ["language", "at"])


def downgrade() -> None:
    """Back to 0001."""
    for table in ("waits", "relays", "case_lines", "cases", "sessions", "tickets", "helpers"):
        op.drop_table(table)
