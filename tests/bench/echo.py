"""The yardstick: a bot that says back what it hears and shows again what was pressed. It remembers nothing.

    python -m tests.bench.echo PORT WEBHOOK_URL TELEGRAM_API_URL TOKEN [--aiohttp]

Written as the library's own pages show it: https://docs.python-telegram-bot.org/en/stable/examples.echobot.html and
examples.inlinekeyboard.html behind the webhook of examples.customwebhookbot.html, with one change: like the program, it
answers 200 when it is done, not before. ``--aiohttp`` takes the program's own requests instead of the library's.
"""

import argparse
import asyncio
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.channel.request import AiohttpRequest

PRESS = "press"


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say it back."""
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Show as many buttons as a question of the program has."""
    assert update.message is not None
    rows = [[InlineKeyboardButton(f"Button number {number}", callback_data=PRESS)] for number in range(5)]
    question = "A question that is about as long as most are. " * 3
    await update.message.reply_text(question, reply_markup=InlineKeyboardMarkup(rows))


async def show_again(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Stop the button's clock and show what it stands under once more."""
    query = update.callback_query
    assert query is not None
    assert isinstance(query.message, Message)
    await query.answer()
    await query.message.reply_text(query.message.text or "", reply_markup=query.message.reply_markup)


def application(given: argparse.Namespace) -> Application[Any, Any, Any, Any, Any, Any]:
    """The library's application; its own updater stays off."""
    builder = ApplicationBuilder().token(given.token).base_url(f"{given.api_url}/bot").updater(None)
    if given.aiohttp:
        builder = builder.request(AiohttpRequest(16))
    made = builder.build()
    made.add_handler(CommandHandler("start", start))
    made.add_handler(CallbackQueryHandler(show_again))
    made.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    return made


async def main(given: argparse.Namespace) -> None:
    """Serve until killed."""
    bot = application(given)

    async def receive(request: Request) -> Response:
        await bot.process_update(Update.de_json(await request.json(), bot.bot))
        return Response()

    site = Starlette(routes=[Route("/", receive, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(site, port=given.port, access_log=False, log_level="warning"))
    async with bot:
        await bot.start()
        await bot.bot.set_webhook(given.webhook_url, allowed_updates=Update.ALL_TYPES, max_connections=40)
        await server.serve()


def read(words: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    for name in ("webhook_url", "api_url", "token"):
        parser.add_argument(name)
    parser.add_argument("--aiohttp", action="store_true")
    return parser.parse_args(words)


if __name__ == "__main__":
    asyncio.run(main(read()))
