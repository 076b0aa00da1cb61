"""Everything that can be wrong with content that can be read: one function for each complaint.

The same checks run in CI, on the command line and (later) behind the staff's forms. A `Problem` says where, and in words
that someone who is no programmer can act upon.
"""

from datetime import date

from bot.knowledge.checks import facts, flows, languages, references
from bot.knowledge.checks.problem import Check, Problem
from bot.knowledge.library import Library

__all__ = ["CHECKS", "REFERENCES", "Problem", "check"]

REFERENCES: tuple[Check, ...] = references.CHECKS
CHECKS: tuple[Check, ...] = (*flows.CHECKS, *facts.CHECKS, *languages.CHECKS)


def check(library: Library, today: date) -> list[Problem]:
    """All problems of *library*, in the order of the files. Later checks are left out while references are broken."""
    problems = [problem for one in REFERENCES for problem in one(library, today)]
    if not problems:
        problems = [problem for one in CHECKS for problem in one(library, today)]
    return sorted(problems, key=lambda problem: (problem.severity, problem.place))
