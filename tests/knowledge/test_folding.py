"""The many ways of typing the same words become one."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import folding
from bot.knowledge.folding import fold, key


def test_its_examples_are_true() -> None:
    tried = doctest.testmod(folding)
    assert tried.attempted > 2
    assert tried.failed == 0


@pytest.mark.parametrize(
    "alike",
    [
        ("SÍ", "si", "sí!", "¡sí!"),
        ("أيوة", "ايوه", "أَيْوَة"),
        ("ኃይል", "ሀይል", "ሐይል"),
        ("ዓመት", "አመት", "ዐመት"),
        ("الكهربـــاء", "الكهرباء"),
        ("I can't", "i cant", "I can’t"),
        ("nooo", "noooooooo"),
        ("٣", "3", "፫", "३", "၃", "３"),
        ("my_house", "my house", "my  house"),
    ],
)
def test_these_are_the_same(alike: tuple[str, ...]) -> None:
    assert len({fold(text) for text in alike}) == 1


@pytest.mark.parametrize("text", ["मलाई मद्दत चाहिन्छ", "ကူညီပါ", "도와주세요", "እርዳኝ"])
def test_vowel_signs_are_letters_there(text: str) -> None:
    assert fold(text) == text


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)
    assert once == " ".join(once.split())
    assert fold(once) == once


def test_signs_alone_can_be_answers() -> None:
    assert key("👍") == "👍"
    assert key(" Sí! ") == "si"
