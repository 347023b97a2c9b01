"""``python -m fraudcheck`` is ``fraudcheck``."""

import sys

from fraudcheck.cli import main

sys.exit(main())
