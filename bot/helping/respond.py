"""The helper's ladder: one message and what is known → one `HelperTurn`. Touches nothing, waits for nothing, never fails.

Whatever is no button, no command and no answer to a question of ours goes to a newcomer. To which one must be beyond
doubt: a reply goes where the message it answers came from; otherwise we ask rather than guess.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.guide import Guide
from bot.conversation.message import Asked, Heard, Message, Pressed, Reacted, Sent, Started
from bot.conversation.passing import NotPassed, Passed, passed
from bot.conversation.words import Words
from bot.handoff.case import Case
from bot.helping.bench import (
    MOST_HELD,
    Answers,
    Bench,
    Deed,
    HelperTurn,
    Misses,
    Notes,
    Questions,
    Seen,
    Sends,
)
from bot.helping.menus import command
from bot.helping.presses import press
from bot.helping.telling import Telling
from bot.richtext import Text, join
from bot.wording import helping

STILL_CURRENT = timedelta(minutes=15)
"""So long after they wrote to a newcomer, the next message is for the same one, if no other newcomer wrote since."""
_NOT_PASSED = {
    "kind": helping.NOT_PASSED_KIND,
    "own-contact": helping.NOT_PASSED_OWN_CONTACT,
    "large": helping.NOT_PASSED_LARGE,
}


def respond(seen: Seen, message: Message, guide: Guide, now: datetime) -> HelperTurn:
    """Answer *message* of a helper."""
    telling = Telling(guide, seen.helper, now)
    match message:
        case Pressed():
            return press(seen, message.data, telling)
        case Asked():
            return command(seen, message, telling)
        case Started():
            return command(seen, Asked(message.newcomer, now, message.key, "start"), telling)
        case Reacted():
            return HelperTurn(seen.helper, seen.bench, did="reacted", reacts=message)
        case Heard() | Sent():
            return _said(seen, message, telling)


def _said(seen: Seen, message: Heard | Sent, telling: Telling) -> HelperTurn:
    if not seen.bench.ready and seen.bench.asking != "name":
        return command(seen, Asked(message.newcomer, message.at, message.key, "start"), telling)
    text = message.text if isinstance(message, Heard) else message.caption
    danger = telling.guide.emergencies.alarm(text)
    going = passed(message)
    if isinstance(going, NotPassed):
        return _turn(seen, f"not-passed:{going.why}", telling.words(_NOT_PASSED[going.why]))
    notes: list[Text] = []
    if going.cut:
        notes.append(telling.say(helping.PRIVATE_CUT))
    if danger:
        line = telling.voice.line(telling.guide.library.pack.city.emergency[danger.kind][-1])
        notes.append(telling.say(helping.HELPER_DANGER, line=line))
    words = (telling.words(join(notes)),) if notes else ()
    turn = _asked_for(seen, going, telling) or _to_newcomer(seen, going, telling)
    return replace(turn, words=(*words, *turn.words))


def _asked_for(seen: Seen, going: Passed, telling: Telling) -> HelperTurn | None:
    """The words that we asked for: a note, a word for the next helper, a question, an answer to one."""
    if going.edited:
        return None
    if going.attachment and (seen.question or (seen.bench.asking and not seen.replied)):
        return _turn(seen, "only-words", telling.words(helping.ONLY_WORDS))
    if seen.question and going.text:
        return _turn(seen, "answers", deeds=(Answers(seen.question, going.text),))
    bench = replace(seen.bench, asking="", about=0)
    if seen.replied or not seen.bench.asking or not going.text:
        return None
    about, text = seen.bench.about, going.text
    if seen.bench.asking in ("note", "word", "question") and seen.case(about) is None:  # it ended in the meantime
        over = telling.refused("not-your-case", about)
        return HelperTurn(seen.helper, bench, words=(over,), did="not-yours")
    match seen.bench.asking:
        case "note":
            deeds: tuple[Deed, ...] = (Notes(about, text),)
        case "word":
            deeds = (Notes(about, text, word=True),)
        case "question":
            deeds = (Questions(about, text),)
        case "missing":
            deeds = (Misses(about, text),)
        case _:
            name = " ".join(text.split())[:60]
            named = replace(seen, helper=replace(seen.helper, name=name))
            said = telling.words(helping.NAME_KEPT, name=name)
            return command(replace(named, bench=bench), None, telling, before=said)
    return HelperTurn(seen.helper, bench, deeds, did=f"wrote:{seen.bench.asking}")


def _to_newcomer(seen: Seen, going: Passed, telling: Telling) -> HelperTurn:
    if seen.replied and seen.case(seen.replied) is None:
        return _turn(seen, "not-yours", telling.refused("not-your-case", seen.replied))
    if going.edited and not seen.replied:
        return _turn(seen, "edited-nothing", telling.words(helping.COMMANDS_ONLY))
    if not seen.cases:
        return _turn(seen, "no-case", telling.words(helping.NO_CASE_TO_WRITE))
    case = seen.case(seen.replied) or _beyond_doubt(seen, telling.now, answers=bool(going.answers))
    if case is None:
        held = (*seen.bench.held, going.to_json())[-MOST_HELD:]
        return HelperTurn(
            seen.helper, replace(seen.bench, held=held), words=(telling.for_whom(seen.cases),), did="for-whom"
        )
    return HelperTurn(
        seen.helper, _wrote_to(seen.bench, case, going, telling.now), (Sends(case.id, going),), did=f"sends:{case.id}"
    )


def _beyond_doubt(seen: Seen, now: datetime, *, answers: bool) -> Case | None:
    """The case a plain message is for; ``None`` when there is a doubt.

    *answers*: it replies to something that is no passed message, such as the first piece of a long one. Of whom that was,
    they know, and we do not.
    """
    bench = seen.bench
    if bench.held:
        return None
    current = seen.case(bench.current)
    if len(seen.cases) == 1:
        # A case that ended a moment ago may be the one they still write to.
        return seen.cases[0] if current or not bench.current else None
    if answers or current is None or bench.current_at is None or now - bench.current_at > STILL_CURRENT:
        return None
    others = [case for case in seen.cases if case.id != current.id]
    newer = any(case.last_heard and case.last_heard >= bench.current_at for case in others)
    return None if newer else current


def _wrote_to(bench: Bench, case: Case, going: Passed, now: datetime) -> Bench:
    """The bench after something was sent to *case*."""
    return replace(bench, current=case.id, current_at=now, last=going.text or bench.last)


def _turn(seen: Seen, did: str, *words: Words, deeds: tuple[Deed, ...] = ()) -> HelperTurn:
    return HelperTurn(seen.helper, seen.bench, deeds, words, did)
