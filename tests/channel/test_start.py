"""How the program comes to serve Telegram when Telegram is not ready for it, and how it goes."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.conversation.guide import Guide
from bot.storage.store import Store
from tests.botapi import BotApi, Limits
from tests.botapi.faults import How
from tests.channel.running import SECRET_KEY, running
from tests.channel.told import Told


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.mark.parametrize("how", ["429", "500"])
async def test_trouble_at_the_start_is_waited_out(guide: Guide, database: str, how: How) -> None:
    async def starts(method: str) -> None:
        async with BotApi(limits=Limits(on=False), retry_scale=0.01) as api:
            fault = api.fails(how, method=method)
            rosa = api.user("Rosa")
            rosa.starts("__es")
            async with running(api, guide, f"{database}.{method}", webhook=method == "setWebhook"):
                await rosa.expect(Told(guide, "es").greeting)
            assert fault.times == 0

    methods = ["getMe", "setWebhook", "deleteWebhook", "getUpdates"]
    for method in methods:  # one after the other: alembic knows one migration at a time
        await (await Store.open(f"{database}.{method}", SECRET_KEY)).close()
    await asyncio.gather(*map(starts, methods))


async def test_a_wrong_token_is_named_and_the_web_chat_goes_on(guide: Guide, database: str) -> None:
    async with BotApi(limits=Limits(on=False)) as api:
        api.token, right = "778:another-token-than-the-program-has", api.token
        async with running(api, guide, database, token=right) as program:
            assert any("TELEGRAM_TOKEN" in line for line in program.reports)
            assert right not in "".join(program.reports)
            async with aiohttp.ClientSession() as session:
                assert (await session.get(f"{program.url}/chat")).status == 200


async def test_what_came_while_it_was_away_is_answered_also_by_the_other_way(guide: Guide, database: str) -> None:
    """Yesterday by webhook, today by polling, tomorrow by webhook: nothing is dropped in between."""
    told = Told(guide, "es")
    async with BotApi(limits=Limits(on=False), retry_scale=0.01) as api:
        rosa = api.user("Rosa")
        rosa.starts("__es")
        for webhook in (True, False, True):
            async with running(api, guide, database, webhook=webhook):
                await rosa.expect(told.greeting)
            rosa.starts()
        assert len([seen for seen in rosa.screen() if seen.by_bot]) == 3


async def test_what_is_under_way_is_finished_before_it_stops(guide: Guide, database: str) -> None:
    """Stopped in full swing again and again: nothing is said twice, and nothing waits for a lease to run out."""
    greeting = Told(guide, "en").greeting
    async with BotApi(limits=Limits(on=False)) as api:
        people = [api.user(f"Person {n}") for n in range(12)]
        for round_ in range(6):
            for person in people:
                person.starts("__en")
            async with running(api, guide, database):
                while len(api.calls_of("sendMessage")) < round_ * len(people) + 2:
                    await api.world.changed(0.01)
        async with running(api, guide, database) as program:
            for person in people:
                for _ in range(6):
                    await person.expect(greeting)
            await program.until_waiting(0)
        assert [len([seen for seen in person.screen() if seen.by_bot]) for person in people] == [6] * len(people)


@pytest.mark.parametrize("taking", ["exchange", "next_received"])
async def test_what_was_taken_from_the_database_is_carried_to_its_end(
    guide: Guide, database: str, monkeypatch: pytest.MonkeyPatch, taking: str
) -> None:
    """Stopped right behind the commit that took work: it must not wait there until its lease has run out."""
    taken = asyncio.Event()
    take: Callable[..., Awaitable[Any]] = getattr(Store, taking)

    async def slowly(*what: Any, **how: Any) -> Any:
        found = await take(*what, **how)
        if not taken.is_set() and getattr(found, "claimed", found):
            taken.set()
            await asyncio.sleep(0.7)
        return found

    monkeypatch.setattr(Store, taking, slowly)
    async with BotApi(limits=Limits(on=False)) as api:
        rosa = api.user("Rosa")
        rosa.starts("__en")
        async with running(api, guide, database):
            await taken.wait()
        store = await Store.open(database, SECRET_KEY)
        counts = await store.counts()
        await store.close()
        assert counts.inbox_waiting == 0
        if taking == "exchange":
            assert counts.outbox_waiting == 0
            await rosa.expect(Told(guide, "en").greeting)
