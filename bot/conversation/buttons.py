"""What a button means, and how it is written into the 64 bytes that Telegram gives a button.

Buttons live as long as the chat: one pressed a year later is still read, and what it points at may be gone. So a button
says where it belongs (article and step), and `bot.conversation.respond` compares that with where the person is now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Source:
    """Where a step is known from."""

    article: str
    step: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Something of a step to keep on the phone; ``what``: which, as `bot.conversation.keeping` names it; empty: ask."""

    article: str
    step: str
    what: str


@dataclass(frozen=True, slots=True)
class Hide:
    """Take away what the bot said, so that nobody who looks at the phone sees it."""


# --- a helper. ``case`` is the number of the case the button belongs to: an older one's must not act on a newer one ---


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for a helper, because of a danger or a topic that a person should see: ``alarm``, ``step``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Agree:
    """A helper may see what was shown."""

    case: str


@dataclass(frozen=True, slots=True)
class Decline:
    """No helper, or none any more."""

    case: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A ``woman``, a ``man``, or somebody from an ``other`` community."""

    case: str
    wish: str


@dataclass(frozen=True, slots=True)
class Also:
    """A language that the newcomer speaks as well."""

    case: str
    language: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of offices where people answer."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How it was: 1 bad, 2 so-so, 3 good."""

    case: str
    face: str


@dataclass(frozen=True, slots=True)
class Again:
    """The same helper again."""

    case: str


Press: TypeAlias = (
    Choose | Tick | Next | Back | Skip | Open | Restart | Menu | Speak | Person | Continue | Neither | Forget
    | Source | Keep | Hide | Ask | Agree | Decline | Wish | Also | Numbers | Rate | Again
)  # fmt: skip


class Code:
    """Writes dataclasses of texts as ``letter|value|…`` and reads them again."""

    def __init__(self, kinds: Mapping[str, type[Any]]) -> None:
        self._kinds = kinds
        self._letters = {kind: letter for letter, kind in kinds.items()}

    def write(self, press: Any) -> str:  # noqa: ANN401  (one of the kinds)
        """The data of a button. The checks keep ids short enough for `MAX_BYTES`."""
        values = [getattr(press, field.name) for field in fields(press)]
        return "|".join([self._letters[type(press)], *values])

    def read(self, data: str) -> Any:  # noqa: ANN401  (one of the kinds)
        """The inverse of `write`; ``None`` for anything we never wrote."""
        letter, *values = data.split("|")
        kind = self._kinds.get(letter)
        if kind is None or len(values) != len(fields(kind)):
            return None
        return kind(*values)


_CODE = Code({
    "c": Choose, "t": Tick, "n": Next, "b": Back, "k": Skip, "a": Open, "s": Restart, "m": Menu, "l": Speak,
    "p": Person, "g": Continue, "x": Neither, "f": Forget, "z": Ask, "y": Agree, "o": Decline, "w": Wish, "v": Also,
    "i": Source, "e": Keep, "d": Hide, "q": Numbers, "r": Rate, "h": Again,
})  # fmt: skip


def write(press: Press) -> str:
    """The data of a button."""
    return _CODE.write(press)


def read(data: str) -> Press | None:
    """The inverse of `write`; ``None`` for anything we never wrote."""
    pressed: Press | None = _CODE.read(data)
    return pressed
