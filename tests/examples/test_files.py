"""What stands in the examples' files: the form of exports, and neither real keys nor others' hosts."""

from __future__ import annotations

import json
import re

import pytest

from fraudcheck.fields.form_token import is_ours
from tests.shared import ROOT

EXAMPLES = ROOT / "examples"
FILES = [path for path in sorted(EXAMPLES.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
OURS = {"127.0.0.1:5000", "127.0.0.1:8000", "127.0.0.1:8080", "checks.example.com", "www.example.com"}


def test_every_example_is_on_the_page():
    page = (EXAMPLES / "README.md").read_text("utf-8")
    shown = {target.partition("/")[0] for target in re.findall(r"\]\((\w[\w./-]+)\)", page)}
    assert shown == {folder.name for folder in EXAMPLES.iterdir() if folder.is_dir()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(EXAMPLES)))
def test_no_file_has_a_key_or_loads_from_elsewhere(path):
    text = path.read_text("utf-8")
    assert set(re.findall(r"https?://([^/\s\"'`<>$,]+)", text)) <= OURS
    assert not re.search(r"\b(?:fc|site)_[0-9A-Za-z]{8,}", text)
    assert not any(is_ours(word) for word in re.findall(r"fc1[\w.-]+", text))


def test_the_workflow_of_n8n_has_the_form_of_an_export():
    workflow = json.loads((EXAMPLES / "n8n" / "workflow.json").read_text("utf-8"))
    assert {"name", "nodes", "connections", "settings", "active", "pinData"} <= set(workflow)
    names = [node["name"] for node in workflow["nodes"]]
    assert len({*names}) == len({node["id"] for node in workflow["nodes"]}) == len(names)
    for node in workflow["nodes"]:
        assert {"parameters", "id", "name", "type", "typeVersion", "position"} <= set(node)
        assert node["type"].startswith("n8n-nodes-base.")
        assert "credentials" not in node  # an id of one's own installation
    led = [target for each in workflow["connections"].values() for output in each["main"] for target in output]
    assert set(workflow["connections"]) <= set(names)
    assert {target["node"] for target in led} == set(names) - {"Form"}
    assert all((target["type"], target["index"]) == ("main", 0) for target in led)


def test_the_blueprint_of_make_has_the_form_of_an_export():
    blueprint = json.loads((EXAMPLES / "make" / "blueprint.json").read_text("utf-8"))
    assert set(blueprint) == {"name", "flow", "metadata"}
    assert blueprint["metadata"]["instant"]
    modules = [each for module in blueprint["flow"] for each in (module, *module.get("onerror", ()))]
    assert len({module["id"] for module in modules}) == len(modules)
    for module in modules:
        assert {"id", "module", "version", "parameters", "mapper", "metadata"} <= set(module)
        assert set(module["metadata"]["designer"]) == {"x", "y", "name"}
        assert not {"__IMTCONN__", "hook"} & set(module["parameters"])  # ids of one's own account
    earlier = set(re.findall(r"\{\{(?:ifempty\()?(\d+)\.", json.dumps(blueprint)))
    assert earlier == {"1", "2"}
