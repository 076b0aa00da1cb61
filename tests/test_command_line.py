"""The command line as an operator meets it: a whole process, its words and its exit status."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.pictures.conftest import fonts
from tests.pictures.looking import page_picture, scanned

__all__ = ["fonts"]
ROOT = Path(__file__).parent.parent


def natural_helpers(
    *arguments: str, typed: str = "", folder: Path = ROOT, program: Sequence[str] = ("-m", "bot"), **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *program, *arguments],
        input=typed,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1", **environment},
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
    assert "2/8" in done.stdout
    assert "911" in done.stdout


def test_an_invitation_is_a_link_and_another_each_time(tmp_path: Path) -> None:
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3", "SECRET_KEY": "a" * 40, "TELEGRAM_TOKEN": ""}
    settings |= {"PUBLIC_URL": "https://help.example.org", "DATA_DIR": str(tmp_path)}
    links = [natural_helpers("invite", *role, **settings).stdout.strip() for role in ((), ("--coordinator",))]
    assert all(re.fullmatch(r"https://help\.example\.org/helpers/invitation/[\w-]{32}", link) for link in links), links
    assert links[0] != links[1]


def settings_of(folder: Path, **others: str) -> dict[str, str]:
    """A machine with a database of its own, reached from the internet, without Telegram."""
    own = {"DATABASE_URL": f"sqlite:///{folder}/x.sqlite3", "SECRET_KEY": "a" * 40, "DATA_DIR": str(folder)}
    return {**own, "PUBLIC_URL": "https://help.example.org", "TELEGRAM_TOKEN": "", **others}


def test_a_poster_is_a_file_and_the_same_each_time(tmp_path: Path) -> None:
    settings, out = settings_of(tmp_path), tmp_path / "p.pdf"
    wanted = ("poster", "library-card", "--language", "es", "--place", "Martín Luther", "--out", str(out))
    first, again = natural_helpers(*wanted, **settings), natural_helpers(*wanted, **settings)
    assert first.returncode == again.returncode == 0, first.stderr
    assert first.stdout == again.stdout
    code = re.search(r"^code  ([a-z0-9]{7})$", first.stdout, re.MULTILINE)
    assert code
    link = f"https://help.example.org/chat/library-card__es__martin-luther__{code[1]}"
    assert f"link  {link}\nfile  {out}\n" in first.stdout
    assert scanned(page_picture(out.read_bytes())) == link
    listed = natural_helpers("posters", **settings)
    assert listed.returncode == 0
    (row,) = [line for line in listed.stdout.splitlines() if code[1] in line]
    assert re.findall(r"[\w-]+", row) == [code[1], "library-card", "es", "martin-luther", "0", "0"]


def test_a_poster_goes_to_this_folder_when_none_is_named(tmp_path: Path) -> None:
    done = natural_helpers(
        "poster", "library-card", "--language", "en", "--place", "library", folder=tmp_path, **settings_of(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    (made,) = tmp_path.glob("*.pdf")
    assert re.fullmatch(r"poster-library-card-en-[a-z0-9]{7}\.pdf", made.name)


def test_a_poster_that_cannot_be_made_is_said_so_and_leaves_no_file(tmp_path: Path) -> None:
    out = tmp_path / "p.pdf"
    done = natural_helpers(
        "poster", "nope", "--language", "tlh", "--place", "x" * 30, "--out", str(out), **settings_of(tmp_path)
    )
    assert done.returncode == 1
    for there_is in (
        "“nope” is no article",
        "library-card",
        "“tlh” is no language",
        "en, es, ar, am",
        "1 to 20 letters",
    ):
        assert there_is in done.stderr
    wanted = ("poster", "library-card", "--language", "es", "--place", "library", "--out", str(out))
    nowhere = natural_helpers(*wanted, **settings_of(tmp_path, PUBLIC_URL=""))
    away = {"TELEGRAM_TOKEN": "123456789:" + "x" * 30, "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    unreached = natural_helpers(*wanted, **settings_of(tmp_path, **away))
    folder = tmp_path / "folder"
    folder.mkdir()
    unwritable = natural_helpers(*wanted[:-1], str(folder), **settings_of(tmp_path))
    for refused, why in ((nowhere, "PUBLIC_URL"), (unreached, "TELEGRAM_TOKEN"), (unwritable, "folder")):
        assert refused.returncode == 1
        assert why in refused.stderr
        assert "Traceback" not in refused.stderr
    assert not out.exists()


def test_without_a_font_it_is_said_what_to_install(tmp_path: Path) -> None:
    out = tmp_path / "p.pdf"
    without = (
        "import typst, bot.pictures; there = typst.Fonts; "
        "typst.Fonts = lambda **_: there(include_system_fonts=False, include_embedded_fonts=False); "
        "from bot.__main__ import main; main()"
    )
    arguments = ["poster", "library-card", "--language", "am", "--place", "library", "--out", str(out)]
    done = natural_helpers(*arguments, program=("-c", without), **settings_of(tmp_path))
    assert done.returncode == 1
    assert "fonts-noto-core" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "talk",
        "check",
        "train",
        "translations",
        "settings",
        "invite",
        "poster",
        "posters",
        "rotate-keys",
        "new-city",
    ],
)
def test_every_command_explains_itself(command: str) -> None:
    done = natural_helpers(command, "--help")
    assert done.returncode == 0
    assert command in done.stdout
