"""The part of a message that says what it is: a photo, a voice, a place … for the bot's calls and for people alike."""

import random
from collections.abc import Callable
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
_DICE_SIDES = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file somebody sent; ``path`` is what getFile tells and the download address ends with."""

    file_id: str
    path: str
    content: bytes
    name: str

    @property
    def identity(self) -> Json:
        """The fields every kind of file has."""
        return {"file_id": self.file_id, "file_unique_id": f"u{self.file_id}", "file_size": len(self.content)}


@dataclass(slots=True)
class Files:
    """All files, by id."""

    by_id: dict[str, StoredFile] = field(default_factory=dict)

    def keep(self, kind: str, content: bytes, name: str = "") -> StoredFile:
        """Stores a file and gives it an id and a path."""
        ending = name.rpartition(".")[2] if "." in name else FILE_KINDS[kind][0]
        number = len(self.by_id) + 1
        file = StoredFile(f"{kind}-{number}", f"{kind}s/file_{number}.{ending}", content, name or f"{kind}.{ending}")
        self.by_id[file.file_id] = file
        return file

    def at_path(self, path: str) -> StoredFile | None:
        """The file for a download, or None."""
        return next((file for file in self.by_id.values() if file.path == path), None)

    def given(self, kind: str, source: object, uploads: Json) -> StoredFile:
        """The file a call means: an upload, ``attach://name`` or the id of a known file."""
        if isinstance(source, str) and source.startswith("attach://"):
            source = uploads.get(source.removeprefix("attach://"))
        if isinstance(source, Upload):
            if not source.content:
                raise bad_request("file must be non-empty")
            return self.keep(kind, source.content, source.name)
        if isinstance(source, str) and source.startswith(("http://", "https://")):
            raise Unsupported("a file given by its address: this server fetches nothing")
        file = self.by_id.get(source) if isinstance(source, str) else None
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return file


def file_fields(kind: str, file: StoredFile, given: Json) -> Json:
    """``{"voice": {...}}`` for a file of this kind; ``given`` are the call's own duration, width and so on."""
    mime = FILE_KINDS[kind][1]
    size = {"width": given.get("width", 640), "height": given.get("height", 480)}
    duration = {"duration": given.get("duration", 3)}
    match kind:
        case "photo":
            thumb = {**file.identity, "file_id": file.file_id, "width": 90, "height": 67}
            return {"photo": [thumb, {**file.identity, "width": 1280, "height": 960}]}
        case "voice":
            return {kind: {**file.identity, **duration, "mime_type": mime}}
        case "audio":
            tags = {name: given[name] for name in ("performer", "title") if name in given}
            return {kind: {**file.identity, **duration, **tags, "mime_type": mime, "file_name": file.name}}
        case "video":
            return {kind: {**file.identity, **duration, **size, "mime_type": mime, "file_name": file.name}}
        case "animation":
            document = {**file.identity, "mime_type": mime, "file_name": file.name}
            return {kind: {**document, **duration, **size}, "document": document}
        case "video_note":
            return {kind: {**file.identity, **duration, "length": given.get("length", 240)}}
        case "document":
            return {kind: {**file.identity, "mime_type": mime, "file_name": file.name}}
        case "sticker":
            flags = {"is_animated": False, "is_video": False, "width": 512, "height": 512}
            return {kind: {**file.identity, **flags, "type": "regular", "emoji": given.get("emoji", "🙂")}}
    raise Unsupported(f"a file of kind {kind}")


def _location(given: Json) -> Json:
    names = ("latitude", "longitude", "horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
    location = {name: given[name] for name in names if name in given}
    if not (-90 <= location["latitude"] <= 90 and -180 <= location["longitude"] <= 180):
        raise bad_request("wrong latitude or longitude specified")
    return {"location": location}


def _venue(given: Json) -> Json:
    names = ("title", "address", "foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
    if not given["title"].strip():
        raise bad_request("venue title must be non-empty")
    if not given["address"].strip():
        raise bad_request("venue address must be non-empty")
    location = _location({name: given[name] for name in ("latitude", "longitude")})
    return {"venue": {**location, **{name: given[name] for name in names if name in given}}, **location}


def _contact(given: Json) -> Json:
    names = ("phone_number", "first_name", "last_name", "vcard", "user_id")
    if not given["phone_number"].strip():
        raise bad_request("phone number must be non-empty")
    if not given["first_name"].strip():
        raise bad_request("contact first name must be non-empty")
    return {"contact": {name: given[name] for name in names if name in given}}


def _poll(given: Json) -> Json:
    options = [option["text"] for option in given["options"]]
    if not 1 <= len(options) <= 12:
        raise bad_request("poll must have from 1 to 12 answer options")
    return {
        "poll": {
            "id": str(random.getrandbits(48)),
            "question": given["question"],
            "options": [{"persistent_id": str(i), "text": text, "voter_count": 0} for i, text in enumerate(options)],
            "total_voter_count": 0,
            "is_closed": given.get("is_closed", False),
            "is_anonymous": given.get("is_anonymous", True),
            "type": given.get("type", "regular"),
            "allows_multiple_answers": given.get("allows_multiple_answers", False),
            "allows_revoting": given.get("allows_revoting", True),
            "members_only": given.get("members_only", False),
        }
    }


def _dice(given: Json) -> Json:
    emoji = given.get("emoji", "🎲")
    if emoji not in _DICE_SIDES:
        raise bad_request("invalid dice emoji specified")
    return {"dice": {"emoji": emoji, "value": random.randint(1, _DICE_SIDES[emoji])}}


#: Message kinds without a file: the call's parameters → the message's field.
PLAIN_KINDS: dict[str, Callable[[Json], Json]] = {
    "location": _location,
    "venue": _venue,
    "contact": _contact,
    "poll": _poll,
    "dice": _dice,
}
