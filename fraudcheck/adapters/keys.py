"""Who may call the service, and with which secret are identities hashed?

API keys are kept as hashes in a file of the data directory. A key is 256 random bits, so a plain SHA-256 of it cannot
be reversed, and no slow password hash is needed.

Once keyed, always keyed: the file's first key leaves a mark in the data directory, and from then on a file that is gone
or cannot be read closes the service instead of opening it.
"""

from __future__ import annotations

import fcntl
import hmac
import logging
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
from msgspec import Struct

from fraudcheck.fields.country_names import COUNTRIES
from fraudcheck.fields.origin import host_of, read_site

SCOPES = ("check", "read", "personal", "outcome", "batch", "admin")
LAST_GOOD_SECONDS = 60.0
"""How long the keys that were read last are good while their file cannot be read."""
_PAUSE = 1.0
"""Seconds between two looks at the file."""
_MARK = b"This service has had keys. While this file is here, it never serves anybody without one.\n"
_SHORTEST_SECRET = 16
"""Characters of an identity key: with fewer, somebody who has the hashes of mailboxes can try all keys."""
_LONGEST_NAME = 200
_ANY_HOST = "://*."
_log = logging.getLogger(__name__)


class FaultyKeys(ValueError):
    """The file of keys, or the identity key, cannot be read or is not to be used. The text says what to do."""


class Key(Struct, frozen=True, kw_only=True):
    """One API key: what its caller may do. ``digest`` is the SHA-256 of the secret, in hex.

    ``buyer`` is the buyer whose outcomes the key tells; empty for the key's own id. ``vendor`` and ``campaign`` are
    those of the leads that come by it.

    A key with a ``source`` (a name of ``intake.forms``) brings that platform's leads and may do nothing else:
    ``columns`` are the names of the platform's fields by our field, ``signing`` is the secret that it signs with, which
    has to be kept as it is, and ``country`` (ISO 3166-1 alpha-2) is that in which its numbers without a country's code
    are read. A key with ``origins`` is a site key: it stands in the pages of these and only gets tokens.
    """

    id: str
    tenant: str
    scopes: tuple[str, ...]
    digest: str
    label: str = ""
    created_at: str = ""
    buyer: str = ""
    vendor: str = ""
    campaign: str = ""
    source: str = ""
    columns: Mapping[str, tuple[str, ...]] = {}
    signing: str = ""
    country: str = ""
    origins: tuple[str, ...] = ()

    @property
    def opens_api(self) -> bool:
        """Whether it is a key of the API, and not one of a source or a site."""
        return not self.source and not self.origins


