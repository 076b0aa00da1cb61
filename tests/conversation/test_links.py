"""A link or a poster opens its article in its language, also years later, also for somebody who speaks another one."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import links
from bot.conversation.guide import Guide
from bot.conversation.links import LONGEST, LONGEST_PLACE, Link
from bot.conversation.state import Conversation
from bot.knowledge.library import Library
from bot.storage.posters import CODE_LENGTH
from tests.conversation.talking import Talking

FORMERLY = "get-a-library-card"
POSTER = "library-card__es__martin-luther__vua96c2"


@pytest.fixture(scope="module")
def renamed(guide: Guide) -> Guide:
    """The guide, after an article got another id."""
    library = guide.library
    card = replace(library.pack.articles["library-card"], formerly=("older-still", FORMERLY))
    pack = replace(library.pack, articles={**library.pack.articles, card.id: card})
    return replace(guide, library=Library(pack, library.catalogs, library.languages))


@pytest.fixture
def talk(renamed: Guide) -> Talking:
    return Talking(renamed)


def article(talk: Talking) -> str:
    return talk.conversation.place.article if talk.conversation.place else ""


# --- payloads ---


def test_a_payload_keeps_article_language_place_and_poster() -> None:
    link = Link("library-card", "es", "martin-luther", "vua96c2")
    assert links.write(link) == POSTER
    assert links.read(POSTER) == link
    assert links.write(Link("library-card", "es")) == "library-card__es"
    assert links.write(Link()) == ""
    assert links.read("library-card____library") == Link("library-card", "", "library")


ID = st.from_regex("[a-z0-9][a-z0-9-]{0,23}", fullmatch=True)
PLACE = st.from_regex(f"([a-z0-9-]{{1,{LONGEST_PLACE}}})?", fullmatch=True)
CODE = st.from_regex(f"([a-z0-9]{{{CODE_LENGTH}}})?", fullmatch=True)


@given(ID, st.sampled_from(["", "es", "ar", "prs"]), PLACE, CODE)
def test_whatever_is_written_fits_into_a_link_and_is_read_again(
    article: str, language: str, place: str, code: str
) -> None:
    link = Link(article, language, place, code)
    payload = links.write(link)
    assert re.fullmatch(f"[A-Za-z0-9_-]{{1,{LONGEST}}}", payload)
    assert links.read(payload) == link


@pytest.mark.parametrize(
    "link",
    [
        Link("library-card", "es", "Library"),
        Link("library-card", "es", "a_b"),
        Link("library-card", "es", "a b"),
        Link("library-card", "es", "x" * (LONGEST_PLACE + 1)),
        Link("library-card", "es", "", "ünï"),
        Link("x" * 60, "es", "library"),
        Link("library card", "es"),
    ],
)
def test_what_cannot_stand_in_a_link_is_refused(link: Link) -> None:
    with pytest.raises(ValueError, match="must be at most"):
        links.write(link)


@given(st.text(max_size=100))
def test_any_payload_can_be_read(payload: str) -> None:
    link = links.read(payload)
    assert all(re.fullmatch("[A-Za-z0-9_-]*", part) for part in (link.article, link.language, link.place, link.poster))


# --- talks ---


def test_a_poster_opens_its_article_in_its_language(talk: Talking) -> None:
    turn = talk.starts(POSTER)
    assert talk.conversation.language == "es"
    assert article(talk) == "library-card"
    assert turn.words[-1].language == "es"
    assert talk.voice.city in talk.text  # greeted
    talk.says("ayuda", ("nothing", 0.0))
    assert talk.conversation.language == "es"


def test_a_language_that_was_chosen_stays(talk: Talking) -> None:
    talk.starts()
    talk.presses("አማርኛ")
    turn = talk.starts(POSTER)
    assert talk.conversation.language == "am"
    assert article(talk) == "library-card"
    assert turn.words[-1].language == "am"


@pytest.mark.parametrize("language", ["", "xx", "tlh", "ES", "en-US"])
@pytest.mark.parametrize(("chosen", "code"), [("العربية", "ar"), ("English", "en")])
def test_without_a_language_it_is_asked_for_and_then_the_article_opens(
    talk: Talking, language: str, chosen: str, code: str
) -> None:
    turn = talk.starts(f"library-card__{language}__martin-luther__vua96c2")
    assert turn.did == ("ask-language",)
    turn = talk.presses(chosen)
    assert (talk.conversation.language, article(talk)) == (code, "library-card")
    assert turn.words[-1].language == code


def test_the_article_survives_when_nobody_understood_the_first_answer(talk: Talking) -> None:
    talk.starts("library-card__xx")
    assert talk.says("zzz").did == ("ask-language",)
    talk.presses("Español")
    assert article(talk) == "library-card"


def test_the_article_survives_a_change_of_language(talk: Talking) -> None:
    talk.starts(POSTER)
    before = talk.conversation.place
    turn = talk.presses_data("l|am")
    assert talk.conversation.language == "am"
    assert talk.conversation.place == before
    assert turn.words[-1].language == "am"


@pytest.mark.parametrize("former", [FORMERLY, "older-still"])
@pytest.mark.parametrize("language", ["es", "xx"])
def test_an_old_poster_of_a_renamed_article_opens_its_successor(talk: Talking, former: str, language: str) -> None:
    talk.starts(f"{former}__{language}__martin-luther__vua96c2")
    if language == "xx":
        talk.presses("Español")
    assert article(talk) == "library-card"
    assert talk.conversation.language == "es"


def test_a_poster_of_an_article_that_is_gone_leads_to_the_menu_in_its_language(talk: Talking) -> None:
    turn = talk.starts("taken-away__es__martin-luther__vua96c2")
    assert talk.conversation.language == "es"
    assert turn.did[-1] == "welcome"
    assert talk.buttons


@pytest.mark.parametrize(
    "payload",
    [
        "____", "__es", "______vua96c2", "library-card__es__a__b__c__d__e", "_" * 64, "-" * 64, "x" * 64, "x" * 5000,
        "../../etc/passwd", "<script>alert(1)</script>", "library-card es", "library-card\n__es", "مكتبة", "\x00", "''; --",
        "library-card__../../en__x", "{fact:library.phone}", "h__es", "LIBRARY-CARD__ES", "library-card__es\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["", "ar"])
def test_a_payload_that_nobody_of_us_wrote_is_harmless(talk: Talking, payload: str, language: str) -> None:
    talk.conversation = Conversation(language=language)
    turn = talk.starts(payload)
    assert talk.conversation.language in (language, "es")
    assert talk.buttons
    assert payload not in talk.text or payload == ""
    for word in ("script", "passwd"):
        assert all(word not in str(words.text) for words in turn.words)
