"""Checks ``reply_markup`` beyond names and types: what the real server refuses."""

from typing import Any
from urllib.parse import urlsplit

from .errors import bad_request

Json = dict[str, Any]

MOST_BUTTONS = 100
LONGEST_DATA = 64
_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
_SCHEMES = {"http", "https", "tg", "tonsite"}


def inline_keyboard(markup: Json) -> Json:
    """An InlineKeyboardMarkup as it stands in a message (empty rows gone), or a refusal."""
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check_inline(button)
    return {"inline_keyboard": rows}


def _check_inline(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [action for action in _ACTIONS if action in button]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"can't parse inline keyboard button: more than one action: {', '.join(actions)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"])


def _check_url(url: str) -> None:
    """Telegram takes web and tg:// links only; tel: and mailto: are refused (known cause of lost messages)."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in _SCHEMES or not parts.netloc or url.startswith(("tel:", "mailto:")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def reply_keyboard(markup: Json) -> Json | None:
    """A ReplyKeyboardMarkup with something in it; None when the markup takes the keyboard away."""
    if "keyboard" not in markup:
        return None
    rows = [row for row in markup["keyboard"] if row]
    if not rows:
        raise bad_request("can't parse reply keyboard markup JSON object")
    for row in rows:
        for button in row:
            if not button["text"].strip():
                raise bad_request("keyboard button text must be non-empty")
    return {**markup, "keyboard": rows}
