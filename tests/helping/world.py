"""Newcomers, helpers and a coordinator around the real actions, store and core; Telegram is a list for each chat."""

import re
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.actions.clock import cases_fall_due, messages_went
from bot.actions.newcomer import newcomer_leaves
from bot.actions.parts import Links, Parts
from bot.actions.person import person_says
from bot.conversation.guide import Guide
from bot.conversation.message import Asked, Attachment, Heard, Message, Newcomer, Pressed, Sent, Started
from bot.conversation.words import Button, Words
from bot.handoff.case import Case
from bot.handoff.helper import Helper, Window
from bot.helping.bench import Bench
from bot.richtext import plain
from bot.storage.pace import Pace
from bot.storage.results import Delivered, Refused
from bot.storage.store import Store
from tests.conftest import NOON

KEY = "the key of a world in which nothing is real but the program"
AT_ONCE = Pace(per_second=10_000, burst=1000, per_chat_seconds=0)
ALWAYS = tuple(Window(day, 0, 24 * 60) for day in range(7))
MARK = re.compile(r"mark-(\w+)-(\d+)")
_template: list[Path] = []


@dataclass
class Got:
    """Something that arrived in a chat."""

    ref: str
    words: Words
    at: datetime

    @property
    def text(self) -> str:
        return plain(self.words.text)


@dataclass
class Somebody:
    """One chat. ``got`` is everything that arrived, ``sent`` the number of messages written."""

    name: str
    address: str
    language: str
    got: list[Got] = field(default_factory=list)
    sent: int = 0
    blocks: bool = False
    helper: int | None = None

    @property
    def newcomer(self) -> Newcomer:
        return Newcomer("telegram", self.address)

    def texts(self) -> list[str]:
        return [got.text for got in self.got]

    def buttons(self) -> list[Button]:
        """Every button ever shown, the newest last."""
        return [button for got in self.got for row in got.words.rows for button in row]

    def marks(self, name: str) -> list[int]:
        """The numbered messages of *name* that arrived here, in order."""
        return [int(number) for text in self.texts() for who, number in MARK.findall(text) if who == name]


