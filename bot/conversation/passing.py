"""What goes from one side of a case to the other: the words cut of private numbers, and nothing that says who sent them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from bot.conversation.message import Attachment, Heard, Sent
from bot.conversation.privacy import clean

LARGEST = 20 * 1024 * 1024
"""Bytes. A bot may fetch no larger file: https://core.telegram.org/bots/api#getfile"""

Why: TypeAlias = Literal["kind", "own-contact", "large"]


@dataclass(frozen=True, slots=True)
class Passed:
    """One message for the other side. ``ref`` and ``answers`` are the sender's numbers of it and of what it replies to."""

    text: str = ""
    attachment: Attachment | None = None
    edited: bool = False
    urgent: bool = False
    cut: bool = False
    ref: str = ""
    answers: str = ""

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> "Passed":
        """The inverse of `to_json`."""
        data = json.loads(line)
        attachment = data.pop("attachment")
        return cls(**data, attachment=Attachment(**attachment) if attachment else None)


def in_bundles(held: Sequence[Passed]) -> list[list[int]]:
    """The places of what may go in one message, in order: words in a row. A file goes alone; so does danger, marked."""
    bundles: list[list[int]] = []
    for place, passed in enumerate(held):
        if place and _joins(held[place - 1]) and _joins(passed):
            bundles[-1].append(place)
        else:
            bundles.append([place])
    return bundles


def _joins(passed: Passed) -> bool:
    return not passed.attachment and not passed.urgent and not passed.edited


@dataclass(frozen=True, slots=True)
class NotPassed:
    """It cannot be passed on, and why."""

    why: Why


def passed(message: Heard | Sent, *, urgent: bool = False) -> Passed | NotPassed:
    """*message* as the other side may see it. Whoever sent a contact of their own is told why it stays here."""
    text = message.text if isinstance(message, Heard) else message.caption
    cleaned = clean(text)
    attachment = None
    if isinstance(message, Sent):
        attachment = message.attachment
        if attachment is None and not text:
            return NotPassed("kind")
        if attachment and attachment.own:
            return NotPassed("own-contact")
        if attachment and attachment.size > LARGEST:
            return NotPassed("large")
    return Passed(
        cleaned.text, attachment, message.edited, urgent, bool(cleaned.cut), message.ref, message.answers
    )  # fmt: skip
