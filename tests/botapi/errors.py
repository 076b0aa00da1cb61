"""Refusals in the words of the real server, so that a client's own recognition of them is tested too."""

from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """The call is answered with ``{"ok": false}``."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def answer(self) -> Json:
        """The body of the answer."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


class Unsupported(Exception):
    """The call is right, but this server does not know how to do it. Never answered with a silent ok."""


def bad_request(what: str) -> Refused:
    """400: the caller's fault."""
    return Refused(400, f"Bad Request: {what}")


def forbidden(what: str) -> Refused:
    """403: the chat does not want the bot."""
    return Refused(403, f"Forbidden: {what}")


def conflict(what: str) -> Refused:
    """409: somebody else receives the updates."""
    return Refused(409, f"Conflict: {what}")


def too_many_requests(retry_after: int) -> Refused:
    """429: ``retry_after`` is in whole seconds."""
    return Refused(429, f"Too Many Requests: retry after {retry_after}", retry_after)
