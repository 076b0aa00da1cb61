"""Makes the web application: chat, pages of helpers, health, static files, errors. `bot.app` starts and stops it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bot.actions.parts import Parts
from bot.web.chat import Chat
from bot.web.guard import HEADERS, SafeHeaders
from bot.web.health import Look, health_routes
from bot.web.helpers.live import HelpersLive
from bot.web.helpers.site import Files, helpers_site
from bot.web.live import Live
from bot.web.pages import HERE, Pages


@dataclass(frozen=True)
class Site:
    """``app`` is what a server serves. Call `close` *before* the server is told to stop: it waits for open streams."""

    app: Starlette
    live: Live
    helpers: HelpersLive

    def close(self) -> None:
        """End the live streams."""
        self.live.close()
        self.helpers.close()


def make_site(
    parts: Parts,
    *,
    health: Look,
    extra_routes: Sequence[BaseRoute] = (),
    telegram: str = "",
    files: Files | None = None,
) -> Site:
    """The application.

    *health* tells how the parts are; *extra_routes* are served as well (Telegram's webhook); *telegram* is the address
    of the bot there (``https://t.me/…``), for browsers in which the chat cannot run; *files* fetches what newcomers send
    to helpers.
    """
    pages = Pages(lambda: parts.guide, telegram)
    live = Live(parts.store, pages)
    helpers = helpers_site(parts, files)

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        response = pages.error(status, request.headers.get("accept-language", ""), datetime.now(UTC))
        # The page for surprises is made outside of all middleware, so it gets its headers here.
        response.headers.update({**HEADERS, **((error.headers or {}) if isinstance(error, HTTPException) else {})})
        return response

    app = Starlette(
        routes=[
            *extra_routes,
            *health_routes(health),
            Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
            *Chat(parts, pages, live).routes(),
            *helpers.routes,
        ],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={HTTPException: refused, Exception: refused},
    )
    return Site(app, live, helpers.live)
