"""One flow: where a step leads, how far it is, and the way back. Nothing here says a word."""

from dataclasses import dataclass, replace

from bot.conversation.state import Place
from bot.knowledge.article import END, Article, Step


@dataclass(frozen=True, slots=True)
class Progress:
    """Step ``step`` of ``steps``, counted along the longest way that is still open."""

    step: int
    steps: int


def enter(article: Article) -> Place:
    """The place at the beginning of *article*."""
    return Place(article.id, article.first.id)


def step_at(article: Article, place: Place) -> Step | None:
    """The step someone is at; ``None`` when the article was rewritten and the step is gone."""
    return article.steps.get(place.step)


def go(place: Place, goto: str) -> Place | None:
    """The place after *goto*; ``None`` at the end. A step passed before shortens the trail instead of growing it."""
    if goto == END:
        return None
    if goto in place.trail:
        return replace(place, step=goto, trail=place.trail[: place.trail.index(goto)])
    return replace(place, step=goto, trail=(*place.trail, place.step))


def back(place: Place) -> Place | None:
    """The place before; ``None`` at the first step. Answers stay until they are given anew."""
    if not place.trail:
        return None
    return replace(place, step=place.trail[-1], trail=place.trail[:-1])


def tick(place: Place, item: str) -> Place:
    """The same place with *item* of its checklist ticked, or unticked if it was."""
    key = f"{place.step}.{item}"
    if key in place.ticked:
        return replace(place, ticked=tuple(ticked for ticked in place.ticked if ticked != key))
    return replace(place, ticked=(*place.ticked, key))


def is_ticked(place: Place, item: str) -> bool:
    """Whether *item* of the current step's checklist is ticked."""
    return f"{place.step}.{item}" in place.ticked


def papers(place: Place) -> frozenset[str]:
    """What is ticked at the current step."""
    return frozenset(key.partition(".")[2] for key in place.ticked if key.startswith(f"{place.step}."))


def progress(article: Article, place: Place) -> Progress:
    """How far *place* is. Looks ahead along the longest way, so the total only shrinks."""
    done = len(place.trail)
    return Progress(done + 1, done + article.ahead[place.step])


def is_discreet(article: Article, place: Place) -> bool:
    """Whether nobody else should see what was said on the way to *place*."""
    return article.discreet or any(
        step.discreet for name in (*place.trail, place.step) if (step := article.steps.get(name))
    )


def is_last(step: Step) -> bool:
    """Whether nothing comes after *step*."""
    return step.exits == (END,)
