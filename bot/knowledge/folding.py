"""Folds text so that the many ways of typing the same words become one.

In: what a person typed, in any script. Out: lower-case words parted by single spaces, for comparing only,
never for showing. Used by the emergency lists, the accepted answers, the search and the Rasa components alike
(so it imports nothing and runs on Python 3.10 too): what one of them recognises, all of them do.

Ethiopic letters that sound alike, Arabic letter variants and Latin accents are folded because people drop or mix
them when they type on a phone: https://www.unicode.org/reports/tr15/ (NFKC) does not do that by itself.
"""

import re
import unicodedata

_HOMOPHONES = {"ሐ": "ሀ", "ኀ": "ሀ", "ኸ": "ሀ", "ሠ": "ሰ", "ዐ": "አ", "ፀ": "ጸ"}


def _ethiopic() -> dict[int, str]:
    """Each Ethiopic row has its vowels side by side, so a row maps onto its homophone's row."""
    table = {}
    for variant, usual in _HOMOPHONES.items():
        for order in range(7):
            table[ord(variant) + order] = chr(ord(usual) + order)
    table[ord("ሃ")] = table[ord("ሓ")] = table[ord("ኃ")] = "ሀ"
    table[ord("ኣ")] = table[ord("ዓ")] = "አ"
    return table


_LETTERS: dict[int, str] = {
    **_ethiopic(),
    **dict.fromkeys(map(ord, "أإآٱ"), "ا"),
    **dict.fromkeys(map(ord, "ىیې"), "ي"),
    **dict.fromkeys(map(ord, "کڪ"), "ك"),
    **dict.fromkeys(map(ord, "ةۀہە"), "ه"),
    ord("ؤ"): "و",
    ord("ئ"): "ي",
    ord("ـ"): "",
    **dict.fromkeys(map(ord, "'’‘ʼ`´ʻ"), ""),
    **dict.fromkeys(
        map(ord, "\u200b\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad"), ""
    ),
    ord("đ"): "d",
    ord("ß"): "ss",
    ord("ø"): "o",
    ord("ł"): "l",
    ord("ı"): "i",
}
# Ethiopic digits are not decimal digits in Unicode; only one to ten are typed in answers.
_LETTERS.update({ord("፩") + n: str(n + 1) for n in range(9)})
_LETTERS[ord("፲")] = "10"

_ARABIC_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
_LATIN_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_ELONGATED = re.compile(r"(\D)\1{2,}")
_NOT_WORDS = re.compile(r"[^\w\u0300-\u036f\u0900-\u0dff\u1000-\u109f\u1780-\u17ff]+|_")


def fold(text: str) -> str:
    """Return *text* folded: NFKC, lower case, one spelling for look-alikes, ASCII digits, no punctuation or emoji.

    >>> fold("¡SÍÍÍÍ, claro!")
    'sii claro'
    >>> fold("بَيْتِي يحترق")
    'بيتي يحترق'
    >>> fold("٣")
    '3'
    """
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    text = _ARABIC_MARKS.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _LATIN_ACCENTS.sub("", unicodedata.normalize("NFD", text)))
        text = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
    text = _ELONGATED.sub(r"\1\1", text)
    return " ".join(_NOT_WORDS.sub(" ", text).split())


def key(text: str) -> str:
    """*text* folded; signs alone (``👍``, ``?``) stay as they are, so that they can be answers too."""
    return fold(text) or text.strip()
