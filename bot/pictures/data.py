"""Cards → what the templates read: cleaned texts, cut to what their place can hold, as JSON-like values."""

import io
import re
import textwrap
import unicodedata
from typing import Any, TypeAlias

import segno

from bot.pictures.cards import LONGEST_URL, PhraseCard, PlaceCard, Poster

Data: TypeAlias = dict[str, Any]

SENTENCE, LABEL, TITLE = 400, 120, 160
"""Letters; about twice what anybody should write there. More is cut and ends in an ellipsis."""
URL_LINE = 70
REPLIES, LINES, STEPS = 9, 8, 5

_USEFUL = frozenset("\n\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069")
"""Control and format characters that do something good: line ends, joiners, isolates and marks of direction."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Control, format, surrogate, private and unassigned: https://www.unicode.org/reports/tr44/#General_Category_Values"""
_BLANK = re.compile(r"_{2,}")
_ENDLESS = re.compile(r"[!-~\u00a1-\u024f]{24}(?=[!-~\u00a1-\u024f])")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def clean(text: str, limit: int = SENTENCE) -> str:
    """*text* without what cannot be drawn, in composed form, with at most *limit* characters and no space at its ends.

    A Latin word without end gets places where its line may break. Controls that would override the direction of other
    text are dropped; isolates stay.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    text = "".join(char for char in text if char in _USEFUL or unicodedata.category(char) not in _UNSEEN)
    text = re.sub(r"[ \n]*\n[ \n]*", "\n", text).strip()
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return _ENDLESS.sub(lambda run: run[0] + "\u200b", text)


def reads_left(text: str) -> bool:
    """Whether *text*, a phone number or an address for instance, has nothing that is written from right to left.

    Alone in right-to-left text its digits would change places: https://www.unicode.org/reports/tr9/#Resolving_Weak_Types
    """
    return not any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)


def phrase(card: PhraseCard) -> Data:
    """What ``phrase.typ`` reads."""
    english = clean(card.english)
    own = english if card.language == "en" else clean(card.own)
    translated = any(reply.own.strip() != reply.english.strip() for reply in card.replies)
    replies = [
        {
            "english": [part.strip() for part in _BLANK.split(clean(reply.english, LABEL))],
            # The line to write on stands once, in English: there it will be filled in.
            "own": _BLANK.sub("", clean(reply.own, LABEL)).rstrip(" :፦") if translated else "",
        }
        for reply in card.replies[:REPLIES]
    ]
    return _in_language(card.language, rtl=card.rtl) | {
        "own": "" if own == english else own,
        "english": english,
        "replies": replies,
        "footer": clean(card.footer, LABEL),
        "ask": clean(card.ask, LABEL),
    }


def place(card: PlaceCard) -> Data:
    """What ``place.typ`` reads."""
    english = clean(card.english)
    own = english if card.language == "en" else clean(card.own)
    lines = [
        {
            "icon": clean(line.icon, 8),
            "label": clean(line.label, LABEL),
            "value": clean(line.value, TITLE),
            "ltr": reads_left(line.value),
        }
        for line in card.lines[:LINES]
    ]
    return _in_language(card.language, rtl=card.rtl) | {
        "title": clean(card.title, TITLE),
        "lines": lines,
        "own": "" if own == english else own,
        "english": english,
        "checked": clean(card.checked, LABEL),
    }


def poster(card: Poster) -> Data:
    """What ``poster.typ`` reads. Raises ``ValueError`` when the address cannot become a code that phones read."""
    title, english = clean(card.title, TITLE), clean(card.english_title, TITLE)
    code, squares = qr_code(card.url)
    return _in_language(card.language, rtl=card.rtl) | {
        "title": title,
        "english_title": "" if english == title else english,
        "icon": clean(card.icon, 8),
        "summary": clean(card.summary),
        "steps": [clean(step, TITLE) for step in card.steps[:STEPS]],
        "how": clean(card.how, TITLE),
        "city": clean(card.city, LABEL),
        "poster_id": clean(card.poster_id, LABEL),
        "checked": clean(card.checked, LABEL),
        "url": card.url,
        "url_lines": "\n".join(textwrap.wrap(card.url, URL_LINE, break_on_hyphens=False)),
        "code": code,
        "squares": squares,
    }


def qr_code(url: str) -> tuple[str, int]:
    """An SVG picture of *url* as a QR code with its quiet zone of four squares, and how many squares the code has a side.

    A quarter of it may be damaged (level Q). Raises ``ValueError`` for an address that is empty, too long or not plain
    printable ASCII.
    """
    if not url or len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"a poster's address has 1 to {LONGEST_URL} printable ASCII characters, not {url!r}")
    code = segno.make(url, micro=False, error="q")
    svg = io.BytesIO()
    code.save(svg, kind="svg", border=4, xmldecl=False, omitsize=True)
    return svg.getvalue().decode(), int(code.symbol_size(border=0)[0])


def _in_language(language: str, *, rtl: bool) -> Data:
    code = language.replace("_", "-").split("-")[0].lower()
    return {"language": code if re.fullmatch("[a-z]{2,3}", code) else "en", "rtl": rtl}
