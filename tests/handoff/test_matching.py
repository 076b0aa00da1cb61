"""Who fits a case, in which order they are asked, and what a newcomer hears about when somebody is here."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handoff.case import Until
from bot.handoff.helper import Helper, Window
from bot.handoff.matching import candidates, fitting, next_here, only_being_asked, other_languages
from tests.handoff.people import AMINA, MONDAY, OMAR, ROSA, denver, helper, hours, ids, minutes, waiting


def took(*ago: float) -> tuple:
    """Cases taken so many hours ago."""
    return tuple(MONDAY - hours(each) for each in ago)


def order(roster: list[Helper], **wishes: object) -> list[int]:
    topic = str(wishes.pop("topic", ""))
    return ids(candidates(replace(waiting(), **wishes), roster, MONDAY, topic=topic))  # type: ignore[arg-type]


# --- who can be asked at all ---


def test_only_those_who_speak_a_language_of_the_case() -> None:
    roster = [helper(1, "es"), helper(2, "ar"), helper(3, "en", "es:some")]
    assert order(roster) == [1, 3]
    assert order(roster, also=("ar",)) == [1, 3, 2]


def test_only_those_who_are_here() -> None:
    assert order([helper(1, hours=()), helper(2, off=True), helper(3, paused_until=MONDAY + minutes(1))]) == []
    assert order([helper(1, hours=(), on_until=MONDAY + minutes(1))]) == [1]


def test_only_those_who_have_pledged_and_can_be_reached() -> None:
    assert order([helper(1, pledged_at=None), helper(2, reached=False)]) == []


def test_only_those_who_have_room() -> None:
    assert order([helper(1, open=2, capacity=2), helper(2, open=1, capacity=2), helper(3, open=5, capacity=6)]) == [
        2,
        3,
    ]


def test_nobody_is_asked_for_more_than_they_can_take() -> None:
    """Five cases in one minute are not five messages to the same volunteer."""
    assert order([helper(1, asked=2), helper(2, open=1, asked=1), helper(3, asked=1)]) == [3]
    assert order([helper(1, asked=2), helper(2, open=2)], urgent=True) == [1]


def test_whoever_is_being_asked_already_comes_after_those_who_are_not() -> None:
    assert order([helper(1, asked=1), helper(2), helper(3, taken=took(1))]) == [2, 1, 3]


def test_it_is_known_whether_somebody_only_has_other_offers_to_look_at_first() -> None:
    assert only_being_asked(waiting(), [helper(1, asked=2)], MONDAY)
    for other in (helper(1, open=2), helper(1, "ar"), helper(1, off=True), helper(1, refuses=("money",))):
        assert not only_being_asked(waiting(), [other], MONDAY, "money")
    assert not only_being_asked(waiting(passed=(Until(1, MONDAY + hours(1)),)), [helper(1, asked=2)], MONDAY)


def test_only_those_who_take_the_topic() -> None:
    roster = [helper(1, refuses=("money",)), helper(2)]
    assert order(roster, topic="money") == [2]
    assert order(roster, topic="health") == [1, 2]
    assert order(roster) == [1, 2]


def test_a_wish_for_a_woman_or_a_man_is_kept_and_never_guessed() -> None:
    roster = [helper(1, gender="woman"), helper(2, gender="man"), helper(3)]
    assert order(roster, gender="woman") == [1]
    assert order(roster, gender="man") == [2]
    assert order(roster) == [1, 2, 3]


def test_another_community_means_nobody_who_grew_up_with_the_language() -> None:
    roster = [helper(1, "es:native"), helper(2, "es:fluent"), helper(3, "es:some")]
    assert order(roster) == [1, 2, 3]
    assert order(roster, other_community=True) == [2, 3]


def test_another_community_leaves_the_second_language_of_a_native_speaker() -> None:
    both = helper(1, "es:native", "en:fluent")
    assert order([both], other_community=True) == []
    assert order([both], other_community=True, also=("en",)) == [1]


def test_nobody_is_asked_twice_at_once_or_too_soon_again() -> None:
    passed = (Until(1, MONDAY + minutes(1)), Until(2, MONDAY))
    offers = (Until(3, MONDAY + minutes(5)),)
    assert order([helper(1), helper(2), helper(3)], passed=passed, offers=offers) == [2]


# --- in which order ---


def test_the_first_language_comes_before_everything_but_the_same_helper() -> None:
    roster = [
        helper(1, "en", prefers=("money",)),
        helper(2, "es:some", taken=took(1)),
        helper(3, "es", taken=took(1)),
    ]
    assert order(roster, also=("en",), topic="money") == [3, 2, 1]
    assert order(roster, also=("en",), topic="money", same=1) == [1, 3, 2]


def test_then_who_speaks_it_well_then_the_topic() -> None:
    roster = [
        helper(1, "es:some", prefers=("money",)),
        helper(2, "es"),
        helper(3, "es", prefers=("money",), taken=took(1)),
    ]
    assert order(roster, topic="money") == [3, 2, 1]


def test_then_who_took_less_then_who_has_waited_longer() -> None:
    roster = [
        helper(1, taken=took(40, 30, 20)),
        helper(2, taken=took(9, 3)),
        helper(3, taken=took(9, 4)),
        helper(4),
        helper(5, taken=took(9, 5)),
    ]
    assert order(roster) == [4, 5, 3, 2, 1]


def test_equals_come_in_a_fixed_order() -> None:
    assert order([helper(3), helper(1), helper(2)]) == [1, 2, 3]


# --- fairness ---

BUSY = helper(1, prefers=("money",), taken=took(1, 2, 3, 4, 5, 6))
OTHERS = [helper(2, taken=took(1)), helper(3, taken=took(1)), helper(4, taken=took(1))]


def test_who_took_more_than_twice_the_usual_is_not_asked_while_there_are_others() -> None:
    assert order([BUSY, *OTHERS], topic="money") == [2, 3, 4]


def test_in_need_everybody_counts() -> None:
    assert order([BUSY, *OTHERS], topic="money", urgent=True) == [1, 2, 3, 4]
    away = [replace(each, hours=()) for each in OTHERS]
    assert order([BUSY, *away], topic="money") == [1]


def test_the_same_helper_is_asked_however_much_they_took() -> None:
    assert order([BUSY, *OTHERS], same=1) == [1, 2, 3, 4]


def test_where_nobody_took_anything_yet_one_case_is_not_too_much() -> None:
    assert order([replace(BUSY, taken=took(1)), helper(2), helper(3)], topic="money") == [1, 2, 3]


def test_the_same_helper_is_not_asked_when_they_just_passed_it_on() -> None:
    assert order([helper(1), helper(2)], same=1, passed=(Until(1, MONDAY + hours(1)),)) == [2]


# --- whenever they come ---


def test_those_who_could_ever_help_are_told_apart_from_those_who_are_here() -> None:
    roster = [helper(1, hours=()), helper(2, "ar"), helper(3, refuses=("money",)), helper(4, open=9)]
    assert ids(fitting(waiting(), roster, "money")) == [1, 4]


def test_when_somebody_is_here_next() -> None:
    evening = helper(1, hours=(Window(0, 18 * 60, 20 * 60),))
    morning = helper(2, hours=(Window(1, 8 * 60, 9 * 60),))
    assert next_here(waiting(), [evening, morning], MONDAY) == denver(2026, 11, 23, 18)
    assert next_here(waiting(), [morning], MONDAY) == denver(2026, 11, 24, 8)
    assert next_here(waiting("ar"), [evening, morning], MONDAY) is None
    assert next_here(waiting(), [], MONDAY) is None


def test_nobody_is_promised_who_has_just_said_not_now() -> None:
    """Somebody who is here but is not to be asked is no reason to say that somebody is here now."""
    case = waiting(passed=(Until(AMINA, MONDAY + hours(20)),))
    assert next_here(case, [helper(AMINA)], MONDAY) == MONDAY + hours(20)
    assert next_here(case, [helper(AMINA, hours=(Window(0, 12 * 60, 13 * 60),))], MONDAY) == denver(2026, 11, 30, 12)


def test_nobody_is_promised_who_is_here_and_has_no_room() -> None:
    full = helper(AMINA, open=2)
    later = helper(OMAR, hours=(Window(1, 8 * 60, 9 * 60),))
    assert next_here(waiting(), [full, later], MONDAY) == denver(2026, 11, 24, 8)
    assert next_here(waiting(), [full], MONDAY) is None


# --- another language ---


def test_another_language_is_offered_when_somebody_who_fits_is_here_in_it() -> None:
    roster = [helper(1, "en", "es"), helper(2, "ar", hours=()), helper(3, "am")]
    assert other_languages(waiting(), roster, MONDAY) == ["am", "en"]
    assert other_languages(waiting(also=("en",)), roster, MONDAY) == ["am"]


@pytest.mark.parametrize(
    "somebody",
    [
        helper(1, "en:some"),
        helper(1, "en", open=2),
        helper(1, "en", gender="man"),
        helper(1, "en", gender="woman", refuses=("money",)),
        helper(1, "en:native", gender="woman"),
        helper(ROSA, "en", gender="woman"),
    ],
)
def test_another_language_is_not_offered_where_nobody_in_it_could_be_asked(somebody: Helper) -> None:
    case = waiting(gender="woman", other_community=True, passed=(Until(ROSA, MONDAY + hours(4)),))
    assert other_languages(case, [somebody], MONDAY, "money") == []
    assert other_languages(case, [somebody, helper(9, "en", gender="woman")], MONDAY, "money") == ["en"]


def test_load_is_forgotten_after_two_weeks() -> None:
    old = replace(BUSY, taken=tuple(at - timedelta(days=14) for at in BUSY.taken))
    assert order([old, *OTHERS]) == [1, 2, 3, 4]
