"""An audit in a terminal."""

from __future__ import annotations

from msgspec.structs import replace

from fraudcheck.report import text
from fraudcheck.report.audit import Carried
from fraudcheck.report.vendors import with_examples
from fraudcheck.report.visits import Visits
from tests.report.made import bad, lead, lead_outcome, market, overview, vendor

CONTACTED = [lead_outcome(n, "contacted", score=85) for n in range(30)]


def test_all_vendors_in_a_terminal():
    shown = "\n".join(text.overview_text(overview(market(), CONTACTED, {}, [Visits("ppc", "", 9000)])))
    assert shown.startswith("leads checked from 2026-08-25 to 2026-11-23 (UTC)\n\n6,240 leads:")
    for part in (
        "Delhi Connect",
        "سوق العملاء",
        "Delhi Connect: rejected leads, EMAIL_LOCAL_RANDOM, FORM_TOO_FAST",
        "acme: the share of rejected leads rose on 2026-11-0",
        "Duplicate within 30 days",
        "to claim:",
        "valid / visits",
        "how far the scores can be believed",
        "of 30 leads it is known what became of them: 30 proved genuine",
    ):
        assert part in shown


def test_one_vendor_in_a_terminal():
    shown = "\n".join(text.vendor_text(vendor("acme", market())))
    for part in ("vendor: acme", "all other vendors:", "it comes with:", "spring sale", "sub-id", "FORM_TOO_FAST"):
        assert part in shown


def test_a_channel_that_says_that_somebody_else_typed():
    made = [lead(), *[lead(day=9, channel="call", reasons="CHANNEL_STAFFED")] * 3]
    assert (
        "channel call or offline: 3 since 2026-09-03 (first lead 2026-08-25); 0 of them from everywhere"
        in "\n".join(text.vendor_text(vendor("acme", made)))
    )


def test_what_a_vendor_does_not_send_is_said():
    made = [("email", 200, "2026-11-23"), ("ip", 57, "2026-11-09"), ("device", 0, None), ("token", 0, None)]
    carried = [Carried(field=field, leads=leads, of=200, last=last) for field, leads, last in made]
    shown = text.vendor_text(replace(vendor("acme", market()), carried=carried))
    assert "None of the newest 200 leads carries the device's id, the form's token." in shown
    assert "57 of the newest 200 leads (28.5%) carry the internet address, the last one on 2026-11-09." in shown
    assert "mail address" not in "".join(shown)
    assert text.carried_text([Carried(field="ip", leads=0, of=0, last=None)]) == []


def test_whose_forms_carry_the_script_is_said():
    made = [*[lead(channel="ppc", reasons="FORM_TOKEN_VALID")] * 3, lead(channel="ppc"), lead("beta")]
    told = with_examples(vendor("acme", made), [], [], {"https://a.example": 2, "https://b.example": 1})
    shown = "\n".join(text.vendor_text(told))
    assert "3 of 4 leads by forms (75.0%) carry a valid token of the form's script" in shown
    assert "script; of the newest of them, 2 from https://a.example, 1 from https://b.example" in shown
    table = text.overview_text(overview(made))
    assert any(line.endswith("form tokens") for line in table)
    assert any(line.startswith("acme") and line.endswith("75.0%") for line in table)
    assert "form tokens" not in "\n".join(text.overview_text(overview([lead()])))


def test_many_vendors_are_not_all_listed():
    shown = text.overview_text(overview([lead(f"vendor {n}") for n in range(30)]))
    assert "(10 more)" in shown


def test_of_no_leads_it_says_what_to_do():
    assert text.overview_text(overview([]))[-1].endswith("--since, or in another --tenant or --data-dir.")


def test_no_name_steers_a_terminal():
    shown = "\n".join(text.overview_text(overview([bad("a\x1b[2J\u202eb")] * 3)))
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_no_name_steers_a_terminal_from_a_sentence():
    evil = "a\x1b[2J\u202eb"
    made = [lead("Naija Leads", day) for day in range(60) for _ in range(20)]
    made += [bad(evil, day) if day > 40 else lead(evil, day, campaign=evil) for day in range(60) for _ in range(20)]
    made.sort(key=lambda one: one["day"])
    whole, alone = overview(made), vendor(evil, made)
    assert alone.summary.worse
    assert alone.summary.change is not None
    alone = replace(alone, scope=replace(alone.scope, campaign=evil))
    for line in text.overview_text(whole) + text.vendor_text(alone):
        assert line.isprintable()


def test_many_that_are_worse_and_changed_are_not_all_listed():
    (changed,) = [line for line in overview(market()).vendors if line.vendor == "acme"]
    many = [replace(changed, vendor=f"Leady {n}", worse=True) for n in range(30)]
    shown = text.overview_text(replace(overview(market()), vendors=many))
    assert shown.count("(10 more)") == 3  # of all, of those that are worse, of those that changed
