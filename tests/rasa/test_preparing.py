"""What is done before Rasa runs: which lines it learns from, what a model is named after, where Python 3.10 is."""

import os
import platform
import shutil
import stat
from pathlib import Path

import pytest

from bot import rasa_model
from bot.rasa_model import RasaUnavailable, find_python, fingerprint, prepare, train, training_files

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository as far as Rasa sees it."""
    for folder in ("en", "am", "components"):
        (tmp_path / "intents" / folder).mkdir(parents=True)
    for language in ("en", "am"):
        for name in ("articles.yml", "dialogue.yml", "out_of_scope.yml", "test.yml"):
            (tmp_path / "intents" / language / name).write_text(f"{language} {name}\n")
    for name in ("config.yml", "requirements.txt", "components/classifier.py", "pyproject.toml"):
        (tmp_path / "intents" / name).write_text(name)
    (tmp_path / "bot" / "knowledge").mkdir(parents=True)
    (tmp_path / "bot" / "knowledge" / "folding.py").write_text("folding")
    return tmp_path


def quiet(line: str) -> None:
    pass


# --- lines ---


def test_held_out_lines_are_never_trained_on():
    files = training_files(ROOT)
    languages = {path.parent.name for path in (ROOT / "intents").glob("*/articles.yml")}
    assert {file.name for file in files} == {"articles.yml", "dialogue.yml", "out_of_scope.yml"}
    assert len(files) == 3 * len(languages) >= 12
    assert not [file for file in files if "test" in file.name or file.parent.name == "emergency"]


def test_training_is_given_those_files_and_no_other(root, monkeypatch):
    given = {}

    def run(command, environment, report, complaint):
        lines = Path(command[command.index("--nlu") + 1])
        given.update({path.name: path.read_text() for path in lines.iterdir()})
        (Path(command[command.index("--out") + 1]) / "model.tar.gz").write_text("a model")

    monkeypatch.setattr(rasa_model, "_run", run)
    assert train(root, quiet).read_text() == "a model"
    names = ("articles.yml", "dialogue.yml", "out_of_scope.yml")
    assert given == {f"{language}-{name}": f"{language} {name}\n" for language in ("am", "en") for name in names}


def test_a_language_is_added_by_its_folder(root):
    before = fingerprint(root)
    (root / "intents" / "my").mkdir()
    (root / "intents" / "my" / "articles.yml").write_text("my")
    assert root / "intents" / "my" / "articles.yml" in training_files(root)
    assert fingerprint(root) != before


# --- the fingerprint ---


@pytest.mark.parametrize(
    "path",
    [
        "intents/en/articles.yml",
        "intents/am/dialogue.yml",
        "intents/am/out_of_scope.yml",
        "intents/config.yml",
        "intents/requirements.txt",
        "intents/components/classifier.py",
        "bot/knowledge/folding.py",
    ],
)
def test_fingerprint_changes_with_what_makes_the_model(root, path):
    before = fingerprint(root)
    (root / path).write_text("something else")
    assert fingerprint(root) != before


def test_fingerprint_stays_with_what_does_not(root, tmp_path_factory):
    before = fingerprint(root)
    (root / "intents" / "en" / "test.yml").write_text("other held-out lines")
    (root / "intents" / "models").mkdir()
    os.utime(root / "intents" / "config.yml", (0, 0))
    assert fingerprint(root) == before
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(root, elsewhere)
    assert fingerprint(elsewhere) == before


def test_fingerprint_knows_where_a_line_stands(root):
    before = fingerprint(root)
    one, other = root / "intents" / "en" / "articles.yml", root / "intents" / "en" / "dialogue.yml"
    first, second = one.read_text(), other.read_text()
    one.write_text(second)
    other.write_text(first)
    assert fingerprint(root) != before


def test_a_model_is_trained_once_and_old_ones_go(root, monkeypatch):
    trained = []

    def run(command, environment, report, complaint):
        trained.append(command)
        (Path(command[command.index("--out") + 1]) / "model.tar.gz").write_text("a model")

    monkeypatch.setattr(rasa_model, "_run", run)
    first = train(root, quiet)
    assert train(root, quiet) == first
    assert first.name == f"{fingerprint(root)}.tar.gz"
    (root / "intents" / "models" / "training-left").mkdir()
    (root / "intents" / "config.yml").write_text("new")
    second = train(root, quiet)
    assert len(trained) == 2
    assert [path.name for path in (root / "intents" / "models").iterdir() if path.name != ".lock"] == [second.name]


def test_failed_training_leaves_no_model(root):
    with pytest.raises(RasaUnavailable, match="Rasa could not be trained"):
        train(root, quiet)
    assert not list((root / "intents" / "models").glob("*.tar.gz"))


# --- the environment ---


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_python_is_pyenvs_newest(tmp_path, monkeypatch):
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    for version in ("3.10.2", "3.10.13", "3.10.9", "3.11.7"):
        program(tmp_path / "versions" / version / "bin" / "python3.10", "echo 3 10")
    assert find_python() == str(tmp_path / "versions" / "3.10.13" / "bin" / "python3.10")


def test_python_on_path_is_asked_because_it_may_be_a_dead_shim(tmp_path, monkeypatch):
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "none"))
    shim = program(tmp_path / "bin" / "python3.10", "exit 127")
    monkeypatch.setenv("PATH", str(shim.parent))
    assert find_python() == "3.10"
    program(shim, "echo 3 10")
    assert find_python() == str(shim)


@pytest.mark.parametrize(("system", "machine"), [("Linux", "aarch64"), ("Darwin", "arm64"), ("Darwin", "x86_64")])
def test_other_machines_are_told_in_one_line(root, monkeypatch, system, machine):
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    with pytest.raises(RasaUnavailable, match=f"{system} on {machine}") as caught:
        prepare(root, quiet)
    assert "\n" not in str(caught.value)


FAKE_UV = """
echo "$@" >> {log}
case "$1" in
  venv)
    for last; do :; done
    mkdir -p "$last/bin"
    printf '#!/bin/sh\\necho 3 10\\n' > "$last/bin/python"
    chmod +x "$last/bin/python";;
  pip) {pip};;
