"""Which settings did the operator choose? Command line over environment over a TOML file over the defaults."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta, Struct

PREFIX = "FRAUDCHECK_"
CODE = Path(__file__).resolve().parent.parent
"""The folder that the package lies in."""


def _default_data_dir() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "fraudcheck"


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting. Each is an option ``--NAME`` of ``serve`` (except ``identity_key``, a secret), a variable
    ``FRAUDCHECK_NAME`` in the environment (several values separated by commas), and ``name`` in the file.
    """

    data_dir: Annotated[Path, Meta(description="Where ledger, keys, spool and embedded Redis live.")] = msgspec.field(
        default_factory=_default_data_dir
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
    allowed_hosts: Annotated[
        tuple[str, ...],
        Meta(
            description="Without keys: further names by which the service may be called, as behind a proxy on this "
            "machine; loopback names and addresses always may."
        ),
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(
            description="Networks of your own proxies, such as `10.0.0.0/8`: what they say in X-Forwarded-For (else "
            "Forwarded or X-Real-IP) of a visitor's address is believed, for the tokens of forms."
        ),
    ] = ()
    budget_ms: Annotated[
        int,
        Meta(
            description="The longest wait for look-ups, and for counts, in milliseconds; what is late is unknown.", ge=1
        ),
    ] = 250
    in_flight: Annotated[
        int,
        Meta(description="Checks that are let in or wait at one time; more are answered 503 with Retry-After.", ge=1),
    ] = 2000
    connections: Annotated[
        int, Meta(description="Connections of a worker at one time; 0: by the limit of open files.", ge=0)
    ] = 0
    drain_seconds: Annotated[
        float,
        Meta(
            description="Seconds after SIGTERM for which calls are still taken, while `/readyz` says `stopping`: "
            "longer than your load balancer takes to see it.",
            ge=0,
        ),
    ] = 2.0
    limits: Annotated[
        tuple[str, ...],
        Meta(
            description="Calls that a key may make, KIND=CALLS/TIME or KIND=none, over `read=500/10 seconds`, "
            "`outcome=1000/10 seconds`, `batch=30/minute`, `check=none` (counted by each worker), for an "
            "address `wrong-key=30/minute` and `token=6000/minute`, and where no address is known for a site key "
            "`site-token=60000/minute`."
        ),
    ] = ()
    batch_max_bytes: Annotated[
        int, Meta(description="The largest file that a batch over HTTP may bring, in bytes.", ge=1)
    ] = 2 * 1024**3
    batch_max_rows: Annotated[
        int, Meta(description="The most rows, blank ones included, that a file of leads may have.", ge=1)
    ] = 5_000_000
    batch_max_unpacked_bytes: Annotated[
        int, Meta(description="The most bytes that a file of leads may have when it is unpacked.", ge=1)
    ] = 8 * 1024**3
    batch_max_seconds: Annotated[
        int, Meta(description="The longest time that a batch over HTTP may be worked on, in seconds.", ge=1)
    ] = 6 * 3600
    batch_memory_bytes: Annotated[
        int, Meta(description="The memory that each process of a batch may take, in bytes.", ge=512 * 1024**2)
    ] = 2 * 1024**3
    batch_tenant_bytes: Annotated[
        int, Meta(description="Disk that one tenant's batches over HTTP and their results may take, in bytes.", ge=1)
    ] = 20 * 1024**3
    batch_keep_days: Annotated[
        int, Meta(description="Days after which a batch over HTTP that has ended is deleted, with its results.", ge=1)
    ] = 30
    disk_reserve_bytes: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(
            description="Disk that batches leave free for ledger and spool, in bytes; a twentieth of the data "
            "directory's disk, at most 512 MiB, if not set."
        ),
    ] = None
    default_country: Annotated[
        str | None, Meta(description="Country in which phones without + are read when the lead names none.")
    ] = None
    identity_key: Annotated[
        str | None, Meta(description="Secret that identities are hashed with; made in the data directory if not set.")
    ] = None


def descriptions() -> dict[str, str]:
    """What each setting is for, by its name."""
    hints = get_type_hints(Settings, include_extras=True)
    return {name: str(hint.__metadata__[0].description) for name, hint in hints.items()}


