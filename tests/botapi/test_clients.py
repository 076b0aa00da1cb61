"""Two libraries that do not know each other agree that this is a Bot API server."""

import datetime as dt
import io

import aiogram
import aiogram.types
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter

from tests.botapi import BotApi, Limits
from tests.botapi.content import FILE_KINDS, PLAIN_KINDS

KEYBOARD = [[("Yes", "yes"), ("No", "no")], [("ድረ ገጽ", "site")]]


def ptb(api: BotApi) -> telegram.Bot:
    return telegram.Bot(api.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot")


def aiogram_bot(api: BotApi) -> aiogram.Bot:
    return aiogram.Bot(api.token, session=AiohttpSession(api=TelegramAPIServer.from_base(api.url)))


async def test_a_conversation_with_python_telegram_bot(api: BotApi) -> None:
    rosa = api.user("Rosa", language="es")
    async with ptb(api) as bot:
        assert bot.username == "lab_bot"
        rosa.starts("library-card__es")
        (start,) = await bot.get_updates(timeout=2)
        assert start.message is not None
        assert start.message.text == "/start library-card__es"
        assert start.message.parse_entities(["bot_command"]) == {start.message.entities[0]: "/start"}
        assert start.message.from_user.language_code == "es"
        markup = telegram.InlineKeyboardMarkup(
            [[telegram.InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in KEYBOARD]
        )
        await bot.send_message(rosa.id, "<b>¿Tiene</b> tarjeta?", parse_mode="HTML", reply_markup=markup)
        asked = await rosa.expect("¿Tiene tarjeta?")
        assert asked.html == "<b>¿Tiene</b> tarjeta?"
        assert asked.labels == ["Yes", "No", "ድረ ገጽ"]

        press = rosa.presses("Yes")
        (update,) = await bot.get_updates(offset=start.update_id + 1, timeout=2)
        query = update.callback_query
        assert query is not None
        assert query.data == "yes"
        assert await query.answer("Gracias")
        assert await press.answered() == {"text": "Gracias"}
        await query.edit_message_text("Muy bien")
        assert (await rosa.expect("Muy bien")).edited
        await bot.send_venue(rosa.id, 39.7, -104.8, "Central Library", "14949 E Alameda")
        assert (await rosa.expect("Central Library")).kind == "venue"
        await bot.send_contact(rosa.id, "+13035550100", "Library")
        await bot.send_location(rosa.id, 39.7, -104.8)
        await bot.send_photo(rosa.id, io.BytesIO(b"a photo"), caption="<i>map</i>", parse_mode="HTML")
        assert (await rosa.expect("map")).html == "<i>map</i>"
        sent = await bot.send_document(rosa.id, io.BytesIO(b"a form"), filename="form.pdf")
        assert await (await sent.document.get_file()).download_as_bytearray() == b"a form"
        assert await bot.send_chat_action(rosa.id, "typing")
        copy = await bot.copy_message(rosa.id, rosa.id, asked.message_id)
        assert rosa.last().message_id == copy.message_id
        assert rosa.last().text == "Muy bien"
        forward = await bot.forward_message(rosa.id, rosa.id, start.message.message_id)
        assert forward.forward_origin.sender_user.id == rosa.id
        assert await bot.delete_message(rosa.id, forward.message_id)
        assert rosa.screen()[-1].deleted
    assert [message.kind for message in rosa.screen()] == [
        "text", "text", "venue", "contact", "location", "photo", "document", "text", "text",
    ]  # fmt: skip


async def test_a_conversation_with_aiogram(api: BotApi) -> None:
    amina = api.user("Amina", language="ar")
    bot = aiogram_bot(api)
    async with bot.session:
        assert (await bot.get_me()).is_bot
        amina.says("مرحبا")
        (update,) = await bot.get_updates(timeout=2)
        assert update.message is not None
        assert update.message.text == "مرحبا"
        button = aiogram.types.InlineKeyboardButton(text="نعم", callback_data="yes")
        markup = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])
        await bot.send_message(amina.id, "<b>أهلا</b>", parse_mode="HTML", reply_markup=markup)
        press = amina.presses("نعم")
        (pressed,) = await bot.get_updates(offset=-1, timeout=2)
        assert pressed.callback_query is not None
        assert isinstance(pressed.callback_query.message, aiogram.types.Message)
        await bot.answer_callback_query(pressed.callback_query.id)
        assert press.answer == {}
        await bot.edit_message_reply_markup(chat_id=amina.id, message_id=amina.last().message_id, reply_markup=None)
        assert amina.last().labels == []
        assert not amina.last().edited
        await bot.send_voice(amina.id, aiogram.types.BufferedInputFile(b"ogg", "answer.ogg"), duration=4)
        await bot.send_sticker(amina.id, aiogram.types.BufferedInputFile(b"webp", "a.webp"))
        await bot.send_poll(amina.id, "Which?", [aiogram.types.InputPollOption(text=text) for text in ("One", "Two")])
        await bot.send_dice(amina.id)
        media = [aiogram.types.InputMediaPhoto(media=aiogram.types.BufferedInputFile(b"x", "x.jpg")) for _ in range(2)]
        assert len(await bot.send_media_group(amina.id, media)) == 2
        amina.sends("photo", content=b"my letter", caption="help")
        (photo,) = await bot.get_updates(offset=-1, timeout=2)
        downloaded = await bot.download(photo.message.photo[-1])
        assert downloaded.read() == b"my letter"
        commands = [aiogram.types.BotCommand(command="menu", description="القائمة")]
        scope = aiogram.types.BotCommandScopeAllPrivateChats()
        await bot.set_my_commands(commands, scope=scope, language_code="ar")
        (command,) = await bot.get_my_commands(scope=scope, language_code="ar")
        assert (command.command, command.description) == ("menu", "القائمة")
        assert await bot.get_my_commands() == []
        await bot.set_my_name("مساعد", language_code="ar")
        assert (await bot.get_my_name(language_code="ar")).name == "مساعد"
        await bot.set_my_description("Hello")
        assert (await bot.get_my_description(language_code="am")).description == "Hello"
        await bot.set_my_short_description("Hi")
        assert (await bot.get_my_short_description()).short_description == "Hi"
        await bot.set_chat_menu_button(menu_button=aiogram.types.MenuButtonCommands())
        assert (await bot.get_chat_menu_button()).type == "commands"
        amina.blocks()
        with pytest.raises(TelegramForbiddenError, match="blocked by the user"):
            await bot.send_message(amina.id, "are you there?")


