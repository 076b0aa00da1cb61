"""What must never happen: two owners, words in the wrong chat, a newcomer who waits for nobody, a button that does harm."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from bot import wording
from bot.conversation import buttons as for_newcomers
from bot.conversation.guide import Guide
from bot.handoff.case import Case
from bot.handoff.helper import Helper
from bot.handoff.rules import RULES, Rules
from bot.helping import buttons
from bot.helping.buttons import CaseMenu, Do, For, NotNow, SavedList, SendSaved, Take, Topics, Write
from bot.richtext import plain
from bot.storage.casework import Casework
from bot.wording import handing as newcomers
from bot.wording import helping
from tests.botapi import BotApi, Limits, Person
from tests.botapi.waiting import until
from tests.channel.handing import (
    asks,
    case_of,
    heard,
    helper_of,
    invitation,
    label,
    lines_of,
    newcomer,
    quick_helper,
    takes,
    together,
    town,
)
from tests.channel.running import Running, running
from tests.channel.told import Told
from tests.storage.databases import PostgresServer

SOON = timedelta(seconds=1)
FAR = timedelta(hours=1)
RACES = 12
NEWCOMERS, HELPERS, ROUNDS = 20, 10, 6


@pytest.fixture
def en(guide: Guide) -> Told:
    return Told(guide, "en")


@pytest.fixture
def es(guide: Guide) -> Told:
    return Told(guide, "es")


@pytest.fixture
async def bot(guide: Guide, tmp_path: Path) -> AsyncIterator[Running]:
    """Polling, on SQLite."""
    async with town(guide, f"sqlite:///{tmp_path / 'store.db'}") as program:
        yield program


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[str]:
    url = postgres_server.copy()
    yield url
    postgres_server.drop(url)


@asynccontextmanager
async def quick_town(guide: Guide, folder: Path, **rules: object) -> AsyncIterator[Running]:
    """Where some times are seconds."""
    shorter: Rules = replace(RULES, **rules)  # type: ignore[arg-type]
    async with town(guide, f"sqlite:///{folder / 'quick.db'}", rules=shorter) as program:
        yield program


async def sees(person: Person, text: str, seconds: float = 8) -> None:
    """Wait until *text* stands in a message of the bot, read or not."""
    await until(person.world, lambda: bool(heard(person, text)), seconds, lambda: f"no {text!r}\n{person.told()}")


# --- two at once ---


class Switch:
    """In front of two programs with one webhook: each person's updates go to one of them, by their number."""

    def __init__(self, api: BotApi, programs: list[Running]) -> None:
        webhook = api.mailbox.webhook
        assert webhook is not None
        path = webhook.url[webhook.url.index("/", len("http://")) :]
        self.urls = [f"{program.url}{path}" for program in programs]
        self.counts = [0 for _ in programs]
        self.session: Any = api.mailbox._session
        api.mailbox._session = self  # type: ignore[assignment]

    def post(self, _url: str, *, data: bytes, **how: Any) -> Any:
        (update,) = (value for key, value in json.loads(data).items() if key != "update_id")
        which = (update.get("from") or update.get("user") or {"id": 0})["id"] % len(self.urls)
        self.counts[which] += 1
        return self.session.post(self.urls[which], data=data, **how)

    async def close(self) -> None:
        await self.session.close()


@pytest.fixture
async def two(guide: Guide, postgres: str) -> AsyncIterator[tuple[Running, Switch]]:
    """Two whole programs on one PostgreSQL that share nothing else."""
    async with (
        BotApi(limits=Limits(on=False), retry_scale=0.01) as api,
        running(api, guide, postgres, webhook=True) as first,
        running(api, guide, postgres, webhook=True) as second,
    ):
        yield first, Switch(api, [first, second])


