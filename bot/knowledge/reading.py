"""YAML text → articles, facts, contacts, a city, a language. Takes text and opens nothing.

Every complaint names the file and the line, says what is wrong and what would be right. Reading stops at the first
complaint of a file; what is wrong between files is for `bot.knowledge.checks`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast, get_args

import yaml

from bot.catalogs import BrokenCatalog, Language, read_language
from bot.knowledge.article import END, Article, Choice, City, Contact, Fact, FactKind, Group, Item, Pack, Step, Where
from bot.knowledge.folding import key

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


class Unreadable(Exception):
    """A file of the city pack is not written as it must be. ``where`` says which file and line, ``what`` the trouble."""

    def __init__(self, where: Where, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


class Node:
    """A YAML value that knows where it stands and complains in whole sentences."""

    def __init__(self, file: str, node: yaml.Node) -> None:
        self.file = file
        self._node = node

    @property
    def where(self) -> Where:
        """File and line, for complaints."""
        return Where(self.file, self._node.start_mark.line + 1)

    def wrong(self, what: str) -> Unreadable:
        """A complaint about this value, to be raised."""
        return Unreadable(self.where, what)

    def text(self) -> str:
        """The value as written; a list or mapping here is a complaint."""
        if not isinstance(self._node, yaml.ScalarNode):
            raise self.wrong("a text is expected here")
        return str(self._node.value).strip()

    def items(self) -> list["Node"]:
        """The entries of a list."""
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.wrong("a list is expected here: lines that begin with “- ”, or [a, b]")
        return [Node(self.file, item) for item in self._node.value]

    def texts(self) -> tuple[str, ...]:
        """The entries of a list of texts."""
        return tuple(item.text() for item in self.items())

    def entries(self) -> Iterator[tuple[str, "Node"]]:
        """Keys with their values, in order; a key that stands twice is a complaint."""
        if not isinstance(self._node, yaml.MappingNode):
            raise self.wrong("“name: value” lines are expected here")
        seen: set[str] = set()
        for label, value in self._node.value:
            name = Node(self.file, label).text()
            if name in seen:
                raise Unreadable(Where(self.file, label.start_mark.line + 1), f"“{name}” stands here twice")
            seen.add(name)
            yield name, Node(self.file, value)

    def ids(self) -> Iterator[tuple[str, "Node"]]:
        """Like `entries`, for keys that are ids."""
        for name, value in self.entries():
            if not _ID.fullmatch(name) or len(name) > 24:
                raise value.wrong(f"“{name}” cannot be an id: use a–z, 0–9 and “-”, at most 24 characters")
            yield name, value

    def fields(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, "Node"]:
        """The values of a mapping with known keys."""
        found = dict(self.entries())
        for name, value in found.items():
            if name not in required + optional:
                raise value.wrong(f"“{name}” is not known here; known are: {', '.join(required + optional)}")
        for name in required:
            if name not in found:
                raise self.wrong(f"“{name}” is missing")
        return found


def parse(file: str, text: str) -> Node:
    """The root of a YAML text; raises `Unreadable` where the YAML itself is broken."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        raise Unreadable(Where(file, mark.line + 1 if mark else 1), f"this is not YAML: {err.problem}") from err
    except yaml.YAMLError as err:
        raise Unreadable(Where(file, 1), f"this is not YAML: {err}") from err
    if root is None:
        raise Unreadable(Where(file, 1), "the file is empty")
    return Node(file, root)


def _get(fields: Mapping[str, Node], name: str, default: str = "") -> str:
    return fields[name].text() if name in fields else default


def read_article(file: str, article_id: str, text: str) -> Article:
    """``articles/<id>.yaml`` → `Article`."""
    root = parse(file, text)
    fields = root.fields(("title", "icon", "group", "summary", "steps"), ("keywords",))
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
    )


def _step(step_id: str, node: Node, following: str) -> Step:
    fields = node.fields(
        ("say",), ("choices", "checklist", "contacts", "phrases", "person", "goto", "optional", "urgent", "based_on")
    )
    kinds = [name for name in ("choices", "checklist", "contacts", "phrases", "person") if name in fields]
    if len(kinds) > 1:
        raise fields[kinds[1]].wrong(f"one step does one thing: “{kinds[0]}” and “{kinds[1]}” need two steps")
    goto = _get(fields, "goto", following)
    return Step(
        id=step_id,
        say=fields["say"].text(),
        goto=goto,
        where=node.where,
        choices=tuple(_choice(name, value, goto) for name, value in _ids(fields, "choices")),
        checklist=tuple(Item(name, value.text(), value.where) for name, value in _ids(fields, "checklist")),
        contacts=fields["contacts"].texts() if "contacts" in fields else (),
        phrases=fields["phrases"].texts() if "phrases" in fields else (),
        person=_flag(fields, "person"),
        urgent=_flag(fields, "urgent"),
        optional=_flag(fields, "optional"),
        based_on=fields["based_on"].texts() if "based_on" in fields else (),
    )


def _ids(fields: Mapping[str, Node], name: str) -> list[tuple[str, Node]]:
    if name not in fields:
        return []
    entries = list(fields[name].ids())
    if not entries:
        raise fields[name].wrong(f"“{name}” is empty")
    return entries


def _flag(fields: Mapping[str, Node], name: str) -> bool:
    value = _get(fields, name, "false")
    if value not in ("true", "false"):
        raise fields[name].wrong(f"“{name}” is true or false, not “{value}”")
    return value == "true"


