"""Somebody who writes very much slows only themself: what is too much for a helper's chat waits and comes together."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.handoff.case import Case

MOST = 15
"""So many messages of one newcomer go to a helper one by one in a spell; Telegram lets a chat have one each second."""
SPELL = timedelta(minutes=1)


def counted(case: Case, now: datetime) -> tuple[Case, bool]:
    """The case after one message more, and whether it may go at once. While some wait, all wait: order stays."""
    started, count = case.pace
    same = bool(case.held) or (bool(started) and now - datetime.fromisoformat(started) < SPELL)
    paced = replace(case, pace=(started, count + 1) if same else (now.isoformat(), 1))
    if not case.held and paced.pace[1] <= MOST:
        return paced, True
    waits = replace(paced, held=case.held + 1)
    over = over_at(waits)
    return replace(waits, due=min(waits.due or over, over)), False


def over_at(case: Case) -> datetime:
    """When what waits may go."""
    return datetime.fromisoformat(case.pace[0]) + SPELL


def is_over(case: Case, now: datetime) -> bool:
    """Whether what waits may go now."""
    return bool(case.held) and now >= over_at(case)


def released(case: Case, now: datetime) -> Case:
    """The case when what waited has gone."""
    return replace(case, held=0, pace=(now.isoformat(), 1))
