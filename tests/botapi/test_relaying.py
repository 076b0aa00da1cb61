"""What two people who talk through the bot need: every kind of message, albums, answers, files in both directions."""

import io
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
import telegram
from aiogram.types import BufferedInputFile

from tests.botapi import BotApi, Limits, Seen
from tests.botapi.conftest import Caller
from tests.botapi.files import CAPTIONED, FILE_KINDS, NAMED
from tests.botapi.test_clients import aiogram_bot, ptb

NAMES = [
    "plain.pdf",
    "رسالة من المدرسة.pdf",
    "የትምህርት ቤት ደብዳቤ.docx",
    "% & = %41.txt",
    "no ending",
    "año.tar.gz",
]


# -- what people send


async def messages(call: Caller) -> list[dict[str, Any]]:
    return [update["message"] for update in await call.ok("getUpdates")]


async def test_an_album_is_several_messages(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    seen = rosa.sends_album(
        ["photo", {"kind": "video", "content": b"film", "duration": 7}, "photo"], caption="my street"
    )
    other = rosa.sends_album(["document", "document"])
    sent = await messages(call)
    assert [message["message_id"] for message in sent] == [message.message_id for message in [*seen, *other]]
    assert len({message["media_group_id"] for message in sent[:3]}) == 1
    assert sent[3]["media_group_id"] == sent[4]["media_group_id"] != sent[0]["media_group_id"]
    assert [message.get("caption") for message in sent] == ["my street", None, None, None, None]
    assert sent[1]["video"]["duration"] == 7
    assert seen[1].file.content == b"film"
    assert seen[0].album == sent[0]["media_group_id"]
    for wrong in (["photo"], ["photo"] * 11, ["photo", "document"], ["audio", "video"]):
        with pytest.raises(ValueError):
            rosa.sends_album(wrong)


async def test_people_answer_with_anything(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    asked = rosa.says("where?")
    sent = await call.ok("sendMessage", chat_id=rosa.id, text="which one?")
    rosa.sends("voice", reply_to=sent["message_id"])
    rosa.sends("location", reply_to=asked.message_id)
    rosa.sends_album(["photo", "photo"], reply_to=sent["message_id"])
    answers = (await messages(call))[1:]
    numbers = [sent["message_id"], asked.message_id, sent["message_id"], sent["message_id"]]
    assert [message["reply_to_message"]["message_id"] for message in answers] == numbers
    assert [message.reply_to for message in rosa.screen()[2:]] == numbers
    assert f"↩#{asked.message_id}" in rosa.told()
    with pytest.raises(ValueError, match="sees no message"):
        rosa.says("x", reply_to=1234)


async def test_files_tell_more_than_their_bytes(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    for kind in sorted(NAMED):
        rosa.sends(kind, file_name="Rosa Pérez.zip", content=b"x")
    rosa.sends("audio", performer="Rosa", title="Song", duration=60)
    rosa.sends("sticker", set_name="pack_of_rosa_by_stickers", emoji="😺", is_video=True)
    rosa.sends("document", file_name="x.xyz", mime_type="application/x-own")
    rosa.sends("photo", has_spoiler=True)
    sent = await messages(call)
    for kind, message in zip(sorted(NAMED), sent, strict=False):
        assert message[kind]["file_name"] == "Rosa Pérez.zip"
        assert message[kind]["mime_type"] == "application/zip"
    assert (sent[4]["audio"]["performer"], sent[4]["audio"]["title"]) == ("Rosa", "Song")
    assert sent[5]["sticker"]["set_name"] == "pack_of_rosa_by_stickers"
    assert (sent[5]["sticker"]["is_video"], sent[5]["sticker"]["emoji"]) == (True, "😺")
    assert sent[6]["document"]["mime_type"] == "application/x-own"
    assert sent[7]["has_media_spoiler"]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("voice", {"file_name": "x"}),
        ("photo", {"duration": 3}),
        ("location", {"lat": 1}),
        ("sticker", {"caption": "x"}),
        ("contact", {"content": b"x"}),
        ("gift", {}),
    ],
)
async def test_nobody_can_say_what_a_message_cannot_say(api: BotApi, kind: str, more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"has no|can send"):
        api.user("Rosa").sends(kind, **more)


async def test_contacts_and_places(api: BotApi, call: Caller) -> None:
    rosa, amina = api.user("Rosa"), api.user("Amina")
    rosa.sends("contact", phone_number="+1555", first_name="Amina", user_id=amina.id, vcard="BEGIN:VCARD\nEND:VCARD")
    rosa.sends("contact")
    live = rosa.sends("location", latitude=1.5, longitude=2.5, live_period=900)
    rosa.moves(1.6, 2.6)
    rosa.sends("venue", title="Library", address="E Alameda", google_place_id="abc")
    updates = await call.ok("getUpdates")
    assert updates[0]["message"]["contact"]["user_id"] == amina.id
    assert "VCARD" in updates[0]["message"]["contact"]["vcard"]
    assert updates[1]["message"]["contact"]["user_id"] == rosa.id
    assert updates[2]["message"]["location"]["live_period"] == 900
    moved = updates[3]["edited_message"]
    assert (moved["message_id"], moved["location"]["latitude"]) == (live.message_id, 1.6)
    assert updates[4]["message"]["venue"]["google_place_id"] == "abc"
    rosa.sends("location")
    with pytest.raises(ValueError, match="live location"):
        rosa.moves(1, 1)


async def test_forwards_of_known_and_of_hidden_people(api: BotApi, call: Caller) -> None:
    rosa, amina = api.user("Rosa"), api.user("Amina", username="amina_a", language="ar")
    rosa.forwards("look", from_person=amina)
    rosa.forwards("and this", from_name="Somebody")
    known, hidden = await messages(call)
    assert known["forward_origin"]["sender_user"] == {
        "id": amina.id, "is_bot": False, "first_name": "Amina", "username": "amina_a",
    }  # fmt: skip
    assert known["from"]["id"] == rosa.id
    assert hidden["forward_origin"]["sender_user_name"] == "Somebody"
    assert [message.forwarded for message in rosa.screen()] == ["Amina", "Somebody"]
    assert "(from Amina)" in rosa.told()


async def test_people_change_words_and_captions(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    text = rosa.says("helo")
    photo = rosa.sends("photo", caption="my leter")
    rosa.sends("sticker")
    rosa.edits("hello")
    rosa.edits_caption("my letter")
    assert rosa.edits_caption("", message=photo.message_id).text == ""
    edits = [update["edited_message"] for update in (await call.ok("getUpdates"))[3:]]
    assert [(edit["message_id"], edit.get("text"), edit.get("caption")) for edit in edits] == [
        (text.message_id, "hello", None), (photo.message_id, None, "my letter"), (photo.message_id, None, None),
    ]  # fmt: skip
    assert edits[1]["photo"][-1]["file_id"] == photo.file.file_id
    sent = await call.ok("sendMessage", chat_id=rosa.id, text="mine")
    for number in (sent["message_id"], photo.message_id):
        with pytest.raises(ValueError, match="no message with text"):
            rosa.edits("x", message=number)


# -- files: claimed sizes, downloads


async def test_large_files_cannot_be_downloaded_but_sent_on(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    seen = rosa.sends("video", size=25_000_000)
    (message,) = await messages(call)
    assert message["video"]["file_size"] == 25_000_000
    file_id = message["video"]["file_id"]
    assert await call.refused("getFile", file_id=file_id) == "400 Bad Request: file is too big"
    sent = await call.ok("sendVideo", chat_id=rosa.id, video=file_id)
    assert sent["video"]["file_size"] == 25_000_000
    assert seen.file.size == 25_000_000
    edge = rosa.sends("document", size=20 * 1024 * 1024)
    assert (await call.ok("getFile", file_id=edge.file.file_id))["file_path"] == edge.file.path


async def test_every_file_of_people_can_be_downloaded(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    for kind in FILE_KINDS:
        sent = rosa.sends(kind, content=f"bytes of a {kind}".encode())
        path = (await call.ok("getFile", file_id=sent.file.file_id))["file_path"]
        async with call.session.get(f"{api.url}/file/bot{api.token}/{path}") as answer:
            assert await answer.read() == f"bytes of a {kind}".encode()


# -- what the bot sends


@pytest.mark.parametrize("kind", FILE_KINDS)
async def test_uploads_keep_names_and_bytes(api: BotApi, kind: str) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    content = bytes(range(256)) * 40
    more = {"caption": "<b>ሰላም & سلام</b>", "parse_mode": "HTML"} if kind in CAPTIONED else {}
    async with ptb(api) as bot:
        for name in NAMES:
            await getattr(bot, f"send_{kind}")(rosa.id, telegram.InputFile(content, filename=name), **more)
            check(rosa.last(), kind, name, content)
    other = aiogram_bot(api)
    async with other.session:
        for name in NAMES:
            await getattr(other, f"send_{kind}")(rosa.id, BufferedInputFile(content, name), **more)
            check(rosa.last(), kind, name, content)
    assert rosa.last().html == ("<b>ሰላም &amp; سلام</b>" if more else "🙂" if kind == "sticker" else "")


def check(seen: Seen, kind: str, name: str, content: bytes) -> None:
    assert seen.kind == kind
    assert seen.file is not None
    assert (seen.file.name, seen.file.content, seen.file.size) == (name, content, len(content))
    if kind in NAMED:
        assert seen.wire[kind]["file_name"] == name


class PlainRequest(telegram.request.HTTPXRequest):
    """Puts a call together by hand from what the library's RequestData offers.

    Without ``quote_fields=False`` aiohttp would write ñ as %C3%B1 into the file's name, and Telegram takes it as it stands.
    """

    quote_fields = False

    async def do_request(self, url: str, method: str, request_data: Any = None, **_: Any) -> tuple[int, bytes]:
        given = request_data.json_parameters if request_data else {}
        form = aiohttp.FormData(given, default_to_multipart=True, quote_fields=self.quote_fields)
        for field, (name, content, mime) in (request_data.multipart_data or {} if request_data else {}).items():
            form.add_field(field, content, filename=name, content_type=mime)
        async with aiohttp.ClientSession() as session, session.request(method, url, data=form) as answer:
            return answer.status, await answer.read()


@pytest.mark.parametrize("attach", [True, False])
async def test_uploads_from_request_data(api: BotApi, attach: bool) -> None:
    rosa = api.user("Rosa")
    start = rosa.starts()
    bot = telegram.Bot(api.token, base_url=f"{api.url}/bot", request=PlainRequest(), get_updates_request=PlainRequest())
    async with bot:
        for name in NAMES:
            file = telegram.InputFile(b"a letter", filename=name, attach=attach)
            reply = telegram.ReplyParameters(start.message_id)
            await bot.send_document(rosa.id, file, caption="ደብዳቤ", protect_content=True, reply_parameters=reply)
            seen = await rosa.expect("ደብዳቤ")
            check(seen, "document", name, b"a letter")
            assert (seen.protected, seen.reply_to) == (True, start.message_id)
    assert "(protected)" in rosa.told()
    call = api.calls_of("sendDocument")[-1]
    assert json.dumps(call.parameters["reply_parameters"])


async def test_a_quoted_name_stays_quoted(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """As at Telegram, which decodes nothing there: https://github.com/tdlib/td/blob/master/tdnet/td/net/HttpReader.cpp"""
    monkeypatch.setattr(PlainRequest, "quote_fields", True)
    rosa = api.user("Rosa")
    rosa.starts()
    bot = telegram.Bot(api.token, base_url=f"{api.url}/bot", request=PlainRequest(), get_updates_request=PlainRequest())
    async with bot:
        await bot.send_document(rosa.id, b"x", filename="año.pdf")
    check(rosa.last(), "document", "a%C3%B1o.pdf", b"x")


async def test_albums_of_uploads(api: BotApi) -> None:
    rosa = api.user("Rosa")
    start = rosa.starts()
    async with ptb(api) as bot:
        media = [
            telegram.InputMediaPhoto(io.BytesIO(b"one"), caption="<i>first</i>", parse_mode="HTML", filename="ا.jpg"),
            telegram.InputMediaVideo(io.BytesIO(b"two"), duration=9, filename="b.mp4"),
        ]
        await bot.send_media_group(rosa.id, media, reply_to_message_id=start.message_id, protect_content=True)
        first, second = rosa.screen()[1:]
        assert (first.html, first.album) == ("<i>first</i>", second.album)
        assert (first.file.name, first.file.content, second.file.content) == ("ا.jpg", b"one", b"two")
        assert second.wire["video"]["duration"] == 9
        assert {first.reply_to, second.reply_to} == {start.message_id}
        assert first.protected
        assert second.protected
        mixed = [telegram.InputMediaDocument(b"x"), telegram.InputMediaPhoto(b"x")]
        with pytest.raises(telegram.error.BadRequest, match="Document can't be mixed with other media types"):
            await bot.send_media_group(rosa.id, mixed)


async def test_an_album_is_sent_whole_or_not_at_all() -> None:
    async with BotApi(limits=Limits(chat_burst=2)) as api:
        rosa = api.user("Rosa")
        rosa.starts()
        async with ptb(api) as bot:
            media = [telegram.InputMediaPhoto(b"x") for _ in range(4)]
            await bot.send_media_group(rosa.id, media)
            with pytest.raises(telegram.error.RetryAfter) as slow:
                await bot.send_media_group(rosa.id, media)
            assert slow.value.retry_after.total_seconds() == 3
        assert len(rosa.screen()) == 5


async def test_a_file_sent_on_by_its_id_stays_what_it_was(api: BotApi, call: Caller) -> None:
    rosa, amina = api.user("Rosa"), api.user("Amina")
    amina.starts()
    document = rosa.sends("document", file_name="Rosa Pérez.pdf").file
    sticker = rosa.sends("sticker", set_name="pack_of_rosa").file
    audio = rosa.sends("audio", title="Song", duration=60).file
    sent = await call.ok("sendDocument", chat_id=amina.id, document=document.file_id)
    assert sent["document"]["file_name"] == "Rosa Pérez.pdf"
    assert (await call.ok("sendSticker", chat_id=amina.id, sticker=sticker.file_id))["sticker"]["set_name"]
    sent = await call.ok("sendAudio", chat_id=amina.id, audio=audio.file_id, title="Other", duration=1)
    assert (sent["audio"]["title"], sent["audio"]["duration"]) == ("Song", 60)
    assert amina.last().file is audio
    photo = rosa.sends("photo").file
    refused = await call.refused("sendDocument", chat_id=amina.id, document=photo.file_id)
    assert refused == "400 Bad Request: can't use file of type Photo as Document"


# -- answers and protection


@pytest.mark.parametrize("gone", [True, False])
async def test_answers_to_what_is_gone(api: BotApi, call: Caller, gone: bool) -> None:
    rosa = api.user("Rosa")
    said = rosa.says("hi")
    if gone:
        rosa.deletes(said.message_id)
    send: Callable[..., Any] = call.refused if gone else call.ok
    answer = await send("sendMessage", chat_id=rosa.id, text="x", reply_parameters={"message_id": said.message_id})
    if gone:
        assert answer == "400 Bad Request: message to be replied not found"
    reply = {"message_id": said.message_id, "allow_sending_without_reply": True}
    await call.ok("sendVoice", chat_id=rosa.id, voice=rosa.sends("voice").file.file_id, reply_parameters=reply)
    assert rosa.last().reply_to == (None if gone else said.message_id)
    await call.ok("sendMessage", chat_id=rosa.id, text="x", reply_parameters={**reply, "message_id": 999})
    assert rosa.last().reply_to is None
    quote = {"message_id": rosa.last().message_id, "quote": "x"}
    assert (await call.refused("sendMessage", chat_id=rosa.id, text="y", reply_parameters=quote)).startswith("501")
    assert len(api.takes_violations()) == 1


async def test_protection_is_of_one_message(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    sent = await call.ok("sendMessage", chat_id=rosa.id, text="only here", protect_content=True)
    assert rosa.last().protected
    await call.ok("copyMessage", chat_id=rosa.id, from_chat_id=rosa.id, message_id=sent["message_id"])
    assert not rosa.last().protected
