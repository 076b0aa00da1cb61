"""The content in memory, immutable: articles by id, by intent and by search, in every language, with facts filled in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.catalogs import SOURCE, Catalogs, Language
from bot.knowledge.article import Article, Group, Pack, Step
from bot.knowledge.search import Hit, Index, Words
from bot.richtext import PLACEHOLDER

BOLD = re.compile(r"\*([^*\n]+)\*")
COMMA = re.compile("[,،፣፤、，]")
"""What parts the keywords of a translation, in any script."""


@dataclass(frozen=True, repr=False)
class Library:
    """One city's content and the languages it can be told in."""

    pack: Pack
    catalogs: Catalogs
    languages: Mapping[str, Language]
    _index: Index = field(init=False, repr=False, compare=False)
    _by_title: Mapping[str, Article] = field(init=False, repr=False, compare=False)
    _by_keyword: Mapping[str, Article] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        articles = self.pack.articles.values()
        object.__setattr__(self, "_index", Index(self._searchable))
        object.__setattr__(self, "_by_title", {article.title: article for article in articles})
        keywords = {word.casefold(): article for article in articles for word in article.keywords}
        object.__setattr__(self, "_by_keyword", keywords)

    def _searchable(self, language: str) -> dict[str, Words]:
        return {article.id: self._phrases(article, language) for article in self.pack.articles.values()}

    def _phrases(self, article: Article, language: str) -> Words:
        """All that *article* can be found by in *language*."""

        def told(message: str) -> str:
            return PLACEHOLDER.sub(" ", self.words(language, message, article.id))

        keywords = COMMA.split(told(", ".join(article.keywords)))
        return Words(
            told(article.title),
            tuple(word for keyword in keywords if (word := keyword.strip())),
            told(article.summary),
            "\n".join(told(message) for step in article.steps.values() for message in _messages(step)),
        )

    def article(self, article_id: str) -> Article | None:
        """The article of that id, or ``None`` when it is gone."""
        return self.pack.articles.get(article_id)

    def successor(self, article_id: str) -> Article | None:
        """The article of that id, or the one that had it before."""
        found = self.article(article_id)
        return found or next((one for one in self.pack.articles.values() if article_id in one.formerly), None)

    def under(self, group: Group) -> list[Article]:
        """The articles under a heading of the menu, in its order."""
        listed = [article for article in self.pack.articles.values() if article.group == group.id]
        order = {name: place for place, name in enumerate(group.order)}
        return sorted(listed, key=lambda article: (order.get(article.id, len(order)), article.id))

    def by_intent(self, intent: str) -> Article | None:
        """The article an intent stands for; ``None`` for dialogue intents."""
        return self.pack.articles.get(intent.replace("_", "-"))

    def search(self, text: str, language: str) -> list[Hit]:
        """Articles whose words fit *text*, in *language* and in English (people mix)."""
        return self._index.search(text, (language, SOURCE))

    def words(self, language: str, message: str, context: str = "") -> str:
        """*message* in *language*; in English while nobody has translated it."""
        return self.catalogs.get(language, message, context)

    def is_in(self, language: str, message: str, context: str = "") -> bool:
        """Whether *message* has words in *language* that are neither missing nor outdated."""
        found = self.catalogs.find(language, message, context)
        return found is not None and not found.fuzzy

    def named_in(self, article: Article, step: Step) -> dict[str, Article]:
        """The other articles that a step tells people to open, by the words it names them with: a title, or a word to write."""
        found: dict[str, Article] = {}
        for bold in BOLD.findall(step.say):
            by_word = self._by_keyword.get(bold.casefold()) if f"to me: *{bold}*" in step.say else None
            named = self._by_title.get(bold) or by_word
            if named and named is not article:
                found[bold] = named
        return found

    def grounds(self, step: Step) -> tuple[str, ...]:
        """Ids of the facts that a step's words rest upon: when one of them no longer holds, nor do the words."""
        texts = [step.say, *(choice.text for choice in step.choices), *(item.text for item in step.checklist)]
        named = [name for text in (*texts, *step.phrases) for name in PLACEHOLDER.findall(text)]
        found = [name.removeprefix("fact:") for name in named] + list(step.based_on)
        found += [step.papers, *self.papers_of(step)] if step.papers else []
        return tuple(dict.fromkeys(found))

    def facts_of(self, step: Step) -> tuple[str, ...]:
        """Ids of every fact behind a step: its grounds, and what its contacts and events show."""
        found = list(self.grounds(step))
        found += [fact for name in step.contacts for fact in self.pack.contacts[name].facts]
        found += [fact for name in step.events for fact in self.pack.events[name].facts]
        return tuple(dict.fromkeys(found))

    def papers_of(self, step: Step) -> tuple[str, ...]:
        """Ids of the papers a step asks about."""
        return self.pack.facts[step.papers].papers if step.papers else ()


def _messages(step: Step) -> tuple[str, ...]:
    """What a step says and the buttons under it."""
    return (step.say, *(choice.text for choice in step.choices), *(item.text for item in step.checklist))
