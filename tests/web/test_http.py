"""The same pages without a browser: who may post, what is refused, what is said when parts are away."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import wording
from bot.actions.parts import Parts
from bot.conversation.guide import Guide
from bot.conversation.message import Newcomer
from bot.richtext import plain
from bot.storage.store import Store
from bot.web.guard import BURST, Pace, talk_of
from bot.web.health import Health
from bot.web.live import Live
from bot.web.pages import Pages, accepted
from bot.web.site import make_site
from tests.conftest import NOON
from tests.web.conftest import KEY, Running

OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Browserless:
    """A session that speaks HTTP by hand."""

    http: httpx.AsyncClient
    store: Store
    keys: int = 0

    @property
    def session(self) -> str:
        return self.http.cookies["talk"]

    async def posts(self, what: str, headers: dict[str, str] = OURS, **body: Any) -> httpx.Response:
        self.keys += 1
        full = {"talk": talk_of(self.session), "key": f"key-{self.keys:08}", **body}
        return await self.http.post(f"/chat/{what}", json=full, headers=headers)

    async def says(self, text: str, **body: Any) -> httpx.Response:
        return await self.posts("say", text=text, **body)

    async def lines(self) -> list[str]:
        lines = await self.store.web_lines(Newcomer("web", self.session), 0, 100)
        return [line.said if isinstance(line.said, str) else plain(line.said.text) for line in lines]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite:///{tmp_path / 'http.sqlite3'}", KEY)
    yield store
    await store.close()


async def well() -> Health:
    return Health(database=True)


def served(parts: Parts, health: Any = well, base: str = "http://chat.example") -> httpx.AsyncClient:
    app = make_site(parts, health=health).app
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=base)


@pytest.fixture
async def rosa(guide: Guide, store: Store) -> AsyncIterator[Browserless]:
    async with served(Parts(store, guide)) as http:
        await http.get("/chat")
        yield Browserless(http, store)


# --- pages ---


async def test_home_leads_to_the_chat(rosa: Browserless) -> None:
    response = await rosa.http.get("/")
    assert (response.status_code, response.headers["location"]) == (307, "/chat")


@pytest.mark.parametrize("path", ["/", "/chat", "/chat/library-card__es", "/static/chat.js", "/nowhere", "/healthz"])
async def test_every_answer_has_the_safe_headers(rosa: Browserless, path: str) -> None:
    headers = (await rosa.http.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")


async def test_a_page_holds_no_script_and_no_style_of_its_own(rosa: Browserless) -> None:
    page = (await rosa.http.get("/chat")).text
    assert '<script type="module" src="/static/chat.js"></script>' in page
    assert page.count("<script") == 1
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page


async def test_the_session_is_out_of_reach(guide: Guide, store: Store) -> None:
    async with served(Parts(store, guide)) as http:
        plain_cookie = (await http.get("/chat")).headers["set-cookie"]
    async with served(Parts(store, guide), base="https://chat.example") as http:
        secure_cookie = (await http.get("/chat")).headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=lax", "Max-Age=2592000", "Path=/"):
        assert part in plain_cookie
        assert part in secure_cookie
    assert plain_cookie.startswith("talk=")
    assert "Secure" not in plain_cookie
    assert secure_cookie.startswith("__Host-talk=")
    assert "Secure" in secure_cookie


async def test_the_session_stays_and_is_not_on_the_page(rosa: Browserless) -> None:
    session = rosa.session
    page = await rosa.http.get("/chat")
    assert rosa.session == session
    assert session not in page.text
    assert f'data-talk="{talk_of(session)}"' in page.text


@pytest.mark.parametrize("cookie", ["short", "x" * 33, "' OR 1=1 --                      "])
async def test_a_session_that_is_none_of_ours_is_replaced(guide: Guide, store: Store, cookie: str) -> None:
    async with served(Parts(store, guide)) as http:
        page = await http.get("/chat", headers={"Cookie": f'talk="{cookie}"'})
    assert "set-cookie" in page.headers
    assert talk_of(cookie) not in page.text


LIKED = [
    ("es-MX,es;q=0.9,en;q=0.8", "es"), ("ar", "ar"), ("fr,am;q=0.5,en;q=0.4", "am"), ("fr-CA", "en"), ("", "en"),
    ("en;q=0.1, AR-eg;q=0.7", "ar"), ("es;q=x", "en"), ("*", "en"), ("es;q=0", "en"), (",;q=,", "en"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "language"), LIKED)
def test_the_browsers_language_is_taken_when_the_city_speaks_it(header: str, language: str) -> None:
    assert accepted(header, ["en", "es", "ar", "am"]) == language


async def test_a_link_to_nowhere_is_told_so_in_the_persons_language(rosa: Browserless, guide: Guide) -> None:
    for path in ("/chat/LIBRARY__es", "/nowhere", "/chat/a%22b"):
        page = await rosa.http.get(path, headers={"Accept-Language": "ar"})
        assert page.status_code == 404
        assert '<html lang="ar" dir="rtl">' in page.text
        assert plain(guide.voice("ar", NOON).say(wording.WEB_NOT_FOUND)) in page.text
        assert "tel:911" in page.text


# --- posts ---


async def test_an_answer_is_kept_for_the_stream(rosa: Browserless) -> None:
    response = await rosa.says("español")
    assert (response.status_code, response.json()) == (202, {"outcome": "answered"})
    own, answer = await rosa.lines()
    assert own == "español"
    assert "👋" in answer


async def test_the_same_key_is_answered_once(rosa: Browserless) -> None:
    outcomes = [(await rosa.says("español", key="the-same-key")).json()["outcome"] for _ in range(3)]
    assert outcomes == ["answered", "before", "before"]
    assert len(await rosa.lines()) == 2


async def test_one_persons_key_is_not_anothers(guide: Guide, store: Store) -> None:
    outcomes = []
    for _ in range(2):
        async with served(Parts(store, guide)) as http:
            await http.get("/chat")
            outcomes.append((await Browserless(http, store).says("hola", key="the-same-key")).json()["outcome"])
    assert outcomes == ["answered", "answered"]


async def test_two_tabs_that_open_at_once_begin_one_talk(rosa: Browserless) -> None:
    for _ in range(3):
        assert (await rosa.posts("start", payload="")).status_code == 202
    assert len([line for line in await rosa.lines() if line]) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://chat.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://chat.example.evil.example"},
        {},
    ],
)
async def test_other_pages_cannot_post(rosa: Browserless, headers: dict[str, str]) -> None:
    assert (await rosa.says("hola", headers=headers)).status_code == 403
    assert await rosa.lines() == []


async def test_an_older_browser_may_post_from_our_page(rosa: Browserless) -> None:
    assert (await rosa.says("hola", headers={"Origin": "http://chat.example"})).status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'"text"', b'{"text": "hola"}', b'{"talk": "t", "key": "12345678", "text": 7}',
        b'{"talk": "t", "key": "12345678", "text": ""}', b'{"talk": "t", "key": "1", "text": "a"}',
        b'{"talk": "t", "key": "12345678", "text": "a", "more": 1}', b'{"talk":"t","key":"12345678","text":"\\ud800"}',
        b"\xff\xfe",
    ],
)  # fmt: skip
async def test_nonsense_is_refused(rosa: Browserless, body: bytes) -> None:
    response = await rosa.http.post("/chat/say", content=body, headers=OURS)
    assert response.status_code == 400
    assert await rosa.lines() == []


async def test_a_body_too_large_is_refused_whether_it_says_so_or_not(rosa: Browserless) -> None:
    assert (await rosa.says("a" * 20_000)).status_code == 413

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 1_000

    response = await rosa.http.post("/chat/say", content=parts(), headers=OURS)
    assert response.status_code == 413


async def test_the_longest_text_fits_in_any_script_and_more_is_cut(rosa: Browserless) -> None:
    assert (await rosa.says("ሀ" * 4_096)).status_code == 202
    assert (await rosa.says("b" * 5_000)).status_code == 202
    lines = await rosa.lines()
    assert lines[0] == "ሀ" * 4_096
    assert lines[2] == "b" * 4_096


async def test_private_numbers_do_not_reach_the_page_again(rosa: Browserless) -> None:
    await rosa.says("my number is A 123 456 789")
    assert "456" not in " ".join(await rosa.lines())


async def test_a_page_that_shows_another_talk_is_told_so(rosa: Browserless) -> None:
    assert (await rosa.says("hola", talk="0" * 16)).status_code == 409
    rosa.http.cookies.clear()
    body = {"talk": talk_of("x"), "key": "12345678", "text": "hola"}
    assert (await rosa.http.post("/chat/say", json=body, headers=OURS)).status_code == 409


async def test_too_fast_is_slowed_down_but_never_in_danger(rosa: Browserless) -> None:
    statuses = [(await rosa.says("menu")).status_code for _ in range(BURST + 3)]
    assert statuses[:BURST] == [202] * BURST
    assert 429 in statuses
    slow = await rosa.posts("press", data="m|", on=0, label="")
    assert slow.status_code == 429
    assert int(slow.headers["retry-after"]) >= 1
    assert (await rosa.says("my house is on fire")).status_code == 202
    assert "911" in (await rosa.lines())[-1]


def test_a_session_may_speak_again_after_a_while_and_few_are_remembered() -> None:
    now = [100.0]
    pace = Pace(lambda: now[0])
    assert [pace.wait("a") for _ in range(BURST)] == [0.0] * BURST
    assert pace.wait("a") == pytest.approx(1.0)
    assert pace.wait("b") == 0
    now[0] += 1.5
    assert pace.wait("a") == 0
    assert pace.wait("a") == pytest.approx(0.5)


async def test_deleting_gives_the_receipt_and_a_new_session(rosa: Browserless) -> None:
    await rosa.says("español")
    old = rosa.session
    response = await rosa.posts("press", data="f|yes", on=0, label="Sí")
    answer = response.json()
    assert answer["outcome"] == "forgotten"
    assert rosa.session != old
    assert answer["talk"] == talk_of(rosa.session)
    assert "🗑" in answer["line"]["text"][0][0]
    assert (await rosa.store.peek(Newcomer("web", old))).language == ""
    assert await rosa.lines() == []


# --- when parts are away ---


class Breaking:
    """An understanding that breaks, as the real one never should."""

    async def understand(self, text: str, language: str | None) -> None:
        raise RuntimeError(f"cannot understand {text}")


async def test_when_a_turn_breaks_it_is_said_and_the_logs_do_not_repeat_it(
    guide: Guide, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(Parts(store, guide, Breaking())) as http:  # type: ignore[arg-type]
        await http.get("/chat")
        rosa = Browserless(http, store)
        await rosa.posts("press", data="l|es", on=0, label="Español")
        response = await rosa.says("zzz secret words", key="second-key")
        assert (response.status_code, response.json()) == (202, {"outcome": "trouble"})
        again = await rosa.says("zzz secret words", key="second-key")
        assert again.json() == {"outcome": "trouble"}
        voice = guide.voice("es", NOON)
        assert (await rosa.lines()).count(plain(voice.say(wording.TROUBLE))) == 1
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


async def test_without_the_store_danger_is_answered_and_everything_else_waits(guide: Guide, tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'gone.sqlite3'}", KEY)
    async with served(Parts(store, guide)) as http:
        await http.get("/chat")
        rosa = Browserless(http, store)
        await store.close()
        waiting = await rosa.says("hola")
        assert waiting.status_code == 503
        assert "retry-after" in waiting.headers
        danger = await rosa.says("my house is on fire")
        assert danger.status_code == 202
        assert danger.json()["outcome"] == "unsaved"
        assert "tel:911" in json.dumps(danger.json()["line"])
        page = await http.get("/chat")
        assert page.status_code == 200
        assert "tel:911" in page.text


@pytest.mark.parametrize(
    ("health", "status", "trouble"),
    [
        (Health(database=True, rasa=False), 200, ""),
        (Health(database=True, rasa=True, waiting=3, oldest_seconds=2.5), 200, ""),
        (Health(database=False), 503, "the database does not answer"),
        (Health(database=True, migrated=False), 503, "migrations have not been done"),
        (Health(database=True, waiting=9, oldest_seconds=4000), 503, "messages wait and are not sent"),
    ],
)
async def test_readyz_says_what_is_wrong(guide: Guide, store: Store, health: Health, status: int, trouble: str) -> None:
    async def look() -> Health:
        return health

    async with served(Parts(store, guide), look) as http:
        ready = await http.get("/readyz")
        assert ready.status_code == status
        assert ready.json() == {"ready": not trouble, "troubles": [trouble] if trouble else []}
        alive = await http.get("/healthz")
        assert alive.status_code == 200
        assert alive.json()["rasa"] == {None: "none", True: "up", False: "down"}[health.rasa]
        metrics = (await http.get("/metrics")).text
        assert f"outbox_waiting {float(health.waiting)}" in metrics
        assert f"outbox_oldest_seconds {float(health.oldest_seconds)}" in metrics


async def test_a_look_that_raises_is_a_database_that_is_away(guide: Guide, store: Store) -> None:
    async def look() -> Health:
        raise ConnectionError

    async with served(Parts(store, guide), look) as http:
        assert (await http.get("/healthz")).json() == {"alive": True, "database": "down", "rasa": "none"}
        assert (await http.get("/readyz")).status_code == 503


# --- the stream ---


async def test_a_stream_goes_on_after_the_last_line_seen(running: Running) -> None:
    async with httpx.AsyncClient(base_url=running.url, timeout=10) as http:
        await http.get("/chat")
        rosa = Browserless(http, running.store)
        await rosa.says("español")
        first = await _until_ready(http, {"talk": talk_of(rosa.session), "after": "0"})
        assert [name for name, _, _ in first] == ["talk", "page", "line", "line", "ready"]
        seen = first[2][1]
        rest = await _until_ready(http, {"talk": talk_of(rosa.session)}, {"Last-Event-ID": seen})
        assert [number for name, number, _ in rest if name == "line"] == [first[3][1]]
        other = await _until_ready(http, {"talk": "of somebody else", "after": seen})
        assert [name for name, _, _ in other].count("line") == 2
        assert json.loads(first[1][2])["language"] == "es"


async def test_a_stream_without_a_session_gets_one(running: Running) -> None:
    async with (
        httpx.AsyncClient(base_url=running.url, timeout=10) as http,
        http.stream("GET", "/chat/stream") as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["set-cookie"].startswith("talk=")


async def test_the_page_keeps_its_language_when_its_person_is_forgotten(running: Running) -> None:
    async with httpx.AsyncClient(base_url=running.url, timeout=10) as http:
        await http.get("/chat")
        rosa = Browserless(http, running.store)
        await rosa.says("español")
        live = Live(running.store, Pages(lambda: running.guide))
        events = live.lines(Newcomer("web", rosa.session), "talk", 0, "en")
        await _past(events, "ready")
        await rosa.posts("press", data="f|yes", on=0, label="Sí")
        told = await anext(events)
        assert told.partition("\n")[0] == "event: line", "the receipt alone: what was pressed is not kept"
        assert "🗑" in told
        await events.aclose()
        live.close()


async def _past(events: AsyncGenerator[str], name: str) -> None:
    async for event in events:
        if f"event: {name}\n" in event:
            return


async def test_a_stream_ends_when_the_site_closes(guide: Guide, store: Store) -> None:
    live = Live(store, Pages(lambda: guide))
    events = live.lines(Newcomer("web", "x" * 32), "talk", 0, "en")
    names = [await anext(events) for _ in range(3)]
    assert "event: ready" in names[-1]
    live.close()
    assert [event async for event in events] == []


async def _until_ready(
    http: httpx.AsyncClient, query: dict[str, str], headers: dict[str, str] | None = None
) -> list[tuple[str, str, str]]:
    """(event, id, data) of all events up to ``ready``."""
    found: list[tuple[str, str, str]] = []
    async with http.stream("GET", "/chat/stream", params=query, headers=headers) as response:
        fields: dict[str, str] = {}
        async for line in response.aiter_lines():
            name, _, value = line.partition(": ")
            if line:
                fields[name] = value
                continue
            if "event" in fields:
                found.append((fields["event"], fields.get("id", ""), fields["data"]))
                if fields["event"] == "ready":
                    return found
            fields = {}
    raise AssertionError(f"the stream ended early: {found}")
