"""A sentence of the bot's own, marked so that ``make translations`` finds it."""

from typing import NewType

Sentence = NewType("Sentence", str)


def _(english: str) -> Sentence:
    """Marks a sentence so that ``make translations`` finds it."""
    return Sentence(english)
