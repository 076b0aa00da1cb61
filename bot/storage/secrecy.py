"""Seals what people write and who they are, and finds it again without reading it.

In: ``SECRET_KEY``, one or more keys parted by commas. The first one seals and hashes; the others can still open and
find what was written under them, so that a key can be changed while the program runs (`Store.rotate_keys`).

A sealed text is a Fernet token (AES-128-CBC with HMAC-SHA256, https://cryptography.io/en/latest/fernet/). It is
different each time, so nothing can be looked up by it; look-ups go by HMAC-SHA256 under a second key, derived from
the same one.
"""

import hmac
from base64 import urlsafe_b64encode
from typing import Literal, TypeAlias

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HashOf: TypeAlias = Literal["address", "key"]


class WrongKey(Exception):
    """SECRET_KEY does not open this database. Set it to the key that the database was written with.

    If you have changed the key, give both, the new one first: SECRET_KEY=new,old. Without the old key nobody can read
    what was stored.
    """

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


class Secrecy:
    """The keys. Holds no database; safe to share between threads."""

    def __init__(self, secret_key: str) -> None:
        """Derive the keys. Raises ``ValueError`` when *secret_key* holds no key at all."""
        keys = [key.strip().encode() for key in secret_key.split(",") if key.strip()]
        if not keys:
            raise ValueError("SECRET_KEY is empty: nothing can be stored without a key")
        self._fernet = MultiFernet([Fernet(urlsafe_b64encode(_derive(key, b"seal"))) for key in keys])
        self._lookup = tuple(_derive(key, b"look up") for key in keys)

    @property
    def changing(self) -> bool:
        """Whether there is an older key beside the first, so that rows may still be hashed under it."""
        return len(self._lookup) > 1

    def seal(self, text: str) -> str:
        """*text*, unreadable without the key. Two calls never give the same."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The inverse of `seal`. Raises `WrongKey` when no key of ours sealed it."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise WrongKey from error

    def reseal(self, sealed: str) -> str:
        """The same text under the first key. Raises `WrongKey`."""
        try:
            return self._fernet.rotate(sealed).decode("ascii")
        except InvalidToken as error:
            raise WrongKey from error

    def hash(self, of: HashOf, channel: str, value: str) -> bytes:
        """What *value* is looked up by: 32 bytes, always the same under the same first key."""
        return _hash(self._lookup[0], of, channel, value)

    def old_hashes(self, of: HashOf, channel: str, value: str) -> list[bytes]:
        """What *value* may still be found under when it was written before the key was changed."""
        return [_hash(key, of, channel, value) for key in self._lookup[1:]]


def _hash(key: bytes, of: str, channel: str, value: str) -> bytes:
    return hmac.digest(key, f"{of}\0{channel}\0{value}".encode(), "sha256")


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"natural helpers, 1: " + purpose).derive(key)
