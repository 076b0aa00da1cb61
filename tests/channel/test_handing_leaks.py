"""Who somebody is never reaches the other side: in every kind that can be relayed, in both directions.

Name, user name, number, phone and home are planted wherever Telegram or a file has a place for them; then everything that
the other chat received is searched: the JSON of every message, every parameter of every call, the bytes of every file.
"""

import gzip
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.conversation.guide import Guide
from bot.conversation.passing import LARGEST
from bot.handoff import flood
from bot.wording import Sentence, helping
from bot.wording import handing as newcomers
from tests.botapi import Person, Seen
from tests.botapi.files import StoredFile
from tests.botapi.saying import content_of
from tests.botapi.schema import Upload
from tests.botapi.waiting import until
from tests.channel.handing import heard, invitation, quick_helper, together, town
from tests.channel.handing import newcomer as somebody
from tests.channel.running import Running
from tests.channel.test_cleaning import (
    FILM,
    NAME,
    VOICE,
    corners,
    everything,
    film,
    gif,
    jpeg,
    pdf,
    png,
    song,
    sticker,
    tiff,
    traces,
    wave,
    webp,
)
from tests.channel.told import Told

Json = dict[str, Any]

FIRST, LAST = NAME.split()
NICK = "quispe_juana_77"
NUMBER = 7_310_998_877
PHONE = "+17205550173"
PLANTED = (FIRST, LAST, NICK, str(NUMBER), PHONE.lstrip("+"), "720-555-0173", "7205550173")
ELSEWHERE = {"latitude": 39.7405, "longitude": -104.9903}
"""A place that is what is said; the planted one is where somebody lives."""
VCARD = f"BEGIN:VCARD\nVERSION:3.0\nFN:{NAME}\nTEL:{PHONE}\nNOTE:{NICK} {NUMBER}\nEND:VCARD"


@dataclass
class Pair:
    """Juana, whose name is planted, and somebody she writes to, who must not come to know it."""

    bot: Running
    juana: Person
    other: Person
    to_helper: bool
    told: Told
    """What Juana is told in."""

    def refusal(self, of: str) -> str:
        both: dict[str, tuple[Sentence, Sentence]] = {
            "file": (newcomers.NOT_PASSED_FILE, helping.NOT_PASSED_FILE),
            "kind": (newcomers.NOT_PASSED_KIND, helping.NOT_PASSED_KIND),
            "contact": (newcomers.NOT_PASSED_OWN_CONTACT, helping.NOT_PASSED_OWN_CONTACT),
            "large": (newcomers.NOT_PASSED_LARGE, helping.NOT_PASSED_LARGE),
        }
        return self.told(both[of][0 if self.to_helper else 1])

    def received(self) -> list[tuple[str, bytes]]:
        """Everything the bot brought into the other chat, in words and bytes."""
        found: list[tuple[str, bytes]] = []
        for post in self.other.chat.posts.values():
            if not post.by_bot:
                continue
            found.append(("message", json.dumps(post.wire, ensure_ascii=False).encode()))
            file = self.bot.api.world.files.shown_in(post.wire)
            if file:
                found += [("file name", file.name.encode()), ("file facts", repr(file.facts).encode())]
                found.append((f"file {file.name}", unpacked(file)))
        for event in self.other.chat.events:
            found.append(("event", json.dumps(event.seen().wire, ensure_ascii=False).encode()))
        for call in self.bot.api.record.calls:
            if call.parameters.get("chat_id") == self.other.id:
                found.append((call.method, repr(call.parameters).encode()))
                for value in call.parameters.values():
                    if isinstance(value, Upload):
                        found += [("upload", value.name.encode()), ("upload", value.content)]
        return found

    def leaks(self) -> list[str]:
        return [
            f"{where}: {', '.join(sorted(what))}" for where, content in self.received() if (what := planted(content))
        ]


def unpacked(file: StoredFile) -> bytes:
    if file.name.endswith(".pdf"):
        return everything(file.content)
    return gzip.decompress(file.content) if file.name.endswith(".tgs") else file.content


