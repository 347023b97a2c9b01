"""Crawlers are found as the package finds them, and browsers are not called crawlers."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

from fraudcheck.adapters.lists.crawlers import crawler_matcher
from fraudcheck.ports.lists import Lists


@pytest.fixture(scope="module")
def crawlers() -> list[dict[str, object]]:
    text = resources.files("crawleruseragents").joinpath("crawler-user-agents.json").read_text("utf-8")
    entries: list[dict[str, object]] = json.loads(text)
    return entries


def test_crawlers_are_found_as_the_package_finds_them(loaded: Lists, crawlers: list[dict[str, object]]) -> None:
    patterns = [(str(entry["pattern"]), re.compile(str(entry["pattern"]))) for entry in crawlers]
    agents = [str(instance) for entry in crawlers for instance in entry["instances"]]  # type: ignore[attr-defined]
    assert len(agents) > 1000
    missed = [agent for agent in agents if loaded.crawler(agent) is None]
    assert missed == []
    for agent in agents[::29]:  # the first pattern in the package's order, exactly
        assert loaded.crawler(agent) == next(text for text, regex in patterns if regex.search(agent))


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1",
        "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
    ],
)
def test_browsers_are_no_crawlers(loaded: Lists, agent: str) -> None:
    assert loaded.crawler(agent) is None


@pytest.mark.parametrize(
    ("patterns", "agent", "found"),
    [
        (["Foo\\/", "^Bar"], "Bar Foo/1", "Foo\\/"),
        (["^Bar", "Foo\\/"], "Bar Foo/1", "^Bar"),
        (["a.b"], "axb", "a.b"),
        (["a\\.b"], "axb", None),
        (["a\\.b"], "a.b", "a\\.b"),
        (["\\d+x"], "12x", "\\d+x"),
        (["(sistrix|SISTRIX) x"], "SISTRIX x", "(sistrix|SISTRIX) x"),
    ],
)
def test_text_and_expressions_are_told_apart(patterns: list[str], agent: str, found: str | None) -> None:
    assert crawler_matcher(patterns)(agent) == found
