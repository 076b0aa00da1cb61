"""YAML values that know where they stand: the text of a city pack before anything is made of it.

Every complaint names the file and the line, says what is wrong and what would be right.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import yaml

from bot.knowledge.article import Where

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


LONGEST_ID = 24


def is_id(name: str) -> bool:
    """Whether *name* can be an id."""
    return bool(_ID.fullmatch(name)) and len(name) <= LONGEST_ID


class Unreadable(Exception):
    """A file of the city pack is not written as it must be. ``where`` says which file and line, ``what`` the trouble."""

    def __init__(self, where: Where, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


class Unfinished(Unreadable):
    """Some places of the pack are still open: the message has a line for each, the attributes tell the first."""

    def __init__(self, places: Sequence[tuple[Where, str]]) -> None:
        super().__init__(*places[0])
        self.args = ("\n".join(f"{where}: still open: {what}".removesuffix(": ") for where, what in places),)


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

    @property
    def is_list(self) -> bool:
        """Whether a list is written here."""
        return isinstance(self._node, yaml.SequenceNode)

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
            if not is_id(name):
                raise value.wrong(f"“{name}” cannot be an id: use a–z, 0–9 and “-”, at most {LONGEST_ID} characters")
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
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        raise Unreadable(Where(file, mark.line + 1 if mark else 1), f"this is not YAML: {err.problem}") from err
    except yaml.YAMLError as err:
        raise Unreadable(Where(file, 1), f"this is not YAML: {err}") from err
    if root is None:
        raise Unreadable(Where(file, 1), "the file is empty")
    return Node(file, root)


# --- values of a mapping ---


def get(fields: Mapping[str, Node], name: str, default: str = "") -> str:
    """The text of a field; *default* when it is not there."""
    return fields[name].text() if name in fields else default


def ids_in(fields: Mapping[str, Node], name: str) -> list[tuple[str, Node]]:
    """The entries of a field whose keys are ids; none when it is not there."""
    if name not in fields:
        return []
    entries = list(fields[name].ids())
    if not entries:
        raise fields[name].wrong(f"“{name}” is empty")
    return entries


def flag(fields: Mapping[str, Node], name: str) -> bool:
    """Whether a field says true; false when it is not there."""
    value = get(fields, name, "false")
    if value not in ("true", "false"):
        raise fields[name].wrong(f"“{name}” is true or false, not “{value}”")
    return value == "true"


def one_of(node: Node, allowed: tuple[str, ...]) -> str:
    """The text of *node*, which must be one of *allowed*."""
    if node.text() not in allowed:
        raise node.wrong(f"“{node.text()}” is not known here; known are: {', '.join(allowed)}")
    return node.text()


def number(node: Node) -> int:
    """A whole number."""
    try:
        return int(node.text())
    except ValueError as err:
        raise node.wrong(f"a whole number is expected here, not “{node.text()}”") from err


def days(node: Node) -> int:
    """A number of days, at least one."""
    if number(node) < 1:
        raise node.wrong("at least one day is expected here")
    return number(node)


def day(node: Node) -> date:
    """A date."""
    try:
        return date.fromisoformat(node.text())
    except ValueError as err:
        raise node.wrong(f"a date is written 2026-11-22, not “{node.text()}”") from err
