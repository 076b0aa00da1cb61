"""Trouble on command: the next calls go wrong in a chosen way.

``answer``: "429", "500", "502" refuse the call; "hang" keeps it waiting ``seconds`` and then closes; "close" closes the
connection at once; "lose" does the work and closes the connection instead of answering, so the caller cannot know.
"""

from dataclasses import dataclass, field
from typing import Literal, get_args

How = Literal["429", "500", "502", "hang", "close", "lose"]
HOWS: tuple[str, ...] = get_args(How)


@dataclass(slots=True)
class Fault:
    """One order; ``times`` counts down. Without a method it meets every call but getUpdates."""

    how: How
    method: str | None = None
    chat: int | None = None
    times: int = 1
    retry_after: int = 1
    seconds: float = 3600.0

    def meets(self, method: str, chat: int | None) -> bool:
        """Whether this call is one of those that go wrong."""
        if self.method is None:
            if method == "getUpdates":
                return False
        elif self.method.lower() != method.lower():
            return False
        return self.chat is None or self.chat == chat


@dataclass(slots=True)
class Faults:
    """The orders that are still open, oldest first."""

    open: list[Fault] = field(default_factory=list)

    def order(self, how: How, *, method: str | None = None, chat: int | None = None, times: int = 1,
              retry_after: int = 1, seconds: float = 3600.0) -> Fault:  # fmt: skip
        """Lets the next ``times`` calls go wrong (of a method, to a chat, or all)."""
        if how not in HOWS:
            raise ValueError(f"{how!r} is not a fault; there are {', '.join(HOWS)}.")
        fault = Fault(how, method, chat, times, retry_after, seconds)
        self.open.append(fault)
        return fault

    def meeting(self, method: str, chat: int | None) -> Fault | None:
        """The fault this call meets, counted down, or None."""
        for fault in self.open:
            if fault.meets(method, chat):
                fault.times -= 1
                if fault.times <= 0:
                    self.open.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """No more trouble."""
        self.open.clear()
