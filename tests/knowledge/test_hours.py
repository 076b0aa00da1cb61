"""Opening hours in words, and whether a place is open: now, on holidays, around midnight and when clocks change."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from bot.knowledge.hours import Opening, in_words, opening

ZONE = ZoneInfo("America/Denver")
WEEK = "Mo-Fr 08:00-17:00; Sa 10:00-14:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("value", "moment", "state", "changes"),
    [
        (WEEK, "2026-11-24T08:00", "open", "2026-11-24T17:00"),
        (WEEK, "2026-11-24T07:59", "closed", "2026-11-24T08:00"),
        (WEEK, "2026-11-24T17:00", "closed", "2026-11-25T08:00"),
        (WEEK, "2026-11-28T15:00", "closed", "2026-11-30T08:00"),
        (WEEK, "2026-11-26T10:00", "holiday", None),  # Thanksgiving, of which the hours say nothing
        ("Mo-Fr 08:00-17:00; PH off", "2026-11-26T10:00", "closed", "2026-11-27T08:00"),
        ("Mo-Fr 06:00-20:00; Sa,Su,PH 09:00-18:00", "2026-11-26T10:00", "open", "2026-11-26T18:00"),
        ("Mo-Fr 08:00-12:00,13:00-17:00", "2026-11-24T12:30", "closed", "2026-11-24T13:00"),
        ("24/7", "2026-11-26T03:00", "open", None),
        ("Mo-Su 20:00-02:00", "2026-11-28T01:00", "open", "2026-11-28T02:00"),
        # On the night when clocks go forward at 2:00, and back.
        ("Mo-Su 01:00-04:00", "2026-03-08T01:30", "open", "2026-03-08T04:00"),
        ("Mo-Su 08:00-17:00", "2026-11-01T00:30", "closed", "2026-11-01T08:00"),
    ],
)
def test_open(value: str, moment: str, state: str, changes: str | None) -> None:
    assert opening(value, at(moment), "US") == Opening(state, at(changes) if changes else None)


@pytest.mark.parametrize("value", [WEEK, WEEK + "; PH off", "24/7"])
def test_a_country_whose_holidays_nobody_knows_has_hours_all_the_same(value: str) -> None:
    assert opening(value, at("2026-11-23 09:00"), "ET").state == "open"


@pytest.mark.parametrize(
    ("value", "locale", "said"),
    [
        ("Mo-Fr 08:00-17:00", "en", "Monday–Friday 8:00 AM – 5:00 PM"),
        ("Mo-Fr 08:00-12:00,13:00-17:00", "en", "Monday–Friday 8:00 AM – 12:00 PM and 1:00 PM – 5:00 PM"),
        ("We,Th 11:30-15:30", "es", "miércoles y jueves 11:30 – 15:30"),
        ("Sa,Su,PH 09:00-18:00", "en", "Saturday, Sunday, and holidays 9:00 AM – 6:00 PM"),
        ("Mo-Fr 08:00-17:00; PH off", "en", "Monday–Friday 8:00 AM – 5:00 PM"),
        ("Mo-Su 18:00-24:00", "en", "Monday–Sunday 6:00 PM – 12:00 AM"),
        ("24/7", "ar", "24/7"),
    ],
)
def test_in_words(value: str, locale: str, said: str) -> None:
    assert in_words(value, Locale(locale), "holidays").replace("\u202f", " ").replace("\xa0", " ") == said


@pytest.mark.parametrize("value", ["Mo sunrise-sunset", "Mo-Fr 8-17", "Jan Mo-Fr 08:00-17:00", "week 1 08:00-09:00"])
def test_what_cannot_be_read_is_named(value: str) -> None:
    with pytest.raises(ValueError, match="opening hours"):
        in_words(value, Locale("en"), "holidays")
