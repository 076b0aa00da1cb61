"""The terminal chat: the same core with no server and no database. A talk can be saved as a test conversation."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text as RichText

from bot.conversation.guide import Guide
from bot.conversation.message import Heard, Message, Newcomer, Pressed, Started, Understanding
from bot.conversation.respond import listens, respond
from bot.conversation.state import Conversation
from bot.conversation.talk import Turn
from bot.conversation.words import Button, Words

Understand: TypeAlias = Callable[[str, str | None], Awaitable[Understanding]]

YOU = Newcomer("terminal", "you")
HELP = "Write, or choose a button with its letter: /a, /b, …   /save NAME keeps the talk as a test, /quit leaves."
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class TerminalChat:
    """One talk in a terminal: `turn` takes a line typed by the person and shows the answer."""

    guide: Guide
    understand: Understand
    console: Console
    conversation: Conversation = field(default_factory=Conversation)
    _buttons: list[Button] = field(default_factory=list)
    _lines: list[dict[str, Any]] = field(default_factory=list)

    async def start(self, payload: str = "") -> None:
        """Open the talk, as ``/start`` does."""
        await self._answer(Started(YOU, _now(), "start", payload), {"starts": payload})

    async def turn(self, line: str) -> None:
        """Answer what was typed; ``/a`` presses the first button, ``/start`` begins anew."""
        if line.startswith("/start"):
            await self.start(line.removeprefix("/start").strip())
        elif len(line) == 2 and line[0] == "/" and line[1] in _LETTERS[: len(self._buttons)]:
            button = self._buttons[_LETTERS.index(line[1])]
            await self._answer(Pressed(YOU, _now(), "press", button.press), {"presses": button.press})
        else:
            await self._answer(Heard(YOU, _now(), "line", line), {"says": line})

    async def _answer(self, message: Message, noted: dict[str, Any]) -> None:
        text = listens(self.conversation, message, self.guide)
        understood = await self.understand(text, self.conversation.language or None) if text else Understanding()
        turn = respond(self.conversation, message, understood, self.guide, message.at)
        self.conversation = turn.conversation
        if understood.ranking:
            noted["understood"] = [[intent, round(score, 2)] for intent, score in understood.ranking[:3]]
        self._lines.append({**noted, "did": list(turn.did)})
        self._show(turn)

    def _show(self, turn: Turn) -> None:
        for words in turn.words:
            self.console.print(Panel(self._drawn(words), border_style="red" if words.urgent else "green"))

    def _drawn(self, words: Words) -> RichText:
        drawn = RichText()
        for span in words.text:
            drawn.append(span.text, style=("bold " if span.bold else "") + ("underline" if span.link else ""))
        self._buttons = [button for row in words.rows for button in row]
        letters = iter(_LETTERS)
        for row in words.rows:
            drawn.append("\n")
            for button in row:
                drawn.append(f" [/{next(letters)}] ", style="bold cyan")
                drawn.append(button.label)
        return drawn

    def save(self, folder: Path, name: str) -> Path:
        """Write the talk as ``<folder>/<language>/<name>.yaml``, which ``tests/conversations`` plays again."""
        language = self.conversation.language or "en"
        path = folder / language / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        talk = {"title": name.replace("-", " "), "talk": self._lines}
        path.write_text(yaml.safe_dump(talk, allow_unicode=True, sort_keys=False, width=110), "utf-8")
        return path


async def chat(guide: Guide, understand: Understand, tests: Path, payload: str = "") -> None:
    """Talk until ``/quit`` or the end of input."""
    console = Console()
    console.print(HELP, style="dim", markup=False)
    talk = TerminalChat(guide, understand, console)
    await talk.start(payload)
    while True:
        try:
            line = (await asyncio.to_thread(input, "> ")).strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line == "/quit":
            return
        if line.startswith("/save "):
            path = talk.save(tests, line.removeprefix("/save ").strip().replace(" ", "-"))
            console.print(f"saved: {escape(str(path))}", style="dim")
        elif line:
            await talk.turn(line)


def _now() -> datetime:
    return datetime.now(UTC)
