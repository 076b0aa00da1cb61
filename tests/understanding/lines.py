"""Reads lines with their intents from the files of ``intents/``."""

from pathlib import Path

import yaml

INTENTS = Path(__file__).parents[2] / "intents"
LANGUAGES = sorted(path.parent.name for path in INTENTS.glob("*/articles.yml"))


def lines_of(path: Path) -> list[tuple[str, str]]:
    """(line, intent) for each line of *path*."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        (line.strip().removeprefix("- "), block["intent"])
        for block in content["nlu"]
        for line in block["examples"].splitlines()
        if line.strip()
    ]
