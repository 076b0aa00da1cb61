"""How long people really waited. What is told is a range from that, or “we do not know yet”; never an invention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

ENOUGH = 5
"""So many past waits are needed before a range is told."""
STEPS = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 2880, 4320, 7200, 10080)
"""Minutes that are told: nobody needs “between 17 and 43 minutes”."""


@dataclass(frozen=True, slots=True)
class Wait:
    """At least half of those who waited lately waited between ``least`` and ``most``."""

    least: timedelta
    most: timedelta


def usual_wait(waits: Sequence[timedelta]) -> Wait | None:
    """The range to tell, rounded outwards; ``None`` when too few have waited to know."""
    if len(waits) < ENOUGH:
        return None
    lived = sorted(wait.total_seconds() / 60 for wait in waits)
    low, high = lived[len(lived) // 4], lived[-1 - len(lived) // 4]
    least = max((step for step in STEPS if step <= low), default=STEPS[0])
    most = min((step for step in STEPS if step >= max(high, least + 1)), default=STEPS[-1])
    return Wait(timedelta(minutes=least), timedelta(minutes=most))
