"""One broken file for each complaint: the tiny city with one thing wrong says exactly that, and where.

Each ``*.yaml`` here has ``complaint`` (the whole line that people see), ``file`` (which file is changed) and either
``replace`` / ``by`` (a piece of it) or ``text`` (all of it).
"""

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.catalogs import BrokenCatalog
from bot.content import Files, make_guide
from bot.knowledge import checks
from bot.knowledge.checks import check
from bot.knowledge.nodes import Unreadable
from tests.content import tiny

BROKEN = sorted(Path(__file__).parent.glob("*.yaml"))
TODAY = date(2026, 11, 23)


def complaints(changed: dict[str, str]) -> list[str]:
    """What is said about the tiny city with *changed* files; warnings about missing translations aside."""
    files = {**tiny.FILES, **changed}
    pack = {path.removeprefix("knowledge/"): text for path, text in files.items() if path.startswith("knowledge/")}
    languages = {path.split("/")[1]: text for path, text in files.items() if path.endswith("language.yaml")}
    catalogs = {
        (path.split("/")[1], path.split("/")[-1].removesuffix(".po")): text
        for path, text in files.items()
        if path.endswith(".po")
    }
    try:
        glossaries = {path.split("/")[1]: text for path, text in files.items() if path.endswith("glossary.yaml")}
        guide = make_guide(Files("tinytown", pack, languages, catalogs, {}, glossaries))
    except (Unreadable, BrokenCatalog) as err:
        return [str(err)]
    return [str(problem) for problem in check(guide.library, TODAY) if "no es translation of" not in str(problem)
            and "no translation of" not in str(problem)]  # fmt: skip


def test_the_tiny_city_has_nothing_wrong() -> None:
    assert complaints({}) == []


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_complaint(path: Path) -> None:
    broken = yaml.safe_load(path.read_text("utf-8"))
    text = broken.get("text") or tiny.FILES[broken["file"]]
    if "replace" in broken:
        assert broken["replace"] in text, "the broken example changes nothing"
        text = text.replace(broken["replace"], broken["by"], 1)
    assert complaints({broken["file"]: text}) == [broken["complaint"]]


def test_every_check_has_a_broken_example() -> None:
    """A check that no example breaks might never complain."""
    named = {path.stem.replace("-", "_") for path in BROKEN}
    wanted = {one.__name__ for one in (*checks.REFERENCES, *checks.CHECKS)} - {
        "missing_translation",
        "missing_sentence",
    }
    assert wanted <= named


def test_missing_translations_are_named() -> None:
    files = {**tiny.FILES}
    pack = {path.removeprefix("knowledge/"): text for path, text in files.items() if path.startswith("knowledge/")}
    languages = {path.split("/")[1]: text for path, text in files.items() if path.endswith("language.yaml")}
    guide = make_guide(Files("tinytown", pack, languages, {("es", "knowledge"): tiny.KNOWLEDGE_PO}, {}))
    said = [str(problem) for problem in check(guide.library, TODAY)]
    assert "articles/get-a-key.yaml:11: no es translation of “Yes” (knowledge.po, context get-a-key.about)" in said
    assert "locales/es: no translation of “Choose your language” (bot.po)" in said
