"""Plays the tour's month into a new data directory: ``python -m tests.docs.play FOLDER``.

`fraudcheck serve --data-dir FOLDER` and every command can then be tried on it.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from fraudcheck.settings import Settings
from tests.docs import month, tour
from tests.servers.dns import Nameserver


async def keep(folder: Path) -> None:
    """Judge the month's enquiries into ``folder``, and bring what became of them."""
    with Nameserver() as nameserver:
        nameserver.add(tour.ZONE)
        settings = Settings(data_dir=folder, redis="memory://", nameserver=(nameserver.address,))
        verdicts, _ = await tour.play(settings)
        print(f"{len(verdicts)} enquiries judged")
        print(f"outcomes: {await tour.bring_outcomes(settings, month.START, month.SECOND_REPORT)}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or Path(sys.argv[1]).exists():
        sys.exit("give a new folder: python -m tests.docs.play FOLDER")
    asyncio.run(keep(Path(sys.argv[1])))
