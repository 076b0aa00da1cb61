"""The page of a case, for its helper alone; coordinators see how it stands, never a word of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from bot.actions.helper import Outcome, helper_does
from bot.actions.pages import Opened, case_opened, helper_notes, helper_saves_answer, helper_writes
from bot.handoff.case import Case, Closes, Event, GivesBack, PassesOn
from bot.helping.bench import Does, SendsReady, SendsTopic, TellsHeavy
from bot.helping.telling import READY, Telling
from bot.richtext import Text
from bot.storage.passing import Spoken
from bot.web.helpers.forms import MOST_LETTERS
from bot.web.helpers.visit import HOME, Visit, leads_to
from bot.wording import Sentence, helping, pages

_EVENTS: Mapping[str, type[PassesOn | GivesBack | Closes]] = {"pass": PassesOn, "back": GivesBack, "close": Closes}
_WITH_WORDS = frozenset({"say", "note", "word", "question", "missing"})
_STATUS: Mapping[str, Sentence] = {"delivered": pages.DELIVERED, "waiting": pages.ON_ITS_WAY}
_KINDS: Mapping[str, Sentence] = {
    "voice": pages.VOICE, "audio": pages.AUDIO, "photo": pages.PHOTO, "video": pages.VIDEO,
    "video_note": pages.VIDEO_NOTE, "animation": pages.ANIMATION, "sticker": pages.STICKER,
    "document": pages.DOCUMENT, "location": pages.LOCATION, "venue": pages.LOCATION, "contact": pages.CONTACT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the talk as it is shown."""

    line: Spoken
    who: str
    name: str
    status: str
    kind: str
    about: str
    """What else is known of something without words: a place, a contact."""


class CasePages:
    """The pages of cases. *with_files*: whether files can be fetched."""

    def __init__(self, *, with_files: bool) -> None:
        self._with_files = with_files

    async def show(self, visit: Visit) -> Response:
        """The case, as far as the visitor may see it."""
        return await self._page(visit)

    async def do(self, visit: Visit) -> Response:
        """Whatever one can do with it."""
        opened = await case_opened(visit.number, visit.helper, visit.parts)
        if opened is None or not opened.mine:
            return await visit.no_such_page()
        what, speech = visit.form.one("do"), visit.speech
        text = visit.form.one("text")
        if len(text) > MOST_LETTERS:
            return await self._page(visit, speech.text(pages.TOO_LONG, count=speech.number(MOST_LETTERS)), status=413)
        if what in ("say", "note", "question", "missing") and not text:
            return await self._page(visit, speech.text(pages.EMPTY))
        if what == "word" and not text:
            what = "pass"
        outcome = await _done(what, opened.case, text, visit)
        if outcome is None:
            return await self._page(visit)
        if what in ("pass", "word") and not outcome.refused:
            return RedirectResponse(f"{HOME}?passed={opened.case.id}", 303)
        return await self._page(visit, *(words.text for words in outcome.words), feels=_feels(visit))

    async def _page(self, visit: Visit, *flash: Text, status: int = 200, feels: str = "") -> Response:
        opened = await case_opened(visit.number, visit.helper, visit.parts)
        if opened is None:
            return await visit.no_such_page()
        case = opened.case
        if not opened.mine:
            return await visit.page("state.html", *flash, status=status, opened=opened, case=case)
        if not case.in_charge:
            if visit.only_a_part:
                return leads_to(f"{HOME}/case/{case.id}")
            return await visit.page("over.html", *flash, status=status, case=case, feels=feels)
        telling = Telling(visit.parts.guide, visit.helper, visit.now)
        saved = [
            (place, text) for place, (language, text) in enumerate(visit.helper.saved) if language in case.languages
        ]
        return await visit.page(
            "case.html", *flash, status=status, case=case, packet=telling.packet(case).text,
            lines=_lines(opened, visit), notes=[line for line in opened.lines if line.who in ("note", "word")],
            ready=READY, saved=saved, articles=_articles(visit), files=self._with_files,
        )  # fmt: skip


