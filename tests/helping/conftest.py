"""The databases of `tests.storage` for the stories that need PostgreSQL."""

from tests.storage.databases import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
