"""A claim adds up to the report's money to the cent, each lead is claimed once, and each sentence can be said."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import resources
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.ledger.record import Opened
from fraudcheck.ports.claims import Claimed, ClaimedLead, Paid, VendorLead, VendorLeads
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Lead, Outcome, Price, format_utc
from fraudcheck.report import claims, leads, returns, vendors
from fraudcheck.report.claim_files import claim_csv
from fraudcheck.report.claim_words import LANGUAGES, Words, facts_known
from fraudcheck.report.lead_outcomes import group_by_lead
from tests.report.made import SCOPE, TODAY, columns, lead, lead_outcome

TABLES = tomllib.loads(resources.files("fraudcheck").joinpath("data/claim_words.toml").read_text("utf-8"))
DAY = "2026-11-03T20:30:00.000Z"


def words(language="en", zone="UTC"):
    return Words(TABLES, language, ZoneInfo(zone))


# --- The money


def made_leads():
    """One vendor's leads: any day of a quarter, currency, price with up to six places, verdict, outcome and claim."""
    kinds = (
        ("reject", "bot", "FORM_TOO_FAST EMAIL_LOCAL_RANDOM"),
        ("reject", "prank", "NAME_PLACEHOLDER"),
        ("reject", "bot", "EMAIL_LOCAL_RANDOM"),
        ("accept", "duplicate", "LEAD_SEEN_BEFORE PHONE_VALID"),
        ("accept", "genuine", "PHONE_VALID"),
        ("review", "unverified", "PHONE_INVALID"),
    )
    return st.lists(
        st.tuples(
            st.integers(0, 89),
            st.sampled_from(kinds),
            st.sampled_from(["EUR", "USD", None]),
            st.one_of(st.just(-1), st.integers(0, 30_000_000)),
            st.sampled_from([None, None, "contacted", "qualified", "returned"]),
            st.sampled_from([None, None, None, 0.4, 1.0]),
            st.sampled_from([None, "accepted", "refused", "credited"]),
        ),
        max_size=40,
    )


contracts = st.fixed_dictionaries(
    {},
    optional={
        "return_within_days": st.integers(0, 60),
        "at_most_share": st.sampled_from([0.0, 0.07, 0.15, 0.333, 0.5, 1.0]),
        "reasons": st.lists(st.sampled_from(list(returns.RETURN_REASONS)), min_size=1, unique=True),
        "vendors": st.just({"ACME": {"return_within_days": 30}}),
    },
)


def world(drawn):
    """The same leads as the audit's columns, with outcomes, and as a claim reads them."""
    audited, outcomes, found, claimed = [], [], [], []
    paid: Counter[tuple[int, str]] = Counter()
    counts: Counter[tuple[int, str]] = Counter()
    for number, (day, (decision, classification, codes), currency, price, became, part, answer) in enumerate(drawn):
        own = lead(
            "acme", day, decision=decision, classification=classification, reasons=codes, currency=currency, price=price
        )
        audited.append(own)
        name, at = f"{number:04}", format_utc(datetime.fromordinal(own["day"]).replace(hour=12, tzinfo=UTC))
        if became:
            reason = "duplicate" if became == "returned" and classification == "duplicate" else None
            outcomes.append(lead_outcome(number, became, of=own, reason=reason))
        told = {"checked_at": at, "source": own["source"], "decision": decision, "codes": codes, "price": price}
        if price >= 0 and currency:
            paid[own["day"], currency] += price
            counts[own["day"], currency] += 1
        if decision == "reject" or not claims.RETURNABLE.isdisjoint(codes.split()):
            found.append(VendorLead(lead=name, check_id=name, currency=currency, **told))
        if part is not None and price > 0 and currency:
            one = Claimed(
                lead=name,
                check_id=name,
                claim="before",
                vendor="acme",
                reason="bot_traffic",
                currency=currency,
                price=price,
                amount=int(price * part) or 1,
                claimed_at=DAY,
                answer=answer,
                credited=int(price * part) // 2 if answer == "credited" else None,
            )
            claimed.append(ClaimedLead(claimed=one, newest=name, currency=currency, **told))
    costs = [Paid(day=day, currency=name, leads=counts[day, name], millionths=paid[day, name]) for day, name in paid]
    return audited, outcomes, VendorLeads(paid=costs, leads=found, counted=len(drawn)), claimed


