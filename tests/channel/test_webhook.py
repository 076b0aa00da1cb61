"""The way in: only Telegram is heard, each update once, nobody waits for somebody else, and nothing is lost on the way."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot import wording
from bot.actions.person import person_says
from bot.channel.webhook import LARGEST, PATH, SECRET_HEADER
from bot.conversation.guide import Guide
from bot.conversation.message import Heard
from bot.conversation.respond import respond
from bot.conversation.state import Conversation
from bot.conversation.talk import Turn
from tests.botapi import BotApi, Person
from tests.channel.running import Running, running
from tests.channel.told import Told
from tests.channel.understanding import SmallRasa, small_rasa
from tests.conversation.talking import Talking

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARD = "library-card"
Json = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rasa() -> AsyncIterator[SmallRasa]:
    async with small_rasa() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def webhook(guide: Guide, rasa: SmallRasa, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """A program with a webhook."""
    async for program in _program(guide, rasa, tmp_path_factory, webhook=True):
        yield program


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["webhook", "polling"])
async def program(
    request: pytest.FixtureRequest, guide: Guide, rasa: SmallRasa, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    """A program with a webhook, and one that polls: for what is promised of both."""
    async for program in _program(guide, rasa, tmp_path_factory, webhook=request.param == "webhook"):
        yield program


async def _program(
    guide: Guide, rasa: SmallRasa, folders: pytest.TempPathFactory, *, webhook: bool
) -> AsyncIterator[Running]:
    url = f"sqlite:///{folders.mktemp('webhook') / 'store.db'}"
    async with BotApi(retry_scale=0.01) as api:
        api.limits.change(on=False)
        async with running(api, guide, url, webhook=webhook, rasa_url=rasa.url) as program:
            yield program


@pytest.fixture
def es(guide: Guide) -> Told:
    return Told(guide, "es")


async def posts(program: Running, body: Any, secret: str | None = None) -> int:
    """Post to the webhook as Telegram would, or as somebody else; the status of the answer."""
    headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: secret} if secret is not None else {})
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with aiohttp.ClientSession() as session:
        return (await session.post(program.url + PATH, data=data, headers=headers)).status


def update_of(person: Person, number: int, text: str) -> Json:
    message = {"message_id": number, "date": 1_700_000_000, "chat": person.chat.wire, "from": person.wire, "text": text}
    return {"update_id": number, "message": message}


async def at_the_card(program: Running, told: Told) -> Person:
    person = program.api.user("Rosa", language=None)
    person.starts(f"{CARD}__es")
    await person.expect(told.step(CARD, "about"))
    return person


# --- who is heard ---


async def test_telegram_is_told_the_secret_and_what_we_want_to_hear(webhook: Running) -> None:
    (call,) = webhook.api.calls_of("setWebhook")
    assert call.parameters["url"] == webhook.url + PATH
    assert call.parameters["secret_token"] == webhook.app.webhook_secret
    assert call.parameters["allowed_updates"] == [
        "message", "edited_message", "callback_query", "my_chat_member", "message_reaction",
    ]  # fmt: skip
    assert not call.parameters.get("drop_pending_updates")


@pytest.mark.parametrize("secret", [None, "", "wrong", "x" * 5000, "ü"])
async def test_who_does_not_know_the_secret_is_not_heard(webhook: Running, secret: str | None) -> None:
    mallory = webhook.knows("Mallory")
    before = await webhook.app.parts.store.counts()
    assert await posts(webhook, update_of(mallory, 1, "/start"), secret) == 403
    assert await webhook.remembers(mallory) == Conversation()
    assert await webhook.app.parts.store.counts() == before
    assert mallory.unread() == []


async def test_only_posts_are_taken(webhook: Running) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.get(webhook.url + PATH, headers={SECRET_HEADER: webhook.app.webhook_secret})
        assert answer.status == 405


async def test_what_is_too_large_is_not_read(webhook: Running) -> None:
    secret = webhook.app.webhook_secret
    assert await posts(webhook, b" " * (LARGEST + 1), secret) == 413

    async def without_a_length() -> AsyncIterator[bytes]:
        yield b"{}"

    async with aiohttp.ClientSession() as session:
        answer = await session.post(webhook.url + PATH, data=without_a_length(), headers={SECRET_HEADER: secret})
        assert answer.status == 413


@pytest.mark.parametrize("body", [b"", b"hello", b"{", b"\xff\xfe", b"[" * 100_000, b'{"update_id": }'])
async def test_what_is_not_json_is_refused(webhook: Running, body: bytes) -> None:
    assert await posts(webhook, body, webhook.app.webhook_secret) == 400


@pytest.mark.parametrize(
    "body",
    [
        None, 5, "text", [], [{"update_id": 1}], {}, {"update_id": 1}, {"update_id": 1, "message": 5},
        {"update_id": 1, "message": {}}, {"update_id": 1, "message": {"chat": {"id": 1}}}, {"update_id": 1, "poll": []},
    ],
    ids=json.dumps,
)  # fmt: skip
async def test_what_can_never_be_read_is_not_asked_for_again(webhook: Running, body: Any) -> None:
    """A repeated update would hold back everything else that the person writes."""
    assert await posts(webhook, body, webhook.app.webhook_secret) == 200


# --- once ---


async def test_a_repeated_update_is_answered_once(webhook: Running, es: Told) -> None:
    rosa = webhook.knows("Rosa")
    update = update_of(rosa, 41, "/start __es")
    secret = webhook.app.webhook_secret
    assert await asyncio.gather(*(posts(webhook, update, secret) for _ in range(5))) == [200] * 5
    assert await posts(webhook, update, secret) == 200
    await rosa.expect(es.greeting)
    rosa.says("/menu")
    await rosa.expect(es(wording.MENU))
    assert rosa.unread() == []
    assert len([seen for seen in rosa.screen() if seen.by_bot]) == 2


# --- in order, and side by side ---


async def test_a_press_and_a_message_at_the_same_moment_are_answered_one_after_the_other(
    program: Running, guide: Guide, es: Told
) -> None:
    """They come in lanes of their own, so either may be first; the answers must fit the order that was taken."""
    for _ in range(8):
        person = await at_the_card(program, es)
        label, word = es.choice(CARD, "about", "me"), es.answer("yes")
        possible = []
        for order in itertools.permutations(["press", "word"]):
            talk = Talking(guide)
            talk.starts(f"{CARD}__es")
            answers = []
            for what in order:
                if what == "press":
                    talk.presses(label)
                else:
                    talk.says(word)
                answers.append(talk.text.strip())
            possible.append((answers, talk.conversation.place))
        press = person.presses(label)
        person.says(word)
        seen = [(await person.expect("")).text for _ in range(2)]
        await press.answered()
        assert (seen, (await program.remembers(person)).place) in possible
        assert person.unread() == []


async def test_a_press_does_not_overtake_a_message_that_is_still_being_understood(
    program: Running, rasa: SmallRasa, es: Told
) -> None:
    person = await at_the_card(program, es)
    words = "xyzzy before the press"
    rasa.slow[words] = 0.3
    person.says(words)
    await rasa.is_asked(words)
    press = person.presses(es.choice(CARD, "about", "me"))
    assert es(wording.NOT_AN_ANSWER) in (await person.expect("")).text
    assert es.step(CARD, "papers") in (await person.expect("")).text
    await press.answered()


async def test_many_lines_of_one_person_keep_their_order(program: Running, guide: Guide) -> None:
    talk = Talking(guide)
    person = program.api.user("Rosa", language=None)
    lines = ["1", "yes", "no", "back", "yes", "next", "2", "menu", "bus", "next", "stop", "3", "back", "menu"]
    person.starts(f"{CARD}__en")
    talk.starts(f"{CARD}__en")
    wanted = [talk.text.strip()]
    for line in lines:
        person.says(line)
        talk.says(line)
        wanted.append(talk.text.strip())
    seen = [(await person.expect("")).text for _ in wanted]
    assert seen == wanted


async def test_nobody_waits_for_one_whose_rasa_is_slow(program: Running, rasa: SmallRasa, es: Told) -> None:
    slow = await at_the_card(program, es)
    others = [await at_the_card(program, es) for _ in range(10)]
    words = "xyzzy plugh"
    rasa.slow[words] = 1.0
    slow.says(words)
    await rasa.is_asked(words)
    for other in others:
        other.says("xyzzy")
    for other in others:
        await other.expect(es(wording.NOT_AN_ANSWER))
    assert slow.unread() == [], "the others were to be answered within that second"
    await slow.expect(es(wording.NOT_AN_ANSWER))
    rasa.asked.clear()


# --- when something breaks ---


async def test_what_breaks_is_apologised_for_and_never_tried_again(
    program: Running, es: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await at_the_card(program, es)
    place = (await program.remembers(person)).place
    broke: list[str] = []

    def breaks(before: Conversation, message: Any, *how: Any) -> Turn:
        if isinstance(message, Heard) and message.text == "break":
            broke.append(message.key)
            raise ZeroDivisionError
        return respond(before, message, *how)

    monkeypatch.setattr("bot.actions.newcomer.respond", breaks)
    person.says("break")
    answer = await person.expect(es(wording.TROUBLE))
    assert any(es.choice(CARD, "about", "me") in label for label in answer.labels)
    person.presses(es.choice(CARD, "about", "me"))
    await person.expect(es.step(CARD, "papers"))
    assert person.unread() == []
    assert len(broke) == 1
    assert place is not None
    assert place.step == "about"
    assert program.api.mailbox.updates[-2].tries == 1
    counts = await program.app.parts.store.counts()
    assert (counts.inbox_waiting, counts.inbox_set_aside) == (0, 0)


async def test_what_could_not_be_written_down_comes_again(
    webhook: Running, es: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away for three moments: Telegram is not told that we have it, and repeats it."""
    person = await at_the_card(webhook, es)
    away = iter(range(3))

    async def writes(*how: Any) -> None:
        if next(away, None) is not None:
            raise OSError("no database")
        await person_says(*how)

    async def apologises(*_how: Any) -> None:
        raise OSError("no database")

    monkeypatch.setattr("bot.channel.hearing.person_says", writes)
    monkeypatch.setattr("bot.channel.hearing.newcomer_meets_trouble", apologises)
    person.says("1")
    await person.expect(es.step(CARD, "papers"))
    assert webhook.api.mailbox.updates[-1].tries == 4
    assert webhook.api.mailbox.webhook is not None
    assert "503" in str(webhook.api.mailbox.webhook.last_error)
    assert person.unread() == []