class KeyFile:
    """The API keys of all tenants, in the file at ``path``. Changes by other processes take effect within a second.

    ``mark`` is the file that says that there were keys once. ``named`` says that the operator named the file of keys,
    so that it has to be there. ``clock`` is in seconds.
    """

    def __init__(self, path: Path, mark: Path, *, named: bool = False, clock: Callable[[], float] = monotonic) -> None:
        self._path, self._mark, self._clock = path, mark, clock
        self._keyed = named
        self._keys: dict[str, Key] = {}
        self._file_version: tuple[int, ...] | None = None
        self._looked_at = self._good_at = float("-inf")
        self._problem: str | None = None

    @property
    def configured(self) -> bool:
        """Whether there are keys, or were once. When the last key is revoked the service stays closed."""
        self._look()
        return self._keyed

    def all(self) -> Sequence[Key]:
        """Every key, oldest first. Raises FaultyKeys if they cannot be read, and were not within the last minute."""
        self._look()
        if self._problem is not None and self._clock() - self._good_at > LAST_GOOD_SECONDS:
            raise FaultyKeys(self._problem)
        return list(self._keys.values())

    def find(self, secret: str) -> Key | None:
        """The key with this secret; None when there is none. Raises as ``all``."""
        self._look()
        if self._problem is not None and self._clock() - self._good_at > LAST_GOOD_SECONDS:
            raise FaultyKeys(self._problem)
        return self._keys.get(sha256(secret.encode("utf-8", "replace")).hexdigest())

    def with_id(self, key_id: str) -> Key | None:
        """The key of this id; None when there is none. Raises as ``all``."""
        return next((key for key in self.all() if key.id == key_id), None)

    def create(
        self, tenant: str, scopes: Sequence[str], label: str, created_at: str, buyer: str = ""
    ) -> tuple[Key, str]:
        """Make a key. Returns it and its secret, which is not stored.

        Raises ValueError for an unknown scope, and FaultyKeys if the file is there and cannot be read.
        """
        for scope in scopes:
            if scope not in SCOPES:
                raise ValueError(f"{scope} is no scope; there are {', '.join(SCOPES)}")
        if buyer and "outcome" not in scopes:
            raise ValueError("a buyer's key tells outcomes: give it the scope outcome too")
        _check_name("buyer", buyer)
        return self._add(tenant=tenant, scopes=tuple(scopes), label=label, created_at=created_at, buyer=buyer)

    def create_site(self, tenant: str, vendor: str, origins: Sequence[str], label: str, created_at: str) -> Key:
        """Make a site key for a vendor's pages of these origins. Its id is the key itself: anyone reads it in the page.

        Raises ValueError for what is no origin and for no vendor, and FaultyKeys as ``create``.
        """
        sites = tuple(dict.fromkeys(read_site(origin) for origin in origins))
        if not sites:
            raise ValueError("a site key is for the pages of origins that you name: --origin https://a.example")
        for site in sites:
            if _ANY_HOST in site and _is_public_suffix(host_of(site.replace(_ANY_HOST, "://", 1))):
                raise ValueError(f"{site} would be the pages of many owners: give the hosts of one site")
        _require_name("vendor", vendor)
        key_id = f"site_{secrets.token_hex(8)}"
        return self._add(
            key_id, key_id, tenant=tenant, scopes=(), label=label, created_at=created_at, vendor=vendor, origins=sites
        )[0]

    def create_source(
        self,
        tenant: str,
        source: str,
        label: str,
        created_at: str,
        *,
        vendor: str,
        campaign: str = "",
        columns: Mapping[str, tuple[str, ...]] | None = None,
        signing: str = "",
        country: str = "",
    ) -> tuple[Key, str]:
        """Make a key by which a platform brings its leads. Returns it and its secret, which is not stored.

        Raises ValueError for no vendor and for what is no country's code, and FaultyKeys as ``create``.
        """
        _require_name("vendor", vendor)
        _check_name("campaign", campaign)
        country = country.strip().upper()
        if country and country not in COUNTRIES:
            raise ValueError(f"{country} is no country's code of two letters: give one such as VN or DE")
        return self._add(
            tenant=tenant,
            scopes=(),
            label=label,
            created_at=created_at,
            source=source,
            vendor=vendor,
            campaign=campaign,
            columns=columns or {},
            signing=signing,
            country=country,
        )

    def _add(self, key_id: str = "", secret: str = "", **told: Any) -> tuple[Key, str]:
        """Add a key to the file. Without an id or a secret it gets one. Returns it and its secret."""
        secret = secret or "fc_" + secrets.token_urlsafe(32)
        with self._changing() as keys:
            known = {key.id for key in keys}
            new_id = key_id or next(new for new in iter(lambda: secrets.token_hex(4), "") if new not in known)
            key = Key(id=new_id, digest=sha256(secret.encode()).hexdigest(), **told)
            keys.append(key)
        return key, secret

    def revoke(self, key_id: str) -> bool:
        """Delete a key. False when there is none with this id. Raises FaultyKeys if the file cannot be read."""
        with self._changing() as keys:
            others = [key for key in keys if key.id != key_id]
            found = len(others) < len(keys)
            keys[:] = others
        return found

    @contextmanager
    def _changing(self) -> Iterator[list[Key]]:
        """The keys, to be changed by one process at a time, and written when the block ends."""
        path = Path(os.path.realpath(self._path))  # a link to a shared disk stays one
        if os.path.lexists(self._path):
            self._read()  # raises before the lock is made beside what a link names
        with _locked(path):
            content = self._read() if os.path.lexists(self._path) else None
            before = self._decode(content[0]) if content else []
            keys = list(before)
            yield keys
            if keys != before:
                self._leave_mark()  # first, so that keys that are told of are never forgotten
                write_secret(path, msgspec.json.format(msgspec.json.encode(keys), indent=1) + b"\n")
        self._looked_at = float("-inf")

    def _look(self) -> None:
        """Read the file again if it has changed; look at most once a second."""
        now = self._clock()
        if now - self._looked_at < _PAUSE:
            return
        self._looked_at = now
        try:
            self._load()
        except FaultyKeys as problem:
            if str(problem) != self._problem:
                _log.error("%s", problem)
            self._problem = str(problem)
        else:
            self._problem, self._good_at = None, now

    def _load(self) -> None:
        self._keyed = self._keyed or os.path.lexists(self._mark)
        if not os.path.lexists(self._path):
            if self._keyed:
                raise FaultyKeys(
                    f"the file of keys {self._path} is missing: put it back, or make a new key with "
                    f"`fraudcheck keys create`{self._way_to_open()}"
                )
            return
        self._keyed = True
        content, version = self._read()
        if version != self._file_version:
            self._keys = {key.digest: key for key in self._decode(content)}
            self._file_version = version
        with suppress(OSError):  # this process knows it anyway, and tries again in a second
            self._leave_mark()

    def _way_to_open(self) -> str:
        return f"; to let anyone on this machine call, delete {self._mark}" if self._mark.exists() else ""

    def _read(self) -> tuple[bytes, tuple[int, ...]]:
        """The file's content, and what changes with it."""
        try:
            with os.fdopen(os.open(self._path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # a pipe must not block
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise FaultyKeys(f"the file of keys {self._path} is no ordinary file: put one in its place")
                version = (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size)
                return file.read(), version
        except OSError as problem:
            raise FaultyKeys(
                f"the file of keys {self._path} cannot be read ({problem.strerror}): let the service's user read it, "
                "or put it back"
            ) from None

    def _decode(self, content: bytes) -> list[Key]:
        """The keys in a file's content. Raises FaultyKeys for half of one, and for two keys with one secret."""
        try:
            keys = msgspec.json.decode(content, type=list[Key])
        except (msgspec.DecodeError, UnicodeDecodeError):
            keys = None
        if keys is None or len({key.digest for key in keys}) < len(keys):
            raise FaultyKeys(
                f"the file of keys {self._path} is damaged, or holds a key twice: put a good copy back, or delete it "
                "and make new keys with `fraudcheck keys create`"
            )
        return keys

    def _leave_mark(self) -> None:
        if not self._mark.exists():
            write_secret(self._mark, _MARK)


def _require_name(what: str, name: str) -> None:
    """Raises ValueError for none, and as ``_check_name``."""
    if not name.strip():
        raise ValueError(f"a key of a site or a source names the {what} of its leads: --{what} NAME")
    _check_name(what, name)


def _check_name(what: str, name: str) -> None:
    """Raises ValueError for what can be no name of a vendor, a campaign or a buyer. Empty is none, where it may be."""
    if (name and not name.strip()) or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise ValueError(f"a {what}'s name is one line of at most {_LONGEST_NAME} characters")


def _is_public_suffix(host: str) -> bool:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - 50 ms that only a new key of a site needs

    return bool(PublicSuffixList().publicsuffix(host) == host)


def write_secret(path: Path, content: bytes) -> None:
    """Write a file durably, readable by its owner only; a reader sees the old content or the new one, never a part.

    Root writes it for the owner of the file or the folder, who has to read it.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with os.fdopen(_open_private(temporary, os.O_WRONLY | os.O_EXCL, like=path), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _open_private(path: Path, flags: int, like: Path) -> int:
    """Open a file, made for its owner only. What root makes belongs to the owner of ``like``, or of the folder."""
    descriptor = os.open(path, flags | os.O_CREAT, 0o600)
    if os.geteuid() == 0:
        owner = (like if like.exists() else path.parent).stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file, also against processes on other machines that share the disk."""
    descriptor = _open_private(path.with_name(f"{path.name}.lock"), os.O_RDWR, like=path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def identity_key(chosen: str | None, path: Path) -> bytes:
    """The master secret of all tokens: ``chosen``, else the one in the file at ``path``, which is made if missing.

    Raises FaultyKeys for one that is too short to be a secret, and for a file that cannot be read.
    """
    if chosen is not None:
        return _checked_secret(chosen.encode(), "FRAUDCHECK_IDENTITY_KEY (identity_key in the TOML file)")
    if not os.path.lexists(path):
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        write_secret(draft, secrets.token_hex(32).encode() + b"\n")
        with suppress(FileExistsError):  # another process made one at this moment, which both use
            os.link(draft, path)
        draft.unlink()
    try:
        if not path.is_file() and path.exists():
            raise FaultyKeys(f"{path} is no ordinary file: {_PUT_BACK}")
        return _checked_secret(path.read_bytes().strip(), str(path))
    except OSError as problem:
        raise FaultyKeys(f"{path} cannot be read ({problem.strerror}): {_PUT_BACK}") from None


_PUT_BACK = "put the one back that the ledger's tokens were made with, from a backup"


def _checked_secret(secret: bytes, place: str) -> bytes:
    if len(secret.strip(b" \t\r\n\0")) < _SHORTEST_SECRET:  # a write that a power cut tore leaves zeros
        raise FaultyKeys(
            f"the identity key in {place} is empty or too short: {_PUT_BACK}; a new one has "
            f"{_SHORTEST_SECRET} random characters or more (openssl rand -hex 32), and forgets which leads came before"
        )
    return secret


def tenant_key(master: bytes, tenant: str) -> bytes:
    """A tenant's own secret, derived from the master secret, so that a person's tokens differ between tenants."""
    return hmac.digest(master, b"tenant\0" + tenant.encode(), "sha256")


def session_key(master: bytes) -> bytes:
    """The secret that signs the sessions of browsers, derived from the master secret."""
    return hmac.digest(master, b"sessions of browsers", "sha256")


def route_cache_key(master: bytes, versions: Mapping[str, str]) -> bytes:
    """The secret for domains in the shared cache of mail routes.

    It depends on the ``versions`` of code and lists, so that routes found by other versions are not used.
    """
    return hmac.digest(master, b"mail routes\0" + repr(sorted(versions.items())).encode(), "sha256")
