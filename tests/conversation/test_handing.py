"""The newcomer's side of a hand-off, as the core decides it: asking, waiting, being with a helper, and afterwards."""

from dataclasses import replace

import pytest

from bot import wording
from bot.conversation import buttons
from bot.conversation.desk import Desk
from bot.conversation.guide import Guide
from bot.conversation.message import Attachment, Heard, Reacted
from bot.conversation.respond import listens
from bot.conversation.state import Conversation
from bot.conversation.words import Button
from bot.handoff.case import Agrees, Allows, Case, Forgets, Rates, Wishes, Withdraws, Writes
from bot.richtext import plain
from tests.conftest import NOON
from tests.conversation.talking import ROSA, Talking

SSN = "my ssn is 123-45-6789"
CASE = Case("en", NOON, id=7)
ASKED = Desk(helpers=True, case=CASE, recent=("hello",))
LOOKING = Desk(helpers=True, case=replace(CASE, state="offered", agreed_at=NOON))
WITH = Desk(helpers=True, case=replace(CASE, state="answered", helper=3, agreed_at=NOON, taken_at=NOON))
OVER = Desk(helpers=True, last=replace(CASE, state="closed", ended="helped", helper=3, agreed_at=NOON))


@pytest.fixture
def talk(guide: Guide) -> Talking:
    """Somebody who speaks English, at the menu, with helpers around."""
    talk = Talking(guide, Conversation(language="en"), desk=Desk(helpers=True, recent=("my light is out",)))
    talk.starts()
    return talk


# --- asking ---


def test_without_helpers_there_are_numbers(talk: Talking) -> None:
    talk.desk = Desk()
    turn = talk.asks("talk_to_person")
    assert turn.did == ("person",)
    assert turn.asks is None
    assert "303" in talk.text


def test_asking_passes_nothing_on_yet(talk: Talking) -> None:
    talk.says("library", ("library_card", 0.9))
    turn = talk.asks("talk_to_person")
    assert turn.asks is not None
    assert (turn.asks.state, turn.asks.article, turn.asks.shared) == ("asked", "library-card", ("my light is out",))
    assert (turn.events, turn.passes, turn.words) == ((), None, ())
    assert talk.conversation.asking == "consent"


def test_a_long_message_is_shown_in_part(talk: Talking) -> None:
    talk.desk = Desk(helpers=True, recent=("x" * 5000,))
    turn = talk.asks("talk_to_person")
    assert turn.asks is not None
    assert len(turn.asks.shared[0]) < 400


@pytest.mark.parametrize(("typed", "event"), [("yes", Agrees()), ("No", Withdraws()), ("sí", None)])
def test_yes_and_no_may_be_typed(talk: Talking, typed: str, event: object) -> None:
    talk.asks("talk_to_person")
    talk.desk = ASKED
    turn = talk.says(typed)
    assert turn.events == ((event,) if event else ())


def test_yes_to_something_else_is_no_consent(talk: Talking) -> None:
    talk.asks("talk_to_person")
    talk.desk = ASKED
    talk.asks("main_menu")
    assert talk.says("yes").events == ()


def test_buttons_of_consent(talk: Talking) -> None:
    talk.desk = ASKED
    assert press(talk, buttons.Agree("7")).events == (Agrees(),)
    assert press(talk, buttons.Wish("7", "woman")).events == (Wishes("woman"),)
    assert press(talk, buttons.Wish("7", "other")).events == (Wishes(other_community=True),)
    assert press(talk, buttons.Also("7", "ar")).events == (Allows("ar"),)
    assert press(talk, buttons.Decline("7")).events == (Withdraws(),)
    assert press(talk, buttons.Numbers()).did == ("numbers",)


@pytest.mark.parametrize("pressed", [buttons.Agree("6"), buttons.Wish("6", "man"), buttons.Also("6", "es"),
                                     buttons.Decline("6"), buttons.Rate("6", "3"), buttons.Again("6")])  # fmt: skip
def test_a_button_of_another_case_does_nothing(talk: Talking, pressed: buttons.Press) -> None:
    for desk in (ASKED, LOOKING, WITH, OVER, Desk(helpers=True)):
        talk.desk = desk
        turn = press(talk, pressed)
        assert turn.events == ()
        assert plain(talk.voice.say(wording.handing.CASE_OVER)) in talk.text


def test_the_second_miss_offers_a_helper(talk: Talking) -> None:
    talk.says("qwertz uiop")
    turn = talk.says("asdf ghjk")
    assert turn.did[-1] == "lost-twice"
    assert turn.asks is not None
    assert turn.asks.reason == "lost"


def test_in_a_sensitive_step_and_after_an_alarm_it_is_urgent(talk: Talking) -> None:
    talk.says("police", ("police_report", 0.9))
    assert talk.asks("talk_to_person").asks is not None
    assert talk.last is not None
    assert talk.last.asks is not None
    assert not talk.last.asks.urgent
    press(talk, buttons.Choose("police-report", "danger", "no"))
    press(talk, buttons.Next("police-report", "status"))
    press(talk, buttons.Choose("police-report", "what", "home"))
    turn = talk.asks("talk_to_person")
    assert turn.asks is not None
    assert (turn.asks.urgent, turn.asks.reason) == (True, "sensitive")
    talk.says("my house is on fire")
    turn = press_label(talk, "A person")
    assert turn.asks is not None
    assert (turn.asks.urgent, turn.asks.reason) == (True, "alarm")


# --- waiting ---


