"""The command line: ``natural-helpers`` (= ``python -m bot``)."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from bot import logs
from bot.catalogs import DOMAINS, BrokenCatalog
from bot.content import ROOT, Shelf, load
from bot.conversation.emergency import ListProblem
from bot.conversation.guide import Guide
from bot.conversation.links import LONGEST_PLACE
from bot.conversation.message import NOTHING, Understanding
from bot.knowledge.checks import check as find_problems
from bot.knowledge.library import Library
from bot.knowledge.nodes import Unfinished, Unreadable
from bot.knowledge.survey import survey
from bot.settings import BadSettings, Settings, read_settings, secret_key

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", help=__doc__)
console = Console()
INTENTS = ROOT / "intents"


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def run() -> None:
    """Start everything: the web chat, Telegram (with TELEGRAM_TOKEN) and Rasa."""
    from bot.app import put_together, serve  # noqa: PLC0415  (a second of imports that other commands need not wait for)

    settings = _settings()
    logs.configure(settings.log_level)
    with _clear_words():
        shelf = Shelf(settings.city)
    _tell_about_key(settings)
    model = None if settings.rasa_url else _model()

    async def everything() -> None:
        async with put_together(settings, shelf) as together:
            await serve(together, _report, INTENTS if model else None, model)

    with _clear_words():
        asyncio.run(everything())


@app.command()
def talk(
    payload: Annotated[str, typer.Argument(help="What a link would carry: library-card__es")] = "",
    rasa: Annotated[bool, typer.Option(help="Ask Rasa (RASA_URL) where the lists do not know.")] = True,
) -> None:
    """Chat in the terminal: no server, no database. `/save NAME` keeps the talk as a test."""
    from bot.rasa import Rasa  # noqa: PLC0415
    from bot.terminal import chat  # noqa: PLC0415

    settings = _settings()
    logs.configure("ERROR")
    guide = _guide(settings.city)

    async def talking() -> None:
        asked = Rasa(settings.rasa_url)
        try:
            understand = asked.understand if rasa and settings.rasa_url else _nothing
            await chat(guide, understand, ROOT / "tests/conversations", payload)
        finally:
            await asked.close()

    asyncio.run(talking())


@app.command()
def check(
    strict: Annotated[bool, typer.Option(help="Warnings count too.")] = False,
    report: Annotated[bool, typer.Option(help="Also a table of all articles.")] = False,
    untranslated: Annotated[bool, typer.Option(help="Name every text that is not translated.")] = False,
) -> None:
    """Look for everything that is wrong in the content and its translations."""
    guide = _guide(_settings().city)
    today = guide.today(datetime.now(UTC))
    problems = find_problems(guide.library, today)
    for problem in problems:
        if problem.language and not untranslated:
            continue
        style = "red" if problem.severity == "error" else "yellow"
        console.print(f"[{style}]{problem.severity}[/] [dim]{problem.article}[/] ", end="")
        console.print(str(problem), markup=False, highlight=False)
    for language, count in Counter(problem.language for problem in problems if problem.language).items():
        console.print(f"[yellow]warning[/] [dim]{language}[/] {count} texts are not translated (--untranslated: which)")
    errors = sum(problem.severity == "error" for problem in problems)
    if report and not errors:
        console.print(_report_of(guide.library, today))
    pack = guide.library.pack
    console.print(
        f"{len(pack.articles)} articles, {len(pack.facts)} facts, {len(guide.library.languages)} languages: "
        f"{errors} errors, {len(problems) - errors} warnings"
    )
    if errors or (strict and problems):
        raise typer.Exit(1)


def _report_of(library: Library, today: date) -> Table:
    """What stands in each article, for a person who wants to see all of it at once."""
    table = Table("article", "steps", "way", "facts", "least sure", "grade", "review by", box=SIMPLE)
    for column in table.columns:
        column.no_wrap = True
    for line in survey(library, today):
        table.add_row(
            f"{line.icon} {line.article}", str(line.steps), str(line.longest_way), str(line.facts),
            line.least_sure, f"{line.grade:.1f}", line.next_review.isoformat(),
        )  # fmt: skip
    return table


@app.command()
def flows(
    folder: Annotated[Path, typer.Argument(help="Where the pictures go.")] = Path("flows"),
) -> None:
    """Draw the flow of every article as an SVG picture, for staff."""
    from bot.flow_pictures import draw_all  # noqa: PLC0415

    guide = _guide(_settings().city)
    with _clear_words():
        drawn = draw_all(guide.library, folder)
    console.print(f"{len(drawn)} pictures in {folder}/", highlight=False)


@app.command(name="new-city")
def new_city(
    folder: Annotated[str, typer.Argument(help="What its folder under knowledge/ is called: springfield-il")],
    name: Annotated[str, typer.Option(help="What people call it: “Springfield, Illinois”")],
    timezone: Annotated[str, typer.Option(help="Its time zone: America/Chicago")],
    country: Annotated[str, typer.Option(help="Its country, in two letters: US")],
) -> None:
    """Begin the pack of another city: a few files to fill in. docs/new-city.md tells how to go on."""
    from bot.new_city import BadCity, NewCity, begin  # noqa: PLC0415

    with _clear_words():
        try:
            begin(NewCity(folder, name, timezone, country))
        except BadCity as err:
            _stop("This city cannot be begun:", str(err))
    console.print(
        f"knowledge/{folder} is there. What is still open in it: CITY={folder} natural-helpers check", soft_wrap=True
    )


@app.command()
def train() -> None:
    """Prepare Rasa's environment and train its model, where anything changed."""
    if _model() is None:
        raise typer.Exit(1)


