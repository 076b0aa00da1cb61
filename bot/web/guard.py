"""Keeps the pages to themselves: headers for the browser, who may post, who is speaking, how fast."""

import hashlib
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
KEEP_SECONDS = 30 * 24 * 3600
"""How long a browser keeps the session after its last visit."""

BURST = 20
PER_SECOND = 1.0
MOST_SESSIONS = 10_000

_SESSION = re.compile(r"[A-Za-z0-9_-]{32}")


class SafeHeaders:
    """Sets `HEADERS` on every answer, and says that none may be stored: a phone is often shared."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                # Our own files hold nothing about anybody; they are asked for again, and answered with “not changed”.
                static = scope["path"].startswith("/static/")
                headers.setdefault("Cache-Control", "no-cache" if static else "no-store")
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", f"max-age={KEEP_SECONDS}")
            await send(message)

        await self._app(scope, receive, send_safely)


def same_origin(request: Request) -> bool:
    """Whether a POST comes from our own page. Browsers send one of the two headers; pages cannot forge them.

    https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host", "-")


# --- who is speaking ---


def session_of(request: Request) -> str:
    """The session in the browser's cookie; empty when there is none, or none of ours."""
    value = request.cookies.get(_cookie(request), "")
    return value if _SESSION.fullmatch(value) else ""


def new_session() -> str:
    """A name nobody can guess: it is all that is needed to read a talk."""
    return secrets.token_urlsafe(24)


def keep_session(request: Request, response: Response, session: str) -> None:
    """Have the browser keep *session*, out of reach of scripts."""
    response.set_cookie(
        _cookie(request), session, KEEP_SECONDS, path="/", secure=_secure(request), httponly=True, samesite="lax"
    )


def talk_of(session: str) -> str:
    """A name for *session* that a page may know: tabs compare it, and nobody gets from it to the session."""
    return hashlib.sha256(session.encode()).hexdigest()[:16]


def _cookie(request: Request) -> str:
    # With this prefix a browser refuses the cookie from anyone but this very host over https.
    return "__Host-talk" if _secure(request) else "talk"


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"


# --- how fast ---


class Pace:
    """How fast a session may speak: `BURST` messages at once, then `PER_SECOND`. Remembers `MOST_SESSIONS`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, session: str) -> float:
        """Seconds until *session* may speak; 0 when it may now, which is then counted."""
        now = self._clock()
        left, since = self._left.pop(session, (float(BURST), now))
        left = min(float(BURST), left + (now - since) * PER_SECOND)
        allowed = left >= 1
        self._left[session] = (left - 1 if allowed else left, now)
        if len(self._left) > MOST_SESSIONS:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / PER_SECOND
