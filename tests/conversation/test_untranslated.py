"""A step whose translation is missing or outdated is told in English, and a line in the person's language says so."""

from dataclasses import replace

import pytest

from bot import wording
from bot.catalogs import Catalogs, Translation
from bot.conversation.guide import Guide
from bot.knowledge.article import Article
from bot.knowledge.library import Library
from tests.conversation.talking import Talking

ARTICLE = "library-card"


def with_catalogs(guide: Guide, lost: tuple[str, str, str], *, outdated: bool) -> Guide:
    """The guide, its translation *lost* outdated or gone."""
    library = guide.library
    messages: dict[tuple[str, str, str], Translation] = {}
    for at in library.catalogs:
        found = library.catalogs.find(*at[::2], at[1])
        assert found is not None
        if at != lost:
            messages[at] = found
        elif outdated:
            messages[at] = replace(found, fuzzy=True)
    assert lost not in messages or messages[lost].fuzzy
    return replace(guide, library=Library(library.pack, Catalogs(messages), library.languages))


def first(guide: Guide) -> Article:
    article = guide.library.article(ARTICLE)
    assert article is not None
    return article


@pytest.mark.parametrize("language", ["es", "ar", "am"])
@pytest.mark.parametrize("outdated", [True, False])
@pytest.mark.parametrize("what", ["say", "choice"])
def test_a_line_says_that_the_step_is_in_english(guide: Guide, language: str, outdated: bool, what: str) -> None:
    step = first(guide).first
    message = step.say if what == "say" else step.choices[0].text
    changed = with_catalogs(guide, (language, f"{ARTICLE}.{step.id}", message), outdated=outdated)
    line = guide.library.words(language, wording.ONLY_ENGLISH)
    assert line != wording.ONLY_ENGLISH
    talk = Talking(changed)
    talk.starts(f"{ARTICLE}__{language}")
    assert line in talk.text
    assert (message.split("\n")[-1] in talk.text) == (what == "say")


def test_nothing_is_said_where_all_is_translated(guide: Guide) -> None:
    for language in guide.library.languages:
        talk = Talking(guide)
        talk.starts(f"{ARTICLE}__{language}")
        assert guide.library.words(language, wording.ONLY_ENGLISH) not in talk.text