async def _done(what: str, case: Case, text: str, visit: Visit) -> Outcome | None:
    """Do it. ``None``: the form was sent before, or says nothing that can be done."""
    helper, parts, now = visit.helper, visit.parts, visit.now
    if what == "say":
        return await helper_writes(helper, case.id, text, visit.key, parts, now)
    if what in _WITH_WORDS:
        return await helper_notes(helper, case.id, what, text, visit.key, parts, now)
    if what in _EVENTS:
        event: Event = _EVENTS[what](helper.id)
        return await helper_does(helper.id, [Does(case.id, event)], visit.key, parts, now)
    other = _OTHERS.get(what)
    return await other(case, visit) if other else None


async def _sends_ready(case: Case, visit: Visit) -> Outcome | None:
    helper, which = visit.helper, visit.form.one("which")
    if which in READY:
        return await helper_does(helper.id, [SendsReady(case.id, which)], visit.key, visit.parts, visit.now)
    if which.isdecimal() and int(which) < len(helper.saved):
        text = helper.saved[int(which)][1]
        return await helper_writes(helper, case.id, text, visit.key, visit.parts, visit.now)
    return None


async def _sends_topic(case: Case, visit: Visit) -> Outcome | None:
    article_id, _, step = visit.form.one("which").partition("|")
    article = visit.parts.guide.library.article(article_id)
    if article is None or (step and step not in article.steps):
        return None
    deed = SendsTopic(case.id, article.id, step)
    return await helper_does(visit.helper.id, [deed], visit.key, visit.parts, visit.now)


async def _keeps_answer(case: Case, visit: Visit) -> Outcome | None:  # noqa: ARG001
    kept = await helper_saves_answer(visit.helper.id, visit.form.number("line"), visit.key, visit.parts, visit.now)
    telling = Telling(visit.parts.guide, visit.helper, visit.now)
    return Outcome([telling.words(pages.ANSWER_SAVED)] if kept else [])


async def _feels_so(case: Case, visit: Visit) -> Outcome | None:  # noqa: ARG001
    """How the helper is is kept nowhere, and told to nobody unless they wish so."""
    telling, how = Telling(visit.parts.guide, visit.helper, visit.now), visit.form.one("how")
    if how == "heavy":
        return Outcome()
    if how == "tell":
        outcome = await helper_does(visit.helper.id, [TellsHeavy()], visit.key, visit.parts, visit.now)
        return outcome and Outcome([telling.words(helping.TOLD)])
    return Outcome([telling.words(helping.TAKE_CARE)])


_OTHERS: Mapping[str, Callable[[Case, Visit], Awaitable[Outcome | None]]] = {
    "ready": _sends_ready,
    "topic": _sends_topic,
    "keep": _keeps_answer,
    "feel": _feels_so,
}


def _feels(visit: Visit) -> str:
    """What the last page asks next: nothing more once they have said how they are."""
    how = visit.form.one("how") if visit.form.one("do") == "feel" else ""
    return "heavy" if how == "heavy" else "told" if how else ""


def _lines(opened: Opened, visit: Visit) -> list[Shown]:
    """What newcomer and helpers said, oldest first; notes stand elsewhere."""
    return [_shown(line, visit) for line in opened.lines if line.who in ("newcomer", "helper", "bot")]


def _shown(line: Spoken, visit: Visit) -> Shown:
    speech, attachment = visit.speech, line.passed.attachment
    own = line.who != "newcomer" and line.helper == visit.helper.id
    who = pages.NEWCOMER if line.who == "newcomer" else pages.YOU if own else pages.HELPER_BEFORE
    status = (
        "" if line.who == "newcomer" or not line.status else speech.say(_STATUS.get(line.status, pages.NOT_DELIVERED))
    )
    kind = speech.say(_KINDS.get(attachment.kind, pages.DOCUMENT)) if attachment else ""
    about = ""
    if attachment and attachment.kind in ("location", "venue"):
        place = f"{attachment.latitude:.5f}, {attachment.longitude:.5f}"
        about = ", ".join(part for part in (attachment.name, attachment.address, place) if part)
    elif attachment and attachment.kind == "contact":
        about = f"{attachment.name} {attachment.phone}".strip()
    return Shown(line, "newcomer" if line.who == "newcomer" else "own", speech.say(who), status, kind, about)


def _articles(visit: Visit) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Every topic with its parts."""
    return [
        (
            article.id,
            visit.speech.title(article.id),
            [(s.id, visit.speech.step(article, s)) for s in article.steps.values()],
        )
        for article in visit.parts.guide.library.pack.articles.values()
    ]
