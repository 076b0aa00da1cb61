"""`bot.rasa.Rasa` against a server that answers, lies, hangs, dies and comes back."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import structlog
from aiohttp import web
from structlog.testing import capture_logs

from bot.conversation.message import NOTHING
from bot.metrics import RASA_UP
from bot.rasa import MOST_BYTES, Rasa
from tests.rasa.server import RANKING, Server, well

FOR_EVER = 3600.0


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    runner = await server.start()
    yield server
    await runner.cleanup()


@pytest.fixture
async def rasa(server: Server) -> AsyncIterator[Rasa]:
    rasa = Rasa(server.url, timeout=5, failures=3, rest=FOR_EVER)
    yield rasa
    await rasa.close()


async def broken(request: web.Request) -> web.Response:
    return web.Response(status=500)


async def hanging(request: web.Request) -> web.Response:
    await asyncio.sleep(FOR_EVER)
    return web.Response()


async def dropping(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def test_understands_and_says_so(server, rasa):
    assert rasa.health == "unknown"
    understood = await rasa.understand("library card", "en")
    assert understood.ranking == (("library_card", 0.75), ("ride_transit", 0.125), ("out_of_scope", 0.0625))
    assert (understood.intent, understood.confidence) == ("library_card", 0.75)
    assert [(path, body) for path, body, _ in server.asked] == [("/model/parse", {"text": "library card"})]
    assert rasa.health == "up"
    assert RASA_UP._value.get() == 1


async def test_best_comes_first_whatever_the_order(server, rasa):
    async def mixed(request):
        return web.json_response({"intent_ranking": RANKING["intent_ranking"][::-1]})

    server.answer = mixed
    assert (await rasa.understand("x", None)).intent == "library_card"


async def test_nothing_known_is_no_outage(server, rasa):
    async def unknown(request):
        return web.json_response({"intent": {"name": None, "confidence": 0.0}, "intent_ranking": []})

    server.answer = unknown
    assert await rasa.understand("ဟိုင်း", "my") == NOTHING
    assert rasa.health == "up"


async def test_connections_are_used_again(server, rasa):
    for _ in range(5):
        await rasa.understand("x", "en")
    assert len(server.asked) == 5
    assert len({connection for *_, connection in server.asked}) == 1


async def test_a_token_in_the_url_is_sent(server):
    rasa = Rasa(f"{server.url}/behind/?token=a-b_c")
    await rasa.understand("x", "en")
    await rasa.close()
    assert server.asked[0][0] == "/behind/model/parse?token=a-b_c"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'"intent_ranking"',
        b"{}",
        b'{"intent_ranking": null}',
        b'{"intent_ranking": {"name": "greet", "confidence": 1}}',
        b'{"intent_ranking": ["greet"]}',
        b'{"intent_ranking": [{"name": "greet"}]}',
        b'{"intent_ranking": [{"name": null, "confidence": 0.5}]}',
        b'{"intent_ranking": [{"name": "greet", "confidence": "0.9"}]}',
        b'{"intent_ranking": [{"name": "greet", "confidence": NaN}]}',
        b'{"intent_ranking": [{"name": "greet", "confidence": Infinity}]}',
        b'{"intent_ranking": [{"name": "greet", "confidence": -1}]}',
        b'{"intent_ranking": [{"name": "greet", "confidence": 1' + b"0" * 400 + b"}]}",
        b'{"intent_ranking": [{"name": "greet", "confidence": 1' + b"0" * 5000 + b"}]}",
        b"[" * 100_000,
        b'{"intent_ranking": [' + b" " * MOST_BYTES + b"]}",
    ],
    ids=lambda body: body[:48].decode("latin-1") + f" ({len(body)})",
)
async def test_nonsense_is_nothing(server, rasa, body):
    async def nonsense(request):
        return web.Response(body=body, content_type="application/json")

    server.answer = nonsense
    assert await rasa.understand("x", "en") == NOTHING
    assert rasa.health == "down"
    assert RASA_UP._value.get() == 0


@pytest.mark.parametrize("answer", [broken, dropping], ids=["500", "dropped"])
async def test_a_broken_server_is_nothing(server, rasa, answer):
    server.answer = answer
    assert await rasa.understand("x", "en") == NOTHING
    assert rasa.health == "down"


async def test_redirects_are_not_followed(server, rasa):
    async def elsewhere(request):
        raise web.HTTPTemporaryRedirect("/other")

    server.answer = elsewhere
    assert await rasa.understand("my words", "en") == NOTHING
    assert len(server.asked) == 1


async def test_a_hanging_server_is_left(server):
    server.answer = hanging
    rasa = Rasa(server.url, timeout=0.05)
    assert await rasa.understand("x", "en") == NOTHING
    assert rasa.health == "down"
    await rasa.close()


async def test_a_server_that_stops_in_the_middle_is_left(server):
    async def half(request):
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"intent_ranking": [')
        await asyncio.sleep(FOR_EVER)
        return response

    server.answer = half
    rasa = Rasa(server.url, timeout=0.05)
    assert await rasa.understand("x", "en") == NOTHING
    await rasa.close()


async def test_nobody_there_is_nothing(unused_port):
    rasa = Rasa(f"http://127.0.0.1:{unused_port}")
    assert await rasa.understand("x", "en") == NOTHING
    assert rasa.health == "down"
    await rasa.close()


@pytest.fixture
async def unused_port() -> int:
    runner = await (server := Server()).start()
    await runner.cleanup()
    return int(server.url.rpartition(":")[2])


async def test_comes_back_on_the_same_port(unused_port):
    rasa = Rasa(f"http://127.0.0.1:{unused_port}")
    await rasa.understand("x", "en")
    runner = await Server().start(unused_port)
    assert (await rasa.understand("x", "en")).intent == "library_card"
    assert rasa.health == "up"
    await runner.cleanup()
    assert await rasa.understand("x", "en") == NOTHING
    runner = await Server().start(unused_port)
    assert (await rasa.understand("x", "en")).intent == "library_card"
    await rasa.close()
    await runner.cleanup()


# --- the breaker ---


async def test_after_some_failures_nobody_is_asked(server, rasa):
    server.answer = broken
    for _ in range(10):
        assert await rasa.understand("x", "en") == NOTHING
    assert len(server.asked) == 3
    server.answer = well
    assert await rasa.understand("x", "en") == NOTHING
    assert len(server.asked) == 3


async def test_failures_count_only_in_a_row(server, rasa):
    for _ in range(5):
        server.answer = broken
        await rasa.understand("x", "en")
        await rasa.understand("x", "en")
        server.answer = well
        assert (await rasa.understand("x", "en")).intent == "library_card"
    assert len(server.asked) == 15


async def test_after_a_rest_one_tries_and_the_others_rest_on(server):
    rasa = Rasa(server.url, failures=1, rest=0.2)
    server.answer = broken
    await rasa.understand("x", "en")
    await asyncio.sleep(0.25)
    release = asyncio.Event()

    async def slow(request):
        await release.wait()
        return await well(request)

    server.answer = slow
    first = asyncio.create_task(rasa.understand("first", "en"))
    while len(server.asked) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0)
    rasa._resting_until += FOR_EVER  # the test must not depend on how fast this machine is
    others = await asyncio.gather(*(rasa.understand("other", "en") for _ in range(5)))
    assert others == [NOTHING] * 5
    assert [body for _, body, _ in server.asked[1:]] == [{"text": "first"}]
    release.set()
    assert (await first).intent == "library_card"
    assert (await rasa.understand("x", "en")).intent == "library_card"
    await rasa.close()


# --- the url ---


async def test_without_url_nothing_is_asked():
    rasa = Rasa("")
    assert await rasa.understand("x", "en") == NOTHING
    assert rasa.health == "down"
    await rasa.close()


async def test_a_url_set_later_starts_afresh(server, unused_port):
    rasa = Rasa(f"http://127.0.0.1:{unused_port}", failures=1, rest=FOR_EVER)
    await rasa.understand("x", "en")
    rasa.url = server.url
    assert rasa.health == "unknown"
    assert (await rasa.understand("x", "en")).intent == "library_card"
    rasa.url = ""
    assert await rasa.understand("x", "en") == NOTHING
    assert rasa.health == "down"
    assert RASA_UP._value.get() == 0
    assert len(server.asked) == 1
    await rasa.close()


async def test_a_late_failure_of_the_old_server_does_not_count_for_the_new_one(server, rasa):
    server.answer = hanging
    old = asyncio.create_task(rasa.understand("x", "en"))
    while not server.asked:  # noqa: ASYNC110
        await asyncio.sleep(0)
    new = Server()
    runner = await new.start()
    rasa.url = new.url
    await rasa.understand("x", "en")
    old.cancel()
    with pytest.raises(asyncio.CancelledError):
        await old
    assert rasa.health == "up"
    await runner.cleanup()


# --- what is logged ---


async def test_logs_say_once_that_it_is_away_and_never_what_was_said(server, rasa, monkeypatch):
    words = "SECRETWORDS"

    async def echo(request):
        return web.Response(body=f'{{"intent_ranking": [{{"name": "{words}", "confidence": "{words}"}}]}}')

    monkeypatch.setattr("bot.rasa._log", structlog.get_logger())  # not one that was bound before
    with capture_logs() as logs:
        server.answer = echo
        await rasa.understand(words, "en")
        await rasa.understand(words, "en")
        server.answer = well
        await rasa.understand(words, "en")
    assert [entry["event"] for entry in logs] == ["rasa is away", "rasa is back"]
    assert words not in repr(logs)
