"""Draws the flow of an article, for staff: every step, every answer, every end. Graphviz does the drawing.

In: the library. Out: one SVG file for each article, made by ``dot`` (https://graphviz.org/), which must be installed.
"""

from pathlib import Path

import graphviz

from bot.knowledge.article import END, Article, Step
from bot.knowledge.library import Library
from bot.richtext import PLACEHOLDER

_WIDTH = 34
_COLORS = {"asks": "#fff3c4", "shows": "#e3f1e5", "person": "#dbe9ff", "urgent": "#ffd9d3"}


def draw_all(library: Library, folder: Path) -> list[Path]:
    """Draw every article into *folder*. Raises `OSError` when Graphviz is not installed or the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for article in library.pack.articles.values():
        path = folder / f"{article.id}.svg"
        try:
            path.write_bytes(graph(article).pipe(format="svg"))
        except graphviz.ExecutableNotFound as err:
            raise OSError("Graphviz is not installed: install the package “graphviz” of your system") from err
        drawn.append(path)
    return drawn


def graph(article: Article) -> graphviz.Digraph:
    """The flow of *article* as a graph: a box for each step, an arrow for each way on."""
    made = graphviz.Digraph(article.id, graph_attr={"label": f"{article.title}  ({article.id})", "labelloc": "t"})
    made.attr("node", shape="box", style="rounded,filled", fontname="sans-serif", fontsize="10", color="#888888")
    made.attr("edge", fontname="sans-serif", fontsize="9", color="#666666")
    for step in article.steps.values():
        made.node(step.id, _label(step), fillcolor=_COLORS[_kind(step)])
        for goto, label in _ways(step):
            made.edge(step.id, goto, label=label)
    made.node(END, "end", shape="circle", fillcolor="white")
    return made


def _kind(step: Step) -> str:
    if step.urgent:
        return "urgent"
    if step.person:
        return "person"
    return "asks" if step.choices or step.papers else "shows"


def _label(step: Step) -> str:
    """The name of a step and how it begins, in short lines that stand to the left."""
    said = " ".join(PLACEHOLDER.sub("…", step.say).replace("*", "").split())
    lines, line = [f"[{step.id}]"], ""
    for word in said[:140].split():
        if len(line) + len(word) > _WIDTH:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    lines.append(line + ("…" if len(said) > 140 else ""))
    more = [f"• {name}" for name in (*step.contacts, *step.events)] + [f"☐ {item.text}" for item in step.checklist]
    return "".join(f"{graphviz.escape(text)}\\l" for text in (*lines, *more))


def _ways(step: Step) -> list[tuple[str, str]]:
    ways = [(choice.goto, f"{choice.icon} {choice.text}") for choice in step.choices]
    ways += [(goto, outcome) for outcome, goto in step.outcomes.items()]
    if not ways or step.optional:
        ways.append((step.goto, "skip" if ways else ""))
    return ways
