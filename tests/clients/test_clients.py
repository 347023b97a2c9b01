"""Clients that others' programs make from the OpenAPI document call the service, and read its answers by name and type.

What a caller would write is in ``call.py`` and ``typescript/call.ts``. Both print what they read, as JSON.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fraudcheck.web import openapi
from tests.clients.bare_lock import LOCKS
from tests.servers.dns import Nameserver
from tests.shared import ROOT
from tests.test_service import Running

HERE = Path(__file__).parent
PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
READ = {
    "decision": "reject",
    "trust_score": 1,
    "score_range": [1, 1],
    "sum": True,
    "codes": ["EMAIL_DISPOSABLE", "EMAIL_LOCAL_RANDOM"],
    "phone": "+84912840375",
    "suggested": None,
    "same": True,
    "problem": [422, ["email", "phone"]],
    "kept": ["acme", 63, {"shirt_size": "M"}, None, False],
    "pages": [False, True],
    "rejected": ["crm-123"],
    "outcomes": [["returned", "invalid_phone"]],
    "vendors": ["", "acme"],
    "visits": 100,
    "report": ["acme", 1, "spring", None],
    "catalogue": "invalid_email",
    "batch": ["done", 2, 1, True],
    "results": ["r1"],
    "unread": [2],
}


def told(program):
    """How the page on the API tells the reader to run a program, as its arguments."""
    (line,) = re.findall(rf"^\$ (?:npx )?{program} (.*openapi\.json.*)", PAGE, re.MULTILINE)
    return line.split()


def snippet(language, url):
    """The page's example in a language, which calls the service at an address and prints what came of it."""
    (code,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return (
        code.replace("http://127.0.0.1:8080", url)
        + {
            "python": "print(accepted)\n",
            "typescript": "console.log(accepted, error);\n",
        }[language]
    )


def run(*command, cwd, **env):
    """What a command prints. Where it fails, the test does, with all that it said."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def write_document(folder):
    (folder / "openapi.json").write_text(json.dumps(openapi.document()), "utf-8")


@pytest.fixture
def url(tmp_path):
    with Nameserver() as nameserver:
        service = Running(tmp_path / "data", "--nameserver", nameserver.address)
        yield service.url
        service.stop()


def test_a_python_client(tmp_path, url):
    write_document(tmp_path)
    with_ruff = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    run(sys.executable, "-m", "openapi_python_client", *told("openapi-python-client"), cwd=tmp_path, **with_ruff)
    shutil.copy(HERE / "call.py", tmp_path)
    (tmp_path / "page.py").write_text(snippet("python", url), "utf-8")
    ours = ("call.py", "page.py", "fraudcheck_api/models", "fraudcheck_api/api")  # what follows from the document
    mypy = ("--strict", "--follow-imports", "silent", "--cache-dir", "mypy")
    run(sys.executable, "-m", "mypy", *mypy, *ours, cwd=tmp_path)
    # Said where it lies: a batch in the tests' own process may have closed the working directory to imports.
    here = {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    said = run(sys.executable, "call.py", url, cwd=tmp_path, **here)
    assert json.loads(said) == READ | {"submitted": "2026-11-23T02:30:00+00:00"}
    assert run(sys.executable, "page.py", cwd=tmp_path, **here) == "True\n"


def install(folder):
    """What stands in the lock file of npm. Where that cannot be, the test is skipped, but never where ``CI`` is set."""
    try:
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
    except (FileNotFoundError, AssertionError) as problem:
        if "CI" in os.environ:
            raise
        pytest.skip(f"needs npm (of Node.js 20 or newer) and its registry: {problem}")


def test_a_typescript_client(tmp_path, url):
    folder = tmp_path / "typescript"
    shutil.copytree(HERE / "typescript", folder)
    write_document(folder)
    install(folder)
    programs = folder / "node_modules" / ".bin"
    run(programs / "openapi-typescript", *told("openapi-typescript"), cwd=folder)
    (folder / "page.ts").write_text(snippet("typescript", url), "utf-8")
    run(programs / "tsc", cwd=folder)
    said = run("node", "call.js", url, cwd=folder)
    assert json.loads(said) == READ | {"submitted": "2026-11-23T02:30:00.000Z"}
    assert run("node", "page.js", cwd=folder) == "true undefined\n"


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.parent.name)
def test_the_locks_of_npm_have_versions_and_hashes_and_no_host(file):
    lock = json.loads(file.read_text("utf-8"))
    installed = [package for name, package in lock["packages"].items() if name]
    assert installed
    assert all(package["version"] and package["integrity"].startswith("sha512-") for package in installed)
    assert "://" not in json.dumps(lock)
    assert "omit-lockfile-registry-resolved=true" in (file.parent / ".npmrc").read_text("utf-8")
