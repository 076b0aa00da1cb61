"""Speaks on the pages of helpers, in one language at one moment: sentences, names, times. For the templates."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_decimal

from bot import wording
from bot.conversation.guide import Guide
from bot.conversation.voice import Voice
from bot.handoff.case import Case
from bot.helping.telling import label
from bot.knowledge.article import Article, Step
from bot.knowledge.showing import day, moment, span
from bot.richtext import Text, Value, plain
from bot.wording import Sentence, helping


@dataclass(frozen=True)
class Speech:
    """A language and a moment."""

    guide: Guide
    code: str
    now: datetime

    @property
    def voice(self) -> Voice:
        """The same for the bot's own sentences."""
        return self.guide.voice(self.code, self.now)

    @property
    def language(self) -> str:
        """The language that is really spoken."""
        return self.voice.language.code

    @property
    def dir(self) -> str:
        """Its direction."""
        return "rtl" if self.voice.language.rtl else "ltr"

    @property
    def zone(self) -> str:
        """The city's time zone."""
        return self.guide.library.pack.city.timezone

    @property
    def languages(self) -> dict[str, str]:
        """The city's languages, each by its own name."""
        library = self.guide.library
        return {code: library.languages[code].name for code in library.pack.city.languages}

    def say(self, sentence: Sentence, **values: Value) -> str:
        """A sentence."""
        return plain(self.voice.say(sentence, **values))

    def text(self, sentence: Sentence, **values: Value) -> Text:
        """A sentence with its shape."""
        return self.voice.say(sentence, **values)

    def danger(self) -> Text:
        """Whom to call in danger."""
        emergency = self.guide.library.pack.city.emergency
        line = next(iter(emergency.values()))[-1]
        return self.text(wording.pages.DANGER, line=self.voice.line(line))

    # --- names ---

    def tongue(self, code: str) -> str:
        """What a language is called."""
        return self.voice.language_name(code)

    def level(self, level: str) -> str:
        """How well somebody speaks."""
        sentences = {"native": helping.LEVEL_NATIVE, "fluent": helping.LEVEL_FLUENT, "some": helping.LEVEL_SOME}
        return self.say(sentences[level])

    def label(self, case: Case) -> str:
        """A case's short name."""
        return label(case)

    def title(self, article_id: str) -> str:
        """An article; “not known yet” without one."""
        article = self.guide.library.article(article_id)
        return self.voice.title(article) if article else self.say(helping.NO_ARTICLE)

    def step(self, article: Article, step: Step) -> str:
        """The beginning of a step."""
        return self.voice.beginning(article, step, 60)

    # --- times and numbers ---

    def since(self, at: datetime | None) -> str:
        """How long ago."""
        return self.span(self.now - at) if at else ""

    def span(self, length: timedelta) -> str:
        """A length of time."""
        return span(length, self.voice.language.locale)

    def when(self, at: datetime) -> str:
        """A time today, or a day of the week and a time."""
        local = at.astimezone(ZoneInfo(self.zone))
        if local.date() == self.now.astimezone(ZoneInfo(self.zone)).date():
            return str(format_time(local.time(), "short", locale=self.voice.language.locale))
        return moment(at, self.zone, self.voice.language.locale)

    def date(self, at: datetime | date) -> str:
        """A date in words."""
        return day(at.astimezone(ZoneInfo(self.zone)).date() if isinstance(at, datetime) else at, self.voice.language)

    def week(self, at: datetime) -> str:
        """The first day of that week: nobody needs to know more of when a volunteer was here."""
        local = at.astimezone(ZoneInfo(self.zone)).date()
        first = local - timedelta(days=local.weekday())
        return str(format_date(first, "medium", locale=self.voice.language.locale))

    def hour(self, hour: int) -> str:
        """An hour of the day."""
        return str(format_time(time(hour), "short", locale=self.voice.language.locale))

    def days(self, width: str = "abbreviated") -> list[str]:
        """The days of the week, Monday first."""
        names = get_day_names("wide" if width == "wide" else "abbreviated", "stand-alone", self.voice.language.locale)
        return [str(names[number]) for number in range(7)]

    def number(self, number: int) -> str:
        """A number."""
        return str(format_decimal(number, locale=self.voice.language.locale))
