"""Update → happening, as a table: what Telegram posts, and what the program takes it for."""

import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from telegram import Update
from telegram.constants import MessageLimit

from bot.channel.incoming import ALLOWED_UPDATES, COMMANDS, CalledInGroup, Happening, Left, read
from bot.conversation.message import (
    Asked,
    Attachment,
    AttachmentKind,
    Heard,
    Newcomer,
    Pressed,
    Reacted,
    Sent,
    SentKind,
    Started,
)
from bot.conversation.wishes import DIALOGUE
from tests.botapi.schema import published
from tests.conftest import NOON

Json = dict[str, Any]

ROSA: Json = {"id": 7, "is_bot": False, "first_name": "Rosa"}
BOT: Json = {"id": 777, "is_bot": True, "first_name": "Helpers", "username": "lab_bot"}
PRIVATE: Json = {"id": 7, "type": "private", "first_name": "Rosa"}
FAMILY: Json = {"id": -100, "type": "supergroup", "title": "Family"}
FILE: Json = {"file_id": "f", "file_unique_id": "u", "file_size": 1}
PLACE: Json = {"latitude": 39.7, "longitude": -104.8}
PICTURE: Json = {**FILE, "width": 1, "height": 1}
SHAPE: Json = {**PICTURE, "duration": 1}

ME = Newcomer("telegram", "7")
US = Newcomer("telegram", "-100")
THERE = Attachment("location", latitude=39.7, longitude=-104.8)


def heard(text: str, *, edited: bool = False) -> Heard:
    return Heard(ME, NOON, "5", text, edited, ref="3")


def sent(kind: SentKind, caption: str = "", attachment: Attachment | None = None) -> Sent:
    return Sent(ME, NOON, "5", kind, caption, attachment, ref="3")


def file(kind: AttachmentKind, mime: str = "") -> Attachment:
    return Attachment(kind, "f", 1, mime)


def message(chat: Json = PRIVATE, **content: Any) -> Json:
    return {"message_id": 3, "date": 1_700_000_000, "chat": chat, "from": ROSA, **content}


def text(words: str, chat: Json = PRIVATE) -> Json:
    return {"message": message(chat, text=words)}


def member(status: str, chat: Json = PRIVATE) -> Json:
    now = {"status": status, "user": BOT} | ({"until_date": 0} if status == "kicked" else {})
    old = {"status": "member", "user": BOT}
    return {"my_chat_member": {"chat": chat, "from": ROSA, "date": 1, "old_chat_member": old, "new_chat_member": now}}


def reaction(*new: Json, chat: Json = PRIVATE) -> Json:
    body = {"chat": chat, "message_id": 3, "user": ROSA, "date": 1, "old_reaction": [], "new_reaction": list(new)}
    return {"message_reaction": body}


def press(data: str | None, **where: Any) -> Json:
    found = {"data": data} if data is not None else {"game_short_name": "chess"}
    return {"callback_query": {"id": "9", "from": ROSA, "chat_instance": "1", **found, **where}}


