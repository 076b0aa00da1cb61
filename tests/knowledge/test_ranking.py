"""The ranking finds the right page in any script, typed whole, begun, misspelt or asked at length; and never stumbles."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.grams import page_terms, question_terms
from bot.knowledge.ranking import Page, Ranking

PAGES = {
    "en": {
        "library": "Borrow books and films at the library. The card costs nothing.",
        "power": "Start electricity and gas. Call the company before you move in.",
        "bus": "Ride the bus and the train. Buy the ticket on your phone.",
    },
    "es": {
        "library": "Pida libros y películas en la biblioteca. La tarjeta es gratis.",
        "power": "Contrate la electricidad y el gas. Llame antes de mudarse.",
        "bus": "Viaje en autobús y en tren. Compre el boleto en su teléfono.",
    },
    "am": {
        "library": "ከቤተ መጻሕፍት መጽሐፍ ይዋሱ። ካርዱ በነጻ ነው።",
        "power": "ኤሌክትሪክ እና ጋዝ ያስጀምሩ። ከመግባትዎ በፊት ይደውሉ።",
        "bus": "በአውቶቡስ እና በባቡር ይጓዙ። ትኬቱን በስልክዎ ይግዙ።",
    },
    "ar": {
        "library": "استعر الكتب والأفلام من المكتبة. البطاقة مجانية.",
        "power": "ابدأ خدمة الكهرباء والغاز. اتصل قبل أن تنتقل.",
        "bus": "اركب الحافلة والقطار. اشتر التذكرة من هاتفك.",
    },
    "my": {
        "library": "စာကြည့်တိုက်မှာ စာအုပ်ငှားပါ။ ကတ်က အခမဲ့ဖြစ်သည်။",
        "power": "လျှပ်စစ်မီးနဲ့ ဂတ်စ် စတင်သုံးရန် ကုမ္ပဏီကို ဖုန်းဆက်ပါ။",
        "bus": "ဘတ်စ်ကားနဲ့ ရထားစီးပါ။ လက်မှတ်ကို ဖုန်းထဲမှာ ဝယ်ပါ။",
    },
    "zh": {
        "library": "在图书馆借书和电影。借书证是免费的。",
        "power": "开通电和煤气。搬家前给公司打电话。",
        "bus": "乘坐公共汽车和火车。用手机买票。",
    },
    "vi": {
        "library": "Mượn sách và phim ở thư viện. Thẻ không tốn tiền.",
        "power": "Mở điện và khí đốt. Gọi cho công ty trước khi dọn vào.",
        "bus": "Đi xe buýt và tàu. Mua vé trên điện thoại.",
    },
    "ko": {
        "library": "도서관에서 책과 영화를 빌리세요. 카드는 무료입니다.",
        "power": "전기와 가스를 신청하세요. 이사 전에 회사에 전화하세요.",
        "bus": "버스와 기차를 타세요. 휴대전화로 표를 사세요.",
    },
}
RANKINGS = {
    language: Ranking([Page(page, ((text, 1.0),)) for page, text in pages.items()]) for language, pages in PAGES.items()
}
SCRIPTS = st.text(
    st.sampled_from("abc éñđ ắ 12 ሀለሰ መጽ بتة كتب စာကြည့် 图书馆 책카드 की है ไทย ខ្មែ 😀 \u0301\u1039"), max_size=60
)


@pytest.mark.parametrize(
    ("language", "question", "page"),
    [
        ("en", "where do I borrow a book", "library"),
        ("en", "electr", "power"),
        ("en", "how much is a tikcet", "bus"),
        ("en", "According to the city, which of the following helps me to see films?", "library"),
        ("es", "electricidad", "power"),
        ("es", "ELECTRISIDAD", "power"),
        ("es", "peliculas", "library"),
        ("es", "autobus al trabajo", "bus"),
        ("am", "ኤሌትሪክ", "power"),
        ("am", "መፅሀፍ", "library"),
        ("am", "አውቶብስ ውስጥ", "bus"),
        ("ar", "كهربا", "power"),
        ("ar", "مكتبه", "library"),
        ("ar", "أين الحافله", "bus"),
        ("my", "စာအုပ် ငှားချင်တယ်", "library"),
        ("my", "လျှပ်စစ်", "power"),
        ("my", "ရထားလက်မှတ်", "bus"),
        ("zh", "怎么借图书", "library"),
        ("zh", "煤气怎么开", "power"),
        ("zh", "火车票", "bus"),
        ("vi", "khí đốt", "power"),
        ("vi", "muon sach", "library"),
        ("vi", "vé tàu", "bus"),
        ("ko", "책 빌리고 싶어요", "library"),
        ("ko", "전기", "power"),
        ("ko", "버스표", "bus"),
        ("es", "quiero pagar la electricidad online please", "power"),
    ],
)
def test_found(language: str, question: str, page: str) -> None:
    assert RANKINGS[language].best(question)[0].page == page


@pytest.mark.parametrize("question", ["", " ", "?!", "😀", "\u0301", "zzz"])
def test_nothing_shared_nothing_found(question: str) -> None:
    assert RANKINGS["en"].best(question) == []


def test_no_pages_and_empty_pages_find_nothing() -> None:
    assert Ranking([]).best("bus") == []
    assert Ranking([Page("a", ()), Page("b", (("", 1.0), ("…", 2.0)))]).best("bus") == []


def test_a_title_counts_more_than_what_stands_under_it() -> None:
    bus, train = "the bus to the center", "the train to the center"
    ranking = Ranking([Page("under", ((train, 4.0), (bus, 1.0))), Page("title", ((bus, 4.0), (train, 1.0)))])
    assert [one.page for one in ranking.best("bus")] == ["title", "under"]


def test_equals_stay_in_the_order_given() -> None:
    pages = [Page(name, (("the same words", 1.0),)) for name in "cab"]
    assert [one.page for one in Ranking(pages).best("same words")] == ["c", "a", "b"]


def test_best_first_and_not_too_many() -> None:
    found = RANKINGS["en"].best("books, gas and the bus", limit=2)
    assert len(found) == 2
    assert found[0].score >= found[1].score > 0


def test_accents_are_asked_for_only_when_they_are_written() -> None:
    ranking = Ranking([Page("table", (("cái bàn ở đây", 1.0),)), Page("friend", (("người bạn ở đây", 1.0),))])
    assert ranking.best("bàn ở đâu")[0].page == "table"
    assert ranking.best("bạn ở đâu")[0].page == "friend"
    assert {one.page for one in ranking.best("ban")} == {"table", "friend"}


def test_spaces_say_nothing_where_words_are_not_parted() -> None:
    assert np.array_equal(page_terms("图书 馆"), page_terms("图书馆"))
    assert np.array_equal(page_terms("စာ အုပ်"), page_terms("စာအုပ်"))
    assert not np.array_equal(page_terms("a book"), page_terms("abook"))


@pytest.mark.parametrize("letter", ["a", "a ", "က", "\u103b", "图", "ሀ", "é", "\u0301a", "x1 ", "🙂"])
def test_hostile_text_is_quick(letter: str) -> None:
    question = (letter * 4096)[:4096]
    start = time.thread_time()
    for ranking in RANKINGS.values():
        ranking.best(question)
    assert time.thread_time() - start < 0.5


@given(SCRIPTS)
def test_any_text_can_be_asked_and_answers_are_always_the_same(question: str) -> None:
    for ranking in RANKINGS.values():
        found = ranking.best(question)
        assert found == ranking.best(question)
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert np.all(question_terms(question).weights > 0)


@given(SCRIPTS)
def test_a_page_is_found_by_its_own_words(text: str) -> None:
    ranking = Ranking([Page("own", ((text, 1.0),)), Page("other", (("zzz", 1.0),))])
    assert [one.page for one in ranking.best(text)] == (["own"] if len(page_terms(text)) else [])


@given(st.lists(st.text("бгджзийклмнптфцчшщъыьэюя ", min_size=1), max_size=5))
def test_pages_in_another_script_never_hide_the_right_one(others: list[str]) -> None:
    pages = [Page(page, ((text, 1.0),)) for page, text in PAGES["en"].items()]
    ranking = Ranking([Page(f"other {number}", ((text, 1.0),)) for number, text in enumerate(others)] + pages)
    assert ranking.best("borrow a book")[0].page == "library"
    assert not {one.page for one in ranking.best("borrow a book")} & {f"other {number}" for number in range(5)}