@app.command()
def translations() -> None:
    """Carry new and changed English into the catalogs and show how far each language is."""
    from bot import translations as catalogs  # noqa: PLC0415

    table = Table("language", "catalog", "messages", "translated", "drafts", "outdated", "look again")
    with _clear_words():
        for language in catalogs.languages():
            for domain in DOMAINS:
                done = catalogs.update(language, domain)
                share = f"{done.translated} ({done.translated * 100 // max(1, done.messages)} %)"
                counts = map(str, (done.drafts, done.fuzzy, done.again))
                table.add_row(language, domain, str(done.messages), share, *counts)
    console.print(table)


@app.command()
def settings() -> None:
    """Show every setting, what it means and its default."""
    table = Table("setting", "default", "what it does")
    for name, field in Settings.model_fields.items():
        table.add_row(name.upper(), str(field.default), field.description or "")
    console.print(table)


@app.command()
def invite(
    coordinator: Annotated[
        bool, typer.Option(help="A coordinator, who can invite others, instead of a helper.")
    ] = False,
) -> None:
    """Make a link by which one person becomes a helper (or a coordinator). It works once, for a week."""
    from bot.app import invitation  # noqa: PLC0415

    settings = _settings()
    logs.configure("ERROR")
    guide = _guide(settings.city)
    with _clear_words():
        for link in asyncio.run(invitation(settings, guide, "coordinator" if coordinator else "helper")):
            console.print(link, markup=False, highlight=False, soft_wrap=True)


@app.command()
def poster(
    article: Annotated[str, typer.Argument(help="The topic that its code opens: library-card")],
    language: Annotated[str, typer.Option(help="In which language: es")],
    place: Annotated[str, typer.Option(help="Where it will hang, to count its scans apart: martin-luther")],
    out: Annotated[Path | None, typer.Option(help="The file. Else poster-ARTICLE-LANGUAGE-CODE.pdf, here.")] = None,
) -> None:
    """Make a poster: one page of A4 with a code to scan. The same one has the same code each time."""
    from bot.actions.posters import Printed  # noqa: PLC0415
    from bot.app import poster as made  # noqa: PLC0415
    from bot.pictures import MissingFont  # noqa: PLC0415
    from bot.posters import Asked, missing, plain_place  # noqa: PLC0415

    settings = _settings()
    logs.configure("ERROR")
    guide = _guide(settings.city)
    asked = Asked(article, language, plain_place(place))
    if wrong := missing(asked, guide):
        typed, there_is = {"article": article, "language": language, "place": place}, _there_is(guide)
        lines = [f"“{typed[each]}” is no {each}; {there_is[each]}" for each in wrong]
        _stop("This poster cannot be made:", "\n".join(lines))
    with _clear_words():
        try:
            printed = asyncio.run(made(settings, guide, asked))
        except MissingFont as err:
            _stop("The poster cannot be drawn:", str(err))
        if not isinstance(printed, Printed):
            _stop("The poster would lead nowhere:", _NO_POSTER[printed])
        path = out or Path(printed.name)
        path.write_bytes(printed.content)
    for line in (f"code  {printed.poster.code}", f"link  {printed.address}", f"file  {path}"):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


