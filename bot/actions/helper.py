"""What helpers do, from Telegram and from the pages alike. Each public function is one happening and one transaction.

Nothing is decided here: `bot.helping` and `bot.handoff` decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.actions import handing
from bot.actions.parts import Parts
from bot.conversation import buttons as for_newcomers
from bot.conversation import flow
from bot.conversation.message import Message, Newcomer, Pressed, Started
from bot.conversation.passing import Passed
from bot.conversation.state import Conversation, Place
from bot.conversation.words import Words
from bot.handoff import matching
from bot.handoff.case import (
    Case,
    Closes,
    Declines,
    GivesBack,
    GoesOff,
    PassesOn,
    Refused,
    Replies,
    Takes,
    Vanishes,
    Why,
    Withdraws,
)
from bot.handoff.helper import Helper
from bot.helping.bench import (
    Answers,
    Bench,
    ChangesDuty,
    Deed,
    Does,
    Invites,
    Misses,
    Notes,
    Questions,
    Resigns,
    Seen,
    Sends,
    SendsReady,
    SendsTopic,
    TellsHeavy,
    WantsLink,
)
from bot.helping.respond import respond
from bot.helping.telling import READY, Telling, label, label_of
from bot.knowledge.showing import day
from bot.richtext import join, plain
from bot.storage.passing import Passage, Relay
from bot.storage.work import Work
from bot.wording import Sentence, helping
from bot.wording import handing as newcomers

INVITATION = "h_"
"""What the payload of an invitation link begins with."""
INVITED_FOR = timedelta(days=7)
LINK_FOR = timedelta(minutes=15)

_DONE: dict[type, Sentence] = {
    Declines: helping.NOT_NOW_OK,
    PassesOn: helping.PASSED,
}


@dataclass
class Outcome:
    """What came of a deed: words for the helper, and whether it was refused."""

    words: list[Words] = field(default_factory=list)
    refused: bool = False


async def helper_does(helper_id: int, deeds: Sequence[Deed], key: str, parts: Parts, now: datetime) -> Outcome | None:
    """A helper does something on a page. ``None``: the same form was sent before. Raises ``LookupError``: no helper."""
    return await parts.store.again(lambda: _does(helper_id, deeds, key, parts, now))


async def _does(helper_id: int, deeds: Sequence[Deed], key: str, parts: Parts, now: datetime) -> Outcome | None:
    async with parts.store.work() as work:
        if await work.conversation_with(page_of(helper_id), key, now) is None:
            return None
        found = await work.cases.helper(helper_id)
        if found is None:
            raise LookupError("there is no such helper")
        outcome = Outcome()
        for deed in deeds:
            done = await _do(deed, found[0], None, work, parts, now)
            outcome.words += done.words
            outcome.refused |= done.refused
        return outcome


def page_of(helper_id: int) -> Newcomer:
    """Where a helper without Telegram is reached, and where forms of a helper are counted: their page."""
    return Newcomer("web", f"helper-{helper_id}")


async def answer_helper(  # noqa: PLR0913, PLR0917
    helper: Helper, bench: Bench, before: Conversation, message: Message, work: Work, parts: Parts
) -> None:
    """Answer a helper's message in their chat, inside a turn that has begun."""
    now, person = message.at, work.chat.person
    passage = await _meant(message, person, work)
    seen = Seen(
        helper,
        bench,
        await work.cases.cases_of(helper.id),
        replied=passage.case if passage and passage.kind not in ("question", "answer") else 0,
        question=passage.case if passage and passage.kind in ("question", "answer") else 0,
    )
    turn = respond(seen, message, parts.guide, now)
    work.cases.keep_helper(turn.helper, turn.bench)
    said, refused = list[Words](), False
    for deed in turn.deeds:
        done = await _do(deed, turn.helper, passage, work, parts, now)
        said += done.words
        refused |= done.refused
    if refused:
        work.cases.keep_helper(turn.helper, bench)
    words = said if refused else [*said, *turn.words]
    if turn.reacts:
        await handing.react(person, turn.reacts.on, turn.reacts.emoji, work, now)
    if turn.replaces and words and isinstance(message, Pressed) and message.on:
        words[0] = replace(words[0], replaces=message.on)
    await work.keep(replace(before, language=turn.helper.language or before.language), words, now)


async def invited(message: Started, work: Work, parts: Parts, before: Conversation) -> tuple[Helper, Bench] | None:
    """Somebody follows an invitation: they are a helper from now on. ``None`` when the link is of no use."""
    ticket = await work.cases.ticket("invite", message.payload.removeprefix(INVITATION), message.at)
    if ticket is None:
        return None
    work.cases.use_ticket(ticket, message.at)
    desk = await work.desk(message.at)
    if desk.case:  # whoever helps is nobody's newcomer any more in this chat
        await handing.happens(desk.case, Withdraws(), work, parts, message.at)
    zone = parts.guide.library.pack.city.timezone
    new = Helper(0, role=ticket["role"], language=before.language, zone=zone)
    return await work.cases.add_helper(new, work.chat.person, message.at), Bench()