async def test_everything_a_person_can_send_is_understood_by_both(api: BotApi) -> None:
    rosa = api.user("Rosa")
    kinds = [*FILE_KINDS, *PLAIN_KINDS]
    assert len(kinds) == 13
    for kind in kinds:
        rosa.sends(kind)
    rosa.forwards("look at this")
    async with ptb(api) as bot:
        updates = await bot.get_updates()
    for kind, update in zip(kinds, updates, strict=False):
        assert update.message.effective_attachment
        assert getattr(update.message, kind)
    assert updates[-1].message.forward_origin.sender_user_name == "A friend"
    other = aiogram_bot(api)
    async with other.session:
        assert [update.message.content_type for update in await other.get_updates()] == [*kinds, "text"]


async def test_both_recognise_the_flood_limit() -> None:
    async with BotApi(limits=Limits(chat_burst=1)) as api:
        rosa = api.user("Rosa")
        rosa.starts()
        async with ptb(api) as bot:
            await bot.send_message(rosa.id, "one")
            with pytest.raises(telegram.error.RetryAfter) as slow:
                await bot.send_message(rosa.id, "two")
            assert slow.value.retry_after == dt.timedelta(seconds=1)
        other = aiogram_bot(api)
        async with other.session:
            with pytest.raises(TelegramRetryAfter):
                await other.send_message(rosa.id, "three")
        assert [message.text for message in rosa.screen()] == ["/start", "one"]
