"""Our way to the Bot API: what is asked arrives, and what goes wrong is one of the library's errors without the token."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.channel.request import AiohttpRequest
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


async def test_a_file_is_not_sent_silently(bot: Bot, rosa: Person) -> None:
    with pytest.raises(NetworkError, match="sends no files"):
        await bot.send_document(rosa.id, b"a file")
