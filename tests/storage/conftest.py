"""Takes in the fixtures of `tests.storage.databases`; another folder's conftest may do the same."""

from tests.storage.databases import database_url, postgres_server, postgres_url, store, two_stores

__all__ = ["database_url", "postgres_server", "postgres_url", "store", "two_stores"]
