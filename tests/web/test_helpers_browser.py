"""The hand-off in real browsers: helpers on their pages, the newcomer in the web chat, everything real."""

import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from bot import wording
from bot.conversation.guide import Guide
from bot.richtext import plain
from bot.wording import handing, helping, pages
from tests.botapi import BotApi, Limits
from tests.channel.handing import asks, newcomer
from tests.channel.running import running as program
from tests.channel.told import Told
from tests.conftest import NOON
from tests.web.conftest import LAPTOP, PHONE, People, Person, Running
from tests.web.helpers import AtPage, a_clock, at_page, invitation, joins, token


@pytest.fixture(autouse=True)
async def _time_passes(running: Running) -> AsyncIterator[None]:
    async with a_clock(running.parts):
        yield


class Desks:
    """Lets helpers in, each with a browser of their own."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url, self.all = browser, url, list[AtPage]()

    async def helper(
        self, size: tuple[int, int] = LAPTOP, language: str = "en-US", session: str = "", **how: object
    ) -> AtPage:
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=language, reduced_motion="reduce", **how
        )
        if session:
            await context.add_cookies([{"name": "helper", "value": session, "url": self.url}])
        helper = await at_page(context, self.url)
        self.all.append(helper)
        return helper


@pytest.fixture
async def desks(browser: Browser, running: Running) -> AsyncIterator[Desks]:
    desks = Desks(browser, running.url)
    yield desks
    for helper in desks.all:
        await helper.page.context.close()
        assert helper.complaints == []


def said(running: Running, language: str, sentence: wording.Sentence, **values: str) -> str:
    return plain(running.guide.voice(language, NOON).say(sentence, **values))


async def asks_for_a_person(rosa: Person, language: str = "es", words: str = "") -> None:
    await rosa.opens()
    await rosa.speaks(language)
    if words:
        await rosa.says(words)
    await rosa.page.locator('.now [data-press^="p"], .now [data-press^="z"]').first.click()
    await rosa.presses("y")


async def test_the_whole_story_in_browsers(people: People, desks: Desks, running: Running) -> None:
    ana, luis = await desks.helper(), await desks.helper(PHONE)
    await joins(ana, await invitation(running.parts), "Ana", {"es": "native", "en": "fluent"})
    await joins(luis, await invitation(running.parts), "Luis", {"es": "fluent"})
    await ana.reads(pages.NOBODY_WAITS)
    for helper in (ana, luis):
        await helper.opens("/helpers/me")
        await helper.does("on")
        await helper.reads(pages.DUTY_NOW)
        await helper.opens()

    rosa = await people.person(language="es-MX")
    await asks_for_a_person(rosa, words="tengo un problema con la luz")
    await ana.reads("Spanish", ".waiting")
    await expect(ana.page.locator("#badge .count")).to_have_text("1")
    await expect(ana.page).to_have_title(re.compile(r"^\(1\)"))
    assert "luz" not in await ana.page.content()
    await ana.does("later")
    await ana.reads(helping.NOT_NOW_OK, "#flash")
    await ana.does("take")
    await expect(ana.page).to_have_url(re.compile(r"/helpers/case/\d+$"))
    await ana.reads("problema con la luz", ".packet")
    await rosa.reads(said(running, "es", handing.FOUND))

    await ana.says("Hola, ¿qué pasó?")
    await expect(ana.page.locator("#write textarea")).to_have_value("")
    await rosa.reads("Hola, ¿qué pasó?")
    await expect(ana.talk.locator(".own .status")).to_contain_text(pages.DELIVERED)
    await rosa.says("No tengo luz <b>desde ayer</b>")
    await ana.reads("No tengo luz <b>desde ayer</b>", "#live")
    await ana.does("note", text="Meter number is on the letter")
    await ana.reads("Meter number", "#notes")
    await ana.page.locator("summary", has_text=pages.READY_ANSWERS).click()
    await ana.page.locator("button.row").nth(1).click()
    await rosa.reads(said(running, "es", helping.READY_WAIT))
    await ana.page.locator("summary", has_text=pages.TOPIC).click()
    await ana.page.locator('select[name="which"]').select_option("library-card")
    await ana.form("topic").locator("button").click()
    await rosa.sees("s|library-card")

    await ana.does("word", text="She needs a payment plan")
    await ana.reads("goes to another helper", "#flash")
    await ana.reads(pages.NOBODY_MINE)
    await luis.reads("Spanish", ".waiting")
    await luis.does("take")
    await luis.reads("She needs a payment plan", "#notes")
    await luis.reads("desde ayer", "#live")
    await luis.reads(pages.HELPER_BEFORE, "#live")
    await luis.says("Soy otra persona, le ayudo")
    await rosa.reads("Soy otra persona")
    await luis.does("close")
    await luis.reads("is over")
    assert "desde ayer" not in await luis.page.content()
    await luis.does("missing", text="payment plans")
    await luis.reads(helping.MISSING_NOTED, "#flash")
    await luis.page.locator('[value="heavy"]').click()
    await luis.reads(helping.TELL_ASK)
    await luis.page.locator('[name="how"][value="no"]').click()
    await luis.reads(helping.TAKE_CARE, "#flash")
    await rosa.reads(said(running, "es", handing.CLOSED))
    await rosa.page.locator('.now [data-press$="|3"]').click()
    await rosa.reads(said(running, "es", handing.RATED))
    await rosa.says("biblioteca")
    await rosa.page.locator('.now [data-press*="library-card"]').first.wait_for()


async def test_with_a_newcomer_on_telegram(desks: Desks, guide: Guide, tmp_path: Path) -> None:
    async with (
        BotApi(limits=Limits(on=False), retry_scale=0.01) as api,
        program(api, guide, f"sqlite:///{tmp_path / 'telegram.db'}") as bot,
    ):
        desks.url, es = bot.url, Told(guide, "es")
        session = await token(bot.app.parts, "Ana", {"es": "native"})
        ana = await (await desks.helper(session=session)).opens()
        rosa = await newcomer(bot, "Rosa", "es")
        rosa.says("tengo un problema con la luz")
        rosa.reads_all()
        await asks(rosa, es)
        await rosa.expect(es(handing.LOOKING))
        await ana.does("take")
        await rosa.expect(es(handing.FOUND))
        await ana.says("Hola, ¿qué pasó?")
        await rosa.expect("¿qué pasó?")
        await expect(ana.talk.locator(".own .status")).to_contain_text(f"✓ {pages.DELIVERED}")
        photo = BytesIO()
        Image.new("RGB", (40, 30), "red").save(photo, "JPEG", comment=b"Rosa Luz, Aurora")
        rosa.sends("photo", content=photo.getvalue())
        link = ana.talk.locator('a[href^="/helpers/file/"]')
        await expect(link).to_have_text(pages.PHOTO)
        answer = await ana.page.request.get(bot.url + str(await link.get_attribute("href")))
        assert answer.headers["content-type"] == "image/jpeg"
        content = await answer.body()
        assert content.startswith(b"\xff\xd8")
        assert b"Rosa" not in content
        await ana.does("back")
        await rosa.expect(es(handing.GIVEN_BACK))
        await ana.page.close()


async def test_a_double_click_sends_once(people: People, desks: Desks, running: Running) -> None:
    ana = await (await desks.helper(session=await token(running.parts, "Ana", {"es": "native"}))).opens()
    rosa = await people.person(language="es-MX")
    await asks_for_a_person(rosa)
    await ana.does("take")
    await ana.page.locator("#write textarea").fill("solo una vez")
    await ana.page.locator("#write button").dblclick()
    for words in ("y otra", "y otra más", "y la última"):
        await ana.says(words)  # faster than any answer
    await rosa.reads("y la última")
    heard = [line.removeprefix("🧑 ").strip() for line in await rosa.talk() if line.startswith("🧑 ")]
    assert heard[-4:] == ["solo una vez", "y otra", "y otra más", "y la última"]
    box = ana.page.locator("#write textarea")
    await box.type("dos")
    await box.press("Shift+Enter")
    await box.type("líneas")
    await box.press("Enter")
    await rosa.reads("dos\nlíneas")


async def test_the_page_of_a_case_ends_when_the_newcomer_ends_it(
    people: People, desks: Desks, running: Running
) -> None:
    ana = await (await desks.helper(session=await token(running.parts, "Ana", {"es": "native"}))).opens()
    rosa = await people.person(language="es-MX")
    await asks_for_a_person(rosa)
    await ana.does("take")
    await ana.says("Hola")
    await rosa.reads("Hola")
    await rosa.says("tengo miedo")
    await ana.reads("tengo miedo", "#live")
    await rosa.says("volver al bot")
    await rosa.page.locator('[data-press^="o"]').last.click()
    await ana.reads("is over")
    assert "tengo miedo" not in await ana.page.content()
    await ana.opens()
    await ana.reads("needs no helper any more", ".news")


async def test_a_helper_who_is_removed_is_led_out_at_once(desks: Desks, running: Running) -> None:
    parts = running.parts
    boss = await desks.helper(session=await token(parts, "Boss", {"en": "native"}, "coordinator"))
    ana = await (await desks.helper(session=await token(parts, "Ana", {"es": "native"}))).opens()
    await boss.opens("/helpers/roster")
    person = boss.page.locator(".person", has_text="Ana")
    await person.locator("summary").click()
    await person.locator("button.bad").click()
    await boss.reads(pages.REMOVED, "#flash")
    await expect(ana.page).to_have_url(re.compile("/helpers/sign-in$"))
    await boss.page.locator("button", has_text=pages.INVITE_HELPER).click()
    await expect(boss.page.locator("svg.qr")).to_be_visible()


async def test_a_question_reaches_the_coordinators_page(people: People, desks: Desks, running: Running) -> None:
    parts = running.parts
    boss = await (await desks.helper(session=await token(parts, "Boss", {"en": "native"}, "coordinator"))).opens()
    ana = await (await desks.helper(session=await token(parts, "Ana", {"es": "native"}))).opens()
    await asks_for_a_person(await people.person(language="es-MX"))
    await ana.does("take")
    await ana.does("question", text="May I give my own number?")
    await ana.reads("The coordinators have your question", "#flash")
    await boss.reads("May I give my own number?", ".news")
    await boss.reads("Ana", ".others")


async def test_everything_works_without_scripts(people: People, desks: Desks, running: Running) -> None:
    session = await token(running.parts, "Ana", {"es": "native"})
    rosa = await people.person(language="es-MX")
    await asks_for_a_person(rosa)
    ana = await (await desks.helper(session=session, java_script_enabled=False)).opens()
    await ana.does("take")
    await ana.does("say", text="Hola")
    await rosa.reads("Hola")
    await ana.does("note", text="a note")
    await ana.reads("a note", "#notes")
    await ana.does("close")
    await ana.reads("is over")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr"), ("am", "ltr")])
async def test_every_page_fits_a_phone(  # noqa: PLR0917
    people: People, desks: Desks, running: Running, language: str, direction: str, scheme: str
) -> None:
    parts = running.parts
    session = await token(parts, "Amal", {language: "native", "es": "some"}, "coordinator", speaks=language)
    await asks_for_a_person(await people.person(language="es-MX"))
    amal = await (await desks.helper(PHONE, session=session, color_scheme=scheme)).opens()
    await expect(amal.page.locator("html")).to_have_attribute("dir", direction)
    await expect(amal.page.locator("html")).to_have_attribute("lang", language)
    await amal.does("take")
    await amal.says("x" * 300)
    await expect(amal.talk.locator(".own")).to_have_count(1)
    case = amal.page.url.removeprefix(running.url)
    for path in (case, "/helpers", "/helpers/me", "/helpers/roster"):
        await amal.opens(path)
        assert await amal.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], path


async def test_a_refused_form_says_why_and_leaves_the_talk(people: People, desks: Desks, running: Running) -> None:
    ana = await (await desks.helper(session=await token(running.parts, "Ana", {"es": "native"}))).opens()
    await asks_for_a_person(await people.person(language="es-MX"))
    await ana.does("take")
    await ana.says("Hola")
    await ana.reads("Hola", "#live")
    await ana.page.locator('#write [name="csrf"]').evaluate("field => field.value = 'old'")
    await ana.says("otra vez")
    await ana.reads(pages.NOT_FROM_HERE, "#flash")
    await ana.reads("Hola", "#live")
    await expect(ana.page.locator("#write textarea")).to_have_value("otra vez")
    assert [complaint for complaint in ana.complaints if "403" not in complaint] == []
    ana.complaints.clear()


async def test_a_page_says_when_it_is_cut_off_and_comes_back(people: People, desks: Desks, running: Running) -> None:
    ana = await (await desks.helper(session=await token(running.parts, "Ana", {"es": "native"}))).opens()
    await running.stop()
    await ana.reads(wording.WEB_AWAY, "#away")
    await running.start()
    async with a_clock(running.parts):
        await expect(ana.page.locator("#away")).to_be_hidden(timeout=15_000)
        await asks_for_a_person(await people.person(language="es-MX"))
        await ana.reads("Spanish", ".waiting")
    ana.complaints.clear()  # a browser complains about each attempt
