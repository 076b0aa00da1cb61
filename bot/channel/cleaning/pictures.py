"""Pictures: a JPEG is taken apart, so that no pixel changes; all others are drawn anew."""

import re
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, ImageSequence, JpegImagePlugin

from bot.channel.cleaning.file import MOST_FRAMES, MOST_PIXELS, CannotClean, number


def jpeg(content: bytes, _kind: str) -> tuple[str, bytes]:
    """An upright picture keeps every pixel; one that only a note in it turns is turned and drawn anew."""
    with _opened(content, "JPEG") as picture:
        upright = picture.getexif().get(0x0112, 1) not in range(2, 9)
        if not upright:
            return "jpg", _turned_jpeg(picture)
    bare = bare_jpeg(content)
    with _opened(bare, "JPEG") as picture:
        picture.load()
    return "jpg", bare


def _turned_jpeg(picture: Image.Image) -> bytes:
    """With the tables of the old one, so that little is lost by packing it again."""
    tables, sampling = getattr(picture, "quantization", None), JpegImagePlugin.get_sampling(picture)
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in {"L", "RGB"} and tables:
        return _packed(turned, "JPEG", qtables=tables, subsampling=sampling)
    return _packed(turned.convert("RGB"), "JPEG", quality=95)


_JPEG_KEPT = {*range(0xC0, 0xC8), *range(0xC9, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD}
_JPEG_DROPPED = {*range(0xE0, 0xF0), 0xFE}
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_JFIF = bytes.fromhex("ffe000104a46494600010100000100010000")


def bare_jpeg(content: bytes) -> bytes:
    """Tables, frames and scans as they are; all notes out, and whatever stands behind the picture."""
    bare, at = bytearray(b"\xff\xd8"), 2
    if content[:2] != bare:
        raise CannotClean
    while content[at + 1] != 0xD9:
        marker, end = content[at + 1], at + 2 + number(content, at + 2, 2)
        segment = content[at:end]
        if content[at] != 0xFF or end > len(content) or end < at + 4:
            raise CannotClean
        at = end
        if marker in _JPEG_KEPT:
            bare += segment
        elif marker == 0xE0 and segment[4:9] == b"JFIF\x00":
            bare += _JFIF
        elif marker == 0xEE and segment[2:9] == b"\x00\x0eAdobe":  # says how the colours are mixed
            bare += segment
        elif marker not in _JPEG_DROPPED:
            raise CannotClean
        if marker == 0xDA:
            following = _JPEG_MARKER.search(content, at)
            if not following:
                raise CannotClean
            bare += content[at : following.start()]
            at = following.start()
    return bytes(bare + b"\xff\xd9")


def png(content: bytes, _kind: str) -> tuple[str, bytes]:
    """The same pixels, drawn anew."""
    with _opened(content, "PNG") as picture:
        return "png", _packed(_still(picture), "PNG")


def tiff(content: bytes, _kind: str) -> tuple[str, bytes]:
    """A picture that every phone shows: a JPEG, or a PNG when a JPEG cannot hold its colours."""
    with _opened(content, "TIFF") as picture:
        drawn = _still(picture)
    if drawn.mode in {"L", "RGB"}:
        return "jpg", _packed(drawn, "JPEG", quality=95)
    return "png", _packed(drawn, "PNG")


def webp(content: bytes, _kind: str) -> tuple[str, bytes]:
    """Still or moving; without loss when it was so before."""
    lossless = b"VP8L" in content[12:64]
    with _opened(content, "WEBP") as picture:
        if getattr(picture, "is_animated", False):
            return "webp", _moving(picture, "WEBP", lossless=lossless, quality=90)
        return "webp", _packed(_still(picture), "WEBP", lossless=lossless, quality=95)


def gif(content: bytes, _kind: str) -> tuple[str, bytes]:
    """All frames, as fast and as often as before."""
    with _opened(content, "GIF") as picture:
        return "gif", _moving(picture, "GIF", disposal=2)


def _opened(content: bytes, form: str) -> Image.Image:
    picture = Image.open(BytesIO(content), formats=[form])
    if picture.width * picture.height > MOST_PIXELS:
        raise CannotClean
    return picture


def _still(picture: Image.Image) -> Image.Image:
    """The pixels, upright. Of several pictures in one file none may get lost, so such a file is refused."""
    if getattr(picture, "n_frames", 1) > 1:
        raise CannotClean
    see_through = "transparency" in picture.info
    turned = ImageOps.exif_transpose(picture)
    if see_through or turned.mode == "PA":
        return turned.convert("RGBA")
    return turned if turned.mode in {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"} else turned.convert("RGB")


def _moving(picture: Image.Image, form: str, **how: object) -> bytes:
    frames: list[Image.Image] = []
    times: list[int] = []
    for frame in ImageSequence.Iterator(picture):
        if len(frames) == MOST_FRAMES or (len(frames) + 1) * picture.width * picture.height > MOST_PIXELS:
            raise CannotClean
        frames.append(frame.convert("RGBA"))
        times.append(int(frame.info.get("duration", 0)))
        frames[-1].info = {}
    again = {"loop": picture.info["loop"]} if "loop" in picture.info else {}
    return _packed(frames[0], form, save_all=True, append_images=frames[1:], duration=times, **again, **how)


def _packed(picture: Image.Image, form: str, **how: Any) -> bytes:  # noqa: ANN401  (Pillow's own signature)
    picture.info = {}  # Pillow writes some of it by itself
    packed = BytesIO()
    picture.save(packed, form, **how)
    return packed.getvalue()
