"""The library's way to the Bot API, over aiohttp: an echo bot takes a quarter of the processor time with it.

In: what `telegram.request.BaseRequest` is asked. Out: a status and a body, or ``TimedOut`` or ``NetworkError``; the base
class makes all other errors of the status. Figures: ``python -m tests.bench``; docs/decisions/0007-own-requests.md.
"""

import json

import aiohttp
import httpx
from telegram._utils.defaultvalue import DefaultValue  # the library's base class speaks in these two
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_UNSET = BaseRequest.DEFAULT_NONE
_JSON = {"Content-Type": "application/json", "User-Agent": BaseRequest.USER_AGENT}


class AiohttpRequest(BaseRequest):
    """At most *connections* at once, which stay open between calls. Times are in seconds."""

    def __init__(self, connections: int, *, connect: float = 5, read: float = 12, pool: float = 10) -> None:
        self._connections = connections
        self._connect, self._read, self._pool = connect, read, pool
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long an answer may take when the call does not say."""
        return self._read

    async def initialize(self) -> None:
        """Nothing: connections are made by the first call, in the loop that it runs in."""

    async def shutdown(self) -> None:
        """Close all connections. A later call would open new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0913, PLR0917  (the library's signature)
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = _UNSET,
        write_timeout: ODVInput[float] = _UNSET,  # noqa: ARG002  (aiohttp has none; what we write is small)
        connect_timeout: ODVInput[float] = _UNSET,
        pool_timeout: ODVInput[float] = _UNSET,
    ) -> tuple[int, bytes]:
        """One call. Parameters go as JSON: as a form, each letter of Amharic or Arabic would be escaped to nine."""
        if request_data is not None and request_data.contains_files:
            raise TypeError("this program sends no files")
        timeout = aiohttp.ClientTimeout(
            connect=_or(pool_timeout, self._pool),
            sock_connect=_or(connect_timeout, self._connect),
            sock_read=_or(read_timeout, self._read),
        )
        body = json.dumps(request_data.parameters if request_data else {}).encode()
        # Errors are named by their kind alone: their words may hold the address, and that holds the token.
        try:
            async with self._open().request(
                method, url, data=body, headers=_JSON, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except TimeoutError as err:
            raise TimedOut from err
        except (aiohttp.ClientError, OSError) as err:
            raise NetworkError(f"aiohttp.{type(err).__name__}") from err

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # The certificates that the library's own transport trusts, also where Python finds none on the system.
            connector = aiohttp.TCPConnector(limit=self._connections, ssl=httpx.create_ssl_context())
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session


def _or(given: ODVInput[float], usual: float) -> float | None:
    return usual if isinstance(given, DefaultValue) else given
