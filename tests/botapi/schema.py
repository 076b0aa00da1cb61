"""Checks calls, results and updates against the published description of the Bot API (``schema.json``).

In: decoded JSON values, or the raw strings of a form. Out: nothing when all is well, else a line saying where and what.
Every checker is compiled once, so a check costs a few dictionary look-ups.

The description knows names, types and what is required. It does not know which ``type`` word goes with which
member of a union (``MenuButtonCommands`` is ``{"type": "commands"}``); ``Schema._variants`` takes it from the name.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]
#: What is wrong with a value, as "where what", or None.
Checker = Callable[[Any], str | None]

_UNIONS_WITH_WORDS = {
    "BotCommandScope": "type",
    "ChatMember": "status",
    "InputMedia": "type",
    "MenuButton": "type",
    "MessageOrigin": "type",
    "ReactionType": "type",
}
_IRREGULAR_WORDS = {"ChatMemberOwner": "creator", "ChatMemberBanned": "kicked"}
_TRUE = {"true", "True", "1"}
_FALSE = {"false", "False", "0"}


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart call."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a call is not a call of this API."""

    what: str
    code: int = 400


def _integer(value: Any) -> str | None:
    return None if type(value) is int else f" is {_shown(value)}, not an Integer"


def _float(value: Any) -> str | None:
    return None if type(value) in (int, float) else f" is {_shown(value)}, not a Float"


def _boolean(value: Any) -> str | None:
    return None if type(value) is bool else f" is {_shown(value)}, not a Boolean"


def _string(value: Any) -> str | None:
    return None if isinstance(value, str) else f" is {_shown(value)}, not a String"


def _input_file(value: Any) -> str | None:
    if isinstance(value, Upload) or (isinstance(value, str) and value.startswith("attach://")):
        return None
    return f" is {_shown(value)}, not an uploaded file"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _list_of(item: Checker) -> Checker:
    def check(value: Any) -> str | None:
        if type(value) is not list:
            return f" is {_shown(value)}, not an Array"
        for place, element in enumerate(value):
            wrong = item(element)
            if wrong is not None:
                return f"[{place}]{wrong}"
        return None

    return check


def _any_of(checkers: list[Checker]) -> Checker:
    if len(checkers) == 1:
        return checkers[0]

    def check(value: Any) -> str | None:
        wrong = None
        for checker in checkers:
            wrong = checker(value)
            if wrong is None:
                return None
        return wrong

    return check


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Method:
    """One method of the API: decodes a call's parameters and checks them, and checks its result."""

    def __init__(self, name: str, fields: Mapping[str, tuple[list[str], Checker, bool]], result: Checker) -> None:
        self.name = name
        self._fields = fields
        self._required = [field for field, (_, _, required) in fields.items() if required]
        self._result = result

    def decode(self, raw: Mapping[str, Any]) -> Json | Complaint:
        """Raw parameters (strings of a form, or JSON values) → typed parameters, or the first complaint.

        Like the real server, a top-level parameter may always come as text ("chat_id": "42"); nested values may not.
        """
        decoded: Json = {}
        for name, value in raw.items():
            field = self._fields.get(name)
            if field is None:
                if isinstance(value, Upload):
                    continue  # Named by attach://<name> in another parameter.
                return Complaint(f"{self.name}: there is no parameter {name!r}")
            types, checker, _ = field
            try:
                typed = _from_text(types, value) if isinstance(value, str) else value
            except ValueError:
                return Complaint(f"{self.name}: {name} is {_shown(value)}, not {' or '.join(types)}")
            wrong = checker(typed)
            if wrong is not None:
                return Complaint(f"{self.name}: {name}{wrong}")
            decoded[name] = typed
        for name in self._required:
            if name not in decoded:
                return Complaint(f"{self.name}: parameter {name!r} is required")
        return decoded

    def wrong_result(self, result: Any) -> str | None:
        """What is wrong with an answer of ours, or None."""
        wrong = self._result(result)
        return None if wrong is None else f"{self.name}: result{wrong}"


def _from_text(types: list[str], text: str) -> Any:
    """A form's text as one of ``types``; ValueError when it is none of them."""
    first = types[0]
    if first == "Integer":
        return _chat_from_text(text) if "String" in types else int(text)
    if "String" in types or first == "InputFile":
        return text
    if first == "Float":
        return float(text)
    if first == "Boolean":
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        raise ValueError(text)
    return json.loads(text)


