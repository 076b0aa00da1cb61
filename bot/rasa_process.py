"""Runs Rasa beside us: its environment, its trained model, its process. Called by ``app`` and by tests, by nobody else.

Three stages, each told in lines to a ``report``: `prepare` (the locked Python 3.10 environment in ``intents/.venv``),
`train` (a model named after everything it is made from), `RasaProcess` (a supervised ``rasa run`` on this machine).
Rasa holds no secret: its environment has only what is named in `_KEPT`. Where it cannot be had, `RasaUnavailable`
says why in one line and everything else goes on without.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import platform
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

import aiohttp
import structlog

Report: TypeAlias = Callable[[str], None]

LANGUAGE_FILES = ("articles.yml", "dialogue.yml", "out_of_scope.yml")
"""Training lines of a language. ``test.yml`` is not among them: it holds the lines by which understanding is judged."""
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

_KEPT = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SYSTEMROOT")
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
    # Our component counts with short vectors: more threads only cost memory and fight with the bot for the processor.
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}
_LAST_LINES = 3
_NOT_FOR_UV = {"VIRTUAL_ENV", "UV_PYTHON", "UV_PROJECT_ENVIRONMENT", "PYTHONPATH", "PYTHONHOME"}
_FOR_UV = (
    "UV_",
    "PIP_",
    "PYENV_",
    "SSL_",
    "REQUESTS_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "XDG_",
    "http",
    "no_proxy",
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_NOISE = re.compile(r"Warning|WARNING|^\W")
_NEWS = re.compile(
    r"^(?:[\d :-]+INFO\s+\S+\s+- )?(?P<told>(?:Starting|Finished|Using|Creating|Prepar|Install|Downl|Build|Built).*)"
)
"""The lines of uv and Rasa worth showing to whoever waits; the others are kept for when something fails."""

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


class RasaUnavailable(Exception):
    """Rasa cannot be had on this machine. The message is one line for the operator."""


def intents(root: Path) -> Path:
    """The Rasa project in the repository at *root*."""
    return root / "intents"


def python_of(root: Path) -> Path:
    """Its interpreter, once `prepare` has made it."""
    return intents(root) / ".venv" / "bin" / "python"


# --- the environment ---


def find_python() -> str:
    """A Python 3.10 for the environment: pyenv's newest, else the one on PATH, else ``3.10`` (uv fetches it)."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = sorted(pyenv.glob("3.10.*/bin/python3.10"), key=lambda path: _numbers(path.parts[-3]), reverse=True)
    on_path = shutil.which("python3.10")
    for candidate in [*map(str, found), *([on_path] if on_path else [])]:
        if _is_python310(candidate):
            return candidate
    return "3.10"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _is_python310(candidate: str) -> bool:
    """A name on PATH may be a pyenv shim of a version that is switched off, so it is asked."""
    ask = [candidate, "-c", "import sys; print(*sys.version_info[:2])"]
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        answer = subprocess.run(ask, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
        return answer.stdout.strip() == "3 10"
    return False


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = os.environ.get("UV") or (str(beside) if beside.exists() else shutil.which("uv"))
    if not found:
        raise RasaUnavailable(
            "Rasa needs uv to prepare its environment, and there is none (https://docs.astral.sh/uv/)"
        )
    return found


def prepare(root: Path, report: Report) -> Path:
    """Make or bring up to date the environment of the lock; quick when nothing changed. Returns its interpreter.

    Blocks (minutes and about 400 MB of download the first time). Raises `RasaUnavailable`.
    """
    lock = intents(root) / "requirements.txt"
    stamp = intents(root) / ".venv" / "lock.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    with _alone(root):
        python = python_of(root)
        if python.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            return python
        if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
            raise RasaUnavailable(
                f"Rasa's locked environment is for Linux on x86_64, and this is {platform.system()} on "
                f"{platform.machine()}: set RASA_URL to a Rasa that runs elsewhere"
            )
        uv = _uv()
        stamp.unlink(missing_ok=True)
        if not _is_python310(str(python)):
            report("making an environment of Python 3.10")
            make = [uv, "venv", "--clear", "--python", find_python(), str(python.parent.parent)]
            _uv_run(make, report, "no Python 3.10 for Rasa")
        report("installing Rasa")
        sync = [uv, "pip", "sync", "--require-hashes", "--python", str(python), str(lock)]
        _uv_run(sync, report, "Rasa could not be installed")
        stamp.write_text(wanted, encoding="ascii")
    return python


def _uv_run(command: Sequence[str], report: Report, complaint: str) -> None:
    # What `uv run` and an active environment set would lead uv to our own environment.
    kept = {*_KEPT, *(name for name in os.environ if name.startswith(_FOR_UV))} - _NOT_FOR_UV
    environment = {name: value for name, value in os.environ.items() if name in kept}
    _run(command, environment, report, complaint)


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One process at a time prepares or trains (``make run`` beside ``make test``); the others wait for it."""
    models = intents(root) / "models"
    models.mkdir(exist_ok=True)
    with (models / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(command: Sequence[str], environment: Mapping[str, str], report: Report, complaint: str) -> None:
    """Run *command*, reporting each line it prints. Raises `RasaUnavailable` with *complaint* and its last words."""
    last: deque[str] = deque(maxlen=_LAST_LINES)
    try:
        with subprocess.Popen(  # noqa: S603 - commands of ours alone
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, encoding="utf-8", errors="replace",
        ) as process:  # fmt: skip
            for line in process.stdout or ():
                said = _COLOURS.sub("", line).strip()
                if said and not _NOISE.search(said):
                    last.append(said)
                    if news := _NEWS.match(said):
                        report(news["told"])
    except OSError as err:
        raise RasaUnavailable(f"{complaint}: {err}") from err
    if process.returncode:
        raise RasaUnavailable(f"{complaint}: {' '.join(last) or f'exit code {process.returncode}'}")


# --- the model ---


def training_files(root: Path) -> list[Path]:
    """The files the model learns from, of every language that has a folder."""
    folders = (folder for folder in sorted(intents(root).iterdir()) if folder.is_dir())
    return [file for folder in folders for name in LANGUAGE_FILES if (file := folder / name).exists()]


def fingerprint(root: Path) -> str:
    """A name for the model that is made from what is there now: lines, configuration, component, folding, lock."""
    project = intents(root)
    parts = [
        *training_files(root),
        project / "config.yml",
        project / "requirements.txt",
        *sorted((project / "components").glob("*.py")),
        root / "bot" / "knowledge" / "folding.py",
    ]
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes()
        digest.update(f"{part.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def train(root: Path, report: Report) -> Path:
    """The model of `fingerprint`; trained when it is missing, and then older ones are removed. Blocks (a minute).

    Needs `prepare` before. Raises `RasaUnavailable`.
    """
    models = intents(root) / "models"
    with _alone(root):
        model = models / f"{fingerprint(root)}.tar.gz"
        if model.exists():
            return model
        for left in models.glob("training-*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix="training-", dir=models) as made:
            folder = Path(made)
            _train(root, folder, report)
            (folder / "model.tar.gz").replace(model)
        for old in models.glob("*.tar.gz"):
            if old != model:
                old.unlink()
    return model


def _train(root: Path, folder: Path, report: Report) -> None:
    lines = folder / "lines"
    lines.mkdir()
    files = training_files(root)
    for file in files:
        shutil.copyfile(file, lines / f"{file.parent.name}-{file.name}")
    report(f"training Rasa on {len(files)} files")
    command = [
        str(python_of(root)), "-m", "rasa", "train", "nlu", "--config", str(intents(root) / "config.yml"),
        "--nlu", str(lines), "--out", str(folder), "--fixed-model-name", "model",
    ]  # fmt: skip
    environment = scrubbed(root)
    # Rasa's cache looks at the component class only, not at the modules it uses; and ours is the fingerprint.
    environment |= {"RASA_CACHE_DIRECTORY": str(folder / "cache"), "RASA_MAX_CACHE_SIZE": "0"}
    _run(command, environment, report, "Rasa could not be trained")


def scrubbed(root: Path) -> dict[str, str]:
    """The environment variables Rasa sees: what every program needs, and none of our tokens, keys and addresses."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | _QUIET | {"PYTHONPATH": os.pathsep.join((str(intents(root)), str(root)))}


# --- the process ---


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
    last: deque[str] = deque(maxlen=_LAST_LINES)
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
