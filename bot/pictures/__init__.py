"""DRAWS pictures to show and posters to hang up, from finished words. Knows no talk, no channel and no city.

Data in, bytes out: `draw_phrase` and `draw_place` make PNG, `draw_poster` makes PDF. They block for some tens of
milliseconds; call them in a thread. Why it is done so: ``docs/decisions/0010-pictures.md``.
"""

from bot.pictures.cards import Line, PhraseCard, PlaceCard, Poster, Reply
from bot.pictures.draw import draw_phrase, draw_place, draw_poster
from bot.pictures.press import MissingFont

__all__ = [
    "Line",
    "MissingFont",
    "PhraseCard",
    "PlaceCard",
    "Poster",
    "Reply",
    "draw_phrase",
    "draw_place",
    "draw_poster",
]
