"""What helpers and coordinators are told, in their own chat with the bot. They are volunteers, not technicians.

The rules of `bot.wording` hold here too. {case} is a short name of a case such as “🔵 12”.
"""

from bot.wording.sentence import _

# --- Becoming a helper ---------------------------------------------------------------------------------------------
WELCOME = _("🌱 Welcome! You were invited to be a *natural helper* here. It takes two minutes.")
WELCOME_COORDINATOR = _("🌱 Welcome! You were invited as a *coordinator* of the natural helpers. It takes two minutes.")
INVITATION_OVER = _("This invitation was used before or is too old. Please ask your coordinator for a new one.")
ALREADY_HELPER = _("You are a helper already. Press a button:")
WHICH_LANGUAGE = _("Which language shall I speak with you?")
PLEDGE = _(
    "Please promise three things:\n\n"
    "🤐 What newcomers tell me stays with me.\n"
    "⚖️ I give *no legal advice*. I choose no legal form and no answer on one. For that there are lawyers and accredited "
    "representatives.\n"
    "💵 I take no money and lend no money.\n\n"
    "You stay private too: newcomers never see your name, photo or number."
)
I_PROMISE = _("I promise")
# The helper chooses languages; each press changes the level.
WHICH_LANGUAGES = _("In which languages can you help? Press again to change how well you speak it.")
LEVEL_NATIVE = _("mother tongue")
LEVEL_FLUENT = _("fluent")
LEVEL_SOME = _("a little")
WHICH_HOURS = _("When may I ask you? Press the times of a usual week. You can change this at any time with /me.")
# Buttons above columns of the week: parts of the day
MORNING = _("Morning")
AFTERNOON = _("Afternoon")
EVENING = _("Evening")
WHICH_GENDER = _("Some newcomers ask for a woman or a man. Do you want to say what you are? You do not have to.")
WOMAN = _("Woman")
MAN = _("Man")
RATHER_NOT = _("I do not say")
WHICH_TOPICS = _("Is there something you do *not* want to do? Press it. All others I may ask you about.")
HOW_MANY = _("How many newcomers at the same time?")
READY = _(
    "✅ Done, thank you! When a newcomer needs you, I ask you here. *Take* or *Not now*: you need no reason.\n\n"
    "/cases shows your newcomers, /duty on or off says if I may ask you, /me changes your answers, /help explains."
)
NO_LANGUAGES_YET = _("Please choose at least one language first.")
DONE = _("Done")
# /me
ABOUT_YOU = _("👤 What I know about you as a helper. Press to change it:")
# Buttons under it
MY_LANGUAGES = _("Languages")
MY_HOURS = _("Hours")
MY_TOPICS = _("Topics")
MY_GENDER = _("Woman or man")
MY_CAPACITY = _("How many at once")
MY_PAUSE = _("Days off")
MY_BOT_LANGUAGE = _("Language of this chat")
STOP_HELPING = _("Stop being a helper")
PAUSE_ASK = _("How long do you need a break?")
# {count} is a number of days
PAUSE_DAYS = _("{count} days")
PAUSE_NONE = _("No break")
PAUSED_UNTIL = _("🌴 I will not ask you before {date}. Rest well!")
NO_PAUSE = _("👍 I may ask you again in your hours.")
STOP_SURE = _(
    "Do you want to stop being a helper? Your newcomers go to other helpers. Everything about you as a helper is deleted."
)
YES_STOP = _("Yes, stop")
STOPPED = _("Thank you for all you did. 🌱 You are no helper any more; I know nothing about you as a helper now.")
# /duty
DUTY_ON = _("🟢 You are on duty: I may ask you now, until {when}, and in your usual hours.")
DUTY_OFF = _(
    "⚪ You are off duty. I ask you nothing. Newcomers who are with you stay with you. /duty on brings you back."
)
DUTY_STATE_ON = _("🟢 You are on duty now.")
DUTY_STATE_OUT = _("🕒 It is outside your hours now. /duty on: for the next 3 hours.")
ON_DUTY = _("On duty")
OFF_DUTY = _("Off duty")
COMMAND_CASES = _("My newcomers")
COMMAND_DUTY = _("On or off duty")
COMMAND_ME = _("My languages and hours")
COMMAND_WEB = _("Link to the page for computers")
COMMAND_INVITE = _("Invite a helper")
HELP = _(
    "When a newcomer needs you, I ask. *Take* shows their words; then everything you write goes to them, and what they write "
    "comes here. 👌 on your message means: delivered.\n\n"
    "With several newcomers: answer (reply to) a message of theirs, or I ask for whom it is.\n\n"
    "Buttons under each newcomer: send a topic, send a ready answer, write a note, pass on, ask a coordinator, finish.\n\n"
    "Newcomers never see your name. In danger they must call {line}; you cannot do it for them."
)

