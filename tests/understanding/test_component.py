"""The component by itself, in Rasa's environment: `component_cases`."""

import subprocess
from pathlib import Path

from bot.rasa_model import scrubbed
from tests.understanding.conftest import ROOT

CASES = Path(__file__).with_name("component_cases.py")


def test_component(rasa_python: Path):
    ended = subprocess.run(
        [rasa_python, CASES], env=scrubbed(ROOT), capture_output=True, text=True, timeout=240, check=False
    )
    assert ended.returncode == 0, ended.stderr
    wanted = [
        line.removeprefix("def ").partition("(")[0]
        for line in CASES.read_text().splitlines()
        if line.startswith("def check_")
    ]
    assert len(wanted) >= 10
    assert ended.stdout.split() == wanted
