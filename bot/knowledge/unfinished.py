"""Finds what of a city pack is still open: values that begin with TODO, as `natural-helpers new-city` leaves them.

All of them are found at once, before anything is made of the files; so nobody is ever told a TODO.
"""

from collections.abc import Iterator, Mapping

import yaml

from bot.knowledge.article import Where

OPEN = "TODO"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def open_places(files: Mapping[str, str]) -> list[tuple[Where, str]]:
    """Where something is open in *files* (path → YAML text), and what belongs there."""
    return [place for file in sorted(files) if OPEN in files[file] for place in _open_in(file, files[file])]


def _open_in(file: str, text: str) -> Iterator[tuple[Where, str]]:
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.ScalarEvent) and str(event.value).startswith(OPEN):
                told = str(event.value).removeprefix(OPEN).strip(": \n")
                yield Where(file, event.start_mark.line + 1 if event.start_mark else 1), told
    except yaml.YAMLError:  # whoever reads the file says what is wrong with it
        return