def both(drawn, contract):
    """The report's money by currency, and how the claim settles each lead."""
    audited, outcomes, found, claimed = world(drawn)
    told = returns.load(contract)
    inputs = vendors.AuditInputs(scope=SCOPE, contract=told, today=TODAY, claimed=claimed)
    report = vendors.audit_vendor(leads.read_columns(columns(audited)), outcomes, inputs, "acme") if audited else None
    with_outcomes = {each.told.lead: each for each in group_by_lead(outcomes)}
    terms = returns.vendor_terms(told, "acme")
    return report, claims.settle(found, claimed, with_outcomes, terms, TODAY), terms


@given(made_leads(), contracts)
def test_the_rows_add_up_to_the_reports_money(drawn, contract):
    report, settled, _ = both(drawn, contract)
    money = {each.currency: each for each in report.summary.money} if report else {}
    totals = {each.currency: each for each in claims.totals(settled)}
    for currency, each in money.items():
        total = totals.get(currency)
        rows = sum(one.amount for one in settled if one.lead.currency == currency and one.why != "claimed")
        assert returns.amount(rows) == each.claim == (total.amount if total else "0.00")
        if total:
            assert (total.too_late, total.over_cap, total.claimed) == (each.too_late, each.over_cap, each.claimed)
        returnable = sum(Decimal(one.amount) for one in each.returnable)
        parts = (each.claim, each.too_late, each.over_cap, each.claimed)
        assert returnable == sum(map(Decimal, parts)) == Decimal(total.returnable if total else 0)
        assert Decimal(each.claimed) == Decimal(each.open) + _settled_for_good(drawn, currency)
    assert totals.keys() <= money.keys()


def _settled_for_good(drawn, currency):
    """What was claimed of the leads that the vendor refused or credited."""
    amounts = [
        int(price * part) or 1
        for _, _, told, price, _, part, answer in drawn
        if part is not None and price > 0 and told == currency and answer in ("refused", "credited")
    ]
    return Decimal(sum(amounts)) / 1_000_000


@given(made_leads(), contracts)
def test_no_lead_is_claimed_twice_nor_a_month_beyond_its_cap(drawn, contract):
    _, settled, terms = both(drawn, contract)
    assert max(Counter(each.lead.lead for each in settled).values(), default=1) == 1
    by_month: Counter[tuple[str, str]] = Counter()
    for each in settled:
        assert 0 <= each.amount <= max(0, each.lead.price)
        assert each.why is not None or each.amount == each.lead.price
        by_month[each.lead.checked_at[:7], each.lead.currency or ""] += each.amount
    if terms.at_most_share is not None:
        cost: Counter[tuple[str, str]] = Counter()
        for day, _, currency, price, *_ in drawn:
            month = (date.fromordinal(lead("acme", day)["day"]).isoformat()[:7], currency or "")
            cost[month] += max(0, price)
        assert all(claimed <= terms.at_most_share * cost[month] + 1e-3 for month, claimed in by_month.items())
    again = claims.settle(*_after(drawn, settled, contract))
    assert not [each for each in again if each.amount > 0 and each.why != "claimed"]


def _after(drawn, settled, contract):
    """The same world once the claim was kept."""
    _, outcomes, found, claimed = world(drawn)
    kept = {one.lead: one for one in claims.kept_rows(settled, "c1", "acme", DAY)}
    claimed += [
        ClaimedLead(
            claimed=kept[one.lead],
            newest=one.check_id,
            **{name: getattr(one, name) for name in ("checked_at", "source", "decision", "codes", "price", "currency")},
        )
        for one in found.leads
        if one.lead in kept
    ]
    terms = returns.vendor_terms(returns.load(contract), "acme")
    return found, claimed, {each.told.lead: each for each in group_by_lead(outcomes)}, terms, TODAY


