"""What Telegram shows of the bot before anybody writes to it: in each language, and set only where it is not right yet."""

from pathlib import Path

from bot import wording
from bot.channel.incoming import COMMANDS
from bot.conversation.guide import Guide
from tests.botapi import BotApi, Limits
from tests.botapi.profile import LONGEST
from tests.channel.running import Running, running
from tests.channel.told import Told
from tests.conftest import CITY

SETS = ("setMyCommands", "setMyName", "setMyDescription", "setMyShortDescription")


async def introduced(program: Running, times: int = 1) -> None:
    """Wait until the last question of the introduction was answered, and what it led to was set."""
    languages = len(program.guide.library.pack.city.languages) + 1
    while len(program.api.calls_of("getMyDescription")) < languages * times:
        await program.api.world.changed(0.01)


def shown(api: BotApi, language: str) -> dict[str, object]:
    """All that somebody whose app speaks *language* sees."""
    commands = api.profile.commands_for(0, language)
    return {
        "commands": {command["command"]: command["description"] for command in commands},
        **{what: api.profile.text(what, language) for what in LONGEST},
    }


def wanted(told: Told) -> dict[str, object]:
    line = told.voice.line("emergency.e911")
    words = {
        "menu": wording.COMMAND_MENU,
        "language": wording.COMMAND_LANGUAGE,
        "help": wording.COMMAND_HELP,
        "person": wording.COMMAND_PERSON,
        "stop": wording.COMMAND_STOP,
        "forget": wording.handing.COMMAND_FORGET,
    }
    assert words.keys() == COMMANDS.keys()
    return {
        "commands": {name: told(sentence) for name, sentence in words.items()},
        "name": told(wording.BOT_NAME),
        "description": told(wording.BOT_DESCRIPTION, line=line),
        "short_description": told(wording.BOT_ABOUT),
    }


async def test_the_bot_introduces_itself_in_each_language_and_only_once(guide: Guide, tmp_path: Path) -> None:
    languages = guide.library.pack.city.languages
    database = f"sqlite:///{tmp_path / 'store.db'}"
    async with BotApi(limits=Limits(on=False)) as api:
        api.world.bot["first_name"] = "As it was called at @BotFather"
        async with running(api, guide, database) as program:
            await introduced(program)
        for language in languages:
            assert shown(api, language) == wanted(Told(guide, language)), f"{CITY}: {language}"
        assert shown(api, "xx") == wanted(Told(guide, "en")), "everybody else reads English"
        assert {call.parameters.get("language_code", "") for call in api.calls_of("setMyCommands")} <= {"", *languages}

        before = len(api.calls_of(*SETS))
        assert before >= 4
        async with running(api, guide, database) as program:
            await introduced(program, times=2)
        assert len(api.calls_of(*SETS)) == before

        api.profile.set_text("short_description", "something old", "es")
        async with running(api, guide, database) as program:
            await introduced(program, times=3)
        (changed,) = api.calls_of(*SETS)[before:]
        assert changed.method == "setMyShortDescription"
        assert changed.parameters["language_code"] == "es"
        assert shown(api, "es") == wanted(Told(guide, "es"))


async def test_people_are_answered_when_telegram_lets_nothing_be_set(guide: Guide, tmp_path: Path) -> None:
    told = Told(guide, "es")
    async with BotApi(limits=Limits(on=False)) as api:
        for method in SETS:
            api.fails("429", method=method, times=1000, retry_after=86400)
        async with running(api, guide, f"sqlite:///{tmp_path / 'store.db'}"):
            rosa = api.user("Rosa")
            rosa.starts("__es")
            await rosa.expect(told.greeting)
        assert api.profile.texts == {}
