"""The command line: ``natural-helpers`` (= ``python -m bot``)."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from bot import logs
from bot.catalogs import DOMAINS, BrokenCatalog
from bot.content import ROOT, load
from bot.conversation.emergency import ListProblem
from bot.conversation.guide import Guide
from bot.conversation.message import NOTHING, Understanding
from bot.knowledge.checks import check as find_problems
from bot.knowledge.reading import Unreadable
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
    guide = _guide(settings.city)
    _tell_about_key(settings)
    model = None if settings.rasa_url else _model()

    async def everything() -> None:
        async with put_together(settings, guide) as together:
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
def check(strict: Annotated[bool, typer.Option(help="Warnings count too.")] = False) -> None:
    """Look for everything that is wrong in the content and its translations."""
    settings = _settings()
    guide = _guide(settings.city)
    problems = find_problems(guide.library, guide.today(datetime.now(UTC)))
    for problem in problems:
        style = "red" if problem.severity == "error" else "yellow"
        console.print(f"[{style}]{problem.severity}[/] [dim]{problem.article}[/] ", end="")
        console.print(str(problem), markup=False, highlight=False)
    errors = sum(problem.severity == "error" for problem in problems)
    pack = guide.library.pack
    console.print(
        f"{len(pack.articles)} articles, {len(pack.facts)} facts, {len(guide.library.languages)} languages: "
        f"{errors} errors, {len(problems) - errors} warnings"
    )
    if errors or (strict and problems):
        raise typer.Exit(1)


@app.command()
def train() -> None:
    """Prepare Rasa's environment and train its model, where anything changed."""
    if _model() is None:
        raise typer.Exit(1)


@app.command()
def translations() -> None:
    """Carry new and changed English into the catalogs and show how far each language is."""
    from bot import translations as catalogs  # noqa: PLC0415

    table = Table("language", "catalog", "messages", "translated", "drafts", "look again")
    with _clear_words():
        for language in catalogs.languages():
            for domain in DOMAINS:
                done = catalogs.update(language, domain)
                share = f"{done.translated} ({done.translated * 100 // max(1, done.messages)} %)"
                table.add_row(language, domain, str(done.messages), share, str(done.drafts), str(done.fuzzy))
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
