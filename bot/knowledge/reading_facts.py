"""``facts/*.yaml`` → facts with their sources, contacts, events. Takes text and opens nothing."""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, cast, get_args

from bot.knowledge.article import Confidence, Contact, Event, Fact, FactKind, Need, Way, When
from bot.knowledge.nodes import Node, day, days, flag, get, number, one_of, parse

OWNERS = ("editor", "coordinator", "translator", "admin")
"""The roles that can own an article or a fact."""


def read_facts(file: str, topic: str, text: str) -> tuple[dict[str, Fact], dict[str, Contact], dict[str, Event]]:
    """``facts/<topic>.yaml`` → facts, contacts and events by full id (``<topic>.<id>``)."""
    fields = parse(file, text).fields((), ("facts", "contacts", "events"))
    facts = {f"{topic}.{name}": _fact(f"{topic}.{name}", node) for name, node in _entries(fields, "facts")}
    contacts = {f"{topic}.{name}": _contact(f"{topic}.{name}", node) for name, node in _entries(fields, "contacts")}
    events = {f"{topic}.{name}": _event(f"{topic}.{name}", node) for name, node in _entries(fields, "events")}
    return facts, contacts, events


def _entries(fields: Mapping[str, Node], name: str) -> list[tuple[str, Node]]:
    return list(fields[name].ids()) if name in fields else []


def _fact(fact_id: str, node: Node) -> Fact:
    fields = node.fields(
        ("type", "value", "source", "source_date", "confidence", "checked_on"),
        ("review_every", "valid_until", "owner", "note", "at", "ways", "unused"),
    )
    kind: FactKind = cast("FactKind", one_of(fields["type"], get_args(FactKind)))
    if "review_every" not in fields and "valid_until" not in fields:
        raise node.wrong("“review_every” (days) or “valid_until” (a date) is missing: until when may this be shown?")
    if ("ways" in fields) != (kind == "rule"):
        raise node.wrong("“ways” belong to a fact of type rule, and every rule needs them")
    if "at" in fields and kind != "address":
        raise fields["at"].wrong("“at” (latitude, longitude) belongs to an address")
    return Fact(
        id=fact_id,
        kind=kind,
        value=_value(kind, fields["value"]),
        source=fields["source"].text(),
        source_date=fields["source_date"].text(),
        confidence=cast("Any", one_of(fields["confidence"], get_args(Confidence))),
        checked_on=day(fields["checked_on"]),
        where=node.where,
        review_every=days(fields["review_every"]) if "review_every" in fields else None,
        valid_until=day(fields["valid_until"]) if "valid_until" in fields else None,
        owner=one_of(fields["owner"], OWNERS) if "owner" in fields else "editor",
        note=get(fields, "note"),
        at=_position(fields["at"]) if "at" in fields else None,
        ways=tuple(_way(way, fact_id) for way in fields["ways"].items()) if "ways" in fields else (),
        unused=flag(fields, "unused"),
    )


def _way(node: Node, rule_id: str) -> Way:
    needs = tuple(_need(need, rule_id.partition(".")[0]) for need in node.items())
    if not needs:
        raise node.wrong("a way needs at least one line: - [paper, other-paper]")
    named = [paper for need in needs for paper in need.any_of]
    for paper in named:
        if named.count(paper) > 1:
            raise node.wrong(f"“{paper}” stands in two lines of one way: it would count twice; write two ways")
    return Way(needs)


def _need(node: Node, topic: str) -> Need:
    """``[a, b]``: one of these; ``{any: [a, b, c], count: 2}``: two of these. Ids without a topic are of the same file."""
    if node.is_list:
        papers, count = node.texts(), 1
    else:
        fields = node.fields(("any",), ("count",))
        papers, count = fields["any"].texts(), number(fields["count"]) if "count" in fields else 1
    if not 1 <= count <= len(set(papers)):
        raise node.wrong(f"{count} of {len(set(papers))} papers cannot be")
    return Need(tuple(paper if "." in paper else f"{topic}.{paper}" for paper in papers), count)


def _position(node: Node) -> tuple[float, float]:
    latitude, _, longitude = node.text().partition(",")
    try:
        place = float(latitude), float(longitude)
    except ValueError as err:
        raise node.wrong(f"a place is written 39.7405, -104.8363, not “{node.text()}”") from err
    if not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
        raise node.wrong(f"“{node.text()}” is no place on earth: latitude first, then longitude")
    return place


_WHEN = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d)(?:-(\d\d:\d\d))?)?")


def _when(node: Node) -> When:
    match = _WHEN.fullmatch(node.text())
    try:
        if match:
            day, starts, ends = match.groups()
            clock = [time.fromisoformat(text) if text else None for text in (starts, ends)]
            return When(date.fromisoformat(day), *clock)
    except ValueError:
        pass
    raise node.wrong(f"a day with a time is written 2027-06-12 15:00-22:00, not “{node.text()}”")


def _value(kind: FactKind, node: Node) -> str | int | Decimal | date | When:
    if kind in ("days", "age", "number"):
        return number(node)
    if kind == "date":
        return day(node)
    if kind == "when":
        return _when(node)
    if kind == "money":
        try:
            return Decimal(node.text())
        except InvalidOperation as err:
            raise node.wrong(f"money is a number such as 2.75, not “{node.text()}”") from err
    value = node.text()
    if not value:
        raise node.wrong("a fact needs a value")
    return value


def _contact(contact_id: str, node: Node) -> Contact:
    fields = node.fields(("name",), ("phone", "address", "hours", "url", "area", "speaks"))
    parts = {name: get(fields, name) for name in ("phone", "address", "hours", "url", "area")}
    speaks = fields["speaks"].texts() if "speaks" in fields else ()
    return Contact(id=contact_id, name=fields["name"].text(), where=node.where, speaks=speaks, **parts)


def _event(event_id: str, node: Node) -> Event:
    fields = node.fields(("name", "when"), ("address", "url"))
    parts = {name: get(fields, name) for name in ("name", "when", "address", "url")}
    return Event(id=event_id, where=node.where, **parts)
