"""One turn being made: where the conversation stands, what has been noted so far, and the ways a turn can end.

`bot.conversation.respond` chooses among the endings; each of them gives back a finished `Turn`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot import wording
from bot.conversation import flow, keeping, papers
from bot.conversation.desk import NO_DESK, Desk
from bot.conversation.guide import Guide
from bot.conversation.message import Reacted
from bot.conversation.passing import Passed
from bot.conversation.saying import Rows, cut
from bot.conversation.state import Asking, Conversation, Place
from bot.conversation.stepping import Position
from bot.conversation.voice import Voice
from bot.conversation.words import Button, Words
from bot.handoff.case import Agrees, Case, Event, Reason, Writes
from bot.knowledge.article import Article, Step
from bot.knowledge.telling import Withheld
from bot.richtext import Text, Value, join
from bot.wording import Sentence

MOST_ASIDE = 3
"""So many flows may wait while a side question is answered; the oldest is let go."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything decided about one message: what to remember, what to say, what happened (for tests and counters).

    ``forget``: delete all that is stored of this person before anything is kept.
    ``hides``: what the bot said before is taken off the screen.
    ``replaces``: the words take the place of the message whose button was pressed, where the channel can do that.

    ``asks`` is a case the newcomer is asked about (nothing is passed on before they agree), ``events`` what happened to
    their open case; what is said about these is made from the news of `bot.handoff`. ``passes`` goes to the helper, or is
    kept for one; ``reacts`` is an emoji for the helper. While a helper is there, ``words`` are mostly empty.
    """

    conversation: Conversation
    words: tuple[Words, ...]
    did: tuple[str, ...]
    forget: bool = False
    replaces: bool = False
    hides: bool = False
    asks: Case | None = None
    events: tuple[Event, ...] = ()
    passes: Passed | None = None
    reacts: Reacted | None = None


SHARED_LETTERS = 300
"""So much of each of the newcomer's last messages is shown to a helper."""


