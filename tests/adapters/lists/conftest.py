"""The lists, loaded once for all tests here."""

from __future__ import annotations

import pytest

from fraudcheck.adapters.lists import shipped
from fraudcheck.ports.lists import Lists


@pytest.fixture(scope="session")
def loaded() -> Lists:
    return shipped.load_lists()
