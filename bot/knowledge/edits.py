"""Whether a changed English sentence still means the same, so that its translations may stay.

A corrected slip of the pen keeps them: nobody who reads Amharic should lose a sentence over an English comma. Whatever may
have changed the meaning does not: a wrong sentence in one's own language is worse than an English one. In doubt it has changed.
"""

import re
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher

from rapidfuzz.distance import OSA

from bot.richtext import PLACEHOLDER

_WORD = re.compile(r"\{[^{}\s]+\}|\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|(?<=\bno)[.,;:]|(?<=\bnot)[.,;:]"
                   r"|[^\w\s*.,;:!()\"“”'’–—-]")  # fmt: skip
"""Placeholders, numbers, words, and signs that say something: emoji, “?”, “%”, “$”, “/”, and what stands behind “no”."""
_UP_TO = re.compile(r"(?<=\d)\s*[-–—]\s*(?=\d)")
_NO_MATTER = frozenset({"a", "an", "the"})
_SHORT_FORMS = (
    ("can't", "can not"), ("cannot", "can not"), ("won't", "will not"), ("n't", " not"), ("'re", " are"), ("'m", " am"),
    ("'ll", " will"), ("it's", "it is"), ("that's", "that is"), ("what's", "what is"), ("let's", "let us"),
)  # fmt: skip
_SHORTEST_SLIP = 4
"""Letters from which on a word that differs by one letter is taken for the same word, spelt rightly."""


def _words(text: str) -> list[str]:
    """The words of *text* that carry its meaning, in order; each twice in a row only once."""
    text = text.casefold().replace("’", "'").replace("\ufe0f", "")
    for short, full in _SHORT_FORMS:
        text = text.replace(short, full)
    found: list[str] = []
    for word in _WORD.findall(_UP_TO.sub(" to ", text)):
        if word not in _NO_MATTER and (not found or found[-1] != word or not word.isalpha()):
            found.append(word)
    return found


def means_the_same(before: str, after: str, known: AbstractSet[str]) -> bool:
    """Whether only spelling, signs or small words changed from *before* to *after*.

    *known*: words that are spelt rightly, as `vocabulary` finds them. A word that stands there was no slip of the pen.
    """
    if sorted(PLACEHOLDER.findall(before)) != sorted(PLACEHOLDER.findall(after)):
        return False
    old, new = _words(before), _words(after)
    for kind, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        gone, come = old[from_old:to_old], new[from_new:to_new]
        if "".join(gone) == "".join(come) and _all_letters(gone) and _all_letters(come):
            continue  # written apart or together
        if len(gone) != len(come) or not all(_was_a_slip(*pair, known) for pair in zip(gone, come, strict=True)):
            return False
    return True


def _all_letters(words: list[str]) -> bool:
    return all(word.isalpha() for word in words)


def _was_a_slip(gone: str, come: str, known: AbstractSet[str]) -> bool:
    if not gone.isalpha() or not come.isalpha() or gone in known or len(come) < _SHORTEST_SLIP:
        return False
    one_or_many = come in {f"{gone}s", gone.removesuffix("s")}
    return gone[0] == come[0] and OSA.distance(gone, come) == 1 and not one_or_many


def vocabulary(texts: AbstractSet[str]) -> frozenset[str]:
    """The words of *texts*: what stands there now is spelt rightly."""
    return frozenset(word for text in texts for word in _words(text) if word.isalpha())