def test_what_is_written_while_waiting_is_kept_and_answered(talk: Talking) -> None:
    talk.desk = LOOKING
    turn = talk.says("she wrote again, what now")
    assert turn.did == ("kept",)
    assert turn.passes is not None
    assert turn.passes.text == "she wrote again, what now"
    assert turn.events == (Writes(),)
    turn = talk.says("where is the library", ("library_card", 0.9))
    assert turn.passes is not None
    assert turn.did[-1] == "step:library-card.about"
    assert plain(talk.voice.say(wording.handing.KEPT)) in talk.text


def test_answers_and_wishes_while_waiting_are_the_bots(talk: Talking) -> None:
    talk.says("library", ("library_card", 0.9))
    talk.desk = LOOKING
    assert talk.says("1").passes is None
    assert talk.says("menu").passes is None
    assert talk.asks("talk_to_person").events == (Agrees(),)


def test_a_voice_message_while_waiting_is_kept(talk: Talking) -> None:
    talk.desk = LOOKING
    turn = talk.sends("voice", attachment=Attachment("voice", "id"))
    assert turn.passes is not None
    assert turn.passes.attachment == Attachment("voice", "id")
    assert turn.did == ("kept",)


# --- with a helper ---


def test_the_bot_is_silent(talk: Talking) -> None:
    talk.desk = WITH
    for typed in ("hello", "menu", "1", "yes", "library", "I want a person", "delete everything", "?"):
        turn = talk.says(typed, ("library_card", 0.99))
        assert (turn.did, turn.words, turn.events) == (("to-helper",), (), (Writes(),))
        assert turn.passes is not None
        assert turn.passes.text == typed


def test_nobody_asks_rasa(talk: Talking) -> None:
    heard = Heard(ROSA, NOON, "k", "where is the library please")
    assert listens(talk.conversation, heard, talk.guide, Desk(helpers=True))
    assert listens(talk.conversation, heard, talk.guide, WITH) == ""


def test_private_numbers_are_cut_and_the_newcomer_hears_it(talk: Talking) -> None:
    talk.desk = WITH
    turn = talk.says(SSN)
    assert turn.passes is not None
    assert "6789" not in turn.passes.to_json()
    assert turn.passes.cut
    assert talk.text == plain(talk.voice.say(wording.PRIVATE_CUT))


def test_danger_is_answered_and_passed_on_marked(talk: Talking) -> None:
    for desk in (WITH, LOOKING):
        talk.desk = desk
        turn = talk.says("my house is on fire")
        assert turn.words[0].urgent
        assert talk.text.index("911") < 60
        assert turn.passes is not None
        assert turn.passes.urgent
        assert turn.events == (Writes(urgent=True),)


def test_an_edit_is_passed_on_as_one(talk: Talking) -> None:
    talk.desk = WITH
    turn = talk.edits("I meant Tuesday")
    assert turn.passes is not None
    assert turn.passes.edited
    talk.desk = Desk(helpers=True)
    assert talk.edits("I meant Tuesday").passes is None


@pytest.mark.parametrize(
    ("attachment", "why"),
    [
        (Attachment("contact", phone="+13035550100", name="Rosa", own=True), "own-contact"),
        (Attachment("document", "id", 25_000_000), "large"),
        (None, "kind"),
    ],
)
def test_what_cannot_be_passed_on_is_said(talk: Talking, attachment: Attachment | None, why: str) -> None:
    talk.desk = WITH
    turn = talk.sends("other", attachment=attachment)
    assert turn.did == (f"not-passed:{why}",)
    assert turn.passes is None
    assert talk.text


def test_a_reaction_is_passed_on_only_to_a_helper(talk: Talking) -> None:
    reaction = Reacted(ROSA, NOON, "k", "❤", "5")
    talk.desk = WITH
    assert talk.tells(reaction).reacts == reaction
    talk.desk = LOOKING
    assert talk.tells(reaction).reacts is None


def test_buttons_and_commands_still_belong_to_the_bot(talk: Talking) -> None:
    talk.desk = WITH
    assert press(talk, buttons.Open("library-card")).did[-1] == "step:library-card.about"
    assert talk.asks("stop").did == ("with-helper",)
    assert talk.asks("talk_to_person").did == ("with-helper",)
    assert press(talk, buttons.Decline("7")).events == (Withdraws(),)
    assert press(talk, buttons.Agree("7")).did == ("with-helper",)


def test_deleting_everything_ends_the_case(talk: Talking) -> None:
    talk.desk = WITH
    talk.asks("delete_my_data")
    turn = press(talk, buttons.Forget("yes"))
    assert turn.forget
    assert turn.events == (Forgets(),)


# --- afterwards ---


def test_rating_and_the_same_helper_again(talk: Talking) -> None:
    talk.desk = OVER
    assert press(talk, buttons.Rate("7", "3")).events == (Rates(3),)
    assert press(talk, buttons.Rate("7", "9")).events == ()
    turn = press(talk, buttons.Again("7"))
    assert turn.asks is not None
    assert (turn.asks.same, turn.asks.reason, turn.asks.id) == (3, "again", 0)
    assert talk.says("hello").did == ("menu",)


def test_a_stranger_who_presses_helpers_buttons_is_a_newcomer(talk: Talking) -> None:
    for data in ("ht|7", "hd|7|close", "hf|7", "hI|coordinator"):
        turn = talk.presses_data(data)
        assert turn.events == ()
        assert turn.words


def press(talk: Talking, pressed: buttons.Press):
    return talk.presses_data(buttons.write(pressed))


def press_label(talk: Talking, label: str):
    found: list[Button] = [button for button in talk.buttons if label in button.label]
    return talk.presses_data(found[0].press)


def test_danger_while_being_asked_makes_it_urgent_and_passes_nothing(talk: Talking) -> None:
    talk.desk = ASKED
    turn = talk.says("my house is on fire")
    assert turn.words[0].urgent
    assert (turn.events, turn.passes) == ((Writes(urgent=True),), None)
