"""Eyes for the tests: pictures as pixels, PDF pages as pictures and as text."""

import io
import unicodedata
from collections import Counter
from ctypes import c_double

import pypdfium2
import zxingcpp
from PIL import Image

A4 = (595.28, 841.89)
"""Points."""


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")


def ink(image: Image.Image, darker_than: int = 110) -> tuple[int, int, int, int]:
    """The box around everything dark: left, top, right, bottom."""
    box = image.point(lambda light: 255 if light < darker_than else 0).getbbox()
    assert box is not None, "nothing dark here"
    return box


def page_picture(pdf: bytes, dpi: int = 100) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil().convert("L")


def page_text(pdf: bytes) -> str:
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def lines_as_seen(pdf: bytes) -> list[str]:
    """The digits and signs of each line from left to right as they stand on paper, in whatever direction they are read."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    lines: dict[int, list[tuple[float, str]]] = {}
    for place in range(page.count_chars()):
        char = chr(pypdfium2.raw.FPDFText_GetUnicode(page, place))
        if char.isascii() and char.isprintable() and not char.isspace():
            left, _, _, _ = page.get_charbox(place, loose=True)
            origin = c_double(), c_double()
            pypdfium2.raw.FPDFText_GetCharOrigin(page, place, *origin)
            lines.setdefault(round(origin[1].value), []).append((left, char))
    return ["".join(char for _, char in sorted(line)) for line in lines.values()]


def letters(text: str) -> Counter[str]:
    """How often each letter occurs, whatever its form and order: viewers turn right-to-left text about in their own ways."""
    return Counter(
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char)[0] in "LN" and char != "_"
    )


def scanned(image: Image.Image) -> str:
    """What a phone reads from the only QR code in *image*; empty when it reads none."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if len(found) == 1 else ""
