"""The ladder of decisions, rung by rung, on the shipped content."""

from copy import copy
from dataclasses import replace

import pytest

from bot.conversation import buttons
from bot.conversation.guide import Guide
from bot.conversation.message import Heard, Pressed, Sent
from bot.conversation.respond import RESUME_AFTER, SURE, UNSURE, listens
from bot.conversation.state import Conversation, Place
from tests.conftest import NOON
from tests.conversation.talking import ROSA, Talking

SURELY = 0.97


@pytest.fixture
def talk(guide: Guide) -> Talking:
    return Talking(guide)


@pytest.fixture
def english(guide: Guide) -> Talking:
    talk = Talking(guide)
    talk.starts()
    talk.presses("English")
    return talk


@pytest.fixture
def in_card(english: Talking) -> Talking:
    english.says("library card please", ("library_card", SURELY))
    return english


def test_start_asks_for_the_language_in_every_language(talk: Talking) -> None:
    turn = talk.starts()
    assert turn.did == ("ask-language",)
    assert [button.label for button in talk.buttons] == ["English", "Español", "العربية", "አማርኛ"]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("hola", "es"),
        ("buenos días", "es"),
        ("مرحبا", "ar"),
        ("كيف أحصل على بطاقة", "ar"),
        ("ሰላም", "am"),
        ("hello", "en"),
    ],
)
def test_first_words_tell_the_language(talk: Talking, words: str, language: str) -> None:
    assert talk.says(words).did[-1].partition(":")[0] in ("welcome", "clarify")
    assert talk.conversation.language == language


@pytest.mark.parametrize("words", ["zzz", "ok", "123", "?", "library"])
def test_unclear_language_is_asked_never_guessed(talk: Talking, words: str) -> None:
    assert talk.says(words).did == ("ask-language",)
    assert talk.conversation.language == ""


def test_what_was_asked_before_the_language_was_known_is_not_forgotten(talk: Talking) -> None:
    talk.says("library card", ("library_card", SURELY))
    assert "article:library-card" in talk.presses("Español").did


@pytest.mark.parametrize("typed", ["Español", "spanish", "2", "٢"])
def test_language_may_be_typed(talk: Talking, typed: str) -> None:
    talk.starts()
    talk.says(typed)
    assert talk.conversation.language == "es"


def test_link_opens_its_article_in_its_language(talk: Talking) -> None:
    assert talk.starts("library-card__es").did[-1] == "step:library-card.about"
    assert talk.conversation.language == "es"


def test_link_never_takes_a_chosen_language_away(english: Talking) -> None:
    english.starts("library-card__ar")
    assert english.conversation.language == "en"


def test_sure_opens_unsure_offers_lost_says_so(english: Talking) -> None:
    assert english.says("qwxz", ("ride_transit", SURE)).did[0] == "article:ride-transit"
    english.presses("Menu")
    assert english.says("qwxz", ("ride_transit", SURE - 0.01), ("police_report", UNSURE)).did == (
        "clarify:ride-transit,police-report",
    )
    assert english.presses("None of these").did[-1] == "lost:ride-transit.trip" or "lost" in english.last.did[-1]


def test_at_most_two_clarifications_in_a_row(english: Talking) -> None:
    maybe = (("ride_transit", 0.4), ("police_report", 0.3))
    did = [english.says("hm qwxz", *maybe).did[-1].partition(":")[0] for _ in range(3)]
    assert did == ["clarify", "clarify", "lost"]


def test_second_miss_offers_a_person(english: Talking) -> None:
    assert english.says("qwxz qwxz").did == ("lost",)
    english.says("zxwq zxwq")
    assert english.last is not None
    assert english.last.did == ("lost-twice",)
    assert "739-7000" in english.text


def test_clarification_is_answered_by_number_and_word(english: Talking) -> None:
    maybe = (("ride_transit", 0.4), ("police_report", 0.3))
    english.says("hm qwxz", *maybe)
    assert "article:police-report" in english.says("2").did


def test_answers_by_button_number_label_and_yes(english: Talking) -> None:
    english.starts("electricity-gas-start__en")
    assert english.says("Nope").did == ("step:electricity-gas-start.goal",)
    assert english.says("1").did == ("step:electricity-gas-start.rent",)
    assert english.says("yes it is in the rent").did[-1] == "step:electricity-gas-start.in-rent"
    assert english.says("back").did == ("back:electricity-gas-start.rent",)
    assert english.says("no").did == ("step:electricity-gas-start.bring",)
    assert english.says("next").did == ("step:electricity-gas-start.deposit",)
    english.starts("library-card__en")
    for word in ("1", "next", "next"):
        english.says(word)
    assert english.says("colfax").did == ("step:library-card.colfax",)