def vendor_lead(
    number, codes="NAME_PLACEHOLDER", decision="reject", price=10_000_000, day="2026-11-20", currency="EUR"
):
    return VendorLead(
        lead=f"{number}",
        check_id=f"{number}",
        checked_at=f"{day}T12:00:00.000Z",
        source=("acme", None, None, None),
        decision=decision,
        codes=codes,
        price=price,
        currency=currency,
    )


def settle(found, contract=None, outcomes=(), claimed=()):
    costs = [
        Paid(day=date.fromisoformat(each.checked_at[:10]).toordinal(), currency="EUR", leads=1, millionths=each.price)
        for each in found
        if each.price >= 0
    ]
    terms = returns.vendor_terms(returns.load(contract or {}), "acme")
    told = {each.told.lead: each for each in group_by_lead(outcomes)}
    return claims.settle(VendorLeads(paid=costs, leads=found), claimed, told, terms, TODAY), terms


def test_the_lead_across_the_cap_is_claimed_in_part_and_later_ones_not_at_all():
    found = [vendor_lead(number) for number in range(4)]
    settled, terms = settle(found, {"at_most_share": 0.375})
    assert [(each.amount, each.why) for each in settled] == [
        (10_000_000, None),
        (5_000_000, "over_cap"),
        (0, "over_cap"),
        (0, "over_cap"),
    ]
    assert "37.5 %" in claims.why_text(settled[1], terms, words())


@pytest.mark.parametrize(
    ("each", "contract", "why"),
    [
        (vendor_lead(1, day="2026-11-13"), {"return_within_days": 10}, None),
        (vendor_lead(1, day="2026-11-12"), {"return_within_days": 10}, "too_late"),
        (vendor_lead(1, codes="PHONE_IMPOSSIBLE"), {"reasons": ["duplicate"]}, "not_in_contract"),
        (vendor_lead(1, codes="EMAIL_LOCAL_RANDOM"), {}, "no_reason"),
        (vendor_lead(1, price=-1), {}, "no_price"),
        (vendor_lead(1, currency=None), {}, "no_price"),
        (vendor_lead(1), {"at_most_share": 0}, "over_cap"),
    ],
)
def test_what_is_not_claimed_says_why_in_every_language(each, contract, why):
    settled, terms = settle([each], contract)
    assert [one.why for one in settled] == [why]
    for language in LANGUAGES if why else ():
        text = claims.why_text(settled[0], terms, words(language))
        assert text.endswith(".")
        assert not re.search("[{}]|None", text)


def test_a_lead_that_proved_genuine_is_not_claimed_but_a_duplicate_that_was_given_back_is():
    known = [vendor_lead(number, "LEAD_SEEN_BEFORE", "accept") for number in (1, 2)]
    outcomes = [
        lead_outcome(1, "qualified"),
        *[lead_outcome(2, "qualified"), lead_outcome(2, "returned", reason="duplicate")],
    ]
    outcomes = [msgspec.structs.replace(each, lead=f"{int(each.lead)}") for each in outcomes]
    assert [each.why for each in settle(known, outcomes=outcomes)[0]] == ["proved_genuine", None]


def test_an_accepted_lead_with_a_reason_that_only_rejects_is_no_part_of_a_claim():
    assert settle([vendor_lead(1, "USER_AGENT_CRAWLER", "accept")])[0] == []


# --- The words


def known_of(code, evidence=None, facts=None, lead_=None, earlier=None, zone="UTC", language="en", asked_on=None):
    opened = Opened(
        tenant="default",
        check_id="1",
        lead=lead_ or Lead(),
        facts=facts or {},
        verdict={
            "checked_at": DAY,
            "reasons": [{"code": code, "points": -9.0, "evidence": evidence or {}}],
            "versions": {"data": {"dns": asked_on} if asked_on else {}},
        },
        tokens={},
        erased=False,
    )
    own = words(language, zone)
    return own.evidence([code], facts_known(opened, [code], own, earlier or {}))


