"""Whatever stands in a text, Telegram shows exactly that: no tag is made of it, nothing is lost, no piece is too long."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channel.drawing import MOST, html, keyboard, pieces, size
from bot.conversation.words import Button, Words
from bot.richtext import Span, Text, merge, plain
from tests.botapi.html import parse, utf16_length

HOSTILE = [
    "<b>", "</b>", "<a href='x'>", "<", ">", "&", "&amp;", "&lt;", "&#60;", "&nbsp;", '"', "'", "<script>", "<!--", "]]>",
    "*", "_", "`", "[x](tg://user?id=1)", "\\", "{fact:x}", "/stop", "@lab_bot", "#tag", "https://example.org/?a=1&b=2",
    "\u200b", "\u200d", "\u200e", "\u200f", "\u202e", "\u2066", "\u2069", "\ufeff", "\u00ad", "\u0301" * 5,
    "\U0001f469\u200d\U0001f692",
    "\U0001f1fa\U0001f1f8", "😀", "مرحبا", "؟", "ሰላም።",
    "مكتبة ‎(720) 555-0100‎", "မြန်မာ။", "नेपाली।", "한국어", "中文。", "Tiếng Việt",
    "\n", "\n\n", "\t", " ", "\u00a0", "\u2028", "\r", "\x00", "\x1b", "\ufffc", "\U0010ffff",
]  # fmt: skip

texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=5)), max_size=25).map("".join),
)
links = st.one_of(
    st.just(""),
    st.just("tel:+17205550100"),
    st.text(alphabet="abc/?&=<>\"'%#;", min_size=1, max_size=12).map("https://{}".format),
)
spans = st.lists(st.builds(Span, texts, st.booleans(), links), max_size=6).map(merge)
usual = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def bare(text: str) -> str:
    """*text* without white space: the only thing that may go at a cut or an end."""
    return "".join(text.split())


def looks(text: str, entities: list[dict[str, object]]) -> Iterator[tuple[str, bool, str]]:
    """Each letter that is no white space, whether Telegram shows it bold, and where it leads."""
    at = 0
    for letter in text:
        over = [e for e in entities if int(str(e["offset"])) <= at < int(str(e["offset"])) + int(str(e["length"]))]
        if letter.strip():
            link = next((str(e["url"]) for e in over if e["type"] == "text_link"), "")
            yield letter, any(e["type"] == "bold" for e in over), link
        at += utf16_length(letter)


def meant(text: Text) -> Iterator[tuple[str, bool, str]]:
    """The same, of what should be shown."""
    for span in text:
        link = span.link if span.link.startswith("https://") else ""
        yield from ((letter, span.bold, link) for letter in span.text if letter.strip())


@usual
@given(spans)
def test_every_text_comes_back_as_it_was(text: Text) -> None:
    shown, entities = parse(html(text))
    assert shown == plain(text).strip()
    assert list(looks(shown, entities)) == list(meant(text))


@usual
@given(spans, st.integers(min_value=2, max_value=60))
def test_in_pieces_it_is_still_the_same_text(text: Text, most: int) -> None:
    cut = pieces(text, most)
    seen = [parse(html(piece)) for piece in cut]
    assert all(shown for shown, _ in seen), "Telegram takes no empty message"
    assert all(utf16_length(shown) <= most for shown, _ in seen)
    if bare(plain(text)):
        assert [look for shown, entities in seen for look in looks(shown, entities)] == list(meant(text))


@settings(usual, max_examples=30)
@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=5).map("".join), st.integers(1000, 3000), st.booleans())
def test_no_piece_is_longer_than_telegram_takes(words: str, times: int, bold: bool) -> None:
    text: Text = (Span(words * times, bold),)
    cut = pieces(text)
    assert all(utf16_length(parse(html(piece))[0]) <= MOST for piece in cut)
    if bare(words):
        assert bare("".join(plain(piece) for piece in cut)) == bare(words * times)


@pytest.mark.parametrize("end", [". ", "! ", "? ", "؟ ", "። ", "။ ", "। ", "… ", ".\n", '." ', ".) "])
def test_a_long_text_is_cut_behind_a_sentence(end: str) -> None:
    text = "".join(f"Sentence number {n} of this long text says something about a paper{end}" for n in range(400))
    cut = pieces((Span(text),))
    assert len(cut) > 5
    assert all(plain(piece).rstrip().endswith(end.rstrip()) for piece in cut)
    assert all(plain(piece).startswith("Sentence number") for piece in cut)
    assert all(size(plain(piece)) > MOST // 2 for piece in cut[:-1])


def test_a_paragraph_is_the_best_place_to_cut() -> None:
    paragraph = "One. Two. Three. " * 40
    text = "\n\n".join([paragraph.strip()] * 20)
    for piece in pieces((Span(text),))[:-1]:
        assert plain(piece).endswith("Three.")
        assert len(re.split(r"\n\n", plain(piece))[-1]) == len(paragraph.strip())


def test_a_word_stays_whole_where_there_is_no_sentence() -> None:
    words = "hippopotamus " * 1000
    assert all(set(plain(piece).split()) == {"hippopotamus"} for piece in pieces((Span(words),)))


def test_a_bold_link_across_a_cut_is_bold_and_a_link_on_both_sides() -> None:
    text: Text = (Span("before "), Span("word " * 1500, bold=True, link="https://example.org/"), Span("behind"))
    first, second = pieces(text)
    for piece in (first, second):
        assert Span in {type(span) for span in piece}
        assert any(span.bold and span.link == "https://example.org/" for span in piece)
    assert '<b><a href="https://example.org/">' in html(second)


@pytest.mark.parametrize("empty", ["", " ", "\n\n", "\u00a0"])
def test_nothing_to_say_is_still_a_message(empty: str) -> None:
    (piece,) = pieces((Span(empty),) if empty else ())
    assert parse(html(piece))[0]


def test_a_telephone_number_stays_bare() -> None:
    assert html((Span("(720) 555-0100", bold=True, link="tel:+17205550100"),)) == "<b>(720) 555-0100</b>"


def test_buttons_keep_their_rows_and_no_buttons_are_no_keyboard() -> None:
    words = Words((Span("x"),), "en", ((Button("A", "a|1"), Button("B", "b|1")), (Button("<&>", "c|1"),)))
    drawn = keyboard(words)
    assert drawn is not None
    assert [[(b["text"], b["callback_data"]) for b in row] for row in drawn["inline_keyboard"]] == [
        [("A", "a|1"), ("B", "b|1")],
        [("<&>", "c|1")],
    ]
    assert keyboard(Words((Span("x"),), "en")) is None
