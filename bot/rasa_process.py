"""Runs Rasa beside us: a supervised ``rasa run`` on this machine. Called by ``app`` and by tests, by nobody else.

Rasa holds no secret: its environment has only what `bot.rasa_model.scrubbed` lets through.
"""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
import structlog

from bot.rasa_model import LAST_LINES, RasaUnavailable, intents, python_of, scrubbed

WAIT_FOR_START = 240.0
"""Seconds from starting Rasa to its first answer, at most; importing it takes 15 to 30 on an ordinary machine."""
LOOK_EVERY = 10.0
"""Seconds between two looks at a running Rasa."""
MOST_MISSES = 3
"""So many looks in a row without an answer: it hangs and is started again. So many failed starts: it will never run."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before a Rasa that ended is started again: the first time, and at most (each time twice as long)."""
FAREWELL = 5.0
"""Seconds Rasa has to end before it is killed."""

# Becomes the command, and is killed when the thread that started it ends, however that ended (``kill -9`` too):
# https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html. A program of its own, because code that runs
# between fork and exec is not safe in a process with threads.
_LAUNCH = """
import os, sys
parent, command = int(sys.argv[1]), sys.argv[2:]
if sys.platform == "linux":
    import ctypes, signal
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent has ended")
os.execv(command[0], command)
"""
# Rasa reads its token from the command line only, which every user of the machine can see.
_RASA = """
import os, sys
sys.argv += ["--auth-token", os.environ.pop("RASA_PROCESS_TOKEN")]
from rasa.__main__ import main
main()
"""

_log = structlog.get_logger()


class RasaProcess:
    """Keeps Rasa running with *model* while the ``async with`` lasts; started again when it ends or hangs.

    Entering waits for its first answer (20 s, most of it Rasa's imports); ``url`` stays the same from then on.
    Raises `RasaUnavailable` when it ends again and again before it answers. *command* (for tests) replaces Rasa; its
    arguments are the same. Enter it in the main thread: on Linux the child dies with the thread that started it.
    """

    def __init__(
        self, intents: Path, model: Path, *, command: Sequence[str] = (), look_every: float = LOOK_EVERY
    ) -> None:
        self._root = intents.absolute().parent
        self._model = model.absolute()
        self._command = list(command) or [str(python_of(self._root)), "-c", _RASA]
        self._look_every = look_every
        self._token = secrets.token_urlsafe(24)
        self._port = 0
        self._ready = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self.pid: int | None = None
        """The child of now; ``None`` while there is none."""

    @property
    def url(self) -> str:
        """Where Rasa answers. The token in it keeps the other users of this machine out of Rasa's whole API."""
        return f"http://127.0.0.1:{self._port}/?token={self._token}"

    async def __aenter__(self) -> Self:
        self._keeping = asyncio.create_task(self._keep(), name="rasa process")
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait([ready, self._keeping], return_when=asyncio.FIRST_COMPLETED)
            if self._keeping.done():
                self._keeping.result()
        except BaseException:
            await self._end()
            raise
        finally:
            ready.cancel()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def wait(self) -> None:
        """Last as long as Rasa is kept: for ever, or until it raises `RasaUnavailable`."""
        if self._keeping:
            await asyncio.shield(self._keeping)

    async def _end(self) -> None:
        if self._keeping:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])

    async def _keep(self) -> None:
        pause, failed_starts = FIRST_PAUSE, 0
        while True:
            answered, last_words = await self._live()
            pause, failed_starts = (FIRST_PAUSE, 0) if answered else (pause, failed_starts + 1)
            if failed_starts >= MOST_MISSES:
                raise RasaUnavailable(f"Rasa ended {failed_starts} times before it answered: {last_words}")
            _log.warning("rasa ended and is started again", again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _live(self) -> tuple[bool, str]:
        """One life of the child: whether it ever answered, and what it said last before that."""
        if not self._ready.is_set():
            self._port = _free_port()
        arguments = ["run", "--enable-api", "--quiet", "--model", str(self._model)]
        arguments += ["--interface", "127.0.0.1", "--port", str(self._port)]
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", "-c", _LAUNCH, str(os.getpid()), *self._command, *arguments,
            cwd=intents(self._root) / "models",
            env={**scrubbed(self._root), "RASA_PROCESS_TOKEN": self._token},
            stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, start_new_session=True,
        )  # fmt: skip
        self.pid = child.pid
        answered = asyncio.Event()
        hearing = asyncio.create_task(_last_words(child, answered))
        looking = asyncio.create_task(self._look_after(child, answered))
        try:
            await child.wait()
            return answered.is_set(), await hearing or f"exit code {child.returncode}"
        finally:
            self.pid = None
            hearing.cancel()
            looking.cancel()
            await _end_group(child)

    async def _look_after(self, child: Process, answered: asyncio.Event) -> None:
        """Say when the child answers; kill it when it hangs."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._look_every)) as session:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WAIT_FOR_START):
                    while not await self._answers(session):  # noqa: ASYNC110 - another process's state
                        await asyncio.sleep(0.2)
                    answered.set()
                    self._ready.set()
            missed = 0
            while answered.is_set() and missed < MOST_MISSES:
                await asyncio.sleep(self._look_every)
                missed = 0 if await self._answers(session) else missed + 1
        _log.warning("rasa hangs and is ended")
        _signal_group(child, signal.SIGKILL)

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        """Whether it says its status, and to nobody but us: another program may have taken the port meanwhile."""
        try:
            async with session.get(f"http://127.0.0.1:{self._port}/status", params={"token": self._token}) as response:
                answer = await response.json()
                return response.status == HTTPStatus.OK and isinstance(answer, dict) and "model_file" in answer
        except (aiohttp.ClientError, OSError, ValueError):
            return False


async def _last_words(child: Process, answered: asyncio.Event) -> str:
    """What the child said last before it answered.

    Read to its end, so that the child never waits for us; but what it says once people are talking might repeat their
    words, and is dropped.
    """
    last: deque[str] = deque(maxlen=LAST_LINES)
    while child.stdout and (chunk := await child.stdout.read(4096)):
        if not answered.is_set():
            last.extend(line for line in map(str.strip, chunk.decode("utf-8", "replace").splitlines()) if line)
    return " ".join(last)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _end_group(child: Process) -> None:
    """End the child and whatever it started."""
    if child.returncode is None:
        _signal_group(child, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), FAREWELL)
    _signal_group(child, signal.SIGKILL)
    await child.wait()


def _signal_group(child: Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
