"""The live part of the chat: lines of a talk as server-sent events, from the last one a page has seen on.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from time import monotonic

from bot.conversation.message import Newcomer
from bot.storage.bell import Ring
from bot.storage.store import Store
from bot.web.pages import Drawn, Pages

LOOK_SECONDS = 2.0
"""The store is looked into that often even when the bell is silent: a ring of another process may be lost."""
BEAT_SECONDS = 15.0
"""So often something is sent. An event and not a comment: a page whose connection has died silently must notice."""
AGAIN_MILLISECONDS = 1000
LINES_AT_ONCE = 100

log = logging.getLogger(__name__)


class Live:
    """All open streams of this process, woken by the store's bell; `close` ends them."""

    def __init__(self, store: Store, pages: Pages) -> None:
        self._store = store
        self._pages = pages
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._closed = False
        self._stop_listening = store.on_commit(self._rung)

    def close(self) -> None:
        """End every stream, so that the server can stop. Pages connect again by themselves."""
        self._closed = True
        self._stop_listening()
        self._wake(*self._waiting)

    async def lines(self, newcomer: Newcomer, talk: str, after: int, accepted: str) -> AsyncGenerator[str]:
        """Events for one page: which ``talk`` this is, the ``page``'s words, each ``line``, ``ready``, then what comes.

        The page's words are in the language of the conversation; in *accepted*, the browser's, while none is chosen.
        Ends when the store fails or the process stops: the page comes back and says what it has seen.
        """
        yield f"retry: {AGAIN_MILLISECONDS}\n\n" + event("talk", {"talk": talk})
        try:
            with self._listening(newcomer) as rung:
                async for told in self._told(newcomer, after, accepted, rung):
                    yield told
        except Exception as error:  # noqa: BLE001  (whatever the store raised, the page must only come back later)
            log.warning("a stream of the chat ended early: %s", type(error).__name__)

    async def _told(self, newcomer: Newcomer, after: int, accepted: str, rung: asyncio.Event) -> AsyncGenerator[str]:
        spoken, ready, beat = "", False, monotonic()
        while not self._closed:
            rung.clear()
            lines = await self._store.web_lines(newcomer, after, LINES_AT_ONCE)
            if lines or not ready:
                chosen = (await self._store.peek(newcomer)).language
                # Who was just forgotten has no language any more; the page keeps the one it speaks.
                if (now_spoken := chosen or spoken or accepted) != spoken:
                    spoken = now_spoken
                    yield event("page", self._pages.words(spoken, datetime.now(UTC)).to_dict())
            for line in lines:
                after, beat = line.id, monotonic()
                yield event("line", self._pages.drawn(line.said, line.id), line.id)
            if len(lines) == LINES_AT_ONCE:
                continue
            if not ready:
                ready, beat = True, monotonic()
                yield event("ready", {})
            elif monotonic() - beat >= BEAT_SECONDS:
                beat = monotonic()
                yield event("beat", {})
            with suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), LOOK_SECONDS)

    @contextmanager
    def _listening(self, newcomer: Newcomer) -> Iterator[asyncio.Event]:
        tag, rung = self._store.tag(newcomer), asyncio.Event()
        self._waiting.setdefault(tag, set()).add(rung)
        try:
            yield rung
        finally:
            self._waiting[tag].discard(rung)
            if not self._waiting[tag]:
                del self._waiting[tag]

    def _rung(self, ring: Ring) -> None:
        self._wake(*([ring.tag] if ring.tag else self._waiting))

    def _wake(self, *tags: str) -> None:
        for tag in tags:
            for rung in self._waiting.get(tag, ()):
                rung.set()


def event(name: str, data: Drawn, event_id: int = 0) -> str:
    """One server-sent event. The data is JSON on a single line."""
    number = f"id: {event_id}\n" if event_id else ""
    return f"event: {name}\n{number}data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
