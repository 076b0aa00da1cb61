"""Everything the bot says by itself, in English: here what it always says, in the modules beside what belongs to helpers.

The catalogs ``locales/<language>/LC_MESSAGES/bot.po`` hold the rest.

Rules for these sentences: fifth-grade English, short, warm, one thought each. ``*bold*`` and ``{name}`` as in
`bot.richtext`. What a city knows (phones, hours, prices) never stands here: it comes in as a value, from facts.
The comment before a sentence is for its translators.
"""

from bot.wording import handing, helping, keeping, pages, posters
from bot.wording.sentence import Sentence, _

__all__ = ["Sentence", "handing", "helping", "keeping", "pages", "posters", "sentences"]

# --- Beginning ---------------------------------------------------------------------------------------------------
# Shown once in every language, one under the other, above the buttons with the languages' names.
PICK_LANGUAGE = _("Choose your language")
# {city} is a place name such as Aurora, Colorado. First words to a frightened person: warm and short.
GREETING = _("👋 Hello! I help people who are new in {city}. It is free. I never ask about your immigration status.")
# Under the greeting and whenever the menu is shown, above the list of topics.
MENU = _("What do you need? Press a button or write it in your own words.")
# The menu again, after something else was said.
MENU_AGAIN = _("What else do you need?")
MENU_GROUP = _("{group}: what do you need?")
# When the language was changed.
LANGUAGE_NOW = _("👍 Now we speak English.")

# --- Buttons -----------------------------------------------------------------------------------------------------
# Buttons must stay short: at most about 20 characters.
NEXT = _("Next")
BACK = _("Back")
FINISH = _("Finish")
SKIP = _("Skip")
TO_MENU = _("Menu")
PERSON = _("A person")
LANGUAGE = _("Language")
CONTINUE = _("Continue")
START_OVER = _("Start over")
NONE_OF_THESE = _("None of these")
YES_DELETE = _("Yes, delete")
NO_KEEP = _("No, keep it")
# On a button that leads back to a topic left for a side question: an arrow and the topic stand beside it.
RETURN_TO = _("Back to: {article}")
# Button after an emergency answer.
SAFE_GO_ON = _("I am safe. Go on")

# --- In a flow ---------------------------------------------------------------------------------------------------
OLD_BUTTON = _("That button is from before. We are here now:")
REPEATED = _("Here it is again:")
NOTHING_TO_SKIP = _("This step cannot be skipped. You can also choose Menu or A person.")
NO_WAY_BACK = _("This is the first step.")
STOPPED = _("OK, we stop here. You can come back at any time.")
DIGRESSING = _("First your question. After that we go back to: {article}")
RETURNED = _("Back to: {article}")
# {step} and {steps} are numbers.
RESUME = _("You were at step {step} of {steps} in: {article}. Continue?")
FINISHED = _("✅ That was everything about: {article}")
NOT_AN_ANSWER = _("Sorry, I did not understand. Please press one of the buttons, or write 1, 2, 3 …")
# Steps about events: none is known now.
NO_EVENTS = _("I know of no day now. Please call and ask.")
# Button that shows which web pages a step is known from, and when somebody looked.
SOURCE = _("Source")
SOURCES = _("ℹ️ This is where I know it from:")
# In place of a web page: advice that people who know it gave, and nobody wrote down.
SOURCE_NONE = _("Not from a web page. Ask before you rely on it.")
# {date} is a date.
SOURCE_CHECKED = _("Checked on {date}")
# After papers were ticked. The office decides, not we: nothing may sound like a promise.
PAPERS_ENOUGH = _("✅ These papers should be enough. The office decides.")
# {papers} is a list of papers, a line each; one of them is enough.
PAPERS_ALMOST = _("🟡 Almost! You need one more paper. One of these:\n{papers}")
# {papers} is one paper.
PAPERS_ONE = _("🟡 Almost! You need one more paper:\n{papers}")
# {papers} is a list, a line for each thing that is missing: “a bill / a lease / a letter”.
PAPERS_NOT_YET = _("🟠 Something is missing. One of each line is enough:\n{papers}")
# Button under a private topic: takes the bot's messages away from the screen.
HIDE = _("Hide this chat")
# Before somebody with trouble at home agrees that a helper writes to them.
DISCREET_HELP = _("⚠️ The helper's messages will show on this phone, maybe later. Say yes only if that is safe for you.")
# What stands there instead: it must betray nothing.
HIDDEN = _("🌱 Hello! Write when you need something.")
# Above a step whose translation is missing, or whose English was changed since.
ONLY_ENGLISH = _("ℹ️ This part is only in English for now.")
# Above the first step of a topic whose translation no reader has approved yet. No question: the step asks one.
DRAFT = _("📝 No speaker of your language has checked these words yet. If something is unclear, ask a person.")
# A fact is too old to be shown. {contact} is an office with its phone number.
WITHHELD = _("⚠️ I am not sure that what I know about this is still right. Please call and ask:")
# {time} is a time of day such as 5:00 PM.
OPEN_UNTIL = _("Open now, until {time}.")
OPEN_NOW = _("Open now.")
# {time} is a day and a time such as Monday, 10:00 AM.
CLOSED_UNTIL = _("Closed now. Opens: {time}.")
CLOSED_NOW = _("Closed now.")
HOLIDAY_TODAY = _("Today is a public holiday. Call before you go.")
# Opening hours of a line or place that is always open.
DAY_AND_NIGHT = _("Day and night")
# In opening hours, beside the names of days: Saturday and holidays 9:00 – 18:00.
HOLIDAYS = _("holidays")
# {date} is a date.
CHECKED_ON = _("Checked on {date}. Call before you go.")

