"""The doors: signing in by name and password or by a link, becoming a helper by an invitation, signing out."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from bot.actions.entrance import (
    LEAST_LETTERS,
    MOST_LETTERS,
    TooOften,
    helper_follows_link,
    helper_signs_in,
    helper_signs_out,
    link_works,
    plain_name,
    signed_in,
    somebody_becomes_helper,
)
from bot.actions.parts import Parts
from bot.handoff.helper import Helper
from bot.richtext import Text
from bot.web.guard import same_origin
from bot.web.helpers.answers import hours_of, languages_of, name_of
from bot.web.helpers.drawing import draw, message
from bot.web.helpers.forms import BadForm, Form, TooLong, read_form
from bot.web.helpers.speaking import Speech
from bot.web.helpers.visit import Doorman, Visit, cookie
from bot.wording import helping, pages

COMMAND = "/web"
"""What a helper writes to the bot on Telegram for a link."""


class Entrance:
    """The pages for those who are not in yet."""

    def __init__(self, parts: Parts, doorman: Doorman) -> None:
        self._parts = parts
        self._doorman = doorman

    async def sign_in(self, request: Request) -> Response:
        """Name and password."""
        if request.method == "POST":
            return await self._posted(request, self._signs_in)
        token = request.cookies.get(cookie(self._doorman.secure(request)), "")
        if token and await signed_in(token, self._parts, datetime.now(UTC)):
            return self._doorman.comes_in(request, token)
        return self._sign_in_page(request)

    async def link(self, request: Request) -> Response:
        """A link from the bot. It is used up by the button alone: previews of links must not burn it."""
        if request.method == "POST":
            return await self._posted(request, self._follows_link)
        speech, token = self._doorman.stranger(request), request.path_params["token"]
        if not await link_works("sign-in", token, self._parts, speech.now):
            return self._link_over(speech)
        return draw("link.html", speech)

    async def invitation(self, request: Request) -> Response:
        """Become a helper without Telegram."""
        if request.method == "POST":
            return await self._posted(request, self._joins)
        return await self._invitation_page(request, Form())

    async def sign_out(self, visit: Visit) -> Response:
        """The session is over."""
        await helper_signs_out(visit.signed.token, self._parts)
        return self._doorman.goes_out(visit.request)

    # --- what strangers do ---

    async def _posted(self, request: Request, does: Callable[[Request, Form], Awaitable[Response]]) -> Response:
        if not same_origin(request):
            return self._doorman.refused(request, 403)
        try:
            return await does(request, await read_form(request))
        except BadForm:
            return self._doorman.refused(request, 400)
        except TooLong:
            return self._doorman.refused(request, 413)

    async def _signs_in(self, request: Request, form: Form) -> Response:
        speech = self._doorman.stranger(request)
        address = request.client.host if request.client else ""
        name, password = form.one("name"), form.raw("password")[:MOST_LETTERS]
        done = await helper_signs_in(name, password, address, self._parts, speech.now)
        if isinstance(done, TooOften):
            said = speech.text(pages.WAIT, wait=speech.span(done.wait))
            return self._sign_in_page(request, said, name=name, status=429, wait=int(done.wait.total_seconds()) + 1)
        if done is None:
            return self._sign_in_page(request, speech.text(pages.WRONG), name=name, status=401)
        return self._doorman.comes_in(request, done)

    async def _follows_link(self, request: Request, _: Form) -> Response:
        speech = self._doorman.stranger(request)
        session = await helper_follows_link(request.path_params["token"], self._parts, speech.now)
        return self._doorman.comes_in(request, session) if session else self._link_over(speech)

    async def _joins(self, request: Request, form: Form) -> Response:
        speech, token = self._doorman.stranger(request), request.path_params["token"]
        if not await link_works("invite", token, self._parts, speech.now):
            return self._invitation_over(speech)
        wrong = _wrong(form, speech)
        if wrong:
            return await self._invitation_page(request, form, *wrong)
        new = Helper(
            0,
            name=name_of(form),
            language=speech.language,
            languages=languages_of(form, speech),
            hours=hours_of(form),
        )
        login, password = form.one("login"), form.raw("password")
        session = await somebody_becomes_helper(token, new, login, password, self._parts, speech.now)
        if session == "over":
            return self._invitation_over(speech)
        if session == "name-taken":
            return await self._invitation_page(request, form, speech.text(pages.NAME_TAKEN))
        return self._doorman.comes_in(request, session)

    # --- pages ---

    def _sign_in_page(
        self, request: Request, *flash: Text, name: str = "", status: int = 200, wait: int = 0
    ) -> Response:
        response = draw(
            "sign_in.html", self._doorman.stranger(request), status, flash=flash, name=name, command=COMMAND,
            most=MOST_LETTERS,
        )  # fmt: skip
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response

    def _link_over(self, speech: Speech) -> Response:
        return message(speech, speech.text(pages.LINK_OVER, command=COMMAND), 410, next="/helpers/sign-in")

    def _invitation_over(self, speech: Speech) -> Response:
        return message(speech, speech.text(helping.INVITATION_OVER), 410)

    async def _invitation_page(self, request: Request, form: Form, *wrong: Text) -> Response:
        """The page, with what was filled in before."""
        speech, token = self._doorman.stranger(request), request.path_params["token"]
        role = await link_works("invite", token, self._parts, speech.now)
        if role is None:
            return self._invitation_over(speech)
        filled = Helper(0, languages=languages_of(form, speech), hours=hours_of(form))
        return draw(
            "invitation.html", speech, 422 if wrong else 200, role=role, filled=filled, form=form, wrong=wrong,
            least=LEAST_LETTERS, most=MOST_LETTERS,
        )  # fmt: skip


def _wrong(form: Form, speech: Speech) -> list[Text]:
    """Everything that must be filled in differently, at once."""
    password = form.raw("password")
    checks = (
        (not form.one("promise"), speech.text(pages.NO_PROMISE)),
        (not name_of(form), speech.text(pages.NO_NAME)),
        (not languages_of(form, speech), speech.text(helping.NO_LANGUAGES_YET)),
        (not plain_name(form.one("login")), speech.text(pages.NO_SIGN_IN_NAME)),
        (len(password) < LEAST_LETTERS, speech.text(pages.SHORT_PASSWORD, count=LEAST_LETTERS)),
        (len(password) > MOST_LETTERS, speech.text(pages.TOO_LONG, count=MOST_LETTERS)),
    )
    return [said for wrong, said in checks if wrong]
