"""How updates reach the bot: polling, webhook, order, retries, conflicts."""

import asyncio
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Self

import pytest
from aiohttp import web

from tests.botapi import BotApi
from tests.botapi.conftest import Caller

Json = dict[str, Any]


class Hook:
    """The bot's end of a webhook: records what comes, and answers as the test says."""

    def __init__(self) -> None:
        self.got: list[tuple[float, Json]] = []
        self.headers: list[Any] = []
        self.answer: Callable[[Json], Any] = lambda body: web.Response()
        self.now = self.most = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/hook", self._on_post)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _on_post(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.got.append((time.monotonic(), body))
        self.headers.append(request.headers)
        self.now += 1
        self.most = max(self.most, self.now)
        answer = self.answer(body)
        if asyncio.iscoroutine(answer):
            answer = await answer
        self.now -= 1
        return answer

    @property
    def texts(self) -> list[str]:
        return [body.get("message", {}).get("text", "") for _, body in self.got]

    async def gets(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.got) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.005)


async def test_an_update_comes_again_until_it_is_confirmed(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    for text in ("one", "two", "three"):
        rosa.says(text)
    first = await call.ok("getUpdates", limit=2)
    assert [update["message"]["text"] for update in first] == ["one", "two"]
    assert await call.ok("getUpdates", limit=2) == first
    rest = await call.ok("getUpdates", offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["three"]
    assert rest[0]["update_id"] == first[0]["update_id"] + 2
    assert await call.ok("getUpdates", offset=rest[0]["update_id"] + 1) == []
    assert all(update.done for update in api.mailbox.updates)


async def test_a_negative_offset_forgets_all_but_the_last(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    for number in range(5):
        rosa.says(str(number))
    assert [update["message"]["text"] for update in await call.ok("getUpdates", offset=-2)] == ["3", "4"]
    assert len(api.mailbox) == 2


async def test_a_long_poll_ends_when_something_comes(api: BotApi, call: Caller) -> None:
    poll = asyncio.create_task(call.ok("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    assert not poll.done()
    api.user("Rosa").says("hola")
    assert [update["message"]["text"] for update in await asyncio.wait_for(poll, 2)] == ["hola"]


async def test_a_long_poll_ends_after_its_time(call: Caller) -> None:
    began = time.monotonic()
    assert await call.ok("getUpdates", timeout=1) == []
    assert 0.9 < time.monotonic() - began < 2


async def test_two_pollers_conflict(api: BotApi, call: Caller) -> None:
    first = asyncio.create_task(call.refused("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(call.ok("getUpdates", timeout=30))
    assert "409 Conflict: terminated by other getUpdates request" in await asyncio.wait_for(first, 2)
    api.user("Rosa").says("hola")
    assert len(await asyncio.wait_for(second, 2)) == 1


async def test_polling_and_a_webhook_conflict(call: Caller) -> None:
    poll = asyncio.create_task(call.refused("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    async with Hook() as hook:
        await call.ok("setWebhook", url=hook.url)
        assert "409 Conflict: terminated by setWebhook request" in await asyncio.wait_for(poll, 2)
        assert "409 Conflict: can't use getUpdates" in await call.refused("getUpdates")
        await call.ok("deleteWebhook")
        assert await call.ok("getUpdates") == []


async def test_only_what_was_asked_for_is_sent(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    await call.ok("getUpdates", allowed_updates=["message_reaction"])
    rosa.starts()
    await call.ok("sendMessage", chat_id=rosa.id, text="hi")
    rosa.reacts("👍")
    (update,) = await call.ok("getUpdates")
    assert update["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    await call.ok("getUpdates", allowed_updates=[])
    rosa.reacts(None)
    rosa.says("words")
    assert [list(update)[1] for update in await call.ok("getUpdates")] == ["message_reaction", "message"]
    assert "no updates of kind mesage" in await call.refused("getUpdates", allowed_updates=["mesage"])


async def test_one_chat_waits_for_its_answer_and_others_do_not(api: BotApi, call: Caller) -> None:
    rosa, amina = api.user("Rosa"), api.user("Amina")
    gate = asyncio.Event()

    async def slow_for_rosa(body: Json) -> web.Response:
        if body["message"]["chat"]["id"] == rosa.id:
            await gate.wait()
        return web.Response()

    async with Hook() as hook:
        hook.answer = slow_for_rosa
        await call.ok("setWebhook", url=hook.url)
        rosa.says("1")
        rosa.says("2")
        for text in ("a", "b", "c"):
            amina.says(text)
        await hook.gets(4)
        await asyncio.sleep(0.05)
        assert hook.texts == ["1", "a", "b", "c"]
        assert (await call.ok("getWebhookInfo"))["pending_update_count"] == 2
        gate.set()
        await hook.gets(5)
        assert hook.texts[-1] == "2"


async def test_a_button_press_overtakes_a_message_of_the_same_chat(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    await call.ok("getUpdates", offset=-1)
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    await call.ok("sendMessage", chat_id=rosa.id, text="?", reply_markup=keyboard)
    gate = asyncio.Event()

    async def slow_for_messages(body: Json) -> web.Response:
        if "message" in body:
            await gate.wait()
        return web.Response()

    async with Hook() as hook:
        hook.answer = slow_for_messages
        await call.ok("setWebhook", url=hook.url, drop_pending_updates=True)
        rosa.says("words")
        rosa.presses("Yes")
        rosa.presses("Yes")
        await hook.gets(3)
        assert [next(iter(body.keys() - {"update_id"})) for _, body in hook.got] == [
            "message",
            "callback_query",
            "callback_query",
        ]
        gate.set()


async def test_a_refused_update_is_tried_again_in_place(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    answers = iter([500, 500, 500, 200, 200])

    async with Hook() as hook:
        hook.answer = lambda body: web.Response(status=next(answers))
        await call.ok("setWebhook", url=hook.url, secret_token="s3cret_-")
        rosa.says("first")
        rosa.says("second")
        await hook.gets(5)
        assert hook.texts == ["first"] * 4 + ["second"]
        times = [at for at, _ in hook.got]
        waits = [later - earlier for earlier, later in pairwise(times)]
        assert waits[0] < 0.02  # 0 s
        assert 0.02 <= waits[1] < 0.2  # 2 s, a hundredth of it
        assert 0.04 <= waits[2] < 0.2  # 4 s
        assert {headers["X-Telegram-Bot-Api-Secret-Token"] for headers in hook.headers} == {"s3cret_-"}
        info = await call.ok("getWebhookInfo")
        assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_retry_after_is_obeyed(api: BotApi, call: Caller) -> None:
    answers = iter([web.Response(status=503, headers={"Retry-After": "12"}), web.Response()])
    async with Hook() as hook:
        hook.answer = lambda body: next(answers)
        await call.ok("setWebhook", url=hook.url)
        api.user("Rosa").says("hola")
        await hook.gets(2)
        assert 0.12 <= hook.got[1][0] - hook.got[0][0] < 0.5


async def test_a_bot_that_is_down_gets_everything_later(api: BotApi, call: Caller) -> None:
    async with Hook() as hook:
        url = hook.url
    await call.ok("setWebhook", url=url)
    rosa = api.user("Rosa")
    rosa.says("one")
    rosa.says("two")
    await asyncio.sleep(0.1)
    assert (await call.ok("getWebhookInfo"))["last_error_message"] == "Connection refused"
    await call.ok("deleteWebhook")
    assert [update["message"]["text"] for update in await call.ok("getUpdates")] == ["one", "two"]


async def test_no_more_connections_than_allowed(api: BotApi, call: Caller) -> None:
    async def a_moment(_: Json) -> web.Response:
        await asyncio.sleep(0.02)
        return web.Response()

    async with Hook() as hook:
        hook.answer = a_moment
        await call.ok("setWebhook", url=hook.url, max_connections=3)
        for number in range(12):
            api.user(f"Person {number}").says("hi")
        await hook.gets(12)
        assert hook.most == 3


async def test_a_webhook_may_answer_with_a_call(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    async with Hook() as hook:
        hook.answer = lambda body: web.json_response({"method": "sendMessage", "chat_id": rosa.id, "text": "at once"})
        await call.ok("setWebhook", url=hook.url)
        rosa.says("hi")
        await rosa.expect("at once")


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"url": "https://x.example", "secret_token": "no spaces"}, "secret token contains unallowed characters"),
        ({"url": "ftp://x.example"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ],
)
async def test_bad_webhooks_are_refused(call: Caller, parameters: Json, words: str) -> None:
    assert words in await call.refused("setWebhook", **parameters)


async def test_groups_and_channels(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    group = api.group("Team", rosa)
    channel = api.group("News", rosa, kind="channel", username="lab_news")
    rosa.says("nobody hears this", where=group)
    rosa.adds_bot(group)
    rosa.says("hello all", where=group)
    rosa.adds_bot(channel, "administrator")
    rosa.says("news", where=channel)
    rosa.removes_bot(group)
    rosa.blocks()
    rosa.unblocks()
    updates = await call.ok("getUpdates")
    kinds = [list(update)[1] for update in updates]
    assert kinds == ["my_chat_member", "message", "my_chat_member", "channel_post", *["my_chat_member"] * 3]
    statuses = [u["my_chat_member"]["new_chat_member"]["status"] for u in updates if "my_chat_member" in u]
    assert statuses == ["member", "administrator", "kicked", "kicked", "member"]
    assert await call.refused("sendMessage", chat_id=group.id, text="x") == (
        "403 Forbidden: bot was kicked from the supergroup chat"
    )
    assert (await call.ok("sendMessage", chat_id="@lab_news", text="from the bot"))["chat"]["id"] == channel.id
    await rosa.expect("from the bot", where=channel)
