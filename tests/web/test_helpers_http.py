"""The pages of helpers without a browser: who is let in, what is refused and how kindly, what nobody may see."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters
from markupsafe import escape

from bot import wording
from bot.actions import entrance
from bot.actions.entrance import TooOften, helper_signs_in, pause, signed_in
from bot.actions.helper import helper_does, page_of
from bot.actions.newcomer import newcomer_says
from bot.actions.parts import Links, Parts
from bot.conversation import buttons as newcomer_buttons
from bot.conversation.guide import Guide
from bot.conversation.message import Attachment, Heard, Newcomer, Pressed, Sent, Started
from bot.handoff.case import Case, Takes
from bot.handoff.helper import DAY, Helper, Window
from bot.helping.bench import Does, Resigns, WantsLink
from bot.richtext import plain
from bot.storage.store import Store
from bot.web.helpers.forms import MOST_LETTERS
from bot.web.helpers.week import week
from bot.web.site import make_site
from bot.wording import helping, pages
from tests.conftest import NOON
from tests.storage.databases import postgres_server, postgres_url
from tests.web.conftest import KEY
from tests.web.helpers import OURS, PASSWORD, ByHand, invitation, token
from tests.web.test_http import well

__all__ = ["postgres_server", "postgres_url"]
ROSA = Newcomer("telegram", "4711")
SECRET = "mi vecino me pega"
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
FILE = Attachment("photo", "F1", 1000, "image/jpeg")


@pytest.fixture(autouse=True)
def _quick_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose; one test is about that."""
    if "slowly" not in request.node.name:
        monkeypatch.setattr(entrance, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
async def parts(guide: Guide, tmp_path: Path) -> AsyncIterator[Parts]:
    store = await Store.open(f"sqlite:///{tmp_path / 'helpers.sqlite3'}", KEY)
    yield Parts(store, guide)
    await store.close()


async def a_file(attachment: Attachment) -> tuple[str, bytes]:
    if attachment.file != "F1":
        raise LookupError
    return "photo.jpg", b"\xff\xd8 clean"


def at_the_door(
    parts: Parts, session: str = "", base: str = "http://helpers.example", address: str = "10.0.0.1"
) -> ByHand:
    app = make_site(parts, health=well, files=a_file).app
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
    cookies = {"helper": session} if session else {}
    return ByHand(httpx.AsyncClient(transport=transport, base_url=base, cookies=cookies))


async def asked(parts: Parts, who: Newcomer = ROSA, language: str = "es") -> int:
    """A newcomer has asked for a person, and agreed to pass on a secret. The number of the case."""
    now, key = datetime.now(UTC), f"{who.address}-{{}}"
    await newcomer_says(Started(who, now, key.format(1), f"library-card__{language}"), parts)
    await newcomer_says(Heard(who, now, key.format(2), SECRET), parts)
    await newcomer_says(Pressed(who, now, key.format(3), newcomer_buttons.write(newcomer_buttons.Ask("asked"))), parts)
    case = await case_of(parts, who)
    agree = newcomer_buttons.write(newcomer_buttons.Agree(str(case.id)))
    await newcomer_says(Pressed(who, now, key.format(4), agree), parts)
    return case.id


async def says(parts: Parts, text: str, key: str, who: Newcomer = ROSA, attachment: Attachment | None = None) -> None:
    now = datetime.now(UTC)
    await newcomer_says(
        Sent(who, now, key, "photo", text, attachment) if attachment else Heard(who, now, key, text), parts
    )


async def case_of(parts: Parts, who: Newcomer = ROSA) -> Case:
    async with parts.store.work() as work:
        now = datetime.now(UTC)
        assert await work.conversation_with(who, f"look {now}", now) is not None
        desk = await work.cases.desk_of(work.chat.person, now)
    found = desk.case or desk.last
    assert found
    return found


async def lines(parts: Parts, case: int) -> list[str]:
    async with parts.store.work() as work:
        return [f"{line.who}: {line.passed.text}" for line in await work.cases.lines(case)]


async def helper_id(parts: Parts, name: str) -> int:
    async with parts.store.work() as work:
        return next(helper.id for helper in await work.cases.roster() if helper.name == name)


async def taken(parts: Parts, name: str, case: int) -> None:
    ident = await helper_id(parts, name)
    outcome = await helper_does(
        ident, [Does(case, Takes(ident))], f"page:{ident}:takes-{case}", parts, datetime.now(UTC)
    )
    assert outcome
    assert not outcome.refused


def says_on_page(text: str, sentence: wording.Sentence, **values: str) -> bool:
    return str(escape(str(sentence).replace("*", "").format(**values))) in re.sub(r"</?strong>", "", text)


# --- strangers ---


@pytest.mark.parametrize(
    "path", ["", "/me", "/roster", "/case/1", "/file/1", "/stream", "/sign-out-of-here", "/anything/else"]
)
async def test_a_stranger_gets_the_sign_in_page_and_nothing_else(parts: Parts, path: str) -> None:
    for session in ("", "x" * 32, f"{'x' * 32}.69258a01", "../../etc"):
        response = await at_the_door(parts, session).sees(f"/helpers{path}")
        assert (response.status_code, response.headers["location"]) == (302, "/helpers/sign-in")
        assert response.content == b""


async def test_a_stranger_can_do_nothing(parts: Parts) -> None:
    await token(parts, "Ana", {"es": "native"})
    case = await asked(parts)
    stranger = at_the_door(parts)
    for path in ("/helpers", f"/helpers/case/{case}", "/helpers/me", "/helpers/roster", "/helpers/sign-out"):
        response = await stranger.sends(path, do="take", case=str(case))
        assert response.headers["location"] == "/helpers/sign-in"
    assert (await case_of(parts)).looking or (await case_of(parts)).state == "asked"


async def test_a_part_of_a_page_leads_a_stranger_out_as_a_whole(parts: Parts) -> None:
    response = await at_the_door(parts).sees("/helpers", **{"HX-Request": "true"})
    assert response.headers["hx-redirect"] == "/helpers/sign-in"
    assert response.content == b""


async def test_every_page_has_the_safe_headers_and_no_script_of_its_own(parts: Parts) -> None:
    ana = at_the_door(parts, await token(parts, "Ana", {"es": "native"}, "coordinator"))
    for path in ("/helpers", "/helpers/me", "/helpers/roster", "/helpers/case/99", "/helpers/sign-in"):
        response = await ana.sees(path)
        assert "default-src 'self'" in response.headers["content-security-policy"]
        assert response.headers["cache-control"] == "no-store"
        assert " style=" not in response.text
        assert "<style" not in response.text
        assert re.search(r"\son[a-z]+=", response.text) is None
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", response.text))


# --- coming in ---


async def test_an_invitation_makes_a_helper_once(parts: Parts) -> None:
    path = await invitation(parts)
    ana = at_the_door(parts)
    assert (await ana.sees(path)).status_code == 200
    filled = {
        "promise": "yes", "name": "Ana", "level-es": "native", "hour": "0-0", "login": "Ana@Example.org",
        "password": PASSWORD,
    }  # fmt: skip
    response = await ana.sends(path, **filled)
    assert (response.status_code, response.headers["location"]) == (303, "/helpers")
    assert says_on_page((await ana.sees()).text, pages.NOBODY_WAITS)
    other = at_the_door(parts)
    for response in (await other.sees(path), await other.sends(path, **{**filled, "login": "other"})):
        assert response.status_code == 410
        assert says_on_page(response.text, helping.INVITATION_OVER)
    async with parts.store.work() as work:
        (helper,) = await work.cases.roster()
        chat = await work.cases.chat_of(helper.id)
    assert (helper.name, helper.role, helper.languages, helper.reached) == ("Ana", "helper", (("es", "native"),), True)
    assert chat
    assert chat.tag == parts.store.tag(page_of(helper.id))


@pytest.mark.parametrize(
    ("wrong", "sentence", "values"),
    [
        ({"promise": ""}, pages.NO_PROMISE, {}),
        ({"name": "  "}, pages.NO_NAME, {}),
        ({"level-es": "perfect"}, helping.NO_LANGUAGES_YET, {}),
        ({"login": " "}, pages.NO_SIGN_IN_NAME, {}),
        ({"password": "short"}, pages.SHORT_PASSWORD, {"count": "10"}),
        ({"password": "x" * 201}, pages.TOO_LONG, {"count": "200"}),
        ({"login": "LUIS@EXAMPLE"}, pages.NAME_TAKEN, {}),
    ],
)
async def test_what_is_filled_in_wrongly_is_named_and_the_invitation_still_works(
    parts: Parts, wrong: dict[str, str], sentence: wording.Sentence, values: dict[str, str]
) -> None:
    await token(parts, "Luis", {"es": "native"})
    path, ana = await invitation(parts), at_the_door(parts)
    right = {"promise": "yes", "name": "Ana <b>", "level-es": "native", "login": "ana", "password": PASSWORD}
    response = await ana.sends(path, **{**right, **wrong})
    assert response.status_code == 422
    assert says_on_page(response.text, sentence, **values)
    assert "<b>" not in response.text.partition("<form")[2].partition("</form>")[0].replace("<bdi>", "")
    assert PASSWORD not in response.text
    assert (await ana.sends(path, **right)).status_code == 303


async def test_an_invitation_that_is_too_old_or_withdrawn_is_of_no_use(parts: Parts) -> None:
    async with parts.store.work() as work:
        old = await work.cases.add_ticket("invite", {"role": "helper"}, datetime.now(UTC) - timedelta(seconds=1))
    assert (await at_the_door(parts).sees(f"/helpers/invitation/{old}")).status_code == 410
    path = await invitation(parts)
    boss = at_the_door(parts, await token(parts, "Boss", {"en": "native"}, "coordinator"))
    await boss.sees("/helpers/roster")
    number = re.search(r'name="invitation" value="(\d+)"', boss.text)
    assert number
    response = await boss.sends("/helpers/roster", do="withdraw", invitation=number[1])
    assert says_on_page(response.text, pages.WITHDRAWN)
    assert (await at_the_door(parts).sees(path)).status_code == 410


async def test_a_link_works_once_and_a_preview_does_not_burn_it(parts: Parts) -> None:
    await token(parts, "Ana", {"es": "native"})
    ident = await helper_id(parts, "Ana")
    outcome = await helper_does(ident, [WantsLink()], "page:link-key-1", parts, datetime.now(UTC))
    assert outcome
    path = re.search(r"/helpers/sign-in/\S+", plain(outcome.words[0].text))
    assert path
    for _ in range(3):
        assert (await at_the_door(parts).sees(path[0])).status_code == 200
        assert (await at_the_door(parts).http.head(path[0])).status_code == 200
    ana = at_the_door(parts)
    assert (await ana.sends(path[0], headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (await ana.sends(path[0])).headers["location"] == "/helpers"
    assert (await ana.sees()).status_code == 200
    for response in (await at_the_door(parts).sees(path[0]), await at_the_door(parts).sends(path[0])):
        assert response.status_code == 410
        assert "set-cookie" not in response.headers


async def test_a_link_that_is_too_old_is_of_no_use(parts: Parts) -> None:
    await token(parts, "Ana", {"es": "native"})
    async with parts.store.work() as work:
        about = {"helper": 1}
        old = await work.cases.add_ticket("sign-in", about, datetime.now(UTC) - timedelta(seconds=1))
        invite = await work.cases.add_ticket("invite", {"role": "helper"}, datetime.now(UTC) + timedelta(days=1))
    for ticket in (old, invite, "nonsense"):
        assert (await at_the_door(parts).sends(f"/helpers/sign-in/{ticket}")).status_code == 410


async def test_passwords_are_hashed_slowly_as_the_library_advises(parts: Parts) -> None:
    await token(parts, "Ana", {"es": "native"})
    async with parts.store.work() as work:
        login = await work.cases.doors.login("ana@example")
    assert login
    assert extract_parameters(login.hash) == extract_parameters(PasswordHasher().hash("x"))
    assert extract_parameters(login.hash).memory_cost >= 64 * 1024


async def test_name_and_password(parts: Parts) -> None:
    await token(parts, "Ana", {"es": "native"})
    ana = at_the_door(parts)
    wrong = await ana.sends("/helpers/sign-in", name="ana@example", password="something else")
    unknown = await ana.sends("/helpers/sign-in", name="nobody", password=PASSWORD)
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert says_on_page(wrong.text, pages.WRONG)
    assert says_on_page(unknown.text, pages.WRONG)
    right = await ana.sends("/helpers/sign-in", name=" ANA@example ", password=PASSWORD)
    assert right.headers["location"] == "/helpers"
    cookie = right.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=604800"):
        assert part in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_is_for_this_host_alone(guide: Guide, parts: Parts) -> None:
    await token(parts, "Ana", {"es": "native"})
    public = Parts(parts.store, guide, links=Links("https://helpers.example"))
    ana = at_the_door(public)  # behind a proxy that speaks http with us
    right = await ana.sends("/helpers/sign-in", name="ana@example", password=PASSWORD)
    assert right.headers["set-cookie"].startswith("__Host-helper=")
    assert "Secure" in right.headers["set-cookie"]


async def test_a_form_of_another_site_signs_nobody_in(parts: Parts) -> None:
    await token(parts, "Ana", {"es": "native"})
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        response = await at_the_door(parts).sends("/helpers/sign-in", headers, name="ana@example", password=PASSWORD)
        assert response.status_code == 403
        assert "set-cookie" not in response.headers


# --- trying passwords ---


async def test_who_tries_too_often_waits_longer_each_time_and_never_for_ever(parts: Parts) -> None:
    await token(parts, "Ana", {"es": "native"})
    now, waits = datetime.now(UTC), []
    for number in range(24):
        done = await helper_signs_in("ana@example", "wrong", f"10.0.0.{number}", parts, now)
        while isinstance(done, TooOften):
            waits.append(done.wait)
            still = await helper_signs_in(
                "ana@example", PASSWORD, "10.9.9.9", parts, now + done.wait - timedelta(seconds=0.5)
            )
            assert isinstance(still, TooOften)
            now += done.wait
            done = await helper_signs_in("ana@example", "wrong", f"10.0.0.{number}", parts, now)
        assert done is None
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=1)
    assert waits[-1] == timedelta(minutes=15)
    later = now + timedelta(minutes=15)
    assert isinstance(await helper_signs_in("ana@example", PASSWORD, "10.0.0.1", parts, later), str)
    assert await helper_signs_in("ana@example", "wrong", "10.0.0.1", parts, later) is None, (
        "it counts from the start again"
    )


async def test_one_address_cannot_try_many_names(parts: Parts) -> None:
    await token(parts, "Ana", {"es": "native"})
    now = datetime.now(UTC)
    for number in range(entrance.FREE_OF_ADDRESS):
        assert await helper_signs_in(f"name {number}", "wrong", "10.0.0.1", parts, now) is None
    assert isinstance(await helper_signs_in("name", "wrong", "10.0.0.1", parts, now), TooOften)
    assert isinstance(await helper_signs_in("ana@example", PASSWORD, "10.0.0.2", parts, now), str)


async def test_many_who_sign_in_rightly_from_one_office_never_wait(parts: Parts) -> None:
    await token(parts, "Ana", {"es": "native"})
    now = datetime.now(UTC)
    for _ in range(entrance.FREE_OF_ADDRESS + 5):
        assert isinstance(await helper_signs_in("ana@example", PASSWORD, "10.0.0.1", parts, now), str)


async def test_the_page_says_how_long_to_wait(parts: Parts) -> None:
    ana = at_the_door(parts)
    for _ in range(entrance.FREE_OF_NAME):
        await ana.sends("/helpers/sign-in", name="ana", password="wrong")
    response = await ana.sends("/helpers/sign-in", name="ana", password="wrong")
    assert response.status_code == 429
    assert 1 <= int(response.headers["retry-after"]) <= 3
    assert "too often" in response.text


def test_the_wait_grows() -> None:
    assert [pause(n, 5).total_seconds() for n in (0, 4, 5, 6, 10, 15, 10_000)] == [0, 0, 1, 2, 32, 900, 900]


async def test_nothing_tells_a_name_or_an_address_from_the_table(parts: Parts, tmp_path: Path) -> None:
    await helper_signs_in("ana@example", "wrong", "10.11.12.13", parts, datetime.now(UTC))
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("helpers.sqlite3*"))  # noqa: ASYNC240
    assert b"ana@example" not in raw
    assert b"10.11.12.13" not in raw


# --- sessions ---


async def test_a_session_lives_on_with_each_visit_but_not_for_ever(parts: Parts) -> None:
    session, now = await token(parts, "Ana", {"es": "native"}), datetime.now(UTC)
    assert await signed_in(session, parts, now + timedelta(hours=13)) is None
    for hours in range(10, 24 * 7, 10):
        assert await signed_in(session, parts, now + timedelta(hours=hours)), hours
    assert await signed_in(session, parts, now + timedelta(days=7, minutes=1)) is None


async def test_a_page_that_only_looks_does_not_keep_the_session(parts: Parts) -> None:
    session, now = await token(parts, "Ana", {"es": "native"}), datetime.now(UTC)
    for hours in range(1, 12):
        assert await signed_in(session, parts, now + timedelta(hours=hours), visits=False)
    assert await signed_in(session, parts, now + timedelta(hours=12, minutes=1), visits=False) is None


async def test_signing_out(parts: Parts) -> None:
    session = await token(parts, "Ana", {"es": "native"})
    ana = at_the_door(parts, session)
    await ana.sees()
    assert (await ana.sends("/helpers/sign-out")).headers["location"] == "/helpers/sign-in"
    assert (await at_the_door(parts, session).sees()).status_code == 302


async def test_who_is_no_helper_any_more_is_signed_out(parts: Parts) -> None:
    session = await token(parts, "Ana", {"es": "native"})
    ident = await helper_id(parts, "Ana")
    await helper_does(ident, [Resigns()], "page:resigns-1", parts, datetime.now(UTC))
    assert (await at_the_door(parts, session).sees()).status_code == 302
    response = await at_the_door(parts).sends("/helpers/sign-in", name="ana@example", password=PASSWORD)
    assert response.status_code == 401


# --- forms ---


async def test_a_form_needs_our_page_its_session_and_a_key(parts: Parts) -> None:
    session, case = await token(parts, "Ana", {"es": "native"}), await asked(parts)
    other = at_the_door(parts, await token(parts, "Luis", {"es": "native"}))
    await other.sees()
    ana = at_the_door(parts, session)
    await ana.sees()
    take = {"do": "take", "case": str(case)}
    for refused in (
        await ana.sends("/helpers", {"Sec-Fetch-Site": "cross-site"}, **take),
        await ana.sends("/helpers", {"Sec-Fetch-Site": "same-site"}, **take),
        await ana.sends("/helpers", {}, **take),
        await ana.sends("/helpers", csrf="", **take),
        await ana.sends("/helpers", csrf=other.csrf, **take),
        await ana.sends("/helpers", csrf="ünïcode", **take),
    ):
        assert refused.status_code == 403
        assert says_on_page(refused.text, pages.NOT_FROM_HERE)
    for refused in (
        await ana.sends("/helpers", key="", **take),
        await ana.sends("/helpers", key="a b c d e f", **take),
        await ana.http.post("/helpers", json=take, headers=OURS),
        await ana.http.post(
            "/helpers", content=b"csrf=%ff", headers={**OURS, "Content-Type": "application/x-www-form-urlencoded"}
        ),
    ):
        assert refused.status_code == 400
    assert (await case_of(parts)).looking
    assert (await ana.sends("/helpers", **take)).headers["location"] == f"/helpers/case/{case}"


async def test_the_same_form_counts_once(parts: Parts) -> None:
    session, case = await token(parts, "Ana", {"es": "native"}), await asked(parts)
    await taken(parts, "Ana", case)
    ana = at_the_door(parts, session)
    await ana.sees(f"/helpers/case/{case}")
    for _ in range(3):
        assert (await ana.sends(f"/helpers/case/{case}", do="say", text="Hola")).status_code == 200
        assert (await ana.sends(f"/helpers/case/{case}", do="note", text="a note")).status_code == 200
    assert [line for line in await lines(parts, case) if not line.startswith("newcomer")] == ["helper: Hola"]


async def test_what_is_too_long_or_empty_is_not_sent(parts: Parts) -> None:
    session, case = await token(parts, "Ana", {"es": "native"}), await asked(parts)
    await taken(parts, "Ana", case)
    ana = at_the_door(parts, session)
    await ana.sees(f"/helpers/case/{case}")
    for text in ("ሀ" * (MOST_LETTERS + 1), "x" * 100_000):
        response = await ana.sends(f"/helpers/case/{case}", do="say", text=text)
        assert response.status_code == 413
        assert says_on_page(response.text, pages.TOO_LONG, count="4,000")
    response = await ana.sends(f"/helpers/case/{case}", do="say", text=" \n ")
    assert says_on_page(response.text, pages.EMPTY)
    assert await lines(parts, case) == []
    longest = "ሀ" * MOST_LETTERS
    assert (await ana.sends(f"/helpers/case/{case}", do="say", text=longest)).status_code == 200
    assert await lines(parts, case) == [f"helper: {longest}"]


async def test_private_numbers_are_cut_and_danger_is_named(parts: Parts) -> None:
    session, case = await token(parts, "Ana", {"es": "native"}), await asked(parts)
    await taken(parts, "Ana", case)
    ana = at_the_door(parts, session)
    await ana.sees(f"/helpers/case/{case}")
    response = await ana.sends(f"/helpers/case/{case}", do="say", text="your ssn is 123-45-6789, the house is on fire")
    assert says_on_page(response.text, helping.PRIVATE_CUT)
    assert "911" in response.text.partition('id="flash"')[2].partition("</div>")[0]
    assert "123-45-6789" not in " ".join(await lines(parts, case))


# --- who sees what ---


async def test_before_take_nobody_sees_the_words(parts: Parts) -> None:
    boss = at_the_door(parts, await token(parts, "Boss", {"en": "native"}, "coordinator"))
    ana = at_the_door(parts, await token(parts, "Ana", {"es": "native"}))
    case = await asked(parts)
    for who in (ana, boss):
        page = (await who.sees()).text
        assert f'value="{case}"' in page
        assert "Spanish" in page
        assert SECRET not in page
    await taken(parts, "Ana", case)
    assert SECRET in (await ana.sees(f"/helpers/case/{case}")).text


async def test_another_helpers_case_does_not_exist(parts: Parts) -> None:
    ana = at_the_door(parts, await token(parts, "Ana", {"es": "native"}))
    luis = at_the_door(parts, await token(parts, "Luis", {"es": "native"}))
    case = await asked(parts)
    await taken(parts, "Ana", case)
    await luis.sees()
    before = await lines(parts, case)
    for number in (case, 99, 10**30):
        response = await luis.sees(f"/helpers/case/{number}")
        assert response.status_code == 404
        assert SECRET not in response.text
        for what in (
            "say",
            "note",
            "word",
            "question",
            "missing",
            "ready",
            "topic",
            "close",
            "back",
            "pass",
            "nonsense",
        ):
            fields = {"do": what, "text": "hello", "which": "hello", "key": f"key-{what}-{number}"[:60]}
            assert (await luis.sends(f"/helpers/case/{number}", **fields)).status_code == 404
    response = await luis.sends("/helpers", do="take", case=str(case))
    assert "another helper was faster" in response.text
    assert (await case_of(parts)).helper == await helper_id(parts, "Ana")
    assert await lines(parts, case) == before
    assert (await ana.sees(f"/helpers/case/{case}")).status_code == 200


async def test_coordinators_see_how_a_case_stands_and_no_word_of_it(parts: Parts) -> None:
    await token(parts, "Ana", {"es": "native"})
    boss = at_the_door(parts, await token(parts, "Boss", {"en": "native"}, "coordinator"))
    case = await asked(parts)
    await taken(parts, "Ana", case)
    await says(parts, "otra cosa secreta", "rosa-9")
    for path in ("/helpers", f"/helpers/case/{case}", "/helpers/roster"):
        page = (await boss.sees(path)).text
        assert "Ana" in page
        assert SECRET not in page
        assert "otra cosa secreta" not in page
    assert (await boss.sends(f"/helpers/case/{case}", do="say", text="hi", key="key-say-0001")).status_code == 404


async def test_a_case_of_another_language_is_neither_shown_nor_taken(parts: Parts) -> None:
    hana = at_the_door(parts, await token(parts, "Hana", {"am": "native"}))
    case = await asked(parts)
    assert says_on_page((await hana.sees()).text, pages.NOBODY_WAITS)
    assert "not for you" in (await hana.sends("/helpers", do="take", case=str(case))).text
    assert (await hana.sees(f"/helpers/case/{case}")).status_code == 404


async def test_afterwards_nothing_that_was_said_is_shown(parts: Parts) -> None:
    ana = at_the_door(parts, await token(parts, "Ana", {"es": "native"}))
    case = await asked(parts)
    await taken(parts, "Ana", case)
    await ana.sees(f"/helpers/case/{case}")
    response = await ana.sends(f"/helpers/case/{case}", do="close")
    assert response.status_code == 200
    assert SECRET not in (await ana.sees(f"/helpers/case/{case}")).text
    part = await ana.sees(f"/helpers/case/{case}", **{"HX-Request": "true"})
    assert part.headers["hx-redirect"] == f"/helpers/case/{case}"


async def test_only_coordinators_have_the_roster(parts: Parts) -> None:
    ana = at_the_door(parts, await token(parts, "Ana", {"es": "native"}))
    await token(parts, "Luis", {"es": "native"})
    await ana.sees()
    luis = str(await helper_id(parts, "Luis"))
    assert (await ana.sees("/helpers/roster")).status_code == 404
    await ana.sees()
    for fields in ({"do": "invite", "role": "coordinator"}, {"do": "remove", "helper": luis}):
        assert (await ana.sends("/helpers/roster", **fields)).status_code == 404
    async with parts.store.work() as work:
        assert await work.cases.doors.invitations(datetime.now(UTC)) == []
        assert len(await work.cases.roster()) == 2


async def test_words_of_newcomers_are_kept_in_the_case_alone(parts: Parts) -> None:
    """A copy on the helper's page would outlive “delete everything”."""
    await token(parts, "Ana", {"es": "native"})
    case = await asked(parts)
    await taken(parts, "Ana", case)
    await says(parts, "otra cosa", "rosa-9")
    page = page_of(await helper_id(parts, "Ana"))
    told = [line.said.to_json() for line in await parts.store.web_lines(page, 0, 100) if not isinstance(line.said, str)]
    assert all(SECRET not in line and "otra cosa" not in line for line in told)


# --- files ---


async def test_a_file_is_for_the_helper_of_the_case_alone(parts: Parts) -> None:
    ana = at_the_door(parts, await token(parts, "Ana", {"es": "native"}))
    boss = at_the_door(parts, await token(parts, "Boss", {"en": "native"}, "coordinator"))
    case = await asked(parts)
    await taken(parts, "Ana", case)
    await says(parts, "la carta", "rosa-8", attachment=FILE)
    await says(parts, "y otra", "rosa-9", attachment=Attachment("photo", "gone", 10))
    await ana.sees(f"/helpers/case/{case}")
    first, second = re.findall(r"/helpers/file/\d+", ana.text)
    response = await ana.sees(first)
    assert (response.status_code, response.content) == (200, b"\xff\xd8 clean")
    assert response.headers["content-disposition"] == 'inline; filename="photo.jpg"'
    assert "sandbox" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"
    gone = await ana.sees(second)
    assert gone.status_code == 404
    assert says_on_page(gone.text, pages.FILE_GONE)
    for path in (first, "/helpers/file/9999", "/helpers/file/99999999999999999999"):
        assert (await boss.sees(path)).status_code == 404


# --- about oneself, and for coordinators ---


async def test_answers_about_oneself_are_kept_and_waiting_cases_looked_at(parts: Parts) -> None:
    session = await token(parts, "Ana", {"es": "native"})
    ana = at_the_door(parts, session)
    await ana.sees("/helpers/me")
    day_off = (NOON.now(UTC) + timedelta(days=3)).date().isoformat()
    answers = {
        "do": "save", "name": "Ana María", "language": "es", "level-es": "native", "level-en": "some", "hour": "2-1",
        "gender": "woman", "capacity": "4", "refuse": "safe", "break": "7", "day": day_off,
    }  # fmt: skip
    response = await ana.sends("/helpers/me", **answers)
    assert '<html lang="es"' in response.text
    async with parts.store.work() as work:
        (helper,) = await work.cases.roster()
    assert (helper.name, helper.language, helper.capacity, helper.gender) == ("Ana María", "es", 4, "woman")
    assert helper.languages == (("en", "some"), ("es", "native"))
    assert helper.refuses == ("safe",)
    assert [day.isoformat() for day in helper.days_off] == [day_off]
    assert helper.paused_until
    assert len(helper.hours) == 8, "hours that do not fit the form stay"
    await ana.sees("/helpers/me")
    nothing = await ana.sends("/helpers/me", do="save", name="", capacity="99", gender="robot", language="xx")
    assert nothing.status_code == 422
    await ana.sees("/helpers/me")
    await ana.sends("/helpers/me", do="off")
    async with parts.store.work() as work:
        assert (await work.cases.roster())[0].off


async def test_a_coordinator_invites_once_and_removes_but_never_themself(parts: Parts) -> None:
    boss = at_the_door(parts, await token(parts, "Boss", {"en": "native"}, "coordinator"))
    ana = at_the_door(parts, await token(parts, "Ana", {"es": "native"}))
    case = await asked(parts)
    await taken(parts, "Ana", case)
    await boss.sees("/helpers/roster")
    page = (await boss.sends("/helpers/roster", do="invite", role="helper", key="invite-key-1")).text
    assert len(re.findall(r"/helpers/invitation/[\w-]+", page)) == 1
    assert "<svg" in page
    assert "/helpers/invitation/" not in (await boss.sends("/helpers/roster", do="invite", key="invite-key-1")).text
    assert "/helpers/invitation/" not in (await boss.sees("/helpers/roster")).text
    await boss.sends("/helpers/roster", do="remove", helper=str(await helper_id(parts, "Boss")))
    await boss.sees("/helpers/roster")
    removed = await boss.sends("/helpers/roster", do="remove", helper=str(await helper_id(parts, "Ana")))
    assert says_on_page(removed.text, pages.REMOVED)
    again = await boss.sends("/helpers/roster", do="remove", helper="12345", key="remove-key-2")
    assert not says_on_page(again.text, pages.REMOVED)
    async with parts.store.work() as work:
        assert [helper.name for helper in await work.cases.roster()] == ["Boss"]
    assert (await case_of(parts)).looking, "her newcomer waits for somebody else"
    assert (await ana.sees()).status_code == 302


# --- with PostgreSQL ---


async def test_the_doors_are_the_same_with_postgresql(guide: Guide, postgres_url: str) -> None:
    store = await Store.open(postgres_url, KEY)
    parts, now = Parts(store, guide), datetime.now(UTC)
    ana = at_the_door(parts, await token(parts, "Ana", {"es": "native"}, "coordinator"))
    tries = [helper_signs_in("ana@example", "wrong", "10.0.0.1", parts, now) for _ in range(entrance.FREE_OF_NAME * 4)]
    done = await asyncio.gather(*tries)
    assert sum(each is None for each in done) == entrance.FREE_OF_NAME, "each counts, also those at the same moment"
    assert sum(isinstance(each, TooOften) for each in done) == entrance.FREE_OF_NAME * 3
    later = now + timedelta(minutes=1)
    assert isinstance(await helper_signs_in("ana@example", PASSWORD, "10.0.0.1", parts, later), str)
    case = await asked(parts)
    await ana.sees()
    assert (await ana.sends("/helpers", do="take", case=str(case))).headers["location"] == f"/helpers/case/{case}"
    await ana.sees(f"/helpers/case/{case}")
    await ana.sends(f"/helpers/case/{case}", do="say", text="Hola")
    assert await lines(parts, case) == ["helper: Hola"]
    for path in ("/helpers/me", "/helpers/roster"):
        assert (await ana.sees(path)).status_code == 200
    await store.close()


# --- the week ---


def test_the_week_counts_who_may_be_asked_at_each_hour() -> None:
    def helper(ident: int, *hours: Window, **more: object) -> Helper:
        known = Helper(ident, languages=(("es", "native"),), hours=hours, pledged_at=NOON)
        return replace(known, **more)  # type: ignore[arg-type]

    roster = [
        helper(1, Window(0, 480, 720)),
        helper(2, Window(0, 660, 1020), Window(6, 0, DAY)),
        helper(3, Window(0, 480, 720), off=True),
        helper(4, Window(0, 480, 720), pledged_at=None),
        helper(5, Window(0, 480, 720), reached=False),
        helper(6, Window(0, 480, 720), languages=(("ar", "native"),)),
    ]
    found = week("es", roster)
    monday = {hour: counts[0] for hour, counts in found.rows}
    assert (monday[8], monday[11], monday[12], monday[16], monday[17]) == (1, 2, 1, 1, 0)
    assert [hour for hour, _ in found.rows] == list(range(24)), "hours in the night are shown when somebody has them"
    assert (found.helpers, found.total, found.gaps) == (2, 168, 168 - 24 - 9)
    assert week("am", roster).gaps == week("am", roster).total == 7 * 13
