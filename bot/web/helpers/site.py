"""Where the pages of helpers are. `bot.web.site` serves them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from starlette.responses import Response
from starlette.routing import Route

from bot.actions.pages import attachment_of
from bot.actions.parts import Parts
from bot.conversation.message import Attachment
from bot.web.helpers.case import CasePages
from bot.web.helpers.entrance import Entrance
from bot.web.helpers.live import HelpersLive
from bot.web.helpers.me import change_me, show_me
from bot.web.helpers.posters import give_poster, make_poster, show_posters
from bot.web.helpers.queue import show_queue, take_or_leave
from bot.web.helpers.roster import change_roster, show_roster
from bot.web.helpers.visit import Doorman, Visit
from bot.wording import pages

Files: TypeAlias = Callable[[Attachment], Awaitable[tuple[str, bytes]]]
"""Fetches a file, cleaned of all that says who sent it: its name and content. Raises ``LookupError`` when it cannot."""

_SHOWN_AS = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "ogg": "audio/ogg",
    "oga": "audio/ogg", "mp3": "audio/mpeg", "mp4": "video/mp4", "pdf": "application/pdf",
}  # fmt: skip


@dataclass(frozen=True)
class HelpersSite:
    """``live`` must be closed before the server stops."""

    routes: list[Route]
    live: HelpersLive


def helpers_site(parts: Parts, files: Files | None = None) -> HelpersSite:
    """The pages. *files* fetches what newcomers sent, where that can be done."""
    doorman = Doorman(parts)
    entrance, cases, live = (
        Entrance(parts, doorman),
        CasePages(with_files=files is not None),
        HelpersLive(parts, doorman),
    )
    doors = doorman.lets_in

    async def file(visit: Visit) -> Response:
        attachment = await attachment_of(visit.number, visit.helper, parts)
        if attachment is None or not attachment.file or files is None:
            return await visit.no_such_page()
        try:
            return _file(*await files(attachment))
        except LookupError:
            return await visit.page("message.html", status=404, said=visit.speech.text(pages.FILE_GONE))

    def both(path: str, endpoint: Callable[..., Awaitable[Response]]) -> Route:
        return Route(path, endpoint, methods=["GET", "POST"])

    async def nowhere(visit: Visit) -> Response:
        return await visit.no_such_page()

    routes = [
        both("/helpers", doors(show_queue, take_or_leave)),
        both("/helpers/sign-in", entrance.sign_in),
        both("/helpers/sign-in/{token}", entrance.link),
        both("/helpers/invitation/{token}", entrance.invitation),
        Route("/helpers/sign-out", doors(nowhere, entrance.sign_out), methods=["POST"]),
        Route("/helpers/stream", live.stream),
        both("/helpers/case/{number:int}", doors(cases.show, cases.do)),
        Route("/helpers/file/{number:int}", doors(file)),
        both("/helpers/me", doors(show_me, change_me)),
        both("/helpers/roster", doors(show_roster, change_roster, coordinators=True)),
        both("/helpers/posters", doors(show_posters, make_poster, coordinators=True)),
        Route("/helpers/posters/{code}", doors(give_poster, coordinators=True)),
        Route("/helpers/{path:path}", doors(nowhere)),
    ]
    return HelpersSite(routes, live)


def _file(name: str, content: bytes) -> Response:
    """A file of a newcomer's, for this helper alone: nothing in it may run, and what is no picture or sound is saved."""
    kind = _SHOWN_AS.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    place = "inline" if kind.partition("/")[0] in ("image", "audio", "video") else "attachment"
    safe = "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "._-")) or "file"
    headers = {
        "Content-Disposition": f'{place}; filename="{safe}"',
        "Content-Security-Policy": "default-src 'none'; media-src 'self'; img-src 'self'; sandbox",
    }
    return Response(content, headers=headers, media_type=kind)
