"""YAML text → articles, facts, contacts, a city, a language. Takes text and opens nothing.

Every complaint names the file and the line, says what is wrong and what would be right. Reading stops at the first
complaint of a file; what is wrong between files is for `bot.knowledge.checks`.
"""

from collections.abc import Mapping
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.catalogs import BrokenCatalog, Language, read_language
from bot.knowledge import countries
from bot.knowledge.article import (
    END,
    Article,
    Choice,
    City,
    Contact,
    Event,
    Fact,
    Group,
    Item,
    Outcome,
    Pack,
    Step,
    Where,
)
from bot.knowledge.folding import key
from bot.knowledge.nodes import LONGEST_ID, Node, Unfinished, Unreadable, flag, get, ids_in, is_id, one_of, parse
from bot.knowledge.reading_facts import OWNERS, read_facts
from bot.knowledge.unfinished import open_places

_KINDS = ("choices", "checklist", "contacts", "events", "phrases", "papers", "person")
"""The one more thing that a step can do."""


def read_article(file: str, article_id: str, text: str) -> Article:
    """``articles/<id>.yaml`` → `Article`."""
    root = parse(file, text)
    if not is_id(article_id):
        raise root.wrong(
            f"“{article_id}” cannot be the name of an article's file: use a–z, 0–9 and “-”, at most {LONGEST_ID}"
        )
    fields = root.fields(("title", "icon", "group", "summary", "owner", "steps"), ("keywords", "formerly", "discreet"))
    steps = list(fields["steps"].ids())
    if not steps:
        raise fields["steps"].wrong("an article needs at least one step")
    following = [name for name, _ in steps[1:]] + [END]
    return Article(
        id=article_id,
        title=fields["title"].text(),
        icon=fields["icon"].text(),
        group=fields["group"].text(),
        summary=fields["summary"].text(),
        keywords=fields["keywords"].texts() if "keywords" in fields else (),
        steps={name: _step(name, node, after) for (name, node), after in zip(steps, following, strict=True)},
        where=root.where,
        owner=one_of(fields["owner"], OWNERS),
        formerly=fields["formerly"].texts() if "formerly" in fields else (),
        discreet=flag(fields, "discreet"),
    )


def _step(step_id: str, node: Node, following: str) -> Step:
    fields = node.fields(
        ("say",), (*_KINDS, "replies", "outcomes", "goto", "optional", "urgent", "discreet", "based_on")
    )
    kinds = [name for name in _KINDS if name in fields]
    if len(kinds) > 1:
        raise fields[kinds[1]].wrong(f"one step does one thing: “{kinds[0]}” and “{kinds[1]}” need two steps")
    if "replies" in fields and "phrases" not in fields:
        raise fields["replies"].wrong("“replies” belong to a step with “phrases”")
    goto = get(fields, "goto", following)
    return Step(
        id=step_id,
        say=fields["say"].text(),
        goto=goto,
        where=node.where,
        choices=tuple(_choice(name, value, goto) for name, value in ids_in(fields, "choices")),
        checklist=tuple(Item(name, value.text(), value.where) for name, value in ids_in(fields, "checklist")),
        contacts=fields["contacts"].texts() if "contacts" in fields else (),
        events=fields["events"].texts() if "events" in fields else (),
        phrases=fields["phrases"].texts() if "phrases" in fields else (),
        replies=fields["replies"].texts() if "replies" in fields else (),
        papers=get(fields, "papers"),
        outcomes=_outcomes(node, fields),
        person=flag(fields, "person"),
        urgent=flag(fields, "urgent"),
        discreet=flag(fields, "discreet"),
        optional=flag(fields, "optional"),
        based_on=fields["based_on"].texts() if "based_on" in fields else (),
    )


def _outcomes(step: Node, fields: Mapping[str, Node]) -> dict[Outcome, str]:
    if "papers" not in fields and "outcomes" not in fields:
        return {}
    if "papers" not in fields or "outcomes" not in fields:
        raise step.wrong("“papers” and “outcomes” belong together: outcomes: {enough: …, almost: …, not-yet: …}")
    outcomes = fields["outcomes"].fields(get_args(Outcome))
    return {name: outcomes[name].text() for name in get_args(Outcome)}


