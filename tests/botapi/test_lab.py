"""The server as its own process, driven over HTTP; and the page, in a real browser."""

import asyncio
import base64
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright, expect

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


async def test_another_process_sends_files(lab: Process) -> None:
    rosa = await lab.post("/lab/users", name="Rosa")
    amina = await lab.post("/lab/users", name="Amina")
    me = f"/lab/users/{rosa['id']}"
    letter = base64.b64encode(b"my letter").decode()
    sent = await lab.post(f"{me}/sends", kind="document", content=letter, file_name="letter.html", caption="help")
    assert (sent["file"]["name"], sent["file"]["size"], sent["text"]) == ("letter.html", 9, "help")
    async with lab.session.get(f"{lab.url}/lab/files/{sent['file']['id']}") as answer:
        assert await answer.read() == b"my letter"
        assert answer.headers["Content-Disposition"] == "attachment"
    items = ["photo", {"kind": "photo", "content": letter}]
    album = await lab.post(f"{me}/sends_album", items=items, reply_to=sent["message_id"])
    assert [message["file"]["size"] for message in album] == [len("photo of Rosa"), 9]
    assert {message["reply_to"] for message in album} == {sent["message_id"]}
    await lab.post(f"{me}/edits_caption", caption="help!", message=sent["message_id"])
    await lab.post(f"{me}/forwards", text="look", from_person=amina["id"])
    updates = await lab.bot("getUpdates")
    kinds = [list(update)[1] for update in updates]
    assert kinds == ["message", "message", "message", "edited_message", "message"]
    assert updates[-1]["message"]["forward_origin"]["sender_user"]["id"] == amina["id"]
    assert "no Base64" in (await lab.post(f"{me}/sends", status=400, kind="photo", content="?"))["error"]
    await lab.get("/lab/files/none", status=400)


@asynccontextmanager
async def opened(api: BotApi) -> AsyncIterator[Page]:
    """The page in a browser that must have nothing to complain about."""
    if not HAS_CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is missing: apt-get install chromium")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1400, "height": 820})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        await browser.close()
    assert complaints == []


async def test_the_page_shows_a_chat_live(api: BotApi, call: Caller) -> None:
    async with opened(api) as page:
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
        await expect(page.get_by_label("Message")).to_be_disabled()


async def test_the_page_sends_and_shows_everything(api: BotApi, call: Caller, tmp_path: Path) -> None:
    api.limits.on = False
    rosa, amina = api.user("Rosa", language="es"), api.user("Amina", language="ar")
    api.user("Abebe", language="am")
    amina.starts()
    await call.ok("getUpdates", allowed_updates=["message", "edited_message", "message_reaction"])
    async with opened(api) as page:
        await page.goto(api.url)
        assert await page.evaluate("document.querySelector('main').scrollWidth") <= 1400  # three phones
        phone = page.locator("section", has_text="Rosa")
        words = phone.get_by_label("Message", exact=True)

        await phone.get_by_label("What follows ?start=").fill("library-card__es")
        await phone.get_by_title("Follow the link").click()
        await expect(phone.locator(".mine")).to_contain_text("/start library-card__es")

        picture = tmp_path / "letter.png"
        picture.write_bytes(await page.locator("h1").screenshot())
        (tmp_path / "Mi carta.pdf").write_bytes(b"%PDF")
        await words.fill("mi carta")
        await phone.get_by_label("A photo").set_input_files(picture)
        await expect(phone.locator(".mine img")).to_be_visible()
        await phone.get_by_label("A document").set_input_files(tmp_path / "Mi carta.pdf")
        await expect(phone.get_by_role("link", name="Mi carta.pdf")).to_be_visible()
        for title, shown in (
            ("Send a voice sample", "audio"),
            ("Send a sticker", "img.sticker"),
            ("Send a location", "a[href*=openstreetmap]"),
            ("Send the own contact", "text=+15555550100"),
        ):
            await phone.get_by_title(title).click()
            await expect(phone.locator(f".mine >> {shown}")).to_be_visible()
        assert await phone.locator("audio").evaluate("sound => sound.duration") == 1.5
        _, photo, document, voice, *_ = rosa.screen()
        assert photo.text == "mi carta"
        assert photo.file is not None
        assert photo.file.content == picture.read_bytes()
        assert document.file is not None
        assert (document.file.name, document.file.content) == ("Mi carta.pdf", b"%PDF")

        answer = {"message_id": voice.message_id}
        sent = await call.ok(
            "sendMessage", chat_id=rosa.id, text="Una persona la leerá", reply_parameters=answer, protect_content=True
        )
        reaction = [{"type": "emoji", "emoji": "👌"}]
        await call.ok("setMessageReaction", chat_id=rosa.id, message_id=photo.message_id, reaction=reaction)
        bubble = phone.locator(".message:not(.mine)")
        await expect(bubble.locator(".quote")).to_contain_text("voice")
        await expect(bubble).to_contain_text("protected")
        await expect(phone.locator(".mine .chips .bot")).to_have_text("👌")

        await bubble.hover()
        await bubble.get_by_title("Answer, react").click()
        await bubble.get_by_title("Answer", exact=True).click()
        await words.fill("Gracais")
        await words.press("Enter")
        await expect(phone.locator(".mine .quote")).to_have_text("Una persona la leerá")
        await phone.get_by_title("Change the last message").click()
        await expect(words).to_have_value("Gracais")
        await words.fill("Gracias")
        await words.press("Enter")
        await expect(phone.locator(".mine").last).to_contain_text("edited")
        await bubble.hover()
        await bubble.get_by_title("Answer, react").click()
        await bubble.locator(".deeds").get_by_text("❤").click()
        await expect(bubble.locator(".chips")).to_have_text("❤")
        updates = await call.ok("getUpdates")
        assert updates[-3]["message"]["reply_to_message"]["message_id"] == sent["message_id"]
        assert updates[-2]["edited_message"]["text"] == "Gracias"
        assert updates[-1]["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "❤"}]

        for kind in ("photo", "voice", "video", "video_note", "audio", "animation", "sticker", "venue", "poll", "dice"):
            amina.sends(kind)  # bytes that are no picture and no sound: a line says what it is
            await expect(page.locator("section", has_text="Amina").locator(".mine")).to_have_count(len(amina.screen()))
        await phone.get_by_role("button", name="Block").click()
        await expect(phone.get_by_title("Send a location")).to_be_disabled()
        await phone.get_by_role("button", name="Unblock").click()
        await expect(words).to_be_enabled()
