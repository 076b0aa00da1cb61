"""What every part of the hand-off's storage writes with: the transaction, the keys, and what is done when the turn ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from bot.conversation.message import Channel
from bot.storage.bell import NOTIFY_CHANNEL, Ring
from bot.storage.database import Transaction
from bot.storage.secrecy import Secrecy
from bot.storage.tables import newcomers

READ_HERE = frozenset({"web", "terminal"})
"""Channels whose words are read from the table by a page or a terminal; on the others they are pushed by delivery."""
HELPERS_CHANNEL = "helpers"
"""Rings on this channel tell the pages of helpers that something changed: “case 12”, “queue”."""

CHAT = select(newcomers.c.id, newcomers.c.channel, newcomers.c.address_hash)


@dataclass(frozen=True, slots=True)
class Chat:
    """Where a person is reached: the row of the chat, its channel, and what its ring is tagged with."""

    person: int
    channel: Channel
    tag: str


class Pen:
    """Reads at once; writes when the turn ends, in the order it was told. ``rings`` ring after the commit."""

    def __init__(self, transaction: Transaction, secrecy: Secrecy, steps: list[Callable[[Connection], None]]) -> None:
        self._transaction = transaction
        self._secrecy = secrecy
        self._steps = steps
        self.rings: list[Ring] = []

    def ring(self, *names: str) -> None:
        """Tell the pages of helpers that something changed."""
        for name in names:
            ring = Ring(HELPERS_CHANNEL, name)
            if ring not in self.rings:
                self.rings.append(ring)
                self._steps.append(lambda connection, ring=ring: notify(connection, ring))  # type: ignore[misc]

    async def _first(self, query: Select[Any], values: dict[str, Any] | None = None) -> Row[Any] | None:
        return await self._transaction.run(lambda connection: connection.execute(query, values or {}).first())

    async def _all(self, query: Select[Any], values: dict[str, Any] | None = None) -> Sequence[Row[Any]]:
        return await self._transaction.run(lambda connection: connection.execute(query, values or {}).all())

    async def _insert(self, table: Any, values: dict[str, Any]) -> int:  # noqa: ANN401  (a table)
        statement = table.insert().returning(table.c.id)
        return int(await self._transaction.run(lambda connection: connection.execute(statement, values).scalar_one()))

    def _later(self, statement: Any, values: dict[str, Any] | None = None) -> None:  # noqa: ANN401  (a statement)
        def step(connection: Connection) -> None:
            connection.execute(statement, values or {})

        self._steps.append(step)


def chat_from(row: Row[Any] | None) -> Chat | None:
    """The chat in *row*, which `CHAT` selected."""
    return Chat(row.id, row.channel, row.address_hash.hex()) if row else None


def notify(connection: Connection, ring: Ring) -> None:
    """Ring in the other processes too, with the commit."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(NOTIFY_CHANNEL, ring.to_text())))
