"""Danger to life is recognised from the shipped word lists alone, in every language (promise 1)."""

import re
from collections import Counter
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.emergency import KINDS, Alarm, Emergencies, ListProblem, read
from bot.conversation.emergency_lists import SLACK, read_lists

ROOT = Path(__file__).parents[2]
LISTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "intents/emergency").glob("*.yaml"))}
LINES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["sets"]
    for path in sorted((Path(__file__).parent / "emergency_lines").glob("*.yaml"))
}
RECALL, FALSE_ALARMS, SAME_KIND = 0.97, 0.02, 0.9
EMERGENCIES = read(LISTS)

languages = pytest.mark.parametrize("language", sorted(LISTS))


def telling(language: str, kind: str) -> list[str]:
    return [line for lines in LINES[language] for line in lines["emergency"][kind]]


def everyday(language: str) -> list[str]:
    return [line for lines in LINES[language] for line in lines["everyday"]]


def test_every_list_has_lines_to_be_judged_by():
    assert set(LISTS) == set(LINES) >= {"en", "es", "ar", "am"}
    for language in LISTS:
        assert sum(len(telling(language, kind)) for kind in KINDS) >= 160
        assert min(len(telling(language, kind)) for kind in KINDS) >= 25
        assert len(everyday(language)) >= 210


@languages
@pytest.mark.parametrize("kind", KINDS)
def test_emergencies_are_recognised(language, kind):
    lines = telling(language, kind)
    missed = [line for line in lines if EMERGENCIES.alarm(line) is None]
    assert 1 - len(missed) / len(lines) >= RECALL, missed


@languages
def test_the_right_kind_is_named(language):
    named = [(kind, EMERGENCIES.alarm(line)) for kind in KINDS for line in telling(language, kind)]
    right = sum(alarm is not None and alarm.kind == kind for kind, alarm in named)
    assert right / len(named) >= SAME_KIND


@languages
def test_everyday_lines_raise_no_alarm(language):
    lines = everyday(language)
    false = [line for line in lines if EMERGENCIES.alarm(line)]
    assert len(false) / len(lines) <= FALSE_ALARMS, false


@languages
def test_lines_for_other_intents_raise_no_alarm(language):
    """What others wrote to train and judge the intents, without this list in sight."""
    lines = [
        match[1].strip("\"'")
        for path in sorted((ROOT / "intents" / language).glob("*.yml"))
        for match in re.finditer(r"^\s+- (?!intent)(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    if not lines:
        pytest.skip(f"intents/{language} holds no training lines")
    false = [line for line in lines if EMERGENCIES.alarm(line)]
    assert len(false) / len(lines) <= FALSE_ALARMS, false


def test_table(capsys):
    """Print how the lists do, per language and kind: recognised / same kind / lines, then false alarms."""
    with capsys.disabled():
        print("\n" + "language".ljust(10) + "".join(kind.rjust(16) for kind in KINDS) + "false alarms".rjust(16))
        for language in LISTS:
            cells = []
            for kind in KINDS:
                alarms = Counter(alarm and alarm.kind for alarm in map(EMERGENCIES.alarm, telling(language, kind)))
                cells.append(f"{alarms.total() - alarms[None]}/{alarms[kind]}/{alarms.total()}")
            false = sum(EMERGENCIES.alarm(line) is not None for line in everyday(language))
            cells.append(f"{false}/{len(everyday(language))}")
            print(language.ljust(10) + "".join(cell.rjust(16) for cell in cells))
    assert LISTS


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("my house is on fire", "fire"),
        ("se quema mi casa", "fire"),
        ("بيتي يحترق", "fire"),
        ("ቤቴ እየተቃጠለ ነው", "fire"),
        ("my hous is on fier", "fire"),
        ("MY APARTMNET IS ON FIRE!!!!!!", "fire"),
        ("se me kema la kasa", "fire"),
        ("بَيْتِي يَحْتَرِق", "fire"),
        ("bayti byihtarek", "fire"),
        ("beiti yehtareq", "fire"),
        ("bete eyetekatele new", "fire"),
        ("fire!!", "fire"),
        ("fuego", "fire"),
        ("incendio", "fire"),
        ("حريق", "fire"),
        ("እሳት", "fire"),
        ("🔥 fire 🔥 please help 🔥", "fire"),
        ("smoke alarm is going off and there is smoke", "fire"),
        ("I smell gas", "gas"),
        ("rotten egg smell in the kitchen", "gas"),
        ("carbon monoxide alarm 4 beeps", "gas"),
        ("help he is not breathing", "medical"),
        ("chest pain cant breathe", "medical"),
        ("my baby is not waking up", "medical"),
        ("bleeding a lot", "medical"),
        ("help call 911", "medical"),
        ("help call nine one one", "medical"),
        ("ambulance", "medical"),
        ("someone has a gun", "crime"),
        ("my husband is beating me now", "crime"),
        ("someone is breaking in", "crime"),
        ("he is trying to kill me", "crime"),
        ("my child drank bleach", "poison"),
        ("took too many pills", "poison"),
        ("I want to die", "suicide"),
        ("I want to kill myself", "suicide"),
    ],
)
def test_promised_lines(line, kind):
    alarm = EMERGENCIES.alarm(line)
    assert alarm is not None
    assert alarm.kind == kind


