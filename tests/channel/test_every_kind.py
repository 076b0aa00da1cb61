"""Every kind of message has its answer or its silence: nobody is left without a word, and nobody is written to unasked."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import wording
from bot.conversation.guide import Guide
from bot.wording import Sentence
from tests.botapi import BotApi, Person, Seen
from tests.botapi.content import FILE_KINDS, PLAIN_KINDS
from tests.channel.running import Running, running
from tests.channel.told import Told

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARD = "library-card"
SENT: dict[str, Sentence] = {
    "voice": wording.SENT_VOICE,
    "audio": wording.SENT_VOICE,
    "photo": wording.SENT_PICTURE,
    "video": wording.SENT_PICTURE,
    "video_note": wording.SENT_PICTURE,
    "animation": wording.SENT_PICTURE,
    "document": wording.SENT_DOCUMENT,
    "location": wording.SENT_LOCATION,
    "venue": wording.SENT_LOCATION,
    "contact": wording.SENT_CONTACT,
    "sticker": wording.SENT_OTHER,
    "poll": wording.SENT_OTHER,
    "dice": wording.SENT_OTHER,
}
COMMANDS: dict[str, Sentence] = {
    "menu": wording.MENU,
    "language": wording.PICK_LANGUAGE,
    "help": wording.HELP,
    "person": wording.PEOPLE,
    "stop": wording.STOPPED,
    "forget": wording.DELETE_ASK,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["polling", "webhook"])
async def bot(
    request: pytest.FixtureRequest, api: BotApi, guide: Guide, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    url = f"sqlite:///{tmp_path_factory.mktemp('every-kind') / 'store.db'}"
    async with running(api, guide, url, webhook=request.param == "webhook") as program:
        yield program


@pytest.fixture
def es(guide: Guide) -> Told:
    return Told(guide, "es")


@pytest.fixture
def en(guide: Guide) -> Told:
    return Told(guide, "en")


async def speaks(bot: Running, told: Told) -> Person:
    """Somebody who has chosen a language and stands at the menu."""
    person = bot.api.user("Rosa", language=told.language)
    person.starts(f"__{told.language}")
    await person.expect(told.greeting)
    return person


async def at_the_card(bot: Running, told: Told) -> Person:
    """Somebody at the first question of the library card."""
    person = bot.api.user("Rosa", language=told.language)
    person.starts(f"{CARD}__{told.language}")
    await person.expect(told.step(CARD, "about"))
    return person


# --- what is not text ---


async def test_the_table_knows_every_kind_that_can_be_sent() -> None:
    assert set(SENT) == {*FILE_KINDS, *PLAIN_KINDS}


@pytest.mark.parametrize("kind", SENT)
async def test_what_is_not_text_is_answered_with_the_menu(bot: Running, es: Told, kind: str) -> None:
    person = await speaks(bot, es)
    person.sends(kind)
    answer = await person.expect(es(SENT[kind]))
    assert es.group(CARD) in answer.labels
    assert person.unread() == []


@pytest.mark.parametrize("kind", ["voice", "photo", "dice"])
async def test_in_a_flow_the_question_is_asked_again(bot: Running, es: Told, kind: str) -> None:
    person = await at_the_card(bot, es)
    person.sends(kind)
    answer = await person.expect(es(SENT[kind]))
    assert es.step(CARD, "about") in answer.text


@pytest.mark.parametrize("kind", ["voice", "sticker", "location"])
async def test_before_a_language_is_known_it_is_asked_for(bot: Running, en: Told, kind: str) -> None:
    person = bot.api.user("Nobody", language=None)
    person.sends(kind)
    assert en.name in (await person.expect(en(wording.PICK_LANGUAGE))).labels


async def test_a_caption_is_read(bot: Running, es: Told) -> None:
    person = await speaks(bot, es)
    person.sends("photo", caption=es.answer("menu"))
    answer = await person.expect(es(wording.SENT_PICTURE))
    assert es(wording.MENU) in answer.text
    person.sends("photo", caption="se quema mi casa")
    assert "911" in (await person.expect(es(wording.ALARM_NOT_HERE, line="911"))).text.splitlines()[0]


# --- edits ---


async def test_an_edit_is_answered_and_an_edited_cry_for_help_is_an_alarm(bot: Running, es: Told) -> None:
    person = await speaks(bot, es)
    person.says(es.answer("menu"))
    await person.expect(es(wording.MENU))
    person.edits("otra cosa")
    await person.expect(es(wording.EDITED))
    person.edits("se quema mi casa")
    assert "911" in (await person.expect(es(wording.ALARM_NOT_HERE, line="911"))).text.splitlines()[0]


# --- commands ---


@pytest.mark.parametrize("command", COMMANDS)
async def test_commands_are_answered_in_the_language(bot: Running, es: Told, command: str) -> None:
    person = await speaks(bot, es)
    person.says(f"/{command}")
    await person.expect(es(COMMANDS[command]))
    person.says(f"/{command.upper()}@lab_bot")
    await person.expect(es(COMMANDS[command]))
    assert person.unread() == []


@pytest.mark.parametrize("command", COMMANDS)
async def test_before_a_language_is_known_commands_ask_for_it(bot: Running, en: Told, command: str) -> None:
    person = bot.api.user("Nobody", language=None)
    person.says(f"/{command}")
    answer = await person.expect(en(wording.PICK_LANGUAGE))
    assert (en(wording.PEOPLE) in answer.text) == (command == "person")
    assert en.name in answer.labels


async def test_an_unknown_command_is_read_as_words(bot: Running, es: Told) -> None:
    person = await speaks(bot, es)
    person.says("/xyzzy")
    await person.expect(es(wording.NOT_UNDERSTOOD))
    person.says("/")
    await person.expect(es(wording.LOST))
    person.says(f"/{es.answer('person')}")
    await person.expect(es(wording.PEOPLE))


async def test_words_behind_a_command_are_heard(bot: Running, es: Told) -> None:
    person = await speaks(bot, es)
    for line in ("/help se quema mi casa", "/stop\nse quema mi casa", "/start se quema mi casa"):
        person.says(line)
        await person.expect(es(wording.ALARM_NOT_HERE, line="911"))


# --- links ---


async def test_a_link_names_article_and_language(bot: Running, es: Told) -> None:
    person = bot.api.user("Rosa", language=None)
    person.starts(f"{CARD}__es")
    answer = await person.expect(es.greeting)
    assert es.step(CARD, "about") in answer.text


async def test_a_link_without_a_language_waits_until_one_is_chosen(bot: Running, en: Told, es: Told) -> None:
    person = bot.api.user("Rosa", language=None)
    person.starts(CARD)
    await person.expect(en(wording.PICK_LANGUAGE))
    await person.presses(es.name).answered()
    await person.expect(es.step(CARD, "about"))


async def test_a_link_never_replaces_the_language(bot: Running, es: Told) -> None:
    person = await speaks(bot, es)
    person.starts(f"{CARD}__ar")
    await person.expect(es.step(CARD, "about"))
    assert (await bot.remembers(person)).language == "es"


async def test_a_link_to_an_article_that_is_gone_leads_to_the_menu(bot: Running, es: Told) -> None:
    person = bot.api.user("Rosa", language=None)
    person.starts("no-such-article__es")
    assert es(wording.MENU) in (await person.expect(es.greeting)).text


@pytest.mark.parametrize("payload", ["x" * 64, "_" * 64, "__", "__xx", f"{CARD}__", "__es__es__x__y", "-"])
async def test_rubbish_in_a_link_asks_for_the_language(bot: Running, en: Told, payload: str) -> None:
    person = bot.api.user("Rosa", language=None)
    person.starts(payload)
    await person.expect(en(wording.PICK_LANGUAGE))


# --- buttons ---


async def test_an_old_button_gets_the_current_step(bot: Running, es: Told) -> None:
    person = await at_the_card(bot, es)
    about = person.last()
    await person.presses(es.choice(CARD, "about", "me")).answered()
    await person.expect(es.step(CARD, "papers"))
    press = person.presses(es.choice(CARD, "about", "child"), message=about.message_id)
    answer = await person.expect(es(wording.OLD_BUTTON))
    assert es.step(CARD, "papers") in answer.text
    await press.answered()


async def test_a_button_that_nobody_wrote_gets_the_current_step(bot: Running, es: Told) -> None:
    person = await at_the_card(bot, es)
    for data in ("x" * 64, "|", "t|library-card|bring|nothing", "l|xx", "🙂"):
        press = person.presses(data=data, message=person.last().message_id)
        await person.expect(es(wording.PICK_LANGUAGE) if data == "l|xx" else es.step(CARD, "about"))
        await press.answered()


def first_tick(message: Seen) -> str:
    """The data of the first line of a checklist."""
    return next(button.data for row in message.buttons for button in row if button.data and button.data[:2] == "t|")


async def test_a_button_under_a_message_that_telegram_no_longer_shows(bot: Running, es: Told) -> None:
    person = await at_the_card(bot, es)
    person.presses(es.choice(CARD, "about", "child"))
    checklist = await person.expect(es.step(CARD, "child"))
    tick = first_tick(checklist)
    person.deletes(checklist.message_id)
    press = person.presses(data=tick, message=checklist.message_id)
    answer = await person.expect(es.step(CARD, "child"))
    assert answer.message_id != checklist.message_id
    assert not answer.edited
    assert any(label.startswith("☑️") for label in answer.labels)
    await press.answered()


async def test_a_tick_on_a_message_that_cannot_be_edited_any_more_is_sent_anew(bot: Running, es: Told) -> None:
    person = await at_the_card(bot, es)
    person.presses(es.choice(CARD, "about", "child"))
    checklist = await person.expect(es.step(CARD, "child"))
    tick = first_tick(checklist)
    press = person.presses(data=tick, message=checklist.message_id)
    person.deletes(checklist.message_id)  # between the press and our edit
    answer = await person.expect(es.step(CARD, "child"))
    assert answer.message_id != checklist.message_id
    await press.answered()


# --- odd texts ---


async def test_a_very_long_message_is_answered_and_read_to_its_end(bot: Running, es: Told) -> None:
    person = await speaks(bot, es)
    person.says(("blabla " * 700)[:4096])
    assert (await person.expect("")).labels
    person.says(("blabla " * 580) + "se quema mi casa")
    await person.expect(es(wording.ALARM_NOT_HERE, line="911"))
    person.says("😀" * 2000)
    await person.expect("")


@pytest.mark.parametrize(
    "text",
    [
        ".",
        "؟!",
        "\u200b",
        "\u2800",
        "\u200f\u200e",
        "🙃",
        "\u200b\u200c\u200d",
        "_*`[",
        "<b>",
        "&amp;",
        "\\",
        "0",
        "99",
    ],
)
async def test_next_to_nothing_is_answered(bot: Running, es: Told, text: str) -> None:
    person = await speaks(bot, es)
    person.says(text)
    assert (await person.expect("")).labels


async def test_a_forwarded_message_is_heard(bot: Running, es: Told) -> None:
    person = await speaks(bot, es)
    person.forwards(es.answer("menu"))
    await person.expect(es(wording.MENU))


# --- silence ---


async def test_a_command_in_a_group_is_answered_with_one_line(bot: Running, es: Told, en: Told) -> None:
    person = await at_the_card(bot, es)
    family = bot.api.group("Family", person)
    person.adds_bot(family)
    for command in ("/menu", "/person@lab_bot", "/start library-card__es"):
        person.says(command, where=family)
        answer = await person.expect(en(wording.GROUP, name="@lab_bot"), where=family)
        assert answer.text == en(wording.GROUP, name="@lab_bot")
        assert answer.labels == []
    assert person.unread() == []
    assert (await bot.remembers(person)).place is not None, "what is said in a group changes nobody's own talk"


async def test_silence_where_nobody_asked(bot: Running, es: Told) -> None:
    person = await speaks(bot, es)
    family = bot.api.group("Family", person)
    news = bot.api.group("News", person, kind="channel")
    person.adds_bot(news, "administrator")
    person.adds_bot(family)
    calls = len(bot.api.calls_of("sendMessage", "editMessageText"))
    person.says("hola", where=family)
    person.says("/ not a command", where=family)
    person.says("/menu@another_bot", where=family)
    person.sends("photo", where=family, caption="/menu")
    person.edits("/menu", where=family)
    person.says("/menu", where=news)
    person.reacts("👍")
    person.removes_bot(family)
    person.says("/menu")
    await person.expect(es(wording.MENU))
    assert len(bot.api.calls_of("sendMessage", "editMessageText")) == calls + 1
    await bot.until_waiting(0)


# --- leaving and coming back ---


async def test_who_has_blocked_the_bot_gets_nothing_and_is_answered_again_after_start(bot: Running, es: Told) -> None:
    person = await speaks(bot, es)
    fault = bot.api.fails("500", chat=person.id)
    person.says(es.answer("menu"))
    await bot.until_waiting(1)
    while fault.times:
        await bot.api.world.changed(0.01)
    person.blocks()
    await bot.until_waiting(0)
    assert person.unread() == []
    person.unblocks()
    person.starts()
    answer = await person.expect(es.greeting)
    assert es(wording.MENU) in answer.text
    assert person.unread() == []
    assert (await bot.remembers(person)).language == "es"
