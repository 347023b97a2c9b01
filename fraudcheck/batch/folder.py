"""What is a batch, and what stands in its folder while it is worked on?

The folder lies in ``OUT.partial`` beside the output, and goes when the output is whole. Each file in it is written
whole or not at all, from others that are whole, and has the same bytes whoever writes it: so a batch that was killed
goes on with what is there, and several processes share the work through the folder alone.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import msgspec
from msgspec import Struct

from fraudcheck.batch.writing import Style, keep


class Plan(Struct, frozen=True, kw_only=True):
    """Everything that a verdict of the batch follows from, besides the leads and the answers of the DNS.

    ``job`` names it in every verdict; ``source`` is csv, ndjson, parquet or ledger, with its ``columns`` and the
    ``mapping`` of fields to them; ``order`` and ``zone`` tell how its times are written; ``started`` is when it
    began, the time of leads that have none. ``style`` is the output's. The input is in so many ``slices`` of ``size``
    rows; the identities of a kind are counted in so many ``shares``.
    """

    job: str
    tenant: str
    policy: str
    source: str
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    order: str
    zone: str
    started: str
    style: Style
    size: int
    slices: int
    shares: int
    rows: int

    @property
    def day(self) -> str:
        """The day whose DNS and lists it is judged by."""
        return self.started[:10]


class Folder:
    """The folder of one batch, which another request does not share."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plan_file = self.path / "plan.json"

    def rows(self, number: int) -> Path:
        """A slice of the input, as it was given."""
        return self.path / f"rows-{number:05}.arrow"

    def leads(self, number: int) -> Path:
        """Its leads, read."""
        return self.path / f"leads-{number:05}.arrow"

    def seen(self, kind: str, share: int) -> Path:
        """What was seen before of identities of a kind."""
        return self.path / f"seen-{kind}-{share}.arrow"

    def model(self, name: str) -> Path:
        """A model that the ledger's leads were judged by."""
        return self.path / f"model-{name.rpartition(':')[2]}.json"

    def routes(self) -> Path:
        """What the DNS said."""
        return self.path / "routes.sqlite"

    def verdicts(self, number: int) -> Path:
        """A slice's share of the output."""
        return self.path / f"verdicts-{number:05}"

    def rejected(self, number: int) -> Path:
        """Its rows that could not be judged, as they go to the output's companion."""
        return self.path / f"rejected-{number:05}.ndjson"

    def tally(self, number: int) -> Path:
        """Its figures."""
        return self.path / f"tally-{number:05}.json"

    def plan(self) -> Plan:
        """The plan, once there is one."""
        return msgspec.json.decode(self.plan_file.read_bytes(), type=Plan)


class Partial:
    """``OUT.partial``: what is there of an output that is not whole, for one process at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._begun = path / "begun.json"

    @classmethod
    def beside(cls, out: Path) -> Partial:
        """The one in which an output is made."""
        return cls(out.absolute().with_name(out.name + ".partial"))

    @property
    def input(self) -> Path:
        """Where a pipe's content is kept."""
        return self.path / "input"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it, made where it is not. Raises ValueError where another process does."""
        self.path.mkdir(mode=0o700, exist_ok=True)
        with (self.path / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ValueError(f"another process is at work in {self.path}; wait for it or end it") from None
            yield

    @property
    def begun(self) -> bool:
        """Whether there is an earlier run's work."""
        return self._begun.exists()

    def begin(self, asked: Mapping[str, Any], now: str) -> tuple[Folder, str]:
        """Note what is asked for, and give the batch's folder and when it was begun: an earlier run's where it was
        asked for the same.

        The work of another request is thrown away: its verdicts would be others. What its orphans still write goes
        into its own folder.
        """
        with suppress(OSError, msgspec.MsgspecError):
            begun = msgspec.json.decode(self._begun.read_bytes())
            if begun["asked"] == msgspec.to_builtins(asked):
                return Folder(self.path / begun["folder"]), begun["now"]
        self._forget()
        for each in self.path.iterdir():
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
        folder = Path(mkdtemp(prefix="", dir=self.path))
        keep(self._begun, msgspec.json.encode({"asked": asked, "folder": folder.name, "now": now}))
        return Folder(folder), now

    def remove(self) -> None:
        """Throw it away."""
        self._forget()
        shutil.rmtree(self.path)

    def _forget(self) -> None:
        """First of all: what is half thrown away is nothing to go on with."""
        self._begun.unlink(missing_ok=True)
