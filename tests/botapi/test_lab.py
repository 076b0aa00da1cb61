"""The server as its own process, driven over HTTP; and the page, in a real browser."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.botapi import BotApi
from tests.botapi.conftest import Caller
from tests.botapi.lab import Lab

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
HAS_CHROMIUM = CHROMIUM.exists()


class Process:
    """``python -m tests.botapi`` and what it printed."""

    def __init__(self, printed: dict[str, str], session: aiohttp.ClientSession) -> None:
        self.url, self.token = printed["TELEGRAM_API_URL"], printed["TELEGRAM_TOKEN"]
        self.session = session

    async def get(self, path: str, status: int = 200):
        async with self.session.get(self.url + path) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def post(self, path: str, status: int = 200, **body):
        async with self.session.post(self.url + path, json=body) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def bot(self, method: str, **parameters):
        return (await self.post(f"/bot{self.token}/{method}", **parameters))["result"]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A server with the page."""
    server = BotApi()
    Lab(server)
    async with server:
        yield server


@pytest.fixture
async def lab() -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.botapi", "--port", "0", "--empty", "--no-limits",
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    printed = {}
    for _ in range(2):
        line = (await asyncio.wait_for(process.stdout.readline(), 15)).decode().strip()
        name, _, value = line.partition("=")
        printed[name] = value
    try:
        async with aiohttp.ClientSession() as session:
            yield Process(printed, session)
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 5) == 0


async def test_another_process_can_be_anybody(lab: Process) -> None:
    rosa = await lab.post("/lab/users", name="Rosa", language="es")
    me = f"/lab/users/{rosa['id']}"
    await lab.post(f"{me}/starts", payload="library-card__es")
    keyboard = {"inline_keyboard": [[{"text": "Sí", "callback_data": "yes"}]]}
    await lab.bot("sendMessage", chat_id=rosa["id"], text="¿Lista?", reply_markup=keyboard)
    assert (await lab.get(f"{me}/expect?text=Lista"))["buttons"][0][0]["text"] == "Sí"
    assert "error" in await lab.get(f"{me}/expect?text=Lista&timeout=0.05", status=408)
    await lab.post(f"{me}/presses", label="Sí")
    await lab.post(f"{me}/sends", kind="voice")
    updates = await lab.bot("getUpdates")
    assert [list(update)[1] for update in updates] == ["message", "callback_query", "message"]
    group = await lab.post("/lab/groups", title="Team", members=[rosa["id"]])
    await lab.post(f"{me}/adds_bot", group=group["id"])
    await lab.post(f"{me}/says", text="hola a todos", where=group["id"])
    assert len(await lab.get("/lab/updates")) == 5
    assert [message["kind"] for message in await lab.get(f"{me}/screen")] == ["text", "text", "voice"]
    await lab.post("/lab/faults", how="500", method="getMe")
    async with lab.session.get(f"{lab.url}/bot{lab.token}/getMe") as answer:
        assert answer.status == 500
    assert [call["status"] for call in await lab.get("/lab/calls?method=getMe")] == [500]
    async with lab.session.get(f"{lab.url}/bot{lab.token}/getMe?x=1") as answer:
        assert answer.status == 400
    assert len(await lab.get("/lab/trouble")) == 1
    assert "no deed" in (await lab.post(f"{me}/flies", status=400))["error"]
    assert "sees no button" in (await lab.post(f"{me}/presses", status=400, label="No"))["error"]
    await lab.post("/lab/load", total=50, people=5, at_once=None)
    assert (await lab.get("/lab/load"))["wanted"] == 50
    assert len(await lab.bot("getUpdates", offset=-50)) == 50


async def test_the_page_shows_a_chat_live(api: BotApi, call: Caller) -> None:
    if not HAS_CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is missing: apt-get install chromium")
    from playwright.async_api import async_playwright, expect

    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(api.url)
        await page.fill("input[name=name]", "Amina")
        await page.fill("input[name=language]", "ar")
        await page.click("text=Add a user")
        await page.click("section >> text=Start")
        (update,) = await call.ok("getUpdates", timeout=5)
        amina = update["message"]["chat"]["id"]
        assert update["message"]["from"]["language_code"] == "ar"
        keyboard = {"inline_keyboard": [[{"text": "نعم", "callback_data": "yes"}]]}
        text = "<b>أهلا</b> &lt;script&gt;"
        await call.ok("sendMessage", chat_id=amina, text=text, parse_mode="HTML", reply_markup=keyboard)
        await expect(page.locator(".bubble b")).to_have_text("أهلا")
        direction = "node => getComputedStyle(node).direction"
        assert await page.locator(".bubble div", has_text="أهلا").evaluate(direction) == "rtl"
        await page.click("text=نعم")
        (update,) = await call.ok("getUpdates", offset=update["update_id"] + 1, timeout=5)
        await call.ok("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="شكرا")
        await expect(page.locator(".toast")).to_have_text("شكرا")
        await page.fill("section input", "مرحبا")
        await page.press("section input", "Enter")
        await page.locator(".mine .bubble", has_text="مرحبا").dblclick()
        await page.fill("section input", "مرحبا بك")
        await page.press("section input", "Enter")
        await expect(page.locator(".mine .bubble").last).to_contain_text("edited")
        await page.click("text=Block")
        await expect(page.locator("section input")).to_be_disabled()
        await browser.close()
    assert complaints == []
