"""Pictures as people see them: everything is on them, nothing runs over, letters join, and nothing can be smuggled in."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.pictures import Line, MissingFont, PhraseCard, PlaceCard, Reply, data, draw_phrase, draw_place
from bot.pictures.press import Press
from tests.pictures.looking import ink, letters, lines_as_seen, page_text, picture
from tests.pictures.samples import ENGLISH, LANGUAGES, PHONE, REPLIES, RTL, phrase_card, place_card

EDGE = 56
SIZE = (1024, 1280)
CLOSE = 8
"""Pixels by which the outermost ink may stand apart from the margin: letters have room on their sides, a J reaches out."""


@pytest.fixture(scope="module")
def press(fonts: typst.Fonts) -> Press:
    return Press(fonts)


def bare(own: str, language: str, *, rtl: bool = False) -> PhraseCard:
    return PhraseCard(own, "Hello", language, rtl)


def own_band(card: PhraseCard) -> Image.Image:
    """The newcomer's words alone, without the stripe above them."""
    return picture(draw_phrase(card)).crop((0, 14, SIZE[0], 150))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_card_has_its_size_and_all_its_words(language: str, press: Press) -> None:
    card = phrase_card(language)
    image = picture(png := draw_phrase(card))
    assert image.size == SIZE
    assert len(png) < 100_000
    left, top, right, bottom = ink(image.crop((0, 14, *SIZE)))
    assert left >= EDGE - CLOSE
    assert right <= SIZE[0] - EDGE + CLOSE
    assert top > 10
    assert bottom < SIZE[1] - 14 - 8
    words = [card.english, card.footer, card.ask, *(reply.english for reply in card.replies)]
    if language != "en":
        words += [card.own, *(reply.own for reply in card.replies)]
    assert letters(page_text(press.pdf("phrase.typ", data.phrase(card)))) >= letters(" ".join(words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_place_card_is_small_and_has_all_its_words(language: str, press: Press) -> None:
    card = place_card(language)
    image = picture(png := draw_place(card))
    assert image.width == SIZE[0]
    assert 700 < image.height < 1800
    assert len(png) < 150_000
    words = [card.title, card.english, card.checked, *(line.label + line.value for line in card.lines)]
    if language != "en":
        words.append(card.own)
    assert letters(page_text(press.pdf("place.typ", data.place(card)))) >= letters(" ".join(words))


def test_english_stands_once_on_an_english_card(press: Press) -> None:
    text = page_text(press.pdf("phrase.typ", data.phrase(phrase_card("en"))))
    assert text.count("library") == 1
    assert text.count("Please wait") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_begins_on_its_own_side(language: str) -> None:
    short = phrase_card(language).replies[0].own
    if language == "en":
        return
    left, _, right, _ = ink(own_band(bare(short, language, rtl=language in RTL)))
    beginning, end = (SIZE[0] - right, left) if language in RTL else (left, SIZE[0] - right)
    assert EDGE - 2 <= beginning <= EDGE + CLOSE
    assert end > 400


def width(own: str, language: str, *, rtl: bool = False) -> int:
    left, _, right, _ = ink(own_band(bare(own, language, rtl=rtl)))
    return right - left


def test_arabic_letters_join() -> None:
    assert width("سلام", "ar", rtl=True) < 0.8 * width("س\u200cل\u200cا\u200cم", "ar", rtl=True)


def test_burmese_and_nepali_letters_stack() -> None:
    assert width("က္က", "my") < 0.7 * width("ကက", "my")
    assert width("स्त", "ne") < 0.95 * width("सत", "ne")


def test_deep_and_high_letters_are_not_cut_off() -> None:
    for own, language in (("ကြွှုံ့ ဣန္ဒြေ", "my"), ("ẾỆ gỵ", "vi"), ("إِلَيْهِ ـٍّ", "ar"), ("र्कि ङ्ग्रू", "ne")):
        image = picture(draw_phrase(bare(own, language, rtl=language == "ar")))
        ground = image.getpixel((4, 40))
        below = next(row for row in range(40, SIZE[1]) if image.getpixel((4, row)) != ground)
        _, top, _, bottom = ink(image.crop((0, 14, SIZE[0], below)))
        assert top >= 10
        assert bottom <= below - 14 - 10


def test_the_digits_of_a_phone_number_keep_their_order(press: Press) -> None:
    pdf = press.pdf("place.typ", data.place(place_card("ar")))
    assert sum(PHONE in line for line in lines_as_seen(pdf)) == 2


@pytest.mark.parametrize("count", [1, 2, 10, 30])
def test_ten_or_three_hundred_letters_fit(count: int) -> None:
    english = " ".join(["I need help."] * count)[:300]
    image = picture(draw_phrase(phrase_card("ar")._replace(english=english)))
    left, _, right, bottom = ink(image.crop((0, 14, *SIZE)))
    assert left >= EDGE - CLOSE
    assert right <= SIZE[0] - EDGE + CLOSE
    assert bottom < SIZE[1] - 14 - 8


def test_a_word_without_end_breaks() -> None:
    image = picture(draw_phrase(PhraseCard("x" * 90, "w" * 200, "so", rtl=False)))
    assert ink(image.crop((0, 14, *SIZE)))[2] <= SIZE[0] - EDGE + CLOSE


def test_a_card_may_be_empty() -> None:
    assert picture(draw_phrase(PhraseCard("", "", "", rtl=False))).size == SIZE
    assert picture(draw_phrase(PhraseCard("", "", "", rtl=True, replies=(Reply("", ""),)))).size == SIZE
    assert picture(draw_place(PlaceCard("", (), "", rtl=False))).width == SIZE[0]
    assert picture(draw_place(PlaceCard("", (Line("", "", ""),), "ar", rtl=True))).width == SIZE[0]


def test_too_many_answers_are_left_out_and_the_picture_stays_whole(press: Press) -> None:
    card = phrase_card("my")._replace(replies=phrase_card("my").replies * 4)
    image = picture(draw_phrase(card))
    assert ink(image.crop((0, 14, *SIZE)))[3] < SIZE[1] - 14 - 8
    assert page_text(press.pdf("phrase.typ", data.phrase(card))).count("Yes") == 2


@pytest.mark.parametrize(
    "hostile",
    [
        '#import "/etc/passwd": *',
        '#read("poster.typ")',
        '#image("/etc/hostname")',
        '"); #panic("here")',
        "*bold* _it_ $x^2$ `raw` <label> @cite \\ // /* =",
        "]]] }}} ))) #}",
        '\\u{41} {"own": "x"}',
    ],
)
def test_markup_in_a_text_is_text(hostile: str, press: Press) -> None:
    made = press.pdf("phrase.typ", data.phrase(PhraseCard(hostile, "Hello", "es", rtl=False)))
    assert hostile.replace(" ", "") in "".join(page_text(made).split())


def test_a_template_cannot_read_outside_its_folder(press: Press) -> None:
    folder = Path(data.__file__).parent / "templates"
    assert {file.suffix for file in folder.iterdir()} == {".typ"}
    for path in ("../press.py", "/../press.py", "/etc/passwd", "../../../pyproject.toml"):
        with pytest.raises(typst.TypstError):
            press._compiler.compile(input=f'#read("{path}")'.encode(), format="pdf")
    assert press._compiler.compile(input=b'#read("/common.typ").len()', format="pdf")


@pytest.fixture(scope="module")
def latin(fonts: typst.Fonts, tmp_path_factory: pytest.TempPathFactory) -> Press:
    """A machine with Latin letters only."""
    folder = tmp_path_factory.mktemp("fonts")
    for font in fonts.fonts():
        if font.family == "Noto Sans" and font.style == "normal" and font.path:
            (folder / Path(font.path).name).symlink_to(font.path)
    return Press(typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]))


