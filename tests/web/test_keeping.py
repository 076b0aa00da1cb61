"""What newcomers keep from the web chat, and how they hide it: in a browser, and by hand from another session."""

import httpx
import pytest
from playwright.async_api import expect

from bot import wording
from bot.conversation.message import Newcomer
from bot.richtext import plain
from tests.conftest import NOON
from tests.web.conftest import PHONE, People, Running

CARD, HOME = "library-card", "domestic-violence"


async def test_a_picture_is_shown_and_belongs_to_its_talk_alone(people: People, running: Running) -> None:
    rosa = await (await people.person(PHONE)).opens(f"/chat/{CARD}__es")
    for press in (f"c|{CARD}|about|child", f"n|{CARD}|child", f"c|{CARD}|area|colfax", f"n|{CARD}|colfax"):
        await rosa.presses(press)
    await rosa.presses(f"e|{CARD}|say-there|p1")
    picture = rosa.page.locator(".now .keep img")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("complete", value=True)
    assert await picture.evaluate("image => image.naturalWidth") >= 800
    assert "library card" in (await picture.get_attribute("alt") or "")
    address = running.url + (await picture.get_attribute("src") or "")
    async with httpx.AsyncClient() as stranger:
        assert (await stranger.get(address)).status_code == 404
        await stranger.get(f"{running.url}/chat")
        assert (await stranger.get(address)).status_code == 404
    kept = await rosa.page.request.get(address)
    assert (kept.status, kept.headers["content-type"]) == (200, "image/png")
    assert kept.headers["cache-control"] == "no-store"


async def test_a_number_is_kept_as_a_contact(people: People) -> None:
    rosa = await (await people.person(PHONE)).opens(f"/chat/{CARD}__en")
    for press in (f"c|{CARD}|about|child", f"n|{CARD}|child", f"c|{CARD}|area|colfax", f"e|{CARD}|colfax|"):
        await rosa.presses(press)
    await rosa.presses(f"e|{CARD}|colfax|n1")
    link = rosa.page.locator(".now a.keep")
    await expect(link).to_contain_text("Martin Luther King")
    kept = await rosa.page.request.get(await link.evaluate("link => link.href"))
    assert kept.headers["content-type"].startswith("text/vcard")
    assert "+13037396600" in (await kept.text())


@pytest.mark.parametrize(
    "path", ["/chat/keep/1", "/chat/keep/999999", "/chat/keep/0", f"/chat/keep/{10**30}", "/chat/keep/x"]
)
async def test_there_is_nothing_to_keep_where_nothing_was_given(people: People, path: str) -> None:
    rosa = await (await people.person()).opens(f"/chat/{CARD}__en")
    assert (await rosa.page.request.get(rosa.url + path)).status == 404


async def test_hiding_leaves_nothing_on_the_page_or_behind_it(people: People, running: Running) -> None:
    rosa = await (await people.person(PHONE)).opens(f"/chat/{HOME}__en")
    beside = await people.tab(rosa.page.context)
    await beside.opens("/chat")
    await rosa.presses("d")
    hidden = plain(running.guide.voice("en", NOON).say(wording.HIDDEN))
    for page in (rosa, beside):
        await page.reads(hidden)
        assert [line.strip() for line in await page.talk()] == [hidden]
    await rosa.page.reload()
    await rosa.reads(hidden)
    assert [line.strip() for line in await rosa.talk()] == [hidden]
    session = next(c["value"] for c in await rosa.page.context.cookies() if c["name"].endswith("talk"))
    lines = await running.store.web_lines(Newcomer("web", session), 0, 100)
    assert [plain(line.said.text) for line in lines if not isinstance(line.said, str)] == [hidden]
    assert not [line for line in lines if isinstance(line.said, str)]
