"""“About you”: a helper's own answers, and whether they may be asked now."""

from starlette.responses import RedirectResponse, Response

from bot.actions.helper import helper_does
from bot.actions.pages import helper_changes
from bot.handoff.helper import Helper
from bot.helping import setup
from bot.helping.bench import Resigns
from bot.richtext import Text
from bot.web.helpers.answers import changed, other_hours
from bot.web.helpers.visit import Visit
from bot.wording import helping, pages


async def show_me(visit: Visit) -> Response:
    """Their answers."""
    return await _page(visit, visit.helper)


async def change_me(visit: Visit) -> Response:
    """Save what they answered, go on or off duty, or stop being a helper."""
    match visit.form.one("do"):
        case "on":
            new = setup.on_duty(visit.helper, visit.now)
        case "off":
            new = setup.off_duty(visit.helper)
        case "stop" if visit.form.one("sure"):
            await helper_does(visit.helper.id, [Resigns()], visit.key, visit.parts, visit.now)
            return RedirectResponse("/helpers/sign-in", 303)
        case "save":
            new = changed(visit.helper, visit.form, visit.speech)
            if not new.languages:
                return await _page(visit, new, visit.speech.text(helping.NO_LANGUAGES_YET), status=422)
        case _:
            return await _page(visit, visit.helper)
    kept = await helper_changes(new, visit.key, visit.parts, visit.now)
    seen = Visit(
        visit.request, visit.parts, type(visit.signed)(kept, visit.signed.bench, visit.signed.token), visit.now
    )
    return await _page(seen, kept, seen.speech.text(pages.SAVED))


async def _page(visit: Visit, helper: Helper, *flash: Text, status: int = 200) -> Response:
    resting = helper.paused_until if helper.paused_until and visit.now < helper.paused_until else None
    return await visit.page(
        "me.html", *flash, status=status, tab="me", me=helper, resting=resting, duty=_duty(visit, helper),
        others=other_hours(helper), most_at_once=setup.MOST_AT_ONCE, pauses=setup.PAUSES,
    )  # fmt: skip


def _duty(visit: Visit, helper: Helper) -> Text:
    """Whether they may be asked now, and when again."""
    if helper.on_duty(visit.now):
        return visit.speech.text(pages.DUTY_NOW)
    after = helper.next_on_duty(visit.now)
    return (
        visit.speech.text(pages.DUTY_LATER, when=visit.speech.when(after))
        if after
        else visit.speech.text(pages.DUTY_UNKNOWN)
    )