@pytest.mark.parametrize(
    ("language", "script", "package"),
    [
        ("ar", "ARABIC", "fonts-noto-core"),
        ("am", "ETHIOPIC", "fonts-noto-core"),
        ("my", "MYANMAR", "fonts-noto-core"),
        ("ko", "HANGUL", "fonts-noto-cjk"),
    ],
)
def test_a_script_without_a_font_is_named(language: str, script: str, package: str, latin: Press) -> None:
    with pytest.raises(MissingFont, match=f"no font for {script}.*{language}.*apt install {package}") as missing:
        latin.png("phrase.typ", data.phrase(phrase_card(language)))
    assert missing.value.scripts == (script,)
    assert missing.value.packages == (package,)


def test_the_other_languages_need_no_other_font(latin: Press) -> None:
    for language in ("en", "es", "fr", "so", "sw", "vi"):
        assert latin.png("phrase.typ", data.phrase(phrase_card(language))) == draw_phrase(phrase_card(language))


def test_an_emoji_without_a_font_is_left_out(latin: Press) -> None:
    without = PhraseCard("Hola ", "Hello ", "es", rtl=False)
    with_emoji = PhraseCard("Hola 📚", "Hello ☎️🕒", "es", rtl=False)
    assert latin.png("phrase.typ", data.phrase(with_emoji)) == latin.png("phrase.typ", data.phrase(without))