def _choice(choice_id: str, node: Node, goto: str) -> Choice:
    fields = node.fields(("text",), ("icon", "means", "goto"))
    means = get(fields, "means")
    if means not in ("", "yes", "no"):
        raise fields["means"].wrong(f"“means” is “yes” or “no”, not “{means}”")
    return Choice(
        id=choice_id,
        text=fields["text"].text(),
        icon=get(fields, "icon"),
        goto=get(fields, "goto", goto),
        where=node.where,
        means=cast("Any", means),
    )


def read_city(file: str, city_id: str, text: str) -> City:
    """``city.yaml`` → `City`."""
    root = parse(file, text)
    fields = root.fields(
        ("name", "timezone", "country", "languages", "groups", "office", "person", "emergency"), ("areas",)
    )
    groups = []
    for name, node in fields["groups"].ids():
        group = node.fields(("title", "icon"), ("order",))
        order = group["order"].texts() if "order" in group else ()
        groups.append(Group(name, group["title"].text(), group["icon"].text(), order))
    return City(
        id=city_id,
        name=fields["name"].text(),
        timezone=_zone(fields["timezone"]),
        country=_country(fields["country"]),
        languages=fields["languages"].texts(),
        groups=tuple(groups),
        office=fields["office"].text(),
        person=fields["person"].texts(),
        emergency={kind: node.texts() for kind, node in fields["emergency"].entries()},
        where=root.where,
        areas={name: node.text() for name, node in ids_in(fields, "areas")},
    )


def _country(node: Node) -> str:
    if not countries.known(node.text()):
        raise node.wrong(f"“{node.text()}” is no country; they are called by two letters like US")
    return node.text()


def _zone(node: Node) -> str:
    try:
        return ZoneInfo(node.text()).key
    except (ZoneInfoNotFoundError, ValueError) as err:
        raise node.wrong(f"“{node.text()}” is no time zone; they are called like America/Denver") from err


def read_pack(city_id: str, files: Mapping[str, str]) -> Pack:
    """All files of ``knowledge/<city>/`` by their path inside it → `Pack`.

    Raises `Unfinished` with all places that are still open, and else `Unreadable` at the first complaint.
    """
    if "city.yaml" not in files:
        raise Unreadable(Where("city.yaml", 1), f"knowledge/{city_id}/ has no city.yaml")
    if places := open_places(files):
        raise Unfinished(places)
    articles: dict[str, Article] = {}
    facts: dict[str, Fact] = {}
    contacts: dict[str, Contact] = {}
    events: dict[str, Event] = {}
    for path in sorted(files):
        folder, _, name = path.removesuffix(".yaml").rpartition("/")
        if path == "city.yaml":
            continue
        if folder == "articles":
            articles[name] = read_article(path, name, files[path])
        elif folder == "facts":
            more_facts, more_contacts, more_events = read_facts(path, name, files[path])
            facts.update(more_facts)
            contacts.update(more_contacts)
            events.update(more_events)
        else:
            raise Unreadable(Where(path, 1), "only city.yaml, facts/*.yaml and articles/*.yaml belong here")
    return Pack(read_city("city.yaml", city_id, files["city.yaml"]), articles, facts, contacts, events)


ANSWERS = (
    "yes", "no", "next", "back", "skip", "stop", "menu", "repeat", "start_over", "help", "person", "language", "greet",
    "thanks", "bye", "forget", "hide",
)  # fmt: skip
"""The lists of accepted answers that every language must have."""


def read_answers(code: str, text: str) -> Language:
    """``locales/<code>/language.yaml`` → `Language`: its own name, its CLDR locale, and what people type."""
    file = f"locales/{code}/language.yaml"
    root = parse(file, text)
    fields = root.fields(("name", "locale", "answers"))
    answers = fields["answers"].fields(ANSWERS)
    for name in ANSWERS:
        if not answers[name].items():
            raise answers[name].wrong(f"no words for “{name}”: what do people type?")
    try:
        lists = {name: frozenset(map(key, answers[name].texts())) for name in ANSWERS}
        return read_language(code, fields["name"].text(), fields["locale"].text(), lists)
    except BrokenCatalog as err:
        raise fields["locale"].wrong(str(err).partition(": ")[2]) from err


def read_glossary(code: str, text: str) -> dict[str, tuple[str, ...]]:
    """``locales/<code>/glossary.yaml`` → by English word the forms it may take, the preferred first; empty without a file."""
    if not text:
        return {}
    terms = dict(parse(f"locales/{code}/glossary.yaml", text).entries())
    for term, node in terms.items():
        if not node.items():
            raise node.wrong(f"no words for “{term}”: how is it said?")
    return {term: node.texts() for term, node in terms.items()}
