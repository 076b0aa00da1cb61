"""Work that a cancellation may not cut in two: what was taken from the database must be carried to its end."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def unbroken(work: Coroutine[None, None, T]) -> T:
    """Do *work* to its end. Cancelled meanwhile, it still ends first, and then ``CancelledError`` is raised."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