@pytest.mark.parametrize(
    "line",
    [
        "",
        "🙂",
        "how do I apply to be a firefighter",
        "fired from my job",
        "me despidieron",
        "my phone battery is dead",
        "I am dying of laughter",
        "dying to see you",
        "gas bill",
        "start gas service",
        "smoke alarm battery",
        "smoke alarm installation",
        "my house burned last year, I need new papers",
        "fire drill",
        "kill time",
        "is 911 free?",
        "how do I report a stolen bike",
        "I need to hire a cook for five days, fine",
        "help",
    ],
)
def test_what_only_sounds_like_danger(line):
    assert EMERGENCIES.alarm(line) is None


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("my phone battery is dead and my house is on fire", "fire"),
        ("I called the fire department, the fire is in my kitchen", "fire"),
        ("my gas bill is high but now I smell gas", "gas"),
        ("my house burned last year and now my baby is not breathing", "medical"),
        ("me despidieron y me quiero matar", "suicide"),
        ("he stabbed me last night and I am bleeding now", "medical"),
    ],
)
def test_a_not_takes_away_only_the_words_it_names(line, kind):
    alarm = EMERGENCIES.alarm(line)
    assert alarm is not None
    assert alarm.kind == kind


@pytest.mark.parametrize(
    ("line", "kind", "language"),
    [
        ("mi casa is on fire", "fire", "en"),
        ("my بيت is burning", "fire", "en"),
        ("hello, se quema mi house", "fire", "es"),
    ],
)
def test_languages_may_be_mixed(line, kind, language):
    assert EMERGENCIES.alarm(line) == Alarm(kind, language)


@pytest.mark.parametrize("before", [0, 200, 400])
def test_a_cry_in_a_long_story_is_heard(before):
    story = ["I", "went", "to", "the", "library", "and", "they", "gave", "me", "a", "card"] * 40
    line = " ".join([*story[:before], "please my house is on fire", *story[before:]])
    assert EMERGENCIES.alarm(line) == Alarm("fire", "en")


def test_the_most_pressing_danger_is_named():
    assert EMERGENCIES.alarm("I want to die, the house is on fire") == Alarm("fire", "en")


@languages
def test_no_list_takes_its_own_phrases_away(language):
    """Each phrase that tells of danger still does when it is all that is said."""
    words = next(words for words in read_lists(LISTS) if words.language == language)
    silent = []
    for phrase, _ in words.say:
        for pick in (min, max):
            said = [[form for form in part.forms if form] for part in phrase]
            forms = [pick(forms, key=lambda form: [sorted(step) for step in form]) for forms in said if forms]
            line = " ".join(pick(step).rstrip("*") for form in forms for step in form)
            if EMERGENCIES.alarm(line) is None:
                silent.append(line)
    assert len(silent) / (2 * len(words.say)) <= 0.05, silent


@given(st.text())
def test_any_text_is_answered(text):
    alarm = EMERGENCIES.alarm(text)
    assert alarm is None or (alarm.kind in KINDS and alarm.language in LISTS)


@given(
    st.lists(
        st.sampled_from(sorted({word for line in everyday("en") + telling("es", "crime") for word in line.split()}))
    )
)
def test_any_words_are_answered_and_always_alike(words):
    line = " ".join(words)
    assert EMERGENCIES.alarm(line) == EMERGENCIES.alarm(line.upper()) == EMERGENCIES.alarm(f"  {line} !!")


def test_emergencies_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        EMERGENCIES.lists = ()  # type: ignore[misc]


