"""The README says what the code does."""

from __future__ import annotations

import tomllib
from importlib.metadata import version

from fraudcheck import __version__
from fraudcheck.adapters.policy_files import default_policy
from fraudcheck.scoring.policy import load_policy
from tests.docs import README, rendered


def test_the_readme_is_what_the_code_does():
    text = README.read_text()
    assert rendered(text) == text, "run `python -m tests.docs`"


def test_the_readmes_policy_can_be_used():
    text = README.read_text().partition("```toml\n")[2].partition("```")[0]
    assert load_policy(default_policy(), tomllib.loads(text)).accept_from == 70


def test_one_version():
    assert version("fraudcheck") == __version__
