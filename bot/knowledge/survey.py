"""What stands in each article, at a glance: for the report of the checks and for staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.knowledge.article import Confidence
from bot.knowledge.checks.languages import reading_level
from bot.knowledge.library import Library

_WEAKEST_FIRST: tuple[Confidence, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Line:
    """One article. ``longest_way``: most messages from its first step to an end. ``expired``: facts that are withheld."""

    article: str
    icon: str
    owner: str
    steps: int
    longest_way: int
    facts: int
    least_sure: str
    expired: int
    grade: float
    next_review: date


def survey(library: Library, today: date) -> Iterator[Line]:
    """A line for each article, in the order of the menu."""
    groups = [group.id for group in library.pack.city.groups]
    for article in sorted(library.pack.articles.values(), key=lambda one: (groups.index(one.group), one.id)):
        names = {name for step in article.steps.values() for name in library.facts_of(step)}
        facts = [library.pack.facts[name] for name in names]
        held = {fact.confidence for fact in facts}
        yield Line(
            article=article.id,
            icon=article.icon,
            owner=article.owner,
            steps=len(article.steps),
            longest_way=article.ahead[article.first.id],
            facts=len(facts),
            least_sure=next((name for name in _WEAKEST_FIRST if name in held), "–"),
            expired=sum(fact.age(today) == "expired" for fact in facts),
            grade=reading_level(article),
            next_review=min((fact.review_on for fact in facts), default=date.max),
        )