UPDATES: dict[str, tuple[Json, Happening | None]] = {
    # words
    "words": (text("hola"), heard("hola")),
    "words in three lines": (text("a\nb\n/menu"), heard("a\nb\n/menu")),
    "a slash alone": (text("/"), heard("/")),
    "a path": (text("/etc/passwd"), heard("/etc/passwd")),
    "a forwarded text": (
        {"message": message(text="hi", forward_origin={"type": "hidden_user", "sender_user_name": "A", "date": 1})},
        heard("hi"),
    ),
    # commands
    "start": (text("/start"), Started(ME, NOON, "5")),
    "start by a link": (text("/start library-card__es"), Started(ME, NOON, "5", "library-card__es")),
    "start by the longest link": (text("/start " + "x" * 64), Started(ME, NOON, "5", "x" * 64)),
    "start with too much for a link": (text("/start " + "x" * 65), heard("x" * 65)),
    "start with words": (text("/start my house is on fire"), heard("my house is on fire")),
    "start in another script": (text("/start حريق"), heard("حريق")),
    "start by name": (text("/Start@lab_bot library-card__es"), Started(ME, NOON, "5", "library-card__es")),
    "menu": (text("/menu"), Asked(ME, NOON, "5", "main_menu")),
    "menu by name": (text("/MENU@lab_bot"), Asked(ME, NOON, "5", "main_menu")),
    "language": (text("/language"), Asked(ME, NOON, "5", "change_language")),
    "help": (text("/help"), Asked(ME, NOON, "5", "help")),
    "person": (text("/person"), Asked(ME, NOON, "5", "talk_to_person")),
    "stop": (text("/stop"), Asked(ME, NOON, "5", "stop")),
    "help with words": (text("/help se quema mi casa"), heard("help se quema mi casa")),
    "stop with a line": (text("/stop\nfire"), heard("stop\nfire")),
    "an unknown command": (text("/fuego"), heard("fuego")),
    # not text
    "voice": ({"message": message(voice={**FILE, "duration": 1})}, sent("voice", "", file("voice"))),
    "audio": ({"message": message(audio={**FILE, "duration": 1}, caption="a song")}, sent("voice", "a song", file("audio"))),
    "photo": ({"message": message(photo=[PICTURE], caption="fire")}, sent("photo", "fire", file("photo"))),
    "video": ({"message": message(video={**SHAPE, "file_name": "Rosa.mp4", "mime_type": "video/mp4"})},
              sent("video", "", file("video", "video/mp4"))),
    "video note": ({"message": message(video_note={**FILE, "length": 1, "duration": 1})},
                   sent("video", "", file("video_note"))),
    "animation": ({"message": message(animation=SHAPE, document=FILE)}, sent("video", "", file("animation"))),
    "sticker": (
        {"message": message(sticker={**PICTURE, **dict.fromkeys(("is_animated", "is_video"), False), "type": "regular",
                                     "set_name": "Rosas"})},
        sent("sticker", "", file("sticker")),
    ),
    "document": ({"message": message(document=FILE, caption="my letter")}, sent("document", "my letter", file("document"))),
    "location": ({"message": message(location=PLACE)}, sent("location", "", THERE)),
    "venue": ({"message": message(venue={"location": PLACE, "title": "t", "address": "a"}, location=PLACE)},
              sent("location", "", Attachment("venue", latitude=39.7, longitude=-104.8, name="t", address="a"))),
    "contact": ({"message": message(contact={"phone_number": "1", "first_name": "A", "last_name": "B", "vcard": "x"})},
                sent("contact", "", Attachment("contact", phone="1", name="A B"))),
    "own contact": ({"message": message(contact={"phone_number": "1", "first_name": "Rosa", "user_id": 7})},
                    sent("contact", "", Attachment("contact", phone="1", name="Rosa", own=True))),
    "a reply": ({"message": message(text="yes", reply_to_message=message(text="?"))},
                Heard(ME, NOON, "5", "yes", ref="3", answers="3")),
    "dice": ({"message": message(dice={"emoji": "🎲", "value": 3})}, sent("other")),
    "story": ({"message": message(story={"chat": PRIVATE, "id": 1})}, sent("other")),
    # edits
    "an edit": ({"edited_message": message(text="no")}, heard("no", edited=True)),
    "an edited command": ({"edited_message": message(text="/menu")}, heard("/menu", edited=True)),
    "an edited caption": ({"edited_message": message(photo=[PICTURE], caption="fire")}, heard("fire", edited=True)),
    "another photo in its place": ({"edited_message": message(photo=[PICTURE])}, heard("", edited=True)),
    "a shared place moves on": ({"edited_message": message(location={**PLACE, "live_period": 60})}, None),
    # presses
    "a press": (press("m|", message=message(text="menu")), Pressed(ME, NOON, "5", "m|", "3")),
    "a press under a message that is gone": (
        press("m|", message={"chat": PRIVATE, "message_id": 3, "date": 0}), Pressed(ME, NOON, "5", "m|", ""),
    ),
    "a press under no message": (press("m|", inline_message_id="1"), Pressed(ME, NOON, "5", "m|", "")),
    "a press without data": (press(None, message=message(text="menu")), Pressed(ME, NOON, "5", "", "3")),
    "a press in a group": (press("m|", message=message(FAMILY, text="menu")), None),
    # reactions
    "a reaction": (reaction({"type": "emoji", "emoji": "❤"}), Reacted(ME, NOON, "5", "❤", "3")),
    "a reaction taken away": (reaction(), Reacted(ME, NOON, "5", "", "3")),
    "a reaction with an emoji of their own": (
        reaction({"type": "custom_emoji", "custom_emoji_id": "1"}), Reacted(ME, NOON, "5", "", "3"),
    ),
    "a reaction in a group": (reaction({"type": "emoji", "emoji": "❤"}, chat=FAMILY), None),
    # commands of helpers
    "cases": (text("/cases"), Asked(ME, NOON, "5", "cases")),
    "duty": (text("/duty"), Asked(ME, NOON, "5", "duty")),
    "duty on": (text("/duty ON"), Asked(ME, NOON, "5", "duty", "on")),
    "duty with words": (text("/duty my house is on fire"), heard("duty my house is on fire")),
    "forget": (text("/forget"), Asked(ME, NOON, "5", "delete_my_data")),
    # groups and channels
    "a word in a group": (text("hola", FAMILY), None),
    "a photo in a group": ({"message": message(FAMILY, photo=[PICTURE], caption="/menu")}, None),
    "an edited command in a group": ({"edited_message": message(FAMILY, text="/menu")}, None),
    "a command in a group": (text("/menu", FAMILY), CalledInGroup(US, NOON, "5")),
    "a command for a bot by name": (text("/menu@lab_bot please", FAMILY), CalledInGroup(US, NOON, "5", "lab_bot")),
    "a slash in a group": (text("/ hm", FAMILY), None),
    "a channel post": ({"channel_post": message({"id": -9, "type": "channel", "title": "News"}, text="/menu")}, None),
    # coming and going
    "blocked": (member("kicked"), Left(ME, NOON, "5")),
    "unblocked": (member("member"), None),
    "thrown out of a group": (member("kicked", FAMILY), None),
    # the rest is silence
    "joined": ({"message": message(FAMILY, new_chat_members=[ROSA])}, None),
    "pinned": ({"message": message(pinned_message=message(text="menu"))}, None),
    "a timer was set": ({"message": message(message_auto_delete_timer_changed={"message_auto_delete_time": 60})}, None),
    "something that is invented later": ({"a_new_kind": {"id": 1}}, None),
    "a message of a kind that is invented later": ({"message": message(a_new_kind={"id": 1})}, None),
}  # fmt: skip


