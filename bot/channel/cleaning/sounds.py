"""Sounds: the packets or frames as they are, without the tags around them. Sound in an MP4 is in `films`."""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channel.cleaning.file import CannotClean


def ogg(content: bytes, _kind: str) -> tuple[str, bytes]:
    """The same packets of one stream, with empty comments."""
    pages = list(_ogg_pages(content))
    first = pages[0].body
    opus = first[:8] == b"OpusHead" and len(first) == (19 if first[18] == 0 else 21 + first[9])
    vorbis = first[:7] == b"\x01vorbis" and len(first) == 30
    if not (opus or vorbis):
        raise CannotClean
    headers, used = _ogg_headers(pages, 2 if opus else 3)
    start, empty = (b"OpusTags", bytes(8)) if opus else (b"\x03vorbis", bytes(8) + b"\x01")
    if headers[0] != first or not headers[1].startswith(start):
        raise CannotClean
    written = [*_ogg_laid([first]), *_ogg_laid([start + empty, *headers[2:]]), *pages[used:]]
    written[0].flags = 2
    return "ogg", b"".join(_ogg_page(page, number) for number, page in enumerate(written))


@dataclass
class _OggPage:
    flags: int
    granule: bytes
    lacing: bytes
    body: bytes


def _ogg_pages(content: bytes) -> Iterator[_OggPage]:
    at = 0
    while at < len(content):
        lacing = content[at + 27 : at + 27 + content[at + 26]]
        start = at + 27 + content[at + 26]
        end = start + sum(lacing)
        flags = content[at + 5]
        if content[at : at + 5] != b"OggS\x00" or end > len(content) or content[at + 14 : at + 18] != content[14:18]:
            raise CannotClean
        if bool(flags & 2) != (at == 0):  # another stream begins
            raise CannotClean
        yield _OggPage(flags & 5, content[at + 6 : at + 14], lacing, content[start:end])
        at = end


def _ogg_headers(pages: Sequence[_OggPage], wanted: int) -> tuple[list[bytes], int]:
    """The first packets, which end with a page, and how many pages they take."""
    packets: list[bytes] = []
    begun, used = b"", 0
    while used < len(pages) and (begun or len(packets) < wanted):
        at = 0
        for length in pages[used].lacing:
            begun += pages[used].body[at : at + length]
            at += length
            if length < 255:
                packets.append(begun)
                begun = b""
        used += 1
    if len(packets) != wanted or begun or used == len(pages) or pages[used].flags & 1:
        raise CannotClean
    return packets, used


def _ogg_laid(packets: Sequence[bytes]) -> Iterator[_OggPage]:
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    body, at = b"".join(packets), 0
    for start in range(0, len(lacing), 255):
        part = lacing[start : start + 255]
        goes_on = start > 0 and lacing[start - 1] == 255
        granule = bytes(8) if min(part) < 255 else b"\xff" * 8  # no packet ends here
        yield _OggPage(int(goes_on), granule, part, body[at : at + sum(part)])
        at += sum(part)


def _ogg_page(page: _OggPage, number: int) -> bytes:
    start = b"OggS\x00" + bytes([page.flags]) + page.granule + (1).to_bytes(4, "little") + number.to_bytes(4, "little")
    rest = bytes([len(page.lacing)]) + page.lacing + page.body
    return start + _ogg_check(start + bytes(4) + rest) + rest


_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _ogg_check(page: bytes) -> bytes:
    """Ogg's CRC is zlib's with all bits mirrored, and from 0 on."""
    return (zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF).to_bytes(4, "big").translate(_MIRRORED)


def mp3(content: bytes, _kind: str) -> tuple[str, bytes]:
    """The frames of sound alone: tags stand before, behind and sometimes between them."""
    kept, at, family, together, lost = bytearray(), 0, b"", False, 0
    while 0 <= at < len(content) - 4 and lost < 200_000:
        length = mp3_frame(content, at)
        after = at + length
        alike = not family or (content[at + 1] & 0xFE, content[at + 2] & 12) == (family[1] & 0xFE, family[2] & 12)
        # A lone frame may be a piece of a picture in a tag: away from the others, another must follow at once.
        if length and alike and after <= len(content) and (together or mp3_frame(content, after)):
            kept += content[at:after]
            family, together, at = family or content[at : at + 4], True, after
            continue
        together, lost = False, lost + 1
        tag = 9 + _synchsafe(content, at + 6) if content[at : at + 3] == b"ID3" else 0
        following = _MP3_START.search(content, at + tag + 1)
        at = following.start() if following else -1
    if not kept or lost == 200_000:
        raise CannotClean
    return "mp3", bytes(kept)


_MP3_START = re.compile(rb"\xff[\xe2-\xff]|ID3")
_MP3_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_SLOW_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def mp3_frame(content: bytes, at: int) -> int:
    """The length of the frame that begins here; 0 when none does. Layer III only."""
    if at + 4 > len(content) or content[at] != 0xFF or content[at + 1] & 0xE6 != 0xE2:
        return 0
    version, rate, speed = content[at + 1] >> 3 & 3, content[at + 2] >> 4, content[at + 2] >> 2 & 3
    if version == 1 or rate in {0, 15} or speed == 3:
        return 0
    bits = (_MP3_RATES if version == 3 else _MP3_SLOW_RATES)[rate] * 1000
    hertz = (44100, 48000, 32000)[speed] // {3: 1, 2: 2, 0: 4}[version]
    return (144 if version == 3 else 72) * bits // hertz + (content[at + 2] >> 1 & 1)


def _synchsafe(content: bytes, at: int) -> int:
    return sum((byte & 127) << shift for byte, shift in zip(content[at : at + 4], (21, 14, 7, 0), strict=False))


def wav(content: bytes, _kind: str) -> tuple[str, bytes]:
    """The form of the sound and the sound."""
    parts, at = {}, 12
    while b"data" not in parts:
        kind, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size
        if at + 8 > len(content) or end > len(content) or (kind == b"fmt " and size > 40):
            raise CannotClean
        parts[kind] = content[at:end] + bytes(size % 2)
        at = end + size % 2
    kept = parts[b"fmt "] + parts[b"data"]
    return "wav", b"RIFF" + (len(kept) + 4).to_bytes(4, "little") + b"WAVE" + kept
