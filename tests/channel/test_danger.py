"""Danger is answered first: in every state of a conversation, in every spelling, without Rasa, past all that waits."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot import wording
from bot.channel.delivery import TELEGRAM_PACE
from bot.conversation.guide import Guide
from bot.conversation.respond import RESUME_AFTER
from tests.botapi import BotApi, Person
from tests.channel.running import Running, running
from tests.channel.told import Told, chooses
from tests.channel.understanding import SmallRasa, small_rasa

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARD = "library-card"
FIRE = {
    "en": "my house is on fire",
    "es": "se quema mi casa",
    "ar": "بيتي يحترق",
    "am": "ቤቴ እየተቃጠለ ነው",
}
SPELT = {
    "en": ["My hous is on FIREEE!!", "HELP!! my house is burning", "there is smoke and flames in my kitchen"],
    "es": ["se kema mi kasa", "Ay se está quemando mi casa!!", "hay fuego en mi casa"],
    "ar": ["بيتى يحترق", "البيت يحترق ساعدوني", "bayti yahtariq"],
    "am": ["ቤቴ እየተቃጠለ", "bete eyetekatele new", "እሳት እሳት"],
}
UNSURE = "mhm card or bus"
FORGET = "wipe me from your memory"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rasa() -> AsyncIterator[SmallRasa]:
    async with small_rasa() as server:
        server.means[UNSURE] = (("library_card", 0.4), ("ride_transit", 0.35))
        server.means[FORGET] = (("delete_my_data", 0.97),)
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(api: BotApi, guide: Guide, database_url: str, rasa: SmallRasa) -> AsyncIterator[Running]:
    async with running(api, guide, database_url, webhook=True, rasa_url=rasa.url) as program:
        yield program


# --- states of a conversation with somebody who chose Spanish, or nothing yet ---

State = Callable[[Running, Told], Awaitable[Person]]


async def never_met(bot: Running, _told: Told) -> Person:
    return bot.api.user("Rosa", language=None)


async def before_the_language(bot: Running, told: Told) -> Person:
    person = await never_met(bot, told)
    person.starts()
    await person.expect(told(wording.PICK_LANGUAGE))
    return person


async def at_the_menu(bot: Running, told: Told) -> Person:
    person = await never_met(bot, told)
    person.starts(f"__{told.language}")
    await person.expect(told(wording.MENU))
    return person


async def in_a_flow(bot: Running, told: Told) -> Person:
    person = await at_the_menu(bot, told)
    await chooses(person, told, CARD)
    await person.expect(told.step(CARD, "about"))
    return person


async def at_a_yes_or_no(bot: Running, told: Told) -> Person:
    person = await at_the_menu(bot, told)
    await chooses(person, told, "electricity-gas-start")
    await person.expect(told.step("electricity-gas-start", "smell"))
    return person


async def with_a_flow_aside(bot: Running, told: Told) -> Person:
    person = await in_a_flow(bot, told)
    person.says("/menu")
    await person.expect(told(wording.MENU))
    await chooses(person, told, "ride-transit")
    await person.expect(told(wording.DIGRESSING, article=told.voice.title(told.article(CARD))))
    return person


async def in_a_clarification(bot: Running, told: Told) -> Person:
    person = await at_the_menu(bot, told)
    person.says(UNSURE)
    await person.expect(told(wording.DID_YOU_MEAN))
    return person


async def while_forgetting_is_asked(bot: Running, told: Told) -> Person:
    person = await in_a_flow(bot, told)
    person.says(FORGET)
    await person.expect(told(wording.DELETE_ASK))
    return person


async def after_a_pause(bot: Running, told: Told) -> Person:
    person = await in_a_flow(bot, told)
    before = await bot.remembers(person)
    assert before.last_at is not None
    await bot.remember(person, replace(before, last_at=before.last_at - RESUME_AFTER - timedelta(hours=1)))
    return person


async def when_lost(bot: Running, told: Told) -> Person:
    person = await at_the_menu(bot, told)
    for sentence in (wording.NOT_UNDERSTOOD, wording.LOST):
        person.says("qwertz")
        await person.expect(told(sentence))
    return person


async def after_another_alarm(bot: Running, told: Told) -> Person:
    person = await in_a_flow(bot, told)
    person.says("no puedo respirar")
    await person.expect(told(wording.ALARM_NOT_HERE, line="911"))
    return person


STATES: list[State] = [
    never_met, before_the_language, at_the_menu, in_a_flow, at_a_yes_or_no, with_a_flow_aside, in_a_clarification,
    while_forgetting_is_asked, after_a_pause, when_lost, after_another_alarm,
]  # fmt: skip


async def assert_alarm(bot: Running, person: Person, language: str) -> None:
    """The next words are the alarm in *language*, with the number in their first line."""
    told = Told(bot.guide, language)
    answer = await person.expect("")
    assert "911" in answer.text.splitlines()[0]
    assert answer.text.splitlines()[0] == alarm(told)
    assert told(wording.ALARM_NOT_HERE, line=told.voice.line("emergency.e911")) in answer.text
    assert "<b>" in answer.html.splitlines()[0]


def alarm(told: Told) -> str:
    """The first line of the alarm for a fire."""
    return told(wording.ALARM_FIRE, line=told.voice.line("emergency.e911"))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", FIRE)
async def test_danger_comes_first_in_every_state(
    bot: Running, guide: Guide, rasa: SmallRasa, state: State, language: str
) -> None:
    person = await state(bot, Told(guide, "es"))
    before = await bot.remembers(person)
    asked = len(rasa.asked)

    person.says(FIRE[language])
    # A child at somebody's phone: the answer is in the language of the cry, unless that was English.
    spoken = before.language if before.language and language == "en" else language
    await assert_alarm(bot, person, spoken)

    assert rasa.asked[asked:] == []
    after = await bot.remembers(person)
    assert (after.language, after.place, after.aside) == (before.language, before.place, before.aside)
    if before.place:
        person.presses(Told(guide, spoken)(wording.SAFE_GO_ON))
        await person.expect(Told(guide, "es").step(before.place.article, before.place.step))


@pytest.mark.parametrize(("language", "words"), [(language, words) for language in SPELT for words in SPELT[language]])
async def test_misspelt_and_romanised(bot: Running, guide: Guide, rasa: SmallRasa, language: str, words: str) -> None:
    asked = len(rasa.asked)
    person = await in_a_flow(bot, Told(guide, "es"))
    person.says(words)
    answer = await person.expect("")
    assert "911" in answer.text.splitlines()[0]
    assert rasa.asked[asked:] == []


@pytest.mark.parametrize("language", FIRE)
async def test_in_a_caption_and_in_an_edit(bot: Running, guide: Guide, language: str) -> None:
    person = bot.api.user("Rosa", language=None)
    person.sends("photo", caption=FIRE[language])
    await assert_alarm(bot, person, language)
    person.says("...")
    await person.expect("")
    person.edits(FIRE[language])
    await assert_alarm(bot, person, language)


# --- past what waits ---


@pytest_asyncio.fixture(loop_scope="module")
async def paced(guide: Guide, tmp_path: Path) -> AsyncIterator[Running]:
    """A program that keeps Telegram's limits, and a server that has them."""
    async with (
        BotApi() as api,
        running(api, guide, f"sqlite:///{tmp_path / 'paced.db'}", pace=TELEGRAM_PACE) as program,
    ):
        yield program


