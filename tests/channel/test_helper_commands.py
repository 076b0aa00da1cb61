"""A helper's chat offers the commands of helpers, and those of everybody again when they stop."""

import pytest

from bot.conversation.guide import Guide
from bot.helping import buttons
from bot.wording import helping
from tests.channel.handing import helper
from tests.channel.running import Running
from tests.channel.told import Told

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_commands_are_those_of_what_somebody_is(bot: Running, guide: Guide) -> None:
    en = Told(guide, "en")
    ana = await helper(bot, "Ana", "es")
    cora = await helper(bot, "Cora", "es", role="coordinator")
    shown = {call.parameters["scope"]["chat_id"]: call.parameters["commands"] for call in scoped(bot, "setMyCommands")}
    assert [command["command"] for command in shown[ana.id]] == ["cases", "duty", "me", "web", "help"]
    assert shown[ana.id][0]["description"] == en(helping.COMMAND_CASES)
    assert [command["command"] for command in shown[cora.id]][-1] == "invite"
    ana.says("/me")
    await ana.expect(en(helping.ABOUT_YOU))
    ana.presses(data=buttons.write(buttons.Show("stop")))
    await ana.expect(en(helping.STOP_SURE))
    ana.presses(data=buttons.write(buttons.Resign()))
    await ana.expect(en(helping.STOPPED))
    assert [call.parameters["scope"]["chat_id"] for call in scoped(bot, "deleteMyCommands")] == [ana.id]


def scoped(bot: Running, method: str):
    """The calls for one chat."""
    return [call for call in bot.api.calls_of(method) if call.parameters.get("scope", {}).get("type") == "chat"]
