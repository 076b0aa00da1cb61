"""Who fits a case, best first. A pure function of the case, the roster and the time.

Language first, then topic, load and the time since the last case. “Not from my own community” means, since we neither
know nor ask where anybody comes from: somebody who learned the language, not one who grew up with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median

from bot.handoff.case import Case
from bot.handoff.helper import Helper

LONG_AGO = datetime.min.replace(tzinfo=UTC)


def candidates(case: Case, roster: Iterable[Helper], now: datetime, *, topic: str = "") -> list[Helper]:
    """Those who may be asked at *now*, best first. *topic* is the group of the menu the case belongs to."""
    everyone = tuple(roster)
    here = [h for h in fitting(case, everyone, topic) if h.on_duty(now) and _has_room(case, h, now)]
    fair = _fair(case, here, everyone, now)
    return sorted(fair, key=lambda helper: _rank(case, helper, topic, now))


def fitting(case: Case, roster: Iterable[Helper], topic: str = "") -> list[Helper]:
    """Those who could ever help in *case*: the language, and what the newcomer and the helper wish. Whenever they come."""
    return [helper for helper in roster if _fits(case, helper, topic)]


def only_being_asked(case: Case, roster: Iterable[Helper], now: datetime, topic: str = "") -> bool:
    """Whether somebody who fits is here and has room, and only has other offers to look at first."""
    return any(
        helper.on_duty(now) and helper.open < helper.capacity and not case.asked_lately(helper.id, now)
        for helper in fitting(case, roster, topic)
    )


def next_here(case: Case, roster: Iterable[Helper], now: datetime, topic: str = "") -> datetime | None:
    """When somebody who fits is here next; ``None``: nobody in the next two weeks."""
    times = (_free_from(case, helper, now) for helper in fitting(case, roster, topic))
    return min((at for at in times if at), default=None)


def other_languages(case: Case, roster: Iterable[Helper], now: datetime, topic: str = "") -> list[str]:
    """Languages in which somebody who fits could be asked now, beside those the newcomer has accepted."""
    everyone = tuple(roster)
    spoken = {language for helper in everyone for language, level in helper.languages if level != "some"}
    return [
        language
        for language in sorted(spoken - set(case.languages))
        for people in [candidates(replace(case, language=language, also=()), everyone, now, topic=topic)]
        if any(helper.level(language) != "some" for helper in people)
    ]


def spoken_instead(case: Case, helper: Helper) -> str:
    """The second language that newcomer and helper speak; empty when it is the newcomer's first."""
    language = _language(case, helper)
    return language if language and language != case.language else ""


def may_take(case: Case, helper: Helper, topic: str = "") -> bool:
    """Whether *helper* may take *case*, asked or not: whoever fits, and coordinators when nobody else does."""
    return helper.pledged_at is not None and (helper.role == "coordinator" or _fits(case, helper, topic))


def _fits(case: Case, helper: Helper, topic: str) -> bool:
    if helper.pledged_at is None or (topic and topic in helper.refuses):
        return False
    if case.gender and helper.gender != case.gender:
        return False
    return _language(case, helper) is not None


def _language(case: Case, helper: Helper) -> str | None:
    """The language the two would speak, the newcomer's first."""
    for language in case.languages:
        level = helper.level(language)
        if level and not (case.other_community and level == "native"):
            return language
    return None


def _has_room(case: Case, helper: Helper, now: datetime) -> bool:
    """Nobody is asked for more than they can take; in need an offer that is out already does not count."""
    asked = 0 if case.urgent else helper.asked
    return helper.open + asked < helper.capacity and not case.asked_lately(helper.id, now)


def _free_from(case: Case, helper: Helper, now: datetime) -> datetime | None:
    """From when on they could be asked, as far as we know: who is here but has no room says nothing about later."""
    if helper.on_duty(now) and helper.open >= helper.capacity:
        return None
    return helper.next_on_duty(max([now, *(each.until for each in case.passed if each.helper == helper.id)]))


def _fair(case: Case, here: Sequence[Helper], everyone: Sequence[Helper], now: datetime) -> Sequence[Helper]:
    """Without those who would have more than twice what is usual, as long as there are others; in need everybody counts."""
    if case.urgent or not here:
        return here
    speakers = [h for h in everyone if h.pledged_at and not h.off and _language(case, h)]
    most = 2 * max(1.0, median(h.load(now) for h in speakers))
    return [h for h in here if h.load(now) + h.asked < most or h.id == case.same] or here


def _rank(case: Case, helper: Helper, topic: str, now: datetime) -> tuple[object, ...]:
    language = _language(case, helper) or case.language
    return (
        helper.id != case.same,
        case.languages.index(language),
        helper.level(language) == "some",
        topic not in helper.prefers,
        helper.load(now) + helper.asked,
        max(helper.taken, default=LONG_AGO),
        helper.id,
    )
