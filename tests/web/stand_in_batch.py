"""Stands in for the command in the tests of batches over HTTP. The input's first word says what is to happen."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("command")
parser.add_argument("given", type=Path)
for name in ("out", "status", "data-dir"):
    parser.add_argument(f"--{name}", type=Path)
for name in ("tenant", "dates", "timezone"):
    parser.add_argument(f"--{name}")
parser.add_argument("--map", action="append")
parser.add_argument("--keep", action="store_true")
parser.add_argument("--set", action="append")
options = parser.parse_args()

word = options.given.read_text().split()[0]
with (options.data_dir / "starts").open("a") as starts:
    starts.write(f"{options.out.parent.name}\n")
busy = (options.data_dir / "busy").open("w")
try:
    fcntl.flock(busy, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    (options.data_dir / "overlap").touch()


def say(**status):
    new = options.status.with_suffix(".new")
    new.write_text(json.dumps({"phase": "judging", "rows": 3, "rejected": 0, "problem": None} | status))
    new.replace(options.status)


partial = options.out.with_name(options.out.name + ".partial")
partial.mkdir(exist_ok=True)
(partial / "slice").touch()
if word == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    subprocess.Popen(["sleep", "600"], pass_fds=[busy.fileno()])
say(state="running", done=1, decisions={"accept": 1})
if word == "die":
    os.kill(os.getpid(), signal.SIGKILL)
if word == "crash":
    os.abort()
if word == "misused":
    sys.exit("no such option")
if word == "fail":
    say(state="failed", done=1, decisions={}, problem="there is no column of addresses: name it with map")
    sys.exit(1)
while word != "quick" and not (options.data_dir / "go").exists():
    time.sleep(0.01)
if word == "nothing":
    sys.exit(0)
told = {
    "arguments": sys.argv[1:],
    "settings": {name: value for name, value in os.environ.items() if name.startswith("FRAUDCHECK_")},
    "niceness": os.nice(0),
}
options.out.write_text(json.dumps(told) + "\n")
options.out.with_name(options.out.name + ".rejected.ndjson").write_text('{"row": 2, "problem": "no contact"}\n')
(partial / "slice").unlink()
partial.rmdir()
say(state="done", done=3, rejected=1, decisions={"accept": 2}, lost=["rows rejected: 1: no contact"])
