"""Recognises danger to life in what a person wrote, in any language, before anything else is decided.

In: the text of one message. Out: an `Alarm` (which danger, whose list matched) or None. Pure and local: it works with
Rasa and the network down. Every language's list is tried on every message, because people mix languages.

How it decides, for one message: fold it into words; for each list find the “not” phrases and take the words they
cover away from all lists (and only those: “my phone is dead and my house is on fire” stays an alarm); then look
for the phrases that tell of danger; then for cries (“fire!!”), which count only when nothing else is said.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import OSA

from bot.conversation.emergency_lists import KINDS, Kind, ListProblem, WordList, Words, read_lists
from bot.conversation.emergency_tree import Place, Tree
from bot.knowledge.folding import fold

__all__ = ["KINDS", "Alarm", "Emergencies", "Kind", "ListProblem", "read"]

_DOUBLED = re.compile(r"(.)\1+")
_LISTED = "911"
"""The word that stands in the lists for the emergency number, whatever it is in the city."""
_MOST_CRIES = 40
"""A message of more words than this is not a cry."""
_LONGEST_AFFIX, _SHORTEST_STEM = 4, 3
_SHORTEST_TYPO, _LONGEST_TYPO = 5, 24
"""Letters of a typed word that may be a misspelt one."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Somebody seems to be in danger: which danger, and the language of the list that saw it."""

    kind: Kind
    language: str


class _Alike(NamedTuple):
    """What an unknown word of the message may be, whatever the list."""

    single: str
    """The word with each doubled letter once: people hold a key too long."""
    corrected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _List:
    """One language, ready to be tried."""

    language: str
    say: Tree
    cry: Tree
    never: Tree
    vocabulary: Words
    beginnings: Mapping[str, tuple[str, ...]]
    """First two letters → what stands before a star in the list's words that begin with them."""
    skip: Words
    around_cries: Words
    prefixes: Words
    suffixes: Words
    ascii_affixes: bool
    """Prefixes and suffixes are in Latin letters; they are not tried on words in others."""
    lookalikes: Words
    """Of all languages: an everyday word of one is not a misspelt word of another."""

    @classmethod
    def of(cls, words: WordList, lookalikes: Words) -> "_List":
        say = Tree.of((phrase, KINDS.index(kind)) for phrase, kind in words.say)
        cry = Tree.of((phrase, KINDS.index(kind)) for phrase, kind in words.cry)
        never = Tree.of((phrase, 0) for phrase in words.never)
        vocabulary = frozenset(say.leads.keys() | cry.leads.keys() | never.leads.keys() | words.around_cries)
        return cls(
            words.language, say, cry, never, vocabulary,
            _beginnings(vocabulary), words.skip, words.around_cries,
            words.prefixes, words.suffixes,
            all(map(str.isascii, words.prefixes | words.suffixes)), lookalikes,
        )  # fmt: skip

    def meant(self, token: str, alike: _Alike) -> tuple[str, ...]:
        """The words of this list that *token* may stand for: itself, its stem or beginning, or one letter away."""
        known = token in self.vocabulary
        if token in self.lookalikes and not known:
            return ()
        found = [token] if known else []
        if token[:2] in self.beginnings:
            found += self._begun(token)
        if token.isascii() == self.ascii_affixes and (self.prefixes or self.suffixes):
            found += self._stems(token)
        if found:
            return tuple(dict.fromkeys(found))
        if alike.single in self.vocabulary:
            return (alike.single,)
        return tuple(word for word in alike.corrected if word in self.vocabulary)

    def _stems(self, token: str) -> Iterator[str]:
        """The words of this list that *token* becomes without a prefix, a suffix or both."""
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
        return (begun + "*" for begun in self.beginnings.get(token[:2], ()) if token.startswith(begun))

    def places(self, tokens: Sequence[str], alike: Mapping[str, _Alike]) -> list[Place]:
        """The words of the message that this list looks at, without those it skips."""
        meant: dict[str, tuple[str, ...]] = {}
        places: list[Place] = []
        for number, token in enumerate(tokens):
            if token in self.skip:
                continue
            if token not in meant:
                meant[token] = self.meant(token, alike[token])
            places.append((number, meant[token]))
        return places

    def cries(self, places: Sequence[Place]) -> int | None:
        """The most pressing cry, when the message says nothing but cries."""
        if len(places) > _MOST_CRIES:
            return None
        found = list(self.cry.found(places))
        covered = {number for _, numbers in found for number in numbers}
        rest = (words for number, words in places if number not in covered)
        if not found or not all(self.around_cries.intersection(words) for words in rest):
            return None
        return min(rank for rank, _ in found)


@dataclass(frozen=True, slots=True)
class Emergencies:
    """The emergency lists of all languages. Immutable; made by `read`.

    ``numbers``: what is dialled in danger in the city beside 911, such as 112.
    """

    lists: tuple[_List, ...]
    nearby: Mapping[str, tuple[str, ...]]
    """A long word of a list with one letter left out, or whole → the words it may be."""
    numbers: frozenset[str] = frozenset()

    def alarm(self, text: str) -> Alarm | None:
        """Return the most pressing danger that *text* tells of, or None."""
        tokens = [_LISTED if token in self.numbers else token for token in fold(text).split()]
        if not tokens:
            return None
        alike = {token: _Alike(_DOUBLED.sub(r"\1", token), self._corrected(token)) for token in set(tokens)}
        looked_at = [(words, words.places(tokens, alike)) for words in self.lists]
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
        variants = [token, *(token[:n] + token[n + 1 :] for n in range(len(token)))]
        near = {word for variant in variants if variant in self.nearby for word in self.nearby[variant]}
        alike = (word for word in near if word[0] == token[0])
        return tuple(sorted(word for word in alike if OSA.distance(word, token, score_cutoff=1) <= 1))


def read(texts: Mapping[str, str]) -> Emergencies:
    """Return the `Emergencies` of *texts*, language → YAML text; raise `ListProblem` for the first thing wrong."""
    word_lists = read_lists(texts)
    lookalikes = frozenset().union(*(words.lookalikes for words in word_lists))
    lists = tuple(_List.of(words, lookalikes) for words in word_lists)
    long_words = {word for words, made in zip(word_lists, lists, strict=True) for word in _may_be_misspelt(words, made)}
    nearby: dict[str, list[str]] = {}
    for word in sorted(long_words):
        # The first letter stays: people seldom mistype it, and “mouse” is not “house”.
        for variant in {word, *(word[:n] + word[n + 1 :] for n in range(1, len(word)))}:
            nearby.setdefault(variant, []).append(word)
    return Emergencies(lists, {variant: tuple(near) for variant, near in nearby.items()})


def _may_be_misspelt(words: WordList, made: _List) -> Iterator[str]:
    """The words that may hold one typing error: long ones, in the letters that the list is mostly written in.

    The others (an Arabic word in Latin letters) are too close to everyday words of another language.
    """
    own_is_ascii = sum(word.isascii() for word in made.vocabulary) * 2 > len(made.vocabulary)
    for word in made.vocabulary:
        if words.typo_from and len(word) >= words.typo_from and word.isalpha() and word.isascii() == own_is_ascii:
            yield word


def _beginnings(vocabulary: Words) -> dict[str, tuple[str, ...]]:
    begun = sorted(word[:-1] for word in vocabulary if word.endswith("*"))
    return {first: tuple(group) for first, group in itertools.groupby(begun, key=lambda word: word[:2])}
