"""Recognises danger to life in what a person wrote, in any language, before anything else is decided.

In: the text of one message. Out: an `Alarm` (which danger, whose list matched) or None. Pure and local: it works with
Rasa and the network down. Every language's list is tried on every message, because people mix languages.

How it decides, for one message: fold it into words; for each list find the “not” phrases and take the words they
cover away from all lists (and only those: “my phone is dead and my house is on fire” stays an alarm); then look
for the phrases that tell of danger; then for cries (“fire!!”), which count only when nothing else is said.
The time grows with the number of words, not with the number of phrases: phrases that begin alike share a tree.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.conversation.emergency_lists import KINDS, NEAR, Kind, ListProblem, Phrase, Step, WordList, read_lists
from bot.knowledge.folding import fold

__all__ = ["KINDS", "Alarm", "Emergencies", "Kind", "ListProblem", "read"]

_DOUBLED = re.compile(r"(.)\1+")
_CRY_WORDS = 40
_FEW_EDGES = 6
_LONGEST_AFFIX = 4
_SHORTEST_TYPO = 5
_LONGEST_TYPO = 24
_SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class Alarm:
    """Somebody seems to be in danger: which danger, and the language of the list that saw it."""

    kind: Kind
    language: str


class _Branch:
    """A place in the tree of phrases: what may follow, and what was said when a phrase ends here."""

    __slots__ = ("by_word", "edges", "ends")

    def __init__(self) -> None:
        self.edges: dict[Step, _Branch] = {}
        self.by_word: dict[str, list[tuple[int, _Branch]]] | None = None
        self.ends: int | None = None
        """The place in `KINDS` of the most pressing phrase that ends here."""

    def after(self, word: str) -> Iterable[tuple[int, "_Branch"]]:
        """Yield (how many other words may stand between, branch) for what *word* leads to."""
        if self.by_word is not None:
            return self.by_word.get(word, ())
        return [(step.gap, branch) for step, branch in self.edges.items() if word in step.words]

    def settle(self) -> None:
        """Make a busy branch quick to leave: a table of words instead of a walk over its edges."""
        if len(self.edges) > _FEW_EDGES:
            self.by_word = {}
            for step, branch in self.edges.items():
                for word in step.words:
                    self.by_word.setdefault(word, []).append((step.gap, branch))
        for branch in self.edges.values():
            branch.settle()


_Place = tuple[int, tuple[str, ...]]
"""A word's number in the message, and the list's words it may stand for (several when it is misspelt)."""


@dataclass(frozen=True, slots=True)
class _Tree:
    root: _Branch
    words: frozenset[str]
    """Every word of every phrase."""

    @classmethod
    def of(cls, phrases: Iterable[tuple[Phrase, int]]) -> "_Tree":
        root = _Branch()
        groups: set[frozenset[str]] = set()
        for phrase, rank in phrases:
            branch = root
            for step in phrase:
                groups.add(step.words)
                if step not in branch.edges:
                    branch.edges[step] = _Branch()
                branch = branch.edges[step]
            branch.ends = rank if branch.ends is None else min(rank, branch.ends)
        root.settle()
        return cls(root, frozenset().union(*groups))

    def found(self, places: Sequence[_Place]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield (rank, numbers of the words that matched) for each phrase in *places*.

        Remembers for each branch only where it was last reached: the latest place leaves most room for what follows.
        """
        reached: dict[int, tuple[int, _Branch, tuple[int, ...]]] = {}
        for at, (number, words) in enumerate(places):
            if not words:
                continue
            new: list[tuple[_Branch, tuple[int, ...]]] = []
            for word in words:
                new.extend((branch, (number,)) for _, branch in self.root.after(word))
            gone = []
            for key, (since, branch, matched) in reached.items():
                between = at - since - 1
                if between > NEAR:
                    gone.append(key)
                    continue
                for word in words:
                    for gap, following in branch.after(word):
                        if between <= gap:
                            new.append((following, (*matched, number)))
            for key in gone:
                del reached[key]
            for branch, matched in new:
                if branch.ends is not None:
                    yield branch.ends, matched
                if branch.edges:
                    reached[id(branch)] = (at, branch, matched)


