"""Any input in any state: there is an answer, the state survives JSON, and some things never happen."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.content import load
from bot.conversation import buttons
from bot.conversation.message import SentKind
from bot.conversation.talk import MOST_ASIDE
from bot.conversation.wishes import DIALOGUE
from tests.conftest import CITY
from tests.conversation.talking import Talking

GUIDE = load(CITY)
ARTICLES = sorted(GUIDE.library.pack.articles)
INTENTS = sorted([*DIALOGUE, *(article.replace("-", "_") for article in ARTICLES), "out_of_scope", "unheard_of"])
KINDS: list[SentKind] = [
    "voice",
    "photo",
    "video",
    "sticker",
    "document",
    "location",
    "contact",
    "poll",
    "other",
]
ORDINARY = [
    "1",
    "2",
    "yes",
    "no",
    "sí",
    "نعم",
    "አዎ",
    "٣",
    "next",
    "back",
    "menu",
    "stop",
    "hola",
    "español",
    "library",
    "bus",
    "?",
    "👍",
]
texts = st.one_of(st.sampled_from(ORDINARY), st.text(max_size=80))
rankings = st.lists(
    st.tuples(st.sampled_from(INTENTS), st.floats(0, 1)), max_size=4, unique_by=lambda pair: pair[0]
).map(lambda ranking: sorted(ranking, key=lambda pair: -pair[1]))


class AnyTalk(RuleBasedStateMachine):
    """A newcomer who does anything, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.talk = Talking(GUIDE)
        self.seen: list[str] = []
        self.language = ""

    @initialize()
    def start(self) -> None:
        self.talk.starts()

    @rule(text=texts, ranking=rankings)
    def says(self, text: str, ranking: list[tuple[str, float]]) -> None:
        self.talk.says(text, *ranking)

    @rule(choice=st.integers(0, 20))
    def presses_something_shown(self, choice: int) -> None:
        shown = self.talk.buttons
        if shown:
            self.talk.presses_data(shown[choice % len(shown)].press)

    @rule(choice=st.integers(0, 500))
    def presses_something_old(self, choice: int) -> None:
        if self.seen:
            self.talk.presses_data(self.seen[choice % len(self.seen)])

    @rule(data=st.text(max_size=64))
    def presses_anything(self, data: str) -> None:
        self.talk.presses_data(data)

    @rule(article=st.sampled_from(ARTICLES), data=st.data())
    def presses_any_place(self, article: str, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from(sorted(GUIDE.library.pack.articles[article].steps)))
        kind = data.draw(st.sampled_from([buttons.Next, buttons.Back, buttons.Skip]))
        self.talk.presses_data(buttons.write(kind(article, step)))

    @rule(text=texts)
    def edits(self, text: str) -> None:
        self.talk.edits(text)

    @rule(kind=st.sampled_from(KINDS), caption=st.one_of(st.just(""), texts))
    def sends(self, kind: SentKind, caption: str) -> None:
        self.talk.sends(kind, caption)

    @rule(payload=st.one_of(st.sampled_from(["", "library-card__es", "x__ar", "ride-transit"]), st.text(max_size=64)))
    def starts(self, payload: str) -> None:
        self.talk.starts(payload)

    @rule(intent=st.sampled_from(INTENTS))
    def asks(self, intent: str) -> None:
        self.talk.asks(intent)

    @rule(hours=st.integers(0, 200))
    def waits(self, hours: int) -> None:
        self.talk.now += timedelta(hours=hours)

    @rule()
    def is_in_danger(self) -> None:
        place = self.talk.conversation.place
        turn = self.talk.says("my house is on fire")
        assert turn.did == ("alarm:fire",)
        assert turn.words[0].urgent
        assert self.talk.text.index("911") < 60
        assert self.talk.conversation.place == place

    @invariant()
    def there_is_an_answer(self) -> None:
        turn = self.talk.last
        if turn is None:
            return
        assert turn.words
        assert turn.did
        assert self.talk.text.strip()

    @invariant()
    def there_is_a_way_on(self) -> None:
        turn = self.talk.last
        if turn is None or turn.forget:
            return
        assert self.talk.buttons
        self.seen = (self.seen + [button.press for button in self.talk.buttons])[-200:]

    @invariant()
    def buttons_fit(self) -> None:
        if self.talk.last is None:
            return
        for button in self.talk.buttons:
            assert 1 <= len(button.press.encode()) <= buttons.MAX_BYTES
            assert button.label.strip()
            assert buttons.read(button.press) is not None

    @invariant()
    def the_language_stays(self) -> None:
        """Once chosen it is only ever replaced by a choice, and lost only by forgetting."""
        now, turn = self.talk.conversation.language, self.talk.last
        if turn is not None and self.language and now != self.language:
            assert turn.forget or any(did.startswith("language:") for did in turn.did), turn.did
        self.language = now

    @invariant()
    def the_state_is_bounded(self) -> None:
        conversation = self.talk.conversation
        assert len(conversation.aside) <= MOST_ASIDE
        assert conversation.clarified <= 2
        assert len(conversation.to_json()) < 6000
        if conversation.place:
            assert len(conversation.place.trail) < 40
            assert conversation.place not in conversation.aside

    @invariant()
    def nothing_typed_is_kept(self) -> None:
        for word in ("español", "library is"):
            assert word not in self.talk.conversation.to_json()


TestAnyTalk = AnyTalk.TestCase
TestAnyTalk.settings = settings(
    max_examples=80, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
