"""The life of a case, as a table: what each event does in each state. `docs/helping.md` is checked against it.

`advance` is what people do; `bot.handoff.tending.tend` is what time does. Each cell is a small function whose first
docstring line is what the table in the documentation says.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from bot.handoff.case import (
    Agrees,
    Allows,
    Case,
    Closes,
    Declines,
    Ended,
    Event,
    Forgets,
    GivesBack,
    GoesOff,
    Leaves,
    News,
    PassesOn,
    Rates,
    Refused,
    Replies,
    Speaks,
    State,
    Step,
    Takes,
    Until,
    Vanishes,
    Wishes,
    Withdraws,
    Writes,
)
from bot.handoff.rules import RULES, Rules

Cell: TypeAlias = Callable[[Case, Any, datetime, Rules], Step | Refused]


def advance(case: Case, event: Event, now: datetime, rules: Rules = RULES) -> Step | Refused:
    """What *event* does to *case* at *now*. A case that changed is due: time may have something to do at once."""
    cell = TABLE[type(event)][case.state]
    step = cell(case, event, now, rules)
    if isinstance(step, Refused) or step.case == case:
        return step
    return replace(step, case=replace(step.case, due=now if step.case.open else None))


# --- cells: the newcomer ---


def _agree(case: Case, _event: Agrees, now: datetime, _rules: Rules) -> Step:
    """A helper is looked for; the newcomer is told how it stands."""
    looked = replace(case, state="waiting", agreed_at=now, since=now, heard_at=now, written_at=now)
    return Step(looked, (News("newcomer", "waiting"),))


def _how_it_stands(case: Case, _event: Event, now: datetime, _rules: Rules) -> Step:
    """The newcomer is told how it stands."""
    return Step(replace(case, heard_at=now), (News("newcomer", "still-waiting"),))


def _wish(case: Case, event: Wishes, _now: datetime, _rules: Rules) -> Step:
    """The wish is noted, or taken back; what was agreed to is shown again."""
    gender = event.gender if event.gender and event.gender != case.gender else "" if event.gender else case.gender
    other = case.other_community ^ event.other_community
    return Step(replace(case, gender=gender, other_community=other), (News("newcomer", "consent"),))


def _allow(case: Case, event: Allows, now: datetime, _rules: Rules) -> Step:
    """Helpers of that language are asked as well."""
    if event.language in case.languages:
        return Step(replace(case, heard_at=now), (News("newcomer", "still-waiting"),))
    more = replace(case, also=(*case.also, event.language), planned_at=None, heard_at=now)
    return Step(more, (News("newcomer", "waiting"),))


def _allow_first(case: Case, event: Allows, _now: datetime, _rules: Rules) -> Step:
    """The language is noted, or taken back; what was agreed to is shown again."""
    rest = tuple(language for language in case.also if language != event.language)
    also = rest if event.language in case.languages else (*case.also, event.language)
    return Step(replace(case, also=also), (News("newcomer", "consent"),))


def _speak(case: Case, event: Speaks, _now: datetime, _rules: Rules) -> Step:
    """What they are told is in that language; those they spoke before still count."""
    others = tuple(language for language in case.languages if language != event.language)
    return Step(replace(case, language=event.language, also=others))


def _warned(case: Case, event: Writes, _now: datetime, _rules: Rules) -> Step:
    """Nothing is kept; danger makes the case urgent, should they agree."""
    return Step(replace(case, urgent=case.urgent or event.urgent))


def _kept(case: Case, event: Writes, now: datetime, rules: Rules) -> Step:
    """It is kept for the helper; danger makes the case urgent."""
    written = replace(case, written_at=now)
    return Step(_in_danger(written, now, rules) if event.urgent else written)


def _passed(case: Case, event: Writes, now: datetime, rules: Rules) -> Step:
    """It is passed to the helper; danger is marked and makes the case urgent."""
    news = (News(case.helper, "urgent"),) if event.urgent and case.helper is not None else ()
    waits = case.awaited is not None
    written = replace(
        case,
        written_at=case.written_at if waits and case.state == "answered" else now,
        newest_at=now,
        reminded_at=case.reminded_at if waits else None,
        away_told=case.away_told and waits,
    )
    return Step(_in_danger(written, now, rules) if event.urgent else written, news)


def _decline(case: Case, _event: Withdraws, now: datetime, _rules: Rules) -> Step:
    """Nothing was passed on, and nothing is kept."""
    return Step(_over(case, "declined", now), (News("newcomer", "not-asked"),))


def _withdraw(case: Case, _event: Withdraws, now: datetime, _rules: Rules) -> Step:
    """The case is over; who was asked, or had it, is told."""
    news = (News("newcomer", "withdrawn"), *_to_askers(case, "offer-over"), *_to_owner(case, "newcomer-withdrew"))
    return Step(_over(case, "withdrawn", now), news)


def _leave(case: Case, _event: Leaves, now: datetime, _rules: Rules) -> Step:
    """The case is over: the newcomer has blocked the bot; who was asked, or had it, is told."""
    news = (*_to_askers(case, "offer-over"), *_to_owner(case, "newcomer-left"))
    return Step(_over(case, "gone", now), news)


def _forget(case: Case, _event: Forgets, now: datetime, _rules: Rules) -> Step:
    """The case is deleted; who was asked, or had it, is told."""
    news = (*_to_askers(case, "offer-over"), *_to_owner(case, "newcomer-forgot"))
    return Step(_over(case, "forgotten", now), news)


def _rate(case: Case, event: Rates, _now: datetime, _rules: Rules) -> Step:
    """It is noted; the newcomer is thanked."""
    return Step(replace(case, rating=event.face), (News("newcomer", "rated"),))


# --- cells: the helper ---


def _take(case: Case, event: Takes, now: datetime, rules: Rules) -> Step:
    """The case is theirs: they get the packet, the newcomer is told, other offers end."""
    others = tuple(offer for offer in case.offers if offer.helper != event.helper)
    taken = replace(
        case, state="taken", helper=event.helper, offers=(), taken_at=now, replied_at=None, reminded_at=None,
        away_told=False, passed=_not_again(case, others, now + rules.again[case.urgent]),
    )  # fmt: skip
    over = tuple(News(offer.helper, "offer-over") for offer in others)
    return Step(taken, (News(event.helper, "packet"), News("newcomer", "found"), *over))


def _mine_already(case: Case, event: Takes, _now: datetime, _rules: Rules) -> Step | Refused:
    """Its owner gets the packet again; anybody else: refused, it is taken."""
    if case.helper == event.helper:
        return Step(case, (News(event.helper, "packet"),))
    return Refused("taken")


def _not_now(case: Case, event: Declines, now: datetime, rules: Rules) -> Step:
    """They are not asked again for a while; the next one is asked."""
    rest = tuple(offer for offer in case.offers if offer.helper != event.helper)
    mine = (Until(event.helper, now),)
    passed = _not_again(case, mine, now + rules.declined[case.urgent])
    return Step(replace(case, offers=rest, passed=passed, state="offered" if rest else "waiting"))


def _reply(case: Case, event: Replies, now: datetime, _rules: Rules) -> Step | Refused:
    """It goes to the newcomer."""
    if case.helper != event.helper:
        return Refused("not-your-case")
    return Step(replace(case, state="answered", replied_at=now, reminded_at=None, away_told=False))


def _pass_on(case: Case, event: PassesOn, now: datetime, rules: Rules) -> Step | Refused:
    """The case goes back to waiting; the newcomer is told; this helper is not asked again for a while."""
    if case.helper != event.helper:
        return Refused("not-your-case")
    return Step(released(case, now, rules), (News("newcomer", "passed-on"),))


def _give_back(case: Case, event: GivesBack, now: datetime, _rules: Rules) -> Step | Refused:
    """The case is over: the newcomer is told, and the bot answers again."""
    return _ended(case, event.helper, "given-back", now)


def _close(case: Case, event: Closes, now: datetime, _rules: Rules) -> Step | Refused:
    """The case is over: the newcomer is told and may say how it was; the helper may say what was missing."""
    return _ended(case, event.helper, "helped", now)


def _go_off(case: Case, event: GoesOff, now: datetime, rules: Rules) -> Step:
    """Their offer ends, and the next one is asked."""
    return _without_offer(case, event.helper, now + rules.again[case.urgent])


def _vanish_asked(case: Case, event: Vanishes, now: datetime, rules: Rules) -> Step:
    """Their offer ends, and the next one is asked."""
    return _without_offer(case, event.helper, now + rules.most)


def _vanish(case: Case, event: Vanishes, now: datetime, rules: Rules) -> Step:
    """If it is theirs, the case goes back to waiting and the newcomer is told."""
    if case.helper != event.helper:
        return Step(case)
    return Step(released(case, now, rules), (News("newcomer", "passed-on"),))


# --- cells: nothing to do ---


def _nothing(case: Case, _event: Event, _now: datetime, _rules: Rules) -> Step:
    """Nothing happens."""
    return Step(case)


def _refuse_over(_case: Case, _event: Event, _now: datetime, _rules: Rules) -> Refused:
    """Refused: it is over."""
    return Refused("over")


def _refuse_not_yet(_case: Case, _event: Event, _now: datetime, _rules: Rules) -> Refused:
    """Refused: nobody has agreed yet."""
    return Refused("not-yet")


def _refuse_not_yours(_case: Case, _event: Event, _now: datetime, _rules: Rules) -> Refused:
    """Refused: it is not theirs."""
    return Refused("not-your-case")


def _row(  # noqa: PLR0913, PLR0917  (one cell for each state)
    asked: Cell, waiting: Cell, offered: Cell, taken: Cell, answered: Cell, closed: Cell
) -> Mapping[State, Cell]:
    return {
        "asked": asked, "waiting": waiting, "offered": offered, "taken": taken, "answered": answered, "closed": closed,
    }  # fmt: skip


TABLE: Mapping[type[Event], Mapping[State, Cell]] = {
    #                asked            waiting            offered            taken          answered       closed
    Agrees:    _row(_agree,          _how_it_stands,    _how_it_stands,    _nothing,      _nothing,      _refuse_over),
    Wishes:    _row(_wish,           _nothing,          _nothing,          _nothing,      _nothing,      _refuse_over),
    Allows:    _row(_allow_first,    _allow,            _allow,            _nothing,      _nothing,      _refuse_over),
    Speaks:    _row(_speak,          _speak,            _speak,            _speak,        _speak,        _nothing),
    Writes:    _row(_warned,         _kept,             _kept,             _passed,       _passed,       _nothing),
    Withdraws: _row(_decline,        _withdraw,         _withdraw,         _withdraw,     _withdraw,     _nothing),
    Leaves:    _row(_leave,          _leave,            _leave,            _leave,        _leave,        _nothing),
    Forgets:   _row(_forget,         _forget,           _forget,           _forget,       _forget,       _forget),
    Rates:     _row(_nothing,        _nothing,          _nothing,          _nothing,      _nothing,      _rate),
    Takes:     _row(_refuse_not_yet, _take,             _take,             _mine_already, _mine_already, _refuse_over),
    Declines:  _row(_nothing,        _not_now,          _not_now,          _nothing,      _nothing,      _nothing),
    Replies:   _row(_refuse_not_yet, _refuse_not_yours, _refuse_not_yours, _reply,        _reply,        _refuse_over),
    PassesOn:  _row(_refuse_not_yet, _refuse_not_yours, _refuse_not_yours, _pass_on,      _pass_on,      _refuse_over),
    GivesBack: _row(_refuse_not_yet, _refuse_not_yours, _refuse_not_yours, _give_back,    _give_back,    _refuse_over),
    Closes:    _row(_refuse_not_yet, _refuse_not_yours, _refuse_not_yours, _close,        _close,        _refuse_over),
    GoesOff:   _row(_nothing,        _go_off,           _go_off,           _nothing,      _nothing,      _nothing),
    Vanishes:  _row(_nothing,        _vanish_asked,     _vanish_asked,     _vanish,       _vanish,       _nothing),
}  # fmt: skip


# --- what cells share ---


def released(case: Case, now: datetime, rules: Rules) -> Case:
    """The case without its owner, looking for the next one."""
    mine = (Until(case.helper, now),) if case.helper is not None else ()
    return replace(
        case, state="waiting", helper=None, since=now, heard_at=now, planned_at=None, reminded_at=None, away_told=False,
        taken_at=None, replied_at=None, same=None, passed=_not_again(case, mine, now + rules.declined[case.urgent]),
    )  # fmt: skip


def _in_danger(case: Case, now: datetime, rules: Rules) -> Case:
    """The case as an urgent one. Once it becomes so, coordinators hear of it anew, and “not now” was said of another case."""
    if case.urgent:
        return case
    soon = now + rules.again[True]
    passed = tuple(Until(each.helper, min(each.until, soon)) for each in case.passed)
    return replace(case, urgent=True, alerted_at=None, passed=passed)


def _over(case: Case, ended: Ended, now: datetime) -> Case:
    return replace(case, state="closed", ended=ended, ended_at=now, offers=(), due=None)


def _ended(case: Case, helper: int, ended: Ended, now: datetime) -> Step | Refused:
    if case.helper != helper:
        return Refused("not-your-case")
    what: News = News("newcomer", "given-back" if ended == "given-back" else "closed")
    return Step(_over(case, ended, now), (what, News(helper, "after")))


def _without_offer(case: Case, helper: int, until: datetime) -> Step:
    mine = tuple(offer for offer in case.offers if offer.helper == helper)
    if not mine:
        return Step(case)
    rest = tuple(offer for offer in case.offers if offer.helper != helper)
    left = replace(case, offers=rest, passed=_not_again(case, mine, until), state="offered" if rest else "waiting")
    return Step(left, (News(helper, "offer-over"),))


def _not_again(case: Case, who: tuple[Until, ...], until: datetime) -> tuple[Until, ...]:
    ids = {each.helper for each in who}
    return (
        *(each for each in case.passed if each.helper not in ids),
        *(Until(helper, until) for helper in sorted(ids)),
    )


def _to_askers(case: Case, what: Any) -> tuple[News, ...]:  # noqa: ANN401  (a `What`)
    return tuple(News(offer.helper, what) for offer in case.offers)


def _to_owner(case: Case, what: Any) -> tuple[News, ...]:  # noqa: ANN401  (a `What`)
    return (News(case.helper, what),) if case.in_charge and case.helper is not None else ()
