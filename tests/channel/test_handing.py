"""The whole story of a hand-off in Telegram chats: everything real but Telegram itself.

Compared with the catalogs, never with literals of other languages, so a new translation changes nothing here.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from bot import wording
from bot.conversation.guide import Guide
from bot.conversation.privacy import CUT
from bot.handoff import flood
from bot.handoff.case import Case
from bot.helping.telling import READY
from bot.knowledge.article import Article
from bot.storage import tables
from bot.storage.pace import Pace
from bot.wording import Sentence, helping
from bot.wording import handing as newcomers
from tests.botapi import Person, Seen
from tests.botapi.waiting import until
from tests.channel.handing import (
    asks,
    case_of,
    heard,
    helper,
    label,
    lines_of,
    menu_of,
    newcomer,
    quick_helper,
    takes,
    together,
    town,
)
from tests.channel.running import Running
from tests.channel.test_cleaning import FILM, VOICE, pdf, song, webp
from tests.channel.told import Told, chooses
from tests.channel.understanding import small_rasa
from tests.storage.databases import PostgresServer

ELECTRICITY, CARD = "electricity-gas-start", "library-card"
FIRE = "¡se quema mi casa!"
SSN = "123-45-6789"
BURST = 100
A_FEW = 15
"""So many messages of one newcomer may come between two of another one; Telegram takes one each second."""


def photo(colour: str = "red") -> bytes:
    packed = BytesIO()
    Image.new("RGB", (40, 30), colour).save(packed, "JPEG")
    return packed.getvalue()


@pytest.fixture
async def bot(guide: Guide, tmp_path: Path) -> AsyncIterator[Running]:
    """Polling, on SQLite."""
    async with town(guide, f"sqlite:///{tmp_path / 'store.db'}") as program:
        yield program


@pytest.fixture(params=["polling on SQLite", "webhook on PostgreSQL"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "polling on SQLite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    copy = server.copy()
    yield copy
    server.drop(copy)


@pytest.fixture
async def everywhere(guide: Guide, url: str) -> AsyncIterator[Running]:
    """On both databases, each with one of the two ways to hear."""
    async with town(guide, url, webhook=url.startswith("postgresql")) as program:
        yield program


@pytest.fixture
def en(guide: Guide) -> Told:
    return Told(guide, "en")


@pytest.fixture
def es(guide: Guide) -> Told:
    return Told(guide, "es")


# --- what newcomer and helper are shown of the same case ---


def shown_to_newcomer(told: Told, case: Case) -> str:
    """The whole of “shall I ask?”."""
    article, step = told.article(case.article), told.article(case.article).steps[case.step]
    lines = [
        told(newcomers.SEES_LANGUAGE, language=told.voice.language_name(case.language)),
        told(newcomers.SEES_ARTICLE, article=told.voice.title(article)),
        told(newcomers.SEES_STEP, step=told.voice.beginning(article, step)),
        *[told(newcomers.SEES_TRIED, articles=told.voice.title(told.article(name))) for name in case.tried],
        told(newcomers.SEES_MESSAGES),
        *[f"“{line}”" for line in case.shared],
    ]
    parts = [told(newcomers.CONSENT), "\n".join(lines), told(newcomers.CONSENT_END)]
    return "\n\n".join(parts)


def shown_to_helper(told: Told, case: Case, *notes: str, more: Sentence | None = None) -> str:
    """The whole of the packet."""
    article, step = told.article(case.article), told.article(case.article).steps[case.step]
    lines = [
        told(helping.PACKET_LANGUAGE, language=told.voice.language_name(case.language)),
        told(helping.PACKET_ARTICLE, article=told.voice.title(article)),
        told(helping.PACKET_STEP, step=told.voice.beginning(article, step)),
        *[told(helping.PACKET_TRIED, articles=told.voice.title(told.article(name))) for name in case.tried],
        *([told(more)] if more else []),
        told(helping.PACKET_WORDS),
        *[f"“{line}”" for line in case.shared],
        *([told(helping.PACKET_NOTES), *(f"📝 {note}" for note in notes)] if notes else []),
    ]
    return "\n\n".join([told(helping.PACKET, case=label(case)), "\n".join(lines)])


def offer(told: Told, language: str, article: Article | None) -> str:
    name = told.voice.title(article) if article else told(helping.NO_ARTICLE)
    return told(helping.OFFER, language=told.voice.language_name(language), article=name)


# --- from the first question to the next one ---


async def test_the_whole_story(everywhere: Running, guide: Guide, en: Told, es: Told) -> None:
    """Rosa (Spanish) and Yusuf (Arabic), Ana and Luis: asked, put off, taken, talked, closed, rated, asked again."""
    bot, ar = everywhere, Told(guide, "ar")
    rosa, yusuf = await newcomer(bot, "Rosa", "es"), await newcomer(bot, "Yusuf", "ar")
    ana = await helper(bot, "Ana", "es", told=es)
    luis = await helper(bot, "Luis", "es", "ar")

    await chooses(rosa, es, "fire-safety")
    await rosa.expect(es.step("fire-safety", "now"))
    rosa.says("tengo un problema con la luz")
    await rosa.expect(es(wording.DID_YOU_MEAN))
    rosa.presses(es.title(ELECTRICITY))
    await rosa.expect(es.step(ELECTRICITY, "smell"))
    rosa.says("/person")
    consent = await rosa.expect(es(newcomers.CONSENT))
    await ana.silence(0.2)
    await luis.silence(0)
    case = await case_of(bot, rosa)
    assert (case.article, case.step, case.tried) == (ELECTRICITY, "smell", ("fire-safety",))
    assert case.shared == ("tengo un problema con la luz",)
    assert consent.text == shown_to_newcomer(es, case)

    rosa.presses(es(newcomers.YES_ASK))
    await rosa.expect(es(newcomers.LOOKING))
    offered = await ana.expect(offer(es, "es", es.article(ELECTRICITY)))
    assert "problema" not in offered.text, "no word of the newcomer before somebody has taken the case"
    await luis.silence(0.1)
    yusuf.says(ar.answer("person"))
    await yusuf.expect(ar(newcomers.CONSENT))
    yusuf.presses(ar(newcomers.YES_ASK))
    await yusuf.expect(ar(newcomers.LOOKING))
    first = await luis.expect(offer(en, "ar", None))

    ana.presses(es(helping.NOT_NOW))
    await ana.expect(es(helping.NOT_NOW_OK))
    second = await luis.expect(offer(en, "es", en.article(ELECTRICITY)))
    luis.presses(en(helping.TAKE), message=first.message_id)
    await luis.expect(en(helping.PACKET, case=label(await case_of(bot, yusuf))))
    await yusuf.expect(ar(newcomers.FOUND))
    luis.presses(en(helping.TAKE), message=second.message_id)
    case = await case_of(bot, rosa)
    packet = await luis.expect(en(helping.PACKET, case=label(case)))
    assert packet.text == shown_to_helper(en, case), "exactly what was shown to the newcomer, and nothing else"
    await rosa.expect(es(newcomers.FOUND))

    rosa.says("¿cuánto cuesta la luz?")
    asked = await luis.expect("¿cuánto cuesta la luz?")
    assert asked.text == en(helping.FROM, case=label(case), text="¿cuánto cuesta la luz?")
    yusuf.says("شكرا")
    await luis.expect("شكرا")
    luis.says("Hola, depende de la casa", reply_to=asked.message_id)
    assert (await rosa.expect("Hola, depende")).text == "🧑 Hola, depende de la casa"
    await luis.expect(lambda seen: seen.reaction == "👌" and seen.text == "Hola, depende de la casa")
    await rosa.silence(0.2)
    assert not heard(yusuf, "Hola, depende")
    await ana.silence(0)

    await menu_of(bot, luis, case, en)
    luis.presses(en(helping.CLOSE))
    await luis.expect(en(helping.CLOSED, case=label(case)))
    closed = await rosa.expect(es(newcomers.CLOSED))
    assert es(newcomers.HOW_WAS_IT) in closed.text
    rosa.presses("🙂")
    await rosa.expect(es(newcomers.RATED))
    assert (await case_of(bot, rosa)).rating == 3
    rosa.says(es.answer("menu"))
    await rosa.expect(es(wording.MENU))
    await luis.expect(en(helping.HOW_ARE_YOU))
    await luis.silence(0.2)
    yusuf.says("وأنا؟")
    await luis.expect("وأنا؟")

    rosa.presses(es(newcomers.SAME_AGAIN), message=closed.message_id)
    await rosa.expect(es(newcomers.CONSENT))
    rosa.presses(es(newcomers.YES_ASK))
    await luis.expect(offer(en, "es", en.article(ELECTRICITY)))
    await ana.silence(0.2)


@pytest.mark.parametrize("way", ["command", "button", "words", "Rasa"])
async def test_every_way_to_ask(guide: Guide, tmp_path: Path, es: Told, way: str) -> None:
    said = "me gustaría charlar con alguien que entienda esto"
    async with small_rasa() as rasa, town(guide, f"sqlite:///{tmp_path / 'db'}", rasa_url=rasa.url) as bot:
        rasa.means[said] = (("talk_to_person", 0.93),)
        ana, rosa = await quick_helper(bot, "Ana", "es", speaks="es"), await newcomer(bot, "Rosa", "es")
        match way:
            case "command":
                rosa.says("/person")
            case "button":
                rosa.presses(es(wording.PERSON))
            case "words":
                rosa.says(es.answer("person"))
            case _:
                rosa.says(said)
        consent = await rosa.expect(es(newcomers.CONSENT))
        await ana.silence(0.2)
        rosa.presses(es(newcomers.NO_ASK))
        await rosa.expect(es(newcomers.NOT_ASKED))
        await ana.silence(0.1)
        rosa.presses(es(newcomers.YES_ASK), message=consent.message_id)
        await rosa.expect(es(newcomers.CASE_OVER))
        await ana.silence(0.1)


async def test_agreement_in_words(bot: Running, es: Told) -> None:
    """Whoever cannot find the button writes “yes” or “no”."""
    ana, rosa = await quick_helper(bot, "Ana", "es", speaks="es"), await newcomer(bot, "Rosa", "es")
    rosa.says("/person")
    await rosa.expect(es(newcomers.CONSENT))
    rosa.says(es.answer("no"))
    await rosa.expect(es(newcomers.NOT_ASKED))
    rosa.says("/person")
    await rosa.expect(es(newcomers.CONSENT))
    await ana.silence(0.1)
    rosa.says(es.answer("yes"))
    await rosa.expect(es(newcomers.LOOKING))
    await ana.expect(lambda seen: any(es(helping.TAKE) in each for each in seen.labels))


async def test_a_woman_and_nobody_of_my_own_community(bot: Running, en: Told, es: Told) -> None:
    ana = await quick_helper(bot, "Ana", "es", gender="woman")
    luis = await quick_helper(bot, "Luis", ("es", "fluent"), gender="man")
    maria = await quick_helper(bot, "Maria", ("es", "fluent"), gender="woman")
    rosa = await newcomer(bot, "Rosa", "es")
    rosa.says("/person")
    consent = await rosa.expect(es(newcomers.CONSENT))
    rosa.presses(es(newcomers.A_WOMAN))
    ticked = await rosa.expect(lambda seen: f"☑️ {es(newcomers.A_WOMAN)}" in seen.labels)
    assert (ticked.message_id, ticked.event, ticked.text) == (consent.message_id, "edited", consent.text)
    rosa.presses(es(newcomers.NOT_MY_COMMUNITY))
    await rosa.expect(lambda seen: f"☑️ {es(newcomers.NOT_MY_COMMUNITY)}" in seen.labels)
    rosa.presses(es(newcomers.YES_ASK))
    await rosa.expect(es(newcomers.LOOKING))
    packet = await takes(maria, en)
    assert en(helping.PACKET_WOMAN) in packet.text
    await ana.silence(0.1)
    await luis.silence(0)


async def test_wishes_that_nobody_can_fulfil_are_no_reason_to_ask_somebody_else(
    bot: Running, en: Told, es: Told
) -> None:
    luis = await quick_helper(bot, "Luis", "es", gender="man")
    rosa = await newcomer(bot, "Rosa", "es")
    rosa.says("/person")
    await rosa.expect(es(newcomers.CONSENT))
    rosa.presses(es(newcomers.A_WOMAN))
    await rosa.expect(lambda seen: f"☑️ {es(newcomers.A_WOMAN)}" in seen.labels)
    rosa.presses(es(newcomers.YES_ASK))
    await rosa.expect(es(newcomers.NOBODY_HERE))
    await luis.silence(0.2)


# --- what passes between the two ---


async def in_talk(bot: Running, en: Told, es: Told) -> tuple[Person, Person]:
    """Rosa and Luis, who are in a case."""
    luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
    await together(rosa, es, luis, en)
    return rosa, luis


def packet_of(helper: Person, en: Told) -> Seen:
    return next(seen for seen in helper.screen() if any(en(helping.CLOSE) in each for each in seen.labels))


SENT = {
    "photo": photo(),
    "voice": VOICE,
    "audio": song(),
    "video": FILM,
    "video_note": FILM,
    "animation": FILM,
    "document": pdf(1),
    "sticker": webp(lossless=True),
    "location": None,
    "venue": None,
    "contact": None,
}


@pytest.mark.parametrize("direction", ["to the helper", "to the newcomer"])
async def test_every_kind_passes(everywhere: Running, en: Told, es: Told, direction: str) -> None:
    rosa, luis = await in_talk(everywhere, en, es)
    one, other = (rosa, luis) if direction == "to the helper" else (luis, rosa)
    name = label(await case_of(everywhere, rosa))
    before = len(everywhere.api.calls_of("forwardMessage", "copyMessage"))
    for kind, content in SENT.items():
        more = (
            {"phone_number": "+13035550199", "first_name": "Señora", "last_name": "Vega"} if kind == "contact" else {}
        )
        captioned = kind in {"photo", "voice", "audio", "video", "animation", "document"}
        one.sends(kind, content=content, caption=f"mira: {kind}" if captioned else None, **more)
        got = await other.expect(lambda seen, kind=kind: seen.kind == kind)  # type: ignore[misc]
        if captioned:
            assert got.text == (f"{name}\nmira: {kind}" if other is luis else f"🧑 mira: {kind}")
        if kind == "contact":
            assert got.text == "Señora Vega\n+13035550199"
        if kind in ("location", "venue"):
            assert got.wire["location"]["latitude"] == 39.7294
        if other is luis:
            assert got.labels == [f"⋯ {name}"], "the helper sees from whom it is"
        else:
            assert got.labels == []
    one.sends("photo", content=photo())
    assert (await other.expect(lambda seen: seen.kind == "photo")).text == (name if other is luis else "")
    for kind in ("poll", "dice"):
        one.sends(kind)
        await one.expect(es(newcomers.NOT_PASSED_KIND) if one is rosa else en(helping.NOT_PASSED_KIND))
    await other.silence(0.2)
    assert len(everywhere.api.calls_of("forwardMessage", "copyMessage")) == before


@pytest.mark.parametrize("direction", ["to the helper", "to the newcomer"])
async def test_albums_replies_edits_and_reactions(bot: Running, en: Told, es: Told, direction: str) -> None:
    rosa, luis = await in_talk(bot, en, es)
    one, other = (rosa, luis) if direction == "to the helper" else (luis, rosa)
    colours = ("red", "lime", "blue")
    album = one.sends_album([{"kind": "photo", "content": photo(colour)} for colour in colours], caption="mis papeles")
    got = [await other.expect(lambda seen: seen.kind == "photo") for _ in colours]
    assert [seen.file and seen.file.content for seen in got] == [photo(colour) for colour in colours]
    assert ["mis papeles" in seen.text for seen in got] == [True, False, False]

    answer = other.says("¿cuál?", reply_to=got[1].message_id)
    back = await one.expect("¿cuál?")
    assert back.reply_to == album[1].message_id
    one.says("la segunda", reply_to=back.message_id)
    assert (await other.expect("la segunda")).reply_to == answer.message_id

    said = one.says("mañana a las 4")
    first = await other.expect("mañana a las 4")
    one.edits("mañana a las 5", message=said.message_id)
    changed = await other.expect("mañana a las 5")
    assert "mañana a las 4" not in changed.text
    assert changed.reply_to == first.message_id
    told, sentence = (en, helping.FROM_EDITED) if other is luis else (es, newcomers.EDITED_TO)
    assert changed.text.endswith(told(sentence, case=label(await case_of(bot, rosa)), text="mañana a las 5"))
    captioned = one.sends("photo", content=photo(), caption="mi casa")
    under = await other.expect("mi casa")
    one.edits_caption("mi casa nueva", message=captioned.message_id)
    assert (await other.expect("mi casa nueva")).reply_to == under.message_id

    other.reacts("❤️", message=first.message_id)
    await one.expect(lambda seen: (seen.event, seen.message_id, seen.reaction) == ("reacted", said.message_id, "❤"))
    other.reacts(None, message=first.message_id)
    await one.expect(lambda seen: (seen.event, seen.message_id, seen.reaction) == ("reacted", said.message_id, None))
    assert all(seen.event == "reacted" for seen in other.unread()), "nobody is told of an emoji in words"


async def test_a_reply_goes_to_the_right_one_and_in_doubt_the_bot_asks(everywhere: Running, en: Told, es: Told) -> None:
    bot = everywhere
    luis = await quick_helper(bot, "Luis", "es")
    rosa, juan = await newcomer(bot, "Rosa", "es"), await newcomer(bot, "Juan", "es")
    await together(rosa, es, luis, en)
    await together(juan, es, luis, en)
    rosa.says("soy la primera")
    from_rosa = await luis.expect("soy la primera")
    juan.says("soy el segundo")
    await luis.expect("soy el segundo")

    luis.says("para la primera", reply_to=from_rosa.message_id)
    await rosa.expect("para la primera")
    luis.says("y otra vez para la primera")
    await rosa.expect("y otra vez para la primera")
    juan.says("¿me oye?")
    await luis.expect("¿me oye?")
    luis.says("¿y esto?")
    await luis.expect(en(helping.FOR_WHOM))
    luis.sends("photo", content=photo(), caption="y la foto")
    question = await luis.expect(en(helping.FOR_WHOM))
    await rosa.silence(0.2)
    await juan.silence(0)
    second = label(await case_of(bot, juan))
    luis.presses(second, message=question.message_id)
    assert (await juan.expect("¿y esto?")).kind == "text"
    assert (await juan.expect("y la foto")).kind == "photo"
    await luis.expect(en(helping.SENT_TO, case=second))
    luis.presses(second, message=question.message_id)  # once more, on a slow phone
    await luis.expect(en(helping.CASE_MENU, case=second))
    await juan.silence(0.2)
    await rosa.silence(0)

    rosa.says("espero")
    await luis.expect("espero")
    luis.presses(f"⋯ {second}", message=heard(luis, "¿me oye?")[-1].message_id)
    await luis.expect(en(helping.CASE_MENU, case=second))
    luis.says("otra vez para el segundo", reply_to=heard(luis, "¿me oye?")[-1].message_id)
    await juan.expect("otra vez para el segundo")
    luis.says("y otra más")
    await juan.expect("y otra más")  # beyond doubt: nobody else has written since
    rosa.says("¿sigue ahí?")  # and waits for longer already
    await luis.expect("¿sigue ahí?")
    luis.says("¿para quién es esto?")
    await luis.expect(en(helping.FOR_WHOM))
    luis.presses(en(helping.FOR_NOBODY))
    await luis.expect(en(helping.NOT_SENT))
    await juan.silence(0.2)
    await rosa.silence(0)
    assert len(heard(juan, "¿y esto?")) == 1


# --- what a helper can do for a newcomer ---


async def test_notes_ready_answers_topics_and_a_word_for_the_next(everywhere: Running, en: Told, es: Told) -> None:
    bot = everywhere
    luis = await quick_helper(bot, "Luis", "es")
    rosa = await newcomer(bot, "Rosa", "es")
    await chooses(rosa, es, CARD)
    await rosa.expect(es.step(CARD, "about"))
    rosa.says("es para mí y para mi hija")
    rosa.reads_all()
    await together(rosa, es, luis, en)
    case = await case_of(bot, rosa)

    luis.presses(en(helping.WRITE_NOTE))
    await luis.expect(en(helping.NOTE_WRITE))
    luis.says("prefiere que la llamen por la tarde")
    await luis.expect(en(helping.NOTE_KEPT, case=label(case)))
    await rosa.silence(0.2)

    luis.presses(en(helping.SEND_SAVED))
    await luis.expect(en(helping.WHICH_SAVED))
    luis.presses(en(READY["papers"])[:20])
    assert (await rosa.expect("🧑")).text == f"🧑 {es(READY['papers'])}"
    luis.presses(en(helping.SEND_ARTICLE))
    await luis.expect(en(helping.WHICH_ARTICLE))
    luis.presses(en.group(CARD))
    await luis.expect(en(helping.WHICH_ARTICLE))
    luis.presses(en.title(CARD))
    await luis.expect(en(helping.WHICH_STEP))
    luis.presses(en(helping.WHOLE_ARTICLE))
    await luis.expect(en(helping.ARTICLE_SENT, case=label(case), article=en.voice.title(en.article(CARD))))
    sent = await rosa.expect(es(newcomers.HELPER_SENDS))
    assert any(es.title(CARD) in each for each in sent.labels), "it can be opened"

    maria = await quick_helper(bot, "Maria", "es", speaks="es")
    luis.reads_all()
    luis.presses(en(helping.PASS_ON))
    await luis.expect(en(helping.PASS_ASK))
    luis.says("ya tiene el papel del banco")
    await luis.expect(en(helping.PASSED, case=label(case)))
    await rosa.expect(es(newcomers.PASSED_ON))
    packet = await takes(maria, es)
    case = await case_of(bot, rosa)
    notes = ("prefiere que la llamen por la tarde", "ya tiene el papel del banco")
    assert packet.text == shown_to_helper(es, case, *notes)
    await rosa.expect(es(newcomers.FOUND))
    luis.says("¿sigo yo?")
    await luis.expect(en(helping.NO_CASE_TO_WRITE))
    rosa.says("hola de nuevo")
    await maria.expect("hola de nuevo")
    await luis.silence(0.2)
    assert not any(note in rosa.told() for note in notes)


async def test_a_question_to_a_coordinator_and_the_answer(bot: Running, en: Told, es: Told) -> None:
    rosa, luis = await in_talk(bot, en, es)
    eva = await quick_helper(bot, "Eva", "en", role="coordinator")
    case = await case_of(bot, rosa)
    luis.presses(en(helping.ASK_COORDINATOR))
    await luis.expect(en(helping.COORDINATOR_ASK))
    luis.says("¿Quién paga el depósito?")
    await luis.expect(en(helping.COORDINATOR_ASKED, case=label(case)))
    question = await eva.expect("¿Quién paga el depósito?")
    assert "Luis" in question.text
    eva.says("El programa de la ciudad.", reply_to=question.message_id)
    await eva.expect(en(helping.ANSWER_SENT, name="Luis"))
    answer = await luis.expect(en(helping.ANSWER, case=label(case), text="El programa de la ciudad."))
    luis.says("¿y si no?", reply_to=answer.message_id)
    await eva.expect("¿y si no?")
    luis.says("Lo paga la ciudad")
    await rosa.expect("Lo paga la ciudad")
    await rosa.silence(0.2)
    assert not heard(rosa, "depósito")
    assert not heard(rosa, "¿y si no?")


async def test_back_to_the_bot_and_withdrawn(bot: Running, en: Told, es: Told) -> None:
    rosa, luis = await in_talk(bot, en, es)
    case = await case_of(bot, rosa)
    luis.presses(en(helping.GIVE_BACK))
    await luis.expect(en(helping.GIVEN_BACK, case=label(case)))
    await rosa.expect(es(newcomers.GIVEN_BACK))
    luis.reads_all()
    rosa.says(es.answer("menu"))
    await rosa.expect(es(wording.MENU))
    assert not heard(luis, es.answer("menu"))

    luis.presses(en(helping.NOTHING_MISSING))
    await luis.expect(en(helping.TAKE_CARE))
    await asks(rosa, es)
    await rosa.expect(es(newcomers.LOOKING))
    await luis.expect(offer(en, "es", None))
    rosa.presses(es(newcomers.STOP_LOOKING))
    await rosa.expect(es(newcomers.WITHDRAWN))
    await luis.expect(en(helping.OFFER_OVER, case=label(await case_of(bot, rosa))))
    await together(rosa, es, luis, en)
    rosa.says("/menu")
    await rosa.expect(es(wording.MENU))
    rosa.presses(es(newcomers.END_HELP))
    await rosa.expect(es(newcomers.WITHDRAWN))
    await luis.expect(en(helping.WITHDREW, case=label(await case_of(bot, rosa))))
    rosa.says(es.answer("menu"))
    await rosa.expect(es(wording.MENU))
    await luis.silence(0.2)


async def test_forgetting_everything_in_the_middle_of_a_case(everywhere: Running, en: Told, es: Told) -> None:
    bot = everywhere
    rosa, luis = await in_talk(bot, en, es)
    rosa.says("me llamo de otra manera")
    await luis.expect("otra manera")
    luis.says("no importa")
    await rosa.expect("no importa")
    luis.presses(en(helping.WRITE_NOTE), message=packet_of(luis, en).message_id)
    await luis.expect(en(helping.NOTE_WRITE))
    case = await case_of(bot, rosa)
    rosa.says("/forget")
    await rosa.expect(es(wording.DELETE_ASK))
    rosa.presses(es(wording.YES_DELETE))
    await rosa.expect(es(wording.DELETED))
    await luis.expect(en(helping.FORGOT, case=label(case)))
    await bot.until_waiting(0)
    for table in (tables.cases, tables.case_lines, tables.relays):
        assert await count(bot, table) == 0, table.name

    luis.says("esto ya no es para nadie")  # the note that was asked for has no case any more
    await luis.expect(lambda seen: label(case) in seen.text or en(helping.NO_CASE_TO_WRITE) in seen.text)
    luis.says("¿y ahora?")
    await luis.expect(en(helping.NO_CASE_TO_WRITE))
    rosa.says("hola")
    await rosa.expect(es.greeting)  # as to anybody new
    await luis.silence(0.2)


async def count(bot: Running, table: object) -> int:
    async with bot.app.parts.store.work() as work:
        return int(
            await work._transaction.run(
                lambda connection: connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]
            )
        )


# --- danger ---


async def test_danger_while_a_helper_is_there(bot: Running, en: Told, es: Told) -> None:
    rosa, luis = await in_talk(bot, en, es)
    case = await case_of(bot, rosa)
    rosa.says(FIRE)
    alarm = await rosa.expect(es(wording.ALARM_NOT_HERE, line="911"))
    assert "911" in alarm.text.splitlines()[0]
    assert es(newcomers.HELPER_SEES_TOO) in alarm.text
    marked = await luis.expect(FIRE)
    assert marked.text == en(helping.FROM_URGENT, case=label(case), text=FIRE)
    assert (await case_of(bot, rosa)).urgent
    rosa.sends("photo", content=photo(), caption=FIRE)
    await rosa.expect(es(wording.ALARM_NOT_HERE, line="911"))
    assert (await luis.expect(FIRE)).text == marked.text
    await luis.expect(lambda seen: seen.kind == "photo")
    luis.says(FIRE)
    await luis.expect(en(helping.HELPER_DANGER, line="911"))
    await rosa.expect(f"🧑 {FIRE}")


@pytest.mark.parametrize("before", [0, 3])
async def test_danger_while_waiting(bot: Running, en: Told, es: Told, before: int) -> None:
    """Said at once, two are asked, and whoever comes sees it marked, however much was written before."""
    luis, maria = await quick_helper(bot, "Luis", "es"), await quick_helper(bot, "Maria", "es")
    rosa = await newcomer(bot, "Rosa", "es")
    await asks(rosa, es)
    await rosa.expect(es(newcomers.LOOKING))
    for number in range(before):
        rosa.says(f"xyzzy {number}")
        await rosa.expect(es(newcomers.KEPT))
    rosa.says(FIRE)
    alarm = await rosa.expect(es(wording.ALARM_NOT_HERE, line="911"))
    assert "911" in alarm.text.splitlines()[0]
    await maria.expect(lambda seen: any(en(helping.TAKE) in each for each in seen.labels))
    await takes(luis, en)
    case = await case_of(bot, rosa)
    assert case.urgent
    marked = await luis.expect(FIRE)
    assert en(helping.FROM_URGENT, case=label(case), text=FIRE) in marked.text
    await bot.until_waiting(0)
    for number in range(before):
        assert len(heard(luis, f"xyzzy {number}")) == 1
    await maria.expect(en(helping.OFFER_OVER, case=label(case)))
    assert not heard(maria, FIRE)


# --- private numbers ---


async def test_private_numbers_are_cut_on_the_other_side_and_in_the_database(
    everywhere: Running, en: Told, es: Told
) -> None:
    bot = everywhere
    rosa, luis = await in_talk(bot, en, es)
    rosa.says(f"mi social es {SSN}, ¿sirve?")
    await rosa.expect(es(wording.PRIVATE_CUT))
    assert f"mi social es {CUT}, ¿sirve?" in (await luis.expect("¿sirve?")).text
    rosa.sends("photo", content=photo(), caption=f"aquí: {SSN}")
    await rosa.expect(es(wording.PRIVATE_CUT))
    assert f"aquí: {CUT}" in (await luis.expect("aquí:")).text
    said = luis.says(f"escriba {SSN} en la línea 3")
    await luis.expect(en(helping.PRIVATE_CUT))
    assert (await rosa.expect("en la línea 3")).text == f"🧑 escriba {CUT} en la línea 3"
    luis.edits(f"escriba {SSN} en la línea 4", message=said.message_id)
    await luis.expect(en(helping.PRIVATE_CUT))
    await rosa.expect(f"escriba {CUT} en la línea 4")
    case = await case_of(bot, rosa)
    luis.presses(en(helping.WRITE_NOTE), message=packet_of(luis, en).message_id)
    await luis.expect(en(helping.NOTE_WRITE))
    luis.says(f"su número {SSN}")
    await luis.expect(en(helping.NOTE_KEPT, case=label(case)))
    kept = [line.passed.text for line in await lines_of(bot, case)]
    assert len(kept) == 5
    assert all(CUT in text and SSN not in text for text in kept)
    assert SSN not in rosa_and_luis(luis, by_bot=True)
    assert SSN not in rosa_and_luis(rosa, by_bot=True)


def rosa_and_luis(person: Person, *, by_bot: bool) -> str:
    return "\n".join(seen.text for seen in person.screen() if seen.by_bot == by_bot)


# --- much at once ---


async def test_a_flood_slows_only_its_own_newcomer(
    guide: Guide, url: str, en: Told, es: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a pace like Telegram's: order stays, nothing is lost, danger does not wait, and another newcomer hardly."""
    monkeypatch.setattr(flood, "SPELL", timedelta(seconds=8))
    slow = Pace(per_second=1000, burst=100, per_chat_seconds=0.4, chat_burst=2)
    async with town(guide, url, webhook=url.startswith("postgresql"), pace=slow) as bot:
        luis = await quick_helper(bot, "Luis", "es")
        rosa, juan = await newcomer(bot, "Rosa", "es"), await newcomer(bot, "Juan", "es")
        await together(rosa, es, luis, en)
        await together(juan, es, luis, en)
        start = len(luis.chat.events)
        for number in range(BURST):
            rosa.says(f"línea-{number:03}")
        rosa.says(FIRE)
        juan.says("¿me oye alguien?")
        alarm = await luis.expect(FIRE, 12)
        assert en(helping.FROM_URGENT, case=label(await case_of(bot, rosa)), text=FIRE) in alarm.text
        await rosa.expect(es(wording.ALARM_NOT_HERE, line="911"))
        await appears(luis, "¿me oye alguien?")
        seen = [event.seen() for event in luis.chat.events[start:]]
        told = [each.text for each in seen]
        place = next(n for n, text in enumerate(told) if "¿me oye alguien?" in text)
        assert place <= A_FEW + 1, f"{place} messages before another newcomer's"
        before = [text for text in told[: next(n for n, text in enumerate(told) if FIRE in text)] if "línea-" in text]
        assert len(before) < A_FEW, "the cry for help goes ahead of what is on its way already"
        await appears(luis, f"línea-{BURST - 1:03}", 30)
        await bot.until_waiting(0, 10)
        got = [each for each in luis.screen() if each.by_bot]
        arrived = [line for each in got for line in each.text.split() if line.startswith("línea-")]
        assert arrived == [f"línea-{number:03}" for number in range(BURST)]
        assert len(heard(luis, FIRE)) == 1
        assert len(heard(rosa, es(newcomers.SLOWLY))) == 1


