"""Text with a little shape: bold, telephone links, web links. Every channel draws it in its own way.

Catalogs write ``*bold*`` and ``{name}``. The shape is read from the catalog's text alone, before any value goes in, so
nothing a person typed can ever become a tag, a link or a button: there is nothing to escape and nothing to forget.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

_PIECE = re.compile(r"\*(?P<bold>[^*\n]+)\*|\{(?P<name>[a-z_]+(?::[a-z0-9.\-]+)?)\}")
PLACEHOLDER = re.compile(r"\{([a-z_]+(?::[a-z0-9.\-]+)?)\}")

# Keeps a phone number or a Latin name in reading order inside right-to-left text: https://www.unicode.org/reports/tr9/
ISOLATE_LTR, ISOLATE_END = "\u2066", "\u2069"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with one look. ``link`` is ``tel:+1…`` or ``https://…`` or empty."""

    text: str
    bold: bool = False
    link: str = ""


Text: TypeAlias = tuple[Span, ...]
Value: TypeAlias = str | int | Text


def fill(template: str, values: Mapping[str, Value] | None = None, *, bold: bool = False) -> Text:
    """Read the shape of *template* and put *values* in the place of its ``{names}``.

    Raises ``KeyError`` with the name that has no value: a catalog that asks for it should have been refused by the checks.
    """
    spans: list[Span] = []
    end = 0
    for piece in _PIECE.finditer(template):
        spans.append(Span(template[end : piece.start()], bold))
        end = piece.end()
        if piece["bold"] is not None:
            spans.extend(fill(piece["bold"], values, bold=True))
        else:
            spans.extend(_value((values or {})[piece["name"]], bold))
    spans.append(Span(template[end:], bold))
    return merge(spans)


def _value(value: Value, bold: bool) -> Iterable[Span]:
    if isinstance(value, tuple):
        return (Span(span.text, span.bold or bold, span.link) for span in value)
    return (Span(str(value), bold),)


def merge(spans: Iterable[Span]) -> Text:
    """Join neighbours of the same look and drop empty runs."""
    merged: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        last = merged[-1] if merged else None
        if last and not last.link and not span.link and last.bold == span.bold:
            merged[-1] = Span(last.text + span.text, span.bold)
        else:
            merged.append(span)
    return tuple(merged)


def join(parts: Iterable[Text], between: str = "\n\n") -> Text:
    """Put texts behind one another with *between* in the gaps; empty ones leave no gap."""
    spans: list[Span] = []
    for part in parts:
        if part:
            if spans:
                spans.append(Span(between))
            spans.extend(part)
    return merge(spans)


def plain(text: Text) -> str:
    """The words alone."""
    return "".join(span.text for span in text)


def to_json(text: Text) -> list[list[str | int]]:
    """A compact form for the outbox: ``[text, bold, link]`` each, what is empty left out from the end."""
    return [
        [span.text, int(span.bold), span.link] if span.link else [span.text, 1] if span.bold else [span.text]
        for span in text
    ]


def from_json(data: list[list[str | int]]) -> Text:
    """The inverse of `to_json`."""
    return tuple(Span(str(d[0]), bool(d[1:2] and d[1]), str(d[2]) if len(d) > 2 else "") for d in data)
