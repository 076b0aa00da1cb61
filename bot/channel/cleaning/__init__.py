"""Makes a file anonymous before it is relayed: what is seen and heard stays, who made it, where and with what goes.

In: the bytes of a file. Out: a `CleanFile` under a name of ours, or `CannotClean`. What a file is, is read off its first
bytes; its name and MIME type are not believed. Nothing here asks a network or writes to a disk; a large picture or PDF
takes seconds of CPU, so the caller uses a thread.

Each form has a list of what is kept; everything else goes. What cannot be taken apart with certainty is refused.
"""

import logging
from collections.abc import Callable

from bot.channel.cleaning.file import CannotClean, CleanFile
from bot.channel.cleaning.films import mp4
from bot.channel.cleaning.papers import pdf
from bot.channel.cleaning.pictures import gif, jpeg, png, tiff, webp
from bot.channel.cleaning.sounds import mp3, mp3_frame, ogg, wav
from bot.channel.cleaning.stickers import tgs
from bot.channel.cleaning.words import is_text, txt

__all__ = ["CannotClean", "CleanFile", "clean"]

# Both tell in their logs what they stumble over, and that is a piece of somebody's file.
for _library in ("PIL", "pypdf"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)


def clean(kind: str, content: bytes, name: str = "", mime: str = "") -> CleanFile:  # noqa: ARG001  (not believed)
    """The same picture, sound, film or paper without a trace of where it is from.

    *kind* is Telegram's: photo, voice, audio, video, video_note, animation, sticker or document. `CannotClean` when the
    content does not go with it, is broken, or is of a form that is not taken apart here.
    """
    form = _form(content)
    if form not in _TAKEN.get(kind, ()):
        raise CannotClean
    try:
        ending, cleaned = _CLEANERS[form](content, kind)
    except Exception:  # noqa: BLE001  (whatever the libraries stumble over, and it may quote the file)
        raise CannotClean from None
    return CleanFile(f"{kind}.{ending}", cleaned)


def _form(content: bytes) -> str:
    if content[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(content[8:12], "")
    if content[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return "mp4"
    if content[:1] == b"\xff" and mp3_frame(content, 0):
        return "mp3"
    started = next((form for start, form in _STARTS if content.startswith(start)), "")
    return started or ("txt" if is_text(content) else "")


_STARTS = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"%PDF-", "pdf"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
    (b"\x1f\x8b", "tgs"),
)
_PICTURES = ("jpg", "png", "webp", "gif", "tif")
_SOUNDS = ("ogg", "mp3", "mp4", "wav")
_TAKEN = {
    "photo": _PICTURES,
    "voice": _SOUNDS,
    "audio": _SOUNDS,
    "video": ("mp4",),
    "video_note": ("mp4",),
    "animation": ("mp4", "gif"),
    "sticker": ("webp", "tgs"),
    "document": (*_PICTURES, *_SOUNDS, "pdf", "txt"),
}
_CLEANERS: dict[str, Callable[[bytes, str], tuple[str, bytes]]] = {
    "jpg": jpeg,
    "png": png,
    "webp": webp,
    "gif": gif,
    "tif": tiff,
    "pdf": pdf,
    "mp4": mp4,
    "ogg": ogg,
    "mp3": mp3,
    "wav": wav,
    "tgs": tgs,
    "txt": txt,
}
