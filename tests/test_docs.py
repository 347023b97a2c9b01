"""The pages say what the code does: tables, examples, commands, calls, codes, snippets and links."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from importlib.metadata import version
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from fraudcheck import __version__, records
from fraudcheck.adapters.tenant_files import default_policy
from fraudcheck.cli import main
from fraudcheck.fields.competitors import load_competitors
from fraudcheck.intake.forms.registry import PLATFORMS
from fraudcheck.intake.lead import read_lead
from fraudcheck.intake.lead_fields import LEAD_FIELDS
from fraudcheck.reasons import CATALOGUE
from fraudcheck.report import returns
from fraudcheck.scoring.policy import load_policy
from fraudcheck.settings import PREFIX, Settings
from fraudcheck.web import openapi
from fraudcheck.worth.funnel import DEFAULT, STANDARD, load_funnel
from fraudcheck.worth.quality import load_quality
from tests.docs import BLOCKS, DRAWINGS, PAGES, examples, marked, rendered, tour
from tests.docs.links import anchors, broken
from tests.intake.forms.test_platforms import PAYLOADS
from tests.shared import ROOT

TEXTS = {name: page.read_text("utf-8") for name, page in PAGES.items()}
OURS = {name: text for name, text in TEXTS.items() if name != "CHANGELOG.md" and not name.startswith("models/")}
"""Pages of today: a changelog tells what once was, and a model's card how that model was made."""
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)


def blocks(language):
    """The fenced blocks of a language, with the page that they stand on."""
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    return [(name, block) for name, text in OURS.items() for block in fence.findall(text)]


def typed():
    """Every line that a reader is told to type, as words, with its page."""
    for name, block in blocks("console"):
        for line in re.findall(r"^\$ ((?:.*\\\n)*.*)", block, re.MULTILINE):
            for command in re.split(r" (?:&&|\|) ", line.replace("\\\n", "")):
                yield name, shlex.split(command)


def programs(program):
    return [(name, words) for name, words in typed() if words[0].rpartition("/")[2] == program]


@EVERY_PAGE
def test_a_page_is_what_the_code_does(name):
    assert rendered(TEXTS[name]) == TEXTS[name], "run `python -m tests.docs`"


def test_the_funnel_on_its_page_can_be_used():
    text = TEXTS["docs/funnel.md"].partition("<!-- funnel.toml -->\n\n```toml\n")[2].partition("```")[0]
    table = load_funnel(tomllib.loads(text))
    assert [event.name for event in table.events] == [*STANDARD[:2], "appointment", *STANDARD[2:], "renewed"]
    assert (table.currency, table.value("appointment"), table.value("converted")) == ("EUR", "80", "1200")
    assert table.advice == DEFAULT.advice
    assert "appointment" in table.proofs[1]


def test_a_drawing_is_what_the_code_draws():
    for path, draw in DRAWINGS.items():
        assert path.read_text("utf-8") == draw(), "run `python -m tests.docs`"


@pytest.mark.parametrize("name", tour.TABLES)
def test_the_tables_of_the_tour_can_be_used(name, tmp_path, capsys):
    file = tmp_path / f"{name}.toml"
    file.write_text(tour.table(name))
    load = {"quality": load_quality, "funnel": load_funnel, "competitors": load_competitors}[name]
    assert load(tomllib.loads(file.read_text()))


def test_what_the_tour_says_beside_its_boxes_holds():
    walked = tour._tour()
    *rates, _ = walked.report.conversions
    seller = next(each for each in rates if each.channel == "affiliate")
    assert seller.raw_rate == max(each.raw_rate for each in rates)
    assert seller.validated_rate < max(each.validated_rate for each in rates)
    (worse,) = (line for line in walked.report.vendors if line.worse)
    assert worse.vendor == "LeadBarn"
    bands = [walked.verdicts[reference].quality.band for reference in tour.SHOWN]
    assert bands == ["hot", "cold", "unknown"]
    assert walked.verdicts[tour.month.NO_LEAD].decision == "review"
    assert walked.funnel.all.advice.event == "qualified"
    assert set(walked.funnel.all.advice.because) == {"few_conversions", "slow_decision"}