def planted(content: bytes) -> set[str]:
    """What of her is in *content*."""
    lower = content.lower()
    found = traces(content)
    for word in PLANTED:
        if any(word.lower().encode(code) in lower for code in ("utf-8", "utf-16-le", "utf-16-be")):
            found.add(word)
    return found


@pytest.fixture(params=["from a newcomer", "from a helper"])
async def pair(
    request: pytest.FixtureRequest, guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Pair]:
    """Two in a case; Juana is one of them, and may write much in a short time."""
    monkeypatch.setattr(flood, "MOST", 1000)
    en, es = Told(guide, "en"), Told(guide, "es")
    async with town(guide, f"sqlite:///{tmp_path / 'store.db'}") as bot:
        juana = bot.api.user(FIRST, language="es", id=NUMBER, last_name=LAST, username=NICK)
        if request.param == "from a newcomer":
            helper = await quick_helper(bot, "Luis", "es")
            juana.starts("__es")
            await juana.expect(es.greeting)
            await together(juana, es, helper, en)
            yield Pair(bot, juana, helper, True, es)
            return
        rosa = await somebody(bot, "Rosa", "es")
        juana.starts(await invitation(bot))
        await juana.expect(en(helping.WELCOME)[:20])
        juana.presses(en.name)
        await juana.expect(en(helping.PLEDGE))
        juana.presses(en(helping.I_PROMISE))
        await juana.expect(en(helping.WHAT_NAME))
        juana.says(NAME)
        for _page in ("languages", "hours", "gender", "topics"):
            page = await juana.expect(lambda seen: any(en(helping.DONE) in each for each in seen.labels))
            if _page == "languages":
                juana.presses(en.voice.language_name("es"), message=page.message_id)
                await juana.expect(lambda seen: "☑️" in " ".join(seen.labels))
            juana.presses(en(helping.DONE))
        await juana.expect(en(helping.READY)[:10])
        juana.says("/duty on")
        await juana.expect("🟢")
        await together(rosa, es, juana, en)
        yield Pair(bot, juana, rosa, False, en)


# --- what passes ---

Sending = tuple[str, str, bytes | None, Json]

FILES: list[Sending] = [
    ("a photo with a place", "photo", jpeg(), {}),
    ("a photo that a note turns", "photo", jpeg(6), {"has_spoiler": True}),
    ("a voice message", "voice", VOICE, {}),
    ("a song", "audio", song(), {"file_name": f"{NAME}.mp3", "performer": NAME, "title": f"{NICK} {PHONE}"}),
    ("a sound of a phone", "audio", film(b"soun", brand=b"M4A "), {"file_name": f"{NAME}.m4a", "performer": NAME}),
    ("a film", "video", FILM, {"file_name": f"VID {NAME}.mp4"}),
    ("a round film", "video_note", FILM, {}),
    ("an animation", "animation", FILM, {"file_name": f"{NICK}.mp4"}),
    ("a gif", "animation", gif(), {"file_name": f"{NICK}.gif", "mime_type": "image/gif"}),
    ("a paper", "document", pdf(), {"file_name": f"{NAME} passport.pdf"}),
    ("a photo as a file", "document", jpeg(), {"file_name": f"IMG_{LAST}.jpg", "mime_type": "image/jpeg"}),
    ("a png as a file", "document", png(), {"file_name": f"{NUMBER}.png", "mime_type": "image/png"}),
    ("a webp as a file", "document", webp(lossless=True), {"file_name": f"{LAST}.webp", "mime_type": f"image/{LAST}"}),
    ("a scan", "document", tiff(corners()), {"file_name": f"{LAST}.tif", "mime_type": "image/tiff"}),
    ("a sound as a file", "document", wave(), {"file_name": f"{LAST}.wav", "mime_type": "audio/x-wav"}),
    ("a film as a file", "document", FILM, {"file_name": f"{LAST}.mov", "mime_type": "video/quicktime"}),
    ("a sticker", "sticker", webp(lossless=True), {"set_name": f"{NICK}_by_bot", "emoji": "🙂"}),
    ("a moving sticker", "sticker", sticker(), {"set_name": f"{NICK}_by_bot", "is_animated": True}),
    ("a place", "location", None, {**ELSEWHERE, "horizontal_accuracy": 12.0}),
    ("a place that moves", "location", None, {**ELSEWHERE, "live_period": 900, "heading": 90}),
    ("an office", "venue", None,
     {**ELSEWHERE, "title": "Oficina", "address": "Calle 1", "foursquare_id": NICK, "google_place_id": str(NUMBER)}),
    ("somebody else's number", "contact", None,
     {"phone_number": "+13035550199", "first_name": "Oficina", "vcard": VCARD, "user_id": 5}),
]  # fmt: skip


