"""Two weeks in a city: 30 helpers, 300 cases, and a clock of its own. `python -m tests.handoff.simulation` shows how it went.

Helpers are volunteers with two to six hours a week, mostly in the evening and at the weekend. Newcomers come by day, and
in a burst on Wednesdays when the pantry is open. What people do is drawn from a seed; what the hand-off does about it is
the real thing, and `tests.handoff.world.City` judges every step of it.

**What is called fair.** Nobody can choose how many cases come in hours in which they alone are here. We look at everybody
who speaks a language well and gave comparable hours: half of the median of their group to twice the median. Nobody may
have taken more than twice the median *where there was a choice*: whoever took more took the surplus when, at the moment
they were asked, nobody else who had taken fewer could have been asked (was here, spoke it as well, had room, fitted the
wishes, had not just let it pass); or it was urgent, when everybody counts. Where the median is below three there is
nothing to judge, and it says so. Since in two weeks of few hours there often is no choice, the same is run once more with
all volunteers here at the same hours (``together``): then nobody may have taken more than twice the median at all.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from statistics import median

from rich.console import Console
from rich.table import Table

from bot.handoff.case import (
    Agrees,
    Allows,
    Case,
    Closes,
    Declines,
    Event,
    News,
    PassesOn,
    Refused,
    Replies,
    Takes,
    Wishes,
    Withdraws,
    Writes,
)
from bot.handoff.helper import Helper, Level, Window
from bot.handoff.matching import fitting
from tests.handoff.people import DENVER, denver, hours, minutes
from tests.handoff.world import City

CASES = 300
START = denver(2026, 11, 16, 0)
"""A Monday."""
END = START + timedelta(days=14)
SPEAKERS: list[tuple[int, tuple[tuple[str, Level], ...]]] = [
    (6, (("es", "native"), ("en", "fluent"))),
    (5, (("es", "native"),)),
    (4, (("ar", "native"), ("en", "some"))),
    (4, (("ar", "native"), ("en", "fluent"))),
    (4, (("am", "native"), ("en", "fluent"))),
    (1, (("am", "native"), ("ar", "some"))),
    (2, (("en", "native"), ("es", "fluent"))),
    (1, (("en", "native"), ("es", "some"))),
    (1, (("en", "native"),)),
]
"""How many helpers speak what; two coordinators come to them."""
COORDINATORS: list[tuple[tuple[str, Level], ...]] = [
    (("en", "native"), ("es", "fluent")),
    (("ar", "native"), ("en", "fluent")),
]
NEWCOMERS = {"es": 50, "ar": 25, "am": 15, "en": 10}
CURVE = [0, 0, 0, 0, 0, 0, 1, 3, 6, 8, 9, 9, 8, 8, 8, 8, 9, 10, 11, 11, 9, 6, 3, 1]
"""How many newcomers come in each hour of a day, relatively."""
PANTRY = range(10, 14)
"""On Wednesdays; three times as many come."""
TOGETHER = [Window(1, 17 * 60, 19 * 60), Window(3, 17 * 60, 19 * 60), Window(5, 10 * 60, 12 * 60)]
"""The hours of everybody, where the question is how cases are shared by people who are all here."""
TOPICS = ["home", "money", "health", "work", "school", "travel"]
WISHED: list[Event] = [Wishes("woman"), Wishes("woman"), Wishes(other_community=True)]


@dataclass
class Story:
    """One newcomer's way: how it was drawn, and how it went."""

    at: datetime
    language: str
    urgent: bool
    talks: int
    found_at: datetime | None = None


@dataclass
class Load:
    """What one helper gave. ``choices``: for each case they took, whether it could have gone to one who had fewer."""

    helper: Helper
    group: str
    hours: float
    offers: int = 0
    choices: list[bool] = field(default_factory=list)

    @property
    def took(self) -> int:
        return len(self.choices)


@dataclass
class Outcome:
    """How the two weeks went."""

    city: City
    stories: dict[int, Story]
    loads: dict[int, Load]

    def waits(self, stories: Iterable[Story]) -> list[timedelta]:
        """How long it took until somebody was found, for those who found somebody, the shortest first."""
        return sorted(story.found_at - story.at for story in stories if story.found_at)

    def comparable(self, language: str) -> list[Load]:
        """Those who speak a language well and gave comparable hours."""
        loads = [load for load in self.loads.values() if load.helper.level(language) in ("native", "fluent")]
        usual = median(load.hours for load in loads)
        return [load for load in loads if usual / 2 <= load.hours <= usual * 2]

    def usual(self, language: str) -> float:
        """How many cases one of them took."""
        return median(load.took for load in self.comparable(language))

    def says_something(self, language: str) -> bool:
        """Whether enough happened to call it fair or unfair."""
        return self.usual(language) >= 3

    def unfairness(self, language: str) -> float:
        """How many times the median the one who took most took."""
        return max(load.took for load in self.comparable(language)) / max(1.0, self.usual(language))

    def surplus(self, language: str) -> tuple[int, int]:
        """How many cases were taken beyond twice the median: where there was a choice, and where there was none."""
        beyond = [
            choice
            for load in self.comparable(language)
            for number, choice in enumerate(load.choices, 1)
            if number > 2 * self.usual(language)
        ]
        return sum(beyond), len(beyond) - sum(beyond)


