"""``python -m fraudcheck`` is ``fraudcheck``."""

import sys

from fraudcheck.cli.main import main

sys.exit(main())
