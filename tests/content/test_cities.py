"""The same program for both cities: each is walked to its ends, and nothing of the one is ever told in the other."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from copy import copy
from functools import cache
from pathlib import Path

import httpx
import pytest

from bot.actions.parts import Parts
from bot.channel.telegram import introduce, make_bot
from bot.content import load
from bot.conversation import buttons, keeping
from bot.conversation.guide import Guide
from bot.conversation.state import Place
from bot.conversation.voice import Voice
from bot.conversation.wishes import DIALOGUE
from bot.conversation.words import Words
from bot.knowledge.article import END, Article, Fact, Step
from bot.knowledge.checks import check
from bot.richtext import plain
from bot.storage.store import Store
from bot.web.health import Health
from bot.web.site import make_site
from tests.botapi import BotApi, Limits
from tests.conftest import CITY, NOON
from tests.conversation.talking import Talking

EXAMPLE = "example-city"
CITIES = (CITY, EXAMPLE)
OF_AURORA = re.compile(r"Aurora|Colorado|Denver|\$|(?<![\d/])(?:911|988|211|311|303|720)(?!\d)")
CRIES = {
    "fire": "my house is on fire",
    "medical": "he is not breathing",
    "crime": "someone is breaking into my house",
    "gas": "I smell gas",
    "poison": "my baby drank bleach",
    "suicide": "I want to kill myself",
}

guide_of = cache(load)


def spoken(city: str) -> tuple[str, ...]:
    return guide_of(city).library.pack.city.languages


IN_EVERY_LANGUAGE = [(city, language) for city in CITIES for language in spoken(city)]


# --- what is in the example ---


@pytest.mark.parametrize("city", CITIES)
def test_nothing_is_wrong(city: str) -> None:
    guide = guide_of(city)
    assert [str(each) for each in check(guide.library, guide.today(NOON)) if each.severity == "error"] == []


def test_the_example_is_complete_in_its_languages() -> None:
    guide = guide_of(EXAMPLE)
    problems = check(guide.library, guide.today(NOON))
    assert [str(each) for each in problems if "bot.po" not in each.what] == []


def test_the_example_says_everywhere_that_it_is_invented() -> None:
    folder = Path(__file__).parent.parent.parent / "knowledge" / EXAMPLE
    files = sorted(folder.rglob("*.yaml"))
    assert len(files) > 8
    assert all(path.read_text("utf-8").startswith("# Invented: Exampleton does not exist") for path in files)
    pack = guide_of(EXAMPLE).library.pack
    assert "(invented)" in pack.city.name
    assert all(fact.source.startswith("https://example.org/") for fact in pack.facts.values())
    phones = [str(fact.value) for fact in pack.facts.values() if fact.kind == "phone"]
    # ComReg keeps (020) 91x xxxx for films and books: “Numbering Conditions of Use”, drama numbers.
    assert all(phone == "112" or re.fullmatch(r"\+3532091\d{5}", phone) for phone in phones)


def test_the_example_uses_all_of_the_format() -> None:
    """What it does not use, nobody learns from it, and the tests on it do not see."""
    pack = guide_of(EXAMPLE).library.pack
    steps = [step for article in pack.articles.values() for step in article.steps.values()]
    parts = [
        name for name in Step.__dataclass_fields__ if name not in ("id", "where", "discreet")
    ]  # discreet: shown by an article
    assert [name for name in parts if not any(getattr(step, name) for step in steps)] == []
    marks = [name for name in Fact.__dataclass_fields__ if name not in ("id", "where")]
    assert [name for name in marks if not any(getattr(fact, name) for fact in pack.facts.values())] == []
    assert {fact.kind for fact in pack.facts.values()} == {
        "phone", "hours", "money", "address", "url", "days", "age", "number", "date", "when", "paper", "rule", "text",
    }  # fmt: skip
    assert all(any(getattr(article, name) for article in pack.articles.values()) for name in ("formerly", "discreet"))
    assert {choice.means for step in steps for choice in step.choices} == {"", "yes", "no"}
    assert all(any(getattr(contact, name) for contact in pack.contacts.values()) for name in ("area", "speaks"))


# --- walking ---


@pytest.mark.parametrize(("city", "language"), IN_EVERY_LANGUAGE)
def test_every_article_can_be_walked_to_every_end(city: str, language: str) -> None:
    guide = guide_of(city)
    for article in guide.library.pack.articles.values():
        seen, ended = walked(guide, article, language)
        assert seen == set(article.steps), (article.id, language)
        assert ended == {step.id for step in article.steps.values() if END in step.exits}, (article.id, language)


def walked(guide: Guide, article: Article, language: str) -> tuple[set[str], set[str]]:
    """Press every button of every step: the steps that were seen, and those at which the flow ended."""
    start = Talking(guide)
    start.starts(f"{article.id}__{language}")
    seen, ended = {article.first.id}, set()
    ahead = deque([start])
    while ahead:
        here = ahead.popleft()
        place = here.conversation.place
        assert place is not None
        for talk in pressed(here, article, place):
            assert talk.last is not None
            if f"finished:{article.id}" in talk.last.did or talk.last.did == ("hidden",):
                ended.add(place.step)
            then = talk.conversation.place
            if then and then.article == article.id and then.step not in seen:
                seen.add(then.step)
                ahead.append(talk)
    return seen, ended


def pressed(here: Talking, article: Article, place: Place) -> Iterator[Talking]:
    """The talk after each of its buttons, and after each outcome of ticking papers."""
    for button in here.buttons:
        assert 1 <= len(button.press.encode()) <= buttons.MAX_BYTES
        meant = buttons.read(button.press)
        assert meant is not None
        talk = copy(here)
        talk.presses_data(button.press)
        looks_right(talk)
        if isinstance(meant, buttons.Choose | buttons.Next | buttons.Skip | buttons.Tick | buttons.Back):
            assert talk.last is not None
            assert not talk.last.did[-1].startswith("old-button"), button
            yield talk
    step = article.steps[place.step]
    if step.papers:
        *some, last = here.guide.library.pack.facts[step.papers].ways[-1].needs
        most = [need.any_of[number] for need in (*some, last) for number in range(need.count)]
        for papers in (most[:-1], most):
            talk = copy(here)
            for paper in papers:
                talk.presses_data(buttons.write(buttons.Tick(article.id, step.id, paper)))
            talk.presses_data(buttons.write(buttons.Next(article.id, step.id)))
            yield talk


def looks_right(talk: Talking) -> None:
    assert talk.last is not None
    for words in talk.last.words:
        said = plain(words.text)
        assert said.strip() or words.takeaway
        assert "{" not in said
        assert "TODO" not in said
        assert len(said) <= 4096
        assert all(button.label.strip() for row in words.rows for button in row)


# --- nothing of the one city in the other ---


def everything_said(city: str) -> Iterator[tuple[str, str]]:
    """(where, text): all that newcomers of *city* can read in the chat."""
    guide = guide_of(city)
    for language in spoken(city):
        talk = Talking(guide)
        yield "begins", everything_in(talk.starts().words)
        talk = Talking(guide)
        yield "greeting", everything_in(talk.starts(f"__{language}").words)
        for intent in DIALOGUE:
            yield intent, everything_in(talk.asks(intent).words)
        for kind, cry in CRIES.items():
            turn = talk.says(cry)
            assert turn.did[-1] == f"alarm:{kind}", (kind, turn.did)
            yield f"alarm {kind}", everything_in(turn.words)
        voice = talk.voice
        for article in guide.library.pack.articles.values():
            yield article.id, plain(voice.summary(article))
            for step in article.steps.values():
                place = Place(article.id, step.id)
                rows = (*voice.step_rows(article, place), *keeping.rows(voice, article, step))
                yield f"{article.id}.{step.id}", plain(voice.step(article, place))
                yield f"{article.id}.{step.id} buttons", " ".join(button.label for row in rows for button in row)
                yield f"{article.id}.{step.id} sources", plain(voice.tell.sources(step))
                yield f"{article.id}.{step.id} kept", everything_kept(voice, article, step)
        yield "withheld", plain(voice.withheld(urgent=True))


def everything_kept(voice: Voice, article: Article, step: Step) -> str:
    names = [f"{letter}{number}" for letter in "pknmd" for number in range(1, 10)]
    return "\n".join(repr(keeping.make(voice, article, step, name)) for name in names)


def everything_in(words: Iterable[Words]) -> str:
    return "\n".join(f"{plain(each.text)} {[button.label for row in each.rows for button in row]}" for each in words)


def test_nothing_of_aurora_is_said_in_the_example() -> None:
    said = list(everything_said(EXAMPLE))
    assert len(said) > 200
    assert [(where, text) for where, text in said if OF_AURORA.search(text)] == []


def test_what_would_be_of_aurora_is_seen_in_aurora() -> None:
    """Else the test above would find nothing because it looks for nothing."""
    assert sum(bool(OF_AURORA.search(text)) for _, text in everything_said(CITY)) > 100


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", CRIES)
def test_the_citys_own_line_is_named_in_danger(kind: str, language: str) -> None:
    talk = Talking(guide_of(EXAMPLE))
    talk.starts(f"reading-card__{language}")
    turn = talk.says(CRIES[kind])
    assert turn.did == (f"alarm:{kind}",)
    assert "112" in talk.text
    first = {"gas": "(020) 910 0110", "poison": "(020) 910 0120", "suicide": "(020) 910 0130"}.get(kind, "112")
    assert talk.text.index(first) <= talk.text.index("112")


def test_sms_is_named_only_where_it_reaches_somebody() -> None:
    for city, by_sms in ((CITY, True), (EXAMPLE, False)):
        talk = Talking(guide_of(city))
        talk.starts("__en")
        talk.says(CRIES["medical"])
        assert ("text message" in talk.text) == by_sms, city


@pytest.mark.parametrize(
    ("line", "alarm"),
    [
        ("call 112 now", True), ("112", True), ("112 help", True), ("please call 911", True), ("llamen al 112", True),
        ("is 112 free", False), ("my address is 112 Rope Walk", False), ("112 books", False),
    ],
)  # fmt: skip
def test_the_citys_own_line_is_a_cry(line: str, alarm: bool) -> None:
    assert bool(guide_of(EXAMPLE).emergencies.alarm(line)) == alarm


def test_elsewhere_that_number_is_none() -> None:
    assert guide_of(CITY).emergencies.alarm("112") is None
    assert guide_of(CITY).emergencies.alarm("911") is not None


async def well() -> Health:
    return Health(database=True)


async def test_nothing_of_aurora_stands_on_the_pages(tmp_path: Path) -> None:
    """The chat and its words in each language, the door for helpers, and what is said when a page is missing."""
    store = await Store.open(f"sqlite:///{tmp_path / 'pages.sqlite3'}", "a key that is long enough for a test")
    app = make_site(Parts(store, guide_of(EXAMPLE)), health=well).app
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.example") as http:
            for language in spoken(EXAMPLE):
                for path in ("/chat", "/chat/reading-card__es", "/helpers/sign-in", "/nowhere"):
                    page = await http.get(path, headers={"Accept-Language": language}, follow_redirects=True)
                    assert page.status_code == (404 if path == "/nowhere" else 200)
                    assert "tel:112" in page.text, path
                    shown = re.sub(r"<(?:script|link|meta|svg)\b[^>]*>", "", page.text)
                    assert not OF_AURORA.search(shown), (path, OF_AURORA.search(shown))
    finally:
        await store.close()


async def test_nothing_of_aurora_stands_in_the_bots_profile() -> None:
    guide = guide_of(EXAMPLE)
    async with BotApi(limits=Limits(on=False)) as api, make_bot(api.token, api.url) as bot:
        await introduce(bot, guide, NOON)
        languages = ("", *spoken(EXAMPLE))
        described = [api.profile.text("description", language) for language in languages]
        texts = [*map(str, api.profile.texts.values()), *(str(api.profile.commands_for(0, one)) for one in languages)]
    assert all("112" in text for text in described)
    assert [text for text in (*described, *texts) if OF_AURORA.search(text)] == []


# --- the same intents for every city ---


def test_intents_of_another_city_do_nothing() -> None:
    """Rasa is trained for all cities at once; what one of them lacks is as if nobody had understood."""
    guide = guide_of(EXAMPLE)
    foreign = [article.intent for article in guide_of(CITY).library.pack.articles.values()]
    assert len(foreign) > 20
    for intent in foreign:
        assert guide.library.by_intent(intent) is None
        talk = Talking(guide)
        talk.starts("__en")
        assert talk.says("blah", (intent, 0.99)).did == ("lost",), intent
        talk.presses("A person")
        assert talk.says("blah", (intent, 0.99), ("reading_card", 0.4)).did == ("clarify:reading-card",), intent


@pytest.mark.parametrize(
    ("line", "article"),
    [
        ("reading card", "reading-card"), ("take the bus", "bus-ticket"), ("feria de los faroles", "lantern-fair"),
        ("tarjeta de lectura", "reading-card"), ("ayuntamiento", "ask-office"),
    ],
)  # fmt: skip
def test_search_serves_a_city_without_lines_to_learn_from(line: str, article: str) -> None:
    talk = Talking(guide_of(EXAMPLE))
    talk.starts("__es")
    assert f"article:{article}" in talk.says(line).did


def test_a_former_id_still_opens_its_article() -> None:
    talk = Talking(guide_of(EXAMPLE))
    assert talk.starts("book-card__es").did[-1] == "step:reading-card.about"
