"""Card → picture. The last `KEPT` of each kind stay in memory: few cards are shown often."""

from functools import cache, lru_cache

from bot.pictures import data
from bot.pictures.cards import PhraseCard, PlaceCard, Poster
from bot.pictures.press import Press

KEPT = 64


@cache
def _press() -> Press:
    return Press()


@lru_cache(KEPT)
def draw_phrase(card: PhraseCard) -> bytes:
    """A PNG picture of 1024 × 1280 pixels, the largest of its shape that Telegram shows unscaled. Raises `MissingFont`.

    https://core.telegram.org/api/files#image-thumbnail-types
    """
    return _press().png("phrase.typ", data.phrase(card))


@lru_cache(KEPT)
def draw_place(card: PlaceCard) -> bytes:
    """A PNG picture 1024 pixels wide and as high as its lines need. Raises `MissingFont`."""
    return _press().png("place.typ", data.place(card))


@lru_cache(KEPT)
def draw_poster(card: Poster) -> bytes:
    """A PDF of one A4 page, as PDF/A. Raises `MissingFont`, and ``ValueError`` for an address that makes no code."""
    return _press().pdf("poster.typ", data.poster(card))
