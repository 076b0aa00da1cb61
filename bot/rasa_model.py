"""Makes what Rasa needs before it can run: its locked environment, and the model it serves.

`prepare` (the locked Python 3.10 environment in ``intents/.venv``) and `train` (a model named after everything it is made
from) tell what they do in lines to a ``report``. Where Rasa cannot be had, `RasaUnavailable` says why in one line and
everything else goes on without.
"""

import contextlib
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

Report: TypeAlias = Callable[[str], None]

LANGUAGE_FILES = ("articles.yml", "dialogue.yml", "out_of_scope.yml")
"""Training lines of a language. ``test.yml`` is not among them: it holds the lines by which understanding is judged."""
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
LAST_LINES = 3
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
    last: deque[str] = deque(maxlen=LAST_LINES)
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
