"""For coordinators: make posters, print them again, see how often each is scanned."""

import logging
from dataclasses import replace

from starlette.responses import RedirectResponse, Response

from bot import wording
from bot.actions.posters import LATELY, Printed, poster_is_made, poster_is_printed, posters_are_counted
from bot.conversation.links import LONGEST_PLACE
from bot.pictures import MissingFont
from bot.posters import Asked, Missing, missing, plain_place
from bot.richtext import Text
from bot.web.helpers.visit import Visit
from bot.wording import posters

PAGE = "/helpers/posters"
NOTHING = Asked("", "", "")

_WRONG: dict[Missing, wording.Sentence] = {
    "article": posters.NO_TOPIC,
    "language": posters.NO_LANGUAGE,
    "place": posters.NO_PLACE,
}

log = logging.getLogger(__name__)


async def show_posters(visit: Visit) -> Response:
    """The list and an empty form. Who has just made a poster sees that one first."""
    return await _page(visit, made=visit.request.query_params.get("made", ""))


async def make_poster(visit: Visit) -> Response:
    """A new poster, or the one there is already; what is filled in wrongly is named, all of it at once."""
    form = visit.form
    asked = Asked(form.one("article"), form.one("language"), plain_place(form.one("place")))
    wrong = missing(asked, visit.parts.guide)
    if wrong:
        return await _page(visit, asked=replace(asked, place=form.one("place")), wrong=wrong, status=422)
    poster = await poster_is_made(asked, visit.parts, visit.now)
    return RedirectResponse(f"{PAGE}?made={poster.code}", 303)


async def give_poster(visit: Visit) -> Response:
    """The sheet as a file to print; when it cannot be had, the list says why."""
    try:
        printed = await poster_is_printed(visit.request.path_params["code"], visit.parts, visit.now)
    except MissingFont as err:
        log.error("a poster cannot be drawn: %s", err)  # noqa: TRY400  (the message says what to install)
        language, packages = visit.speech.tongue(err.language), ", ".join(err.packages)
        said = visit.speech.text(posters.NO_FONT, language=language, packages=packages)
        return await _page(visit, said, status=503)
    if isinstance(printed, Printed):
        headers = {"Content-Disposition": f'attachment; filename="{printed.name}"'}
        return Response(printed.content, headers=headers, media_type="application/pdf")
    if printed == "no-address":
        return await _page(visit, visit.speech.text(posters.NO_ADDRESS), status=503)
    return await visit.no_such_page()


async def _page(
    visit: Visit,
    *flash: Text,
    asked: Asked = NOTHING,
    made: str = "",
    wrong: tuple[Missing, ...] = (),
    status: int = 200,
) -> Response:
    """The page. *asked* is what stands in the form, *wrong* what is wrong with it, *made* the code of a new poster."""
    speech, library = visit.speech, visit.parts.guide.library
    counted = await posters_are_counted(visit.parts, visit.now)
    return await visit.page(
        "posters.html", *flash, status=status, tab="posters", counted=counted, asked=asked, days=LATELY.days,
        wrong={name: speech.text(_WRONG[name], count=speech.number(LONGEST_PLACE)) for name in wrong},
        made=next((each.poster for each in counted if each.poster.code == made), None),
        articles=sorted((speech.voice.title(each, icon=False), each.id) for each in library.pack.articles.values()),
        topic=library.successor, places=sorted({each.poster.place for each in counted}),
        longest=LONGEST_PLACE, language_word=wording.LANGUAGE,
    )  # fmt: skip
