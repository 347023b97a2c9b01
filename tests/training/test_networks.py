"""The table of networks that ships is the one that its sources give."""

from __future__ import annotations

import json
from importlib import metadata

import pytest

from training.networks import registries, table


def test_the_table_is_what_its_sources_give() -> None:
    sources = json.loads((table.MODEL / "manifest.json").read_text())["sources"]
    assert {"iptocc": metadata.version("iptocc")}.items() <= {
        source.get("package"): source.get("version") for source in sources
    }.items()
    assert table.build() == (table.MODEL / "networks.bin").read_bytes()


def test_a_package_that_was_misread_is_found_out() -> None:
    with pytest.raises(ValueError, match=r"misread: 3 addresses, the first of them 8\.8\.8\.7"):
        registries._compare(4, [(0x08080808, 0x08080808, "VN")])
