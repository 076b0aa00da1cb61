"""Checks of ``intents/components``, run in Rasa's own environment (Python 3.10): ``python component_cases.py``.

Prints the name of each check that holds.
"""

import tempfile
from collections.abc import Callable
from math import isclose
from pathlib import Path

from components.learning import Settings, learn
from components.ngrams import LONGEST, Ngrams, letters, phrases
from components.scoring import Scorer

LINES = [
    *[(f"i want {what} from the library", "library_card") for what in ("a card", "books", "films", "music", "a novel")],
    *[(f"which bus goes to {where}", "ride_transit") for where in ("work", "school", "denver", "the clinic", "town")],
    *[(f"tell me a {what}", "out_of_scope") for what in ("joke", "story", "riddle", "poem", "secret")],
    *[("ሰላም ነው", "greet"), ("ሰላም", "greet"), ("ሰላም ሰላም", "greet"), ("hello", "greet")],
]
SETTINGS = Settings(folds=2)


def model() -> Scorer:
    return learn([line for line, _ in LINES], [intent for _, intent in LINES], SETTINGS)


def check_letters_stay_within_words() -> None:
    found = letters(["ab", "c"], 3)
    assert found == {"a": 1, "b": 1, "c": 1, " a": 1, "ab": 1, "b ": 1, " ab": 1, "ab ": 1, " c": 1, "c ": 1, " c ": 1}


def check_phrases_are_words_and_pairs() -> None:
    assert phrases(["a", "b", "a", "b"], 2) == {"a": 2, "b": 2, "a b": 2, "b a": 1}


def check_both_blocks_have_length_one() -> None:
    ngrams = Ngrams.learn([line for line, _ in LINES], (5, 2))
    vector = ngrams("i want a card from the library, please")
    border = len(ngrams.letter_terms)
    for block in ({k: v for k, v in vector.items() if k < border}, {k: v for k, v in vector.items() if k >= border}):
        assert isclose(sum(weight * weight for weight in block.values()), 1)


def check_ways_of_typing_are_one() -> None:
    ngrams = Ngrams.learn([line for line, _ in LINES], (5, 2))
    assert ngrams("ሠላም") == ngrams("ሰላም") != {}
    assert ngrams("WANT A CARD!!!") == ngrams("want a card") != {}


def check_long_texts_are_cut() -> None:
    ngrams = Ngrams.learn([line for line, _ in LINES], (5, 2))
    text = "library " * LONGEST
    assert ngrams(text) == ngrams(text[:LONGEST])


def check_unseen_lines_are_understood() -> None:
    scorer = model()
    for line, intent in (("libary books", "library_card"), ("bus to aurora", "ride_transit"), ("selam ሰላም", "greet")):
        assert scorer.rank(line)[0][0] == intent, line


def check_confidences_sum_to_one_and_fall() -> None:
    ranking = model().rank("a card")
    assert sorted(intent for intent, _ in ranking) == sorted({intent for _, intent in LINES})
    scores = [score for _, score in ranking]
    assert isclose(sum(scores), 1, abs_tol=1e-5)
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def check_nothing_known_is_nothing() -> None:
    assert model().rank("မင်္ဂလာပါ") == []
    assert model().rank("") == []


def check_saved_and_loaded_says_the_same() -> None:
    scorer = model()
    with tempfile.TemporaryDirectory() as made:
        scorer.save(Path(made))
        assert sorted(path.suffix for path in Path(made).iterdir()) == [".json", ".npz"]
        loaded = Scorer.load(Path(made))
    for line, _ in LINES:
        for (intent, score), (again, score_again) in zip(scorer.rank(line), loaded.rank(line), strict=True):
            assert intent == again
            assert isclose(score, score_again, abs_tol=1e-5)


def check_training_twice_gives_the_same() -> None:
    assert model().rank("a card for the bus") == model().rank("a card for the bus")


def check_many_lines_of_one_intent_do_not_outweigh() -> None:
    """Two intents share a word; one has twenty times the lines. What decides is what else is said, not the number."""
    lines = [(f"need paper {n % 5}", "library_card") for n in range(5)]
    lines += [(f"paper joke {n}", "out_of_scope") for n in range(100)]
    lines += [("bus", "ride_transit"), ("the bus", "ride_transit"), ("a bus", "ride_transit")]
    scorer = learn([line for line, _ in lines], [intent for _, intent in lines], Settings(folds=2))
    assert scorer.rank("need paper")[0][0] == "library_card"
    assert scorer.rank("paper joke")[0][0] == "out_of_scope"


def check_two_intents_are_enough_and_one_is_not() -> None:
    two = learn(["a", "aa", "b", "bb"], ["first", "first", "second", "second"], Settings(folds=2))
    assert two.rank("a")[0][0] == "first"
    assert two.rank("b")[0][0] == "second"
    try:
        learn(["a"], ["first"], SETTINGS)
    except ValueError:
        return
    raise AssertionError("one intent was accepted")


def checks() -> list[Callable[[], None]]:
    return [check for name, check in globals().items() if name.startswith("check_")]


if __name__ == "__main__":
    for check in checks():
        check()
        print(check.__name__)
