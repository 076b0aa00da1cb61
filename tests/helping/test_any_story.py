"""Anything, in any order, through the real actions and store: nothing is lost, mixed up or said by two voices.

Every message that a person writes carries the writer's name and a number, so that whatever arrives anywhere can be traced.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.content import load
from bot.conversation import buttons as newcomers
from bot.conversation.message import Attachment
from bot.helping import buttons as helpers
from bot.richtext import plain
from bot.wording import handing
from tests.conftest import CITY
from tests.helping.world import MARK, Somebody, World

T = TypeVar("T")
GUIDE = load(CITY)
NEWCOMERS = (("rosa", "es"), ("luis", "es"), ("amira", "ar"))
HELPERS = (("ana", ("es", "en")), ("ines", ("es",)), ("omar", ("ar",)))
ARTICLES = sorted(GUIDE.library.pack.articles)
STORIES, STEPS = 120, 25
who = st.sampled_from([name for name, _ in NEWCOMERS])
whose = st.sampled_from([name for name, _ in HELPERS])


class AnyStory(RuleBasedStateMachine):
    """Three newcomers, three helpers and a coordinator."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world = self.do(World(GUIDE).open())
        self.owned: dict[str, set[str]] = {name: set() for name, _ in NEWCOMERS}
        """Which helpers ever had a case of each newcomer."""
        self.to_helper: dict[str, list[int]] = {name: [] for name, _ in NEWCOMERS}
        """The numbers of messages that were for a helper, by newcomer; those of a case that ended are taken out."""

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize(names=st.sets(who, min_size=1))
    def everybody_comes(self, names: set[str]) -> None:
        for name, languages in HELPERS:
            self.do(self.world.helper(name, *languages))
        self.do(self.world.helper("cora", "en", role="coordinator", capacity=1))
        for name, language in NEWCOMERS:
            self.do(self.world.newcomer(name, language))
        for name in sorted(names):
            self.finds_a_helper(name)

    def one(self, name: str) -> Somebody:
        return self.world.everybody[name]

    def owner(self, name: str) -> str | None:
        """The helper who is with this newcomer now."""
        case = self.do(self.world.case_of(self.one(name)))
        if case is None or not case.in_charge:
            return None
        return next(each.name for each in self.world.everybody.values() if each.helper == case.helper)

    def look(self) -> None:
        for name, _ in NEWCOMERS:
            owner = self.owner(name)
            if owner:
                self.owned[name].add(owner)

    # --- newcomers ---

    @rule(name=who)
    def asks_for_a_person(self, name: str) -> None:
        self.do(self.world.asks(self.one(name), "talk_to_person"))

    @rule(name=who)
    def finds_a_helper(self, name: str) -> None:
        """Asks, agrees, and somebody who was asked takes it."""
        self.asks_for_a_person(name)
        self.agrees(name)
        case = self.do(self.world.case_of(self.one(name)))
        for offer in case.offers if case else ():
            helper = next(each for each in self.world.everybody.values() if each.helper == offer.helper)
            self.do(self.world.presses(helper, helpers.write(helpers.Take(str(case.id if case else 0)))))
            break
        self.look()

    @rule(name=who)
    def agrees(self, name: str) -> None:
        case = self.do(self.world.case_of(self.one(name)))
        if case:
            self.do(self.world.presses(self.one(name), newcomers.write(newcomers.Agree(str(case.id)))))

    @rule(name=who)
    def writes(self, name: str) -> None:
        """The one voice: while a helper is there, the bot answers nothing."""
        person, owner = self.one(name), self.owner(name)
        before = len(person.got)
        self.do(self.world.writes(person, "hola"))
        arrived = person.got[before:]
        if owner:
            slowly = plain(GUIDE.voice(person.language, self.world.now).say(handing.SLOWLY))
            passed_on = plain(GUIDE.voice(person.language, self.world.now).say(handing.PASSED_ON))
            bots = [got for got in arrived if not got.text.startswith("🧑") and slowly not in got.text]
            assert all(passed_on in got.text or owner != self.owner(name) for got in bots), [got.text for got in bots]
            self.to_helper[name].append(person.sent)
        else:
            assert arrived, "silence"

    @rule(name=who)
    def is_in_danger(self, name: str) -> None:
        person = self.one(name)
        before = len(person.got)
        self.do(self.world.says_danger(person))
        assert any("911" in got.text and got.words.urgent for got in person.got[before:])

    @rule(name=who)
    def sends_a_voice_message(self, name: str) -> None:
        self.do(self.world.sends(self.one(name), Attachment("voice", f"voice-of-{name}")))

    @rule(name=who)
    def edits(self, name: str) -> None:
        self.do(self.world.writes(self.one(name), "mejor", edited=True))

    @rule(name=who, article=st.sampled_from(ARTICLES))
    def starts_a_flow(self, name: str, article: str) -> None:
        person = self.one(name)
        before = len(person.got)
        self.do(self.world.presses(person, newcomers.write(newcomers.Open(article))))
        assert len(person.got) > before

    @rule(name=who, which=st.integers(0, 200))
    def presses_any_old_button(self, name: str, which: int) -> None:
        person = self.one(name)
        shown = person.buttons()
        if shown:
            before = len(person.got)
            self.do(self.world.presses(person, shown[which % len(shown)].press))
            assert len(person.got) > before, "silence"

    @rule(name=who)
    def blocks(self, name: str) -> None:
        self.do(self.world.blocks(self.one(name)))

    @rule(name=who)
    def has_everything_deleted(self, name: str) -> None:
        self.do(self.world.asks(self.one(name), "delete_my_data"))
        self.do(self.world.presses(self.one(name), newcomers.write(newcomers.Forget("yes"))))
        self.do(self.world.presses(self.one(name), newcomers.write(newcomers.Speak(self.one(name).language))))

    # --- helpers ---

    @rule(name=whose, which=st.integers(0, 200))
    def a_helper_presses_any_old_button(self, name: str, which: int) -> None:
        helper = self.one(name)
        shown = [button for button in helper.buttons() if button.press != helpers.write(helpers.Resign())]
        if shown:
            before = len(helper.got)
            self.do(self.world.presses(helper, shown[which % len(shown)].press))
            assert len(helper.got) > before, "silence"

    @rule(name=whose, newest=st.booleans())
    def a_helper_takes(self, name: str, newest: bool) -> None:
        takes = [button.press for button in self.one(name).buttons() if button.press.startswith("ht|")]
        if takes:
            self.do(self.world.presses(self.one(name), takes[-1] if newest else takes[0]))

    @rule(name=whose, reply=st.integers(0, 5))
    def a_helper_writes(self, name: str, reply: int) -> None:
        """Sometimes as a reply to one of the latest messages, sometimes without."""
        helper = self.one(name)
        target = helper.got[-reply] if 0 < reply <= len(helper.got) else None
        mark = self.do(self.world.writes(helper, "hello", reply=target))
        wrote = MARK.findall(target.text) if target else []
        readers = {other for other, _ in NEWCOMERS if any(mark in text for text in self.one(other).texts())}
        assert len(readers) <= 1
        if wrote and readers:
            assert readers == {wrote[-1][0]}, "a reply went to somebody else"

    @rule(name=who)
    def they_talk(self, name: str) -> None:
        """The newcomer writes, and the helper who is there replies to just that."""
        self.writes(name)
        owner = self.owner(name)
        got = self.one(owner).got if owner else []
        if owner and got and f"mark-{name}-{self.one(name).sent}" in got[-1].text:
            mark = self.do(self.world.writes(self.one(owner), "yes", reply=got[-1]))
            assert any(mark in text for text in self.one(name).texts())
            for other, _ in NEWCOMERS:
                assert other == name or not any(mark in text for text in self.one(other).texts())

    @rule(name=whose, what=st.sampled_from(["pass", "back", "close"]))
    def a_helper_is_done_with_somebody(self, name: str, what: str) -> None:
        menus = [button.press for button in self.one(name).buttons() if button.press.startswith("hd|")]
        if menus:
            case = menus[-1].split("|")[1]
            self.do(self.world.presses(self.one(name), helpers.write(helpers.Do(case, what))))

    @rule(name=whose)
    def a_helper_says_for_whom(self, name: str) -> None:
        asked = [button.press for button in self.one(name).buttons() if button.press.startswith("hf|")]
        if asked:
            self.do(self.world.presses(self.one(name), asked[-2] if len(asked) > 1 else asked[-1]))

    @rule(name=whose, answer=st.sampled_from(["on", "off"]))
    def a_helper_goes_on_or_off_duty(self, name: str, answer: str) -> None:
        self.do(self.world.asks(self.one(name), "duty", answer))

    @rule(name=whose)
    def a_helper_blocks(self, name: str) -> None:
        self.do(self.world.blocks(self.one(name)))

    @rule(name=whose)
    def a_helper_shows_their_cases(self, name: str) -> None:
        self.do(self.world.asks(self.one(name), "cases"))

    # --- the world ---

    @rule(minutes=st.sampled_from([1, 5, 11, 35, 100, 600]))
    def time_goes_by(self, minutes: int) -> None:
        self.do(self.world.passes(minutes=minutes))

    @rule()
    def the_program_starts_again(self) -> None:
        self.do(self.world.restarts())

    # --- what always holds ---

    @invariant()
    def every_case_has_one_owner_and_a_time(self) -> None:
        self.look()
        for case in self.do(self.world.all_open()):
            assert (case.helper is not None) is case.in_charge
            assert case.due is not None

    @invariant()
    def nobody_reads_what_is_not_for_them(self) -> None:
        for name, owners in self.owned.items():
            for other in self.world.everybody.values():
                if other.name != name and other.name not in owners:
                    assert other.marks(name) == [], f"{other.name} reads {name}"
        for helper, _ in HELPERS:
            for name, owners in self.owned.items():
                if helper not in owners:
                    assert self.one(name).marks(helper) == [], f"{name} reads {helper}"

    @invariant()
    def what_arrives_is_in_order_and_once(self) -> None:
        for name, _ in NEWCOMERS:
            for helper, _ in HELPERS:
                there = self.one(name).marks(helper)
                assert there == sorted(set(there)) or self._sent_late(helper), f"{name} of {helper}: {there}"

    def _sent_late(self, helper: str) -> bool:
        """A message that waited for “for whom?” comes after later ones that were replies; that is the helper's wish."""
        return any(button.press.startswith("hf|") for button in self.one(helper).buttons())

    @invariant()
    def nobody_learns_who_anybody_is(self) -> None:
        addresses = [person.address for person in self.world.everybody.values()]
        for person in self.world.everybody.values():
            for text in person.texts()[-3:]:
                assert not any(address in text for address in addresses)

    @invariant()
    def newcomers_read_their_own_language(self) -> None:
        """The one they have chosen; what was said before a change stays as it is."""
        for name, _ in NEWCOMERS:
            person = self.one(name)
            remembered = self.do(self.world.parts.store.peek(person.newcomer)).language
            if remembered == person.language and person.got:
                assert person.got[-1].words.language in (remembered, "")
            person.language = remembered

    @precondition(lambda self: any(self.to_helper.values()))
    @rule(name=who)
    def what_was_written_to_a_helper_is_with_one(self, name: str) -> None:
        """Whatever was written while a helper was there has been read by one of them, at the latest a minute later."""
        self.do(self.world.passes(minutes=1, seconds=5))
        read = {number for owner in self.owned[name] for number in self.one(owner).marks(name)}
        blocked = any(self.one(owner).blocks for owner in self.owned[name])
        if not blocked:
            assert set(self.to_helper[name]) <= read
        self.to_helper[name].clear()

    def teardown(self) -> None:
        self.do(self.world.close())
        self.loop.close()


TestAnyStory = AnyStory.TestCase
TestAnyStory.settings = settings(
    max_examples=STORIES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
)