async def make_invitation(role: str, work: Work, parts: Parts, now: datetime) -> list[str]:
    """Links by which one person becomes a helper: in Telegram, if there is a bot, and on the page."""
    token = await work.cases.add_ticket("invite", {"role": role}, now + INVITED_FOR)
    links = [f"{parts.links.telegram}?start={INVITATION}{token}"] if parts.links.telegram else []
    return [*links, f"{parts.links.site}/helpers/invitation/{token}"]


# --- deeds ---


async def _do(  # noqa: C901, PLR0912, PLR0913, PLR0917  (one case for each deed)
    deed: Deed, helper: Helper, passage: Passage | None, work: Work, parts: Parts, now: datetime
) -> Outcome:
    telling = Telling(parts.guide, helper, now)
    match deed:
        case Does():
            return await _event(deed, helper, telling, work, parts, now)
        case Sends(case_id, passed):
            case = await _replies(case_id, helper, work, parts, now)
            if isinstance(case, Outcome):
                return case
            whole = await handing.pass_to_newcomer(case, helper, passed, work, parts, now)
            return Outcome([] if whole else [telling.words(helping.ONLY_TEXT, case=label(case))])
        case SendsReady(case_id, name):
            case = await _replies(case_id, helper, work, parts, now)
            if isinstance(case, Outcome):
                return case
            text = plain(parts.guide.voice(case.language, now).say(READY[name]))
            await handing.pass_to_newcomer(case, helper, Passed(text), work, parts, now)
        case SendsTopic(case_id, article, step):
            case = await _replies(case_id, helper, work, parts, now)
            if isinstance(case, Outcome):
                return case
            await _send_topic(case, helper, article, step, work, parts, now)
        case Notes():
            return await _note(deed, helper, telling, work, parts, now)
        case Questions(case_id, text):
            return await _question(case_id, text, helper, telling, work, parts, now)
        case Answers(case_id, text):
            return await _answer(case_id, text, helper, passage, telling, work, parts, now)
        case Misses(case_id, text):
            missed = await work.cases.case(case_id)
            if missed is None or missed.helper != helper.id:  # the newcomer had everything deleted
                return Outcome([telling.refused("over", case_id)])
            await work.cases.note(case_id, "missing", Passed(text), now, helper=helper.id)
            return Outcome([telling.words(helping.MISSING_NOTED)])
        case TellsHeavy():
            for other, chat in await handing.coordinators(work):
                heavy = Telling(parts.guide, other, now).words(helping.HEAVY, name=helper.name)
                work.cases.say(chat, [heavy], now)
        case Invites(role):
            return Outcome([_invitation(telling, await make_invitation(role, work, parts, now), now)])
        case WantsLink():
            token = await work.cases.add_ticket("sign-in", {"helper": helper.id}, now + LINK_FOR)
            link = f"{parts.links.site}/helpers/sign-in/{token}"
            return Outcome([telling.words(helping.WEB_LINK, link=link)])
        case ChangesDuty(off):
            if off:
                await handing.released_by(helper.id, GoesOff(helper.id), work, parts, now)
            work.cases.wake(now, helper.id)
            work.cases.ring("queue")
        case Resigns():
            await handing.released_by(helper.id, Vanishes(helper.id), work, parts, now)
            work.cases.drop_helper(helper.id)
    return Outcome()


async def _event(  # noqa: PLR0913, PLR0917
    deed: Does, helper: Helper, telling: Telling, work: Work, parts: Parts, now: datetime
) -> Outcome:
    case = await work.cases.case(deed.case)
    if case is None:
        return _refused("over", deed.case, telling)
    if isinstance(deed.event, Takes) and not matching.may_take(case, helper, handing.topic_of(case, parts)):
        return _refused("not-for-you", case.id, telling)
    done = await handing.happens(case, deed.event, work, parts, now)
    if isinstance(done, Refused):
        return _refused(done.why, case.id, telling)
    await handing.tell_newcomer(done, work, parts, now)
    sentence = _DONE.get(type(deed.event))
    if isinstance(deed.event, PassesOn | GivesBack | Closes):
        work.cases.wake(now)
    return Outcome([telling.words(sentence, case=label(case))] if sentence else [])


def _refused(why: Why, number: int, telling: Telling) -> Outcome:
    return Outcome([telling.refused(why, number)], refused=True)


