"""The architecture is a test: imports go down only, and the core knows no outside thing."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent.parent
PURE = [
    *(ROOT / "bot/conversation").rglob("*.py"),
    *(ROOT / "bot/knowledge").rglob("*.py"),
    *(ROOT / "bot/wording").rglob("*.py"),
    *(ROOT / "bot/handoff").rglob("*.py"),
    *(ROOT / "bot/helping").rglob("*.py"),
]


def test_imports_go_down_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0
    assert "Contracts: 4 kept, 0 broken." in capsys.readouterr().out


def test_there_is_a_core() -> None:
    assert len(PURE) > 30


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_waits_for_nothing_and_opens_nothing(path: Path) -> None:
    """No await, no file, no clock, no chance: https://peps.python.org/pep-0492/ for what await looks like."""
    forbidden_calls = {"open", "print", "input"}
    forbidden_attributes = {"now", "today", "utcnow", "read_text", "write_text", "environ"}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await), f"{path.name}:{node.lineno} waits"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in forbidden_calls, f"{path.name}:{node.lineno} calls {node.func.id}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            mine = isinstance(node.func.value, ast.Name) and node.func.value.id in {"self", "guide"}
            assert mine or name not in forbidden_attributes, f"{path.name}:{node.lineno} calls .{name}()"
