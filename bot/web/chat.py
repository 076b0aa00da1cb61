"""The newcomer's chat in the browser: a page, what a person says on it, and the stream of answers.

A person is a random session in a cookie; nothing else is asked or known. What is said goes to the same actions as on
every other channel; what is answered comes back on the stream of `bot.web.live`, never in the answer to a POST, so that
a page that was reloaded, or lost its connection, sees the same talk. Two exceptions stand at `_Outcome`.
"""

import asyncio
import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot import takeaways
from bot.actions.newcomer import newcomer_meets_trouble, newcomer_says
from bot.actions.parts import Parts
from bot.conversation import links
from bot.conversation.message import NOTHING, Heard, Message, Newcomer, Pressed, Started
from bot.conversation.respond import respond
from bot.conversation.state import Conversation
from bot.conversation.talk import Turn
from bot.web.guard import Pace, keep_session, new_session, same_origin, session_of, talk_of
from bot.web.live import Live
from bot.web.pages import Pages

MOST_BYTES = 16_384
MOST_LETTERS = 4_096
MOST_LABEL = 120

_LINE = re.compile(r"[1-9][0-9]{0,8}")
_NUMBER = re.compile(r"[0-9]{1,18}")
_T = TypeVar("_T", bound="_Post")

_Outcome: TypeAlias = Literal["answered", "passed", "before", "trouble", "forgotten", "unsaved"]
"""What became of a message.

Its answer is on the stream; or a helper has it, and the bot is silent; or it was answered before; or something broke,
and the stream says so. Twice the answer is given back at once: everything was deleted, so the session it would be read
on is no more; or it tells of danger and nothing can be stored.
"""

log = logging.getLogger(__name__)


