"""Plain text: there is nothing in it but its words, and of those the numbers of papers and cards are cut out."""

from bot.channel.cleaning.file import LARGEST_TEXT, CannotClean
from bot.conversation.privacy import clean

_NO_PROSE = ("<", "{", "[", "BEGIN:")
"""How a drawing, data, a calendar or a card of a person begins: text that people do not see as it is."""


def is_text(content: bytes) -> bool:
    """Whether *content* is nothing but words and line breaks."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    if not text.strip() or text.lstrip("\ufeff \n\r\t").startswith(_NO_PROSE):
        return False
    return all(letter.isprintable() or letter in "\n\r\t\u200c\u200d\u2066\u2069" for letter in text)


def txt(content: bytes, _kind: str) -> tuple[str, bytes]:
    """The same words without private numbers."""
    if len(content) > LARGEST_TEXT:
        raise CannotClean
    return "txt", clean(content.decode()).text.encode()