def test_nobody_in_the_tours_month_comes_by_chance():
    month = tour.month.enquiries()
    assert len(month) == 500
    assert month == tour.month.enquiries()
    assert len({enquiry.body["reference"] for enquiry in month}) == 500


def test_every_block_is_on_a_page():
    assert {block for text in TEXTS.values() for block in marked(text)} == set(BLOCKS)


def test_the_readme_is_a_page():
    assert len(TEXTS["README.md"].encode()) <= 8192
    assert "HIGH IS GOOD" in TEXTS["README.md"]


@EVERY_PAGE
def test_every_link_leads_somewhere(name):
    assert broken(PAGES[name]) == []


def test_anchors_are_what_both_readers_make_of_a_heading():
    assert anchors("# How it `adds` up\n```\n# no heading\n```\n## A – b") == {"how-it-adds-up"}


def test_every_page_is_on_the_map_and_on_the_site():
    pages = {name.removeprefix("docs/") for name in PAGES if name.startswith("docs/")} - {"index.md"}
    on_the_site = set(re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE))
    assert pages <= set(re.findall(r"\]\(([a-z-]+\.md)\)", TEXTS["docs/index.md"]))
    assert pages | {"index.md"} == on_the_site
    assert {f"docs/{page}" for page in pages} <= set(re.findall(r"\]\((docs/[a-z-]+\.md)\)", TEXTS["README.md"]))


# What a reader is told to type.


@pytest.mark.parametrize(("name", "words"), programs("fraudcheck"), ids=str)
def test_the_command_line_takes_every_command(name, words):
    main._parser().parse_args(words[1:])


@pytest.mark.parametrize(("name", "words"), programs("curl"), ids=str)
def test_the_service_has_every_call(name, words):
    url = urlsplit(next(word for word in words if word.startswith(examples.URL)))
    data = words[words.index("-d") + 1] if "-d" in words else None
    method = words[words.index("-X") + 1] if "-X" in words else "POST" if data else "GET"
    found = [
        calls[method.lower()]
        for path, calls in openapi.document()["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[A-Za-z0-9-]+", path), url.path) and method.lower() in calls
    ]
    assert found, f"{method} {url.path}"
    known = {part["name"] for part in found[0].get("parameters", ()) if part["in"] == "query"}
    assert {key for key, _ in parse_qsl(url.query)} <= known
    if data is not None:
        json.loads(data)


def test_make_has_every_target_that_is_named():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {words[1] for _, words in programs("make")}
    named |= {target for text in OURS.values() for target in re.findall(r"`make ([a-z-]+)`", text)}
    assert {"run", "test", "docs"} <= named <= targets


def test_every_file_that_is_named_is_there():
    roots = "fraudcheck|clients|examples|form|tests|training|bench|models|docker|docs"
    for name, text in OURS.items():
        for path in re.findall(rf"`((?:{roots})/[\w./-]*)`", text):
            toy = path.endswith(("/capitals.py", "/test_capitals.py"))
            assert toy or (ROOT / path).exists(), f"{name}: {path}"
    for _, words in programs("pytest"):
        assert (ROOT / words[1]).exists()


def test_every_form_platform_is_described_as_it_is():
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \| .+? \| (yes|no)[^|]* \| (yes|no) \| ", TEXTS["docs/platforms.md"], re.MULTILINE
    )
    assert {name for name, *_ in rows} == PLATFORMS.keys() - {"flat", "leadconduit"}
    for name, signs, once, tries_again in rows:
        platform = PLATFORMS[name]
        assert (platform.key_in_body is not None) == signs.endswith("in the body"), name
        assert (platform.is_signed is None) == (signs == "no" or signs.endswith("in the body")), name
        assert bool(PAYLOADS[name]["event"]) == (once == "yes"), name
        assert platform.tries_again == (tries_again == "yes"), name


