"""Says things to a helper, in the language they chose: offers, packets, what a newcomer wrote, news of a case, menus."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list

from bot.conversation.guide import Guide
from bot.conversation.passing import Passed
from bot.conversation.saying import Rows, cut
from bot.conversation.voice import FLAT_MENU, Voice
from bot.conversation.words import Button, Words
from bot.handoff.case import Case, What, Why
from bot.handoff.helper import Helper
from bot.helping import buttons
from bot.knowledge.article import Article
from bot.knowledge.showing import moment, span
from bot.richtext import Span, Text, Value, join, plain
from bot.wording import Sentence, helping

_COLOURS = "🔵🟢🟠🟣🟤🟡"
_WITHOUT_CAPTION = frozenset({"video_note", "sticker"})
"""What these are has to be cleaned, which may fail: then no line before them may stand there alone. The button names them."""
_NAMED_BEFORE = frozenset({"location", "venue", "contact"})
READY: Mapping[str, Sentence] = {
    "hello": helping.READY_HELLO,
    "wait": helping.READY_WAIT,
    "later": helping.READY_LATER,
    "lawyer": helping.READY_LAWYER,
    "papers": helping.READY_NO_PAPERS,
    "all": helping.READY_ALL,
}
"""Ready answers of the bot's own, in every language."""


def label(case: Case) -> str:
    """What a helper calls a case: a colour and a number, which say nothing about anybody."""
    return label_of(case.id)


