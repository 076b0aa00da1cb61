"""What happens to a case, and what passes between its two sides, inside a turn that somebody else began.

Nothing is decided here: `bot.handoff` decides, `bot.conversation.handing` and `bot.helping.telling` find the words.
Everything is written in the same transaction as the turn.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.actions.parts import Parts
from bot.conversation.handing import Outlook, tell
from bot.conversation.passing import Passed, in_bundles
from bot.conversation.words import TAKE_OFF, Words
from bot.handoff import flood, matching
from bot.handoff.case import Case, Event, News, Refused, Step, Takes, What
from bot.handoff.helper import Helper
from bot.handoff.machine import advance
from bot.handoff.tending import tend
from bot.handoff.waits import usual_wait
from bot.helping.telling import Line, Telling
from bot.richtext import Span, Text, fill, join
from bot.storage.passing import Relay, Spoken
from bot.storage.pen import Chat
from bot.storage.work import Work
from bot.wording import handing


async def happens(case: Case, event: Event, work: Work, parts: Parts, now: datetime) -> Step | Refused:
    """*event* happens to *case*, and what time has to do with it at once; helpers are told.

    The news for the newcomer are in the step that comes back: whoever began the turn says them, see `newcomer_words`.
    """
    step = advance(case, event, now, parts.rules)
    if isinstance(step, Refused):
        return step
    if isinstance(event, Takes) and step.case.helper == event.helper and case.looking:
        await _first_taken(step.case, event.helper, work, now)
    return await settle(step, work, parts, now)


async def settle(step: Step, work: Work, parts: Parts, now: datetime) -> Step:
    """Do what time has to do with the case now, remember it, tell helpers and coordinators. News for the newcomer remain."""
    roster = await work.cases.roster()
    tended = tend(step.case, roster, now, parts.rules, topic_of(step.case, parts))
    case, news = tended.case, (*step.news, *tended.news)
    work.cases.keep_case(case)
    if any(each.what == "passed-on" for each in news):
        work.cases.keep_unanswered(case.id)
    for each in news:
        if each.to == "coordinators":
            for helper, chat in await coordinators(work):
                work.cases.say(chat, [Telling(parts.guide, helper, now).stuck(case)], now)
        elif each.to != "newcomer":
            await _tell_helper(each, case, work, parts, now)
    if any(each.what == "packet" for each in news):
        case = await pass_held(case, work, parts, now)
    return Step(case, tuple(each for each in news if each.to == "newcomer"))


async def newcomer_words(step: Step, work: Work, parts: Parts, now: datetime) -> Words | None:
    """What the news of *step* say to the newcomer; ``None`` when there are none."""
    whats: list[What] = [news.what for news in step.news]
    if not whats:
        return None
    return tell(whats, step.case, await outlook(step.case, work, parts, now), parts.guide, now)


async def tell_newcomer(step: Step, work: Work, parts: Parts, now: datetime) -> None:
    """Say the news of *step* to the newcomer, in a turn that is not theirs."""
    words = await newcomer_words(step, work, parts, now)
    if words:
        work.cases.say(await work.cases.newcomer_of(step.case.id), [words], now)


async def outlook(case: Case, work: Work, parts: Parts, now: datetime) -> Outlook:
    """What is known about the wait of *case*."""
    roster = await work.cases.roster()
    owner = next((helper for helper in roster if helper.id == case.helper), None)
    topic = topic_of(case, parts)
    return Outlook(
        wait=usual_wait(await work.cases.waits(case.language)),
        next_here=matching.next_here(case, roster, now, topic),
        languages=tuple(matching.other_languages(case, roster, now, topic)),
        helper_back=owner.next_on_duty(now) if owner else None,
        helper_language=matching.spoken_instead(case, owner) if owner else "",
    )


def topic_of(case: Case, parts: Parts) -> str:
    """The group of the menu that a case belongs to."""
    article = parts.guide.library.article(case.article)
    return article.group if article else ""


# --- from the newcomer to the helper ---


async def pass_to_helper(case: Case, passed: Passed, work: Work, parts: Parts, now: datetime) -> tuple[Case, bool]:
    """Pass words to the helper of *case*, or keep them until there is one.

    The case afterwards, and whether much was written, so that it waits.
    """
    if not case.in_charge:
        await work.cases.note(case.id, "newcomer", passed, now, held=True)
        work.cases.ring(f"case {case.id}")
        return case, False
    paced, at_once = (case, True) if passed.urgent else flood.counted(case, now)
    line = await work.cases.note(case.id, "newcomer", passed, now, held=not at_once)
    if at_once:
        await _relay_to_helper(paced, passed, line, work, parts, now)
    work.cases.keep_case(paced)
    return paced, not at_once


async def pass_held(case: Case, work: Work, parts: Parts, now: datetime) -> Case:
    """Give the helper of *case* what was kept for them, in its order: words in a row in one message."""
    held = [line for line in await work.cases.lines(case.id) if line.held]
    chat = await work.cases.chat_of(case.helper) if case.helper is not None else None
    if not held or chat is None:
        return case
    newcomer = await work.cases.newcomer_of(case.id)
    telling = await _telling(case, work, parts, now)
    for places in in_bundles([line.passed for line in held]):
        first, last = held[places[0]], held[places[-1]]
        if len(places) == 1:
            await _relay_to_helper(case, first.passed, first.id, work, parts, now)
        else:
            relay = Relay(case.id, "newcomer", newcomer.person, line=last.id)
            work.cases.say(chat, [telling.many(case, [held[place].passed.text for place in places])], now, relay)
    work.cases.passed_on([line.id for line in held])
    freed = flood.released(case, now)
    work.cases.keep_case(freed)
    return freed


async def _relay_to_helper(  # noqa: PLR0913, PLR0917
    case: Case, passed: Passed, line: int, work: Work, parts: Parts, now: datetime
) -> None:
    chat = await work.cases.chat_of(case.helper) if case.helper is not None else None
    if chat is None:
        return
    newcomer = await work.cases.newcomer_of(case.id)
    answers = await _other_ref(newcomer.person, chat.person, passed.ref if passed.edited else passed.answers, work)
    words = (await _telling(case, work, parts, now)).relayed(case, passed, answers)
    relay = Relay(case.id, "newcomer", newcomer.person, "" if passed.edited else passed.ref, line)
    work.cases.say(chat, words, now, relay)
    work.cases.ring(f"case {case.id}")


# --- from the helper to the newcomer ---


async def pass_to_newcomer(  # noqa: PLR0913, PLR0917
    case: Case, helper: Helper, passed: Passed, work: Work, parts: Parts, now: datetime
) -> bool:
    """Pass a helper's words to the newcomer, in the order they came. False: only the words could go, not the file."""
    newcomer = await work.cases.newcomer_of(case.id)
    own = await work.cases.chat_of(helper.id)
    from_person = own.person if own else 0
    whole = newcomer.channel == "telegram" or passed.attachment is None
    if not whole and not passed.text:
        return False
    line = await work.cases.note(case.id, "helper", passed, now, helper=helper.id)
    answers = await _other_ref(from_person, newcomer.person, passed.ref if passed.edited else passed.answers, work)
    voice = parts.guide.voice(case.language, now)
    text: Text = (Span(passed.text),) if passed.text else ()
    if passed.edited:
        text = fill(voice.library.words(case.language, handing.EDITED_TO), {"text": text})
    said = join([(Span("🧑"),), text], " ") if text else ()
    attachment = passed.attachment if whole else None
    words = Words(said, voice.language.code, answers=answers, attachment=attachment)
    relay = Relay(case.id, "helper", from_person, "" if passed.edited else passed.ref, line)
    work.cases.say(newcomer, [words], now, relay)
    work.cases.ring(f"case {case.id}")
    return whole


