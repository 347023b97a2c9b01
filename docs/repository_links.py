"""How do the pages' links into the repository work on the site? A hook of mkdocs.

On a code host ``../CONTRIBUTING.md`` leads from ``docs/`` to the repository's file. For the site that file becomes a
page (or, if it is no Markdown, a copy) under ``repository/``, and so do the files that it links to. A page that loads
anything from another host fails the build.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
_LINK = re.compile(r"(?<=\]\()(?!https?:|#)([^)\s#]+)")
_LOADED = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=\"?(?:https?:)?//[^\"> ]+[^>]*>")


def on_files(files: Files, config: Any) -> Files:
    """Add every file of the repository that a page links to."""
    waiting = [f"docs/{file.src_uri}" for file in files if file.is_documentation_page()]
    seen = set(waiting)
    while waiting:
        page = waiting.pop()
        for link in _LINK.findall((ROOT / page).read_text("utf-8")):
            target = _target(page, link)
            if target in seen or target.startswith(("docs/", "../")) or not (ROOT / target).is_file():
                continue
            seen.add(target)
            files.append(File.generated(config, _on_site(target), abs_src_path=str(ROOT / target)))
            if target.endswith(".md"):
                waiting.append(target)
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turn links between files of the repository into links between pages of the site."""
    uri = page.file.src_uri
    here = uri.removeprefix("repository/") if uri.startswith("repository/") else f"docs/{uri}"

    def on_site(link: re.Match[str]) -> str:
        target = _target(here, link[1])
        return posixpath.relpath(_on_site(target), posixpath.dirname(uri) or ".")

    return _LINK.sub(on_site, markdown)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Refuse a page that loads something from another host."""
    if loaded := _LOADED.search(output):
        raise PluginError(f"{page.file.src_uri} loads from another host: {loaded[0]}")
    return output


def _target(page: str, link: str) -> str:
    """The file of the repository that a page's link leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), link))


def _on_site(target: str) -> str:
    """Where on the site a file of the repository is. Browsers show what ends in .txt."""
    if target.startswith("docs/"):
        return target.removeprefix("docs/")
    return f"repository/{target}" if posixpath.splitext(target)[1] == ".md" else f"repository/{target}.txt"