async def appears(person: Person, text: str, seconds: float = 20) -> None:
    """Wait until *text* stands in a message of the bot, read or not."""
    await until(person.world, lambda: bool(heard(person, text)), seconds, person.told)


async def test_what_waited_comes_in_the_order_it_was_written(bot: Running, en: Told, es: Told) -> None:
    luis = await quick_helper(bot, "Luis", "es")
    rosa = await newcomer(bot, "Rosa", "es")
    await asks(rosa, es)
    await rosa.expect(es(newcomers.LOOKING))
    for number in range(3):
        rosa.says(f"xyzzy antes de la foto {number}")
        await rosa.expect(es(newcomers.KEPT))
        rosa.sends("photo", content=photo(), caption=f"foto {number}")
        await rosa.expect(es(newcomers.KEPT))
    rosa.says("xyzzy después")
    await rosa.expect(es(newcomers.KEPT))
    rosa.says("xyzzy al final")
    await rosa.expect(es(newcomers.KEPT))
    packet = await takes(luis, en)
    assert en(helping.PACKET_HELD) in packet.text
    await luis.expect("al final")
    told = "\n".join(seen.text for seen in luis.screen() if seen.by_bot)
    wanted = [w for n in range(3) for w in (f"antes de la foto {n}", f"\nfoto {n}")] + ["después", "al final"]
    places = [told.index(each) for each in wanted]
    assert places == sorted(places)
    assert all(told.count(each) == 1 for each in wanted)
