"""A small Rasa server: understands what a test tells it, keeps what it was asked, and is slow where it should be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Ranking = tuple[tuple[str, float], ...]


@dataclass
class SmallRasa:
    """``means``: text → intents with confidence; what is not in it means nothing. ``slow``: text → seconds."""

    url: str = ""
    means: dict[str, Ranking] = field(default_factory=dict)
    slow: dict[str, float] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def parse(self, request: web.Request) -> web.Response:
        """``POST /model/parse`` as Rasa answers it: https://rasa.com/docs/rasa/http-api"""
        text = (await request.json())["text"]
        self.asked.append(text)
        self._news.set()
        await asyncio.sleep(self.slow.get(text, 0))
        ranking = [{"name": name, "confidence": confidence} for name, confidence in self.means.get(text, ())]
        best = ranking[0] if ranking else {"name": None, "confidence": 0.0}
        return web.json_response({"text": text, "intent": best, "entities": [], "intent_ranking": ranking})

    async def is_asked(self, text: str) -> None:
        """Wait for this question."""
        while text not in self.asked:
            self._news.clear()
            await self._news.wait()


@asynccontextmanager
async def small_rasa() -> AsyncIterator[SmallRasa]:
    """A running one."""
    rasa = SmallRasa()
    application = web.Application()
    application.router.add_post("/model/parse", rasa.parse)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    rasa.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield rasa
    finally:
        await runner.cleanup()
