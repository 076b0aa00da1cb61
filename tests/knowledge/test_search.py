"""Search finds what was meant in articles' own words, misspelt too, and nothing in nonsense."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import load
from bot.conversation.respond import FOUND, MAYBE
from bot.knowledge.search import Index, Words
from tests.conftest import CITY

LIBRARY = load(CITY).library

SHELVES = {
    "en": {
        "library-card": Words("Get a library card", ("library", "borrow books"), "Borrow books.", "Bring a photo ID."),
        "electricity": Words("Start electricity", ("power", "no light"), "Turn on the power.", "Call the company."),
        "bus": Words("Ride the bus", ("bus", "train", "ticket"), "Get around.", "Buy a ticket. Show it to the driver."),
    },
    "am": {
        "library-card": Words("የቤተ መጻሕፍት ካርድ ያግኙ", ("ቤተ መጻሕፍት", "መጽሐፍ መዋስ"), "መጽሐፍ ይዋሱ።", "መታወቂያ ያምጡ።"),
        "electricity": Words("ኤሌክትሪክ ያስገቡ", ("መብራት", "መብራት የለም"), "መብራት ያስጀምሩ።", "ለኩባንያው ይደውሉ።"),
        "bus": Words("አውቶቡስ ይሳፈሩ", ("አውቶቡስ", "ባቡር", "awtobus"), "ይጓዙ።", "ትኬት ይግዙ።"),
    },
    "ar": {
        "library-card": Words("احصل على بطاقة مكتبة", ("مكتبة", "استعارة الكتب"), "استعر الكتب.", "أحضر هوية."),
        "electricity": Words("ابدأ الكهرباء", ("كهرباء", "لا يوجد نور"), "شغل الكهرباء.", "اتصل بالشركة."),
    },
    "my": {
        "library-card": Words("စာကြည့်တိုက်ကတ် ရယူပါ", ("စာကြည့်တိုက်", "စာအုပ်ငှား"), "စာအုပ်ငှားပါ။", "ဓာတ်ပုံပါ ကတ်ယူလာပါ။"),
        "electricity": Words("လျှပ်စစ်မီး စတင်သုံးပါ", ("လျှပ်စစ်မီး", "မီးမလာ"), "မီးဖွင့်ပါ။", "ကုမ္ပဏီကို ဖုန်းဆက်ပါ။"),
    },
    "zh": {
        "library-card": Words("办图书证", ("图书馆", "借书"), "借书。", "带身份证。"),
        "electricity": Words("开通电力", ("电", "没有电", "停电"), "开通电。", "给公司打电话。"),
    },
    "es": {
        "electricity": Words(
            "Contrate la electricidad", ("luz", "no hay luz"), "Ponga la luz.", "Llame a la compañía."
        ),
        "bus": Words("Viaje en autobús", ("autobús", "camión", "boleto"), "Muévase.", "Compre un boleto."),
    },
}
INDEX = Index(lambda language: SHELVES.get(language, {}))


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("library card", "en", "library-card"),
        ("i want a libary card", "en", "library-card"),
        ("tarjeta de la biblioteca", "es", "library-card"),
        ("biblioteca", "es", "library-card"),
        ("بطاقة مكتبة", "ar", "library-card"),
        ("የላይብረሪ ካርድ", "am", "library-card"),
        ("bus", "am", "ride-transit"),
        ("smoke alarm", "en", "fire-safety"),
    ],
)
def test_found_as_shipped(text: str, language: str, article: str) -> None:
    hits = LIBRARY.search(text, language)
    assert hits
    assert hits[0].article == article
    assert hits[0].score >= 0.8


@pytest.mark.parametrize("text", ["", "x", "qwxz qwxz", "😀😀", "1234567", "the of and", "\u0301", "…"])
def test_nothing_in_nonsense(text: str) -> None:
    assert all(hit.score < MAYBE for hit in LIBRARY.search(text, "en"))


def test_best_first_and_not_too_many() -> None:
    scores = [hit.score for hit in LIBRARY.search("gas and fire and bus and library", "en")]
    assert scores == sorted(scores, reverse=True)
    assert 1 < len(scores) <= 3


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("no hay luz", "es", "electricity"),
        ("NO HAY LUZ!!", "es", "electricity"),
        ("Library.", "en", "library-card"),
        ("libary", "en", "library-card"),
        ("where can my son borrow books", "en", "library-card"),
        ("autobus", "es", "bus"),
        ("መብራት", "am", "electricity"),
        ("ኤሌክትሪክ ያሥገቡ", "am", "electricity"),
        ("ቤተ መፃህፍት", "am", "library-card"),
        ("awtobus", "am", "bus"),
        ("كَهْرباء", "ar", "electricity"),
        ("مكتبه", "ar", "library-card"),
        ("စာအုပ်ငှားချင်တယ်", "my", "library-card"),
        ("အိမ်မှာ မီးမလာဘူး", "my", "electricity"),
        ("我家没有电怎么办", "zh", "electricity"),
        ("想借书", "zh", "library-card"),
        ("necesito un bus ticket", "es", "bus"),
    ],
)
def test_opened(text: str, language: str, article: str) -> None:
    """A title or keyword, however it is spelled, alone or in a sentence, and nothing else beside it."""
    assert [hit.article for hit in INDEX.search(text, (language, "en")) if hit.score >= FOUND] == [article]


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("librar", "en", "library-card"),
        ("electric", "en", "electricity"),
        ("borrow bo", "en", "library-card"),
        ("electri", "es", "electricity"),
        ("ኤሌክት", "am", "electricity"),
        ("စာကြည့်", "my", "library-card"),
        ("图书", "zh", "library-card"),
    ],
)
def test_offered_while_typing(text: str, language: str, article: str) -> None:
    hit = INDEX.search(text, (language, "en"))[0]
    assert hit.article == article
    assert MAYBE <= hit.score < FOUND


def test_what_stands_in_the_steps_is_offered_and_never_opens() -> None:
    hits = LIBRARY.search("which one has the families downstairs and the adults upstairs", "en")
    assert hits[0].article == "library-card"
    assert MAYBE <= hits[0].score < FOUND
    assert INDEX.search("Show it to the driver", ("en",))[0].article == "bus"
    assert all(hit.score < FOUND for hit in INDEX.search("Buy a pass. Show it to the driver", ("en",)))


def test_two_needs_are_both_found() -> None:
    hits = INDEX.search("library and train", ("en",))
    assert [hit.score for hit in hits if hit.article in {"library-card", "bus"}] == [1.0, 1.0]


def test_the_whole_keyword_beats_a_part_of_it() -> None:
    shelf = {"bus": Words("Ride the bus", ("bus",)), "discount": Words("Pay less", ("bus pass for students",))}
    index = Index(lambda _: shelf)
    assert [hit.article for hit in index.search("bus pass for students", ("en",)) if hit.score >= FOUND] == ["discount"]


def test_a_language_nobody_knows_finds_nothing() -> None:
    assert INDEX.search("library", ("xx",)) == []
    assert INDEX.search("library", ("xx", "en")) == INDEX.search("library", ("en",)) != []


def test_the_same_words_find_the_same() -> None:
    assert INDEX.search("library card", ("es", "en")) == INDEX.search("library card", ("es", "en", "es"))


@pytest.mark.parametrize("piece", ["library card and bus ", "a", "a ", "က", "图书", "ሀ ", "\u0301", "🙂"])
def test_the_longest_message_is_quick_and_harmless(piece: str) -> None:
    LIBRARY.search("warm", "am")
    start = time.thread_time()
    LIBRARY.search((piece * 4096)[:4096], "am")
    assert time.thread_time() - start < 0.2


@given(st.text(max_size=200), st.sampled_from(sorted(SHELVES)))
def test_any_text_gets_an_answer_in_bounds(text: str, language: str) -> None:
    hits = INDEX.search(text, (language, "en"))
    assert len({hit.article for hit in hits}) == len(hits) <= 3
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@given(st.text("бгджзийклмнптфцчшщ ", max_size=80))
def test_an_article_about_something_else_takes_nothing_away(text: str) -> None:
    index = Index(lambda language: {"other": Words(text, (text,), text, text), **SHELVES[language]})
    for words, article in (("libary", "library-card"), ("no light", "electricity"), ("bus ticket", "bus")):
        hit = index.search(words, ("en",))[0]
        assert hit.article == article
        assert hit.score >= FOUND