# --- Offers --------------------------------------------------------------------------------------------------------
# {language} and {article} are names; no word of the newcomer is shown.
OFFER = _("🙋 A newcomer asks for a person.\nLanguage: *{language}*\nAbout: {article}")
OFFER_URGENT = _("🔴 *Urgent.* A newcomer asks for a person.\nLanguage: *{language}*\nAbout: {article}")
NO_ARTICLE = _("not known yet")
# {minutes} is a length of time.
OFFER_UNTIL = _("I ask the next helper in {minutes}.")
TAKE = _("Take")
NOT_NOW = _("Not now")
NOT_NOW_OK = _("👍 OK. I ask somebody else.")
OFFER_OVER = _("{case} is settled. Thank you!")
TAKEN_BY_OTHER = _("{case}: another helper was faster. Thank you!")
CASE_OVER = _("{case} is over.")
NOT_YOURS = _("{case} is not with you now.")
NOT_FOR_YOU = _("{case} is not for you: the language or a wish of the newcomer does not fit.")
# To coordinators
STUCK = _(
    "📣 Nobody is free for a newcomer.\nLanguage: *{language}*\nAbout: {article}\nIt waits. You can take it yourself."
)
STUCK_URGENT = _(
    "📣🔴 *Urgent*: nobody is free for a newcomer.\nLanguage: *{language}*\nAbout: {article}\nYou can take it yourself."
)

# --- A case --------------------------------------------------------------------------------------------------------
PACKET = _("{case} *is with you now.* What you write goes to the newcomer. They do not see who you are.")
PACKET_LANGUAGE = _("• Language: {language}")
PACKET_ARTICLE = _("• About: {article}")
# {step} is the beginning of the message of the bot that they saw last.
PACKET_STEP = _("• The bot had said: “{step}”")
PACKET_TRIED = _("• Looked at before: {articles}")
PACKET_WHY_LOST = _("• The bot did not understand them.")
PACKET_WHY_ALARM = _("• 🔴 They wrote about danger. The bot named the emergency line.")
PACKET_DUE = _("• These facts are old, check before you say them: {facts}")
PACKET_WORDS = _("• They wrote:")
PACKET_NOTES = _("• Notes of helpers:")
PACKET_WOMAN = _("• They asked for a woman.")
PACKET_MAN = _("• They asked for a man.")
PACKET_HELD = _("• They wrote while waiting: you see it below.")
# {text}: what the newcomer wrote; {case} stands before it.
FROM = _("*{case}*\n{text}")
FROM_URGENT = _("🚨 *{case}: this tells of danger.* The bot named the emergency line. Help them to call.\n{text}")
FROM_EDITED = _("✏️ *{case}* changed it:\n{text}")
# Before something without words, such as a sticker or a place
FROM_KIND = _("*{case}* sends:")
FROM_MANY = _("*{case}* wrote much in a short time:")
CASES = _("Your newcomers:")
NO_CASES = _("You have no newcomers now. Thank you for being here! 🌱")
# One line for each case: {case}, topic, and how long they wait for an answer
CASE_LINE = _("{case} · {article}")
CASE_WAITS = _("{case} · {article} · waits since {when}")
FOR_WHOM = _("For whom is this?")
FOR_NOBODY = _("Do not send it")
NOT_SENT = _("👍 Not sent.")
SENT_TO = _("→ {case}")
NO_CASE_TO_WRITE = _("You have no newcomer now, so this went to nobody. /cases /duty /me /help")
# Menu of one case
CASE_MENU = _("{case}: what do you want to do?")
SEND_ARTICLE = _("Send a topic")
SEND_SAVED = _("Ready answers")
WRITE_NOTE = _("Note")
PASS_ON = _("Pass on")
ASK_COORDINATOR = _("Ask a coordinator")
GIVE_BACK = _("Back to the bot")
# A button: the helper is done with this newcomer.
CLOSE = _("End the talk")
WHICH_ARTICLE = _("Which topic? The newcomer gets it in their own language.")
WHICH_STEP = _("The whole topic, or one part of it?")
WHOLE_ARTICLE = _("The whole topic")
ARTICLE_SENT = _("📚 Sent to {case}: {article}")
WHICH_SAVED = _("Which answer? The newcomer gets it in their own language where I have it.")
SAVE_LAST = _("Save my last message here")
SAVED = _("⭐ Saved.")
NOTE_WRITE = _("Write the note now. Only helpers and coordinators can see it; the newcomer never does.")
NOTE_KEPT = _("📝 Noted for {case}.")
PASS_ASK = _("Write a word for the next helper, or press:")
PASS_NOW = _("Pass on without a word")
PASSED = _("🔄 {case} goes to another helper. The newcomer is told.")
COORDINATOR_ASK = _("Write your question to the coordinators now. The newcomer does not see it.")
COORDINATOR_ASKED = _("📨 The coordinators have your question about {case}. The answer comes here.")
NO_COORDINATOR = _("There is no coordinator here yet. Please call your office.")
# To a coordinator: {name} is the helper's name.
QUESTION = _("📨 *{name}* asks about {case} ({article}):\n{text}\n\nReply to this message to answer.")
ANSWER = _("📨 The coordinator answers about {case}:\n{text}")
ANSWER_SENT = _("📨 Sent to {name}.")
GIVEN_BACK = _("🌱 {case} is back with the bot. The newcomer is told. Thank you!")
CLOSED = _("🌱 {case} is finished. The newcomer is told. Thank you!")
# When words were asked for (a note, a question, an answer) and a photo or a file came.
ONLY_WORDS = _("Only words here, please. Nothing was sent.")
CANCEL = _("Cancel")
CANCELLED = _("👍 OK, not done.")
REMIND = _("⏰ {case} waits for your answer. If you cannot, pass them on: that is no shame.")
LOST = _("{case} went to another helper, because no answer came. No problem, thank you!")
WITHDREW = _("{case}: the newcomer needs no helper any more.")
LEFT = _("{case}: the newcomer has blocked the bot. It is over; your last messages may not have arrived.")
FORGOT = _("{case}: the newcomer had everything deleted. It is over. Please delete what you noted about them.")
QUIET = _("{case}: nobody wrote for days, so I closed it. The newcomer is told.")
NOT_DELIVERED = _("⚠️ {case}: not delivered. The newcomer has blocked the bot.")
ONLY_TEXT = _("⚠️ {case} uses the web page: they can read only words. Please write it.")
PRIVATE_CUT = _("🔒 I cut out a private number. Please never ask for such numbers or write them.")
HELPER_DANGER = _("⚠️ If somebody is in danger: the newcomer must call {line}. This chat cannot.")
NOT_PASSED_KIND = _("I cannot pass this on. Please write it, or send a voice message, a photo or a PDF.")
NOT_PASSED_OWN_CONTACT = _("🔒 I did not pass on your own phone number: you stay private.")
NOT_PASSED_FILE = _("🔒 I did not pass on this file: it may show who you are. Please send a photo or a PDF.")
NOT_PASSED_LARGE = _("This file is too large for me (20 MB at most).")
COMMANDS_ONLY = _("I know these: /cases /duty /me /help")

