"""Wrong calls are seen, refused and written down; and the forms a call may have."""

import json

import pytest

from tests.botapi import BotApi
from tests.botapi.conftest import Caller
from tests.botapi.methods import METHODS
from tests.botapi.schema import Complaint, published

WRONG = [
    ("sendMessage", {"chat_id": 1, "text": "x", "colour": "red"}, "there is no parameter 'colour'"),
    ("sendMessage", {"chat_id": 1}, "parameter 'text' is required"),
    ("sendMessage", {"chat_id": "rosa", "text": "x"}, "chat_id is 'rosa', not Integer or String"),
    ("sendMessage", {"chat_id": 1.5, "text": "x"}, "chat_id is 1.5, not a"),
    ("sendMessage", {"chat_id": 1, "text": 5}, "text is 5, not a String"),
    ("sendMessage", {"chat_id": 1, "text": "x", "disable_notification": "maybe"}, "not Boolean"),
    (
        "sendMessage",
        {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"label": "x"}]]}},
        "reply_markup",
    ),
    (
        "sendMessage",
        {"chat_id": 1, "text": "x", "entities": [{"type": "bold"}]},
        "entities[0] lacks the required field",
    ),
    ("sendVenue", {"chat_id": 1, "latitude": "north", "longitude": 1, "title": "x", "address": "x"}, "not Float"),
    ("setMyCommands", {"commands": [{"command": "x"}]}, "commands[0] lacks the required field 'description'"),
    ("setMyCommands", {"commands": [], "scope": {"type": "everybody"}}, "scope.type is 'everybody', not one of"),
    ("getUpdates", {"allowed_updates": "message"}, "allowed_updates is 'message'"),
]


@pytest.mark.parametrize(("method", "parameters", "what"), WRONG)
async def test_a_wrong_call_is_seen(api: BotApi, call: Caller, method: str, parameters: dict, what: str) -> None:
    answer = await call.refused(method, **parameters)
    assert answer.startswith("400 Bad Request")
    assert what in answer
    (trouble,) = api.takes_violations()
    assert what in trouble


async def test_an_unknown_method_is_seen(api: BotApi, call: Caller) -> None:
    assert await call.refused("sendMesage", chat_id=1) == "404 Not Found"
    assert api.takes_violations() == ["violation (call): there is no method 'sendMesage'"]


async def test_what_is_not_built_is_never_a_silent_ok(api: BotApi, call: Caller) -> None:
    left = [name for name in published().method_names if name not in METHODS]
    assert len(left) > 100
    assert "sendInvoice" in left
    assert (await call.refused("getForumTopicIconStickers")).startswith("501 Not Implemented")
    assert (await call.refused("sendMessage", chat_id=1, text="x", message_thread_id=3)).startswith("501")
    assert len(api.takes_violations()) == 2


async def test_the_end_of_the_block_complains() -> None:
    with pytest.raises(AssertionError, match="nonsense"):  # noqa: PT012
        async with BotApi() as api:
            import aiohttp

            async with aiohttp.ClientSession() as session:
                await Caller(api, session)("getMe", nonsense=1)


async def test_our_own_mistakes_are_loud(api: BotApi, call: Caller) -> None:
    del api.world.bot["first_name"]
    assert (await call.refused("getMe")).startswith("500")
    assert "result lacks the required field 'first_name'" in api.takes_violations()[0]
    api.mailbox.add("message", {"message_id": 1}, ("chat", 1))
    assert "update.message lacks the required field" in api.takes_violations()[0]


async def test_a_wrong_token_opens_nothing(api: BotApi, call: Caller) -> None:
    async with call.session.get(f"{api.url}/bot1:wrong/getMe") as answer:
        assert answer.status == 401
    async with call.session.get(f"{api.url}/file/bot1:wrong/photos/file_1.jpg") as answer:
        assert answer.status == 404


async def test_every_form_of_a_call(api: BotApi, call: Caller) -> None:
    import aiohttp

    rosa = api.user("Rosa")
    rosa.starts()
    address = f"{api.url}/bot{api.token}/sendMessage"
    markup = json.dumps({"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]})
    form = {"chat_id": str(rosa.id), "text": "سلام + &", "reply_markup": markup, "disable_notification": "true"}
    parts = aiohttp.FormData(form, default_to_multipart=True)
    for request in (
        call.session.get(address, params=form),
        call.session.post(address, data=form),
        call.session.post(address, data=parts),
        call.session.post(
            address.replace("sendMessage", "SENDMESSAGE"), json=form | {"reply_markup": json.loads(markup)}
        ),
    ):
        async with request as answer:
            assert answer.status == 200, await answer.text()
            assert (await answer.json())["result"]["text"] == "سلام + &"
    assert len({json.dumps(made.parameters, sort_keys=True) for made in api.calls_of("sendMessage")}) == 1


def test_every_type_of_the_description_compiles() -> None:
    schema = published()
    assert len(schema.method_names) == 180
    for name in schema.method_names:
        method = schema.method(name)
        assert method is not None
        method.wrong_result({})
        assert isinstance(method.decode({"no such thing": 1}), Complaint)
    for name in schema._types:
        schema.wrong_value(name, {})
