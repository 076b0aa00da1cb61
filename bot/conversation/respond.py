"""The ladder: one message and what is known → one `Turn`. Touches nothing, waits for nothing, never fails.

Danger? Private data? Which language? A button or an answer? A wish in plain words? Sure what is meant? Unsure? Lost.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import wording
from bot.conversation import alarm, languages, links, privacy
from bot.conversation.answers import pressed_by, said
from bot.conversation.desk import NO_DESK, Desk
from bot.conversation.guide import Guide
from bot.conversation.message import Asked, Heard, Message, Pressed, Reacted, Sent, SentKind, Started, Understanding
from bot.conversation.passing import NotPassed, passed
from bot.conversation.presses import press
from bot.conversation.state import Conversation
from bot.conversation.talk import Talk, Turn
from bot.conversation.wishes import DIALOGUE, WISH_WORDS, grant
from bot.handoff.case import Writes
from bot.knowledge.article import Article
from bot.wording import Sentence

SURE = 0.5
"""From this confidence on, Rasa is believed. Chosen on the held-out lines: tests/understanding."""
UNSURE = 0.15
"""From this confidence on, an article is worth offering."""
FOUND = 0.9
"""From this likeness on, a search hit is believed when nobody understood the words."""
MAYBE = 0.7
"""From this likeness on, a search hit is worth offering."""
MOST_OFFERED = 3
MOST_CLARIFICATIONS = 2
RESUME_AFTER = timedelta(hours=6)
"""After such a pause we ask whether to go on, instead of taking the next words as an answer."""
LONGEST = 500
"""Letters of a message that are given to Rasa; what people need stands at the beginning."""


def listens(before: Conversation, message: Message, guide: Guide, desk: Desk = NO_DESK) -> str:
    """The words that Rasa should be asked about; empty when the answer does not depend on it."""
    match message:
        case Heard(edited=False) if not desk.in_charge:
            text = message.text
        case Sent(edited=False) if not desk.in_charge:
            text = message.caption
        case _:
            return ""
    # A leading slash would be an order to Rasa: https://rasa.com/docs/rasa/training-data-format ("/intent").
    if not any(letter.isalpha() for letter in text) or guide.emergencies.alarm(text):
        return ""
    talk = Talk(before, guide, message.at, desk)
    if before.language and _needs_no_model(talk, text):
        return ""
    return privacy.clean(text).text[:LONGEST].lstrip("/ ")


def _needs_no_model(talk: Talk, text: str) -> bool:
    return bool(pressed_by(talk, text) or said(talk.voice, text, *WISH_WORDS) or pressed_by(talk, text, loosely=True))


def respond(  # noqa: PLR0913, PLR0917  (all that the answer depends on)
    before: Conversation,
    message: Message,
    understood: Understanding,
    guide: Guide,
    now: datetime,
    desk: Desk = NO_DESK,
) -> Turn:
    """Answer *message*. *understood* is what Rasa made of it (`NOTHING` when it was not asked or is away)."""
    talk = Talk(_still_asked(before, now), guide, now, desk)
    match message:
        case Heard() | Sent():
            return _danger(talk, message) or _said(talk, before, message, understood)
        case Pressed():
            return press(talk, message.data)
        case Asked():
            return _asked(talk, message.intent)
        case Started():
            return _started(talk, message.payload)
        case Reacted():
            return replace(talk.hand("reacted"), conversation=before, reacts=message if desk.in_charge else None)


def _said(talk: Talk, before: Conversation, message: Heard | Sent, understood: Understanding) -> Turn:
    if talk.desk.in_charge:
        return _to_helper(talk, message)
    if message.edited:
        return _edited(talk)
    if isinstance(message, Heard):
        return _heard(talk, before, message, understood)
    return _sent(talk, before, message, understood)


def _still_asked(before: Conversation, now: datetime) -> Conversation:
    """After a pause nobody remembers that “delete everything?” was asked, so a “yes” is no answer to it any more."""
    if before.asking == "forget" and before.last_at and now - before.last_at >= RESUME_AFTER:
        return replace(before, asking="")
    return before


def _danger(talk: Talk, message: Heard | Sent) -> Turn | None:
    """The right number first, whoever is there; a helper gets the words as well, marked."""
    found = talk.guide.emergencies.alarm(message.text if isinstance(message, Heard) else message.caption)
    if found is None:
        return None
    if talk.desk.in_charge or talk.desk.looking:
        going = passed(message, urgent=True)
        if not isinstance(going, NotPassed):
            talk.keep(going)
    elif talk.desk.case:
        talk.events.append(Writes(urgent=True))
    return alarm.sound(talk, found)


# --- with a helper ---

_NOT_PASSED = {
    "kind": wording.handing.NOT_PASSED_KIND,
    "own-contact": wording.handing.NOT_PASSED_OWN_CONTACT,
    "large": wording.handing.NOT_PASSED_LARGE,
}


def _to_helper(talk: Talk, message: Heard | Sent) -> Turn:
    """It goes to the helper, and the bot says nothing; unless something was cut or cannot be passed on."""
    going = passed(message)
    if isinstance(going, NotPassed):
        talk.note(_NOT_PASSED[going.why])
        return talk.hand(f"not-passed:{going.why}")
    if going.cut:
        talk.note(wording.PRIVATE_CUT)
    talk.keep(going)
    return talk.hand("to-helper")


# --- typed words ---


def _heard(talk: Talk, before: Conversation, message: Heard | Sent, understood: Understanding) -> Turn:
    text = message.text if isinstance(message, Heard) else message.caption
    cleaned = privacy.clean(text)
    first = _meet(talk, text)
    if not talk.conversation.language:
        return _no_language(talk, text, understood)
    if cleaned.cut:
        talk.note(wording.PRIVATE_CUT)
    if first:
        talk.note(wording.GREETING, city=talk.voice.city)
    paused = _paused(before, talk)
    answer = (
        (None if paused else pressed_by(talk, cleaned.text))
        or _wish_in_words(talk, cleaned.text, paused or first)
        or (None if paused else pressed_by(talk, cleaned.text, loosely=True))
    )
    if answer is None and talk.desk.looking:
        _keep_for_helper(talk, message)
    return (
        answer
        or _sure(talk, understood, paused or first)
        or _searched(talk, cleaned.text, understood)
        or _unclear(talk, cleaned.text, understood, paused, first)
    )


def _meet(talk: Talk, text: str) -> bool:
    """Take the language of the first words when they leave no doubt. True when it was taken just now."""
    if talk.conversation.language:
        return False
    known = talk.guide.library.languages
    talk.change(language=languages.named(text, known) or languages.guess(text, known))
    return bool(talk.conversation.language)


def _no_language(talk: Talk, text: str, understood: Understanding) -> Turn:
    """Ask for the language; keep the article that was meant, to open it as soon as it is chosen."""
    chosen = pressed_by(talk, text)
    if chosen:
        return chosen
    article = _article(talk, understood)
    if article and understood.confidence >= SURE:
        talk.change(offered=(article.id,))
    return talk.ask_language()


def _paused(before: Conversation, talk: Talk) -> bool:
    if before.last_at is None or talk.now - before.last_at < RESUME_AFTER:
        return False
    return talk.unfinished()


def _wish_in_words(talk: Talk, text: str, greet_only: bool) -> Turn | None:
    """Words such as “menu” or “back” that need no model. A first hello ends with the menu, one after a pause asks."""
    if talk.discreet and said(talk.voice, text, "hide"):
        return talk.hide()
    name = said(talk.voice, text, *WISH_WORDS)
    if name == "skip" and (chosen := pressed_by(talk, text, loosely=True)):
        return chosen  # “I do not know” is often a choice, and only then no wish
    return _wish(talk, WISH_WORDS[name], greet_only) if name else None


def _wish(talk: Talk, intent: str, fresh: bool) -> Turn | None:
    if intent == "greet" and fresh:
        return talk.ask_resume() if talk.unfinished() else talk.menu(did="welcome")
    return grant(talk, intent)


def _sure(talk: Talk, understood: Understanding, fresh: bool) -> Turn | None:
    if understood.intent is None or understood.confidence < SURE:
        return None
    if understood.intent in DIALOGUE:
        return _wish(talk, understood.intent, fresh)
    article = _article(talk, understood)
    return talk.open(article) if article else None


def _article(talk: Talk, understood: Understanding) -> Article | None:
    return talk.guide.library.by_intent(understood.intent) if understood.intent else None


def _searched(talk: Talk, text: str, understood: Understanding) -> Turn | None:
    """A search hit is believed only when Rasa gave no answer, and nothing else fits as well."""
    if understood.intent is not None:
        return None
    hits = [hit for hit in talk.guide.library.search(text, talk.conversation.language) if hit.score >= FOUND]
    article = talk.guide.library.article(hits[0].article) if len(hits) == 1 else None
    return talk.open(article) if article else None


def _keep_for_helper(talk: Talk, message: Heard | Sent) -> None:
    """A helper is being looked for: what is no answer to the bot is kept for them, whatever the bot makes of it."""
    going = passed(message)
    if not isinstance(going, NotPassed):
        talk.keep(going)
        talk.note(wording.handing.KEPT)


def _unclear(talk: Talk, text: str, understood: Understanding, paused: bool, first: bool) -> Turn:
    if talk.passes:
        return talk.end("kept", rows=talk.rows_here())
    if understood.intent == "out_of_scope" and understood.confidence >= SURE:
        return _out_of_scope(talk)
    maybe = _candidates(talk, text, understood)
    if maybe and talk.conversation.clarified < MOST_CLARIFICATIONS:
        return talk.clarify(maybe)
    if paused:
        return talk.ask_resume()
    return talk.menu(did="welcome") if first else talk.lost()


def _out_of_scope(talk: Talk) -> Turn:
    talk.change(misses=talk.conversation.misses + 1)
    if talk.conversation.misses > 1:
        talk.change(misses=talk.conversation.misses - 1)
        return talk.lost()
    if talk.at():
        return talk.chat(wording.OUT_OF_SCOPE, "out-of-scope")
    return talk.menu(wording.OUT_OF_SCOPE, "out-of-scope")


def _candidates(talk: Talk, text: str, understood: Understanding) -> list[Article]:
    """Articles that may have been meant: Rasa's and the search's, best first, at most three."""
    library = talk.guide.library
    ranked = [(score, library.by_intent(intent)) for intent, score in understood.ranking if score >= UNSURE]
    hits = library.search(text, talk.conversation.language)
    ranked += [(hit.score - 0.5, library.article(hit.article)) for hit in hits if hit.score >= MAYBE]
    ranked.sort(key=lambda pair: -pair[0])
    found = {article.id: article for _, article in ranked if article}
    return list(found.values())[:MOST_OFFERED]


# --- everything else ---

_SENT: dict[SentKind, Sentence] = {
    "voice": wording.SENT_VOICE,
    "photo": wording.SENT_PICTURE,
    "video": wording.SENT_PICTURE,
    "document": wording.SENT_DOCUMENT,
    "location": wording.SENT_LOCATION,
    "contact": wording.SENT_CONTACT,
}


def _sent(talk: Talk, before: Conversation, message: Sent, understood: Understanding) -> Turn:
    if not talk.conversation.language and not message.caption:
        return talk.ask_language()
    if talk.desk.looking and message.attachment and talk.conversation.language:
        _keep_for_helper(talk, message)
        if talk.passes:
            return talk.end("kept", rows=talk.rows_here())
    nearest = _nearest(talk, message)
    if nearest:
        return nearest
    if talk.conversation.language:
        talk.note(_SENT.get(message.kind, wording.SENT_OTHER))
    if message.caption:
        return _heard(talk, before, message, understood)
    talk.did.append(f"sent:{message.kind}")
    return talk.step("repeat") if talk.at() else talk.end("menu", rows=talk.voice.menu_rows())


def _nearest(talk: Talk, message: Sent) -> Turn | None:
    """Somebody at a step with places says where they are: the nearest first. Where they are is not kept."""
    here, place = talk.at(), message.attachment
    if here is None or place is None or place.kind not in ("location", "venue"):
        return None
    contacts = here[0].steps[here[1].step].contacts
    if not any(talk.voice.position(contact) for contact in contacts):
        return None
    talk.note(wording.NEAREST)
    return talk.step("nearest", near=(place.latitude, place.longitude))


def _edited(talk: Talk) -> Turn:
    if not talk.conversation.language:
        return talk.ask_language()
    return talk.chat(wording.EDITED, "edited")


def _asked(talk: Talk, intent: str) -> Turn:
    if not talk.conversation.language and intent == "talk_to_person":
        talk.ask("language")
        talk.notes += [talk.voice.people(), talk.voice.pick_language()]
        return talk.end("person", rows=talk.voice.language_rows())
    if not talk.conversation.language:
        return talk.ask_language()
    if intent == "stop" and talk.desk.in_charge:
        return talk.with_helper()
    return grant(talk, intent) or talk.menu()


def _started(talk: Talk, payload: str) -> Turn:
    """``/start``: a link may name an article and a language. The language of a link never replaces a chosen one."""
    link = links.read(payload)
    article = talk.guide.library.successor(link.article)
    greeted = not talk.conversation.language and link.language in talk.guide.library.pack.city.languages
    if greeted:
        talk.change(language=link.language)
        talk.note(wording.GREETING, city=talk.voice.city)
    if not talk.conversation.language:
        talk.change(offered=(article.id,) if article else ())
        return talk.ask_language()
    if article:
        return talk.open(article)
    if talk.unfinished():
        return talk.ask_resume()
    return talk.menu(did="welcome") if greeted else talk.welcome()
