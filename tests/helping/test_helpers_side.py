"""The helper's ladder, as the core decides it: becoming one, duty, and buttons of every kind and age."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import load
from bot.conversation.buttons import MAX_BYTES
from bot.conversation.guide import Guide
from bot.conversation.message import Asked, Attachment, Heard, Message, Newcomer, Pressed, Sent, Started
from bot.conversation.passing import Passed
from bot.conversation.words import Words
from bot.handoff.case import Case, Closes, Declines, PassesOn, Takes
from bot.handoff.helper import Helper, Window
from bot.helping import buttons, setup
from bot.helping.bench import (
    Bench,
    ChangesDuty,
    Deed,
    Does,
    HelperTurn,
    Invites,
    Misses,
    Notes,
    Questions,
    Resigns,
    Seen,
    Sends,
    SendsReady,
    SendsTopic,
    TellsHeavy,
    WantsLink,
)
from bot.helping.respond import respond
from bot.richtext import plain
from tests.conftest import CITY, NOON

ME = Newcomer("telegram", "5")
GUIDE = load(CITY)
BEFORE = NOON - timedelta(minutes=1)
READY = Helper(3, language="en", name="Ana", languages=(("es", "native"),), pledged_at=NOON, zone="America/Denver")
CASES = (
    Case("es", NOON, id=7, state="answered", helper=3, article="library-card", step="about", agreed_at=NOON, taken_at=NOON,
         written_at=BEFORE, replied_at=NOON),
    Case("ar", NOON, id=8, state="taken", helper=3, agreed_at=NOON, taken_at=NOON, written_at=BEFORE),
)  # fmt: skip


@dataclass
class Chat:
    """A helper's chat with the core; what is remembered goes through JSON after every turn."""

    guide: Guide = field(repr=False)
    helper: Helper = READY
    bench: Bench = field(default_factory=lambda: Bench(ready=True))
    cases: tuple[Case, ...] = ()
    now: datetime = NOON
    last: HelperTurn | None = None

    def says(self, text: str, replied: int = 0, question: int = 0) -> HelperTurn:
        return self.tells(Heard(ME, self.now, "k", text), replied, question)

    def asks(self, intent: str, rest: str = "") -> HelperTurn:
        return self.tells(Asked(ME, self.now, "k", intent, rest))

    def presses(self, press: buttons.Press | str) -> HelperTurn:
        return self.tells(Pressed(ME, self.now, "k", press if isinstance(press, str) else buttons.write(press)))

    def tells(self, message: Message, replied: int = 0, question: int = 0) -> HelperTurn:
        seen = Seen(self.helper, self.bench, self.cases, replied, question)
        turn = respond(seen, message, self.guide, self.now)
        self.helper = Helper.from_json(turn.helper.id, turn.helper.to_json())
        self.bench = Bench.from_json(turn.bench.to_json())
        assert (self.helper, self.bench) == (turn.helper, turn.bench)
        assert all(Words.from_json(words.to_json()) == words for words in turn.words)
        assert all(len(b.press.encode()) <= MAX_BYTES for words in turn.words for row in words.rows for b in row)
        self.last = turn
        return turn

    @property
    def text(self) -> str:
        assert self.last is not None
        return "\n".join(plain(words.text) for words in self.last.words)


@pytest.fixture
def chat(guide: Guide) -> Chat:
    return Chat(guide)


@pytest.fixture
def busy(guide: Guide) -> Chat:
    """With two newcomers."""
    return Chat(guide, cases=CASES)


def deeds(turn: HelperTurn) -> tuple[Deed, ...]:
    return turn.deeds


# --- becoming one ---


def test_from_the_link_to_the_first_question(guide: Guide) -> None:
    chat = Chat(guide, Helper(3, zone="America/Denver"), Bench())
    assert chat.tells(Started(ME, NOON, "k", "h_token")).did == "welcome"
    assert chat.presses(buttons.SpeakWith("es")).did == "pledge"
    assert chat.presses(buttons.Promise()).did == "name"
    assert chat.helper.pledged_at == NOON
    assert chat.says("  Ana \n María ").did == "languages"
    assert chat.helper.name == "Ana María"
    assert chat.presses(buttons.Show("ready")).did == "no-languages"
    assert chat.presses(buttons.Tongue("es")).did == "changed:languages"
    assert chat.presses(buttons.Show("hours")).did == "screen:hours"
    assert chat.presses(buttons.Hours("0", "2")).replaces
    assert chat.helper.hours == (Window(0, 17 * 60, 21 * 60),)
    turn = chat.presses(buttons.Show("ready"))
    assert (turn.did, turn.deeds) == ("ready", (ChangesDuty(),))
    assert chat.bench.ready