async def test_no_kind_tells_who_sent_it(pair: Pair) -> None:
    captioned = {"photo", "voice", "audio", "video", "animation", "document"}
    for name, kind, content, facts in FILES:
        if content is not None:
            assert planted(content), f"nothing was planted in {name}"
        before = len(pair.other.chat.events)
        sent = pair.juana.sends(kind, content=content, caption=f"mira: {name}" if kind in captioned else None, **facts)
        assert planted(json.dumps(sent.wire).encode()), "nothing was planted in the message"
        got = await pair.other.expect(lambda seen, kind=kind: seen.kind == kind)  # type: ignore[misc]
        assert kind not in captioned or f"mira: {name}" in got.text
        assert got.forwarded is None
        assert pair.leaks() == [], name
        assert 1 <= len(pair.other.chat.events) - before <= 2, name
    moving = next(s for s in reversed(pair.juana.screen()) if "live_period" in s.wire.get("location", {}))
    before = len(pair.other.chat.events)
    pair.juana.moves(39.75, -104.98, message=moving.message_id)
    pair.juana.says("y ya")
    await pair.other.expect("y ya")
    assert len(pair.other.chat.events) == before + 1, "where somebody walks is not told"
    nothing_was_copied(pair)


def nothing_was_copied(pair: Pair) -> None:
    """Every file was sent anew; nothing was forwarded, copied or named by an id that knows its sender."""
    forbidden = ("forwardMessage", "forwardMessages", "copyMessage", "copyMessages")
    assert pair.bot.api.calls_of(*forbidden) == []
    kinds = {"photo", "voice", "audio", "video", "video_note", "animation", "document", "sticker"}
    sent = [
        (call.method, call.parameters[kind])
        for call in pair.bot.api.record.calls
        for kind in kinds & call.parameters.keys()
        if call.method.startswith("send")
    ]
    assert sent
    for method, file in sent:
        assert isinstance(file, Upload) or str(file).startswith("attach://"), f"{method} with a file of somebody's"
    uploaded = [pair.bot.api.world.files.shown_in(post.wire) for post in pair.other.chat.posts.values() if post.by_bot]
    for file in uploaded:
        assert file is None or file.name.partition(".")[0] in kinds, "a name of ours"


def forwarded(pair: Pair, content: Json, origin: Json) -> Seen:
    return pair.juana._sends({**content, "forward_origin": {**origin, "date": 1_700_000_000}}, None)


