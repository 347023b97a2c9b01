"""How are people's mailboxes and browsers spread over the world? The tables of ``models/habits``."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib import resources

from fraudcheck.fields.browser.shares import FOUR_WEEKS, BrowserShares, browser_share
from fraudcheck.fields.email.scheme import usual_share


def habits() -> tuple[str, Callable[[str], float], Callable[[str, str | None, int], float]]:
    """The version of the tables, and the two functions ``scheme_share`` and ``browser_share`` of ``ports.lists.Lists``.

    Raises ValueError when the files are not those of their manifest.
    """
    folder = resources.files("fraudcheck.models").joinpath("habits")
    manifest = json.loads(folder.joinpath("manifest.json").read_bytes())
    bodies = {name: folder.joinpath(name).read_bytes() for name in manifest["files"]}
    if any(hashlib.sha256(bodies[name]).hexdigest() != digest for name, digest in manifest["files"].items()):
        raise ValueError("models/habits holds other files than its manifest describes: make it again")
    tables = {name: tomllib.loads(body.decode()) for name, body in bodies.items()}
    mailboxes, browsers = tables["mailboxes.toml"], tables["browsers.toml"]
    people = mailboxes["about"]["people"]
    shares = {scheme: count / people for scheme, count in mailboxes["schemes"].items()}
    usage = BrowserShares(
        versions={
            family: {int(version): share for version, share in versions.items()}
            for family, versions in browsers["versions"].items()
        },
        countries=browsers["countries"],
        four_weeks=int(datetime.fromisoformat(manifest["version"]).replace(tzinfo=UTC).timestamp() // FOUR_WEEKS),
    )
    return manifest["version"], partial(usual_share, shares=shares), _cached(usage)


def _cached(usage: BrowserShares) -> Callable[[str, str | None, int], float]:
    return lru_cache(maxsize=4096)(partial(browser_share, shares=usage))
