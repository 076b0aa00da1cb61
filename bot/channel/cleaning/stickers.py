"""Animated stickers (.tgs): packed Lottie, https://lottie.github.io/lottie-spec/ says what its keys are."""

import json
import re
import zlib
from gzip import compress
from typing import Any

from bot.channel.cleaning.file import LARGEST_ANIMATION, CannotClean

_LONGER_KEYS = {"layers", "assets", "shapes", "refId", "tgs", "parent", "ddd", "hasMask", "masksProperties", "inv"}
_NAMES = {"nm", "mn", "ln", "cl"}


def tgs(content: bytes, _kind: str) -> tuple[str, bytes]:
    """The same animation without the names of its parts."""
    unpacker = zlib.decompressobj(wbits=31)
    text = unpacker.decompress(content, LARGEST_ANIMATION)
    animation = json.loads(text)
    if not unpacker.eof or "layers" not in animation or "w" not in animation:
        raise CannotClean
    bare = _bare_animation(animation, {})
    return "tgs", compress(json.dumps(bare, separators=(",", ":")).encode(), mtime=0)


def _bare_animation(value: Any, parts: dict[str, str]) -> Any:  # noqa: ANN401  (JSON)
    """Numbers and the short keys of the format; parts that are used again get names of ours."""
    if isinstance(value, list):
        return [_bare_animation(each, parts) for each in value]
    if not isinstance(value, dict):
        if isinstance(value, str):
            raise CannotClean
        return value
    bare = {}
    for key, inner in value.items():
        if not isinstance(inner, str):
            if (re.fullmatch("[a-z]{1,2}", key) and key not in _NAMES) or key in _LONGER_KEYS:
                bare[key] = _bare_animation(inner, parts)
        elif key in {"id", "refId"}:
            bare[key] = parts.setdefault(inner, f"part{len(parts)}")
        elif (key == "ty" and re.fullmatch("[a-z]{2}", inner)) or (key == "v" and re.fullmatch(r"[0-9.]{1,12}", inner)):
            bare[key] = inner
        elif key not in _NAMES:
            raise CannotClean
    return bare