async def test_nor_do_forwarded_messages_albums_thumbnails_or_hidden_links(pair: Pair) -> None:
    juana, other, files = pair.juana, pair.other, pair.bot.api.world.files
    user = {name: value for name, value in juana.wire.items() if name != "language_code"}
    channel = {"id": -100_555, "type": "channel", "title": NAME, "username": NICK}
    origins: list[Json] = [
        {"type": "user", "sender_user": user},
        {"type": "hidden_user", "sender_user_name": NAME},
        {"type": "channel", "chat": channel, "message_id": 3, "author_signature": NAME},
        {"type": "chat", "sender_chat": channel, "author_signature": NAME},
    ]
    for number, origin in enumerate(origins):
        forwarded(pair, {"text": f"palabras {number}"}, origin)
        assert (await other.expect(f"palabras {number}")).forwarded is None
        forwarded(pair, content_of(files, juana.wire, "photo", {}, content=jpeg(), caption=f"foto {number}"), origin)
        assert (await other.expect(f"foto {number}")).forwarded is None
        assert pair.leaks() == [], origin

    paper = files.keep("document", pdf(), f"{NAME}.pdf")
    small = files.keep("photo", jpeg(), f"{NAME}.jpg")
    thumbnail = {**small.identity, "width": 90, "height": 60}
    shown = {"document": {**paper.fields["document"], "thumbnail": thumbnail, "thumb": thumbnail}, "caption": "papel"}
    del shown["document"]["thumb"]
    juana._sends(shown, None)
    await other.expect("papel")

    mention = {"type": "text_mention", "offset": 0, "length": 4, "user": user}
    link = {"type": "text_link", "offset": 5, "length": 4, "url": f"tg://user?id={NUMBER}"}
    juana._sends({"text": "mira esto", "entities": [mention, link]}, None)
    await other.expect("mira esto")
    photo = content_of(files, juana.wire, "photo", {}, content=jpeg(), caption="mira foto")
    juana._sends({**photo, "caption_entities": [mention, link]}, None)
    await other.expect("mira foto")

    juana.sends_album([{"kind": "photo", "content": jpeg()} for _ in range(3)], caption="álbum")
    await other.expect("álbum")
    for _ in range(2):
        await other.expect(lambda seen: seen.kind == "photo")
    juana.sends_album([{"kind": "document", "content": pdf(1), "file_name": f"{LAST} {n}.pdf"} for n in range(2)])
    for _ in range(2):
        await other.expect(lambda seen: seen.kind == "document")

    mine = juana.says("uno")
    await other.expect("uno")
    juana.says("dos", reply_to=mine.message_id)
    answered = await other.expect("dos")
    juana.edits("tres", message=mine.message_id)
    await other.expect("tres")
    own = other.says("¿y bien?", reply_to=answered.message_id)
    got = await juana.expect("¿y bien?")
    juana.reacts("🙏", message=got.message_id)
    await other.expect(lambda seen: seen.event == "reacted" and seen.reaction == "🙏")
    assert pair.bot.api.world.view(other.chat.posts[own.message_id]).reaction == "🙏"
    assert pair.leaks() == []
    nothing_was_copied(pair)


# --- what is refused ---


def office_paper() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("docProps/core.xml", f"<creator>{NAME}</creator>")
    return packed.getvalue()


def moving_png() -> bytes:
    packed = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(packed, "PNG", save_all=True, append_images=frames[1:])
    return packed.getvalue()


REFUSED: list[tuple[str, str, bytes | None, Json, str]] = [
    ("a paper of an office program", "document", office_paper(), {"file_name": f"{NAME}.docx"}, "file"),
    ("a paper that claims to be a PDF", "document", office_paper(), {"file_name": f"{NAME}.pdf"}, "file"),
    ("half a photo as a file", "document", jpeg()[:400], {"file_name": f"{LAST}.jpg"}, "file"),
    ("a moving png", "document", moving_png(), {"file_name": f"{LAST}.png"}, "file"),
    ("half a PDF", "document", pdf()[:200], {"file_name": f"{LAST}.pdf"}, "file"),
    ("half a voice message as a file", "document", VOICE[:-1], {"file_name": f"{LAST}.ogg"}, "file"),
    ("a film of another form", "video", b"\x1aE\xdf\xa3" + NAME.encode(), {"file_name": f"{LAST}.mkv"}, "file"),
    ("a song that is none", "audio", b"ID3\4" + NAME.encode() * 9, {"performer": NAME}, "file"),
    ("a program", "document", b"MZ\x90\x00\x03" + NAME.encode(), {"file_name": f"{NAME}.exe"}, "file"),
    ("a large film", "video", FILM, {"size": LARGEST + 1, "file_name": f"{LAST}.mp4"}, "large"),
    ("the own number", "contact", None,
     {"phone_number": PHONE, "first_name": FIRST, "last_name": LAST, "user_id": NUMBER, "vcard": VCARD}, "contact"),
    ("a vote", "poll", None, {"question": f"{NAME}?"}, "kind"),
    ("a die", "dice", None, {}, "kind"),
]  # fmt: skip


