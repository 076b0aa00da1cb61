"""Words → Telegram's HTML and keyboards. The only place that knows how Telegram wants a text written.

Every run of text is escaped by itself, so no text can become a tag. Long texts are cut at the best border there is.
Limits: https://core.telegram.org/bots/api#sendmessage (4096 UTF-16 code units after the tags are read).
"""

import re
from collections import deque
from html import escape
from typing import TypeAlias

from bot.conversation.words import Words
from bot.richtext import Span, Text, merge

Keyboard: TypeAlias = dict[str, list[list[dict[str, str]]]]
"""As Telegram writes it: https://core.telegram.org/bots/api#inlinekeyboardmarkup. The library's own objects for it would
be made only to be taken apart again, which takes more processor time than the call that carries them."""

MOST = 4096
MOST_CAPTION = 1024
_EMPTY = "…"
_BORDERS = ("\n\n", "\n", r"[.!?…؟۔።။।]['\"”’)\]]*\s+", r"\s+")
"""Where a text may be cut, best first: paragraph, line, sentence (in every script we speak), word."""


def html(text: Text) -> str:
    """Telegram HTML of *text*. Phone numbers stay bare: Telegram takes no ``tel:`` link, its apps make them callable."""
    return "".join(map(_span, text))


def _span(span: Span) -> str:
    drawn = escape(span.text, quote=False)
    if span.link.startswith(("https://", "http://")):
        drawn = f'<a href="{escape(span.link)}">{drawn}</a>'
    return f"<b>{drawn}</b>" if span.bold else drawn


def keyboard(words: Words) -> Keyboard | None:
    """The buttons under *words*; ``None`` without any."""
    rows = [[{"text": button.label, "callback_data": button.press} for button in row] for row in words.rows]
    return {"inline_keyboard": rows} if rows else None


def beneath(keys: Keyboard | None, answers: str) -> dict[str, object]:
    """What goes along with every message: buttons, and which message it replies to, if that is still there."""
    more: dict[str, object] = {"reply_markup": keys}
    if answers.isdecimal():
        more["reply_parameters"] = {"message_id": int(answers), "allow_sending_without_reply": True}
    return more


def size(text: str) -> int:
    """How long Telegram finds *text*: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: Text, most: int = MOST) -> list[Text]:
    """*text* in pieces that Telegram takes: nearly always one, never none. Only white space at a cut is lost."""
    found: list[Text] = []
    rest = text
    while size(_plain(rest)) > most:
        head, rest = _cut(rest, most)
        if _plain(head).strip():
            found.append(head)
    if _plain(rest).strip():
        found.append(rest)
    return found or [(Span(_EMPTY),)]


def _plain(text: Text) -> str:
    return "".join(span.text for span in text)


def _cut(text: Text, most: int) -> tuple[Text, Text]:
    whole = _plain(text)
    fits = _fitting(whole, most)
    end, resume = _border(whole[:fits]) or (fits, fits)
    return _slice(text, 0, end), _slice(text, resume, len(whole))


def _fitting(text: str, most: int) -> int:
    units = 0
    for index, letter in enumerate(text):
        units += 1 + (letter > "\uffff")
        if units > most:
            return index
    return len(text)


def _border(text: str) -> tuple[int, int] | None:
    """End of the head and begin of the rest at the last good border in the second half of *text*."""
    for pattern in _BORDERS:
        last = deque(re.finditer(pattern, text), maxlen=1)
        if last and last[0].start() >= len(text) // 2:
            return len(text[: last[0].end()].rstrip()), last[0].end()
    return None


def _slice(text: Text, start: int, end: int) -> Text:
    spans: list[Span] = []
    at = 0
    for span in text:
        part = span.text[max(0, start - at) : max(0, end - at)]
        spans.append(Span(part, span.bold, span.link))
        at += len(span.text)
    return merge(spans)
