"""Reads the emergency word lists: YAML text → `WordList`. Opens no file.

A list is written so that a native reader who does not program can check it (`intents/emergency/<language>.yaml`):

    $home is on fire      a word, or a group of words ($home), one after the other; where danger is told one other
                          word may stand between
    gas [smell|leak]      words in brackets may be there or not; | parts the choices
    (cant|can not) breathe    one of these must be there
    chest .. hurts        up to three other words may stand between
    baby + not breathing  both, in any order, with up to five words between
    strangl*              every word that begins so

Every complaint is a `ListProblem` that names the language, the line and what to do.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import yaml

from bot.knowledge.folding import fold

Kind = Literal["fire", "gas", "crime", "medical", "poison", "suicide"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Most pressing first: when several match, this order decides which one is answered."""

BETWEEN = 3
"""How many other words ".." lets stand between."""
SLACK = 1
"""How many other words may stand between two words of a phrase that tells of danger; none in a “not”."""
NEAR = 5
"""How many other words "+" lets stand between."""
SHORTEST_BEGINNING = 2
"""Letters that must stand before a star (an Ethiopic letter is a whole syllable)."""
MOST_ITEMS = 4
"""How many parts “+” may join: they are tried in every order."""

_KEYS = {"language", "reviewed", "one typo from", "skip", "prefixes", "suffixes", "lookalikes", "around cries"}
_KEYS |= {"words", "mixed words", "not", *KINDS}
_PIECE = re.compile(r"\.\.|\+|\[(?P<maybe>[^\[\]()]*)\]|\((?P<one>[^\[\]()]*)\)|(?P<word>[^\s\[\]()+]+)|(?P<odd>\S)")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Words = frozenset[str]
Form = tuple[Words, ...]
"""One way to say something: at each place, the words that may stand there."""


class ListProblem(ValueError):
    """Something is wrong in an emergency list; the message says where and what to do."""

    def __init__(self, language: str, line: int, what: str) -> None:
        super().__init__(f"{language}.yaml, line {line}: {what}")
        self.language = language
        self.line = line


class Part(NamedTuple):
    """One place in a phrase: one of *forms*, at most *gap* other words after the place before; () may be left out."""

    gap: int
    forms: tuple[Form, ...]
    within: int
    """How many other words may stand between the words of one form."""