def load(given: Mapping[str, Any], environment: Mapping[str, str] = os.environ, config: Path | None = None) -> Settings:
    """Read the settings from all places. ``given`` are the options that stand on the command line.

    The TOML file is ``config``, else the variable ``FRAUDCHECK_CONFIG``, else ``fraudcheck.toml`` in the data directory
    if it exists. Raises ValueError with a sentence that names the setting and the place of a wrong value.
    """
    names = Settings.__struct_fields__
    from_environment = {
        name: environment[PREFIX + name.upper()] for name in names if environment.get(PREFIX + name.upper())
    }
    if environment.get(PREFIX + "IDENTITY_KEY") == "":  # as a variable of a variable that is not set leaves it
        raise ValueError(f"{PREFIX}IDENTITY_KEY is empty: give it the secret, or do not set it at all")
    merged = {**from_environment, **given}
    path_in_environment = environment.get(PREFIX + "CONFIG")
    if config is not None:
        file, required = config, True
    elif path_in_environment:
        file, required = Path(path_in_environment), True
    else:
        file, required = Path(merged.get("data_dir") or _default_data_dir()) / "fraudcheck.toml", False
    from_file: dict[str, Any] = {}
    if required or file.exists():
        try:
            from_file = tomllib.loads(file.read_text())
        except (OSError, tomllib.TOMLDecodeError) as problem:
            raise ValueError(f"cannot read the configuration {file}: {problem}") from None
    merged = {**from_file, **merged}
    for name in ("data_dir", "keys_file"):
        if isinstance(merged.get(name), str):
            merged[name] = Path(merged[name]).expanduser()
    for name in ("nameserver", "ip_databases", "limits", "allowed_hosts", "trusted_proxies"):
        if isinstance(merged.get(name), str):
            merged[name] = [part.strip() for part in merged[name].split(",") if part.strip()]
    if isinstance(merged.get("ip_databases"), list):
        merged["ip_databases"] = [
            Path(path).expanduser() if isinstance(path, str) else path for path in merged["ip_databases"]
        ]
    try:
        return msgspec.convert(merged, Settings, strict=False)
    except msgspec.ValidationError as problem:
        raise ValueError(f"{problem} ({_place_of(problem, given, from_environment, file)})") from None


def environment(settings: Settings) -> dict[str, str]:
    """The settings as environment variables for another process, whose ``load`` gives the same settings again."""
    given = {}
    for name in Settings.__struct_fields__:
        value = getattr(settings, name)
        if value is not None and value != ():
            given[PREFIX + name.upper()] = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return given


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a child process: ours with the settings, so that no command line shows secrets."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return others | import_environment() | environment(settings)


def import_environment() -> dict[str, str]:
    """The variables with which another Python finds the code that this one runs, and none in its working directory."""
    found = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if Path(path).is_absolute()]
    code = str(CODE)
    if CODE.name not in ("site-packages", "dist-packages") and code not in found:  # where it is found anyway
        found.insert(0, code)
    return {"PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(found)}


def _place_of(problem: Exception, given: Mapping[str, Any], environment: Mapping[str, str], file: Path) -> str:
    """Where the wrong value stands, by the path in msgspec's message (``$.port``)."""
    for name in Settings.__struct_fields__:
        if f"$.{name}`" in str(problem) or f"$.{name}[" in str(problem):
            if name in given:
                return f"given as --{name.replace('_', '-')}"
            if name in environment:
                return f"given as {PREFIX}{name.upper()}"
    return f"given in {file}"


def ledger_url(settings: Settings) -> str:
    """The URL of the ledger's database."""
    return settings.ledger or f"sqlite:///{(settings.data_dir / 'ledger.sqlite').absolute()}"


def shown_url(url: str) -> str:
    """A URL as it may be shown: without user, password and options. Where it cannot be told apart, only its scheme."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return "***"
    if scheme.startswith("sqlite"):
        return url.partition("?")[0]
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    host = authority.rpartition("@")[2]
    place = re.split("[?#]", rest[len(authority) :], maxsplit=1)[0]
    # A password with a / ends the authority before its @, so that it would pass for host and path.
    return f"{scheme}://***" if "@" in rest[len(authority) :] else f"{scheme}://{host}{place}"


def model_folder(settings: Settings) -> Path:
    """The folder of the operator's own model; it may not exist."""
    return settings.data_dir / "models" / "leads"


def list_folder(settings: Settings) -> Path:
    """The folder of the operator's list files; it may not exist."""
    return settings.data_dir / "lists"
