"""What the pages say by themselves, in the newcomer's language, and the form in which words go to the browser."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot import richtext, wording
from bot.catalogs import SOURCE, Language
from bot.conversation import buttons
from bot.conversation.guide import Guide
from bot.conversation.takeaway import Entry, PhoneCard, PhrasePicture, Pin, PlacePicture, Takeaway
from bot.conversation.voice import Voice
from bot.conversation.words import Button, Words
from bot.knowledge.places import map_link
from bot.richtext import Span, Text, join, plain

HERE = Path(__file__).parent
Dir: TypeAlias = Literal["ltr", "rtl"]
Drawn: TypeAlias = dict[str, Any]

environment = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True, slots=True)
class PageWords:
    """Everything around the talk, in one language. ``speak`` is what the language button presses."""

    language: str
    dir: Dir
    title: str
    name: str
    write: str
    send: str
    log: str
    away: str
    skip: str
    you: str
    answering: str
    new_talk: str
    change_language: str
    speak: str
    danger: Text

    def to_dict(self) -> Drawn:
        """For the browser."""
        return {**asdict(self), "danger": richtext.to_json(self.danger)}


@dataclass(frozen=True, slots=True)
class Help:
    """Where to turn when the chat cannot run, in one language."""

    language: str
    dir: Dir
    text: Text


class Pages:
    """The pages of one city.

    *content* gives its guide as it is now; *telegram* is the address of the same bot there, empty when there is none.
    """

    def __init__(self, content: Callable[[], Guide], telegram: str = "") -> None:
        self._content = content
        self._telegram = telegram

    def chat(self, language: str, now: datetime, talk: str, payload: str) -> HTMLResponse:
        """The chat. *talk* names the session without giving it away; *payload* is what a deep link asks for."""
        words, elsewhere = self.words(language, now), [self._elsewhere(code, now) for code in self._offered]
        return _page("chat.html", words=words, talk=talk, payload=payload, elsewhere=elsewhere)

    def error(self, status: int, accept: str, now: datetime) -> HTMLResponse:
        """A page that says what is wrong and leads to the chat."""
        voice = self._guide.voice(self.accepted(accept), now)
        what = wording.WEB_NOT_FOUND if status in (404, 405) else wording.TROUBLE
        said = {"what": plain(voice.say(what)), "to_chat": plain(voice.say(wording.WEB_TO_CHAT))}
        return _page("error.html", status, words=self.words(voice.language.code, now), **said)

    def words(self, language: str, now: datetime) -> PageWords:
        """The page's own words in *language*; in English when it is unknown."""
        voice = self._guide.voice(language, now)

        def say(sentence: wording.Sentence) -> str:
            return plain(voice.say(sentence))

        return PageWords(
            language=voice.language.code,
            dir=_dir(voice.language),
            title=say(wording.WEB_TITLE),
            name=say(wording.BOT_NAME),
            write=say(wording.WEB_WRITE_HERE),
            send=say(wording.WEB_SEND),
            log=say(wording.WEB_CHAT_LOG),
            away=say(wording.WEB_AWAY),
            skip=say(wording.WEB_SKIP),
            you=say(wording.WEB_YOU),
            answering=say(wording.WEB_ANSWERING),
            new_talk=say(wording.WEB_NEW_TALK),
            change_language=say(wording.LANGUAGE),
            speak=buttons.write(buttons.Speak()),
            danger=voice.danger(),
        )

    def accepted(self, header: str) -> str:
        """The language of an ``Accept-Language`` header that the city speaks, liked best; else English."""
        return accepted(header, self._offered)

    def offers(self, language: str) -> bool:
        """Whether the city speaks *language*."""
        return language in self._offered

    def drawn(self, said: Words | str, line_id: int = 0) -> Drawn:
        """A line of the talk for the browser; what the newcomer said is a plain text."""
        if isinstance(said, str):
            return {"id": line_id, "own": True, "text": richtext.to_json((Span(said),) if said else ())}
        return {
            "id": line_id,
            "own": False,
            "text": richtext.to_json(said.text),
            "language": said.language,
            "dir": _dir(self._guide.library.languages.get(said.language)),
            "rows": [[[button.label, button.press, _kind(button)] for button in row] for row in said.rows],
            "replaces": int(said.replaces) if said.replaces.isdecimal() else 0,
            "urgent": said.urgent,
            "hides": said.hides,
            "keep": _kept(said.takeaway, line_id) if said.takeaway else None,
        }

    @property
    def _guide(self) -> Guide:
        return self._content()

    @property
    def _offered(self) -> tuple[str, ...]:
        return self._guide.library.pack.city.languages

    def _elsewhere(self, language: str, now: datetime) -> Help:
        voice = self._guide.voice(language, now)
        told = [voice.say(wording.WEB_NO_SCRIPT), *self._people(voice)]
        if self._telegram:
            link = Span(self._telegram.removeprefix("https://"), link=self._telegram)
            told.append(voice.say(wording.WEB_TELEGRAM, link=(link,)))
        return Help(language, _dir(voice.language), join(told))

    def _people(self, voice: Voice) -> Iterable[Text]:
        library = self._guide.library
        return (voice.tell.contact(contact) for contact in library.pack.city.person)


def _kept(takeaway: Takeaway, line_id: int) -> Drawn:
    """What the page shows of it: a picture or a file to save, or the map."""
    match takeaway:
        case Pin(latitude, longitude, name, address):
            return {"kind": "map", "url": map_link(address, (latitude, longitude)), "name": name}
        case PhrasePicture(english=told) | PlacePicture(name=told):
            return {"kind": "picture", "url": f"/chat/keep/{line_id}", "name": told}
        case PhoneCard(name=told) | Entry(name=told):
            return {"kind": "file", "url": f"/chat/keep/{line_id}", "name": told}


def accepted(header: str, offered: Iterable[str]) -> str:
    """See `Pages.accepted` (https://www.rfc-editor.org/rfc/rfc9110#field.accept-language)."""
    known = set(offered)
    best, liked = SOURCE, 0.0
    for part in header.split(","):
        name, _, weight = part.strip().partition(";q=")
        language = name.partition("-")[0].strip().lower()
        quality = _number(weight) if weight else 1.0
        if language in known and quality > liked:
            best, liked = language, quality
    return best


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _dir(language: Language | None) -> Dir:
    return "rtl" if language and language.rtl else "ltr"


def _kind(button: Button) -> str:
    """How a button is shown.

    ``next`` leads on, ``out`` leads elsewhere and stands under everything, ``tick`` changes its message in place (a
    line of its own for each tick would push that off the screen).
    """
    match buttons.read(button.press):
        case buttons.Tick():
            return "tick"
        case buttons.Next() | buttons.Continue():
            return "next"
        case buttons.Menu("") | buttons.Speak("") | buttons.Person() | buttons.Source():
            return "out"
        case _:
            return ""


def _page(template: str, status: int = 200, **values: Mapping[str, object] | object) -> HTMLResponse:
    return HTMLResponse(environment.get_template(template).render(values), status)
