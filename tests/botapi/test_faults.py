"""Trouble on command."""

import asyncio
import time

import aiohttp
import pytest
import telegram
from telegram.error import NetworkError, RetryAfter

from tests.botapi import BotApi, Limits, Load, NotSeen
from tests.botapi.conftest import Caller


async def test_refusals_hit_the_chosen_calls_only(api: BotApi, call: Caller) -> None:
    rosa, amina = api.user("Rosa"), api.user("Amina")
    rosa.starts()
    amina.starts()
    api.fails("429", method="sendMessage", chat=rosa.id, times=2, retry_after=7)
    await call.ok("sendMessage", chat_id=amina.id, text="x")
    await call.ok("sendChatAction", chat_id=rosa.id, action="typing")
    for _ in range(2):
        answer = await call("sendMessage", chat_id=rosa.id, text="x")
        assert answer["parameters"] == {"retry_after": 7}
    await call.ok("sendMessage", chat_id=rosa.id, text="x")
    assert [made.fault for made in api.calls_of("sendMessage")] == [None, "429", "429", None]
    assert len(rosa.screen()) == 2


async def test_the_library_sees_what_it_would_see_from_telegram(api: BotApi) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    async with telegram.Bot(api.token, base_url=f"{api.url}/bot") as bot:
        api.fails("429", retry_after=3)
        with pytest.raises(RetryAfter):
            await bot.send_message(rosa.id, "x")
        for how in ("500", "502", "close"):
            api.fails(how)
            with pytest.raises(NetworkError):
                await bot.send_message(rosa.id, "x")
        assert len(rosa.screen()) == 1
        await bot.send_message(rosa.id, "x")


async def test_a_lost_answer_has_done_its_work(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    api.fails("lose", method="sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await call("sendMessage", chat_id=rosa.id, text="once")
    assert rosa.last().text == "once"
    assert api.calls_of("sendMessage")[0].ok


async def test_a_hanging_call_gives_nothing_until_it_is_cut(api: BotApi, call: Caller) -> None:
    api.fails("hang", method="getMe", seconds=0.2)
    began = time.monotonic()
    with pytest.raises(aiohttp.ClientError):
        await call("getMe")
    assert time.monotonic() - began >= 0.2
    await call.ok("getMe")


async def test_a_hanging_call_does_not_hold_up_the_end() -> None:
    async with BotApi() as api, aiohttp.ClientSession() as session:
        api.fails("hang")
        hanging = asyncio.create_task(Caller(api, session)("getMe"))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        await api.stop()
        assert time.monotonic() - began < 1
        with pytest.raises(aiohttp.ClientError):
            await hanging


async def test_faults_without_a_method_leave_polling_alone(api: BotApi, call: Caller) -> None:
    api.fails("500")
    await call.ok("getUpdates")
    assert (await call.refused("getMe")).startswith("500")
    with pytest.raises(ValueError, match="not a fault"):
        api.fails("503")


async def test_expecting_in_vain_shows_the_screen(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    rosa.says("hola")
    await call.ok("sendMessage", chat_id=rosa.id, text="first")
    await call.ok("sendMessage", chat_id=rosa.id, text="second")
    assert (await rosa.expect(lambda message: message.text.startswith("f"))).text == "first"
    with pytest.raises(NotSeen, match="Natural Helpers: second"):
        await rosa.expect("first", timeout=0.05)
    with pytest.raises(NotSeen, match="did not expect"):
        await rosa.silence(0.01)
    await rosa.expect("second")
    await rosa.silence(0.01)
    later = asyncio.create_task(rosa.expect("third"))
    await asyncio.sleep(0.02)
    await call.ok("sendMessage", chat_id=rosa.id, text="third")
    assert (await later).text == "third"


@pytest.mark.parametrize("at_once", [1, None])
async def test_a_load_measures_every_answer(at_once: int | None) -> None:
    total = 600
    async with BotApi(limits=Limits(on=False), check_results=False) as api, aiohttp.ClientSession() as session:
        call = Caller(api, session)
        load = Load(api, people=20, total=total, at_once=at_once)
        load.start()
        assert len(api.mailbox) == (20 if at_once else total)

        async def echo() -> None:
            offset = 0
            while True:
                for update in await call.ok("getUpdates", offset=offset, timeout=5):
                    offset = update["update_id"] + 1
                    message = update["message"]
                    await call.ok("sendMessage", chat_id=message["chat"]["id"], text=message["text"])

        bot = asyncio.create_task(echo())
        report = await load.done(15)
        bot.cancel()
        assert report.answered == report.wanted == total
        assert 0 < report.p50 <= report.p95 <= report.longest <= report.seconds
        assert {len(person.screen()) for person in api.people.values()} == {2 * total // 20}
