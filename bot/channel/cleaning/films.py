"""MP4 and QuickTime: boxes are blanked where they stand, so that every place that is pointed to stays where it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.channel.cleaning.file import CannotClean, number


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


_KIDS = {
    b"": {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"},
    b"moov": {b"mvhd", b"trak"},
    b"trak": {b"tkhd", b"edts", b"mdia"},
    b"edts": {b"elst"},
    b"mdia": {b"mdhd", b"hdlr", b"minf"},
    b"minf": {b"vmhd", b"smhd", b"hdlr", b"dinf", b"stbl"},
    b"dinf": {b"dref"},
    b"stbl": {b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stps", b"stsc", b"stsz", b"stz2", b"stco", b"co64"}
    | {b"sdtp", b"sbgp", b"sgpd"},
    b"wave": {b"frma", b"mp4a", b"esds", b"alac", b"enda"},
}
_IN_SAMPLE = {b"avcC", b"hvcC", b"av1C", b"vpcC", b"dvcC", b"dvvC", b"d263", b"esds", b"dOps", b"dac3", b"dec3"}
_IN_SAMPLE |= {b"alac", b"damr", b"wave", b"chan", b"chnl", b"pasp", b"colr", b"btrt", b"fiel", b"clap"}
_FILM_CODECS = {b"avc1", b"avc3", b"hvc1", b"hev1", b"dvh1", b"dvhe", b"av01", b"vp08", b"vp09", b"mp4v", b"s263"}
_SOUND_CODECS = {b"mp4a", b"Opus", b"alac", b"ac-3", b"ec-3", b"samr", b"sawb", b".mp3", b"lpcm", b"sowt", b"twos"}


def mp4(content: bytes, kind: str) -> tuple[str, bytes]:
    """The tracks that are seen and heard; all other boxes and samples are zeros."""
    data = bytearray(content)
    roots = list(_boxes(data, 0, len(data)))
    films = [box for box in roots if box.kind == b"moov"]
    brand = next((bytes(data[box.body : box.body + 4]) for box in roots if box.kind == b"ftyp"), b"qt  ")
    media = [box for box in roots if box.kind == b"mdat"]
    if len(films) != 1 or len(media) > 64 or any(box.kind == b"moof" for box in roots):
        raise CannotClean
    wanted = {b"soun"} if kind in {"voice", "audio"} else {b"soun", b"vide"}
    kept: set[bytes] = set()
    samples: list[tuple[int, int]] = []
    for track in [box for box in _boxes(data, films[0].body, films[0].end) if box.kind == b"trak"]:
        handler = _inside(data, track, b"mdia", b"hdlr")
        shown = bytes(data[handler.body + 8 : handler.body + 12])
        if shown in wanted:
            kept.add(shown)
            samples += _samples(data, track, media)
        else:  # places, times, texts, a cover
            _blank(data, track)
    _walk(data, _KIDS[b""], 0, len(data))
    if not kept or (kind in {"video", "video_note", "animation"} and b"vide" not in kept):
        raise CannotClean
    _blank_between(data, sorted(samples), media)
    ending = "mov" if brand == b"qt  " else "mp4"
    return (ending if b"vide" in kept else "m4a"), bytes(data)


def _boxes(data: bytearray, at: int, end: int) -> Iterator[_Box]:
    while end - at >= 8:
        size, body = number(data, at), at + 8
        if size == 1:
            size, body = number(data, at + 8, 8), at + 16
        elif size == 0:
            size = end - at
        if size < body - at or at + size > end:
            raise CannotClean
        yield _Box(bytes(data[at + 4 : at + 8]), at, body, at + size)
        at += size
    data[at:end] = bytes(end - at)  # QuickTime ends some lists with four zeros


def _inside(data: bytearray, box: _Box, *path: bytes) -> _Box:
    for kind in path:
        box = next((kid for kid in _boxes(data, box.body, box.end) if kid.kind == kind), _NO_BOX)
        if box is _NO_BOX:
            raise CannotClean
    return box


_NO_BOX = _Box(b"", 0, 0, 0)


def _zero(data: bytearray, start: int, end: int) -> None:
    if start > end:
        raise CannotClean
    data[start:end] = bytes(end - start)


def _blank(data: bytearray, box: _Box) -> None:
    data[box.start + 4 : box.start + 8] = b"free"
    _zero(data, box.body, box.end)


def _walk(data: bytearray, kept: set[bytes], start: int, end: int) -> None:
    for box in _boxes(data, start, end):
        if box.kind == b"mvex":  # the samples are told of elsewhere
            raise CannotClean
        if box.kind not in kept or box.kind in {b"free", b"skip", b"wide"}:
            _blank(data, box)
        elif box.kind in _KIDS:
            _walk(data, _KIDS[box.kind], box.body, box.end)
        else:
            _blank_parts(data, box)


def _blank_parts(data: bytearray, box: _Box) -> None:
    """Of a box that is needed: the dates, the names."""
    if box.kind in {b"mvhd", b"tkhd", b"mdhd"}:
        end = box.body + 4 + (16 if number(data, box.body, 1) == 1 else 8)
        if end > box.end:
            raise CannotClean
        _zero(data, box.body + 4, end)
    elif box.kind == b"hdlr":
        _zero(data, box.body + 12, box.end)
    elif box.kind == b"dref":
        for entry in _boxes(data, box.body + 8, box.end):  # where the samples are: always here, not under a path
            if entry.body + 4 > entry.end:
                raise CannotClean
            _zero(data, entry.body, entry.end)
            data[entry.body + 3] = 1
    elif box.kind == b"stsd":
        for entry in _boxes(data, box.body + 8, box.end):
            _blank_sample(data, entry, newer=data[box.body] == 1)
    elif box.kind == b"colr" and bytes(data[box.body : box.body + 4]) not in {b"nclx", b"nclc"}:
        _blank(data, box)  # the profile of somebody's screen
    elif box.kind == b"ftyp" and box.end - box.start > 256:
        raise CannotClean


def _blank_sample(data: bytearray, entry: _Box, *, newer: bool) -> None:
    if entry.kind in _FILM_CODECS:
        kids = entry.body + 78
        _zero(data, entry.body + 42, entry.body + 74)  # what packed it
    elif entry.kind in _SOUND_CODECS:
        version = number(data, entry.body + 8, 2)
        kids = entry.body + 28 + (0 if newer else {1: 16, 2: 36}.get(version, 0))
    else:
        raise CannotClean
    if kids > entry.end:
        raise CannotClean
    _walk(data, _IN_SAMPLE, kids, entry.end)


def _samples(data: bytearray, track: _Box, media: Sequence[_Box]) -> Iterator[tuple[int, int]]:
    """Where the pictures or the sound of a track lie: chunk by chunk, from, to."""
    table = _inside(data, track, b"mdia", b"minf", b"stbl")
    found = {box.kind: box for box in _boxes(data, table.body, table.end)}
    offsets = found.get(b"stco") or found[b"co64"]
    width, sizes, runs = (4 if b"stco" in found else 8), found[b"stsz"], found[b"stsc"]
    per_chunk = {
        number(data, runs.body + 8 + n * 12): number(data, runs.body + 12 + n * 12)
        for n in range(_count(data, runs, 4, 12))
    }
    each = number(data, sizes.body + 4)
    count = _count(data, sizes, 8, 0 if each else 4)
    if each == 1:  # old QuickTime sound, whose samples are larger than it says
        raise CannotClean
    # Where each sample ends when they are laid end to end.
    ends = [0, *accumulate(number(data, sizes.body + 12 + n * 4) for n in range(0 if each else count))]
    first = now = 0
    for n in range(_count(data, offsets, 4, width)):
        start, now = number(data, offsets.body + 8 + n * width, width), per_chunk.get(n + 1, now)
        last = min(first + now, count)
        size = (last - first) * each if each else ends[last] - ends[first]
        if not any(box.body <= start and start + size <= box.end for box in media):
            raise CannotClean
        first = last
        yield start, start + size
    if first != count:
        raise CannotClean


def _blank_between(data: bytearray, samples: Sequence[tuple[int, int]], media: Sequence[_Box]) -> None:
    """Whatever no track that is kept points to."""
    for box in media:
        at = box.body
        for start, end in samples:
            if box.body <= start < box.end:
                _zero(data, at, max(at, start))
                at = max(at, end)
        _zero(data, at, box.end)


def _count(data: bytearray, box: _Box, at: int, width: int) -> int:
    """How many entries a table says it has, if they fit into it."""
    count = number(data, box.body + at)
    if box.body + at + 4 + count * width > box.end:
        raise CannotClean
    return count
