"""What all tests share: the shipped guide, and a clear word about what this machine lacks."""

import os
from datetime import UTC, datetime

import pytest

from bot.content import load
from bot.conversation.guide import Guide

CITY = "aurora-co"
NOON = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
"""Noon in Aurora on the day most facts were checked."""


def lacking(what: str, how: str) -> None:
    """Skip with one loud line that says how to get *what*; in CI a lack is a failure."""
    line = f"THIS MACHINE LACKS {what}: {how}"
    if os.environ.get("CI") == "true":
        pytest.fail(line, pytrace=False)
    pytest.skip(line)


@pytest.fixture(scope="session")
def guide() -> Guide:
    """The city pack, languages and emergency lists as shipped."""
    return load(CITY)
