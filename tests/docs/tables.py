"""The tables and the code on the pages, from the code itself."""

from __future__ import annotations

import argparse
import ast
import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from textwrap import dedent

import msgspec

from fraudcheck.anomaly.repeats import STRANGERS, strangers_weigh
from fraudcheck.cli import main
from fraudcheck.cli.command import COMMON
from fraudcheck.cli.reasons import reason_table
from fraudcheck.intake.lead_fields import LEAD_FIELDS
from fraudcheck.reasons import GROUP_CAPS
from fraudcheck.settings import PREFIX, Settings, descriptions
from fraudcheck.signals.registry import SIGNALS
from fraudcheck.web import app, openapi
from fraudcheck.web.handlers import form_script as form_script_handler
from fraudcheck.wiring import SCOPES
from fraudcheck.worth import quality
from fraudcheck.worth.engagement import Action
from fraudcheck.worth.fit import TESTS, FitCriterion
from tests.shared import ROOT
from tests.signals import test_registry

SCOPE = {
    "check": "judge leads",
    "read": "look verdicts up, with personal data masked, and audit vendors",
    "personal": "see personal data unmasked",
    "outcome": "tell what became of leads",
    "batch": "send files of leads; with `personal`, also get their results",
    "admin": "nothing yet; kept for calls that manage the service",
}
"""What each scope lets a key do."""

FLASK = (ROOT / "examples" / "flask" / "app.py").read_text("utf-8")
"""The example that a quick start shows."""

TITLES = {"email": "mail address", "email_mx": "mail domain", "content": "free text", "identity": "name"}
"""What a signal is called on the pages, where that is not its name."""
ANOMALY = (
    "anomaly model",
    "how unusual the lead's measures are, taken together",
    "whether an unusual lead is a fake's or a person's; what no form measured",
)

ROOMS = {
    "__main__": "`python -m fraudcheck`",
    "cli": "the terminal: one file a command",
    "web": "HTTP: routes, keys, sessions, pages, the OpenAPI document",
    "batch": "files of leads: cut up, read, count, judge, write, keep, in several processes; files of outcomes",
    "operations": "what an operator asks: audit, claim, search, back-test, training, replay, import, erasure, lists",
    "wiring": "builds each adapter, its clean-up and its ping; the only room that builds the service's adapters",
    "pipeline": "the order of a check; `decide`, which is the same for live leads, files, replays and back-tests",
    "signals": "one file a signal: finds facts, judges facts, measures facts",
    "intake": "raw lead to `Lead` with its identities; raw outcome to `Outcome`",
    "adapters": "DNS, Redis, SQL, spool, lists, IP data, keys; each with a twin or a real server in the tests",
    "report": "the audit of vendors, the funnel and claims: pure statistics, and facts and evidence in words",
    "fields": "pure readings of one field: mail address, phone, name, browser, message, country, amount, empty words",
    "ledger": "what a record is, and what outcomes prove",
    "ports": "what the core needs from outside, one kind of I/O a file",
    "anomaly": "measures to the model's row, to a finding with each feature's exact share",
    "scoring": "the policy; findings to a verdict",
    "worth": "what a lead is and what it is worth to its buyer; none of it moves the score",
    "counting": "windows, and the formula that counts in them",
    "records": "what passes between the rooms",
    "reasons": "every reason code, with its points and its sentence",
    "settings": "what the operator chose",
    "identifiers": "keyed tokens of identities, check ids, keys of vendors",
}
"""What is in each room of the package."""

_SAID = {
    "--tenant": "whose leads; `default` if not given",
    "--format": "how to write it",
    "FILE": "the policy file",
    "LIST": "the list's name",
    "ID": "the key's id, as `keys list` shows it",
    "CHECK_ID": "the check's id",
}
"""Of options that the command line itself does not explain."""


MEASURES = {
    "seconds_on_page": "`form.seconds_on_page`: half of it at 45 seconds",
    "fill_seconds": "`form.fill_seconds`: half of it at 20 seconds",
    "keystrokes": "`form.keystrokes`: half of it at 40",
    "corrections": "keys beyond the characters given, where nothing was pasted or filled in: half of it at 4",
    "message": "how exact the message is, 0 to 1: length, numbers, a question, names",
    "price_asked": "the message asks for a price or an offer",
    "contact_asked": "it asks for an answer or a contact",
    "appointment_asked": "it asks for a call, a visit or another appointment; `contact_asked` is then not counted",
}
"""What each measure of engagement is."""


def lead() -> str:
    """Every field of a lead."""
    rows = (
        (
            f"`{field.name}`",
            field.type,
            field.unit,
            field.length_text,
            field.meaning,
            f"`{json.dumps(field.example, ensure_ascii=False)}`",
            field.absent,
        )
        for field in LEAD_FIELDS
    )
    return _table(("field", "type", "unit or format", "characters", "meaning", "example", "if absent"), rows)


