"""The judge of the search counts right, and says what is wrong with a file."""

import json
from pathlib import Path
from statistics import fmean

import pytest

from tests.bench import bench_search
from tests.bench.bench_search import Question, Shelf, main, measure, ours, plain, read

RANKINGS = {"ours": ours, "plain": plain}
PAGES = [
    {"id": "1", "language": "en", "title": "Library", "text": "Borrow books here."},
    {"id": "2", "language": "en", "title": "Bus", "text": "Buy a ticket for the bus."},
    {"id": "1", "language": "es", "title": "Biblioteca", "text": "Pida libros aquí."},
]
QUESTIONS = [
    {"question": "where are books", "language": "en", "id": "1"},
    {"question": "tiket", "language": "en", "id": "2"},
    {"question": "libros", "language": "es", "id": "1"},
]


def written(path: Path, lines: list[dict[str, str]], *more: str) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + "".join(more), encoding="utf-8")
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return [
        "--pages", written(tmp_path / "pages.jsonl", PAGES), "--questions", written(tmp_path / "q.jsonl", QUESTIONS, "\n")
    ]  # fmt: skip


def test_a_table_for_each_language(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(files)
    shown = capsys.readouterr().out
    assert "en: 2 pages, 2 questions" in shown
    assert "es: 1 pages, 1 questions" in shown
    assert "mean of 2 languages" in shown
    for column in ("Recall@1 ", "Recall@3 ", "Recall@10 ", "MRR ", "p50 ms ", "p95 ms "):
        assert shown.count(column) == 3
    assert shown.count("the bot's") == shown.count("BM25 on words") == 3


def test_figures() -> None:
    pages = {str(number): ("", "same words") for number in range(20)} | {"rare": ("", "same rare")}
    shelf = Shelf(pages, [Question("rare", "rare"), Question("same words", "3"), Question("none", "3")])
    for ranking in RANKINGS.values():
        figures = measure(shelf, ranking)
        assert figures.recall == pytest.approx((1 / 3, 1 / 3, 2 / 3))
        assert figures.mrr == pytest.approx((1 + 1 / 4) / 3)
        assert 0 < figures.p50 <= figures.p95


def test_questions_search_in_their_own_language(files: list[str]) -> None:
    shelves = read(Path(files[1]), Path(files[3]))
    assert set(shelves) == {"en", "es"}
    assert ours(shelves["es"])("books", 10) == []


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "pages.jsonl:4: this is not JSON"),
        ("[]", "pages.jsonl:4: this is not an object"),
        ('{"id": "3", "language": "en", "title": ""}', "pages.jsonl:4: “text” is missing"),
        ('{"id": "1", "language": "en", "title": "", "text": "else"}', "pages.jsonl:4: another page in en"),
        ('{"question": "a", "language": "en", "id": "9"}', "q.jsonl:5: there is no page '9' in en"),
        ('{"question": "a", "language": "xx", "id": "1"}', "q.jsonl:5: there is no page '1' in xx"),
        ('{"question": null, "language": "en", "id": "1"}', "q.jsonl:5: “question” is missing"),
    ],
)
def test_a_broken_line_is_named(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, complaint: str
) -> None:
    with (tmp_path / complaint.partition(":")[0]).open("a", encoding="utf-8") as opened:
        opened.write(line)
    with pytest.raises(SystemExit) as ended:
        main(files)
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert complaint in shown.err
    assert len(shown.err.splitlines()) == 1
    assert shown.out == ""


def test_no_file_and_no_question(tmp_path: Path, files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for questions in (str(tmp_path / "gone"), written(tmp_path / "empty", [])):
        with pytest.raises(SystemExit) as ended:
            main([*files[:3], questions])
        assert ended.value.code == 2
        assert questions in capsys.readouterr().err


def test_help_tells_how_it_searches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "among the pages of its own language" in capsys.readouterr().out


def test_the_bot_does_better_than_words_on_the_shipped_set() -> None:
    shelves = read(bench_search.DATA / "pages.jsonl", bench_search.DATA / "questions.jsonl")
    assert len(shelves) == 12
    recall = {
        name: [measure(shelf, ranking).recall[1] for shelf in shelves.values()] for name, ranking in RANKINGS.items()
    }
    assert all(own >= other for own, other in zip(recall["ours"], recall["plain"], strict=True))
    assert fmean(recall["ours"]) > fmean(recall["plain"]) + 0.15
    assert all(len(shelf.questions) >= 30 for shelf in shelves.values())
