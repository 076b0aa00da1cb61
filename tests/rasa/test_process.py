"""`RasaProcess` with a small stand-in for Rasa: what it sees, how it is kept, how it ends."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
from yarl import URL

from bot import rasa_process
from bot.rasa_model import RasaUnavailable
from bot.rasa_process import RasaProcess

ROOT = Path(__file__).parents[2]
STAND_IN = Path(__file__).with_name("stand_in.py")
SECRETS = {
    "TELEGRAM_TOKEN": "123456789:very-secret-token-of-the-bot",
    "SECRET_KEY": "very-secret-key-that-encrypts-words",
    "DATABASE_URL": "postgresql://user:very-secret-password@localhost/x",
    "WEBHOOK_SECRET": "very-secret-webhook",
    "AWS_SECRET_ACCESS_KEY": "very-secret-of-somebody-else",
}


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa_process, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(rasa_process, "FAREWELL", 1.0)


@pytest.fixture
def intents(tmp_path: Path) -> Path:
    (tmp_path / "intents" / "models").mkdir(parents=True)
    return tmp_path / "intents"


def stand_in(intents: Path, mode: str = "well", look_every: float = 30.0) -> RasaProcess:
    command = [sys.executable, str(STAND_IN), mode]
    return RasaProcess(intents, intents / "models" / "model.tar.gz", command=command, look_every=look_every)


async def ask(process: RasaProcess, path: str) -> Any:
    url = URL(process.url)
    async with aiohttp.ClientSession() as session, session.get(url.with_path(path).with_query(url.query)) as response:
        return await response.json()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not happened():  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.02)


def lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def test_sees_no_secret(intents, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    async with stand_in(intents) as process:
        seen = await ask(process, "/environment")
    assert not SECRETS.keys() & seen.keys()
    assert "very-secret" not in repr(seen)
    assert seen["RASA_TELEMETRY_ENABLED"] == "false"
    assert seen["TF_CPP_MIN_LOG_LEVEL"] == "3"
    assert seen["SQLALCHEMY_SILENCE_UBER_WARNING"] == "1"
    assert seen["PYTHONPATH"].split(os.pathsep) == [str(intents), str(intents.parent)]


async def test_serves_this_machine_only_and_hides_its_token(intents):
    async with stand_in(intents) as process:
        arguments = await ask(process, "/arguments")
        assert process.pid
        command_line = psutil.Process(process.pid).cmdline()
    assert arguments[arguments.index("--interface") + 1] == "127.0.0.1"
    assert arguments[arguments.index("--model") + 1] == str(intents / "models" / "model.tar.gz")
    assert "--enable-api" in arguments
    assert URL(process.url).query["token"] not in " ".join(command_line)


@pytest.mark.parametrize("mode", ["well", "family", "deaf"])
async def test_ends_with_all_it_started(intents, mode):
    async with stand_in(intents, mode) as process:
        child = psutil.Process(process.pid)
        family = [child, *child.children(recursive=True)]
        assert len(family) == (2 if mode == "family" else 1)
        assert os.getpgid(child.pid) == child.pid != os.getpgid(0)
    await until(lambda: not any(lives(one.pid) for one in family))
    assert process.pid is None


async def test_is_started_again_at_the_same_url_when_it_dies(intents):
    async with stand_in(intents) as process:
        url, pid = process.url, process.pid
        for _ in range(3):
            os.kill(pid, signal.SIGKILL)
            await until(lambda pid=pid: process.pid not in {pid, None})
            pid = process.pid
            await until_answers(process)
            assert process.url == url


async def until_answers(process: RasaProcess) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                return await ask(process, "/status")
            except aiohttp.ClientError:
                await asyncio.sleep(0.02)


async def test_is_started_again_when_it_hangs(intents):
    async with stand_in(intents, look_every=0.2) as process:
        pid = process.pid
        await ask(process, "/hang")
        await until(lambda: process.pid not in {pid, None})
        await until_answers(process)


async def test_that_never_answers_is_unavailable_and_says_why(intents):
    with pytest.raises(RasaUnavailable, match="ended 3 times before it answered: there is no model here"):
        async with stand_in(intents, "never"):
            pytest.fail("it answered")


async def test_that_hangs_at_its_start_is_unavailable(intents, monkeypatch):
    monkeypatch.setattr(rasa_process, "WAIT_FOR_START", 0.2)
    sleeper = [sys.executable, "-c", "import time; time.sleep(3600)"]
    with pytest.raises(RasaUnavailable):
        async with RasaProcess(intents, intents / "models" / "m", command=sleeper):
            pytest.fail("it answered")


async def test_a_missing_command_is_unavailable(intents):
    with pytest.raises(RasaUnavailable):
        async with RasaProcess(intents, intents / "models" / "m", command=["/nowhere/python"]):
            pytest.fail("it answered")


async def test_leaving_while_it_starts_leaves_no_child(intents):
    before = set(psutil.Process().children())
    sleeper = [sys.executable, "-c", "import time; time.sleep(3600)"]
    process = RasaProcess(intents, intents / "models" / "m", command=sleeper)
    entering = asyncio.create_task(process.__aenter__())
    await until(lambda: process.pid is not None)
    pid = process.pid
    entering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await entering
    assert not lives(pid)
    assert set(psutil.Process().children()) <= before


async def test_wait_lasts_as_long_as_it_is_kept(intents):
    async with stand_in(intents) as process:
        waiting = asyncio.create_task(process.wait())
        os.kill(process.pid, signal.SIGKILL)
        await until_answers(process)
        assert not waiting.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert process.pid
        assert lives(process.pid)


PARENT = """
import asyncio, sys
from pathlib import Path
from bot.rasa_process import RasaProcess

async def main():
    async with RasaProcess(Path(sys.argv[1]), Path("m"), command=[sys.executable, sys.argv[2], "well"]) as process:
        print(process.pid, flush=True)
        await process.wait()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no signal for a parent's death")
def test_dies_with_a_parent_that_is_killed(intents):
    command = [sys.executable, "-c", PARENT, str(intents), str(STAND_IN)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        child = psutil.Process(pid)
        assert child.is_running()
        parent.kill()
    gone, alive = psutil.wait_procs([child], timeout=60)
    assert not alive
    assert gone == [child]
