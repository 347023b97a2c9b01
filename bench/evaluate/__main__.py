"""How good is each signal on openly available data? ``python -m bench.evaluate [PART …]``."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

import bench.evaluate


def main() -> int:
    """Print the report of each part that is named, or of all parts. Returns the exit code."""
    parts = sorted(module.name for module in iter_modules(bench.evaluate.__path__) if not module.name.startswith("_"))
    chosen = sys.argv[1:] or parts
    if unknown := set(chosen).difference(parts):
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}", file=sys.stderr)
        return 2
    for part in chosen:
        print(f"== {part.replace('_', ' ')}\n")
        for line in import_module(f"bench.evaluate.{part}").report():
            print(line, flush=True)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
