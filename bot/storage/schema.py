"""Brings the tables up to date with Alembic, in the caller's transaction. `migrations/versions/` holds the steps."""

from pathlib import Path

from sqlalchemy import Connection, inspect

from bot.storage.database import open_database

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x4E48  # any number that nobody else takes: "NH"


class NewerDatabase(Exception):
    """The database was written by a newer version of this program. Start that version, or restore an older copy."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def head() -> str:
    """The newest step: revisions are numbered, and a file is called by its number, an underscore and a name."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def revision(connection: Connection) -> str | None:
    """The step that the database is at; ``None`` when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def upgrade(connection: Connection) -> None:
    """Do the missing steps. Processes that start at once do so one after another. Raises `NewerDatabase`.

    On SQLite the transaction must have begun IMMEDIATE, which is the lock.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    now, newest = revision(connection), head()
    if now is not None and now > newest:
        raise NewerDatabase
    if now != newest:
        # Alembic takes a third of a second to import, and is seldom needed.
        from alembic import command  # noqa: PLC0415
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


async def migrate(url: str) -> None:
    """Bring the database at *url* up to date, without a key: for an operator's own hand."""
    database = open_database(url)
    try:
        async with database.transaction() as transaction:
            await transaction.finish(upgrade)
    finally:
        await database.close()