# --- Not understood ----------------------------------------------------------------------------------------------
DID_YOU_MEAN = _("Did you mean one of these?")
NOT_UNDERSTOOD = _("Sorry, I did not understand. Try other words, or choose here:")
LOST = _("Sorry, I still do not understand. That is my fault, not yours. Choose from the menu, or ask a person:")
OUT_OF_SCOPE = _("Sorry, I cannot help with that. This is what I can help with:")

# --- Small talk and wishes ---------------------------------------------------------------------------------------
WELCOME_BACK = _("👋 Hello!")
YOU_ARE_WELCOME = _("You are welcome! 🌱")
GOODBYE = _("Goodbye! Write again at any time. 🌱")
OK = _("👍")
AM_A_PROGRAM = _("I am a computer program, not a person. I can also show you how to reach a person.")
COMPLAINT = _("I am sorry. Thank you for telling me. A person can help you better with this:")
# Above phone numbers of offices where people answer.
PEOPLE = _("🧑 These people can help you. You can say your language and ask for an interpreter:")
# What is true about privacy; it must promise nothing more.
IS_IT_SAFE = _(
    "You do not need to tell me who you are. Please do not write your immigration status, papers' numbers or your story "
    "here. I keep where we are in our talk, so that I can go on. I keep your last five messages for one day; a helper sees "
    "them only if you agree. You can delete everything at any time. I cannot promise that "
    "nobody will ever see what you write: Telegram or your phone may keep it too."
)
DELETE_ASK = _("Shall I delete everything I remember about you? This cannot be undone.")
DELETED = _("🗑 Deleted. I remember nothing about you now. You can also delete this chat on your phone.")
NOT_DELETED = _("OK, nothing was deleted.")
# One line before the answer, when somebody wrote a number of a document or card.
PRIVATE_CUT = _("🔒 I removed a private number from your message and did not keep it. You never need to write it here.")

# --- Everything that is not text ---------------------------------------------------------------------------------
SENT_VOICE = _("I cannot listen to voice messages yet. Please write, or press a button:")
SENT_PICTURE = _("I cannot look at pictures or videos. Please do not send photos of papers. Write, or press a button:")
SENT_DOCUMENT = _("I cannot open files. Please do not send papers here. Write, or press a button:")
# Somebody sent where they are, and these are the places nearest to them.
NEAREST = _("📍 The nearest place is first. I do not keep where you are.")
SENT_LOCATION = _("I do not need your location. Write, or press a button:")
SENT_CONTACT = _("I do not need phone numbers of people. Write, or press a button:")
SENT_OTHER = _("I can only read words. Write, or press a button:")
EDITED = _("I cannot see what you changed. Please write it again as a new message.")
# In a group chat. {name} is the bot's user name.
GROUP = _("Please write to me alone, not in a group: {name}")
# When something broke on our side.
TROUBLE = _("Sorry, something went wrong on our side. Nothing you did is wrong. Please send it again.")