async def test_two_helpers_take_at_the_same_moment(two: tuple[Running, Switch], en: Told, es: Told) -> None:
    """One of them has it, the other one is told, the newcomer hears of one helper."""
    bot, switch = two
    luis, maria = [await quick_helper(bot, name, "es", capacity=99) for name in ("Luis", "Maria")]
    assert luis.id % 2 != maria.id % 2, "their presses go to different programs"
    won = {luis: 0, maria: 0}
    for number in range(RACES):
        rosa = await newcomer(bot, f"Rosa{number}", "es")
        rosa.says("¡no puedo respirar!")  # urgent: two are asked at once
        await rosa.expect(es(wording.ALARM_NOT_HERE, line="911"))
        rosa.presses(es(wording.PERSON))
        await rosa.expect(es(newcomers.CONSENT))
        rosa.presses(es(newcomers.YES_ASK))
        await rosa.expect(es(newcomers.LOOKING))
        case = await case_of(bot, rosa)
        take = buttons.write(Take(str(case.id)))
        pair = (luis, maria) if number % 2 else (maria, luis)
        offers = [await offer_with(person, take) for person in pair]
        for person, message in zip(pair, offers, strict=True):
            person.presses(data=take, message=message)
        packet, found = en(helping.PACKET, case=label(case)), es(newcomers.FOUND)
        await rosa.expect(found)
        await until(bot.api.world, lambda packet=packet: any(heard(who, packet) for who in won), 5, luis.told)  # type: ignore[misc]
        (owner,) = (person for person in won if heard(person, packet))
        (other,) = (person for person in won if person is not owner)
        await sees(other, en(helping.TAKEN_BY_OTHER, case=label(case)))
        assert (len(heard(owner, packet)), len(heard(other, packet)), len(heard(rosa, found))) == (1, 0, 1)
        assert (await case_of(bot, rosa)).helper == number_of(await helper_of(bot, owner))
        won[owner] += 1
    print(f"\n{RACES} races, won {list(won.values())}; updates to each program {switch.counts}")
    assert min(switch.counts) > RACES, "both programs were at work"


def number_of(helper: Helper | None) -> int:
    assert helper is not None
    return helper.id


async def offer_with(person: Person, data: str) -> int:
    """The message that has this button."""

    def found() -> list[int]:
        rows = [(seen.message_id, button.data) for seen in person.screen() for row in seen.buttons for button in row]
        return [number for number, written in rows if written == data]

    await until(person.world, lambda: bool(found()), 5, person.told)
    return found()[-1]


async def test_nobody_sees_a_word_of_another_pair(two: tuple[Running, Switch], en: Told, es: Told) -> None:
    """20 newcomers and 10 helpers write at the same moment, on two programs; every message names the pair it is for."""
    bot, switch = two
    helpers = [await quick_helper(bot, f"Helper{number}", "es", capacity=2) for number in range(HELPERS)]
    pairs: dict[Person, tuple[Person, int]] = {}
    for number in range(NEWCOMERS):
        rosa = await newcomer(bot, f"Rosa{number}", "es")
        await asks(rosa, es)
        case = await case_of(bot, rosa)
        take = buttons.write(Take(str(case.id)))

        def asked(take: str = take) -> list[tuple[Person, int]]:
            return [
                (helper, seen.message_id)
                for helper in helpers
                for seen in helper.screen()
                if any(button.data == take for row in seen.buttons for button in row)
            ]

        await until(bot.api.world, lambda: bool(asked()), 5, rosa.told)
        helper, message = asked()[-1]
        helper.presses(data=take, message=message)
        await rosa.expect(es(newcomers.FOUND))
        rosa.says(f"pair-{case.id}-hello")
        await sees(helper, f"pair-{case.id}-hello")
        pairs[rosa] = helper, case.id
    assert len({helper for helper, _ in pairs.values()}) == HELPERS, "every helper has two"

    for turn in range(ROUNDS):
        for rosa, (helper, case_id) in pairs.items():
            first = heard(helper, f"pair-{case_id}-hello")[0]
            rosa.says(f"pair-{case_id}-from-newcomer-{turn}")
            helper.says(f"pair-{case_id}-from-helper-{turn}", reply_to=first.message_id)
        await asyncio.sleep(0)
    for rosa, (helper, case_id) in pairs.items():
        await sees(rosa, f"pair-{case_id}-from-helper-{ROUNDS - 1}", 30)
        await sees(helper, f"pair-{case_id}-from-newcomer-{ROUNDS - 1}", 30)
    for rosa, (_, case_id) in pairs.items():
        got = marks(rosa)
        assert got == [(case_id, "helper", turn) for turn in range(ROUNDS)], rosa.told()
    for helper in helpers:
        mine = {case_id for other, case_id in pairs.values() if other is helper}
        got = marks(helper)
        assert {case_id for case_id, _, _ in got} == mine
        for case_id in mine:
            assert [each for each in got if each[0] == case_id] == [
                (case_id, "newcomer", turn) for turn in range(ROUNDS)
            ]
        for seen in helper.screen():
            if seen.by_bot and (found := MARK.search(seen.text)):
                assert label_of(int(found[1])) in seen.text, "the name in front is that of the pair"
    print(f"\n{2 * ROUNDS * NEWCOMERS} messages of {NEWCOMERS} pairs; updates to each program {switch.counts}")