esac
"""


@pytest.fixture
def uv(tmp_path, monkeypatch):
    """A `uv` that makes an empty environment and notes how it was called."""
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    log = tmp_path / "uv.log"
    log.touch()

    def make(pip: str = "true") -> Path:
        monkeypatch.setenv("UV", str(program(tmp_path / "tools" / "uv", FAKE_UV.format(log=log, pip=pip))))
        return log

    return make


def test_the_environment_is_made_once_for_each_lock(root, uv):
    log = uv()
    python = prepare(root, quiet)
    assert python == root / "intents" / ".venv" / "bin" / "python"
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["venv", "pip"]
    assert "--require-hashes" in log.read_text()
    prepare(root, quiet)
    assert len(log.read_text().splitlines()) == 2
    (root / "intents" / "requirements.txt").write_text("another lock")
    prepare(root, quiet)
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["venv", "pip", "pip"]


def test_what_could_not_be_installed_is_tried_again(root, uv):
    log = uv(pip="echo no such package >&2; exit 1")
    with pytest.raises(RasaUnavailable, match="Rasa could not be installed: no such package"):
        prepare(root, quiet)
    uv()
    prepare(root, quiet)
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["venv", "pip", "pip"]


def test_only_the_news_is_told(root, uv):
    uv(
        pip="echo Installed 3 packages; echo import pkg_resources; echo '2026-11-23 22:42:17 INFO rasa.x  - Starting to train'"
    )
    lines: list[str] = []
    prepare(root, lines.append)
    assert lines[-2:] == ["Installed 3 packages", "Starting to train"]


def test_without_uv_it_is_unavailable(root, uv, monkeypatch):
    uv()
    monkeypatch.setenv("UV", str(root / "nowhere" / "uv"))
    with pytest.raises(RasaUnavailable):
        prepare(root, quiet)