def test_a_number_after_a_group_is_one_of_its_topics(english: Talking) -> None:
    english.says("menu")
    assert english.says("3").did == ("menu:health",)
    second = english.buttons[1].label
    turn = english.says("2")
    assert turn.did[0].startswith("article:")
    assert second in english.text
    english.says("stop")
    assert english.says("2").did == ("menu:bills",), "after something else the numbers are the menu's again"


def test_papers_are_ticked_and_judged(in_card: Talking) -> None:
    in_card.says("1")
    assert in_card.says("2").did == ("tick:library-card.papers",)
    assert in_card.last is not None
    assert in_card.last.replaces
    assert "☑️ A photo ID" in [button.label for button in in_card.buttons]
    assert in_card.says("next").did == ("step:library-card.missing",)
    assert in_card.text.startswith("🟡")
    assert "A store receipt with my name and address" in in_card.text
    in_card.says("back")
    in_card.presses("A store receipt")
    assert in_card.says("next").did == ("step:library-card.bring",)
    assert in_card.text.startswith("✅")
    in_card.says("back")
    in_card.presses("A store receipt")
    in_card.presses("☑️ A photo ID")
    assert in_card.says("next").did == ("step:library-card.missing",)
    assert in_card.text.startswith("🟠"), "who has nothing is not “almost” there"
    assert "• A photo ID / A photo ID with the address where I live now" in in_card.text


def test_misheard_line_costs_nothing(in_card: Talking) -> None:
    in_card.says("1")
    before = in_card.conversation.place
    assert in_card.says("qwxz qwxz").did == ("lost:library-card.papers",)
    assert in_card.conversation.place == before
    assert in_card.says("next").did == ("step:library-card.missing",)


def test_side_question_and_return(in_card: Talking) -> None:
    in_card.says("1")
    place = in_card.conversation.place
    turn = in_card.says("how do i take the bus", ("ride_transit", SURELY))
    assert turn.did[0] == "article:ride-transit"
    assert "Get a library card" in in_card.text
    assert in_card.conversation.aside == (place,)
    in_card.asks("main_menu")
    data = buttons.write(buttons.Continue("library-card"))
    assert in_card.presses_data(data).did == ("return:library-card.papers",)
    assert in_card.conversation.place == place


def test_finishing_the_side_question_returns_by_itself(in_card: Talking) -> None:
    in_card.says("1")
    in_card.says("alarm chirps", ("fire_safety", SURELY))
    in_card.walks("finished:fire-safety")
    assert in_card.last is not None
    assert in_card.last.did[-1] == "return:library-card.papers"


def test_change_of_language_keeps_the_place(in_card: Talking) -> None:
    in_card.says("1")
    place = in_card.conversation.place
    in_card.says("language")
    turn = in_card.presses("Español")
    assert turn.did[-1] == "step:library-card.papers"
    assert in_card.conversation.place == place
    assert in_card.words.language == "es"


def test_back_repeat_start_over_stop(in_card: Talking) -> None:
    in_card.says("1")
    in_card.says("next")
    assert in_card.says("back").did == ("back:library-card.papers",)
    assert in_card.says("again").did == ("repeat:library-card.papers",)
    assert in_card.says("start over").did == ("start-over:library-card.about",)
    assert in_card.says("back").did == ("repeat:library-card.about",)
    assert in_card.says("stop").did == ("stop",)
    assert in_card.conversation.place is None


def test_going_back_corrects_an_answer(english: Talking) -> None:
    english.starts("electricity-gas-start__en")
    for word in ("no", "1", "no", "back", "yes"):
        english.says(word)
    assert dict(english.conversation.place.answers)["rent"] == "yes"  # type: ignore[union-attr]


def test_old_button_shows_the_current_step(in_card: Talking) -> None:
    old = in_card.buttons[0].press
    in_card.says("1")
    assert in_card.presses_data(old).did == ("old-button:library-card.papers",)


@pytest.mark.parametrize(
    "data", ["", "x|y|z", "c|gone|step|yes", "a|gone", "m|gone", "l|xx", "☃" * 60, "n|library-card|gone"]
)
def test_any_button_gets_an_answer(in_card: Talking, data: str) -> None:
    assert in_card.presses_data(data).words