def _chat_from_text(text: str) -> int | str:
    """Chat ids are numbers or @names and nothing else."""
    return text if text.startswith("@") else int(text)


class Schema:
    """The whole description, compiled."""

    def __init__(self, description: Json) -> None:
        self.version: str = description["version"]
        self._types: dict[str, Json] = description["types"]
        self._checkers: dict[str, Checker] = {
            "Integer": _integer,
            "Float": _float,
            "Boolean": _boolean,
            "String": _string,
            "InputFile": _input_file,
        }
        self._methods = {name.lower(): self._method(name, spec) for name, spec in description["methods"].items()}
        self._update = self._checker("Update")

    def method(self, name: str) -> Method | None:
        """A method by its name, in any case, as the real server takes it."""
        return self._methods.get(name.lower())

    @property
    def method_names(self) -> list[str]:
        """Every method of the API, as the documentation spells it."""
        return [method.name for method in self._methods.values()]

    @property
    def update_kinds(self) -> frozenset[str]:
        """The names ``allowed_updates`` may hold."""
        return frozenset(field["name"] for field in self._types["Update"]["fields"]) - {"update_id"}

    def wrong_value(self, type_name: str, value: Any) -> str | None:
        """What is wrong with a value of this type, or None."""
        wrong = self._checker(type_name)(value)
        return None if wrong is None else f"{type_name}{wrong}"

    def wrong_update(self, update: Json) -> str | None:
        """What is wrong with an update of ours, or None."""
        wrong = self._update(update)
        return None if wrong is None else f"update{wrong}"

    def _method(self, name: str, spec: Json) -> Method:
        fields = {
            field["name"]: (field["types"], self._union(field["types"]), field["required"]) for field in spec["fields"]
        }
        return Method(name, fields, self._union(spec["returns"]))

    def _union(self, names: list[str]) -> Checker:
        return _any_of([self._checker(name) for name in names])

    def _checker(self, name: str) -> Checker:
        known = self._checkers.get(name)
        if known is not None:
            return known
        if name.startswith("Array of "):
            made = _list_of(self._checker(name.removeprefix("Array of ")))
        else:
            # Types contain each other (a Message holds a Message), so the name is taken before the checker is made.
            self._checkers[name] = lambda value: self._checkers[name](value)  # noqa: PLW0108 - looked up when called
            spec = self._types[name]
            made = (
                self._variants(name, spec["subtypes"]) if "subtypes" in spec else self._object(spec.get("fields", []))
            )
        self._checkers[name] = made
        return made

    def _object(self, specs: list[Json]) -> Checker:
        fields = {spec["name"]: self._late_union(spec["types"]) for spec in specs}
        required = [spec["name"] for spec in specs if spec["required"]]

        def check(value: Any) -> str | None:
            if type(value) is not dict:
                return f" is {_shown(value)}, not an object"
            for name, inner in value.items():
                checker = fields.get(name)
                if checker is None:
                    return f" has an unknown field {name!r}"
                wrong = checker(inner)
                if wrong is not None:
                    return f".{name}{wrong}"
            for name in required:
                if name not in value:
                    return f" lacks the required field {name!r}"
            return None

        return check

    def _late_union(self, names: list[str]) -> Checker:
        """Like ``_union``, but compiled at the first use: the description's types are many and circular."""
        compiled: Checker | None = None

        def check(value: Any) -> str | None:
            nonlocal compiled
            if compiled is None:
                compiled = self._union(names)
            return compiled(value)

        return check

    def _variants(self, name: str, subtypes: list[str]) -> Checker:
        field = _UNIONS_WITH_WORDS.get(name)
        if field is None:
            return self._union(subtypes)
        by_word = {_IRREGULAR_WORDS.get(sub, _snake(sub.removeprefix(name))): self._checker(sub) for sub in subtypes}

        def check(value: Any) -> str | None:
            if type(value) is not dict:
                return f" is {_shown(value)}, not an object"
            checker = by_word.get(value.get(field, ""))
            if checker is None:
                return f".{field} is {_shown(value.get(field))}, not one of {', '.join(sorted(by_word))}"
            return checker(value)

        return check


@cache
def published() -> Schema:
    """The description that lies beside this file."""
    return Schema(json.loads((Path(__file__).parent / "schema.json").read_text(encoding="utf-8")))
