"""Methods that change or take away what is in a chat, answer button presses, and find files."""

from typing import Any

from .errors import Refused, Unsupported, bad_request
from .files import CAPTIONED, LARGEST_DOWNLOAD
from .keyboards import inline_keyboard
from .office import Office, serves
from .sending import caption_of, chat_of, post_of, text_of
from .world import Chat, Post

Json = dict[str, Any]

LONGEST_ANSWER = 200
DELETABLE_FOR = 48 * 3600


def _own(office: Office, call: Json) -> tuple[Chat, Post]:
    """The bot's own message that a call wants to change."""
    if "chat_id" not in call or "message_id" not in call:
        raise bad_request("message identifier is not specified")
    chat = chat_of(office, call)
    post = post_of(office, call["chat_id"], call["message_id"], "edit")
    if not post.by_bot:
        raise bad_request("message can't be edited")
    return chat, post


def _changed(office: Office, call: Json, words: Json | None) -> Json:
    """Edits words and buttons together, as Telegram does: an edit without buttons takes them away."""
    chat, post = _own(office, call)
    markup = inline_keyboard(call["reply_markup"]) if "reply_markup" in call else None
    if markup is not None and not markup["inline_keyboard"]:
        markup = None
    changes: Json = {**(words or {}), "reply_markup": markup}
    if all(post.wire.get(name) == value for name, value in changes.items()):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    # Telegram does not mark a message as edited when only its buttons change.
    return office.world.edit(chat, post, changes, marked=words is not None)


@serves("editMessageText")
def edit_message_text(office: Office, call: Json) -> Json:
    """New words for an own text message."""
    if "rich_message" in call or "text" not in call:
        raise Unsupported("editMessageText without text")
    _, post = _own(office, call)
    if "text" not in post.wire:
        raise bad_request("there is no text in the message to edit")
    return _changed(office, call, {"entities": None, **text_of(call)})


@serves("editMessageCaption")
def edit_message_caption(office: Office, call: Json) -> Json:
    """New words under an own photo, voice, …"""
    _, post = _own(office, call)
    if not any(kind in post.wire for kind in CAPTIONED):
        raise bad_request("there is no caption in the message to edit")
    return _changed(office, call, {"caption": None, "caption_entities": None, **caption_of(call)})


@serves("editMessageReplyMarkup")
def edit_message_reply_markup(office: Office, call: Json) -> Json:
    """New buttons, or none."""
    return _changed(office, call, None)


@serves("deleteMessage")
def delete_message(office: Office, call: Json) -> bool:
    """Within 48 hours; a bot may also delete what people wrote in a private chat."""
    chat = chat_of(office, call)
    post = post_of(office, call["chat_id"], call["message_id"], "delete")
    too_old = office.world.now - post.wire["date"] > DELETABLE_FOR
    not_allowed = chat.is_group and not post.by_bot and chat.bot_status != "administrator"
    if too_old or not_allowed:
        raise bad_request("message can't be deleted for everyone" if too_old else "message can't be deleted")
    office.world.delete(post)
    return True


@serves("deleteMessages")
def delete_messages(office: Office, call: Json) -> bool:
    """Many at once; those that cannot be found are passed over."""
    for number in call["message_ids"]:
        try:
            delete_message(office, {"chat_id": call["chat_id"], "message_id": number})
        except Refused as refused:
            if "not found" not in refused.description or "chat" in refused.description:
                raise
    return True


@serves("leaveChat")
def leave_chat(office: Office, call: Json) -> bool:
    """The bot goes by itself."""
    chat = office.world.chat_for_bot(call["chat_id"])
    if not chat.is_group:
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot_status = "left"
    office.world.touch()
    return True


# -- button presses and files


@serves("answerCallbackQuery")
def answer_callback_query(office: Office, call: Json) -> bool:
    """Once, and not too late."""
    query = office.world.queries.get(call["callback_query_id"])
    now = office.world.now
    if query is None or query.answer is not None or now - query.made > office.callback_lifetime:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(call.get("text", "")) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer = {name: call[name] for name in ("text", "show_alert", "url") if name in call}
    query.answered_at = now
    office.world.touch()
    return True


@serves("getFile")
def get_file(office: Office, call: Json) -> Json:
    """Where a file can be downloaded."""
    file = office.world.files.by_id.get(call["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return {**file.identity, "file_path": file.path}
