"""People of a hand-off on the pages: helpers in browsers of their own, and their forms sent by hand."""

import re
from asyncio import CancelledError, Event, create_task
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from playwright.async_api import BrowserContext, Locator, Page, expect

from bot.actions.entrance import somebody_becomes_helper
from bot.actions.helper import make_invitation
from bot.actions.parts import Parts
from bot.app import _cases
from bot.handoff.helper import DAY, Helper, Level, Window

PASSWORD = "four warm green words"
ALWAYS = tuple(Window(day, 0, DAY) for day in range(7))
OURS = {"Sec-Fetch-Site": "same-origin"}


async def invitation(parts: Parts, role: str = "helper") -> str:
    """The path of a fresh invitation on the pages."""
    async with parts.store.work() as work:
        links = await make_invitation(role, work, parts, datetime.now(UTC))
    return links[-1].removeprefix(parts.links.site)


async def token(parts: Parts, name: str, languages: dict[str, Level], role: str = "helper", speaks: str = "en") -> str:
    """The session of somebody who followed an invitation; here at any hour."""
    path = await invitation(parts, role)
    new = Helper(0, name=name, language=speaks, languages=tuple(languages.items()), hours=ALWAYS)
    ticket = path.rpartition("/")[2]
    return await somebody_becomes_helper(ticket, new, f"{name}@example", PASSWORD, parts, datetime.now(UTC))


@asynccontextmanager
async def a_clock(parts: Parts) -> AsyncIterator[None]:
    """Time passes, as in the whole program."""
    running = create_task(_cases(parts, Event()))
    try:
        yield
    finally:
        running.cancel()
        with suppress(CancelledError):
            await running


@dataclass
class AtPage:
    """A helper at a browser. ``complaints`` is what the browser complained about: it must stay empty."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))

    async def opens(self, path: str = "/helpers") -> "AtPage":
        await self.page.goto(self.url + path)
        await expect(self.page.locator("#main")).to_be_attached()
        return self

    async def reads(self, text: str, where: str = "#main") -> None:
        await expect(self.page.locator(where)).to_contain_text(text)

    async def does(self, what: str, **fields: str) -> None:
        """Fill in the form that does this, and send it; folded tools are opened first."""
        form = self.form(what)
        fold = self.page.locator("details", has=form)
        if await fold.count() and not await form.is_visible():
            await fold.locator("summary").first.click()
        for name, value in fields.items():
            await form.locator(f'[name="{name}"]').fill(value)
        await form.locator("button").click()

    async def says(self, text: str) -> None:
        await self.page.locator("#write textarea").fill(text)
        await self.page.locator("#write textarea").press("Enter")

    def form(self, what: str) -> Locator:
        return self.page.locator("form", has=self.page.locator(f'input[name="do"][value="{what}"]')).first

    @property
    def talk(self) -> Locator:
        return self.page.locator("#live")


async def joins(helper: AtPage, path: str, name: str, levels: dict[str, str], hours: int = 21) -> None:
    """Follow an invitation in the browser, all of it."""
    page = (await helper.opens(path)).page
    await page.locator('[name="promise"]').check()
    await page.locator('[name="name"]').fill(name)
    for language, level in levels.items():
        await page.locator(f'[name="level-{language}"]').select_option(level)
    boxes = page.locator('[name="hour"]')
    for place in range(hours):
        await boxes.nth(place).check()
    await page.locator('[name="login"]').fill(f"{name}@example.org")
    await page.locator('[name="password"]').fill(PASSWORD)
    await page.locator("button.main").click()
    await expect(page).to_have_url(re.compile(r"/helpers$"))


async def at_page(context: BrowserContext, url: str) -> AtPage:
    return AtPage(await context.new_page(), url)


@dataclass
class ByHand:
    """A helper who sends forms without a browser. ``form`` reads csrf and key from the page that was seen last."""

    http: httpx.AsyncClient
    text: str = ""

    async def sees(self, path: str = "/helpers", **headers: str) -> httpx.Response:
        response = await self.http.get(path, headers=headers)
        self.text = response.text
        return response

    async def sends(self, path: str, headers: dict[str, str] = OURS, **fields: str) -> httpx.Response:
        filled = {"csrf": self.csrf, "key": self.key, **fields}
        return await self.http.post(path, data=filled, headers=headers)

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]*)"', self.text)
        return found[1] if found else ""

    @property
    def key(self) -> str:
        found = re.search(r'name="key" value="([^"]*)"', self.text)
        return found[1] if found else "no-key-here"
