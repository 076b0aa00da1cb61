"""How long the emergency lists take: reading them, everyday lines, and text meant to slow them down.

Run `python -m tests.bench.bench_emergency`. Times are the process's own CPU, so a busy machine disturbs little.
The aim: 95 of 100 everyday messages under 2 ms. The longest hostile text costs about as much as its 600 words.
"""

import itertools
import random
import string
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median, quantiles

import yaml

from bot.conversation.emergency import read

ROOT = Path(__file__).parents[2]
LONGEST = 4096  # characters in one Telegram message


def milliseconds(work: Callable[[], object]) -> float:
    start = time.thread_time_ns()
    work()
    return (time.thread_time_ns() - start) / 1e6


def hostile(random_words: random.Random, lines: list[str], near_words: list[str]) -> dict[str, str]:
    """Each a text of `LONGEST` characters; those that raise no alarm must be read to the end."""
    words = [word for line in lines for word in line.split()]

    def filled(pieces: Iterable[str]) -> str:
        text = ""
        while len(text) < LONGEST:
            text += next(iter(pieces)) + " "
        return text[:LONGEST]

    def drawn(choices: list[str]) -> str:
        return filled(random_words.choice(choices) for _ in itertools.count())

    letters = string.ascii_lowercase
    unknown = ["".join(random_words.choices(letters, k=random_words.randint(5, 9))) for _ in range(900)]
    return {
        "one long word": "a" * LONGEST,
        "fire fire fire …": filled(itertools.repeat("fire")),
        "half told, again and again": filled(itertools.repeat("my house my baby he is not going to")),
        "taken away, again and again": filled(itertools.repeat("fire department")),
        "unknown words": drawn(unknown),
        "nearly our words": drawn(near_words),
        "everyday words, all languages": drawn(words),
        "one letter, one space": filled(itertools.repeat("a")),
        "Arabic words": drawn([word for word in words if "\u0600" < word[0] < "\u06ff"]),
        "Ethiopic words": drawn([word for word in words if "\u1200" < word[0] < "\u137f"]),
    }


def main() -> None:
    lists = {
        path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "intents/emergency").glob("*.yaml"))
    }
    print(f"reading {len(lists)} lists: {milliseconds(lambda: read(lists)):.0f} ms")
    emergencies = read(lists)
    everyday: list[str] = []
    telling: list[str] = []
    for path in sorted((ROOT / "tests/conversation/emergency_lines").glob("*.yaml")):
        for lines in yaml.safe_load(path.read_text(encoding="utf-8"))["sets"]:
            everyday += lines["everyday"]
            telling += [line for kind in lines["emergency"].values() for line in kind]
    print(f"{'text':34}{'texts':>8}{'p50 ms':>10}{'p95 ms':>10}{'max ms':>10}")
    for name, lines in (("everyday lines", everyday), ("emergencies", telling)):
        times = [milliseconds(lambda line=line: emergencies.alarm(line)) for line in lines]
        print(f"{name:34}{len(lines):8}{median(times):10.3f}{quantiles(times, n=20)[-1]:10.3f}{max(times):10.3f}")
    chance = random.Random(911)
    long_words = [word for line in telling for word in line.split() if len(word) > 5]
    near_words = [word[:3] + chance.choice(string.ascii_lowercase) + word[4:] for word in long_words]
    for name, text in hostile(chance, everyday, near_words).items():
        times = [milliseconds(lambda text=text: emergencies.alarm(text)) for _ in range(30)]
        print(f"{name:34}{30:8}{median(times):10.3f}{quantiles(times, n=20)[-1]:10.3f}{max(times):10.3f}")


if __name__ == "__main__":
    main()
