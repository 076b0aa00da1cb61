"""`docs/helping.md` says what the code does: its table and its diagram."""

import re

from tests.handoff.documented import BEGIN, END, PAGE, arrows, table


def test_the_table_is_the_codes() -> None:
    page = PAGE.read_text("utf-8")
    shown = page.partition(BEGIN)[2].partition(END)[0]
    assert shown == table(), "run: .venv/bin/python -m tests.handoff.documented"


def test_the_diagram_has_every_arrow_and_no_other() -> None:
    diagram = PAGE.read_text("utf-8").partition("```mermaid")[2].partition("```")[0]
    shown = set(re.findall(r"^\s*(\w+) --> (\w+)", diagram, re.MULTILINE))
    assert shown == arrows()
