"""The content in memory, immutable: articles by id, by intent and by search, in every language, with facts filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.catalogs import SOURCE, Catalogs, Language
from bot.knowledge.article import Article, Contact, Fact, Pack
from bot.knowledge.search import Hit, Index
from bot.knowledge.showing import show
from bot.richtext import PLACEHOLDER, Span, Text, Value, fill, join


class Withheld(Exception):
    """A fact is past its date and may not be shown."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


@dataclass(frozen=True, repr=False)
class Library:
    """One city's content and the languages it can be told in."""

    pack: Pack
    catalogs: Catalogs
    languages: Mapping[str, Language]
    _index: Index = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        phrases = {
            language: {article.id: self._phrases(article, language) for article in self.pack.articles.values()}
            for language in self.languages
        }
        object.__setattr__(self, "_index", Index(phrases))

    def _phrases(self, article: Article, language: str) -> list[str]:
        texts = [self.words(language, article.title, article.id)]
        keywords = self.words(language, ", ".join(article.keywords), article.id)
        return texts + [word for chunk in keywords.split("،") for word in chunk.replace("፣", ",").split(",")]

    def article(self, article_id: str) -> Article | None:
        """The article of that id, or ``None`` when it is gone."""
        return self.pack.articles.get(article_id)

    def by_intent(self, intent: str) -> Article | None:
        """The article an intent stands for; ``None`` for dialogue intents."""
        return self.pack.articles.get(intent.replace("_", "-"))

    def search(self, text: str, language: str) -> list[Hit]:
        """Articles whose words fit *text*, in *language* and in English (people mix)."""
        return self._index.search(text, (language, SOURCE))

    def words(self, language: str, message: str, context: str = "") -> str:
        """*message* in *language*; in English while nobody has translated it."""
        return self.catalogs.get(language, message, context)

    def told(self, language: str, message: str, context: str, today: date) -> Text:
        """An article's text in *language* with its facts filled in. Raises `Withheld` when one is past its date."""
        words = self.words(language, message, context)
        values: dict[str, Value] = {
            name: self.fact(name.removeprefix("fact:"), language, today) for name in PLACEHOLDER.findall(words)
        }
        return fill(words, values)

    def fact(self, fact_id: str, language: str, today: date) -> Text:
        """A fact's value in *language*. Raises `Withheld` when it is past its date."""
        fact = self.pack.facts[fact_id]
        if fact.age(today) == "expired":
            raise Withheld(fact_id)
        return self.shown(fact, language)

    def shown(self, fact: Fact, language: str) -> Text:
        """A fact's value in *language*, whatever its age."""
        return show(fact, self.languages[language])

    def contact(self, contact_id: str, language: str, today: date) -> Text:
        """Name, phone, hours, address and page of a contact, a line each; what is past its date is left out."""
        contact = self.pack.contacts[contact_id]
        lines: list[Text] = [(Span(contact.name, bold=True),)]
        for icon, fact_id in self._parts(contact):
            try:
                lines.append((Span(f"{icon} "), *self.fact(fact_id, language, today)))
            except Withheld:
                continue
        return join(lines, "\n")

    @staticmethod
    def _parts(contact: Contact) -> list[tuple[str, str]]:
        parts = (("☎️", contact.phone), ("🕒", contact.hours), ("📍", contact.address), ("🌐", contact.url))
        return [(icon, fact) for icon, fact in parts if fact]

    def due(self, facts: tuple[str, ...], today: date) -> Fact | None:
        """The one of *facts* that was checked longest ago, if its review is due."""
        due = [fact for name in facts if (fact := self.pack.facts[name]).age(today) == "due"]
        return min(due, key=lambda fact: fact.checked_on, default=None)
