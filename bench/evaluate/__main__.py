"""How good is each signal on openly available data? ``python -m bench.evaluate [PART …] [FILE …]``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import bench.evaluate


def main() -> int:
    """Print the reports of the parts that are named, or of all, on the files that are named. Returns the exit code."""
    parts = sorted(module.name for module in iter_modules(bench.evaluate.__path__) if not module.name.startswith("_"))
    files = [argument for argument in sys.argv[1:] if argument not in parts and Path(argument).is_file()]
    chosen = [argument for argument in sys.argv[1:] if argument not in files] or parts
    if unknown := set(chosen).difference(parts):
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}", file=sys.stderr)
        return 2
    for part in chosen:
        print(f"== {part.replace('_', ' ')}\n")
        for line in import_module(f"bench.evaluate.{part}").report(*files):
            print(line, flush=True)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
