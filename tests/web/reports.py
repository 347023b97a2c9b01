"""Reports that are made in the tests' own process, which is quicker than a child for each."""

from __future__ import annotations

from datetime import UTC, datetime

from fraudcheck.web.report_process import Reports, make


class ReportsInProcess(Reports):
    """Makes each report at once, without a child process."""

    async def _run(self, question):
        return await make(self._settings, question, datetime.now(UTC))
