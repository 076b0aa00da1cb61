"""Our way to the Bot API: what is asked arrives, and what goes wrong is one of the library's errors without the token."""

import asyncio
import gzip
import json
import traceback
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from aiohttp import BodyPartReader, web
from aiohttp.test_utils import TestServer
from telegram import Bot, InputMediaPhoto
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channel.request import LARGEST_ANSWER, AiohttpRequest
from tests.botapi import BotApi, Limits, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "ሰላም & <b>سلام</b> 🧑🏽‍🦱 “a+b=c%20”\n\\u0041 \x00 end"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=Limits(on=False)) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    request = AiohttpRequest(2, read=0.3, pool=5)
    async with Bot(api.token, f"{api.url}/bot", request=request, get_updates_request=AiohttpRequest(1)) as bot:
        yield bot


@pytest.fixture
def rosa(api: BotApi) -> Person:
    person = api.user("Rosa")
    person.starts()
    return person


async def test_every_letter_arrives(api: BotApi, bot: Bot, rosa: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "ሀ", "callback_data": "a|&=+"}]]}
    await bot.send_message(rosa.id, WORDS, api_kwargs={"reply_markup": keyboard})
    call = api.calls_of("sendMessage")[-1]
    assert call.parameters["text"] == WORDS
    assert call.parameters["reply_markup"] == keyboard


async def test_more_calls_than_connections_wait_for_one_another(api: BotApi, bot: Bot, rosa: Person) -> None:
    await asyncio.gather(*(bot.send_message(rosa.id, f"{number}") for number in range(20)))
    assert sorted(int(seen.text) for seen in rosa.screen() if seen.by_bot) == list(range(20))


@pytest.mark.parametrize(
    ("how", "wanted"),
    [("429", RetryAfter), ("500", NetworkError), ("502", NetworkError), ("hang", TimedOut), ("close", NetworkError)],
)
async def test_trouble_is_an_error_of_the_library(
    api: BotApi, bot: Bot, rosa: Person, how: str, wanted: type[Exception]
) -> None:
    more = {"retry_after": 3} if how == "429" else {"seconds": 1} if how == "hang" else {}
    api.fails(how, chat=rosa.id, **more)
    with pytest.raises(wanted) as caught:
        await bot.send_message(rosa.id, "hello")
    assert api.token not in str(caught.value)
    await bot.send_message(rosa.id, "hello again")
    assert rosa.last().text == "hello again"


async def test_a_refusal_says_why(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(999_999, "hello")


async def test_nobody_there_is_a_network_error_without_the_token(api: BotApi) -> None:
    request = AiohttpRequest(1, connect=0.5)
    with pytest.raises(NetworkError) as caught:
        await Bot(api.token, "http://127.0.0.1:1/bot", request=request).get_me()
    await request.shutdown()
    assert api.token not in str(caught.value)


async def test_a_long_poll_may_take_longer_than_a_call(api: BotApi) -> None:
    polling = AiohttpRequest(1, read=0.1)
    async with Bot(api.token, f"{api.url}/bot", request=AiohttpRequest(1), get_updates_request=polling) as bot:
        assert await bot.get_updates(10_000_000, timeout=1) == ()


async def test_after_a_shutdown_it_can_be_used_again(bot: Bot, rosa: Person) -> None:
    await bot.request.shutdown()
    await bot.send_message(rosa.id, "still here")
    assert rosa.last().text == "still here"


# -- files, against a server that shows what arrived byte for byte

TOKEN = "123456:secret-token"
CONTENT = bytes(range(256)) * 300 + b"\r\n--boundary--\r\n"


@dataclass
class Far:
    """A Bot API server of nothing but files: what it was sent, and what it gives."""

    url: str = ""
    parts: dict[str, tuple[str | None, str | None, bytes]] = field(default_factory=dict)
    heads: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    gives: bytes = CONTENT
    status: int = 200
    pause: float = 0
    sent: int = 0

    async def call(self, request: web.Request) -> web.Response:
        self.parts.clear()
        if request.match_info["method"] == "getFile":
            path = {"file_id": "f", "file_unique_id": "u", "file_path": "documents/file 1.pdf"}
            return web.json_response({"ok": True, "result": path})
        await asyncio.sleep(self.pause)
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            name, mime = part.filename, part.headers.get("Content-Type")
            self.parts[part.name or ""] = name, mime, bytes(await part.read())
        chat = {"id": 5, "type": "private", "first_name": "x"}
        message = {"message_id": 7, "date": 1, "chat": chat}
        several = request.match_info["method"] == "sendMediaGroup"
        return web.json_response({"ok": True, "result": [message] if several else message})

    async def give(self, request: web.Request) -> web.StreamResponse:
        self.heads.append(
            (request.method, request.path, {name.lower(): value for name, value in request.headers.items()})
        )
        self.bodies.append(await request.read())
        response = web.StreamResponse(status=self.status)
        if self.status == 302:
            response.headers["Location"] = f"{self.url}/file/bot{TOKEN}/elsewhere"
        await response.prepare(request)
        with suppress(ConnectionError):
            for start in range(0, len(self.gives), 65536):
                await response.write(self.gives[start : start + 65536])
                self.sent = start
                await asyncio.sleep(self.pause)
        return response


@pytest_asyncio.fixture(loop_scope="module")
async def far() -> AsyncIterator[Far]:
    there, app = Far(), web.Application(client_max_size=2**26)
    app.router.add_post("/bot{token}/{method}", there.call)
    app.router.add_get("/file/bot{token}/{path:.+}", there.give)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield there
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="module")
async def sender(far: Far) -> AsyncIterator[Bot]:
    request = AiohttpRequest(1, read=0.3, carry=0.5)
    yield Bot(TOKEN, f"{far.url}/bot", f"{far.url}/file/bot", request=request)
    await request.shutdown()


