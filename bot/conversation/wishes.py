"""Dialogue intents: what people want from the conversation itself, whatever it is about."""

from collections.abc import Callable

from bot import wording
from bot.conversation import buttons, flow
from bot.conversation.presses import go_back, press
from bot.conversation.talk import Talk, Turn

WISH_WORDS = {
    "menu": "main_menu",
    "back": "go_back",
    "stop": "stop",
    "start_over": "start_over",
    "repeat": "repeat",
    "skip": "skip",
    "person": "talk_to_person",
    "language": "change_language",
    "help": "help",
    "greet": "greet",
    "thanks": "thanks",
    "bye": "goodbye",
    "forget": "delete_my_data",
}
"""Answer list → the intent that its words stand for."""


def _greet(talk: Talk) -> Turn:
    talk.note(wording.WELCOME_BACK)
    return talk.step("repeat") if talk.at() else talk.menu()


def _skip(talk: Talk) -> Turn:
    here = talk.at()
    if here is None:
        return talk.menu()
    article, place = here
    step = article.steps[place.step]
    if step.optional or not step.choices:
        return talk.move(article, place, step.goto)
    return talk.chat(wording.NOTHING_TO_SKIP, "no-skip")


def _repeat(talk: Talk) -> Turn:
    if talk.at() is None:
        return talk.menu()
    talk.note(wording.REPEATED)
    return talk.step("repeat")


def _start_over(talk: Talk) -> Turn:
    here = talk.at()
    if here is None:
        return talk.menu()
    talk.understood()
    talk.change(place=flow.enter(here[0]))
    return talk.step("start-over")


def _stop(talk: Talk) -> Turn:
    talk.understood()
    talk.change(place=None, aside=())
    talk.note(wording.STOPPED)
    return talk.menu(wording.MENU_AGAIN, "stop")


def _main_menu(talk: Talk) -> Turn:
    talk.understood()
    return talk.menu()


def _ask_to_forget(talk: Talk) -> Turn:
    talk.ask("forget")
    return talk.end("ask-forget", talk.voice.say(wording.DELETE_ASK), talk.voice.forget_rows())


def _complaint(talk: Talk) -> Turn:
    talk.note(wording.COMPLAINT)
    return talk.people("complaint")


def _yes(talk: Talk) -> Turn:
    return _answer(talk, "yes")


def _no(talk: Talk) -> Turn:
    return _answer(talk, "no")


def _answer(talk: Talk, meant: str) -> Turn:
    """Yes or no in words that no list holds: to the open question if it is one of yes and no."""
    here = talk.at()
    if here:
        article, place = here
        step = article.steps[place.step]
        for choice in step.choices:
            if choice.means == meant:
                return press(talk, buttons.write(buttons.Choose(article.id, step.id, choice.id)))
        if not step.choices and meant == "yes":
            return press(talk, buttons.write(buttons.Next(article.id, step.id)))
    return talk.chat(wording.OK, meant)


DIALOGUE: dict[str, Callable[[Talk], Turn]] = {
    "greet": _greet,
    "thanks": lambda talk: talk.chat(wording.YOU_ARE_WELCOME, "thanks"),
    "goodbye": lambda talk: talk.chat(wording.GOODBYE, "goodbye"),
    "affirm": _yes,
    "deny": _no,
    "main_menu": _main_menu,
    "go_back": go_back,
    "start_over": _start_over,
    "repeat": _repeat,
    "skip": _skip,
    "stop": _stop,
    "change_language": lambda talk: talk.ask_language(),
    "talk_to_person": lambda talk: talk.people(),
    "is_it_safe": lambda talk: talk.chat(wording.IS_IT_SAFE, "is-it-safe"),
    "delete_my_data": _ask_to_forget,
    "are_you_a_person": lambda talk: talk.chat(wording.AM_A_PROGRAM, "are-you-a-person"),
    "complaint": _complaint,
    "help": lambda talk: talk.chat(wording.HELP, "help"),
}


def grant(talk: Talk, intent: str) -> Turn | None:
    """The turn for a dialogue intent; ``None`` for one that is not known here."""
    wish = DIALOGUE.get(intent)
    return wish(talk) if wish else None