SMALL = """\
language: en
reviewed: false
one typo from: 6
skip: [the, is]
prefixes: [un]
suffixes: [s]
lookalikes: [kitten]
around cries: [help]
words:
  place: [house, kitchen]
fire:
  say: [$place + burning, big .. blaze, smoulder*]
  cry: [fire]
  not: [burning calories]
gas: {say: [smell gas]}
crime: {say: [stabbed]}
medical: {say: ["not breathing [well]"]}
poison: {say: [drank bleach]}
suicide: {say: [want to die]}
"""


def small(text: str = SMALL) -> Emergencies:
    return read({"en": text})


@pytest.mark.parametrize(
    "line",
    [
        "the house is burning",
        "burning burning oh my own little kitchen",
        "kichen burning",
        "kitchenn burning",
        "unhouses burning",
        "smouldering",
        "a big red hot blaze",
        "fire fire help",
        "he is not breathing",
        f"smell {'x ' * SLACK} gas",
    ],
)
def test_what_the_signs_mean(line):
    assert small().alarm(line) is not None


@pytest.mark.parametrize(
    "line",
    [
        "the kitten is burning",
        "burning calories in the kitchen",
        "house a b c d e f burning",
        "big a b c d blaze",
        "fire in the hole",
        "mitchen burning",
        "stabed",
        f"smell {'x ' * (SLACK + 1)} gas",
    ],
)
def test_what_the_signs_do_not_mean(line):
    if line == "stabed":
        assert small(SMALL.replace("one typo from: 6", "one typo from: 9")).alarm(line) is None
    else:
        assert small().alarm(line) is None


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        (SMALL, "", 1, "is empty"),
        (SMALL, "- fire", 1, "must have named parts"),
        ("skip: [the, is]", "skip: [the, is", 5, "not YAML"),
        ("skip: [the, is]", "skip: the", 4, "must be a list"),
        ("language: en", "language: es", 1, "make them agree"),
        ("language: en", "language: [en]", 1, "takes one word"),
        ("reviewed: false\n", "", 1, "“reviewed:” is missing"),
        ("reviewed: false", "reviewed: soon", 2, "true (a native reader signed the list) or false"),
        ("one typo from: 6", "one typo from: six", 3, "a number of letters"),
        ("skip: [the, is]", "skipp: [the, is]", 4, "not a part of an emergency list"),
        ("skip: [the, is]", "skip: [the, is not]", 4, "must be one word"),
        ("reviewed: false", "reviewed: false\nreviewed: false", 3, "stands twice"),
        ("gas: {say: [smell gas]}\n", "", 1, "“gas:” is missing"),
        ("gas: {say: [smell gas]}", "gas: {cry: [gas]}", 15, "has no “say:” list"),
        ("gas: {say: [smell gas]}", "gas: {sya: [smell gas]}", 15, "not a part of “gas”"),
        ("gas: {say: [smell gas]}", "gas: {say: [[smell] gas]}", 15, "not YAML"),
        ("gas: {say: [smell gas]}", "gas: {say: [[smell]]}", 15, "put it in double quotes"),
        ("gas: {say: [smell gas]}", "gas: {say: [$smell gas]}", 15, "no word group “smell”"),
        ("gas: {say: [smell gas]}", "gas: {say: [(smell gas]}", 15, "a bracket is open or lost"),
        ("gas: {say: [smell gas]}", "gas: {say: [(smell|) gas]}", 15, "a choice beside “|”"),
        ("gas: {say: [smell gas]}", "gas: {say: [smell ..]}", 15, "ends with “..” or “+”"),
        ("gas: {say: [smell gas]}", 'gas: {say: ["+ gas"]}', 15, "must stand between two words"),
        ("gas: {say: [smell gas]}", "gas: {say: [the is]}", 15, "needs a word"),
        ("gas: {say: [smell gas]}", "gas: {say: [a + b + c + d + e]}", 15, "more than 3 “+”"),
        ("gas: {say: [smell gas]}", "gas: {say: [s* gas]}", 15, "a star stands at the end"),
        ("place: [house, kitchen]", "place: [house, $place]", 10, "contains itself: place → place"),
        ("place: [house, kitchen]", "place: [house, the]", 10, "only of words under “skip”"),
        ("words:", "mixed words:\n  place: [home]\nwords:", 12, "is also a mixed group"),
    ],
)
def test_a_broken_list_is_named_with_language_line_and_remedy(old, new, line, says):
    assert old in SMALL
    with pytest.raises(ListProblem, match=re.escape(says)) as problem:
        small(SMALL.replace(old, new))
    assert isinstance(problem.value, ValueError)
    assert (problem.value.language, problem.value.line) == ("en", line)
    assert str(problem.value).startswith(f"en.yaml, line {line}: ")