async def test_what_cannot_be_cleaned_stays_here_and_the_sender_is_told(pair: Pair) -> None:
    for name, kind, content, facts, why in REFUSED:
        before = len(pair.other.chat.events)
        pair.juana.reads_all()
        pair.juana.sends(kind, content=content, **facts)
        await pair.juana.expect(pair.refusal(why))
        await pair.bot.until_waiting(0)
        assert len(pair.other.chat.events) == before, f"{name}: {pair.other.told()}"
        assert pair.leaks() == [], name
    pair.juana.says("así, con palabras")
    await pair.other.expect("así, con palabras")


async def test_what_telegram_itself_has_made_goes_all_the_same(pair: Pair) -> None:
    """A photo, a voice message, a round film: without a name by nature, so one that we cannot open goes by its id."""
    unknown = b"\x1aE\xdf\xa3 of a form to come"
    for kind in ("photo", "voice", "video_note"):
        pair.juana.sends(kind, content=unknown)
        got = await pair.other.expect(lambda seen, kind=kind: seen.kind == kind)  # type: ignore[misc]
        assert got.file is not None
        assert got.file.content == unknown
        assert got.forwarded is None
    pair.juana.sends("sticker", content=unknown, set_name=f"{NICK}_by_bot", is_video=True, emoji="🙏")
    assert (await pair.other.expect("🙏")).kind == "text"
    assert pair.leaks() == []


async def test_danger_under_a_file_that_cannot_be_cleaned_comes_without_the_file(pair: Pair) -> None:
    """The newcomer is told that the helper sees it, so the helper does; what a helper writes is no cry for help."""
    fire = "¡se quema mi casa!"
    pair.juana.sends("document", content=office_paper(), file_name=f"{NAME}.docx", caption=fire)
    await pair.juana.expect("911")
    await pair.juana.expect(pair.refusal("file"))
    await pair.bot.until_waiting(0)
    if pair.to_helper:
        assert [seen.text for seen in heard(pair.other, fire)] == [
            Told(pair.bot.guide, "en")(helping.FROM_URGENT, case=label_in(pair.other), text=fire)
        ]
    else:
        assert not heard(pair.other, fire)
    assert not [seen for seen in pair.other.screen() if seen.kind == "document"]
    assert pair.leaks() == []


async def test_names_of_cases_helpers_and_coordinators_stay_where_they_belong(pair: Pair, guide: Guide) -> None:
    """Everything the bot itself says to the other side: offers, packets, news, the end."""
    if pair.to_helper:
        name = label_in(pair.other)
        pair.other.says("/cases")
        await pair.other.expect(name)
        pair.juana.says("/menu")
        pair.juana.blocks()
        await pair.other.expect(Told(guide, "en")(helping.LEFT, case=name))
    else:
        en, es = pair.told, Told(guide, "es")
        pair.juana.presses(en(helping.CLOSE))
        await pair.other.expect(es(newcomers.CLOSED))
        pair.other.presses(es(newcomers.SAME_AGAIN))
        await pair.other.expect(es(newcomers.CONSENT))
    assert pair.leaks() == []


def label_in(helper: Person) -> str:
    """What the packet calls the case."""
    found = [seen.text for seen in helper.screen() if seen.by_bot and "with you now" in seen.text]
    return " ".join(found[-1].split()[:2])


async def test_these_tests_would_see_it(pair: Pair) -> None:
    """What a bot does that sends files on by their id, forwards or copies is found."""
    bad: list[Callable[[], Any]] = []
    world, other = pair.bot.api.world, pair.other
    sent = pair.juana.sends("document", content=pdf(), file_name=f"{NAME}.pdf")
    await until(world, lambda: any(s.kind == "document" for s in other.screen()), 5, other.told)
    assert pair.leaks() == []
    bad.append(lambda: world.post(other.chat, world.bot, {"document": sent.wire["document"]}))
    bad.append(lambda: world.post(other.chat, world.bot, {"text": f"{FIRST}"}))
    for deed in bad:
        before = len(pair.leaks())
        deed()
        assert len(pair.leaks()) > before
