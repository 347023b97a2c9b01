"""One browser for the pages of a module."""

from __future__ import annotations

import pytest_asyncio

from tests.form.pages import running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with running() as started:
        yield started
