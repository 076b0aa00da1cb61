"""Posters for the walls of a city: which can be made, where their code leads, and the sheet itself.

Nothing is printed but a topic's title and how to scan: no phone number, hour, price or summary. Paper outlives facts,
and whoever scans is told what holds on that day. `draw` blocks for some tens of milliseconds: call it in a thread.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from bot import wording
from bot.catalogs import SOURCE
from bot.conversation import links
from bot.conversation.guide import Guide
from bot.conversation.links import Link
from bot.conversation.voice import Voice
from bot.knowledge.showing import day
from bot.pictures import Poster as Sheet
from bot.pictures import draw_poster
from bot.richtext import plain
from bot.storage.posters import CODE_LENGTH, Poster
from bot.wording import Sentence

__all__ = ["Asked", "Missing", "address", "draw", "missing", "plain_place"]

Missing: TypeAlias = Literal["article", "language", "place"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A poster that somebody asks for, as it was typed."""

    article: str
    language: str
    place: str


def plain_place(typed: str) -> str:
    """A place as it stands in a link: “Martín Luther” → ``martin-luther``. Letters of other scripts are left out."""
    plain_letters = unicodedata.normalize("NFKD", typed.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain_letters).strip("-")


def missing(asked: Asked, guide: Guide) -> tuple[Missing, ...]:
    """What must be asked for differently, since there is no such thing, or it cannot stand in a link; all of it at once."""
    article = guide.library.successor(asked.article)
    language = asked.language if asked.language in guide.library.pack.city.languages else ""
    there: dict[Missing, bool] = {
        "article": article is not None,
        "language": bool(language),
        "place": bool(asked.place)
        and _fits(Link(article.id if article else "", language, asked.place, "x" * CODE_LENGTH)),
    }
    return tuple(name for name, is_there in there.items() if not is_there)


def address(poster: Poster, guide: Guide, telegram: str, site: str) -> str:
    """Where the code leads: to the bot at *telegram*, else to the chat on *site*. Empty when no phone could open either.

    A topic that was renamed is named as it is called now; old posters of it are understood all the same.
    """
    article = guide.library.successor(poster.article)
    payload = links.write(Link(article.id if article else poster.article, poster.language, poster.place, poster.code))
    if telegram:
        return f"{telegram}?start={payload}"
    return f"{site}/chat/{payload}" if _opens_elsewhere(site) else ""


def draw(guide: Guide, poster: Poster, address: str, now: datetime) -> bytes:
    """The sheet as PDF, one page of A4. Raises ``LookupError`` when there is no such topic any more, and `MissingFont`."""
    article = guide.library.successor(poster.article)
    if article is None:
        raise LookupError(f"there is no article {poster.article}")
    voice = guide.voice(poster.language, now)
    opens = wording.posters.START if "?start=" in address else wording.posters.OPENS
    return draw_poster(
        Sheet(
            title=voice.title(article, icon=False),
            english_title=guide.voice(SOURCE, now).title(article, icon=False),
            url=address,
            language=voice.language.code,
            rtl=voice.language.rtl,
            icon=article.icon,
            steps=tuple(_say(voice, each) for each in (wording.posters.SCAN, opens, wording.posters.ANSWER)),
            how=_say(voice, wording.posters.FREE),
            city=f"{_say(voice, wording.BOT_NAME)} · {voice.city}",
            poster_id=poster.code,
            checked=plain(voice.say(wording.posters.PRINTED, date=day(voice.today, voice.language))),
        )
    )


def _fits(link: Link) -> bool:
    try:
        links.write(link)
    except ValueError:
        return False
    return True


def _say(voice: Voice, sentence: Sentence) -> str:
    return plain(voice.say(sentence))


def _opens_elsewhere(site: str) -> bool:
    """Whether *site* is more than this very machine: ``http://127.0.0.1:8080`` would lead a phone to itself."""
    host = urlsplit(site).hostname or "localhost"
    try:
        found = ip_address(host)
    except ValueError:
        return host != "localhost"
    return not (found.is_loopback or found.is_unspecified)