async def test_it_overtakes_fifty_messages_to_others(paced: Running, guide: Guide) -> None:
    crowd = [paced.knows(f"Person {n}") for n in range(50)]
    rosa = paced.api.user("Rosa", language=None)
    for person in crowd:
        await paced.tells(person, "news")
    rosa.says(FIRE["es"])
    await assert_alarm(paced, rosa, "es")
    assert await paced.waiting() >= 15, "the crowd was told before"


async def test_it_overtakes_what_waits_for_the_same_person(paced: Running, guide: Guide) -> None:
    rosa = paced.knows("Rosa")
    news = [f"news {n}" for n in range(50)]
    await paced.tells(rosa, *news)
    await rosa.expect("news 0")
    rosa.says(FIRE["ar"])
    await rosa.expect(alarm(Told(guide, "ar")), timeout=4)
    told = [seen.text for seen in rosa.screen() if seen.by_bot]
    assert len(told) < 8
    assert told[:-1] == news[: len(told) - 1]


async def test_it_is_the_first_word_when_telegram_lets_a_slowed_chat_go_on(paced: Running, guide: Guide) -> None:
    rosa = paced.knows("Rosa")
    fault = paced.api.fails("429", chat=rosa.id, retry_after=2)
    await paced.tells(rosa, "news 1", "news 2")
    while fault.times:
        await paced.api.world.changed(0.01)
    rosa.says(FIRE["am"])
    await assert_alarm(paced, rosa, "am")
    await rosa.expect("news 1")
    await rosa.expect("news 2")
    first, second, *_ = [call for call in paced.api.calls_of("sendMessage") if call.parameters["chat_id"] == rosa.id]
    assert first.status == 429
    assert second.at - first.at >= 2
