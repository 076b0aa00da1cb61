"""Begins the pack of a new city: copies a few files of the example city and leaves open what only the new city knows.

The example is the only template: the tests keep it right, and what stands behind its values (``value: "112" # the emergency
number``) tells what belongs there. How to go on: docs/new-city.md.
"""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from zoneinfo import available_timezones

from bot.catalogs import SOURCE
from bot.content import ROOT
from bot.knowledge import countries
from bot.knowledge.unfinished import OPEN

EXAMPLE = "example-city"
COPIED = ("facts/office.yaml", "facts/emergency.yaml", "articles/ask-office.yaml", "city.yaml")
"""``city.yaml`` comes last: it makes a folder a city."""
LONGEST_NAME = 60
_FOLDER = re.compile(r"[a-z][a-z0-9-]{1,39}")
_ONLY_THERE = "# only here"
_LINE = re.compile(
    r"(?P<key>\s+(?P<name>name|value|at|source|source_date|confidence|checked_on): ).*?(?: # (?P<told>.*))?"
)
_TOLD = {
    "at": "latitude, longitude, such as 39.7990, -89.6440; or delete this line",
    "source": "the page that says so, such as https://…",
    "source_date": "from when that page is, or undated",
    "confidence": "high or medium: how sure are you?",
    "checked_on": "the day you looked, such as 2026-11-22",
}
_HEADS = {
    "city": "# What is particular to this city. How the files are written: docs/editing.md and docs/new-city.md.",
    "facts": "# Each fact with its source. Write what is true in place of each TODO, in quotes.",
    "articles": "# One thing a newcomer wants done. Change the words, and make other articles like it.",
}


class BadCity(Exception):
    """A city cannot be begun. The message has a line for each reason."""


@dataclass(frozen=True, slots=True)
class NewCity:
    """What must be known of a city at first: its id, and its name, time zone (IANA) and country (ISO 3166)."""

    folder: str
    name: str
    timezone: str
    country: str


def begin(city: NewCity, root: Path = ROOT) -> Path:
    """Write the pack and give back its folder. Raises `BadCity`; then nothing was written."""
    folder = root / "knowledge" / city.folder
    if complaints := list(_complaints(city, folder)):
        raise BadCity("\n".join(complaints))
    example = root / "knowledge" / EXAMPLE
    texts = {path: _text(path, (example / path).read_text("utf-8"), city) for path in COPIED}
    # All or nothing: the folder gets its name when everything is in it.
    made = Path(mkdtemp(prefix=".new-city-", dir=folder.parent))
    try:
        for path, text in texts.items():
            (made / path).parent.mkdir(exist_ok=True)
            (made / path).write_text(text, "utf-8")
        made.chmod(0o755)
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return folder


def _complaints(city: NewCity, folder: Path) -> Iterator[str]:
    if not _FOLDER.fullmatch(city.folder):
        yield f"“{city.folder}” cannot be a folder of ours: use a–z, 0–9 and “-”, at most 40, like springfield-il"
    elif folder.exists():
        yield f"knowledge/{city.folder} is there already"
    if not city.name.strip() or not city.name.isprintable() or len(city.name) > LONGEST_NAME:
        yield f"--name: write the name as people read it, at most {LONGEST_NAME} letters, like Springfield, Illinois"
    if city.timezone not in available_timezones():
        yield f"--timezone: “{city.timezone}” is no time zone; they are called like America/Chicago"
    if not countries.known(city.country):
        yield f"--country: “{city.country}” is no country; they are called by two letters like US"


def _text(path: str, text: str, city: NewCity) -> str:
    """A file of the example, made into one of *city*."""
    kind = path.partition("/")[0].removesuffix(".yaml")
    lines = [line for line in text.splitlines() if not line.endswith(_ONLY_THERE)]
    while lines[0].startswith("#"):
        del lines[0]
    if kind == "city":
        lines = _with_values(lines, city)
    elif kind == "facts":
        lines = [_left_open(line) for line in lines]
    return "\n".join([_HEADS[kind], *lines, ""])


def _with_values(lines: list[str], city: NewCity) -> list[str]:
    values = {"name": city.name.strip(), "timezone": city.timezone, "country": city.country, "languages": [SOURCE]}
    heads = (line.partition(":")[0] for line in lines)
    return [
        f"{head}: {json.dumps(values[head], ensure_ascii=False)}" if head in values else line
        for head, line in zip(heads, lines, strict=True)
    ]


def _left_open(line: str) -> str:
    found = _LINE.fullmatch(line)
    if not found:
        return line
    told = found["told"] or _TOLD[found["name"]]
    return found["key"] + json.dumps(f"{OPEN}: {told}", ensure_ascii=False)
