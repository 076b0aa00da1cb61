"""Finds many phrases in one pass over the words of a message.

Phrases become a tree: those that begin alike share branches, and the choices of one place meet again behind it. The time
to search grows with the number of words in the message, not with the number of phrases.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.conversation.emergency_lists import Part, Phrase, Words


class _Branch:
    """A place in the tree of phrases; *ends* is the place in `KINDS` of the most pressing phrase that ends here."""

    __slots__ = ("ends", "leaf")

    def __init__(self) -> None:
        self.ends: int | None = None
        self.leaf = True


class _Edge(NamedTuple):
    source: _Branch
    words: Words
    gap: int
    """How many other words may stand before this one."""
    branch: _Branch


Place = tuple[int, tuple[str, ...]]
"""A word's number in the message, and the list's words it may stand for (several when it is misspelt)."""
_Reached = frozenset[tuple[_Branch, int]]
"""Where a half-told phrase may stand in the tree, each with the gap that a left-out part hands on."""


class _Planter:
    """Grows a tree phrase by phrase. Phrases that begin alike share branches; the forms of one part meet again."""

    def __init__(self) -> None:
        self.root = _Branch()
        self.edges: list[_Edge] = []
        self._grown: dict[tuple[_Reached, Part], _Reached] = {}

    def add(self, phrase: Phrase, rank: int) -> None:
        reached: _Reached = frozenset({(self.root, 0)})
        for part in phrase:
            key = (reached, part)
            if key not in self._grown:
                self._grown[key] = self._grow(reached, part)
            reached = self._grown[key]
        for branch, _ in reached:
            if branch is not self.root:
                branch.ends = rank if branch.ends is None else min(rank, branch.ends)

    def _grow(self, reached: _Reached, part: Part) -> _Reached:
        end = _Branch()
        for form in part.forms:
            here = [(branch, max(gap, part.gap)) for branch, gap in reached]
            for at, words in enumerate(form):
                following = end if at == len(form) - 1 else _Branch()
                for branch, gap in here:
                    branch.leaf = False
                    self.edges.append(_Edge(branch, words, gap, following))
                here = [(following, part.within)]
        passed = {(branch, max(gap, part.gap)) for branch, gap in reached} if () in part.forms else set()
        return frozenset({(end, 0), *passed})


@dataclass(frozen=True, slots=True)
class _Leads:
    """Where a word leads: at once (to *starts*; *told* if it is a phrase by itself), or onward from a branch reached."""

    told: int | None
    starts: tuple[_Branch, ...]
    onward: Mapping[_Branch, tuple[tuple[int, _Branch], ...]]

    @classmethod
    def of(cls, edges: Iterable[_Edge], root: _Branch) -> "_Leads":
        starts: list[_Branch] = []
        onward: dict[_Branch, tuple[tuple[int, _Branch], ...]] = {}
        for edge in edges:
            if edge.source is root:
                starts.append(edge.branch)
            else:
                onward[edge.source] = (*onward.get(edge.source, ()), (edge.gap, edge.branch))
        told = min((branch.ends for branch in starts if branch.ends is not None), default=None)
        return cls(told, tuple(branch for branch in starts if not branch.leaf), onward)


@dataclass(frozen=True, slots=True)
class Tree:
    """Phrases, ready to be found: each word of theirs → where it leads. Words used alike share one `_Leads`."""

    leads: Mapping[str, _Leads]

    @classmethod
    def of(cls, phrases: Iterable[tuple[Phrase, int]]) -> "Tree":
        """Return the tree of *phrases*, each with its rank: its place in `KINDS`, the most pressing first."""
        planter = _Planter()
        for phrase, rank in phrases:
            planter.add(phrase, rank)
        uses: dict[str, list[int]] = {}
        for number, edge in enumerate(planter.edges):
            for word in edge.words:
                uses.setdefault(word, []).append(number)
        shared: dict[tuple[int, ...], _Leads] = {}
        for numbers in map(tuple, uses.values()):
            if numbers not in shared:
                shared[numbers] = _Leads.of((planter.edges[number] for number in numbers), planter.root)
        return cls({word: shared[tuple(numbers)] for word, numbers in uses.items()})

    def found(self, places: Sequence[Place]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield (rank, numbers of the words that matched) for each phrase in *places*.

        Remembers for each branch only where it was last reached: the latest place leaves most room for what follows.
        """
        reached: dict[_Branch, tuple[int, tuple[int, ...]]] = {}
        for at, (number, words) in enumerate(places):
            new: dict[_Branch, tuple[int, tuple[int, ...]]] = {}
            for leads in filter(None, map(self.leads.get, words)):
                for branch in leads.onward.keys() & reached.keys():
                    since, matched = reached[branch]
                    new |= {
                        following: (at, (*matched, number))
                        for gap, following in leads.onward[branch]
                        if at - since - 1 <= gap
                    }
                new |= dict.fromkeys(leads.starts, (at, (number,)))
                if leads.told is not None:
                    yield leads.told, (number,)
            for branch, (_, matched) in new.items():
                if branch.ends is not None and len(matched) > 1:
                    yield branch.ends, matched
            reached |= new
