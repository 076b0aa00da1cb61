"""Words → Telegram's HTML and keyboards. The only place that knows how Telegram wants a text written.

Every run of text is escaped by itself, so no text can become a tag. Long texts are cut at the best border there is.
Limits: https://core.telegram.org/bots/api#sendmessage (4096 UTF-16 code units after the tags are read).
"""

import re
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.conversation.words import Words
from bot.richtext import Span, Text, merge

MOST = 4096
_EMPTY = "…"
_BORDERS = ("\n\n", "\n", r"[.!?…؟።။।]['\"”’)\]]*\s+", r"\s+")
"""Where a text may be cut, best first: paragraph, line, sentence (in every script we speak), word."""


def html(text: Text) -> str:
    """Telegram HTML of *text*. Telephone numbers stay bare: Telegram's apps make them callable, and refuse ``tel:`` links."""
    return "".join(map(_span, text))


def _span(span: Span) -> str:
    drawn = escape(span.text, quote=False)
    if span.link.startswith(("https://", "http://")):
        drawn = f'<a href="{escape(span.link)}">{drawn}</a>'
    return f"<b>{drawn}</b>" if span.bold else drawn


def keyboard(words: Words) -> InlineKeyboardMarkup | None:
    """The buttons under *words*; ``None`` without any."""
    rows = [[InlineKeyboardButton(button.label, callback_data=button.press) for button in row] for row in words.rows]
    return InlineKeyboardMarkup(rows) if rows else None


def size(text: str) -> int:
    """How long Telegram finds *text*: UTF-16 code units."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def pieces(text: Text, most: int = MOST) -> list[Text]:
    """*text* in pieces that Telegram takes; one piece nearly always, and never none. Only white space at a cut is lost."""
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
        last = None
        for last in re.finditer(pattern, text):
            pass
        if last and last.start() >= len(text) // 2:
            return len(text[: last.end()].rstrip()), last.end()
    return None


def _slice(text: Text, start: int, end: int) -> Text:
    spans: list[Span] = []
    at = 0
    for span in text:
        part = span.text[max(0, start - at) : max(0, end - at)]
        spans.append(Span(part, span.bold, span.link))
        at += len(span.text)
    return merge(spans)
