"""How fast we may speak: a shared bucket of tokens for a channel, a short burst and then a steady pace for each chat.

Pure: takes times and numbers, gives times and numbers. `outbox` keeps them in the database for all processes.
Telegram asks for at most 30 messages a second in all and about one a second in a chat, with short bursts allowed:
https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """What a channel allows. In any second at most ``per_second + burst`` messages leave, ``per_second`` on average.

    ``reserve`` tokens of the burst are kept for urgent words. ``chat_burst`` messages to one chat may follow each other
    at once, then one each ``per_chat_seconds``.
    """

    per_second: float = 26.0
    burst: float = 4.0
    reserve: float = 1.0
    per_chat_seconds: float = 1.0
    chat_burst: int = 3

    def __post_init__(self) -> None:
        if self.per_second <= 0 or self.burst < self.reserve + 1 or self.chat_burst < 1 or self.per_chat_seconds < 0:
            raise ValueError(f"nothing could ever be sent at this pace: {self}")

    def next_for_chat(self, send_after: datetime | None, now: datetime) -> datetime:
        """From when on a chat may get another message, after one at *now*; *send_after* is what this said before.

        This is the generic cell rate algorithm (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm).
        """
        step = timedelta(seconds=self.per_chat_seconds)
        slack = (self.chat_burst - 1) * step
        spent_until = now if send_after is None else max(send_after + slack, now)
        return spent_until + step - slack


@dataclass(frozen=True, slots=True)
class Bucket:
    """The tokens of a channel at one moment, and until when all of it must be silent."""

    tokens: float
    stamped_at: datetime
    paused_until: datetime | None = None

    def refilled(self, pace: Pace, now: datetime) -> "Bucket":
        """The bucket at *now*. A clock that went back adds nothing."""
        seconds = max(0.0, (now - self.stamped_at).total_seconds())
        return replace(self, tokens=min(pace.burst, self.tokens + seconds * pace.per_second), stamped_at=now)

    def allows(self, pace: Pace, *, urgent: bool) -> bool:
        """Whether one message more may leave."""
        return self.tokens >= _needed(pace, urgent)

    def spend(self) -> "Bucket":
        """One message less."""
        return replace(self, tokens=self.tokens - 1)

    def allows_at(self, pace: Pace, *, urgent: bool) -> datetime:
        """When one message more may leave."""
        missing = max(0.0, _needed(pace, urgent) - self.tokens)
        # A microsecond more, because times are cut to microseconds and the bucket would be short by less than that.
        return self.stamped_at + timedelta(seconds=missing / pace.per_second, microseconds=1)

    def paused(self, until: datetime) -> "Bucket":
        """Silent until *until*, or longer when it already was."""
        return replace(self, paused_until=max(until, self.paused_until or until))


def _needed(pace: Pace, urgent: bool) -> float:
    return 1 if urgent else 1 + pace.reserve
