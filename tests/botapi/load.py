"""Many people at once: for benchmarks. Measures when the bot answered each update.

An update counts as answered when the bot next posts or edits something in its chat (the ``answers_per_update``-th
time, if a turn says more than one thing). With one update of a person under way at a time (``at_once=1``) that is
exact; with more it goes first in, first out.
"""

import asyncio
import statistics
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .person import Person
from .world import Chat

if TYPE_CHECKING:
    from .server import BotApi

#: Lets a person do their next deed: exactly one update. In: who, and which turn of theirs (0, 1, …).
Deed = Callable[[Person, int], object]


@dataclass(frozen=True, slots=True)
class Report:
    """Seconds, except ``per_second`` (answered updates)."""

    wanted: int
    answered: int
    seconds: float
    per_second: float
    p50: float
    p95: float
    longest: float


@dataclass(slots=True)
class _Talker:
    person: Person
    turns: int = 0
    waiting: deque[float] = field(default_factory=deque)
    answers: int = 0


class Load:
    """``Load(api, people=50, total=20_000, deed=lambda who, turn: who.says("hello"))``, then ``start`` and ``done``.

    ``people`` says how many new ones there are, or is those who were there before.
    ``at_once`` None puts all updates into the queue before the bot sees the first one. Use ``Limits(on=False)``.
    """

    def __init__(self, api: "BotApi", *, total: int, people: int | Sequence[Person] = 50, deed: Deed | None = None,
                 at_once: int | None = 1, answers_per_update: int = 1, language: str = "en",
                 first_id: int = 5_000_000) -> None:  # fmt: skip
        self._world = api.world
        self._deed: Deed = deed or (lambda person, turn: person.says(f"hello {turn}"))
        self._total, self._at_once, self._answers_per_update = total, at_once, answers_per_update
        if isinstance(people, int):
            people = [api.user(f"Talker {number}", language=language, id=first_id + number) for number in range(people)]
        self._talkers = {person.id: _Talker(person) for person in people}
        self._left = total
        self._began = self._ended = 0.0
        self.latencies: list[float] = []
        self._finished = asyncio.Event()

    def start(self) -> None:
        """The first updates (or all of them) are there when this returns."""
        self._world.bot_posted = self._on_answer
        self._began = time.perf_counter()
        rounds = self._at_once if self._at_once is not None else -(-self._total // len(self._talkers))
        for _ in range(rounds):
            for talker in self._talkers.values():
                self._next(talker)

    async def done(self, timeout: float) -> Report:  # noqa: ASYNC109
        """Waits until all is answered, or ``timeout`` s have passed; the report tells which."""
        try:
            await asyncio.wait_for(self._finished.wait(), timeout)
        except TimeoutError:
            self._ended = time.perf_counter()
        self._world.bot_posted = lambda chat: None
        return self.report()

    def report(self) -> Report:
        """The figures so far."""
        seconds = (self._ended or time.perf_counter()) - self._began
        times = sorted(self.latencies) or [0.0]
        return Report(
            wanted=self._total,
            answered=len(self.latencies),
            seconds=seconds,
            per_second=len(self.latencies) / seconds if seconds else 0.0,
            p50=statistics.median(times),
            p95=times[min(len(times) - 1, int(len(times) * 0.95))],
            longest=times[-1],
        )

    def _next(self, talker: _Talker) -> None:
        if self._left <= 0:
            return
        self._left -= 1
        talker.waiting.append(time.perf_counter())
        talker.turns += 1
        self._deed(talker.person, talker.turns - 1)

    def _on_answer(self, chat: Chat) -> None:
        talker = self._talkers.get(chat.id)
        if talker is None or not talker.waiting:
            return
        talker.answers += 1
        if talker.answers < self._answers_per_update:
            return
        talker.answers = 0
        now = time.perf_counter()
        self.latencies.append(now - talker.waiting.popleft())
        if len(self.latencies) == self._total:
            self._ended = now
            self._finished.set()
        elif self._at_once is not None:
            self._next(talker)
