"""People's side over HTTP, for the page at ``/`` and for other processes. Everything is JSON.

======  ===============================  =====================================================================
POST    /lab/users                       {"name", "language"?, "id"?} → the person
POST    /lab/users/<id>/<deed>           a method of ``Person`` (``DEEDS``) and its arguments: {"text": "hola"}
GET     /lab/users/<id>/screen           what they see
GET     /lab/users/<id>/expect           ?text=&timeout= → the message, or 408 with the screen
POST    /lab/groups                      {"title", "kind"?, "members"?: [id]} → the group
GET     /lab/files/<file_id>             the bytes of a file that somebody sent
GET     /lab/state                       all screens and counters
GET     /lab/events                      server-sent events: a number whenever something changed
GET     /lab/calls                       ?method=&since= (Unix time) → recorded calls
GET     /lab/updates                     ?since=<update_id> → what the bot was sent and when it confirmed
GET     /lab/trouble                     violations and unsupported calls; DELETE forgets them
POST    /lab/faults                      {"how", "method"?, "chat"?, "times"?, "retry_after"?, "seconds"?}; DELETE
POST    /lab/limits                      {"on"?, "per_second"?, …}
POST    /lab/travel                      {"seconds"}: the clock moves on
POST    /lab/load                        {"total", "people"?, "at_once"?, "text"?, …} starts it; GET reports
======  ===============================  =====================================================================

``where`` in a deed is the id of a group, ``from_person`` that of a person, ``content`` bytes in Base64.
Wrong arguments are answered with 400 and a sentence.
"""

import asyncio
import base64
import binascii
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import web

from .load import Load
from .person import Group, NotSeen, Person, Press
from .schema import Upload
from .seen import Seen
from .server import BotApi
from .world import Chat

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

DEEDS = frozenset(
    [
        "starts",
        "says",
        "sends",
        "sends_album",
        "forwards",
        "edits",
        "edits_caption",
        "moves",
        "deletes",
        "presses",
        "reacts",
        "blocks",
        "unblocks",
        "deletes_account",
        "adds_bot",
        "removes_bot",
        "reads_all",
    ]
)
SHOWN_MESSAGES = 200
ACTION_SECONDS = 5
_BREATH = 0.03
_PING = 15.0