def test_nothing_is_done_before_the_promise(guide: Guide) -> None:
    chat = Chat(guide, Helper(3, language="en"), Bench(), CASES)
    for message in (buttons.Tongue("es"), buttons.Duty("on"), buttons.Show("ready"), buttons.Am("woman")):
        assert chat.presses(message).did == "pledge"
    assert chat.says("hello newcomer").deeds == ()
    assert chat.helper == Helper(3, language="en")


def test_levels_go_round(chat: Chat) -> None:
    levels = []
    for _ in range(4):
        chat.presses(buttons.Tongue("ar"))
        levels.append(chat.helper.level("ar"))
    assert levels == ["native", "fluent", "some", None]


@pytest.mark.parametrize("press", [buttons.Hours("7", "0"), buttons.Hours("0", "9"), buttons.Hours("x", "0"),
                                   buttons.Tongue("xx"), buttons.Am("robot"), buttons.AtOnce("99"), buttons.Pause("x"),
                                   buttons.SpeakWith("xx"), buttons.Show("nowhere")])  # fmt: skip
def test_buttons_that_nobody_wrote_change_nothing(chat: Chat, press: buttons.Press) -> None:
    chat.presses(press)
    assert replace(chat.helper, paused_until=None) == READY
    assert chat.text


def test_duty_break_and_leaving(chat: Chat) -> None:
    assert chat.asks("duty", "off").deeds == (ChangesDuty(off=True),)
    assert not chat.helper.on_duty(chat.now)
    assert chat.asks("duty", "on").deeds == (ChangesDuty(),)
    assert chat.helper.on_duty(chat.now)
    assert not chat.helper.on_duty(chat.now + setup.DUTY_EXTRA)
    chat.presses(buttons.Pause("7"))
    assert not chat.helper.on_duty(chat.now + timedelta(days=6))
    chat.presses(buttons.Pause("0"))
    assert chat.helper.paused_until is None
    assert chat.presses(buttons.Resign()).deeds == (Resigns(),)


def test_only_coordinators_invite(chat: Chat) -> None:
    assert chat.asks("invite").did == "invite-refused"
    assert chat.presses(buttons.Invite("coordinator")).deeds == ()
    chat.helper = replace(READY, role="coordinator")
    assert chat.asks("invite").did == "invite"
    assert chat.presses(buttons.Invite("helper")).deeds == (Invites("helper"),)
    assert chat.asks("web").deeds == (WantsLink(),)


# --- cases ---


def test_take_and_not_now(chat: Chat) -> None:
    assert chat.presses(buttons.Take("7")).deeds == (Does(7, Takes(3)),)
    assert chat.presses(buttons.NotNow("7")).deeds == (Does(7, Declines(3)),)
    assert chat.presses("ht|seven").deeds == ()


def test_words_go_where_they_belong(busy: Chat) -> None:
    assert busy.says("hello", replied=8).deeds == (Sends(8, Passed("hello")),)
    assert busy.says("more").deeds == (Sends(8, Passed("more")),), "just written to"
    busy.now += timedelta(minutes=20)
    assert busy.says("later").did == "for-whom"
    assert busy.says("again").did == "for-whom"
    assert busy.presses(buttons.For("7")).deeds == (Sends(7, Passed("later")), Sends(7, Passed("again")))
    assert busy.bench.held == ()


def test_a_newer_word_of_another_newcomer_makes_a_doubt(busy: Chat) -> None:
    busy.says("hello", replied=8)
    busy.cases = (replace(CASES[0], written_at=NOON + timedelta(seconds=1)), CASES[1])
    assert busy.says("and you?").did == "for-whom"
    assert busy.presses(buttons.For("")).deeds == ()
    assert busy.bench.held == ()


def test_a_reply_to_a_case_that_is_gone_goes_nowhere(busy: Chat) -> None:
    assert busy.says("hello", replied=5).deeds == ()
    assert "5" in busy.text


def test_without_newcomers_words_go_nowhere_and_that_is_said(chat: Chat) -> None:
    assert chat.says("hello?").deeds == ()
    assert chat.text


