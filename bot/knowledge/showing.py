"""Shows a fact in a person's language: phones, hours, money, dates as people there write them, right-to-left safe.

Formats come from CLDR (https://cldr.unicode.org/) through Babel and from ``phonenumbers``; nothing is spelled here.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_day_names
from babel.numbers import format_decimal
from babel.units import format_unit

from bot.catalogs import Language
from bot.knowledge.article import Fact, When
from bot.knowledge.countries import price
from bot.knowledge.hours import clock, in_words
from bot.richtext import ISOLATE_END, ISOLATE_LTR, Span, Text


def show(fact: Fact, language: Language, country: str, holidays: str) -> Text:
    """*fact*'s value as text in *language*, for people in *country*; *holidays* is their word for public holidays.

    Its age is not looked at here: `bot.knowledge.telling` decides that.
    """
    match fact.kind:
        case "phone":
            return phone(str(fact.value), language, country)
        case "url":
            return (Span(_ltr(_short_url(str(fact.value)), language), link=str(fact.value)),)
        case "address":
            return (Span(_ltr(str(fact.value), language)),)
        case "hours":
            return (Span(in_words(str(fact.value), language.locale, holidays)),)
        case "money":
            return (Span(_ltr(price(Decimal(str(fact.value)), country), language)),)
        case "days":
            return (Span(_day_count(int(str(fact.value)), language.locale)),)
        case "age" | "number":
            return (Span(format_decimal(int(str(fact.value)), locale=language.locale)),)
        case "date":
            return (Span(day(date.fromisoformat(str(fact.value)), language)),)
        case "when":
            return (Span(_when(cast("When", fact.value), language)),)
        case "text" | "paper" | "rule":
            return (Span(str(fact.value)),)


def phone(number: str, language: Language, country: str) -> Text:
    """An E.164 number or a short code such as 911, in digits that can be typed into any phone, as a ``tel:`` link.

    Numbers of *country* are shown as they are dialled there.
    """
    if not number.startswith("+"):
        return (Span(_ltr(number, language), link=f"tel:{number}"),)
    parsed = phonenumbers.parse(number, None)
    local = parsed.country_code == phonenumbers.country_code_for_region(country)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if local else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    shown = phonenumbers.format_number(parsed, form)
    return (Span(_ltr(shown, language), link=f"tel:{number}"),)


def day(value: date, language: Language) -> str:
    """A date in words."""
    return str(format_date(value, "long", locale=language.locale))


def _when(when: When, language: Language) -> str:
    """“Saturday, June 12, 2027, 3:00 – 10:00 PM” in the order of the language."""
    words = str(format_date(when.day, "full", locale=language.locale))
    ends = [clock(at, language.locale) for at in (when.starts, when.ends) if at]
    return f"{words}, {' – '.join(ends)}" if ends else words


def _ltr(text: str, language: Language) -> str:
    return f"{ISOLATE_LTR}{text}{ISOLATE_END}" if language.rtl else text


def _short_url(url: str) -> str:
    return re.sub(r"^https?://(www\.)?|/$", "", url)


def _day_count(days: int, locale: Locale) -> str:
    return str(format_timedelta(timedelta(days=days), granularity="day", threshold=float("inf"), locale=locale))


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
