"""How is a machine's clock moved for the service alone? ``python -m bench.soak.service CLOCK serve …`` runs it.

The file CLOCK holds the seconds that are added to its wall clock; it is looked at for every check.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from fraudcheck import wiring
from fraudcheck.cli.main import main


def shift(file: Path) -> None:
    """Let the service's clock be off by as much as the file says."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=float(file.read_text() or 0))

    wiring.datetime = Shifted  # type: ignore[misc]


if __name__ == "__main__":
    shift(Path(sys.argv[1]))
    sys.exit(main(sys.argv[2:]))
