"""Who may call? API keys in a file of the data directory, as hashes; and the secret that identities are hashed with.

A key is 256 random bits, so that its plain SHA-256 cannot be turned back and needs no slow hash.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from time import monotonic

import msgspec
from msgspec import Struct

SCOPES = ("check", "read", "personal", "outcome", "batch", "admin")


class Key(Struct, frozen=True, kw_only=True):
    """One caller: ``digest`` is the SHA-256 of the key, in hex."""

    id: str
    tenant: str
    scopes: tuple[str, ...]
    digest: str
    label: str = ""
    created_at: str = ""


class KeyFile:
    """The keys of all tenants. A change of the file, by another process too, holds within a second."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys: dict[str, Key] = {}
        self._stamp: tuple[int, int] | None = None
        self._looked = -1.0

    @property
    def configured(self) -> bool:
        """Whether keys were ever made. Revoking the last one does not open the service to everyone."""
        self._refresh()
        return self._stamp is not None

    def all(self) -> Sequence[Key]:
        """Give every key, oldest first."""
        self._refresh()
        return list(self._keys.values())

    def find(self, secret: str) -> Key | None:
        """Give the key that a caller sent, None where it is none of these."""
        self._refresh()
        return self._keys.get(sha256(secret.encode("utf-8", "replace")).hexdigest())

    def create(self, tenant: str, scopes: Sequence[str], label: str, created_at: str) -> tuple[Key, str]:
        """Make a key; give it with the secret, which is kept nowhere. Raises ValueError on an unknown scope."""
        for scope in scopes:
            if scope not in SCOPES:
                raise ValueError(f"{scope} is no scope; there are {', '.join(SCOPES)}")
        secret = "fc_" + secrets.token_urlsafe(32)
        key = Key(
            id=secrets.token_hex(4),
            tenant=tenant,
            scopes=tuple(scopes),
            digest=sha256(secret.encode()).hexdigest(),
            label=label,
            created_at=created_at,
        )
        self._write([*self.all(), key])
        return key, secret

    def revoke(self, key_id: str) -> bool:
        """Take a key out; False where there is none of that id."""
        left = [key for key in self.all() if key.id != key_id]
        gone = len(left) < len(self._keys)
        if gone:
            self._write(left)
        return gone

    def _refresh(self) -> None:
        now = monotonic()
        if now - self._looked < 1.0:
            return
        self._looked = now
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._keys, self._stamp = {}, None
            return
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            read = msgspec.json.decode(self._path.read_bytes(), type=list[Key])
            self._keys = {key.digest: key for key in read}
            self._stamp = stamp

    def _write(self, keys: Sequence[Key]) -> None:
        write_secret(self._path, msgspec.json.format(msgspec.json.encode(keys), indent=1) + b"\n")
        self._looked = -1.0


def write_secret(path: Path, content: bytes) -> None:
    """Put a file in its place whole, readable by its owner only, and durable."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)


def identity_key(chosen: str | None, path: Path) -> bytes:
    """The secret behind all tokens: the one that was chosen, else the one in the file, which is made once."""
    if chosen:
        return chosen.encode()
    if not path.exists():
        write_secret(path, secrets.token_hex(32).encode() + b"\n")
    return path.read_bytes().strip()


def tenant_key(master: bytes, tenant: str) -> bytes:
    """A tenant's own identity key, so that one person's tokens differ between tenants."""
    return hmac.digest(master, b"tenant\0" + tenant.encode(), "sha256")


def route_cache_key(master: bytes, versions: Mapping[str, str]) -> bytes:
    """The key that domains are hashed with in the shared cache: another code's or list's answers are not found."""
    return hmac.digest(master, b"mail routes\0" + repr(sorted(versions.items())).encode(), "sha256")
