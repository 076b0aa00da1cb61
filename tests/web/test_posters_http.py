"""The page of posters without a browser: for coordinators alone, clear about what is wrong, never half a file."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot import posters as drawing
from bot.actions.newcomer import newcomer_says
from bot.actions.parts import Links, Parts
from bot.actions.posters import poster_is_made, posters_are_counted
from bot.conversation.guide import Guide
from bot.conversation.message import Newcomer, Started
from bot.knowledge.library import Library
from bot.pictures import MissingFont
from bot.posters import Asked
from bot.storage.store import Store
from bot.web.site import make_site
from bot.wording import pages, posters
from tests.pictures.conftest import fonts
from tests.pictures.looking import page_picture, scanned
from tests.web.conftest import KEY
from tests.web.helpers import ByHand, token
from tests.web.test_helpers_http import _quick_passwords, at_the_door, says_on_page
from tests.web.test_http import well

__all__ = ["_quick_passwords", "fonts"]
BOT = "https://t.me/aurora_helpers_bot"
PAGE = "/helpers/posters"
FILLED = {"article": "library-card", "language": "es", "place": "Martín Luther"}


@pytest.fixture
async def parts(guide: Guide, tmp_path: Path) -> AsyncIterator[Parts]:
    store = await Store.open(f"sqlite:///{tmp_path / 'posters.sqlite3'}", KEY)
    yield Parts(store, guide, links=Links("http://help.example.org", BOT))
    await store.close()


@pytest.fixture
async def boss(parts: Parts) -> ByHand:
    """A coordinator who has the page open."""
    boss = at_the_door(parts, await token(parts, "Boss", {"en": "native"}, "coordinator"))
    await boss.sees(PAGE)
    return boss


async def all_posters(parts: Parts) -> list[str]:
    counted = await posters_are_counted(parts, datetime.now(UTC))
    return [f"{each.poster.article} {each.poster.language} {each.poster.place}" for each in counted]


async def test_a_coordinator_makes_and_prints_a_poster(parts: Parts, boss: ByHand) -> None:
    assert says_on_page(boss.text, posters.NONE_YET)
    response = await boss.sends(PAGE, **FILLED)
    assert response.status_code == 303
    seen = await boss.sees(response.headers["location"])
    assert says_on_page(seen.text, posters.MADE)
    assert await all_posters(parts) == ["library-card es martin-luther"]
    path = re.search(r'href="(/helpers/posters/[a-z0-9]+)"', seen.text)
    assert path
    file = await boss.sees(path[1])
    assert (file.status_code, file.headers["content-type"]) == (200, "application/pdf")
    code = path[1].rpartition("/")[2]
    assert file.headers["content-disposition"] == f'attachment; filename="poster-library-card-es-{code}.pdf"'
    assert file.headers["cache-control"] == "no-store"
    assert scanned(page_picture(file.content)) == f"{BOT}?start=library-card__es__martin-luther__{code}"


async def test_the_same_form_again_makes_no_other_poster(parts: Parts, boss: ByHand) -> None:
    places = [(await boss.sends(PAGE, **FILLED)).headers["location"] for _ in range(3)]
    places.append((await boss.sends(PAGE, key="another-key-1", **FILLED)).headers["location"])
    assert len(set(places)) == 1
    assert len(await all_posters(parts)) == 1


async def test_scans_stand_on_the_page(parts: Parts, boss: ByHand) -> None:
    now = datetime.now(UTC)
    poster = await poster_is_made(Asked("library-card", "es", "martin-luther"), parts, now)
    for number in range(3):
        payload = f"library-card__es__martin-luther__{poster.code}"
        await newcomer_says(Started(Newcomer("web", f"s{number}"), now, f"k{number}", payload), parts)
    numbers = re.findall(r"<dd>([^<]*)</dd>", (await boss.sees(PAGE)).text)
    assert numbers == ["3", "3"]


@pytest.mark.parametrize(
    ("wrong", "sentences"),
    [
        ({"article": ""}, [posters.NO_TOPIC]),
        ({"article": "../../etc"}, [posters.NO_TOPIC]),
        ({"language": "xx"}, [posters.NO_LANGUAGE]),
        ({"place": ""}, [posters.NO_PLACE]),
        ({"place": "مكتبة"}, [posters.NO_PLACE]),
        ({"place": "x" * 21}, [posters.NO_PLACE]),
        ({"article": "", "language": "", "place": "--"}, [posters.NO_TOPIC, posters.NO_LANGUAGE, posters.NO_PLACE]),
    ],
)
async def test_what_is_filled_in_wrongly_is_named_and_the_rest_stays(
    parts: Parts, boss: ByHand, wrong: dict[str, str], sentences: list[str]
) -> None:
    response = await boss.sends(PAGE, **{**FILLED, **wrong})
    assert response.status_code == 422
    for sentence in (posters.NO_TOPIC, posters.NO_LANGUAGE, posters.NO_PLACE):
        assert says_on_page(response.text, sentence, count="20") == (sentence in sentences)
    assert response.text.count("aria-invalid") == len(sentences)
    kept = {**FILLED, **wrong}
    if "article" not in wrong:
        assert f'<option value="{kept["article"]}" selected>' in response.text
    assert f'name="place" value="{kept["place"]}"' in response.text
    assert await all_posters(parts) == []


async def test_what_is_typed_is_no_markup(boss: ByHand) -> None:
    response = await boss.sends(PAGE, article="<b>x</b>", language="<i>", place='"><script>alert(1)</script>' * 3)
    assert response.status_code == 422
    assert "<script>alert" not in response.text
    assert "<b>x" not in response.text


async def test_helpers_and_strangers_have_no_posters(parts: Parts) -> None:
    poster = await poster_is_made(Asked("library-card", "es", "library"), parts, datetime.now(UTC))
    ana = at_the_door(parts, await token(parts, "Ana", {"es": "native"}))
    assert PAGE not in (await ana.sees()).text
    for path in (PAGE, f"{PAGE}/{poster.code}"):
        refused = await ana.sees(path)
        assert refused.status_code == 404
        assert says_on_page(refused.text, pages.NOT_FOUND)
        assert poster.code not in refused.text
        stranger = await at_the_door(parts).sees(path)
        assert (stranger.status_code, stranger.headers["location"]) == (302, "/helpers/sign-in")
        assert stranger.content == b""
    await ana.sees()
    assert (await ana.sends(PAGE, **FILLED)).status_code == 404
    assert (await at_the_door(parts).sends(PAGE, **FILLED)).headers["location"] == "/helpers/sign-in"
    assert await all_posters(parts) == ["library-card es library"]


async def test_a_form_of_another_site_makes_nothing(parts: Parts, boss: ByHand) -> None:
    assert (await boss.sends(PAGE, {"Sec-Fetch-Site": "cross-site"}, **FILLED)).status_code == 403
    assert (await boss.sends(PAGE, csrf="", **FILLED)).status_code == 403
    assert await all_posters(parts) == []


@pytest.mark.parametrize("code", ["unknown", "x" * 500, "..%2f..%2fetc", "%00", "' OR 1=1"])
async def test_a_poster_that_nobody_made_does_not_exist(boss: ByHand, code: str) -> None:
    assert (await boss.sees(f"{PAGE}/{code}")).status_code == 404


async def test_without_a_font_the_page_says_what_to_install(
    parts: Parts, boss: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    poster = await poster_is_made(Asked("library-card", "am", "library"), parts, datetime.now(UTC))

    def no_font(*_: object) -> bytes:
        raise MissingFont("am", "ሰላም")

    monkeypatch.setattr(drawing, "draw_poster", no_font)
    response = await boss.sees(f"{PAGE}/{poster.code}")
    assert (response.status_code, response.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert says_on_page(response.text, posters.NO_FONT, language="Amharic", packages="fonts-noto-core")
    assert "%PDF" not in response.text


async def test_without_an_address_the_page_says_what_to_set(parts: Parts, guide: Guide) -> None:
    here = Parts(parts.store, guide, links=Links("http://127.0.0.1:8080"))
    boss = at_the_door(here, await token(here, "Boss", {"en": "native"}, "coordinator"))
    poster = await poster_is_made(Asked("library-card", "es", "library"), here, datetime.now(UTC))
    response = await boss.sees(f"{PAGE}/{poster.code}")
    assert response.status_code == 503
    assert says_on_page(response.text, posters.NO_ADDRESS)


async def test_a_topic_that_is_gone_can_be_counted_and_not_printed(parts: Parts, guide: Guide) -> None:
    poster = await poster_is_made(Asked("library-card", "es", "library"), parts, datetime.now(UTC))
    library = guide.library
    left = {name: each for name, each in library.pack.articles.items() if name != "library-card"}
    pack = replace(library.pack, articles=left)
    later = Parts(
        parts.store, replace(guide, library=Library(pack, library.catalogs, library.languages)), links=parts.links
    )
    boss = at_the_door(later, await token(later, "Boss", {"en": "native"}, "coordinator"))
    page = (await boss.sees(PAGE)).text
    assert says_on_page(page, posters.GONE)
    assert f"{PAGE}/{poster.code}" not in page
    assert (await boss.sees(f"{PAGE}/{poster.code}")).status_code == 404


async def test_a_scan_that_opens_the_web_chat_counts(parts: Parts, boss: ByHand, guide: Guide) -> None:
    """The address on paper leads to the page; its script sends what stands in the address, once."""
    web = Parts(parts.store, guide, links=Links("http://help.example.org"))
    poster = await poster_is_made(Asked("library-card", "es", "library"), web, datetime.now(UTC))
    link = drawing.address(poster, guide, "", web.links.site)
    app = make_site(web, health=well).app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://help.example.org") as phone:
        page = await phone.get(link, headers={"Accept-Language": "en"})
        assert '<html lang="es"' in page.text
        payload = re.search(r'data-payload="([^"]*)"', page.text)
        talk = re.search(r'data-talk="([^"]*)"', page.text)
        assert payload
        assert talk
        assert payload[1] == f"library-card__es__library__{poster.code}"
        start = {"talk": talk[1], "key": "start-key-1", "payload": payload[1]}
        for _ in range(2):
            done = await phone.post("/chat/start", json=start, headers={"Sec-Fetch-Site": "same-origin"})
            assert done.status_code < 300
    (one,) = await posters_are_counted(parts, datetime.now(UTC))
    assert (one.lately, one.total) == (1, 1)
