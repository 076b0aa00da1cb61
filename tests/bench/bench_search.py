"""How good the search is: ``make bench-search PAGES=file QUESTIONS=file``, on any corpus in JSON Lines.

Each line of PAGES: {"id", "language", "title", "text"}. Each line of QUESTIONS: {"question", "language", "id"}, the id of the
page that answers it. A question is searched for among the pages of its own language, as the bot does, by the ranking that the
bot uses (`bot.knowledge.ranking`), and beside it by plain BM25 on words. Without files: the Universal Declaration of Human
Rights and questions about it, from tests/bench/data.
"""

import argparse
import json
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles

from rich.console import Console
from rich.table import Table

from bot.knowledge.ranking import Page, Ranking
from bot.knowledge.search import STEPS, TITLE

DATA = Path(__file__).parent / "data"
CUTS = (1, 3, 10)

Best = Callable[[str, int], list[str]]
"""Ids of the pages that fit a question, best first, at most so many."""


class Unusable(Exception):
    """A line of a file cannot be used."""


@dataclass(frozen=True)
class Question:
    """A question and the id of the page that answers it."""

    text: str
    page: str


@dataclass(frozen=True)
class Shelf:
    """The pages and questions of one language."""

    pages: dict[str, tuple[str, str]]
    questions: list[Question]


@dataclass(frozen=True)
class Figures:
    """How well the questions of a language were answered. Times in milliseconds."""

    recall: tuple[float, ...]
    mrr: float
    p50: float
    p95: float
    build: float


def read(pages: Path, questions: Path) -> dict[str, Shelf]:
    """The corpus by language. Raises `Unusable` with file, line and what is wrong there."""
    shelves: dict[str, Shelf] = {}
    for where, (page, language, title, text) in _lines(pages, ("id", "language", "title", "text")):
        shelf = shelves.setdefault(language, Shelf({}, []))
        if shelf.pages.setdefault(page, (title, text)) != (title, text):
            raise Unusable(f"{where}: another page in {language} has the id {page!r} already")
    for where, (text, language, page) in _lines(questions, ("question", "language", "id")):
        if language not in shelves or page not in shelves[language].pages:
            raise Unusable(f"{where}: there is no page {page!r} in {language} in {pages}")
        shelves[language].questions.append(Question(text, page))
    if not any(shelf.questions for shelf in shelves.values()):
        raise Unusable(f"{questions}: there is no question in it")
    return {language: shelf for language, shelf in sorted(shelves.items()) if shelf.questions}


def _lines(path: Path, keys: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except json.JSONDecodeError as error:
            raise Unusable(f"{path}:{number}: this is not JSON: {error}") from error
        if not isinstance(found, dict):
            raise Unusable(f"{path}:{number}: this is not an object with {', '.join(keys)}")
        for key in keys:
            if not isinstance(found.get(key), str | int):
                raise Unusable(f"{path}:{number}: “{key}” is missing or no text")
        yield f"{path}:{number}", [str(found[key]) for key in keys]


def ours(shelf: Shelf) -> Best:
    """The ranking that the bot uses."""
    ranking = Ranking([Page(page, ((title, TITLE), (text, STEPS))) for page, (title, text) in shelf.pages.items()])
    return lambda question, limit: [one.page for one in ranking.best(question, limit)]


def plain(shelf: Shelf, k1: float = 1.5, b: float = 0.75) -> Best:
    """BM25 on words, https://en.wikipedia.org/wiki/Okapi_BM25, with the rarity that is never below 0."""
    pages = {page: Counter(_words(f"{title} {text}")) for page, (title, text) in shelf.pages.items()}
    lengths = {page: words.total() for page, words in pages.items()}
    usual = fmean(lengths.values()) or 1.0
    having = Counter(word for words in pages.values() for word in words)
    rarity = {word: math.log1p((len(pages) - n + 0.5) / (n + 0.5)) for word, n in having.items()}
    adds: dict[str, dict[str, float]] = {}
    for page, words in pages.items():
        for word, n in words.items():
            fits = n * (k1 + 1) / (n + k1 * (1 - b + b * lengths[page] / usual))
            adds.setdefault(word, {})[page] = rarity[word] * fits

    def best(question: str, limit: int) -> list[str]:
        scores: Counter[str] = Counter()
        for word in _words(question):
            scores.update(adds.get(word, {}))
        return sorted(scores, key=lambda page: -scores[page])[:limit]

    return best


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def measure(shelf: Shelf, prepare: Callable[[Shelf], Best]) -> Figures:
    """Ask every question of *shelf*; what is timed is a search for the best ten."""
    start = time.perf_counter()
    best = prepare(shelf)
    build = time.perf_counter() - start
    best(shelf.questions[0].text, CUTS[-1])
    times, ranks = [], []
    for question in shelf.questions:
        start = time.perf_counter()
        best(question.text, CUTS[-1])
        times.append((time.perf_counter() - start) * 1000)
        found = best(question.text, len(shelf.pages))
        ranks.append(found.index(question.page) + 1 if question.page in found else math.inf)
    hundredths = quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    return Figures(
        tuple(fmean(rank <= cut for rank in ranks) for cut in CUTS), fmean(1 / rank for rank in ranks),
        hundredths[49], hundredths[94], build * 1000,
    )  # fmt: skip


def table(title: str, rows: dict[str, Figures]) -> Table:
    """The figures of each ranking, a row each."""
    columns = [f"Recall@{cut}" for cut in CUTS] + ["MRR", "p50 ms", "p95 ms", "prepared in ms"]
    shown = Table("ranking", *columns, title=title, title_justify="left")
    for name, figures in rows.items():
        times = (f"{figures.p50:.2f}", f"{figures.p95:.2f}", f"{figures.build:.0f}")
        shown.add_row(name, *(f"{recall:.3f}" for recall in figures.recall), f"{figures.mrr:.3f}", *times)
    return shown


def mean(rows: Sequence[Figures]) -> Figures:
    """The mean of the languages, each counting the same; of times too."""
    return Figures(
        tuple(fmean(recalls) for recalls in zip(*(row.recall for row in rows), strict=True)),
        *(fmean(getattr(row, name) for row in rows) for name in ("mrr", "p50", "p95", "build")),
    )


def main(words: list[str] | None = None) -> None:
    """Read the command line, measure and print a table for each language. Ends with 2 when a file cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.bench_search", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pages", type=Path, metavar="FILE")
    parser.add_argument("--questions", type=Path, metavar="FILE")
    given = parser.parse_args(words)
    if (given.pages is None) != (given.questions is None):
        parser.error("pages and questions belong together: give both, or none for the set of the repository")
    try:
        shelves = read(given.pages or DATA / "pages.jsonl", given.questions or DATA / "questions.jsonl")
    except Unusable as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from error
    console = Console(width=None if sys.stdout.isatty() else 120)
    rankings = {"the bot's": ours, "BM25 on words": plain}
    rows: dict[str, list[Figures]] = {name: [] for name in rankings}
    for language, shelf in shelves.items():
        for name, prepare in rankings.items():
            rows[name].append(measure(shelf, prepare))
        title = f"{language}: {len(shelf.pages)} pages, {len(shelf.questions)} questions"
        console.print(table(title, {name: figures[-1] for name, figures in rows.items()}))
    if len(shelves) > 1:
        title = f"mean of {len(shelves)} languages"
        console.print(table(title, {name: mean(figures) for name, figures in rows.items()}))


if __name__ == "__main__":
    main()
