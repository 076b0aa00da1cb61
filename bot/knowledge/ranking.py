"""Ranks pages by how well they answer a question: BM25 over `bot.knowledge.grams`, in memory, immutable.

In: pages, as texts with a weight each, and a question. Out: the pages that share terms with it, best first. Knows nothing
of articles and languages: `bot.knowledge.search` ranks articles with it, ``make bench-search`` any corpus.

Formulas: Robertson and Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*,
https://doi.org/10.1561/1500000019, sections 3.4, and 3.6 for texts of different weight; the rarity as in Lucene:
https://lucene.apache.org/core/9_0_0/core/org/apache/lucene/search/similarities/BM25Similarity.html.
The constants were chosen on several corpora and hardly matter: docs/decisions/0009-search.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.grams import Codes, page_terms, question_terms

Places: TypeAlias = NDArray[np.intp]
Figures: TypeAlias = NDArray[np.float64]

SATURATION = 1.2
"""k₁: how soon it stops to matter that a term comes again."""
LENGTH = 0.9
"""b: how much longer pages are held back."""
RARITY = 1.3
"""The power of the rarity of a term: the runs of one rare word are rare together."""


@dataclass(frozen=True, slots=True)
class Page:
    """Something to be found. ``texts``: each with its weight, such as 4 for a title and 1 for what stands under it."""

    id: str
    texts: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A page with its score: about 1 for each term of the question that no other page has; has no upper end."""

    page: str
    score: float


class Ranking:
    """The pages by their terms: for each term, the pages that have it and what it adds to the score of each."""

    def __init__(self, pages: Sequence[Page]) -> None:
        """Cut all *pages* into terms: under a millisecond for each."""
        self._ids = [page.id for page in pages]
        codes, places, counts = _postings(pages)
        order = np.argsort(codes, kind="stable")
        self._codes, starts = np.unique(codes[order], return_index=True)
        self._starts, self._places = np.append(starts, len(codes)), places[order]
        having = np.diff(self._starts)
        self._adds = np.repeat(_rarity(having, len(pages)), having) * _frequency(counts, places, len(pages))[order]

    def best(self, question: str, limit: int = 10) -> list[Ranked]:
        """At most *limit* pages that share terms with *question*, best first; among equals in the order given."""
        terms = question_terms(question)
        if not len(self._codes) or not len(terms.codes):
            return []
        codes, which = np.unique(terms.codes, return_inverse=True)
        weights = _sum(which, terms.weights, len(codes))
        at = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        known = self._codes[at] == codes
        rows, sizes = self._rows(at[known])
        scores = _sum(self._places[rows], self._adds[rows] * np.repeat(weights[known], sizes), len(self._ids))
        order = np.argsort(-scores, kind="stable")[:limit]
        return [Ranked(self._ids[place], float(scores[place])) for place in order if scores[place] > 0]

    def _rows(self, terms: Places) -> tuple[Places, Places]:
        """The rows of all these *terms*, and how many each has."""
        starts, sizes = self._starts[terms], self._starts[terms + 1] - self._starts[terms]
        return np.arange(sizes.sum()) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes), sizes


def _postings(pages: Sequence[Page]) -> tuple[Codes, Places, Figures]:
    """A row for each term of each page: the term, the page's place, and how often it comes there, weighted."""
    rows = [_counted(page) for page in pages]
    places = np.repeat(np.arange(len(pages)), [len(codes) for codes, _ in rows])
    codes = np.concatenate([np.zeros(0, np.uint64), *(codes for codes, _ in rows)])
    return codes, places, np.concatenate([np.zeros(0), *(counts for _, counts in rows)])


def _counted(page: Page) -> tuple[Codes, Figures]:
    texts = [page_terms(text) for text, _ in page.texts]
    weights: Figures = np.repeat([weight for _, weight in page.texts], [len(codes) for codes in texts])
    codes, which = np.unique(np.concatenate([np.zeros(0, np.uint64), *texts]), return_inverse=True)
    return codes, _sum(which, weights, len(codes))


def _sum(places: Places, figures: Figures, size: int) -> Figures:
    """What falls on each of *size* places, added up."""
    return np.bincount(places, figures, size).astype(np.float64, copy=False)


def _rarity(having: NDArray[Any], pages: int) -> Figures:
    """How rare a term is that so many of the *pages* have; 1 when only one has it."""
    rarity: Figures = np.log1p((pages - having + 0.5) / (having + 0.5)) / np.log1p((pages - 0.5) / 1.5)
    return rarity**RARITY


def _frequency(counts: Figures, places: Places, pages: int) -> Figures:
    """For each row, how much it is that the term comes so often in a page of that length."""
    lengths = _sum(places, counts, pages)
    length = (lengths / max(float(lengths.sum()) / max(pages, 1), 1.0))[places]
    frequency: Figures = counts * (SATURATION + 1) / (counts + SATURATION * (1 - LENGTH + LENGTH * length))
    return frequency
