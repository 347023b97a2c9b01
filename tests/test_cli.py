"""The terminal: what each command prints, and what it exits with."""

from __future__ import annotations

import json

import pytest

from fraudcheck import cli

LEAD = '{"phone": "+84912840375", "name": "Nguyễn Văn An", "reference": "crm-1"}'


@pytest.fixture
def run(tmp_path, capsys, nameserver):
    """Run a command in a data directory of its own; gives exit code, output and errors."""

    def command(*words):
        named = words[:2] if words[0] in ("keys", "policy") else words[:1]
        options = ["--data-dir", str(tmp_path / "data"), "--nameserver", nameserver.address]
        try:
            code = cli.main([*named, *options, *words[len(named) :]])
        except SystemExit as stop:
            code = stop.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


@pytest.fixture
def lead(tmp_path):
    def write(text):
        file = tmp_path / "lead.json"
        file.write_text(text)
        return str(file)

    return write


def test_check_judges_one_lead_and_keeps_nothing(run, lead, tmp_path):
    code, out, _ = run("check", lead(LEAD))
    verdict = json.loads(out)
    assert (code, verdict["decision"], verdict["reference"]) == (0, "accept", "crm-1")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("text", "problem"), [("{", "not JSON"), ('{"name": "An"}', "neither a mail address")])
def test_check_of_what_is_no_lead(run, lead, text, problem):
    code, out, err = run("check", lead(text))
    assert (code, out) == (1, "")
    assert problem in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_broken_file_of_addresses_is_said_at_the_start(run, lead, tmp_path, monkeypatch, command):
    broken = tmp_path / "GeoLite2-City.mmdb"
    broken.write_text("please sign in")
    monkeypatch.setenv("FRAUDCHECK_IP_DATABASES", str(broken))
    monkeypatch.setenv("FRAUDCHECK_REDIS", "memory://")
    code, _, err = run(command, *([lead(LEAD)] if command == "check" else ["--port", "0"]))
    assert code == 1
    assert "GeoLite2-City.mmdb is no MaxMind-format file" in err
    assert err.count("\n") == 1


def test_check_of_a_file_that_is_not_there(run):
    code, _, err = run("check", "/nowhere/lead.json")
    assert code == 1
    assert "/nowhere/lead.json: No such file" in err


@pytest.mark.parametrize("words", [["judge"], ["check"], ["reasons", "--format", "pdf"], ["serve", "--port", "many"]])
def test_wrong_usage_is_2(run, words):
    assert run(*words)[0] == 2


def test_reasons_in_every_form(run):
    assert "EMAIL_NULL_MX" in run("reasons")[1]
    assert "| `EMAIL_NULL_MX` | email | -12.0 |" in run("reasons", "--format", "markdown")[1]
    assert json.loads(run("reasons", "--format", "json")[1])[0]["code"]


def test_keys_are_shown_once_and_kept_as_hashes(run, tmp_path):
    code, out, _ = run("keys", "create", "--tenant", "acme", "--scopes", "check, read", "--label", "form")
    secret = out.split()[-1]
    assert code == 0
    file = tmp_path / "data" / "keys.json"
    assert secret not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    _, listed, _ = run("keys", "list")
    assert "acme" in listed
    assert secret not in listed
    assert run("keys", "revoke", listed.split()[0])[0] == 0
    assert run("keys", "list")[1] == ""
    assert run("keys", "revoke", "none")[0] == 1
    code, _, err = run("keys", "create", "--scopes", "everything")
    assert code == 1
    assert "everything is no scope" in err


def test_policy_check(run, tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text('accept_from = 70\n[points]\nEMAIL_ROLE = -2.0\n[vendors."acme"]\nreject_to = 30\n')
    code, out, _ = run("policy", "check", str(file))
    assert code == 0
    assert "accept_from: 60 -> 70" in out
    assert "points.EMAIL_ROLE: -1.0 -> -2.0" in out
    file.write_text("[points]\nEMAIL_BAD = -2.0\n")
    code, _, err = run("policy", "check", str(file))
    assert code == 1
    assert "points.EMAIL_BAD" in err
    file.write_text("accept_from = \n")
    assert run("policy", "check", str(file))[0] == 1


def test_serve_refuses_what_it_must(run):
    code, _, err = run("serve", "--host", "0.0.0.0", "--redis", "memory://")  # noqa: S104 - that is the point
    assert code == 1
    assert "keys create" in err
    code, _, err = run("serve", "--workers", "2")
    assert code == 1
    assert "--workers" in err


def test_replay_of_nothing(run, tmp_path):
    code, _, err = run("replay", "01936b5e-0000-7000-8000-000000000000")
    assert code == 1
    assert "there is no check" in err
