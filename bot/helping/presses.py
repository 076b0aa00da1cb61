"""What a helper's pressed button does. One that no longer fits says so; none is met with silence."""

from dataclasses import replace

from bot.conversation.passing import Passed
from bot.conversation.words import Words
from bot.handoff.case import Case, Closes, Declines, Event, GivesBack, PassesOn, Takes
from bot.handoff.helper import Helper
from bot.helping import buttons, setup
from bot.helping.bench import (
    Bench,
    ChangesDuty,
    Deed,
    Does,
    HelperTurn,
    Invites,
    Resigns,
    Seen,
    Sends,
    SendsReady,
    SendsTopic,
    TellsHeavy,
)
from bot.helping.buttons import (
    Am,
    AtOnce,
    Cancel,
    CaseMenu,
    Do,
    Duty,
    Feel,
    For,
    Hours,
    Invite,
    NothingMissing,
    NotNow,
    Pause,
    Promise,
    Refuse,
    Resign,
    SavedList,
    SaveLast,
    SendSaved,
    SendStep,
    Show,
    SpeakWith,
    Take,
    Tell,
    Tongue,
    Topic,
    Topics,
    Write,
)
from bot.helping.menus import command, duty
from bot.helping.telling import READY, Telling, label
from bot.wording import helping

MOST_SAVED = 20
MOST_SAVED_LETTERS = 500


def press(seen: Seen, data: str, telling: Telling) -> HelperTurn:
    """The turn for a button with *data* on it."""
    pressed = buttons.read(data)
    match pressed:
        case Take(case) | NotNow(case) if case.isdecimal():
            event: Event = (Takes if isinstance(pressed, Take) else Declines)(seen.helper.id)
            did = "takes" if isinstance(pressed, Take) else "not-now"
            return HelperTurn(seen.helper, _taking(seen, pressed), (Does(int(case), event),), did=f"{did}:{case}")
        case For(case):
            return _for(seen, case, telling)
        case Write(case, "missing") if case.isdecimal():
            bench = replace(seen.bench, asking="missing", about=int(case))
            return HelperTurn(seen.helper, bench, words=(telling.words(helping.WRITE_NOW),), did="write:missing")
        case CaseMenu() | Topics() | Topic() | SendStep() | SavedList() | SendSaved() | SaveLast() | Write() | Do():
            case_of = seen.case(pressed.case)
            if case_of is None:
                number = int(pressed.case) if pressed.case.isdecimal() else 0
                return _say(seen, telling.refused("not-your-case", number), "not-yours")
            return _with_case(seen, pressed, case_of, telling)
        case Cancel() | NothingMissing() | Feel() | Tell():
            return _afterwards(seen, pressed, telling)
        case Invite(role) if role in ("helper", "coordinator"):
            if seen.helper.role != "coordinator":
                return _say(seen, telling.words(helping.ONLY_COORDINATORS), "invite-refused")
            deed = Invites("coordinator" if role == "coordinator" else "helper")
            return HelperTurn(seen.helper, seen.bench, (deed,), did=f"invites:{role}")
        case (
            Show()
            | SpeakWith()
            | Promise()
            | Tongue()
            | Hours()
            | Refuse()
            | Am()
            | AtOnce()
            | Pause()
            | Duty()
            | Resign()
        ):
            return _about_me(seen, pressed, telling)
        case _:
            return command(seen, None, telling)


def _taking(seen: Seen, pressed: Take | NotNow) -> Bench:
    """Plain words are for the case that was just taken, if there is no other."""
    if not isinstance(pressed, Take):
        return seen.bench
    current = seen.bench.current if seen.cases else int(pressed.case)
    return replace(seen.bench, current=current, current_at=None, asking="", about=0)


def _for(seen: Seen, number: str, telling: Telling) -> HelperTurn:
    held, bench = seen.bench.held, replace(seen.bench, held=())
    if number == "":
        return HelperTurn(seen.helper, bench, words=(telling.words(helping.NOT_SENT),), did="for:nobody")
    case = seen.case(number)
    if case is None:
        again = telling.for_whom(seen.cases) if seen.cases else telling.words(helping.NO_CASE_TO_WRITE)
        return HelperTurn(seen.helper, seen.bench, words=(again,), did="for-whom")
    passed = [Passed.from_json(line) for line in held]
    bench = replace(bench, current=case.id, current_at=telling.now, last=passed[-1].text if passed else bench.last)
    deeds = tuple(Sends(case.id, each) for each in passed)
    said = telling.words(helping.SENT_TO, case=label(case))
    return HelperTurn(seen.helper, bench, deeds, (said,) if passed else (telling.case_menu(case),), f"for:{case.id}")


