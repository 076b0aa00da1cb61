"""From the wall to the chat: the sheet says nothing that can grow old, its code opens the article, its scans are counted."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pypdfium2
import pytest

from bot import wording
from bot.actions.newcomer import newcomer_says
from bot.actions.parts import Links, Parts
from bot.actions.person import person_says
from bot.actions.posters import LATELY, Printed, poster_is_made, poster_is_printed, posters_are_counted
from bot.conversation import links
from bot.conversation.guide import Guide
from bot.conversation.message import Heard, Newcomer, Pressed, Started
from bot.knowledge.library import Library
from bot.posters import Asked, address, draw, missing, plain_place
from bot.richtext import plain
from bot.storage.posters import Poster
from bot.storage.store import Store
from tests.conftest import NOON
from tests.pictures.conftest import fonts
from tests.pictures.looking import A4, letters, page_picture, page_text, scanned
from tests.storage.databases import SECRET_KEY

__all__ = ["fonts"]
BOT, SITE = "https://t.me/aurora_helpers_bot", "https://help.example.org"
POSTER = Poster("vua96c2", "library-card", "es", "martin-luther")
ROSA = Newcomer("telegram", "4711")
MIDNIGHT = datetime(2026, 11, 24, 6, 59, 59, tzinfo=UTC)
"""The last second of 23 November in Aurora, where it is seven hours earlier."""

_keys = count()


# --- the sheet ---


@pytest.mark.parametrize("language", ["en", "es", "ar", "am"])
@pytest.mark.parametrize(("telegram", "site"), [(BOT, SITE), ("", SITE)])
def test_the_code_on_the_sheet_is_the_very_link(guide: Guide, language: str, telegram: str, site: str) -> None:
    poster = replace(POSTER, language=language)
    where = address(poster, guide, telegram, site)
    assert (
        where
        == (f"{BOT}?start=" if telegram else f"{SITE}/chat/") + f"library-card__{language}__martin-luther__vua96c2"
    )
    pdf = draw(guide, poster, where, NOON)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx(A4, abs=0.1)
    assert scanned(page_picture(pdf)) == where


@pytest.mark.parametrize("language", ["en", "es", "ar", "am"])
def test_the_sheet_says_what_it_opens_and_how_to_scan(guide: Guide, language: str) -> None:
    poster = replace(POSTER, language=language)
    voice, article = guide.voice(language, NOON), guide.library.pack.articles["library-card"]
    pdf = draw(guide, poster, address(poster, guide, BOT, SITE), NOON)
    said = [
        voice.title(article, icon=False), article.title, guide.library.pack.city.name, poster.code,
        *(plain(voice.say(each)) for each in (wording.posters.SCAN, wording.posters.START, wording.posters.FREE)),
    ]  # fmt: skip
    assert letters(page_text(pdf)) >= letters("".join(said)) - letters(article.title * (language == "en"))
    if language in ("en", "es"):
        assert voice.title(article, icon=False) in " ".join(page_text(pdf).split())


def test_only_telegram_has_a_start_button(guide: Guide) -> None:
    sheets = [page_text(draw(guide, replace(POSTER, language="en"), address(POSTER, guide, telegram, SITE), NOON))
              for telegram in (BOT, "")]  # fmt: skip
    assert ["Press Start" in text for text in sheets] == [True, False]
    assert ["You need no app" in text for text in sheets] == [False, True]


def test_no_fact_is_printed(guide: Guide) -> None:
    """Paper outlives facts: beside the link, the date and the code there is no figure at all."""
    for article in guide.library.pack.articles:
        poster = Poster("vuaxxyz", article, "en", "library")
        where = address(poster, guide, BOT, SITE)
        text = page_text(draw(guide, poster, where, NOON)).replace(where, "")
        figures = sorted(char for char in text if char.isdecimal())
        titled = [char for char in guide.library.pack.articles[article].title if char.isdecimal()]
        assert figures == sorted("123" + "23" + "2026" + "".join(titled)), article
        assert guide.library.pack.articles[article].summary not in text


def test_the_date_is_the_citys(guide: Guide) -> None:
    sheets = [page_text(draw(guide, replace(POSTER, language="en"), SITE, NOON.replace(month=month, day=day, hour=hour)))
              for month, day, hour in ((11, 24, 6), (11, 24, 7))]  # fmt: skip
    assert ["November 23, 2026" in text for text in sheets] == [True, False]


def test_a_renamed_article_is_printed_under_its_new_name(guide: Guide) -> None:
    old = replace(POSTER, article="get-a-library-card")
    now = renamed(guide)
    where = address(old, now, BOT, SITE)
    assert links.read(where.partition("?start=")[2]) == links.Link("library-card", "es", "martin-luther", "vua96c2")
    assert scanned(page_picture(draw(now, old, where, NOON))) == where
    with pytest.raises(LookupError):
        draw(guide, old, where, NOON)


@pytest.mark.parametrize(
    "site", ["", "http://127.0.0.1:8080", "http://localhost:8080", "http://0.0.0.0:80", "http://[::1]:8080"]
)
def test_an_address_that_no_phone_could_open_is_none(guide: Guide, site: str) -> None:
    assert address(POSTER, guide, "", site) == ""
    assert address(POSTER, guide, BOT, site).startswith(BOT)
    assert address(POSTER, guide, "", "http://192.168.1.20:8080").startswith("http://192.168.1.20:8080/chat/")


# --- what can be asked for ---


def test_what_cannot_be_had_is_named_all_at_once(guide: Guide) -> None:
    assert missing(Asked("library-card", "es", "martin-luther"), guide) == ()
    assert missing(Asked("nope", "xx", ""), guide) == ("article", "language", "place")
    assert missing(Asked("", "", "a b"), guide) == ("article", "language", "place")
    assert missing(Asked("library-card", "español", "library"), guide) == ("language",)
    assert missing(Asked("library-card", "es", "x" * (links.LONGEST_PLACE + 1)), guide) == ("place",)
    assert missing(Asked("get-a-library-card", "es", "library"), renamed(guide)) == ()


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("Martín Luther", "martin-luther"),
        ("  Library, 2nd floor! ", "library-2nd-floor"),
        ("martin-luther", "martin-luther"),
        ("a__b", "a-b"),
        ("مكتبة", ""),
        ("--", ""),
    ],
)
def test_a_place_becomes_plain(typed: str, place: str) -> None:
    assert plain_place(typed) == place == plain_place(place)


# --- from the wall to the count ---


@pytest.fixture
async def parts(guide: Guide, tmp_path: Path) -> AsyncIterator[Parts]:
    store = await Store.open(f"sqlite:///{tmp_path / 'posters.sqlite3'}", SECRET_KEY)
    yield Parts(store, guide, links=Links(SITE, BOT))
    await store.close()


@pytest.fixture
async def payload(parts: Parts) -> str:
    """What stands behind the code of a printed poster, read from its paper."""
    poster = await poster_is_made(Asked("library-card", "es", "martin-luther"), parts, NOON)
    printed = await poster_is_printed(poster.code, parts, NOON)
    assert isinstance(printed, Printed)
    assert printed.name == f"poster-library-card-es-{poster.code}.pdf"
    return scanned(page_picture(printed.content)).removeprefix(f"{BOT}?start=")


async def scans(parts: Parts, now: datetime = NOON) -> tuple[int, int]:
    (one,) = await posters_are_counted(parts, now)
    return one.lately, one.total


def starts(payload: str, at: datetime = NOON, who: Newcomer = ROSA, key: str = "") -> Started:
    return Started(who, at, key or f"k{next(_keys)}", payload)


async def test_a_scan_opens_the_article_and_counts_once(parts: Parts, payload: str) -> None:
    message = starts(payload)
    turn = await newcomer_says(message, parts)
    assert turn
    assert (turn.conversation.language, turn.conversation.place and turn.conversation.place.article) == (
        "es",
        "library-card",
    )
    assert await newcomer_says(message, parts) is None
    await person_says(message, parts)
    assert await scans(parts) == (1, 1)
    await person_says(starts(payload), parts)
    assert await scans(parts) == (2, 2)


async def test_a_scan_counts_whether_or_not_a_language_is_known(parts: Parts, payload: str) -> None:
    await newcomer_says(starts(payload.replace("__es__", "__xx__")), parts)
    assert (await parts.store.peek(ROSA)).language == ""
    await newcomer_says(Pressed(ROSA, NOON, "chooses", "l|am"), parts)
    await newcomer_says(starts(payload), parts)
    assert (await parts.store.peek(ROSA)).language == "am"
    assert await scans(parts) == (2, 2)


async def test_only_scans_are_counted(parts: Parts, payload: str) -> None:
    await newcomer_says(starts("library-card__es"), parts)
    await newcomer_says(starts("library-card__es__martin-luther__zzzzzzz"), parts)
    await newcomer_says(starts(""), parts)
    await newcomer_says(starts("x" * 5000), parts)
    await newcomer_says(Heard(ROSA, NOON, "says", payload), parts)
    assert await scans(parts) == (0, 0)


async def test_a_day_is_the_citys(parts: Parts, payload: str) -> None:
    await newcomer_says(starts(payload, MIDNIGHT), parts)
    later = MIDNIGHT + LATELY - timedelta(days=1)
    assert parts.guide.today(later) == date(2026, 12, 22)
    assert await scans(parts, later) == (1, 1)
    assert await scans(parts, later + timedelta(seconds=1)) == (0, 1)


async def test_an_old_poster_of_a_renamed_article_still_counts(parts: Parts, payload: str) -> None:
    code = links.read(payload).poster
    now = Parts(parts.store, renamed(parts.guide, former="library-card", new="card-of-the-library"))
    turn = await newcomer_says(starts(payload), now)
    assert turn
    assert turn.conversation.place
    assert turn.conversation.place.article == "card-of-the-library"
    assert await scans(now) == (1, 1)
    printed = await poster_is_printed(code, Parts(parts.store, now.guide, links=parts.links), NOON)
    assert isinstance(printed, Printed)
    assert f"start=card-of-the-library__es__martin-luther__{code}" in printed.address


async def test_why_a_poster_is_not_printed(parts: Parts, guide: Guide, payload: str) -> None:
    code = links.read(payload).poster
    assert await poster_is_printed("unknown", parts, NOON) == "gone"
    assert await poster_is_printed(code, Parts(parts.store, guide), NOON) == "no-address"
    without = replace(guide.library.pack, articles={})
    empty = replace(guide, library=Library(without, guide.library.catalogs, guide.library.languages))
    assert await poster_is_printed(code, Parts(parts.store, empty, links=parts.links), NOON) == "gone"


def renamed(guide: Guide, former: str = "get-a-library-card", new: str = "library-card") -> Guide:
    """The guide after the article about library cards was called *former* and is called *new* now."""
    library = guide.library
    card = replace(library.pack.articles["library-card"], id=new, formerly=(former,))
    others = {each.id: each for each in library.pack.articles.values() if each.id != "library-card"}
    pack = replace(library.pack, articles={new: card, **others})
    return replace(guide, library=Library(pack, library.catalogs, library.languages))
