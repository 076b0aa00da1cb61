"""The webhook: Telegram posts an update and waits; we answer the newcomer, commit, and only then say 200.

Telegram repeats what got no 200, and the key of an update makes sure that it is answered once.
https://core.telegram.org/bots/api#setwebhook
"""

import hmac
import json
from datetime import UTC, datetime
from http import HTTPStatus

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from telegram import Bot, CallbackQuery, Update

from bot.channel.hearing import Hearing

log = structlog.get_logger(__name__)

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (a header's name)
LARGEST = 1_000_000
"""Bytes. Telegram's updates are a few kilobytes."""


def webhook_route(bot: Bot, hearing: Hearing, secret: str) -> Route:
    """The route that Telegram posts to. Whoever does not know *secret* gets a bare 403.

    Telegram repeats everything but a 2xx, and holds back the person's next messages until then: so only what may go
    better the next time is refused.
    """

    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            return PlainTextResponse("forbidden", HTTPStatus.FORBIDDEN)
        if int(request.headers.get("content-length") or LARGEST + 1) > LARGEST:
            return PlainTextResponse("too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError):
            return PlainTextResponse("not JSON", HTTPStatus.BAD_REQUEST)
        return await take(body)

    async def take(body: object) -> Response:
        try:
            update = Update.de_json(body, bot)  # type: ignore[arg-type]
        except Exception as err:  # noqa: BLE001  (the library raises whatever its reading stumbles over)
            log.error("an update could not be read", error=type(err).__name__)  # noqa: TRY400  (err may quote it)
            return Response()
        try:
            heard = await hearing.hear(update, datetime.now(UTC))
        except Exception as err:
            log.exception("an update was not answered", error=type(err).__name__)
            return PlainTextResponse("again, please", HTTPStatus.SERVICE_UNAVAILABLE)
        return _stopped_clock(update.callback_query) if heard and update.callback_query else Response()

    return Route(PATH, receive, methods=["POST"])


def _stopped_clock(pressed: CallbackQuery) -> Response:
    """Ends the little clock on a pressed button. The answer to Telegram's request may be a call itself.

    https://core.telegram.org/bots/api#making-requests-when-getting-updates
    """
    return JSONResponse({"method": "answerCallbackQuery", "callback_query_id": pressed.id})
