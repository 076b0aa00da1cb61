"""A city in memory: cases, helpers and a clock, with what the actions and the storage do around the pure core.

It also judges. What must hold is written down here once more, in other words than the core's own, so that a mistake of
the core is not repeated by its test.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.handoff.case import (
    Case,
    Closes,
    Declines,
    Event,
    GivesBack,
    News,
    PassesOn,
    Refused,
    Replies,
    Step,
    Takes,
    Vanishes,
    Withdraws,
    Writes,
)
from bot.handoff.helper import Helper
from bot.handoff.machine import advance
from bot.handoff.rules import RULES
from bot.handoff.tending import in_turn, tend

TO_OWNER = {"remind", "lost", "newcomer-withdrew", "newcomer-left", "newcomer-forgot", "quiet", "after", "urgent"}
TOO_LONG = 3
"""So many times the time to answer, a helper keeps a case without a word."""
NOBODY = Helper(0, reached=False)
NO_MORE = {"gone", "forgotten"}


@dataclass
class Record:
    """What somebody who watches a case from outside knows: who was told what, and when."""

    topic: str = ""
    told_at: datetime | None = None
    looking_since: datetime | None = None
    knows_plan: bool = False
    danger_at: datetime | None = None
    alerted_at: datetime | None = None
    awaited_at: datetime | None = None
    sign_at: datetime | None = None
    not_before: dict[int, datetime] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    owners: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Offered:
    """A case, as it was when *helper* was asked to take it.

    ``choice``: somebody else could have been asked who speaks the newcomer's language well and had taken fewer cases.
    """

    at: datetime
    case: Case
    helper: int
    choice: bool


def is_here(helper: Helper, now: datetime) -> bool:
    """Whether they wish to be asked at *now*, read off the calendar."""
    if not helper.pledged_at or helper.off or not helper.reached or (helper.paused_until and now < helper.paused_until):
        return False
    if helper.on_until and now < helper.on_until:
        return True
    wall = now.astimezone(ZoneInfo(helper.zone))
    minute = wall.hour * 60 + wall.minute
    return wall.date() not in helper.days_off and any(
        window.day == wall.weekday() and window.start <= minute < window.end for window in helper.hours
    )


class City:
    """Everybody, and what is told to whom."""

    def __init__(self, helpers: list[Helper], now: datetime) -> None:
        self.now = now
        self.helpers = {helper.id: helper for helper in helpers}
        self.cases: dict[int, Case] = {}
        self.open: dict[int, Case] = {}
        self.offered: list[Offered] = []
        self._roster: list[Helper] = []
        self.records: dict[int, Record] = {}
        self.changed = dict.fromkeys(self.helpers, now)
        self.seen: Counter[str] = Counter()

    # --- what the actions do ---

    def opens(self, case: Case, topic: str = "") -> int:
        """A newcomer wants a helper; they have been shown what would be passed on."""
        number = len(self.cases) + 1
        self._remember(replace(case, id=number, asked_at=self.now, due=self.now))
        self.records[number] = Record(topic, told_at=self.now)
        return number

    def happens(self, number: int, event: Event) -> Step | Refused:
        """Somebody does something; the case is kept, and what must be told is told."""
        before = self.cases[number]
        done = advance(before, event, self.now)
        self._judge_permission(before, event, done)
        if isinstance(done, Refused):
            self.seen[f"refused {done.why}"] += 1
            return done
        record = self.records[number]
        helper = getattr(event, "helper", None)
        if isinstance(event, Takes) and before.looking:
            record.owners.add(event.helper)
            self.helpers[event.helper] = self.helpers[event.helper].took(self.now)
            self._roster = []
        if (isinstance(event, Declines) and before.looking) or isinstance(event, PassesOn):
            record.not_before[helper] = self.now + RULES.declined[before.urgent]
        if isinstance(event, Vanishes) and (before.offered_to(helper) or before.helper == helper):
            record.not_before[helper] = self.now + RULES.declined[True]
        if isinstance(event, Writes) and event.urgent and before.open and not before.urgent and before.state != "asked":
            record.danger_at = self.now
            soon = self.now + RULES.again[True]
            record.not_before = {who: min(at, soon) for who, at in record.not_before.items()}
        self._keep(before, done, event)
        return done

    def ticks(self) -> list[tuple[int, News]]:
        """The clock looks at every case that is due, each in its turn."""
        due = [case for case in self.open.values() if case.due and case.due <= self.now]
        urgent_ones, asked_by_usual = [], set()
        news: list[tuple[int, News]] = []
        for case in in_turn(due):
            self._judge_silence(case)
            record = self.records[case.id]
            step = tend(case, self.roster(), self.now, topic=record.topic)
            offers = {each.to for each in step.news if each.what == "offer"}
            self._judge_offers(case, step, offers)
            self._keep(case, step, None)
            self._judge_moment(step.case)
            news += [(case.id, each) for each in step.news]
            if case.urgent:
                urgent_ones.append(step.case)
            else:
                asked_by_usual |= offers
        self._judge_urgent_first(urgent_ones, asked_by_usual)
        return news

    def next_look(self) -> datetime | None:
        """When the clock must look next."""
        soonest = min((case.due for case in self.open.values() if case.due), default=None)
        return max(self.now, soonest) if soonest else None

    def until(self, end: datetime) -> Iterator[datetime]:
        """Each moment at which the clock looks up to *end*: exactly when something is due."""
        while (soonest := self.next_look()) and soonest < end:
            self.now = soonest
            yield self.now
        self.now = end
        yield end

    def roster(self) -> list[Helper]:
        """All helpers, with how many cases each of them has and is asked to take; counted when something changed."""
        if self._roster:
            return self._roster
        having = Counter(case.helper for case in self.open.values() if case.in_charge)
        asked = Counter(offer.helper for case in self.open.values() for offer in case.offers)
        self._roster = [
            replace(helper, open=having[helper.id], asked=asked[helper.id]) for helper in self.helpers.values()
        ]
        return self._roster

    def having(self, number: int) -> Helper:
        """One helper, with the cases they have."""
        return next(helper for helper in self.roster() if helper.id == number)

    def changes(self, helper: Helper) -> None:
        """A helper changes something about themselves."""
        self.helpers[helper.id] = helper
        self._roster = []
        self.changed[helper.id] = self.now

    def restarts(self) -> None:
        """The process ends and begins: all that is left went through JSON."""
        for number, case in self.cases.items():
            self._remember(Case.from_json(number, case.to_json()))
        self._roster = []
        self.helpers = {
            number: Helper.from_json(number, helper.to_json(), reached=helper.reached)
            for number, helper in self.helpers.items()
        }

    def _remember(self, case: Case) -> None:
        before = self.cases.get(case.id)
        if before is None or (before.offers, before.in_charge) != (case.offers, case.in_charge):
            self._roster = []
        self.cases[case.id] = case
        self.open.pop(case.id, None)
        if case.open:
            self.open[case.id] = case

    def _keep(self, before: Case, step: Step, event: Event | None) -> None:
        """The case as it is now, and what one sees of it from outside."""
        case, record = step.case, self.records[before.id]
        self._judge_state(before, case)
        self._judge_news(before, step, event)
        self._remember(case)
        for news in step.news:
            self.seen[news.what] += 1
            if news.to == "newcomer":
                record.told_at = self.now
                record.knows_plan = (record.knows_plan or news.what == "nobody-here") and news.what not in (
                    "waiting",
                    "passed-on",
                )
            if news.to == "coordinators":
                record.alerted_at = self.now
            if news.what in ("remind", "away"):
                record.sign_at = self.now
            if news.what == "lost" and isinstance(news.to, int):
                record.not_before[news.to] = self.now + RULES.declined[before.urgent]
        self.seen[f"{case.state} {case.ended}"] += 1
        if case.looking and not before.looking:
            record.looking_since = self.now
        awaiting = isinstance(event, Takes) and before.looking
        awaiting |= isinstance(event, Writes) and case.state == "answered" and record.awaited_at is None
        if awaiting:
            record.awaited_at, record.sign_at = self.now, None
        if isinstance(event, Replies) or not case.in_charge:
            record.awaited_at = None

    # --- what must hold ---

    def _judge_permission(self, before: Case, event: Event, done: Step | Refused) -> None:
        """The newcomer may always end it; a helper may do what is theirs, take what nobody has, and nothing else."""
        may = not isinstance(done, Refused)
        if isinstance(event, Takes):
            assert may == (before.looking or (before.in_charge and before.helper == event.helper))
        if isinstance(event, Replies | PassesOn | GivesBack | Closes):
            assert may == (before.in_charge and before.helper == event.helper)
        if isinstance(event, Withdraws | Writes | Declines):
            assert may
        if isinstance(event, Writes) and event.urgent and isinstance(done, Step):
            assert done.case.urgent or before.state in ("asked", "closed")

    def _judge_state(self, before: Case, case: Case) -> None:
        """One owner or none, offers only while somebody is looked for, an end that stays, and always a next look."""
        assert before.open or not case.open
        assert not case.open or (case.helper is not None) == (case.state in ("taken", "answered"))
        assert bool(case.offers) == (case.state == "offered")
        assert len(case.offers) <= (2 if case.urgent else 1)
        assert len({offer.helper for offer in case.offers}) == len(case.offers)
        assert (case.due is not None) == case.open
        assert (case.ended != "") == (case.ended_at is not None) == (not case.open)
        assert before.urgent <= case.urgent
        if case.ended == "expired" and before.looking:
            assert self.now - (self.records[case.id].looking_since or self.now) >= RULES.most
        assert len(set(case.languages)) == len(case.languages)
        assert set(before.languages) <= set(case.languages) or case.state == "asked"

    def _judge_news(self, before: Case, step: Step, event: Event | None) -> None:
        """Helpers hear of a case only when they are asked, or have it, or take it; whoever left hears nothing."""
        record = self.records[before.id]
        for news in step.news:
            if news.what == "offer":
                assert isinstance(news.to, int)
                record.asked.add(news.to)
            elif news.what == "offer-over":
                assert before.offered_to(news.to)  # type: ignore[arg-type]
                assert not step.case.offered_to(news.to)  # type: ignore[arg-type]
                record.not_before.setdefault(news.to, self.now)  # type: ignore[arg-type]
            elif news.what == "packet":
                assert isinstance(event, Takes)
                assert news.to == event.helper == step.case.helper
            elif news.what in TO_OWNER:
                assert news.to == before.helper
                assert before.in_charge
            elif news.what == "stuck":
                assert news.to == "coordinators"
            else:
                assert news.to == "newcomer"
                assert step.case.ended not in NO_MORE or news.what == "rated"
            if isinstance(news.to, int):
                assert news.to in record.asked | record.owners
        lost = {offer.helper for offer in before.offers} - {offer.helper for offer in step.case.offers}
        lost -= {getattr(event, "helper", None)} if isinstance(event, Takes | Declines) else set()
        assert lost == {news.to for news in step.news if news.what == "offer-over"}
        own = isinstance(event, Vanishes) or not self.helpers.get(before.helper or 0, NOBODY).reached
        if before.in_charge and not step.case.in_charge and not isinstance(event, PassesOn) and not own:
            assert before.helper in {news.to for news in step.news}
        if step.case.looking and before.in_charge:
            assert News("newcomer", "passed-on") in step.news

    def _judge_offers(self, before: Case, step: Step, offers: set) -> None:
        """Whoever is asked is here, speaks a language of the case, is what the newcomer wishes, and has room."""
        for helper in offers:
            assert self.could_be_asked(before, helper), (before, self.helpers[helper])
            assert not before.offered_to(helper)
            others = [
                each
                for each in self.helpers.values()
                if each.id != helper
                and each.level(before.language) in ("native", "fluent")
                and len(each.taken) < len(self.helpers[helper].taken)
                and self.could_be_asked(before, each.id)
                and not before.asked_lately(each.id, self.now)
            ]
            self.offered.append(Offered(self.now, before, helper, bool(others)))

    def could_be_asked(self, case: Case, number: int) -> bool:
        """Whether that helper may be asked about *case* now."""
        helper, record = self.helpers[number], self.records[case.id]
        levels = dict(helper.languages)
        speaks = any(
            language in levels and not (case.other_community and levels[language] == "native")
            for language in case.languages
        )
        return (
            speaks
            and is_here(helper, self.now)
            and (not case.gender or helper.gender == case.gender)
            and record.topic not in helper.refuses
            and self.room(case, number) > 0
            and self.now >= record.not_before.get(number, self.now)
        )

    def room(self, case: Case, number: int) -> int:
        """How many more they can be asked for; when it is urgent, other offers do not count."""
        having = [each.in_charge and each.helper == number for each in self.open.values()]
        asked = [each.offered_to(number) and each.id != case.id for each in self.open.values()]
        return self.helpers[number].capacity - sum(having) - (0 if case.urgent else sum(asked))

    def _judge_urgent_first(self, urgent_ones: list[Case], asked_by_usual: set) -> None:
        """Nobody was asked about something usual while something urgent they could help with went without."""
        for case in urgent_ones:
            if case.looking and not case.offers:
                assert not any(
                    self.could_be_asked(case, helper) and not case.asked_lately(helper, self.now)
                    for helper in asked_by_usual
                )

    def promised(self, case: Case) -> timedelta:
        """How long a waiting newcomer may be without a word."""
        return RULES.hear_again if self.records[case.id].knows_plan else RULES.hear[case.urgent]

    def _judge_silence(self, case: Case) -> None:
        """Before the clock looks: nobody has waited longer than was promised, and as long as the clock itself was late."""
        record, late = self.records[case.id], self.now - (case.due or self.now)
        if case.looking and record.told_at:
            assert self.now - max(record.told_at, record.danger_at or record.told_at) <= self.promised(case) + late
        if case.in_charge and record.awaited_at and record.sign_at is None:
            start = max(record.awaited_at, record.danger_at or record.awaited_at)
            assert self.now - start <= RULES.answer[case.urgent] + late

    def _judge_moment(self, case: Case) -> None:
        """After the clock has looked: it looks again later, and whoever waits has heard what was promised."""
        record, now = self.records[case.id], self.now
        assert case.due is None or case.due > now
        if case.looking:
            assert record.told_at
            assert now - record.told_at < self.promised(case)
            assert record.looking_since
            assert now - record.looking_since < RULES.most
            assert all(offer.until > now and is_here(self.helpers[offer.helper], now) for offer in case.offers)
            alerted = record.alerted_at and now - record.alerted_at < RULES.alert_again[case.urgent]
            assert case.offers or (alerted and record.knows_plan) or self.waits_for_other_offers(case)
        if case.in_charge:
            assert case.awaited == record.awaited_at
        if case.in_charge and record.awaited_at:
            self._judge_patience(case, record, record.awaited_at)

    def waits_for_other_offers(self, case: Case) -> bool:
        """Whether there is somebody to ask as soon as they have looked at what they are asked already."""
        urgent = replace(case, urgent=True)
        return not case.urgent and any(
            self.could_be_asked(urgent, helper) and not case.asked_lately(helper, self.now) for helper in self.helpers
        )

    def _judge_patience(self, case: Case, record: Record, awaited: datetime) -> None:
        """Who waits for the helper's word gets a sign in time, and in the end another helper."""
        now, limit, owner = self.now, RULES.answer[case.urgent], self.helpers[case.helper or 0]
        assert owner.reached
        waits = now - awaited
        assert waits < limit or record.sign_at
        warned = now - record.sign_at < limit if record.sign_at else False
        assert waits < RULES.away + TOO_LONG * limit or warned
        if self.changed[owner.id] <= awaited and is_here(owner, awaited):
            assert waits < TOO_LONG * limit or warned
