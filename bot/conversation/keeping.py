"""What of a step a newcomer can keep on the phone: which things there are, and each of them made.

A thing is named by a letter and its number in the step: ``p1`` a phrase as a picture, ``k1`` a place as a picture, ``n1`` a
number for the address book, ``m1`` a pin on the map, ``d1`` a day for the calendar.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot import wording
from bot.catalogs import SOURCE
from bot.conversation import buttons
from bot.conversation.saying import Rows
from bot.conversation.takeaway import Entry, PhoneCard, PhrasePicture, Pin, PlacePicture, Takeaway
from bot.conversation.voice import Voice
from bot.conversation.words import Button
from bot.knowledge.article import Article, Contact, Fact, Step, When
from bot.knowledge.showing import day
from bot.knowledge.telling import EVENTS, Withheld
from bot.richtext import plain
from bot.wording import Sentence, keeping

_REPLIES = (keeping.REPLY_YES, keeping.REPLY_NO, keeping.REPLY_WAIT, keeping.REPLY_BACK, keeping.REPLY_NEED)
_SAID: dict[type, Sentence] = {
    PhrasePicture: keeping.SHOW_PICTURE,
    PlacePicture: keeping.PLACE_PICTURE,
    Pin: keeping.PIN,
    PhoneCard: keeping.PHONE_CARD,
    Entry: keeping.ENTRY,
}


def said_with(takeaway: Takeaway) -> Sentence:
    """What is said with *takeaway*."""
    return _SAID[type(takeaway)]


def rows(voice: Voice, article: Article, step: Step) -> Rows:
    """The buttons for everything of a step that can be kept: for each place its picture, its number and its map."""
    found: list[tuple[Button, ...]] = []
    for number, name in enumerate(step.contacts, start=1):
        contact = voice.library.pack.contacts[name]
        labels = {"k": f"🖼 {contact.name}", "n": f"📇 {_number(voice, contact)}", "m": f"📍 {contact.name}"}
        found += [
            (Button(label, _press(article, step, f"{letter}{number}")),)
            for letter, label in labels.items()
            if make(voice, article, step, f"{letter}{number}")
        ]
    for number, name in enumerate(step.events, start=1):
        if make(voice, article, step, f"d{number}"):
            event = voice.tell.words(voice.library.pack.events[name].name, EVENTS)
            found.append((Button(f"📅 {event}", _press(article, step, f"d{number}")),))
    return tuple(found)


def _number(voice: Voice, contact: Contact) -> str:
    return "".join(plain(voice.tell.shown(fact)) for fact in _current(voice, contact.phone))


def _press(article: Article, step: Step, what: str) -> str:
    return buttons.write(buttons.Keep(article.id, step.id, what))


def make(voice: Voice, article: Article, step: Step, what: str) -> Takeaway | None:
    """The thing called *what*; ``None`` when the step has none such, or what it would show is past its date."""
    letter, number = what[:1], what[1:]
    if not (number.isascii() and number.isdecimal()) or not 1 <= int(number) <= _count(step, letter):
        return None
    index = int(number) - 1
    try:
        if letter == "p":
            return _phrase(voice, article, step, step.phrases[index])
        if letter == "d":
            return _entry(voice, step.events[index])
        contact = voice.library.pack.contacts[step.contacts[index]]
        return {"k": _place, "n": _phone, "m": _pin}[letter](voice, article, contact)
    except Withheld:
        return None


def _count(step: Step, letter: str) -> int:
    return {"p": len(step.phrases), "d": len(step.events)}.get(letter, len(step.contacts) if letter in "knm" else 0)


def _phrase(voice: Voice, article: Article, step: Step, phrase: str) -> PhrasePicture:
    voice.tell.require(voice.library.grounds(step))
    own, english = voice.phrase(article, step, phrase)
    replies = [(str(reply), voice.tell.words(reply)) for reply in _REPLIES]
    replies += [_english_first(voice.phrase(article, step, reply)) for reply in step.replies]
    return PhrasePicture(english, own, str(keeping.POINT), tuple(replies), voice.language.code, voice.language.rtl)


def _english_first(pair: tuple[str, str]) -> tuple[str, str]:
    own, english = pair
    return english, own


def _current(voice: Voice, *names: str) -> Iterator[Fact]:
    for name in names:
        if name and (fact := voice.library.pack.facts[name]).age(voice.today) != "expired":
            yield fact


def _place(voice: Voice, article: Article, contact: Contact) -> PlacePicture | None:
    """Name, address, number and hours, and the first sentence that the article has for the counter."""
    facts = list(_current(voice, contact.address, contact.phone, contact.hours))
    if not facts:
        return None
    icons = {"address": "📍", "phone": "☎️", "hours": "🕒"}
    lines = tuple((icons[fact.kind], plain(voice.tell.shown(fact))) for fact in facts)
    own, english = _first_phrase(voice, article)
    checked = day(min(fact.checked_on for fact in facts), voice.language)
    note = plain(voice.say(wording.CHECKED_ON, date=checked))
    return PlacePicture(contact.name, lines, english, own, note, voice.language.code, voice.language.rtl)


def _first_phrase(voice: Voice, article: Article) -> tuple[str, str]:
    for step in article.steps.values():
        for phrase in step.phrases[:1] if voice.stands(step) else ():
            own, english = voice.phrase(article, step, phrase)
            return ("" if voice.language.code == SOURCE else own), english
    return "", ""


def _phone(voice: Voice, _article: Article, contact: Contact) -> PhoneCard | None:
    fact = next(_current(voice, contact.phone), None)
    return PhoneCard(contact.name, str(fact.value)) if fact else None


def _pin(voice: Voice, _article: Article, contact: Contact) -> Pin | None:
    fact = next(_current(voice, contact.address), None)
    return Pin(*fact.at, contact.name, str(fact.value)) if fact and fact.at else None


def _entry(voice: Voice, event_id: str) -> Entry | None:
    event = voice.library.pack.events[event_id]
    when = voice.tell.current(event.when).value
    if not isinstance(when, When) or when.day < voice.today:
        return None
    starts, ends = _span(when)
    address, url = (
        next((str(fact.value) for fact in _current(voice, name)), "") for name in (event.address, event.url)
    )
    zone = voice.library.pack.city.timezone
    return Entry(voice.tell.words(event.name, EVENTS), starts, ends, zone, address, url)


def _span(when: When) -> tuple[str, str]:
    """Start and end in ISO 8601. Without an end an hour is assumed; without times it is the whole day."""
    if when.starts is None:
        return when.day.isoformat(), (when.day + timedelta(days=1)).isoformat()
    starts = datetime.combine(when.day, when.starts)
    ends = datetime.combine(when.day, when.ends) if when.ends else starts + timedelta(hours=1)
    return starts.isoformat(), (ends if ends > starts else ends + timedelta(days=1)).isoformat()
