"""Who steals the file or a dump of the database learns no sentence, no name and no chat id; keys can be changed."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, String, Text

from bot.conversation.message import Newcomer
from bot.conversation.state import Conversation, Place
from bot.storage import tables
from bot.storage.inbox import Received
from bot.storage.secrecy import Secrecy, WrongKey
from bot.storage.store import Store
from tests.conftest import lacking
from tests.storage.databases import SECRET_KEY
from tests.storage.saying import AMINA, BORIS, LEASE, NOON, after, claim, drain, look, said, turn, words

CHAT = 7_123_456_789
UPDATE = 987_654_321
SESSION = "session-4f1c9a77"
SENTENCES = ["mi hermana Zoraida vive conmigo", "ስሜ አልማዝ ነው", "اسمي فاطمة", "We know a person called Quetzalcoatl"]
STEP = "a-step-nobody-else-has"


async def talk(store: Store) -> None:
    """A conversation that leaves something in each column of each table."""
    telegram, web = Newcomer("telegram", str(CHAT)), Newcomer("web", SESSION)
    key = f"telegram:{UPDATE}:{CHAT}"
    await store.receive("telegram", [Received(key, telegram.address, SENTENCES[0])], NOON)
    await store.receive("telegram", [Received(f"{key}:2", telegram.address, SENTENCES[1])], NOON)
    await store.receive("telegram", [Received(f"{key}:3", telegram.address, SENTENCES[2])], NOON)
    (broken,) = await store.next_received("telegram", "me", NOON, 8, LEASE)
    await store.set_aside(broken, "KeyError", NOON)
    await store.next_received("telegram", "me", NOON, 8, LEASE)
    for newcomer, key_ in ((telegram, f"{key}:2"), (web, f"web:{SESSION}:1")):
        async with store.work() as work:
            await work.conversation_with(newcomer, key_, NOON)
            await work.note_own_line(SENTENCES[2], NOON)
            state = Conversation(language="es", place=Place("library-card", STEP), last_at=NOON)
            await work.keep(state, [words(SENTENCES[3]), words(SENTENCES[0])], NOON)
    await claim(store)


def spellings() -> Iterator[tuple[str, bytes]]:
    """All that must not be found, in every form in which a database might have written it."""
    for secret in (*SENTENCES, STEP, SESSION, str(CHAT), str(UPDATE), "Zoraida", "አልማዝ", "فاطمة"):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            yield f"{secret} in {encoding}", secret.encode(encoding)
            yield f"{secret} in {encoding}, in hex", secret.encode(encoding).hex().encode()
        yield f"{secret} as JSON", ascii(secret)[1:-1].encode()
    for number in (CHAT, UPDATE):
        for size in (5, 6, 8):
            for order in ("big", "little"):
                yield f"{number} as {size} bytes, {order}", number.to_bytes(size, order)  # type: ignore[arg-type]


def assert_unreadable(what: str, stolen: bytes) -> None:
    found = [name for name, spelling in spellings() if spelling in stolen]
    assert not found, f"{what} shows {found}"


async def test_a_stolen_sqlite_file_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "store.db"
    store = await Store.open(f"sqlite:///{path}", SECRET_KEY)
    await talk(store)
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["store.db", "store.db-shm", "store.db-wal"]
    assert path.with_name("store.db-wal").stat().st_size > 10_000
    for file in files:
        assert_unreadable(file.name, file.read_bytes())
        assert file.stat().st_mode & 0o077 == 0, f"others may read {file.name}"
    await store.close()
    assert path.stat().st_size > 10_000
    assert_unreadable("the file after closing", path.read_bytes())


async def test_a_stolen_dump_of_postgresql_shows_nothing(postgres_url: str) -> None:
    if shutil.which("pg_dump") is None:
        lacking("pg_dump", "install postgresql-client")
    store = await Store.open(postgres_url, SECRET_KEY)
    await talk(store)
    await store.close()
    for how in (["--inserts"], ["--format=tar"]):
        dump = subprocess.run(["pg_dump", *how, postgres_url], capture_output=True, check=True).stdout  # noqa: ASYNC221
        assert b"gAAAA" in dump, "the dump holds no sealed text: there was nothing to find"
        assert_unreadable(f"pg_dump {how}", dump)


def test_the_search_would_find_what_is_written_openly(tmp_path: Path) -> None:
    for text in (SENTENCES[1], f"{{{CHAT}}}", str(UPDATE).encode("utf-16-le").decode("latin-1")):
        with pytest.raises(AssertionError):
            assert_unreadable("open text", text.encode("latin-1" if text.isascii() else "utf-8"))
    with pytest.raises(AssertionError):
        assert_unreadable("a number", b"\x01" + CHAT.to_bytes(8, "big"))


def test_every_column_that_could_hold_text_is_sealed_or_known_to_hold_none() -> None:
    harmless = {"channel", "status", "owner", "error", "message_ref", "name", "kind", "state", "who"}
    harmless |= {"from_ref", "to_ref"}  # numbers of messages
    harmless |= {"language"}  # of `waits`, which belong to nobody, and of posters
    harmless |= {"code", "article", "place"}  # of posters
    hashes = {"address_hash", "key_hash", "lane_hash", "token_digest"}
    for table in tables.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                assert column.name in hashes
            elif isinstance(column.type, Text):
                assert column.info.get("sealed"), f"{column} is open text"
            elif isinstance(column.type, String):
                assert column.name in harmless, f"{column}: may it hold something about a person?"


async def test_what_talk_wrote_can_be_read_with_the_key(store: Store) -> None:
    await talk(store)
    assert said(await claim(store, now=after(60))) == [SENTENCES[3]]
    place = (await store.peek(Newcomer("telegram", str(CHAT)))).place
    assert place is not None
    assert place.step == STEP
    assert (await store.web_lines(Newcomer("web", SESSION), 0, 9))[0].said == SENTENCES[2]


# --- keys ---


async def test_a_wrong_key_is_said_at_once_and_what_to_do(database_url: str) -> None:
    await (await Store.open(database_url, "right")).close()
    with pytest.raises(WrongKey, match="SECRET_KEY=new,old"):
        await Store.open(database_url, "wrong")
    await (await Store.open(database_url, "right")).close()


@pytest.mark.parametrize("empty", ["", " ", ",", " , "])
def test_no_key_is_no_key(empty: str) -> None:
    with pytest.raises(ValueError, match="SECRET_KEY is empty"):
        Secrecy(empty)


def test_nothing_is_sealed_or_hashed_alike_by_two_keys_or_for_two_uses() -> None:
    one, other = Secrecy("one"), Secrecy("other")
    assert one.seal("x") != one.seal("x")
    assert one.open(one.seal("ሰላም")) == "ሰላም"
    with pytest.raises(WrongKey):
        other.open(one.seal("x"))
    hashes = {
        secrecy.hash(of, channel, "5") for secrecy in (one, other) for of in ("address", "key") for channel in "ab"
    }  # type: ignore[arg-type]
    assert len(hashes) == 8
    assert Secrecy("other, one").old_hashes("key", "a", "5") == [one.hash("key", "a", "5")]


async def test_with_both_keys_everything_is_found_before_it_is_rewritten(database_url: str) -> None:
    old = await Store.open(database_url, "old")
    await turn(old, AMINA, "a1", key="heard", misses=3)
    await old.receive("telegram", [Received("waits", BORIS.address, "b")], NOON)
    await old.close()
    both = await Store.open(database_url, "new, old")
    assert (await both.peek(AMINA)).misses == 3
    assert not await turn(both, AMINA, key="heard")
    await both.receive("telegram", [Received("waits", BORIS.address, "b"), Received("next", BORIS.address, "c")], NOON)
    assert [one.key for one in await both.next_received("telegram", "me", NOON, 8, LEASE)] == ["waits"]
    assert await turn(both, AMINA, "a2", misses=4)
    assert await look(both, "SELECT count(*) FROM newcomers") == [(1,)]
    assert await drain(both) == ["a1", "a2"]
    await both.close()


async def test_after_the_change_of_keys_the_new_one_is_enough_and_the_old_one_opens_nothing(database_url: str) -> None:
    old = await Store.open(database_url, "old")
    await talk(old)
    await turn(old, AMINA, "a1", key="heard", misses=3)
    await turn(old, BORIS, key="forget")
    async with old.work() as work:
        await work.conversation_with(BORIS, "forget me", NOON)
        await work.forget(NOON)
        await work.keep(Conversation(), [words("receipt")], NOON)
    await old.close()

    both = await Store.open(database_url, "new,old")
    assert await both.rotate_keys() > 10
    assert await both.rotate_keys() > 10
    for name, table in tables.metadata.tables.items():
        for column in [column.name for column in table.columns if column.info.get("sealed")]:
            for (value,) in await look(both, f"SELECT {column} FROM {name} WHERE {column} IS NOT NULL"):
                assert Secrecy("new").open(str(value)) is not None
    await both.close()

    with pytest.raises(WrongKey):
        await Store.open(database_url, "old")
    new = await Store.open(database_url, "new")
    assert (await new.peek(AMINA)).misses == 3
    assert not await turn(new, AMINA, key="heard")
    assert not await turn(new, Newcomer("telegram", str(CHAT)), key=f"telegram:{UPDATE}:{CHAT}:2")
    assert (await new.web_lines(Newcomer("web", SESSION), 0, 9))[0].said == SENTENCES[2]
    assert len(await new.next_received("telegram", "me", after(60), 8, timedelta(1))) == 1
    assert await drain(new, after(60)) == [SENTENCES[3], "a1", "receipt", SENTENCES[0]]
    await new.close()


async def test_more_rows_than_a_batch_are_all_rewritten(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.upkeep.BATCH", 3)
    old = await Store.open(database_url, "old")
    for number in range(7):
        await turn(old, Newcomer("telegram", str(number)), misses=number)
    await old.close()
    both = await Store.open(database_url, "new,old")
    assert await both.rotate_keys() == 14
    await both.close()
    new = await Store.open(database_url, "new")
    for number in range(7):
        assert (await new.peek(Newcomer("telegram", str(number)))).misses == number
    await new.close()
