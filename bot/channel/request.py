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
_NAMED = {"User-Agent": BaseRequest.USER_AGENT}
_JSON = {"Content-Type": "application/json", **_NAMED}
LARGEST_ANSWER = 20 * 1024 * 1024
"""Bytes. A bot may download files up to this size (https://core.telegram.org/bots/api#getfile); more is not read."""


class AiohttpRequest(BaseRequest):
    """At most *connections* at once, which stay open between calls. Times are in seconds.

    *read* is the longest silence while an answer is awaited or read. A call that carries a file, up or down, may take
    *carry* longer than that in all, and no more: together they stay below the lease of the outbox.
    """

    def __init__(
        self, connections: int, *, connect: float = 5, read: float = 12, pool: float = 10, carry: float = 15
    ) -> None:
        self._connections = connections
        self._connect, self._read, self._pool, self._carry = connect, read, pool, carry
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
        write_timeout: ODVInput[float] = _UNSET,
        connect_timeout: ODVInput[float] = _UNSET,
        pool_timeout: ODVInput[float] = _UNSET,
    ) -> tuple[int, bytes]:
        """One call. Parameters go as JSON: as a form, each letter of Amharic or Arabic would be escaped to nine.

        Only with files they go as parts of a form, where letters are not escaped. A GET has no body: it is a download.
        """
        carries = method == "GET" or (request_data is not None and request_data.contains_files)
        read, carry = _or(read_timeout, self._read), _or(write_timeout, self._carry)
        timeout = aiohttp.ClientTimeout(
            total=read + carry if carries and read is not None and carry is not None else None,
            connect=_or(pool_timeout, self._pool),
            sock_connect=_or(connect_timeout, self._connect),
            sock_read=read,
        )
        body, headers = _body(method, request_data)
        # Errors are named by their kind alone, without their cause: their words, and those of the errors that they come
        # from, may hold the address, and that holds the token.
        try:
            async with self._open().request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await _read(response)
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as err:
            raise NetworkError(f"aiohttp.{type(err).__name__}") from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # The certificates that the library's own transport trusts, also where Python finds none on the system.
            connector = aiohttp.TCPConnector(limit=self._connections, ssl=httpx.create_ssl_context())
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session


def _or(given: ODVInput[float], usual: float) -> float | None:
    return usual if isinstance(given, DefaultValue) else given


def _body(method: str, asked: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """What is sent, and its headers."""
    if method == "GET":
        return None, _NAMED
    if asked is None or not asked.contains_files:
        return json.dumps(asked.parameters if asked else {}).encode(), _JSON
    # Telegram does not decode percent-encoded file names.
    form = aiohttp.FormData(asked.json_parameters, quote_fields=False, default_to_multipart=True, charset="utf-8")
    for field, (name, content, mime) in asked.multipart_data.items():
        form.add_field(field, content, filename=name, content_type=mime)
    return form, _NAMED


async def _read(response: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            # The connection goes with it: the rest of the answer is not waited for.
            raise NetworkError(f"an answer is larger than {LARGEST_ANSWER} bytes")
    return bytes(content)
