"""Helpers, their chats and invitations, and how long people waited for one."""

import json
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, delete, func, select, update

from bot.handoff.case import OWNED
from bot.handoff.helper import Helper
from bot.helping.bench import Bench
from bot.storage.doors import digest
from bot.storage.pen import CHAT, Chat, Pen, chat_from
from bot.storage.tables import cases, helpers, newcomers, tickets, waits

WAITS_COUNTED = 200

_owned = cases.c.state.in_(sorted(OWNED))
_COUNT_OPEN = select(func.count()).select_from(cases).where(cases.c.helper_id == helpers.c.id, _owned).scalar_subquery()
_HELPERS = select(
    helpers.c.id, helpers.c.profile, helpers.c.bench, helpers.c.person_id, newcomers.c.gone_at, newcomers.c.channel,
    newcomers.c.address_hash, _COUNT_OPEN.label("open_cases"),
).outerjoin(newcomers, newcomers.c.id == helpers.c.person_id)  # fmt: skip
_HELPER_LOCK = select(helpers.c.id).with_for_update(key_share=True)  # NO KEY: their cases refer to them


class Roster(Pen):
    """An open turn's hands at helpers."""

    async def helper(self, helper_id: int) -> tuple[Helper, Bench] | None:
        """A helper and their chat, theirs alone until the turn ends; ``None`` when there is none."""
        return await self._helper(helpers.c.id == helper_id)

    async def helper_of(self, person: int) -> tuple[Helper, Bench] | None:
        """The helper whose chat this is; ``None`` when it is a newcomer's."""
        return await self._helper(helpers.c.person_id == person)

    async def look_at(self, helper_id: int) -> tuple[Helper, Bench] | None:
        """The same without holding them: for a page that only shows."""
        row = await self._first(_HELPERS.where(helpers.c.id == helper_id))
        return self._read_helper(row) if row else None

    async def roster(self) -> tuple[Helper, ...]:
        """All helpers, as they are now."""
        return tuple(self._read_helper(row)[0] for row in await self._all(_HELPERS.order_by(helpers.c.id)))

    async def chat_of(self, helper_id: int) -> Chat | None:
        """Where a helper is reached."""
        query = CHAT.join(helpers, helpers.c.person_id == newcomers.c.id).where(helpers.c.id == helper_id)
        return chat_from(await self._first(query))

    async def helper_at(self, person: int) -> int | None:
        """The id of the helper whose chat this is, without holding them."""
        row = await self._first(select(helpers.c.id).where(helpers.c.person_id == person))
        return row.id if row else None

    async def add_helper(self, helper: Helper, person: int | None, now: datetime) -> Helper:
        """Somebody becomes a helper."""
        values = {
            "person_id": person,
            "profile": self._secrecy.seal(helper.to_json()),
            "bench": self._secrecy.seal(Bench().to_json()),
            "created_at": now,
        }
        return replace(helper, id=await self._insert(helpers, values))

    def keep_helper(self, helper: Helper, bench: Bench | None = None) -> None:
        """Remember what changed about a helper, or in their chat."""
        values = {"profile": self._secrecy.seal(helper.to_json())}
        if bench is not None:
            values["bench"] = self._secrecy.seal(bench.to_json())
        self._later(update(helpers).where(helpers.c.id == helper.id).values(values))

    def drop_helper(self, helper_id: int) -> None:
        """They are no helper any more; nothing about them as one is kept."""
        self._later(delete(helpers).where(helpers.c.id == helper_id))

    # --- waits ---

    async def waits(self, language: str) -> list[timedelta]:
        """How long people waited lately in *language*."""
        query = select(waits.c.seconds).where(waits.c.language == language).order_by(waits.c.id.desc())
        return [timedelta(seconds=row.seconds) for row in await self._all(query.limit(WAITS_COUNTED))]

    def add_wait(self, language: str, wait: timedelta, now: datetime) -> None:
        """Somebody waited so long; of whom is not kept."""
        self._later(waits.insert(), {"language": language, "seconds": int(wait.total_seconds()), "at": now})

    # --- tickets ---

    async def add_ticket(self, kind: Literal["invite", "sign-in"], about: dict[str, Any], until: datetime) -> str:
        """A link that works once; returns the token, of which only a digest is kept."""
        token = secrets.token_urlsafe(24)
        sealed = self._secrecy.seal(json.dumps(about))
        await self._insert(tickets, {"kind": kind, "token_digest": digest(token), "about": sealed, "expires_at": until})
        return token

    async def ticket(self, kind: str, token: str, now: datetime) -> dict[str, Any] | None:
        """What a link is about; ``None`` when it is unknown, used or too old. It is held until the turn ends."""
        which = select(tickets.c.id, tickets.c.about).where(
            tickets.c.kind == kind,
            tickets.c.token_digest == digest(token),
            tickets.c.used_at.is_(None),
            tickets.c.expires_at > now,
        )
        row = await self._first(which.with_for_update())
        return {**json.loads(self._secrecy.open(row.about)), "ticket": row.id} if row else None

    def use_ticket(self, ticket: dict[str, Any], now: datetime) -> None:
        """It was used, and works no more."""
        self._later(update(tickets).where(tickets.c.id == ticket["ticket"]).values(used_at=now))

    # --- inside ---

    async def _helper(self, which: Any) -> tuple[Helper, Bench] | None:  # noqa: ANN401  (a condition)
        if await self._first(_HELPER_LOCK.where(which)) is None:
            return None
        row = await self._first(_HELPERS.where(which))
        return self._read_helper(row) if row else None

    def _read_helper(self, row: Row[Any]) -> tuple[Helper, Bench]:
        reached = row.person_id is not None and row.gone_at is None
        profile = self._secrecy.open(row.profile)
        helper = Helper.from_json(row.id, profile, open_cases=row.open_cases, reached=reached)
        return helper, Bench.from_json(self._secrecy.open(row.bench))
