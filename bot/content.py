"""Opens the files of a city and of the languages, once, and makes a `Guide` of them. The only place that reads them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.catalogs import DOMAINS, SOURCE, Catalogs, Language
from bot.conversation import emergency
from bot.conversation.guide import Guide
from bot.knowledge.article import Pack, Where
from bot.knowledge.library import Library
from bot.knowledge.reading import Unreadable, read_answers, read_pack

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: ``knowledge/``, ``locales/`` and ``intents/`` stand beside ``bot/``."""


@dataclass(frozen=True)
class Files:
    """Texts as they are written, before anything is made of them: what the checks and the program both start from."""

    city: str
    pack: dict[str, str]
    languages: dict[str, str]
    catalogs: dict[tuple[str, str], str]
    emergencies: dict[str, str]


def read_files(city: str, root: Path = ROOT) -> Files:
    """Read every file that belongs to *city*. Raises `Unreadable` when there is no such city."""
    folder = root / "knowledge" / city
    if not (folder / "city.yaml").is_file():
        cities = ", ".join(sorted(path.parent.name for path in (root / "knowledge").glob("*/city.yaml")))
        raise Unreadable(Where("city.yaml", 1), f"there is no city pack knowledge/{city}; there is: {cities or 'none'}")
    return Files(
        city=city,
        pack={str(path.relative_to(folder)): _text(path) for path in sorted(folder.rglob("*.yaml"))},
        languages={path.parent.name: _text(path) for path in sorted((root / "locales").glob("*/language.yaml"))},
        catalogs=dict(_catalogs(root)),
        emergencies={path.stem: _text(path) for path in sorted((root / "intents/emergency").glob("*.yaml"))},
    )


def _catalogs(root: Path) -> Iterator[tuple[tuple[str, str], str]]:
    for path in sorted((root / "locales").glob("*/LC_MESSAGES/*.po")):
        if path.stem in DOMAINS:
            yield (path.parent.parent.name, path.stem), _text(path)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as err:
        raise Unreadable(Where(path.name, 1), "the file is not written in UTF-8; save it as UTF-8") from err


def make_guide(files: Files) -> Guide:
    """The guide of *files*. Raises `Unreadable`, `BrokenCatalog` or `ListProblem`, each naming file and line."""
    pack = read_pack(files.city, files.pack)
    languages = spoken(pack, files)
    catalogs = Catalogs.read({key: text for key, text in files.catalogs.items() if key[0] in languages})
    return Guide(Library(pack, catalogs, languages), emergency.read(files.emergencies))


def spoken(pack: Pack, files: Files) -> dict[str, Language]:
    """The languages of the city in the order it shows them; English is always understood."""
    found: dict[str, Language] = {}
    for code in dict.fromkeys((*pack.city.languages, SOURCE)):
        if code not in files.languages:
            raise Unreadable(pack.city.where, f"language “{code}” has no locales/{code}/language.yaml")
        found[code] = read_answers(code, files.languages[code])
    return found


def load(city: str, root: Path = ROOT) -> Guide:
    """Read the files of *city* and make its guide."""
    return make_guide(read_files(city, root))