def test_a_machine_without_fonts_says_so(tmp_path: Path) -> None:
    none = Press(typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(tmp_path)]))
    with pytest.raises(MissingFont, match="fonts-noto-core"):
        none.png("phrase.typ", data.phrase(phrase_card("en")))


def test_the_same_card_is_drawn_once_and_always_alike(fonts: typst.Fonts) -> None:
    card = phrase_card("am")
    assert draw_phrase(card) is draw_phrase(phrase_card("am"))
    assert Press(fonts).png("phrase.typ", data.phrase(card)) == draw_phrase(card)


def test_many_threads_draw_at_once(press: Press) -> None:
    cards = [data.phrase(phrase_card(language)) for language in LANGUAGES]
    one_by_one = [press.png("phrase.typ", card) for card in cards]
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(lambda card: press.png("phrase.typ", card), cards * 2)) == one_by_one * 2


_KNOWN = st.sampled_from(
    "".join(letters(" ".join(phrase_card(code).own for code in LANGUAGES))) + " \n.,:،።။។0123456789"
)
_ODD = st.sampled_from(
    "\u2066\u2067\u2068\u2069\u200b\u200c\u200d\u202e\ufeff\x00\x07\t\r\n#$*_`\\\"'{}[]<>@~/-=📚🕒☎\ufe0f"
)
_TEXTS = st.one_of(st.text(st.one_of(_KNOWN, _ODD), max_size=300), st.text(max_size=40))


@settings(deadline=None, max_examples=60)
@given(own=_TEXTS, english=_TEXTS, rtl=st.booleans(), language=st.sampled_from((*LANGUAGES, "", "zh-Hant", "../x")))
def test_any_text_makes_a_picture_or_names_the_font(own: str, english: str, rtl: bool, language: str) -> None:
    try:
        png = draw_phrase(
            PhraseCard(own, english, language, rtl, (Reply(own, english), Reply(english, own)), own, english)
        )
        place = draw_place(PlaceCard(own, (Line(english[:2], own, english),), language, rtl, own, english, own))
    except MissingFont:
        return
    assert picture(png).size == SIZE
    assert picture(place).width == SIZE[0]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a\tb \r\n\n c\x00\x07 ", "a b\nc"),
        ("\u2066303-555-0100\u2069", "\u2066303-555-0100\u2069"),
        ("no \u202eevil\u202c here", "no evil here"),
        ("e\u0301", "é"),
        ("\ud800\ue000\U000e0041", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a" * 60, "a" * 24 + "\u200b" + "a" * 24 + "\u200b" + "a" * 12),
        ("word " * 200, "word " * 79 + "word…"),
    ],
)
def test_texts_are_cleaned(text: str, cleaned: str) -> None:
    assert data.clean(text) == cleaned


def test_blanks_become_lines() -> None:
    reply = data.phrase(
        PhraseCard("Hola", "Hello", "es", rtl=False, replies=(Reply("El ____ a las ___:", REPLIES[3]),))
    )
    assert reply["replies"] == [{"english": ["Come back on:", ""], "own": "El  a las"}]


def test_answers_that_nobody_translated_stand_once() -> None:
    card = phrase_card("sw")._replace(replies=tuple(Reply(english, english) for english in REPLIES))
    assert {reply["own"] for reply in data.phrase(card)["replies"]} == {""}
    spanish = data.phrase(phrase_card("es"))["replies"]
    assert [reply["own"] for reply in spanish[:2]] == ["Sí", "No"]


def test_a_language_of_the_card_is_only_a_code() -> None:
    assert data.phrase(bare("x", "zh-Hant"))["language"] == "zh"
    assert data.phrase(bare("x", '#"evil'))["language"] == "en"
    assert data.phrase(bare(ENGLISH, "en"))["own"] == ""
