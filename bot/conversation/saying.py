"""Says the bot's own sentences in one language, and writes them on buttons."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.catalogs import Language
from bot.conversation import buttons
from bot.conversation.words import Button
from bot.knowledge.article import Article, Group
from bot.knowledge.library import Library
from bot.knowledge.telling import Teller
from bot.richtext import ISOLATE_END, ISOLATE_LTR, Text, Value, plain
from bot.wording import Sentence

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Saying:
    """A language at a moment, in the city's time."""

    library: Library
    language: Language
    now: datetime

    @property
    def tell(self) -> Teller:
        """Tells facts in this language."""
        return Teller(self.library, self.language, self.now)

    @property
    def today(self) -> date:
        """The date in the city."""
        return self.now.date()

    @property
    def arrows(self) -> tuple[str, str]:
        """Back and on, in the direction of reading."""
        return ("▶", "◀") if self.language.rtl else ("◀", "▶")

    @property
    def city(self) -> str:
        """The city's name; it is not translated, so it keeps its own direction."""
        return self.isolated(self.library.pack.city.name)

    def say(self, sentence: Sentence, **values: Value) -> Text:
        """A sentence of the bot's own."""
        return self.tell.say(sentence, **values)

    def group(self, group: Group) -> str:
        """A heading of the menu."""
        return self.tell.words(group.title, "city")

    def language_name(self, code: str) -> str:
        """What the language *code* is called in this one."""
        own = self.library.languages.get(code)
        return str(self.language.locale.languages.get(code, "")) or (own.name if own else code)

    def title(self, article: Article, *, icon: bool = True) -> str:
        """An article's title, as on buttons."""
        title = self.tell.words(article.title, article.id)
        return f"{article.icon} {title}" if icon else title

    def button(self, icon: str, sentence: Sentence, press: buttons.Press, **values: Value) -> Button:
        """A button that says *sentence*."""
        return Button(f"{icon} {plain(self.say(sentence, **values))}".strip(), buttons.write(press))

    def isolated(self, text: str) -> str:
        """Latin text or numbers, kept in their own direction among right-to-left words."""
        return f"{ISOLATE_LTR}{text}{ISOLATE_END}" if self.language.rtl else text


def cut(text: str, letters: int) -> str:
    """*text*, or its beginning up to the end of a word."""
    return text if len(text) <= letters else f"{text[:letters].rsplit(' ', 1)[0]} …"
