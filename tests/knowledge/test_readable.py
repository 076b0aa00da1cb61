"""How hard an English text is, against texts of which it is known."""

import pytest

from bot.knowledge.readable import grade, syllables

# The Gettysburg Address, 1863: tools give its first paragraph grades from 10 to 14.
HARD = (
    "Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, "
    "and dedicated to the proposition that all men are created equal."
)
EASY = "The cat sat on the mat. The dog ran to the door. Mom has a red hat."


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("library", 3),
        ("the", 1),
        ("late", 1),
        ("call", 1),
        ("immigration", 4),
        ("asked", 1),
        ("needed", 2),
        ("table", 2),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_grade() -> None:
    assert grade(EASY) < 2
    assert 9 < grade(HARD) < 15
    assert grade("") == grade("… !") == 0


def test_lines_end_sentences_as_on_a_phone() -> None:
    assert grade("Bring your card\nBring a bill") == grade("Bring your card. Bring a bill.")
