"""A trained model in memory: a text → intents with confidences. Numbers and terms only, kept without pickle."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from components.ngrams import Ngrams

Ranking = list[tuple[str, float]]
Numbers = npt.NDArray[np.float32]

_TERMS = "terms.json"
_NUMBERS = "numbers.npz"


def confidences(margins: npt.NDArray[np.floating], sharpness: float) -> npt.NDArray[np.floating]:
    """Margins of one-vs-rest (last axis: the intents) as confidences that sum to 1 (softmax)."""
    powers = np.exp(sharpness * (margins - margins.max(axis=-1, keepdims=True)))
    return powers / powers.sum(axis=-1, keepdims=True)


class Scorer:
    """Scores texts. *matrix* has a row for each n-gram and a column for each intent; *bias* one number for each."""

    def __init__(self, ngrams: Ngrams, intents: list[str], matrix: Numbers, bias: Numbers, sharpness: float) -> None:
        self._ngrams = ngrams
        self._intents = intents
        self._matrix = np.ascontiguousarray(matrix, dtype=np.float32)
        self._bias = np.asarray(bias, dtype=np.float32)
        self._sharpness = sharpness

    def rank(self, text: str) -> Ranking:
        """All intents, best first. Empty when nothing in *text* was ever seen: then nobody can say what it means."""
        vector = self._ngrams(text)
        if not vector:
            return []
        weights = np.fromiter(vector.values(), np.float32, len(vector))
        found = confidences(weights @ self._matrix[list(vector)] + self._bias, self._sharpness)
        return [(self._intents[place], float(found[place])) for place in np.argsort(-found, kind="stable")]

    def save(self, folder: Path) -> None:
        """Write the model into *folder*."""
        terms = {
            "letters": self._ngrams.letter_terms,
            "words": self._ngrams.word_terms,
            "sizes": self._ngrams.sizes,
            "intents": self._intents,
            "sharpness": self._sharpness,
        }
        (folder / _TERMS).write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")
        weights = np.asarray(self._ngrams.weights, dtype=np.float32)
        np.savez(folder / _NUMBERS, matrix=self._matrix, bias=self._bias, weights=weights)

    @classmethod
    def load(cls, folder: Path) -> "Scorer":
        """Read what `save` wrote."""
        terms = json.loads((folder / _TERMS).read_text(encoding="utf-8"))
        with np.load(folder / _NUMBERS, allow_pickle=False) as numbers:
            letters, words = terms["sizes"]
            ngrams = Ngrams(terms["letters"], terms["words"], numbers["weights"].tolist(), (letters, words))
            return cls(ngrams, terms["intents"], numbers["matrix"], numbers["bias"], terms["sharpness"])
