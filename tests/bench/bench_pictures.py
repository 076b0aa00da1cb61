"""How long a picture takes, what it weighs, and what the first ones leave in memory.

Times are wall time on one thread. Every picture is a new one: the few that are kept in memory cost nothing.
"""

import time
from collections.abc import Callable
from statistics import median, quantiles

import psutil

from bot.pictures import data
from bot.pictures.press import Press
from tests.pictures.samples import phrase_card, place_card, poster

LANGUAGES = ("en", "es", "ar", "am", "my", "ko")


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def run(count: int = 0) -> None:
    """Print a table; *count* pictures for each row."""
    count = count or 20
    memory = psutil.Process().memory_info
    before = memory().rss
    print(f"{'looking for fonts':24}{milliseconds(Press):10.0f} ms")
    press = Press()
    kinds = {
        "phrase": lambda language, mark: press.png(
            "phrase.typ", data.phrase(phrase_card(language)._replace(footer=mark))
        ),
        "place": lambda language, mark: press.png("place.typ", data.place(place_card(language)._replace(checked=mark))),
        "poster": lambda language, mark: press.pdf(
            "poster.typ", data.poster(poster(language)._replace(poster_id=mark))
        ),
    }
    print(f"{'picture':10}{'language':14}{'first ms':>10}{'p50 ms':>10}{'p95 ms':>10}{'kB':>8}{'memory MiB':>14}")
    for kind, draw in kinds.items():
        for language in LANGUAGES:
            first, *times = [
                milliseconds(lambda draw=draw, language=language, at=at: draw(language, str(at)))
                for at in range(count + 1)
            ]
            size = len(draw(language, "size")) / 1000
            grown = (memory().rss - before) / 2**20
            print(
                f"{kind:10}{language:14}{first:10.0f}{median(times):10.0f}{quantiles(times, n=20)[-1]:10.0f}"
                f"{size:8.0f}{grown:14.0f}"
            )


if __name__ == "__main__":
    run()
