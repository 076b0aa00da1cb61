"""Search finds what was meant in articles' own words, misspelt too, and nothing in nonsense."""

import pytest

from bot.content import load
from tests.conftest import CITY

LIBRARY = load(CITY).library


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("library card", "en", "library-card"),
        ("i want a libary card", "en", "library-card"),
        ("tarjeta de la biblioteca", "es", "library-card"),
        ("biblioteca", "es", "library-card"),
        ("بطاقة مكتبة", "ar", "library-card"),
        ("የላይብረሪ ካርድ", "am", "library-card"),
        ("bus", "am", "ride-transit"),
        ("smoke alarm", "en", "fire-safety"),
    ],
)
def test_found(text: str, language: str, article: str) -> None:
    hits = LIBRARY.search(text, language)
    assert hits
    assert hits[0].article == article
    assert hits[0].score >= 0.8


@pytest.mark.parametrize("text", ["", "x", "qwxz qwxz", "😀😀", "1234567", "the of and"])
def test_nothing_in_nonsense(text: str) -> None:
    assert all(hit.score < 0.7 for hit in LIBRARY.search(text, "en"))


def test_best_first_and_not_too_many() -> None:
    scores = [hit.score for hit in LIBRARY.search("gas and fire and bus and library", "en")]
    assert scores == sorted(scores, reverse=True)
    assert 1 < len(scores) <= 3
