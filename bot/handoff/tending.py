"""What time does to a case: offers that lapse, the next helper, reminders, helpers who stay away, and the honest night.

A waiting newcomer is never without a word for longer than `Rules.hear` (at first) and `Rules.hear_again` (from then on).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.handoff import flood, matching
from bot.handoff.case import Case, News, Step, Until
from bot.handoff.helper import Helper
from bot.handoff.machine import released
from bot.handoff.rules import RULES, Rules

LOOK_AGAIN = (timedelta(minutes=5), timedelta(minutes=1))
"""A waiting case is looked at this often, usual and urgent: somebody's hours may begin, or a case of theirs may end."""
TOO_LONG = 3
"""So many times `Rules.answer` after the helper was awaited, the case goes on to others."""


def tend(case: Case, roster: Iterable[Helper], now: datetime, rules: Rules = RULES, topic: str = "") -> Step:
    """What is to be done about *case* at *now*. Doing it twice at the same moment does nothing the second time."""
    everyone = tuple(roster)
    if case.state == "asked":
        step = _unanswered(case, now, rules)
    elif case.looking:
        step = _look(case, everyone, now, rules, topic)
    elif case.in_charge:
        step = _watch(case, everyone, now, rules)
        if step.case.looking:  # it goes on to others, at once
            looked = _look(step.case, everyone, now, rules, topic)
            step = Step(looked.case, (*step.news, *looked.news))
    else:
        step = Step(case)
    return replace(step, case=replace(step.case, due=_due(step.case, everyone, now, rules)))


def in_turn(cases: Iterable[Case]) -> list[Case]:
    """The order in which the clock looks at cases: what may free a helper, then what is urgent, then who came first."""
    return sorted(cases, key=lambda case: (case.looking, not case.urgent, case.asked_at, case.id))


def _unanswered(case: Case, now: datetime, rules: Rules) -> Step:
    """A “shall I ask?” that nobody answered."""
    if now - case.asked_at < rules.consent:
        return Step(case)
    return Step(replace(case, state="closed", ended="expired", ended_at=now))


# --- somebody is looked for ---


def _look(case: Case, roster: tuple[Helper, ...], now: datetime, rules: Rules, topic: str) -> Step:
    if case.since and now - case.since >= rules.most:
        over = tuple(News(offer.helper, "offer-over") for offer in case.offers)
        ended = replace(case, state="closed", ended="expired", ended_at=now, offers=())
        return Step(ended, (News("newcomer", "expired"), *over))
    asked, news = _ask_next(*_lapsed(case, roster, now, rules), roster, now, rules, topic)
    if not asked.offers and not matching.only_being_asked(asked, roster, now, topic):
        asked, more = _nobody(asked, roster, now, rules, topic)
        news = (*news, *more)
    elif asked.heard_at and now - asked.heard_at >= _patience(asked, rules):
        asked = replace(asked, heard_at=now)
        news = (*news, News("newcomer", "still-waiting"))
    return Step(replace(asked, state="offered" if asked.offers else "waiting"), news)


def _lapsed(case: Case, roster: tuple[Helper, ...], now: datetime, rules: Rules) -> tuple[Case, tuple[News, ...]]:
    """Without the offers whose time is over, and without those to people who are not here any more."""
    here = {helper.id for helper in roster if case.offered_to(helper.id) and helper.on_duty(now)}
    over = {offer.helper for offer in case.offers if offer.until <= now or offer.helper not in here}
    if not over:
        return case, ()
    rest = tuple(offer for offer in case.offers if offer.helper not in over)
    kept = tuple(each for each in case.passed if each.helper not in over)
    later = tuple(Until(helper, now + rules.again[case.urgent]) for helper in sorted(over))
    news = tuple(News(helper, "offer-over") for helper in sorted(over))
    return replace(case, offers=rest, passed=(*kept, *later)), news


def _ask_next(  # noqa: PLR0913, PLR0917
    case: Case, news: tuple[News, ...], roster: tuple[Helper, ...], now: datetime, rules: Rules, topic: str
) -> tuple[Case, tuple[News, ...]]:
    """Ask the next one; two at once when it is urgent."""
    room = (2 if case.urgent else 1) - len(case.offers)
    if room <= 0:
        return case, news
    people = matching.candidates(case, roster, now, topic=topic)[:room]
    offers = tuple(Until(helper.id, now + rules.offer[case.urgent]) for helper in people)
    return replace(case, offers=(*case.offers, *offers)), (*news, *(News(helper.id, "offer") for helper in people))


