"""The commands of helpers, and the way of somebody new through the pages until they are ready."""

from dataclasses import replace

from bot.conversation.message import Asked
from bot.conversation.words import Words
from bot.helping import buttons, setup
from bot.helping.bench import ChangesDuty, HelperTurn, Seen, WantsLink
from bot.helping.telling import Telling
from bot.wording import helping

COMMANDS = ("cases", "duty", "me", "web", "invite")
"""What only helpers can write behind a slash, beside “help”."""


def command(seen: Seen, asked: Asked | None, telling: Telling, *, before: Words | None = None) -> HelperTurn:
    """The turn for a command; whatever comes before they are ready leads to the next page. *before* is said first."""
    first = (before,) if before else ()
    if not seen.bench.ready:
        turn = _becoming(seen, telling)
    else:
        turn = _command(seen, asked.intent if asked else "me", asked.rest if asked else "", telling)
    return replace(turn, words=(*first, *turn.words))


def _becoming(seen: Seen, telling: Telling) -> HelperTurn:
    helper = seen.helper
    if not helper.language:
        return _words(seen, setup.welcome(telling), "welcome")
    if helper.pledged_at is None:
        return _words(seen, setup.pledge(telling), "pledge")
    if not helper.name:
        asking = replace(seen, bench=replace(seen.bench, asking="name"))
        return _words(asking, telling.words(helping.WHAT_NAME), "name")
    return _words(seen, setup.screen("languages", telling, new=True), "languages")


def _command(seen: Seen, intent: str, rest: str, telling: Telling) -> HelperTurn:
    match intent:
        case "cases" | "main_menu":
            return _words(seen, telling.cases(seen.cases), "cases")
        case "duty":
            return duty(seen, rest, telling)
        case "web":
            return HelperTurn(seen.helper, seen.bench, (WantsLink(),), did="web")
        case "invite":
            return _invite(seen, telling)
        case "help":
            line = telling.voice.line(telling.guide.library.pack.city.emergency["medical"][-1])
            return _words(seen, telling.words(helping.HELP, line=line), "help")
        case "change_language":
            return _words(seen, setup.screen("language", telling), "language")
        case "me":
            return _words(seen, setup.screen("me", telling), "me")
        case _:
            return _words(seen, telling.words(helping.ALREADY_HELPER, telling.home_rows()), "home")


def duty(seen: Seen, answer: str, telling: Telling) -> HelperTurn:
    """On, off, or how it is."""
    if answer not in ("on", "off"):
        return _words(seen, setup.duty(telling), "duty")
    helper = setup.on_duty(seen.helper, telling.now) if answer == "on" else setup.off_duty(seen.helper)
    said = setup.duty(replace(telling, helper=helper))
    return HelperTurn(helper, seen.bench, (ChangesDuty(off=helper.off),), (said,), f"duty:{answer}")


def _invite(seen: Seen, telling: Telling) -> HelperTurn:
    if seen.helper.role != "coordinator":
        return _words(seen, telling.words(helping.ONLY_COORDINATORS), "invite-refused")
    row = (
        telling.button("🌱", helping.A_HELPER, buttons.Invite("helper")),
        telling.button("🧭", helping.A_COORDINATOR, buttons.Invite("coordinator")),
    )
    return _words(seen, telling.words(helping.INVITE_WHOM, (row,)), "invite")


def _words(seen: Seen, words: Words, did: str) -> HelperTurn:
    return HelperTurn(seen.helper, seen.bench, words=(words,), did=did)
