"""What is said when there is danger: the right number first, what to do now, and that this chat cannot call anybody."""

from bot import wording
from bot.catalogs import SOURCE
from bot.conversation.emergency import Alarm
from bot.conversation.talk import Talk, Turn
from bot.richtext import Text, join
from bot.wording import Sentence

_FIRST: dict[str, Sentence] = {
    "fire": wording.ALARM_FIRE,
    "medical": wording.ALARM_MEDICAL,
    "crime": wording.ALARM_CRIME,
    "gas": wording.ALARM_GAS,
    "poison": wording.ALARM_POISON,
    "suicide": wording.ALARM_SUICIDE,
}


def sound(talk: Talk, alarm: Alarm) -> Turn:
    """Answer *alarm* before everything else. Nothing that was going on is lost.

    It is said in the newcomer's language; in the language of the words themselves when those were not English (a child
    at somebody's phone, or nobody has chosen a language yet).
    """
    language = alarm.language
    if language == SOURCE and talk.conversation.language:
        language = talk.conversation.language
    voice = talk.guide.voice(language, talk.now)
    emergency = talk.guide.library.pack.city.emergency
    contacts, by_sms = emergency[alarm.kind], emergency.get("sms", ())
    line, also = voice.line(contacts[0]), voice.line(contacts[-1])
    text: list[Text] = [voice.say(_FIRST[alarm.kind], line=line, also=also)]
    if by_sms and alarm.kind in ("crime", "medical", "fire"):
        text.append(voice.say(wording.ALARM_CANNOT_SPEAK, line=voice.line(by_sms[0])))
    text.append(voice.say(wording.ALARM_NOT_HERE, line=also))
    if not talk.conversation.language:
        talk.ask("language")
        text.append(voice.pick_language())
        rows = voice.language_rows()
    else:
        rows = voice.safe_rows()
    if talk.desk.in_charge:
        text.append(voice.say(wording.handing.HELPER_SEES_TOO))
        rows = ()
    elif talk.desk.helpers and talk.conversation.language and not talk.desk.case:
        rows = (*rows, voice.ask_row("alarm"))
    return talk.end(f"alarm:{alarm.kind}", join(text), rows, language=language, urgent=True)
