"""``/healthz``, ``/readyz`` and ``/metrics``, for whoever keeps the program running."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.metrics import OUTBOX_OLDEST, OUTBOX_WAITING, RASA_UP

PATIENCE_SECONDS = 5.0
STUCK_SECONDS = 300.0
"""When the oldest message has waited this long, delivery is taken to be stuck."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """How the parts are.

    ``rasa`` is ``None`` where there is none; ``waiting`` messages are to be sent, the oldest for ``oldest_seconds``.
    """

    database: bool
    migrated: bool = True
    rasa: bool | None = None
    waiting: int = 0
    oldest_seconds: float = 0.0

    def troubles(self) -> list[str]:
        """Why nobody should be sent here; empty when all is well. Rasa is not among them: the chat goes on without."""
        wrong = {
            "the database does not answer": not self.database,
            "migrations have not been done": self.database and not self.migrated,
            "messages wait and are not sent": self.oldest_seconds > STUCK_SECONDS,
        }
        return [what for what, is_so in wrong.items() if is_so]


Look = Callable[[], Awaitable[Health]]


def health_routes(look: Look) -> list[Route]:
    """The three pages, each of which calls *look*; when that raises or hangs, the database is taken to be away."""

    async def healthz(_: Request) -> Response:
        """Always 200: the process is alive and should not be restarted for what another part does."""
        health = await _looked(look)
        rasa = "none" if health.rasa is None else "up" if health.rasa else "down"
        return JSONResponse({"alive": True, "database": "ok" if health.database else "down", "rasa": rasa})

    async def readyz(_: Request) -> Response:
        """200 when newcomers can be answered; 503 and why, otherwise."""
        troubles = (await _looked(look)).troubles()
        return JSONResponse({"ready": not troubles, "troubles": troubles}, 503 if troubles else 200)

    async def metrics(_: Request) -> Response:
        """Prometheus text: https://prometheus.io/docs/instrumenting/exposition_formats/."""
        health = await _looked(look)
        OUTBOX_WAITING.set(health.waiting)
        OUTBOX_OLDEST.set(health.oldest_seconds)
        RASA_UP.set(1 if health.rasa else 0)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


async def _looked(look: Look) -> Health:
    try:
        return await asyncio.wait_for(look(), PATIENCE_SECONDS)
    except Exception as error:  # noqa: BLE001  (a broken part must not take the page down that tells of it)
        log.warning("cannot look at the parts: %s", type(error).__name__)
        return Health(database=False)