@pytest.mark.parametrize("case", UPDATES)
def test_each_update_is_what_the_table_says(case: str) -> None:
    body, wanted = UPDATES[case]
    update = Update.de_json({"update_id": 5, **body}, None)
    assert read(update, NOON) == wanted


@pytest.mark.parametrize("case", UPDATES)
def test_it_is_the_same_after_a_night_in_the_inbox(case: str) -> None:
    body, wanted = UPDATES[case]
    update = Update.de_json({"update_id": 5, **body}, None)
    again = Update.de_json(json.loads(update.to_json()), None)
    assert read(again, NOON) == wanted


def test_the_key_is_the_number_of_the_update() -> None:
    first, second = (read(Update.de_json({"update_id": n, **text("hola")}, None), NOON) for n in (1, 2))
    assert first is not None
    assert second == replace(first, key="2")


def test_the_table_is_made_of_what_telegram_publishes() -> None:
    """The made-up cases aside, each body is a true update; so the table cannot drift away from Telegram."""
    schema = published()
    wrong = {
        case: complaint
        for case, (body, _) in UPDATES.items()
        if "later" not in case and (complaint := schema.wrong_update({"update_id": 5, **body}))
    }
    assert wrong == {}


def test_only_what_has_an_answer_is_asked_for() -> None:
    asked_for = {next(iter(body)) for body, wanted in UPDATES.values() if wanted is not None}
    assert asked_for == set(ALLOWED_UPDATES)


def test_every_command_is_a_wish_the_core_knows() -> None:
    assert set(COMMANDS.values()) <= set(DIALOGUE)


def test_every_kind_that_can_be_sent_stands_in_the_table() -> None:
    """Except a poll, which `test_every_kind` sends."""
    kinds = {wanted.kind for _, wanted in UPDATES.values() if isinstance(wanted, Sent)}
    assert set(get_args(SentKind)) - kinds == {"poll"}


def test_a_text_as_long_as_telegram_lets_it_be() -> None:
    words = "😀" * (MessageLimit.MAX_TEXT_LENGTH // 2)
    assert read(Update.de_json({"update_id": 5, **text(words)}, None), NOON) == heard(words)
