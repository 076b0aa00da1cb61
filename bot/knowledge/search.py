"""Finds articles by their own words, with no training: what staff added a minute ago is found.

In: what was typed, and the languages it may be in. Out: the articles that fit, with how sure that is. Two things are
looked at, because they answer two questions:

- *which article*: `bot.knowledge.ranking` over all that an article says, its title and keywords above all;
- *is it meant at all*: how well title and keywords are met as phrases, by rapidfuzz, which forgives misspellings
  (https://rapidfuzz.github.io/RapidFuzz/); else how much the ranking found. What only stands in the steps is never
  enough to open an article, only to offer it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.knowledge.folding import fold
from bot.knowledge.grams import UNSPACED, closed_up
from bot.knowledge.ranking import Page, Ranking

TITLE, KEYWORDS, SUMMARY, STEPS = 4.0, 4.0, 2.0, 1.0
"""What a word counts by where it stands."""
_CANDIDATES = 10
_LONGEST = 1000
"""Letters of a message that are searched for; what people need stands at the beginning."""
_SHORTEST = 3
"""Phrases of fewer folded letters must be typed exactly."""
_ALIKE = 86
"""How alike two phrases must be, of 100, to be taken for the same one misspelt."""
_OFFERED, _CAPPED = 0.7, 0.89
"""The most that a hit reaches without a whole title or keyword: it is offered, not opened. The least for a beginning."""
_HALF_SURE = 5.0
"""The score of the ranking that makes a hit half sure; 12 is worth offering. Chosen on the lines in ``intents/``."""
_ALSO, _NEARLY = 0.6, 0.9
"""A title or keyword inside a longer text is believed when the ranking has at least so much for its article as for the
first, by whether the first is named as well (two needs, both are offered) or not (a word by the way)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article with how sure it is that it was meant, 0–1."""

    article: str
    score: float


@dataclass(frozen=True, slots=True)
class Words:
    """What an article says in one language. ``steps``: all of its messages and buttons."""

    title: str
    keywords: tuple[str, ...] = ()
    summary: str = ""
    steps: str = ""


class Index:
    """The words of all articles; a language is prepared when it is searched for the first time."""

    def __init__(self, words: Callable[[str], Mapping[str, Words]]) -> None:
        """*words* tells what each article says in a language, by article id; nothing in a language it does not know."""
        self._words = words
        self._shelves: dict[str, _Shelf] = {}

    def search(self, text: str, languages: Iterable[str], limit: int = 3) -> list[Hit]:
        """The articles that fit *text* best in any of *languages*, best first, at most *limit*."""
        text = text[:_LONGEST]
        best: dict[str, tuple[float, float]] = {}
        for language in dict.fromkeys(languages):
            for article, sure, score in self._shelf(language).fitting(text):
                best[article] = max(best.get(article, (0.0, 0.0)), (sure, score))
        ranked = sorted(best.items(), key=lambda pair: (*(-figure for figure in pair[1]), pair[0]))
        return [Hit(article, sure) for article, (sure, _) in ranked[:limit]]

    def _shelf(self, language: str) -> "_Shelf":
        if language not in self._shelves:
            self._shelves[language] = _Shelf(self._words(language))
        return self._shelves[language]


class _Shelf:
    """The articles of one language."""

    def __init__(self, articles: Mapping[str, Words]) -> None:
        self._ranking = Ranking([_page(article, words) for article, words in articles.items()])
        self._phrases = {article: _folded((words.title, *words.keywords)) for article, words in articles.items()}

    def fitting(self, text: str) -> list[tuple[str, float, float]]:
        """Articles for *text*: id, how sure, and the score of the ranking."""
        query = closed_up(fold(text))
        ranked = self._ranking.best(text, _CANDIDATES)
        if not ranked:
            return []
        named = {one.page: max(_likeness(query, phrase) for phrase in self._phrases[one.page]) for one in ranked}
        exact = {article for article in named if query in self._phrases[article]}
        first = ranked[0]
        least = first.score * (_ALSO if named[first.page] > _CAPPED else _NEARLY)
        believed = exact or {one.page for one in ranked if one.score >= least}
        return [(one.page, _sure(named[one.page], one.score, one.page in believed), one.score) for one in ranked]


def _sure(named: float, score: float, believed: bool) -> float:
    return round(max(min(named, 1.0 if believed else _CAPPED), min(_CAPPED, score / (score + _HALF_SURE))), 3)


def _page(article: str, words: Words) -> Page:
    keywords = "\n".join(words.keywords)
    return Page(article, ((words.title, TITLE), (keywords, KEYWORDS), (words.summary, SUMMARY), (words.steps, STEPS)))


def _folded(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(folded for text in texts if (folded := closed_up(fold(text))))) or [""]


def _likeness(query: str, phrase: str) -> float:
    """1 for the same words; less when only a part of the phrase is there, or letters differ."""
    if not query or not phrase:
        return 0.0
    if min(len(phrase), len(query)) < (2 if UNSPACED.search(query) else _SHORTEST):
        return 1.0 if query == phrase or f" {phrase} " in f" {query} " else 0.0
    if f" {phrase} " in f" {query} ":
        return 1.0 if len(phrase) > _SHORTEST or query == phrase else 0.9
    if UNSPACED.search(phrase) and phrase in query:
        return 1.0 if len(phrase) > _SHORTEST else 0.9
    if _begins(query, phrase):
        return _OFFERED + (_CAPPED - _OFFERED) * len(query) / len(phrase)
    if " " not in phrase and " " in query:
        return max(_word_likeness(word, phrase) for word in query.split())
    if len(query) >= len(phrase):
        return fuzz.partial_ratio(phrase, query, score_cutoff=_ALIKE) / 100 * min(1.0, len(phrase) / 5)
    return fuzz.ratio(query, phrase, score_cutoff=_ALIKE) / 100


def _begins(query: str, phrase: str) -> bool:
    """Whether somebody seems to be typing *phrase*, or a word of it, and is not yet done."""
    if UNSPACED.search(query):
        return query in phrase
    return len(query) > _SHORTEST and f" {query}" in f" {phrase}"


def _word_likeness(word: str, phrase: str) -> float:
    """A whole word against a phrase of one word; in scripts that part no words, against the middle of a longer run."""
    if word.isascii() or len(word) < 2 * len(phrase):
        return fuzz.ratio(word, phrase, score_cutoff=_ALIKE) / 100 if len(phrase) > _SHORTEST else 0.0
    return fuzz.partial_ratio(phrase, word, score_cutoff=_ALIKE) / 100 if len(phrase) > _SHORTEST else 0.0
