"""Changes that editors make, sixty and a few, each labelled by hand: does the sentence still mean the same?"""

import pytest

from bot import translations
from bot.knowledge.edits import means_the_same, vocabulary

SAME = [
    ("You can recieve mail here.", "You can receive mail here."),
    ("Bring your adress.", "Bring your address."),
    ("Ask the libary for a card.", "Ask the library for a card."),
    ("It is free", "It is free."),
    ("Call first", "Call first!"),
    ("Bring a paper , please.", "Bring a paper, please."),
    ("bring your lease.", "Bring your lease."),
    ("Ask for Interpreter.", "Ask for an interpreter."),
    ("Go to library.", "Go to the library."),
    ("Go to the the office.", "Go to the office."),
    ("Do not pay.", "Don't pay."),
    ("You cannot lose it.", "You can't lose it."),
    ("You can not lose it.", "You cannot lose it."),
    ("It's free.", "It is free."),
    ("We’re open.", "We're open."),
    ("Say: I need help.", "Say: “I need help.”"),
    ('Write "menu" to me.', "Write “menu” to me."),
    ("Call *{fact:phone}*.", "Call {fact:phone}."),
    ("Call {fact:phone} and ask.", "Call  {fact:phone}  and ask."),
    ("One bill\nOne letter", "One bill\n\nOne letter"),
    ("The shelter is open - call first.", "The shelter is open – call first."),
    ("Keep the reciept.", "Keep the receipt."),
    ("Ask for an intrepreter.", "Ask for an interpreter."),
    ("Your land lord must fix it.", "Your landlord must fix it."),
    ("Call the hot line.", "Call the hotline."),
    ("Show your pasport.", "Show your passport."),
    ("They speak spanish.", "They speak Spanish."),
    ("Ask, then wait.", "Ask; then wait."),
    ("You pay a (small) fee.", "You pay a small fee."),
    ("⚠️ Do not sign.", "⚠ Do not sign."),
    ("Wait 5-10 days.", "Wait 5 – 10 days."),
]
OTHER = [
    ("You can pay.", "You cannot pay."),
    ("Do not sign it.", "Sign it."),
    ("Pay now.", "Never pay now."),
    ("Somebody sees it.", "Nobody sees it."),
    ("Go with a lawyer.", "Go without a lawyer."),
    ("Call before you go.", "Call after you go."),
    ("Wait 10 days.", "Wait 14 days."),
    ("It costs 1,000 dollars.", "It costs 1.000 dollars."),
    ("Bring two papers.", "Bring three papers."),
    ("Call {fact:phone}.", "Call {fact:other}."),
    ("Call {fact:phone}.", "Call."),
    ("Library card", "School card"),
    ("Get a library card", "Lost a library card"),
    ("You must go to court.", "You may go to court."),
    ("It is free.", "Is it free?"),
    ("It is free.", "It is free?"),
    ("Ask the city.", "Ask the city. Then wait for a letter and keep it."),
    ("Ask the city. Then wait.", "Ask the city."),
    ("You need an ID or a lease.", "You need an ID and a lease."),
    ("Only adults may go.", "Adults may go."),
    ("✅ You have it.", "🟠 You have it."),
    ("Fill in this form.", "Fill in this from."),
    ("Take the bus.", "Take the train."),
    ("Your landlord owes you.", "You owe your landlord."),
    ("A helper sees your words.", "A helper sends your words."),
    ("It is in week two.", "It is in weak two."),
    ("Open on Monday.", "Open on Sunday."),
    ("Pay half price.", "Pay full price."),
    ("They ask your name.", "They ask for your status."),
    ("It costs 5 %.", "It costs 5 $."),
    ("No, sign the letter.", "No sign the letter."),
    ("Wait 5–10 days.", "Wait 5, 10 days."),
    ("Bring your cousin.", "Bring your cousins."),
]


@pytest.fixture(scope="module")
def known() -> frozenset[str]:
    """The words of the program's own content, in which these slips do not stand."""
    found = vocabulary(
        {source.message for domain in ("bot", "knowledge") for source in translations.sources(domain, "es")}
    )
    assert len(found) > 1000
    return found


@pytest.mark.parametrize(("before", "after"), SAME)
def test_a_slip_of_the_pen_keeps_the_meaning(before: str, after: str, known: frozenset[str]) -> None:
    assert means_the_same(before, after, known)
    assert means_the_same(after, after, known)


@pytest.mark.parametrize(("before", "after"), OTHER)
def test_what_may_mean_something_else_does_not(before: str, after: str, known: frozenset[str]) -> None:
    assert not means_the_same(before, after, known)


def test_there_are_sixty_and_a_few() -> None:
    assert (len(SAME), len(OTHER)) == (31, 33)
