"""The bot as Telegram knows it: how it is reached, and its name, description and commands in every language."""

from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import RetryAfter, TelegramError

from bot import wording
from bot.channel.incoming import ALLOWED_UPDATES, COMMANDS
from bot.channel.request import AiohttpRequest
from bot.channel.webhook import PATH
from bot.conversation.guide import Guide
from bot.conversation.voice import Voice
from bot.conversation.words import Words
from bot.richtext import plain
from bot.wording import Sentence

log = structlog.get_logger(__name__)

_SENDING = 16
_FETCHING = 4
_OF_HELPERS = ("cases", "duty", "me", "web", "help")
_HELPER_WORDS: dict[str, Sentence] = {
    "cases": wording.helping.COMMAND_CASES,
    "duty": wording.helping.COMMAND_DUTY,
    "me": wording.helping.COMMAND_ME,
    "web": wording.helping.COMMAND_WEB,
    "invite": wording.helping.COMMAND_INVITE,
}
_COMMAND_WORDS: dict[str, Sentence] = {
    "menu": wording.COMMAND_MENU,
    "language": wording.COMMAND_LANGUAGE,
    "help": wording.COMMAND_HELP,
    "person": wording.COMMAND_PERSON,
    "stop": wording.COMMAND_STOP,
    "forget": wording.handing.COMMAND_FORGET,
}


def make_bot(token: str, api_url: str) -> Bot:
    """The library's bot over our own requests, which take a quarter of the CPU of its usual ones."""
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=AiohttpRequest(_SENDING),
        get_updates_request=AiohttpRequest(_FETCHING),
    )


def pause_asked(err: TelegramError) -> float:
    """The seconds that Telegram asks us to wait; 0 when *err* is about something else."""
    after = err.retry_after if isinstance(err, RetryAfter) else 0
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


async def use_webhook(bot: Bot, public_url: str, secret: str) -> None:
    """Ask Telegram to post updates to us. What waits with Telegram is kept."""
    await bot.set_webhook(
        f"{public_url}{PATH}",
        secret_token=secret,
        allowed_updates=ALLOWED_UPDATES,
        max_connections=40,
        drop_pending_updates=False,
    )


async def introduce(bot: Bot, guide: Guide, now: datetime) -> None:
    """Set name, descriptions and commands in every language, where they differ from what Telegram has.

    Telegram allows few of these a day, so nothing is set that is right already; and nothing else depends on them. It
    knows languages by two letters; one that has only three reads what is set for everybody.
    """
    for language in ("", *(code for code in guide.library.pack.city.languages if len(code) == 2)):
        voice = guide.voice(language, now)
        try:
            await _introduce(bot, voice, language)
        except TelegramError as err:
            log.warning("the bot could not be introduced", language=language or "all", error=type(err).__name__)


async def show_commands(bot: Bot, guide: Guide, chat: int, words: Words, now: datetime) -> None:
    """Let *chat* offer the commands of a helper or a coordinator; those of everybody again for somebody who was one.

    A convenience: when Telegram does not take it, the commands work all the same.
    """
    scope = BotCommandScopeChat(chat)
    names = {"helper": _OF_HELPERS, "coordinator": (*_OF_HELPERS, "invite")}.get(words.commands, ())
    voice = guide.voice(words.language, now)
    with suppress(TelegramError):
        if names:
            said = {**_COMMAND_WORDS, **_HELPER_WORDS}
            await bot.set_my_commands([BotCommand(name, plain(voice.say(said[name]))) for name in names], scope)
        else:
            await bot.delete_my_commands(scope)


async def _introduce(bot: Bot, voice: Voice, language: str) -> None:
    """*language* is empty for those whose language we do not speak; else two letters."""
    code = language or None
    emergency = voice.library.pack.city.emergency
    line = voice.line(emergency["medical"][0])
    commands = [BotCommand(name, plain(voice.say(_COMMAND_WORDS[name]))) for name in COMMANDS]
    name = plain(voice.say(wording.BOT_NAME))
    about = plain(voice.say(wording.BOT_ABOUT))
    description = plain(voice.say(wording.BOT_DESCRIPTION, line=line))
    if list(await bot.get_my_commands(language_code=code)) != commands:
        await bot.set_my_commands(commands, language_code=code)
    if (await bot.get_my_name(language_code=code)).name != name:
        await bot.set_my_name(name, language_code=code)
    if (await bot.get_my_short_description(language_code=code)).short_description != about:
        await bot.set_my_short_description(about, language_code=code)
    if (await bot.get_my_description(language_code=code)).description != description:
        await bot.set_my_description(description, language_code=code)