# --- Danger ------------------------------------------------------------------------------------------------------
# {line} is a phone number. These come before everything else: as short as possible, no doubt about what to do.
ALARM_FIRE = _("🔥 *Get out now. Then call {line}.* Say your address first.")
ALARM_MEDICAL = _("🚑 *Call {line} now.* Say your address first, then what happened. Stay on the line.")
ALARM_CRIME = _("🚨 *Get to a safe place if you can. Call {line} now.* Say your address first. Stay on the line.")
# {also} is a second phone number, the general emergency line.
ALARM_GAS = _(
    "⚠️ *Get everyone out now.* Touch no switch, no flame, no phone inside. Call from a safe distance: *{line}*. "
    "In danger: *{also}*"
)
ALARM_POISON = _("☎️ *Call {line} now.* It is free, day and night. Not awake or cannot breathe: *call {also}*.")
ALARM_SUICIDE = _(
    "🤍 *You are not alone. Call {line} now.* It is free. People there listen, day and night. In danger now: *call {also}*."
)
# {line} is the emergency line.
ALARM_CANNOT_SPEAK = _("If you cannot speak, send a text message to {line}, not through an app.")
ALARM_NOT_HERE = _("⚠️ *This chat cannot reach {line}.* Nobody is called from here. You must call.")

# --- Telegram's and the web page's own words ---------------------------------------------------------------------
# Name of the bot in Telegram, at most 64 characters.
BOT_NAME = _("Natural Helpers")
# Shown before the first message, at most 512 characters.
BOT_DESCRIPTION = _(
    "I help people who are new in the city: home, food, doctor, school, work, bus, police. Free, in your language. "
    "I never ask about your immigration status. In danger call {line}: this chat cannot reach {line}."
)
# Shown on the profile page, at most 120 characters.
BOT_ABOUT = _("Help for people who are new in the city. Free, in your language.")
COMMAND_MENU = _("Show the menu")
COMMAND_LANGUAGE = _("Change the language")
COMMAND_HELP = _("What I can do")
COMMAND_PERSON = _("Reach a person")
COMMAND_STOP = _("Stop what we are doing")
HELP = _(
    "I answer questions about living here, step by step. Press the buttons or write in your own words. "
    "Write *menu*, *back*, *repeat* or *stop* at any time."
)
# Web chat page
WEB_TITLE = _("Natural Helpers: chat")
WEB_WRITE_HERE = _("Write here")
WEB_SEND = _("Send")
WEB_CHAT_LOG = _("Our talk")
WEB_AWAY = _("No connection. I will try again by myself.")
WEB_SKIP = _("Go to the text box")
WEB_YOU = _("You")
WEB_DANGER = _("In danger call {line}. This chat cannot reach {line}.")
# Read aloud by screen readers while an answer is on its way.
WEB_ANSWERING = _("I am writing…")
# Button after everything was deleted.
WEB_NEW_TALK = _("New talk")
# In a browser that cannot run the chat. Phone numbers of offices follow.
WEB_NO_SCRIPT = _("This chat does not work in your browser. These people can help you by phone:")
# {link} is the address of the bot in Telegram.
WEB_TELEGRAM = _("Or write to me on Telegram: {link}")
WEB_NOT_FOUND = _("This page does not exist.")
WEB_TO_CHAT = _("Go to the chat")


def sentences() -> dict[str, Sentence]:
    """Every sentence by its name; those of the modules beside have the module's name before theirs."""
    own = {name: value for name, value in globals().items() if name.isupper()}
    for module in (handing, helping, keeping, pages, posters):
        name = module.__name__.rpartition(".")[2]
        own |= {f"{name}.{key}": value for key, value in vars(module).items() if key.isupper()}
    return own
