"""Learns a `Scorer` from example lines. Only training imports scikit-learn through this module.

Weights: where an intent has twice the usual number of lines, each counts half for it (and full against the others),
so that `out_of_scope`, which has many, does not swallow what newcomers need.
Confidences: margins become a softmax whose sharpness is the one that makes unseen lines most likely, found by
cross-validation ("temperature scaling", https://arxiv.org/abs/1706.04599).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import numpy.typing as npt
from components.ngrams import Ngrams
from components.scoring import Scorer, confidences
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

SHARPNESS = np.geomspace(0.25, 8, 101)
"""Tried values."""
_SEED = 0

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Settings:
    """The component's part of ``config.yml``."""

    char_ngrams: int = 5
    word_ngrams: int = 2
    regularization: float = 20.0
    folds: int = 4


def learn(texts: Sequence[str], intents: Sequence[str], settings: Settings) -> Scorer:
    """A scorer for the intents of *texts* (``intents[n]`` is what ``texts[n]`` means). Needs two intents or more."""
    names = sorted(set(intents))
    if len(names) < 2:
        raise ValueError("training needs lines of two intents or more")
    meant = np.array([names.index(intent) for intent in intents])
    ngrams, model = _fit(texts, meant, settings)
    sharpness = _sharpness(texts, meant, settings)
    matrix, bias = _columns(model, len(names))
    return Scorer(ngrams, names, matrix, bias, sharpness)


def _weights(meant: Integers) -> dict[int, float]:
    """What a line of each intent counts: 1 where there is the usual number of lines, less where there are more."""
    lines = np.bincount(meant)
    return dict(enumerate((median(lines.tolist()) / lines).tolist()))


def _fit(texts: Sequence[str], meant: Integers, settings: Settings) -> tuple[Ngrams, LogisticRegression]:
    ngrams = Ngrams.learn(texts, (settings.char_ngrams, settings.word_ngrams))
    model = LogisticRegression(
        solver="liblinear",
        multi_class="ovr",
        C=settings.regularization,
        class_weight=_weights(meant),
        random_state=_SEED,
    )
    return ngrams, model.fit(_rows(ngrams, texts), meant)


def _columns(model: LogisticRegression, count: int) -> tuple[Floats, Floats]:
    """The weights and biases of *model*, one column for each intent (for two intents it keeps only the second's)."""
    if count == 2:
        return np.vstack([-model.coef_, model.coef_]).T, np.concatenate([-model.intercept_, model.intercept_])
    return model.coef_.T, model.intercept_


def _rows(ngrams: Ngrams, texts: Sequence[str]) -> csr_matrix:
    vectors = [ngrams(text) for text in texts]
    ends = np.cumsum([0, *map(len, vectors)])
    columns = np.fromiter((number for vector in vectors for number in vector), np.int32, ends[-1])
    values = np.fromiter((weight for vector in vectors for weight in vector.values()), np.float64, ends[-1])
    return csr_matrix((values, columns, ends), shape=(len(texts), len(ngrams)))


def _sharpness(texts: Sequence[str], meant: Integers, settings: Settings) -> float:
    """The sharpness under which lines that a model has not seen are most likely; 1 when there are too few to tell."""
    folds = min(settings.folds, int(np.bincount(meant).min()))
    if folds < 2:
        return 1.0
    margins = np.empty((len(texts), int(meant.max()) + 1))
    parts = StratifiedKFold(folds, shuffle=True, random_state=_SEED)
    for seen, unseen in parts.split(np.zeros(len(texts)), meant):
        ngrams, model = _fit([texts[n] for n in seen], meant[seen], settings)
        matrix, bias = _columns(model, margins.shape[1])
        margins[unseen] = _rows(ngrams, [texts[n] for n in unseen]) @ matrix + bias
    return min(SHARPNESS.tolist(), key=lambda sharpness: _surprise(margins, meant, sharpness))


def _surprise(margins: Floats, meant: Integers, sharpness: float) -> float:
    """Mean negative log likelihood of what was meant, every intent counting alike."""
    weights = 1 / np.bincount(meant)[meant]
    right = confidences(margins, sharpness)[np.arange(len(meant)), meant]
    return float(np.average(-np.log(np.maximum(right, 1e-12)), weights=weights))
