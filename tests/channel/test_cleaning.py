"""Files that are relayed: who made them, where and with what is gone; what is seen and heard is still there.

In every place that a form has for it, a name and a place on earth are planted; none of it may come out.
"""

import base64
import gzip
import io
import json
import struct
import zlib

import mutagen.apev2
import mutagen.id3
import mutagen.mp3
import mutagen.mp4
import mutagen.ogg
import mutagen.oggopus
import mutagen.oggvorbis
import mutagen.wave
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    RectangleObject,
    StreamObject,
    TextStringObject,
)

from bot.channel.cleaning import CannotClean, CleanFile, clean, papers, pictures

NAME = "Juana Quispe"
PLACE = "39.7294,-104.8319"
SECRETS = ("Quispe", "39.7294", "104.8319")
WHO = f"{NAME} {PLACE}"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><creator>{WHO}</creator></x:xmpmeta>'
FILE = f"{NAME} passport.bin"


def traces(content: bytes) -> set[str]:
    """Which of the planted words are in *content*, in whatever letters."""
    lower = content.lower()
    found = set()
    for secret in SECRETS:
        ways = [secret.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")]
        ways += [way.hex().encode() for way in ways]
        for shift in range(3):  # the letters of base64 that stand for this word alone
            letters = base64.b64encode(bytes(shift) + secret.encode())
            ways.append(letters[-(-shift * 8 // 6) : (shift + len(secret)) * 8 // 6])
        if any(way.lower() in lower for way in ways):
            found.add(secret)
    return found


def cleaned(kind: str, content: bytes, name: str) -> bytes:
    """What comes out, after the checks that hold for every form. What goes in must tell of somebody: else no check is one."""
    assert traces(content) >= {"Quispe"}, "nothing was planted"
    file = clean(kind, content, FILE, f"text/{NAME}")
    assert file.name == name
    assert not traces(file.content) | traces(repr(file).encode())
    assert clean(kind, file.content) == file or name.endswith((".webp", ".gif", ".pdf")), "once is enough"
    return file.content


# -- pictures


def corners() -> Image.Image:
    """64 × 32: red above left, green above right, blue below left, white below right."""
    picture = Image.new("RGB", (64, 32), "white")
    picture.paste("red", (0, 0, 32, 16))
    picture.paste("lime", (32, 0, 64, 16))
    picture.paste("blue", (0, 16, 32, 32))
    return picture


def told(picture: Image.Image) -> str:
    """The colours of the four corners, in reading order."""
    seen = picture.convert("RGB")
    wide, high = seen.size
    names = {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 1): "white"}
    places = ((4, 4), (wide - 5, 4), (4, high - 5), (wide - 5, high - 5))
    return " ".join(names[tuple(round(part / 255) for part in seen.getpixel(place))] for place in places)  # type: ignore[union-attr]


def exif(orientation: int) -> bytes:
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x013B] = notes[0x010E] = notes[0x8298] = WHO
    notes.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + WHO.encode()
    notes.get_ifd(0x8825).update({1: "N", 2: (39.0, 43.0, 45.8), 3: "W", 4: (104.0, 49.0, 54.8), 29: PLACE})
    return notes.tobytes()


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def jpeg(orientation: int = 1, picture: Image.Image | None = None, **how: object) -> bytes:
    """A photo with everything that can be noted in it."""
    packed = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (picture or corners()).save(
        packed, "JPEG", quality=90, exif=exif(orientation), comment=WHO, icc_profile=profile, dpi=(72, 72), **how
    )
    more = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP.encode())
    more += segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x12\x1c\x02\x50\0\x0c" + NAME.encode())
    more += segment(0xE0, b"JFXX\0\x10" + WHO.encode()) + segment(0xFE, WHO.encode("utf-16-le"))
    return packed.getvalue()[:2] + more + packed.getvalue()[2:] + WHO.encode()


def png() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", WHO)
    notes.add_text("Comment", WHO, zip=True)
    notes.add_itxt("XML:com.adobe.xmp", XMP)
    packed = io.BytesIO()
    corners().save(packed, "PNG", pnginfo=notes, exif=exif(1))
    return packed.getvalue() + WHO.encode()


def webp(**how: object) -> bytes:
    packed = io.BytesIO()
    corners().convert("RGBA").save(packed, "WEBP", exif=exif(1), xmp=XMP.encode(), **how)
    return packed.getvalue()


def gif() -> bytes:
    packed = io.BytesIO()
    frames = [corners(), corners().rotate(180), Image.new("RGB", (64, 32), "red")]
    frames[0].save(
        packed, "GIF", save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=3, comment=WHO
    )
    return packed.getvalue() + WHO.encode()


def tiff(picture: Image.Image, orientation: int = 1, **how: object) -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[315] = tags[270] = WHO
    tags[274] = orientation
    tags[700] = XMP.encode()
    packed = io.BytesIO()
    picture.save(packed, "TIFF", tiffinfo=tags, **how)
    return packed.getvalue()


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}])
@pytest.mark.parametrize("kind", ["photo", "document"])
def test_an_upright_photo_keeps_every_pixel(how: dict[str, object], kind: str) -> None:
    before = jpeg(**how)
    after = cleaned(kind, before, f"{kind}.jpg")
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        assert new.tobytes() == old.tobytes()
        assert not new.getexif()
        assert set(new.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    assert after.endswith(b"\xff\xd9")


@pytest.mark.parametrize(
    ("orientation", "wanted"),
    [
        (2, "green red white blue"),
        (3, "white blue green red"),
        (4, "blue white red green"),
        (5, "red blue green white"),
        (6, "blue red white green"),
        (7, "white green blue red"),
        (8, "green white red blue"),
    ],
)
def test_a_photo_that_a_note_turns_is_turned(orientation: int, wanted: str) -> None:
    with Image.open(io.BytesIO(cleaned("photo", jpeg(orientation), "photo.jpg"))) as new:
        assert told(new) == wanted
        assert new.size == ((32, 64) if orientation > 4 else (64, 32))
        assert not new.getexif()


def test_little_is_lost_by_turning() -> None:
    slope = Image.linear_gradient("L")
    before = jpeg(3, Image.merge("RGB", (slope, slope.rotate(90), slope.rotate(180))))
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(clean("photo", before).content)) as new:
        differences = [abs(one - other) for one, other in zip(old.rotate(180).tobytes(), new.tobytes(), strict=True)]
    assert sum(differences) / len(differences) < 1
    assert max(differences) < 12