def _nobody(
    case: Case, roster: tuple[Helper, ...], now: datetime, rules: Rules, topic: str
) -> tuple[Case, tuple[News, ...]]:
    """Nobody can be asked now: another language, the coordinators, and an honest word about when somebody comes."""
    news: list[News] = []
    if case.alerted_at is None or now - case.alerted_at >= rules.alert_again[case.urgent]:
        news.append(News("coordinators", "stuck"))
        case = replace(case, alerted_at=now)
    if case.planned_at is None or (case.heard_at and now - case.heard_at >= rules.hear_again):
        news.append(News("newcomer", "nobody-here"))
        if not case.asked_language and matching.other_languages(case, roster, now, topic):
            news.append(News("newcomer", "other-language"))
            case = replace(case, asked_language=True)
        case = replace(case, planned_at=now, heard_at=now)
    return case, tuple(news)


def _patience(case: Case, rules: Rules) -> timedelta:
    return rules.hear_again if case.planned_at else rules.hear[case.urgent]


# --- somebody is with the newcomer ---


def _watch(case: Case, roster: tuple[Helper, ...], now: datetime, rules: Rules) -> Step:
    """Who waited `Rules.answer` long for the helper's word gets a sign: a reminder, an honest “away”, or somebody else."""
    owner = _owner(case, roster)
    if owner is None or not owner.reached:
        return Step(released(case, now, rules), (News("newcomer", "passed-on"),))
    awaited, limit = case.awaited, rules.answer[case.urgent]
    if awaited is None:
        return _quiet(case, owner, now, rules)
    if now < awaited + limit:
        return Step(case)
    here = _here(owner, awaited, now, rules)
    if here > now:
        if case.urgent or here - awaited > rules.away:
            return _taken_away(case, owner, now, rules)
        return Step(case) if case.away_told else Step(replace(case, away_told=True), (News("newcomer", "away"),))
    if case.reminded_at is None:
        return Step(replace(case, reminded_at=now), (News(owner.id, "remind"),))
    return _taken_away(case, owner, now, rules) if now >= _too_late(case, here, awaited, rules) else Step(case)


def _owner(case: Case, roster: Iterable[Helper]) -> Helper | None:
    return next((helper for helper in roster if helper.id == case.helper), None)


def _here(owner: Helper, awaited: datetime, now: datetime, rules: Rules) -> datetime:
    """Since when, or from when, the owner could answer. Who went off duty keeps their cases, and as much time as anybody."""
    if owner.off:
        return awaited
    return owner.next_on_duty(awaited) or now + 2 * rules.away


def _too_late(case: Case, here: datetime, awaited: datetime, rules: Rules) -> datetime:
    """When it goes on to others. Never right after a reminder: the owner may just have come, or we were away ourselves."""
    limit = rules.answer[case.urgent]
    return max(min(here, awaited + rules.away) + TOO_LONG * limit, (case.reminded_at or awaited) + limit)


def _taken_away(case: Case, owner: Helper, now: datetime, rules: Rules) -> Step:
    return Step(released(case, now, rules), (News(owner.id, "lost"), News("newcomer", "passed-on")))


def _quiet(case: Case, owner: Helper, now: datetime, rules: Rules) -> Step:
    """Nobody has written for long: it is over, and both are told."""
    if now - _last_word(case) < rules.quiet:
        return Step(case)
    ended = replace(case, state="closed", ended="helped", ended_at=now)
    return Step(ended, (News("newcomer", "closed"), News(owner.id, "quiet")))


# --- when to look again ---


def _due(case: Case, roster: Iterable[Helper], now: datetime, rules: Rules) -> datetime | None:
    """When something may be to do next; never in the past, so that nobody looks in circles."""
    if case.state == "asked":
        return case.asked_at + rules.consent
    if case.looking:
        offers = [offer.until for offer in case.offers]
        heard = [case.heard_at + _patience(case, rules)] if case.heard_at else []
        return max(now, min([now + LOOK_AGAIN[case.urgent], *offers, *heard]))
    if case.in_charge:
        awaited, limit, owner = case.awaited, rules.answer[case.urgent], _owner(case, roster)
        waits = [max(now, flood.over_at(case))] if case.held else []
        if awaited is None or owner is None:
            return min([*waits, _last_word(case) + rules.quiet])
        here = _here(owner, awaited, now, rules)
        moments = (awaited + limit, here, _too_late(case, here, awaited, rules))
        return min([now + limit, *waits, *(at for at in moments if at > now)])
    return None


def _last_word(case: Case) -> datetime:
    return max(at for at in (case.replied_at, case.written_at, case.taken_at) if at)
