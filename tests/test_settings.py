"""Settings: everything wrong is named at once, and the README's table is true."""

import re
import stat
from pathlib import Path

import pytest

from bot.settings import BadSettings, Settings, read_settings, secret_key

README = Path(__file__).parent.parent / "README.md"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No environment and no .env of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_everything_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "TELEGRAM_TOKEN": "abc",
        "PUBLIC_URL": "example.org",
        "DATABASE_URL": "mysql://x",
        "WEBHOOK_SECRET": "with space",
        "SECRET_KEY": "short",
        "HTTP_PORT": "90000",
        "LOG_LEVEL": "LOUD",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as said:
        read_settings()
    lines = str(said.value).splitlines()
    assert {line.partition(":")[0] for line in lines} == set(wrong)
    assert "@BotFather" in str(said.value)


def test_telegram_calls_only_https() -> None:
    with pytest.raises(BadSettings, match="PUBLIC_URL"):
        read_settings(public_url="http://example.org")
    assert read_settings(public_url="http://127.0.0.1:1", telegram_api_url="http://127.0.0.1:2/").public_url


def test_dot_env_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CITY=elsewhere\nLOG_LEVEL=warning\nSOMETHING_ELSE=1\n")
    assert (read_settings().city, read_settings().log_level) == ("elsewhere", "WARNING")


def test_key_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    settings = read_settings(data_dir=tmp_path / "data")
    key, made = secret_key(settings)
    assert made
    assert secret_key(settings) == (key, False)
    path = tmp_path / "data" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key) >= 32


def test_database_is_in_the_data_folder_by_default(tmp_path: Path) -> None:
    assert read_settings(data_dir=tmp_path).database == f"sqlite:///{tmp_path}/natural-helpers.sqlite3"


def test_the_table_in_the_readme_is_true() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|$", README.read_text("utf-8"), re.MULTILINE))
    wanted = {
        name.upper(): f"{f'`{field.default}`' if str(field.default) else 'empty'} | {field.description}"
        for name, field in Settings.model_fields.items()
    }
    assert rows == wanted
