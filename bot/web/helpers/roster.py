"""For coordinators: the week, all helpers, invitations, who waits how long. Nobody is ranked."""

import segno
from markupsafe import Markup
from starlette.responses import Response

from bot.actions.clock import CLOSED
from bot.actions.helper import INVITED_FOR
from bot.actions.pages import coordinator_invites, coordinator_removes, coordinator_withdraws, office
from bot.richtext import Text
from bot.web.helpers.visit import Visit
from bot.web.helpers.week import waits, week
from bot.wording import pages


async def show_roster(visit: Visit) -> Response:
    """Everything on one page."""
    return await _page(visit)


async def change_roster(visit: Visit) -> Response:
    """Invite somebody, withdraw an invitation, remove a helper."""
    speech, form = visit.speech, visit.form
    match form.one("do"):
        case "invite":
            role = "coordinator" if form.one("role") == "coordinator" else "helper"
            links = await coordinator_invites(visit.helper, role, visit.key, visit.parts, visit.now)
            return await _page(visit, links=links)
        case "withdraw":
            await coordinator_withdraws(form.number("invitation"), visit.parts)
            return await _page(visit, speech.text(pages.WITHDRAWN))
        case "remove" if form.number("helper") != visit.helper.id:
            removed = await coordinator_removes(form.number("helper"), visit.key, visit.parts, visit.now)
            return await _page(visit, *([speech.text(pages.REMOVED)] if removed else []))
        case _:
            return await _page(visit)


async def _page(visit: Visit, *flash: Text, links: list[str] | None = None) -> Response:
    seen = await office(visit.parts, visit.now)
    languages = visit.parts.guide.library.pack.city.languages
    return await visit.page(
        "roster.html", *flash, tab="roster", office=seen, weeks=[week(each, seen.helpers) for each in languages],
        waits=[waits(each, seen.cases, seen.waits[each]) for each in languages],
        links=[(link, _picture(link)) for link in links or ()], until=visit.now + INVITED_FOR, kept_days=CLOSED.days,
    )  # fmt: skip


def _picture(link: str) -> Markup:
    """The link for a phone's camera, as SVG without styles of its own. It is made of squares alone."""
    code = segno.make(link, micro=False, error="m")
    return Markup(code.svg_inline(border=3, svgclass="qr", lineclass="qr-ink", omitsize=True))  # noqa: S704