RETURNABLE = sorted(claims.RETURNABLE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", RETURNABLE)
def test_every_reason_has_a_sentence_that_needs_days_alone(code, language):
    text = known_of(code, language=language)
    assert text.endswith(".")
    assert "2026" in text
    assert not re.search("[{}]|None", text)


def test_the_sentences_are_of_returnable_codes_and_have_the_same_places_in_every_language():
    for row in TABLES["sentence"]:
        assert CATALOGUE[row["code"]].return_reason
        places = {frozenset(re.findall(r"\{(\w+)\}", row[language])) for language in LANGUAGES}
        assert len(places) == 1, row["code"]
    assert {row["code"] for row in TABLES["sentence"]} == claims.RETURNABLE


def test_every_table_has_every_language_with_the_same_places():
    def entries(table):
        if set(LANGUAGES) <= table.keys() and all(isinstance(table[name], str) for name in LANGUAGES):
            yield table
        for inner in table.values():
            if isinstance(inner, dict):
                yield from entries(inner)

    found = list(entries({name: each for name, each in TABLES.items() if name not in ("days", "months", "letter")}))
    assert len(found) > 40
    for each in found:
        assert len({frozenset(re.findall(r"\{(\w+)\}", each[name])) for name in LANGUAGES}) == 1, each
    for reason in returns.RETURN_REASONS:
        assert all(reason in TABLES[table] for table in ("reasons", "how", "bring"))
    letters = TABLES["letter"]
    for part in letters["en"]:
        assert len({frozenset(re.findall(r"\{(\w+)\}", letters[name][part])) for name in LANGUAGES}) == 1, part


@pytest.mark.parametrize(
    ("code", "evidence", "said"),
    [
        ("EMAIL_DISPOSABLE", {"list": "disposable-email-domains 0.0.293"}, "the list disposable-email-domains 0.0.293"),
        ("EMAIL_DOMAIN_MISTYPED", {"meant": "gmail.com", "list": "x"}, "away from gmail.com"),
        ("FORM_TOO_FAST", {"fill_seconds": 0.4}, "within 0.4 seconds"),
        ("FORM_TOO_FAST", {"seconds_on_page": 2.0}, "open for 2 seconds"),
        ("FORM_TOO_FAST", {"seconds_on_page": None}, "faster than people type"),
        ("PHONE_SEEN_OFTEN", {"window": "day", "hour": 3, "day": 31}, "31 earlier leads came with the same phone"),
        ("PHONE_SHARED", {"window": "month", "strangers": 9}, "9 strangers came with the same phone number within 30"),
        ("PHONE_DIGITS_PATTERN", {"pattern": "counting"}, "count up or down"),
        ("PHONE_DIGITS_PATTERN", {"pattern": "repeats"}, "repeat in a pattern"),
        ("PHONE_INVALID", {"list": "Bundesnetzagentur"}, "plan of Bundesnetzagentur"),
        ("PHONE_INVALID", {"may_be_new": True}, "in no range"),
        ("LEAD_RESUBMITTED", {"seconds_ago": 12}, "12 seconds before"),
        ("EMAIL_MX_UNRESOLVED", {"hosts": 2}, "none of the 2 mail hosts"),
    ],
)
def test_a_sentence_says_what_was_kept(code, evidence, said):
    text = known_of(code, evidence)
    assert said in text
    assert "3 November 2026" in text


def test_a_day_is_the_zones():
    assert "4 November 2026" in known_of("EMAIL_NULL_MX", zone="Asia/Ho_Chi_Minh")
    assert "4. November 2026" in known_of("EMAIL_NULL_MX", zone="Asia/Ho_Chi_Minh", language="de")
    assert "ngày 3 tháng 11 năm 2026" in known_of("EMAIL_NULL_MX", language="vi")


def test_an_answer_of_the_dns_that_was_older_says_so():
    text = known_of("EMAIL_DOMAIN_NXDOMAIN", facts={"email_mx": {"v": 1, "route": "nxdomain", "stale": True}})
    assert "last answered" in text
    assert "last answered" not in known_of("EMAIL_DOMAIN_NXDOMAIN")


@pytest.mark.parametrize(
    ("phone", "country", "said"),
    [
        ("0912 840 375 10", "VN", "a digit too many for a number of its country (VN)"),
        ("0912 840 375 1234", "VN", "more digits than any number"),
        ("0151 123", "DE", "length or form"),
        ("911", "US", "fewer digits than any number of its country (US)"),
        ("+44 20 7946 0958 123456", "VN", "length or form"),  # a number of another country than the lead's
        ("not a number", "VN", "length or form"),
        ("0912 840 3751", None, "length or form"),
    ],
)
def test_how_an_impossible_number_is_impossible(phone, country, said):
    assert said in known_of("PHONE_IMPOSSIBLE", lead_=Lead(phone=phone, country=country))


def test_the_day_is_said_once_by_several_sentences_that_end_alike():
    own = words()
    codes = ["NAME_PLACEHOLDER", "EMAIL_LOCAL_PLACEHOLDER", "EMAIL_NULL_MX"]
    known = {code: dict.fromkeys(("day", "checked"), "3 November 2026") for code in codes}
    assert own.evidence(codes, known).count("It came on 3 November 2026.") == 1


ASKED = {
    *("EMAIL_DISPOSABLE", "EMAIL_DOMAIN_NXDOMAIN", "EMAIL_NULL_MX", "EMAIL_NO_MAIL_HOST", "EMAIL_MX_UNRESOLVED"),
    *("EMAIL_MX_PRIVATE", "EMAIL_SPF_REFUSES_ALL", "EMAIL_THROWAWAY_MAIL_HOST", "PHONE_INVALID", "PHONE_FICTIONAL"),
    *("PHONE_PREMIUM", "PHONE_PUBLIC_INBOX", "LEAD_UNREACHABLE"),
}
"""What rests on the world as it is on the day that it is asked, and not on what came with the lead."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_looked_up_was_so_on_the_day_that_it_was_and_what_came_when_it_came(language):
    for row in TABLES["sentence"]:
        dated = {"day", "checked"} & set(re.findall(r"\{(\w+)\}", row[language]))
        assert dated == {"checked" if row["code"] in ASKED else "day"}, row


def test_a_live_lead_was_looked_up_when_it_came_and_one_of_a_file_on_the_day_of_its_batch():
    assert known_of("EMAIL_DOMAIN_NXDOMAIN").startswith("On 3 November 2026 the DNS said")
    assert known_of("EMAIL_DOMAIN_NXDOMAIN", asked_on="2026-11-29").startswith("On 29 November 2026 the DNS said")
    assert "It came on 3 November 2026" in known_of("NAME_PLACEHOLDER", asked_on="2026-11-29")
    assert "29 tháng 11 năm 2026" in known_of("EMAIL_NULL_MX", asked_on="2026-11-29", zone="Asia/Tokyo", language="vi")


def test_that_nobody_can_be_reached_is_said_with_what_a_stranger_can_check():
    codes = ["LEAD_UNREACHABLE", "EMAIL_NULL_MX", "NAME_KEYBOARD_WALK", "GONE_CODE", "PHONE_IMPOSSIBLE", "PHONE_VALID"]
    fake = claims.Settled(vendor_lead(1), "obviously_fake", 1)
    dead = ["EMAIL_NULL_MX", "PHONE_IMPOSSIBLE"]
    assert claims.codes_for(fake, codes, "reject") == ["LEAD_UNREACHABLE", *dead, "NAME_KEYBOARD_WALK"]
    assert claims.codes_for(fake, codes[1:], "reject") == ["NAME_KEYBOARD_WALK"]
    assert claims.codes_for(claims.Settled(vendor_lead(1), "invalid_email", 1), codes, "reject") == ["EMAIL_NULL_MX"]


def test_an_earlier_lead_is_named_as_far_as_it_may_be():
    own = {"earlier": "own", "earlier_day": "1 November 2026", "earlier_time": "10:00"}
    text = known_of("LEAD_SEEN_BEFORE", earlier=own | {"earlier_reference": "A-17"})
    assert "from you on 1 November 2026 under your reference A-17" in text
    assert "at 10:00" in known_of("LEAD_SEEN_BEFORE", earlier=own)
    other = {"earlier": "other", "earlier_day": "1 November 2026", "earlier_time": "10:00"}
    assert known_of("LEAD_SOLD_BEFORE", earlier=other).startswith("Another supplier had brought")
    assert known_of("LEAD_SOLD_BEFORE", earlier=other | {"earlier_vendor": "beta"}).startswith("beta had brought")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("vendor", ["Chợ Lớn Media", "سوق العملاء", "Leads São Paulo", "{vendor} <b>", "บางกอก"])
def test_the_letter_is_plain_and_complete(language, vendor):
    settled, _ = settle([vendor_lead(1), vendor_lead(2, "LEAD_SEEN_BEFORE", "accept"), vendor_lead(3, price=1_234_567)])
    own = words(language)
    subject, letter = claims.letter(
        own, vendor, claims.totals(settled), ("A", "B"), TODAY, TODAY + timedelta(days=14), date(2026, 12, 4)
    )
    text = "\n".join([subject, *letter])
    assert vendor in text
    assert own.money("21.234567", "EUR") in text
    assert all(own.of("how", reason) in text for reason in ("obviously_fake", "duplicate"))
    assert own.of("how", "invalid_phone") not in text
    assert own.day(date(2026, 12, 7)) in text
    assert own.day(date(2026, 12, 4)) in text
    assert "p-value" not in text
    assert not re.search(r"\{(?!vendor\})", text)


def test_a_letter_of_nothing_asks_for_nothing_to_be_brought():
    subject, letter = claims.letter(words(), "acme", [], ("A", "B"), TODAY, TODAY, None)
    assert subject
    assert not [each for each in letter if "send:" in each]


def test_money_is_written_as_people_of_the_language_do():
    assert words("en").money("1234.50", "EUR") == "1,234.50 EUR"
    assert words("de").money("1234.50", "EUR") == words("vi").money("1234.50", "EUR") == "1.234,50 EUR"


def test_a_cell_of_a_claim_runs_nothing():
    row = claims.ClaimRow(
        check_id="1",
        reference="=cmd|' /C calc'!A0",
        at=DAY,
        came="2026-11-03 20:30",
        campaign="+1",
        sub_id="@x",
        channel=None,
        price="10.00",
        currency="EUR",
        amount="10.00",
        reason="duplicate",
        reason_text="Duplicate",
        evidence="-",
        return_by=None,
    )
    claim = claims.VendorClaim(
        claim=None,
        vendor="acme",
        since=DAY,
        until=DAY,
        made_at=DAY,
        timezone="UTC",
        language="en",
        for_vendor=False,
        answer_by="2026-11-30",
        subject="s",
        letter=[],
        totals=[],
        leads=1,
        rows=[row],
    )
    heading, cells = claim_csv(claim)
    assert heading[0] == "reference"
    assert cells[0].startswith("'=")
    assert cells[3].startswith("'@")


def test_a_claim_still_holds_or_does_not():
    one = Claimed(
        lead="1",
        check_id="1",
        claim="c",
        vendor="acme",
        reason="duplicate",
        currency="EUR",
        price=1,
        amount=1,
        claimed_at=DAY,
    )
    told = {"claimed": one, "newest": "1", "checked_at": DAY, "source": ("acme", None, None, None)}
    assert claims.still_holds(ClaimedLead(decision="reject", codes="NAME_PLACEHOLDER", **told), {})
    assert not claims.still_holds(ClaimedLead(decision="accept", codes="PHONE_VALID", **told), {})
    value = Price(amount="5", currency="EUR")
    outcomes = group_by_lead([msgspec.structs.replace(lead_outcome(1, "converted"), lead="1")])
    assert outcomes[0].outcomes == [Outcome(outcome="converted")] != [Outcome(outcome="converted", value=value)]
    held = ClaimedLead(decision="reject", codes="NAME_PLACEHOLDER", **told)
    assert not claims.still_holds(held, {"1": outcomes[0]})
