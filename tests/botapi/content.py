"""The part of a message that says what it is, without a file: a place, a contact … for the bot's calls and for people
alike. What carries a file is in ``files.py``."""

import random
from collections.abc import Callable
from typing import Any

from .errors import bad_request
from .files import FILE_KINDS

__all__ = ["FILE_KINDS", "PLAIN_FACTS", "PLAIN_KINDS"]

Json = dict[str, Any]

_DICE_SIDES = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
#: What can be said in a message of each kind.
PLAIN_FACTS: dict[str, tuple[str, ...]] = {
    "location": (
        "latitude", "longitude", "horizontal_accuracy", "live_period", "heading", "proximity_alert_radius",
    ),
    "venue": (
        "latitude", "longitude", "title", "address", "foursquare_id", "foursquare_type", "google_place_id",
        "google_place_type",
    ),
    "contact": ("phone_number", "first_name", "last_name", "vcard", "user_id"),
    "poll": (
        "question", "options", "is_closed", "is_anonymous", "type", "allows_multiple_answers", "allows_revoting",
        "members_only",
    ),
    "dice": ("emoji",),
}  # fmt: skip


def _location(given: Json) -> Json:
    location = {name: given[name] for name in PLAIN_FACTS["location"] if name in given}
    if not (-90 <= location["latitude"] <= 90 and -180 <= location["longitude"] <= 180):
        raise bad_request("wrong latitude or longitude specified")
    return {"location": location}


def _venue(given: Json) -> Json:
    names = PLAIN_FACTS["venue"][2:]
    if not given["title"].strip():
        raise bad_request("venue title must be non-empty")
    if not given["address"].strip():
        raise bad_request("venue address must be non-empty")
    location = _location({name: given[name] for name in ("latitude", "longitude")})
    return {"venue": {**location, **{name: given[name] for name in names if name in given}}, **location}


def _contact(given: Json) -> Json:
    names = PLAIN_FACTS["contact"]
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
