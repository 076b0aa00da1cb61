"""Opening hours: in words, and whether a place is open now.

The values are in OpenStreetMap's form (https://wiki.openstreetmap.org/wiki/Key:opening_hours); opening-hours-py reads them,
knows the public holidays of the country, and says when the state changes. The words are CLDR's, through Babel.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import Literal, TypeAlias

import opening_hours
from babel import Locale
from babel.dates import format_time, get_day_names
from babel.lists import format_list

ALWAYS = "24/7"
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_SPAN = r"\d\d:\d\d-\d\d:\d\d"
_RULE = re.compile(rf"(?P<days>[A-Za-z,\- ]+?)\s+(?P<spans>{_SPAN}(?:\s*,\s*{_SPAN})*|off|closed)")
State: TypeAlias = Literal["open", "closed", "holiday", "unknown"]


@dataclass(frozen=True, slots=True)
class Opening:
    """How it is at one moment, and when that changes (in the place's own time; ``None``: never, or not known).

    ``holiday``: today is a public holiday of which the hours say nothing, so nobody can be sure.
    """

    state: State
    changes: datetime | None = None


def opening(value: str, at: datetime, country: str) -> Opening:
    """Whether a place with the hours *value* is open *at* an aware moment in its own time, with the holidays of *country*."""
    hours = _read(value, country)
    if "PH" not in value and value != ALWAYS and _read("PH", country).is_open(at):
        return Opening("holiday")
    state: State = "open" if hours.is_open(at) else "closed" if hours.is_closed(at) else "unknown"
    change = hours.next_change(at)
    return Opening(state, change if isinstance(change, datetime) else None)


@lru_cache(maxsize=512)
def _read(value: str, country: str) -> opening_hours.OpeningHours:
    try:
        return opening_hours.OpeningHours(value, country=country)
    except opening_hours.UnknownCountryError:  # type: ignore[attr-defined]  # not in its stubs; its holidays are unknown
        return opening_hours.OpeningHours(value)


def in_words(value: str, locale: Locale, holidays: str) -> str:
    """Opening hours in words: ``Mo-Fr 08:00-17:00`` → “Monday–Friday 8:00 AM – 5:00 PM”.

    Understands ``24/7`` and rules of days with time spans, parted by ``;``; *holidays* is the word for ``PH``. Days that are
    ``off`` are left out. Raises `ValueError` for anything else.
    """
    return ALWAYS if value == ALWAYS else ", ".join(_rules(value, locale, holidays))


def _rules(value: str, locale: Locale, holidays: str) -> Iterator[str]:
    for rule in value.split(";"):
        match = _RULE.fullmatch(rule.strip())
        if not match:
            raise ValueError(f"opening hours “{rule.strip()}” are not written like Mo-Fr 08:00-17:00")
        if match["spans"] in ("off", "closed"):
            continue
        spans = [_span(span.strip(), locale) for span in match["spans"].split(",")]
        yield f"{_days(match['days'], locale, holidays)} {format_list(spans, locale=locale)}"


def _days(days: str, locale: Locale, holidays: str) -> str:
    names = get_day_names("wide", locale=locale)
    parts = []
    for part in days.split(","):
        if part.strip() == "PH":
            parts.append(holidays)
            continue
        ends = [name.strip() for name in part.split("-")]
        if not set(ends) <= set(_DAYS):
            raise ValueError(f"opening hours “{part.strip()}” name no days such as Mo-Fr")
        parts.append("–".join(names[_DAYS.index(end)] for end in ends))
    return str(format_list(parts, locale=locale))


def _span(span: str, locale: Locale) -> str:
    return " – ".join(clock(time.fromisoformat(end), locale) for end in span.replace("24:00", "00:00").split("-"))


def clock(at: time, locale: Locale) -> str:
    """A time of day, as people there write it: “5:00 PM”."""
    return str(format_time(at, "short", locale=locale))
