"""What a pressed button does. One that no longer fits where the person is gets the current step, never silence."""

from dataclasses import replace

from bot import wording
from bot.conversation import buttons, flow
from bot.conversation.buttons import (
    Again,
    Agree,
    Also,
    Ask,
    Back,
    Choose,
    Continue,
    Decline,
    Forget,
    Hide,
    Keep,
    Menu,
    Neither,
    Next,
    Numbers,
    Open,
    Person,
    Rate,
    Restart,
    Skip,
    Source,
    Speak,
    Tick,
    Wish,
)
from bot.conversation.state import Conversation, Place
from bot.conversation.talk import Talk, Turn
from bot.handoff.case import Agrees, Allows, Event, Forgets, Rates, Speaks, Wishes, Withdraws
from bot.knowledge.article import END, Article, Step


def press(talk: Talk, data: str) -> Turn:  # noqa: C901, PLR0912  (one case for each kind of button)
    """The turn for a button with *data* on it, however old it is and whoever wrote it."""
    pressed = buttons.read(data)
    if not talk.conversation.language and not isinstance(pressed, Speak | Open):
        return talk.ask_language()
    match pressed:
        case Choose() | Tick() | Next() | Back() | Skip():
            return _in_flow(talk, pressed)
        case Open(article_id):
            return _open(talk, talk.guide.library.article(article_id))
        case Restart(article_id):
            talk.change(place=None)
            return _open(talk, talk.guide.library.article(article_id))
        case Menu(group):
            return _menu(talk, group)
        case Speak(language):
            return _speak(talk, language)
        case Person():
            return talk.people()
        case Numbers():
            return talk.numbers()
        case Ask(reason):
            return talk.people("person", "alarm" if reason == "alarm" else "step")
        case Agree() | Decline() | Wish() | Also() | Rate() | Again():
            return _about_helper(talk, pressed)
        case Source(article_id, step_id) | Keep(article_id, step_id):
            return _beside(talk, pressed, article_id, step_id)
        case Hide():
            return talk.hide()
        case Continue(article_id):
            return _go_on(talk, article_id)
        case Neither():
            return talk.lost()
        case Forget(answer):
            return _forget(talk, answer)
        case None:
            return _old(talk)


def _about_helper(talk: Talk, pressed: Agree | Decline | Wish | Also | Rate | Again) -> Turn:
    """A button about a helper. Each belongs to one case; when that is over, so is the button."""
    case, last = talk.desk.case_of(pressed.case), talk.desk.last
    ended = last if last and str(last.id) == pressed.case else None
    match pressed:
        case Decline() if case:
            return _event(talk, Withdraws(), "declined" if case.state == "asked" else "withdrawn")
        case _ if case and case.in_charge:
            return talk.with_helper()
        case Agree() if case:
            return _event(talk, Agrees(), "agreed")
        case Wish(_, wish) if case:
            if case.state != "asked":
                return talk.people()
            wished = Wishes(other_community=True) if wish == "other" else Wishes("woman" if wish == "woman" else "man")
            return replace(_event(talk, wished, f"wish:{wish}"), replaces=True)
        case Also(_, language) if case and language in talk.guide.library.languages:
            return replace(_event(talk, Allows(language), f"also:{language}"), replaces=case.state == "asked")
        case Rate(_, face) if ended and face in ("1", "2", "3"):
            return _event(talk, Rates(int(face)), "rated")
        case Again() if ended and ended.helper is not None:
            return talk.people("again", "again", ended.helper)
    return _case_over(talk)


def _event(talk: Talk, event: Event, did: str) -> Turn:
    talk.understood()
    if isinstance(event, Wishes | Allows):
        talk.ask("consent")
    talk.events.append(event)
    return talk.hand(did)


def _case_over(talk: Talk) -> Turn:
    talk.note(wording.handing.CASE_OVER)
    return talk.step("old-button") if talk.at() else talk.menu(did="old-button")


def _in_flow(talk: Talk, pressed: Choose | Tick | Next | Back | Skip) -> Turn:
    here = talk.at()
    if here is None:
        here = _reopened(talk, pressed.article, pressed.step)
    if here is None or (here[0].id, here[1].step) != (pressed.article, pressed.step):
        return _old(talk)
    article, place = here
    step = article.steps[place.step]
    match pressed:
        case Choose():
            return _choose(talk, article, place, step, pressed.choice)
        case Tick():
            return _tick(talk, place, step, pressed.item)
        case Next():
            return _old(talk) if step.choices else talk.on(article, place)
        case Skip():
            return talk.move(article, place, step.goto) if step.optional else _old(talk)
        case Back():
            return go_back(talk)