def test_every_code_that_is_named_is_in_the_catalogue():
    groups = "|".join({code.partition("_")[0] for code in CATALOGUE})
    for name, text in OURS.items():
        named = set(re.findall(rf"`((?:{groups})_[A-Z_]+)`", text))
        assert named <= set(CATALOGUE) | {"COMPANY_IN_CAPITALS"}, name


def test_every_setting_that_is_named_is_one():
    known = {PREFIX + name.upper() for name in Settings.__struct_fields__} | {f"{PREFIX}NAME"}
    for example in ("flask/app.py", "nextjs/app/contact/page.jsx", "wordpress/fraudcheck.php"):
        known |= set(
            re.findall(rf"\b(?:NEXT_PUBLIC_)?({PREFIX}[A-Z_]+)", (ROOT / "examples" / example).read_text("utf-8"))
        )
    for name, text in OURS.items():
        assert set(re.findall(rf"{PREFIX}[A-Z_]+", text)) <= known, name


def test_extras_are_installed_from_a_clone():
    """The name on the public index is not ours."""
    extras = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"])
    for text in OURS.values():
        assert not re.search(r"install\b.*\bfraudcheck\[", text)
        assert set(re.findall(r"install .*'\.\[(\w+)\]'", text)) <= extras


# The lead.


def struct_fields(struct, prefix=""):
    """The dotted names of a struct's fields, with those of the structs in it."""
    for field in msgspec.structs.fields(struct):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from struct_fields(field.type, f"{prefix}{field.name}.")
        else:
            yield prefix + field.name


def test_every_field_of_a_lead_is_explained_and_no_other():
    assert [field.name for field in LEAD_FIELDS] == list(struct_fields(records.Lead))


def test_every_example_of_a_field_can_be_read():
    lead: dict = {}
    for field in LEAD_FIELDS:
        *parts, name = field.name.split(".")
        part = lead
        for each in parts:
            part = part.setdefault(each, {})
        part[name] = field.example
    extra = lead.pop("extra")
    read, warnings = read_lead({**lead, **extra}, examples.MOMENT)
    assert warnings == []
    given = msgspec.json.decode(msgspec.json.encode(read))
    for field in LEAD_FIELDS:
        value = given
        for part in field.name.split("."):
            value = value.get(part) if value else None
        if field.name not in ("submitted_at", "form.honeypot"):
            assert value == field.example, field.name
    types = {"string": str, "number": float, "integer": int, "boolean": bool, "object": dict, "array": list}
    assert all(type(field.example) is types[field.type] for field in LEAD_FIELDS)


def test_openapi_explains_every_field_of_a_lead():
    schemas = openapi.document()["components"]["schemas"]
    assert schemas["Form"]["properties"]["keystrokes"]["examples"] == [63]
    assert "Unit or format: key inputs." in schemas["Form"]["properties"]["keystrokes"]["description"]
    for name in ("Lead", "Source", "Client", "Form", "Price"):
        for field, schema in schemas[name]["properties"].items():
            assert "$ref" in schema or ("description" in schema and "examples" in schema), f"{name}.{field}"


# Snippets and files.


def test_the_policys_example_can_be_used():
    assert load_policy(default_policy(), tomllib.loads(examples.new_policy())).accept_from == 70


def test_the_contracts_example_can_be_used():
    (contract,) = (block for name, block in blocks("toml") if name == "docs/audit.md")
    assert returns.load(tomllib.loads(contract)).at_most_share == 0.15


def test_python_on_the_pages_is_python():
    found = blocks("python")
    assert {name for name, _ in found} == {
        "docs/api.md",
        "docs/clients.md",
        "docs/quickstart-form.md",
        "clients/python/README.md",
        "CONTRIBUTING.md",
    }
    for name, block in found:
        compile(block, name, "exec")


