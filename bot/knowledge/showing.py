"""Shows a fact in a person's language: phones, hours, money, dates as people there write them, right-to-left safe.

Formats come from CLDR (https://cldr.unicode.org/) through Babel and from ``phonenumbers``; nothing is spelled here.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from bot.catalogs import Language
from bot.knowledge.article import Fact
from bot.richtext import ISOLATE_END, ISOLATE_LTR, Span, Text

REGION = "US"
"""Where phone numbers are dialled from: they are shown in national form."""

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_RULE = re.compile(r"(?P<days>[A-Za-z,\- ]+?)\s+(?P<from>\d\d:\d\d)-(?P<to>\d\d:\d\d)")


def show(fact: Fact, language: Language) -> Text:
    """*fact*'s value as text in *language*. Its age is not looked at here: `bot.knowledge.library` decides that."""
    match fact.kind:
        case "phone":
            return phone(str(fact.value), language)
        case "url":
            return (Span(_ltr(_short_url(str(fact.value)), language), link=str(fact.value)),)
        case "address":
            return (Span(_ltr(str(fact.value), language)),)
        case "hours":
            return (Span(hours(str(fact.value), language.locale)),)
        case "money":
            return (Span(_ltr(_dollars(Decimal(str(fact.value))), language)),)
        case "days":
            return (Span(_day_count(int(str(fact.value)), language.locale)),)
        case "age" | "number":
            return (Span(format_decimal(int(str(fact.value)), locale=language.locale)),)
        case "date":
            return (Span(day(date.fromisoformat(str(fact.value)), language)),)
        case "text":
            return (Span(str(fact.value)),)


def phone(number: str, language: Language) -> Text:
    """An E.164 number or a short code such as 911, in digits that can be typed into any phone, as a ``tel:`` link."""
    if not number.startswith("+"):
        return (Span(_ltr(number, language), link=f"tel:{number}"),)
    parsed = phonenumbers.parse(number, None)
    local = parsed.country_code == phonenumbers.country_code_for_region(REGION)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if local else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    shown = phonenumbers.format_number(parsed, form)
    return (Span(_ltr(shown, language), link=f"tel:{number}"),)


def day(value: date, language: Language) -> str:
    """A date in words."""
    return str(format_date(value, "long", locale=language.locale))


def _ltr(text: str, language: Language) -> str:
    return f"{ISOLATE_LTR}{text}{ISOLATE_END}" if language.rtl else text


def _short_url(url: str) -> str:
    return re.sub(r"^https?://(www\.)?|/$", "", url)


def _dollars(amount: Decimal) -> str:
    """As it stands on the counter, the ticket machine and the coin, in every language."""
    return f"${amount:,.0f}" if amount == amount.to_integral_value() else f"${amount:,.2f}"


def _day_count(days: int, locale: Locale) -> str:
    return str(format_timedelta(timedelta(days=days), granularity="day", threshold=float("inf"), locale=locale))


@lru_cache(maxsize=512)
def hours(value: str, locale: Locale) -> str:
    """Opening hours in words: ``Mo-Fr 08:00-17:00`` → “Monday–Friday 8:00 AM – 5:00 PM”.

    Understands ``24/7`` and rules of days with one time span each, parted by ``;``. Raises `ValueError` for others.
    """
    if value == "24/7":
        return "24/7"
    lines = []
    for rule in value.split(";"):
        match = _RULE.fullmatch(rule.strip())
        if not match:
            raise ValueError(f"opening hours “{rule.strip()}” are not written like Mo-Fr 08:00-17:00")
        lines.append(f"{_days(match['days'], locale)} {_time(match['from'], locale)} – {_time(match['to'], locale)}")
    return ", ".join(lines)


def _days(days: str, locale: Locale) -> str:
    names = get_day_names("wide", locale=locale)
    parts = []
    for part in days.split(","):
        ends = [_DAYS.index(name.strip()) for name in part.split("-") if name.strip() != "PH"]
        if ends:
            parts.append("–".join(names[end] for end in ends))
    return str(format_list(parts, locale=locale))


def _time(text: str, locale: Locale) -> str:
    hour, minute = map(int, text.split(":"))
    return str(format_time(time(hour, minute), "short", locale=locale))


def moment(at: datetime, zone: str, locale: Locale) -> str:
    """A day of the week and a time in *zone*, as people there write it: “Tuesday, 5:00 PM”."""
    local = at.astimezone(ZoneInfo(zone))
    name = str(get_day_names("wide", "stand-alone", locale)[local.weekday()])
    clock = format_time(local.time(), "short", locale=locale)
    return str(locale.datetime_formats["short"]).replace("{1}", name).replace("{0}", clock)


def span(length: timedelta, locale: Locale) -> str:
    """A length of time in its natural unit: “10 minutes”, “3 hours”, “2 days”."""
    minutes = max(1, round(length.total_seconds() / 60))
    if minutes < 120:
        return str(format_unit(minutes, "duration-minute", locale=locale))
    if minutes < 48 * 60:
        return str(format_unit(round(minutes / 60), "duration-hour", locale=locale))
    return _day_count(round(minutes / 1440), locale)
