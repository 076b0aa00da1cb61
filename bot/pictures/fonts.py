"""Which fonts each language is drawn with, and which package brings a font for a script that lacks one."""

import unicodedata

_LATIN = "Noto Sans"
_ARABIC, _ETHIOPIC, _DEVANAGARI = "Noto Sans Arabic", "Noto Sans Ethiopic", "Noto Sans Devanagari"

ICONS = ("Noto Color Emoji", "Noto Sans Symbols", "Noto Sans Symbols2")
"""For emoji, as they look in the chat."""

_OF_LANGUAGE = {
    **dict.fromkeys(("ar", "ckb", "fa", "prs", "ps", "ug", "ur"), _ARABIC),
    **dict.fromkeys(("am", "ti"), _ETHIOPIC),
    **dict.fromkeys(("hi", "mr", "ne"), _DEVANAGARI),
    **dict.fromkeys(("my", "kac", "ksw", "mnw", "shn"), "Noto Sans Myanmar"),
    "bn": "Noto Sans Bengali",
    "gu": "Noto Sans Gujarati",
    "he": "Noto Sans Hebrew",
    "hy": "Noto Sans Armenian",
    "ja": "Noto Sans CJK JP",
    "ka": "Noto Sans Georgian",
    "km": "Noto Sans Khmer",
    "ko": "Noto Sans CJK KR",
    "lo": "Noto Sans Lao",
    "pa": "Noto Sans Gurmukhi",
    "si": "Noto Sans Sinhala",
    "ta": "Noto Sans Tamil",
    "te": "Noto Sans Telugu",
    "th": "Noto Sans Thai",
    "zh": "Noto Sans CJK SC",
}
"""A language that is not here is written in Latin, Greek or Cyrillic letters, all of them in Noto Sans."""

_FOR_THE_REST = tuple(dict.fromkeys((*_OF_LANGUAGE.values(), *ICONS)))

_PACKAGES = {
    **dict.fromkeys(("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO"), "fonts-noto-cjk"),
}
_CORE = "fonts-noto-core"


def families(language: str) -> tuple[str, ...]:
    """Font families for text in *language*, the best first; what they all lack, any font of the machine may draw."""
    return tuple(dict.fromkeys((_OF_LANGUAGE.get(language, _LATIN), _LATIN, *_FOR_THE_REST)))


def script(char: str) -> str:
    """The first word of the Unicode name of *char*, which for a letter is its script: ``ARABIC``, ``HANGUL``."""
    return unicodedata.name(char, "UNKNOWN").split()[0]


def package(char: str) -> str:
    """The Debian package with a font for *char*."""
    return _PACKAGES.get(script(char), _CORE)