def _choice(choice_id: str, node: Node, goto: str) -> Choice:
    fields = node.fields(("text",), ("icon", "means", "goto"))
    means = _get(fields, "means")
    if means not in ("", "yes", "no"):
        raise fields["means"].wrong(f"“means” is “yes” or “no”, not “{means}”")
    return Choice(
        id=choice_id,
        text=fields["text"].text(),
        icon=_get(fields, "icon"),
        goto=_get(fields, "goto", goto),
        where=node.where,
        means=cast("Any", means),
    )


def read_facts(file: str, topic: str, text: str) -> tuple[dict[str, Fact], dict[str, Contact]]:
    """``facts/<topic>.yaml`` → facts and contacts by full id (``<topic>.<id>``)."""
    fields = parse(file, text).fields((), ("facts", "contacts"))
    facts = {f"{topic}.{name}": _fact(f"{topic}.{name}", node) for name, node in _entries(fields, "facts")}
    contacts = {f"{topic}.{name}": _contact(f"{topic}.{name}", node) for name, node in _entries(fields, "contacts")}
    return facts, contacts


def _entries(fields: Mapping[str, Node], name: str) -> list[tuple[str, Node]]:
    return list(fields[name].ids()) if name in fields else []


def _fact(fact_id: str, node: Node) -> Fact:
    fields = node.fields(
        ("type", "value", "source", "source_date", "confidence", "checked_on"),
        ("review_every", "valid_until", "owner", "note"),
    )
    kind: FactKind = cast("FactKind", _one_of(fields["type"], get_args(FactKind)))
    return Fact(
        id=fact_id,
        kind=kind,
        value=_value(kind, fields["value"]),
        source=fields["source"].text(),
        source_date=fields["source_date"].text(),
        confidence=cast("Any", _one_of(fields["confidence"], ("high", "medium", "low"))),
        checked_on=_date(fields["checked_on"]),
        where=node.where,
        review_every=_int(fields["review_every"]) if "review_every" in fields else None,
        valid_until=_date(fields["valid_until"]) if "valid_until" in fields else None,
        owner=_get(fields, "owner", "editor"),
        note=_get(fields, "note"),
    )


def _value(kind: str, node: Node) -> str | int | Decimal | date:
    if kind in ("days", "age", "number"):
        return _int(node)
    if kind == "date":
        return _date(node)
    if kind == "money":
        try:
            return Decimal(node.text())
        except InvalidOperation as err:
            raise node.wrong(f"money is a number of US dollars such as 2.75, not “{node.text()}”") from err
    value = node.text()
    if not value:
        raise node.wrong("a fact needs a value")
    return value


def _one_of(node: Node, allowed: tuple[str, ...]) -> str:
    if node.text() not in allowed:
        raise node.wrong(f"“{node.text()}” is not known here; known are: {', '.join(allowed)}")
    return node.text()


def _int(node: Node) -> int:
    try:
        return int(node.text())
    except ValueError as err:
        raise node.wrong(f"a whole number is expected here, not “{node.text()}”") from err


def _date(node: Node) -> date:
    try:
        return date.fromisoformat(node.text())
    except ValueError as err:
        raise node.wrong(f"a date is written 2026-11-22, not “{node.text()}”") from err


def _contact(contact_id: str, node: Node) -> Contact:
    fields = node.fields(("name",), ("phone", "address", "hours", "url"))
    parts = {name: _get(fields, name) for name in ("phone", "address", "hours", "url")}
    return Contact(id=contact_id, name=fields["name"].text(), where=node.where, **parts)


def read_city(file: str, city_id: str, text: str) -> City:
    """``city.yaml`` → `City`."""
    root = parse(file, text)
    fields = root.fields(("name", "timezone", "languages", "groups", "office", "person", "emergency"))
    groups = []
    for name, node in fields["groups"].ids():
        group = node.fields(("title", "icon"))
        groups.append(Group(name, group["title"].text(), group["icon"].text()))
    return City(
        id=city_id,
        name=fields["name"].text(),
        timezone=fields["timezone"].text(),
        languages=fields["languages"].texts(),
        groups=tuple(groups),
        office=fields["office"].text(),
        person=fields["person"].texts(),
        emergency={kind: node.texts() for kind, node in fields["emergency"].entries()},
        where=root.where,
    )


def read_pack(city_id: str, files: Mapping[str, str]) -> Pack:
    """All files of ``knowledge/<city>/`` by their path inside it → `Pack`. Raises `Unreadable` at the first complaint."""
    if "city.yaml" not in files:
        raise Unreadable(Where("city.yaml", 1), f"knowledge/{city_id}/ has no city.yaml")
    articles: dict[str, Article] = {}
    facts: dict[str, Fact] = {}
    contacts: dict[str, Contact] = {}
    for path in sorted(files):
        folder, _, name = path.removesuffix(".yaml").rpartition("/")
        if path == "city.yaml":
            continue
        if folder == "articles":
            articles[name] = read_article(path, name, files[path])
        elif folder == "facts":
            more_facts, more_contacts = read_facts(path, name, files[path])
            facts.update(more_facts)
            contacts.update(more_contacts)
        else:
            raise Unreadable(Where(path, 1), "only city.yaml, facts/*.yaml and articles/*.yaml belong here")
    return Pack(read_city("city.yaml", city_id, files["city.yaml"]), articles, facts, contacts)


ANSWERS = (
    "yes", "no", "next", "back", "skip", "stop", "menu", "repeat", "start_over", "help", "person", "language", "greet",
    "thanks", "bye",
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
