"""Becoming a helper and changing one's answers: one question a page, all with buttons, the pages one after another."""

from dataclasses import replace
from datetime import datetime, timedelta

from babel.dates import get_day_names

from bot.conversation.saying import Rows
from bot.conversation.words import Button, Words
from bot.handoff.helper import Helper, Level, Window
from bot.helping import buttons
from bot.helping.telling import Telling
from bot.knowledge.showing import day, moment
from bot.richtext import Text, join, plain
from bot.wording import Sentence, helping

PARTS: tuple[tuple[int, int, Sentence], ...] = (
    (8 * 60, 12 * 60, helping.MORNING),
    (12 * 60, 17 * 60, helping.AFTERNOON),
    (17 * 60, 21 * 60, helping.EVENING),
)
"""Parts of a day that can be chosen: minutes since midnight, and their name."""
DUTY_EXTRA = timedelta(hours=3)
"""So long “on duty” lasts outside the weekly hours."""
PAUSES = (3, 7, 14, 30)
MOST_AT_ONCE = 4
_LEVELS: tuple[Level | None, ...] = ("native", "fluent", "some", None)
_LEVEL_WORDS: dict[Level, Sentence] = {
    "native": helping.LEVEL_NATIVE,
    "fluent": helping.LEVEL_FLUENT,
    "some": helping.LEVEL_SOME,
}
_NEXT = {"languages": "hours", "hours": "gender", "gender": "topics", "topics": "ready"}
"""The order of the pages for somebody new."""
SCREENS = ("language", "languages", "hours", "gender", "topics", "capacity", "pause", "stop", "me")


def welcome(telling: Telling) -> Words:
    """The first words to somebody who was invited, and which language to speak."""
    helper = telling.helper
    greeting = helping.WELCOME_COORDINATOR if helper.role == "coordinator" else helping.WELCOME
    text = join([telling.say(greeting), telling.voice.pick_language()])
    return Words(text, telling.voice.language.code, _language_rows(telling))


def pledge(telling: Telling) -> Words:
    """What a helper promises."""
    return telling.words(helping.PLEDGE, ((telling.button("🤝", helping.I_PROMISE, buttons.Promise()),),))


def screen(name: str, telling: Telling, *, new: bool = False) -> Words:
    """A page of “about you”. *new*: for somebody who is becoming a helper, so it leads on instead of back."""
    on = _on(name, telling, new=new)
    match name:
        case "language":
            return telling.words(helping.WHICH_LANGUAGE, _language_rows(telling))
        case "languages":
            return telling.words(helping.WHICH_LANGUAGES, (*_tongue_rows(telling), on))
        case "hours":
            return telling.words(helping.WHICH_HOURS, (*_hour_rows(telling), on))
        case "gender":
            return telling.words(helping.WHICH_GENDER, (*_gender_rows(telling), on))
        case "topics":
            return telling.words(helping.WHICH_TOPICS, (*_topic_rows(telling), on))
        case "capacity":
            return telling.words(helping.HOW_MANY, (_capacity_row(telling), on))
        case "pause":
            return telling.words(helping.PAUSE_ASK, (*_pause_rows(telling), on))
        case "stop":
            leave = (telling.button("🚪", helping.YES_STOP, buttons.Resign()),)
            return telling.words(helping.STOP_SURE, (leave, on))
        case "ready":
            return telling.words(helping.READY)
        case _:
            return _about(telling)


def duty(telling: Telling) -> Words:
    """Whether one may be asked now, and the two buttons that change it."""
    helper, now = telling.helper, telling.now
    if helper.on_until and now < helper.on_until and not helper.off:
        until = moment(helper.on_until, helper.zone, telling.voice.language.locale)
        text = telling.say(helping.DUTY_ON, when=until)
    elif helper.off:
        text = telling.say(helping.DUTY_OFF)
    elif helper.on_duty(now):
        text = telling.say(helping.DUTY_STATE_ON)
    else:
        text = telling.say(helping.DUTY_STATE_OUT)
    row = (
        telling.button("🟢", helping.ON_DUTY, buttons.Duty("on")),
        telling.button("⚪", helping.OFF_DUTY, buttons.Duty("off")),
    )
    return Words(text, telling.voice.language.code, (row,))


def on_duty(helper: Helper, now: datetime) -> Helper:
    """On duty: in the usual hours, and outside them for a while."""
    awake = replace(helper, off=False, paused_until=None)
    return replace(awake, on_until=None if awake.in_hours(now) else now + DUTY_EXTRA)


def off_duty(helper: Helper) -> Helper:
    """Off duty until they say otherwise."""
    return replace(helper, off=True, on_until=None)


def next_level(helper: Helper, language: str) -> Helper:
    """The next level of a language: mother tongue, fluent, a little, not at all."""
    place = _LEVELS.index(helper.level(language))
    return helper.speaking(language, _LEVELS[(place + 1) % len(_LEVELS)])


