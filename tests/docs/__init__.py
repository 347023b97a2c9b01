"""Writes what the pages show from the code itself: ``python -m tests.docs``. A test fails where a page drifted.

A page marks what is made: ``<!-- example: NAME -->``, ``<!-- table: NAME -->`` or ``<!-- code: NAME -->`` up to
``<!-- end -->``. ``BLOCKS`` says which function makes which. A new one is a function and a row there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.clients import types
from tests.docs import buyer, examples, tables, tour
from tests.shared import ROOT

PAGES = {
    str(path.relative_to(ROOT)): path
    for path in (
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted((ROOT / "clients").glob("*/README.md")),
        ROOT / "examples" / "README.md",
        ROOT / "models" / "README.md",
        *sorted((ROOT / "models").glob("*/*.md")),
    )
}
"""Every page that people read, by its path from the project's root."""

BLOCKS: Mapping[str, Callable[[], str]] = {
    "example: start": examples.start,
    "example: call": examples.call,
    "example: check": examples.check,
    "example: sum": examples.sum_of_points,
    "example: replay": examples.replayed,
    "example: batch": examples.batch,
    "example: files": examples.files,
    "example: buyer files": buyer.files,
    "example: buyer report": buyer.report,
    "example: buyer claim": buyer.claim,
    "example: report": examples.report,
    "example: backtest": examples.backtest,
    "example: quality": examples.quality,
    "example: funnel": examples.funnel,
    "example: tour leads": tour.leads,
    "example: tour hot": tour.hot,
    "example: tour confirmation": tour.confirmation,
    "example: tour outcomes": tour.imported,
    "example: tour report": tour.report,
    "example: tour funnel": tour.funnel,
    "example: tour google": tour.google,
    "example: tour meta": tour.meta,
    "example: tour retraction": tour.retraction,
    "table: lead": tables.lead,
    "table: verdict": tables.verdict,
    "table: endpoints": tables.endpoints,
    "table: reasons": tables.reasons,
    "table: caps": tables.caps,
    "table: signals": tables.signals,
    "table: settings": tables.settings,
    "table: scopes": tables.scopes,
    "table: strangers": tables.strangers,
    "table: layers": tables.layers,
    "table: commands": tables.commands,
    "table: actions": tables.actions,
    "table: measures": tables.measures,
    "table: bands": tables.bands,
    "table: quality keys": tables.quality_keys,
    "table: not now": tables.not_now,
    "code: default policy": tables.default_policy,
    "code: python client": tables.python_client,
    "code: javascript client": tables.javascript_client,
    "code: form page": tables.form_page,
    "code: form backend": tables.form_backend,
    "code: form script": tables.form_script,
    "code: toy signal": tables.toy_signal,
    "code: toy reason": tables.toy_reason,
}

DRAWINGS: Mapping[Path, Callable[[], str]] = {
    ROOT / "docs" / "tour-kinds.svg": tour.drawing,
    types.PYTHON: types.python,
    types.JAVASCRIPT: types.typescript,
}
"""What stands in files of its own: drawings beside the pages, and the types of the clients."""

_BLOCK = re.compile(r"<!-- ((?:example|table|code): [a-z ]+) -->\n.*?<!-- end -->", re.DOTALL)


def marked(text: str) -> list[str]:
    """The names of the blocks that a page has made."""
    return _BLOCK.findall(text)


def rendered(text: str) -> str:
    """A page with its blocks made anew."""
    return _BLOCK.sub(lambda found: f"<!-- {found[1]} -->\n\n{BLOCKS[found[1]]()}\n\n<!-- end -->", text)
