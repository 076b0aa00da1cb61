"""What is named must exist."""

from collections.abc import Iterator
from datetime import date

from bot.knowledge.article import END, Contact, Event, FactKind, Step
from bot.knowledge.checks.problem import Problem, steps, texts
from bot.knowledge.library import Library
from bot.richtext import PLACEHOLDER

EMERGENCIES = ("fire", "medical", "crime", "gas", "poison", "suicide")
_PARTS: tuple[tuple[str, FactKind], ...] = (
    ("phone", "phone"), ("address", "address"), ("hours", "hours"), ("url", "url"), ("when", "when"),
)  # fmt: skip


def facts_named(step: Step) -> set[str]:
    """Ids of the facts that a step's texts and ``based_on`` name."""
    named = {name for _, text in texts(step) for name in PLACEHOLDER.findall(text)}
    return {name.removeprefix("fact:") for name in named} | set(step.based_on)


def _owners(library: Library) -> list[Contact | Event]:
    return [*library.pack.contacts.values(), *library.pack.events.values()]


def unknown_fact(library: Library, _today: date) -> Iterator[Problem]:
    """A text or contact names a fact that no file has."""
    for article, step in steps(library):
        for fact in sorted(facts_named(step) - library.pack.facts.keys()):
            yield Problem(article.id, str(step.where), f"there is no fact “{fact}”; look in facts/ for its name")
    for owner in _owners(library):
        for fact in owner.facts:
            if fact not in library.pack.facts:
                yield Problem(owner.id, str(owner.where), f"there is no fact “{fact}”; look in facts/ for its name")


def unknown_contact(library: Library, _today: date) -> Iterator[Problem]:
    """A step or the city names a contact that no file has."""
    city = library.pack.city
    named = [(city.id, str(city.where), contact) for contact in (city.office, *city.person)]
    named += [(city.id, str(city.where), contact) for contacts in city.emergency.values() for contact in contacts]
    named += [(a.id, str(step.where), contact) for a, step in steps(library) for contact in step.contacts]
    for article, place, contact in named:
        if contact not in library.pack.contacts:
            yield Problem(article, place, f"there is no contact “{contact}”; contacts stand in facts/ files")


def unknown_group(library: Library, _today: date) -> Iterator[Problem]:
    """An article stands under a heading that the menu does not have."""
    groups = [group.id for group in library.pack.city.groups]
    for article in library.pack.articles.values():
        if article.group not in groups:
            known = ", ".join(groups)
            yield Problem(article.id, str(article.where), f"the menu has no group “{article.group}”; it has: {known}")


def unknown_in_order(library: Library, _today: date) -> Iterator[Problem]:
    """The order of a group names an article that does not stand under it."""
    city, articles = library.pack.city, library.pack.articles
    for group in city.groups:
        for name in group.order:
            if name not in articles or articles[name].group != group.id:
                yield Problem(
                    city.id, str(city.where), f"“order” of group “{group.id}” names {name}, which is not in it"
                )


def unknown_step(library: Library, _today: date) -> Iterator[Problem]:
    """A way leads to a step that is not there: a dead end."""
    for article, step in steps(library):
        for goto in step.exits:
            if goto != END and goto not in article.steps:
                yield Problem(article.id, str(step.where), f"“goto: {goto}” leads nowhere: no step has that name")


def emergency_contact_missing(library: Library, _today: date) -> Iterator[Problem]:
    """A kind of danger has nobody to call."""
    city = library.pack.city
    for kind in dict.fromkeys((*EMERGENCIES, *city.emergency)):
        contacts = [library.pack.contacts.get(name) for name in city.emergency.get(kind, ())]
        if not contacts or any(contact is not None and not contact.phone for contact in contacts):
            yield Problem(city.id, str(city.where), f"emergency “{kind}” needs a contact with a phone number")


def unknown_event(library: Library, _today: date) -> Iterator[Problem]:
    """A step names an event that no file has."""
    for article, step in steps(library):
        for event in step.events:
            if event not in library.pack.events:
                what = f"there is no event “{event}”; events stand in facts/ files"
                yield Problem(article.id, str(step.where), what)


def unknown_rule(library: Library, _today: date) -> Iterator[Problem]:
    """A step asks about papers by something that is no rule, or a rule names something that is no paper."""
    facts = library.pack.facts
    for article, step in steps(library):
        if step.papers and (step.papers not in facts or facts[step.papers].kind != "rule"):
            yield Problem(
                article.id, str(step.where), f"there is no rule “{step.papers}”; rules are facts of type rule"
            )
    for fact in facts.values():
        for paper in fact.papers:
            if paper not in facts or facts[paper].kind != "paper":
                yield Problem(fact.id, str(fact.where), f"there is no paper “{paper}”; papers are facts of type paper")


def wrong_part(library: Library, _today: date) -> Iterator[Problem]:
    """The phone of a contact is no phone, the day of an event no day, its area no area of the city."""
    for owner in _owners(library):
        for part, kind in _PARTS:
            fact = library.pack.facts.get(getattr(owner, part, ""))
            if fact and fact.kind != kind:
                yield Problem(
                    owner.id, str(owner.where), f"“{part}” needs a fact of type {kind}; {fact.id} is {fact.kind}"
                )
    areas = library.pack.city.areas
    for contact in library.pack.contacts.values():
        if contact.area and contact.area not in areas:
            known = ", ".join(areas) or "none"
            yield Problem(contact.id, str(contact.where), f"the city has no area “{contact.area}”; it has: {known}")


def former_id_in_use(library: Library, _today: date) -> Iterator[Problem]:
    """An article claims an id that another one has, or had: old posters would lead to the wrong one."""
    taken = {article.id: article.id for article in library.pack.articles.values()}
    for article in library.pack.articles.values():
        for former in article.formerly:
            if taken.setdefault(former, article.id) != article.id or former == article.id:
                what = f"“formerly: {former}” belongs to article {taken[former]}"
                yield Problem(article.id, str(article.where), what)


CHECKS = (
    unknown_fact, unknown_contact, unknown_group, unknown_in_order, unknown_step, unknown_event, unknown_rule, wrong_part,
    former_id_in_use, emergency_contact_missing,
)  # fmt: skip