def label_of(number: int) -> str:
    """The same for a case of which only the number is known: it may be gone."""
    return f"{_COLOURS[number % len(_COLOURS)]} {number}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a case's record, for the packet and the pages. ``who``: newcomer, helper, bot or note."""

    who: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Telling:
    """Speaks to one helper at one moment."""

    guide: Guide
    helper: Helper
    now: datetime

    @property
    def voice(self) -> Voice:
        """The helper's language."""
        return self.guide.voice(self.helper.language, self.now)

    def say(self, sentence: Sentence, **values: Value) -> Text:
        """A sentence."""
        return self.voice.say(sentence, **values)

    def words(self, text: Text | Sentence, rows: Rows = (), /, **values: Value) -> Words:
        """A message; a sentence is said first."""
        said = self.say(text, **values) if isinstance(text, str) else text
        return Words(said, self.voice.language.code, rows)

    def button(self, icon: str, sentence: Sentence, press: buttons.Press, **values: Value) -> Button:
        """A button that says *sentence*."""
        return Button(f"{icon} {plain(self.say(sentence, **values))}".strip(), buttons.write(press))

    # --- a case ---

    def language(self, code: str) -> str:
        """The name of a language."""
        return self.voice.language_name(code)

    def article(self, name: str) -> str:
        """The title of an article; “not known yet” without one."""
        article = self.guide.library.article(name)
        return self.voice.title(article) if article else plain(self.say(helping.NO_ARTICLE))

    def offer(self, case: Case, sentence: Sentence | None = None) -> Words:
        """Language, topic and urgency; no word of the newcomer."""
        asked = sentence or (helping.OFFER_URGENT if case.urgent else helping.OFFER)
        what = self.say(asked, language=self.language(case.language), article=self.article(case.article))
        parts = [join([(Span(label(case), bold=True),), what], "\n")]
        until = next((offer.until for offer in case.offers if offer.helper == self.helper.id), None)
        if until and sentence is None:
            wait = span(until - self.now, self.voice.language.locale)
            parts.append(self.say(helping.OFFER_UNTIL, minutes=wait))
        rows = [(self.button("✅", helping.TAKE, buttons.Take(str(case.id))),)]
        if sentence is None:
            rows.append((self.button("🕒", helping.NOT_NOW, buttons.NotNow(str(case.id))),))
        return Words(join(parts), self.voice.language.code, tuple(rows), urgent=case.urgent)

    def stuck(self, case: Case) -> Words:
        """To a coordinator: nobody is free."""
        return self.offer(case, helping.STUCK_URGENT if case.urgent else helping.STUCK)

    def packet(self, case: Case, notes: Sequence[Line] = (), held: bool = False) -> Words:
        """Everything the newcomer agreed to share, in one message, with what one can do beneath."""
        known = [self.say(helping.PACKET_LANGUAGE, language=self._languages(case))]
        article = self.guide.library.article(case.article)
        if article:
            known.append(self.say(helping.PACKET_ARTICLE, article=self.voice.title(article)))
            known += self._step(case, article)
        tried = [self.article(name) for name in case.tried if self.guide.library.article(name)]
        if tried:
            listed = format_list(tried, locale=self.voice.language.locale)
            known.append(self.say(helping.PACKET_TRIED, articles=listed))
        why = {"lost": helping.PACKET_WHY_LOST, "alarm": helping.PACKET_WHY_ALARM}.get(case.reason)
        wished = {"woman": helping.PACKET_WOMAN, "man": helping.PACKET_MAN}.get(case.gender)
        known += [self.say(sentence) for sentence in (why, wished) if sentence]
        if case.shared:
            known += [self.say(helping.PACKET_WORDS), *((Span(f"“{line}”"),) for line in case.shared)]
        if notes:
            known += [self.say(helping.PACKET_NOTES), *((Span(f"📝 {line.text}"),) for line in notes)]
        if held:
            known.append(self.say(helping.PACKET_HELD))
        text = join([self.say(helping.PACKET, case=label(case)), join(known, "\n")])
        return Words(text, self.voice.language.code, self.case_rows(case), urgent=case.urgent)

    def _languages(self, case: Case) -> str:
        return format_list([self.language(code) for code in case.languages], locale=self.voice.language.locale)

    def _step(self, case: Case, article: Article) -> list[Text]:
        """Where they were, and which facts of it are near their date."""
        step = article.steps.get(case.step)
        if step is None:
            return []
        lines = [self.say(helping.PACKET_STEP, step=self.voice.beginning(article, step))]
        due = sorted(fact.id for fact in self.voice.due_facts(step))
        if due:
            lines.append(self.say(helping.PACKET_DUE, facts=", ".join(due)))
        return lines

    def case_rows(self, case: Case) -> Rows:
        """What one can do with a case."""
        number = str(case.id)
        return (
            (
                self.button("💬", helping.SEND_SAVED, buttons.SavedList(number)),
                self.button("📚", helping.SEND_ARTICLE, buttons.Topics(number, "")),
            ),
            (
                self.button("📝", helping.WRITE_NOTE, buttons.Write(number, "note")),
                self.button("📨", helping.ASK_COORDINATOR, buttons.Write(number, "question")),
            ),
            (self.button("🔄", helping.PASS_ON, buttons.Write(number, "word")),),
            (
                self.button("🤖", helping.GIVE_BACK, buttons.Do(number, "back")),
                self.button("🌱", helping.CLOSE, buttons.Do(number, "close")),
            ),
        )

    def case_menu(self, case: Case) -> Words:
        """What one can do with a case, as a message."""
        return self.words(helping.CASE_MENU, self.case_rows(case), case=label(case))

    def for_whom(self, cases: Sequence[Case]) -> Words:
        """“For whom is this?” with a button for each newcomer."""
        rows = tuple(
            (Button(f"{label(case)} · {self.article(case.article)}", buttons.write(buttons.For(str(case.id)))),)
            for case in cases
        )
        return self.words(helping.FOR_WHOM, (*rows, (self.button("✖️", helping.FOR_NOBODY, buttons.For("")),)))

    def topics(self, case: Case, group: str) -> Words:
        """The groups of the menu, or the articles of one, to send something."""
        library, number = self.guide.library, str(case.id)
        articles = [article for article in library.pack.articles.values() if not group or article.group == group]
        if group or len(articles) <= FLAT_MENU:
            rows = [
                (Button(self.voice.title(article), buttons.write(buttons.Topic(number, article.id))),)
                for article in articles
            ]
        else:
            rows = [
                (Button(f"{g.icon} {self.voice.group(g)}", buttons.write(buttons.Topics(number, g.id))),)
                for g in library.pack.city.groups
            ]
        return self.words(helping.WHICH_ARTICLE, (*rows, (self.button("✖️", helping.CANCEL, buttons.Cancel()),)))

    def topic_steps(self, case: Case, article: Article) -> Words:
        """An article's steps, to send all of it or one."""
        number = str(case.id)
        whole = self.button("📚", helping.WHOLE_ARTICLE, buttons.SendStep(number, article.id, ""))
        rows = [
            (
                Button(
                    self.voice.beginning(article, step, 40),
                    buttons.write(buttons.SendStep(number, article.id, step.id)),
                ),
            )
            for step in article.steps.values()
        ]
        cancel = self.button("✖️", helping.CANCEL, buttons.Cancel())
        return self.words(helping.WHICH_STEP, ((whole,), *rows, (cancel,)))

    def ready_answers(self, case: Case) -> Words:
        """The bot's own answers and the helper's, to send one."""
        number = str(case.id)
        rows = [
            (Button(cut(plain(self.say(sentence)), 40), buttons.write(buttons.SendSaved(number, name))),)
            for name, sentence in READY.items()
        ]
        rows += [
            (Button(f"⭐ {cut(text, 38)}", buttons.write(buttons.SendSaved(number, str(place)))),)
            for place, (language, text) in enumerate(self.helper.saved)
            if language in case.languages
        ]
        save = self.button("⭐", helping.SAVE_LAST, buttons.SaveLast(number))
        return self.words(helping.WHICH_SAVED, (*rows, (save,)))

    def home_rows(self) -> Rows:
        """On duty, off duty, about you."""
        return (
            (
                self.button("🟢", helping.ON_DUTY, buttons.Duty("on")),
                self.button("⚪", helping.OFF_DUTY, buttons.Duty("off")),
            ),
            (self.button("👤", helping.COMMAND_ME, buttons.Show("me")),),
        )

    def more_row(self, case: Case) -> Rows:
        """One small button that leads to `case_rows`."""
        label_of = f"⋯ {label(case)}"
        return ((Button(label_of, buttons.write(buttons.CaseMenu(str(case.id)))),),)

    # --- what a newcomer wrote ---

    def relayed(self, case: Case, passed: Passed, answers: str = "") -> tuple[Words, ...]:
        """*passed* as the helper sees it. A place or a contact comes behind a line that says from whom it is."""
        name = label(case)
        rows = self.more_row(case)
        code = self.voice.language.code
        said: Text = (Span(passed.text),) if passed.text else ()
        if passed.attachment and passed.attachment.kind in _WITHOUT_CAPTION:
            return (Words((), code, rows, answers=answers, attachment=passed.attachment),)
        if passed.attachment and passed.attachment.kind in _NAMED_BEFORE:
            before = Words(self.say(helping.FROM_KIND, case=name), code, answers=answers)
            return (before, Words((), code, rows, attachment=passed.attachment))
        sentence = helping.FROM_EDITED if passed.edited else helping.FROM_URGENT if passed.urgent else helping.FROM
        text = self.say(sentence, case=name, text=said)
        if passed.urgent and passed.attachment:  # danger does not wait until a file is cleaned, nor stay here with it
            before = Words(text, code, rows, urgent=True, answers=answers)
            return (before, Words((), code, rows, attachment=passed.attachment))
        return (Words(text, code, rows, urgent=passed.urgent, answers=answers, attachment=passed.attachment),)

    def many(self, case: Case, texts: Iterable[str]) -> Words:
        """Much that was written in a short time, in one message."""
        lines: list[Text] = [(Span(text),) for text in texts]
        text = join([self.say(helping.FROM_MANY, case=label(case)), *lines], "\n")
        return Words(text, self.voice.language.code, self.more_row(case))

    # --- news ---

    def news(self, what: What, case: Case, notes: Sequence[Line] = (), *, held: bool = False) -> list[Words]:
        """News of a case for this helper."""
        name = label(case)
        match what:
            case "offer":
                return [self.offer(case)]
            case "stuck":
                return [self.stuck(case)]
            case "packet":
                return [self.packet(case, notes, held)]
            case "after":
                ended = helping.GIVEN_BACK if case.ended == "given-back" else helping.CLOSED
                return [self.words(ended, case=name), self.missing(case), self.how_are_you()]
            case "quiet":
                return [self.words(helping.QUIET, case=name), self.how_are_you()]
            case "remind":
                return [self.words(helping.REMIND, self.more_row(case), case=name)]
            case "urgent":
                return []  # the message itself is marked
            case _:
                return [self.words(_NEWS[what], case=name)]

    def refused(self, why: Why, number: int) -> Words:
        """Why something cannot be done with the case of that number."""
        return self.words(_REFUSED[why], case=label_of(number))

    def missing(self, case: Case) -> Words:
        """Afterwards: what was missing in the bot."""
        row = (
            self.button("✍️", helping.WRITE_IT, buttons.Write(str(case.id), "missing")),
            self.button("👍", helping.NOTHING_MISSING, buttons.NothingMissing(str(case.id))),
        )
        return self.words(helping.WHAT_WAS_MISSING, (row,))

    def how_are_you(self) -> Words:
        """Afterwards: how the helper is."""
        row = (
            self.button("🙂", helping.FEEL_GOOD, buttons.Feel("good")),
            self.button("😐", helping.FEEL_OK, buttons.Feel("ok")),
            self.button("😔", helping.FEEL_HEAVY, buttons.Feel("heavy")),
        )
        return self.words(helping.HOW_ARE_YOU, (row,))

    def cases(self, cases: Sequence[Case]) -> Words:
        """All newcomers of this helper, who waits longest first."""
        if not cases:
            return self.words(helping.NO_CASES)
        ordered = sorted(cases, key=lambda case: (case.awaited or self.now, case.id))
        lines = [self.say(helping.CASES), *(self._case_line(case) for case in ordered)]
        rows = tuple(self.more_row(case)[0] for case in ordered)
        return Words(join(lines, "\n"), self.voice.language.code, rows)

    def _case_line(self, case: Case) -> Text:
        values = {"case": label(case), "article": self.article(case.article)}
        if case.awaited:
            when = moment(case.awaited, self.helper.zone, self.voice.language.locale)
            return self.say(helping.CASE_WAITS, **values, when=when)
        return self.say(helping.CASE_LINE, **values)


_NEWS: Mapping[What, Sentence] = {
    "offer-over": helping.OFFER_OVER,
    "lost": helping.LOST,
    "newcomer-withdrew": helping.WITHDREW,
    "newcomer-left": helping.LEFT,
    "newcomer-forgot": helping.FORGOT,
}

_REFUSED: Mapping[Why, Sentence] = {
    "not-your-case": helping.NOT_YOURS,
    "taken": helping.TAKEN_BY_OTHER,
    "over": helping.CASE_OVER,
    "not-yet": helping.NOT_YOURS,
    "not-for-you": helping.NOT_FOR_YOU,
}
