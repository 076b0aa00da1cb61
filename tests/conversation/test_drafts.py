"""A topic in words that no reader has approved says so once, at its beginning; not in English, and not in danger."""

from dataclasses import replace

import pytest

from bot import wording
from bot.catalogs import Catalogs, Translation
from bot.conversation.guide import Guide
from bot.knowledge.library import Library
from tests.conversation.talking import Talking


def opened(guide: Guide, article: str, language: str) -> str:
    talk = Talking(guide)
    talk.starts(f"{article}__{language}")
    return talk.text


def reviewed(guide: Guide) -> Guide:
    """The guide as it is once a reader approved everything."""
    library = guide.library
    messages: dict[tuple[str, str, str], Translation] = {}
    for at in library.catalogs:
        found = library.catalogs.find(*at[::2], at[1])
        assert found is not None
        messages[at] = replace(found, draft=False)
    return replace(guide, library=Library(library.pack, Catalogs(messages), library.languages))


@pytest.mark.parametrize("language", ["es", "ar", "am"])
def test_a_draft_is_called_one_at_the_beginning(guide: Guide, language: str) -> None:
    line = guide.library.words(language, wording.DRAFT)
    assert line != wording.DRAFT
    assert line in opened(guide, "library-card", language)
    assert line not in opened(reviewed(guide), "library-card", language)


def test_english_is_no_draft(guide: Guide) -> None:
    assert wording.DRAFT not in opened(guide, "library-card", "en")