def verdict() -> str:
    """Every field of a verdict."""
    fields = openapi.document()["components"]["schemas"]["CheckVerdict"]["properties"]
    return _table(("field", "what it tells"), ((f"`{name}`", field["description"]) for name, field in fields.items()))


def endpoints() -> str:
    """Every call, with the scope that its key needs."""
    rows = [
        (f"`{method.upper()} {path}`", _scope(method.upper(), path), told["summary"])
        for path, calls in openapi.document()["paths"].items()
        for method, told in calls.items()
    ]
    return _table(("call", "scope", "what"), rows)


def _scope(method: str, path: str) -> str:
    if path in app.OPEN_PATHS:
        return "no key"
    scopes = app._SCOPES.get((method, path), "").split()
    return " and ".join(f"`{scope}`" for scope in scopes) or "any key"


def reasons() -> str:
    """The catalogue."""
    return reason_table()


def caps() -> str:
    """The groups of findings, and the most that each may say against a lead."""
    return _table(
        ("group", "at most against a lead"), [(f"`{group}`", f"{cap:.0f}") for group, cap in GROUP_CAPS.items()]
    )


def signals() -> str:
    """What each signal can and cannot know."""
    rows = [(TITLES.get(each.name, each.name.replace("_", " ")), each.looks_at, each.cannot_know) for each in SIGNALS]
    return _table(("signal", "looks at", "cannot know"), [*rows, ANOMALY])


def strangers() -> str:
    """What strangers' data from one device or line weigh."""
    rows = [
        [f"{count}", *(f"{strangers_weigh(place, window, count):.1f}" for place, window in STRANGERS)]
        for count in (1, 2, 3, 4, 5, 8, 12, 20, 25)
    ]
    return _table(("strangers before", *(f"{place}, within a {window}" for place, window in STRANGERS)), rows)


def settings() -> str:
    """Every option of the service."""
    rows = []
    for field in msgspec.structs.fields(Settings):
        flag = field.name if field.name == "identity_key" else f"--{field.name.replace('_', '-')}"
        default = "`~/.local/share/fraudcheck`" if field.name == "data_dir" else _default(field.default)
        rows.append((f"`{flag}`", f"`{PREFIX}{field.name.upper()}`", default, descriptions()[field.name]))
    return _table(("option", "environment", "default", "what"), rows)


def _default(value: object) -> str:
    return "" if value in (None, ()) else f"`{value}`"


def scopes() -> str:
    """What each scope lets a key do."""
    return _table(("scope", "what a key with it may do"), ((f"`{scope}`", SCOPE[scope]) for scope in SCOPES))


