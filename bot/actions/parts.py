"""What the actions work with."""

from dataclasses import dataclass, field

from bot.content import Shelf
from bot.conversation.guide import Guide
from bot.handoff.rules import RULES, Rules
from bot.rasa import Rasa
from bot.storage.store import Store


@dataclass(slots=True)
class Links:
    """Where this program is reached. ``site`` is the address of the pages, ``telegram`` that of the bot (once known)."""

    site: str = ""
    telegram: str = ""


@dataclass(frozen=True)
class Parts:
    """``rasa`` is ``None`` where it cannot be had: lists, buttons and search go on. ``rules`` are those of the hand-off.

    ``content`` is a guide, or where the latest one is had: ask for `guide` anew in each turn.
    """

    store: Store
    content: Guide | Shelf
    rasa: Rasa | None = None
    rules: Rules = RULES
    links: Links = field(default_factory=Links)

    @property
    def guide(self) -> Guide:
        """The content as it is now."""
        return self.content.guide if isinstance(self.content, Shelf) else self.content
