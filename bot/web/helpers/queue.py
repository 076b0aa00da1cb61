"""The first page: who waits, who is with this helper, and for coordinators who is with others. Nobody's words."""

from starlette.responses import RedirectResponse, Response

from bot.actions.helper import helper_does
from bot.actions.pages import put_off, queue_of
from bot.handoff.case import Declines, Event, Takes
from bot.helping.bench import Does
from bot.helping.telling import label_of
from bot.richtext import Text
from bot.web.helpers.visit import HOME, Visit
from bot.wording import helping


async def show_queue(visit: Visit) -> Response:
    """The lists. Who comes from a case that was passed on is told that it was."""
    passed = visit.request.query_params.get("passed", "")
    if passed.isdecimal() and len(passed) < 10:
        name = label_of(int(passed))
        return await _lists(visit, visit.speech.text(helping.PASSED, case=name))
    return await _lists(visit)


async def take_or_leave(visit: Visit) -> Response:
    """Take a case, or not now."""
    number, takes = visit.form.number("case"), visit.form.one("do") == "take"
    event: Event = Takes(visit.helper.id) if takes else Declines(visit.helper.id)
    outcome = await helper_does(visit.helper.id, [Does(number, event)], visit.key, visit.parts, visit.now)
    if takes and (outcome is None or not outcome.refused):
        return RedirectResponse(f"{HOME}/case/{number}", 303)
    return await _lists(visit, *(words.text for words in (outcome.words if outcome else ())))


async def _lists(visit: Visit, *flash: Text) -> Response:
    queue = await queue_of(visit.helper, visit.parts)
    return await visit.page("queue.html", *flash, queue=queue, tab="queue", put_off=put_off)
