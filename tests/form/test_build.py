"""Is the script in the package the one that ``form/`` builds?"""

from __future__ import annotations

import shutil

from fraudcheck.web.handlers import form_script
from tests.clients.test_clients import install, run
from tests.shared import ROOT


def test_a_build_gives_the_same_bytes_and_they_are_few(tmp_path):
    """The build checks the types as well."""
    shutil.copytree(ROOT / "form", tmp_path / "form", ignore=shutil.ignore_patterns("node_modules"))
    static = tmp_path / "fraudcheck" / "web" / "static"
    shutil.copytree(form_script.STATIC, static)
    shutil.copy(ROOT / "fraudcheck" / "__init__.py", tmp_path / "fraudcheck")
    newest = static / f"form.{form_script.hashes()[0]}.js"
    newest.write_bytes(b"")
    install(tmp_path / "form")
    run("npm", "run", "build", cwd=tmp_path / "form")
    assert {path.name: path.read_bytes() for path in static.iterdir()} == {
        path.name: path.read_bytes() for path in form_script.STATIC.iterdir()
    }
    run("npm", "run", "size", cwd=tmp_path / "form")


def test_what_was_released_stays_when_another_is_built(tmp_path):
    shutil.copytree(ROOT / "form", tmp_path / "form", ignore=shutil.ignore_patterns("node_modules"))
    static = tmp_path / "fraudcheck" / "web" / "static"
    shutil.copytree(form_script.STATIC, static)
    (tmp_path / "fraudcheck" / "__init__.py").write_text('__version__ = "99.0.0"\n')
    install(tmp_path / "form")
    source = tmp_path / "form" / "form.ts"
    for patience in ("9_000", "8_000"):
        text = (ROOT / "form" / "form.ts").read_text("utf-8")
        source.write_text(text.replace("PATIENCE = 10_000", f"PATIENCE = {patience}"), "utf-8")
        run("npm", "run", "build", cwd=tmp_path / "form")
        newest, *older = (static / "form.txt").read_text().splitlines()
        assert newest.endswith(" 99.0.0")
        assert older == (form_script.STATIC / "form.txt").read_text().splitlines()
        assert {path.name for path in static.glob("form.*.js")} == {
            f"form.{line.split()[0]}.js" for line in (newest, *older)
        }
