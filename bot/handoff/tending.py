"""What time does to a case: offers that lapse, the next helper, reminders, helpers who stay away, and the honest night.

A waiting newcomer is never without a word for longer than `Rules.hear` (at first) and `Rules.hear_again` (from then on).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.handoff import matching
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
    else:
        step = Step(case)
    return replace(step, case=replace(step.case, due=_due(step.case, now, rules)))


def _unanswered(case: Case, now: datetime, rules: Rules) -> Step:
    """A “shall I ask?” that nobody answered."""
    if now - case.asked_at < rules.consent:
        return Step(case)
    return Step(replace(case, state="closed", ended="expired", ended_at=now))


# --- somebody is looked for ---


def _look(case: Case, roster: tuple[Helper, ...], now: datetime, rules: Rules, topic: str) -> Step:
    if case.agreed_at and now - case.agreed_at >= rules.most:
        over = tuple(News(offer.helper, "offer-over") for offer in case.offers)
        ended = replace(case, state="closed", ended="expired", ended_at=now, offers=())
        return Step(ended, (News("newcomer", "expired"), *over))
    asked, news = _ask_next(*_lapsed(case, roster, now, rules), roster, now, rules, topic)
    if not asked.offers:
        asked, more = _nobody(asked, roster, now, rules)
        news = (*news, *more)
    elif asked.heard_at and now - asked.heard_at >= _patience(asked, rules):
        asked = replace(asked, heard_at=now)
        news = (*news, News("newcomer", "still-waiting"))
    return Step(replace(asked, state="offered" if asked.offers else "waiting"), news)


def _lapsed(case: Case, roster: tuple[Helper, ...], now: datetime, rules: Rules) -> tuple[Case, tuple[News, ...]]:
    """Without the offers whose time is over, and without those to people who are not here any more."""
    here = {helper.id for helper in roster if helper.on_duty(now)}
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


def _nobody(case: Case, roster: tuple[Helper, ...], now: datetime, rules: Rules) -> tuple[Case, tuple[News, ...]]:
    """Nobody can be asked now: another language, the coordinators, and an honest word about when somebody comes."""
    news: list[News] = []
    if case.alerted_at is None or now - case.alerted_at >= rules.alert_again[case.urgent]:
        news.append(News("coordinators", "stuck"))
        case = replace(case, alerted_at=now)
    if case.planned_at is None or (case.heard_at and now - case.heard_at >= rules.hear_again):
        news.append(News("newcomer", "nobody-here"))
        if not case.asked_language and matching.other_languages(case, roster, now):
            news.append(News("newcomer", "other-language"))
            case = replace(case, asked_language=True)
        case = replace(case, planned_at=now, heard_at=now)
    return case, tuple(news)


def _patience(case: Case, rules: Rules) -> timedelta:
    return rules.hear_again if case.planned_at else rules.hear[case.urgent]


# --- somebody is with the newcomer ---


def _watch(case: Case, roster: tuple[Helper, ...], now: datetime, rules: Rules) -> Step:
    owner = next((helper for helper in roster if helper.id == case.helper), None)
    if owner is None or not owner.reached:
        return Step(released(case, now, rules), (News("newcomer", "passed-on"),))
    awaited = case.awaited
    if awaited is None:
        return _quiet(case, owner, now, rules)
    limit = rules.answer[case.urgent]
    # Who went off duty keeps their cases, and as much time to answer as anybody.
    here = awaited if owner.off else owner.next_on_duty(awaited) or now + rules.away + limit
    if now >= awaited + limit and here > now and (case.urgent or here - now > rules.away):
        return _taken_away(case, owner, now, rules)
    if now >= here + TOO_LONG * limit:
        return _taken_away(case, owner, now, rules)
    if now >= awaited + limit and here > now and not case.away_told:
        return Step(replace(case, away_told=True), (News("newcomer", "away"),))
    if now >= here + limit and not case.reminded:
        return Step(replace(case, reminded=True), (News(owner.id, "remind"),))
    return Step(case)


def _taken_away(case: Case, owner: Helper, now: datetime, rules: Rules) -> Step:
    return Step(released(case, now, rules), (News(owner.id, "lost"), News("newcomer", "passed-on")))


def _quiet(case: Case, owner: Helper, now: datetime, rules: Rules) -> Step:
    """Nobody has written for long: it is over, and both are told."""
    last = max(at for at in (case.replied_at, case.written_at, case.taken_at) if at)
    if now - last < rules.quiet:
        return Step(case)
    ended = replace(case, state="closed", ended="helped", ended_at=now)
    return Step(ended, (News("newcomer", "closed"), News(owner.id, "quiet")))


# --- when to look again ---


def _due(case: Case, now: datetime, rules: Rules) -> datetime | None:
    """When something may be to do next; never in the past, so that nobody looks in circles."""
    if case.state == "asked":
        return case.asked_at + rules.consent
    if case.looking:
        offers = [offer.until for offer in case.offers]
        return max(now, min([now + LOOK_AGAIN[case.urgent], *offers]))
    if case.in_charge:
        limit = rules.answer[case.urgent]
        awaited = case.awaited
        if awaited is None:
            last = max(at for at in (case.replied_at, case.written_at, case.taken_at) if at)
            return last + rules.quiet
        return awaited + limit if awaited + limit > now else now + limit
    return None
