"""Opens the files of a city and of the languages and makes a `Guide` of them; reads them again when they were changed.

The only place that reads them.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import structlog

from bot.catalogs import DOMAINS, SOURCE, BrokenCatalog, Catalogs, Language
from bot.conversation import emergency
from bot.conversation.emergency import Emergencies
from bot.conversation.guide import Guide
from bot.knowledge.article import Pack, Where
from bot.knowledge.checks import REFERENCES
from bot.knowledge.library import Library
from bot.knowledge.nodes import Unreadable
from bot.knowledge.reading import read_answers, read_glossary, read_pack

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: ``knowledge/``, ``locales/`` and ``intents/`` stand beside ``bot/``."""

_READ = {".yaml", ".po"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Files:
    """Texts as they are written, before anything is made of them: what the checks and the program both start from."""

    city: str
    pack: dict[str, str]
    languages: dict[str, str]
    catalogs: dict[tuple[str, str], str]
    emergencies: dict[str, str]
    glossaries: dict[str, str] = field(default_factory=dict)


def read_files(city: str, root: Path = ROOT) -> Files:
    """Read every file that belongs to *city*. Raises `Unreadable` when there is no such city."""
    folder = root / "knowledge" / city
    if not (folder / "city.yaml").is_file():
        cities = ", ".join(sorted(path.parent.name for path in (root / "knowledge").glob("*/city.yaml")))
        raise Unreadable(Where("city.yaml", 1), f"there is no city pack knowledge/{city}; there is: {cities or 'none'}")
    return Files(
        city=city,
        pack={str(path.relative_to(folder)): _text(path) for path in _visible(folder.rglob("*.yaml"))},
        languages={path.parent.name: _text(path) for path in _visible((root / "locales").glob("*/language.yaml"))},
        catalogs=dict(_catalogs(root)),
        emergencies={path.stem: _text(path) for path in _visible((root / "intents/emergency").glob("*.yaml"))},
        glossaries={path.parent.name: _text(path) for path in _visible((root / "locales").glob("*/glossary.yaml"))},
    )


def _visible(paths: Iterable[Path]) -> list[Path]:
    """*paths* in order, without what editors hide beside a file that is open."""
    return sorted(path for path in paths if not path.name.startswith("."))


def _catalogs(root: Path) -> Iterator[tuple[tuple[str, str], str]]:
    for path in sorted((root / "locales").glob("*/LC_MESSAGES/*.po")):
        if path.stem in DOMAINS:
            yield (path.parent.parent.name, path.stem), _text(path)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as err:
        raise Unreadable(Where(path.name, 1), "the file is not written in UTF-8; save it as UTF-8") from err


def make_guide(files: Files, emergencies: Emergencies | None = None) -> Guide:
    """The guide of *files*; *emergencies* when their lists are read already.

    Raises `Unreadable`, `BrokenCatalog` or `ListProblem`, each naming file and line.
    """
    pack = read_pack(files.city, files.pack)
    languages = spoken(pack, files)
    catalogs = Catalogs.read({key: text for key, text in files.catalogs.items() if key[0] in languages})
    lists = emergencies or emergency.read(files.emergencies)
    return Guide(Library(pack, catalogs, languages), replace(lists, numbers=_dialled(pack)))


def _dialled(pack: Pack) -> frozenset[str]:
    """The short numbers that are named in danger of fire, for life, and from people."""
    names = {name for kind in ("fire", "medical", "crime") for name in pack.city.emergency.get(kind, ())}
    contacts = (pack.contacts[name] for name in names if name in pack.contacts)
    phones = {str(pack.facts[contact.phone].value) for contact in contacts if contact.phone in pack.facts}
    return frozenset(phone for phone in phones if phone.isdecimal())


def spoken(pack: Pack, files: Files) -> dict[str, Language]:
    """The languages of the city in the order it shows them; English is always understood."""
    found: dict[str, Language] = {}
    for code in dict.fromkeys((*pack.city.languages, SOURCE)):
        if code not in files.languages:
            raise Unreadable(pack.city.where, f"language “{code}” has no locales/{code}/language.yaml")
        language = read_answers(code, files.languages[code])
        found[code] = replace(language, glossary=read_glossary(code, files.glossaries.get(code, "")))
    return found


def load(city: str, root: Path = ROOT) -> Guide:
    """Read the files of *city* and make its guide."""
    return make_guide(read_files(city, root))


LOOK_EVERY = 0.25
"""Seconds. So often it is looked whether a file was changed; a look takes a millisecond."""
_Stamps = frozenset[tuple[str, int, int]]


class Shelf:
    """The guide of a city as its files are now. One that was changed counts for the messages after it, with no restart.

    `look_again` reads, in a thread of its own; `guide` only says what was read last, so no turn ever waits for a file or
    breaks on one. While a changed file cannot be used, the guide stays as it was, and the log says once what is wrong.
    """

    def __init__(self, city: str, root: Path = ROOT) -> None:
        """Reads everything. Raises what `load` raises, and `Unreadable` where something is named that is not there."""
        self._city, self._root = city, root
        self._stamps = self._look()
        self._files = read_files(city, root)
        self._guide = make_guide(self._files)
        _sound(self._guide)

    @property
    def guide(self) -> Guide:
        """The guide as it was read last."""
        return self._guide

    async def keep_up(self) -> None:
        """Look again and again, for ever."""
        await asyncio.to_thread(_warm, self._guide)
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await asyncio.to_thread(self.look_again)

    def look_again(self) -> None:
        """Read everything anew when a file was changed. Whatever is wrong with the files is logged, never raised."""
        try:
            stamps = self._look()
            if stamps != self._stamps:
                self._stamps = stamps
                self._read_again()
        except (Unreadable, BrokenCatalog, emergency.ListProblem, OSError) as err:
            log.error("changed content cannot be read and is not used", error=str(err))  # noqa: TRY400  (it says where)
        except Exception as err:
            log.exception("changed content is not used", error=type(err).__name__)

    def _read_again(self) -> None:
        files = read_files(self._city, self._root)
        if files == self._files:
            return
        same = files.emergencies == self._files.emergencies
        guide = make_guide(files, self._guide.emergencies if same else None)
        _sound(guide)
        _warm(guide)
        # Two messages never see half of each: the guide is immutable, and only this name changes hands.
        self._files, self._guide = files, guide
        log.info("content read again", articles=len(guide.library.pack.articles))

    def _look(self) -> _Stamps:
        """Name, time and size of every file: another look at it is worth it when one of these is another."""
        stamps = set()
        for folder in (self._root / "knowledge" / self._city, self._root / "locales", self._root / "intents/emergency"):
            for path in folder.rglob("*.*"):
                if path.suffix in _READ and not path.name.startswith("."):
                    with suppress(OSError):  # it was taken away a moment ago
                        stat = path.stat()
                        stamps.add((str(path), stat.st_mtime_ns, stat.st_size))
        return frozenset(stamps)


def _warm(guide: Guide) -> None:
    """Make the index of each language now, and not while somebody waits for the first search in it."""
    for language in guide.library.languages:
        guide.library.search("warm", language)


def _sound(guide: Guide) -> None:
    """Raises `Unreadable` where an article names something that is not there: a turn would break on it."""
    for find in REFERENCES:
        for problem in find(guide.library, date.min):
            file, _, line = problem.place.rpartition(":")
            raise Unreadable(Where(file, int(line)), problem.what)
