"""Emoji under messages: which there are, and the bot's own (people's are in ``person.py``).

A bot may put one of the emoji of https://core.telegram.org/bots/api#reactiontypeemoji on a message, spelt exactly as
there: ❤ without the variation selector that keyboards add. Telegram tells a bot nothing about its own reactions.
"""

from typing import Any

from .errors import Unsupported, bad_request, too_many_requests
from .office import Office, serves
from .sending import chat_of, post_of

Json = dict[str, Any]

_PUBLISHED = """
👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕
😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡
"""
REACTIONS = frozenset(_PUBLISHED.split())
VARIATION_SELECTOR = "\ufe0f"


@serves("setMessageReaction")
def set_message_reaction(office: Office, call: Json) -> bool:
    """At most one, as for everybody without Premium; none takes it away. It is no message to the chat's limit."""
    chat = chat_of(office, call)
    post = post_of(office, call["chat_id"], call["message_id"], "react")
    reaction = call.get("reaction", [])
    if any(one["type"] != "emoji" for one in reaction):
        raise Unsupported("a reaction that is no standard emoji")
    if any(one["emoji"] not in REACTIONS for one in reaction):
        raise bad_request("REACTION_INVALID")
    if len(reaction) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if wait := office.limits.wait_overall(office.world.now):
        raise too_many_requests(wait)
    office.world.react(chat, post, office.world.bot["id"], reaction)
    return True


def reaction_of(emoji: str | list[str] | None) -> list[Json]:
    """What a person chose → ReactionTypes. Digits are the id of a custom emoji, which is for people with Premium."""
    chosen = [emoji] if isinstance(emoji, str) else emoji or []
    if len(chosen) > 3:
        raise ValueError("Even with Premium nobody puts more than three reactions on a message.")
    reaction = []
    for one in chosen:
        plain = one.replace(VARIATION_SELECTOR, "")
        if plain.isdigit():
            reaction.append({"type": "custom_emoji", "custom_emoji_id": plain})
        elif plain in REACTIONS:
            reaction.append({"type": "emoji", "emoji": plain})
        else:
            raise ValueError(f"{one!r} is no reaction that Telegram has.")
    return reaction
