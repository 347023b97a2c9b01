"""Who may call the service, and with which secret are identities hashed?

API keys are kept as hashes in a file of the data directory. A key is 256 random bits, so a plain SHA-256 of it cannot
be reversed, and no slow password hash is needed.
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
    """One API key: what its caller may do. ``digest`` is the SHA-256 of the secret, in hex."""

    id: str
    tenant: str
    scopes: tuple[str, ...]
    digest: str
    label: str = ""
    created_at: str = ""


class KeyFile:
    """The API keys of all tenants, in the file at ``path``. Changes by other processes take effect within a second."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys: dict[str, Key] = {}
        self._file_version: tuple[int, int] | None = None
        self._checked_at = -1.0

    @property
    def configured(self) -> bool:
        """Whether there is a file of keys. When the last key is revoked it stays, and the service stays closed."""
        self._refresh()
        return self._file_version is not None

    def all(self) -> Sequence[Key]:
        """Every key, oldest first."""
        self._refresh()
        return list(self._keys.values())

    def find(self, secret: str) -> Key | None:
        """The key with this secret; None when there is none."""
        self._refresh()
        return self._keys.get(sha256(secret.encode("utf-8", "replace")).hexdigest())

    def create(self, tenant: str, scopes: Sequence[str], label: str, created_at: str) -> tuple[Key, str]:
        """Make a key. Returns it and its secret, which is not stored. Raises ValueError for an unknown scope."""
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
        """Delete a key. False when there is none with this id."""
        others = [key for key in self.all() if key.id != key_id]
        found = len(others) < len(self._keys)
        if found:
            self._write(others)
        return found

    def _refresh(self) -> None:
        """Read the file again if it has changed; look at most once a second."""
        now = monotonic()
        if now - self._checked_at < 1.0:
            return
        self._checked_at = now
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._keys, self._file_version = {}, None
            return
        file_version = (status.st_mtime_ns, status.st_ino)
        if file_version != self._file_version:
            keys = msgspec.json.decode(self._path.read_bytes(), type=list[Key])
            self._keys = {key.digest: key for key in keys}
            self._file_version = file_version

    def _write(self, keys: Sequence[Key]) -> None:
        write_secret(self._path, msgspec.json.format(msgspec.json.encode(keys), indent=1) + b"\n")
        self._checked_at = -1.0


def write_secret(path: Path, content: bytes) -> None:
    """Write a file durably, readable by its owner only; a reader sees the old content or the new one, never a part."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def identity_key(chosen: str | None, path: Path) -> bytes:
    """The master secret of all tokens: ``chosen``, else the one in the file at ``path``, which is made if missing."""
    if chosen:
        return chosen.encode()
    if not path.exists():
        write_secret(path, secrets.token_hex(32).encode() + b"\n")
    return path.read_bytes().strip()


def tenant_key(master: bytes, tenant: str) -> bytes:
    """A tenant's own secret, derived from the master secret, so that a person's tokens differ between tenants."""
    return hmac.digest(master, b"tenant\0" + tenant.encode(), "sha256")


def route_cache_key(master: bytes, versions: Mapping[str, str]) -> bytes:
    """The secret for domains in the shared cache of mail routes.

    It depends on the ``versions`` of code and lists, so that routes found by other versions are not used.
    """
    return hmac.digest(master, b"mail routes\0" + repr(sorted(versions.items())).encode(), "sha256")
