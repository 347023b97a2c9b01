"""What did the operator choose? Command line over environment over one TOML file over the defaults."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta, Struct

PREFIX = "FRAUDCHECK_"


def _home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "fraudcheck"


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every option. Each is ``--NAME`` of ``serve`` (but for the secret), ``FRAUDCHECK_NAME`` in the environment,
    with commas between several, and ``name`` in the file.
    """

    data_dir: Annotated[Path, Meta(description="Where ledger, keys, spool and embedded Redis live.")] = msgspec.field(
        default_factory=_home
    )
    host: Annotated[str, Meta(description="Address to listen on; without keys only a loopback one.")] = "127.0.0.1"
    port: Annotated[int, Meta(description="Port to listen on.", ge=0, le=65535)] = 8080
    workers: Annotated[
        int, Meta(description="Processes that share the port; more than one needs PostgreSQL and Redis.", ge=1)
    ] = 1
    redis: Annotated[
        str | None,
        Meta(
            description="`redis://…`, `unix://…` or `redis+cluster://HOST:PORT,HOST:PORT`; `memory://` for none; "
            "embedded if not set."
        ),
    ] = None
    shards: Annotated[
        int,
        Meta(description="Parts that a tenant's counts are spread over in a cluster; a change forgets them.", ge=1),
    ] = 1
    ledger: Annotated[
        str | None,
        Meta(description="`postgresql://…` or `sqlite:///…`; a SQLite file in the data directory if not set."),
    ] = None
    nameserver: Annotated[
        tuple[str, ...], Meta(description="Resolvers to ask, HOST:PORT; the system's if not set.")
    ] = ()
    ip_databases: Annotated[
        tuple[Path, ...],
        Meta(description="MaxMind-format files (country, ASN, anonymous IP) that go before the lists that come along."),
    ] = ()
    keys_file: Annotated[
        Path | None,
        Meta(description="File of API keys, where machines share one; `keys.json` in the data directory if not set."),
    ] = None
    budget_ms: Annotated[
        int, Meta(description="The longest wait for facts, in milliseconds; what is late is unknown.", ge=1)
    ] = 250
    in_flight: Annotated[int, Meta(description="Checks at one time; more are answered 503 with Retry-After.", ge=1)] = (
        2000
    )
    batch_max_bytes: Annotated[
        int, Meta(description="The largest file that a batch over HTTP may bring, in bytes.", ge=1)
    ] = 2 * 1024**3
    default_country: Annotated[
        str | None, Meta(description="Country in which phones without + are read when the lead names none.")
    ] = None
    identity_key: Annotated[
        str | None, Meta(description="Secret that identities are hashed with; made in the data directory if not set.")
    ] = None


def descriptions() -> dict[str, str]:
    """What each option is for."""
    hints = get_type_hints(Settings, include_extras=True)
    return {name: str(hint.__metadata__[0].description) for name, hint in hints.items()}


def load(given: Mapping[str, Any], environment: Mapping[str, str] = os.environ, config: Path | None = None) -> Settings:
    """Settle the options. ``given`` are the command line's, without those that were not named.

    ``config`` is the TOML file (``FRAUDCHECK_CONFIG`` in the environment), else ``fraudcheck.toml`` in the
    data directory where there is one. Raises ValueError with a sentence that names the option at fault.
    """
    names = Settings.__struct_fields__
    from_environment = {
        name: environment[PREFIX + name.upper()] for name in names if environment.get(PREFIX + name.upper())
    }
    chosen = config or (Path(path) if (path := environment.get(PREFIX + "CONFIG")) else None)
    merged = {**from_environment, **given}
    file = chosen or Path(merged.get("data_dir") or _home()) / "fraudcheck.toml"
    from_file: dict[str, Any] = {}
    if chosen or file.exists():
        try:
            from_file = tomllib.loads(file.read_text())
        except (OSError, tomllib.TOMLDecodeError) as problem:
            raise ValueError(f"cannot read the configuration {file}: {problem}") from None
    merged = {**from_file, **merged}
    for path in ("data_dir", "keys_file"):
        if isinstance(merged.get(path), str):
            merged[path] = Path(merged[path]).expanduser()
    for several in ("nameserver", "ip_databases"):
        if isinstance(merged.get(several), str):
            merged[several] = [part.strip() for part in merged[several].split(",") if part.strip()]
    if isinstance(merged.get("ip_databases"), list):
        merged["ip_databases"] = [
            Path(path).expanduser() if isinstance(path, str) else path for path in merged["ip_databases"]
        ]
    try:
        return msgspec.convert(merged, Settings, strict=False)
    except msgspec.ValidationError as problem:
        raise ValueError(f"{problem} ({_where(problem, given, from_environment, file)})") from None


def environment(settings: Settings) -> dict[str, str]:
    """The options as another process's environment: what ``load`` makes of it is the same again."""
    given = {}
    for name in Settings.__struct_fields__:
        value = getattr(settings, name)
        if value is not None and value != ():
            given[PREFIX + name.upper()] = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return given


def _where(problem: Exception, given: Mapping[str, Any], environment: Mapping[str, str], file: Path) -> str:
    for name in Settings.__struct_fields__:
        if f"$.{name}`" in str(problem) or f"$.{name}[" in str(problem):
            if name in given:
                return f"given as --{name.replace('_', '-')}"
            if name in environment:
                return f"given as {PREFIX}{name.upper()}"
    return f"given in {file}"


def ledger_url(settings: Settings) -> str:
    """Where the records are."""
    return settings.ledger or f"sqlite:///{(settings.data_dir / 'ledger.sqlite').absolute()}"


def model_folder(settings: Settings) -> Path:
    """Where the operator's own model is, once there is one."""
    return settings.data_dir / "models" / "leads"


def list_folder(settings: Settings) -> Path:
    """Where the operator's list files are."""
    return settings.data_dir / "lists"
