"""What do the locks of npm need? Versions and hashes. The rest, links to sponsors among it, is taken out."""

from __future__ import annotations

import json
from pathlib import Path

LOCKS = (
    Path(__file__).parent / "typescript" / "package-lock.json",
    Path(__file__).parents[2] / "form" / "package-lock.json",
)

if __name__ == "__main__":
    for file in LOCKS:
        lock = json.loads(file.read_text("utf-8"))
        for package in lock["packages"].values():
            package.pop("funding", None)
        file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")
