"""The only place that knows Typst (https://typst.app/docs/), which lays texts out in any script and makes PNG and PDF.

Texts reach the templates as one JSON value and are never read as markup: nothing in them can be run or open a file.
"""

import io
import json
import re
import threading
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypedDict, Unpack

import typst
from PIL import Image

from bot.pictures.data import Data
from bot.pictures.fonts import ICONS, families, package, script

_TEMPLATES = Path(__file__).parent / "templates"
_NOT_DISPLAYED = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


class _How(TypedDict, total=False):
    format: Literal["pdf", "png"]
    ppi: float
    pdf_standards: Literal["a-2b"]
    timestamp: int


_ARCHIVED: _How = {"format": "pdf", "pdf_standards": "a-2b", "timestamp": 0}
"""PDF/A, which has every font inside. One time for all, so that the same words give the same bytes."""


class MissingFont(Exception):
    """No font on this machine has some letters of a picture. ``scripts``: of which; ``packages``: what to install."""

    def __init__(self, language: str, chars: Iterable[str]) -> None:
        needed = sorted(set(chars))
        self.language = language
        self.scripts = tuple(dict.fromkeys(script(char) for char in needed))
        self.packages = tuple(dict.fromkeys(package(char) for char in needed))
        shown = " ".join(f"{char} (U+{ord(char):04X})" for char in needed[:5])
        super().__init__(
            f"no font for {', '.join(self.scripts)} in a picture in {language!r}: {shown}; "
            f"on Debian: apt install {' '.join(self.packages)}"
        )


class Press:
    """Fills templates. One picture at a time, from any thread; fonts are looked for once."""

    def __init__(self, fonts: typst.Fonts | None = None) -> None:
        """*fonts*: those of the machine when not given."""
        fonts = fonts or typst.Fonts(include_embedded_fonts=False)
        self._known = frozenset(fonts.families())
        # The root is where templates may read files: a folder with nothing but templates.
        self._compiler = typst.Compiler(root=_TEMPLATES, font_paths=fonts, ignore_system_fonts=True)
        self._one_at_a_time = threading.Lock()

    def png(self, template: str, data: Data) -> bytes:
        """The picture, one pixel for each point of the template. Raises `MissingFont`."""
        data, _ = self._checked(template, data)
        return _smaller(self._compiled(template, data, format="png", ppi=72))

    def pdf(self, template: str, data: Data) -> bytes:
        """The sheet as PDF/A, with its fonts inside; the same data give the same bytes. Raises `MissingFont`."""
        return self._checked(template, data)[1]

    def _checked(self, template: str, data: Data) -> tuple[Data, bytes]:
        """*data* without symbols that no font has, and the PDF of it. Raises `MissingFont` for anything else it lacks.

        A PDF for archives must not hold a letter without a shape, so Typst refuses to write one and names the letters.
        It takes no look at font files of our own, and judges what was really drawn.
        """
        if not self._known:
            raise MissingFont(data["language"], "Aa")
        wanted = {"own_fonts": families(data["language"]), "english_fonts": families("en"), "icon_fonts": ICONS}
        fonts = {place: [name for name in names if name in self._known] or names[:1] for place, names in wanted.items()}
        try:
            return data | fonts, self._compiled(template, data | fonts, **_ARCHIVED)
        except typst.TypstError as refused:
            lacking = _lacking(refused)
            if not lacking:
                raise
            needed = {char for char in lacking if _is_needed(char)}
            if needed:
                raise MissingFont(data["language"], needed) from refused
            less = _without(lacking, data)
            if less == data:
                raise
        return self._checked(template, less)

    def _compiled(self, template: str, data: Data, **how: Unpack[_How]) -> bytes:
        with self._one_at_a_time:
            made, _warnings = self._compiler.compile_with_warnings(
                input=_TEMPLATES / template, sys_inputs={"data": json.dumps(data)}, **how
            )
        if not isinstance(made, bytes):
            raise TypeError(f"{template} made more than one page")
        return made


def _smaller(png: bytes) -> bytes:
    """The same picture in a third of the bytes: 64 colours are enough for text on plain ground."""
    with Image.open(io.BytesIO(png)) as full:
        few = full.convert("RGB").quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    file = io.BytesIO()
    few.save(file, "PNG")
    return file.getvalue()


def _lacking(refused: typst.TypstError) -> set[str]:
    texts = _NOT_DISPLAYED.findall(refused.diagnostic)
    return {char for text in texts for char in _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)}


def _is_needed(char: str) -> bool:
    """Letters, marks, numbers and punctuation carry the meaning; a symbol (an emoji mostly) is left out without a font."""
    return unicodedata.category(char)[0] in "LMNP" and not unicodedata.name(char, "").startswith("VARIATION SELECTOR")


def _without(chars: set[str], data: Data) -> Data:
    """*data* less *chars*, none of which is a sign of JSON itself: all of those are punctuation, letters or digits."""
    less: Data = json.loads(json.dumps(data, ensure_ascii=False).translate(dict.fromkeys(map(ord, chars))))
    return less
