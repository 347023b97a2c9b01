"""Which signals there are, and what a new one takes: one file and its rows of reasons."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fraudcheck.reasons import CATALOGUE
from fraudcheck.signals.registry import SIGNALS
from tests.shared import ROOT

FOLDER = ROOT / "fraudcheck" / "signals"
NOT_SIGNALS = {"__init__", "registry"}

TOY = '''
"""Is the company's name all in capitals? A toy, to show what a new signal takes."""

from __future__ import annotations

from typing import TypedDict

from fraudcheck.ports import Ports
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal


class CapitalsFacts(TypedDict, total=False):
    v: int
    capitals: bool


def gather(subject: Subject, ports: Ports) -> Facts | None:
    company = subject.lead.company
    return {"v": 1, "capitals": company.isupper()} if company else None


def judge(lead: Lead, facts: CapitalsFacts) -> list[Finding]:
    return [Finding("COMPANY_IN_CAPITALS", {"seen": True})] if facts["capitals"] else []


SIGNAL = Signal(
    name="capitals",
    order=75,
    about="the company's name",
    facts=CapitalsFacts,
    looks_at="the company's name",
    cannot_know="why it is written so",
    gather=gather,
    judge=judge,
)
'''
ROW = """
    Reason(code="COMPANY_IN_CAPITALS", group="company", check="capitals", points=-1.0, since="0.5.0",
           text="The company's name is all in capitals."),
"""


def test_the_order_of_verdicts():
    assert [signal.name for signal in SIGNALS] == [
        "email",
        "email_mx",
        "phone",
        "network",
        "form",
        "form_token",
        "completeness",
        "user_agent",
        "identity",
        "test_lead",
        "content",
        "enquiry",
        "velocity",
        "cluster",
        "vendor",
        "history",
        "confirmation",
    ]


def test_a_signals_name_is_its_files():
    assert {signal.name for signal in SIGNALS} == {path.stem for path in FOLDER.glob("*.py")} - NOT_SIGNALS


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_a_signal_says_its_own_codes_and_all_of_them(signal):
    """The codes in its file are those of the catalogue whose check it is; retired ones may stand elsewhere."""
    retired = {code for code in signal.reasons if CATALOGUE[code].retired}
    assert codes_in(FOLDER / f"{signal.name}.py") - retired == signal.reasons - retired


def test_retired_codes_of_groups_stand_where_facts_of_version_1_are_judged():
    [cluster] = [signal for signal in SIGNALS if signal.name == "cluster"]
    retired = {code for code in cluster.reasons if CATALOGUE[code].retired}
    assert retired == {"CLUSTER_DEVICE_BRIEF", "CLUSTER_NETWORK"}
    assert retired <= codes_in(ROOT / "fraudcheck" / "anomaly" / "cohorts_1.py") <= cluster.reasons


def codes_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in CATALOGUE}


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_a_signal_finds_its_facts_out_in_one_way(signal):
    assert sum(way is not None for way in (signal.gather, signal.look_up, signal.from_counts)) == 1


@pytest.mark.parametrize("path", sorted((ROOT / "tests/scenarios").glob("*.json")), ids=lambda path: path.stem)
def test_facts_hold_what_their_signal_declares(path):
    """Scenarios keep the facts of every version."""
    facts = json.loads(path.read_text("utf-8"))["facts"]
    declared = {signal.name: set(signal.facts.__annotations__) for signal in SIGNALS}
    declared["form"] |= declared["user_agent"]  # which records of 0.1 keep under ``form``
    for name, found in facts.items():
        assert set(found or {}) - {"unknown"} <= declared[name], name


def test_a_new_signal_is_one_file_and_its_reasons(tmp_path: Path):
    """In a copy of the package: it is judged, explained, kept, replayed and listed, and nobody else has changed."""
    package = tmp_path / "fraudcheck"
    shutil.copytree(ROOT / "fraudcheck", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "models", package / "models")
    (package / "signals" / "capitals.py").write_text(TOY)
    reasons = package / "reasons.py"
    first, row, rest = reasons.read_text().partition("_ALL = (\n")
    first = first.replace(
        '"vendor": 6.0,\n', '"vendor": 6.0,\n    "company": 1.0,\n'
    )  # a group of its own, with its cap
    reasons.write_text(first + row + ROW + rest)

    script = """
import asyncio, json, sys
from pathlib import Path
from fraudcheck import wiring
from fraudcheck.operations.replay import replay, replay_text
from fraudcheck.settings import Settings

async def main():
    settings = Settings(data_dir=Path(sys.argv[1]), redis="memory://", nameserver=("127.0.0.1:1",))
    async with wiring.service(settings) as service:
        lead = {"phone": "+84912840375", "company": "ACME"}
        verdict = await service.pipeline.check(await service.tenant("default"), json.dumps(lead).encode())
        again = await replay(service.ledger, "default", verdict.check_id)
        print(json.dumps([[reason.code, reason.points] for reason in verdict.reasons]))
        print(replay_text(again)[-1])

asyncio.run(main())
"""

    def run(*command: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.splitlines()

    judged, replayed = run("-c", script, str(tmp_path / "data"))
    assert json.loads(judged) == [["PHONE_VALID", 1.0], ["COMPANY_IN_CAPITALS", -1.0]]
    assert replayed.startswith("identical when judged again")
    assert any(line.startswith("COMPANY_IN_CAPITALS") for line in run("-m", "fraudcheck", "reasons"))