async def test_a_file_arrives_with_its_words(far: Far, sender: Bot) -> None:
    await sender.send_document(
        5,
        CONTENT,
        caption=WORDS.replace("\x00", ""),
        filename="document.pdf",
        api_kwargs={"reply_markup": {"a": ["ሀ"]}},
    )
    assert far.parts.pop("document") == ("document.pdf", "application/pdf", CONTENT)
    said = {name: content.decode() for name, (_, _, content) in far.parts.items()}
    assert said["chat_id"] == "5"
    assert said["caption"] == WORDS.replace("\x00", "")
    assert json.loads(said["reply_markup"]) == {"a": ["ሀ"]}
    assert not any(filename for filename, _, _ in far.parts.values())


@pytest.mark.parametrize("name", ["رسالة.pdf", "ሰላም 100%.pdf", 'a "b" c.pdf'])
async def test_a_file_arrives_under_its_name(far: Far, sender: Bot, name: str) -> None:
    await sender.send_document(5, CONTENT, filename=name)
    assert far.parts["document"] == (name, "application/pdf", CONTENT)


async def test_several_files_at_once(far: Far, sender: Bot) -> None:
    assert (
        len(await sender.send_media_group(5, [InputMediaPhoto(b"one", filename="a.jpg"), InputMediaPhoto(b"two")])) == 1
    )
    names = [item["media"].removeprefix("attach://") for item in json.loads(far.parts["media"][2])]
    assert [far.parts[name][2] for name in names] == [b"one", b"two"]


async def test_after_a_file_words_go_as_json_again(api: BotApi, bot: Bot, rosa: Person) -> None:
    await bot.send_document(rosa.id, b"a file", filename="document.pdf")
    await bot.send_message(rosa.id, WORDS)
    assert api.calls_of("sendMessage")[-1].parameters["text"] == WORDS


async def test_a_file_is_fetched(far: Far, sender: Bot) -> None:
    file = await sender.get_file("f")
    assert bytes(await file.download_as_bytearray()) == CONTENT
    method, path, headers = far.heads[-1]
    assert (method, path) == ("GET", f"/file/bot{TOKEN}/documents/file 1.pdf")
    assert not {"content-type", "content-length", "transfer-encoding"} & set(headers)
    assert far.bodies == [b""]


async def test_a_file_of_the_largest_size_is_fetched_and_a_larger_one_is_not(far: Far, sender: Bot) -> None:
    file = await sender.get_file("f")
    far.gives = bytes(LARGEST_ANSWER)
    assert len(await file.download_as_bytearray(write_timeout=20)) == LARGEST_ANSWER
    far.gives = bytes(3 * LARGEST_ANSWER)
    with pytest.raises(NetworkError, match="larger than 20971520 bytes") as caught:
        await file.download_as_bytearray(write_timeout=20)
    assert TOKEN not in told(caught.value)
    await asyncio.sleep(0.1)
    assert far.sent < 2 * LARGEST_ANSWER, "the rest was not waited for"
    far.gives = CONTENT  # and the only connection is free again
    assert bytes(await file.download_as_bytearray()) == CONTENT


async def test_a_small_answer_that_unpacks_to_a_large_one_is_not_read(far: Far, sender: Bot) -> None:
    async def bomb(_request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(bytes(3 * LARGEST_ANSWER)), headers={"Content-Encoding": "gzip"})

    app = web.Application()
    app.router.add_get("/{path:.+}", bomb)
    async with TestServer(app) as server:
        request = AiohttpRequest(1)
        with pytest.raises(NetworkError, match="larger than"):
            await request.retrieve(str(server.make_url("/x")))
        await request.shutdown()


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_file_that_is_not_there(far: Far, sender: Bot, status: int) -> None:
    file = await sender.get_file("f")
    far.status, far.gives = status, b'{"ok": false, "description": "gone"}'
    with pytest.raises(TelegramError) as caught:
        await file.download_as_bytearray()
    assert TOKEN not in told(caught.value)
    assert len(far.heads) == 1, "a redirect is not followed"


async def test_a_file_that_comes_too_slowly(far: Far, sender: Bot) -> None:
    """Each piece in time, but all of them not: a call must end before its lease does."""
    file = await sender.get_file("f")
    far.gives, far.pause = bytes(65536 * 100), 0.1
    with pytest.raises(TimedOut) as caught:
        await file.download_as_bytearray()
    assert TOKEN not in told(caught.value)
    with pytest.raises(TimedOut):
        await sender.send_document(5, CONTENT, read_timeout=0.05, write_timeout=0.02)


async def test_nobody_to_take_a_file(sender: Bot) -> None:
    request = AiohttpRequest(1, connect=0.5)
    nobody = Bot(TOKEN, "http://127.0.0.1:1/bot", "http://127.0.0.1:1/file/bot", request=request)
    for wrong in (nobody.send_document(5, CONTENT), request.retrieve(f"http://127.0.0.1:1/file/bot{TOKEN}/x")):
        with pytest.raises(NetworkError) as caught:
            await wrong
        assert TOKEN not in told(caught.value)
    with pytest.raises(NetworkError) as caught:
        await request.retrieve(f"http://[bad/file/bot{TOKEN}/x")
    assert TOKEN not in told(caught.value)
    await request.shutdown()


def told(error: BaseException) -> str:
    """What a log would show: the error and those it comes from."""
    return "".join(traceback.format_exception(error)) + repr(error)