def _beside(talk: Talk, pressed: Source | Keep, article_id: str, step_id: str) -> Turn:
    """Something beside the flow: it works for any step that still exists. Without an open flow, that step is opened.

    Of what nobody else should see nothing is kept.
    """
    article = talk.guide.library.article(article_id)
    step = article.steps.get(step_id) if article else None
    if article is None or step is None:
        return _old(talk)
    here = talk.at()
    if here is None:
        talk.change(place=Place(article.id, step.id))
    there = here[1] if here and here[0].id == article.id else Place(article.id, step.id)
    if isinstance(pressed, Keep) and (step.discreet or flow.is_discreet(article, there)):
        return _old(talk)
    talk.understood()
    return (
        talk.sources(article, step) if isinstance(pressed, Source) else talk.keep_on_phone(article, step, pressed.what)
    )


def _reopened(talk: Talk, article_id: str, step_id: str) -> tuple[Article, Place] | None:
    """No flow is open, but the button's step still exists: take it up from there."""
    article = talk.guide.library.article(article_id)
    if article is None or step_id not in article.steps:
        return None
    place = Place(article.id, step_id)
    talk.change(place=place)
    return article, place


def _choose(talk: Talk, article: Article, place: Place, step: Step, choice_id: str) -> Turn:
    for choice in step.choices:
        if choice.id == choice_id:
            if choice.goto == END and choice.means == "no" and flow.is_discreet(article, place):
                return talk.hide()  # it is not safe to read on: nothing may stay on the screen
            return talk.move(article, place.answered(step.id, choice.id), choice.goto)
    return _old(talk)


def _tick(talk: Talk, place: Place, step: Step, item: str) -> Turn:
    if item not in {entry.id for entry in step.checklist} | set(talk.guide.library.papers_of(step)):
        return _old(talk)
    talk.understood()
    talk.change(place=flow.tick(place, item))
    return replace(talk.step("tick"), replaces=True)


def go_back(talk: Talk) -> Turn:
    """One step back; at the first step it is shown again."""
    here = talk.at()
    if here is None:
        return talk.menu()
    talk.understood()
    before = flow.back(here[1])
    if before is None:
        talk.note(wording.NO_WAY_BACK)
        return talk.step("repeat")
    talk.change(place=before)
    return talk.step("back")


def _old(talk: Talk) -> Turn:
    if talk.at() is None:
        return talk.menu(did="old-button")
    talk.note(wording.OLD_BUTTON)
    return talk.step("old-button")


def _open(talk: Talk, article: Article | None) -> Turn:
    if article is None:
        return _old(talk)
    if not talk.conversation.language:
        talk.change(offered=(article.id,))
        return talk.ask_language()
    return talk.open(article)


def _menu(talk: Talk, group: str) -> Turn:
    talk.understood()
    library = talk.guide.library
    for entry in library.pack.city.groups:
        if entry.id == group:
            talk.ask("group", tuple(article.id for article in library.under(entry)))
            text = talk.voice.say(wording.MENU_GROUP, group=f"{entry.icon} {talk.voice.group(entry)}")
            return talk.end(f"menu:{group}", text, talk.voice.menu_rows(group))
    return talk.menu()


def _speak(talk: Talk, language: str) -> Turn:
    """Change the language and keep the place. What was asked for before a language was known is opened now."""
    if language not in talk.guide.library.pack.city.languages:
        return talk.ask_language()
    first = not talk.conversation.language
    wanted = talk.conversation.offered[:1] if talk.conversation.asking == "language" else ()
    talk.change(language=language)
    talk.understood()
    talk.did.append(f"language:{language}")
    if talk.desk.case:
        talk.events.append(Speaks(language))
    article = talk.guide.library.article(wanted[0]) if wanted else None
    if first and not article:
        return talk.welcome()
    if first:
        talk.note(wording.GREETING, city=talk.voice.city)
    if article:
        return talk.open(article)
    talk.note(wording.LANGUAGE_NOW)
    return talk.step() if talk.at() else talk.menu()


def _go_on(talk: Talk, article_id: str) -> Turn:
    talk.understood()
    here = talk.at()
    if here and article_id in ("", here[0].id):
        return talk.step("continue")
    article = talk.guide.library.article(article_id)
    return talk.open(article, returning=True) if article else talk.menu(wording.MENU_AGAIN)


def _forget(talk: Talk, answer: str) -> Turn:
    if answer != "yes":
        talk.understood()
        return talk.chat(wording.NOT_DELETED, "kept")
    if talk.desk.case:
        talk.events.append(Forgets())
    turn = talk.end("forgotten", talk.voice.say(wording.DELETED), forget=True)
    return replace(turn, conversation=Conversation())
