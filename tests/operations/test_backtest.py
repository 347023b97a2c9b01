"""What another policy would have decided: the counting as tables, and the command over a ledger of real checks."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from decimal import Decimal

import pytest

from fraudcheck import wiring
from fraudcheck.adapters.tenant_files import default_policy
from fraudcheck.cli import main
from fraudcheck.ledger.record import Opened
from fraudcheck.operations import backtest
from fraudcheck.operations.backtest import Comparison, JudgedBy
from fraudcheck.operations.backtest_text import comparison_text
from fraudcheck.pipeline.decide import decide
from fraudcheck.records import Finding, Lead, Price, Source
from fraudcheck.report.tables import aligned
from fraudcheck.scoring.policy import load_policy, vendor_policy
from fraudcheck.scoring.score import score_findings
from fraudcheck.settings import Settings
from tests.servers.dns import Nameserver

DEFAULT = load_policy(default_policy())
BOTH = ("email", "phone")
PERSON = ("EMAIL_DOMAIN_RECEIVES", "PHONE_VALID")
RANDOM = ("NAME_RANDOM",)
THROWAWAY = ("EMAIL_DISPOSABLE",)
FAKE = ("EMAIL_DISPOSABLE", "NAME_KEYBOARD_WALK")
DEAD = ("EMAIL_DOMAIN_NXDOMAIN", "PHONE_IMPOSSIBLE")


def policy(**own):
    return load_policy(default_policy(), own)


def sold(vendor="acme", amount=None, currency=None):
    return Lead(phone="0912 840 375", source=Source(vendor=vendor, price=Price(amount=amount, currency=currency)))


def compared(new, *leads, old=DEFAULT):
    """A comparison of leads, each a list of codes with the lead that they were found of."""
    comparison = Comparison()
    for number, (codes, lead) in enumerate(leads):
        before, after = (
            score_findings([Finding(code) for code in codes], vendor_policy(each, lead.source.vendor), given=BOTH)
            for each in (old, new)
        )
        comparison.add(lead, before, after, f"check-{number}")
    return comparison


def test_whose_leads_would_be_decided_otherwise():
    comparison = Comparison()
    new = policy(accept_from=95)
    for kind, phone in (("sales_lead", "+84912840375"), ("sales_lead", "1"), ("spam", "+84912840375"), (None, "1")):
        facts = {"phone": {"v": 1}} if phone == "1" else {}
        verdict = {"enquiry": {"kind": kind}} if kind else {}
        verdict |= {"reasons": [], "trust_score": 0, "sum": 0, "decision": "", "decided_by": "", "classification": ""}
        lead = Lead(phone=phone, reference=kind)
        kept = Opened(tenant="", check_id="", lead=lead, facts=facts, verdict=verdict, tokens={}, erased=False)
        comparison.judge(kept, JudgedBy(policy=DEFAULT, model=None), new)
    assert dict(comparison.enquiries) == {"sales_lead": 2, "spam": 1, "unknown": 1}
    assert sum(comparison.moved_enquiries.values()) == comparison.decisions.total() > 0
    told = rows(comparison_text(comparison), "enquiry")
    assert told["sales_lead"][0] == "2"
    assert sum(int(cells[1]) for kind, cells in told.items() if kind != "enquiry") == comparison.decisions.total()


def rows(lines, first):
    """The table whose first heading is ``first``, as cells by the first one of each row."""
    at = next(n for n, line in enumerate(lines) if line.startswith(first + "  "))
    end = next((n for n, line in enumerate(lines[at:], at) if not line or line.startswith("  ")), len(lines))
    cells = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines[at + 1 : end]]
    return {row[0]: row[1:] for row in cells}


@pytest.mark.parametrize(
    ("why", "codes", "own", "decisions", "classifications"),
    [
        ("a person stays", PERSON, {"points": {"EMAIL_DISPOSABLE": -5.0}}, {}, {}),
        ("people are held back", RANDOM, {"accept_from": 70}, {("accept", "review"): 1}, {}),
        ("a list is believed less", THROWAWAY, {"points": {"EMAIL_DISPOSABLE": -5.0}}, {("review", "accept"): 1}, {}),
        ("a fake slips through", FAKE, {"points": {"NAME_KEYBOARD_WALK": -1.0}}, {("reject", "review"): 1}, {}),
        ("a fake is let in", FAKE, {"prior": 30.0}, {("reject", "accept"): 1}, {}),
        ("one dead channel rejects nobody", DEAD[:1], {"reject_to": 45}, {}, {}),
        ("a kind alone", ("PHONE_VALID", "CONTENT_NON_SALES", "CONTENT_LINK"), {"points": {"CONTENT_LINK": -6.0}}, {},
         {("non_sales", "bot"): 1}),
    ],
)  # fmt: skip
def test_moves_are_counted(why, codes, own, decisions, classifications):
    comparison = compared(policy(**own), (codes, sold()))
    assert comparison.decisions == decisions
    if not decisions:
        assert comparison.classifications == classifications


def test_shares_are_of_the_leads_that_were_judged():
    people = [(PERSON, sold())] * 7
    lines = comparison_text(compared(policy(accept_from=70), *people, (RANDOM, sold())))
    assert lines[0] == "8 leads read, 8 judged again"
    assert lines[1] == "1 lead would get another decision (12.5%), 0 another classification, 0 another score"
    assert rows(lines, "decision") == {"accept -> review": ["1", "12.5%"]}


def test_nothing_changes():
    lines = comparison_text(compared(policy(points={"FORM_WEBDRIVER": -9.0}), (PERSON, sold()), (FAKE, sold())))
    assert lines == [
        "2 leads read, 2 judged again",
        "nothing changes: every lead gets the same score, decision and classification",
    ]


def test_another_score_is_told_though_no_decision_changes():
    lines = comparison_text(compared(policy(points={"EMAIL_DISPOSABLE": -11.0}), (THROWAWAY, sold())))
    assert lines[1] == "0 leads would get another decision (0.0%), 0 another classification, 1 another score"
    assert rows(lines, "reason") == {"EMAIL_DISPOSABLE": ["1", "1", "-12.0", "-11.0", "0", "0"]}


def test_vendors_are_told_apart_and_added_up():
    new = policy(vendors={"acme": {"accept_from": 70}})
    lines = comparison_text(
        compared(new, (RANDOM, sold("acme")), (RANDOM, sold("beta")), (FAKE, sold("beta")), (PERSON, sold(None)))
    )
    assert rows(lines, "vendor") == {
        "acme": ["1", "1", "1 -> 0", "0 -> 1", "0 -> 0"],
        "beta": ["2", "0", "1 -> 1", "0 -> 0", "1 -> 1"],
        "(none)": ["1", "0", "1 -> 1", "0 -> 0", "0 -> 0"],
        "(all)": ["4", "1", "3 -> 2", "0 -> 1", "1 -> 1"],
    }


def test_money_is_never_added_up_over_currencies():
    new = policy(points={"NAME_KEYBOARD_WALK": -1.0})  # the fakes are reviewed
    lines = comparison_text(
        compared(
            new,
            (FAKE, sold("acme", "12.50", "EUR")),
            (FAKE, sold("acme", "0.10", "EUR")),
            (FAKE, sold("acme", "300000", "VND")),
            (("FORM_HONEYPOT_FILLED",), sold("beta", "0.2", "EUR")),
            (PERSON, sold("beta", "99", "USD")),
            (FAKE, sold("beta", "7.00")),
            (FAKE, sold("beta")),
        )
    )
    table = [line.split() for line in lines if line.split()[1:2] in (["EUR"], ["VND"], ["USD"])]
    assert table == [
        ["acme", "EUR", "2", "12.60", "0"],
        ["acme", "VND", "1", "300,000", "0"],
        ["beta", "EUR", "1", "0.2", "0.2"],
        ["beta", "USD", "1", "0", "0"],
        ["(all)", "EUR", "3", "12.80", "0.2"],
        ["(all)", "USD", "1", "0", "0"],
        ["(all)", "VND", "1", "300,000", "0"],
    ]
    assert "left out: the price of 1 lead, which names no currency" in lines


def test_money_is_exact():
    comparison = compared(policy(accept_from=70), *[(FAKE, sold("acme", "0.1", "EUR"))] * 3)
    assert comparison.vendors["acme"].prices["EUR"].before == Decimal("0.3")


def test_what_a_reason_moved():
    new = policy(points={"EMAIL_DISPOSABLE": -5.0, "EMAIL_LOCAL_RANDOM": -1.0})
    lines = comparison_text(
        compared(
            new,
            (THROWAWAY, sold()),
            (("EMAIL_DISPOSABLE", "EMAIL_LOCAL_RANDOM"), sold()),
            (("EMAIL_DISPOSABLE", "FORM_HONEYPOT_FILLED"), sold()),  # rejected all the same
            (("EMAIL_LOCAL_RANDOM",), sold()),
            (PERSON, sold()),
        )
    )
    assert rows(lines, "reason") == {
        "EMAIL_DISPOSABLE": ["3", "3", "-12.0", "-5.0", "2", "0"],
        "EMAIL_LOCAL_RANDOM": ["2", "2", "-4.0", "-1.0", "1", "0"],
    }


def test_said_and_differing_are_two_counts():
    new = policy(vendors={"acme": {"points": {"EMAIL_DISPOSABLE": -1.0}}})
    lines = comparison_text(compared(new, (THROWAWAY, sold("acme")), (THROWAWAY, sold("beta"))))
    assert rows(lines, "reason") == {"EMAIL_DISPOSABLE": ["2", "1", "-12.0", "-1.0", "1", "0"]}


def test_a_reason_that_was_not_said_before():
    comparison = compared(policy(points={"PHONE_IMPOSSIBLE": 0.0}), (DEAD, sold()))
    assert comparison.reasons["LEAD_UNREACHABLE"].differs == 1
    assert "LEAD_UNREACHABLE -30.0 -> none" in comparison.examples["reject", "review"][0].differs


@pytest.mark.parametrize(
    ("own", "differs"),
    [
        ({"accept_from": 70}, ["decided by accept_from -> between_limits"]),
        ({"prior": 6.0}, ["prior +9.5 -> +6.0"]),
        ({"points": {"NAME_RANDOM": -12.0}}, ["NAME_RANDOM -6.0 -> -12.0", "cap on identity none -> +2.0"]),
    ],
)
def test_an_example_says_what_differs(own, differs):
    found = compared(policy(**own), (RANDOM, sold()))
    assert [one.differs for one in found.examples["accept", "review"]] == [differs]
    by_no_reason = "1 lead with another decision, but all points alike: by prior, limits, caps or actions"
    assert (by_no_reason in comparison_text(found)) is ("points" not in own)


def test_three_examples_of_each_move_and_memory_that_does_not_grow(monkeypatch):
    monkeypatch.setattr(backtest, "_MAX_VENDORS", 30)
    leads = [(RANDOM, sold(f"vendor-{number:02}")) for number in range(40)] + [(FAKE, sold("late"))]
    comparison = compared(policy(accept_from=70), *leads)
    assert [one.check_id for one in comparison.examples["accept", "review"]] == ["check-0", "check-1", "check-2"]
    assert len(comparison.vendors) == 31
    lines = comparison_text(comparison)
    assert sum("decided by" in line for line in lines) == 3
    vendors = rows(lines, "vendor")
    assert len(vendors) == 22
    assert vendors["(11 more rows)"][:2] == ["21", "20"]
    assert vendors["(all)"] == ["41", "40", "40 -> 0", "0 -> 40", "1 -> 1"]


KEPT = {"email": {"v": 1}, "phone": {"v": 1}}


def opened(lead, facts, verdict):
    return Opened(
        tenant="default", check_id="c", lead=lead, facts=facts, verdict=verdict, tokens={}, erased=lead is None
    )


@pytest.mark.parametrize(
    ("changed", "own", "otherwise"),
    [
        ({}, {}, 0),
        ({"decision": "reject"}, {}, 1),
        ({"trust_score": 3}, {}, 1),
        ({"reasons": [{"code": "EMAIL_ROLE", "points": -1.0, "text": ""}]}, {}, 1),
        ({"decision": "reject"}, {"policy_kept": False}, 0),
        ({"decision": "reject"}, {"model_kept": False}, 0),
    ],
)
def test_what_the_code_changes_is_not_blamed_on_the_policy(changed, own, otherwise):
    lead, facts = Lead(phone="+84912840375"), {"phone": {"v": 1, "unknown": "error"}}
    given, _ = decide(lead, facts, DEFAULT)
    verdict = {
        name: getattr(given, name) for name in ("trust_score", "sum", "decision", "decided_by", "classification")
    }
    comparison = Comparison()
    comparison.judge(
        opened(lead, facts, verdict | {"reasons": []} | changed), JudgedBy(policy=DEFAULT, model=None, **own), DEFAULT
    )
    lines = comparison_text(comparison)
    assert (comparison.otherwise, comparison.decisions) == (otherwise, {})
    assert any("judges 1 lead otherwise than was given" in line for line in lines) is bool(otherwise)
    assert any("lacks the policy that 1 lead came under" in line for line in lines) is ("policy_kept" in own)
    assert any("lacks the model of 1 lead" in line for line in lines) is ("model_kept" in own)


def test_erased_leads_are_counted_and_left_out():
    comparison = Comparison()
    comparison.judge(opened(None, KEPT, {}), JudgedBy(policy=DEFAULT, model=None), DEFAULT)
    assert comparison_text(comparison) == [
        "1 lead read, 0 judged again",
        "left out: 1 lead whose data is erased, so that nothing can judge them again",
        "nothing can be compared",
    ]


def test_tables_line_up_in_every_script_and_do_not_steer_the_terminal():
    assert aligned([("a", "1"), ("株式会社", "22"), ("x\x1b[2J", "3")], "<>") == [
        "a          1",
        "株式会社  22",
        "x�[2J      3",
    ]


PEOPLE = [
    {"email": "an.nguyen@gmail.com", "phone": "+84912840375", "name": "Nguyễn Văn An", "country": "VN"},
    {"phone": "+48502840375", "name": "Agnieszka Kowalczyk", "country": "PL"},
    {"email": "ngozi.okafor@second-mx.ng", "phone": "+2348032840375", "name": "Ngozi Okafor", "country": "NG"},
]
THROWAWAY_LEAD = {"email": "lena.brandt@mailinator.com", "phone": "+4915112840375", "name": "Lena Brandt"}
FAKES = [
    {"email": "xkqjw8271z@mailinator.com", "phone": "+84912840371", "name": "asdfgh", "form": {"fill_seconds": 0.8}},
    {"email": "zzqpw3391k@mailinator.com", "phone": "+84912840877", "name": "qwerty", "form": {"fill_seconds": 0.7}},
]
PRICES = {"acme": {"amount": "12.50", "currency": "EUR"}, "beta": {"amount": "300000", "currency": "VND"}}
NEW = "[points]\nEMAIL_DISPOSABLE = -4.0\nFORM_TOO_FAST = -1.0\nNAME_KEYBOARD_WALK = -1.0\n"


def bought():
    """People beside fakes, of two vendors that are paid in two currencies."""
    for number, lead in enumerate([*PEOPLE, THROWAWAY_LEAD, *FAKES]):
        vendor = ("acme", "beta")[number % 2]
        yield lead | {"source": {"vendor": vendor, "price": PRICES[vendor]}, "reference": f"crm-{number}"}


@pytest.fixture
def kept(tmp_path):
    """A ledger as the service fills it; gives the settings and the check of each lead."""
    with Nameserver() as nameserver:
        settings = Settings(data_dir=tmp_path / "data", redis="memory://", nameserver=(nameserver.address,))

        async def fill():
            async with wiring.service(settings) as service:
                tenant = await service.tenant("default")
                return [(await service.pipeline.check(tenant, json.dumps(lead).encode())).check_id for lead in bought()]

        yield settings, asyncio.run(fill())


@pytest.fixture
def run(kept, tmp_path, capsys):
    def command(new, *words):
        file = tmp_path / "new.toml"
        file.write_text(new)
        code = main.main(["policy", "backtest", str(file), "--data-dir", str(kept[0].data_dir), *words])
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err

    return command


def test_a_backtest_of_a_real_ledger(run, kept):
    code, lines, err = run(NEW, "--since", "7d")
    assert (code, err) == (0, "")
    assert lines[1] == "6 leads read, 6 judged again"
    assert not any("note:" in line for line in lines)
    moves = rows(lines, "decision")
    assert moves == {"reject -> review": ["2", "33.3%"], "review -> accept": ["1", "16.7%"]}
    assert rows(lines, "vendor")["(all)"] == ["6", "3", "3 -> 4", "1 -> 2", "2 -> 0"]
    assert [line.split() for line in lines if "(all)" in line][1:] == [
        ["(all)", "EUR", "3", "12.50", "0"],
        ["(all)", "VND", "3", "300,000", "0"],
    ]
    assert rows(lines, "reason") == {  # the fakes are fast still, if they are so by the old points
        "FORM_TOO_FAST": ["2", "2", "-10.0", "-1.0", "2", "2"],
        "EMAIL_DISPOSABLE": ["3", "3", "-12.0", "-4.0", "3", "1"],
        "NAME_KEYBOARD_WALK": ["2", "2", "-6.0", "-1.0", "2", "0"],
    }
    told = "\n".join(lines)
    assert all(check_id in told for check_id in kept[1][3:])
    assert not any(check_id in told for check_id in kept[1][:3])


@pytest.mark.parametrize("new", [NEW, "prior = -20.0\n", "prior = 90.0\n"])
def test_no_person_is_in_what_is_printed(run, kept, new):
    _, lines, _ = run(new)
    told = "\n".join(lines).lower()
    assert sum(check_id in told for check_id in kept[1]) == 3  # every lead is an example of some run
    for lead in bought():
        mailbox, _, domain = lead.get("email", "nobody@nowhere.org").partition("@")
        word = lead["name"].lower().split()[0]
        for value in (mailbox, domain, lead["phone"][1:], lead["phone"][-6:], lead["name"].lower(), word):
            assert value not in told
        assert lead["reference"] not in told


def test_what_a_limit_does_is_not_told_of_a_reason(run):
    _, lines, _ = run("accept_from = 98\n[points]\nEMAIL_MATCHES_NAME = 2.9\n")
    assert rows(lines, "decision") == {"accept -> review": ["3", "50.0%"]}
    assert rows(lines, "reason") == {"EMAIL_MATCHES_NAME": ["2", "2", "+3.0", "+2.9", "2", "0"]}
    assert "1 lead with another decision, but all points alike: by prior, limits, caps or actions" in lines


@pytest.mark.parametrize(("vendor", "turned"), [("acme", "0"), ("beta", "1")])
def test_a_vendors_own_points_are_what_turns_its_leads(run, vendor, turned):
    """The throw-away address is beta's."""
    _, lines, _ = run(f'[vendors."{vendor}".points]\nEMAIL_DISPOSABLE = -4.0\n')
    assert rows(lines, "reason")["EMAIL_DISPOSABLE"][-1] == turned