@dataclass
class Simulation:
    """People who come, take, talk and stay away, drawn from a seed, around the real hand-off."""

    seed: int
    together: bool = False
    stories: dict[int, Story] = field(default_factory=dict)
    taken: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self.order = count()
        self.city = City(self.helpers(), START)

    # --- who there is ---

    def helpers(self) -> list[Helper]:
        """28 volunteers and two coordinators."""
        spoken = [languages for number, languages in SPEAKERS for _ in range(number)]
        people = [self.volunteer(number, languages) for number, languages in enumerate(spoken, 1)]
        office = tuple(Window(day, 9 * 60, 12 * 60) for day in range(5))
        return people + [
            replace(self.volunteer(len(people) + number, languages), role="coordinator", hours=office, capacity=3)
            for number, languages in enumerate(COORDINATORS, 1)
        ]

    def volunteer(self, number: int, languages: tuple[tuple[str, Level], ...]) -> Helper:
        """Two to six hours a week in blocks of one or two, mostly in the evening or at the weekend."""
        draw, blocks, left = self.random, set(TOGETHER if self.together else ()), self.random.randint(2, 6)
        while left and not self.together:
            length = min(left, draw.choice((1, 2, 2)))
            kind = draw.random()
            day, first, last = (
                (draw.randrange(5), 17, 21) if kind < 0.5 else
                (draw.randrange(5, 7), 9, 18) if kind < 0.85 else
                (draw.randrange(5), 9, 17)
            )  # fmt: skip
            start = draw.randint(first, last - length)
            window = Window(day, start * 60, (start + length) * 60)
            if any(each.day == day and each.start < window.end and window.start < each.end for each in blocks):
                continue
            blocks.add(window)
            left -= length
        return Helper(
            number, languages=languages, hours=tuple(sorted(blocks)), zone=DENVER.key, capacity=draw.choice((1, 2, 2, 3)),
            gender=draw.choice(("woman", "woman", "man")), pledged_at=START - timedelta(days=60),
            prefers=(draw.choice(TOPICS),) if draw.random() < 0.3 else (),
            refuses=(draw.choice(TOPICS),) if draw.random() < 0.15 else (),
        )  # fmt: skip

    def arrivals(self) -> list[datetime]:
        """When newcomers come: by day, and more of them while the pantry is open."""
        slots = [START + hours(hour) for hour in range(14 * 24)]
        walls = [slot.astimezone(DENVER) for slot in slots]
        weights = [CURVE[wall.hour] * (3 if wall.weekday() == 2 and wall.hour in PANTRY else 1) for wall in walls]
        drawn = self.random.choices(slots, weights, k=CASES)
        return sorted(slot + timedelta(seconds=self.random.uniform(0, 3600)) for slot in drawn)

    # --- what happens ---

    def run(self) -> Outcome:
        """From the first Monday to the last Sunday: either somebody does something next, or the clock looks."""
        for at in self.arrivals():
            self.later(at - START, self.comes)
        while True:
            act = self.agenda[0][0] if self.agenda else END
            look = self.city.next_look() or END
            if min(act, look) >= END:
                break
            if look <= act:
                self.city.now = look
                for number, news in self.city.ticks():
                    self.hears(number, news)
            else:
                self.city.now, _, happens = heappop(self.agenda)
                happens()
        self.city.now = END
        return self.outcome()

    def later(self, wait: timedelta, happens: Callable[[], object]) -> None:
        """Somebody does something in a while."""
        heappush(self.agenda, (self.city.now + wait, next(self.order), happens))

    def soon(self, least: float, most: float) -> timedelta:
        """Some minutes."""
        return minutes(self.random.uniform(least, most))

    def chance(self, share: float) -> bool:
        """Whether something happens that happens so often."""
        return self.random.random() < share

    def comes(self) -> None:
        """A newcomer wants a person, most of them agree, some wish for something."""
        [language] = self.random.choices(list(NEWCOMERS), list(NEWCOMERS.values()))
        urgent = self.chance(0.08)
        case = Case(language, self.city.now, urgent=urgent, reason="alarm" if urgent else "asked")
        number = self.city.opens(case, self.random.choice(TOPICS))
        self.stories[number] = Story(self.city.now, language, urgent, talks=self.random.randint(1, 5))
        if self.chance(0.1):
            self.city.happens(number, self.random.choice(WISHED))
        if self.chance(0.04):  # … and some never answer the question, or say no
            self.later(self.soon(1, 5), lambda: self.chance(0.5) and self.happens(number, Withdraws()))
            return
        self.city.happens(number, Agrees())
        if self.chance(0.15):
            self.later(self.soon(5, 180), lambda: self.while_waiting(number, Writes(self.chance(0.1))))
        if self.chance(0.06):
            self.later(self.soon(30, 24 * 60), lambda: self.while_waiting(number, Withdraws()))

    def while_waiting(self, number: int, event: Event) -> None:
        """A newcomer does something if nobody has come until then."""
        if self.city.cases[number].looking:
            self.city.happens(number, event)

    def happens(self, number: int, event: Event) -> bool:
        """Somebody does something; whether they could."""
        return not isinstance(self.city.happens(number, event), Refused)

    def hears(self, number: int, news: News) -> None:
        """Somebody is told something, and may do something about it."""
        case = self.city.cases[number]
        if news.what == "offer":
            self.is_asked(number, int(news.to), case.urgent)
        elif news.what == "remind" and self.chance(0.6):
            self.later(self.soon(1, 20), lambda: self.answers(number, int(news.to)))
        elif news.what == "other-language" and self.chance(0.4):
            self.later(self.soon(1, 30), lambda: self.while_waiting(number, Allows("en")))
        elif (
            news.what == "stuck"
            and case.urgent
            and 7 <= self.city.now.astimezone(DENVER).hour < 22
            and self.chance(0.8)
        ):
            self.later(self.soon(5, 25), lambda: self.is_phoned(number))

    def is_asked(self, number: int, helper: int, urgent: bool) -> None:
        """Most take a case within minutes; some say not now, some see it too late, and some never."""
        draw = self.random.random()
        if draw < (0.75 if urgent else 0.6):
            self.later(self.soon(0.5, 2.5) if urgent else self.soon(0.5, 9), lambda: self.takes(number, helper))
        elif draw < 0.85:
            self.later(self.soon(0.5, 5), lambda: self.happens(number, Declines(helper)))
        elif draw < 0.9:
            self.later(self.soon(11, 60), lambda: self.takes(number, helper))

    def is_phoned(self, number: int) -> None:
        """A coordinator rings up somebody who speaks the language, whether or not these are their hours."""
        case = self.city.cases[number]
        people = [helper.id for helper in fitting(case, self.city.roster(), self.city.records[number].topic)]
        if case.looking and people:
            self.takes(number, self.random.choice(people))

    def takes(self, number: int, helper: int) -> None:
        """A helper presses “I take it”, unless their hands are full by now."""
        case, me = self.city.cases[number], self.city.having(helper)
        if me.open >= me.capacity:
            self.happens(number, Declines(helper))
        elif case.helper != helper and self.happens(number, Takes(helper)):
            self.taken.append((number, helper))
            self.stories[number].found_at = self.stories[number].found_at or self.city.now
            slow = self.chance(0.06)
            self.later(self.soon(60, 300) if slow else self.soon(1, 15), lambda: self.answers(number, helper))

    def answers(self, number: int, helper: int) -> None:
        """The helper writes, and then the newcomer does, until all is said; some forget to close."""
        story = self.stories[number]
        if self.chance(0.03) and self.happens(number, PassesOn(helper)):
            return
        if not self.happens(number, Replies(helper)):
            return
        story.talks -= 1
        if story.talks > 0:
            self.later(self.soon(1, 20), lambda: self.goes_on(number, helper))
        elif self.chance(0.95):
            self.later(self.soon(1, 15), lambda: self.happens(number, Closes(helper)))

    def goes_on(self, number: int, helper: int) -> None:
        """The newcomer writes again; few have had enough."""
        if self.city.cases[number].helper != helper or not self.city.cases[number].open:
            return
        if self.chance(0.02):
            self.happens(number, Withdraws())
        elif self.happens(number, Writes()):
            slow = self.chance(0.04)
            self.later(self.soon(60, 300) if slow else self.soon(1, 15), lambda: self.answers(number, helper))

    # --- how it went ---

    def outcome(self) -> Outcome:
        """Everything that can be said about it."""
        loads = {
            helper.id: Load(
                helper,
                next((language for language, level in helper.languages if level == "native"), ""),
                sum(window.end - window.start for window in helper.hours) / 60,
            )
            for helper in self.city.helpers.values()
        }
        choices = {}
        for offered in self.city.offered:
            loads[offered.helper].offers += 1
            choices[offered.case.id, offered.helper] = offered.choice and not offered.case.urgent
        for number, helper in self.taken:
            loads[helper].choices.append(choices.get((number, helper), False))
        return Outcome(self.city, self.stories, loads)


