"""The table of the state machine as `docs/helping.md` shows it. ``python -m tests.handoff.documented`` writes it anew."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.handoff.case import (
    STATES,
    Agrees,
    Case,
    Closes,
    Declines,
    GivesBack,
    GoesOff,
    Leaves,
    PassesOn,
    Replies,
    Step,
    Takes,
    Until,
    Vanishes,
    Withdraws,
    Writes,
)
from bot.handoff.machine import TABLE, advance

PAGE = Path(__file__).parent.parent.parent / "docs" / "helping.md"
BEGIN, END = "<!-- table of the state machine: made from bot/handoff/machine.py -->\n", "<!-- end of the table -->"


def table() -> str:
    """Each event with its outcome in each state; states with the same outcome share a line."""
    lines = ["| what happens | in the states | outcome |", "|---|---|---|"]
    for event, row in TABLE.items():
        outcomes: dict[str, list[str]] = {}
        for state in STATES:
            outcomes.setdefault(_first_line(row[state].__doc__), []).append(state)
        for number, (outcome, states) in enumerate(outcomes.items()):
            happens = _first_line(event.__doc__) if number == 0 else ""
            lines.append(f"| {happens} | {', '.join(states)} | {outcome} |")
    return "\n".join(lines) + "\n"


def arrows() -> set[tuple[str, str]]:
    """Every way from one state to another that the table has, tried out."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    asked = Case("es", now)
    agreed = replace(asked, agreed_at=now, since=now)
    cases = {
        "asked": asked,
        "waiting": replace(agreed, state="waiting"),
        "offered": replace(agreed, state="offered", offers=(Until(1, now),)),
        "taken": replace(agreed, state="taken", helper=1, taken_at=now),
        "answered": replace(agreed, state="answered", helper=1, taken_at=now, replied_at=now),
    }
    events = [Agrees(), Withdraws(), Leaves(), Writes(), Takes(1), Declines(1), Replies(1), PassesOn(1), GivesBack(1),
              Closes(1), GoesOff(1), Vanishes(1)]  # fmt: skip
    found = set()
    for state, case in cases.items():
        for event in events:
            step = advance(case, event, now)
            if isinstance(step, Step) and step.case.state != state:
                found.add((state, step.case.state))
    return found | {("waiting", "offered")}  # by `tend`


def _first_line(doc: str | None) -> str:
    assert doc, "every event and every cell says what it is"
    return " ".join(doc.strip().split("\n\n")[0].split()).replace("``", "`").replace("*", "")


def main() -> None:
    """Write the table into the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}{table()}{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
