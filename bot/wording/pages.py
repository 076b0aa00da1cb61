"""What the pages for helpers and coordinators say, on a computer or a phone. They are volunteers, not technicians.

The rules of `bot.wording` hold here too. {case} is a short name of a case such as “🔵 12”. Many words of these pages
stand in `bot.wording.helping`: they are the same in the helper's chat.
"""

from bot.wording.sentence import _

# --- Around every page ---------------------------------------------------------------------------------------------
TITLE = _("Natural Helpers")
# Links at the top of each page
TO_QUEUE = _("Newcomers")
TO_ME = _("About you")
# Only coordinators have this page: all helpers, the week, invitations.
TO_ROSTER = _("All helpers")
SIGN_OUT = _("Sign out")
SKIP = _("Go to the content")
DANGER = _("In danger: the newcomer must call {line}. This page cannot.")
# Button: the browser may show a small message when something new waits.
NOTIFY_ME = _("Tell me when somebody waits")
# The small message of the browser
SOMEBODY_WAITS = _("A newcomer waits.")
NOT_FOUND = _("This page does not exist, or it is not yours.")
NOT_FROM_HERE = _("This form was too old or not from our page, so nothing was done. Please try once more.")
TOO_LONG = _("This is too long. Please make it shorter; at most {count} letters.")
NOT_UNDERSTOOD = _("I could not read this form. Nothing was done. Please try once more.")
TO_START = _("Back to your page")
SAVED = _("👍 Saved.")
SAVE = _("Save")

# --- Signing in ----------------------------------------------------------------------------------------------------
SIGN_IN = _("Sign in")
SIGN_IN_INTRO = _("This page is for natural helpers and coordinators.")
SIGN_IN_NAME = _("Sign-in name")
PASSWORD = _("Password")
# Under the form: {command} is what to write to the bot, such as /web
SIGN_IN_TELEGRAM = _("Do you help on Telegram? Write {command} to the bot: it sends you a link that opens this page.")
WRONG = _("Name or password is not right. Please try again.")
# {wait} is a length of time such as “2 minutes”.
WAIT = _("That was tried too often. Please wait {wait}, then try again.")
# A link was opened; the button comes next.
LINK_READY = _("👋 Welcome back! Press the button to open your page.")
OPEN_PAGE = _("Open my page")
LINK_OVER = _("This link was used before or is too old. Write {command} to the bot for a new one.")
NEWCOMER_HERE = _("Are you looking for help? Here is the chat:")
TO_CHAT = _("Go to the chat")

# --- Becoming a helper ---------------------------------------------------------------------------------------------
BECOME = _("🌱 You are invited to be a *natural helper*. It takes five minutes.")
BECOME_COORDINATOR = _("🌱 You are invited to be a *coordinator* of the natural helpers. It takes five minutes.")
# Above the names of the languages: links
PAGE_LANGUAGE = _("Language of this page")
THE_PLEDGE = _("Your promise")
NAME = _("Your name")
NAME_HINT = _("Only coordinators see it. A first name is enough.")
LANGUAGES = _("Languages")
LANGUAGES_HINT = _("In which languages can you help, and how well do you speak them?")
# In a list of levels: not in this language
LEVEL_NONE = _("not at all")
HOURS = _("Hours")
HOURS_HINT = _("When may I ask you in a usual week? Choose all the times that fit.")
DAY = _("Day")
YOUR_SIGN_IN = _("How you sign in")
SIGN_IN_NAME_HINT = _("You need it the next time. It can be an email address or any name.")
PASSWORD_HINT = _("At least {count} letters. Three or four words are good and easy to keep in mind.")
START_HELPING = _("Start helping")
NO_PROMISE = _("Please promise first. Without it you cannot help here.")
NO_NAME = _("Please write your name.")
NO_SIGN_IN_NAME = _("Please choose a sign-in name.")
SHORT_PASSWORD = _("The password is too short: at least {count} letters.")
NAME_TAKEN = _("Somebody else has this sign-in name. Please choose another one.")
PLEASE_CORRECT = _("Almost done. Please look at this again:")

# --- The queue -----------------------------------------------------------------------------------------------------
# Headings of lists
WAITING = _("Waiting")
MINE = _("With you")
OTHERS = _("With other helpers")
NEWS = _("News")
NOBODY_WAITS = _("Nobody waits who fits you. 🌱")
NOBODY_WAITS_AT_ALL = _("Nobody waits. 🌱")
NOBODY_MINE = _("No newcomer is with you now.")
NOBODY_OTHERS = _("No newcomer is with another helper now.")
# {span} is a length of time such as “10 minutes”.
WAITS = _("waits {span}")
WAITS_FOR_YOU = _("waits for your answer: {span}")
# {name} is a helper, {span} a length of time
WAITS_FOR = _("waits for {name}: {span}")
WITH = _("with {name}")
ANSWERED = _("you wrote last")
URGENT = _("Urgent")
# The helper is being asked just now, and {span} is how long the next one is not asked yet.
ASKED_YOU = _("You are asked; the next helper in {span}")
PUT_OFF = _("You said: not now")
WANTS_WOMAN = _("asks for a woman")
WANTS_MAN = _("asks for a man")
# Button at a newcomer who is with this helper
OPEN = _("Open")

