"""The journal: every call, and everything that was not right."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Call:
    """One call of the bot. ``at`` is Unix time, ``took`` seconds; ``answer`` is the result, or why there is none."""

    method: str
    parameters: Json
    at: float
    took: float = 0.0
    status: int = 200
    answer: Any = None
    fault: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the work was done (the answer may still have been lost on the way)."""
        return self.status == 200


@dataclass(frozen=True, slots=True)
class Violation:
    """A call that is none of this API (``call``), or an answer or update of ours that would be none (``ours``)."""

    side: str
    what: str
    at: float


@dataclass(slots=True)
class Record:
    """All of it, newest last. ``history`` keeps only that many calls (benchmarks)."""

    history: int | None = None
    calls: deque[Call] = field(init=False)
    violations: list[Violation] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.calls = deque(maxlen=self.history)

    def of(self, *methods: str) -> list[Call]:
        """The calls of some methods, in order."""
        return [call for call in self.calls if call.method in methods]

    def trouble(self) -> list[str]:
        """Violations and unsupported calls as lines."""
        lines = [f"violation ({violation.side}): {violation.what}" for violation in self.violations]
        return lines + [f"unsupported: {what}" for what in self.unsupported]

    def forget(self) -> None:
        """Starts anew."""
        self.calls.clear()
        self.violations.clear()
        self.unsupported.clear()
