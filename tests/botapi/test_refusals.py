"""What Telegram refuses, this server refuses, in the same words."""

import pytest

from tests.botapi import BotApi, Limits
from tests.botapi.conftest import Caller
from tests.botapi.html import parse, to_html
from tests.botapi.limits import Limits as Rules

UNREADABLE = [
    ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ("ሰላም <p>", 'Unsupported start tag "p" at byte offset 10'),
    ("x <b", "Unclosed start tag at byte offset 2"),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ('<a href="x"', "Unclosed start tag at byte offset 0"),
    ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
    ("<b hidden>x</b>", 'Expected equal sign in declaration of an attribute of the tag "b" at byte offset 0'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
]

READABLE = [
    ("a &lt; b &amp;&amp; &quot;c&quot; &#233; &#x1F600; &nbsp;", 'a < b && "c" é 😀 &nbsp;', []),
    ("<B>x</B>", "x", [("bold", 0, 1)]),
    ("😀<i>ab</i>", "😀ab", [("italic", 2, 2)]),
    ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    ("  <b> x </b>  ", "x", [("bold", 0, 1)]),
    ("<b></b>x", "x", []),
    ("<b>x</>", "x", [("bold", 0, 1)]),
    ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
    ('<pre><code class="language-python">x</code></pre>', "x", [("pre", 0, 1)]),
    ("<a href='https://a.example/?x=1&amp;y=2'>x</a>", "x", [("text_link", 0, 1)]),
    ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
    ('<tg-time unix="1647531900" format="wDT">22:45</tg-time>', "22:45", [("date_time", 0, 5)]),
]


@pytest.mark.parametrize(("html", "why"), UNREADABLE)
async def test_bad_html_is_refused(api: BotApi, call: Caller, html: str, why: str) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    answer = await call.refused("sendMessage", chat_id=rosa.id, text=html, parse_mode="HTML")
    assert answer == f"400 Bad Request: can't parse entities: {why}"


@pytest.mark.parametrize(("html", "text", "entities"), READABLE)
def test_good_html_is_read(html: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    read, found = parse(html)
    assert read == text
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in found] == entities


def test_html_survives_the_way_to_the_screen() -> None:
    source = '<b>😀 &lt;x&gt; <i>ב</i></b> &amp; <a href="https://a.example/?q=%22">l</a>'
    assert to_html(*parse(source)) == source
    assert "javascript" not in to_html(*parse('<a href="javascript:alert(1)">x</a>'))


@pytest.mark.parametrize(
    ("text", "parse_mode", "why"),
    [
        ("", None, "message text is empty"),
        (" \n ", None, "message text is empty"),
        ("<b> </b>", "HTML", "message text is empty"),
        ("x" * 4097, None, "message is too long"),
        ("😀" * 2049, None, "message is too long"),
        ("x", "BBCode", "unsupported parse_mode"),
    ],
)
async def test_texts_telegram_does_not_take(
    api: BotApi, call: Caller, text: str, parse_mode: str | None, why: str
) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    mode = {"parse_mode": parse_mode} if parse_mode else {}
    assert await call.refused("sendMessage", chat_id=rosa.id, text=text, **mode) == f"400 Bad Request: {why}"


async def test_length_counts_after_the_tags_are_gone(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    await call.ok("sendMessage", chat_id=rosa.id, text="<b>" + "😀" * 2048 + "</b>", parse_mode="HTML")
    caption = await call.refused("sendDocument", chat_id=rosa.id, document="nothing", caption="x" * 1025)
    assert caption == "400 Bad Request: wrong file identifier/HTTP URL specified"
    rosa.sends("photo")
    assert await call.refused("sendPhoto", chat_id=rosa.id, photo="photo-1", caption="x" * 1025) == (
        "400 Bad Request: message caption is too long"
    )


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "ሰ" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": " ", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "url": "tel:+13035550100"}, "Wrong HTTP URL"),
        ({"text": "x", "url": "https://x.example", "callback_data": "x"}, "more than one action"),
    ],
)
async def test_bad_buttons_are_refused(api: BotApi, call: Caller, button: dict[str, str], why: str) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    markup = {"inline_keyboard": [[button]]}
    assert why in await call.refused("sendMessage", chat_id=rosa.id, text="x", reply_markup=markup)


