"""What all forms have in common: the clean file, the refusal, the limits, the reading of numbers."""

from dataclasses import dataclass, field

MOST_PIXELS = 50_000_000
"""Of all frames together. A pixel takes four bytes of memory, twice while a picture is turned."""
MOST_FRAMES = 1000
"""Of one moving picture."""
MOST_PAGES = 500
"""Of one PDF."""
MOST_OBJECTS = 200_000
"""That the pages of one PDF lead to."""
LARGEST_TEXT = 200_000
"""Bytes of a plain text."""
LARGEST_ANIMATION = 4 * 1024 * 1024
"""Bytes of an animated sticker when unpacked; Telegram takes 64 KB packed."""


class CannotClean(Exception):
    """A file cannot be made anonymous, so it is not passed on."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True)
class CleanFile:
    """A file that says nothing of who sent it."""

    name: str
    content: bytes = field(repr=False)


def number(content: bytes | bytearray, at: int, size: int = 4) -> int:
    """A number of *size* bytes, the largest byte first."""
    if at + size > len(content):
        raise CannotClean
    return int.from_bytes(content[at : at + size], "big")
