"""Labelled cases that lie beside the project hold, as the project's own command judges them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

from tests.shared import ROOT, shared


def test_every_case_holds(tmp_path):
    """By the judge that lies with them: it runs the command for each, with a name server where all mail arrives."""
    cases, judge = shared("data/cases/cases.jsonl"), shared("data/cases/run.py")
    command = tmp_path / "fraudcheck"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m fraudcheck "$@"\n', "utf-8")
    command.chmod(0o700)
    judged = subprocess.run(
        [sys.executable, judge, "--fraudcheck", command, cases],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "PYTHONPATH": f"{ROOT}"},
    )
    short = re.findall("^short .*$", judged.stdout, re.MULTILINE)
    assert short == []
    held = re.search("^([0-9]+) of ([0-9]+) cases hold$", judged.stdout, re.MULTILINE)
    assert held, judged.stderr
    assert held[1] == held[2] != "0"
    assert judged.returncode == 0
