"""Another city from nothing: begun with one command, told what is open in it, filled in, and then talked to."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.content import load
from bot.knowledge.checks import check
from bot.knowledge.nodes import Unfinished
from bot.new_city import COPIED, EXAMPLE, BadCity, NewCity, begin
from bot.translations import packs, sources
from tests.conftest import NOON
from tests.conversation.talking import Talking
from tests.test_command_line import ROOT, natural_helpers

CITY = NewCity("springfield-il", "Springfield, Illinois", "America/Chicago", "US")
FILLED = {
    "the emergency number": "911",
    "whom to call when it smells of gas": "+12175550110",
    "whom to call when somebody swallowed poison": "+12175550120",
    "whom to call with thoughts of suicide": "988",
    "the number of an office": "+12175550100",
    "when it is open": "Mo-Fr 08:00-17:00; PH off",
    "its address": "800 Main Street, Springfield, IL 62701",
    "latitude": "39.7990, -89.6440",
    "the page": "https://example.org/springfield",
    "from when": "2026-10",
    "high or medium": "high",
    "the day you looked": "2026-11-22",
    "what": "City Hall",
}
"""How what is told about an open place begins → what somebody writes there."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with the example city alone."""
    shutil.copytree(ROOT / "knowledge" / EXAMPLE, tmp_path / "knowledge" / EXAMPLE)
    for name in ("locales", "intents"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def fill_in(folder: Path) -> None:
    for path in files(folder):
        path.write_text(
            re.sub(r'"TODO: (.*)"', lambda found: f'"{filled(found[1])}"', path.read_text("utf-8")), "utf-8"
        )


def filled(told: str) -> str:
    return next(value for begins, value in FILLED.items() if told.startswith(begins))


def test_all_that_is_open_is_named_with_its_place(root: Path) -> None:
    folder = begin(CITY, root)
    with pytest.raises(Unfinished) as told:
        load(CITY.folder, root)
    said = str(told.value).splitlines()
    written = [
        f"{path.relative_to(folder)}:{number}: still open: {found[1]}"
        for path in files(folder)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if (found := re.search(r'"TODO: (.*)"', line))
    ]
    assert said == written
    assert len(said) > 35
    assert "facts/emergency.yaml:5: still open: the emergency number, such as 911" in said


def test_filled_in_it_has_nothing_wrong_and_serves_people(root: Path) -> None:
    fill_in(begin(CITY, root))
    guide = load(CITY.folder, root)
    assert check(guide.library, guide.today(NOON)) == []
    talk = Talking(guide)
    talk.starts("__en")
    assert "Springfield, Illinois" in talk.text
    talk.presses("Ask the town office")
    talk.presses("Yes")
    assert "(217) 555-0100" in talk.text
    talk.says("my house is on fire")
    assert "911" in talk.text


def test_one_open_place_is_enough_to_stop(root: Path) -> None:
    folder = begin(CITY, root)
    fill_in(folder)
    path = folder / "facts" / "office.yaml"
    path.write_text(path.read_text("utf-8").replace('"City Hall"', "TODO"), "utf-8")
    with pytest.raises(Unfinished, match=r"^facts/office\.yaml:30: still open$"):
        load(CITY.folder, root)


def test_nothing_of_the_example_is_left(root: Path) -> None:
    folder = begin(CITY, root)
    assert {str(path.relative_to(folder)) for path in files(folder)} == set(COPIED)
    text = "".join(path.read_text("utf-8") for path in files(folder))
    assert not re.search(r"xampleton|nvented|353|only here|example\.org|Dublin", text)


@pytest.mark.parametrize("name", ['He said "no": #1', "Zürich & Köln", "{a: b}", "أورورا", "TODOville"])
def test_any_name_is_written_as_it_is(root: Path, name: str) -> None:
    fill_in(begin(replace(CITY, name=name), root))
    if name.startswith("TODO"):
        with pytest.raises(Unfinished):
            load(CITY.folder, root)
    else:
        assert load(CITY.folder, root).library.pack.city.name == name


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"folder": EXAMPLE}, "is there already"),
        ({"folder": "../outside"}, "cannot be a folder"),
        ({"folder": "Springfield"}, "cannot be a folder"),
        ({"folder": ""}, "cannot be a folder"),
        ({"folder": "x" * 41}, "cannot be a folder"),
        ({"timezone": "America/Springfield"}, "no time zone"),
        ({"timezone": "../../etc/passwd"}, "no time zone"),
        ({"country": "USA"}, "no country"),
        ({"country": "us"}, "no country"),
        ({"country": "XX"}, "no country"),
        ({"name": " "}, "--name"),
        ({"name": "two\nlines"}, "--name"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(root: Path, wrong: dict[str, str], said: str) -> None:
    before = sorted(files(root / "knowledge"))
    with pytest.raises(BadCity) as told:
        begin(replace(CITY, **wrong), root)
    assert len(str(told.value).splitlines()) == 1
    assert said in str(told.value)
    assert sorted(files(root / "knowledge")) == before
    assert [path.name for path in (root / "knowledge").iterdir()] == [EXAMPLE]


def test_everything_wrong_is_named_at_once(root: Path) -> None:
    with pytest.raises(BadCity) as told:
        begin(NewCity("A", "", "B", "C"), root)
    assert len(str(told.value).splitlines()) == 4


def test_nothing_half_written_stays(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full in the middle."""
    write, written = Path.write_text, []

    def full(path: Path, *arguments: str) -> int:
        written.append(path)
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        return write(path, *arguments)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        begin(CITY, root)
    assert len(written) == 3
    assert [path.name for path in (root / "knowledge").iterdir()] == [EXAMPLE]


def test_a_city_needs_words_only_in_its_own_languages(root: Path) -> None:
    """A city that begins in English leaves nothing to do for the translators of another."""
    fill_in(begin(CITY, root))
    assert [pack.city.id for pack in packs(root)] == [EXAMPLE, CITY.folder]
    assert {source.place.split("/")[1] for source in sources("knowledge", "es", root)} == {EXAMPLE}
    assert list(sources("knowledge", "ar", root)) == []


def test_the_command_says_what_is_wrong_in_one_go() -> None:
    done = natural_helpers("new-city", EXAMPLE, "--name", "X", "--timezone", "Mars/Base", "--country", "US")
    assert done.returncode == 1
    assert "This city cannot be begun:" in done.stderr
    assert f"knowledge/{EXAMPLE} is there already" in done.stderr
    assert "“Mars/Base” is no time zone" in done.stderr
    assert "Traceback" not in done.stderr
