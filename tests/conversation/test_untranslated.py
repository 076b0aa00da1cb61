"""A step whose translation is missing or outdated, and a topic that no reader has approved, say so in the person's language."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import wording
from bot.catalogs import Catalogs, Translation
from bot.conversation.guide import Guide
from bot.conversation.state import Place
from bot.knowledge.article import Article
from bot.knowledge.library import Library
from bot.richtext import plain
from tests.conftest import NOON
from tests.conversation.talking import Talking

ARTICLE = "library-card"
At = tuple[str, str, str]


def with_catalogs(guide: Guide, change: Callable[[At, Translation], Translation | None]) -> Guide:
    """The guide, each translation as *change* makes it; ``None`` takes it away."""
    library = guide.library
    messages: dict[At, Translation] = {}
    for at in library.catalogs:
        found = library.catalogs.find(*at[::2], at[1])
        assert found is not None
        changed = change(at, found)
        if changed:
            messages[at] = changed
    return replace(guide, library=Library(library.pack, Catalogs(messages), library.languages))


def article(guide: Guide, name: str = ARTICLE) -> Article:
    found = guide.library.article(name)
    assert found is not None
    return found


def opened(guide: Guide, language: str) -> str:
    talk = Talking(guide)
    talk.starts(f"{ARTICLE}__{language}")
    return talk.text


@pytest.mark.parametrize("language", ["es", "ar", "am"])
@pytest.mark.parametrize("outdated", [True, False])
@pytest.mark.parametrize("what", ["say", "choice"])
def test_a_line_says_that_the_step_is_in_english(guide: Guide, language: str, outdated: bool, what: str) -> None:
    step = article(guide).first
    message = step.say if what == "say" else step.choices[0].text
    lost = (language, f"{ARTICLE}.{step.id}", message)
    assert lost in set(guide.library.catalogs)

    def lose(at: At, found: Translation) -> Translation | None:
        return found if at != lost else replace(found, fuzzy=True) if outdated else None

    text = opened(with_catalogs(guide, lose), language)
    line = guide.library.words(language, wording.ONLY_ENGLISH)
    assert line != wording.ONLY_ENGLISH
    assert line in text
    assert (message.split("\n")[-1] in text) == (what == "say")


def test_nothing_is_said_where_all_is_translated(guide: Guide) -> None:
    for language in guide.library.languages:
        assert guide.library.words(language, wording.ONLY_ENGLISH) not in opened(guide, language)


@pytest.mark.parametrize("language", ["es", "ar", "am"])
def test_a_draft_is_called_one_once_and_never_in_danger(guide: Guide, language: str) -> None:
    line = guide.library.words(language, wording.DRAFT)
    assert line != wording.DRAFT
    assert opened(guide, language).count(line) == 1
    assert line not in opened(with_catalogs(guide, lambda _, found: replace(found, draft=False)), language)
    voice = guide.voice(language, NOON)
    later = article(guide).first.choices[0].goto
    assert line not in plain(voice.step(article(guide), Place(ARTICLE, later, (article(guide).first.id,))))
    urgent = article(guide, "find-clinic")
    assert urgent.first.urgent
    assert line not in plain(voice.step(urgent, Place(urgent.id, urgent.first.id)))


def test_what_is_asked_stands_last_beside_its_buttons(guide: Guide) -> None:
    question = guide.library.words("es", article(guide).first.say, f"{ARTICLE}.{article(guide).first.id}").split("\n")[
        -1
    ]
    assert question.endswith("?")
    assert opened(guide, "es").endswith(question)


def test_english_is_no_draft(guide: Guide) -> None:
    assert wording.DRAFT not in opened(guide, "en")
