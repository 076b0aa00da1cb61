"""Tells a newcomer what became of their wish for a person. Decides nothing: it says the news of `bot.handoff`.

All news of one moment are one message, with the buttons that fit the case as it is now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list

from bot.conversation import buttons
from bot.conversation.guide import Guide
from bot.conversation.saying import Rows
from bot.conversation.voice import Voice
from bot.conversation.words import Button, Words
from bot.handoff.case import Case, What
from bot.handoff.waits import Wait
from bot.knowledge.showing import moment, span
from bot.richtext import Span, Text, join
from bot.wording import Sentence, handing

FACES = (("3", "🙂"), ("2", "😐"), ("1", "🙁"))
SOON_SECONDS = 300
"""“Here again in five minutes” is “busy now”."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known about the wait.

    ``wait``: how long others waited in this language; ``next_here``: when somebody who fits is here again; ``languages``:
    in which others somebody is here now; ``helper_back``: when the case's own helper is; ``helper_language``: what the two
    speak, if it is not the newcomer's first language.
    """

    wait: Wait | None = None
    next_here: datetime | None = None
    languages: tuple[str, ...] = ()
    helper_back: datetime | None = None
    helper_language: str = ""


def tell(whats: Sequence[What], case: Case, outlook: Outlook, guide: Guide, now: datetime) -> Words | None:
    """The news *whats* for the newcomer of *case*, in their language; ``None`` when there is nothing to say."""
    teller = _Teller(case, outlook, guide, now)
    parts = [part for what in dict.fromkeys(whats) for part in teller.parts(what)]
    if not parts:
        return None
    return Words(join(parts), teller.voice.language.code, teller.rows(whats))


class _Teller:
    """One case at one moment."""

    def __init__(self, case: Case, outlook: Outlook, guide: Guide, now: datetime) -> None:
        self.case, self.outlook, self.guide, self.now = case, outlook, guide, now
        self.voice: Voice = guide.voice(case.language, now)

    def _say(self, sentence: Sentence, **values: str) -> Text:
        return self.voice.say(sentence, **values)

    def parts(self, what: What) -> list[Text]:  # noqa: C901, PLR0912  (one case for each kind of news)
        """The paragraphs that *what* needs."""
        match what:
            case "consent":
                return self._consent()
            case "waiting":
                return [self._say(handing.LOOKING), self._wait()]
            case "still-waiting":
                return [self._say(handing.STILL_LOOKING), self._wait()]
            case "nobody-here":
                return [self._say(handing.NOBODY_HERE), self._next_here(), self._until_then(), self._numbers()]
            case "other-language":
                return [self._say(handing.OTHER_LANGUAGE)] if self.outlook.languages else []
            case "found":
                other = self.outlook.helper_language
                more = [self._say(handing.FOUND_LANGUAGE, language=self._language(other))] if other else []
                return [self._say(handing.FOUND), *more]
            case "passed-on":
                return [self._say(handing.PASSED_ON)]
            case "away":
                back = self.outlook.helper_back
                if back is None:
                    return [self._say(handing.HELPER_AWAY_UNKNOWN)]
                return [self._say(handing.HELPER_AWAY, when=self._moment(back))]
            case "given-back":
                return [self._say(handing.GIVEN_BACK), self._say(handing.HOW_WAS_IT)]
            case "closed":
                return [self._say(handing.CLOSED), self._say(handing.HOW_WAS_IT)]
            case "withdrawn":
                return [self._say(handing.WITHDRAWN)]
            case "not-asked":
                return [self._say(handing.NOT_ASKED)]
            case "expired":
                return [self._say(handing.EXPIRED), self._numbers()]
            case "rated":
                return [self._say(handing.RATED)]
            case _:
                raise ValueError(f"not for newcomers: {what}")

    def rows(self, whats: Sequence[What]) -> Rows:
        """The buttons under it: what one can do about the case now."""
        number = str(self.case.id)
        if "consent" in whats:
            return self._consent_rows(number)
        if self.case.in_charge:
            return self.voice.end_rows(self.case.id)
        if self.case.looking:
            return (*self._language_rows(number, whats), self._stop_row(number), self.voice.ways_out()[:1])
        if "closed" in whats or "given-back" in whats:
            again = self.voice.button("🔁", handing.SAME_AGAIN, buttons.Again(number))
            faces = tuple(Button(icon, buttons.write(buttons.Rate(number, face))) for face, icon in FACES)
            return (faces, (again,), self.voice.ways_out()[:1])
        return self.voice.menu_rows()

    # --- consent ---

    def _consent(self) -> list[Text]:
        case = self.case
        seen = [self._say(handing.SEES_LANGUAGE, language=self._language(case.language))]
        article = self.guide.library.article(case.article)
        if article:
            seen.append(self._say(handing.SEES_ARTICLE, article=self.voice.title(article)))
            step = article.steps.get(case.step)
            seen += [self._say(handing.SEES_STEP, step=self.voice.beginning(article, step))] if step else []
        tried = [self.voice.title(each) for name in case.tried if (each := self.guide.library.article(name))]
        if tried:
            seen.append(self._say(handing.SEES_TRIED, articles=format_list(tried, locale=self.voice.language.locale)))
        why = {"lost": handing.SEES_LOST, "alarm": handing.SEES_DANGER}.get(case.reason)
        seen += [self._say(why)] if why else []
        if case.shared:
            seen.append(self._say(handing.SEES_MESSAGES))
            seen += [(Span(f"“{line}”"),) for line in case.shared]
        parts = [self._say(handing.CONSENT), join(seen, "\n")]
        if case.urgent:
            line = self.voice.line(self.guide.library.pack.city.emergency["medical"][-1])
            parts.append(self.voice.say(handing.CONSENT_URGENT, line=line))
        return [*parts, self._say(handing.CONSENT_END)]

    def _consent_rows(self, number: str) -> Rows:
        case, voice = self.case, self.voice
        woman = _tick(case.gender == "woman")
        man = _tick(case.gender == "man")
        return (
            (voice.button("✅", handing.YES_ASK, buttons.Agree(number)),),
            (
                voice.button(woman, handing.A_WOMAN, buttons.Wish(number, "woman")),
                voice.button(man, handing.A_MAN, buttons.Wish(number, "man")),
            ),
            (voice.button(_tick(case.other_community), handing.NOT_MY_COMMUNITY, buttons.Wish(number, "other")),),
            (
                voice.button("❌", handing.NO_ASK, buttons.Decline(number)),
                voice.button("☎️", handing.NUMBERS, buttons.Numbers()),
            ),
        )

    # --- waiting ---

    def _wait(self) -> Text:
        wait = self.outlook.wait
        if wait is None:
            return self._say(handing.WAIT_UNKNOWN)
        locale = self.voice.language.locale
        return self._say(handing.WAIT_RANGE, least=span(wait.least, locale), most=span(wait.most, locale))

    def _next_here(self) -> Text:
        at = self.outlook.next_here
        if at is None:
            return self._say(handing.NEXT_UNKNOWN)
        if (at - self.now).total_seconds() < SOON_SECONDS:
            return self._say(handing.ALL_BUSY)
        return self._say(handing.NEXT_HERE, when=self._moment(at))

    def _until_then(self) -> Text:
        return self._say(handing.UNTIL_THEN)

    def _numbers(self) -> Text:
        library = self.guide.library
        people = library.pack.city.person
        return join(self.voice.tell.contact(contact) for contact in people)

    def _language_rows(self, number: str, whats: Sequence[What]) -> Rows:
        if "other-language" not in whats:
            return ()
        return tuple(
            (self.voice.button("🗣", handing.ALSO_SPEAK, buttons.Also(number, code), language=self._language(code)),)
            for code in self.outlook.languages
            if code in self.guide.library.languages
        )

    def _stop_row(self, number: str) -> tuple[Button, ...]:
        return (self.voice.button("✖️", handing.STOP_LOOKING, buttons.Decline(number)),)

    def _language(self, code: str) -> str:
        return self.voice.language_name(code)

    def _moment(self, at: datetime) -> str:
        return moment(at, self.guide.library.pack.city.timezone, self.voice.language.locale)


def _tick(on: bool) -> str:
    return "☑️" if on else "⬜"
