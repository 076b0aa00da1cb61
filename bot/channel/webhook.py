"""The webhook: Telegram posts an update and waits; we answer the newcomer, commit, and only then say 200.

Telegram repeats what got no 200, and the key of an update makes sure that it is answered once.
https://core.telegram.org/bots/api#setwebhook
"""

import hmac
import json
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from telegram import Bot, Update

from bot.channel.hearing import Hearing

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (a header's name)
LARGEST = 1_000_000
"""Bytes. Telegram's updates are a few kilobytes."""


def webhook_route(bot: Bot, hearing: Hearing, secret: str) -> Route:
    """The route that Telegram posts to. Whoever does not know *secret* gets a bare 403."""

    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            return PlainTextResponse("forbidden", 403)
        if int(request.headers.get("content-length") or LARGEST + 1) > LARGEST:
            return PlainTextResponse("too large", 413)
        try:
            update = Update.de_json(json.loads(await request.body()), bot)
        except (ValueError, TypeError, KeyError, RecursionError):
            return PlainTextResponse("not an update", 400)
        await hearing.hear(update, datetime.now(UTC))
        return Response()

    return Route(PATH, receive, methods=["POST"])
