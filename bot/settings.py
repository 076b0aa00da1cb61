"""What an operator can set, from the environment and ``.env``; read once. Everything wrong is named at once.

The table in the README is made from the descriptions here, and a test keeps it true.
"""

import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class BadSettings(Exception):
    """Some settings cannot be used. The message has one line for each of them."""


class Settings(BaseSettings):
    """All settings. Names in the environment are the same in capitals."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    telegram_token: str = Field("", description="The bot's token from @BotFather. Empty: no Telegram.")
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="Another Bot API server, such as a local one. No path at the end."
    )
    public_url: str = Field(
        "",
        description="Where the internet reaches this program (https://…). Set: Telegram by webhook. Empty: by polling.",
    )
    webhook_secret: str = Field(
        "", description="Telegram sends it with each update: A–Z a–z 0–9 _ -, at most 256. Empty: made from SECRET_KEY."
    )
    database_url: str = Field(
        "", description="`sqlite:///path` or `postgresql://…` (for many processes). Empty: SQLite in DATA_DIR."
    )
    rasa_url: str = Field("", description="A Rasa server that runs elsewhere. Empty: our own child process.")
    city: str = Field("aurora-co", description="The city pack: a folder under `knowledge/`.")
    secret_key: str = Field(
        "", description="Encrypts what people write: 32 or more letters; several parted by commas while changing it. "
        "Empty: made and kept in DATA_DIR."
    )  # fmt: skip
    data_dir: Path = Field(Path("data"), description="The folder for the database, the made key and other data.")
    http_host: str = Field("127.0.0.1", description="The address the pages are served on.")
    http_port: int = Field(8080, ge=0, le=65535, description="The port of the pages.")
    offer_minutes: int = Field(
        10, ge=1, le=1440, description="A helper has so long to take a case before the next one is asked."
    )
    offer_minutes_urgent: int = Field(3, ge=1, le=1440, description="The same for urgent cases; two are asked at once.")
    answer_minutes: int = Field(
        30, ge=1, le=1440, description="A helper is reminded after so long; after three times as long others are asked."
    )
    answer_minutes_urgent: int = Field(5, ge=1, le=1440, description="The same for urgent cases.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR."
    )

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: str) -> str:
        number, colon, secret = value.partition(":")
        if value and not (number.isdigit() and colon and len(secret) >= 20):
            raise ValueError("a token looks like 123456789:AbC…; copy it again from @BotFather")
        return value

    @field_validator("telegram_api_url", "public_url", "rasa_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("an address begins with https:// (or http://)")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("a database is sqlite:///path/to/file or postgresql://user:password@host/name")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: str) -> str:
        if len(value) > 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in value):
            raise ValueError("only A–Z a–z 0–9 _ and -, at most 256 (Telegram's rule)")
        return value

    @field_validator("secret_key")
    @classmethod
    def _key(cls, value: str) -> str:
        if value and any(len(key.strip()) < 32 for key in value.split(",")):
            raise ValueError("each key needs 32 or more letters; `openssl rand -hex 32` makes one")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _https(self) -> "Settings":
        real_telegram = self.telegram_api_url == "https://api.telegram.org"
        if self.public_url and real_telegram and not self.public_url.startswith("https://"):
            raise ValueError("PUBLIC_URL must begin with https://: Telegram calls nothing else")
        return self

    @property
    def site(self) -> str:
        """Where the pages are reached, for links."""
        return self.public_url or f"http://{self.http_host}:{self.http_port}"

    @property
    def database(self) -> str:
        """The database to open."""
        return self.database_url or f"sqlite:///{self.data_dir / 'natural-helpers.sqlite3'}"


def read_settings(**overrides: object) -> Settings:
    """The settings of this process. Raises `BadSettings` that names everything wrong in words an operator understands."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as err:
        raise BadSettings("\n".join(map(_complaint, err.errors()))) from err


def _complaint(problem: ErrorDetails) -> str:
    what = problem["msg"].removeprefix("Value error, ")
    return f"{str(problem['loc'][0]).upper()}: {what}" if problem["loc"] else what


def secret_key(settings: Settings) -> tuple[str, bool]:
    """The key, and whether it was made just now. A made key is kept in ``DATA_DIR/secret_key``, readable by us alone."""
    if settings.secret_key:
        return settings.secret_key, False
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = settings.data_dir / "secret_key"
    if path.exists():
        return path.read_text(encoding="ascii").strip(), False
    made = secrets.token_hex(32)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(made + "\n", encoding="ascii")
    return made, True