def test_button_of_a_finished_flow_takes_it_up_again(english: Talking) -> None:
    data = buttons.write(buttons.Next("library-card", "bring"))
    assert english.presses_data(data).did == ("step:library-card.area",)


def test_ticks_stay_and_replace_the_message(in_card: Talking) -> None:
    in_card.says("1")
    in_card.presses("A photo ID with")
    in_card.says("next")
    turn = in_card.presses("Photo ID")
    assert turn.replaces
    assert "☑️ Photo ID" in [button.label for button in in_card.buttons]
    in_card.presses("Photo ID")
    assert "⬜ Photo ID" in [button.label for button in in_card.buttons]


def test_resume_after_days(in_card: Talking) -> None:
    in_card.says("1")
    in_card.waits(days=3)
    turn = in_card.says("hello")
    assert turn.did == ("ask-resume",)
    assert "2" in in_card.text
    assert in_card.says("yes").did == ("continue:library-card.papers",)


def test_after_a_pause_an_answer_is_not_taken_for_granted(in_card: Talking) -> None:
    in_card.says("1")
    in_card.waits(seconds=RESUME_AFTER.total_seconds() + 1)
    assert in_card.says("yes").did == ("ask-resume",)


def test_after_a_pause_a_new_wish_is_heard(in_card: Talking) -> None:
    in_card.says("1")
    in_card.waits(days=3)
    assert "article:ride-transit" in in_card.says("the bus", ("ride_transit", SURELY)).did


def test_rasa_away_the_search_finds(english: Talking) -> None:
    assert "article:library-card" in english.says("i want a libary card").did
    english.says("stop")
    assert "article:ride-transit" in english.says("bus").did


def test_private_numbers_are_cut_and_said_so(english: Talking) -> None:
    english.says("my ssn is 123-45-6789, library card", ("library_card", SURELY))
    assert english.text.startswith("🔒")
    assert "6789" not in english.conversation.to_json()


def test_out_of_scope_is_said_and_ends_at_people(english: Talking) -> None:
    assert english.says("football scores", ("out_of_scope", SURELY)).did == ("out-of-scope",)
    assert english.says("football scores", ("out_of_scope", SURELY)).did == ("lost-twice",)


def test_every_dialogue_intent_is_answered_everywhere(guide: Guide) -> None:
    from bot.conversation.wishes import DIALOGUE

    for intent in DIALOGUE:
        for steps in (0, 1, 3):
            talk = Talking(guide)
            talk.starts("library-card__en" if steps else "x__en")
            for word in ("1", "next")[: steps - 1]:
                talk.says(word)
            assert talk.says("qwxz qwxz", (intent, SURELY)).words, intent


def test_forgetting_asks_and_then_forgets_all(in_card: Talking) -> None:
    assert in_card.says("delete my data", ("delete_my_data", SURELY)).did == ("ask-forget",)
    assert in_card.says("no").did == ("kept",)
    in_card.says("delete my data", ("delete_my_data", SURELY))
    turn = in_card.says("yes")
    assert turn.forget
    assert turn.conversation == Conversation()


def test_a_question_is_open_for_the_next_message_only(in_card: Talking) -> None:
    """“Yes” to something else, or days later, must not delete anything."""
    for between in ("my house is on fire", "thanks", "qwxz qwxz", "menu"):
        assert in_card.says("delete my data", ("delete_my_data", SURELY)).did == ("ask-forget",)
        in_card.says(between)
        assert not in_card.says("yes").forget, between
    in_card.says("delete my data", ("delete_my_data", SURELY))
    in_card.waits(days=1)
    assert not in_card.says("yes").forget


@pytest.mark.parametrize(
    "kind", ["voice", "photo", "video", "sticker", "document", "location", "contact", "poll", "other"]
)
def test_every_kind_of_message_gets_an_answer(in_card: Talking, guide: Guide, kind: str) -> None:
    in_card.says("1")
    assert in_card.sends(kind).did[-1] == "repeat:library-card.papers"  # type: ignore[arg-type]
    assert Talking(guide).sends(kind).did == ("ask-language",)  # type: ignore[arg-type]


def test_caption_is_read(english: Talking) -> None:
    assert "article:library-card" in english.sends("photo", "library card").did
    assert english.sends("photo", "my house is on fire").did[-1] == "alarm:fire"


def test_edited_message(in_card: Talking) -> None:
    assert in_card.edits("yes").did == ("edited",)
    assert in_card.edits("my house is on fire").did == ("alarm:fire",)


