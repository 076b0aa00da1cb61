"""A real server on a free port, a real store in a file, the shipped content, and people with real browsers."""

import shutil
import socket
from asyncio import Task, create_task
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from bot.actions.parts import Links, Parts
from bot.conversation.guide import Guide
from bot.storage.store import Store
from bot.web.health import Health
from bot.web.site import Site, make_site
from tests.conftest import lacking

KEY = "a key that is long enough for a test"
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
GROUPS = {"library-card": "learn", "ride-transit": "move", "fire-safety": "safe"}
"""Under which heading of the menu the articles of these tests stand."""
PHONE, LAPTOP = (360, 740), (1280, 800)


@dataclass
class Running:
    """The program's web part. `stop` and `start` are a restart of the process: only the file and the port stay."""

    guide: Guide
    path: Path
    port: int = 0
    links: Links = field(default_factory=Links)
    store: Store = field(init=False)
    site: Site = field(init=False)
    _server: uvicorn.Server = field(init=False)
    _serving: Task[None] = field(init=False)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def parts(self) -> Parts:
        return Parts(self.store, self.guide, links=self.links)

    async def start(self) -> None:
        self.store = await Store.open(f"sqlite:///{self.path}", KEY)
        self.site = make_site(self.parts, health=self._health)
        listening = socket.create_server(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(self.site.app, lifespan="off", log_level="error", timeout_graceful_shutdown=5)
        self._server = uvicorn.Server(config)
        self._serving = create_task(self._server.serve(sockets=[listening]))

    async def stop(self) -> None:
        self.site.close()
        self._server.should_exit = True
        await self._serving
        await self.store.close()

    async def _health(self) -> Health:
        await self.store.ping()
        return Health(database=True)


@pytest.fixture
async def running(guide: Guide, tmp_path: Path) -> AsyncIterator[Running]:
    running = Running(guide, tmp_path / "chat.sqlite3")
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which(CHROMIUM) or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        lacking("Chromium", "apt-get install chromium (or your system's package of it)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()


@dataclass
class Person:
    """Somebody at a browser. ``complaints`` is what the browser complained about: it must stay empty."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))

    async def opens(self, path: str = "/chat") -> "Person":
        await self.page.goto(self.url + path)
        await expect(self.page.locator("#log[aria-busy=false]")).to_be_attached()
        return self

    async def sees(self, *press: str) -> None:
        """Wait until the newest message has these buttons (each by the beginning of what it presses)."""
        for data in press:
            await expect(self.button(data).first).to_be_visible()

    async def reads(self, text: str) -> None:
        """Wait until the newest message holds *text*."""
        await expect(self.newest).to_contain_text(text)

    async def presses(self, press: str) -> None:
        await self.button(press).click()

    async def says(self, text: str) -> None:
        await self.box.fill(text)
        await self.box.press("Enter")

    async def speaks(self, language: str) -> None:
        """Choose a language, and wait for the menu."""
        await self.presses(f"l|{language}")
        await self.sees("m|learn")

    async def picks(self, article: str) -> None:
        """Open an article from the menu: its group first."""
        await self.presses(f"m|{GROUPS[article]}")
        await self.presses(f"a|{article}")

    def button(self, press: str) -> Locator:
        return self.page.locator(f'.now [data-press^="{press}"]')

    @property
    def newest(self) -> Locator:
        return self.page.locator(".now .words")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox")

    async def talk(self) -> list[str]:
        """Everything on the page, in order: own lines behind “> ”."""
        script = """all => all.map(m => (m.classList.contains("own") ? "> " : "")
                    + m.querySelector(".words").textContent)"""
        return await self.page.locator(".message:has(.words)").evaluate_all(script)


@dataclass
class People:
    """Lets people in, each with a browser of their own."""

    browser: Browser
    url: str
    all: list[Person] = field(default_factory=list)

    async def person(self, size: tuple[int, int] = PHONE, language: str = "en-US", **how: object) -> Person:
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=language, reduced_motion="reduce", **how
        )
        return await self.tab(context)

    async def tab(self, context: BrowserContext) -> Person:
        """One more page of the same browser."""
        person = Person(await context.new_page(), self.url)
        self.all.append(person)
        return person


@pytest.fixture
async def people(browser: Browser, running: Running) -> AsyncIterator[People]:
    people = People(browser, running.url)
    yield people
    for person in people.all:
        await person.page.context.close()
        assert person.complaints == []