def test_nothing_but_the_ledger_is_asked(run, monkeypatch):
    def asked(*_, **__):
        raise AssertionError("a backtest asks nobody")

    for name in ("_redis_url", "_mail_routes", "load_lists", "_pipeline"):
        monkeypatch.setattr(wiring, name, asked)
    assert run(NEW)[0] == 0


def test_the_erased_are_left_out(run, kept, capsys):
    settings, checks = kept
    assert main.main(["erase", "--check", checks[4], "--data-dir", str(settings.data_dir)]) == 0
    capsys.readouterr()
    _, lines, _ = run(NEW)
    assert lines[1:3] == [
        "6 leads read, 5 judged again",
        "left out: 1 lead whose data is erased, so that nothing can judge them again",
    ]
    assert checks[4] not in "\n".join(lines)
    assert rows(lines, "decision") == {"reject -> review": ["1", "20.0%"], "review -> accept": ["1", "20.0%"]}


def test_before_is_the_policy_of_that_day_and_not_todays(run, kept):
    own = kept[0].data_dir / "policies"
    own.mkdir()
    (own / "default.toml").write_text(NEW)
    assert rows(run(NEW)[1], "vendor")["(all)"] == ["6", "3", "3 -> 4", "1 -> 2", "2 -> 0"]


@pytest.mark.parametrize(
    ("gone", "note"),
    [
        ("like", "note: the ledger lacks the policy that 6 leads came under; before is the tenant's present one there"),
        ("not like", "note: the ledger lacks the model of 6 leads; before and after go without"),
    ],
)
def test_what_the_ledger_has_lost_is_told(run, kept, gone, note):
    """Policies and models lie in one table; only a policy has limits."""
    with closing(sqlite3.connect(kept[0].data_dir / "ledger.sqlite")) as database, database:
        statement = f"delete from policies where cast(body as text) {gone} '%accept_from%'"  # noqa: S608
        assert database.execute(statement).rowcount >= 1
    code, lines, _ = run(NEW)
    assert code == 0
    assert [line for line in lines if line.startswith("note:")] == [note]
    assert rows(lines, "decision")["reject -> review"] == ["2", "33.3%"]


@pytest.mark.parametrize(
    ("new", "words", "problem"),
    [
        ("prior = 1.0\n", ["--tenant", "other"], "there are no leads of tenant other since"),
        ("prior = 1.0\n", ["--since", "0d"], "there are no leads of tenant default since"),
        ("[points]\nEMAIL_BAD = 1.0\n", [], "points.EMAIL_BAD: no such reason code"),
    ],
)
def test_what_cannot_be_done_is_told(run, new, words, problem):
    code, lines, err = run(new, *words)
    assert (code, lines) == (1, [])
    assert problem in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("since", ["soon", "30h", "99999999d"])
def test_a_wrong_time_is_wrong_usage(run, since):
    with pytest.raises(SystemExit, match="2"):
        run(NEW, "--since", since)
