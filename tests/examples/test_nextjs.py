"""The page of the Next.js example: it sends what was typed with what the script measured, and shows no verdict."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.clients.test_clients import HERE as CLIENTS
from tests.clients.test_clients import install, run
from tests.shared import ROOT

EXPORTS = '{"type": "module", "exports": {"./*": "./*.js", ".": "./index.js"}}'
STAND_INS = {
    "react/package.json": EXPORTS,
    "react/index.js": "export const useState = (first) => globalThis.useState(first);",
    "react/jsx-runtime.js": (
        'export const Fragment = "";\nexport const jsx = (type, props) => ({ type, props });\nexport const jsxs = jsx;'
    ),
    "next/package.json": EXPORTS,
    "next/script.js": 'export default "Script";',
    "next/navigation.js": "export const useRouter = () => globalThis.useRouter();",
}
GIVEN = {"name": "Nguyễn Văn An", "email": "an.nguyen@gmail.com", "phone": "0912 840 375", "message": "40 chairs"}
THANKS = "/contact/thanks"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The page as plain JavaScript, and beside it what stands in for the packages that it imports."""
    folder = tmp_path_factory.mktemp("nextjs") / "page"
    shutil.copytree(CLIENTS / "typescript", folder)
    install(folder)
    shutil.copy(ROOT / "tests" / "examples" / "page.mjs", folder)
    page = ROOT / "examples" / "nextjs" / "app" / "contact" / "page.jsx"
    options = "--allowJs --jsx react-jsx --module esnext --target es2022 --moduleResolution bundler --noResolve"
    run(folder / "node_modules" / ".bin" / "tsc", page, *options.split(), "--outDir", folder / "out", cwd=folder)
    for name, text in STAND_INS.items():
        file = folder / "node_modules" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("scripted", "answer", "pushed", "alert"),
    [
        (True, 200, [THANKS], None),
        (False, 200, [THANKS], None),  # the script is blocked, or not there yet
        (True, 500, [], "That did not work. Please try again."),
        (True, None, [], "That did not work. Please try again."),
    ],
)
def test_the_page_sends_what_was_typed_and_measured_and_goes_on_to_thank(folder, scripted, answer, pushed, alert):
    told = json.dumps({"given": GIVEN, "scripted": scripted, "answer": answer})
    shown = subprocess.run(
        ["node", "page.mjs"],
        cwd=folder,
        env={**os.environ, "NEXT_PUBLIC_FRAUDCHECK_SITE_KEY": "site_example"},
        input=told,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    measured = {"fraudcheck": "what was measured of the form"} if scripted else {}
    assert json.loads(shown.stdout) == {
        "script": {"src": "http://127.0.0.1:8080/form.js", "data-site": "site_example"},
        "form": {"method": "post", "action": "/api/contact", "data-fraudcheck": ""},
        "posted": [["/api/contact", "POST", "application/json", {**GIVEN, **measured}]],
        "pushed": pushed,
        "prevented": True,
        "alert": alert,
    }
