"""Cuts text into terms for ranking: short runs of letters, so that beginnings, endings and misspellings still meet.

In: what a person typed or an article says, in any script. Out: each term as a number. There are no word lists, no stemmers
and no languages here, only scripts:

- alphabets: runs of 3–5 letters, the space before and after a word counts as one (McNamee and Mayfield, *Character N-Gram
  Tokenization for European Language Text Retrieval*, https://doi.org/10.1023/B:INRT.0000009441.78971.be);
- scripts that write syllables (Chinese, Japanese, Korean, Ethiopic; those of India and South-East Asia, where a consonant
  and the signs around it are taken as one letter): runs of 1–3;
- Ethiopic a second time by its consonants alone: Amharic and Tigrinya change the vowels inside a word;
- Latin letters with and without accents: most people leave them out, but in Vietnamese they are half of the word.

A term is a hash of its letters, and numpy makes those of a whole text at once.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.folding import fold

Codes: TypeAlias = NDArray[np.uint64]
Mask: TypeAlias = NDArray[np.bool_]
Weights: TypeAlias = NDArray[np.float64]
Scalar = TypeVar("Scalar", bound=np.generic)
Ranges: TypeAlias = tuple[tuple[int, int], ...]

_ALPHABET = range(3, 6)
_SYLLABLES = range(1, 4)
_CONSONANTS = range(3, 5)
"""How many letters a term has."""

_MOSTLY = 0.35
"""From this share of words with accents on, they are written on purpose."""

_SPACE = ord(" ")
_SYLLABIC = (
    *((0x0900, 0x0DFF), (0x0F00, 0x109F), (0x1200, 0x139F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF)),
    *((0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),
)
"""Signs of syllables: https://www.unicode.org/Public/UNIDATA/Blocks.txt."""
_ETHIOPIC = ((0x1200, 0x135A),)
"""Eight signs to a consonant, one for each vowel."""
_ACCENTED = ((0xC0, 0x24F), (0x1E00, 0x1EFF))
_SIGNS = np.array(
    [c for c in range(0x0900, 0x1800) if not 0x1100 <= c < 0x1780 and unicodedata.category(chr(c))[0] == "M"], np.uint32
)
"""Vowel signs and the like of the scripts of India and South-East Asia, which belong to the consonant before them."""
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""A letter of a script that does not part words by spaces."""
_NO_WORD_ENDS = re.compile(f"(?<={UNSPACED.pattern}) (?={UNSPACED.pattern})")
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´ʻ"))

_TIMES = np.uint64(0x9E3779B97F4A7C15)
"""Odd, without a pattern: 2**64 by the golden ratio (Knuth, *The Art of Computer Programming*, volume 3, section 6.4)."""
_POWERS = np.cumprod(np.full(16, _TIMES))

_ACROSS = 0.5
"""What a run counts that reaches over a space."""
_USUAL = 5
_LONG = 0.5
"""The runs of a word longer than ``_USUAL`` count less, by this power: it has more of them."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a text, with repeats, and what each counts when it is looked for."""

    codes: Codes
    weights: Weights


def page_terms(text: str) -> Codes:
    """The terms that *text* can be found by: without accents, and with them where it has any."""
    plain = _terms(fold(text)).codes
    spelled = _spelled(text)
    return plain if spelled.isascii() else np.concatenate([plain, _terms(spelled, only=_ACCENTED).codes])


def question_terms(text: str) -> Terms:
    """The terms to look for: with accents only when *text* is full of them."""
    spelled = _spelled(text)
    words = [word for word in spelled.split() if word[0].isalpha()]
    accented = sum(any(_is_accented(letter) for letter in word) for word in words)
    return _terms(spelled if words and accented >= _MOSTLY * len(words) else fold(text))


def closed_up(folded: str) -> str:
    """*folded* without the spaces that say nothing, where words are not parted by spaces."""
    return _NO_WORD_ENDS.sub("", folded)


def _spelled(text: str) -> str:
    """Like `fold`, but with accents; for Latin letters."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def _is_accented(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in _ACCENTED)


def _terms(text: str, only: Ranges = ()) -> Terms:
    """The terms of folded *text*; with *only*, those with a letter out of these ranges."""
    if not text:
        return Terms(np.zeros(0, np.uint64), np.zeros(0))
    signs = np.frombuffer(f" {closed_up(text)} ".encode("utf-32-le"), np.uint32)
    letters, first = _letters(signs)
    line = _Line(letters, first == _SPACE)
    syllabic = _within(first, _SYLLABIC)
    wanted = _within(first, only) if only else ~line.space
    parts = [line.runs(size, _any(wanted, size) & ~_any(syllabic, size)) for size in _ALPHABET]
    parts += [line.runs(size, _any(wanted, size) & _any(syllabic, size)) for size in _SYLLABLES]
    ethiopic = _within(first, _ETHIOPIC)
    if ethiopic.any():
        consonants = _Line(np.where(ethiopic, first & ~np.uint32(7), first) * _TIMES, line.space)
        parts += [consonants.runs(size, _any(ethiopic, size) & ~consonants.across(size)) for size in _CONSONANTS]
    return Terms(np.concatenate([part.codes for part in parts]), np.concatenate([part.weights for part in parts]))


def _letters(signs: NDArray[np.uint32]) -> tuple[Codes, NDArray[np.uint32]]:
    """A number for each letter with the signs that belong to it, and the first sign of each."""
    starts = np.flatnonzero(~np.isin(signs, _SIGNS))
    place = np.arange(len(signs)) - np.repeat(starts, np.diff(starts, append=len(signs)))
    return np.add.reduceat(signs * _POWERS[np.minimum(place, len(_POWERS) - 1)], starts), signs[starts]


def _within(signs: NDArray[np.uint32], ranges: Ranges) -> Mask:
    return reduce(np.logical_or, ((signs >= first) & (signs <= last) for first, last in ranges))


def _from_each(values: NDArray[Scalar], size: int) -> list[NDArray[Scalar]]:
    """The first, second, … of the *size* values from each one on."""
    return [values[at : max(0, len(values) - size + 1) + at] for at in range(size)]


def _any(marked: Mask, size: int) -> Mask:
    """Whether one of the *size* letters from each one on is marked."""
    return reduce(np.logical_or, _from_each(marked, size))


class _Line:
    """Letters with spaces between the words, before and behind."""

    def __init__(self, letters: Codes, space: Mask) -> None:
        self.letters, self.space = letters, space
        lengths = np.diff(np.flatnonzero(space)) - 1
        self._lengths = np.append(np.repeat(np.maximum(lengths, _USUAL), lengths + 1), _USUAL)
        self._lengths[space] = _USUAL

    def across(self, size: int) -> Mask:
        """Whether a run of *size* from each letter on has a space inside."""
        if size < 3:
            return np.zeros(max(0, len(self.letters) - size + 1), np.bool_)
        return _any(self.space[1:-1], size - 2)

    def runs(self, size: int, chosen: Mask) -> Terms:
        """The runs of *size* letters that are *chosen*, as polynomials of their letters."""
        if len(self.letters) < size:
            return Terms(np.zeros(0, np.uint64), np.zeros(0))
        codes = reduce(lambda code, letter: code * _TIMES + letter, _from_each(self.letters, size))
        weights = (_USUAL / reduce(np.maximum, _from_each(self._lengths, size))) ** _LONG
        return Terms(codes[chosen], (weights * np.where(self.across(size), _ACROSS, 1.0))[chosen])
