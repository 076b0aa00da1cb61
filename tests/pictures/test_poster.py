"""Posters: one A4 page, all its words, and a code that a phone reads in bad light, from the side and half damaged."""

from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter
from pypdf import PdfReader

from bot.pictures import Poster, data, draw_poster
from bot.pictures.cards import LONGEST_URL
from tests.pictures.looking import A4, ink, letters, page_picture, page_text, scanned
from tests.pictures.samples import LANGUAGES, poster

LONG = "Cómo pedir ayuda para pagar la cuenta de electricidad y de gas de su casa cuando no alcanza el dinero del mes"
FULLEST = Poster(
    title=LONG, english_title=LONG, url="https://example.org/" + "x" * (LONGEST_URL - 20), language="es", rtl=False,
    icon="📚", summary=LONG * 3, steps=(LONG, LONG, LONG), how=LONG, city=LONG, poster_id="AUR-012-es", checked=LONG,
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poster_is_one_page_with_all_its_words(language: str) -> None:
    card = poster(language)
    pdf = draw_poster(card)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx(A4, abs=0.1)
    words = [card.title, card.url, card.summary, *card.steps, card.how, card.city, card.poster_id, card.checked, "123"]
    if language != "en":
        words.append(card.english_title)
    assert letters(page_text(pdf)) >= letters(" ".join(words))
    assert scanned(page_picture(pdf)) == card.url


def test_the_fullest_poster_stays_one_page_inside_its_margins() -> None:
    pdf = draw_poster(FULLEST)
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    image = page_picture(pdf)
    left, _, right, bottom = ink(image.crop((0, 40, *image.size)))
    margin = 15 / 25.4 * 100
    assert left >= margin
    assert right <= image.width - margin
    assert bottom < image.height - 40 - 5 / 25.4 * 100
    assert scanned(page_picture(pdf, 150)) == FULLEST.url


@pytest.mark.parametrize(
    "url", ["https://t.me/x", "https://t.me/natural_helpers_aurora_bot?start=library-card__es", FULLEST.url]
)
def test_the_code_is_seven_centimetres_wide_on_paper(url: str) -> None:
    dpi = 200
    (code,) = zxingcpp.read_barcodes(page_picture(draw_poster(poster("es")._replace(url=url)), dpi))
    wide = (code.position.top_right.x - code.position.top_left.x) / dpi * 25.4
    assert 71 <= wide <= 74


def tilted(page: Image.Image) -> Image.Image:
    """As seen from the left and from below: the far corner is a quarter nearer to the near one."""
    wide, high = page.size
    # Where a point of the new picture lies in the old one; the divisor grows towards the far corner.
    # https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Transform.PERSPECTIVE
    where = (0.95, -0.1, 0, -0.05, 1, 0, -0.2 / wide, -0.1 / high)
    return page.transform(page.size, Image.Transform.PERSPECTIVE, where, Image.Resampling.BICUBIC, fillcolor=255)


def stained(page: Image.Image) -> Image.Image:
    """A coffee drop on the code."""
    (code,) = zxingcpp.read_barcodes(page)
    at = code.position
    x, y = (at.top_left.x + at.bottom_right.x) // 2, (at.top_left.y + at.bottom_right.y) // 2
    drop = page.copy()
    ImageDraw.Draw(drop).ellipse((x - 20, y - 20, x + 20, y + 20), fill=90)
    return drop


SEEN = {
    "from far away": lambda page: page.resize((page.width * 45 // 100, page.height * 45 // 100)),
    "out of focus": lambda page: page.filter(ImageFilter.GaussianBlur(2)),
    "turned a little": lambda page: page.rotate(8, expand=True, fillcolor=255),
    "from the side": tilted,
    "in the evening": lambda page: page.point(lambda light: 60 + light // 4),
    "stained": stained,
    "all at once": lambda page: tilted(page.rotate(5, expand=True, fillcolor=255)).filter(ImageFilter.GaussianBlur(1)),
}


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("language", ["es", "ar"])
def test_a_phone_reads_the_code(seen: str, language: str) -> None:
    assert scanned(SEEN[seen](page_picture(draw_poster(poster(language))))) == poster(language).url


def test_the_address_can_be_pressed_and_copied() -> None:
    pdf = draw_poster(poster("ar"))
    assert poster("ar").url in page_text(pdf)
    (link,) = PdfReader(BytesIO(pdf)).pages[0]["/Annots"]
    assert link.get_object()["/A"]["/URI"] == poster("ar").url


def test_a_poster_prints_well_in_black_and_white() -> None:
    page = page_picture(draw_poster(poster("es")))
    assert page.getextrema() == (0, 255)
    dark = sum(page.histogram()[:128]) / (page.width * page.height)
    assert 0.03 < dark < 0.2


@pytest.mark.parametrize(
    "url", ["", "https://example.org/a b", "https://example.org/é", "x" * (LONGEST_URL + 1), "https://x\n", "\x00"]
)
def test_an_address_that_makes_no_code_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        draw_poster(poster("en")._replace(url=url))


def test_the_english_title_stands_once_on_an_english_poster() -> None:
    assert data.poster(poster("en"))["english_title"] == ""


def test_a_poster_may_be_nearly_empty() -> None:
    pdf = draw_poster(Poster("", "", "https://t.me/x", "ar", rtl=True))
    assert scanned(page_picture(pdf)) == "https://t.me/x"
