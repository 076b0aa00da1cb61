"""What is shipped: nothing wrong, everything translated, lines to learn from that never stand in two intents."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot import translations, wording
from bot.catalogs import DOMAINS
from bot.conversation.guide import Guide
from bot.conversation.wishes import DIALOGUE
from bot.knowledge.checks import check
from bot.knowledge.folding import fold
from tests.conftest import NOON

INTENTS = Path(__file__).parent.parent.parent / "intents"


def test_every_sentence_is_said_somewhere() -> None:
    """What is translated into every language and said by nobody is work for nothing."""
    root = Path(__file__).parent.parent.parent / "bot"
    files = [path for path in root.rglob("*") if path.suffix in (".py", ".html") and path.parent.name != "wording"]
    said = {word for path in files for word in re.findall(r"\b[A-Z][A-Z0-9_]+\b", path.read_text("utf-8"))}
    assert {name for name in wording.sentences() if name.rpartition(".")[2] not in said} == set()


def test_nothing_is_wrong(guide: Guide) -> None:
    assert check(guide.library, guide.today(NOON)) == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_catalogs_are_in_step_with_the_english(guide: Guide, domain: str) -> None:
    """``make translations`` would change nothing."""
    for language in translations.languages():
        wanted = {(source.context, source.message) for source in translations.sources(domain, language)}
        assert len(wanted) > 50
        for context, message in wanted:
            found = guide.library.catalogs.find(language, message, context)
            assert found is not None, (language, context, message)
            assert not found.fuzzy, (language, context, message)


def test_nothing_is_called_reviewed_that_nobody_reviewed(guide: Guide) -> None:
    for language, context, message in guide.library.catalogs:
        found = guide.library.catalogs.find(language, message, context)
        assert found is None or found.draft


def lines(language: str) -> Iterator[tuple[str, str]]:
    for name in ("articles", "dialogue", "out_of_scope"):
        for entry in yaml.safe_load((INTENTS / language / f"{name}.yml").read_text("utf-8"))["nlu"]:
            for line in entry["examples"].splitlines():
                yield entry["intent"], line.removeprefix("- ").strip()


def test_every_intent_has_lines_in_every_language(guide: Guide) -> None:
    articles = {article.intent for article in guide.library.pack.articles.values()}
    for language in guide.library.languages:
        counts: dict[str, int] = {}
        for intent, _ in lines(language):
            counts[intent] = counts.get(intent, 0) + 1
        assert {*articles, *(DIALOGUE.keys() - {"help"}), "out_of_scope"} <= counts.keys()
        assert min(counts[article] for article in articles) >= 40
        assert min(counts.values()) >= 25


def test_no_line_stands_in_two_intents(guide: Guide) -> None:
    meant: dict[str, tuple[str, str]] = {}
    for language in guide.library.languages:
        for intent, line in lines(language):
            before = meant.setdefault(fold(line), (intent, language))
            assert before[0] == intent, f"“{line}” is {intent} in {language} and {before[0]} in {before[1]}"


def test_accepted_answers_agree(guide: Guide) -> None:
    """A word must not mean both of two opposite things."""
    opposite = [("yes", "no"), ("next", "back"), ("next", "stop"), ("yes", "stop"), ("next", "no"), ("menu", "stop")]
    for language in guide.library.languages.values():
        for one, other in opposite:
            both = language.answers[one] & language.answers[other]
            assert not both, f"{language.code}: {sorted(both)} mean both {one} and {other}"


def test_no_answer_sounds_an_alarm(guide: Guide) -> None:
    """Except cries for help, which are meant to."""
    for language in guide.library.languages.values():
        for name, words in language.answers.items():
            alarms = [word for word in words if name != "help" and guide.emergencies.alarm(word)]
            assert not alarms, f"{language.code}.{name}: {alarms}"
