"""Files: what kinds there are, where they are kept, and how a message shows them.

A file keeps what was said about it when it was sent (name, duration, sticker set …), and shows it again wherever its id
is used: so does Telegram, and a bot that passes a ``file_id`` on passes on the file's name and its sticker set too.
"""

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import Unsupported, bad_request
from .schema import Upload

Json = dict[str, Any]

#: Message kinds that carry a file, with its ending and MIME type.
FILE_KINDS: dict[str, tuple[str, str]] = {
    "photo": ("jpg", "image/jpeg"),
    "voice": ("oga", "audio/ogg"),
    "video": ("mp4", "video/mp4"),
    "video_note": ("mp4", "video/mp4"),
    "animation": ("mp4", "video/mp4"),
    "audio": ("mp3", "audio/mpeg"),
    "document": ("pdf", "application/pdf"),
    "sticker": ("webp", "image/webp"),
}
#: Kinds that can have words under them.
CAPTIONED = frozenset(FILE_KINDS) - {"sticker", "video_note"}
#: What can be said about a file of each kind, besides its name and size.
FILE_FACTS: dict[str, frozenset[str]] = {
    "photo": frozenset({"has_spoiler"}),
    "voice": frozenset({"duration", "mime_type"}),
    "video": frozenset({"duration", "width", "height", "mime_type", "has_spoiler"}),
    "video_note": frozenset({"duration", "length"}),
    "animation": frozenset({"duration", "width", "height", "mime_type", "has_spoiler"}),
    "audio": frozenset({"duration", "performer", "title", "mime_type"}),
    "document": frozenset({"mime_type"}),
    "sticker": frozenset({"emoji", "set_name", "is_animated", "is_video", "width", "height"}),
}
#: Kinds whose messages show the file's name.
NAMED = frozenset({"video", "animation", "audio", "document"})
_ALBUM_KINDS = ("photo", "video", "document", "audio")
LARGEST_DOWNLOAD = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file somebody sent; ``path`` is what getFile tells and the download address ends with.

    ``name`` is the name it was sent with (a made one when it had none), ``size`` is what it claims to be, and ``facts``
    are the other things that were said about it.
    """

    file_id: str
    path: str
    content: bytes
    name: str
    kind: str
    size: int
    facts: Json = field(default_factory=dict, compare=False)

    @property
    def identity(self) -> Json:
        """The fields every kind of file has."""
        return {"file_id": self.file_id, "file_unique_id": f"u{self.file_id}", "file_size": self.size}

    @property
    def mime_type(self) -> str:
        """What was said, else what the name's ending says, else what is usual for the kind."""
        said = self.facts.get("mime_type")
        guessed = mimetypes.guess_type(self.name)[0] if self.kind in NAMED else None
        return str(said or guessed or FILE_KINDS[self.kind][1])

    @property
    def fields(self) -> Json:
        """``{"voice": {...}}``: the part of a message that shows this file."""
        kind, facts = self.kind, self.facts
        size = {"width": facts.get("width", 640), "height": facts.get("height", 480)}
        duration = {"duration": facts.get("duration", 3)}
        named = {**self.identity, "mime_type": self.mime_type, "file_name": self.name}
        match kind:
            case "photo":
                thumb = {**self.identity, "width": 90, "height": 67}
                return {kind: [thumb, {**self.identity, "width": 1280, "height": 960}]}
            case "voice":
                return {kind: {**self.identity, **duration, "mime_type": self.mime_type}}
            case "audio":
                tags = {name: facts[name] for name in ("performer", "title") if name in facts}
                return {kind: {**named, **duration, **tags}}
            case "video":
                return {kind: {**named, **duration, **size}}
            case "animation":
                return {kind: {**named, **duration, **size}, "document": named}
            case "video_note":
                return {kind: {**self.identity, **duration, "length": facts.get("length", 240)}}
            case "document":
                return {kind: named}
            case "sticker":
                moves = {name: facts.get(name, False) for name in ("is_animated", "is_video")}
                square = {"width": facts.get("width", 512), "height": facts.get("height", 512)}
                of_set = {"set_name": facts["set_name"]} if "set_name" in facts else {}
                looks = {"type": "regular", "emoji": facts.get("emoji", "🙂")}
                return {kind: {**self.identity, **moves, **square, **looks, **of_set}}
        raise Unsupported(f"a file of kind {kind}")


@dataclass(slots=True)
class Files:
    """All files, by id."""

    by_id: dict[str, StoredFile] = field(default_factory=dict)

    def keep(
        self, kind: str, content: bytes, name: str = "", *, facts: Json | None = None, size: int | None = None
    ) -> StoredFile:
        """Stores a file and gives it an id and a path. ``size`` is a claim that its bytes need not keep."""
        stem, dot, ending = name.rpartition(".")
        if not (stem and dot and ending.isalnum() and ending.isascii()):
            ending = FILE_KINDS[kind][0]
        number = len(self.by_id) + 1
        known = {fact: value for fact, value in (facts or {}).items() if fact in FILE_FACTS[kind]}
        file = StoredFile(
            file_id=f"{kind}-{number}",
            path=f"{kind}s/file_{number}.{ending}",
            content=content,
            name=name or f"{kind}.{ending}",
            kind=kind,
            size=len(content) if size is None else size,
            facts=known,
        )
        self.by_id[file.file_id] = file
        return file

    def at_path(self, path: str) -> StoredFile | None:
        """The file for a download, or None."""
        return next((file for file in self.by_id.values() if file.path == path), None)

    def given(self, kind: str, source: object, uploads: Json, facts: Json) -> StoredFile:
        """The file a call means: an upload, ``attach://name`` or the id of a known file.

        Only about an upload does the call say anything new; a known file stays what it was.
        """
        if isinstance(source, str) and source.startswith("attach://"):
            source = uploads.get(source.removeprefix("attach://"))
        if isinstance(source, Upload):
            if not source.content:
                raise bad_request("file must be non-empty")
            return self.keep(kind, source.content, source.name, facts=facts)
        if isinstance(source, str) and source.startswith(("http://", "https://")):
            raise Unsupported("a file given by its address: this server fetches nothing")
        file = self.by_id.get(source) if isinstance(source, str) else None
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad_request(f"can't use file of type {_type(file.kind)} as {_type(kind)}")
        return file

    def shown_in(self, wire: Json) -> StoredFile | None:
        """The file a message carries, or None."""
        for kind in ("animation", *FILE_KINDS):
            if kind in wire:
                shown = wire[kind][-1] if kind == "photo" else wire[kind]
                return self.by_id.get(shown["file_id"])
        return None


def _type(kind: str) -> str:
    """A kind in Telegram's own name for it: VideoNote, VoiceNote, Photo."""
    return "VoiceNote" if kind == "voice" else "".join(part.title() for part in kind.split("_"))


def spoiler_of(given: Json) -> Json:
    """The mark of a picture that is shown only after a tap."""
    return {"has_media_spoiler": True} if given.get("has_spoiler") else {}


def wrong_album(kinds: Sequence[str]) -> str | None:
    """Why these cannot be one album, in Telegram's words, or None."""
    if not 2 <= len(kinds) <= 10:
        return "group send failed: an album has 2-10 items"
    for kind in kinds:
        if kind not in _ALBUM_KINDS:
            raise Unsupported(f"an album with something of kind {kind}")
        if kind in ("document", "audio") and set(kinds) != {kind}:
            return f"{kind.title()} can't be mixed with other media types"
    return None
