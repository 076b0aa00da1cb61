"""Hears and speaks on Telegram; nothing outside this package knows it."""

import os

# Asks the library for its coming form of times (a timedelta); without it each 429 raises a deprecation warning instead
# of RetryAfter where warnings are errors: https://docs.python-telegram-bot.org/en/stable/changelog.html
os.environ.setdefault("PTB_TIMEDELTA", "1")
