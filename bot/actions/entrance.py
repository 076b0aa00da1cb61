"""How helpers come in to their pages and leave them: by invitation, by name and password, by a link. One transaction each.

Passwords are made into hashes in a thread, a few at a time, so that nobody can keep the machine busy with them.
"""

import asyncio
import re
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.actions.helper import page_of
from bot.actions.parts import Parts
from bot.handoff.helper import Helper
from bot.helping.bench import Bench
from bot.storage.doors import Login, Tries
from bot.storage.work import Work

SESSION = timedelta(hours=12)
"""So long a session lives without a visit."""
SESSION_AT_MOST = timedelta(days=7)
SLIDES = timedelta(minutes=5)
"""A session is not written anew more often."""
LEAST_LETTERS, MOST_LETTERS = 10, 200
"""Of a password."""

FREE_OF_NAME, FREE_OF_ADDRESS = 5, 20
"""So many tries may fail before one has to wait: a family or an office may share an address."""
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=1)
"""So long after the last failed try nothing is held against anybody."""

NameTaken: TypeAlias = Literal["name-taken", "over"]

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}\.([0-9a-f]{8})")
_hasher = PasswordHasher()
_nobody = _hasher.hash(secrets.token_urlsafe(24))  # compared with when there is no such name, to take as long
_threads = ThreadPoolExecutor(2, "passwords")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A helper on their page."""

    helper: Helper
    bench: Bench
    token: str


@dataclass(frozen=True, slots=True)
class TooOften:
    """Too many tries failed: wait so long."""

    wait: timedelta


def pause(failed: int, free: int) -> timedelta:
    """How long to wait after so many failed tries: nothing at first, then twice as long each time; never for ever."""
    if failed < free:
        return timedelta(0)
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(failed - free, 20)))


def plain_name(name: str) -> str:
    """A sign-in name as it is compared: the same however it was typed."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:60]


async def signed_in(token: str, parts: Parts, now: datetime, *, visits: bool = True) -> SignedIn | None:
    """Who has this session; ``None`` when it is over. *visits*: a person came, so it lives on."""
    begun = _begun(token)
    if begun is None or now - begun > SESSION_AT_MOST:
        return None
    async with parts.store.work() as work:
        session = await work.cases.doors.session(token, now)
        found = await work.cases.look_at(session[0]) if session else None
        if session is None or found is None or found[0].pledged_at is None:
            return None
        until = min(now + SESSION, begun + SESSION_AT_MOST)
        if visits and until - session[1] > SLIDES:
            work.cases.doors.keep_session(token, until)
            work.cases.doors.seen(page_of(found[0].id), now)
        return SignedIn(*found, token)


async def helper_signs_in(name: str, password: str, address: str, parts: Parts, now: datetime) -> str | TooOften | None:
    """The token of a new session; ``None`` when name or password is wrong, and nobody is told which."""
    name, tried = plain_name(name), (f"name {plain_name(name)}", f"address {address}")
    async with parts.store.work() as work:
        wait = await _counted(tried, work, now)
        login = None if wait else await work.cases.doors.login(name)
    if wait:
        return TooOften(wait)
    right = await _fits(login.hash if login else _nobody, password)
    if not right or login is None:
        return None
    async with parts.store.work() as work:
        if await work.cases.look_at(login.helper) is None:
            return None
        await _succeeded(tried, work, now)
        return _session(login.helper, work, now)


async def helper_follows_link(token: str, parts: Parts, now: datetime) -> str | None:
    """The token of a new session; ``None`` when the link is unknown, used or too old."""
    async with parts.store.work() as work:
        ticket = await work.cases.ticket("sign-in", token, now)
        if ticket is None:
            return None
        work.cases.use_ticket(ticket, now)
        if await work.cases.look_at(ticket["helper"]) is None:
            return None
        return _session(ticket["helper"], work, now)


async def link_works(kind: Literal["invite", "sign-in"], token: str, parts: Parts, now: datetime) -> str | None:
    """Whether a link could be followed; it is not used up. For an invitation: as what."""
    async with parts.store.work() as work:
        ticket = await work.cases.ticket(kind, token, now)
        return str(ticket.get("role", kind)) if ticket else None


async def somebody_becomes_helper(  # noqa: PLR0913, PLR0917
    token: str, new: Helper, name: str, password: str, parts: Parts, now: datetime
) -> str | NameTaken:
    """Somebody without Telegram follows an invitation: they are a helper, their page is where they are reached.

    The token of their first session; or why not, and then the invitation still works.
    """
    hashed = await hashed_password(password)
    async with parts.store.work() as work:
        await work.cases.doors.hold_logins()
        ticket = await work.cases.ticket("invite", token, now)
        if ticket is None:
            return "over"
        if await work.cases.doors.login(plain_name(name)):
            return "name-taken"
        work.cases.use_ticket(ticket, now)
        zone = parts.guide.library.pack.city.timezone
        helper = await work.cases.add_helper(replace(new, role=ticket["role"], zone=zone, pledged_at=now), None, now)
        await work.conversation_with(page_of(helper.id), f"page:{helper.id}:joins", now)
        work.cases.doors.place(helper.id, work.chat.person)
        work.cases.keep_helper(helper, Bench(ready=True))
        work.cases.doors.keep_login(Login(helper.id, plain_name(name), hashed))
        work.cases.wake(now)
        work.cases.ring("queue")
        return _session(helper.id, work, now)


async def helper_signs_out(token: str, parts: Parts) -> None:
    """The session is over."""
    async with parts.store.work() as work:
        work.cases.doors.drop_session(token)


async def hashed_password(password: str) -> str:
    """What is kept of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, _typed(password))


def _typed(password: str) -> str:
    """The same letters, however a keyboard puts them together."""
    return unicodedata.normalize("NFC", password)


async def _fits(hashed: str, password: str) -> bool:
    def verify() -> bool:
        try:
            return _hasher.verify(hashed, _typed(password))
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.get_running_loop().run_in_executor(_threads, verify)


async def _counted(tried: tuple[str, str], work: Work, now: datetime) -> timedelta:
    """How long to wait; when it may be tried now, it counts as failed until it succeeds, so none is tried for nothing."""
    known = [await work.cases.doors.tries(whose, now) for whose in tried]
    waits = [
        tries.last + pause(tries.count, free) - now
        for tries, free in zip(known, (FREE_OF_NAME, FREE_OF_ADDRESS), strict=True)
        if tries.last
    ]
    longest = max(waits, default=timedelta(0))
    if longest > timedelta(0):
        return longest
    for whose, tries in zip(tried, known, strict=True):
        work.cases.doors.keep_tries(whose, Tries(tries.count + 1, now), now + FORGOTTEN)
    return timedelta(0)


async def _succeeded(tried: tuple[str, str], work: Work, now: datetime) -> None:
    """Nothing is held against the name any more; against the address what there was before."""
    of_name, of_address = tried
    work.cases.doors.forget_tries(of_name)
    tries = await work.cases.doors.tries(of_address, now)
    work.cases.doors.keep_tries(of_address, Tries(max(0, tries.count - 1), tries.last), now + FORGOTTEN)


def _session(helper_id: int, work: Work, now: datetime) -> str:
    """A new session. When it began is part of its token, and so of what is looked up: nobody can change it."""
    token = f"{secrets.token_urlsafe(24)}.{int(now.timestamp()):08x}"
    work.cases.doors.add_session(helper_id, token, now + SESSION)
    return token


def _begun(token: str) -> datetime | None:
    match = _TOKEN.fullmatch(token)
    return datetime.fromtimestamp(int(match[1], 16), UTC) if match else None
