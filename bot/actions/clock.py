"""What happens because time passes, and what became of messages that were on their way."""

from datetime import datetime, timedelta

from bot.actions import handing
from bot.actions.parts import Parts
from bot.conversation.words import Words
from bot.handoff import flood
from bot.handoff.case import Leaves, Step, Vanishes
from bot.helping.telling import Telling, label
from bot.storage.passing import Report
from bot.storage.work import Work
from bot.wording import Sentence
from bot.wording import handing as newcomers
from bot.wording import helping as helpers

KEPT = timedelta(days=2)
"""How long what was answered, sent or shown in the web chat is kept: a day longer than Telegram may repeat an update."""
UNSEEN = timedelta(days=90)
"""After so long without a word from somebody, their conversation is forgotten."""
CLOSED = timedelta(days=30)
"""So long after its end a case is kept, with everything that was said in it."""
AT_ONCE = 50
DELIVERED = "👌"

_NOT_ARRIVED: dict[str, tuple[Sentence, Sentence]] = {
    "unclean": (newcomers.NOT_PASSED_FILE, helpers.NOT_PASSED_FILE),
    "large": (newcomers.NOT_PASSED_LARGE, helpers.NOT_PASSED_LARGE),
    "failed": (newcomers.NOT_PASSED_KIND, helpers.NOT_PASSED_KIND),
}


async def time_passes(now: datetime, parts: Parts) -> dict[str, int]:
    """Delete what is too old. How many rows, by table."""
    return {**await parts.store.sweep(now, KEPT, UNSEEN), **await parts.store.sweep_cases(now, CLOSED)}


async def cases_fall_due(now: datetime, parts: Parts) -> int:
    """Do what time has to do with cases, urgent ones first, each in a transaction of its own. How many there were.

    Whatever was done moves the case's next time on in the same commit: with many processes each timer fires once.
    """
    async with parts.store.work() as work:
        due = await work.cases.due(now, AT_ONCE)
    done = 0
    for case_id in due:
        async with parts.store.work() as work:
            case = await work.cases.due_case(case_id, now)
            if case is None:
                continue
            step = await handing.settle(Step(case), work, parts, now)
            if step.case.in_charge and flood.is_over(step.case, now):
                await handing.pass_held(step.case, work, parts, now)
            await handing.tell_newcomer(step.in_time, work, parts, now)
            done += 1
    return done


async def messages_went(now: datetime, parts: Parts) -> int:
    """Tell those who passed something on what became of it. How many messages that were."""
    async with parts.store.work() as work:
        reports = await work.cases.reports(AT_ONCE)
        for report in reports:
            await _tell(report, work, parts, now)
        work.cases.told(reports)
    return len(reports)


async def _tell(report: Report, work: Work, parts: Parts, now: datetime) -> None:
    work.cases.ring(f"case {report.case}")
    if report.kind == "helper" and report.status == "delivered":
        chat = await work.cases.chat(report.from_person)
        if chat and chat.channel == "telegram" and report.from_ref:
            work.cases.say(chat, [Words((), "", mark=DELIVERED, replaces=report.from_ref)], now)
    elif report.kind == "helper" and report.status == "refused":
        await _newcomer_is_gone(report, work, parts, now)
    elif report.kind in ("newcomer", "packet") and report.status == "refused":
        await _helper_is_gone(report, work, parts, now)
    elif report.status in _NOT_ARRIVED:
        await _could_not_go(report, work, parts, now)


async def _newcomer_is_gone(report: Report, work: Work, parts: Parts, now: datetime) -> None:
    """The newcomer has blocked the bot: the helper hears it, and the case is over."""
    case = await work.cases.case(report.case)
    chat = await work.cases.chat(report.from_person)
    helper_id = await work.cases.helper_at(report.from_person)
    if case and chat and helper_id is not None and case.in_charge:
        helper = next(each for each in await work.cases.roster() if each.id == helper_id)
        telling = Telling(parts.guide, helper, now)
        work.cases.say(chat, [telling.words(helpers.NOT_DELIVERED, case=label(case))], now)
        await handing.happens(case, Leaves(), work, parts, now)


async def _helper_is_gone(report: Report, work: Work, parts: Parts, now: datetime) -> None:
    """The helper has blocked the bot: their case goes to others, and the newcomer is told."""
    case = await work.cases.case(report.case)
    helper_id = await work.cases.helper_at(report.to_person)
    if case and helper_id is not None and case.helper == helper_id:
        step = await handing.happens(case, Vanishes(helper_id), work, parts, now)
        if isinstance(step, Step):
            await handing.tell_newcomer(step, work, parts, now)


async def _could_not_go(report: Report, work: Work, parts: Parts, now: datetime) -> None:
    """A file that would have shown who sent it, or is too large: who sent it hears why it stayed here."""
    case, chat = await work.cases.case(report.case), await work.cases.chat(report.from_person)
    if case is None or chat is None:
        return
    to_newcomer, to_helper = _NOT_ARRIVED[report.status]
    if report.kind == "newcomer":
        voice = parts.guide.voice(case.language, now)
        work.cases.say(chat, [Words(voice.say(to_newcomer), voice.language.code, answers=report.from_ref)], now)
    elif report.kind == "helper":
        helper_id = await work.cases.helper_at(report.from_person)
        for helper in await work.cases.roster():
            if helper.id == helper_id:
                said = Telling(parts.guide, helper, now).words(to_helper)
                work.cases.say(chat, [said], now)
