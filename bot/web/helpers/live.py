"""Tells open pages of helpers that something changed; what it is they then ask for themselves.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from bot.actions.entrance import signed_in
from bot.actions.helper import page_of
from bot.actions.parts import Parts
from bot.storage.bell import Ring
from bot.web.helpers.visit import SIGN_IN, Doorman, cookie
from bot.web.live import AGAIN_MILLISECONDS, BEAT_SECONDS, event

GATHER_SECONDS = 0.15
"""What changes together is told once."""

log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Ear:
    """One open page: which rings it wants to hear, and which it heard."""

    wants: frozenset[str]
    heard: set[str] = field(default_factory=set)
    rung: asyncio.Event = field(default_factory=asyncio.Event)


class HelpersLive:
    """All open streams of helpers in this process, woken by the store's bell; `close` ends them."""

    def __init__(self, parts: Parts, doorman: Doorman) -> None:
        self._parts = parts
        self._doorman = doorman
        self._waiting: list[_Ear] = []
        self._closed = False
        self._stop_listening = parts.store.on_commit(self._rung)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closed = True
        self._stop_listening()
        for ear in self._waiting:
            ear.rung.set()

    async def stream(self, request: Request) -> Response:
        """``queue`` when a list changed, ``case`` when the case that is open did, ``over`` when they are signed out."""
        token = request.cookies.get(cookie(self._doorman.secure(request)), "")
        signed = await signed_in(token, self._parts, datetime.now(UTC), visits=False)
        if signed is None:
            return RedirectResponse(SIGN_IN, 302)
        case = request.query_params.get("case", "")
        own = self._parts.store.tag(page_of(signed.helper.id))
        names = frozenset({"queue", own, *([f"case {case}"] if case.isdecimal() else [])})
        return StreamingResponse(
            self._events(token, names), headers={"X-Accel-Buffering": "no"}, media_type="text/event-stream"
        )

    async def _events(self, token: str, names: frozenset[str]) -> AsyncGenerator[str]:
        ear = _Ear(names)
        self._waiting.append(ear)
        try:
            # Something may have changed between the page and its stream.
            yield f"retry: {AGAIN_MILLISECONDS}\n\n" + event("queue", {}) + event("case", {})
            while not self._closed:
                with suppress(TimeoutError):
                    await asyncio.wait_for(ear.rung.wait(), BEAT_SECONDS)
                    await asyncio.sleep(GATHER_SECONDS)
                heard, ear.heard = ear.heard, set()
                ear.rung.clear()
                if await signed_in(token, self._parts, datetime.now(UTC), visits=False) is None:
                    yield event("over", {})
                    return
                # The page of what was heard, without saying of whom: “case” is the one that is open there.
                told = {"case" if name.startswith("case ") else "queue" for name in heard} or {"beat"}
                yield "".join(event(name, {}) for name in sorted(told))
        except Exception as error:  # noqa: BLE001  (whatever the store raised, the page must only come back later)
            log.warning("a stream of a helper ended early: %s", type(error).__name__)
        finally:
            self._waiting.remove(ear)

    def _rung(self, ring: Ring) -> None:
        for ear in self._waiting:
            if ring.tag in ear.wants or not ring.tag:
                # A ring without a tag says that some may have been missed.
                ear.heard |= {ring.tag} if ring.tag else ear.wants
                ear.rung.set()
