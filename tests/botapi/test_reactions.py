"""Emoji under messages: the bot's and people's."""

import pytest

from tests.botapi import BotApi, Limits, NotSeen
from tests.botapi.conftest import Caller
from tests.botapi.reactions import REACTIONS, VARIATION_SELECTOR


def emoji(*chosen: str) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": one} for one in chosen]


def test_the_published_list_is_whole() -> None:
    from telegram.constants import ReactionEmoji

    assert len(REACTIONS) == 73
    assert {one.value.replace(VARIATION_SELECTOR, "") for one in ReactionEmoji} == REACTIONS


async def test_the_bot_reacts_and_people_see_it(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    said = rosa.says("thank you")
    (update,) = await call.ok("getUpdates", allowed_updates=["message", "message_reaction"])
    await call.ok("getUpdates", offset=update["update_id"] + 1)
    assert await call.ok("setMessageReaction", chat_id=rosa.id, message_id=said.message_id, reaction=emoji("👌"))
    seen = await rosa.expect(lambda message: message.reaction == "👌")
    assert (seen.message_id, seen.text, seen.by_bot, seen.event) == (said.message_id, "thank you", False, "reacted")
    assert rosa.screen()[-1].reaction == "👌"
    assert "the bot's reaction: 👌" in rosa.told()
    assert rosa.screen()[-1].as_json()["reaction"] == "👌"

    await call.ok("setMessageReaction", chat_id=rosa.id, message_id=said.message_id, reaction=emoji("👌"), is_big=True)
    await rosa.silence(0.02)  # the same again is fine, and changes nothing
    await call.ok("setMessageReaction", chat_id=rosa.id, message_id=said.message_id, reaction=emoji("❤"))
    with pytest.raises(NotSeen):  # words are looked for in messages alone
        await rosa.expect("thank you", timeout=0.02)
    assert (await rosa.expect(lambda message: message.event == "reacted")).reaction == "❤"
    await call.ok("setMessageReaction", chat_id=rosa.id, message_id=said.message_id)
    assert (await rosa.expect(lambda message: message.event == "reacted")).reaction is None
    assert rosa.screen()[-1].reaction is None
    assert await call.ok("getUpdates") == []  # nobody is told of their own reactions


async def test_the_bot_reacts_to_its_own_message(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    sent = await call.ok("sendMessage", chat_id=rosa.id, text="hello")
    await call.ok("setMessageReaction", chat_id=rosa.id, message_id=sent["message_id"], reaction=emoji("🎉"))
    assert (await rosa.expect("hello")).reaction is None  # as it was then
    assert rosa.last().reaction == "🎉"


@pytest.mark.parametrize("wrong", ["❤️", "🚀", "OK", "", "✅", "👍🏽"])
async def test_other_emoji_are_refused(api: BotApi, call: Caller, wrong: str) -> None:
    rosa = api.user("Rosa")
    said = rosa.says("hi")
    answer = await call.refused(
        "setMessageReaction", chat_id=rosa.id, message_id=said.message_id, reaction=emoji(wrong)
    )
    assert answer == "400 Bad Request: REACTION_INVALID"


async def test_what_else_is_refused(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    said = rosa.says("hi")
    here = {"chat_id": rosa.id, "message_id": said.message_id}
    refused = await call.refused("setMessageReaction", **here, reaction=emoji("👍", "🔥"))
    assert refused == "400 Bad Request: REACTIONS_TOO_MANY"
    refused = await call.refused("setMessageReaction", chat_id=rosa.id, message_id=99, reaction=emoji("👍"))
    assert refused == "400 Bad Request: message to react not found"
    rosa.deletes(said.message_id)
    assert "message to react not found" in await call.refused("setMessageReaction", **here, reaction=emoji("👍"))
    rosa.blocks()
    assert (await call.refused("setMessageReaction", **here)) == "403 Forbidden: bot was blocked by the user"
    rosa.unblocks()
    again = rosa.says("hi")
    here = {"chat_id": rosa.id, "message_id": again.message_id}
    custom = [{"type": "custom_emoji", "custom_emoji_id": "5368324170671202286"}]
    assert (await call.refused("setMessageReaction", **here, reaction=custom)).startswith("501")
    assert len(api.takes_violations()) == 1
    assert "reaction" in await call.refused("setMessageReaction", **here, reaction=[{"type": "smile", "emoji": "👍"}])
    assert len(api.takes_violations()) == 1


async def test_reactions_are_no_messages_to_the_limit_of_a_chat() -> None:
    import aiohttp

    async with BotApi(limits=Limits(chat_burst=1, per_second=8)) as api, aiohttp.ClientSession() as session:
        call = Caller(api, session)
        rosa = api.user("Rosa")
        said = rosa.says("hi")
        for one in ("👍", "👎") * 3:
            await call.ok("setMessageReaction", chat_id=rosa.id, message_id=said.message_id, reaction=emoji(one))
        await call.ok("sendMessage", chat_id=rosa.id, text="the chat has its whole burst")
        answers = [
            await call("setMessageReaction", chat_id=rosa.id, message_id=said.message_id, reaction=emoji("👍"))
            for _ in range(5)
        ]
        assert answers[-1]["error_code"] == 429  # the limit of all calls together


async def test_people_react_to_the_bot_and_to_themselves(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    await call.ok("getUpdates", allowed_updates=["message_reaction"])
    own = rosa.says("hi")
    sent = await call.ok("sendMessage", chat_id=rosa.id, text="hello")
    rosa.reacts("❤️")
    rosa.reacts("❤")  # the same: nothing happens
    rosa.reacts("🔥")
    rosa.reacts(["😁", "5368324170671202286"], message=own.message_id)
    rosa.reacts(None)
    rosa.reacts(None)
    changes = [update["message_reaction"] for update in await call.ok("getUpdates")]
    assert [(c["message_id"], c["old_reaction"], c["new_reaction"]) for c in changes] == [
        (sent["message_id"], [], emoji("❤")),
        (sent["message_id"], emoji("❤"), emoji("🔥")),
        (
            own.message_id,
            [],
            [*emoji("😁"), {"type": "custom_emoji", "custom_emoji_id": "5368324170671202286"}],
        ),
        (sent["message_id"], emoji("🔥"), []),
    ]
    assert rosa.screen()[0].reactions == ("😁", "5368324170671202286")
    assert "reactions: 😁" in rosa.told()
    assert rosa.unread()[-1].event == "new"  # what people do is no event of the bot
    for wrong in ("🚀", ["👍"] * 4):
        with pytest.raises(ValueError):
            rosa.reacts(wrong)
    with pytest.raises(ValueError, match="sees no message #99"):
        rosa.reacts("👍", message=99)


async def test_reactions_come_only_when_asked_for(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    said = rosa.says("hi")
    rosa.reacts("👍", message=said.message_id)
    assert [list(update)[1] for update in await call.ok("getUpdates")] == ["message"]
    await call.ok("getUpdates", allowed_updates=["message"])
    rosa.reacts("🔥", message=said.message_id)
    assert [list(update)[1] for update in await call.ok("getUpdates")] == ["message"]


async def test_in_a_group_only_an_administrator_hears_of_reactions(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    group = api.group("Team", rosa)
    await call.ok("getUpdates", allowed_updates=["message_reaction"])
    rosa.adds_bot(group)
    said = rosa.says("hi", where=group)
    rosa.reacts("👍", message=said.message_id, where=group)
    assert await call.ok("getUpdates") == []
    rosa.adds_bot(group, "administrator")
    rosa.reacts(None, message=said.message_id, where=group)
    (update,) = await call.ok("getUpdates")
    assert update["message_reaction"]["chat"]["id"] == group.id
    assert update["message_reaction"]["old_reaction"] == emoji("👍")
