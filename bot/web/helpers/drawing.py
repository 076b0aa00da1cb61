"""Draws the pages of helpers from their templates. Every text in them is a sentence of `bot.wording`."""

from starlette.responses import HTMLResponse

from bot.handoff.helper import Window
from bot.richtext import Text
from bot.web.helpers.forms import MOST_LETTERS, new_key
from bot.web.helpers.speaking import Speech
from bot.web.pages import environment
from bot.wording import WEB_AWAY, helping, pages, posters

HTMX = '{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"historyCacheSize":0,\
"selfRequestsOnly":true,"responseHandling":[{"code":"204","swap":false},{"code":"...","swap":true}]}'
"""No style or script of its own: the page's policy allows none. A page that says “no” is shown like any other."""

_defaults = {
    "p": pages, "h": helping, "o": posters, "away": WEB_AWAY, "htmx": HTMX, "flash": (), "signed": None, "csrf": "",
    "tab": "", "waiting": 0, "most_letters": MOST_LETTERS,
    "has": lambda helper, day, start, end: Window(day, start, end) in helper.hours,
}  # fmt: skip


def draw(template: str, speech: Speech, status: int = 200, **values: object) -> HTMLResponse:
    """A page. ``flash`` are texts that are shown once on top of it."""
    page = environment.get_template(f"helpers/{template}")
    return HTMLResponse(page.render({**_defaults, "key": new_key(), **values, "s": speech}), status)


def message(speech: Speech, text: Text, status: int, **values: object) -> HTMLResponse:
    """A page that says one thing."""
    return draw("message.html", speech, status, said=text, **values)
