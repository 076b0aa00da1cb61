"""Links that open an article: what stands behind ``start=`` of a link or a poster.

``<article>__<language>__<place>__<poster>``, the end left out where it is empty: at most 64 letters, digits, ``_`` and ``-``
(https://core.telegram.org/bots/features#deep-linking).
"""

import re
from dataclasses import astuple, dataclass

LONGEST = 64
LONGEST_PLACE = 20
"""Of a place, and of the code of a poster: with an article's id of 24 letters there is room for both."""
_PAYLOAD = re.compile(rf"(?=.{{0,{LONGEST}}}$)[a-z0-9-]*(?:__[A-Za-z0-9-]*){{0,3}}")
_PART = re.compile(rf"[a-z0-9-]{{0,{LONGEST_PLACE}}}")


@dataclass(frozen=True, slots=True)
class Link:
    """An article in a language; ``place`` is where a poster hangs, ``poster`` which one it is."""

    article: str = ""
    language: str = ""
    place: str = ""
    poster: str = ""


def write(link: Link) -> str:
    """The payload of *link*. Raises ``ValueError`` when place or poster cannot stand in one, or when it gets too long."""
    for name in (link.place, link.poster):
        if not _PART.fullmatch(name):
            raise ValueError(f"“{name}” must be at most {LONGEST_PLACE} letters a–z, digits and “-”")
    payload = "__".join(astuple(link)).rstrip("_")
    if not _PAYLOAD.fullmatch(payload):
        raise ValueError(f"“{payload}” must be at most {LONGEST} letters, digits, “_” and “-”")
    return payload


def read(payload: str) -> Link:
    """The inverse of `write`. Whatever nobody of us wrote is an empty link, or one that leads nowhere."""
    if not _PAYLOAD.fullmatch(payload):
        return Link()
    return Link(*payload.split("__"))
