"""What people put into a message: a kind and what can be said about it → the fields the API shows."""

import re
from typing import Any

from .content import PLAIN_FACTS, PLAIN_KINDS
from .files import CAPTIONED, FILE_FACTS, FILE_KINDS, NAMED, Files, spoiler_of
from .html import utf16_length

Json = dict[str, Any]

_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")
_DEFAULTS: dict[str, Json] = {
    "location": {"latitude": 39.7294, "longitude": -104.8319},
    "venue": {"latitude": 39.7294, "longitude": -104.8319, "title": "A place", "address": "A street"},
    "contact": {"phone_number": "+15555550100", "first_name": "Somebody"},
    "poll": {"question": "Which one?", "options": [{"text": "One"}, {"text": "Two"}]},
    "dice": {},
}


def content_of(
    files: Files, author: Json, kind: str, more: Json, *, content: bytes | None = None, caption: str | None = None
) -> Json:
    """The part of a message that says what it is; ValueError for what such a message cannot say."""
    if kind not in FILE_KINDS and kind not in PLAIN_KINDS:
        raise ValueError(f"Nobody can send {kind!r}; there are {', '.join([*FILE_KINDS, *PLAIN_KINDS])}.")
    can_say = {*PLAIN_FACTS[kind]} if kind in PLAIN_KINDS else {"size", *FILE_FACTS[kind]}
    if kind in NAMED:
        can_say.add("file_name")
    if unknown := more.keys() - can_say:
        raise ValueError(f"A {kind} has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(can_say))}.")
    if caption is not None and kind not in CAPTIONED:
        raise ValueError(f"A {kind} has no caption.")
    if content is not None and kind in PLAIN_KINDS:
        raise ValueError(f"A {kind} has no content.")
    if kind == "contact" and not more:
        more = {"phone_number": "+15555550100", "first_name": author["first_name"], "user_id": author["id"]}
    if kind in PLAIN_KINDS:
        return PLAIN_KINDS[kind]({**_DEFAULTS[kind], **more})
    if content is None:
        content = f"{kind} of {author['first_name']}".encode()
    file = files.keep(kind, content, more.get("file_name", ""), facts=more, size=more.get("size"))
    return {**file.fields, **spoiler_of(more), **({"caption": caption} if caption else {})}


def entities_of(text: str) -> Json:
    """Commands are marked by the server, so the bot can tell /stop from a word."""
    found = [
        {"type": "bot_command", "offset": utf16_length(text[: hit.start()]), "length": utf16_length(hit[0])}
        for hit in _COMMAND.finditer(text)
    ]
    return {"entities": found} if found else {}