def test_the_files_of_the_buyers_quick_start(tmp_path, nameserver, monkeypatch, capsys):
    """Its two files, by its own commands."""
    page = TEXTS["docs/quickstart-buyer.md"]
    files = dict(re.findall(r"`(\w+\.csv)`[^`]*\n\n```\n(.*?)```", page, re.DOTALL))
    assert set(files) == {"leads.csv", "outcomes.csv"}
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    commands = [words[1:] for name, words in programs("fraudcheck") if name == "docs/quickstart-buyer.md"]
    batch = next(words for words in commands if words[0] == "batch")
    assert main.main([*batch, "--keep", "--data-dir", "var", "--nameserver", nameserver.address]) == 0
    said = capsys.readouterr()
    assert "3 rows: 3 judged" in said.out + said.err
    verdicts = (tmp_path / "verdicts.csv").read_text()
    assert verdicts.count("accept") == 2
    assert verdicts.count("reject") + verdicts.count("review") == 1
    (told,) = (words for words in commands if words[0] == "outcomes")
    assert main.main(told) == 0
    assert "2 kept" in capsys.readouterr().out


def test_a_list_is_added_as_contributing_says(tmp_path, nameserver, monkeypatch, capsys):
    commands = [
        words[1:] for name, words in programs("fraudcheck") if name == "CONTRIBUTING.md" and words[1] == "lists"
    ]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "throwaway.txt").write_text("".join(f"throw-{n}.nowhere-mail.biz\n" for n in range(10)))
    (tmp_path / "lead.json").write_text(json.dumps({"email": "lena.brandt@throw-7.nowhere-mail.biz"}))
    where = ["--data-dir", f"{tmp_path / 'data'}", "--nameserver", nameserver.address]
    for words in commands:
        assert main.main([*words, *where]) == 0
    assert re.search(r"^own +\S+", capsys.readouterr().out, re.MULTILINE)
    assert main.main(["check", "lead.json", *where]) == 0
    verdict = json.loads(capsys.readouterr().out)
    (said,) = (reason for reason in verdict["reasons"] if reason["code"] == "EMAIL_DISPOSABLE")
    assert "own" in said["evidence"]["list"]


def test_pre_commit_runs_what_make_lint_runs():
    lint = re.search(r"^lint: .*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    commands = [line.strip().replace("$(BIN)", ".venv/bin") for line in lint.splitlines()]
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    entries = re.findall(r"^ +entry: (.+)$", hooks, re.MULTILINE)
    assert entries == [*commands, "make test"]
    assert hooks.count("language: system") == len(entries)
    assert "repo: local" in hooks
    assert hooks.count("repo:") == 1


def test_every_rule_that_decides_is_explained():
    scoring = (ROOT / "fraudcheck" / "scoring" / "score.py").read_text("utf-8")
    rules = set(re.findall(r'"(?:accept|review|reject)", "(\w+)"', scoring))
    told = set(re.findall(r"^\| `(\w+)` \| (?:accept|review|reject) \|", TEXTS["docs/verdict.md"], re.MULTILINE))
    assert rules
    assert rules == told


def test_the_glossary_is_in_order_and_has_one_row_a_term():
    terms = re.findall(r"^\| ([^|]+?) \| ", TEXTS["docs/glossary.md"], re.MULTILINE)[2:]
    assert len(terms) > 60
    assert terms == sorted(set(terms))


def test_every_release_has_a_heading():
    releases = re.findall(r"^## (.+)$", TEXTS["CHANGELOG.md"], re.MULTILINE)
    assert releases[-4:] == ["0.4.0", "0.3.0", "0.2.0", "0.1.0"]
    assert version("fraudcheck") == __version__
    assert __version__.partition(".dev")[0] in releases or "Unreleased" in releases
