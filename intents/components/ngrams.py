"""Turns a text into weighted n-grams: letters within words, and words.

In: any text. Out: the numbers of the known n-grams in it and their weights. Training and serving use the same code.
Each text has two blocks, letters and words, each of length 1, so that long texts do not outweigh short ones
(TF-IDF with sublinear counts: https://nlp.stanford.edu/IR-book/html/htmledition/sublinear-tf-scaling-1.html).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log, sqrt

from bot.knowledge.folding import fold

LONGEST = 500
"""Letters of a text that are looked at. What somebody wants stands at its beginning, and the time stays bounded."""

Vector = dict[int, float]


def letters(words: Sequence[str], longest: int) -> Counter[str]:
    """Runs of 1 to *longest* letters of each word; a space marks where a word begins and ends."""
    found: Counter[str] = Counter()
    for word in words:
        found.update(word)
        marked = f" {word} "
        for size in range(2, longest + 1):
            if len(marked) <= size:
                found[marked] += 1
                break
            found.update(marked[start : start + size] for start in range(len(marked) - size + 1))
    return found


def phrases(words: Sequence[str], longest: int) -> Counter[str]:
    """Runs of 1 to *longest* words, joined by a space."""
    return Counter(
        " ".join(words[start : start + size])
        for size in range(1, longest + 1)
        for start in range(len(words) - size + 1)
    )


class Ngrams:
    """The known n-grams: the number of each, and how telling it is (inverse document frequency).

    Letters come first: numbers below ``len(letter_terms)`` are letters, the others are words.
    """

    def __init__(
        self, letter_terms: Sequence[str], word_terms: Sequence[str], weights: Sequence[float], sizes: tuple[int, int]
    ) -> None:
        self.letter_terms = letter_terms
        self.word_terms = word_terms
        self.weights = weights
        self.sizes = sizes
        self._letters = {term: number for number, term in enumerate(letter_terms)}
        self._words = {term: number for number, term in enumerate(word_terms, start=len(letter_terms))}

    def __len__(self) -> int:
        return len(self.weights)

    @classmethod
    def learn(cls, texts: Iterable[str], sizes: tuple[int, int]) -> "Ngrams":
        """Collect the n-grams of *texts*: runs of at most *sizes* letters and words."""
        in_letters: Counter[str] = Counter()
        in_words: Counter[str] = Counter()
        count = 0
        for text in texts:
            words = fold(text[:LONGEST]).split()
            in_letters.update(letters(words, sizes[0]).keys())
            in_words.update(phrases(words, sizes[1]).keys())
            count += 1
        weights = [
            log((1 + count) / (1 + texts_with_it)) + 1
            for block in (in_letters, in_words)
            for texts_with_it in block.values()
        ]
        return cls(tuple(in_letters), tuple(in_words), weights, sizes)

    def __call__(self, text: str) -> Vector:
        """The known n-grams of *text* with their weights; empty when there is none."""
        words = fold(text[:LONGEST]).split()
        found = self._weighed(letters(words, self.sizes[0]), self._letters)
        found.update(self._weighed(phrases(words, self.sizes[1]), self._words))
        return found

    def _weighed(self, counts: Counter[str], numbers: dict[str, int]) -> Vector:
        known = {numbers[term]: count for term, count in counts.items() if term in numbers}
        block = {number: (1 + log(count)) * self.weights[number] for number, count in known.items()}
        length = sqrt(sum(weight * weight for weight in block.values()))
        return {number: weight / length for number, weight in block.items()}
