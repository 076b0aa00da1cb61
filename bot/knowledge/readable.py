"""How many years of school it takes to read an English text.

The Flesch–Kincaid grade: 0.39 × words per sentence + 11.8 × syllables per word − 15.59
(Kincaid and others, 1975: https://stars.library.ucf.edu/istlibrary/56/). Syllables are counted by Pyphen
(https://pyphen.org/), which parts words where lines may break; where it parts too few, by groups of vowels.
"""

import re
from functools import lru_cache

import pyphen

_HYPHENS = pyphen.Pyphen(lang="en_US")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d+")
_SENTENCE = re.compile(r"[.!?:…]+(?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")


def grade(text: str) -> float:
    """The Flesch–Kincaid grade of an English *text*; 0 for an empty one. Lines end sentences, as they do on a phone."""
    sentences = [words for part in _SENTENCE.split(text) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """How many syllables an English *word* has, about."""
    lower = word.lower()
    silent = 1 if re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$", lower) else 0
    groups = len(_VOWELS.findall(lower)) - silent
    return max(1, groups, len(_HYPHENS.positions(lower)) + 1)