async def test_a_turn_that_postgresql_has_ended_is_done_again(
    bot: Running, en: Told, es: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that wait for each other: one is ended with nothing done. Its message is not lost, and comes once."""
    luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
    await together(rosa, es, luis, en)
    ended: list[str] = []

    def fails_twice(name: str) -> None:
        true: Any = getattr(Casework, name)

        async def first_fails(*given: Any, **named: Any) -> Any:
            done = await true(*given, **named)
            if ended.count(name) < 2:
                ended.append(name)
                raise DBAPIError("a statement", {}, Deadlock())
            return done

        monkeypatch.setattr(Casework, name, first_fails)

    fails_twice("desk_of")
    rosa.says("¿me oye?")
    await luis.expect("¿me oye?")
    fails_twice("cases_of")
    luis.says("sí")
    await rosa.expect("🧑 sí")
    assert ended == ["desk_of", "desk_of", "cases_of", "cases_of"]
    await rosa.silence(0.2)
    assert len(heard(luis, "¿me oye?")) == 1


class Deadlock(Exception):
    """What PostgreSQL says."""

    sqlstate = "40P01"


MARK = re.compile(r"pair-(\d+)-from-(newcomer|helper)-(\d+)")


def label_of(case_id: int) -> str:
    return label(Case("es", datetime.now(UTC), id=case_id))


def marks(person: Person) -> list[tuple[int, str, int]]:
    """What came to this chat from others, in order."""
    said = "\n".join(seen.text for seen in person.screen() if seen.by_bot)
    return [(int(case), who, int(turn)) for case, who, turn in MARK.findall(said)]


@pytest.mark.parametrize("what", ["the first piece of a long message", "the line before a place", "our own question"])
async def test_a_reply_to_something_that_passed_nothing_is_never_a_guess(
    bot: Running, en: Told, es: Told, what: str
) -> None:
    """Luis has just written to Juan, and now answers something of Rosa's that is no relayed message itself."""
    luis = await quick_helper(bot, "Luis", "es")
    rosa, juan = await newcomer(bot, "Rosa", "es"), await newcomer(bot, "Juan", "es")
    await together(rosa, es, luis, en)
    await together(juan, es, luis, en)
    name = label(await case_of(bot, rosa))
    match what:
        case "the first piece of a long message":
            rosa.says(
                f"principio {'palabra ' * 510}final"
            )  # as long as may be, and the name of the case comes before it
            answered = await luis.expect("principio")
            await luis.expect(lambda seen: f"⋯ {name}" in seen.labels)
        case "the line before a place":
            rosa.sends("location")
            answered = await luis.expect(en(helping.FROM_KIND, case=name))
            await luis.expect(lambda seen: seen.kind == "location")
        case _:
            rosa.says("hola")
            hello = await luis.expect("hola")
            luis.presses(f"⋯ {name}", message=hello.message_id)
            answered = await luis.expect(en(helping.CASE_MENU, case=name))
    juan.says("soy Juan")
    from_juan = await luis.expect("soy Juan")
    luis.says("para Juan", reply_to=from_juan.message_id)
    await juan.expect("para Juan")

    luis.says("esto es solo para Rosa", reply_to=answered.message_id)
    await luis.expect(en(helping.FOR_WHOM))
    luis.presses(name)
    await rosa.expect("esto es solo para Rosa")
    assert not heard(juan, "solo para Rosa")


# --- somebody is gone ---


@pytest.mark.parametrize("how", ["blocks", "deletes_account"])
async def test_a_newcomer_who_is_gone(bot: Running, en: Told, es: Told, how: str) -> None:
    """Of a block Telegram tells us; of a deleted account nothing but the refusal of what we send."""
    luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
    await together(rosa, es, luis, en)
    case = await case_of(bot, rosa)
    getattr(rosa, how)()
    if how == "deletes_account":
        luis.says("¿sigue ahí?")
        await luis.expect(en(helping.NOT_DELIVERED, case=label(case)))
    await luis.expect(en(helping.LEFT, case=label(case)))
    luis.says("¿y ahora?")
    await luis.expect(en(helping.NO_CASE_TO_WRITE))
    assert (await case_of(bot, rosa)).ended == "gone"


@pytest.mark.parametrize("when", ["blocks", "deletes_account", "deletes_account at once"])
async def test_a_helper_who_is_gone(bot: Running, en: Told, es: Told, when: str) -> None:
    """The newcomer is told, the next helper gets the case, and what nobody has read is not lost."""
    luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
    if when == "deletes_account at once":
        await asks(rosa, es)
        await luis.expect(lambda seen: any(en(helping.TAKE) in each for each in seen.labels))
        maria = await quick_helper(bot, "Maria", "es")
        luis.presses(en(helping.TAKE))
        luis.deletes_account()
        await rosa.expect(es(newcomers.FOUND))
    else:
        await together(rosa, es, luis, en)
        maria = await quick_helper(bot, "Maria", "es")
        luis.says("un momento")
        await rosa.expect("un momento")
        luis.blocks() if when == "blocks" else luis.deletes_account()
        if when == "deletes_account":
            rosa.says("¿cuánto tarda?")
    await rosa.expect(es(newcomers.PASSED_ON), 8)
    await takes(maria, en)
    await rosa.expect(es(newcomers.FOUND))
    if when == "deletes_account":
        await maria.expect("¿cuánto tarda?")
    rosa.says("¿hay alguien?")
    await maria.expect("¿hay alguien?")
    maria.says("sí, yo")
    await rosa.expect("🧑 sí, yo")


async def test_a_helper_who_takes_and_never_answers(guide: Guide, tmp_path: Path, en: Told, es: Told) -> None:
    async with quick_town(guide, tmp_path, answer=(SOON, SOON)) as bot:
        luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
        await together(rosa, es, luis, en)
        case = await case_of(bot, rosa)
        rosa.says("mi luz está cortada desde ayer")
        await luis.expect("desde ayer")
        await luis.expect(en(helping.REMIND, case=label(case)))
        maria = await quick_helper(bot, "Maria", "es", speaks="es")
        await luis.expect(en(helping.LOST, case=label(case)), 8)
        await rosa.expect(es(newcomers.PASSED_ON))
        packet = await takes(maria, es)
        assert es(helping.PACKET_HELD) in packet.text
        await rosa.expect(es(newcomers.FOUND))
        await maria.expect("mi luz está cortada desde ayer")  # nobody has answered it
        luis.says("ya voy")
        await luis.expect(en(helping.NO_CASE_TO_WRITE))
        assert not heard(rosa, "ya voy")


async def test_what_was_answered_is_not_shown_to_the_next_helper(bot: Running, en: Told, es: Told) -> None:
    luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
    await together(rosa, es, luis, en)
    rosa.says("lo que solo supo el primero")
    await luis.expect("solo supo")
    luis.says("entiendo")
    await rosa.expect("entiendo")
    rosa.says("y lo que falta")
    await luis.expect("lo que falta")
    maria = await quick_helper(bot, "Maria", "es")
    luis.presses(en(helping.PASS_ON))
    await luis.expect(en(helping.PASS_ASK))
    luis.presses(en(helping.PASS_NOW))
    await rosa.expect(es(newcomers.PASSED_ON))
    await takes(maria, en)
    await maria.expect("y lo que falta")
    await maria.silence(0.3)
    assert not heard(maria, "solo supo")
    assert len(heard(maria, "y lo que falta")) == 1


async def test_a_helper_resigns_during_a_case(bot: Running, en: Told, es: Told) -> None:
    luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
    await together(rosa, es, luis, en)
    luis.says("/me")
    await luis.expect(en(helping.ABOUT_YOU))
    maria = await quick_helper(bot, "Maria", "es")
    luis.presses(en(helping.STOP_HELPING))
    await luis.expect(en(helping.STOP_SURE))
    luis.presses(en(helping.YES_STOP))
    await luis.expect(en(helping.STOPPED))
    await rosa.expect(es(newcomers.PASSED_ON))
    await takes(maria, en)
    await rosa.expect(es(newcomers.FOUND))
    assert await helper_of(bot, luis) is None
    luis.says("hola")
    answer = await luis.expect("")
    assert answer.labels, "to the bot they are somebody like everybody else"
    rosa.says("¿quién está?")
    await maria.expect("¿quién está?")
    assert not heard(luis, "¿quién está?")


async def test_offers_lapse_and_in_the_end_the_newcomer_gets_an_honest_plan(
    guide: Guide, tmp_path: Path, en: Told, es: Told
) -> None:
    async with quick_town(guide, tmp_path, offer=(SOON, SOON), again=(FAR, FAR)) as bot:
        luis, maria = await quick_helper(bot, "Luis", "es"), await quick_helper(bot, "Maria", "es")
        eva = await quick_helper(bot, "Eva", "en", role="coordinator")
        rosa = await newcomer(bot, "Rosa", "es")
        await asks(rosa, es)
        await rosa.expect(es(newcomers.LOOKING))
        name = label(await case_of(bot, rosa))
        offered = await luis.expect(lambda seen: any(en(helping.TAKE) in each for each in seen.labels))
        await maria.silence(0.1)
        await luis.expect(en(helping.OFFER_OVER, case=name))
        await maria.expect(lambda seen: any(en(helping.TAKE) in each for each in seen.labels))
        await eva.silence(0.1)
        await maria.expect(en(helping.OFFER_OVER, case=name))
        stuck = await eva.expect(
            en(helping.STUCK, language=en.voice.language_name("es"), article=en(helping.NO_ARTICLE))
        )
        plan = await rosa.expect(es(newcomers.NOBODY_HERE))
        assert es(newcomers.UNTIL_THEN) in plan.text
        library = guide.library
        for contact in library.pack.city.person:
            phone = library.pack.facts[library.pack.contacts[contact].phone]
            assert plain(es.voice.tell.shown(phone)) in plan.text
        assert any(es(newcomers.STOP_LOOKING) in each for each in plan.labels)
        await rosa.silence(0.2)

        luis.presses(en(helping.TAKE), message=offered.message_id)  # late, and still welcome
        await luis.expect(en(helping.PACKET, case=name))
        await rosa.expect(es(newcomers.FOUND))
        eva.presses(en(helping.TAKE), message=stuck.message_id)
        await eva.expect(en(helping.TAKEN_BY_OTHER, case=name))


# --- buttons that do not fit any more, and people they are not for ---


async def test_old_buttons_of_a_case_that_is_over_or_passed_on(bot: Running, en: Told, es: Told) -> None:
    luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
    rosa.says("/person")
    consent = await rosa.expect(es(newcomers.CONSENT))
    rosa.presses(es(newcomers.YES_ASK))
    await takes(luis, en)
    found = await rosa.expect(es(newcomers.FOUND))
    case = await case_of(bot, rosa)
    maria = await quick_helper(bot, "Maria", "es")
    every = all_buttons(luis)
    assert len(every) > 8
    luis.presses(en(helping.PASS_ON))
    await luis.expect(en(helping.PASS_ASK))
    every |= all_buttons(luis)
    luis.presses(en(helping.PASS_NOW))
    await luis.expect(en(helping.PASSED, case=label(case)))
    await rosa.expect(es(newcomers.PASSED_ON))
    await takes(maria, en)
    await rosa.expect(es(newcomers.FOUND))
    rosa.reads_all()
    maria.reads_all()

    taken = await case_of(bot, rosa)
    last = luis.last().message_id
    for data in sorted(every - {""}):
        luis.reads_all()
        luis.presses(data=data, message=last)
        await luis.expect("")
        assert await case_of(bot, rosa) == taken, data
    luis.says("¿llega esto?")
    await luis.expect(en(helping.NO_CASE_TO_WRITE))
    await rosa.silence(0.2)
    await maria.silence(0)

    maria.presses(en(helping.CLOSE))
    closed = await rosa.expect(es(newcomers.CLOSED))
    await maria.expect(en(helping.HOW_ARE_YOU))
    over = await case_of(bot, rosa)
    for person, each in ((luis, every), (maria, all_buttons(maria))):
        for data in sorted(each - {""}):
            if data[:2] in ("he", "hz", "hy"):
                continue  # how the helper is
            person.reads_all()
            person.presses(data=data, message=person.last().message_id)
            await person.expect("")
            assert await case_of(bot, rosa) == over, data
    maria.says("/cases")
    await maria.expect(en(helping.NO_CASES))
    await rosa.silence(0.2)

    rosa.presses(es(newcomers.YES_ASK), message=consent.message_id)
    await rosa.expect(es(newcomers.CASE_OVER))
    rosa.presses(es(newcomers.END_HELP), message=found.message_id)
    await rosa.expect(es(newcomers.CASE_OVER))
    rosa.presses("🙁", message=closed.message_id)
    await rosa.expect(es(newcomers.RATED))
    rosa.presses("🙂", message=closed.message_id)  # thought about it again
    await rosa.expect(es(newcomers.RATED))
    again = await case_of(bot, rosa)
    assert replace(again, rating=0) == over
    assert again.rating == 3


def all_buttons(person: Person) -> set[str]:
    """The data of every button that this person was ever shown about a case."""
    shown = {button.data or "" for seen in person.screen() for row in seen.buttons for button in row}
    return {data for data in shown if data[:1] == "h" and data[:2] not in ("hv", "hl", "hp", "hi", "hR", "hI")}


HELPERS_BUTTONS = [
    Take("1"), NotNow("1"), For("1"), CaseMenu("1"), Topics("1", ""), SavedList("1"), SendSaved("1", "hello"),
    Write("1", "note"), Write("1", "missing"), Do("1", "close"), Do("1", "pass"), buttons.Invite("coordinator"),
    buttons.Resign(), buttons.Duty("on"), buttons.Promise(), buttons.Tongue("es"), Write("999", "missing"), Take("999"),
]  # fmt: skip


async def test_a_stranger_who_presses_helpers_buttons(bot: Running, en: Told, es: Told) -> None:
    luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
    mallory, nobody = await newcomer(bot, "Mallory", "es"), bot.knows("Nobody")
    await together(rosa, es, luis, en)
    case = await case_of(bot, rosa)
    assert case.id == 1
    nobody.says("/menu")
    await nobody.expect(en(wording.PICK_LANGUAGE))
    for pressed in HELPERS_BUTTONS:
        mallory.presses(data=buttons.write(pressed), message=mallory.last().message_id)
        await mallory.expect(es(wording.MENU))
        nobody.presses(data=buttons.write(pressed), message=nobody.last().message_id)
        await nobody.expect(en(wording.PICK_LANGUAGE))
    for command in ("/cases", "/duty on", "/me", "/web", "/invite"):
        mallory.says(command)
        answer = await mallory.expect("")
        assert answer.labels
        assert "http" not in answer.text
    mallory.says("dígale que soy yo")
    await mallory.expect("")
    await luis.silence(0.2)
    await rosa.silence(0)
    assert await case_of(bot, rosa) == case
    assert await helper_of(bot, mallory) is None


async def test_a_helper_who_presses_newcomers_buttons(bot: Running, en: Told, es: Told) -> None:
    """They were a newcomer before, and the old messages are still there."""
    ana = await newcomer(bot, "Ana", "es")
    ana.says("/person")
    ana_asks = await ana.expect(lambda seen: bool(seen.labels))
    ana.says(es.answer("menu"))
    await ana.expect(lambda seen: bool(seen.labels))
    old = {button.data for seen in ana.screen() for row in seen.buttons for button in row if button.data}
    old |= {
        "ca|1",
        "cd|1",
        for_newcomers.write(for_newcomers.Agree("1")),
        for_newcomers.write(for_newcomers.Forget("yes")),
    }
    luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
    await together(rosa, es, luis, en)
    case = await case_of(bot, rosa)
    before = await helper_of(bot, luis)
    for data in sorted(old):
        luis.presses(data=data, message=luis.last().message_id)
        answer = await luis.expect("")
        assert es(wording.MENU) not in answer.text
    assert await helper_of(bot, luis) == before
    assert await case_of(bot, rosa) == case
    await rosa.silence(0.2)
    assert ana_asks.labels


async def test_a_crafted_button_about_somebody_elses_case(bot: Running, en: Told, es: Told) -> None:
    luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
    await together(rosa, es, luis, en)
    maria = await quick_helper(bot, "Maria", "es")
    case = await case_of(bot, rosa)
    maria.says("/me")
    await maria.expect(en(helping.ABOUT_YOU))
    for pressed in HELPERS_BUTTONS[:11] + HELPERS_BUTTONS[-2:]:
        maria.presses(data=buttons.write(pressed), message=maria.last().message_id)
        await maria.expect("")
        if isinstance(pressed, Write):
            maria.says("esto no es mío")
            await maria.expect(lambda seen: en(wording.TROUBLE) not in seen.text)
    await luis.silence(0.2)
    await rosa.silence(0)
    assert await case_of(bot, rosa) == case
    assert await lines_of(bot, case) == []


async def test_after_forgetting_the_helper_can_still_write(bot: Running, en: Told, es: Told) -> None:
    """Who closed a case is asked what was missing; by then the newcomer may have had everything deleted."""
    luis, rosa = await quick_helper(bot, "Luis", "es"), await newcomer(bot, "Rosa", "es")
    await together(rosa, es, luis, en)
    case = await case_of(bot, rosa)
    luis.presses(en(helping.CLOSE))
    await rosa.expect(es(newcomers.CLOSED))
    await luis.expect(en(helping.HOW_ARE_YOU))
    rosa.says("/forget")
    await rosa.expect(es(wording.DELETE_ASK))
    rosa.presses(es(wording.YES_DELETE))
    await rosa.expect(es(wording.DELETED))
    luis.says("faltaba un mapa")
    await luis.expect(en(helping.CASE_OVER, case=label(case)))
    luis.says("¿y ahora?")
    await luis.expect(en(helping.NO_CASE_TO_WRITE))


# --- invitations ---


async def test_an_invitation_works_once_and_not_for_ever(
    bot: Running, en: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await invitation(bot)
    ana, luis, eva, mallory = (bot.api.user(name, language=None) for name in ("Ana", "Luis", "Eva", "Mallory"))
    ana.starts(link)
    await ana.expect(en(helping.WELCOME)[:20])
    ana.starts(link)
    await ana.expect(en(helping.WELCOME)[:20])  # they are one already, and are led on
    luis.starts(link)
    await luis.expect(en(helping.INVITATION_OVER))
    monkeypatch.setattr("bot.actions.helper.INVITED_FOR", timedelta(seconds=-1))
    eva.starts(await invitation(bot, "coordinator"))
    await eva.expect(en(helping.INVITATION_OVER))
    for forged in ("h_", f"h_{'x' * 32}", f"h_{link[2:-1]}", f"h_{link[2:].swapcase()}"):
        mallory.starts(forged)
        await mallory.expect(en(helping.INVITATION_OVER))
    for person in (luis, eva, mallory):
        assert await helper_of(bot, person) is None
        person.says("/invite")
        assert "h_" not in (await person.expect("")).text


async def test_one_invitation_and_two_who_follow_it_at_the_same_moment(two: tuple[Running, Switch], en: Told) -> None:
    bot, _ = two
    for number in range(RACES):
        link = await invitation(bot, "coordinator")
        pair = [bot.api.user(f"{name}{number}", language=None) for name in ("Ana", "Eva")]
        for person in pair:
            person.starts(link)
        answers = [(await person.expect("")).text for person in pair]
        assert sorted(text == en(helping.INVITATION_OVER) for text in answers) == [False, True]
