"""Nothing is imported from the directory that a service happens to be started in: anybody may put files there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from fraudcheck.settings import CODE, Settings, child_environment
from fraudcheck.web import batch_child, report_process

TRAP = "open('sprung', 'w').close()\n"


@pytest.fixture
def trapped(tmp_path, monkeypatch):
    """A working directory with traps for whoever imports from it."""
    folder = tmp_path / "uploads"
    (folder / "fraudcheck" / "web").mkdir(parents=True)
    package = ("__init__.py", "__main__.py", "web/__init__.py", "web/report_process.py")
    for name in (
        *[f"fraudcheck/{part}" for part in package],
        "multiprocessing.py",
        "msgspec.py",
        "daft.py",
        "uvloop.py",
    ):
        (folder / name).write_text(TRAP)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("path", [str(CODE), "", f"{CODE}{os.pathsep}", f".{os.pathsep}{CODE}"])
@pytest.mark.parametrize("command", [(*batch_child.COMMAND, "--version"), report_process.COMMAND])
def test_a_child_is_the_same_program(trapped, tmp_path, monkeypatch, command, path):
    monkeypatch.setenv("PYTHONPATH", path)
    child = subprocess.run(
        command,
        env=child_environment(Settings(data_dir=tmp_path)),
        input=b"",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (trapped / "fraudcheck").exists()
    assert not (trapped / "sprung").exists()
    assert (b"fraudcheck" in child.stdout) if "--version" in command else (b"MsgspecError" not in child.stdout)


def test_a_batchs_processes(trapped, tmp_path, nameserver):
    given = tmp_path / "leads.csv"
    given.write_text("email,phone\n" + "an@gmail.com,+84912840375\n" * 4)
    program = "import sys; from fraudcheck.cli.main import main; sys.exit(main())"
    words = ["batch", str(given), "--out", str(tmp_path / "out.csv"), "--processes", "2",
             "--data-dir", str(tmp_path / "data"), "--nameserver", nameserver.address]  # fmt: skip
    child = subprocess.run(
        [sys.executable, "-P", "-c", program, *words],
        env=os.environ | {"PYTHONPATH": str(CODE)},
        timeout=120,
        check=False,
    )
    assert child.returncode == 0
    assert not (trapped / "sprung").exists()


def test_the_command_itself_as_a_module_of_an_installed_package(trapped):
    """With ``-m`` Python looks into the working directory first; what is imported later is not looked for there."""
    (trapped / "fraudcheck" / "__main__.py").unlink()
    for path in (trapped / "fraudcheck").rglob("*.py"):
        path.unlink()
    for name in ("web", ""):
        (trapped / "fraudcheck" / name).rmdir()
    child = subprocess.run(
        [sys.executable, "-m", "fraudcheck", "--version"],
        env=os.environ | {"PYTHONPATH": str(CODE)},
        timeout=60,
        check=False,
    )
    assert child.returncode == 0
    assert not (trapped / "sprung").exists()
