"""Says things in one language: the bot's own sentences, steps of articles, menus, and the buttons beneath them.

Decides nothing about the conversation; `bot.conversation.respond` decides what is said, this says it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot import wording
from bot.catalogs import SOURCE, Language
from bot.conversation import buttons, flow
from bot.conversation.state import Place
from bot.conversation.words import Button
from bot.knowledge.article import Article, Fact, Group, Step
from bot.knowledge.library import Library, Withheld
from bot.knowledge.showing import day
from bot.richtext import ISOLATE_END, ISOLATE_LTR, PLACEHOLDER, Span, Text, Value, fill, join, plain
from bot.wording import Sentence

Rows = tuple[tuple[Button, ...], ...]

BEGINNING = 80
"""Letters of a step that tell which one it is."""
FLAT_MENU = 8
"""Up to this many articles stand in the menu itself; more are put into groups."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A language on a day."""

    library: Library
    language: Language
    today: date

    @property
    def _arrows(self) -> tuple[str, str]:
        """Back and on, in the direction of reading."""
        return ("▶", "◀") if self.language.rtl else ("◀", "▶")

    # --- sentences ---

    @property
    def city(self) -> str:
        """The city's name; it is not translated, so it keeps its own direction."""
        return _isolated(self.library.pack.city.name, self.language)

    def say(self, sentence: Sentence, **values: Value) -> Text:
        """A sentence of the bot's own."""
        return fill(self.library.words(self.language.code, sentence), values)

    def group(self, group: Group) -> str:
        """A heading of the menu."""
        return self.library.words(self.language.code, group.title, "city")

    def language_name(self, code: str) -> str:
        """What the language *code* is called in this one."""
        own = self.library.languages.get(code)
        return str(self.language.locale.languages.get(code, "")) or (own.name if own else code)

    def title(self, article: Article, *, icon: bool = True) -> str:
        """An article's title, as on buttons."""
        title = self.library.words(self.language.code, article.title, article.id)
        return f"{article.icon} {title}" if icon else title

    def button(self, icon: str, sentence: Sentence, press: buttons.Press, **values: Value) -> Button:
        """A button that says *sentence*."""
        return Button(f"{icon} {plain(self.say(sentence, **values))}".strip(), buttons.write(press))

    def summary(self, article: Article) -> Text:
        """An article's title and what it is about, in one line."""
        about = self.library.words(self.language.code, article.summary, article.id)
        return join([(Span(self.title(article), bold=True),), (Span(about),)], "\n")

    # --- steps ---

    def step(self, article: Article, place: Place) -> Text:
        """The step at *place*: where one is, what it says, and what it shows."""
        step = article.steps[place.step]
        done = flow.progress(article, place)
        count = _isolated(f"{done.step}/{done.steps}", self.language)
        heading: Text = (Span(f"{self.title(article)} · {count}", bold=True),)
        try:
            body = self._body(article, step)
        except Withheld:
            office = self.library.contact(self.library.pack.city.office, self.language.code, self.today)
            body = join([self.say(wording.WITHHELD), office])
        return join([heading, body])

    def _body(self, article: Article, step: Step) -> Text:
        said = self.library.told(self.language.code, step.say, context(article, step), self.today)
        parts = [said, *self._contacts(step.contacts), *self._phrases(article, step)]
        if step.person:
            parts += self._contacts(self.library.pack.city.person)
        due = self.library.due(self._facts(step), self.today)
        if due:
            parts.append(self.say(wording.CHECKED_ON, date=day(due.checked_on, self.language)))
        return join(parts)

    def _contacts(self, contacts: Iterable[str]) -> list[Text]:
        return [self.library.contact(contact, self.language.code, self.today) for contact in contacts]

    def _phrases(self, article: Article, step: Step) -> list[Text]:
        """The newcomer's sentence above, the English one in bold below."""
        cards: list[Text] = []
        for phrase in step.phrases:
            english = self.library.told(SOURCE, phrase, context(article, step), self.today)
            card: list[Text] = [(Span(_isolated(plain(english), self.language), bold=True),)]
            if self.language.code != SOURCE:
                card.insert(0, self.library.told(self.language.code, phrase, context(article, step), self.today))
            cards.append(join(card, "\n"))
        return cards

    def beginning(self, article: Article, step: Step, letters: int = BEGINNING) -> str:
        """The beginning of what a step says, plain, with “…” for its facts."""
        words = self.library.words(self.language.code, step.say, context(article, step))
        return cut(" ".join(PLACEHOLDER.sub("…", words).replace("*", "").split()), letters)

    def due_facts(self, step: Step) -> list[Fact]:
        """The facts a step shows that are past their review, or past their date."""
        return [
            fact for name in self._facts(step) if (fact := self.library.pack.facts[name]).age(self.today) != "fresh"
        ]

    def _facts(self, step: Step) -> tuple[str, ...]:
        named = [name.removeprefix("fact:") for name in PLACEHOLDER.findall(step.say)]
        shown = [fact for name in step.contacts for fact in self.library.pack.contacts[name].facts]
        return (*named, *shown)

    def choices(self, article: Article, step: Step) -> list[Button]:
        """The answers to a step's question."""
        return [
            Button(
                f"{choice.icon} {self.library.words(self.language.code, choice.text, context(article, step))}".strip(),
                buttons.write(buttons.Choose(article.id, step.id, choice.id)),
            )
            for choice in step.choices
        ]

    def step_rows(self, article: Article, place: Place) -> Rows:
        """A step's buttons: its answers or ticks, on, back, skip, menu and a person."""
        step = article.steps[place.step]
        rows = [(button,) for button in (*self.choices(article, step), *self._ticks(article, step, place))]
        ways: list[Button] = []
        if place.trail:
            ways.append(self.button(self._arrows[0], wording.BACK, buttons.Back(article.id, step.id)))
        if step.optional:
            ways.append(self.button("⏭", wording.SKIP, buttons.Skip(article.id, step.id)))
        if not step.choices:
            last = flow.is_last(step)
            icon, sentence = ("✅", wording.FINISH) if last else (self._arrows[1], wording.NEXT)
            ways.append(self.button(icon, sentence, buttons.Next(article.id, step.id)))
        return (*rows, tuple(ways), self.ways_out()) if ways else (*rows, self.ways_out())

    def _ticks(self, article: Article, step: Step, place: Place) -> list[Button]:
        return [
            Button(
                f"{'☑️' if flow.is_ticked(place, item.id) else '⬜'} "
                f"{self.library.words(self.language.code, item.text, context(article, step))}",
                buttons.write(buttons.Tick(article.id, step.id, item.id)),
            )
            for item in step.checklist
        ]

    # --- menus ---

    def ways_out(self) -> tuple[Button, ...]:
        """Menu and a person: under everything."""
        return (
            self.button("☰", wording.TO_MENU, buttons.Menu()),
            self.button("🧑", wording.PERSON, buttons.Person()),
        )

    def menu_rows(self, group: str = "") -> Rows:
        """All articles, or the groups when there are many, or one group's articles; then language and a person."""
        city, articles = self.library.pack.city, list(self.library.pack.articles.values())
        if group:
            rows = [(self.open(article),) for article in articles if article.group == group]
            return (*rows, self.ways_out())
        if len(articles) <= FLAT_MENU:
            order = [entry.id for entry in city.groups]
            rows = [(self.open(article),) for article in sorted(articles, key=lambda a: order.index(a.group))]
        else:
            rows = [
                (Button(f"{g.icon} {self.group(g)}", _menu(g.id)),)
                for g in city.groups
                if any(article.group == g.id for article in articles)
            ]
        speak = self.button("🌐", wording.LANGUAGE, buttons.Speak())
        return (*rows, (speak, self.button("🧑", wording.PERSON, buttons.Person())))

    def open(self, article: Article) -> Button:
        """The button that begins an article."""
        return Button(self.title(article), buttons.write(buttons.Open(article.id)))

    def offered_rows(self, articles: Iterable[Article]) -> Rows:
        """Some articles to choose from, and none of them."""
        rows = [(self.open(article),) for article in articles]
        return (*rows, (self.button("❌", wording.NONE_OF_THESE, buttons.Neither()),), self.ways_out())

    def language_rows(self) -> Rows:
        """The languages of the city, each by its own name, two in a row."""
        names = [
            Button(self.library.languages[code].name, buttons.write(buttons.Speak(code)))
            for code in self.library.pack.city.languages
        ]
        return tuple(tuple(names[start : start + 2]) for start in range(0, len(names), 2))

    def pick_language(self) -> Text:
        """“Choose your language”, once in every language."""
        lines: list[Text] = [
            (Span(self.library.words(code, wording.PICK_LANGUAGE)),) for code in self.library.pack.city.languages
        ]
        return (Span("🌐 "), *join(lines, "\n"))

    def return_row(self, article: Article) -> tuple[Button, ...]:
        """The way back to a flow that was left for a side question."""
        return (self.button("↩️", wording.RETURN_TO, buttons.Continue(article.id), article=self.title(article)),)

    def continue_rows(self, article: Article) -> Rows:
        """Go on, start over, or something else."""
        return (
            (self.button(self._arrows[1], wording.CONTINUE, buttons.Continue(article.id)),),
            (self.button("🔄", wording.START_OVER, buttons.Restart(article.id)),),
            self.ways_out(),
        )

    def safe_rows(self) -> Rows:
        """Under an emergency answer."""
        return ((self.button("✅", wording.SAFE_GO_ON, buttons.Continue()),),)

    def ask_row(self, reason: str) -> tuple[Button, ...]:
        """A person, because of what was just said."""
        return (self.button("🧑", wording.PERSON, buttons.Ask(reason)),)

    def end_rows(self, case: int) -> Rows:
        """Back from a helper to the bot."""
        return ((self.button("↩️", wording.handing.END_HELP, buttons.Decline(str(case))),),)

    def forget_rows(self) -> Rows:
        """Delete, or keep."""
        return (
            (self.button("🗑", wording.YES_DELETE, buttons.Forget("yes")),),
            (self.button("↩️", wording.NO_KEEP, buttons.Forget("no")),),
        )

    def people(self) -> Text:
        """The people someone can turn to, with their numbers."""
        return join([self.say(wording.PEOPLE), *self._contacts(self.library.pack.city.person)])

    def line(self, contact: str) -> Text:
        """The phone number of a contact. Shown whatever its age: in danger an old number beats none."""
        fact = self.library.pack.facts[self.library.pack.contacts[contact].phone]
        return self.library.shown(fact, self.language.code)


def context(article: Article, step: Step) -> str:
    """Under which context a step's texts stand in the catalogs."""
    return f"{article.id}.{step.id}"


def cut(text: str, letters: int) -> str:
    """*text*, or its beginning up to the end of a word."""
    return text if len(text) <= letters else f"{text[:letters].rsplit(' ', 1)[0]} …"


def _menu(group: str) -> str:
    return buttons.write(buttons.Menu(group))


def _isolated(text: str, language: Language) -> str:
    return f"{ISOLATE_LTR}{text}{ISOLATE_END}" if language.rtl else text
