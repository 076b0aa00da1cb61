"""What a newcomer is told about the hand-off to a helper. The rules of `bot.wording` hold here too."""

from bot.wording.sentence import _

# --- Shall I ask somebody? -----------------------------------------------------------------------------------------
# A natural helper is a trained volunteer who came from another country too. Find the words people would use for it.
CONSENT = _(
    "🧑 I can ask a *natural helper*: a trained volunteer who speaks your language. First the helper sees only this:"
)
# {language} is the name of a language.
SEES_LANGUAGE = _("• Language: {language}")
# {article} is a topic such as “Get a library card”.
SEES_ARTICLE = _("• What we talked about: {article}")
# {step} is the beginning of what the bot said last, in that topic.
SEES_STEP = _("• Where we were: “{step}”")
# {articles} is a list of topics.
SEES_TRIED = _("• What you looked at before: {articles}")
# The newcomer's own last messages follow, a line each.
SEES_MESSAGES = _("• What you wrote last:")
SEES_LOST = _("• That I did not understand you.")
SEES_DANGER = _("• That you wrote about danger.")
CONSENT_END = _(
    "When a helper is here, they also see what you write from now on. They do *not* see your name, your photo or your phone "
    "number. Shall I ask?"
)
CONSENT_URGENT = _("I will say that it is urgent. In danger, call {line}: a helper is not an emergency service.")
# Buttons, at most about 24 letters.
YES_ASK = _("Yes, ask a helper")
NO_ASK = _("No")
A_WOMAN = _("A woman, please")
A_MAN = _("A man, please")
# A button: the newcomer fears gossip and does not want somebody from their own small community.
NOT_MY_COMMUNITY = _("Not from my community")
# {language} is the name of a language; the button is ticked when they speak it as well.
ALSO_SPEAK = _("I also speak {language}")
NUMBERS = _("Phone numbers")
NOT_ASKED = _("OK, I do not ask anybody. Nothing was passed on.")

# --- Waiting -------------------------------------------------------------------------------------------------------
LOOKING = _("🔎 I am looking for a helper. I will write to you here. You can go on and use the menu.")
# What you write now is kept for the helper, who is not here yet.
KEPT = _("📝 I keep this for the helper.")
STILL_LOOKING = _("🔎 I am still looking for a helper. You are not forgotten.")
# {least} and {most} are lengths of time such as “10 minutes” or “2 hours”: how long others really waited.
WAIT_RANGE = _("Most people waited between {least} and {most}.")
WAIT_UNKNOWN = _("I do not know yet how long it takes.")
NOBODY_HERE = _("🌙 No helper for you is here right now. Your question is kept, and I go on looking.")
# {when} is a day and a time such as “Tuesday, 5:00 PM”.
NEXT_HERE = _("A helper who fits is usually here again: {when}.")
ALL_BUSY = _("All helpers who fit are busy right now.")
NEXT_UNKNOWN = _("I do not know when a helper who fits will be here.")
# Phone numbers of offices follow.
UNTIL_THEN = _("Until then you can call:")
OTHER_LANGUAGE = _("There are helpers here now who speak other languages. Do you speak one of these?")
# Button: not waiting for a helper any more.
STOP_LOOKING = _("I need no helper now")
WITHDRAWN = _("OK, no helper. I am here, the bot.")
EXPIRED = _(
    "I am sorry: I found no helper for you, and I stop looking now. You can ask again. These people can help you:"
)
# When a newcomer writes very much in a short time.
SLOWLY = _("You write fast. Nothing is lost: I pass it on to the helper a little later, all together.")

# --- With a helper -------------------------------------------------------------------------------------------------
FOUND = _(
    "🧑 A helper is here. What you write now goes to a *person*, a volunteer. Please do not write numbers of papers or cards."
)
# The helper speaks with the newcomer in {language}, the second language that the newcomer agreed to.
FOUND_LANGUAGE = _("You speak {language} with this helper.")
# Button
END_HELP = _("Back to the bot")
WITH_HELPER = _("A helper is with you: just write. Or press a button:")
PASSED_ON = _("🔄 The helper cannot go on. I am looking for another helper for you. Nothing is lost.")
# {when} is a day and a time.
HELPER_AWAY = _("🌙 Your helper is not here right now and will see your message later: {when}.")
HELPER_AWAY_UNKNOWN = _("🌙 Your helper is not here right now and will see your message later.")
GIVEN_BACK = _("🌱 The helper thinks that I, the bot, can help you now. The helper has left; I am here again.")
CLOSED = _("🌱 The helper has finished and has left. I am here again, the bot.")
HOW_WAS_IT = _("How was it?")
# Button under “How was it?”
SAME_AGAIN = _("Same helper again")
# After a face was pressed.
RATED = _("Thank you! 🌱")
# The newcomer pressed a button about a helper, but that talk with the helper is over.
CASE_OVER = _("That talk with a helper is over.")
# Something that cannot be passed to the helper.
NOT_PASSED_KIND = _("I cannot pass this on. Please write it, or send a voice message or a photo.")
NOT_PASSED_OWN_CONTACT = _("🔒 I did not pass on your phone number. The helper does not need it: just write here.")
NOT_PASSED_FILE = _("🔒 I did not pass on this file: it may show who you are. Please send a photo or a PDF.")
NOT_PASSED_LARGE = _("This file is too large for me. Please send a smaller one.")
# {emergency} are the words above it: the message tells of danger, and the helper sees it as well.
HELPER_SEES_TOO = _("Your helper sees your message too.")
# Before something a helper sent from the bot's own topics.
HELPER_SENDS = _("📚 The helper sends you this:")
# Button under it: opens the topic
OPEN_ARTICLE = _("Open: {article}")
EDITED_TO = _("✏️ Changed: {text}")
COMMAND_FORGET = _("Delete everything about me")
