"""What happens to posters: somebody makes one, prints it, looks at the counts. Their scans: `bot.actions.newcomer`."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot import posters
from bot.actions.parts import Parts
from bot.posters import Asked
from bot.storage.posters import Counted, Poster

LATELY = timedelta(days=30)
"""Scans of so many days, today among them, are counted apart."""

NotPrinted: TypeAlias = Literal["gone", "no-address"]


@dataclass(frozen=True, slots=True)
class Printed:
    """A poster, where its code leads, and its sheet."""

    poster: Poster
    address: str
    content: bytes

    @property
    def name(self) -> str:
        """What the sheet is called as a file."""
        return f"poster-{self.poster.article}-{self.poster.language}-{self.poster.code}.pdf"


async def poster_is_made(asked: Asked, parts: Parts, now: datetime) -> Poster:
    """The poster that was asked for, in which `bot.posters.missing` finds nothing; the same one each time."""
    article = parts.guide.library.successor(asked.article)
    if article is None:
        raise LookupError(f"there is no article {asked.article}")
    async with parts.store.work() as work:
        return await work.posters.add(article.id, asked.language, asked.place, now)


async def poster_is_printed(code: str, parts: Parts, now: datetime) -> Printed | NotPrinted:
    """The poster with *code* as a file; or why not. Raises `bot.pictures.MissingFont`."""
    async with parts.store.work() as work:
        poster = await work.posters.find(code)
    guide, links = parts.guide, parts.links
    if poster is None or guide.library.successor(poster.article) is None:
        return "gone"
    address = posters.address(poster, guide, links.telegram, links.site)
    if not address:
        return "no-address"
    content = await asyncio.to_thread(posters.draw, guide, poster, address, now)
    return Printed(poster, address, content)


async def posters_are_counted(parts: Parts, now: datetime) -> tuple[Counted, ...]:
    """All posters, the newest first, with their scans `LATELY` and in all."""
    since = parts.guide.today(now) - LATELY + timedelta(days=1)
    async with parts.store.work() as work:
        return await work.posters.counted(since)
