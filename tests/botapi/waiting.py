"""Waiting for the world to become what a test wants."""

import time
from collections.abc import Callable

from .world import World

PATIENCE = 5.0


class NotSeen(AssertionError):
    """What was expected did not come; the message shows the screen."""


async def until(world: World, holds: Callable[[], bool], timeout: float, complaint: Callable[[], str]) -> None:  # noqa: ASYNC109
    """Waits until something holds; looks again whenever the world changes."""
    end = time.monotonic() + timeout
    while not holds():
        left = end - time.monotonic()
        if left <= 0 or not await world.changed(left):
            if holds():
                return
            raise NotSeen(complaint())
