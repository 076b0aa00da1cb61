"""What helpers answer about themselves on a form: languages, hours, days off, topics. Pure; anything else is ignored."""

from dataclasses import replace
from datetime import date, timedelta

from bot.handoff.helper import Gender, Helper, Level, Window
from bot.helping import setup
from bot.web.helpers.forms import Form
from bot.web.helpers.speaking import Speech

LEVELS: tuple[Level, ...] = ("native", "fluent", "some")
GENDERS: tuple[Gender, ...] = ("woman", "man")
MOST_DAYS_OFF = 30
A_YEAR = timedelta(days=366)

PARTS = tuple((start, end) for start, end, _ in setup.PARTS)


def name_of(form: Form) -> str:
    """A name for coordinators."""
    return " ".join(form.one("name").split())[:60]


def languages_of(form: Form, speech: Speech) -> tuple[tuple[str, Level], ...]:
    """The city's languages in which somebody helps."""
    answers = ((code, form.one(f"level-{code}")) for code in speech.languages)
    return tuple((code, level) for code, answer in answers for level in LEVELS if answer == level)


def hours_of(form: Form) -> tuple[Window, ...]:
    """The ticked parts of days."""
    ticked = (setup.window(*value.split("-", 1)) for value in form.all("hour") if "-" in value)
    return tuple(sorted({window for window in ticked if window}))


def other_hours(helper: Helper) -> tuple[Window, ...]:
    """Hours that are no part of a day on the form."""
    return tuple(window for window in helper.hours if (window.start, window.end) not in PARTS)


def changed(helper: Helper, form: Form, speech: Speech) -> Helper:
    """The helper as the form says."""
    groups = [group.id for group in speech.guide.library.pack.city.groups]
    language, gender, capacity = form.one("language"), form.one("gender"), form.number("capacity")
    rest = form.one("break")
    new = replace(
        helper,
        name=name_of(form) or helper.name,
        language=language if language in speech.languages else helper.language,
        languages=languages_of(form, speech),
        hours=tuple(sorted((*hours_of(form), *other_hours(helper)))),
        days_off=_days_off(form, speech.now.date()),
        refuses=tuple(group for group in groups if group in form.all("refuse")),
        gender=next((each for each in GENDERS if each == gender), ""),
        capacity=capacity if 1 <= capacity <= setup.MOST_AT_ONCE else helper.capacity,
        saved=tuple(each for place, each in enumerate(helper.saved) if str(place) in form.all("saved")),
    )
    return setup.paused(new, rest, speech.now) if rest else new


def _days_off(form: Form, today: date) -> tuple[date, ...]:
    """Days of the next year; what is over is let go."""
    days = set[date]()
    for value in form.all("day"):
        try:
            days.add(date.fromisoformat(value))
        except ValueError:
            continue
    return tuple(sorted(day for day in days if today - timedelta(days=1) <= day <= today + A_YEAR))[:MOST_DAYS_OFF]
