"""A newcomer for tests of the pure core: says, presses, waits; the conversation goes through JSON after every turn."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.conversation import buttons
from bot.conversation.desk import NO_DESK, Desk
from bot.conversation.guide import Guide
from bot.conversation.message import (
    NOTHING,
    Asked,
    Attachment,
    Heard,
    Message,
    Newcomer,
    Pressed,
    Sent,
    SentKind,
    Started,
    Understanding,
)
from bot.conversation.respond import respond
from bot.conversation.state import Conversation
from bot.conversation.talk import Turn
from bot.conversation.voice import Voice
from bot.conversation.words import Button, Words
from bot.richtext import plain
from tests.conftest import NOON

ROSA = Newcomer("terminal", "rosa")


@dataclass
class Talking:
    """One conversation with the core. ``last`` is the latest turn."""

    guide: Guide = field(repr=False)
    conversation: Conversation = field(default_factory=Conversation)
    now: datetime = NOON
    last: Turn | None = None
    desk: Desk = NO_DESK

    def says(self, text: str, *understood: tuple[str, float]) -> Turn:
        return self._tell(Heard(ROSA, self.now, "k", text), Understanding(understood))

    def edits(self, text: str) -> Turn:
        return self._tell(Heard(ROSA, self.now, "k", text, edited=True))

    def starts(self, payload: str = "") -> Turn:
        return self._tell(Started(ROSA, self.now, "k", payload))

    def asks(self, intent: str) -> Turn:
        return self._tell(Asked(ROSA, self.now, "k", intent))

    def sends(self, kind: SentKind, caption: str = "", attachment: Attachment | None = None) -> Turn:
        return self._tell(Sent(ROSA, self.now, "k", kind, caption, attachment))

    def tells(self, message: Message) -> Turn:
        return self._tell(message)

    def presses(self, label: str) -> Turn:
        """Press the button of the latest message whose label holds *label*."""
        fits = [button for button in self.buttons if label.casefold() in button.label.casefold()]
        assert fits, f"no button {label!r} among {[button.label for button in self.buttons]}"
        return self.presses_data(fits[0].press)

    def presses_data(self, data: str) -> Turn:
        return self._tell(Pressed(ROSA, self.now, "k", data))

    def walks(self, until: str, most: int = 25) -> Turn:
        """Go on, by the last choice of each question, until something called *until* happens."""
        for _ in range(most):
            assert self.last is not None
            if any(did.startswith(until) for did in self.last.did):
                return self.last
            place = self.conversation.place
            assert place is not None, f"the flow ended before {until}: {self.last.did}"
            step = self.guide.library.pack.articles[place.article].steps[place.step]
            if step.choices:
                self.presses_data(buttons.write(buttons.Choose(place.article, step.id, step.choices[-1].id)))
            else:
                self.presses_data(buttons.write(buttons.Next(place.article, step.id)))
        raise AssertionError(f"{until} did not happen in {most} steps")

    def waits(self, **time: float) -> "Talking":
        self.now += timedelta(**time)
        return self

    @property
    def voice(self) -> Voice:
        return self.guide.voice(self.conversation.language, self.now)

    @property
    def words(self) -> Words:
        assert self.last is not None
        return self.last.words[-1]

    @property
    def text(self) -> str:
        return plain(self.words.text)

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.words.rows for button in row]

    def _tell(self, message: Message, understood: Understanding = NOTHING) -> Turn:
        turn = respond(self.conversation, message, understood, self.guide, self.now, self.desk)
        line = turn.conversation.to_json()
        self.conversation = Conversation.from_json(line)
        assert self.conversation == turn.conversation
        assert all(Words.from_json(words.to_json()) == words for words in turn.words)
        self.last = turn
        return turn