def layers() -> str:
    """The layers that import-linter holds, the highest first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layered,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    rows = [
        (f"{number}", f"`{room}`", ROOMS[room])
        for number, layer in enumerate(layered, 1)
        for room in layer.split(" | ")
    ]
    return _table(("layer", "room", "what is there"), rows)


def commands() -> str:
    """Every command with its options."""
    parts = []
    for parser in _leaves(main._parser()):
        no_options = (argparse._HelpAction, argparse._SubParsersAction)
        given = [action for action in parser._actions if not isinstance(action, no_options)]
        own = [each for each in given if each.dest not in ("config", *COMMON)]
        parts.append(f"### {parser.prog}\n\n{_sentence(parser.description or '')}")
        if own:
            rows = ((f"`{_written(each)}`", _meaning(each)) for each in own)
            parts.append(_table(("argument", "what"), rows))
    return "\n\n".join(parts)


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    under = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not under or parser.get_default("run") is not None:
        yield parser
    for action in under:
        for each in action.choices.values():
            yield from _leaves(each)


def _written(action: argparse.Action) -> str:
    value = action.metavar or ("|".join(action.choices) if action.choices else action.dest.strip("_").upper())
    if not action.option_strings:
        return f"{value}"
    return action.option_strings[0] if action.nargs == 0 else f"{action.option_strings[0]} {value}"


def _meaning(action: argparse.Action) -> str:
    name = action.option_strings[0] if action.option_strings else f"{action.metavar}"
    said = action.help or _SAID[name]
    more = (
        "; may be given more than once" if isinstance(action, argparse._AppendAction) and "repeated" not in said else ""
    )
    return _sentence(said + more)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def actions() -> str:
    """Every action, its points and its names."""
    actions = quality.QualityTable().names.actions
    rows = (
        (
            f"`{name}`",
            f"{action.weight:g}",
            f"{action.once:g}{' (`free` = 1)' if action.free else ''}",
            ", ".join(action.names),
        )
        for name, action in actions.items()
    )
    return _table(("action", "`weight`: points at most", "`once`: the first time earns", "`names`"), rows)


def measures() -> str:
    """Every measure of form and message, and its points."""
    weights = msgspec.structs.asdict(quality.QualityTable().engagement.weights)
    rows = ((f"`{name}`", f"{weight:g}", MEASURES[name]) for name, weight in weights.items())
    return _table(("`[engagement.weights]`", "points at most", "what"), rows)


def bands() -> str:
    """The rows of the default table."""
    rows = (
        (str(number), f"`{row.band}`", f"{row.engagement:g}", f"{row.fit:g}", ", ".join(row.stages) or "any")
        for number, row in enumerate(quality.QualityTable().band.rows, 1)
    )
    return _table(("row", "`band`", "`engagement` at least", "`fit` at least", "`stages`"), rows)


def quality_keys() -> str:
    """Every key of quality.toml beside the tests of fit, with its default and its bounds."""
    table = quality.QualityTable()
    places = (
        ("[[fit]]", FitCriterion, {"weight": "above 0, to 1000"}),
        ("[engagement]", type(table.engagement), {}),
        ("[engagement.actions.NAME]", Action, {}),
        ("[band]", type(table.band), {}),
        ("[[band.rows]]", quality.Row, {}),
        ("[not_now]", type(table.not_now), {}),
    )
    rows = []
    for place, owner, own in places:
        for key in msgspec.structs.fields(owner):
            if key.name in (*TESTS, "weights", "actions", "rows"):
                continue
            path = f"{place.strip('[]')}.{key.name}"
            least_most = quality.BOUNDS.get(path)
            may = own.get(key.name) or (f"{least_most[0]:g} to {least_most[1]:g}" if least_most else KEYS_OF[path])
            rows.append((f"`{place}`", f"`{key.name}`", _default_of(key), may))
    return _table(("place", "key", "default", "may be"), rows)


def _default_of(key: msgspec.structs.FieldInfo) -> str:
    if key.required:
        return "must be given"
    if key.default is msgspec.UNSET or key.default in ("", ()):
        return "none"
    if isinstance(key.default, tuple):
        return "below" if len(key.default) > 4 else ", ".join(f"`{each}`" for each in key.default)
    return f"`{json.dumps(key.default)}`"


KEYS_OF = {
    "fit.field": "a field of the lead, or `extra.NAME`",
    "fit.name": "text",
    "fit.required": "`true`, `false`",
    "engagement.actions.NAME.names": "a list of events' names",
    "band.asked": ", ".join(f"`{band}`" for band in quality.BANDS),
    "band.kinds": "a list of [kinds](verdict.md)",
    "band.rows.band": ", ".join(f"`{band}`" for band in quality.BANDS),
    "band.rows.stages": "a list of " + ", ".join(f"`{stage}`" for stage in quality.STAGES),
    "band.rows.kinds": "a list of kinds",
    "not_now.fields": "a list of `extra.NAME`",
    "not_now.text": "`true`, `false`",
}


def not_now() -> str:
    """The fields that say when a lead is wanted."""
    rows = ((f"`{field}`",) for field in quality.QualityTable().not_now.fields)
    return _table(("field that says when",), rows)


def default_policy() -> str:
    """The policy that ships."""
    return f"```toml\n{(ROOT / 'fraudcheck' / 'policy.toml').read_text('utf-8').rstrip()}\n```"


def python_client() -> str:
    """The call of the Python client, as its own page shows it."""
    return _fenced("python")


def javascript_client() -> str:
    """The call of the JavaScript client, as its own page shows it."""
    return _fenced("javascript")


def _fenced(language: str) -> str:
    page = (ROOT / "clients" / language / "README.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n.*?^```$", page, re.DOTALL | re.MULTILINE)[0]


def form_page() -> str:
    """The page of the Flask example, as a visitor's browser gets it."""
    page = next(
        ast.literal_eval(node.value)
        for node in ast.parse(FLASK).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FORM"
    )
    filled_in = page.replace("{{ service }}", "https://checks.example.com").replace("{{ site_key }}", "site_…")
    return f"```html\n{filled_in.strip()}\n```"


def form_backend() -> str:
    """What that example does with what the page sends."""
    lines = FLASK.splitlines()
    functions = {node.name: node for node in ast.parse(FLASK).body if isinstance(node, ast.FunctionDef)}
    shown = [
        "\n".join(lines[min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1 : node.end_lineno])
        for node in (functions["judge"], functions["send"])
    ]
    return "```python\n{}\n```".format("\n\n\n".join(shown))


def form_script() -> str:
    """The line that names the newest script of forms with the hash that a browser checks."""
    name = form_script_handler.hashes()[0]
    digest = hashlib.sha384((form_script_handler.STATIC / f"form.{name}.js").read_bytes()).digest()
    return f"""```html
<script src="https://checks.example.com/form.{name}.js" data-site="site_…" async
  integrity="sha384-{base64.b64encode(digest).decode()}"
  crossorigin="anonymous"></script>
```"""


def toy_signal() -> str:
    """The signal that a test adds to a copy of the package."""
    return f"```python\n{test_registry.TOY.strip()}\n```"


def toy_reason() -> str:
    """Its row in the catalogue; not called Python, because the formatter would lay out a row of a table."""
    return f"```\n{dedent(test_registry.ROW).strip()}\n```"


def _table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = [list(heading), *map(list, rows)]
    cells.insert(1, ["---"] * len(cells[0]))
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in cells)