# --- A case --------------------------------------------------------------------------------------------------------
ABOUT_CASE = _("What I know")
TALK = _("Your talk")
NO_LINES = _("Nobody wrote yet. Say hello!")
# Who wrote a line: the newcomer, this helper, another helper before, the bot
NEWCOMER = _("Newcomer")
YOU = _("You")
HELPER_BEFORE = _("Helper before you")
CHANGED = _("changed")
DELIVERED = _("delivered")
NOT_DELIVERED = _("not delivered")
ON_ITS_WAY = _("on its way")
# What a newcomer sent
VOICE = _("voice message")
AUDIO = _("sound")
PHOTO = _("photo")
VIDEO = _("video")
VIDEO_NOTE = _("round video")
ANIMATION = _("moving picture")
STICKER = _("sticker")
DOCUMENT = _("file")
LOCATION = _("place")
CONTACT = _("contact")
FILE_GONE = _("This file cannot be shown: it is not there any more, or it may show who sent it.")
WRITE_HERE = _("Write to the newcomer")
SEND = _("Send")
# Under the box
ENTER_SENDS = _("Enter sends, Shift and Enter begin a new line.")
READY_ANSWERS = _("Ready answers")
READY_HINT = _("The newcomer gets it in their own language where I have it.")
TOPIC = _("Send a topic")
TOPIC_HINT = _("The newcomer gets it in their own language.")
WRITE_NOTE = _("Write a note")
NOTE_HINT = _("Only helpers and coordinators can see it.")
KEEP_NOTE = _("Keep the note")
PASS_ON = _("Pass on to another helper")
PASS_HINT = _("A word for the next helper, if you like. That is no shame.")
PASS_BUTTON = _("Pass on")
ASK = _("Ask a coordinator")
ASK_HINT = _("The newcomer does not see your question.")
ASK_BUTTON = _("Ask")
THE_END = _("End")
END_HINT = _("The newcomer is told, and the bot answers again.")
EMPTY = _("Nothing was written, so nothing was sent.")
# At something the helper wrote: keep it for other times
SAVE_ANSWER = _("Keep as a ready answer")
# Shown once as a message
ANSWER_SAVED = _("⭐ Kept. You find it under the ready answers.")
OVER = _("{case} is over. What was said is no longer shown.")
# Afterwards, above a box to write in
MISSING = _("What was missing in the bot, so that they needed you? A few words are enough.")
# State of a case that is with somebody else; for coordinators
STATE = _("How it stands")
STATE_WAITING = _("Nobody has taken it yet.")
STATE_OVER = _("It is over.")

# --- About you -----------------------------------------------------------------------------------------------------
DUTY_NOW = _("🟢 I may ask you now.")
DUTY_LATER = _("🕒 It is outside your hours. I may ask you again: {when}.")
DUTY_UNKNOWN = _("🕒 I do not ask you now.")
BREAK = _("Break")
# {date} is a date
BREAK_UNTIL = _("You have a break until {date}.")
# In a list, the first entry: leave it as it is
BREAK_KEEP = _("as it is")
DAYS_OFF = _("Single days off")
REFUSED = _("Topics")
REFUSED_HINT = _("What do you *not* want to do? All others I may ask you about.")
SAVED_HINT = _("Take the tick away from what you no longer need.")
OTHER_HOURS = _("You also have hours that do not fit this table; they stay.")

# --- For coordinators ----------------------------------------------------------------------------------------------
WEEK = _("The week")
WEEK_HINT = _("How many helpers may be asked at each hour of a usual week. A red 0 means: nobody.")
# {count} and {total} are numbers of hours in a week.
WEEK_GAPS = _("Nobody at {count} of {total} hours.")
WEEK_FULL = _("Somebody is there at every hour.")
# A column of a table; a row begins with an hour such as “8 AM”
HOUR = _("Hour")
WHO = _("Helpers")
ON_DUTY_NOW = _("on duty now")
NOT_ON_DUTY = _("not on duty")
NOT_REACHED = _("cannot be reached")
NOT_READY = _("has not finished yet")
COORDINATOR = _("coordinator")
OPEN_CASES = _("Newcomers now")
# {date} is the first day of a week
WEEK_OF = _("week of {date}")
LAST_HERE = _("Last here")
REMOVE = _("Remove")
# {name} is a helper
REMOVE_SURE = _("Remove {name}? Their newcomers go to other helpers. Everything about them as a helper is deleted.")
YES_REMOVE = _("Yes, remove")
REMOVED = _("Removed. Their newcomers go to other helpers.")
INVITATIONS = _("Invitations")
INVITE_HELPER = _("Invite a helper")
INVITE_COORDINATOR = _("Invite a coordinator")
# {date} is a date
INVITATION_UNTIL = _("until {date}")
NO_INVITATIONS = _("No open invitation.")
WITHDRAW = _("Withdraw")
WITHDRAWN = _("Withdrawn. The link does not work any more.")
# The link follows; it is shown once only.
INVITATION_ONCE = _("Send this link to one person. It works once, until {date}. I show it only now:")
ON_TELEGRAM = _("On Telegram:")
ON_COMPUTER = _("Without Telegram, on a computer:")
# For screen readers: a picture that a phone's camera can read
QR = _("The link as a picture for a phone's camera")
WAITS_TABLE = _("How long people wait")
# {count} is a number
WAITS_HINT = _("Of the last {count} days. Nobody is named.")
WAITING_NOW = _("Waiting now")
# {span} is a length of time
LONGEST = _("the longest: {span}")
USUAL = _("Half of them waited less than")
RANGE = _("Shortest – longest")
NOT_KNOWN = _("not known yet")