async def test_a_hundred_buttons_and_no_more(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    row = [{"text": "x", "callback_data": "ሰ" * 21}]
    await call.ok("sendMessage", chat_id=rosa.id, text="x", reply_markup={"inline_keyboard": [row] * 100})
    more = {"inline_keyboard": [row] * 101}
    assert "reply markup is too long" in await call.refused("sendMessage", chat_id=rosa.id, text="x", reply_markup=more)


async def test_reply_keyboards_are_on_the_screen_and_go_away(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    markup = {"keyboard": [[{"text": "Share", "request_location": True}]], "resize_keyboard": True}
    sent = await call.ok("sendMessage", chat_id=rosa.id, text="x", reply_markup=markup)
    assert "reply_markup" not in sent
    assert rosa.last().keyboard[0][0].text == "Share"
    await call.ok("sendMessage", chat_id=rosa.id, text="x", reply_markup={"remove_keyboard": True})
    assert rosa.chat.keyboard is None


async def test_who_cannot_be_written_to(api: BotApi, call: Caller) -> None:
    rosa, amina = api.user("Rosa"), api.user("Amina")
    assert await call.refused("sendMessage", chat_id=99, text="x") == "400 Bad Request: chat not found"
    assert await call.refused("sendMessage", chat_id=rosa.id, text="x") == "400 Bad Request: chat not found"
    group = api.group("Team", rosa, amina)
    amina.adds_bot(group)
    assert await call.refused("sendMessage", chat_id=amina.id, text="x") == (
        "403 Forbidden: bot can't initiate conversation with a user"
    )
    rosa.starts()
    rosa.blocks()
    assert await call.refused("sendMessage", chat_id=rosa.id, text="x") == "403 Forbidden: bot was blocked by the user"
    with pytest.raises(ValueError, match="must unblock"):
        rosa.says("hello?")
    rosa.unblocks()
    await call.ok("sendMessage", chat_id=rosa.id, text="x")
    rosa.deletes_account()
    assert await call.refused("sendMessage", chat_id=rosa.id, text="x") == "403 Forbidden: user is deactivated"


async def test_a_button_press_is_answered_once_and_in_time(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    await call.ok("sendMessage", chat_id=rosa.id, text="?", reply_markup=keyboard)
    too_old = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    press = rosa.presses("Yes")
    await call.ok("answerCallbackQuery", callback_query_id=press.query.id, text="ok")
    assert await call.refused("answerCallbackQuery", callback_query_id=press.query.id) == too_old
    assert await call.refused("answerCallbackQuery", callback_query_id="1") == too_old
    late = rosa.presses("Yes")
    api.world.travel(151)
    assert await call.refused("answerCallbackQuery", callback_query_id=late.query.id) == too_old
    assert late.answer is None


async def test_an_old_button_of_a_deleted_message_can_still_be_pressed(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    rosa.starts()
    sent = await call.ok("sendMessage", chat_id=rosa.id, text="?")
    await call.ok("deleteMessage", chat_id=rosa.id, message_id=sent["message_id"])
    rosa.presses(data="gone", message=sent["message_id"])
    update = (await call.ok("getUpdates", offset=-1))[0]
    assert update["callback_query"]["message"] == {"chat": sent["chat"], "message_id": sent["message_id"], "date": 0}
    with pytest.raises(ValueError, match="sees no button"):
        rosa.presses("No such button")


async def test_edits_and_deletions_telegram_refuses(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    said = rosa.says("mine")
    sent = await call.ok("sendMessage", chat_id=rosa.id, text="x")
    place = {"chat_id": rosa.id, "message_id": sent["message_id"]}
    assert "message is not modified" in await call.refused("editMessageText", **place, text="x")
    assert "message is not modified" in await call.refused("editMessageReplyMarkup", **place)
    assert "message to edit not found" in await call.refused(
        "editMessageText", chat_id=rosa.id, message_id=99, text="y"
    )
    assert "message can't be edited" in await call.refused(
        "editMessageText", chat_id=rosa.id, message_id=said.message_id, text="y"
    )
    venue = await call.ok("sendVenue", chat_id=rosa.id, latitude=1, longitude=2, title="A", address="B")
    assert "there is no text in the message to edit" in await call.refused(
        "editMessageText", chat_id=rosa.id, message_id=venue["message_id"], text="y"
    )
    await call.ok("deleteMessage", **place)
    assert "message to delete not found" in await call.refused("deleteMessage", **place)
    api.world.travel(49 * 3600)
    assert "message can't be deleted for everyone" in await call.refused(
        "deleteMessage", chat_id=rosa.id, message_id=venue["message_id"]
    )


async def test_commands_need_two_letter_languages_and_small_letters(call: Caller) -> None:
    command = {"command": "menu", "description": "The menu"}
    assert "invalid language code" in await call.refused("setMyCommands", commands=[command], language_code="prs")
    assert "BOT_COMMAND_INVALID" in await call.refused("setMyCommands", commands=[command | {"command": "Menu"}])
    assert "BOT_COMMAND_DESCRIPTION_INVALID" in await call.refused(
        "setMyCommands", commands=[command | {"description": ""}]
    )
    assert "short description is too long" in await call.refused("setMyShortDescription", short_description="x" * 121)


async def test_answering_a_message_that_is_gone(api: BotApi, call: Caller) -> None:
    rosa = api.user("Rosa")
    said = rosa.says("hi")
    answer = {"chat_id": rosa.id, "text": "x", "reply_parameters": {"message_id": said.message_id}}
    assert (await call.ok("sendMessage", **answer))["reply_to_message"]["text"] == "hi"
    rosa.deletes(said.message_id)
    assert "message to be replied not found" in await call.refused("sendMessage", **answer)
    answer["reply_parameters"]["allow_sending_without_reply"] = True
    await call.ok("sendMessage", **answer)


def test_the_three_limits() -> None:
    rules = Rules()
    assert [rules.wait(1, False, 0.0) for _ in range(4)] == [0, 0, 0, 1]
    assert rules.wait(1, False, 1.0) == 0
    assert rules.refused == 1
    group = Rules()
    assert [group.wait(-1, True, 0.0) for _ in range(21)] == [0] * 20 + [3]
    everyone = Rules()
    assert [everyone.wait(chat, False, 0.0) for chat in range(31)] == [0] * 30 + [1]
    assert everyone.wait(31, False, 0.1) == 0
    assert not any(Rules(on=False).wait(1, False, 0.0) for _ in range(100))


async def test_a_group_is_slowed_down_over_http() -> None:
    import aiohttp

    async with BotApi(limits=Limits(group_per_minute=2)) as api, aiohttp.ClientSession() as session:
        call = Caller(api, session)
        group = api.group("Team", rosa := api.user("Rosa"))
        rosa.adds_bot(group)
        for _ in range(2):
            await call.ok("sendMessage", chat_id=group.id, text="x")
        answer = await call("sendMessage", chat_id=group.id, text="x")
        assert answer == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 30",
            "parameters": {"retry_after": 30},
        }
        assert len(rosa.screen(group)) == 2
