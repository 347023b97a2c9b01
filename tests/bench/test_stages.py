"""The price list names every stage of a check, beside its yardstick."""

from __future__ import annotations

import sys

from bench import stages
from fraudcheck.signals.registry import SIGNALS


def test_each_stage_has_its_price(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["bench.stages", "--leads", "20", "--rounds", "1"])
    stages.main()
    printed = capsys.readouterr().out
    at_once = [f"gather {signal.name}" for signal in SIGNALS if signal.gather]
    for stage in ("whole check", "intake", "gather", "judge", "seal", *at_once):
        assert f"\n{stage} " in printed
    assert "a call of a small Python function" in printed
