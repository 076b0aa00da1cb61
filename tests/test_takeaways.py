"""The files of what is kept, read again by somebody else: calendars by icalendar, contacts line by line."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar, Event

from bot import takeaways
from bot.content import load
from bot.conversation import keeping
from bot.conversation.takeaway import Entry, PhoneCard, Takeaway
from tests.conftest import NOON

GUIDE = load("example-city")


def kept(article_id: str, step_id: str, what: str, language: str = "en") -> Takeaway:
    article = GUIDE.library.pack.articles[article_id]
    made = keeping.make(GUIDE.voice(language, NOON), article, article.steps[step_id], what)
    assert made is not None
    return made


def day(takeaway: Takeaway) -> Event:
    """The one event of its file."""
    file = takeaways.make(takeaway)
    assert file is not None
    assert (file.name, file.mime) == ("day.ics", "text/calendar")
    calendar = Calendar.from_ical(file.content)
    assert calendar["version"] == "2.0"
    (event,) = calendar.walk("VEVENT")
    return event


def test_a_day_with_times_is_at_the_right_moment_everywhere() -> None:
    """Three in the afternoon in Dublin in summer is two o'clock in UTC."""
    event = day(kept("lantern-fair", "days", "d1"))
    assert event["dtstart"].dt.astimezone(UTC) == datetime(2099, 6, 13, 14, 0, tzinfo=UTC)
    assert event["dtend"].dt.astimezone(UTC) == datetime(2099, 6, 13, 21, 0, tzinfo=UTC)
    assert event["summary"] == "Lantern Fair"
    assert event["location"] == "Harbour Green, Exampleton"
    assert event["url"] == "https://fair.example.org"


@pytest.mark.parametrize(
    ("zone", "starts"),
    [
        ("America/Denver", datetime(2099, 6, 13, 21, 0, tzinfo=UTC)),
        ("Europe/Dublin", datetime(2099, 6, 13, 14, 0, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2099, 6, 13, 9, 15, tzinfo=UTC)),
    ],
)
def test_the_zone_is_the_citys(zone: str, starts: datetime) -> None:
    entry = kept("lantern-fair", "days", "d1")
    assert isinstance(entry, Entry)
    assert day(replace(entry, zone=zone))["dtstart"].dt.astimezone(UTC) == starts


def test_a_whole_day_has_no_time() -> None:
    event = day(kept("lantern-fair", "days", "d2"))
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2099, 12, 24), date(2099, 12, 25))
    assert type(event["dtstart"].dt) is date
    assert "url" not in event


def test_the_name_is_in_the_language() -> None:
    assert day(kept("lantern-fair", "days", "d1", "es"))["summary"] == "Feria de los Faroles"


def test_a_day_taken_twice_is_one_day() -> None:
    """A calendar knows an event by its id: the same for the same day, another for another, or when it was moved."""
    fair = kept("lantern-fair", "days", "d1")
    assert isinstance(fair, Entry)
    uid = day(fair)["uid"]
    assert day(kept("lantern-fair", "days", "d1"))["uid"] == uid
    assert day(kept("lantern-fair", "days", "d2"))["uid"] != uid
    assert day(replace(fair, starts="2099-06-14T15:00:00"))["uid"] != uid


def test_a_number_for_the_address_book() -> None:
    file = takeaways.make(kept("ask-office", "go", "n1"))
    assert file is not None
    assert (file.name, file.mime) == ("contact.vcf", "text/vcard")
    lines = file.content.decode().splitlines()
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCARD", "VERSION:3.0", "END:VCARD")
    assert "FN:Exampleton Town Office" in lines
    assert "TEL:+353209100100" in lines


def test_a_name_with_commas_stays_one_name() -> None:
    file = takeaways.make(PhoneCard("Food, clothes; beds", "112"))
    assert file is not None
    assert r"FN:Food\, clothes\; beds" in file.content.decode().splitlines()


def test_a_pin_is_no_file() -> None:
    assert takeaways.make(kept("reading-card", "places", "m1")) is None
