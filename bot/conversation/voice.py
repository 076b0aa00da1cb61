"""The voice of the bot in one language at a moment: its sentences, the steps of articles, menus, and all buttons.

Decides nothing about the conversation; `bot.conversation.respond` decides what is said, this says it.
"""

from collections.abc import Iterable

from bot import wording
from bot.conversation import buttons
from bot.conversation.saying import Rows
from bot.conversation.stepping import Stepping
from bot.conversation.words import Button
from bot.knowledge.article import Article
from bot.richtext import Span, Text, join

FLAT_MENU = 8
"""Up to this many articles stand in the menu itself; more are put into groups."""


class Voice(Stepping):
    """Menus and the other questions beside those of steps."""

    __slots__ = ()

    def menu_rows(self, group: str = "") -> Rows:
        """All articles, or the groups when there are many, or one group's articles; then language and a person."""
        groups = [(entry, self.library.under(entry)) for entry in self.library.pack.city.groups]
        if group:
            listed = [article for entry, articles in groups if entry.id == group for article in articles]
            return (*((self.open(article),) for article in listed), self.ways_out())
        if len(self.library.pack.articles) <= FLAT_MENU:
            rows = [(self.open(article),) for _, articles in groups for article in articles]
        else:
            rows = [(Button(f"{g.icon} {self.group(g)}", _menu(g.id)),) for g, articles in groups if articles]
        speak = self.button("🌐", wording.LANGUAGE, buttons.Speak())
        return (*rows, (speak, self.button("🧑", wording.PERSON, buttons.Person())))

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
            (self.button(self.arrows[1], wording.CONTINUE, buttons.Continue(article.id)),),
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


def _menu(group: str) -> str:
    return buttons.write(buttons.Menu(group))
