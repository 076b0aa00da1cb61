"""What is remembered between two messages of one newcomer. It holds no name and no sentence; to and from JSON.

Everything the core may know about a person is here: if it is not in `Conversation`, it is forgotten.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

Asking: TypeAlias = Literal["", "language", "resume", "forget", "clarify", "consent", "group", "menu"]

VERSION = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where someone is in a flow. ``trail``: the steps before this one, oldest first. ``ticked``: checklist items."""

    article: str
    step: str
    trail: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    ticked: tuple[str, ...] = ()

    def answered(self, step: str, choice: str) -> "Place":
        """The same place with one answer more; an earlier answer to the same step is replaced."""
        kept = tuple(pair for pair in self.answers if pair[0] != step)
        return replace(self, answers=(*kept, (step, choice)))


@dataclass(frozen=True, slots=True)
class Conversation:
    """One newcomer's conversation.

    ``asking`` is what the last message asked beside a step's own question; ``offered`` the article ids it offered.
    ``aside`` holds flows that were left for a side question, the latest last.
    ``misses`` counts messages in a row that were not understood, ``clarified`` clarifications in a row.
    """

    language: str = ""
    place: Place | None = None
    aside: tuple[Place, ...] = ()
    asking: Asking = ""
    offered: tuple[str, ...] = ()
    misses: int = 0
    clarified: int = 0
    last_at: datetime | None = None

    def to_json(self) -> str:
        """One line of JSON."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        data["last_at"] = self.last_at.isoformat() if self.last_at else None
        data["place"] = _place_data(self.place) if self.place else None
        data["aside"] = [_place_data(place) for place in self.aside]
        return json.dumps({"v": VERSION, **data}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> "Conversation":
        """The inverse of `to_json`. Unknown keys of a newer version are dropped, missing ones get their default."""
        data: dict[str, Any] = json.loads(line)
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        known["place"] = _place(known["place"]) if known.get("place") else None
        known["aside"] = tuple(_place(place) for place in known.get("aside", ()))
        known["offered"] = tuple(known.get("offered", ()))
        known["last_at"] = datetime.fromisoformat(known["last_at"]) if known.get("last_at") else None
        return cls(**known)


def _place_data(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in place.__dataclass_fields__}


def _place(data: dict[str, Any]) -> Place:
    return Place(
        article=data["article"],
        step=data["step"],
        trail=tuple(data["trail"]),
        answers=tuple((step, choice) for step, choice in data["answers"]),
        ticked=tuple(data["ticked"]),
    )