def test_rasa_is_asked_only_when_it_matters(in_card: Talking, guide: Guide) -> None:
    def heard(text: str) -> str:
        return listens(in_card.conversation, Heard(ROSA, NOON, "k", text), guide)

    assert heard("how do i take the bus") == "how do i take the bus"
    assert heard("my house is on fire") == ""
    assert heard("1") == ""
    assert heard("menu") == ""
    assert heard("🙂") == ""
    assert "6789" not in heard("123-45-6789 is my number and i need a bus")
    assert listens(in_card.conversation, Pressed(ROSA, NOON, "k", "m|"), guide) == ""
    assert listens(in_card.conversation, Sent(ROSA, NOON, "k", "photo", "the bus ticket"), guide) == "the bus ticket"


def test_where_home_is_not_safe_everything_can_be_hidden(english: Talking) -> None:
    """In the topic itself, and in the steps of others that speak of it; what leads away from there can be hidden too."""

    def can_hide() -> bool:
        return buttons.write(buttons.Hide()) in [button.press for button in english.buttons]

    english.starts("shelter-tonight__en")
    assert not can_hide()
    english.presses("Someone at home hurts me")
    assert can_hide()
    english.presses("Menu")
    assert can_hide()
    hidden = copy(english)
    assert hidden.says("hide").hides
    turn = english.presses_data(buttons.write(buttons.Hide()))
    assert turn.hides
    assert turn.conversation.place is None
    assert not can_hide()
    english.starts("domestic-violence__en")
    assert can_hide()
    assert "📌" not in "".join(button.label for button in english.buttons)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "si él llega"),
        ("es", "ya no puedo más"),
        ("en", "yes but he is here"),
        ("en", "there is no one safe"),
    ],
)
def test_a_word_inside_a_sentence_is_no_answer(guide: Guide, language: str, words: str) -> None:
    """Asked whether it is safe to read on: whoever writes more than yes or no has not answered."""
    talk = Talking(guide)
    talk.starts(f"domestic-violence__{language}")
    place = talk.conversation.place
    talk.says(words)
    assert talk.conversation.place is None or talk.conversation.place == place


def test_numbers_after_the_menu_are_the_menus(in_card: Talking) -> None:
    in_card.says("1")
    in_card.says("menu")
    assert in_card.says("2").did == ("menu:bills",)


def test_a_language_is_changed_by_its_own_name(english: Talking) -> None:
    english.says("español")
    assert english.conversation.language == "es"
    english.says("العربية")
    assert english.conversation.language == "ar"


def test_after_danger_nobody_is_told_that_this_was_everything(english: Talking) -> None:
    english.starts("shelter-tonight__en")
    english.presses("Yes, now")
    turn = english.presses("I am calling")
    assert turn.did == ("finished:shelter-tonight", "menu")
    assert "everything" not in english.text


def test_who_says_that_it_is_not_safe_sees_nothing_more(english: Talking) -> None:
    english.starts("shelter-tonight__en")
    english.presses("Someone at home hurts me")
    turn = english.presses("No, stop")
    assert turn.hides
    assert "bed" not in english.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "delete my data"), ("es", "borrar todo"), ("ar", "امسح كل شي"), ("am", "ሁሉንም አጥፋ")],
)
def test_everything_can_be_deleted_without_a_model(guide: Guide, language: str, words: str) -> None:
    talk = Talking(guide)
    talk.starts(f"library-card__{language}")
    assert talk.says(words).did == ("ask-forget",)


def test_hide_means_nothing_where_there_is_nothing_to_hide(in_card: Talking) -> None:
    assert not in_card.says("hide").hides


def test_another_topic_that_a_step_names_is_one_press_away(english: Talking) -> None:
    english.starts("eviction-help__en")
    place = Place("eviction-help", "bed")
    english.conversation = replace(english.conversation, place=place)
    english.says("again")
    assert "Write to me: *shelter*".replace("*", "") in english.text
    assert "article:shelter-tonight" in english.presses("Find a bed for tonight").did
    assert english.conversation.aside == (place,)


def test_pictures_are_told_of_only_where_there_are_some(english: Talking) -> None:
    """After a discreet step nothing can be kept, so nobody is told to press a button that is not there."""
    for trail in ((), ("what", "home", "home-help")):
        place = Place("police-report", "say-it", trail)
        english.conversation = replace(english.conversation, place=place)
        english.says("again")
        assert ("Press 🖼" in english.text) == any("🖼" in button.label for button in english.buttons) == (not trail)
