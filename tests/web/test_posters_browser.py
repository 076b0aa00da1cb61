"""A coordinator at a browser makes a poster and prints it, with scripts and without."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.wording import posters
from tests.pictures.conftest import fonts
from tests.pictures.looking import page_picture, scanned
from tests.web.conftest import PHONE, Running
from tests.web.helpers import AtPage, at_page, token

__all__ = ["fonts"]
BOT = "https://t.me/aurora_helpers_bot"


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_poster_is_made_and_printed(browser: Browser, running: Running, tmp_path: Path, scripts: bool) -> None:
    running.links.telegram = BOT
    boss = await coordinator(browser, running, java_script_enabled=scripts)
    page = (await boss.opens("/helpers/posters")).page
    await page.get_by_label(posters.TOPIC).select_option("library-card")
    await page.get_by_label("Language").select_option("es")
    await page.get_by_label(posters.PLACE).fill("Martín Luther")
    await page.get_by_role("button", name=posters.MAKE).click()
    await boss.reads(posters.MADE)
    await boss.reads("martin-luther", ".made")
    async with page.expect_download() as download:
        await page.get_by_role("link", name=posters.DOWNLOAD, exact=False).first.click()
    file = await download.value
    assert file.suggested_filename.startswith("poster-library-card-es-")
    await file.save_as(tmp_path / "poster.pdf")
    link = scanned(page_picture((tmp_path / "poster.pdf").read_bytes()))
    assert link.startswith(f"{BOT}?start=library-card__es__martin-luther__")
    await expect(page.locator(".all-posters > li")).to_have_count(1)
    assert boss.complaints == []
    await page.context.close()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ar", "dark"), ("am", "light")])
async def test_a_full_page_fits_a_phone(browser: Browser, running: Running, language: str, scheme: str) -> None:
    boss = await coordinator(browser, running, language, color_scheme=scheme)
    now = datetime.now(UTC)
    async with running.store.work() as work:
        for place in ("x" * 20, "martin-luther"):
            for each in ("es", "ar", "am"):
                await work.posters.add("immigration-legal-help", each, place, now)
        await work.posters.add("taken-away", "es", "library", now)
    await boss.opens("/helpers/posters?made=nothing")
    await expect(boss.page.locator(".all-posters > li")).to_have_count(7)
    assert await boss.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    await boss.page.locator("button.main").click()  # the browser asks for what is not filled in
    await expect(boss.page.locator("select:invalid")).to_have_count(2)
    assert boss.complaints == []
    await boss.page.context.close()


async def coordinator(browser: Browser, running: Running, language: str = "en", **how: object) -> AtPage:
    context = await browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, **how)
    session = await token(running.parts, "Boss", {language: "native"}, "coordinator", speaks=language)
    await context.add_cookies([{"name": "helper", "value": session, "url": running.url}])
    return await at_page(context, running.url)
