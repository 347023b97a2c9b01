"""An audit's figures, from leads whose figures are known."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from fraudcheck.records import Price
from fraudcheck.report.audit import Duplicates, FormTokens, Staffed
from fraudcheck.report.leads import asked_for, read_columns
from fraudcheck.report.spreadsheet import overview_csv, vendor_csv
from fraudcheck.report.text import overview_text
from fraudcheck.report.vendors import audit_all, with_examples
from fraudcheck.report.visits import Visits, parse
from fraudcheck.worth.enquiry import KINDS
from fraudcheck.worth.funnel import load_funnel
from tests.report.made import asked, bad, columns, every_kind, lead, lead_outcome, market, overview, vendor


def test_a_vendor_beside_the_others():
    made = [*[lead("acme")] * 8, *[bad("acme")] * 2, *[lead("Naija Leads", decision="review")] * 5]
    found = overview(made)
    assert [line.vendor for line in found.vendors] == ["acme", "Naija Leads"]
    acme, naija = found.vendors
    assert acme.decisions == {"accept": 8, "review": 0, "reject": 2}
    assert acme.classifications == {"bot": 2, "genuine": 8}
    assert (acme.bad.part, acme.bad.whole, acme.valid) == (2, 10, 8)
    assert naija.decisions["review"] == 5
    assert (found.all.leads, found.all.bad.share) == (15, pytest.approx(2 / 15))


def test_platforms_test_leads_count_nowhere_but_are_told():
    test = {"classification": "test", "decision": "review"}
    made = [*[lead("acme")] * 3, bad("acme"), *[lead("acme", **test)] * 7, lead("Naija Leads", **test)]
    found = overview(made)
    assert [line.vendor for line in found.vendors] == ["acme"]
    (acme,) = found.vendors
    assert (acme.leads, acme.valid, acme.tests, acme.classifications) == (4, 3, 7, {"bot": 1, "genuine": 3})
    assert (acme.bad.part, acme.bad.whole) == (1, 4)
    assert (found.all.leads, found.all.tests) == (4, 8)
    assert vendor("acme", made).summary.tests == 7


def test_duplicates_within_a_vendor_and_with_others():
    again = {"classification": "duplicate"}
    made = [
        lead(),
        *[lead(reasons="PHONE_VALID LEAD_SEEN_BEFORE", **again)] * 3,
        *[lead(reasons="LEAD_SEEN_BEFORE LEAD_SOLD_BEFORE", **again)] * 2,
    ]
    (line,) = overview(made).vendors
    assert line.duplicates == Duplicates(within=3, others=2)
    assert line.valid == 1


def test_since_when_a_vendor_says_that_somebody_else_typed():
    made = [
        *[lead(day=3)] * 4,
        *[lead(day=10, channel="call", reasons="CHANNEL_STAFFED")] * 2,
        lead(day=12, channel="call", reasons="CHANNEL_CONTRADICTED"),
        lead("other", day=1),
    ]
    acme, other = sorted(overview(made).vendors, key=lambda line: line.vendor)
    assert acme.staffed == Staffed(leads=3, contradicted=1, since="2026-09-04", sold_since="2026-08-28")
    assert other.staffed is None


def with_tokens():
    valid = "FORM_TOKEN_VALID PHONE_VALID"
    return [
        *[lead(day=3, channel="ppc", reasons=valid)] * 6,
        *[lead(day=4, channel="ppc", reasons="FORM_TOKEN_MISSING")] * 2,
        *[lead(day=5, channel="call")] * 4,
        *[lead(day=5, channel="offline", reasons=valid)] * 4,
        lead("other", day=1),
        lead("calls", day=1, channel="call"),
    ]


def test_whose_leads_carry_a_token_of_the_forms_script():
    found = overview(with_tokens())
    lines = {line.vendor: line.form_tokens for line in found.vendors}
    assert lines == {
        "acme": FormTokens(leads=8, valid=6, share=0.75),
        "other": FormTokens(leads=1, valid=0, share=0.0),
        "calls": FormTokens(),
    }
    assert found.all.form_tokens == FormTokens(leads=9, valid=6, share=6 / 9)


def test_from_whose_pages_tokens_came():
    origins = {f"https://{n}.example": n for n in range(1, 13)}
    report = with_examples(vendor("acme", with_tokens()), [], [], origins)
    shown = report.summary.form_tokens
    assert (shown.leads, shown.valid) == (8, 6)
    assert [(each.origin, each.leads) for each in shown.origins] == [
        *[(f"https://{n}.example", n) for n in range(12, 2, -1)],
        ("", 3),
    ]


def test_what_software_filled_in_for_a_person_is_a_valid_lead():
    assert overview([lead(classification="assisted", enquiry="sales_lead"), bad()]).all.valid == 1
    assert asked_for("accept", "assisted", "sales_lead") == "sales_lead"
    assert asked_for("reject", "assisted", "sales_lead") == "fake"


def test_who_is_worse_and_by_what():
    found = overview(market())
    assert [line.vendor for line in found.vendors if line.worse] == ["Delhi Connect"]
    assert found.vendors[0].worse_reasons == ["EMAIL_LOCAL_RANDOM", "FORM_TOO_FAST"]


def test_what_changed_since_when_and_what_it_comes_with():
    """The spring campaign turned bad on the seventieth day, 3 November."""
    report = vendor("acme", market())
    change = report.summary.change
    assert (change.direction, change.since[:7]) == ("rise", "2026-11")
    assert abs(int(change.since[8:]) - 3) <= 1
    assert change.before.share < 0.06
    assert change.after.share > 0.15
    carried = {
        (one.kind, one.name): one.carries / (change.after.share - change.before.share) for one in change.carriers
    }
    assert carried["campaign", "spring sale"] > 0.8
    assert ("campaign", "brand") not in carried
    assert {name for kind, name in carried if kind == "reason"} == {"FORM_TOO_FAST", "EMAIL_LOCAL_RANDOM"}
    assert [part.name for part in report.campaigns if part.worse] == ["spring sale"]


def test_nothing_is_said_to_have_changed_where_nothing_did():
    found = overview(market())
    assert [line.vendor for line in found.vendors if line.change] == ["acme"]


def test_a_vendor_in_full():
    report = vendor("Delhi Connect", market())
    reasons = {line.code: line for line in report.reasons}
    assert reasons["FORM_TOO_FAST"].worse
    assert reasons["FORM_TOO_FAST"].leads.share > 4 * reasons["FORM_TOO_FAST"].others.share
    assert not reasons["PHONE_VALID"].worse  # what speaks for a lead accuses nobody
    assert {part.name for part in report.channels} == {"ppc", "seo", "social"}
    assert sum(part.leads for part in report.sub_ids) == report.summary.leads
    assert vendor("nobody", market()) is None


def test_visits_forms_and_valid_leads():
    """10,000 visits, 500 forms, 300 valid: 5 % and 3 %."""
    made = [*[lead(channel="ppc")] * 300, *[bad(channel="ppc")] * 200, *[lead(channel="seo")] * 50]
    (rate,) = overview(made, visits=[Visits("ppc", "", 10_000)]).conversions
    assert (rate.forms, rate.valid, rate.raw_rate, rate.validated_rate) == (500, 300, 0.05, 0.03)


def test_money_by_reason_within_the_window_and_under_the_cap():
    made = [
        *[lead(day=85)] * 10,
        *[bad(day=85)] * 4,
        lead(day=85, reasons="PHONE_VALID LEAD_SOLD_BEFORE", classification="duplicate"),
        lead(day=85, reasons="USER_AGENT_CRAWLER", score=61),  # accepted: what did not stop the lead is no ground
        bad(day=10),  # too late
        lead(day=85, price=-1),
        bad(day=85, currency=None),
    ]
    contract = {"return_within_days": 14, "at_most_share": 0.15, "vendors": {"acme": {"at_most_share": 0.25}}}
    (money,) = overview(made, contract=contract).vendors[0].money
    assert (money.currency, money.leads, money.paid) == ("EUR", 17, "212.50")
    assert {one.reason: one.amount for one in money.returnable if one.leads} == {
        "bot_traffic": "62.50",
        "duplicate": "12.50",
    }
    assert (money.too_late, money.over_cap, money.claim) == ("12.50", "12.50", "50.00")


def test_what_became_of_the_leads_and_how_far_scores_can_be_believed():
    told = [
        lead_outcome(0, "converted", value=Price(amount="900.00", currency="PLN"), score=85),
        *[lead_outcome(n, "contacted", score=85) for n in range(8)],
        *[lead_outcome(n, "returned", reason="obviously_fake", score=85) for n in (8, 9)],
        lead_outcome(20, "returned", reason="no_answer", score=30),
    ]
    found = overview([*[lead(score=85)] * 20, lead(score=30)], told)
    known = found.all.outcomes
    assert (known.leads, known.genuine, known.fake, known.contacted, known.converted) == (11, 8, 2, 8, 1)
    assert known.returned == {"no_answer": 1, "obviously_fake": 2}
    assert known.value == {"PLN": "900.00"}
    eighties, thirties = found.calibration
    assert (eighties.low, eighties.high, eighties.leads) == (80, 89, 20)
    assert (eighties.genuine.part, eighties.genuine.whole, eighties.promised) == (8, 10, 0.85)
    assert thirties.genuine.whole == 0


@pytest.mark.parametrize("amount", ["1E-99999999", "9E+999999", "NaN", "-1E-99999999"])
def test_an_amount_that_is_none_counts_as_nothing(amount):
    told = [lead_outcome(0, "converted", value=Price(amount=amount, currency="PLN"))]
    assert overview([lead()], told).all.outcomes.value == {"PLN": "0"}


def test_of_no_leads():
    found = overview([])
    assert (found.vendors, found.all.leads, found.calibration, found.all.money) == ([], 0, [], [])
    assert vendor("acme", []) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("10000", ("", "", 10_000)),
        ("10,000", ("", "", 10_000)),
        ("ppc=4000", ("ppc", "", 4_000)),
        ("PPC/Tết=1200", ("ppc", "Tết", 1_200)),
        ("ppc/a=b/c=7", ("ppc", "a=b/c", 7)),
    ],
)
def test_visits_are_read(text, read):
    assert parse(text) == read


@pytest.mark.parametrize("text", ["", "many", "ppc=", "ppc=-1", "=1.5"])
def test_visits_that_cannot_be_read_say_what_to_give(text):
    with pytest.raises(ValueError, match="ppc/spring=1200"):
        parse(text)


def test_of_very_many_vendors_the_small_ones_are_put_together():
    """A form may make a vendor up for each lead."""
    made = [*[lead("acme")] * 3, *[lead(f"{number}") for number in range(1_500)]]
    found = overview(made)
    assert len(found.vendors) == 1_000
    assert found.smaller == "(502 smaller ones)"
    assert {line.vendor: line.leads for line in found.vendors}["(502 smaller ones)"] == 502
    assert vendor("1499", made).summary.leads == 1


@pytest.mark.parametrize(
    ("decision", "classification", "enquiry", "is_"),
    [
        ("accept", "genuine", "sales_lead", "sales_lead"),
        ("accept", "unverified", "none", "none"),
        ("accept", "genuine", "unclear", "unclear"),
        ("accept", "genuine", "unknown", "unknown"),
        ("review", "unverified", "sales_lead", "review"),
        ("review", "unverified", "job", "job"),
        ("review", "bot", "spam", "spam"),
        ("reject", "bot", "sales_lead", "fake"),
        ("reject", "bot", "customer_service", "fake"),
        ("reject", "bot", "solicitation", "solicitation"),  # which says more than that it was rejected
        ("accept", "duplicate", "sales_lead", "duplicate"),
        ("reject", "duplicate", "sales_lead", "duplicate"),  # by the policy's action
        ("accept", "competitor", "sales_lead", "competitor"),
        ("accept", "non_sales", "unknown", "non_sales"),  # as older verdicts said it
        ("accept", "non_sales", "job", "job"),
        ("accept", "genuine", "of a later version", "unclear"),
    ],
)
def test_what_a_lead_is_to_who_counts_enquiries(decision, classification, enquiry, is_):
    assert asked_for(decision, classification, enquiry) == is_


def test_what_the_other_enquiries_were():
    found = overview(every_kind(), visits=[Visits("", "", 10_000), Visits("ppc", "", 5_000)])
    whole = found.all
    assert sum(whole.kinds.values()) == whole.leads
    assert set(whole.kinds) == {*KINDS, "duplicate", "review", "fake", "unclear", "none", "unknown"}
    assert whole.sales_leads == whole.kinds["sales_lead"] <= whole.valid
    assert whole.bands == {"hot": whole.sales_leads // 2}
    assert Counter(whole.kinds) == sum((Counter(line.kinds) for line in found.vendors), Counter())
    channels = [line for line in found.sources if line.campaign is None]
    assert Counter(whole.kinds) == sum((Counter(line.kinds) for line in channels), Counter())
    for line in channels:
        parts = [each for each in found.sources if each.channel == line.channel and each.campaign is not None]
        assert sum(part.enquiries for part in parts) == line.enquiries == sum(line.kinds.values())
    (all_visits, ppc) = found.conversions
    assert (all_visits.kinds, all_visits.sales_leads) == (whole.kinds, whole.sales_leads)
    assert (ppc.forms, ppc.sales_rate) == (channels[0].enquiries, ppc.sales_leads / 5_000)
    text = "\n".join(overview_text(found))
    others = whole.leads - whole.sales_leads
    assert f"10,000 visits, {whole.leads:,} enquiries, {whole.sales_leads:,} sales leads" in text
    assert f"the other {others:,}: " in text


def test_of_leads_that_nobody_looked_at_nothing_is_said():
    assert "the others" not in "\n".join(overview_text(overview(market(), visits=[Visits("", "", 9)])))


def test_a_vendors_parts_have_kinds_too():
    report = vendor("acme", every_kind())
    for parts in (report.campaigns, report.channels):
        assert sum(part.sales_leads for part in parts) == report.summary.sales_leads > 0
    assert {row[0] for row in vendor_csv(report)} >= {"kind_sales_lead", "kind_review", "kind_job"}
    heading, *rows = overview_csv(overview(every_kind()))
    for row in rows:
        cells = dict(zip(heading, row, strict=True))
        assert int(cells["leads"]) == sum(int(cells[name]) for name in heading if name.startswith("kind_"))


def test_reviews_are_counted_beside_facts_that_were_told_later():
    known = [
        *(lead_outcome(1, "reviewed_fake"), lead_outcome(1, "converted")),
        *(lead_outcome(2, "reviewed_genuine"), lead_outcome(2, "qualified")),
        *(lead_outcome(3, "reviewed_fake"), lead_outcome(3, "reviewed_genuine")),
        lead_outcome(4, "reviewed_fake", reason="invalid_phone"),
    ]
    found = overview([lead()] * 4, known).all.outcomes
    assert (found.leads, found.genuine, found.fake, found.own) == (4, 3, 1, {})
    assert (found.reviewed_genuine, found.reviewed_fake) == (2, 2)
    assert (found.reviews_tested, found.reviews_right) == (2, 1)


def test_own_events_are_counted_beside_the_contracts():
    own = load_funnel({"events": {"offer": {"after": "qualified", "proves": "genuine"}}})
    known = [lead_outcome(1, "offer"), lead_outcome(1, "returned", reason="obviously_fake"), lead_outcome(2, "demo")]
    inputs = msgspec.structs.replace(asked(), funnel=own)
    found = audit_all(read_columns(columns([lead(), lead()])), known, inputs).all.outcomes
    assert (found.own, found.genuine, found.fake) == ({"demo": 1, "offer": 1}, 1, 0)
    assert overview([lead(), lead()], known).all.outcomes.fake == 1  # without the event it proves nothing


GENUINE = [["qualified"], ["converted"], ["contacted"], ["qualified", "returned"]]


@pytest.mark.parametrize("told", GENUINE, ids=" and ".join)
@pytest.mark.parametrize(
    "sold",
    [
        bad(),
        lead(decision="review", reasons="USER_AGENT_CRAWLER"),
        lead(reasons="EMAIL_DOMAIN_NXDOMAIN"),
        lead(classification="duplicate", reasons="LEAD_SOLD_BEFORE"),
    ],
    ids=["rejected", "in review", "a dead mailbox", "sold before"],
)
def test_a_lead_that_proved_genuine_is_paid_for_and_never_claimed(sold, told):
    others = [lead(), bad(), bad()]
    outcomes = [
        lead_outcome(1, each, of=sold, reason="obviously_fake" if each == "returned" else None) for each in told
    ]
    for report in (overview([sold, *others], outcomes).vendors[0], vendor("acme", [sold, *others], outcomes).summary):
        (money,) = report.money
        assert (money.leads, money.paid, money.claim) == (4, "50.00", "25.00")
        assert sum(each.leads for each in money.returnable) == 2
    capped = overview([sold, *others], outcomes, {"at_most_share": 0.25}).vendors[0].money[0]
    assert (capped.claim, capped.over_cap) == ("12.50", "12.50")
    late = overview([sold, *others], outcomes, {"return_within_days": 7}).all.money[0]
    assert (late.claim, late.too_late) == ("0.00", "25.00")


def test_what_proves_no_person_leaves_the_claim_as_it_is():
    sold = bad()
    for told in (
        [lead_outcome(1, "returned", of=sold, reason="obviously_fake"), lead_outcome(1, "contacted", of=sold)],
        [lead_outcome(1, "returned", of=sold, reason="no_answer")],
        [lead_outcome(1, "demo", of=sold)],
    ):
        assert overview([sold], told).all.money[0].claim == "12.50"


def test_a_duplicate_that_was_given_back_as_one_is_claimed_though_the_person_answered():
    sold = lead(classification="duplicate", reasons="LEAD_SEEN_BEFORE")
    told = [lead_outcome(1, "contacted", of=sold), lead_outcome(1, "returned", of=sold, reason="duplicate")]
    assert overview([sold], told).all.money[0].claim == "12.50"


def test_what_the_buyer_alone_gave_back_makes_no_claim():
    sold = lead()
    assert overview([sold], [lead_outcome(1, "returned", of=sold, reason="invalid_phone")]).all.money[0].claim == "0.00"


def test_a_genuine_lead_of_a_small_vendor_is_not_claimed_in_the_line_of_the_smaller_ones():
    many = [lead(f"v{number:04}", price=1_000_000) for number in range(1_000) for _ in range(2)]
    small = bad("tiny", price=1_000_000)
    told = overview([*many, small], [lead_outcome(1, "qualified", of=small)])
    assert told.smaller is not None
    assert (told.all.money[0].paid, told.all.money[0].claim) == ("2001.00", "0.00")