def test_what_was_asked_for_is_taken_as_the_answer(busy: Chat) -> None:
    busy.presses(buttons.Write("7", "note"))
    assert busy.says("needs a form").deeds == (Notes(7, "needs a form"),)
    busy.presses(buttons.Write("7", "word"))
    assert busy.says("be kind").deeds == (Notes(7, "be kind", word=True),)
    busy.presses(buttons.Write("7", "question"))
    assert busy.says("may I?").deeds == (Questions(7, "may I?"),)
    busy.presses(buttons.Write("7", "note"))
    busy.presses(buttons.Cancel())
    assert busy.says("hello", replied=7).deeds == (Sends(7, Passed("hello")),)
    busy.presses(buttons.Write("7", "note"))
    assert busy.says("hello", replied=8).deeds == (Sends(8, Passed("hello")),), "a reply is never a note"


def test_the_end_asks_what_was_missing_but_takes_no_words_from_others(busy: Chat) -> None:
    assert busy.presses(buttons.Do("7", "close")).deeds == (Does(7, Closes(3)),)
    busy.cases = CASES[1:]
    assert not any(isinstance(deed, Misses) for deed in busy.says("hello").deeds)
    busy.presses(buttons.Write("7", "missing"))
    assert busy.says("the price").deeds == (Misses(7, "the price"),)
    busy.cases = CASES[:1]
    assert busy.presses(buttons.Do("7", "pass")).deeds == (Does(7, PassesOn(3)),)


def test_ready_answers_topics_and_saved_ones(busy: Chat) -> None:
    assert busy.presses(buttons.SendSaved("7", "hello")).deeds == (SendsReady(7, "hello"),)
    assert busy.presses(buttons.SendStep("7", "library-card", "")).deeds == (SendsTopic(7, "library-card"),)
    assert busy.presses(buttons.SendStep("7", "library-card", "no-such-step")).deeds == ()
    busy.says("mine", replied=7)
    busy.presses(buttons.SaveLast("7"))
    assert busy.helper.saved == (("es", "mine"),)
    assert busy.presses(buttons.SendSaved("7", "0")).deeds == (Sends(7, Passed("mine")),)
    assert busy.presses(buttons.SendSaved("7", "5")).deeds == ()


def test_heavy_is_told_only_with_consent(chat: Chat) -> None:
    assert chat.presses(buttons.Feel("heavy")).deeds == ()
    assert chat.presses(buttons.Tell("no")).deeds == ()
    assert chat.presses(buttons.Tell("yes")).deeds == (TellsHeavy(),)


def test_private_numbers_own_contact_and_danger(busy: Chat) -> None:
    turn = busy.says("yours is 123-45-6789?", replied=7)
    assert isinstance(turn.deeds[0], Sends)
    assert "6789" not in turn.deeds[0].passed.text
    assert turn.words
    own = Sent(ME, NOON, "k", "contact", "", Attachment("contact", phone="1", name="Ana", own=True))
    assert busy.tells(own, replied=7).deeds == ()
    turn = busy.says("is your house on fire?", replied=7)
    assert turn.deeds
    assert "911" in busy.text


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=64),
        st.builds(
            "|".join,
            st.tuples(
                st.sampled_from(["ht", "hn", "hf", "hm", "ha", "hb", "hs", "hr", "hq", "hk", "hw", "hd", "hx", "hy", "he", "hz",
                                 "hv", "hl", "hp", "hu", "hh", "ho", "hg", "hc", "hj", "hi", "hI"]),
                st.sampled_from(["7", "8", "9", "", "x", "es", "word", "close", "0"]),
            ),
        ),
        st.builds(
            "|".join,
            st.tuples(st.sampled_from(["ha", "hb", "hq", "hw", "hd", "hh"]), st.sampled_from(["7", "9", "x"]),
                      st.sampled_from(["", "home", "library-card", "note", "close", "back", "hello", "1"])),
        ),
    )
)  # fmt: skip
def test_any_button_has_an_answer_or_a_deed(data: str) -> None:
    chat = Chat(GUIDE, cases=CASES)
    turn = chat.presses(data)
    assert turn.words or turn.deeds


def test_every_button_can_be_read_again() -> None:
    assert buttons.read("hd|7|close") == buttons.Do("7", "close")
    assert buttons.read("hd|7") is None
    assert buttons.read("m|") is None, "a newcomer's button is none of a helper's"


def test_a_file_is_no_note_and_goes_to_nobody(busy: Chat) -> None:
    photo = Sent(ME, NOON, "k", "photo", "a letter", Attachment("photo", "id"))
    busy.presses(buttons.Write("7", "note"))
    turn = busy.tells(photo)
    assert (turn.did, turn.deeds) == ("only-words", ())
    assert busy.says("a letter").deeds == (Notes(7, "a letter"),), "it is still asked for"
    assert busy.tells(photo, question=7).deeds == ()
    assert busy.tells(photo, replied=7).deeds, "without a question of ours it is for the newcomer"