class Lab:
    """The end points of one server. ``Lab(api)`` before ``api.start()``."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._load: Load | None = None
        api.also_serves(self._add_routes)

    def _add_routes(self, app: web.Application) -> None:
        add = app.router.add_route
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "/", self._page),
            ("POST", "/lab/users", self._new_user),
            ("GET", "/lab/users/{id}/screen", self._screen),
            ("GET", "/lab/users/{id}/expect", self._expect),
            ("POST", "/lab/users/{id}/{deed}", self._deed),
            ("POST", "/lab/groups", self._new_group),
            ("GET", "/lab/files/{id}", self._file),
            ("GET", "/lab/state", self._state),
            ("GET", "/lab/events", self._events),
            ("GET", "/lab/calls", self._calls),
            ("GET", "/lab/updates", self._updates),
            ("GET", "/lab/trouble", self._trouble),
            ("DELETE", "/lab/trouble", self._forget_trouble),
            ("POST", "/lab/faults", self._new_fault),
            ("DELETE", "/lab/faults", self._no_faults),
            ("POST", "/lab/limits", self._limits),
            ("POST", "/lab/travel", self._travel),
            ("POST", "/lab/load", self._start_load),
            ("GET", "/lab/load", self._report_load),
        ]
        for method, path, handler in routes:
            add(method, path, _in_words(handler))

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(Path(__file__).parent / "lab.html", headers={"Cache-Control": "no-store"})

    # -- people

    async def _new_user(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self._person_as_json(self._api.user(**await request.json())))

    async def _new_group(self, request: web.Request) -> web.StreamResponse:
        given = await request.json()
        members = [self._api.people[number] for number in given.pop("members", [])]
        group = self._api.group(given.pop("title"), *members, **given)
        return web.json_response(self._group_as_json(group))

    async def _deed(self, request: web.Request) -> web.StreamResponse:
        person, deed = self._person(request), request.match_info["deed"]
        if deed not in DEEDS:
            raise ValueError(f"There is no deed {deed!r}; there are {', '.join(sorted(DEEDS))}.")
        given = await request.json() if request.can_read_body else {}
        for name in ("where", "group"):
            if name in given:
                given[name] = self._api.groups[given[name]]
        if "from_person" in given:
            given["from_person"] = self._api.people[given["from_person"]]
        for part in (given, *given.get("items", [])):
            if isinstance(part, dict) and "content" in part:
                part["content"] = _bytes(part["content"])
        done = getattr(person, deed)(**given)
        if isinstance(done, Press):
            return web.json_response({"query": done.query.id})
        if isinstance(done, list):
            return web.json_response([message.as_json() for message in done])
        return web.json_response(done.as_json() if isinstance(done, Seen) else {})

    async def _screen(self, request: web.Request) -> web.StreamResponse:
        return web.json_response([message.as_json() for message in self._person(request).screen(self._where(request))])

    async def _expect(self, request: web.Request) -> web.StreamResponse:
        person, query = self._person(request), request.query
        try:
            message = await person.expect(
                query.get("text", ""), float(query.get("timeout", "5")), where=self._where(request)
            )
        except NotSeen as not_seen:
            return web.json_response({"error": str(not_seen)}, status=408)
        return web.json_response(message.as_json())

    def _person(self, request: web.Request) -> Person:
        return self._api.people[int(request.match_info["id"])]

    def _where(self, request: web.Request) -> Group | None:
        return self._api.groups[int(request.query["where"])] if "where" in request.query else None

    # -- what there is

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """Pictures and sounds to be shown; anything else to be saved, so that no file can act as a page."""
        file = self._api.world.files.by_id[request.match_info["id"]]
        kind = file.mime_type.partition("/")[0]
        shown = kind in ("image", "audio", "video") and file.mime_type != "image/svg+xml"
        headers = {"Cache-Control": "max-age=3600"} | ({} if shown else {"Content-Disposition": "attachment"})
        return web.Response(body=file.content, content_type=file.mime_type, headers=headers)

    async def _state(self, _: web.Request) -> web.StreamResponse:
        api, webhook = self._api, self._api.mailbox.webhook
        return web.json_response(
            {
                "version": api.world.version,
                "bot": {
                    "name": api.profile.text("name", "") or api.world.bot["first_name"],
                    "username": api.world.bot["username"],
                },
                "people": [self._person_as_json(person) for person in api.people.values()],
                "groups": [self._group_as_json(group) for group in api.groups.values()],
                "webhook": webhook.url if webhook else None,
                "pending": len(api.mailbox),
                "calls": len(api.record.calls),
                "slowed_down": api.limits.refused,
                "trouble": api.record.trouble(),
                "faults": [asdict(fault) for fault in api.faults.open],
            }
        )

    def _person_as_json(self, person: Person) -> Json:
        language = person.language or ""
        profile, chat = self._api.profile, person.chat
        return {
            "id": person.id,
            "name": person.name,
            "language": language,
            "blocked": chat.bot_status == "kicked",
            "started": chat.started,
            "bot_name": profile.text("name", language),
            "description": profile.text("description", language),
            "commands": profile.commands_for(person.id, language),
            "toasts": self._toasts(chat),
            **self._chat_as_json(chat),
        }

    def _group_as_json(self, group: Group) -> Json:
        names = {"id": group.id, "title": group.chat.names["title"], "kind": group.chat.kind}
        return {
            **names,
            "bot": group.chat.bot_status,
            "members": [p.id for p in group.members],
            **self._chat_as_json(group.chat),
        }

    def _chat_as_json(self, chat: Chat) -> Json:
        posts = list(chat.posts.values())[-SHOWN_MESSAGES:]
        typing = chat.action is not None and self._api.world.now - chat.action[1] < ACTION_SECONDS
        return {
            "screen": [self._api.world.view(post).as_json() for post in posts],
            "keyboard": [[button["text"] for button in row] for row in (chat.keyboard or {}).get("keyboard", [])],
            "action": chat.action[0] if typing and chat.action else None,
        }

    def _toasts(self, chat: Chat) -> list[Json]:
        asked = [query for query in list(self._api.world.queries.values())[-50:] if query.chat == chat.id]
        return [{"id": query.id, "answered": query.answer is not None, **(query.answer or {})} for query in asked]

    async def _events(self, request: web.Request) -> web.StreamResponse:
        world = self._api.world
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while not self._api.closing:
                await response.write(f"data: {world.version}\n\n".encode())
                if not await world.changed(_PING):
                    continue
                await asyncio.sleep(_BREATH)
        return response

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        method, since = request.query.get("method"), float(request.query.get("since", "0"))
        calls = [call for call in self._api.record.calls if method in (None, call.method) and call.at >= since]
        return web.json_response([asdict(call) for call in calls], dumps=_dumps)

    async def _updates(self, request: web.Request) -> web.StreamResponse:
        since = int(request.query.get("since", "0"))
        return web.json_response([asdict(update) for update in self._api.mailbox.updates if update.id >= since])

    async def _trouble(self, _: web.Request) -> web.StreamResponse:
        return web.json_response(self._api.record.trouble())

    async def _forget_trouble(self, _: web.Request) -> web.StreamResponse:
        return web.json_response(self._api.takes_violations())

    # -- weather

    async def _new_fault(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(asdict(self._api.faults.order(**await request.json())))

    async def _no_faults(self, _: web.Request) -> web.StreamResponse:
        self._api.faults.clear()
        return web.json_response({})

    async def _limits(self, request: web.Request) -> web.StreamResponse:
        self._api.limits.change(**await request.json())
        return web.json_response({})

    async def _travel(self, request: web.Request) -> web.StreamResponse:
        self._api.world.travel(float((await request.json())["seconds"]))
        return web.json_response({})

    async def _start_load(self, request: web.Request) -> web.StreamResponse:
        given = await request.json()
        text = given.pop("text", "hello")
        free = 5_000_000 + len(self._api.people)
        self._load = Load(self._api, first_id=free, deed=lambda person, _: person.says(text), **given)
        self._load.start()
        return web.json_response(asdict(self._load.report()))

    async def _report_load(self, _: web.Request) -> web.StreamResponse:
        if self._load is None:
            raise ValueError("No load was started.")
        return web.json_response(asdict(self._load.report()))


def _bytes(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise ValueError(f"content is no Base64: {error}.") from error


def _dumps(value: object) -> str:
    return json.dumps(
        value, default=lambda other: f"<{len(other.content)} bytes>" if isinstance(other, Upload) else str(other)
    )


def _in_words(handler: Handler) -> Handler:
    """Wrong arguments become 400 with a sentence, not a stack trace."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            words = f"There is no {error}." if isinstance(error, KeyError) else str(error)
            return web.json_response({"error": words}, status=400)

    return answer
