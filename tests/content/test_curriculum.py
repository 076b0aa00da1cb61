"""Aurora's curriculum: all of it is there, and what the research warns of is not."""

import re

import pytest

from bot.conversation.guide import Guide
from bot.knowledge.article import END, Article
from bot.richtext import PLACEHOLDER

CURRICULUM = [
    "library-card", "electricity-gas-start", "energy-bill-help", "power-outage", "water-service", "trash-recycling",
    "internet-phone", "ride-transit", "transit-discounts", "police-report", "police-encounter", "fire-safety",
    "city-services", "school-enrollment", "english-classes", "find-job", "worker-rights", "foreign-credentials",
    "start-business", "rent-home", "eviction-help", "shelter-tonight", "buy-home", "health-coverage", "find-clinic",
    "food-today", "food-benefits", "driver-license-id", "car-registration", "immigration-legal-help",
    "immigration-scams", "citizenship", "consulate", "bank-account", "taxes-itin", "childcare-preschool",
    "senior-services", "domestic-violence", "community-events", "become-helper",
]  # fmt: skip
CIVIC = ("citizenship", "city-services", "community-events", "become-helper", "driver-license-id")
UNVERIFIED = (
    "Village Exchange", "Aurora Community Connection", "Rocky Mountain Immigrant Advocacy", "RMIAN", "Project Worthmore",
    "Workforce", "Navigation Campus", "International and Immigrant Affairs", "El Salvador", "Honduras", "DRCOG",
    "Regional Council", "DORA", "Housing Authority", "Arapahoe County Human Services",
)  # fmt: skip
STALE = {
    r"Chambers R(oa)?d": "the Adams County office there closed on 1 January 2026 (490 S Chambers is a car office)",
    r"Victor St": "the crisis centre moved to 1290 S Potomac",
    r"7,?500": "the wage claim limit is 13,000 since July 2026",
    r"\b725\b": "the fee of naturalisation changed",
    r"Global Fest": "it is the Aurora Fest now",
    r"Day Resource Center": "it closed in November 2025",
}


def test_the_whole_curriculum(guide: Guide) -> None:
    assert len(CURRICULUM) == 40
    assert guide.library.pack.articles.keys() == set(CURRICULUM)
    assert len(guide.library.pack.city.groups) <= 8


def _said(article: Article) -> str:
    steps = article.steps.values()
    return "\n".join([article.title, article.summary, *(text for step in steps for text in (step.say, *step.phrases))])


@pytest.mark.parametrize("name", UNVERIFIED)
def test_no_number_that_nobody_verified(guide: Guide, name: str) -> None:
    for contact in guide.library.pack.contacts.values():
        assert not (name.casefold() in contact.name.casefold() and contact.phone), contact.id


@pytest.mark.parametrize("claim", STALE)
def test_no_stale_claim_is_made(guide: Guide, claim: str) -> None:
    """People may be told that it is no longer so, and nothing else."""
    pack = guide.library.pack
    for article in pack.articles.values():
        for step in article.steps.values():
            said = PLACEHOLDER.sub("", step.say)
            if re.search(claim, said):
                assert re.search(r"closed|do not go|moved|before|old name|was called|used to", said, re.IGNORECASE), (
                    article.id, step.id, STALE[claim],
                )  # fmt: skip
    for contact in pack.contacts.values():
        for name in contact.facts:
            value = str(pack.facts[name].value)
            assert not re.search(claim, value) or value.startswith("490 S"), (contact.id, STALE[claim])


@pytest.mark.parametrize("name", CIVIC)
def test_civic_topics_warn_who_may_not_vote(guide: Guide, name: str) -> None:
    steps = guide.library.pack.articles[name].steps.values()
    warned = [step for step in steps if "legal.vote" in step.based_on]
    assert warned
    assert all("vote" in step.say.casefold() or "voting" in step.say.casefold() for step in warned)


def test_violence_at_home_is_discreet_and_begins_with_safety(guide: Guide) -> None:
    article = guide.library.pack.articles["domestic-violence"]
    assert article.discreet
    assert "safe" in article.first.say.casefold()
    telling = re.compile(r"violen|abus|beat|hit|hurt", re.IGNORECASE)
    assert not telling.search(article.title + article.summary)
    for language in guide.library.languages:
        title = guide.library.words(language, article.title, article.id)
        assert not re.search(r"violen|abus|عنف|ጥቃት", title), (language, title)


def test_nobody_is_sent_to_a_consulate_by_default(guide: Guide) -> None:
    """The first step warns and lets people choose a lawyer; no other article names a consulate as a place to go to."""
    pack = guide.library.pack
    first = pack.articles["consulate"].first
    assert "lawyer" in first.say
    assert any("lawyer" in choice.text for choice in first.choices)
    for article in pack.articles.values():
        contacts = [pack.contacts[name].name for step in article.steps.values() for name in step.contacts]
        assert article.id == "consulate" or not any("onsulate" in name for name in contacts), article.id


def test_no_immigration_advice(guide: Guide) -> None:
    """C.R.S. 6-1-727: nobody but a lawyer or an accredited representative chooses a form or an answer."""
    for name in ("immigration-legal-help", "immigration-scams", "citizenship", "consulate"):
        article = guide.library.pack.articles[name]
        assert not re.search(r"\b[INI]-\d{3}\b", _said(article)), name
        assert re.search(r"lawyer|accredited", _said(article)), name
        assert article.owner == "coordinator"


def test_every_flow_can_be_finished_in_few_messages(guide: Guide) -> None:
    lengths = {article.id: article.ahead[article.first.id] for article in guide.library.pack.articles.values()}
    assert max(lengths.values()) <= 10, lengths
    assert sum(lengths.values()) / len(lengths) <= 8.5
    assert all(
        END in {goto for step in a.steps.values() for goto in step.exits} for a in guide.library.pack.articles.values()
    )
