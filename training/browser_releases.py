"""Which browser versions were released?

``python -m training.browser_releases FOLDER`` writes ``fraudcheck/data/browser_releases.toml``. It reads the unpacked
npm packages ``@mdn/browser-compat-data`` (CC0) in ``FOLDER/mdn`` and ``electron-to-chromium`` (ISC) in
``FOLDER/electron``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "fraudcheck" / "data" / "browser_releases.toml"
# The branches of Chrome 1 to 38, from before Electron, as the release notes give them.
_FIRST_BUILDS = (
    *(154, 172, 195, 249, 375, 472, 517, 552, 597, 648, 696, 742, 782, 835, 874, 912, 963, 1025, 1084),
    *(1132, 1180, 1229, 1271, 1312, 1364, 1410, 1453, 1500, 1547, 1599, 1650, 1700, 1750, 1847, 1916, 1985, 2062, 2125),
)


def main(folder: Path) -> None:
    """Read both packages and write the file."""
    compat = json.loads((folder / "mdn" / "package" / "data.json").read_text())
    chromium = json.loads((folder / "electron" / "package" / "full-chromium-versions.json").read_text())
    electron = json.loads((folder / "electron" / "package" / "package.json").read_text())["version"]
    browsers, version = compat["browsers"], compat["__meta"]["version"]
    lines = [
        "# Written by training/browser_releases.py; do not edit.",
        "[about]",
        f'source = "@mdn/browser-compat-data {version} (CC0-1.0), electron-to-chromium {electron} (ISC)"',
        f'version = "{version}"',
        f'date = "{compat["__meta"]["timestamp"][:10]}"',
        "",
        "[latest] # the highest major that the sources name, nightly ones included",
        *(f"{name} = {max(_majors(browsers[name]))}" for name in ("chrome", "firefox", "safari")),
        "",
        "[chrome] # the last build (x.0.BUILD.z) that is known of each major",
        *(f"{major} = {build}" for major, build in sorted(_builds(chromium).items())),
        "",
        "[ios] # the lowest and highest WebKit major that each major of iOS came with",
        *(f"{major} = {list(span)}" for major, span in sorted(_webkit(browsers["safari_ios"]).items())),
        "",
        "[safari] # the same for Safari on a Mac",
        *(f"{major} = {list(span)}" for major, span in sorted(_webkit(browsers["safari"]).items())),
    ]
    _FILE.write_text("\n".join(lines) + "\n")


def _majors(browser: dict[str, Any]) -> set[int]:
    return {int(version.split(".")[0]) for version in browser["releases"] if version.split(".")[0].isdecimal()}


def _builds(chromium: dict[str, Any]) -> dict[int, int]:
    builds = dict(enumerate(_FIRST_BUILDS, 1))
    for full in chromium:
        major, _, build, _ = map(int, full.split("."))
        builds[major] = max(build, builds.get(major, 0))
    return builds


def _webkit(browser: dict[str, Any]) -> dict[int, tuple[int, int]]:
    """The lowest and the highest WebKit major of each major version."""
    spans: dict[int, tuple[int, int]] = {}
    for version, release in browser["releases"].items():
        major, engine = int(version.split(".")[0]), int(release["engine_version"].split(".")[0])
        low, high = spans.get(major, (engine, engine))
        spans[major] = (min(low, engine), max(high, engine))
    return spans


if __name__ == "__main__":
    main(Path(sys.argv[1]))
