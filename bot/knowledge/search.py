"""Finds articles by their own words, with no training and no index: what staff added a minute ago is found.

The knowledge base is small, so every phrase of every article is compared with what was typed, folded, by rapidfuzz
(https://rapidfuzz.github.io/RapidFuzz/): it forgives misspellings and needs no words to be parted by spaces.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.knowledge.folding import fold

_SHORTEST = 3
"""Phrases of fewer folded letters must be typed exactly."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article with how well it fits, 0–1."""

    article: str
    score: float


class Index:
    """The phrases of each article in each language, folded; immutable."""

    def __init__(self, phrases: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        """*phrases*: language → article id → titles, keywords, summaries."""
        self._phrases = {
            language: [(article, phrase) for article, texts in articles.items() for phrase in _folded(texts)]
            for language, articles in phrases.items()
        }

    def search(self, text: str, languages: Iterable[str], limit: int = 3) -> list[Hit]:
        """The articles that fit *text* best in any of *languages*, best first, at most *limit*."""
        query = fold(text)
        best: dict[str, float] = {}
        for language in dict.fromkeys(languages):
            for article, phrase in self._phrases.get(language, ()):
                score = _likeness(query, phrase)
                if score > best.get(article, 0.0):
                    best[article] = score
        ranked = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))
        return [Hit(article, round(score, 3)) for article, score in ranked[:limit]]


def _folded(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(folded for text in texts if (folded := fold(text))))


def _likeness(query: str, phrase: str) -> float:
    """1 for the same words; less when only a part of the phrase is there, or letters differ."""
    if not query:
        return 0.0
    if len(phrase) < _SHORTEST or len(query) < _SHORTEST:
        return 1.0 if query == phrase or f" {phrase} " in f" {query} " else 0.0
    if f" {phrase} " in f" {query} ":
        return 1.0 if len(phrase) > _SHORTEST else 0.9
    if " " not in phrase and " " in query:
        return max(_word_likeness(word, phrase) for word in query.split())
    if len(query) >= len(phrase):
        return fuzz.partial_ratio(phrase, query, score_cutoff=80) / 100 * min(1.0, len(phrase) / 5)
    return fuzz.ratio(query, phrase, score_cutoff=75) / 100


def _word_likeness(word: str, phrase: str) -> float:
    """A whole word against a phrase of one word; in scripts that part no words, against the middle of a longer run."""
    if word.isascii() or len(word) < 2 * len(phrase):
        return fuzz.ratio(word, phrase, score_cutoff=80) / 100 if len(phrase) > _SHORTEST else 0.0
    return fuzz.partial_ratio(phrase, word, score_cutoff=85) / 100 if len(phrase) > _SHORTEST else 0.0
