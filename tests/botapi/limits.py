"""How fast a bot may send, by Telegram's FAQ: 30 messages a second in all, 1 in a chat, 20 a minute in a group.

In: the time and the chat. Out: 0, or the whole seconds to wait. Telegram allows short bursts in a chat and does not
publish how long; ``chat_burst`` is a cautious guess. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import math
from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """Tokens that come back with time."""

    size: float
    per_second: float
    tokens: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until there is a token; 0 when there is one now."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.per_second

    def take(self, tokens: int) -> None:
        """Spends tokens, maybe more than there are; ``wait`` has just said 0."""
        self.tokens -= tokens


@dataclass(slots=True)
class Limits:
    """What is allowed, and what was used. ``on=False`` allows everything (benchmarks)."""

    on: bool = True
    per_second: float = 30
    chat_per_second: float = 1
    chat_burst: float = 3
    group_per_minute: float = 20
    refused: int = 0
    _all: Bucket | None = None
    _chats: dict[int, Bucket] = field(default_factory=dict)

    def wait(self, chat: int, is_group: bool, now: float, messages: int = 1) -> int:
        """Counts messages to ``chat`` and returns 0, or the ``retry_after`` in seconds (nothing is counted then).

        An album goes whole or not at all: it leaves when one message might, and what follows waits for all of it.
        """
        if not self.on:
            return 0
        bucket = self._chats.get(chat)
        if bucket is None:
            bucket = self._chats[chat] = self._new(is_group, now)
        return self._take(now, messages, self._overall(now), bucket)

    def wait_overall(self, now: float) -> int:
        """The same for a call that puts no message into a chat, such as a reaction."""
        return self._take(now, 1, self._overall(now)) if self.on else 0

    def _take(self, now: float, tokens: int, *buckets: Bucket) -> int:
        seconds = max(bucket.wait(now) for bucket in buckets)
        if seconds > 0:
            self.refused += 1
            return max(1, math.ceil(seconds))
        for bucket in buckets:
            bucket.take(tokens)
        return 0

    def _overall(self, now: float) -> Bucket:
        if self._all is None:
            self._all = Bucket(self.per_second, self.per_second, self.per_second, now)
        return self._all

    def change(self, **settings: float | bool) -> None:
        """New settings (the field names above); what was used is forgotten."""
        for name, value in settings.items():
            if name not in {"on", "per_second", "chat_per_second", "chat_burst", "group_per_minute"}:
                raise ValueError(f"There is no limit called {name!r}.")
            setattr(self, name, value)
        self._all = None
        self._chats.clear()

    def _new(self, is_group: bool, now: float) -> Bucket:
        if is_group:
            return Bucket(self.group_per_minute, self.group_per_minute / 60, self.group_per_minute, now)
        return Bucket(self.chat_burst, self.chat_per_second, self.chat_burst, now)
