"""From “/start” to a library card: four languages, polling and webhook, SQLite and PostgreSQL, everything real."""

from collections.abc import AsyncIterator, Iterator
from itertools import product

import pytest
import pytest_asyncio

from bot import wording
from bot.conversation.guide import Guide
from bot.richtext import plain
from tests.botapi import BotApi, Person, Seen
from tests.channel.running import Running, running
from tests.channel.told import Told
from tests.storage.databases import PostgresServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

LANGUAGES = ("en", "es", "ar", "am")
CARD = "library-card"


@pytest.fixture(scope="module")
def database_url(
    request: pytest.FixtureRequest, bot_kind: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if bot_kind[1] == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('library-card') / 'store.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.copy()
    yield url
    server.drop(url)


@pytest.fixture(scope="module", params=product(["polling", "webhook"], ["sqlite", "postgresql"]), ids="-".join)
def bot_kind(request: pytest.FixtureRequest) -> tuple[str, str]:
    way, database = request.param
    return way, database


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(bot_kind: tuple[str, str], api: BotApi, guide: Guide, database_url: str) -> AsyncIterator[Running]:
    async with running(api, guide, database_url, webhook=bot_kind[0] == "webhook") as program:
        yield program


async def pressed(person: Person, label: str, wanted: str) -> Seen:
    """Press a button, see its clock stop, and read what comes."""
    press = person.presses(label)
    seen = await person.expect(wanted)
    assert await press.answered() == {}
    return seen


async def said(person: Person, text: str, wanted: str) -> Seen:
    person.says(text)
    return await person.expect(wanted)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_newcomer_gets_a_library_card(bot: Running, guide: Guide, language: str) -> None:
    told = Told(guide, language)
    person = bot.api.user("Rosa", language=None)

    person.starts()
    asked = await person.expect(told(wording.PICK_LANGUAGE))
    assert asked.labels == [guide.library.languages[code].name for code in LANGUAGES]
    menu = await pressed(person, told.name, told.greeting)
    assert told(wording.MENU) in menu.text
    group = told.group(CARD)
    listed = await pressed(person, group, group)
    assert told.voice.title(told.article(CARD)) in listed.labels
    about = await pressed(person, told.title(CARD), told.step(CARD, "about"))
    assert told.title(CARD) in about.text
    await pressed(person, told.choice(CARD, "about", "me"), told.step(CARD, "papers"))

    # One paper, and what is missing; then the second one: pressed, typed by its number, and “next” in their own words.
    await pressed(person, f"⬜ {told.paper('library.paper-id')}", told.step(CARD, "papers"))
    almost = await said(person, told.answer("next"), told.step(CARD, "missing"))
    assert told.paper("library.paper-bill") in almost.text
    await pressed(person, told(wording.BACK), told.step(CARD, "papers"))
    await said(person, "3", told.step(CARD, "papers"))
    bring = await pressed(person, told(wording.NEXT), told.step(CARD, "bring"))
    assert told(wording.PAPERS_ENOUGH) in bring.text

    # A tick changes the message in its place.
    photo, paper = told.item(CARD, "bring", "photo-id"), told.item(CARD, "bring", "paper")
    assert f"⬜ {photo}" in bring.labels
    ticked = await pressed(person, photo, told.step(CARD, "bring"))
    assert ticked.edited
    assert ticked.message_id == bring.message_id
    assert f"☑️ {photo}" in ticked.labels
    assert f"⬜ {paper}" in ticked.labels
    assert f"☑️ {paper}" in (await pressed(person, paper, told.step(CARD, "bring"))).labels

    await pressed(person, told(wording.NEXT), told.step(CARD, "area"))
    place = await pressed(person, told.choice(CARD, "area", "colfax"), told.step(CARD, "colfax"))
    assert plain(told.voice.tell.contact("library.mlk")) in place.text
    card = await pressed(person, told(wording.NEXT), told.step(CARD, "say-there"))
    for phrase in told.phrases(CARD, "say-there"):
        assert phrase in card.text
    assert "<b>" in card.html
    if language == "ar":
        assert "\u2066" in card.text, "English inside Arabic stands between isolating marks"
    await said(person, told.answer("next"), told.step(CARD, "borrow"))
    await said(person, told.answer("next"), told.step(CARD, "help"))
    finished = told(wording.FINISHED, article=told.voice.title(told.article(CARD)))
    end = await pressed(person, told(wording.FINISH), finished)
    assert told(wording.MENU_AGAIN) in end.text

    remembered = await bot.remembers(person)
    assert (remembered.language, remembered.place) == (language, None)
    assert person.unread() == []
    assert bring.message_id in [seen.message_id for seen in person.screen() if seen.edited]