@pytest.mark.parametrize("mode", ["L", "CMYK"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_photos_in_other_colours(mode: str, orientation: int) -> None:
    after = cleaned("photo", jpeg(orientation, corners().convert(mode)), "photo.jpg")
    with Image.open(io.BytesIO(after)) as new:
        assert new.size == ((64, 32) if orientation == 1 else (32, 64))
        assert new.mode in {mode, "RGB"}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_in_every_colour(mode: str) -> None:
    picture = corners().convert("L").convert("I;16") if mode == "I;16" else corners().convert(mode)
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", WHO)
    packed = io.BytesIO()
    picture.save(packed, "PNG", pnginfo=notes)
    after = cleaned("document", packed.getvalue(), "document.png")
    with Image.open(io.BytesIO(after)) as new:
        assert new.convert("RGBA").tobytes() == picture.convert("RGBA").tobytes()


def test_png_with_all_notes() -> None:
    after = cleaned("photo", png(), "photo.png")
    with Image.open(io.BytesIO(after)) as new:
        assert told(new) == "red green blue white"
        assert not new.info
    assert [after[at + 4 : at + 8] for at in chunks(after)] == [b"IHDR", b"IDAT", b"IEND"]


def chunks(picture: bytes) -> list[int]:
    found, at = [], 8
    while at < len(picture):
        found.append(at)
        at += 12 + int.from_bytes(picture[at : at + 4], "big")
    return found


def test_see_through_pictures_stay_so() -> None:
    packed = io.BytesIO()
    corners().quantize(8).save(packed, "PNG", transparency=0, exif=exif(1))
    with (
        Image.open(io.BytesIO(packed.getvalue())) as old,
        Image.open(io.BytesIO(cleaned("document", packed.getvalue(), "document.png"))) as new,
    ):
        assert new.tobytes() == old.convert("RGBA").tobytes()


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("kind", ["sticker", "photo", "document"])
def test_webp(lossless: bool, kind: str) -> None:
    after = cleaned(kind, webp(lossless=lossless), f"{kind}.webp")
    with Image.open(io.BytesIO(after)) as new:
        assert told(new) == "red green blue white"
        assert not {"exif", "xmp", "icc_profile"} & set(new.info)
        if lossless:
            assert new.convert("RGB").tobytes() == corners().tobytes()


def test_a_webp_that_moves_goes_on_moving() -> None:
    before = webp(save_all=True, append_images=[Image.new("RGBA", (64, 32), "red")], duration=[100, 250])
    with Image.open(io.BytesIO(cleaned("sticker", before, "sticker.webp"))) as new:
        assert new.n_frames == 2  # type: ignore[attr-defined]
        new.seek(1)
        assert told(new) == "red red red red"


@pytest.mark.parametrize("kind", ["animation", "document"])
def test_gif(kind: str) -> None:
    with Image.open(io.BytesIO(cleaned(kind, gif(), f"{kind}.gif"))) as new:
        assert new.n_frames == 3  # type: ignore[attr-defined]
        assert new.info["loop"] == 3
        seen = []
        for number in range(3):
            new.seek(number)
            seen.append((told(new), new.info["duration"]))
        assert "comment" not in new.info
    assert seen == [("red green blue white", 100), ("white blue green red", 200), ("red red red red", 300)]


@pytest.mark.parametrize(("mode", "ending"), [("RGB", "jpg"), ("1", "png"), ("RGBA", "png"), ("CMYK", "jpg")])
def test_tiff_becomes_a_picture_that_every_phone_shows(mode: str, ending: str) -> None:
    after = cleaned("document", tiff(corners().convert(mode)), f"document.{ending}")
    with Image.open(io.BytesIO(after)) as new:
        assert new.size == (64, 32)
        assert mode == "1" or told(new) == "red green blue white"


def test_a_tiff_that_a_note_turns_is_turned() -> None:
    with Image.open(io.BytesIO(cleaned("document", tiff(corners(), 6), "document.jpg"))) as new:
        assert told(new) == "blue red white green"


def test_no_page_of_a_tiff_gets_lost_silently() -> None:
    with pytest.raises(CannotClean):
        clean("document", tiff(corners(), save_all=True, append_images=[corners()]))


def test_a_moving_png_is_refused() -> None:
    packed = io.BytesIO()
    corners().save(packed, "PNG", save_all=True, append_images=[corners().rotate(180)])
    with pytest.raises(CannotClean):
        clean("document", packed.getvalue())


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    for form in ("PNG", "GIF", "TIFF"):
        packed = io.BytesIO()
        Image.new("1", (10_000, 5_001)).save(packed, form, **({"compression": "group4"} if form == "TIFF" else {}))
        with pytest.raises(CannotClean):
            clean("document", packed.getvalue())


def test_many_frames_that_would_fill_the_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 3 * 64 * 32)
    assert clean("document", gif())
    monkeypatch.setattr(pictures, "MOST_PIXELS", 3 * 64 * 32 - 1)
    with pytest.raises(CannotClean):
        clean("document", gif())
    monkeypatch.undo()
    monkeypatch.setattr(pictures, "MOST_FRAMES", 2)
    with pytest.raises(CannotClean):
        clean("document", gif())


# -- PDF


def pdf(pages: int = 2) -> bytes:
    """A document with everything that can be noted in one."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 100)
    page = writer.pages[0]
    photo = jpeg()
    pictured = StreamObject()
    pictured._data = photo
    pictured.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(64),
            NameObject("/Height"): NumberObject(32),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/DCTDecode"),
            NameObject("/Metadata"): stream(writer, XMP.encode(), "/Metadata"),
            NameObject("/PieceInfo"): stream(writer, WHO.encode()),
            NameObject("/Title"): TextStringObject(WHO),
            NameObject("/Titles"): ArrayObject([TextStringObject(WHO)]),
        }
    )
    objects = DictionaryObject({NameObject("/Im1"): writer._add_object(pictured)})
    marks = DictionaryObject({NameObject("/MC0"): DictionaryObject({NameObject("/Title"): TextStringObject(WHO)})})
    page[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/XObject"): objects,
            NameObject("/Properties"): marks,
            NameObject("/Unheard"): stream(writer, WHO.encode()),
        }
    )
    page[NameObject("/Contents")] = stream(writer, b"q 64 0 0 32 10 10 cm /Im1 Do Q % the picture")
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/App"): TextStringObject(WHO)})
    page[NameObject("/Metadata")] = stream(writer, XMP.encode(), "/Metadata")
    note = FreeText(text="Sign here", rect=(10, 10, 90, 40))
    note[NameObject("/T")] = note[NameObject("/NM")] = TextStringObject(WHO)
    note[NameObject("/Parent")] = page.indirect_reference  # type: ignore[assignment]
    writer.add_annotation(0, note)
    writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url=f"mailto:{NAME}@example.org"))
    writer.add_annotation(0, Link(rect=(0, 0, 9, 9), target_page_index=pages - 1))
    writer.add_attachment(f"{NAME}.txt", WHO.encode())
    attached = DictionaryObject({NameObject("/EF"): DictionaryObject({NameObject("/F"): stream(writer, WHO.encode())})})
    pinned = DictionaryObject({NameObject("/Subtype"): NameObject("/FileAttachment"), NameObject("/FS"): attached})
    page["/Annots"].append(pinned)  # type: ignore[attr-defined]
    writer.add_metadata({"/Author": NAME, "/Title": WHO, "/Creator": WHO, "/Place": PLACE})
    writer.add_outline_item(title=NAME, page_number=0)
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(f"app.alert('{NAME}')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.root_object[NameObject("/Metadata")] = stream(writer, XMP.encode(), "/Metadata")
    writer.root_object[NameObject("/Lang")] = TextStringObject(NAME)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue() + f"% {WHO}".encode()


def stream(writer: PdfWriter, content: bytes, type_: str = "/Plain", key: str = "/Type") -> "object":
    made = DecodedStreamObject()
    made.set_data(content)
    made[NameObject(key)] = NameObject(type_)
    return writer._add_object(made)


def everything(content: bytes) -> bytes:
    """All that a PDF holds, unpacked."""
    reader = PdfReader(io.BytesIO(content))
    found = [content, repr(reader.metadata).encode(), repr(reader.trailer).encode()]
    for number in range(1, int(reader.trailer["/Size"])):  # type: ignore[call-overload]
        thing = reader.get_object(number)
        found.append(repr(thing).encode())
        if isinstance(thing, StreamObject):
            found.append(thing.get_data())
    return b"\n".join(found)


def test_pdf() -> None:
    assert {"Quispe", "39.7294"} <= traces(everything(pdf()))
    after = cleaned("document", pdf(), "document.pdf")
    whole = everything(after)
    assert not traces(whole)
    for key in (b"/Metadata", b"/Author", b"/Producer", b"/EmbeddedFile", b"/JavaScript", b"/URI", b"/PieceInfo"):
        assert key not in whole
    reader = PdfReader(io.BytesIO(after))
    assert reader.metadata is None
    assert not reader.attachments
    assert len(reader.pages) == 2
    page = reader.pages[0]
    assert page.mediabox.width == 200
    assert page.images[0].image is not None
    assert told(page.images[0].image) == "red green blue white"
    assert [note.get_object()["/Contents"] for note in page["/Annots"]] == ["Sign here"]  # type: ignore[attr-defined]
    assert b"/Im1 Do" in page.get_contents().get_data()  # type: ignore[union-attr]


def test_what_was_drawn_into_a_form_is_still_seen() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf()))
    drawn = DecodedStreamObject()
    drawn.set_data(b"BT (four people) Tj ET")
    drawn.update({NameObject("/Subtype"): NameObject("/Form"), NameObject("/BBox"): RectangleObject((0, 0, 9, 9))})
    written_in = {
        NameObject("/Subtype"): NameObject("/Widget"),
        NameObject("/Rect"): RectangleObject((0, 0, 90, 20)),
        NameObject("/T"): TextStringObject(WHO),
        NameObject("/V"): TextStringObject("four people"),
        NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(drawn)}),
    }
    writer.pages[1][NameObject("/Annots")] = ArrayObject([DictionaryObject(written_in)])
    written = io.BytesIO()
    writer.write(written)
    whole = everything(cleaned("document", written.getvalue(), "document.pdf"))
    assert b"BT (four people) Tj ET" in whole
    del written_in[NameObject("/AP")]
    writer.pages[1][NameObject("/Annots")] = ArrayObject([DictionaryObject(written_in)])
    written = io.BytesIO()
    writer.write(written)
    with pytest.raises(CannotClean):
        clean("document", written.getvalue())


@pytest.mark.parametrize("what", ["password", "portfolio", "form of a program", "hidden layer", "packed twice", "jpx"])
def test_pdf_that_cannot_be_cleaned(what: str) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf()))
    root, page = writer.root_object, writer.pages[0]
    picture = page["/Resources"]["/XObject"]["/Im1"]  # type: ignore[index]
    if what == "password":
        writer.encrypt("", "owner", algorithm="RC4-128")
    elif what == "portfolio":
        root[NameObject("/Collection")] = DictionaryObject()
    elif what == "form of a program":
        root[NameObject("/AcroForm")] = DictionaryObject({NameObject("/XFA"): TextStringObject("x")})
    elif what == "hidden layer":
        hidden = DictionaryObject({NameObject("/OFF"): ArrayObject([FloatObject(1)])})
        root[NameObject("/OCProperties")] = DictionaryObject({NameObject("/D"): hidden})
    elif what == "packed twice":
        picture[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode"), NameObject("/DCTDecode")])
    else:
        picture[NameObject("/Filter")] = NameObject("/JPXDecode")
    written = io.BytesIO()
    writer.write(written)
    with pytest.raises(CannotClean):
        clean("document", written.getvalue())


def test_a_pdf_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MOST_OBJECTS", 5)
    with pytest.raises(CannotClean):
        clean("document", pdf())
    monkeypatch.undo()
    monkeypatch.setattr(papers, "MOST_PAGES", 1)
    assert clean("document", pdf(1))
    with pytest.raises(CannotClean):
        clean("document", pdf(2))


# -- films


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", len(content) + 8) + kind + content


def full(kind: bytes, *parts: bytes, version: int = 0) -> bytes:
    return box(kind, bytes((version, 0, 0, 0)), *parts)


def numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


SAMPLES = {b"vide": [b"v" * 40, b"w" * 25], b"soun": [b"s" * 30, b"t" * 10], b"meta": [WHO.encode(), PLACE.encode()]}
ESDS = bytes.fromhex("0319 0001 00 0411 4015 000000 0000fa00 0000fa00 0502 1188 060102")
ENTRIES = {
    b"vide": box(
        b"avc1",
        numbers(0, 1, 0, 0, 0, 0) + struct.pack(">HH", 64, 48) + numbers(0x480000, 0x480000, 0) + b"\0\1",
        (b"\x1f" + NAME.encode()).ljust(32, b"\0") + b"\0\x18\xff\xff",
        box(b"avcC", b"\1\x42\0\x1e\xff\xe1\0\0"),
        box(b"colr", b"prof" + WHO.encode()),
        box(b"uuid", WHO.encode()),
        b"\0\0\0\0",
    ),
    b"soun": box(b"mp4a", numbers(0, 1, 0, 0) + struct.pack(">HHHHI", 1, 16, 0, 0, 48000 << 16), full(b"esds", ESDS)),
    b"meta": box(b"mebx", numbers(0, 1), WHO.encode()),
}


def track(kind: bytes, offsets: list[int], sizes: list[int], version: int = 0) -> bytes:
    times = numbers(3_700_000_001, 3_700_000_002) if version == 0 else struct.pack(">QQ", 3_700_000_001, 3_700_000_002)
    length = numbers(1000) if version == 0 else struct.pack(">Q", 1000)
    volume = full(b"alis", f"/Users/{NAME}/film.mov".encode())
    table = box(
        b"stbl",
        full(b"stsd", numbers(1), ENTRIES[kind]),
        full(b"stts", numbers(1, len(sizes), 500)),
        full(b"stsc", numbers(1, 1, 1, 1)),
        full(b"stsz", numbers(0, len(sizes), *sizes)),
        full(b"stco", numbers(len(offsets), *offsets)),
        full(b"zzzz", WHO.encode()),
    )
    return box(
        b"trak",
        full(b"tkhd", times, numbers(1, 0), length, bytes(60), version=version),
        box(b"tref", box(b"cdsc", numbers(3))),
        box(
            b"mdia",
            full(b"mdhd", times, numbers(1000), length, b"\x55\xc4\0\0", version=version),
            full(b"hdlr", b"mhlr" + kind + b"appl" + bytes(8), NAME.encode() + b"\0"),
            box(
                b"minf",
                full(b"vmhd" if kind == b"vide" else b"smhd", bytes(8)),
                box(b"dinf", full(b"dref", numbers(1), volume)),
                table,
            ),
        ),
        box(b"udta", box(b"name", WHO.encode())),
        box(b"meta", WHO.encode()),
    )


def film(*kinds: bytes, brand: bytes = b"isom", version: int = 0, more: bytes = b"", wide: bool = False) -> bytes:
    """Box by box, with a name and a place in each that takes one."""
    start = box(b"ftyp", brand, numbers(512), brand) + box(b"free", WHO.encode()) + box(b"uuid", XMP.encode())
    at = len(start) + (16 if wide else 8)
    body, tracks = b"", []
    for kind in kinds:
        offsets = []
        for sample in SAMPLES[kind]:
            offsets.append(at + len(body))
            body += sample + NAME.encode()
        tracks.append(track(kind, offsets, [len(sample) for sample in SAMPLES[kind]], version))
    media = struct.pack(">I4sQ", 1, b"mdat", len(body) + 16) + body if wide else box(b"mdat", body)
    times = numbers(3_700_000_001, 3_700_000_002) if version == 0 else struct.pack(">QQ", 3_700_000_001, 3_700_000_002)
    length = numbers(1000) if version == 0 else struct.pack(">Q", 1000)
    named = box(b"udta", box(b"\xa9xyz", b"\0\x11\x15\xc7", PLACE.encode()), full(b"meta", full(b"ilst", WHO.encode())))
    mvhd = full(b"mvhd", times, numbers(1000), length, bytes(80), version=version)
    return start + media + box(b"moov", mvhd, *tracks, named, more) + box(b"meta", WHO.encode()) + b"\0\0\0\0"


FILM = film(b"vide", b"soun", b"meta")


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("kind", ["video", "video_note", "animation", "document"])
def test_film(kind: str, version: int, wide: bool) -> None:
    before = film(b"vide", b"soun", b"meta", version=version, wide=wide)
    after = cleaned(kind, before, f"{kind}.mp4")
    assert len(after) == len(before)
    for sample in (*SAMPLES[b"vide"], *SAMPLES[b"soun"]):
        assert after.index(sample) == before.index(sample)
    for untouched in (b"avcC", b"esds", b"stco", b"stsz", b"stsc", b"stts"):
        assert after.count(untouched) == (1 if untouched in {b"avcC", b"esds"} else 2)
    for wiped in (b"udta", b"meta", b"uuid", b"mebx", b"alis\0\0\0\0/", b"prof", b"tref", b"\xa9xyz", b"zzzz"):
        assert wiped not in after
    assert struct.pack(">I", 3_700_000_001) not in after
    assert struct.pack(">I", 3_700_000_002) not in after
    assert mutagen.mp4.MP4(io.BytesIO(after)).info.length == pytest.approx(1)


def test_a_film_of_an_iphone() -> None:
    assert cleaned("document", film(b"vide", b"meta", brand=b"qt  "), "document.mov")


@pytest.mark.parametrize("kind", ["audio", "voice", "document"])
def test_sound_in_a_film_box(kind: str) -> None:
    after = cleaned(kind, film(b"soun", b"meta", brand=b"M4A "), f"{kind}.m4a")
    song = mutagen.mp4.MP4(io.BytesIO(after))
    assert not song.tags
    assert song.info.codec == "mp4a.40.2"


def test_a_cover_is_not_part_of_a_song() -> None:
    after = cleaned("audio", film(b"vide", b"soun"), "audio.m4a")
    assert SAMPLES[b"vide"][0] not in after
    assert SAMPLES[b"soun"][0] in after


@pytest.mark.parametrize(
    "content",
    [
        film(b"meta"),
        film(b"soun"),  # as a video
        film(b"vide", more=box(b"mvex")),
        FILM[:-4] + box(b"moof"),
        FILM[:-4] + box(b"moov"),
        FILM.replace(b"avc1", b"jpeg"),
        FILM.replace(b"stsz", b"stz2"),
        FILM[:-200],
        box(b"ftyp", b"heic", numbers(0), b"mif1heic") + box(b"meta", WHO.encode()),
        box(b"ftyp", b"isom" * 100) + FILM[24:],
        struct.pack(">I4sQ", 1, b"moov", 2**63) + FILM,
        struct.pack(">I4sQ", 1, b"moov", 3) + FILM,
        struct.pack(">I4s", 7, b"moov") + FILM,
    ],
)
def test_a_film_that_is_not_understood_is_refused(content: bytes) -> None:
    with pytest.raises(CannotClean):
        clean("video", content)


def test_a_table_that_points_outside_does_not_blank_anything_else() -> None:
    sample = FILM.index(SAMPLES[b"vide"][0])
    for elsewhere in (0, 30, len(FILM) - 40, 2**32 - 1):
        with pytest.raises(CannotClean):
            clean("video", FILM.replace(numbers(sample), numbers(elsewhere)))


# -- sounds


def ogg_pages(*packets: bytes) -> bytes:
    """Page by page as a recorder writes them: the first alone, the headers, then sound."""
    written = b""
    for number, packet in enumerate(packets):
        pages = mutagen.ogg.OggPage.from_packets([packet], number * 100)
        for page in pages:
            page.sequence, page.serial, page.first = number, 77, number == 0
            page.last = number == len(packets) - 1
            page.position = max(0, number - 1) * 960
            written += page.write()
    return written


def comments(start: bytes, end: bytes = b"") -> bytes:
    entries = [
        f"ARTIST={NAME}",
        f"LOCATION={PLACE}",
        f"METADATA_BLOCK_PICTURE={base64.b64encode(WHO.encode()).decode()}",
    ]
    packed = b"".join(struct.pack("<I", len(entry)) + entry.encode() for entry in entries)
    vendor = NAME.encode()
    return start + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(entries)) + packed + end


HEAD = b"OpusHead\1\1" + struct.pack("<HIhB", 312, 48000, 0, 0)
SOUND = [b"\xf8\xff\xfe" + bytes([number]) * (number * 7) for number in range(1, 60)]
VOICE = ogg_pages(HEAD, comments(b"OpusTags", b"\1" + WHO.encode()), *SOUND)


def ogg_packets(content: bytes) -> list[bytes]:
    """All packets; each page's check sum is compared with mutagen's."""
    source, pages, whole = io.BytesIO(content), [], b""
    while source.tell() < len(content):
        pages.append(mutagen.ogg.OggPage(source))
        whole += pages[-1].write()
    assert whole == content
    assert [page.sequence for page in pages] == list(range(len(pages)))
    assert [page.continued for page in pages[1:]] == [not page.complete for page in pages[:-1]]
    return list(mutagen.ogg.OggPage.to_packets(pages))


@pytest.mark.parametrize("kind", ["voice", "audio", "document"])
def test_voice(kind: str) -> None:
    after = cleaned(kind, VOICE, f"{kind}.ogg")
    assert ogg_packets(after) == [HEAD, b"OpusTags" + bytes(8), *SOUND]
    voice = mutagen.oggopus.OggOpus(io.BytesIO(after))
    assert not voice.tags
    assert voice.info.length == mutagen.oggopus.OggOpus(io.BytesIO(VOICE)).info.length > 0


def test_vorbis_with_long_headers() -> None:
    head = b"\1vorbis" + struct.pack("<IBIiiiBB", 0, 1, 44100, 0, 64000, 0, 0xB8, 1)
    setup = b"\5vorbis" + bytes(range(256)) * 300
    before = b"".join(
        mutagen_page
        for mutagen_page in (
            ogg_raw([head], 0, 2),
            ogg_raw([comments(b"\3vorbis", b"\1"), setup], 1, 0),
            ogg_raw(SOUND, 400, 4, 4410),
        )
    )
    after = cleaned("audio", before, "audio.ogg")
    assert ogg_packets(after) == [head, b"\3vorbis" + bytes(8) + b"\1", setup, *SOUND]
    assert not mutagen.oggvorbis.OggVorbis(io.BytesIO(after)).tags


def ogg_raw(packets: list[bytes], sequence: int, flags: int, position: int = 0) -> bytes:
    pages = mutagen.ogg.OggPage.from_packets(packets, sequence)
    for page in pages:
        page.serial, page.first, page.last, page.position = 5, bool(flags & 2), bool(flags & 4), position
    return b"".join(page.write() for page in pages)


@pytest.mark.parametrize(
    "content",
    [
        VOICE[:-1],
        VOICE + b"junk",
        VOICE + VOICE,
        ogg_pages(HEAD),
        ogg_pages(HEAD, comments(b"OpusTags")),
        ogg_pages(HEAD + WHO.encode(), comments(b"OpusTags"), *SOUND),
        ogg_pages(HEAD, *SOUND),
        ogg_pages(b"\x80theora" + bytes(40), comments(b"\x81theora"), *SOUND),
        ogg_pages(b"\x7fFLAC" + bytes(40), *SOUND),
        b"OggS",
    ],
)
def test_an_ogg_that_is_not_understood_is_refused(content: bytes) -> None:
    with pytest.raises(CannotClean):
        clean("voice", content)


FRAMES = b"".join(b"\xff\xfb\x90\x64" + bytes([number]) * 413 for number in range(1, 40))


def song() -> bytes:
    content = io.BytesIO(FRAMES)
    ape = mutagen.apev2.APEv2()
    ape["Artist"] = WHO
    ape.save(content)
    tags = mutagen.id3.ID3()
    tags.add(mutagen.id3.TPE1(3, [NAME]))
    tags.add(mutagen.id3.TIT2(1, [WHO]))
    tags.add(mutagen.id3.COMM(3, "eng", "", [PLACE]))
    tags.add(mutagen.id3.APIC(3, "image/jpeg", 3, NAME, jpeg()))
    tags.add(mutagen.id3.PRIV("who", FRAMES[:417] + WHO.encode()))
    tags.save(content, v1=2)
    return content.getvalue()


@pytest.mark.parametrize("kind", ["audio", "voice", "document"])
def test_song(kind: str) -> None:
    assert cleaned(kind, song(), f"{kind}.mp3") == FRAMES
    assert cleaned(kind, song() + song(), f"{kind}.mp3") == FRAMES * 2
    assert cleaned(kind, FRAMES + b"TAG" + NAME.encode().ljust(125, b"\0"), f"{kind}.mp3") == FRAMES
    after = mutagen.mp3.MP3(io.BytesIO(FRAMES))
    assert not after.tags
    assert after.info.bitrate == 128_000


@pytest.mark.parametrize(
    "content", [b"ID3\4\0\0\0\0\0\0", song()[:300], b"ID3" + b"\xff" * 400_000, b"\xff\xf1\x50\x80" * 200]
)
def test_a_song_without_sound_is_refused(content: bytes) -> None:
    with pytest.raises(CannotClean):
        clean("audio", content)


def wave() -> bytes:
    def piece(kind: bytes, content: bytes) -> bytes:
        return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)

    parts = [
        piece(b"bext", WHO.encode()),
        piece(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)),
        piece(b"LIST", b"INFO" + piece(b"IART", WHO.encode())),
        piece(b"data", bytes(range(255))),
        piece(b"id3 ", WHO.encode()),
    ]
    return b"RIFF" + struct.pack("<I", sum(map(len, parts)) + 4) + b"WAVE" + b"".join(parts) + WHO.encode()


def test_wave() -> None:
    after = cleaned("document", wave(), "document.wav")
    assert after[12:16] == b"fmt "
    assert bytes(range(255)) in after
    sound = mutagen.wave.WAVE(io.BytesIO(after))
    assert sound.tags is None
    assert sound.info.sample_rate == 8000


# -- animated stickers

LOTTIE = {
    "tgs": 1,
    "v": "5.5.2",
    "nm": NAME,
    "fr": 60,
    "ip": 0,
    "op": 180,
    "w": 512,
    "h": 512,
    "ddd": 0,
    "meta": {"a": NAME, "g": "Quispe studio", "k": PLACE},
    NAME: 1,
    "assets": [{"id": f"{NAME}-comp", "nm": NAME, "layers": []}],
    "layers": [
        {"ty": 0, "nm": NAME, "refId": f"{NAME}-comp", "ks": {"o": {"a": 0, "k": 100, "ix": 11}}, "ip": 0, "op": 180},
        {
            "ty": 4,
            "mn": NAME,
            "shapes": [{"ty": "gr", "cl": NAME, "it": [{"ty": "fl", "c": {"a": 0, "k": [1, 0, 0]}}]}],
        },
    ],
    "markers": [{"cm": NAME}],
}


def sticker(lottie: object = LOTTIE, **how: object) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(filename=f"{NAME}.json", mode="wb", fileobj=packed, mtime=1_700_000_000) as file:
        file.write(json.dumps(lottie).encode())
    return packed.getvalue()


def test_an_animated_sticker() -> None:
    after = cleaned("sticker", sticker(), "sticker.tgs")
    assert after[4:8] == bytes(4)
    assert not traces(gzip.decompress(after))
    bare = json.loads(gzip.decompress(after))
    assert (bare["tgs"], bare["v"], bare["w"], bare["op"]) == (1, "5.5.2", 512, 180)
    assert bare["assets"][0]["id"] == bare["layers"][0]["refId"]
    assert bare["layers"][0]["ks"] == LOTTIE["layers"][0]["ks"]  # type: ignore[index]
    assert bare["layers"][1]["shapes"] == [{"ty": "gr", "it": [{"ty": "fl", "c": {"a": 0, "k": [1, 0, 0]}}]}]


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"{}"),
        gzip.compress(b"[]"),
        gzip.compress(b"not json"),
        gzip.compress(b"[" * 100_000),
        gzip.compress(b" " * 5_000_000 + json.dumps(LOTTIE).encode()),
        sticker(LOTTIE | {"assets": [{"id": "a", "p": f"data:image/png;base64,{NAME}"}]}),
        sticker(LOTTIE | {"layers": [[NAME]]}),
        sticker()[:-30],
        b"\x1aE\xdf\xa3" + b"webm" * 50,
    ],
)
def test_a_sticker_that_is_not_understood_is_refused(content: bytes) -> None:
    with pytest.raises(CannotClean):
        clean("sticker", content)


# -- what is refused

SAMPLES_OF_ALL = {
    "jpg": jpeg(),
    "turned jpg": jpeg(6),
    "png": png(),
    "webp": webp(),
    "gif": gif(),
    "tif": tiff(corners()),
    "pdf": pdf(),
    "film": FILM,
    "ogg": VOICE,
    "mp3": song(),
    "wav": wave(),
    "tgs": sticker(),
}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"\xff\xd8\xff",
        b"%PDF-1.7",
        b"RIFF\0\0\0\0WEBP",
        b"RIFF\0\0\0\0AVI ",
        b"PK\3\4" + WHO.encode() * 9,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"fLaC" + bytes(60),
        b"<svg><title>Quispe</title></svg>",
        b'{"name": "Quispe"}',
        b"BEGIN:VCARD\nFN:Quispe\nEND:VCARD",
    ],
)
def test_what_is_of_no_known_form_is_refused(content: bytes) -> None:
    for kind in ("photo", "voice", "audio", "video", "video_note", "animation", "sticker", "document"):
        with pytest.raises(CannotClean):
            clean(kind, content, "photo.jpg", "image/jpeg")


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("photo", "pdf"),
        ("photo", "film"),
        ("voice", "jpg"),
        ("audio", "pdf"),
        ("video", "jpg"),
        ("video", "ogg"),
        ("video_note", "gif"),
        ("animation", "mp3"),
        ("sticker", "jpg"),
        ("sticker", "film"),
        ("document", "tgs"),
        ("contact", "jpg"),
        ("", "jpg"),
    ],
)
def test_what_does_not_go_with_its_kind_is_refused(kind: str, form: str) -> None:
    with pytest.raises(CannotClean):
        clean(kind, SAMPLES_OF_ALL[form])


def test_a_refusal_says_nothing_of_the_file() -> None:
    with pytest.raises(CannotClean) as caught:
        clean("document", pdf()[:400], FILE)
    assert str(caught.value) == CannotClean.__doc__
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("form", sorted(SAMPLES_OF_ALL))
def test_half_a_file_is_refused(form: str) -> None:
    content = SAMPLES_OF_ALL[form]
    kind = "sticker" if form == "tgs" else "document"
    if form == "mp3":  # half a song is a shorter song
        assert clean(kind, content[: len(content) * 2 // 3]).content in FRAMES
        return
    with pytest.raises(CannotClean):
        clean(kind, content[: len(content) // 2])


@pytest.mark.parametrize("form", sorted(SAMPLES_OF_ALL))
def test_whatever_is_broken_it_is_cleaned_or_refused(form: str) -> None:
    """Nothing else may come out of it, and no planted word where a file does."""
    original = SAMPLES_OF_ALL[form]
    kind = "sticker" if form == "tgs" else "document"
    outcomes = set()

    @settings(max_examples=60 if form in {"pdf", "gif"} else 150, deadline=None, derandomize=True, database=None)
    @given(st.data())
    def broken(data: st.DataObject) -> None:
        content = bytearray(original)
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(8, max(8, len(content))))
            change = data.draw(st.sampled_from(("set", "cut", "repeat", "end")))
            if change == "set":
                piece = data.draw(st.sampled_from((b"\xff\xff\xff\xff", bytes(4), b"\0\0\0\1")) | st.binary(max_size=6))
                content[at : at + len(piece)] = piece
            elif change == "cut":
                del content[at : at + data.draw(st.integers(1, 30))]
            elif change == "repeat":
                content[at:at] = content[at : at + data.draw(st.integers(1, 30))]
            else:
                del content[at:]
        try:
            file = clean(kind, bytes(content), FILE)
        except CannotClean:
            outcomes.add("refused")
        else:
            assert isinstance(file, CleanFile)
            # In these two a wrong length or place decides what is sound: then a word may count as such.
            assert form in {"film", "wav"} or not traces(file.content)
            outcomes.add("cleaned")

    broken()
    assert "refused" in outcomes


def test_the_traces_of_these_tests_are_found() -> None:
    """The search itself: without it the tests above would say nothing."""
    for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
        assert traces(b"abc" + WHO.encode(code) + b"def") >= {"Quispe", "39.7294"}
    for before in ("", "a", "ab"):
        assert "Quispe" in traces(base64.b64encode((before + "xxx Quispe, Juana").encode()))
    assert "Quispe" in traces(NAME.encode("utf-16-be").hex().encode())
    assert not traces(zlib.compress(b"nothing"))


def test_plain_text_is_only_its_words_and_loses_numbers_of_papers() -> None:
    cleaned = clean("document", "مرحبا\nmy SSN is 123-45-6789\n".encode(), "Juana Quispe.txt")
    assert (cleaned.name, cleaned.content.decode()) == ("document.txt", "مرحبا\nmy SSN is ▮▮▮\n")
    for content in (b"\x00\x01text", b"", b"   ", b"x" * 300_000):
        with pytest.raises(CannotClean):
            clean("document", content)
    with pytest.raises(CannotClean):
        clean("video", b"words")
