"""What is on each picture, as plain values: every word is finished and already in its language.

``language`` is a code such as ``ar`` or ``zh-Hant``; ``rtl`` says that it is written from right to left. An empty text
leaves no gap. Texts longer than their place can hold are cut, see `bot.pictures.data`.
"""

from typing import NamedTuple


class Reply(NamedTuple):
    """An answer that the person at the counter can point to. Two or more ``_`` in a row become a line to write on."""

    own: str
    english: str


class Line(NamedTuple):
    """One thing worth knowing about a place. ``icon`` is an emoji; ``label`` says what ``value`` is."""

    icon: str
    label: str
    value: str


class PhraseCard(NamedTuple):
    """A sentence to show at a counter: in the newcomer's language for trust, in large English for the other side.

    ``ask`` is an English line above the replies, such as “Please point to your answer”. ``footer`` is small, at the end.
    """

    own: str
    english: str
    language: str
    rtl: bool
    replies: tuple[Reply, ...] = ()
    footer: str = ""
    ask: str = ""


class PlaceCard(NamedTuple):
    """A place, for a phone without a network; with one phrase to say there, where ``english`` is not empty.

    ``checked`` says when somebody last made sure of all this.
    """

    title: str
    lines: tuple[Line, ...]
    language: str
    rtl: bool
    own: str = ""
    english: str = ""
    checked: str = ""


class Poster(NamedTuple):
    """A sheet for a library door. Its QR code leads to ``url``, at most `LONGEST_URL` printable ASCII characters.

    ``icon`` is an emoji; ``steps`` are what to do, usually three; ``how`` tells how to use the code; ``city`` says whose
    poster this is; ``poster_id`` tells its printers which one it is; ``checked`` says when somebody last made sure of it.
    """

    title: str
    english_title: str
    url: str
    language: str
    rtl: bool
    icon: str = ""
    summary: str = ""
    steps: tuple[str, ...] = ()
    how: str = ""
    city: str = ""
    poster_id: str = ""
    checked: str = ""


LONGEST_URL = 300
"""A longer address makes the squares of a printed code too small for old phones."""
