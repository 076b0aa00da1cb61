"""What a button means, and how it is written into the 64 bytes that Telegram gives a button.

Buttons live as long as the chat: one pressed a year later is still read, and what it points at may be gone. So a button
says where it belongs (article and step), and `bot.conversation.respond` compares that with where the person is now.
"""

from dataclasses import dataclass, fields
from typing import TypeAlias

MAX_BYTES = 64
"""https://core.telegram.org/bots/api#inlinekeyboardbutton: callback_data, 1–64 bytes."""


@dataclass(frozen=True, slots=True)
class Choose:
    """An answer to a step's question."""

    article: str
    step: str
    choice: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of a checklist, ticked or unticked."""

    article: str
    step: str
    item: str


@dataclass(frozen=True, slots=True)
class Next:
    """On to the next step."""

    article: str
    step: str


@dataclass(frozen=True, slots=True)
class Back:
    """To the step before."""

    article: str
    step: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Past an optional step."""

    article: str
    step: str


@dataclass(frozen=True, slots=True)
class Open:
    """Begin an article."""

    article: str


@dataclass(frozen=True, slots=True)
class Restart:
    """Begin an article again from its first step."""

    article: str


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu, or one group of it."""

    group: str = ""


@dataclass(frozen=True, slots=True)
class Speak:
    """Speak this language from now on; empty: show the languages."""

    language: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """How to reach a person."""


@dataclass(frozen=True, slots=True)
class Continue:
    """Go on with the flow of *article*, open or waiting aside; empty: with whatever is open."""

    article: str = ""


@dataclass(frozen=True, slots=True)
class Neither:
    """None of the offered articles."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete everything (``yes``) or keep it (``no``)."""

    answer: str


Press: TypeAlias = (
    Choose | Tick | Next | Back | Skip | Open | Restart | Menu | Speak | Person | Continue | Neither | Forget
)

_CODES: dict[str, type[Press]] = {
    "c": Choose, "t": Tick, "n": Next, "b": Back, "k": Skip, "a": Open, "s": Restart, "m": Menu, "l": Speak,
    "p": Person, "g": Continue, "x": Neither, "f": Forget,
}  # fmt: skip
_LETTERS = {kind: letter for letter, kind in _CODES.items()}


def write(press: Press) -> str:
    """The data of a button. The checks keep ids short enough for `MAX_BYTES`."""
    values = [getattr(press, field.name) for field in fields(press)]
    return "|".join([_LETTERS[type(press)], *values])


def read(data: str) -> Press | None:
    """The inverse of `write`; ``None`` for anything we never wrote."""
    letter, *values = data.split("|")
    kind = _CODES.get(letter)
    if kind is None or len(values) != len(fields(kind)):
        return None
    return kind(*values)
