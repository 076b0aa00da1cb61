"""Facts as people there write them, safe in right-to-left text."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.content import load
from bot.knowledge.article import Fact, FactKind, Where
from bot.knowledge.library import Library, Withheld
from bot.knowledge.showing import hours, show
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
    said = plain(show(fact(kind, value), LIBRARY.languages[language]))
    assert said.replace("\u202f", " ").replace("\xa0", " ") == shown.replace("\u202f", " ").replace("\xa0", " ")


def test_phones_can_be_called_and_pages_opened() -> None:
    english = LIBRARY.languages["en"]
    assert show(fact("phone", "+13037396600"), english)[0].link == "tel:+13037396600"
    assert show(fact("url", "https://x.org"), english)[0].link == "https://x.org"


def test_hours_that_cannot_be_read_are_named() -> None:
    with pytest.raises(ValueError, match="sunrise"):
        hours("Mo sunrise-sunset", LIBRARY.languages["en"].locale)


def test_every_fact_of_the_city_can_be_shown_in_every_language() -> None:
    assert len(LIBRARY.pack.facts) > 100
    for one in LIBRARY.pack.facts.values():
        for language in LIBRARY.languages.values():
            assert plain(show(one, language)).strip()


def test_a_fact_gets_old() -> None:
    aging = fact("text", "x", review_every=90, valid_until=date(2027, 6, 30))
    assert [aging.age(day) for day in (TODAY, date(2027, 3, 1), date(2027, 7, 1))] == ["fresh", "due", "expired"]


def test_what_is_past_its_date_is_withheld() -> None:
    old = fact("phone", "+13037396600", valid_until=date(2026, 1, 1))
    library = Library(type(LIBRARY.pack)(LIBRARY.pack.city, facts={"x.y": old}), LIBRARY.catalogs, LIBRARY.languages)
    with pytest.raises(Withheld):
        library.told("en", "Call {fact:x.y}", "", TODAY)
