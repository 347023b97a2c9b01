"""``python -m fraudcheck`` is ``fraudcheck``, and imports nothing that lies in the working directory by chance."""

import sys
from pathlib import Path

if sys.path and sys.path[0] == str(Path.cwd()) and not Path(__file__).resolve().is_relative_to(Path.cwd()):
    del sys.path[0]  # before the other imports

from fraudcheck.cli.main import main

sys.exit(main())
