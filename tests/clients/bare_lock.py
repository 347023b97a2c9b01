"""What does the lock of npm need? Versions and hashes. The rest, links to sponsors among it, is taken out."""

from __future__ import annotations

import json
from pathlib import Path

LOCK = Path(__file__).parent / "typescript" / "package-lock.json"

if __name__ == "__main__":
    lock = json.loads(LOCK.read_text("utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")
