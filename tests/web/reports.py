"""Reports without a process for each: the same work, at once."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from fraudcheck.operations.audit import Question, audit
from fraudcheck.web.report_process import Reports


class Here(Reports):
    """Makes them in the tests' own process."""

    async def _run(self, question):
        asked = msgspec.json.decode(question, type=Question)
        return msgspec.json.encode(await audit(self._settings, asked, datetime.now(UTC)))
