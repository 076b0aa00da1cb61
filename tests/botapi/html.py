"""Telegram's HTML, read the way Telegram reads it: text and entities out, or the reason it is refused.

Follows the rules of https://core.telegram.org/bots/api#html-style and the error texts of TDLib's parser; offsets in
errors are bytes of UTF-8, offsets in entities are UTF-16 code units. ``to_html`` goes the other way, for screens.
"""

import html as escaping
import re
from dataclasses import dataclass, field
from typing import Any

from .errors import bad_request

Json = dict[str, Any]

_ENTITY_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TAG_OF_ENTITY = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
_SAFE_LINKS = ("http://", "https://", "tg://", "mailto:", "tel:")
_REFERENCE = re.compile(r"&(?:#(\d{1,8});?|#[xX]([0-9a-fA-F]{1,8});?|(lt|gt|amp|quot);?)")
_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_START = re.compile(r"<([^\s>]*)")
_END = re.compile(r"</([^\s>]*)\s*")
_ATTRIBUTE = re.compile(r"\s*([^\s=>]*)\s*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit of every length and offset of the Bot API."""
    return len(text) + sum(ch > "\uffff" for ch in text)


def parse(source: str) -> tuple[str, list[Json]]:
    """HTML → plain text and its entities, trimmed as Telegram trims. Raises ``Refused`` (400, can't parse entities)."""
    if "<" not in source and "&" not in source:
        return trimmed(source, [])
    text, entities = _Reader(source).read()
    return trimmed(text, entities)


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Cuts white space at both ends and moves the entities along."""
    stripped = text.strip()
    if len(stripped) == len(text) or not entities:
        return stripped, entities
    cut, whole = utf16_length(text[: len(text) - len(text.lstrip())]), utf16_length(stripped)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"] - cut, whole)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return stripped, moved


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int


@dataclass(slots=True)
class _Reader:
    """One reading of one text."""

    source: str
    at: int = 0
    offset: int = 0
    text: list[str] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if self.source[self.at] != "<":
                self._take(self._character())
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _unreadable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.text), self.entities

    def _take(self, characters: str) -> None:
        self.text.append(characters)
        self.offset += utf16_length(characters)

    def _character(self) -> str:
        """The text up to the next tag or reference, or one reference decoded."""
        if self.source[self.at] == "&":
            found = _REFERENCE.match(self.source, self.at)
            if found is not None and (decoded := _decoded(found)):
                self.at = found.end()
                return decoded
            self.at += 1
            return "&"
        begin = self.at
        while self.at < len(self.source) and self.source[self.at] not in "<&":
            self.at += 1
        return self.source[begin : self.at]

    def _start_tag(self) -> None:
        begin = self.at
        found = _START.match(self.source, begin)
        assert found is not None
        tag = found[1].lower()
        self.at = found.end()
        if self.at >= len(self.source):
            raise _unreadable(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in _ENTITY_OF_TAG:
            raise _unreadable(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _unreadable(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self.open.append(_Open(tag, attributes, self.offset))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            found = _ATTRIBUTE.match(self.source, self.at)
            assert found is not None
            name = found[1].lower()
            self.at = found.end()
            if self.at >= len(self.source):
                raise _unreadable(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
            if not name and self.source[self.at] == ">":
                self.at += 1
                return attributes
            if not name:
                raise _unreadable(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
            attributes[name] = self._value(tag, name, begin)

    def _value(self, tag: str, name: str, begin: int) -> str:
        if self.source[self.at] != "=":
            if tag == "blockquote" and name == "expandable":
                return "1"
            raise _unreadable(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                f"at byte offset {self._bytes(begin)}"
            )
        self.at += 1
        while self.source[self.at : self.at + 1].isspace():
            self.at += 1
        quote = self.source[self.at : self.at + 1]
        if quote and quote in "\"'":
            end = self.source.find(quote, self.at + 1)
            if end < 0 or end + 1 >= len(self.source):
                raise _unreadable(f"Unclosed start tag at byte offset {self._bytes(begin)}")
            raw = self.source[self.at + 1 : end]
            self.at = end + 1
            return _REFERENCE.sub(lambda found: _decoded(found) or found[0], raw)
        token_begin = self.at
        token = _NAME_TOKEN.match(self.source, self.at)
        assert token is not None
        self.at = token.end()
        following = self.source[self.at : self.at + 1]
        if not following:
            raise _unreadable(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if following != ">" and not following.isspace():
            raise _unreadable(f"Unexpected end of name token at byte offset {self._bytes(token_begin)}")
        return token[0].lower()

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _unreadable(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        found = _END.match(self.source, begin)
        assert found is not None
        self.at = found.end()
        if self.source[self.at : self.at + 1] != ">":
            raise _unreadable(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self.at += 1
        opened, name = self.open[-1], found[1].lower()
        if name and name != opened.tag:
            raise _unreadable(
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{opened.tag}>", found "</{name}>"'
            )
        self.open.pop()
        if self.offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Json = {
            "type": _ENTITY_OF_TAG[opened.tag],
            "offset": opened.offset,
            "length": self.offset - opened.offset,
        }
        match opened.tag:
            case "a" if not opened.attributes.get("href"):
                return  # Telegram shows a link without a target as plain text.
            case "a":
                entity["url"] = opened.attributes["href"]
            case "tg-emoji":
                if not opened.attributes.get("emoji-id", "").isdigit():
                    raise _unreadable("Invalid custom emoji identifier specified")
                entity["custom_emoji_id"] = opened.attributes["emoji-id"]
            case "tg-time":
                if not opened.attributes.get("unix", "").lstrip("-").isdigit():
                    raise _unreadable("Invalid date specified")
                entity["unix_time"] = int(opened.attributes["unix"])
                if opened.attributes.get("format"):
                    entity["date_time_format"] = opened.attributes["format"]
            case "blockquote" if "expandable" in opened.attributes:
                entity["type"] = "expandable_blockquote"
            case "code" if self.open and self.open[-1].tag == "pre" and opened.attributes.get("class"):
                self.open[-1].attributes["language"] = opened.attributes["class"].removeprefix("language-")
                return
            case "pre" if opened.attributes.get("language"):
                entity["language"] = opened.attributes["language"]
        self.entities.append(entity)

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode())


def _decoded(reference: re.Match[str]) -> str:
    """The character of ``&amp;`` or ``&#1234;``; empty when it is none, and then the text stays as it is."""
    decimal, hexadecimal, name = reference.groups()
    if name:
        return _REFERENCES[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _unreadable(why: str) -> Exception:
    return bad_request(f"can't parse entities: {why}")


def to_html(text: str, entities: list[Json]) -> str:
    """Text and entities → clean HTML that a page may show (only our own tags, all else escaped)."""
    if not entities:
        return escaping.escape(text, quote=False)
    units = text.encode("utf-16-le")
    starts: dict[int, list[str]] = {}
    ends: dict[int, list[str]] = {}
    for entity in entities:
        before, after = _tags(entity)
        starts.setdefault(entity["offset"], []).append(before)
        ends.setdefault(entity["offset"] + entity["length"], []).insert(0, after)
    pieces: list[str] = []
    last = 0
    for place in sorted({*starts, *ends}):
        pieces.append(escaping.escape(units[last * 2 : place * 2].decode("utf-16-le", "replace"), quote=False))
        pieces += ends.get(place, [])
        pieces += starts.get(place, [])
        last = place
    pieces.append(escaping.escape(units[last * 2 :].decode("utf-16-le", "replace"), quote=False))
    return "".join(pieces)


def _tags(entity: Json) -> tuple[str, str]:
    kind = entity["type"]
    if kind == "text_link" and entity["url"].startswith(_SAFE_LINKS):
        return f'<a href="{escaping.escape(entity["url"])}">', "</a>"
    if kind == "bot_command":
        return '<a class="command">', "</a>"
    tag = _TAG_OF_ENTITY.get(kind)
    return (f"<{tag}>", f"</{tag}>") if tag else ("", "")
