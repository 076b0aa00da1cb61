"""What every method works with, and the list of methods that are done."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from .limits import Limits
from .profile import Profile
from .schema import Schema
from .updates import Mailbox
from .world import World

Json = dict[str, Any]


@dataclass(slots=True)
class Office:
    """All a method may need."""

    world: World
    mailbox: Mailbox
    limits: Limits
    profile: Profile
    schema: Schema
    callback_lifetime: float


Method = Callable[[Office, Json], Any | Awaitable[Any]]
METHODS: dict[str, Method] = {}


def serves(*names: str) -> Callable[[Method], Method]:
    """Makes a function the way to do a method."""

    def register(function: Method) -> Method:
        METHODS.update(dict.fromkeys(names, function))
        return function

    return register