async def _replies(case_id: int, helper: Helper, work: Work, parts: Parts, now: datetime) -> Case | Outcome:
    """The case, now that its helper has written to the newcomer; or why they may not."""
    telling = Telling(parts.guide, helper, now)
    case = await work.cases.case(case_id)
    if case is None:
        return _refused("over", case_id, telling)
    done = await handing.happens(case, Replies(helper.id), work, parts, now)
    if isinstance(done, Refused):
        return _refused(done.why, case.id, telling)
    return done.case


async def _send_topic(  # noqa: PLR0913, PLR0917
    case: Case, helper: Helper, article_id: str, step_id: str, work: Work, parts: Parts, now: datetime
) -> None:
    voice = parts.guide.voice(case.language, now)
    article = parts.guide.library.article(article_id)
    if article is None:
        return
    place = Place(article.id, step_id) if step_id in article.steps else flow.enter(article)
    shown = voice.step(article, place) if step_id else voice.summary(article)
    opens = voice.button("", newcomers.OPEN_ARTICLE, for_newcomers.Restart(article.id), article=voice.title(article))
    words = Words(join([voice.say(newcomers.HELPER_SENDS), shown]), voice.language.code, ((opens,),))
    await handing.say_to_newcomer(case, helper, words, f"📚 {voice.title(article)}", work, now)


async def _note(  # noqa: PLR0913, PLR0917
    deed: Notes, helper: Helper, telling: Telling, work: Work, parts: Parts, now: datetime
) -> Outcome:
    """A note about a case they have; with a word for the next helper it is passed on."""
    case = await work.cases.case(deed.case)
    if case is None:
        return _refused("over", deed.case, telling)
    if not case.is_with(helper.id):
        return _refused("not-your-case", case.id, telling)
    await work.cases.note(case.id, "word" if deed.word else "note", Passed(deed.text), now, helper=helper.id)
    work.cases.ring(f"case {case.id}")
    if deed.word:
        return await _event(Does(case.id, PassesOn(helper.id)), helper, telling, work, parts, now)
    return Outcome([telling.words(helping.NOTE_KEPT, case=label(case))])


async def _question(  # noqa: PLR0913, PLR0917
    case_id: int, text: str, helper: Helper, telling: Telling, work: Work, parts: Parts, now: datetime
) -> Outcome:
    case = await work.cases.case(case_id)
    own = await work.cases.chat_of(helper.id)
    asked = [pair for pair in await handing.coordinators(work) if pair[0].id != helper.id]
    if case is None or own is None or not asked:
        return Outcome([telling.words(helping.NO_COORDINATOR)])
    if not case.is_with(helper.id):
        return _refused("not-your-case", case.id, telling)
    for other, chat in asked:
        to_them = Telling(parts.guide, other, now)
        question = to_them.words(
            helping.QUESTION, name=helper.name, case=label(case), article=to_them.article(case.article), text=text
        )
        work.cases.say(chat, [question], now, Relay(case_id, "question", own.person))
    return Outcome([telling.words(helping.COORDINATOR_ASKED, case=label(case))])


async def _answer(  # noqa: PLR0913, PLR0917
    case_id: int, text: str, helper: Helper, passage: Passage | None, telling: Telling, work: Work, parts: Parts,
    now: datetime,
) -> Outcome:  # fmt: skip
    """An answer goes to whoever asked; an answer to an answer to whoever gave it."""
    own = await work.cases.chat_of(helper.id)
    if passage is None or own is None:
        return Outcome()
    other = passage.from_person if passage.from_person != own.person else passage.to_person
    chat, to_id = await work.cases.chat(other), await work.cases.helper_at(other)
    to = next((each for each in await work.cases.roster() if each.id == to_id), None)
    if chat is None or to is None:
        return Outcome()
    to_them = Telling(parts.guide, to, now)
    if passage.kind == "question":
        said = to_them.words(helping.ANSWER, case=label_of(case_id), text=text)
        relay = Relay(case_id, "answer", own.person)
    else:
        case = await work.cases.case(case_id)
        article = to_them.article(case.article if case else "")
        name = label_of(case_id)
        said = to_them.words(helping.QUESTION, name=helper.name, case=name, article=article, text=text)
        relay = Relay(case_id, "question", own.person)
    work.cases.say(chat, [said], now, relay)
    return Outcome([telling.words(helping.ANSWER_SENT, name=to.name)])


def _invitation(telling: Telling, links: list[str], now: datetime) -> Words:
    until = day((now + INVITED_FOR).date(), telling.voice.language)
    parts = [telling.say(helping.INVITATION, link=links[0], date=until)]
    parts += [telling.say(helping.INVITATION_WEB, link=link) for link in links[1:]]
    return telling.words(join(parts))


async def _meant(message: Message, person: int, work: Work) -> Passage | None:
    """The passed message that this one replies to, or changes."""
    if getattr(message, "edited", False):
        return await work.cases.passage(person, message.ref)
    return await work.cases.passage(person, message.answers)
