"""Tells a step of an article in one language: its words, what it shows, and the buttons beneath.

What is past its date is never told: the step says so instead and gives the office's number.
"""

from collections.abc import Iterable

from bot import wording
from bot.catalogs import SOURCE
from bot.conversation import buttons, flow
from bot.conversation.saying import Rows, Saying, cut
from bot.conversation.state import Place
from bot.conversation.words import Button
from bot.knowledge.article import Article, Fact, Step
from bot.knowledge.places import between
from bot.knowledge.showing import day
from bot.knowledge.telling import Teller, Withheld
from bot.richtext import PLACEHOLDER, Span, Text, join, plain

BEGINNING = 80
"""Letters of a step that tell which one it is."""
MOST_ACROSS, SOME_ACROSS = 4, 3
"""So many small buttons stand side by side; where there are more, fewer, so that no row holds a single one of many."""
Position = tuple[float, float]


class Stepping(Saying):
    """The steps of articles, in one language at a moment."""

    __slots__ = ()

    def summary(self, article: Article) -> Text:
        """An article's title and what it is about, in one line; the title alone while one of its facts is past its date."""
        title: Text = (Span(self.title(article), bold=True),)
        facts = {name for step in article.steps.values() for name in self.library.facts_of(step)}
        if any(self.library.pack.facts[name].age(self.today) == "expired" for name in facts):
            return title
        return join([title, (Span(self.tell.words(article.summary, article.id)),)], "\n")

    # --- what a step says ---

    def step(self, article: Article, place: Place, near: Position | None = None) -> Text:
        """The step at *place*: where one is, what it says, and what it shows; places by their distance from *near*."""
        step = article.steps[place.step]
        done = flow.progress(article, place)
        count = self.isolated(f"{done.step}/{done.steps}")
        heading: Text = (Span(f"{self.title(article)} · {count}", bold=True),)
        try:
            english = () if self._translated(article, step) else self.say(wording.ONLY_ENGLISH)
            body = join([english, self._body(article, place, near)])
        except Withheld:
            body = self.withheld(urgent=step.urgent)
        draft = self.say(wording.DRAFT) if not place.trail and not step.urgent and self._draft(article) else ()
        return join([heading, draft, body])

    def _draft(self, article: Article) -> bool:
        """Whether a step of *article* is said in words that no reader has approved."""
        find, code = self.library.catalogs.find, self.language.code
        found = (find(code, step.say, context(article, step)) for step in article.steps.values())
        return any(each is not None and each.draft for each in found)

    def _translated(self, article: Article, step: Step) -> bool:
        """Whether all that is said and asked at *step* is there in the language."""
        messages = (step.say, *(choice.text for choice in step.choices), *(item.text for item in step.checklist))
        return all(self.library.is_in(self.language.code, message, context(article, step)) for message in messages)

    def withheld(self, *, urgent: bool = False) -> Text:
        """What is said instead of something that may no longer be true: whom to ask; where there is danger, whom to call."""
        danger = self.danger() if urgent else ()
        return join([danger, self.say(wording.WITHHELD), self.tell.contact(self.library.pack.city.office)])

    def danger(self) -> Text:
        """The general emergency line. Shown whatever its age: in danger an old number beats none."""
        general = next(iter(self.library.pack.city.emergency.values()))[-1]
        return self.say(wording.WEB_DANGER, line=self.line(general))

    def line(self, contact: str) -> Text:
        """The phone number of an emergency contact, whatever its age."""
        return self.tell.shown(self.library.pack.facts[self.library.pack.contacts[contact].phone])

    def _body(self, article: Article, place: Place, near: Position | None) -> Text:
        step = article.steps[place.step]
        self.tell.require(self.library.grounds(step))
        said = self.tell.told(step.say, context(article, step))
        parts = [said, *self._contacts(self._nearest(step.contacts, near), near), *self._phrases(article, step)]
        if step.phrases and not flow.is_discreet(article, place):
            parts.append(self.say(wording.keeping.SHOW_HINT))
        parts += [told for event in step.events if (told := self.tell.event(event))]
        if step.events and len(parts) == 1:
            parts.append(self.say(wording.NO_EVENTS))
        if step.person:
            parts += self._contacts(self.library.pack.city.person)
        due = self.tell.due(self.library.facts_of(step))
        if due:
            parts.append(self.say(wording.CHECKED_ON, date=day(due.checked_on, self.language)))
        return join(parts)

    def _contacts(self, contacts: Iterable[str], near: Position | None = None) -> list[Text]:
        return [self.tell.contact(contact, near=near) for contact in contacts]

    def _nearest(self, contacts: Iterable[str], near: Position | None) -> list[str]:
        """*contacts*, the nearest first; those of which no place is known stay behind, in their order."""
        places = {contact: self.position(contact) for contact in contacts}
        if near is None:
            return list(places)
        far = float("inf")
        return sorted(places, key=lambda contact: between(near, place) if (place := places[contact]) else far)

    def position(self, contact: str) -> Position | None:
        """Where a contact is, when that is known and not past its date."""
        fact = self.library.pack.facts.get(self.library.pack.contacts[contact].address)
        return fact.at if fact and fact.age(self.today) != "expired" else None

    def _phrases(self, article: Article, step: Step) -> list[Text]:
        """Each phrase with its number: the newcomer's sentence above, the English one in bold below."""
        cards: list[Text] = []
        for number, phrase in enumerate(step.phrases, start=1):
            own, english = self.phrase(article, step, phrase)
            lines: list[Text] = [(Span(self.isolated(english), bold=True),)]
            if self.language.code != SOURCE:
                lines.insert(0, (Span(own),))
            cards.append((Span(f"{number}. "), *join(lines, "\n")))
        return cards

    def phrase(self, article: Article, step: Step, phrase: str) -> tuple[str, str]:
        """A sentence to show at a counter, in the newcomer's language and in English."""
        english = Teller(self.library, self.library.languages[SOURCE], self.now)
        return tuple(plain(tell.told(phrase, context(article, step))) for tell in (self.tell, english))  # type: ignore[return-value]

    def beginning(self, article: Article, step: Step, letters: int = BEGINNING) -> str:
        """The beginning of what a step says, plain, with “…” for its facts."""
        words = self.tell.words(step.say, context(article, step))
        return cut(" ".join(PLACEHOLDER.sub("…", words).replace("*", "").split()), letters)

    def due_facts(self, step: Step) -> list[Fact]:
        """The facts behind a step that are near their review, or past their date."""
        facts = (self.library.pack.facts[name] for name in self.library.facts_of(step))
        return [fact for fact in facts if fact.age(self.today) != "fresh"]

    # --- its buttons ---

    def choices(self, article: Article, step: Step) -> list[Button]:
        """The answers to a step's question."""
        return [
            Button(
                f"{choice.icon} {self.tell.words(choice.text, context(article, step))}".strip(),
                buttons.write(buttons.Choose(article.id, step.id, choice.id)),
            )
            for choice in step.choices
        ]

    def step_rows(self, article: Article, place: Place) -> Rows:
        """A step's buttons: its answers or ticks, what can be kept, on, back, skip, menu, a person, where it is known from."""
        step = article.steps[place.step]
        stands = self.stands(step)
        ticks = self._ticks(article, step, place) if stands else []
        rows: list[tuple[Button, ...]] = [(button,) for button in (*self.choices(article, step), *ticks)]
        rows += self._keeps(article, place) if stands else ()
        rows += [(self.open(named),) for named in self.library.named_in(article, step).values()] if stands else []
        ways: list[Button] = []
        if place.trail:
            ways.append(self.button(self.arrows[0], wording.BACK, buttons.Back(article.id, step.id)))
        if step.optional:
            ways.append(self.button("⏭", wording.SKIP, buttons.Skip(article.id, step.id)))
        if not step.choices:
            last = flow.is_last(step)
            icon, sentence = ("✅", wording.FINISH) if last else (self.arrows[1], wording.NEXT)
            ways.append(self.button(icon, sentence, buttons.Next(article.id, step.id)))
        out = list(self.ways_out())
        if self.library.facts_of(step):
            out.append(self.button("ℹ️", wording.SOURCE, buttons.Source(article.id, step.id)))
        return (*rows, *((tuple(ways),) if ways else ()), tuple(out))

    def _ticks(self, article: Article, step: Step, place: Place) -> list[Button]:
        """A line each for what can be ticked: things to bring, or the papers somebody has."""
        lines = [(item.id, self.tell.words(item.text, context(article, step))) for item in step.checklist]
        lines += [(paper, self.tell.paper(paper)) for paper in self.library.papers_of(step)]
        return [
            Button(
                f"{'☑️' if flow.is_ticked(place, item) else '⬜'} {text}",
                buttons.write(buttons.Tick(article.id, step.id, item)),
            )
            for item, text in lines
        ]

    def open(self, article: Article) -> Button:
        """The button that begins an article."""
        return Button(self.title(article), buttons.write(buttons.Open(article.id)))

    def stands(self, step: Step) -> bool:
        """Whether everything that a step rests upon still holds."""
        try:
            self.tell.require(self.library.grounds(step))
        except Withheld:
            return False
        return True

    def _keeps(self, article: Article, place: Place) -> Rows:
        """The way to what one can keep of a step: pictures of its phrases, its places, its days.

        Of what nobody else should see nothing is kept.
        """
        step = article.steps[place.step]
        if flow.is_discreet(article, place):
            return ()
        if step.phrases:
            pictures = [
                Button(f"🖼 {number}", buttons.write(buttons.Keep(article.id, step.id, f"p{number}")))
                for number in range(1, len(step.phrases) + 1)
            ]
            across = len(pictures) if len(pictures) <= MOST_ACROSS else SOME_ACROSS
            return tuple(tuple(pictures[start : start + across]) for start in range(0, len(pictures), across))
        if step.contacts or step.events:
            return ((self.button("📌", wording.keeping.KEEP, buttons.Keep(article.id, step.id, "")),),)
        return ()

    def hide_row(self) -> tuple[Button, ...]:
        """Take everything off the screen."""
        return (self.button("🙈", wording.HIDE, buttons.Hide()),)

    def ways_out(self) -> tuple[Button, ...]:
        """Menu and a person: under everything."""
        return (
            self.button("☰", wording.TO_MENU, buttons.Menu()),
            self.button("🧑", wording.PERSON, buttons.Person()),
        )


def context(article: Article, step: Step) -> str:
    """Under which context a step's texts stand in the catalogs."""
    return f"{article.id}.{step.id}"
