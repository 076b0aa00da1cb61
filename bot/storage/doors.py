"""Who may come in to the pages of helpers: sessions, sign-in names, failed tries. `Casework.doors` is the way in."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.conversation.message import Newcomer
from bot.storage.database import INSERT
from bot.storage.pen import Pen
from bot.storage.tables import case_lines, helpers, meta, newcomers, sessions, tickets

FAILED = "failed"
"""The kind of ticket that counts failed tries: found by a keyed hash, sealed, and swept like every ticket."""

_TRIES = {
    name: insert(tickets).on_conflict_do_nothing(index_elements=[tickets.c.token_digest])
    for name, insert in INSERT.items()
}
_LOGINS = select(helpers.c.id, helpers.c.login).where(helpers.c.login.is_not(None))
_SEEN = (
    update(newcomers)
    .where(newcomers.c.channel == bindparam("of"), newcomers.c.address_hash == bindparam("who"))
    .values(seen_at=bindparam("now"))
)


def digest(token: str) -> bytes:
    """What a token is found by. Tokens are long and random, so a plain digest gives nothing away."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, slots=True)
class Login:
    """How a helper signs in without a link: the name, and what the password was made into."""

    helper: int
    name: str
    hash: str


@dataclass(frozen=True, slots=True)
class Tries:
    """How often somebody failed lately, and when last."""

    count: int = 0
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that nobody has followed yet."""

    id: int
    role: str
    until: datetime


class Doors(Pen):
    """An open turn's hands at the doors."""

    # --- sessions ---

    async def session(self, token: str, now: datetime) -> tuple[int, datetime] | None:
        """Whose session this is, and until when; ``None`` when it is over or never was."""
        which = select(sessions.c.helper_id, sessions.c.expires_at).where(
            sessions.c.token_digest == digest(token), sessions.c.expires_at > now
        )
        row = await self._first(which)
        return (row.helper_id, row.expires_at) if row else None

    def add_session(self, helper_id: int, token: str, until: datetime) -> None:
        """Somebody signed in."""
        self._later(sessions.insert(), {"token_digest": digest(token), "helper_id": helper_id, "expires_at": until})

    def keep_session(self, token: str, until: datetime) -> None:
        """It goes on until then."""
        self._later(update(sessions).where(sessions.c.token_digest == digest(token)).values(expires_at=until))

    def drop_session(self, token: str) -> None:
        """Somebody signed out."""
        self._later(delete(sessions).where(sessions.c.token_digest == digest(token)))

    # --- names and passwords ---

    async def login(self, name: str) -> Login | None:
        """Who signs in by that name. There are a few hundred at most, sealed, so each is looked at."""
        for row in await self._all(_LOGINS):
            known, hashed = json.loads(self._secrecy.open(row.login))
            if known == name:
                return Login(row.id, known, hashed)
        return None

    async def hold_logins(self) -> None:
        """Nobody else takes a name until the turn ends."""
        await self._first(select(meta.c.name).order_by(meta.c.name).limit(1).with_for_update())

    def keep_login(self, login: Login) -> None:
        """A helper signs in by this name and password from now on."""
        sealed = self._secrecy.seal(json.dumps([login.name, login.hash], ensure_ascii=False))
        self._later(update(helpers).where(helpers.c.id == login.helper).values(login=sealed))

    # --- failed tries ---

    async def tries(self, whose: str, now: datetime) -> Tries:
        """How often *whose* tries failed lately; held until the turn ends."""
        which = self._found(whose)
        blank = {
            "kind": FAILED,
            "token_digest": which,
            "about": self._secrecy.seal(json.dumps([0, ""])),
            "expires_at": now + timedelta(minutes=1),
        }

        def step(connection: Connection) -> tuple[str, datetime]:
            connection.execute(_TRIES[connection.dialect.name], blank)
            held = select(tickets.c.about, tickets.c.expires_at).where(tickets.c.token_digest == which)
            row = connection.execute(held.with_for_update()).one()
            return row.about, row.expires_at

        about, until = await self._transaction.run(step)
        count, last = json.loads(self._secrecy.open(about))
        return Tries(count, datetime.fromisoformat(last)) if last and until > now else Tries()

    def keep_tries(self, whose: str, tries: Tries, until: datetime) -> None:
        """Remember them until then."""
        about = self._secrecy.seal(json.dumps([tries.count, tries.last.isoformat() if tries.last else ""]))
        kept = update(tickets).where(tickets.c.token_digest == self._found(whose))
        self._later(kept.values(about=about, expires_at=until))

    def forget_tries(self, whose: str) -> None:
        """They succeeded."""
        self._later(delete(tickets).where(tickets.c.token_digest == self._found(whose)))

    # --- invitations ---

    async def invitations(self, now: datetime) -> list[Invitation]:
        """Those that still work."""
        query = select(tickets.c.id, tickets.c.about, tickets.c.expires_at).where(
            tickets.c.kind == "invite", tickets.c.used_at.is_(None), tickets.c.expires_at > now
        )
        rows = await self._all(query.order_by(tickets.c.id))
        return [Invitation(row.id, json.loads(self._secrecy.open(row.about))["role"], row.expires_at) for row in rows]

    def withdraw(self, invitation: int) -> None:
        """It works no more."""
        self._later(delete(tickets).where(tickets.c.id == invitation, tickets.c.kind == "invite"))

    # --- helpers on their pages ---

    def place(self, helper_id: int, person: int) -> None:
        """The bot speaks with this helper there from now on."""
        self._later(update(helpers).where(helpers.c.id == helper_id).values(person_id=person))

    def seen(self, page: Newcomer, now: datetime) -> None:
        """Somebody looked at their page."""
        self._later(_SEEN, {"of": page.channel, "who": self._address(page), "now": now})

    async def last_seen(self, pages: Iterable[tuple[int, Newcomer]]) -> dict[int, datetime]:
        """When each helper was here last, in their chat or on their page."""
        of_page = {self._address(page): helper for helper, page in pages}
        chats = select(helpers.c.id, newcomers.c.seen_at).join(newcomers, newcomers.c.id == helpers.c.person_id)
        seen = {row.id: row.seen_at for row in await self._all(chats)}
        on_pages = select(newcomers.c.address_hash, newcomers.c.seen_at).where(newcomers.c.address_hash.in_(of_page))
        for row in await self._all(on_pages):
            helper = of_page[bytes(row.address_hash)]
            seen[helper] = max(row.seen_at, seen.get(helper, row.seen_at))
        return seen

    async def case_of_line(self, line_id: int) -> int | None:
        """The case in which a line stands."""
        row = await self._first(select(case_lines.c.case_id).where(case_lines.c.id == line_id))
        return row.case_id if row else None

    # --- inside ---

    def _found(self, whose: str) -> bytes:
        return self._secrecy.hash("key", "web", f"failed {whose}")

    def _address(self, page: Newcomer) -> bytes:
        return self._secrecy.hash("address", page.channel, page.address)
