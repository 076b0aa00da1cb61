"""Content that is changed while the program runs counts from the next message on; broken content changes nothing."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.actions.newcomer import newcomer_says
from bot.actions.parts import Parts
from bot.content import ROOT, Shelf
from bot.conversation import buttons
from bot.conversation.message import Newcomer, Pressed, Started
from bot.conversation.takeaway import PlacePicture
from bot.conversation.words import Words
from bot.richtext import plain
from bot.storage.store import Store
from tests.conftest import CITY, NOON

ROSA = Newcomer("web", "rosa")


class Reader:
    """A newcomer in a program whose content lies in *root*."""

    def __init__(self, root: Path, store: Store) -> None:
        self.root, self.facts = root, root / "knowledge" / CITY / "facts" / "library.yaml"
        self.shelf = Shelf(CITY, root)
        self.parts = Parts(store, self.shelf)
        self.now: datetime = NOON
        self.said = 0

    def change(self, old: str, new: str, path: Path | None = None) -> None:
        path = path or self.facts
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
        self.shelf.look_again()

    async def presses(self, press: buttons.Press | str) -> Words:
        """The answer to a button, or to a link."""
        self.now, self.said = self.now + timedelta(seconds=5), self.said + 1
        key = f"{self.said}"
        message = (
            Started(ROSA, self.now, key, press)
            if isinstance(press, str)
            else Pressed(ROSA, self.now, key, buttons.write(press))
        )
        turn = await newcomer_says(message, self.parts)
        assert turn is not None
        return turn.words[-1]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of everything that is read."""
    for folder in (f"knowledge/{CITY}", "locales", "intents/emergency"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
async def reader(root: Path) -> AsyncIterator[Reader]:
    store = await Store.open(f"sqlite:///{root}/store.sqlite3", "k" * 32)
    yield Reader(root, store)
    await store.close()


async def test_a_changed_value_is_said_at_the_next_message_everywhere(reader: Reader) -> None:
    await reader.presses("library-card__es")
    await reader.presses(buttons.Choose("library-card", "about", "child"))
    await reader.presses(buttons.Back("library-card", "child"))
    reader.change("+13037396600", "+13035550142")
    told = await reader.presses(buttons.Choose("library-card", "about", "child"))
    assert "555-0142" in plain(told.text)
    assert "739-6600" not in plain(told.text)
    await reader.presses(buttons.Next("library-card", "child"))
    place = await reader.presses(buttons.Choose("library-card", "area", "colfax"))
    assert "555-0142" in plain(place.text)
    card = await reader.presses(buttons.Keep("library-card", "colfax", "k1"))
    assert isinstance(card.takeaway, PlacePicture)
    assert any("555-0142" in value for _, value in card.takeaway.lines)


async def test_broken_content_changes_nothing_and_is_named_once(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    await reader.presses("library-card__en")
    reader.change("facts:", "facts: [")
    told = await reader.presses(buttons.Choose("library-card", "about", "child"))
    assert "739-6600" in plain(told.text)
    await reader.presses(buttons.Back("library-card", "child"))
    assert capsys.readouterr().out.count("facts/library.yaml:") == 1
    reader.change("facts: [", "facts:")
    reader.change("+13037396600", "+13035550142")
    told = await reader.presses(buttons.Choose("library-card", "about", "child"))
    assert "555-0142" in plain(told.text)


async def test_translations_and_articles_too(reader: Reader) -> None:
    title = "Sacar tarjeta de biblioteca"
    reader.change(title, "Pedir tarjeta", reader.root / "locales/es/LC_MESSAGES/knowledge.po")
    assert "Pedir tarjeta" in plain((await reader.presses("library-card__es")).text)
    article = reader.root / "knowledge" / CITY / "articles/trash-recycling.yaml"
    article.rename(article.with_name("trash-day.yaml"))
    reader.shelf.look_again()
    assert reader.shelf.guide.library.article("trash-recycling") is None
    assert reader.shelf.guide.library.article("trash-day") is not None


def test_nothing_is_read_again_when_nothing_changed(root: Path) -> None:
    shelf = Shelf(CITY, root)
    before = shelf.guide
    (root / "knowledge" / CITY / "city.yaml").touch()
    shelf.look_again()
    assert shelf.guide is before


async def test_it_keeps_up_by_itself(root: Path) -> None:
    shelf = Shelf(CITY, root)
    keeping_up = asyncio.create_task(shelf.keep_up())
    city = root / "knowledge" / CITY / "city.yaml"
    city.write_text(city.read_text("utf-8").replace("Aurora, Colorado", "Dawn, Colorado"), "utf-8")
    try:
        async with asyncio.timeout(20):
            while shelf.guide.library.pack.city.name != "Dawn, Colorado":  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        keeping_up.cancel()


def test_what_editors_leave_beside_a_file_stops_nothing(root: Path) -> None:
    """A lock of Emacs is a link to nowhere."""
    shelf = Shelf(CITY, root)
    articles = root / "knowledge" / CITY / "articles"
    (articles / ".#library-card.yaml").symlink_to("somebody@somewhere:1")
    (articles / "gone.yaml").symlink_to("nowhere.yaml")
    shelf.look_again()
    assert len(shelf.guide.library.pack.articles) == 40
    (articles / "gone.yaml").unlink()
    city = root / "knowledge" / CITY / "city.yaml"
    city.write_text(city.read_text("utf-8").replace("Aurora, Colorado", "Dawn, Colorado"), "utf-8")
    shelf.look_again()
    assert shelf.guide.library.pack.city.name == "Dawn, Colorado"


def test_an_article_saved_before_its_facts_waits_for_them(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shelf = Shelf(CITY, root)
    article = root / "knowledge" / CITY / "articles/library-card.yaml"
    text = article.read_text("utf-8")
    article.write_text(text.replace("{fact:library.phone}", "{fact:library.new-phone}"), "utf-8")
    shelf.look_again()
    assert "library.new-phone" in capsys.readouterr().out
    assert "library.new-phone" not in shelf.guide.library.pack.articles["library-card"].steps["help"].say
    facts = root / "knowledge" / CITY / "facts/library.yaml"
    renamed = facts.read_text("utf-8").replace("  phone:\n", "  new-phone:\n", 1)
    facts.write_text(renamed.replace("library.phone", "library.new-phone"), "utf-8")
    shelf.look_again()
    assert "library.new-phone" in shelf.guide.library.pack.articles["library-card"].steps["help"].say
