"""Makes files of what a newcomer keeps: pictures, a contact for the address book, a day for the calendar.

Blocks while it draws (some tens of milliseconds): call it in a thread.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from segno.helpers import make_vcard_data

from bot.conversation.takeaway import Entry, PhoneCard, PhrasePicture, Pin, PlacePicture, Takeaway
from bot.pictures import Line, PhraseCard, PlaceCard, Reply, draw_phrase, draw_place

__all__ = ["File", "make"]


@dataclass(frozen=True, slots=True)
class File:
    """A file with a neutral name."""

    name: str
    mime: str
    content: bytes


def make(takeaway: Takeaway) -> File | None:
    """The file of *takeaway*; ``None`` for a pin, which is no file. Raises `bot.pictures.MissingFont`."""
    match takeaway:
        case PhrasePicture():
            return File("show-this.png", "image/png", draw_phrase(_phrase(takeaway)))
        case PlacePicture():
            return File("place.png", "image/png", draw_place(_place(takeaway)))
        case PhoneCard(name, phone):
            return File("contact.vcf", "text/vcard", make_vcard_data(name, name, phone=phone).encode())
        case Entry():
            return File("day.ics", "text/calendar", _calendar(takeaway))
        case Pin():
            return None


def _calendar(entry: Entry) -> bytes:
    """One event, as in RFC 5545; its id is made of what it says, so that the same day is not entered twice."""
    event = Event()
    said = f"{entry.name}\n{entry.starts}\n{entry.address}"
    event.add("uid", f"{sha256(said.encode()).hexdigest()[:32]}@natural-helpers")
    event.add("summary", entry.name)
    event.add("dtstart", _moment(entry.starts, entry.zone))
    event.add("dtend", _moment(entry.ends, entry.zone))
    event.add("dtstamp", datetime.now(UTC))
    for name, value in (("location", entry.address), ("url", entry.url)):
        if value:
            event.add(name, value)
    calendar = Calendar()
    calendar.add("prodid", "-//Natural Helpers//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _moment(text: str, zone: str) -> date | datetime:
    """A day, or a moment in UTC, which every calendar shows in its own time without being told the zone's rules."""
    if "T" not in text:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _phrase(picture: PhrasePicture) -> PhraseCard:
    replies = tuple(Reply(own, english) for english, own in picture.replies)
    return PhraseCard(picture.own, picture.english, picture.language, picture.rtl, replies, ask=picture.ask)


def _place(picture: PlacePicture) -> PlaceCard:
    lines = tuple(Line(icon, "", value) for icon, value in picture.lines)
    return PlaceCard(picture.name, lines, picture.language, picture.rtl, picture.own, picture.english, picture.checked)