@dataclass(frozen=True, slots=True)
class _List:
    """One language, ready to be tried."""

    language: str
    say: _Tree
    cry: _Tree
    never: _Tree
    vocabulary: frozenset[str]
    beginnings: frozenset[int]
    """How long the words are that stand before a star."""
    skip: frozenset[str]
    around_cries: frozenset[str]
    prefixes: frozenset[str]
    suffixes: frozenset[str]
    lookalikes: frozenset[str]

    @classmethod
    def of(cls, words: WordList) -> "_List":
        say = _Tree.of((phrase, KINDS.index(kind)) for phrase, kind in words.say)
        cry = _Tree.of((phrase, KINDS.index(kind)) for phrase, kind in words.cry)
        never = _Tree.of((phrase, 0) for phrase in words.never)
        vocabulary = frozenset(say.words | cry.words | never.words | words.around_cries)
        return cls(
            words.language, say, cry, never, vocabulary,
            frozenset(len(word) - 1 for word in vocabulary if word.endswith("*")), words.skip, words.around_cries,
            words.prefixes, words.suffixes, words.lookalikes,
        )  # fmt: skip

    def meant(self, token: str, corrections: tuple[str, ...]) -> tuple[str, ...]:
        """The words of this list that *token* may stand for: itself, its stem or beginning, or one letter away."""
        known = token in self.vocabulary
        if token in self.lookalikes and not known:
            return ()
        found = [token] if known else []
        found += self._stems(token)
        if found:
            return tuple(dict.fromkeys(found))
        if (single := _DOUBLED.sub(r"\1", token)) in self.vocabulary:
            return (single,)
        return tuple(word for word in corrections if word in self.vocabulary)

    def _stems(self, token: str) -> Iterator[str]:
        """The words of this list that *token* begins with, or becomes without a prefix, a suffix or both."""
        yield from self._begun(token)
        if not (self.prefixes or self.suffixes) or len(token) <= _SHORTEST_STEM:
            return
        fronts = [0, *(n for n in range(1, _LONGEST_AFFIX + 1) if token[:n] in self.prefixes)]
        backs = [0, *(n for n in range(1, _LONGEST_AFFIX + 1) if token[-n:] in self.suffixes)]
        for front in fronts:
            if front:
                yield from self._begun(token[front:])
            for back in backs:
                stem = token[front : len(token) - back]
                if _SHORTEST_STEM <= len(stem) < len(token) and stem in self.vocabulary:
                    yield stem

    def _begun(self, token: str) -> Iterator[str]:
        for length in self.beginnings:
            if length <= len(token) and (begun := token[:length] + "*") in self.vocabulary:
                yield begun

    def places(self, tokens: Sequence[str], corrections: Mapping[str, tuple[str, ...]]) -> list[_Place]:
        """The words of the message that this list looks at, without those it skips."""
        meant: dict[str, tuple[str, ...]] = {}
        places: list[_Place] = []
        for number, token in enumerate(tokens):
            if token in self.skip:
                continue
            if token not in meant:
                meant[token] = self.meant(token, corrections.get(token, ()))
            places.append((number, meant[token]))
        return places

    def cries(self, places: Sequence[_Place]) -> int | None:
        """The most pressing cry, when the message says nothing but cries."""
        if len(places) > _CRY_WORDS:
            return None
        left = [place for place in places if not any(word in self.around_cries for word in place[1])]
        found = list(self.cry.found(left))
        covered = {number for _, numbers in found for number in numbers}
        return min(rank for rank, _ in found) if found and len(covered) == len(left) else None


@dataclass(frozen=True, slots=True)
class Emergencies:
    """The emergency lists of all languages. Immutable; made by `read`."""

    lists: tuple[_List, ...]
    nearby: Mapping[str, tuple[str, ...]]
    """A long word of a list with one letter left out, or whole → the words it may be."""

    def alarm(self, text: str) -> Alarm | None:
        """Return the most pressing danger that *text* tells of, or None."""
        tokens = fold(text).split()
        if not tokens:
            return None
        corrections = {token: self._corrected(token) for token in set(tokens)}
        looked_at = [(words, words.places(tokens, corrections)) for words in self.lists]
        looked_at = [(words, places) for words, places in looked_at if any(meant for _, meant in places)]
        covered: set[int] = set()
        for words, places in looked_at:
            for _, numbers in words.never.found(places):
                covered.update(numbers)
        best: tuple[int, str] | None = None
        for words, places in looked_at:
            open_places = [(number, () if number in covered else meant) for number, meant in places]
            ranks = [rank for rank, _ in words.say.found(open_places)]
            if (cry := words.cries(open_places)) is not None:
                ranks.append(cry)
            if ranks and (best is None or min(ranks) < best[0]):
                best = (min(ranks), words.language)
        return Alarm(KINDS[best[0]], best[1]) if best else None

    def _corrected(self, token: str) -> tuple[str, ...]:
        """The long words of all lists that are one typing error away from *token* and begin like it."""
        if not _SHORTEST_TYPO <= len(token) <= _LONGEST_TYPO:
            return ()
        near = set(self.nearby.get(token, ()))
        for n in range(len(token)):
            near.update(self.nearby.get(token[:n] + token[n + 1 :], ()))
        alike = (word for word in near if word[0] == token[0])
        return tuple(sorted(word for word in alike if OSA.distance(word, token, score_cutoff=1) <= 1))


def read(texts: Mapping[str, str]) -> Emergencies:
    """Return the `Emergencies` of *texts*, language → YAML text; raise `ListProblem` for the first thing wrong."""
    word_lists = read_lists(texts)
    lists = tuple(_List.of(words) for words in word_lists)
    long_words = {
        word
        for words, made in zip(word_lists, lists, strict=True)
        if words.typo_from
        for word in made.vocabulary
        if len(word) >= words.typo_from and word.isalpha()
    }
    nearby: dict[str, list[str]] = {}
    for word in sorted(long_words):
        # The first letter stays: people seldom mistype it, and “mouse” is not “house”.
        for variant in {word, *(word[:n] + word[n + 1 :] for n in range(1, len(word)))}:
            nearby.setdefault(variant, []).append(word)
    return Emergencies(lists, {variant: tuple(near) for variant, near in nearby.items()})
