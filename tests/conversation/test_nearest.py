"""Somebody at a step with places says where they are: nearest first, told in the country's own units, and not kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.content import load
from bot.conversation import buttons, keeping
from bot.conversation.guide import Guide
from bot.conversation.message import Attachment
from bot.conversation.takeaway import Entry, PhoneCard, Pin
from bot.conversation.talk import Turn
from bot.knowledge.article import Fact, Step
from bot.knowledge.library import Library
from bot.knowledge.places import between
from tests.conftest import NOON
from tests.conversation.talking import Talking

GUIDE = load("example-city")
CARD, PLACES = "reading-card", "places"
QUAY, HILL, BOX = "Old Quay Library", "Windmill Hill Library", "Book Box at the Station"
AT_QUAY, AT_HILL, AT_STATION = (0.0012, 0.0016), (0.0312, 0.0281), (0.0151, 0.0189)


def there(guide: Guide = GUIDE, language: str = "en", now: datetime = NOON) -> Talking:
    """At the step that shows the three places."""
    talk = Talking(guide, now=now)
    talk.starts(f"{CARD}__{language}")
    talk.presses_data(buttons.write(buttons.Choose(CARD, "about", "child")))
    talk.presses_data(buttons.write(buttons.Next(CARD, "child")))
    assert talk.last is not None
    assert talk.last.did == (f"step:{CARD}.{PLACES}",)
    return talk


def sends(talk: Talking, at: tuple[float, float]) -> Turn:
    return talk.sends("location", attachment=Attachment("location", latitude=at[0], longitude=at[1]))


def order(talk: Talking) -> list[str]:
    return sorted((QUAY, HILL, BOX), key=talk.text.index)


def changed(facts: dict[str, Fact] | None = None, country: str = "IE") -> Guide:
    pack = GUIDE.library.pack
    pack = replace(pack, facts={**pack.facts, **(facts or {})}, city=replace(pack.city, country=country))
    return replace(GUIDE, library=Library(pack, GUIDE.library.catalogs, GUIDE.library.languages))


@pytest.mark.parametrize(
    ("at", "first_to_last"),
    [(AT_QUAY, [QUAY, BOX, HILL]), (AT_HILL, [HILL, BOX, QUAY]), (AT_STATION, [BOX, HILL, QUAY])],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_nearest_is_first(at: tuple[float, float], first_to_last: list[str], language: str) -> None:
    talk = there(language=language)
    assert order(talk) == [QUAY, HILL, BOX], "as they are written"
    assert "🚶" not in talk.text
    assert sends(talk, at).did == (f"nearest:{CARD}.{PLACES}",)
    assert order(talk) == first_to_last
    assert talk.text.count("🚶") == 3


def test_where_somebody_is_is_not_kept() -> None:
    talk = there()
    sends(talk, AT_HILL)
    assert "0.03" not in talk.conversation.to_json()
    talk.says("repeat")
    assert order(talk) == [QUAY, HILL, BOX]


@pytest.mark.parametrize(("country", "shown"), [("IE", "🚶 4.4 km"), ("GB", "🚶 2.8 mi"), ("US", "🚶 2.8 mi")])
def test_distances_are_told_as_the_country_counts(country: str, shown: str) -> None:
    talk = there(changed(country=country))
    sends(talk, AT_QUAY)
    place = GUIDE.library.pack.facts["library.hill-address"].at
    assert place is not None
    assert between(AT_QUAY, place) == pytest.approx(4430, abs=30)
    assert shown in talk.text.replace("\xa0", " ")


def test_a_place_that_is_not_known_comes_last() -> None:
    address = GUIDE.library.pack.facts["library.box-address"]
    talk = there(changed({address.id: replace(address, at=None)}))
    sends(talk, AT_STATION)
    assert order(talk) == [HILL, QUAY, BOX]
    assert talk.text.count("🚶") == 2


def test_an_address_past_its_date_is_no_place() -> None:
    address = GUIDE.library.pack.facts["library.quay-address"]
    old = replace(address, checked_on=address.checked_on - timedelta(days=1000))
    talk = there(changed({address.id: old}))
    sends(talk, AT_QUAY)
    assert "Rope Walk" not in talk.text
    assert order(talk) == [BOX, HILL, QUAY]
    assert keeping.make(talk.voice, GUIDE.library.pack.articles[CARD], step(CARD, PLACES), "m1") is None


def test_elsewhere_a_location_is_not_needed() -> None:
    talk = Talking(GUIDE)
    talk.starts(f"{CARD}__en")
    assert "sent:location" in sends(talk, AT_QUAY).did
    assert "I do not need your location" in talk.text


# --- what can be kept of a place ---


def step(article: str, name: str) -> Step:
    return GUIDE.library.pack.articles[article].steps[name]


def kept(article: str, name: str, what: str) -> object:
    voice = GUIDE.voice("en", NOON)
    return keeping.make(voice, GUIDE.library.pack.articles[article], step(article, name), what)


def test_pins_and_numbers_of_places() -> None:
    assert kept(CARD, PLACES, "m1") == Pin(0.0012, 0.0015, QUAY, "12 Rope Walk, Exampleton")
    assert kept(CARD, PLACES, "m3") == Pin(0.015, 0.019, BOX, "Exampleton Station, platform side")
    assert kept(CARD, PLACES, "n1") == PhoneCard(QUAY, "+353209100200")
    assert kept(CARD, PLACES, "n3") is None, "the box has no telephone"
    assert kept(CARD, PLACES, "m4") is None


def test_days_in_the_citys_own_time() -> None:
    fair = kept("lantern-fair", "days", "d1")
    assert fair == Entry(
        "Lantern Fair", "2099-06-13T15:00:00", "2099-06-13T22:00:00", "Europe/Dublin",
        "Harbour Green, Exampleton", "https://fair.example.org",
    )  # fmt: skip
    market = kept("lantern-fair", "days", "d2")
    assert isinstance(market, Entry)
    assert (market.starts, market.ends) == ("2099-12-24", "2099-12-25")


def test_a_pressed_pin_is_given() -> None:
    talk = there()
    turn = talk.presses_data(buttons.write(buttons.Keep(CARD, PLACES, "m2")))
    assert turn.words[-1].takeaway == Pin(0.031, 0.028, HILL, "3 Windmill Lane, Exampleton")


# --- open now, there ---


def at_office(now: datetime) -> str:
    talk = Talking(GUIDE, now=now)
    talk.starts("ask-office__en")
    talk.presses("Yes")
    return talk.text.replace("\u202f", " ")


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        # Winter: the clock in Dublin is UTC. The office closes at noon.
        (datetime(2026, 11, 23, 12, 15, tzinfo=UTC), "Open now, until 12:30 PM."),
        (datetime(2026, 11, 23, 12, 45, tzinfo=UTC), "Closed now. Opens: Monday, 1:30 PM."),
        (datetime(2026, 11, 23, 13, 45, tzinfo=UTC), "Open now, until 5:00 PM."),
        # Summer time: an hour ahead of UTC.
        (datetime(2027, 4, 6, 12, 15, tzinfo=UTC), "Closed now. Opens: Tuesday, 1:30 PM."),
        (datetime(2027, 4, 6, 12, 45, tzinfo=UTC), "Open now, until 5:00 PM."),
        # A Wednesday, and a holiday nowhere but there: https://en.wikipedia.org/wiki/Saint_Patrick%27s_Day
        (datetime(2027, 3, 17, 10, 0, tzinfo=UTC), "Closed now. Opens: Thursday, 9:00 AM."),
        (datetime(2027, 3, 18, 10, 0, tzinfo=UTC), "Open now, until 12:30 PM."),
    ],
)
def test_open_now_in_the_citys_time_and_holidays(moment: datetime, told: str) -> None:
    assert told in at_office(moment)


def test_hours_of_holidays_and_of_all_day() -> None:
    christmas = there(now=datetime(2026, 12, 25, 12, 0, tzinfo=UTC)).text.replace("\u202f", " ")
    quay, hill, box = (christmas[christmas.index(name) :].partition("\n\n")[0] for name in (QUAY, HILL, BOX))
    assert "Closed now." in quay
    assert "Open now, until 3:00 PM." in hill
    assert "Day and night" in box


# --- money ---


def test_prices_are_in_the_money_of_the_country() -> None:
    talk = Talking(GUIDE)
    talk.starts("bus-ticket__es")
    talk.presses("De vez en cuando")
    assert "€2.10" in talk.text
    talk = Talking(GUIDE)
    talk.starts("bus-ticket__en")
    talk.presses("Each day")
    assert "€45." in talk.text
    price = GUIDE.library.pack.facts["bus.single"]
    talk = Talking(changed({price.id: replace(price, value=Decimal("2.75"))}, country="US"))
    talk.starts("bus-ticket__en")
    talk.presses("Now and then")
    assert "$2.75" in talk.text
