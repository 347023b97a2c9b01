"""The README says what the code does."""

from __future__ import annotations

import tomllib

from fraudcheck import scoring
from fraudcheck.pipeline import SERVICE_VERSION
from fraudcheck.wiring import default_policy
from tests.docs import README, rendered

PROJECT = README.with_name("pyproject.toml")


def test_the_readme_is_what_the_code_does():
    text = README.read_text()
    assert rendered(text) == text, "run `python -m tests.docs`"


def test_the_readmes_policy_can_be_used():
    text = README.read_text().partition("```toml\n")[2].partition("```")[0]
    assert scoring.load(default_policy(), tomllib.loads(text)).accept_from == 70


def test_one_version():
    assert tomllib.loads(PROJECT.read_text())["project"]["version"] == SERVICE_VERSION
