"""Everything the core may look up: the library of the city and the lists of dangers. Immutable, shared by all turns."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.catalogs import SOURCE
from bot.conversation.emergency import Emergencies
from bot.conversation.voice import Voice
from bot.knowledge.library import Library


@dataclass(frozen=True, repr=False)
class Guide:
    """What `bot.conversation.respond` knows beside the conversation itself."""

    library: Library
    emergencies: Emergencies

    def voice(self, language: str, now: datetime) -> Voice:
        """The voice that speaks *language* (English when it is unknown) at *now*."""
        code = language if language in self.library.languages else SOURCE
        return Voice(self.library, self.library.languages[code], self._there(now))

    def today(self, now: datetime) -> date:
        """The date in the city."""
        return self._there(now).date()

    def _there(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.library.pack.city.timezone))
