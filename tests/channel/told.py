"""What the bot should say, word for word, in a language: from the catalogs, never from literals in tests."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot import wording
from bot.conversation.guide import Guide
from bot.conversation.stepping import context
from bot.conversation.voice import Voice
from bot.knowledge.article import Article, Step
from bot.knowledge.telling import Withheld
from bot.richtext import Value, plain
from bot.wording import Sentence
from tests.botapi import Person


@dataclass(frozen=True)
class Told:
    """One language."""

    guide: Guide
    language: str

    @property
    def voice(self) -> Voice:
        return self.guide.voice(self.language, datetime.now(UTC))

    def __call__(self, sentence: Sentence, **values: Value) -> str:
        """A sentence of the bot's own."""
        return plain(self.voice.say(sentence, **values))

    @property
    def greeting(self) -> str:
        return self(wording.GREETING, city=self.voice.city)

    @property
    def name(self) -> str:
        """How the language calls itself."""
        return self.guide.library.languages[self.language].name

    def answer(self, name: str) -> str:
        """What people type in this language for ``yes``, ``no``, ``next`` …: the longest that means nothing else."""
        lists = self.guide.library.languages[self.language].answers
        others = frozenset().union(*(words for other, words in lists.items() if other != name))
        return max(lists[name] - others, key=lambda words: (len(words), words))

    def article(self, article: str) -> Article:
        found = self.guide.library.article(article)
        assert found is not None
        return found

    def title(self, article: str) -> str:
        return self.voice.title(self.article(article), icon=False)

    def group(self, article: str) -> str:
        """The heading of the menu that *article* stands under."""
        found = next(g for g in self.guide.library.pack.city.groups if g.id == self.article(article).group)
        return f"{found.icon} {self.voice.group(found)}"

    def step(self, article: str, step: str) -> str:
        """What a step says; when one of its facts is too old by now, what is said instead."""
        owner = self.article(article)
        try:
            self.voice.tell.require(self.guide.library.grounds(owner.steps[step]))
            said = self.voice.tell.told(owner.steps[step].say, _at(owner, step))
        except Withheld:
            return self(wording.WITHHELD)
        return plain(said).strip()

    def choice(self, article: str, step: str, choice: str) -> str:
        owner = self.article(article)
        text = next(entry.text for entry in owner.steps[step].choices if entry.id == choice)
        return self.guide.library.words(self.language, text, _at(owner, step))

    def item(self, article: str, step: str, item: str) -> str:
        owner = self.article(article)
        text = next(entry.text for entry in owner.steps[step].checklist if entry.id == item)
        return self.guide.library.words(self.language, text, _at(owner, step))

    def paper(self, paper: str) -> str:
        return self.voice.tell.paper(paper)

    def phrases(self, article: str, step: str) -> list[str]:
        """The sentences of a phrase card in this language and in English."""
        owner = self.article(article)
        languages = dict.fromkeys((self.language, "en"))
        return [
            self.guide.library.words(language, phrase, _at(owner, step))
            for phrase in owner.steps[step].phrases
            for language in languages
        ]


def _at(article: Article, step: str) -> str:
    found: Step = article.steps[step]
    return context(article, found)


async def chooses(person: Person, told: Told, article: str) -> None:
    """From the menu: the heading, then the topic."""
    person.presses(told.group(article))
    await person.expect(told.group(article))
    person.presses(told.title(article))
