"""What a check says, and what all of them look through."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from bot.knowledge.article import Article, Step
from bot.knowledge.library import Library

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: in which article or file, where in it, what, and whether it keeps the content from being used.

    ``language`` is set where only a translation is missing.
    """

    article: str
    place: str
    what: str
    severity: Severity = "error"
    language: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


Check: TypeAlias = Callable[[Library, date], Iterator[Problem]]


def steps(library: Library) -> Iterator[tuple[Article, Step]]:
    """Every step of every article."""
    for article in library.pack.articles.values():
        for step in article.steps.values():
            yield article, step


def headings(article: Article) -> Iterator[tuple[str, str]]:
    """Title and summary of an article, with their place."""
    yield str(article.where), article.title
    yield str(article.where), article.summary


def texts(step: Step) -> Iterator[tuple[str, str]]:
    """Every text of a step that people read, with its place."""
    yield str(step.where), step.say
    for choice in step.choices:
        yield str(choice.where), choice.text
    for item in step.checklist:
        yield str(item.where), item.text
    for phrase in (*step.phrases, *step.replies):
        yield str(step.where), phrase


def short(message: str) -> str:
    """The beginning of *message*, in one line."""
    line = " ".join(message.split())
    return line if len(line) <= 50 else line[:49] + "…"
