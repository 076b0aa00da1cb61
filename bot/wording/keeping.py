"""What is said about things to keep on the phone: pictures, pins on the map, contacts, days."""

from bot.wording.sentence import _

# Button under places and days: take something of it with you, to have it without the internet.
KEEP = _("Keep on my phone")
# Above buttons with names of places and days.
KEEP_ASK = _("What do you want to keep on your phone?")
# Under sentences for a counter, each with its number and a button 🖼 1, 🖼 2.
SHOW_HINT = _("Press 🖼 for a big picture to show.")
# Under a picture that is shown to a person at a counter.
SHOW_PICTURE = _("Show this picture. Make your screen bright.")
# Under a picture with the address and the phone number of a place.
PLACE_PICTURE = _("Keep this picture. You can look at it without internet.")
PIN = _("📍 This place on the map:")
PHONE_CARD = _("📇 Save this number on your phone:")
ENTRY = _("📅 Open this file to put the day into your calendar:")
# When there is nothing left to keep, because it is out of date.
NOTHING_TO_KEEP = _("I cannot make this now. Please call and ask:")

# On the picture: answers that the person at the counter can point at. As short as on a form.
# Shown in English too, above the answers: it speaks to the person at the counter.
POINT = _("Please point to your answer:")
REPLY_YES = _("Yes")
REPLY_NO = _("No")
REPLY_WAIT = _("Please wait")
REPLY_BACK = _("Come back on: ________")
REPLY_NEED = _("You need: ________")
