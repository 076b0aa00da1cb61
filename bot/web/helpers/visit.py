"""Who is at the door of a helpers' page: the session in the cookie, the token in every form, what strangers get (nothing)."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.entrance import SESSION_AT_MOST, SignedIn, signed_in
from bot.actions.pages import Queue, queue_of
from bot.actions.parts import Parts
from bot.handoff.helper import Helper
from bot.richtext import Text
from bot.web.guard import same_origin
from bot.web.helpers.drawing import draw, message
from bot.web.helpers.forms import MOST_LETTERS, BadForm, Form, TooLong, read_form
from bot.web.helpers.speaking import Speech
from bot.web.pages import accepted
from bot.wording import pages

MOST_ROWS = 2**31
HOME = "/helpers"
SIGN_IN = "/helpers/sign-in"


@dataclass(frozen=True)
class Visit:
    """Somebody who is signed in asks for a page, or has filled in a form of it."""

    request: Request
    parts: Parts
    signed: SignedIn
    now: datetime
    form: Form = field(default_factory=Form)

    @property
    def helper(self) -> Helper:
        """Who it is."""
        return self.signed.helper

    @property
    def speech(self) -> Speech:
        """In their language."""
        return Speech(self.parts.guide, self.helper.language, self.now)

    @property
    def key(self) -> str:
        """The key of the form, for this helper alone. Raises `BadForm`."""
        return f"page:{self.helper.id}:{self.form.key}"

    @property
    def number(self) -> int:
        """The number in the address; 0, which nothing has, for one that no table could hold."""
        number = int(self.request.path_params["number"])
        return number if number < MOST_ROWS else 0

    @property
    def only_a_part(self) -> bool:
        """Whether a script asks for a part of the page that is open."""
        return "hx-request" in self.request.headers

    async def page(
        self, template: str, *flash: Text, status: int = 200, queue: Queue | None = None, **values: object
    ) -> HTMLResponse:
        """A page of theirs, with how much waits for them."""
        queue = queue or await queue_of(self.helper, self.parts)
        frame = {"signed": self.signed, "csrf": csrf_of(self.signed.token), "waiting": queue.count(self.helper)}
        return draw(template, self.speech, status, flash=flash, queue=queue, **frame, **values)

    async def no_such_page(self) -> Response:
        """It does not exist, or it is another's: nobody is told which. A part that is gone takes its page along."""
        if self.only_a_part:
            return leads_to(HOME)
        return await self.page("message.html", status=404, said=self.speech.text(pages.NOT_FOUND))


Handler: TypeAlias = Callable[[Visit], Awaitable[Response]]
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


class Doorman:
    """Lets helpers in to their pages, and nobody else."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def lets_in(self, shows: Handler, does: Handler | None = None, *, coordinators: bool = False) -> Endpoint:
        """*shows* answers a GET and *does* a POST, of helpers or of coordinators alone."""

        async def endpoint(request: Request) -> Response:
            now = datetime.now(UTC)
            visits = request.method == "POST" or "hx-request" not in request.headers
            signed = await signed_in(
                request.cookies.get(cookie(self.secure(request)), ""), self._parts, now, visits=visits
            )
            if signed is None:
                return leads_to(SIGN_IN) if "hx-request" in request.headers else RedirectResponse(SIGN_IN, 302)
            visit = Visit(request, self._parts, signed, now)
            if coordinators and signed.helper.role != "coordinator":
                return await visit.no_such_page()
            if request.method != "POST" or does is None:
                return await shows(visit)
            try:
                return await does(await self._posted(visit))
            except LookupError:  # they are no helper any more, since a moment
                return RedirectResponse(SIGN_IN, 303)
            except BadForm:
                said = visit.speech.text(pages.NOT_UNDERSTOOD)
                return await visit.page("message.html", status=400, said=said)
            except TooLong:
                said = visit.speech.text(pages.TOO_LONG, count=visit.speech.number(MOST_LETTERS))
                return await visit.page("message.html", status=413, said=said)
            except PermissionError:
                said = visit.speech.text(pages.NOT_FROM_HERE)
                return await visit.page("message.html", status=403, said=said)

        return endpoint

    async def _posted(self, visit: Visit) -> Visit:
        """With the form. Raises `BadForm`, and ``PermissionError`` when it is none of our own pages'."""
        if not same_origin(visit.request):
            raise PermissionError
        form = await read_form(visit.request)
        if not hmac.compare_digest(form.one("csrf").encode(), csrf_of(visit.signed.token).encode()):
            raise PermissionError
        return Visit(visit.request, visit.parts, visit.signed, visit.now, form)

    def stranger(self, request: Request) -> Speech:
        """How to speak with somebody who is not signed in: as the page was asked to, else as their browser says."""
        asked = request.query_params.get("language", "")
        city = self._parts.guide.library.pack.city
        language = asked if asked in city.languages else accepted(
            request.headers.get("accept-language", ""), city.languages
        )  # fmt: skip
        return Speech(self._parts.guide, language, datetime.now(UTC))

    def comes_in(self, request: Request, token: str) -> Response:
        """To their page, with the session in a cookie that no script can read."""
        response = RedirectResponse(HOME, 303)
        secure, age = self.secure(request), int(SESSION_AT_MOST / timedelta(seconds=1))
        response.set_cookie(cookie(secure), token, age, path="/", secure=secure, httponly=True, samesite="lax")
        return response

    def goes_out(self, request: Request) -> Response:
        """To the sign-in page, without the cookie."""
        response = RedirectResponse(SIGN_IN, 303)
        secure = self.secure(request)
        response.delete_cookie(cookie(secure), path="/", secure=secure, httponly=True, samesite="lax")
        return response

    def secure(self, request: Request) -> bool:
        """Whether the pages are reached over https."""
        return request.url.scheme == "https" or self._parts.links.site.startswith("https://")

    def refused(self, request: Request, status: int) -> Response:
        """A stranger's form that is none of ours."""
        speech = self.stranger(request)
        return message(speech, speech.text(pages.NOT_FROM_HERE), status)


def cookie(secure: bool) -> str:
    """The cookie's name. With the prefix a browser takes it from nobody but this very host over https."""
    return "__Host-helper" if secure else "helper"


def csrf_of(token: str) -> str:
    """What every form of a session carries. Nobody gets from it to the session."""
    return hmac.digest(token.encode(), b"forms of this session", "sha256").hex()[:32]


def leads_to(path: str) -> Response:
    """For a script that asked for a part of a page: go there as a whole."""
    return Response(headers={"HX-Redirect": path})