async def say_to_newcomer(  # noqa: PLR0913, PLR0917
    case: Case, helper: Helper, words: Words, note: str, work: Work, now: datetime
) -> None:
    """Send the newcomer something of the bot's that the helper chose; *note* is what the record says of it."""
    line = await work.cases.note(case.id, "bot", Passed(note), now, helper=helper.id)
    own = await work.cases.chat_of(helper.id)
    relay = Relay(case.id, "helper", own.person if own else 0, line=line)
    work.cases.say(await work.cases.newcomer_of(case.id), [words], now, relay)
    work.cases.ring(f"case {case.id}")


async def react(person: int, on: str, emoji: str, work: Work, now: datetime) -> None:
    """Put an emoji on the other side's copy of a message; nothing when it never arrived there."""
    passage = await work.cases.passage(person, on)
    if passage is None or passage.kind not in ("newcomer", "helper"):
        return
    mine = passage.from_person == person
    other, ref = (passage.to_person, passage.to_ref) if mine else (passage.from_person, passage.from_ref)
    chat = await work.cases.chat(other)
    case = await work.cases.case(passage.case)
    if ref and chat and chat.channel == "telegram" and case and case.in_charge:
        work.cases.say(chat, [Words((), "", mark=emoji or TAKE_OFF, replaces=ref)], now)


