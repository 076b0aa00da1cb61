"""What stands on posters, and on the page where coordinators make them.

The rules of `bot.wording` hold here too. A poster hangs for years: nothing on it may be a phone number, a price or an hour.
"""

from bot.wording.sentence import _

# --- On paper ------------------------------------------------------------------------------------------------------
# Three steps under each other, in large letters, for somebody who stands before the poster with a phone.
SCAN = _("Scan the code with the camera of your phone.")
# The second step. Start is a button of Telegram: write it as Telegram does in your language.
START = _("It opens a chat. Press *Start*.")
# The second step where the code leads to a page in the browser instead of Telegram.
OPENS = _("It opens a chat. You need no app.")
# The third step
ANSWER = _("Press a button, or write in your own words.")
# Large, beside the code
FREE = _("Free. In your language. You do not need to say who you are.")
# Very small, at the bottom. {date} is a date.
PRINTED = _("Printed on {date}")

# --- The page of coordinators --------------------------------------------------------------------------------------
# A link at the top of each page, and the page's heading
POSTERS = _("Posters")
INTRO = _(
    "A poster has a code to scan. It opens one topic in one language. I count the scans; I never know who scanned."
)
NEW = _("New poster")
TOPIC = _("Topic")
# In a list, the first entry: nothing is chosen yet
CHOOSE = _("Please choose")
PLACE = _("Where will it hang?")
# {count} is a number. The example must stay in the letters a to z.
PLACE_HINT = _("A short name in the letters a to z, such as “martin-luther”. At most {count} letters.")
MAKE = _("Make the poster")
# Shown once, above the poster and its button
MADE = _("👍 Your poster is ready. Print it so that it fills one page.")
DOWNLOAD = _("Download to print")
# A heading of a list
ALL = _("All posters")
NONE_YET = _("There is no poster yet.")
# Under a number. {count} is a number of days.
LATELY = _("scans in the last {count} days")
# Under a number
TOTAL = _("scans in all")
# The topic was taken out of the bot, so the poster leads to the menu. Take it off the wall.
GONE = _("This topic does not exist any more. Please take the poster down.")
NO_TOPIC = _("Please choose a topic.")
NO_LANGUAGE = _("Please choose a language.")
# {count} is a number. The example must stay in the letters a to z.
NO_PLACE = _("Please write the place in the letters a to z, such as “martin-luther”. At most {count} letters.")
# TELEGRAM_TOKEN and PUBLIC_URL are names of settings.
NO_ADDRESS = _("No phone could open this poster yet. Ask your technician to set TELEGRAM_TOKEN or PUBLIC_URL.")
# {language} is a language, {packages} names of programs to install.
NO_FONT = _("I cannot draw letters in this language yet: {language}. Ask your technician to install {packages}.")