class _Post(BaseModel):
    """What every post carries: which talk the page shows, and a key that stays the same when it is sent again."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    talk: str = Field(max_length=64)
    key: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$")


class _Say(_Post):
    text: str = Field(min_length=1)


class _Press(_Post):
    data: str = Field(min_length=1, max_length=64)
    on: int = Field(ge=0)
    label: str


class _Start(_Post):
    payload: str = Field(max_length=80)


class Chat:
    """The chat's pages and posts."""

    def __init__(self, parts: Parts, pages: Pages, live: Live, pace: Pace | None = None) -> None:
        self._parts = parts
        self._pages = pages
        self._live = live
        self._pace = pace or Pace()

    def routes(self) -> list[Route]:
        """Where everything is."""
        limit = [Middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BYTES)]
        return [
            Route("/", self.home),
            Route("/chat", self.page),
            Route("/chat/stream", self.stream),
            Route("/chat/say", self.say, methods=["POST"], middleware=limit),
            Route("/chat/press", self.press, methods=["POST"], middleware=limit),
            Route("/chat/start", self.start, methods=["POST"], middleware=limit),
            Route("/chat/keep/{line}", self.keep),
            Route("/chat/{link}", self.page),
        ]

    # --- pages ---

    async def home(self, _: Request) -> Response:
        """The chat is all there is."""
        return RedirectResponse("/chat")

    async def page(self, request: Request) -> Response:
        """The chat; behind a link such as ``/chat/library-card__es`` it begins with that article, in that language."""
        link, now = request.path_params.get("link", ""), datetime.now(UTC)
        asked = links.read(link)
        if link and not asked.article:
            return self._pages.error(404, request.headers.get("accept-language", ""), now)
        session = session_of(request)
        spoken = await self._spoken(session) if session else ""
        session = session or new_session()
        language = spoken or (asked.language if self._pages.offers(asked.language) else self._accepted(request))
        response = self._pages.chat(language, now, talk_of(session), link)
        keep_session(request, response, session)
        return response

    async def stream(self, request: Request) -> Response:
        """Everything said, from the line after ``Last-Event-ID`` on (or ``after``, for a page that connects anew)."""
        session = session_of(request)
        known, session = bool(session), session or new_session()
        seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
        same = request.query_params.get("talk") == talk_of(session)
        after = int(seen) if same and _NUMBER.fullmatch(seen) else 0
        events = self._live.lines(_newcomer(session), talk_of(session), after, self._accepted(request))
        # Proxies such as nginx hold answers back unless told not to.
        response = StreamingResponse(events, headers={"X-Accel-Buffering": "no"}, media_type="text/event-stream")
        if not known:
            keep_session(request, response, session)
        return response

    async def keep(self, request: Request) -> Response:
        """A picture or a file that was given in this talk, and in no other. The browser keeps none: it may be hidden."""
        session, asked = session_of(request), request.path_params["line"]
        number = int(asked) if _LINE.fullmatch(asked) else 0
        lines = await self._parts.store.web_lines(_newcomer(session), number - 1, 1) if session and number else []
        said = lines[0].said if lines and lines[0].id == number else ""
        if isinstance(said, str) or said.takeaway is None:
            raise HTTPException(404)
        try:
            file = await asyncio.to_thread(takeaways.make, said.takeaway)
        except Exception as err:
            log.exception("a takeaway cannot be made")
            raise HTTPException(503) from err
        if file is None:
            raise HTTPException(404)
        headers = {"Content-Disposition": f'inline; filename="{file.name}"', "Cache-Control": "no-store"}
        return Response(file.content, media_type=file.mime, headers=headers)

    # --- posts ---

    async def say(self, request: Request) -> Response:
        """Typed words."""

        async def heard(post: _Say, newcomer: Newcomer, at: datetime) -> Message:
            return Heard(newcomer, at, _key(newcomer, post.key), post.text[:MOST_LETTERS])

        return await self._posted(request, _Say, heard)

    async def press(self, request: Request) -> Response:
        """A button."""

        async def pressed(post: _Press, newcomer: Newcomer, at: datetime) -> Message:
            on = str(post.on or "")
            return Pressed(newcomer, at, _key(newcomer, post.key), post.data, on, post.label[:MOST_LABEL])

        return await self._posted(request, _Press, pressed)

    async def start(self, request: Request) -> Response:
        """A page was opened and nothing is on it yet, or it was opened by a link."""

        async def started(post: _Start, newcomer: Newcomer, at: datetime) -> Message | None:
            # Two tabs opened at once find the same empty talk: by this key only the first of them begins it.
            key = post.key if post.payload else f"start-{at:%Y-%m-%dT%H}"
            if not post.payload and await self._parts.store.web_lines(newcomer, 0, 1):
                return None
            return Started(newcomer, at, _key(newcomer, key), post.payload)

        return await self._posted(request, _Start, started)

    async def _posted(
        self, request: Request, form: type[_T], read: Callable[[_T, Newcomer, datetime], Awaitable[Message | None]]
    ) -> Response:
        """Everything that is the same for all posts: who may, who is it, is it too fast, what became of it."""
        if not same_origin(request):
            return _refused(403, "posts are taken from our own page only")
        try:
            post = form.model_validate_json(await request.body())
        except ValidationError as err:
            return _refused(400, "; ".join(f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in err.errors()))
        session = session_of(request)
        if not session or post.talk != talk_of(session):
            return _refused(409, "this page shows another talk than the one that is open now")
        if not self._tells_of_danger(post) and (seconds := self._pace.wait(session)):
            return JSONResponse({"error": "too fast"}, 429, {"Retry-After": str(int(seconds) + 1)})
        try:
            message = await read(post, _newcomer(session), datetime.now(UTC))
            turn = await newcomer_says(message, self._parts) if message else None
        except Exception as err:  # noqa: BLE001  (whatever it was, the newcomer is told and not left waiting)
            _note("a turn broke", err)
            return await self._trouble(post, session)
        if turn and turn.forget:
            return self._forgotten(request, turn)
        if turn and not turn.words:
            return _taken("passed")
        return _taken("answered" if turn else "before")

    def _tells_of_danger(self, post: _Post) -> bool:
        return isinstance(post, _Say) and self._parts.guide.emergencies.alarm(post.text[:MOST_LETTERS]) is not None

    async def _trouble(self, post: _Post, session: str) -> Response:
        newcomer, now = _newcomer(session), datetime.now(UTC)
        if isinstance(post, _Say) and self._tells_of_danger(post):
            # The store is away, or worse: danger is answered all the same.
            heard = Heard(newcomer, now, _key(newcomer, post.key), post.text[:MOST_LETTERS])
            turn = respond(Conversation(), heard, NOTHING, self._parts.guide, now)
            return _taken("unsaved", line=self._pages.drawn(turn.words[0]))
        try:
            message = Pressed(newcomer, now, _key(newcomer, post.key), "")
            await newcomer_meets_trouble(message, self._parts)
        except Exception as err:  # noqa: BLE001  (not even that: the page keeps the message and sends it again)
            _note("nothing can be stored", err)
            return JSONResponse({"error": "not now"}, 503, {"Retry-After": "2"})
        return _taken("trouble")

    def _forgotten(self, request: Request, turn: Turn) -> Response:
        """The receipt, and a new session: the old one leads nowhere any more."""
        session = new_session()
        response = _taken("forgotten", talk=talk_of(session), line=self._pages.drawn(turn.words[0]))
        keep_session(request, response, session)
        return response

    async def _spoken(self, session: str) -> str:
        """The language chosen before; empty when there is none, or nobody can say: the page is shown all the same."""
        try:
            return (await self._parts.store.peek(_newcomer(session))).language
        except Exception as err:  # noqa: BLE001  (the page tells whom to call in danger, and connects again by itself)
            _note("a chat was opened without its language", err)
            return ""

    def _accepted(self, request: Request) -> str:
        return self._pages.accepted(request.headers.get("accept-language", ""))


def _newcomer(session: str) -> Newcomer:
    return Newcomer("web", session)


def _key(newcomer: Newcomer, key: str) -> str:
    """Keys are made by pages: one page must not use up another's."""
    return f"web:{newcomer.address}:{key}"


def _taken(outcome: _Outcome, **more: object) -> Response:
    return JSONResponse({"outcome": outcome, **more}, 202)


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status)


def _note(what: str, err: Exception) -> None:
    """Into the log, with the place and without the error's own words: they may repeat what somebody wrote."""
    frames = traceback.extract_tb(err.__traceback__)[-3:]
    place = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    log.error("%s: %s at %s", what, type(err).__name__, place)