Phrase = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class WordList:
    """One language's list, every phrase spelled out into the forms it can take."""

    language: str
    reviewed: bool
    typo_from: int
    """Words of at least this many letters may hold one typing error; 0 means none may."""
    skip: Words
    around_cries: Words
    prefixes: Words
    suffixes: Words
    lookalikes: Words
    say: tuple[tuple[Phrase, Kind], ...]
    cry: tuple[tuple[Phrase, Kind], ...]
    never: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    line: int
    value: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One list file as it was written, before the phrases are spelled out."""

    language: str
    top: Mapping[str, tuple[int, yaml.Node]]

    def problem(self, line: int, what: str) -> ListProblem:
        return ListProblem(self.language, line, what)

    def texts(self, node: yaml.Node, what: str) -> list[_Text]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.problem(_line(node), f"{what} must be a list: one entry per line, each after a dash")
        found = []
        for entry in node.value:
            if not isinstance(entry, yaml.ScalarNode):
                raise self.problem(_line(entry), f"an entry of {what} is not plain text: put it in double quotes")
            found.append(_Text(_line(entry), entry.value))
        return found

    def mapping(self, node: yaml.Node, what: str) -> dict[str, tuple[int, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            raise self.problem(_line(node), f"{what} must have named parts, each as “name:”")
        found: dict[str, tuple[int, yaml.Node]] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                raise self.problem(_line(key), f"“{name}” stands twice (first in line {found[name][0]}): join the two")
            found[name] = (_line(key), value)
        return found

    def texts_of(self, key: str) -> list[_Text]:
        return self.texts(self.top[key][1], f"“{key}”") if key in self.top else []

    def folded(self, key: str) -> Words:
        words = set()
        for text in self.texts_of(key):
            word = fold(text.value)
            if not word or " " in word:
                raise self.problem(text.line, f"“{text.value}” under “{key}” must be one word: take it apart or out")
            words.add(word)
        return frozenset(words)

    def groups(self, key: str) -> dict[str, list[_Text]]:
        if key not in self.top:
            return {}
        named = self.mapping(self.top[key][1], f"“{key}”")
        return {name: self.texts(node, f"the group “{name}”") for name, (_, node) in named.items()}


def read_lists(texts: Mapping[str, str]) -> tuple[WordList, ...]:
    """Return one `WordList` for each language of *texts* (language → YAML), or raise `ListProblem`.

    Groups under “mixed words” lend their single words to the other languages, because people mix: “mi casa is on fire”.
    """
    sheets = [_sheet(language, text) for language, text in texts.items()]
    mixed: dict[str, list[tuple[_Sheet, _Text]]] = {}
    for sheet in sheets:
        for name, members in sheet.groups("mixed words").items():
            mixed.setdefault(name, []).extend((sheet, member) for member in members)
    return tuple(_word_list(sheet, mixed) for sheet in sheets)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _sheet(language: str, text: str) -> _Sheet:
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ListProblem(language, line, f"this is not YAML ({error.problem}): look at quotes and indents") from error
    except yaml.YAMLError as error:
        raise ListProblem(language, 1, f"this is not YAML: {error}") from error
    if node is None:
        raise ListProblem(language, 1, "the list is empty")
    sheet = _Sheet(language, {})
    sheet = _Sheet(language, sheet.mapping(node, "the list"))
    _check_head(sheet)
    return sheet


def _check_head(sheet: _Sheet) -> None:
    for key, (line, _) in sheet.top.items():
        if key not in _KEYS:
            raise sheet.problem(
                line, f"“{key}” is not a part of an emergency list; use one of: {', '.join(sorted(_KEYS))}"
            )
    for key in ("language", "reviewed", *KINDS):
        if key not in sheet.top:
            raise sheet.problem(1, f"“{key}:” is missing: add it")
    said = _one(sheet, "language")
    if said.value != sheet.language:
        raise sheet.problem(said.line, f"the file is for “{sheet.language}” but says “{said.value}”: make them agree")
    reviewed = _one(sheet, "reviewed")
    if reviewed.value not in ("true", "false"):
        raise sheet.problem(reviewed.line, "“reviewed” is true (a native reader signed the list) or false")
    if "one typo from" in sheet.top and not (typo := _one(sheet, "one typo from")).value.isdecimal():
        raise sheet.problem(typo.line, "“one typo from” is a number of letters, for example 5")


def _one(sheet: _Sheet, key: str) -> _Text:
    line, node = sheet.top[key]
    if not isinstance(node, yaml.ScalarNode):
        raise sheet.problem(line, f"“{key}” takes one word")
    return _Text(line, node.value)


def _word_list(sheet: _Sheet, mixed: Mapping[str, list[tuple[_Sheet, _Text]]]) -> WordList:
    speller = _Speller(sheet, mixed)
    say: list[tuple[Phrase, Kind]] = []
    cry: list[tuple[Phrase, Kind]] = []
    never = [phrase for text in sheet.texts_of("not") for phrase in speller.phrases(text)]
    for kind in KINDS:
        parts = sheet.mapping(sheet.top[kind][1], f"“{kind}”")
        for key, (line, node) in parts.items():
            if key not in ("say", "cry", "not"):
                raise sheet.problem(line, f"“{key}” is not a part of “{kind}”; use say, cry or not")
            for text in sheet.texts(node, f"“{key}”"):
                if key == "not":
                    never.extend(speller.phrases(text))
                elif key == "cry":
                    cry.extend((phrase, kind) for phrase in speller.phrases(text))
                else:
                    say.extend((phrase, kind) for phrase in speller.phrases(text, SLACK))
        if "say" not in parts:
            raise sheet.problem(sheet.top[kind][0], f"“{kind}” has no “say:” list: add the phrases that tell of it")
    return WordList(
        language=sheet.language,
        reviewed=_one(sheet, "reviewed").value == "true",
        typo_from=int(_one(sheet, "one typo from").value) if "one typo from" in sheet.top else 0,
        skip=sheet.folded("skip"),
        around_cries=sheet.folded("around cries"),
        prefixes=sheet.folded("prefixes"),
        suffixes=sheet.folded("suffixes"),
        lookalikes=sheet.folded("lookalikes"),
        say=tuple(dict.fromkeys(say)),
        cry=tuple(dict.fromkeys(cry)),
        never=tuple(dict.fromkeys(never)),
    )


class _Speller:
    """Spells a written phrase out into every form it can take, in one language."""

    def __init__(self, sheet: _Sheet, mixed: Mapping[str, list[tuple[_Sheet, _Text]]]) -> None:
        self._sheet = sheet
        self._mixed = mixed
        self._own = sheet.groups("words")
        self._skip = sheet.folded("skip")
        self._known: dict[str, tuple[Form, ...]] = {}
        self._folded: dict[str, Form] = {}
        self._opening: list[str] = []
        for name in self._own.keys() & mixed.keys():
            line = self._own[name][0].line if self._own[name] else 1
            raise sheet.problem(line, f"the group “{name}” is also a mixed group: give one of them another name")

    def phrases(self, text: _Text, slack: int = 0) -> Iterator[Phrase]:
        """Every phrase that *text* stands for; *slack* is how many other words may stand between any two of its words."""
        items: list[list[Part]] = [[]]
        gap = slack
        mark = "start"
        for piece in _PIECE.finditer(text.value):
            if piece["odd"]:
                raise self._sheet.problem(text.line, f"a bracket is open or lost near “{piece['odd']}”")
            if piece[0] in ("..", "+"):
                if mark:
                    raise self._sheet.problem(text.line, f"“{piece[0]}” must stand between two words")
                mark = piece[0]
                gap = BETWEEN if mark == ".." else slack
                if mark == "+":
                    items.append([])
                continue
            items[-1].append(Part(gap, self._choices(piece, text), slack))
            gap, mark = slack, ""
        if mark:
            raise self._sheet.problem(text.line, "the phrase is empty or ends with “..” or “+”: write what follows")
        if len(items) > MOST_ITEMS:
            raise self._sheet.problem(text.line, f"more than {MOST_ITEMS - 1} “+” in one phrase: split it in two")
        if all(() in part.forms for item in items for part in item):
            raise self._sheet.problem(text.line, f"“{text.value}” needs a word that is neither in [ ] nor under “skip”")
        for order in itertools.permutations(items):
            first, *others = order
            nearby = ([item[0]._replace(gap=NEAR), *item[1:]] for item in others)
            yield (*first, *itertools.chain.from_iterable(nearby))

    def _choices(self, piece: re.Match[str], text: _Text) -> tuple[Form, ...]:
        inside = piece["maybe"] if piece["maybe"] is not None else piece["one"]
        choices = (piece["word"] if inside is None else inside).split("|")
        forms: list[Form] = [()] if piece["maybe"] is not None else []
        for choice in choices:
            if not choice.strip():
                raise self._sheet.problem(text.line, "a choice beside “|” or inside brackets is empty: write the word")
            forms.extend(self._forms(choice, text.line, self._sheet))
        if piece["one"] is not None and any(forms):
            # A choice made only of skipped words (“I”) must not make the whole place optional.
            forms = [form for form in forms if form]
        return _gathered(forms)

    def _forms(self, choice: str, line: int, where: _Sheet) -> Iterator[Form]:
        """The forms of words and groups that simply follow one another."""
        pieces: list[tuple[Form, ...]] = []
        for written in choice.split():
            if written.startswith("$"):
                pieces.append(self._group(written[1:], line, where))
            else:
                if "*" in written[:-1] or (written.endswith("*") and len(fold(written)) < SHORTEST_BEGINNING):
                    raise where.problem(line, f"“{written}”: a star stands at the end, after at least 2 letters")
                pieces.append((self._word(written),))
        for parts in itertools.product(*pieces):
            yield tuple(itertools.chain.from_iterable(parts))

    def _word(self, written: str) -> Form:
        if written not in self._folded:
            words = [word for word in fold(written).split() if word not in self._skip]
            if written.endswith("*") and words:
                words[-1] += "*"
            self._folded[written] = tuple(frozenset({word}) for word in words)
        return self._folded[written]

    def _group(self, name: str, line: int, where: _Sheet) -> tuple[Form, ...]:
        if name in self._known:
            return self._known[name]
        if name in self._opening:
            raise where.problem(line, f"the group “{name}” contains itself: {' → '.join([*self._opening, name])}")
        members = self._mixed.get(name) or [(self._sheet, member) for member in self._own.get(name, [])]
        if not members:
            raise where.problem(line, f"there is no word group “{name}” (or it is empty): add it under “words”")
        self._opening.append(name)
        forms: list[Form] = []
        for sheet, member in members:
            for form in self._forms(member.value, member.line, sheet):
                if not form and sheet is self._sheet:
                    raise sheet.problem(
                        member.line, f"“{member.value}” is made only of words under “skip”: take it out"
                    )
                if form and (len(form) == 1 or sheet is self._sheet):
                    forms.append(form)
        self._opening.pop()
        self._known[name] = _gathered(forms)
        return self._known[name]


def _gathered(forms: list[Form]) -> tuple[Form, ...]:
    """Put all one-word forms into one place that takes any of them."""
    single: Words = frozenset().union(*(form[0] for form in forms if len(form) == 1))
    rest = [form for form in forms if len(form) != 1]
    return tuple(dict.fromkeys([(single,), *rest] if single else rest))