class Talk:
    """A turn in the making. It changes only itself."""

    def __init__(self, before: Conversation, guide: Guide, now: datetime, desk: Desk = NO_DESK) -> None:
        self._before = before
        self.conversation = replace(before, last_at=now)
        self.guide = guide
        self.now = now
        self.desk = desk
        self.notes: list[Text] = []
        self.did: list[str] = []
        self.events: list[Event] = []
        self.passes: Passed | None = None
        self._case: Case | None = None
        self._asks = False

    @property
    def voice(self) -> Voice:
        """Speaks the newcomer's language as it is now."""
        return self.guide.voice(self.conversation.language, self.now)

    def change(self, **values: object) -> None:
        """Change what is remembered."""
        self.conversation = replace(self.conversation, **values)  # type: ignore[arg-type]

    def ask(self, asking: Asking, offered: tuple[str, ...] | None = None) -> None:
        """Ask something beside a step's question; it stays open for the next message only."""
        self._asks = True
        self.change(asking=asking, offered=self.conversation.offered if offered is None else offered)

    def note(self, sentence: Sentence, **values: Value) -> None:
        """Say a sentence before whatever this turn ends with."""
        self.notes.append(self.voice.say(sentence, **values))

    def understood(self) -> None:
        """Something was understood: earlier misses are forgiven and nothing else is being asked."""
        self.change(misses=0, clarified=0, asking="", offered=())

    def end(  # noqa: PLR0913  (all but the first two are named)
        self,
        did: str,
        text: Text = (),
        rows: Rows = (),
        *,
        language: str = "",
        urgent: bool = False,
        forget: bool = False,
    ) -> Turn:
        """The finished turn: notes and *text* in one message, *rows* beneath, in the newcomer's language or *language*."""
        if not self._asks:
            self.change(asking="", offered=())
        if self.discreet and not forget:
            rows = (*rows[:-1], self.voice.hide_row(), *rows[-1:])
        words = Words(join([*self.notes, text]), language or self.voice.language.code, rows, urgent=urgent)
        return self._turn((words,), did, forget=forget)

    def hand(self, did: str) -> Turn:
        """A turn whose words are made from the news of the hand-off, or that needs none; notes are said all the same."""
        if self.notes:
            return self.end(did)
        if not self._asks:
            self.change(asking="", offered=())
        return self._turn((), did)

    def _turn(self, words: tuple[Words, ...], did: str, *, forget: bool = False) -> Turn:
        return Turn(
            self.conversation, words, (*self.did, did), forget,
            asks=self._case, events=tuple(self.events), passes=self.passes,
        )  # fmt: skip

    # --- where the newcomer is ---

    @property
    def discreet(self) -> bool:
        """Whether something stands on the screen, or will in a moment, that nobody else should see."""
        places = (*self._before.aside, self._before.place, *self.conversation.aside, self.conversation.place)
        known = [
            (article, place) for place in places if place and (article := self.guide.library.article(place.article))
        ]
        return any(flow.is_discreet(article, place) for article, place in known)

    def at(self) -> tuple[Article, Place] | None:
        """The article and place of the flow someone is in; ``None`` without one, or when it is gone from the library."""
        place = self.conversation.place
        article = self.guide.library.article(place.article) if place else None
        if place is None or article is None or flow.step_at(article, place) is None:
            return None
        return article, place

    def unfinished(self) -> bool:
        """Whether a flow is open and not at its last step."""
        here = self.at()
        return here is not None and not flow.is_last(here[0].steps[here[1].step])

    def rows_here(self) -> Rows:
        """The buttons of where someone is: the step's, else the menu's."""
        here = self.at()
        return self.voice.step_rows(*here) if here else self.voice.menu_rows()

    # --- endings ---

    def on(self, article: Article, place: Place) -> Turn:
        """On from a step that asked nothing, or that asked which papers somebody has."""
        step = article.steps[place.step]
        if not step.papers:
            return self.move(article, place, step.goto)
        try:
            self.voice.tell.require(self.guide.library.grounds(step))
            rule = self.voice.tell.current(step.papers)
        except Withheld:
            return self.move(article, place, step.outcomes["not-yet"])
        have = flow.papers(place)
        self.notes.append(papers.verdict(self.voice, rule, have))
        return self.move(article, place, step.outcomes[rule.judge(have)])

    def keep_on_phone(self, article: Article, step: Step, what: str) -> Turn:
        """Something of a step to keep, or the question what."""
        way_back = (self.button_back(article),)
        rows = keeping.rows(self.voice, article, step)
        if not what and rows:
            return self.end("keep-ask", self.voice.say(wording.keeping.KEEP_ASK), (*rows, way_back))
        made = keeping.make(self.voice, article, step, what)
        if made is None:
            self.note(wording.keeping.NOTHING_TO_KEEP)
            office = self.voice.tell.contact(self.guide.library.pack.city.office)
            return self.end("keep-nothing", office, (way_back,))
        turn = self.end(f"keep:{what}", self.voice.say(keeping.said_with(made)), (way_back,))
        return replace(turn, words=tuple(replace(words, takeaway=made) for words in turn.words))

    def sources(self, article: Article, step: Step) -> Turn:
        """Where a step is known from."""
        self.note(wording.SOURCES)
        return self.end("sources", self.voice.tell.sources(step), ((self.button_back(article),),))

    def button_back(self, article: Article) -> Button:
        """The button back to where one is in *article*."""
        return self.voice.return_row(article)[0]

    def hide(self) -> Turn:
        """Take away what was said, and leave nothing that tells of it."""
        self.understood()
        self.change(place=None, aside=())
        self._before = self.conversation
        turn = self.end("hidden", self.voice.say(wording.HIDDEN), (self.voice.ways_out()[:1],))
        return replace(turn, words=tuple(replace(words, hides=True) for words in turn.words), hides=True)

    def step(self, did: str = "step", near: Position | None = None) -> Turn:
        """Show the step someone is at, its places by their distance from *near*; the menu when there is none."""
        here = self.at()
        if here is None:
            self.change(place=None)
            return self.menu(wording.MENU_AGAIN)
        article, place = here
        rows = self.voice.step_rows(article, place)
        aside = self._aside()
        if aside and flow.is_last(article.steps[place.step]):
            rows = (self.voice.return_row(aside), *rows)
        return self.end(f"{did}:{article.id}.{place.step}", self.voice.step(article, place, near), rows)

    def menu(self, sentence: Sentence = wording.MENU, did: str = "menu") -> Turn:
        """Show the menu. A flow that was open stays open behind it."""
        rows = self.voice.menu_rows()
        here = self.at()
        if here:
            self.ask("menu")
            rows = (self.voice.return_row(here[0]), *rows)
        return self.end(did, self.voice.say(sentence), rows)

    def welcome(self) -> Turn:
        """The first words in a language: hello and the menu."""
        self.note(wording.GREETING, city=self.voice.city)
        return self.menu(did="welcome")

    def ask_language(self) -> Turn:
        """Which language? In all of them."""
        self.ask("language")
        return self.end("ask-language", self.voice.pick_language(), self.voice.language_rows())

    def open(self, article: Article, *, returning: bool = False) -> Turn:
        """Begin *article*, or take it up where it waits. A flow that is open waits aside until this one is done.

        *returning*: it was asked for by a button that leads back, so the other flow is left without a word.
        """
        here = self.at()
        self.understood()
        if here and here[0].id == article.id:
            return self.step("repeat")
        waiting = self._waiting(article)
        if here and self.unfinished():
            self._put_aside(here[1])
            if not returning:
                self.note(wording.DIGRESSING, article=self.voice.title(here[0]))
        self.change(place=waiting or flow.enter(article))
        if waiting:
            return self.step("return")
        self.did.append(f"article:{article.id}")
        return self.step()

    def move(self, article: Article, place: Place, goto: str) -> Turn:
        """On to step *goto*, or to the end of the flow."""
        self.understood()
        ahead = flow.go(place, goto)
        if ahead is None:
            return self.finish(article)
        self.change(place=ahead)
        return self.step()

    def finish(self, article: Article) -> Turn:
        """A flow is done: back to the one that waits aside, or to the menu."""
        self.understood()
        self.did.append(f"finished:{article.id}")
        here = self.at()
        # After danger nobody is told “that was everything”, and what is discreet is not named.
        if here and not here[0].steps[here[1].step].urgent and not flow.is_discreet(*here):
            self.note(wording.FINISHED, article=self.voice.title(article))
        self.change(place=None)
        return self.come_back() or self.menu(wording.MENU_AGAIN)

    def come_back(self) -> Turn | None:
        """Return to the flow that was left last; ``None`` when none waits."""
        article = self._aside()
        if article is None:
            return None
        self.change(place=self.conversation.aside[-1], aside=self.conversation.aside[:-1])
        self.note(wording.RETURNED, article=self.voice.title(article))
        return self.step("return")

    def ask_resume(self) -> Turn:
        """Ask, after a pause, whether to go on where we were."""
        here = self.at()
        if here is None:
            return self.menu()
        done = flow.progress(*here)
        self.ask("resume")
        text = self.voice.say(wording.RESUME, step=done.step, steps=done.steps, article=self.voice.title(here[0]))
        return self.end("ask-resume", text, self.voice.continue_rows(here[0]))

    def clarify(self, articles: Iterable[Article]) -> Turn:
        """Offer what may have been meant."""
        offered = tuple(articles)
        self.ask("clarify", tuple(article.id for article in offered))
        self.change(clarified=self.conversation.clarified + 1)
        did = "clarify:" + ",".join(self.conversation.offered)
        return self.end(did, self.voice.say(wording.DID_YOU_MEAN), self.voice.offered_rows(offered))

    def lost(self) -> Turn:
        """Not understood. In a flow the question is asked again; the second time there are numbers of people."""
        misses = self.conversation.misses + 1
        self.change(misses=misses, asking="", offered=(), clarified=0)
        if misses > 1 and self.desk.helpers and self.desk.case is None:
            self.note(wording.LOST)
            return self.people("lost-twice", "lost")
        if misses > 1:
            self.note(wording.LOST)
            self.notes.append(self.voice.people())
            return self.step("lost-twice") if self.at() else self.end("lost-twice", rows=self.rows_here())
        if self.at():
            self.note(wording.NOT_AN_ANSWER)
            return self.step("lost")
        return self.end("lost", self.voice.say(wording.NOT_UNDERSTOOD), self.voice.menu_rows())

    def people(self, did: str = "person", reason: Reason = "asked", same: int | None = None) -> Turn:
        """A person: a helper, when there are any, else whom one can call. Before anybody is asked the newcomer agrees."""
        self.understood()
        if self.desk.in_charge:
            return self.with_helper()
        if self.desk.looking:
            self.events.append(Agrees())
            return self.hand(did)
        if not self.desk.helpers or not self.conversation.language:
            return self.numbers(did)
        self._case = self._asked(reason, same)
        if self.discreet:
            self.note(wording.DISCREET_HELP)
        self.ask("consent")
        return self.hand(did)

    def numbers(self, did: str = "numbers") -> Turn:
        """Whom one can call, now."""
        self.understood()
        return self.end(did, self.voice.people(), self._way_on())

    def with_helper(self) -> Turn:
        """A helper is there, and the newcomer wanted something from the bot that it does not do now."""
        case = self.desk.case
        rows = (*self.voice.end_rows(case.id), self.voice.ways_out()[:1]) if case else self.rows_here()
        return self.end("with-helper", self.voice.say(wording.handing.WITH_HELPER), rows)

    def keep(self, passed: Passed) -> None:
        """Pass this to the helper, or keep it for the one who comes."""
        self.passes = passed
        self.events.append(Writes(urgent=passed.urgent))

    def _asked(self, reason: Reason, same: int | None) -> Case:
        """The case as the newcomer is asked about it. One that was asked about before is brought up to date."""
        before = self.desk.case or Case(self.conversation.language, self.now)
        here = self.at()
        urgent = reason == "alarm" or bool(here and here[0].steps[here[1].step].urgent)
        return replace(
            before,
            language=self.conversation.language,
            asked_at=self.now,
            reason="sensitive" if urgent and reason == "asked" else reason,
            urgent=urgent,
            quiet=self.discreet,
            article=here[0].id if here else "",
            step=here[1].step if here else "",
            tried=tuple(dict.fromkeys(place.article for place in self.conversation.aside)),
            shared=tuple(cut(line, SHARED_LETTERS) for line in self.desk.recent),
            same=same,
        )

    def chat(self, sentence: Sentence, did: str, **values: Value) -> Turn:
        """A short answer that changes nothing, with the buttons of where we are."""
        return self.end(did, self.voice.say(sentence, **values), self.rows_here())

    def _way_on(self) -> Rows:
        here = self.at()
        return (self.voice.return_row(here[0]), self.voice.ways_out()[:1]) if here else (self.voice.ways_out()[:1],)

    def _aside(self) -> Article | None:
        aside = self.conversation.aside
        return self.guide.library.article(aside[-1].article) if aside else None

    def _waiting(self, article: Article) -> Place | None:
        """The place where *article* waits aside, which it leaves."""
        found = [place for place in self.conversation.aside if place.article == article.id]
        self.change(aside=tuple(place for place in self.conversation.aside if place not in found))
        usable = [place for place in found if flow.step_at(article, place)]
        return usable[-1] if usable else None

    def _put_aside(self, place: Place) -> None:
        others = tuple(waiting for waiting in self.conversation.aside if waiting.article != place.article)
        self.change(aside=(*others, place)[-MOST_ASIDE:])
