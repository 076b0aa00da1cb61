"""What a newcomer can keep on the phone: a picture, a pin on the map, a contact, a day for the calendar.

Finished words in one language; what is made of them (a PNG, a vCard, a calendar file) is the adapters' matter.
To and from plain data for the outbox.
"""

from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PhrasePicture:
    """A sentence to show at a counter: ``own`` in the newcomer's language above, ``english`` large below.

    ``ask`` (English) invites the person at the counter to point at one of ``replies``, each in English and in the
    newcomer's language.
    """

    english: str
    own: str
    ask: str
    replies: tuple[Pair, ...]
    language: str
    rtl: bool


@dataclass(frozen=True, slots=True)
class PlacePicture:
    """A place to find without the internet: ``lines`` with an icon each; a sentence to show there; when it was checked."""

    name: str
    lines: tuple[Pair, ...]
    english: str
    own: str
    checked: str
    language: str
    rtl: bool


@dataclass(frozen=True, slots=True)
class Pin:
    """A place on the map; degrees."""

    latitude: float
    longitude: float
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class PhoneCard:
    """A name with a number (E.164 or a short one) for the phone's address book."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A day for the calendar. ``starts`` and ``ends``: ISO 8601, local time with ``zone``, or dates alone for all day."""

    name: str
    starts: str
    ends: str
    zone: str
    address: str
    url: str


Takeaway: TypeAlias = PhrasePicture | PlacePicture | Pin | PhoneCard | Entry
_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (PhrasePicture, PlacePicture, Pin, PhoneCard, Entry)}


def to_data(takeaway: Takeaway) -> dict[str, Any]:
    """Plain data for JSON."""
    return {"kind": type(takeaway).__name__, **asdict(takeaway)}


def from_data(data: dict[str, Any]) -> Takeaway:
    """The inverse of `to_data`."""
    values = dict(data)
    kind = _KINDS[values.pop("kind")]
    for name in ("replies", "lines"):
        if name in values:
            values[name] = tuple((str(one), str(other)) for one, other in values[name])
    made: Takeaway = kind(**values)
    return made
