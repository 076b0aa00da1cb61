"""Whoever writes to the bot: a newcomer or a helper. Told apart inside the turn, so that nobody is ever taken for the other."""

from bot.actions.helper import INVITATION, answer_helper, invited
from bot.actions.newcomer import answer_newcomer, understand
from bot.actions.parts import Parts
from bot.conversation.message import Message, Started, Understanding
from bot.conversation.words import Words
from bot.wording import helping


async def person_says(message: Message, parts: Parts) -> None:
    """Answer any message, once."""
    understood = await understand(message, parts)
    await parts.store.again(lambda: _answer(message, understood, parts))


async def _answer(message: Message, understood: Understanding, parts: Parts) -> None:
    async with parts.store.work() as work:
        before = await work.conversation_with(message.newcomer, message.key, message.at)
        if before is None:
            return
        found = await work.cases.helper_of(work.chat.person) if work.is_helper else None
        if found is None and isinstance(message, Started) and message.payload.startswith(INVITATION):
            found = await invited(message, work, parts, before)
            if found is None:
                voice = parts.guide.voice(before.language, message.at)
                await work.keep(before, [Words(voice.say(helping.INVITATION_OVER), voice.language.code)], message.at)
                return
        if found:
            await answer_helper(*found, before, message, work, parts)
        else:
            await answer_newcomer(before, message, understood, work, parts)
