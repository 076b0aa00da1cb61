"""The HTTP side: ``/bot<token>/<method>`` in every form the API allows, files, and the life of the server.

``BotApi`` is the whole machine. In a test::

    async with BotApi() as api:
        rosa = api.user("Rosa", language="es")
        ...                                      # start the bot with api.url and api.token
        rosa.says("hola")
        await rosa.expect("biblioteca")

At the end of the block it complains (AssertionError) about every violation and unsupported call that the test has not
cleared with ``api.record.forget()`` or looked at with ``api.takes_violations()``.
"""

import asyncio
import contextlib
import inspect
import json
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from .errors import Refused, Unsupported
from .faults import Fault, Faults
from .limits import Limits
from .methods import METHODS, Office
from .person import Group, Person
from .profile import Profile
from .record import Call, Record, Violation
from .schema import Complaint, Method, Upload, published
from .updates import Mailbox
from .world import FIRST_GROUP, Chat, ChatKind, World

Json = dict[str, Any]

TOKEN = "777:local-bot-api-server-has-one-bot"
LARGEST_REQUEST = 64 * 1024 * 1024
_BAD_GATEWAY = (
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
)


class BotApi:
    """A Bot API server with one bot. Parameters:

    - ``port`` 0 takes a free one; ``token`` is the bot's;
    - ``limits`` what may be sent how fast; ``Limits(on=False)`` for benchmarks;
    - ``check_results`` False leaves out the checks of our own answers and updates (benchmarks), never those of calls;
    - ``callback_lifetime`` seconds a button press can be answered; ``retry_scale`` multiplies the webhook's waits;
    - ``history`` keeps only that many calls and updates; ``strict`` complains at the end of ``async with``.
    """

    def __init__(self, port: int = 0, *, host: str = "127.0.0.1", token: str = TOKEN, limits: Limits | None = None,
                 check_results: bool = True, callback_lifetime: float = 150.0, retry_scale: float = 1.0,
                 history: int | None = None, strict: bool = True) -> None:  # fmt: skip
        self.token = token
        self.host, self.port = host, port
        self.limits = limits or Limits()
        self.faults = Faults()
        self.record = Record(history)
        self.schema = published()
        self.check_results = check_results
        self.strict = strict
        self.profile = Profile()
        self.mailbox = Mailbox(retry_scale=retry_scale, check=self._check_update, history=history)
        self.mailbox.on_reply = self._reply_from_webhook
        self.world = World(self.mailbox.add, bot_id=int(token.partition(":")[0]))
        self.office = Office(self.world, self.mailbox, self.limits, self.profile, self.schema, callback_lifetime)
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self._routes: list[Callable[[web.Application], None]] = []
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()
        self._replies: set[asyncio.Task[Any]] = set()

    # -- life

    async def start(self) -> None:
        """Listens; ``port`` and ``url`` are known afterwards."""
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_route("*", "/bot{token}/{method}", self._on_call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._on_download)
        for add in self._routes:
            add(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port, backlog=1024).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Lets everyone who waits go, and closes."""
        self._closing.set()
        self.world.touch()
        await self.mailbox.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if kind is None and self.strict:
            self.assert_clean()

    @property
    def url(self) -> str:
        """What TELEGRAM_API_URL must be."""
        return f"http://{self.host}:{self.port}"

    @property
    def closing(self) -> bool:
        """Whether ``stop`` was called; streams end then."""
        return self._closing.is_set()

    def also_serves(self, add: Callable[[web.Application], None]) -> None:
        """More pages on the same port (before ``start``)."""
        self._routes.append(add)

    def assert_clean(self) -> None:
        """AssertionError when a call was wrong or unknown, or this server itself made a mistake."""
        if trouble := self.record.trouble():
            raise AssertionError("The bot used the Bot API wrongly:\n" + "\n".join(trouble))

    def takes_violations(self) -> list[str]:
        """The trouble so far, for a test that caused it on purpose; forgotten afterwards."""
        trouble = self.record.trouble()
        self.record.violations.clear()
        self.record.unsupported.clear()
        return trouble

    # -- people and places

    def user(self, name: str, *, language: str | None = "en", id: int | None = None,  # noqa: A002
             last_name: str | None = None, username: str | None = None) -> Person:  # fmt: skip
        """A new person, who has not met the bot yet. ``language`` None: an app that does not tell it."""
        number = id if id is not None else 1001 + len(self.people)
        names = {"first_name": name, "last_name": last_name, "username": username}
        chat = Chat(number, "private", {k: v for k, v in names.items() if v}, started=False, known_to_bot=False)
        person = Person(self.world, self.world.add_chat(chat), language)
        self.people[person.id] = person
        return person

    def group(self, title: str, *people: Person, kind: ChatKind = "supergroup", username: str | None = None) -> Group:
        """A new group or channel, without the bot; ``person.adds_bot(group)`` brings it in."""
        number = -(FIRST_GROUP + len(self.groups)) - (10**12 if kind != "group" else 0)
        names = {"title": title, **({"username": username} if username else {})}
        chat = self.world.add_chat(Chat(number, kind, names, bot_status="left", known_to_bot=False))
        group = self.groups[number] = Group(chat, list(people))
        return group

    def fails(self, how: Any, **which: Any) -> Fault:
        """Lets coming calls go wrong; see ``faults.py``."""
        return self.faults.order(how, **which)

    def calls_of(self, *methods: str) -> list[Call]:
        """The recorded calls of some methods."""
        return self.record.of(*methods)

    # -- calls

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _answer(401, Refused(401, "Unauthorized").answer())
        name = request.match_info["method"]
        method = self.schema.method(name)
        if method is None:
            self._violation("call", f"there is no method {name!r}")
            return _answer(404, Refused(404, "Not Found").answer())
        call = Call(method.name, {}, time.time())
        self.record.calls.append(call)
        try:
            raw = await _parameters(request)
        except ValueError as error:
            self._violation("call", f"{method.name}: {error}")
            return self._refused(call, Refused(400, f"Bad Request: {error}"))
        parameters = method.decode(raw)
        if isinstance(parameters, Complaint):
            call.parameters = raw
            self._violation("call", parameters.what)
            return self._refused(call, Refused(400, f"Bad Request: {parameters.what}"))
        call.parameters = parameters
        fault = self.faults.meeting(method.name, _chat_id(parameters))
        if fault is not None:
            call.fault = fault.how
            if fault.how != "lose":
                return await self._failed(request, call, fault)
        uploads = {name: value for name, value in raw.items() if isinstance(value, Upload)}
        answer = await self._done(method, call, uploads | parameters)
        return _cut(request) if fault is not None else answer

    async def _done(self, method: Method, call: Call, parameters: Json) -> web.Response:
        """Does the work and records how it ended."""
        do = METHODS.get(method.name)
        try:
            if do is None:
                raise Unsupported("the method")  # noqa: TRY301
            result = do(self.office, parameters)
            if inspect.isawaitable(result):
                result = await result
        except Refused as refused:
            return self._refused(call, refused)
        except Unsupported as unsupported:
            what = f"{method.name}: {unsupported}"
            self.record.unsupported.append(what)
            return self._refused(call, Refused(501, f"Not Implemented: {what} is not part of this local server"))
        if self.check_results and (wrong := method.wrong_result(result)) is not None:
            self._violation("ours", wrong)
            return self._refused(call, Refused(500, f"Internal Server Error: {wrong}"))
        call.took, call.answer = time.time() - call.at, result
        return _answer(200, {"ok": True, "result": result})

    def _refused(self, call: Call, refused: Refused) -> web.Response:
        call.took, call.status, call.answer = time.time() - call.at, refused.code, refused.description
        return _answer(refused.code, refused.answer())

    async def _failed(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        """A call that was ordered to go wrong."""
        match fault.how:
            case "429":
                return self._refused(
                    call, Refused(429, f"Too Many Requests: retry after {fault.retry_after}", fault.retry_after)
                )
            case "500":
                return self._refused(call, Refused(500, "Internal Server Error"))
            case "502":
                call.status, call.answer = 502, "Bad Gateway"
                return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
            case "hang":
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), fault.seconds)
        call.status, call.answer = 0, f"no answer ({fault.how})"
        return _cut(request)

    async def _on_download(self, request: web.Request) -> web.Response:
        file = self.world.files.at_path(request.match_info["path"])
        if request.match_info["token"] != self.token or file is None:
            return _answer(404, Refused(404, "Not Found").answer())
        return web.Response(body=file.content, content_type="application/octet-stream")

    # -- checks

    def _violation(self, side: str, what: str) -> None:
        self.record.violations.append(Violation(side, what, time.time()))
        self.world.touch()

    def _check_update(self, body: Json) -> None:
        if self.check_results and (wrong := self.schema.wrong_update(body)) is not None:
            self._violation("ours", wrong)

    def _reply_from_webhook(self, body: Json) -> None:
        """A call that came inside the answer to a webhook delivery; its result goes nowhere."""
        name = str(body.pop("method"))
        method = self.schema.method(name)
        parameters = method.decode(body) if method is not None else Complaint(f"there is no method {name!r}")
        if method is None or isinstance(parameters, Complaint):
            assert isinstance(parameters, Complaint)
            self._violation("call", f"webhook answer: {parameters.what}")
            return
        call = Call(method.name, parameters, time.time())
        self.record.calls.append(call)
        task: asyncio.Task[Any] = asyncio.ensure_future(_finished(self._done(method, call, parameters)))
        self._replies.add(task)
        task.add_done_callback(self._replies.discard)


async def _finished(work: Awaitable[Any]) -> None:
    await work


def _answer(status: int, body: Json) -> web.Response:
    headers = {"Retry-After": str(body["parameters"]["retry_after"])} if "parameters" in body else None
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(status=status, body=data, content_type="application/json", headers=headers)


def _cut(request: web.Request) -> web.Response:
    """Closes the connection instead of answering."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _chat_id(parameters: Json) -> int | None:
    chat = parameters.get("chat_id")
    return chat if isinstance(chat, int) else None


async def _parameters(request: web.Request) -> Json:
    """All parameters of a call: from the address, a form, a multipart form or JSON. ValueError when unreadable."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        body = json.loads(await request.read() or b"{}")
        if not isinstance(body, dict):
            raise ValueError("can't parse JSON object")
        return found | {name: value for name, value in body.items() if value is not None}
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                found[name] = Upload(value.filename, value.file.read())
            else:
                found[name] = value if isinstance(value, str) else bytes(value).decode()
    return found