_NO_POSTER = {
    "no-address": "No phone could open its link. Set TELEGRAM_TOKEN, or PUBLIC_URL to where the internet reaches us.",
    "unreached": "Telegram did not tell the bot's name. Look at TELEGRAM_TOKEN and the network, then try again.",
    "gone": "The article was taken away in this moment.",
}


def _there_is(guide: Guide) -> dict[str, str]:
    """What a poster can be asked for."""
    pack = guide.library.pack
    return {
        "article": f"there are: {', '.join(sorted(pack.articles))}",
        "language": f"there are: {', '.join(pack.city.languages)}",
        "place": f"a place is 1 to {LONGEST_PLACE} letters a–z, digits and “-”, like martin-luther",
    }


@app.command()
def posters() -> None:
    """Show all posters and how often each was scanned."""
    from bot.actions.posters import LATELY  # noqa: PLC0415
    from bot.app import counted_posters  # noqa: PLC0415

    settings = _settings()
    logs.configure("ERROR")
    guide = _guide(settings.city)
    table = Table("code", "article", "language", "place", f"scans in {LATELY.days} days", "in all")
    with _clear_words():
        for each in asyncio.run(counted_posters(settings, guide)):
            made = each.poster
            table.add_row(made.code, made.article, made.language, made.place, str(each.lately), str(each.total))
    console.print(table)


@app.command(name="rotate-keys")
def rotate_keys() -> None:
    """Write everything anew under the first key of SECRET_KEY, so that the others can be taken out."""
    from bot.storage.store import Store  # noqa: PLC0415

    settings = _settings()
    key, _ = secret_key(settings)

    async def rotating() -> int:
        store = await Store.open(settings.database, key)
        try:
            return await store.rotate_keys()
        finally:
            await store.close()

    with _clear_words():
        console.print(f"{asyncio.run(rotating())} rows are under the first key now")


# --- what the commands share ---


def _settings() -> Settings:
    try:
        return read_settings()
    except BadSettings as err:
        _stop("These settings cannot be used (environment or .env):", str(err))


def _guide(city: str) -> Guide:
    with _clear_words():
        return load(city)
    raise AssertionError


@contextmanager
def _clear_words() -> Iterator[None]:
    """Expected trouble becomes one clear complaint and exit status 1; surprises stay surprises."""
    from bot.storage.schema import NewerDatabase  # noqa: PLC0415
    from bot.storage.secrecy import WrongKey  # noqa: PLC0415

    try:
        yield
    except Unfinished as err:
        _stop("The city is not finished:", str(err))
    except (Unreadable, BrokenCatalog, ListProblem) as err:
        _stop("The content cannot be read:", str(err))
    except (WrongKey, NewerDatabase) as err:
        _stop("The database cannot be used:", str(err))
    except OSError as err:
        _stop("This cannot be done here:", str(err))


def _stop(what: str, why: str) -> NoReturn:
    errors = Console(stderr=True)
    errors.print(what, style="bold red")
    errors.print(why, markup=False, highlight=False)
    raise typer.Exit(1)


def _report(line: str) -> None:
    console.print("🌱", line, highlight=False)


def _tell_about_key(settings: Settings) -> None:
    _, made = secret_key(settings)
    if made:
        path = settings.data_dir / "secret_key"
        console.print(
            f"⚠️  A SECRET_KEY was made and kept in {path}. Without it the database cannot be read: back it up."
        )


def _model() -> Path | None:
    """The trained model, prepared with visible progress; ``None``, and one line why, where Rasa cannot be had."""
    from bot.rasa_model import RasaUnavailable, prepare, train  # noqa: PLC0415

    try:
        with console.status("Rasa …") as status:
            show = _progress(status.update)
            prepare(INTENTS.parent, show)
            return train(INTENTS.parent, show)
    except RasaUnavailable as err:
        console.print(f"⚠️  Rasa is not used: {err} Lists, buttons and search go on.", highlight=False)
        return None


def _progress(update: Callable[[str], None]) -> Callable[[str], None]:
    """A moving line in a terminal; plain lines elsewhere."""
    if console.is_terminal:
        return lambda line: update(f"Rasa: {line[:100]}")
    return lambda line: console.print(f"Rasa: {line}", highlight=False)


async def _nothing(_text: str, _language: str | None) -> Understanding:
    return NOTHING


if __name__ == "__main__":
    main()
