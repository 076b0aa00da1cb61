"""The command line as an operator meets it: a whole process, its words and its exit status."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def natural_helpers(*arguments: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", **environment},
        timeout=120,
        check=False,
    )


def test_check_finds_nothing_wrong_with_what_is_shipped() -> None:
    done = natural_helpers("check", "--strict")
    assert "0 errors, 0 warnings" in done.stdout
    assert done.returncode == 0


def test_wrong_settings_are_named_and_nothing_starts() -> None:
    done = natural_helpers("run", HTTP_PORT="many", TELEGRAM_TOKEN="nonsense")
    assert done.returncode == 1
    assert "HTTP_PORT" in done.stderr
    assert "TELEGRAM_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_city_is_said_so() -> None:
    done = natural_helpers("check", CITY="atlantis")
    assert done.returncode == 1
    assert "atlantis" in done.stderr
    assert "aurora-co" in done.stderr


def test_the_wrong_key_is_said_so(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/x.sqlite3"
    assert natural_helpers("rotate-keys", DATABASE_URL=database, SECRET_KEY="a" * 40).returncode == 0
    done = natural_helpers("rotate-keys", DATABASE_URL=database, SECRET_KEY="b" * 40)
    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_talk_in_the_terminal() -> None:
    done = natural_helpers("talk", "library-card__es", typed="1\nse quema mi casa\n/quit\n")
    assert done.returncode == 0
    assert "2/9" in done.stdout
    assert "911" in done.stdout


def test_an_invitation_is_a_link_and_another_each_time(tmp_path: Path) -> None:
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3", "SECRET_KEY": "a" * 40, "TELEGRAM_TOKEN": ""}
    settings |= {"PUBLIC_URL": "https://help.example.org", "DATA_DIR": str(tmp_path)}
    links = [natural_helpers("invite", *role, **settings).stdout.strip() for role in ((), ("--coordinator",))]
    assert all(re.fullmatch(r"https://help\.example\.org/helpers/invitation/[\w-]{32}", link) for link in links), links
    assert links[0] != links[1]


@pytest.mark.parametrize(
    "command", ["run", "talk", "check", "train", "translations", "settings", "invite", "rotate-keys"]
)
def test_every_command_explains_itself(command: str) -> None:
    done = natural_helpers(command, "--help")
    assert done.returncode == 0
    assert command in done.stdout
