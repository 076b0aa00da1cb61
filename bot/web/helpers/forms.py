"""Reads forms as browsers send them (https://url.spec.whatwg.org/#application/x-www-form-urlencoded)."""

import re
import secrets
from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.requests import Request

MOST_BYTES = 65_536
"""Of a whole form: the longest words allowed, in a script that takes nine characters for a letter."""
MOST_LETTERS = 4_000
"""Of what is written to a newcomer or noted."""
MOST_FIELDS = 200

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


class BadForm(Exception):
    """The form is not one of ours."""


class TooLong(Exception):
    """The form is longer than any of ours."""


class Form:
    """What somebody filled in."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self._pairs = tuple(pairs)

    def one(self, name: str) -> str:
        """What stands in a field, without white space around it; empty when there is none."""
        return next((value for key, value in self._pairs if key == name), "").replace("\r\n", "\n").strip()

    def raw(self, name: str) -> str:
        """The same just as it was typed: for passwords."""
        return next((value for key, value in self._pairs if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Everything that is ticked under a name."""
        return tuple(value for key, value in self._pairs if key == name)

    def number(self, name: str) -> int:
        """A whole number; 0 for anything else."""
        value = self.one(name)
        return int(value) if value.isdecimal() and value.isascii() and len(value) < 10 else 0

    @property
    def key(self) -> str:
        """The form's own key: the same when it is sent twice. Raises `BadForm`."""
        key = self.one("key")
        if not _KEY.fullmatch(key):
            raise BadForm("a form needs a key")
        return key


def new_key() -> str:
    """A key for a form."""
    return secrets.token_urlsafe(12)


async def read_form(request: Request) -> Form:
    """The form of *request*. Raises `BadForm`, and `TooLong` before all of it was read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BadForm("forms are sent as application/x-www-form-urlencoded")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLong
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as err:  # not UTF-8, or too many fields
        raise BadForm("not a form") from err
    return Form([(name, value.replace("\0", "")) for name, value in pairs])
