"""The soak's callers and faults do what its table says they do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bench.soak import callers, service
from bench.soak.__main__ import PHASES
from bench.soak.callers import Callers
from fraudcheck import wiring


async def test_calls_of_all_kinds_are_sent_and_each_is_noted_once(client, monkeypatch):
    monkeypatch.setattr(callers, "PATIENCE", 20.0)
    for kind in ("_HOSTILE", "_READING", "_REPEATED", "_FARMED"):
        monkeypatch.setattr(callers, kind, 0.2)
    some = Callers(client.port, 7)
    tally = await some.run(rate=40, seconds=2)
    some.close()
    assert not tally.failed
    assert tally.sent > 40
    assert 0 < len(tally.given) == len(tally.latencies) <= tally.sent
    assert set(tally.farmed) <= set(tally.given)
    assert tally.quantile(0.5) <= tally.quantile(0.99)


async def test_a_caller_who_gets_no_answer_in_time_is_noted(client, monkeypatch):
    monkeypatch.setattr(callers, "PATIENCE", 0.0)
    some = Callers(client.port, 7)
    tally = await some.run(rate=40, seconds=0.5)
    some.close()
    assert sum(tally.failed.values()) == tally.sent


def test_the_clock_is_moved_for_the_service_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(wiring, "datetime", wiring.datetime)
    file = tmp_path / "clock"
    file.write_text("3600")
    service.shift(file)
    assert wiring.datetime.now(UTC) - datetime.now(UTC) > timedelta(minutes=59)
    file.write_text("0")
    assert wiring.datetime.now(UTC) - datetime.now(UTC) < timedelta(minutes=1)


def test_a_round_has_quiet_and_overload_and_every_fault():
    assert {load for _, load, _ in PHASES} == {0.8, 3.0}
    assert len({fault for _, _, fault in PHASES}) == 7
