"""A local Bot API server: a real HTTP server that takes Telegram's place in tests, benchmarks and at the desk.

It checks every call against the published description of the Bot API, keeps Telegram's limits and refusals, delivers
updates by Telegram's rules, can be told to fail, and lets tests and people act as any user.

- ``BotApi``: the server, see ``server.py``; ``Person``: what people can do and see, see ``person.py``.
- ``StoredFile``: a file somebody sent, see ``files.py``; emoji under messages are in ``reactions.py``.
- ``Limits``, ``faults.py``: how fast, and what goes wrong. ``Load``: many people at once, for benchmarks.
- ``python -m tests.botapi``: alone, with a page to chat as several users; ``lab.py`` lists the JSON end points.
"""

from .files import StoredFile
from .limits import Limits
from .load import Load, Report
from .person import Group, NotSeen, Person, Press
from .seen import Button, Seen
from .server import TOKEN, BotApi

__all__ = [
    "TOKEN",
    "BotApi",
    "Button",
    "Group",
    "Limits",
    "Load",
    "NotSeen",
    "Person",
    "Press",
    "Report",
    "Seen",
    "StoredFile",
]
