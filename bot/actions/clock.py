"""What happens because time passes."""

from datetime import datetime, timedelta

from bot.actions.newcomer import Parts

KEPT = timedelta(days=2)
"""How long what was answered, sent or shown in the web chat is kept: a day longer than Telegram may repeat an update."""
UNSEEN = timedelta(days=90)
"""After so long without a word from somebody, their conversation is forgotten."""


async def time_passes(now: datetime, parts: Parts) -> dict[str, int]:
    """Delete what is too old. How many rows, by table."""
    return await parts.store.sweep(now, KEPT, UNSEEN)
