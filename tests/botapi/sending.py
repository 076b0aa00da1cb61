"""Methods that put something into a chat."""

from typing import Any

from .content import PLAIN_KINDS
from .errors import Unsupported, bad_request, too_many_requests
from .files import FILE_KINDS, spoiler_of, wrong_album
from .html import parse, trimmed, utf16_length
from .keyboards import inline_keyboard, reply_keyboard
from .office import Office, serves
from .world import Chat, Post

Json = dict[str, Any]

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
#: Parameters that would change what happens in a way this server does not do.
_BEYOND = (
    "business_connection_id", "message_thread_id", "direct_messages_topic_id", "suggested_post_parameters",
    "inline_message_id", "show_caption_above_media",
)  # fmt: skip
_ACTIONS = frozenset(
    (
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    )
)  # fmt: skip
#: What a copy of a message does not take along.
_OF_ONE_MESSAGE = frozenset(
    (
        "message_id", "from", "sender_chat", "date", "chat", "edit_date", "reply_to_message", "reply_markup",
        "forward_origin", "media_group_id", "has_protected_content",
    )
)  # fmt: skip


@serves("sendMessage")
def send_message(office: Office, call: Json) -> Json:
    """Text, plain or HTML."""
    chat = chat_of(office, call)
    content = text_of(call)
    if "link_preview_options" in call:
        content["link_preview_options"] = call["link_preview_options"]
    return _post(office, chat, call, content)


def _serve_file_kind(kind: str) -> None:
    name = "".join(part.title() for part in kind.split("_"))

    @serves(f"send{name}")
    def send_file(office: Office, call: Json) -> Json:
        chat = chat_of(office, call)
        file = office.world.files.given(kind, call[kind], call, call)
        return _post(office, chat, call, {**file.fields, **spoiler_of(call), **caption_of(call)})


for _kind in FILE_KINDS:
    _serve_file_kind(_kind)


def _serve_plain_kind(kind: str) -> None:
    @serves(f"send{kind.title()}")
    def send_plain(office: Office, call: Json) -> Json:
        return _post(office, chat_of(office, call), call, PLAIN_KINDS[kind](call))


for _kind in PLAIN_KINDS:
    _serve_plain_kind(_kind)


@serves("sendMediaGroup")
def send_media_group(office: Office, call: Json) -> list[Json]:
    """2–10 photos, videos, documents or audios together."""
    chat = chat_of(office, call)
    items = call["media"]
    if (why := wrong_album([item["type"] for item in items])) is not None:
        raise bad_request(why)
    if any("show_caption_above_media" in item for item in items):
        raise Unsupported("the parameter show_caption_above_media")
    group = {"media_group_id": office.world.new_album()}
    contents = []
    for item in items:
        file = office.world.files.given(item["type"], item["media"], call, item)
        contents.append({**group, **file.fields, **spoiler_of(item), **caption_of(item)})
    return _post_all(office, chat, call, contents)


@serves("copyMessage")
def copy_message(office: Office, call: Json) -> Json:
    """The same content again, as the bot's own."""
    chat = chat_of(office, call)
    original = post_of(office, call["from_chat_id"], call["message_id"], "copy")
    kept = {k: v for k, v in original.wire.items() if k not in _OF_ONE_MESSAGE}
    if "caption" in call:
        kept |= caption_of(call)
    return {"message_id": _post(office, chat, call, kept)["message_id"]}


@serves("forwardMessage")
def forward_message(office: Office, call: Json) -> Json:
    """The same content, with where it came from."""
    chat = chat_of(office, call)
    original = post_of(office, call["from_chat_id"], call["message_id"], "forward").wire
    kept = {k: v for k, v in original.items() if k not in _OF_ONE_MESSAGE}
    if "forward_origin" not in original:
        kept["forward_origin"] = _origin(original)
    else:
        kept["forward_origin"] = original["forward_origin"]
    return _post(office, chat, call, kept)


def _origin(original: Json) -> Json:
    if "from" in original:
        return {"type": "user", "sender_user": original["from"], "date": original["date"]}
    return {"type": "channel", "chat": original["chat"], "message_id": original["message_id"], "date": original["date"]}


@serves("sendChatAction")
def send_chat_action(office: Office, call: Json) -> bool:
    """Shown for five seconds or until the next message."""
    if call["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = chat_of(office, call)
    chat.action = (call["action"], office.world.now)
    office.world.touch()
    return True


def chat_of(office: Office, call: Json) -> Chat:
    for name in _BEYOND:
        if name in call:
            raise Unsupported(f"the parameter {name}")
    return office.world.chat_for_bot(call["chat_id"])


def text_of(call: Json) -> Json:
    """``text`` and ``entities`` of a message, checked the way Telegram checks."""
    if not call["text"]:
        raise bad_request("message text is empty")
    text, entities = _formatted(call["text"], call.get("parse_mode"), call.get("entities"))
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def caption_of(call: Json) -> Json:
    if not call.get("caption"):
        return {}
    text, entities = _formatted(call["caption"], call.get("parse_mode"), call.get("caption_entities"))
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return {"caption": text, **({"caption_entities": entities} if entities else {})} if text else {}


def _formatted(text: str, parse_mode: str | None, entities: list[Json] | None) -> tuple[str, list[Json]]:
    if not parse_mode:
        return trimmed(text, entities or [])
    if parse_mode.lower() == "html":
        return parse(text)
    if parse_mode.lower() in ("markdown", "markdownv2"):
        raise Unsupported(f"parse_mode {parse_mode}")
    raise bad_request("unsupported parse_mode")


def _post(office: Office, chat: Chat, call: Json, content: Json) -> Json:
    """One message; see ``_post_all``."""
    return _post_all(office, chat, call, [content])[0]


def _post_all(office: Office, chat: Chat, call: Json, contents: list[Json]) -> list[Json]:
    """The last stretch of everything that is sent: answer to, keyboard, limit, and into the chat."""
    common = _reply(chat, call)
    markup, keyboard = call.get("reply_markup"), None
    if markup is not None and "inline_keyboard" in markup:
        inline = inline_keyboard(markup)
        if inline["inline_keyboard"]:
            common["reply_markup"] = inline
    elif markup is not None:
        keyboard = reply_keyboard(markup)
    if call.get("protect_content"):
        common["has_protected_content"] = True
    if wait := office.limits.wait(chat.id, chat.is_group, office.world.now, len(contents)):
        raise too_many_requests(wait)
    if markup is not None and "inline_keyboard" not in markup:
        chat.keyboard = keyboard
    chat.action = None
    return [office.world.post(chat, office.world.bot, {**content, **common}, keyboard=keyboard) for content in contents]


def _reply(chat: Chat, call: Json) -> Json:
    reply = call.get("reply_parameters")
    if reply is None:
        return {}
    if reply.get("chat_id", chat.id) != chat.id:
        raise Unsupported("an answer to a message of another chat")
    for name in ("quote", "checklist_task_id", "poll_option_id"):
        if name in reply:
            raise Unsupported(f"an answer with {name}")
    post = chat.posts.get(reply["message_id"])
    if post is None or post.deleted:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": {name: value for name, value in post.wire.items() if name != "reply_to_message"}}


def post_of(office: Office, chat_id: int | str, message_id: int, verb: str) -> Post:
    post = office.world.known_chat(chat_id).posts.get(message_id)
    if post is None or post.deleted:
        raise bad_request(f"message to {verb} not found")
    return post
