"""Which page is a whole audit in one file? All vendors side by side, then each in full, reached by links within it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

from fraudcheck.report.audit import Overview, VendorReport
from fraudcheck.web import pages

_NAMED = re.compile(r'( id| aria-labelledby| for|href)="(#?)([\w-]+)"')
"""Names of a page's parts, and what refers to them. Text from outside has no such quotation marks: they are escaped."""


def audit(overview: Overview, vendors: Sequence[VendorReport]) -> str:
    """The page, which is to be a file."""
    anchors = {each.summary.vendor: f"vendor-{number}" for number, each in enumerate(vendors, 1)}
    side_by_side = pages.overview(overview, lambda name: f"#{anchors.get(name, 'others')}", "")
    return pages.render(
        "audit.html",
        title="The audit of all vendors",
        frame=None,
        overview=Markup(_main(side_by_side, "")),  # noqa: S704 - a page of ours
        sections=[
            {
                "anchor": anchors[each.summary.vendor],
                "name": each.summary.vendor,
                "body": Markup(_main(pages.vendor(each, None), f"{anchors[each.summary.vendor]}-")),  # noqa: S704
            }
            for each in vendors
        ],
        left_out=len([line for line in overview.vendors if line.vendor not in anchors]),
    )


def _main(page: str, prefix: str) -> str:
    """A page's main part, its names with a prefix, so that the names of several pages are different."""
    _, opened, rest = page.partition("<main")
    main, closed, _ = rest.partition(">")[2].rpartition("</main>")
    if not (opened and closed):
        raise RuntimeError("a defect in fraudcheck: a page without a main part")

    def renamed(name: re.Match[str]) -> str:
        if name[1] == "href" and not name[2]:
            return name[0]
        whose = f"{prefix}whose " if "labelledby" in name[1] else ""  # the same part of several vendors
        return f'{name[1]}="{name[2]}{whose}{prefix}{name[3]}"'

    return _NAMED.sub(renamed, main) if prefix else main
