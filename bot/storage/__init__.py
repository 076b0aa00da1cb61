"""Remembers. The only place that knows SQL; `bot.storage.store.Store` is its door."""
