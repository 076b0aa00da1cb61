"""A small real server in Rasa's place: it answers as the test wants, well or badly, and counts who asked."""

from collections.abc import Awaitable, Callable

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

RANKING = {
    "text": "x",
    "intent": {"name": "library_card", "confidence": 0.75},
    "intent_ranking": [
        {"name": "library_card", "confidence": 0.75},
        {"name": "ride_transit", "confidence": 0.125},
        {"name": "out_of_scope", "confidence": 0.0625},
    ],
}


async def well(request: web.Request) -> web.Response:
    """Rasa's own answer."""
    return web.json_response(RANKING)


class Server:
    """``answer`` may be changed at any time. ``asked`` holds (path and query, body, connection) of each question."""

    def __init__(self) -> None:
        self.answer: Answer = well
        self.asked: list[tuple[str, object, int]] = []
        self.url = ""

    async def start(self, port: int = 0) -> web.AppRunner:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._hear)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def _hear(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path_qs, await request.json(), id(request.transport)))
        return await self.answer(request)
