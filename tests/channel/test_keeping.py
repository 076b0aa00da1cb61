"""What newcomers keep on the phone, and how they hide it: pictures, contacts and pins over the real Bot API."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from bot import wording
from bot.conversation import buttons
from bot.conversation.guide import Guide
from bot.conversation.takeaway import Entry, PhrasePicture, Pin
from bot.conversation.words import Button, Words
from bot.richtext import Span
from tests.channel.running import Running, newcomer
from tests.channel.told import Told

pytestmark = pytest.mark.asyncio(loop_scope="module")
CARD = "library-card"
HOME = "domestic-violence"


@pytest.fixture
def es(guide: Guide) -> Told:
    return Told(guide, "es")


async def test_a_phrase_becomes_a_picture(bot: Running, es: Told) -> None:
    person = bot.api.user("Rosa")
    person.starts(f"{CARD}__es")
    await person.expect(es.step(CARD, "about"))
    person.presses(es.choice(CARD, "about", "child"))
    for step in ("area", "colfax", "say-there"):
        await person.expect(es.step(CARD, {"area": "child", "colfax": "area", "say-there": "colfax"}[step]))
        person.presses(es.choice(CARD, "area", "colfax") if step == "colfax" else es(wording.NEXT))
    card = await person.expect(es.step(CARD, "say-there"))
    assert {"🖼 1", "🖼 2"} <= set(card.labels)
    person.presses("🖼 2")
    picture = await person.expect(es(wording.keeping.SHOW_PICTURE))
    assert picture.kind == "photo"
    assert picture.file is not None
    with Image.open(io.BytesIO(picture.file.content)) as image:
        assert image.width >= 800
    person.presses(es.title(CARD))
    await person.expect(es.step(CARD, "say-there"))


async def test_a_place_is_kept_as_picture_and_contact(bot: Running, es: Told) -> None:
    person = bot.api.user("Rosa")
    person.starts(f"{CARD}__es")
    about = await person.expect(es.step(CARD, "about"))
    person.presses(data=buttons.write(buttons.Keep(CARD, "colfax", "")), message=about.message_id)
    asked = await person.expect(es(wording.keeping.KEEP_ASK))
    assert "🖼 Martin Luther King Jr. Library" in asked.labels
    assert "📍" not in asked.labels, "where it is on the map is not known"
    person.presses("🖼 Martin")
    assert (await person.expect(es(wording.keeping.PLACE_PICTURE))).kind == "photo"
    person.presses("📇", message=asked.message_id)
    contact = await person.expect("")
    assert contact.kind == "contact"
    assert contact.wire["contact"]["phone_number"] == "+13037396600"
    assert contact.labels == [f"↩️ {es(wording.RETURN_TO, article=es.voice.title(es.article(CARD)))}"]


async def test_pins_and_days(bot: Running) -> None:
    person = bot.knows("Rosa")
    pin = Pin(39.74, -104.86, "Town hall", "1 Main Street")
    entry = Entry("Key fair", "2099-06-13T15:00:00", "2099-06-13T22:00:00", "America/Denver", "1 Main Street", "")
    words = Words((Span("Here:"),), "en", ((Button("Menu", "m|"),),))
    await bot.tells(person, replace(words, takeaway=pin), replace(words, takeaway=entry))
    place = await person.expect("")
    assert (place.kind, place.wire["venue"]["title"]) == ("venue", "Town hall")
    assert place.labels == ["Menu"]
    day = await person.expect("Here:")
    assert day.kind == "document"
    assert day.file is not None
    assert b"DTSTART:20990613T210000Z" in day.file.content


@pytest.mark.parametrize("trouble", [ValueError("more than one page"), OSError("no font")])
async def test_a_picture_that_cannot_be_drawn_is_said_in_words(
    bot: Running, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def refuses(*_: object) -> bytes:
        raise trouble

    monkeypatch.setattr("bot.takeaways.draw_phrase", refuses)
    person = bot.knows("Rosa")
    picture = PhrasePicture("Hello.", "Hola.", "", (), "es", False)
    await bot.tells(person, Words((Span("Muestre esto"),), "es", takeaway=picture))
    assert (await person.expect("Muestre esto")).kind == "text"


async def test_a_retried_pin_comes_once(bot: Running) -> None:
    person = bot.knows("Rosa")
    bot.api.fails("429", method="sendVenue", chat=person.id, times=1, retry_after=0)
    words = Words((Span("Here:"),), "en", takeaway=Pin(39.74, -104.86, "Town hall", "1 Main Street"))
    await bot.tells(person, words, "after")
    await person.expect("")
    await person.expect("after")
    assert [seen.kind for seen in person.screen() if seen.by_bot] == ["venue", "text"]


async def test_what_telegram_refuses_is_said_in_words(bot: Running) -> None:
    person = bot.knows("Rosa")
    pin = Pin(39.74, -104.86, "", "")
    await bot.tells(person, Words((Span("1 Main Street"),), "en", takeaway=pin))
    assert (await person.expect("1 Main Street")).kind == "text"


async def test_hiding_takes_everything_off_the_screen(bot: Running, es: Told) -> None:
    person = bot.api.user("Rosa")
    person.starts("library-card__es")
    await person.expect(es.step(CARD, "about"))
    person.starts(f"{HOME}__es")
    first = await person.expect(es.step(HOME, es.article(HOME).first.id))
    assert f"🙈 {es(wording.HIDE)}" in first.labels
    person.presses(es(wording.HIDE))
    left = await person.expect(es(wording.HIDDEN))
    await bot.until_waiting(0)
    shown = [seen for seen in person.screen() if seen.by_bot and not seen.deleted]
    assert [seen.message_id for seen in shown] == [left.message_id]
    assert left.labels == [f"☰ {es(wording.TO_MENU)}"]
    remembered = await bot.remembers(person)
    assert (remembered.place, remembered.aside) == (None, ())


async def test_what_leads_away_from_a_discreet_topic_can_be_hidden_too(bot: Running, es: Told) -> None:
    person = bot.api.user("Rosa")
    person.starts(f"{HOME}__es")
    await person.expect(es.step(HOME, es.article(HOME).first.id))
    for press in (buttons.Menu(), buttons.Person(), buttons.Open("food-today")):
        person.presses(data=buttons.write(press), message=person.last().message_id)
        seen = await person.expect("")
        assert f"🙈 {es(wording.HIDE)}" in seen.labels, press


async def test_a_message_that_is_too_old_keeps_no_other_from_going(bot: Running, es: Told) -> None:
    """A bot may delete its messages for two days."""
    person = bot.api.user("Rosa")
    person.starts(f"{HOME}__es")
    first = await person.expect(es.step(HOME, es.article(HOME).first.id))
    person.presses("🧑")
    await person.expect("")
    person.chat.posts[first.message_id].wire["date"] -= int(timedelta(hours=60).total_seconds())
    person.presses(es(wording.HIDE))
    left = await person.expect(es(wording.HIDDEN))
    shown = [seen.message_id for seen in person.screen() if seen.by_bot and not seen.deleted]
    assert shown == [first.message_id, left.message_id]


async def test_hiding_takes_all_pieces_of_a_long_text_and_what_still_waits(bot: Running, es: Told) -> None:
    person = bot.api.user("Rosa")
    person.starts(f"{HOME}__es")
    await person.expect(es.step(HOME, es.article(HOME).first.id))
    await bot.tells(person, "long " * 2000, "short")
    person.presses(es(wording.HIDE))
    left = await person.expect(es(wording.HIDDEN))
    shown = [seen.message_id for seen in person.screen() if seen.by_bot and not seen.deleted]
    assert shown == [left.message_id]


async def test_after_hiding_nothing_of_the_talk_is_shown_to_a_helper(bot: Running, es: Told) -> None:
    person = bot.api.user("Rosa")
    person.starts(f"{HOME}__es")
    await person.expect(es.step(HOME, es.article(HOME).first.id))
    person.says("necesito contarle algo de mi esposo")
    person.presses(es(wording.HIDE))
    await person.expect(es(wording.HIDDEN))
    async with bot.app.parts.store.work() as work:
        now = datetime.now(UTC)
        assert await work.conversation_with(newcomer(person), "look", now) is not None
        desk = await work.cases.desk_of(work.chat.person, now, helpers=True)
    assert desk.recent == ()