def window(day_of_week: str, part: str) -> Window | None:
    """The hours a button stands for; ``None`` when nobody ever wrote such a button."""
    if not (day_of_week.isdecimal() and part.isdecimal() and int(day_of_week) < 7 and int(part) < len(PARTS)):
        return None
    start, end, _ = PARTS[int(part)]
    return Window(int(day_of_week), start, end)


def _on(name: str, telling: Telling, *, new: bool) -> tuple[Button, ...]:
    """The way on for somebody new, back to “about you” for everybody else."""
    leads = _NEXT.get(name, "me") if new else "me"
    return (telling.button("✅", helping.DONE, buttons.Show(leads)),)


def _language_rows(telling: Telling) -> Rows:
    library = telling.guide.library
    names = [
        Button(library.languages[code].name, buttons.write(buttons.SpeakWith(code)))
        for code in library.pack.city.languages
    ]
    return tuple(tuple(names[start : start + 2]) for start in range(0, len(names), 2))


def _tongue_rows(telling: Telling) -> Rows:
    rows = []
    for code in telling.guide.library.pack.city.languages:
        level = telling.helper.level(code)
        name = telling.language(code)
        said = f"☑️ {name}: {plain(telling.say(_LEVEL_WORDS[level]))}" if level else f"⬜ {name}"
        rows.append((Button(said, buttons.write(buttons.Tongue(code))),))
    return tuple(rows)


def _hour_rows(telling: Telling) -> Rows:
    names = get_day_names("abbreviated", "stand-alone", telling.voice.language.locale)
    rows = []
    for number in range(7):
        row = []
        for place, (start, end, sentence) in enumerate(PARTS):
            box = "☑️" if Window(number, start, end) in telling.helper.hours else "⬜"
            said = f"{box} {names[number]} {plain(telling.say(sentence))}"
            row.append(Button(said, buttons.write(buttons.Hours(str(number), str(place)))))
        rows.append(tuple(row))
    return tuple(rows)


def _gender_rows(telling: Telling) -> Rows:
    kinds = (("woman", helping.WOMAN), ("man", helping.MAN), ("", helping.RATHER_NOT))
    return tuple(
        (telling.button("☑️" if telling.helper.gender == kind else "⬜", sentence, buttons.Am(kind)),)
        for kind, sentence in kinds
    )


def _topic_rows(telling: Telling) -> Rows:
    rows = []
    for group in telling.guide.library.pack.city.groups:
        box = "🚫" if group.id in telling.helper.refuses else "✅"
        rows.append(
            (Button(f"{box} {group.icon} {telling.voice.group(group)}", buttons.write(buttons.Refuse(group.id))),)
        )
    return tuple(rows)


def _capacity_row(telling: Telling) -> tuple[Button, ...]:
    return tuple(
        Button(
            f"{'☑️' if count == telling.helper.capacity else '⬜'} {count}", buttons.write(buttons.AtOnce(str(count)))
        )
        for count in range(1, MOST_AT_ONCE + 1)
    )


def _pause_rows(telling: Telling) -> Rows:
    days = tuple(
        telling.button("🌴", helping.PAUSE_DAYS, buttons.Pause(str(count)), count=str(count)) for count in PAUSES
    )
    return (days[:2], days[2:], (telling.button("👍", helping.PAUSE_NONE, buttons.Pause("0")),))


def paused(helper: Helper, days: str, now: datetime) -> Helper:
    """With a break of so many days; none for anything that is no number of days we offer."""
    count = int(days) if days.isdecimal() and int(days) in PAUSES else 0
    return replace(helper, paused_until=now + timedelta(days=count) if count else None)


def paused_words(telling: Telling) -> Words:
    """Until when the break is."""
    until = telling.helper.paused_until
    if until is None:
        return telling.words(helping.NO_PAUSE)
    return telling.words(helping.PAUSED_UNTIL, date=day(until.date(), telling.voice.language))


def _about(telling: Telling) -> Words:
    pages = (
        ("🗣", helping.MY_LANGUAGES, "languages"), ("🕒", helping.MY_HOURS, "hours"), ("📋", helping.MY_TOPICS, "topics"),
        ("🧑", helping.MY_GENDER, "gender"), ("👥", helping.MY_CAPACITY, "capacity"), ("🌴", helping.MY_PAUSE, "pause"),
        ("🌐", helping.MY_BOT_LANGUAGE, "language"), ("🚪", helping.STOP_HELPING, "stop"),
    )  # fmt: skip
    found = [telling.button(icon, sentence, buttons.Show(name)) for icon, sentence, name in pages]
    rows = tuple(tuple(found[start : start + 2]) for start in range(0, len(found), 2))
    return Words(join([telling.say(helping.ABOUT_YOU), _summary(telling)]), telling.voice.language.code, rows)


def _summary(telling: Telling) -> Text:
    """Languages in one line; the hours are a page of their own."""
    helper = telling.helper
    spoken = [
        f"{telling.language(code)} ({plain(telling.say(_LEVEL_WORDS[level]))})" for code, level in helper.languages
    ]
    return telling.say(helping.PACKET_LANGUAGE, language=", ".join(spoken) or "–")
