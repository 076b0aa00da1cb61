"""Typed words that stand for a button: its number, its words, yes or no, in the person's language or in English."""

from rapidfuzz import fuzz

from bot.catalogs import SOURCE
from bot.conversation import buttons, languages
from bot.conversation.presses import press
from bot.conversation.saying import Rows
from bot.conversation.talk import Talk, Turn
from bot.conversation.voice import Voice
from bot.conversation.words import Button
from bot.knowledge.folding import fold, key

_ALIKE = 86
"""Percent of likeness from which a misspelt choice is taken for the choice."""
_SHORTEST = 3
_MOST_WORDS = 6


def said(voice: Voice, text: str, *names: str) -> str:
    """Which of the answer lists *names* *text* is in (``yes``, ``back``, …); empty when in none."""
    typed = key(text)
    for language in (voice.language, voice.library.languages[SOURCE]):
        for name in names:
            if typed in language.answers[name]:
                return name
    return ""


def pressed_by(talk: Talk, text: str, *, loosely: bool = False) -> Turn | None:
    """The turn of the button that *text* stands for; ``None`` when it stands for none.

    *loosely* takes a few of a button's words for the button too. That comes after the wishes: “stop” must stop, even where
    a button begins with it.
    """
    spoken, known = talk.conversation.language, talk.guide.library.languages
    # Who has a language already may mean a class by “Spanish”; the language's own name for itself means the language.
    chosen = languages.calls_itself(text, known) if spoken else languages.named(text, known)
    if chosen and chosen != spoken:
        return press(talk, buttons.write(buttons.Speak(chosen)))
    options = _options(talk)
    if loosely:
        # A word of a group's name (“food”) says less than what the model and the search know about it.
        choices = [button for button in options if not isinstance(buttons.read(button.press), buttons.Menu)]
        data = _by_some_words(choices, text)
    else:
        data = _by_number(options, text) or _by_yes_or_no(talk, text) or _by_label(options, text)
    return press(talk, data) if data else None


def _options(talk: Talk) -> list[Button]:
    """The buttons that are open now, in the order they are shown, without the ways out."""
    voice, conversation = talk.voice, talk.conversation
    if conversation.asking == "language":
        return [button for row in voice.language_rows() for button in row]
    if conversation.asking == "menu":
        return _listed(voice.menu_rows())
    if conversation.asking in ("clarify", "group"):
        articles = [voice.library.article(article) for article in conversation.offered]
        return [voice.open(article) for article in articles if article]
    if conversation.asking == "consent":
        return []
    if conversation.asking == "forget":
        return [row[0] for row in voice.forget_rows()]
    here = talk.at()
    if conversation.asking == "resume" and here:
        return [row[0] for row in voice.continue_rows(here[0])[:2]]
    return _listed(voice.step_rows(*here) if here else voice.menu_rows())


def _listed(rows: Rows) -> list[Button]:
    """The buttons of *rows* that are counted: answers, ticks, topics and groups, each in a row of its own."""
    kinds = (buttons.Choose, buttons.Tick, buttons.Open, buttons.Menu)
    return [row[0] for row in rows if len(row) == 1 and isinstance(buttons.read(row[0].press), kinds)]


def _by_number(options: list[Button], text: str) -> str:
    folded = fold(text)
    if folded.isdecimal() and len(folded) < _SHORTEST and 1 <= int(folded) <= len(options):
        return options[int(folded) - 1].press
    return ""


def _by_yes_or_no(talk: Talk, text: str) -> str:
    meant = said(talk.voice, text, "yes", "no")
    conversation, here = talk.conversation, talk.at()
    match conversation.asking, meant:
        case "forget", "yes" | "no":
            return buttons.write(buttons.Forget(meant))
        case "consent", "yes" | "no" if talk.desk.case and talk.desk.case.state == "asked":
            number = str(talk.desk.case.id)
            return buttons.write(buttons.Agree(number) if meant == "yes" else buttons.Decline(number))
        case "clarify", "yes" if len(conversation.offered) == 1:
            return buttons.write(buttons.Open(conversation.offered[0]))
        case "clarify", "no":
            return buttons.write(buttons.Neither())
        case "resume", "yes" if here:
            return buttons.write(buttons.Continue(here[0].id))
        case "resume", "no":
            return buttons.write(buttons.Menu())
    if not here or conversation.asking:
        return ""
    article, place = here
    step = article.steps[place.step]
    if not step.choices:
        on = said(talk.voice, text, "next") or meant == "yes"
        return buttons.write(buttons.Next(article.id, step.id)) if on else ""
    for choice in step.choices:
        if meant and choice.means == meant:
            return buttons.write(buttons.Choose(article.id, step.id, choice.id))
    return ""


def _by_label(options: list[Button], text: str) -> str:
    """A choice whose words were typed, all of them and in their order."""
    folded = fold(text)
    return next((button.press for button in options if folded and fold(button.label) == folded), "")


def _holds(text: str, label: str) -> bool:
    """Whether a longer *text* names *label*. One word is too little: “there is no one safe” is no “no”."""
    return " " in label and f" {label} " in f" {text} "


def _by_some_words(options: list[Button], text: str) -> str:
    """A choice of which some words were typed that no other choice has, or all of them with a slip of the thumb."""
    folded = fold(text)
    if len(folded) < _SHORTEST or len(folded.split()) > _MOST_WORDS:
        return ""
    labels = [(fold(button.label), button.press) for button in options]
    among = [data for label, data in labels if f" {folded} " in f" {label} " or _holds(folded, label)]
    alike = [data for label, data in labels if fuzz.ratio(label, folded) >= _ALIKE]
    return next((fits[0] for fits in (among, alike) if len(fits) == 1), "")