def simulate(seed: int, *, together: bool = False) -> Outcome:
    """Two weeks as *seed* draws them."""
    return Simulation(seed, together).run()


# --- shown ---


def spoken(wait: timedelta) -> str:
    """A wait in hours and minutes."""
    whole = round(wait / minutes(1))
    return f"{whole // 60} h {whole % 60:02} min" if whole >= 60 else f"{whole} min"


def percentile(waits: list[timedelta], share: float) -> timedelta:
    """The wait that so many did not exceed."""
    return waits[min(len(waits) - 1, int(share * len(waits)))]


def waits_table(outcome: Outcome) -> Table:
    """How long people waited until somebody took their case."""
    table = Table("Who", "Agreed", "Found somebody", "Median", "9 of 10", "Longest", "Same day", title="Waits")
    agreed = [story for number, story in outcome.stories.items() if outcome.city.cases[number].agreed_at]
    groups = {language: [story for story in agreed if story.language == language] for language in NEWCOMERS}
    groups |= {name: [s for s in agreed if s.urgent == urgent] for name, urgent in (("usual", False), ("urgent", True))}
    for name, stories in (groups | {"all": agreed}).items():
        waits = outcome.waits(stories)
        days = [(s.at.astimezone(DENVER).date(), s.found_at.astimezone(DENVER).date()) for s in stories if s.found_at]
        same = sum(came == found for came, found in days) / len(stories)
        times = [spoken(each) for each in (median(waits), percentile(waits, 0.9), waits[-1])]
        table.add_row(name, str(len(stories)), str(len(waits)), *times, f"{same:.0%}")
    return table