class World:
    """Everything, with its own clock."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.now = NOON
        self.folder = Path(tempfile.mkdtemp(prefix="nh-world-", dir="/dev/shm" if Path("/dev/shm").exists() else None))
        self.everybody: dict[str, Somebody] = {}
        self.messages = 0
        self.url = ""
        self.parts: Parts = Parts.__new__(Parts)

    async def open(self, url: str = "") -> "World":
        """A fresh database, copied from one that was migrated once; or the one at *url*."""
        self.url = url or f"sqlite:///{self.folder / 'world.sqlite3'}"
        if url:
            await self._connect()
            return self
        path = self.folder / "world.sqlite3"
        if not _template:
            template = Path(tempfile.mkdtemp(prefix="nh-template-")) / "template.sqlite3"
            await (await Store.open(f"sqlite:///{template}", KEY)).close()
            _template.append(template)
        shutil.copy(_template[0], path)
        await self._connect()
        return self

    async def _connect(self) -> None:
        store = await Store.open(self.url, KEY)
        self.parts = Parts(store, self.guide, links=Links("https://example.org", "https://t.me/bot"))

    async def close(self) -> None:
        await self.parts.store.close()
        shutil.rmtree(self.folder)

    async def restarts(self) -> None:
        """Everything that was in memory is gone."""
        await self.parts.store.close()
        await self._connect()

    # --- people ---

    async def newcomer(self, name: str, language: str) -> Somebody:
        who = self._somebody(name, language)
        await self.says_to_bot(who, Started(who.newcomer, self.now, self._key(), f"__{language}"))
        return who

    async def helper(self, name: str, *languages: str, **more: Any) -> Somebody:
        """A helper who is ready and always here."""
        who = self._somebody(name, "en")
        new = Helper(0, language="en", name=name, languages=tuple((code, "native") for code in languages), hours=ALWAYS,
                     pledged_at=self.now, **more)  # fmt: skip
        async with self.parts.store.work() as work:
            before = await work.conversation_with(who.newcomer, self._key(), self.now)
            assert before is not None
            made = await work.cases.add_helper(new, work.chat.person, self.now)
            work.cases.keep_helper(made, Bench(ready=True))
            await work.keep(replace(before, language="en"), [], self.now)
        who.helper = made.id
        return who

    def _somebody(self, name: str, language: str) -> Somebody:
        who = Somebody(name, str(880_000_000 + len(self.everybody)), language)
        self.everybody[name] = who
        return who

    # --- deeds ---

    async def writes(self, who: Somebody, text: str = "", *, reply: Got | None = None, edited: bool = False) -> str:
        """A numbered message; returns its mark."""
        who.sent += 1
        mark = f"mark-{who.name}-{who.sent}"
        answers = reply.ref if reply else ""
        heard = Heard(
            who.newcomer, self.now, self._key(), f"{text} {mark}".strip(), edited, ref=self._ref(), answers=answers
        )
        await self.says_to_bot(who, heard)
        return mark

    async def says_danger(self, who: Somebody) -> None:
        """Words that tell of danger, in English: they are known in every language."""
        await self.says_to_bot(who, Heard(who.newcomer, self.now, self._key(), "my house is on fire", ref=self._ref()))

    async def sends(self, who: Somebody, attachment: Attachment) -> None:
        kind = "voice" if attachment.kind == "voice" else "other"
        await self.says_to_bot(who, Sent(who.newcomer, self.now, self._key(), kind, "", attachment, ref=self._ref()))

    async def presses(self, who: Somebody, data: str, on: str = "") -> None:
        await self.says_to_bot(who, Pressed(who.newcomer, self.now, self._key(), data, on))

    async def asks(self, who: Somebody, intent: str, rest: str = "") -> None:
        await self.says_to_bot(who, Asked(who.newcomer, self.now, self._key(), intent, rest))

    async def blocks(self, who: Somebody) -> None:
        who.blocks = True
        await newcomer_leaves(who.newcomer, self._key(), self.now, self.parts)
        await self.settles()

    async def says_to_bot(self, who: Somebody, message: Message) -> None:
        who.blocks = False
        self.now += timedelta(seconds=0.5)
        await person_says(message, self.parts)
        await self.settles()

    async def passes(self, **time: float) -> None:
        """Time passes in one go, as while the program was down."""
        self.now += timedelta(**time)
        await self.settles()

    async def settles(self) -> None:
        """Deliver everything, and do what is due, until nothing happens any more."""
        for _ in range(50):
            happened = await self._deliver()
            happened += await messages_went(self.now, self.parts) + await cases_fall_due(self.now, self.parts)
            if not happened:
                return
        raise AssertionError("it never comes to rest")

    async def _deliver(self) -> int:
        results: list[Any] = []
        count = 0
        while True:
            exchange = await self.parts.store.exchange(
                "telegram", "world", results, self.now, limit=100, lease=timedelta(seconds=30), pace=AT_ONCE
            )
            results = []
            for out in exchange.claimed:
                who = next(each for each in self.everybody.values() if each.address == out.newcomer.address)
                if who.blocks:
                    results.append(Refused(out.id, "Forbidden"))
                    continue
                ref = self._ref()
                who.got.append(Got(ref, out.words, self.now))
                results.append(Delivered(out.id, ref))
                count += 1
            if not results:
                return count

    # --- looks ---

    async def case_of(self, who: Somebody) -> Case | None:
        """The open case of a newcomer."""
        async with self.parts.store.work() as work:
            await work.conversation_with(who.newcomer, self._key(), self.now)
            return (await work.cases.desk_of(work.chat.person, self.now)).case

    async def all_open(self) -> tuple[Case, ...]:
        async with self.parts.store.work() as work:
            return await work.cases.all_open()

    def _key(self) -> str:
        self.messages += 1
        return f"key {self.messages}"

    def _ref(self) -> str:
        self.messages += 1
        return str(self.messages)
