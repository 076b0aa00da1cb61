"""What one person sends to another is fetched first, and what goes wrong there is told as what it is."""

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
import pytest_asyncio
from PIL import Image
from telegram import Bot
from telegram.error import BadRequest, InvalidToken

from bot.channel import passing_on
from bot.channel.request import AiohttpRequest
from bot.conversation.message import Attachment
from tests.botapi import BotApi, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(api: BotApi) -> AsyncIterator[Bot]:
    request, polling = AiohttpRequest(2), AiohttpRequest(1)
    where = (f"{api.url}/bot", f"{api.url}/file/bot")
    async with Bot(api.token, *where, request=request, get_updates_request=polling) as bot:
        yield bot


@pytest.fixture
def luis(api: BotApi) -> Person:
    person = api.user("Luis")
    person.starts()
    return person


def photo(api: BotApi) -> Attachment:
    """One that somebody sent."""
    packed = BytesIO()
    Image.new("RGB", (40, 30), "red").save(packed, "JPEG")
    return Attachment("photo", file=api.world.files.keep("photo", packed.getvalue()).file_id)


async def test_a_photo_is_passed_on(api: BotApi, library: Bot, luis: Person) -> None:
    await passing_on.send(library, luis.id, photo(api), "<b>Rosa</b>", {})
    assert (luis.last().kind, luis.last().text) == ("photo", "Rosa")


async def test_a_file_that_is_gone_is_no_wrong_token(
    api: BotApi, library: Bot, luis: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the call that says where it is and the download: the server answers 404 to that."""
    attachment, calls = photo(api), len(api.calls_of("sendPhoto"))
    monkeypatch.setattr(type(api.world.files), "at_path", lambda _files, _path: None)
    with pytest.raises(BadRequest, match="the file is gone") as caught:
        await passing_on.send(library, luis.id, attachment, "", {})
    assert caught.value.__suppress_context__
    with pytest.raises(LookupError):
        await passing_on.fetched(library, attachment)
    assert len(api.calls_of("sendPhoto")) == calls


async def test_a_wrong_token_stays_one(api: BotApi, luis: Person) -> None:
    request = AiohttpRequest(1)
    wrong = Bot("1:wrong", f"{api.url}/bot", f"{api.url}/file/bot", request=request)
    with pytest.raises(InvalidToken):
        await passing_on.send(wrong, luis.id, photo(api), "", {})
    await request.shutdown()