# --- Afterwards ----------------------------------------------------------------------------------------------------
WHAT_WAS_MISSING = _("What was missing in the bot, so that they needed you? Write it in a few words, or press:")
WRITE_IT = _("Write it")
WRITE_NOW = _("Write it now, please.")
NOTHING_MISSING = _("Nothing")
MISSING_NOTED = _("📝 Thank you. The office reads it.")
HOW_ARE_YOU = _("And you: how are you after this?")
FEEL_GOOD = _("Good")
FEEL_OK = _("It is OK")
FEEL_HEAVY = _("It was heavy")
TELL_ASK = _("Thank you for saying so. Shall I tell a coordinator, so that somebody talks with you?")
YES_TELL = _("Yes, tell them")
NO_TELL = _("No")
TOLD = _("🤍 A coordinator knows now.")
NOT_TOLD = _("🤍 OK, it stays between us. You can take a break with /me.")
# To coordinators
HEAVY = _("🤍 *{name}* says that a case was heavy, and agreed that you know. Please talk with them.")
TAKE_CARE = _("🌱 Thank you. Take care of yourself.")

# --- Ready answers -------------------------------------------------------------------------------------------------
READY_HELLO = _("Hello! I am a natural helper, a volunteer. I am a person, not a program. How can I help you?")
READY_WAIT = _("Please wait a little. I am looking it up.")
READY_LATER = _("I do not know this. I will ask and write to you again.")
READY_LAWYER = _(
    "I may not give advice about immigration papers. Please ask a lawyer or an accredited representative. I can help you to "
    "find one."
)
READY_NO_PAPERS = _("Please do not send me photos or numbers of your papers. I do not need them.")
READY_ALL = _("Is there anything else I can help you with?")

# --- Links and coordinators ----------------------------------------------------------------------------------------
INVITE_WHOM = _("Whom do you want to invite?")
A_HELPER = _("A helper")
A_COORDINATOR = _("A coordinator")
# {link} is an address; {date} is a date.
INVITATION = _("🔗 Send this link to one person. It works once, until {date}:\n{link}")
# On a computer, where the person has no Telegram: {link} is another address.
INVITATION_WEB = _("Without Telegram, on a computer:\n{link}")
ONLY_COORDINATORS = _("Only coordinators can do this.")
WEB_LINK = _("🔗 This link opens your page on a computer. It works once, for 15 minutes. Give it to nobody:\n{link}")
WHAT_NAME = _("What is your name? Only coordinators see it. A first name is enough.")
NAME_KEPT = _("👍 Thank you, {name}.")