def load_table(outcome: Outcome) -> Table:
    """What each helper gave."""
    table = Table("Helper", "Languages", "Hours a week", "Offers", "Took", "… though another had fewer", title="Load")
    group = ""
    for load in sorted(outcome.loads.values(), key=lambda load: (load.group, load.helper.role, -load.took)):
        if group not in ("", load.group):
            table.add_section()
        group = load.group
        languages = ", ".join(f"{language} ({level})" for language, level in load.helper.languages)
        name = f"{load.helper.id}{' (coordinator)' if load.helper.role == 'coordinator' else ''}"
        numbers = (f"{load.hours:g}", load.offers, load.took, sum(load.choices))
        table.add_row(name, languages, *map(str, numbers))
    return table


def fairness_table(outcome: Outcome) -> Table:
    """The one who took most against the median of those who gave comparable hours."""
    title = "Fairness: beyond twice the median"
    table = Table("Language", "Helpers", "Median", "Most", "Most / median", "Choice", "No choice", title=title)
    for language in NEWCOMERS:
        loads = outcome.comparable(language)
        most = max(load.took for load in loads)
        choice, none = outcome.surplus(language)
        if not outcome.says_something(language):
            choice = none = "too few"
        row = (len(loads), outcome.usual(language), most, f"{outcome.unfairness(language):.2f}", choice, none)
        table.add_row(language, *map(str, row))
    return table


def ends_table(outcome: Outcome) -> Table:
    """How the cases stand after two weeks."""
    table = Table("End", "Cases", title="How it ended")
    ends = Counter(case.ended or f"open: {case.state}" for case in outcome.city.cases.values())
    for end, number in ends.most_common():
        table.add_row(end, str(number))
    return table


def show(seed: int, console: Console) -> None:
    """Run once and print everything."""
    outcome = simulate(seed)
    console.rule(f"Two weeks, seed {seed}: {len(outcome.loads)} helpers, {len(outcome.stories)} cases")
    for table in (waits_table(outcome), load_table(outcome), fairness_table(outcome), ends_table(outcome)):
        console.print(table)
    console.rule("The same two weeks, all volunteers here at the same six hours a week")
    together = simulate(seed, together=True)
    for table in (waits_table(together), fairness_table(together)):
        console.print(table)


if __name__ == "__main__":
    show(int(sys.argv[1]) if len(sys.argv) > 1 else 1, Console(width=None if sys.stdout.isatty() else 120))
