"""Do the links of the pages lead somewhere, on a code host and on the site alike?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def prose(text: str) -> str:
    """A page without its fenced code."""
    return _FENCED.sub("", text)


def relative_links(text: str) -> Iterator[str]:
    """Every link that does not leave the repository."""
    for target in _LINK.findall(re.sub(r"`[^`\n]*`", "", prose(text))):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(text: str) -> set[str]:
    """The headings' anchors that a code host and the site agree on."""
    headings = [re.sub(r"[`*]", "", heading) for heading in _HEADING.findall(prose(text))]
    return {_on_a_code_host(heading) for heading in headings} & {_on_the_site(heading) for heading in headings}


def _on_a_code_host(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _on_the_site(heading: str) -> str:
    """As Python-Markdown's ``toc.slugify`` does."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def broken(page: Path) -> list[str]:
    """The page's links that lead nowhere."""
    wrong = []
    for link in relative_links(page.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        target = page if not path else page.parent / path
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            wrong.append(link)
    return wrong
