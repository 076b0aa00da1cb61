"""Numbers of papers and cards are cut out; phones of offices, prices and dates stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.privacy import CUT, clean


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("my A number is A 123-456-789", ("a-number",)),
        ("A123456789", ("a-number",)),
        ("a# 12345678 is me", ("a-number",)),
        ("ssn 123-45-6789 ok", ("ssn",)),
        ("mi seguro es 123456789", ("ssn",)),
        ("my itin 912 34 5678", ("ssn",)),
        ("رقمي ١٢٣-٤٥-٦٧٨٩", ("ssn",)),
        ("my card 4111 1111 1111 1111 please", ("card",)),
        ("passport AB1234567", ("passport",)),
        ("pasaporte numero 123456789", ("passport",)),
        ("A123456789 and 123-45-6789", ("a-number", "ssn")),
    ],
)
def test_cut(text: str, cut: tuple[str, ...]) -> None:
    cleaned = clean(text)
    assert cleaned.cut == cut
    assert cleaned.text.count(CUT) == len(cut)
    assert not any(run.isdigit() and len(run) > 5 for run in cleaned.text.split())


@pytest.mark.parametrize(
    "text",
    ["call 303-739-6600", "+1 (303) 739-6600 ext 12", "1-800-895-4999", "it costs 2.75 or $88", "on 2026-11-23 at 10:00",
     "route 15 and 16L", "9898 E. Colfax Ave., Aurora, CO 80010", "303 739 6600 and 720 555 1234", "4111 1111 1111 1112",
     "911", "apt A 12", "190 days"],
)  # fmt: skip
def test_kept(text: str) -> None:
    assert clean(text) == type(clean(text))(text, ())


@given(st.text())
def test_any_text_is_cleaned_once_and_for_all(text: str) -> None:
    once = clean(text)
    assert clean(once.text).text == once.text
    if not once.cut:
        assert once.text == text
