"""Understands: a text → `Understanding`, by asking a Rasa server. An outage is an answer (`NOTHING`), not an exception.

https://rasa.com/docs/rasa/http-api (``POST /model/parse``). The server may be away from the beginning, come later,
hang or die: nobody waits longer than a moment, and after some failures in a row nobody waits at all (a breaker).
"""

import asyncio
import json
import time
from http import HTTPStatus
from typing import Literal, TypeAlias

import aiohttp
import structlog
from yarl import URL

from bot import metrics
from bot.conversation.message import NOTHING, Understanding

TIMEOUT = 1.5
"""Seconds for one question. An answer takes some milliseconds; a person should not wait for a sick server."""
FAILURES = 3
"""So many failures in a row open the breaker."""
REST = 10.0
"""Seconds in which nothing is asked once the breaker is open; then one question tries again."""
IDLE = 4.0
"""Seconds an unused connection is kept: less than Rasa's server does (5), so that none is used while it closes."""
MOST_BYTES = 256 * 1024
"""An answer longer than this is none of Rasa's."""
ROUNDING = 1e-3
"""A confidence may be more than 1 by so much."""

Health: TypeAlias = Literal["up", "down", "unknown"]


class NotUnderstandable(ValueError):
    """An answer that is not one of Rasa's."""


_log = structlog.get_logger()


class Rasa:
    """A Rasa server at *url* (empty: away for now; ``?token=…`` where it wants one).

    Setting ``url`` later starts afresh with the new one.
    """

    def __init__(
        self, url: str = "", *, timeout: float = TIMEOUT, failures: int = FAILURES, rest: float = REST
    ) -> None:
        self._timeout = timeout
        self._most_failures = failures
        self._rest = rest
        self._session: aiohttp.ClientSession | None = None
        self.url = url

    @property
    def url(self) -> str:
        """Where the server is; empty while there is none."""
        return self._url

    @url.setter
    def url(self, url: str) -> None:
        self._url = url
        self._failures = 0
        self._resting_until = 0.0
        self._health: Health = "unknown" if url else "down"
        metrics.RASA_UP.set(0)

    @property
    def health(self) -> Health:
        """How the last question went; ``unknown`` before the first one."""
        return self._health

    async def understand(self, text: str, language: str | None = None) -> Understanding:
        """What *text* means; `NOTHING` when the server is away, slow or answers nonsense. Never raises for that.

        *language* is the person's, where known. One model understands all languages and mixtures of them, so it is
        not sent; it stands here for servers that need it.
        """
        del language
        if not self._url or self._resting():
            return NOTHING
        url = self._url
        try:
            understood = await self._ask(url, text)
        except (aiohttp.ClientError, OSError, ValueError) as err:
            if url == self._url:
                self._failed(err)
            return NOTHING
        if url == self._url:
            self._succeeded()
        return understood

    async def close(self) -> None:
        """Give back the connections."""
        if self._session:
            await self._session.close()
        self._session = None

    async def _ask(self, url: str, text: str) -> Understanding:
        async with asyncio.timeout(self._timeout):
            server = URL(url)
            address = server.joinpath("model", "parse").with_query(server.query)
            question = self._connections().post(address, json={"text": text}, allow_redirects=False)
            async with question as response:
                if response.status != HTTPStatus.OK:
                    raise NotUnderstandable(f"status {response.status}")
                return _understanding(await _body(response))

    def _connections(self) -> aiohttp.ClientSession:
        """One session for all questions: connections stay open. Made in the running loop, at the first question."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=IDLE))
        return self._session

    def _resting(self) -> bool:
        """Whether the breaker is open. When the rest is over, the first to come tries and the others rest on."""
        if self._failures < self._most_failures:
            return False
        now = time.monotonic()
        if now < self._resting_until:
            return True
        self._resting_until = now + self._rest
        return False

    def _failed(self, err: BaseException) -> None:
        self._failures += 1
        if self._failures >= self._most_failures:
            self._resting_until = time.monotonic() + self._rest
        if self._health != "down":
            # The kind and never the words of the error: they might repeat what somebody wrote.
            _log.warning("rasa is away", error=type(err).__name__)
        self._health = "down"
        metrics.RASA_UP.set(0)

    def _succeeded(self) -> None:
        if self._health == "down":
            _log.info("rasa is back")
        self._failures = 0
        self._health = "up"
        metrics.RASA_UP.set(1)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotUnderstandable("too long")
    return bytes(body)


def _understanding(body: bytes) -> Understanding:
    """Read Rasa's answer: ``{"intent_ranking": [{"name": …, "confidence": …}, …], …}``. Nothing in it is trusted."""
    try:
        answer: object = json.loads(body)
    except RecursionError as err:
        raise NotUnderstandable("too deep") from err
    if not isinstance(answer, dict) or not isinstance(answer.get("intent_ranking"), list):
        raise NotUnderstandable("no ranking")
    ranking = [_ranked(entry) for entry in answer["intent_ranking"]]
    return Understanding(tuple(sorted(ranking, key=lambda entry: -entry[1])))


def _ranked(entry: object) -> tuple[str, float]:
    match entry:
        case {"name": str(name), "confidence": float() | int() as confidence} if 0 <= confidence <= 1 + ROUNDING:
            return name, min(float(confidence), 1.0)
    raise NotUnderstandable("an odd entry in the ranking")
