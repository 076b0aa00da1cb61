"""People of a hand-off on the local Bot API server: newcomers, helpers who were invited, coordinators, and their case."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from bot import wording
from bot.actions.helper import make_invitation
from bot.conversation.guide import Guide
from bot.handoff.case import Case
from bot.handoff.helper import Gender, Helper, Level
from bot.handoff.rules import Rules
from bot.helping import setup
from bot.helping.bench import Bench
from bot.helping.telling import label
from bot.storage.pace import Pace
from bot.storage.passing import Spoken
from bot.wording import handing as newcomers
from bot.wording import helping
from tests.botapi import BotApi, Limits, Person, Seen
from tests.channel.running import AT_ONCE, Running, running
from tests.channel.running import newcomer as address_of
from tests.channel.told import Told


@asynccontextmanager
async def town(
    guide: Guide,
    url: str,
    *,
    webhook: bool = False,
    rules: Rules | None = None,
    pace: Pace = AT_ONCE,
    rasa_url: str = "",
) -> AsyncIterator[Running]:
    """A Telegram and a program of their own, so that nobody of another test is asked anything."""
    async with (
        BotApi(limits=Limits(on=False), retry_scale=0.01) as api,
        running(api, guide, url, webhook=webhook, rules=rules, pace=pace, rasa_url=rasa_url) as program,
    ):
        yield program


# --- people ---


async def invitation(bot: Running, role: str = "helper") -> str:
    """The payload of a fresh invitation link."""
    async with bot.app.parts.store.work() as work:
        links = await make_invitation(role, work, bot.app.parts, datetime.now(UTC))
    return links[0].partition("?start=")[2]


async def helper(
    bot: Running, name: str, *languages: str, role: str = "helper", told: Told | None = None, gender: str = ""
) -> Person:
    """Somebody who followed an invitation and went through all pages by buttons; on duty at any hour."""
    told = told or Told(bot.guide, "en")
    person = bot.api.user(name, last_name=f"{name}son", username=f"{name.lower()}_private")
    person.starts(await invitation(bot, role))
    await person.expect(
        Told(bot.guide, "en")(helping.WELCOME if role == "helper" else helping.WELCOME_COORDINATOR)[:20]
    )
    person.presses(told.name)
    await person.expect(told(helping.PLEDGE))
    person.presses(told(helping.I_PROMISE))
    await person.expect(told(helping.WHAT_NAME))
    person.says(name)
    await person.expect(told(helping.WHICH_LANGUAGES))
    for language in languages:
        person.presses(told.voice.language_name(language))
        await person.expect(lambda seen: "☑️" in " ".join(seen.labels))
    person.presses(told(helping.DONE))
    await person.expect(told(helping.WHICH_HOURS))
    person.presses(told(helping.DONE))
    await person.expect(told(helping.WHICH_GENDER))
    if gender:
        person.presses(told(helping.WOMAN if gender == "woman" else helping.MAN))
        await person.expect(lambda seen: "☑️" in " ".join(seen.labels))
    person.presses(told(helping.DONE))
    await person.expect(told(helping.WHICH_TOPICS))
    person.presses(told(helping.DONE))
    await person.expect(told(helping.READY)[:10])
    person.says("/duty on")
    await person.expect("🟢")
    return person


async def quick_helper(
    bot: Running,
    name: str,
    *languages: str | tuple[str, Level],
    speaks: str = "en",
    role: str = "helper",
    gender: Gender = "",
    capacity: int = 4,
) -> Person:
    """Somebody who followed an invitation, and whose answers were written down for them: on duty, as a mother tongue."""
    person = bot.api.user(name, last_name=f"{name}son", username=f"{name.lower()}_private")
    person.starts(await invitation(bot, role))
    await person.expect(
        Told(bot.guide, "en")(helping.WELCOME if role == "helper" else helping.WELCOME_COORDINATOR)[:20]
    )
    levels = tuple((each, "native") if isinstance(each, str) else each for each in languages)
    now = datetime.now(UTC)
    async with bot.app.parts.store.work() as work:
        assert await work.conversation_with(address_of(person), uuid.uuid4().hex, now) is not None
        found = await work.cases.helper_of(work.chat.person)
        assert found is not None
        ready = replace(
            found[0], name=name, language=speaks, languages=levels, gender=gender, capacity=capacity, pledged_at=now
        )  # type: ignore[arg-type]
        work.cases.keep_helper(setup.on_duty(ready, now), Bench(ready=True))
        work.cases.wake(now)
        work.cases.ring("queue")
    person.reads_all()
    return person


async def newcomer(bot: Running, name: str, language: str) -> Person:
    """Somebody who has chosen a language."""
    told = Told(bot.guide, language)
    person = bot.api.user(name, last_name=f"{name}dotter", username=f"{name.lower()}_secret", language=None)
    person.starts()
    await person.expect(told(wording.PICK_LANGUAGE))
    person.presses(told.name)
    await person.expect(told.greeting)
    return person


# --- what they do ---


async def asks(person: Person, told: Told) -> None:
    """Ask for a person, and agree."""
    person.says("/person")
    await person.expect(told(newcomers.CONSENT)[:20])
    person.presses(told(newcomers.YES_ASK))


async def takes(person: Person, told: Told) -> Seen:
    """Take what is offered; the packet."""
    await person.expect(lambda seen: any(told(helping.TAKE) in each for each in seen.labels))
    person.presses(told(helping.TAKE))
    return await person.expect(lambda seen: any(told(helping.CLOSE) in each for each in seen.labels))


async def together(newcomer: Person, es: Told, helper: Person, en: Told) -> Seen:
    """The two are in a case, and everything said until now is read; the packet."""
    await asks(newcomer, es)
    packet = await takes(helper, en)
    await newcomer.expect(es(newcomers.FOUND))
    newcomer.reads_all()
    helper.reads_all()
    return packet


async def menu_of(bot: Running, helper: Person, case: Case, en: Told) -> Seen:
    """Press the small button of a case; what one can do with it."""
    shown = [seen for seen in helper.screen() if seen.by_bot and f"⋯ {label(case)}" in seen.labels]
    helper.presses(f"⋯ {label(case)}", message=shown[-1].message_id)
    return await helper.expect(en(helping.CASE_MENU, case=label(case)))


# --- what the program knows ---


async def case_of(bot: Running, person: Person) -> Case:
    """The newcomer's open case, or else the latest."""
    now = datetime.now(UTC)
    async with bot.app.parts.store.work() as work:
        assert await work.conversation_with(address_of(person), uuid.uuid4().hex, now) is not None
        desk = await work.cases.desk_of(work.chat.person, now)
    case = desk.case or desk.last
    assert case is not None, f"{person.name} has no case"
    return case


async def lines_of(bot: Running, case: Case) -> list[Spoken]:
    """Everything that is kept of a case."""
    async with bot.app.parts.store.work() as work:
        return await work.cases.lines(case.id)


async def helper_of(bot: Running, person: Person) -> Helper | None:
    """Whom the program takes *person* for."""
    async with bot.app.parts.store.work() as work:
        assert await work.conversation_with(address_of(person), uuid.uuid4().hex, datetime.now(UTC)) is not None
        found = await work.cases.helper_of(work.chat.person)
    return found[0] if found else None


def heard(person: Person, text: str) -> list[Seen]:
    """All messages of the bot that hold *text*."""
    return [seen for seen in person.screen() if seen.by_bot and text in seen.text]


__all__ = [
    "asks", "case_of", "heard", "helper", "helper_of", "invitation", "label", "lines_of", "menu_of", "newcomer",
    "quick_helper", "setup", "takes", "together", "town",
]  # fmt: skip