def _with_case(seen: Seen, pressed: buttons.Press, case: Case, telling: Telling) -> HelperTurn:
    match pressed:
        case Topics(_, group):
            return _say(seen, telling.topics(case, group), "topics")
        case Topic(_, article):
            found = telling.guide.library.article(article)
            said = telling.topic_steps(case, found) if found else telling.topics(case, "")
            return _say(seen, said, "topic")
        case SendStep(_, article, step):
            found = telling.guide.library.article(article)
            if found is None or (step and step not in found.steps):
                return _say(seen, telling.topics(case, ""), "topics")
            said = telling.words(helping.ARTICLE_SENT, case=label(case), article=telling.voice.title(found))
            return _deed(seen, case, SendsTopic(case.id, article, step), telling, said)
        case SavedList():
            return _say(seen, telling.ready_answers(case), "ready")
        case SendSaved(_, which) if which in READY:
            return _deed(
                seen, case, SendsReady(case.id, which), telling, telling.words(helping.SENT_TO, case=label(case))
            )
        case SendSaved(_, which) if which.isdecimal() and int(which) < len(seen.helper.saved):
            text = seen.helper.saved[int(which)][1]
            said = telling.words(helping.SENT_TO, case=label(case))
            return _deed(seen, case, Sends(case.id, Passed(text)), telling, said)
        case SaveLast() if seen.bench.last:
            kept = (*seen.helper.saved, (case.language, seen.bench.last[:MOST_SAVED_LETTERS]))[-MOST_SAVED:]
            return _say(replace(seen, helper=replace(seen.helper, saved=kept)), telling.words(helping.SAVED), "saved")
        case Write(_, what) if what in ("note", "word", "question"):
            return _write(seen, case, what, telling)
        case Do(_, what):
            events: dict[str, Event] = {
                "pass": PassesOn(seen.helper.id),
                "back": GivesBack(seen.helper.id),
                "close": Closes(seen.helper.id),
            }
            if what in events:
                # With other newcomers around, the next words may be for them: then a button asks for what was missing.
                alone = what in ("back", "close") and len(seen.cases) == 1
                bench = replace(seen.bench, asking="missing" if alone else "", about=case.id if alone else 0)
                return HelperTurn(seen.helper, bench, (Does(case.id, events[what]),), did=f"{what}:{case.id}")
    return _say(seen, telling.case_menu(case), "case-menu")


def _write(seen: Seen, case: Case, what: str, telling: Telling) -> HelperTurn:
    cancel = telling.button("✖️", helping.CANCEL, buttons.Cancel())
    match what:
        case "note":
            bench = replace(seen.bench, asking="note", about=case.id)
            said = telling.words(helping.NOTE_WRITE, ((cancel,),))
        case "word":
            bench = replace(seen.bench, asking="word", about=case.id)
            now = telling.button("🔄", helping.PASS_NOW, buttons.Do(str(case.id), "pass"))
            said = telling.words(helping.PASS_ASK, ((now,), (cancel,)))
        case _:
            bench = replace(seen.bench, asking="question", about=case.id)
            said = telling.words(helping.COORDINATOR_ASK, ((cancel,),))
    return HelperTurn(seen.helper, bench, words=(said,), did=f"write:{what}")


def _afterwards(seen: Seen, pressed: Cancel | NothingMissing | Feel | Tell, telling: Telling) -> HelperTurn:
    quiet = replace(seen, bench=replace(seen.bench, asking="", about=0))
    match pressed:
        case Cancel():
            return _say(quiet, telling.words(helping.CANCELLED), "cancelled")
        case NothingMissing():
            return _say(quiet, telling.words(helping.TAKE_CARE), "nothing-missing")
        case Feel("heavy"):
            row = (
                telling.button("✅", helping.YES_TELL, buttons.Tell("yes")),
                telling.button("❌", helping.NO_TELL, buttons.Tell("no")),
            )
            return _say(seen, telling.words(helping.TELL_ASK, (row,)), "feels-heavy")
        case Tell("yes"):
            return HelperTurn(seen.helper, seen.bench, (TellsHeavy(),), (telling.words(helping.TOLD),), "tells-heavy")
        case Tell():
            return _say(seen, telling.words(helping.NOT_TOLD), "tells-nobody")
        case _:
            return _say(seen, telling.words(helping.TAKE_CARE), "feels")


