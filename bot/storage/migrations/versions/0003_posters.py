"""Posters and how often they are followed: posters, scans. See `bot.storage.tables`."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0002."""
    op.create_table(
        "posters",
        sa.Column("id", sa.Integer, autoincrement=True),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("article", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_posters"),
        sa.UniqueConstraint("code", name="uq_posters_code"),
        sa.UniqueConstraint("article", "language", "place", name="uq_posters_article_language_place"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "scans",
        sa.Column("poster_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("poster_id", "day", name="pk_scans"),
        sa.ForeignKeyConstraint(
            ["poster_id"], ["posters.id"], name="fk_scans_poster_id_posters", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Back to 0002."""
    for table in ("scans", "posters"):
        op.drop_table(table)
