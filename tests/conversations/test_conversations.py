"""Plays every talk in ``tests/conversations/<language>/*.yaml`` through actions, core, store and wording.

Only understanding is given: each line says what was understood. A talk from ``make talk`` (``/save NAME``) is such a file::

    title: what it shows
    talk:
      - starts: ""                    # or says: / presses: (a button's words or data) / sends: / asks: / waits: {days: 2}
        understood: [[greet, 0.98]]   # optional
        did: [welcome]                # what happened, exactly
        shows: [some words]           # optional: words that are shown
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions.newcomer import newcomer_says
from bot.actions.parts import Parts
from bot.conversation.guide import Guide
from bot.conversation.message import Asked, Heard, Message, Newcomer, Pressed, Sent, Started, Understanding
from bot.conversation.words import Words
from bot.richtext import plain
from bot.storage.store import Store
from tests.conftest import NOON

TALKS = sorted(Path(__file__).parent.glob("*/*.yaml"))
NEWCOMER = Newcomer("web", "somebody")


class Told:
    """Understanding that says what the talk's file says."""

    def __init__(self) -> None:
        self.next = Understanding()

    async def understand(self, _text: str, _language: str | None) -> Understanding:
        return self.next


def test_there_are_talks_in_every_language(guide: Guide) -> None:
    assert {path.parent.name for path in TALKS} == set(guide.library.pack.city.languages)


@pytest.mark.parametrize("path", TALKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_talk(path: Path, guide: Guide, tmp_path: Path) -> None:
    talk = _read(path)
    told = Told()
    store = await Store.open(f"sqlite:///{tmp_path}/talk.sqlite3", "k" * 32)
    try:
        parts = Parts(store, guide, told)  # type: ignore[arg-type]
        now, shown = NOON, []
        for number, line in enumerate(talk["talk"]):
            now += timedelta(**line.get("waits", {"seconds": 5}))
            told.next = Understanding(tuple((intent, score) for intent, score in line.get("understood", ())))
            turn = await newcomer_says(_message(line, now, f"{number}", shown), parts)
            assert turn is not None
            where = f"{path.name}, line {number + 1} ({line})"
            assert list(turn.did) == line["did"], where
            shown = list(turn.words)
            text = "\n".join(plain(words.text) for words in shown)
            for words in line.get("shows", ()):
                assert words in text, f"{where}: {text}"
        lines = await store.web_lines(NEWCOMER, 0, 1000)
        assert [said.said for said in lines if isinstance(said.said, Words)][-1] == shown[-1]
    finally:
        await store.close()


def _read(path: Path) -> dict[str, Any]:
    talk: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    assert talk["talk"], "a talk without lines shows nothing"
    return talk


def _message(line: dict[str, Any], now: Any, key: str, shown: list[Words]) -> Message:
    if "says" in line:
        return Heard(NEWCOMER, now, key, line["says"])
    if "presses" in line:
        return Pressed(NEWCOMER, now, key, _data(line["presses"], shown))
    if "sends" in line:
        return Sent(NEWCOMER, now, key, line["sends"])
    if "asks" in line:
        return Asked(NEWCOMER, now, key, line["asks"])
    return Started(NEWCOMER, now, key, line["starts"])


def _data(pressed: str, shown: list[Words]) -> str:
    """A button of the latest message by its words; else *pressed* is a button's data itself."""
    for words in shown:
        for row in words.rows:
            for button in row:
                if pressed.casefold() in button.label.casefold():
                    return button.press
    return pressed
