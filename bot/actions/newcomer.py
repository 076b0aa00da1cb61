"""What can happen between a newcomer and the program. Each function is one happening and one transaction.

Nothing is decided here: `bot.conversation.respond` decides, `bot.storage` remembers, the outbox carries what is said.
"""

from dataclasses import replace
from datetime import datetime

from bot import wording
from bot.actions import handing
from bot.actions.parts import Parts
from bot.conversation import links
from bot.conversation.desk import Desk
from bot.conversation.message import NOTHING, Heard, Message, Newcomer, Pressed, Sent, Started, Understanding
from bot.conversation.privacy import clean
from bot.conversation.respond import listens, respond
from bot.conversation.state import Conversation
from bot.conversation.talk import Talk, Turn
from bot.conversation.words import Words
from bot.handoff.case import Case, Leaves, News, Step, Vanishes
from bot.metrics import TROUBLES, TURNS
from bot.storage.work import Work


async def newcomer_says(message: Message, parts: Parts) -> Turn | None:
    """Answer any message of a newcomer. ``None`` when the same message was answered before (a repeated delivery)."""
    understood = await understand(message, parts)
    async with parts.store.work() as work:
        before = await work.conversation_with(message.newcomer, message.key, message.at)
        if before is None:
            return None
        return await answer_newcomer(before, message, understood, work, parts)


async def answer_newcomer(
    before: Conversation, message: Message, understood: Understanding, work: Work, parts: Parts
) -> Turn:
    """The same, inside a turn that has begun."""
    desk = await work.desk(message.at)
    turn = respond(before, message, understood, parts.guide, message.at, desk)
    turn = replace(turn, words=_placed(turn, await _handed(turn, desk, work, parts, message.at), message))
    if turn.hides:
        await work.hide()
    if turn.forget:
        await work.forget(message.at)
    elif not turn.hides and (line := _own_line(message, turn, desk)) is not None:
        await work.note_own_line(line, message.at)
    await work.keep(turn.conversation, turn.words, message.at)
    if isinstance(message, Started) and (code := links.read(message.payload).poster):
        work.posters.scanned(code, parts.guide.today(message.at))
    TURNS.labels(message.newcomer.channel, turn.did[-1].partition(":")[0], turn.conversation.language).inc()
    return turn


async def newcomer_meets_trouble(message: Message, parts: Parts) -> None:
    """Something broke while a message was answered: say so, keep the conversation as it was, never try it again."""
    async with parts.store.work() as work:
        before = await work.conversation_with(message.newcomer, message.key, message.at)
        if before is not None:
            turn = Talk(before, parts.guide, message.at).chat(wording.TROUBLE, "trouble")
            await work.keep(turn.conversation, turn.words, message.at)
    TROUBLES.inc()


async def newcomer_leaves(newcomer: Newcomer, key: str, at: datetime, parts: Parts) -> None:
    """Somebody blocked the bot: nothing waits for them any more, and who waits for them is told."""
    async with parts.store.work() as work:
        if await work.conversation_with(newcomer, key, at) is None:
            return
        await work.gone(at)
        desk = await work.desk(at)
        if desk.case:
            await handing.happens(desk.case, Leaves(), work, parts, at)
        helper = await work.cases.helper_of(work.chat.person) if work.is_helper else None
        if helper:
            await handing.released_by(helper[0].id, Vanishes(helper[0].id), work, parts, at)


async def newcomer_calls_in_group(newcomer: Newcomer, key: str, at: datetime, name: str, parts: Parts) -> None:
    """A command in a group chat: ask to be written to alone. What is said in a group is nobody's private talk."""
    async with parts.store.work() as work:
        before = await work.conversation_with(newcomer, key, at)
        if before is not None:
            turn = Talk(before, parts.guide, at).end("group", parts.guide.voice("", at).say(wording.GROUP, name=name))
            await work.keep(before, turn.words, at)


async def understand(message: Message, parts: Parts) -> Understanding:
    """Ask Rasa, but only when the answer may depend on it. No transaction is open while we wait."""
    if parts.rasa is None or not isinstance(message, Heard | Sent):
        return NOTHING
    look = await parts.store.look(message.newcomer)
    if look.is_helper or look.in_charge:
        return NOTHING
    text = listens(look.conversation, message, parts.guide)
    return await parts.rasa.understand(text, look.conversation.language or None) if text else NOTHING


async def _handed(turn: Turn, desk: Desk, work: Work, parts: Parts, now: datetime) -> tuple[Words, ...]:
    """Do what the turn has for the hand-off. The words of the turn, with what the hand-off has to say."""
    case, words = desk.case or desk.last, turn.words
    if turn.asks:
        case = await _asked(turn.asks, work)
        step = await handing.settle(Step(case, (News("newcomer", "consent"),)), work, parts, now)
        case, words = step.case, handing.merged(words, await handing.newcomer_words(step, work, parts, now))
    for event in turn.events:
        if case is None:
            break
        done = await handing.happens(case, event, work, parts, now)
        if isinstance(done, Step):
            case, words = done.case, handing.merged(words, await handing.newcomer_words(done, work, parts, now))
    if turn.passes and case and case.open:
        _, waits = await handing.pass_to_helper(case, turn.passes, work, parts, now)
        if waits and case.held == 0:
            slowly = parts.guide.voice(case.language, now).say(wording.handing.SLOWLY)
            words = (*words, Words(slowly, case.language))
    if turn.reacts:
        await handing.react(work.chat.person, turn.reacts.on, turn.reacts.emoji, work, now)
    return words


async def _asked(case: Case, work: Work) -> Case:
    """The case the newcomer is asked about, with its number."""
    return case if case.id else await work.cases.add_case(case, work.chat.person)


def _placed(turn: Turn, words: tuple[Words, ...], message: Message) -> tuple[Words, ...]:
    """The words of *turn*; where they replace a message, with its id."""
    if turn.replaces and words and isinstance(message, Pressed) and message.on:
        return (replace(words[0], replaces=message.on), *words[1:])
    return words


def _own_line(message: Message, turn: Turn, desk: Desk) -> str | None:
    """What the newcomer said, cut of private data, where it is kept: for a page that shows it, or for a helper to see."""
    web = message.newcomer.channel == "web"
    match message:
        case Heard() if web or (desk.helpers and not turn.passes and not message.edited and message.text.strip()):
            return clean(message.text).text
        case Pressed() if web:
            return message.label
        case _:
            return "" if web else None
