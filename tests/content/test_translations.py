"""Changed English is carried into the catalogs: what was translated stays, marked for another look, and nothing is guessed."""

import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot import translations
from bot.content import ROOT

CITY = "example-city"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "knowledge" / CITY, tmp_path / "knowledge" / CITY)
    shutil.copytree(ROOT / "locales/es", tmp_path / "locales/es")
    return tmp_path


def catalog(root: Path) -> Catalog:
    with (root / "locales/es/LC_MESSAGES/knowledge.po").open("rb") as file:
        return read_po(file, locale="es")


def change(root: Path, article: str, old: str, new: str) -> None:
    path = root / "knowledge" / CITY / "articles" / f"{article}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def some(root: Path) -> tuple[str, str, str, str]:
    """A step's sentence of the example city: article, context, English, Spanish."""
    for article in translations.packs(root)[0].articles.values():
        for step in article.steps.values():
            line = step.say.split("\n")[0]
            found = catalog(root).get(step.say, f"{article.id}.{step.id}")
            if found and found.string and len(line) > 30 and "{" not in line:
                return article.id, f"{article.id}.{step.id}", step.say, str(found.string)
    raise AssertionError("the example city has no sentence to change")


def first_line_grows(root: Path, more: str) -> tuple[translations.Coverage, Message, tuple[str, str, str]]:
    """Add *more* to a first line: what is counted then, the message now, and its (context, English, Spanish) before."""
    translations.update("es", "knowledge", root)
    article, context, english, spanish = some(root)
    line = english.split("\n")[0]
    change(root, article, line, line + more)
    coverage = translations.update("es", "knowledge", root)
    changed = catalog(root).get(english.replace(line, line + more), context)
    assert changed is not None
    return coverage, changed, (context, english, spanish)


def test_a_changed_sentence_keeps_its_translation_for_another_look(root: Path) -> None:
    coverage, changed, (context, english, spanish) = first_line_grows(root, " Please.")
    assert coverage.fuzzy == 1
    assert changed.fuzzy
    assert changed.string == spanish
    assert changed.user_comments[0].startswith(translations.WAS)
    assert catalog(root).get(english, context) is None
    path = root / "locales/es/LC_MESSAGES/knowledge.po"
    written = path.read_text("utf-8")
    translations.update("es", "knowledge", root)
    assert path.read_text("utf-8") == written


def test_one_that_changes_again_still_says_what_it_was_made_from(root: Path) -> None:
    _, once, _ = first_line_grows(root, " Please.")
    article, *_ = (article for article in translations.packs(root)[0].articles.values() if str(once.id) in {
        step.say for step in article.steps.values()})  # fmt: skip
    change(root, article.id, " Please.", " Please go.")
    translations.update("es", "knowledge", root)
    twice = next(message for message in catalog(root) if message.id and " Please go." in str(message.id))
    assert twice.fuzzy
    assert (twice.string, twice.user_comments) == (once.string, once.user_comments)


def test_a_mended_slip_keeps_the_translation_in_use_and_asks_for_another_look(root: Path) -> None:
    coverage, mended, (_, _, spanish) = first_line_grows(root, " !")
    assert (coverage.fuzzy, coverage.again) == (0, 1)
    assert (mended.string, mended.fuzzy, mended.user_comments) == (spanish, False, [translations.AGAIN])


def test_another_sentence_gets_no_translation_of_a_stranger(root: Path) -> None:
    translations.update("es", "knowledge", root)
    article, context, english, _ = some(root)
    line = english.split("\n")[0]
    change(root, article, line, "Xylophones quietly zigzag beyond every purple mountain")
    coverage = translations.update("es", "knowledge", root)
    new = next(m for m in catalog(root) if m.id and "Xylophones" in str(m.id))
    assert new.context == context
    assert not new.string or len(english) > 3 * len(line)
    assert coverage.messages - coverage.translated == (0 if new.string else 1)


def test_nothing_changes_where_nothing_was_changed(root: Path) -> None:
    translations.update("es", "knowledge", root)
    path = root / "locales/es/LC_MESSAGES/knowledge.po"
    before = path.read_text("utf-8")
    translations.update("es", "knowledge", root)
    assert path.read_text("utf-8") == before
