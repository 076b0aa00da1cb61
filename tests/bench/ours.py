"""The program as an operator starts it, but with nobody slowing it down: ``python -m tests.bench.ours``.

Everything comes from the environment. Only Telegram's pace is lifted: the bench measures what a turn costs, not how
long a message waits for its second to pass.
"""

import asyncio

from bot import logs
from bot.app import put_together, serve
from bot.content import load
from bot.settings import read_settings
from bot.storage.pace import Pace

NO_PACE = Pace(per_second=1e9, burst=1e6, reserve=0, per_chat_seconds=0)


async def main() -> None:
    """Run until killed."""
    settings = read_settings()
    logs.configure(settings.log_level)
    async with put_together(settings, load(settings.city), NO_PACE) as app:
        await serve(app, print)


if __name__ == "__main__":
    asyncio.run(main())
