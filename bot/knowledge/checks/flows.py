"""Flows that somebody can finish on a small phone, and that end with a person."""

from collections.abc import Iterator
from datetime import date

from bot.knowledge.article import END
from bot.knowledge.checks.problem import Problem, steps
from bot.knowledge.library import Library

MOST_CALLBACK_BYTES = 64
MOST_GROUPS = 8
MOST_IN_GROUP = 8
MOST_CHOICES = 8
MOST_CONTACTS = 3
"""What fits on a small phone without scrolling."""


def endless(library: Library, _today: date) -> Iterator[Problem]:
    """A step from which no way leads to the end."""
    for article in library.pack.articles.values():
        ends = {END}
        grown = True
        while grown:
            more = {step.id for step in article.steps.values() if set(step.exits) & ends} - ends
            ends |= more
            grown = bool(more)
        lost = [step for step in article.steps.values() if step.id not in ends]
        if lost:
            names = ", ".join(f"“{step.id}”" for step in lost)
            yield Problem(article.id, str(lost[0].where), f"no way leads to the end from step {names}")


def unreachable(library: Library, _today: date) -> Iterator[Problem]:
    """A step that no way leads to."""
    for article in library.pack.articles.values():
        reached: set[str] = set()
        ahead = [article.first.id]
        while ahead:
            name = ahead.pop()
            if name not in reached:
                reached.add(name)
                ahead += [goto for goto in article.steps[name].exits if goto != END]
        for step in article.steps.values():
            if step.id not in reached:
                yield Problem(article.id, str(step.where), f"no way leads to step “{step.id}”")


def button_too_long_for_telegram(library: Library, _today: date) -> Iterator[Problem]:
    """Ids that do not fit into the 64 bytes behind a button."""
    for article, step in steps(library):
        entries = [(choice.id, choice.where) for choice in step.choices]
        entries += [(item.id, item.where) for item in step.checklist]
        entries += [(paper, step.where) for paper in library.papers_of(step)]
        for entry, where in entries:
            size = len(f"c|{article.id}|{step.id}|{entry}")
            if size > MOST_CALLBACK_BYTES:
                what = f"the ids of article, step and “{entry}” are too long together ({size} of {MOST_CALLBACK_BYTES})"
                yield Problem(article.id, str(where), what)


def nobody_at_the_end(library: Library, _today: date) -> Iterator[Problem]:
    """A flow ends without offering a person; where there is danger (``urgent``) the numbers are enough."""
    for article, step in steps(library):
        if END in step.exits and not step.person and not step.urgent:
            what = (
                f"step “{step.id}” ends the flow without a person: write “person: true” there, or lead to such a step"
            )
            yield Problem(article.id, str(step.where), what)


def no_phrase(library: Library, _today: date) -> Iterator[Problem]:
    """An article has no sentence to show at a counter."""
    for article in library.pack.articles.values():
        if not any(step.phrases for step in article.steps.values()):
            what = "no step has “phrases”: what can a person show at the counter?"
            yield Problem(article.id, str(article.where), what)


def too_many(library: Library, _today: date) -> Iterator[Problem]:
    """More than a small phone shows at once: groups, articles of a group, choices or contacts of a step."""
    city, articles = library.pack.city, library.pack.articles.values()
    if len(city.groups) > MOST_GROUPS:
        yield Problem(city.id, str(city.where), f"{len(city.groups)} groups; the menu holds {MOST_GROUPS}")
    for group in city.groups:
        size = sum(article.group == group.id for article in articles)
        if size > MOST_IN_GROUP:
            yield Problem(city.id, str(city.where), f"group “{group.id}” has {size} articles; it holds {MOST_IN_GROUP}")
        if size == 0:
            yield Problem(city.id, str(city.where), f"group “{group.id}” has no article and is not shown", "warning")
    for article, step in steps(library):
        for name, size, most in (
            ("choices", len(step.choices), MOST_CHOICES), ("contacts", len(step.contacts), MOST_CONTACTS),
        ):  # fmt: skip
            if size > most:
                yield Problem(article.id, str(step.where), f"{size} {name} in one step; {most} fit: make two steps")


CHECKS = (endless, unreachable, nobody_at_the_end, no_phrase, too_many, button_too_long_for_telegram)
