"""“What to bring, with what you have”: every combination has one outcome, and one more paper never makes it worse."""

from datetime import date
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import load
from bot.knowledge.article import Fact, Need, Way, Where
from tests.conftest import CITY

PACK = load(CITY).library.pack
RULES = [fact for fact in PACK.facts.values() if fact.kind == "rule"]
BETTER = ["not-yet", "almost", "enough"]
PAPERS = [f"x.{letter}" for letter in "abcdef"]


def rule(*ways: Way) -> Fact:
    return Fact(
        "x.rule",
        "rule",
        "",
        "https://example.org",
        "2026",
        "high",
        date(2026, 11, 22),
        Where("facts/x.yaml", 1),
        ways=ways,
    )


@st.composite
def ways(draw: st.DrawFn) -> Way:
    """A way whose needs share no paper: the reader refuses others."""
    papers = draw(st.permutations(PAPERS))
    needs = []
    for size in draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)):
        any_of, papers = tuple(papers[:size]), papers[size:]
        if any_of:
            needs.append(Need(any_of, draw(st.integers(1, len(any_of)))))
    return Way(tuple(needs))


rules = st.lists(ways(), min_size=1, max_size=3).map(lambda made: rule(*made))
some = st.frozensets(st.sampled_from(PAPERS))


@given(rules, some, st.sampled_from(PAPERS))
def test_one_more_paper_is_never_worse(made: Fact, papers: frozenset[str], more: str) -> None:
    assert BETTER.index(made.judge(papers | {more})) >= BETTER.index(made.judge(papers))


@given(rules, some)
def test_what_is_said_to_be_lacking_is_enough(made: Fact, papers: frozenset[str]) -> None:
    """Whoever brings one paper of each group that is named has enough; with “almost” any single one of them will do."""
    lacking = made.lacking(papers)
    outcome = made.judge(papers)
    assert (lacking == ()) == (outcome == "enough")
    if outcome == "almost" and papers:
        (group,) = lacking
        assert group
        assert all(made.judge(papers | {paper}) == "enough" for paper in group)
    elif outcome != "enough":
        brought = set(papers)
        for group in lacking:
            brought |= {next(paper for paper in group if paper not in brought)}
        assert made.judge(brought) == "enough"


@given(rules)
def test_all_papers_are_enough(made: Fact) -> None:
    assert made.judge(set(made.papers)) == "enough"


def test_the_city_has_rules() -> None:
    assert {fact.id.partition(".")[0] for fact in RULES} >= {"library", "school", "id"}


@pytest.mark.parametrize("made", RULES, ids=lambda fact: fact.id)
def test_every_combination_of_the_citys_papers(made: Fact) -> None:
    papers = made.papers
    assert len(papers) <= 16, "more than anybody ticks on a phone"
    for chosen in chain.from_iterable(combinations(papers, size) for size in range(len(papers) + 1)):
        have = set(chosen)
        outcome = made.judge(have)
        assert outcome in BETTER
        assert bool(made.lacking(have)) == (outcome != "enough")
        for more in set(papers) - have:
            assert BETTER.index(made.judge(have | {more})) >= BETTER.index(outcome)
    assert made.judge(set()) != "enough", "nobody has to bring anything: this is no rule"


def test_two_of_a_kind() -> None:
    made = rule(Way((Need(("x.a", "x.b", "x.c"), 2),)))
    assert [made.judge(have) for have in ({"x.a"}, {"x.a", "x.b"}, set())] == ["almost", "enough", "not-yet"]
    assert made.lacking({"x.a"}) == (("x.b", "x.c"),)


def test_the_shortest_way_counts() -> None:
    made = rule(Way((Need(("x.a",)),)), Way((Need(("x.b",)), Need(("x.c",)), Need(("x.d",)))))
    assert made.judge({"x.b"}) == "almost"
    assert made.lacking({"x.b"}) == (("x.a",),)
    assert made.judge({"x.b", "x.c"}) == "almost"
    assert made.lacking({"x.b", "x.c"}) == (("x.a", "x.d"),)
