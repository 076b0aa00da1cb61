"""What helpers and coordinators see and do on their pages: each public function is one happening, or one look.

What is done to newcomers goes through `helper_does`, as from Telegram; here is what only pages need.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.actions.handing import topic_of
from bot.actions.helper import Outcome, helper_does, make_invitation, page_of
from bot.actions.parts import Parts
from bot.conversation.message import Attachment, Heard
from bot.conversation.passing import Passed, passed
from bot.conversation.words import Words
from bot.handoff import matching
from bot.handoff.case import Case
from bot.handoff.helper import Helper
from bot.helping.bench import ChangesDuty, Deed, Misses, Notes, Questions, Resigns, Sends
from bot.helping.presses import MOST_SAVED, MOST_SAVED_LETTERS
from bot.helping.telling import Telling
from bot.storage.doors import Invitation
from bot.storage.passing import Spoken
from bot.storage.store import Line
from bot.storage.work import Work
from bot.wording import helping

MOST_NEWS = 8


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, for one helper. ``others``: cases that are with helpers, for coordinators; no words of anybody."""

    waiting: tuple[Case, ...]
    mine: tuple[Case, ...]
    others: tuple[tuple[Case, str], ...]
    news: tuple[Line, ...]

    def count(self, helper: Helper) -> int:
        """How much waits for *helper*: newcomers of theirs, and cases nobody has that they did not put off."""
        fresh = [case for case in self.waiting if not put_off(case, helper)]
        return len(fresh) + sum(case.awaited is not None for case in self.mine)


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as it is shown. ``mine``: with everything said in it; else without a word. ``name`` is its helper's."""

    case: Case
    mine: bool
    lines: tuple[Spoken, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """What coordinators see: helpers, when each was here last, invitations, open cases, how long people waited."""

    helpers: tuple[Helper, ...]
    seen: dict[int, datetime]
    invitations: tuple[Invitation, ...]
    cases: tuple[Case, ...]
    waits: dict[str, list[timedelta]]


def put_off(case: Case, helper: Helper) -> bool:
    """Whether *helper* said “not now” to a case, or let it pass."""
    return any(each.helper == helper.id for each in case.passed) and not case.offered_to(helper.id)


# --- looks ---


async def queue_of(helper: Helper, parts: Parts) -> Queue:
    """What waits for *helper*: urgent first, then who waits longest."""
    async with parts.store.work() as work:
        cases = await work.cases.all_open()
        names = {each.id: each.name for each in await work.cases.roster()} if helper.role == "coordinator" else {}
    looking = [case for case in cases if case.looking and matching.may_take(case, helper, topic_of(case, parts))]
    looking.sort(key=lambda case: (put_off(case, helper), not case.urgent, case.since or case.asked_at, case.id))
    mine = [case for case in cases if case.in_charge and case.helper == helper.id]
    mine.sort(key=lambda case: (case.awaited is None, not case.urgent, case.awaited or case.asked_at, case.id))
    others = [
        (case, names[case.helper])
        for case in cases
        if case.in_charge and case.helper != helper.id and case.helper in names
    ]
    return Queue(tuple(looking), tuple(mine), tuple(others), await _news(helper, parts))


async def case_opened(case_id: int, helper: Helper, parts: Parts) -> Opened | None:
    """A case for its helper, or what coordinators may see of it; ``None`` for everybody else."""
    async with parts.store.work() as work:
        case = await work.cases.case(case_id)
        if case is None:
            return None
        if case.helper == helper.id:
            lines = tuple(await work.cases.lines(case.id)) if case.in_charge else ()
            return Opened(case, True, lines)
        if helper.role != "coordinator" or case.agreed_at is None:
            return None
        owner = await work.cases.look_at(case.helper) if case.helper is not None else None
        return Opened(case, False, name=owner[0].name if owner else "")


async def attachment_of(line_id: int, helper: Helper, parts: Parts) -> Attachment | None:
    """The file of a line in a case of *helper*'s."""
    async with parts.store.work() as work:
        case_id = await work.cases.doors.case_of_line(line_id)
        case = await work.cases.case(case_id) if case_id else None
        if case is None or not case.in_charge or case.helper != helper.id:
            return None
        found = next((line for line in await work.cases.lines(case.id) if line.id == line_id), None)
        return found.passed.attachment if found else None


async def office(parts: Parts, now: datetime) -> Office:
    """What coordinators see."""
    languages = parts.guide.library.pack.city.languages
    async with parts.store.work() as work:
        roster = await work.cases.roster()
        return Office(
            roster,
            await work.cases.doors.last_seen([(helper.id, page_of(helper.id)) for helper in roster]),
            tuple(await work.cases.doors.invitations(now)),
            await work.cases.all_open(),
            {language: await work.cases.waits(language) for language in languages},
        )


# --- what a helper does ---


async def helper_writes(  # noqa: PLR0913, PLR0917
    helper: Helper, case_id: int, text: str, key: str, parts: Parts, now: datetime
) -> Outcome | None:
    """Words for the newcomer, cut of private numbers like those from Telegram."""
    going, said = _going(helper, text, key, parts, now)
    outcome = await helper_does(helper.id, [Sends(case_id, going)], key, parts, now)
    return outcome and Outcome([*said, *outcome.words], outcome.refused)


async def helper_notes(  # noqa: PLR0913, PLR0917
    helper: Helper, case_id: int, what: str, text: str, key: str, parts: Parts, now: datetime
) -> Outcome | None:
    """A ``note``, a ``word`` for the next helper, a ``question`` to coordinators, or what was ``missing`` in the bot."""
    going, said = _going(helper, text, key, parts, now)
    deeds: dict[str, Deed] = {
        "note": Notes(case_id, going.text),
        "word": Notes(case_id, going.text, word=True),
        "question": Questions(case_id, going.text),
        "missing": Misses(case_id, going.text),
    }
    outcome = await helper_does(helper.id, [deeds[what]], key, parts, now)
    return outcome and Outcome([*said, *outcome.words], outcome.refused)


async def helper_saves_answer(helper_id: int, line_id: int, key: str, parts: Parts, now: datetime) -> bool:
    """What they wrote in a case of theirs is a ready answer from now on."""
    async with parts.store.work() as work:
        held = await _held(helper_id, key, work, now)
        case_id = await work.cases.doors.case_of_line(line_id)
        if held is None or case_id is None:
            return False
        helper, case = held, await work.cases.case(case_id)
        lines = await work.cases.lines(case_id) if case and case.helper == helper.id else []
        text = next((line.passed.text for line in lines if line.id == line_id and line.who == "helper"), "")
        if case is None or not text:
            return False
        kept = (*helper.saved, (case.language, text[:MOST_SAVED_LETTERS]))[-MOST_SAVED:]
        work.cases.keep_helper(replace(helper, saved=kept))
        return True


async def helper_changes(changed: Helper, key: str, parts: Parts, now: datetime) -> Helper:
    """Their answers about themselves, from one form; waiting cases are looked at. What they did meanwhile stays."""
    async with parts.store.work() as work:
        held = await _held(changed.id, key, work, now)
        if held is None:
            return changed
        new = replace(
            held, language=changed.language, languages=changed.languages, hours=changed.hours,
            days_off=changed.days_off, paused_until=changed.paused_until, on_until=changed.on_until, off=changed.off,
            capacity=changed.capacity, refuses=changed.refuses, gender=changed.gender, name=changed.name,
            saved=tuple(each for each in held.saved if each in changed.saved),
        )  # fmt: skip
        work.cases.keep_helper(new)
    resting = new.off or bool(new.paused_until and now < new.paused_until)
    await helper_does(new.id, [ChangesDuty(off=resting)], f"{key}:duty", parts, now)
    return new


# --- what coordinators do ---


async def coordinator_invites(coordinator: Helper, role: str, key: str, parts: Parts, now: datetime) -> list[str]:
    """Links of a new invitation; none when the same form was sent before."""
    async with parts.store.work() as work:
        if await _held(coordinator.id, key, work, now) is None:
            return []
        return await make_invitation(role, work, parts, now)


async def coordinator_withdraws(invitation: int, parts: Parts) -> None:
    """An invitation works no more."""
    async with parts.store.work() as work:
        work.cases.doors.withdraw(invitation)


async def coordinator_removes(helper_id: int, key: str, parts: Parts, now: datetime) -> bool:
    """Somebody is no helper any more, as if they had said so themselves. False: they were none."""
    try:
        done = await helper_does(helper_id, [Resigns()], key, parts, now) is not None
    except LookupError:
        return False
    async with parts.store.work() as work:
        work.cases.ring("queue")  # a page of theirs that is open closes
    return done


# --- inside ---


def _going(helper: Helper, text: str, key: str, parts: Parts, now: datetime) -> tuple[Passed, Sequence[Words]]:
    """*text* as it may go, and what the helper must hear about it: the same as in their chat."""
    telling = Telling(parts.guide, helper, now)
    going = passed(Heard(page_of(helper.id), now, key, text))
    going = going if isinstance(going, Passed) else Passed()
    said = [telling.words(helping.PRIVATE_CUT)] if going.cut else []
    danger = parts.guide.emergencies.alarm(text)
    if danger:
        line = telling.voice.line(parts.guide.library.pack.city.emergency[danger.kind][-1])
        said.append(telling.words(helping.HELPER_DANGER, line=line))
    return going, said


async def _held(helper_id: int, key: str, work: Work, now: datetime) -> Helper | None:
    """The helper, held until the turn ends; ``None`` when the form was sent before, or they are none."""
    if await work.conversation_with(page_of(helper_id), key, now) is None:
        return None
    found = await work.cases.helper(helper_id)
    return found[0] if found else None


async def _news(helper: Helper, parts: Parts) -> tuple[Line, ...]:
    """What the bot said to a helper without Telegram lately. What has buttons (an offer) stands on the page itself."""
    lines = await parts.store.web_lines(page_of(helper.id), 0, 200)
    told = [line for line in lines if isinstance(line.said, Words) and not line.said.rows]
    return tuple(reversed(told[-MOST_NEWS:]))
