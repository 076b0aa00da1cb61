"""Facts as people there write them, safe in right-to-left text."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from bot.content import load
from bot.knowledge.article import Fact, FactKind, When, Where
from bot.knowledge.countries import known
from bot.knowledge.library import Library
from bot.knowledge.showing import show
from bot.richtext import ISOLATE_END, ISOLATE_LTR, plain
from tests.conftest import CITY

LIBRARY: Library = load(CITY).library
TODAY = date(2026, 11, 23)


def fact(kind: FactKind, value: Any, **more: Any) -> Fact:
    return Fact("x.y", kind, value, "https://example.org", "2026", "high", TODAY, Where("facts/x.yaml", 1), **more)


@pytest.mark.parametrize(
    ("kind", "value", "language", "shown"),
    [
        ("phone", "+13037396600", "en", "(303) 739-6600"),
        ("phone", "911", "am", "911"),
        ("phone", "+13037396600", "ar", f"{ISOLATE_LTR}(303) 739-6600{ISOLATE_END}"),
        ("money", Decimal("2.75"), "es", "$2.75"),
        ("money", Decimal(10), "en", "$10"),
        ("money", Decimal(2650), "en", "$2,650"),
        ("days", 190, "es", "190 días"),
        ("days", 190, "ar", "190 يومًا"),
        ("date", date(2026, 1, 2), "es", "2 de enero de 2026"),
        ("url", "https://www.auroralibrary.org/", "en", "auroralibrary.org"),
        ("hours", "Mo-Fr 08:00-17:00", "es", "lunes–viernes 8:00\u202fa.m. – 5:00\u202fp.m."),
        ("hours", "24/7", "ar", "24/7"),
        ("text", "any", "en", "any"),
        ("number", 3, "en", "3"),
    ],
)
def test_shown(kind: FactKind, value: Any, language: str, shown: str) -> None:
    said = plain(show(fact(kind, value), LIBRARY.languages[language], "US", "holidays"))
    assert said.replace("\u202f", " ").replace("\xa0", " ") == shown.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("country", "amount", "shown"),
    [
        ("US", "2650", "$2,650"), ("US", "0.5", "$0.50"), ("CA", "2.75", "$2.75"), ("GB", "2.10", "£2.10"), ("IE", "45", "€45"),
        ("SE", "1234.5", "1 234,50 kr"), ("CH", "10", "CHF 10"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "es", "am"])
def test_prices_stand_as_on_the_counter_there(country: str, amount: str, shown: str, language: str) -> None:
    said = plain(show(fact("money", Decimal(amount)), LIBRARY.languages[language], country, ""))
    assert said.replace("\xa0", " ") == shown


def test_countries_are_known_by_two_letters() -> None:
    assert all(known(country) for country in ("US", "IE", "ET", "SY", "VE"))
    assert not any(known(country) for country in ("USA", "us", "XX", "", "U", "EU", "12"))


def test_phones_can_be_called_and_pages_opened() -> None:
    english = LIBRARY.languages["en"]
    assert show(fact("phone", "+13037396600"), english, "US", "")[0].link == "tel:+13037396600"
    assert show(fact("url", "https://x.org"), english, "US", "")[0].link == "https://x.org"


def test_every_fact_of_the_city_can_be_shown_in_every_language() -> None:
    assert len(LIBRARY.pack.facts) > 100
    for one in LIBRARY.pack.facts.values():
        for language in LIBRARY.languages.values():
            assert plain(show(one, language, "US", "holidays")).strip()


def test_numbers_are_shown_as_they_are_dialled_in_the_country() -> None:
    spanish = LIBRARY.languages["es"]
    assert plain(show(fact("phone", "+13037396600"), spanish, "MX", "")) == "+1 303-739-6600"


def test_days_with_a_time() -> None:
    fair = fact("when", When(date(2027, 6, 12), time(15), time(22)))
    said = plain(show(fair, LIBRARY.languages["en"], "US", "")).replace("\u202f", " ")
    assert said == "Saturday, June 12, 2027, 3:00 PM – 10:00 PM"
    assert plain(show(fact("when", When(date(2027, 6, 12))), LIBRARY.languages["es"], "US", "")) == (
        "sábado, 12 de junio de 2027"
    )
