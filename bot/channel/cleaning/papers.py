"""PDF: the pages go into a new document, with what is drawn on them and nothing else."""

from io import BytesIO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NullObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from bot.channel.cleaning.file import MOST_OBJECTS, MOST_PAGES, CannotClean
from bot.channel.cleaning.pictures import bare_jpeg

_PAGE = {"/Type", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"}
_PAGE |= {f"/{box}Box" for box in ("Media", "Crop", "Bleed", "Trim", "Art")}
_DRAWN_NOTES = {"/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline"}
_DRAWN_NOTES |= {"/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Text", "/Widget"}
_NOTE = {"/Type", "/Subtype", "/Rect", "/F", "/AP", "/AS", "/Border", "/BS", "/BE", "/RD", "/C", "/IC", "/CA", "/DA"}
_NOTE |= {"/Q", "/MK", "/QuadPoints", "/InkList", "/Vertices", "/L", "/LE", "/Contents"}
_TELLS = ("/Metadata", "/PieceInfo", "/LastModified", "/Properties", "/OPI", "/Measure", "/PtData", "/EF")
_STREAM_TELLS = ("/AF", "/OC", "/StructParent", "/StructParents", "/Alternates", "/Ref", "/Name")
_RESOURCES = {"/XObject", "/Font", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/ProcSet"}
_WORDS = {"/Contents", "/DA", "/CA", "/AC", "/RC", "/Registry", "/Ordering", "/CharSet", "/Panose"}
_ELSEWHERE = {"/Page", "/Pages", "/Catalog", "/Filespec", "/EmbeddedFile", "/Metadata", "/StructElem"}
_ELSEWHERE |= {"/Sig", "/Action"}


def pdf(content: bytes, _kind: str) -> tuple[str, bytes]:
    """The pages and what is drawn on them, in a new document. Attachments, links and the fields of forms are gone."""
    reader, writer = PdfReader(BytesIO(content)), PdfWriter()
    if reader.is_encrypted or not 1 <= len(reader.pages) <= MOST_PAGES or _shows_more_than_pages(reader):
        raise CannotClean
    seen: dict[int, PdfObject] = {}
    for page in reader.pages:
        _strip_page(page)
        _strip_all(page, seen)
        writer.add_page(page)
    writer.metadata = None
    writer.pdf_header = "%PDF-1.7"
    written = BytesIO()
    writer.write(written)
    if len(PdfReader(written).pages) != len(reader.pages):
        raise CannotClean
    return "pdf", written.getvalue()


def _shows_more_than_pages(reader: PdfReader) -> bool:
    """A wrapper around attachments, a form drawn by a program, layers that are hidden: it would not look the same."""
    root = reader.root_object
    form, layers = _dictionary(root, "/AcroForm"), _dictionary(_dictionary(root, "/OCProperties"), "/D")
    return "/Collection" in root or "/XFA" in form or bool(layers.get("/OFF")) or layers.get("/BaseState") == "/OFF"


def _dictionary(inside: DictionaryObject, key: str) -> DictionaryObject:
    found = inside.get(key, NullObject()).get_object()
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _strip_page(page: PageObject) -> None:
    notes = page.get("/Annots", NullObject()).get_object()
    for key in set(page) - _PAGE:
        del page[key]
    if isinstance(notes, ArrayObject):
        kept = [_bare_note(note.get_object()) for note in notes]
        page[NameObject("/Annots")] = ArrayObject([note for note in kept if note is not None])


def _bare_note(note: PdfObject | None) -> DictionaryObject | None:
    """How a note, stamp or filled field looks, not who made it."""
    if not isinstance(note, DictionaryObject) or note.get("/Subtype") not in _DRAWN_NOTES:
        return None
    field_value = note.get("/V", _dictionary(note, "/Parent").get("/V", NullObject())).get_object()
    if "/AP" not in note and isinstance(field_value, str) and field_value not in {"", "/Off"}:
        raise CannotClean  # a filled field that the reader's program would have to draw
    return DictionaryObject({key: value for key, value in note.items() if key in _NOTE})


def _strip_all(page: PageObject, seen: dict[int, PdfObject]) -> None:
    """Everything that *page* leads to, each object once."""
    waiting: list[PdfObject] = [page]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        if len(seen) > MOST_OBJECTS:
            raise CannotClean
        if isinstance(thing, DictionaryObject):
            _strip_entries(thing)
            waiting += [found for value in thing.values() if (found := value.get_object()) is not None]
        elif isinstance(thing, ArrayObject):
            colours = bool(thing) and thing[0] == "/Indexed"
            for place, value in enumerate(list(thing)):
                if _leads_away(value) or (_is_text(value) and not colours):
                    thing[place] = NullObject()
            waiting += [found for value in thing if (found := value.get_object()) is not None]
        if isinstance(thing, StreamObject):
            _strip_stream(thing)


def _strip_entries(thing: DictionaryObject) -> None:
    for key in (*_TELLS, *(_STREAM_TELLS if isinstance(thing, StreamObject) else ())):
        thing.pop(key, None)
    for key, value in list(thing.items()):
        if _leads_away(value) or (_is_text(value) and key not in _WORDS):
            del thing[key]
    resources = _dictionary(thing, "/Resources")
    for key in set(resources) - _RESOURCES:
        del resources[key]


def _is_text(value: PdfObject) -> bool:
    return isinstance(value.get_object(), TextStringObject | ByteStringObject)


def _leads_away(value: PdfObject) -> bool:
    found = value.get_object()
    return isinstance(found, DictionaryObject) and found.get("/Type") in _ELSEWHERE


def _strip_stream(stream: StreamObject) -> None:
    """A photo in a PDF is a JPEG file with all its notes."""
    filters = stream.get("/Filter", NullObject()).get_object()
    names = [str(each.get_object()) for each in filters] if isinstance(filters, ArrayObject) else [str(filters)]
    if names == ["/DCTDecode"]:
        stream._data = bare_jpeg(stream._data)  # noqa: SLF001  (the library has no other way to the packed bytes)
    elif "/DCTDecode" in names or "/JPXDecode" in names or stream._data[:3] == b"\xff\xd8\xff":  # noqa: SLF001
        raise CannotClean
