"""The server, and a caller that is no Telegram library: it can send what a library would never send."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.botapi import BotApi, Limits

Json = dict[str, Any]


class Caller:
    """Calls methods as plain HTTP."""

    def __init__(self, api: BotApi, session: aiohttp.ClientSession) -> None:
        self.api = api
        self.session = session

    async def __call__(self, method: str, **parameters: Any) -> Json:
        """The whole answer, as JSON."""
        async with self.session.post(f"{self.api.url}/bot{self.api.token}/{method}", json=parameters) as answer:
            return await answer.json()

    async def ok(self, method: str, **parameters: Any) -> Any:
        """The result of a call that must succeed."""
        answer = await self(method, **parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, **parameters: Any) -> str:
        """The error of a call that must fail, as "400 Bad Request: …"."""
        answer = await self(method, **parameters)
        assert not answer["ok"], answer
        return f"{answer['error_code']} {answer['description']}"


@pytest.fixture(autouse=True)
def _timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this python-telegram-bot warns at every 429 (its own, about a coming change of type)."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A server whose webhook waits are a hundred times shorter, with Telegram's limits off."""
    async with BotApi(limits=Limits(on=False), retry_scale=0.01) as server:
        yield server


@pytest.fixture
async def call(api: BotApi) -> AsyncIterator[Caller]:
    """Plain HTTP to that server."""
    async with aiohttp.ClientSession() as session:
        yield Caller(api, session)
