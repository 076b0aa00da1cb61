"""What the bot says about itself, per language: commands, name, descriptions, menu button.

Languages are two letters, as Telegram demands ("" is for everybody else): a bot cannot have commands in a language
that has only a three-letter code. A person gets the value for their language, else the one for everybody.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from .errors import bad_request

Json = dict[str, Any]

_LANGUAGE = re.compile(r"[a-z]{2}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LONGEST = {"name": 64, "description": 512, "short_description": 120}
MOST_COMMANDS = 100
LONGEST_COMMAND_DESCRIPTION = 256
#: From the most particular scope of a private chat to the least; those that name a chat are looked up by their JSON.
_PRIVATE_SCOPES = ("all_private_chats", "default")


@dataclass(slots=True)
class Profile:
    """Texts by (what, language), commands by (scope, language), menu buttons by chat (0: all)."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)

    def set_text(self, what: str, text: str, language: str) -> None:
        """Sets a name or description; an empty text takes the language's own one away."""
        _check_language(language)
        if len(text) > LONGEST[what]:
            raise bad_request(f"the {what.replace('_', ' ')} is too long")
        if text:
            self.texts[what, language] = text
        else:
            self.texts.pop((what, language), None)

    def text(self, what: str, language: str) -> str:
        """What somebody with this language reads; empty when nothing was set."""
        return self.texts.get((what, language)) or self.texts.get((what, ""), "")

    def set_commands(self, commands: list[Json], scope: Json | None, language: str) -> None:
        """Replaces the list of one scope and language; an empty list takes it away."""
        _check_language(language)
        if len(commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not _COMMAND.fullmatch(command["command"].removeprefix("/")):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"].strip()) <= LONGEST_COMMAND_DESCRIPTION:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        key = _scope(scope), language
        if commands:
            self.commands[key] = [{**c, "command": c["command"].removeprefix("/")} for c in commands]
        else:
            self.commands.pop(key, None)

    def commands_of(self, scope: Json | None, language: str) -> list[Json]:
        """Exactly what was set for this scope and language."""
        _check_language(language)
        return self.commands.get((_scope(scope), language), [])

    def commands_for(self, chat_id: int, language: str) -> list[Json]:
        """What somebody sees in the menu of their private chat.

        The order is Telegram's: https://core.telegram.org/bots/api#determining-list-of-commands
        """
        for scope in (_scope({"type": "chat", "chat_id": chat_id}), *(_scope({"type": t}) for t in _PRIVATE_SCOPES)):
            for spoken in (language, ""):
                if found := self.commands.get((scope, spoken)):
                    return found
        return []


def _scope(scope: Json | None) -> str:
    return json.dumps(scope or {"type": "default"}, sort_keys=True)


def _check_language(language: str) -> None:
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