# --- inside ---


async def _other_ref(person: int, other: int, ref: str, work: Work) -> str:
    """The number that message *ref* of *person*'s chat has in the chat of *other*; empty when they do not have it."""
    passage = await work.cases.passage(person, ref)
    if passage is None:
        return ""
    if (passage.from_person, passage.to_person) == (person, other):
        return passage.to_ref
    return passage.from_ref if (passage.to_person, passage.from_person) == (person, other) else ""


async def _first_taken(case: Case, helper_id: int, work: Work, now: datetime) -> None:
    """A case was taken: count it for its helper, and how long the newcomer waited."""
    found = await work.cases.helper(helper_id)
    if found:
        work.cases.keep_helper(found[0].took(now))
    if case.agreed_at and case.agreed_at == case.since:
        work.cases.add_wait(case.language, now - case.agreed_at, now)


async def _telling(case: Case, work: Work, parts: Parts, now: datetime, helper_id: int | None = None) -> Telling:
    wanted = helper_id if helper_id is not None else case.helper
    roster = await work.cases.roster()
    helper = next((each for each in roster if each.id == wanted), Helper(0))
    return Telling(parts.guide, helper, now)


async def _tell_helper(news: News, case: Case, work: Work, parts: Parts, now: datetime) -> None:
    if not isinstance(news.to, int):
        return
    chat = await work.cases.chat_of(news.to)
    if chat is None:
        return
    lines = await work.cases.lines(case.id) if news.what == "packet" else []
    telling = await _telling(case, work, parts, now, news.to)
    words = telling.news(news.what, case, _notes(lines), held=any(line.held for line in lines))
    relay = Relay(case.id, "packet", 0) if news.what in ("packet", "remind") else None
    work.cases.say(chat, words, now, relay)


def _notes(lines: Sequence[Spoken]) -> list[Line]:
    return [Line(line.who, line.passed.text, line.at) for line in lines if line.who in ("note", "word")]


async def coordinators(work: Work) -> list[tuple[Helper, Chat]]:
    """All coordinators who can be reached."""
    found = []
    for helper in await work.cases.roster():
        if helper.role == "coordinator" and helper.pledged_at and helper.reached:
            chat = await work.cases.chat_of(helper.id)
            if chat:
                found.append((helper, chat))
    return found


async def released_by(helper_id: int, event: Event, work: Work, parts: Parts, now: datetime) -> None:
    """Something happens to every case that this helper has or is asked about: they went off duty, or are gone."""
    for case in (*await work.cases.offered(helper_id), *await work.cases.cases_of(helper_id)):
        mine = await work.cases.case(case.id)
        if mine:
            step = await happens(mine, event, work, parts, now)
            if isinstance(step, Step):
                await tell_newcomer(step, work, parts, now)


def merged(words: Sequence[Words], more: Words | None) -> tuple[Words, ...]:
    """*words* and then what the news say; in one message with the words' own unless those must stand alone."""
    if more is None:
        return tuple(words)
    if words and not words[-1].urgent and not more.replaces:
        joined = replace(more, text=join([words[-1].text, more.text]))
        return (*words[:-1], joined)
    return (*words, more)