def _about_me(seen: Seen, pressed: buttons.Press, telling: Telling) -> HelperTurn:  # noqa: C901, PLR0912
    helper = seen.helper
    match pressed:
        case SpeakWith(language) if language in telling.guide.library.pack.city.languages:
            return command(*_changed(seen, telling, replace(helper, language=language)))
        case _ if not helper.language:
            return command(seen, None, telling)
        case Promise() if helper.pledged_at is None:
            return command(*_changed(seen, telling, replace(helper, pledged_at=telling.now)))
        case _ if helper.pledged_at is None or not helper.name:
            return command(seen, None, telling)
        case Show("ready") if not seen.bench.ready:
            return _ready(seen, telling)
        case Show(name):
            known = name if name in setup.SCREENS else "me"
            return _say(seen, setup.screen(known, telling, new=not seen.bench.ready), f"screen:{known}", replaces=True)
        case Tongue(language) if language in telling.guide.library.pack.city.languages:
            return _screen(seen, telling, setup.next_level(helper, language), "languages")
        case Hours(day, part) if window := setup.window(day, part):
            return _screen(seen, telling, helper.toggled(window), "hours")
        case Refuse(group):
            rest = tuple(each for each in helper.refuses if each != group)
            refuses = rest if len(rest) < len(helper.refuses) else (*rest, group)
            return _screen(seen, telling, replace(helper, refuses=refuses), "topics")
        case Am("" | "woman" | "man" as gender):
            return _screen(seen, telling, replace(helper, gender=gender), "gender")
        case AtOnce(count) if count.isdecimal() and 1 <= int(count) <= setup.MOST_AT_ONCE:
            return _screen(seen, telling, replace(helper, capacity=int(count)), "capacity")
        case Pause(days):
            resting = setup.paused(helper, days, telling.now)
            said = setup.paused_words(replace(telling, helper=resting))
            return HelperTurn(resting, seen.bench, (ChangesDuty(off=bool(resting.paused_until)),), (said,), "pause")
        case Duty(answer):
            return duty(seen, answer, telling)
        case Resign():
            said = replace(telling.words(helping.STOPPED), commands="newcomer")
            return HelperTurn(helper, seen.bench, (Resigns(),), (said,), "resigns")
    return command(seen, None, telling)


def _ready(seen: Seen, telling: Telling) -> HelperTurn:
    """The last page; not without a language."""
    if not seen.helper.languages:
        page = setup.screen("languages", telling, new=True)
        first = telling.words(helping.NO_LANGUAGES_YET)
        return HelperTurn(seen.helper, seen.bench, words=(first, page), did="no-languages")
    bench = replace(seen.bench, ready=True)
    return HelperTurn(
        seen.helper,
        bench,
        (ChangesDuty(),),
        (replace(setup.screen("ready", telling), commands=seen.helper.role),),
        "ready",
    )


def _changed(seen: Seen, telling: Telling, helper: Helper) -> tuple[Seen, None, Telling]:
    return replace(seen, helper=helper), None, replace(telling, helper=helper)


def _screen(seen: Seen, telling: Telling, helper: Helper, name: str) -> HelperTurn:
    """The same page with what was changed, in its place. Who is ready may be asked at other times now."""
    page = setup.screen(name, replace(telling, helper=helper), new=not seen.bench.ready)
    deeds = (ChangesDuty(),) if seen.bench.ready else ()
    return HelperTurn(helper, seen.bench, deeds, (page,), f"changed:{name}", replaces=True)


def _deed(seen: Seen, case: Case, deed: Deed, telling: Telling, said: Words) -> HelperTurn:
    bench = replace(seen.bench, current=case.id, current_at=telling.now)
    return HelperTurn(seen.helper, bench, (deed,), (said,), f"{type(deed).__name__.lower()}:{case.id}")


def _say(seen: Seen, words: Words, did: str, *, replaces: bool = False) -> HelperTurn:
    return HelperTurn(seen.helper, seen.bench, words=(words,), did=did, replaces=replaces)
