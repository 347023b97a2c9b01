"""Vendors that differ in case and blanks only are one, everywhere."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.tenant_files import default_policy
from fraudcheck.batch.tally import Tally
from fraudcheck.identifiers import vendor_key
from fraudcheck.ledger.outcomes import histories
from fraudcheck.ports.ledger import OutcomeCounts
from fraudcheck.report import returns
from fraudcheck.scoring.policy import load_policy, vendor_policy


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("LeadHaus", "LEADHAUS", True),
        ("LeadHaus", " leadhaus ", True),
        ("Lead Haus", "Lead \u00a0\t Haus", True),
        ("Lead Haus", "LeadHaus", False),
        ("lead-haus", "lead haus", False),
        ("LeadHaus", "Lead\u200bHaus\ufeff", True),
        ("LeadHaus", "Lead\u00adHaus", True),  # a soft hyphen
        ("LeadHaus", "ＬｅａｄＨａｕｓ", True),  # full width, as in Japan
        ("Chợ Lớn", "CHO\u031b\u0323 LO\u031b\u0301N", True),
        ("Chợ Lớn", "Cho Lon", False),
        ("Straße Leads", "STRASSE LEADS", True),
        ("ΟΔΟΣ", "οδος", True),
        ("İstanbul Işık", "istanbul ışık", True),
        ("İSTANBUL IŞIK", "istanbul ışık", True),
        ("Лиды", "ЛИДЫ", True),
        ("acme", "acme2", False),
    ],
)
def test_a_vendor_is_known_by_its_key(one: str, other: str, same: bool) -> None:
    assert (vendor_key(one) == vendor_key(other)) is same


@given(st.text(max_size=60))
def test_a_key_is_its_own(name: str) -> None:
    key = vendor_key(name)
    assert vendor_key(key) == key
    assert vendor_key(f"  {name}\u200b ") == key


def test_a_policys_and_a_contracts_section_is_its_vendors() -> None:
    policy = load_policy(default_policy(), {"vendors": {"LeadHaus": {"prior": 3.0}}})
    for vendor, prior in (("LEADHAUS", 3.0), ("leadhaus", 3.0), ("Lead Haus", 9.5), (None, 9.5), ("", 9.5)):
        assert vendor_policy(policy, vendor).prior == prior
    contract = returns.load({"vendors": {"LeadHaus": {"return_within_days": 7}}})
    assert returns.vendor_terms(contract, "LEADHAUS").return_within_days == 7
    returns.load({"vendors": {"LeadHaus": {}, "LEADHAUS": {}}})  # of which neither contradicts the other
    with pytest.raises(ValueError, match="are one vendor: give one of them"):
        load_policy(default_policy(), {"vendors": {"LeadHaus": {"prior": 3.0}, "LEADHAUS": {"prior": 4.0}}})
    with pytest.raises(ValueError, match="are one vendor: give one of them"):
        returns.load({"vendors": {"LeadHaus": {"return_within_days": 7}, "LEADHAUS": {"return_within_days": 8}}})


def test_outcomes_of_all_spellings_are_one_history() -> None:
    counts = [
        OutcomeCounts(vendor=vendor, buyer="", genuine=20, fake=5) for vendor in ("LeadHaus", "LEADHAUS", "Lead Haus")
    ]
    assert {vendor: history.outcomes for vendor, history in histories(counts).items()} == {
        "leadhaus": 50,
        "lead haus": 25,
    }


def test_a_batch_shows_the_first_spelling() -> None:
    first, second = Tally(), Tally()
    for tally, vendors in ((first, ["LeadHaus", "LEADHAUS"]), (second, ["leadhaus", "Lead Haus", ""])):
        for vendor in vendors:
            tally._of_vendor(vendor)["accept"] += 1
    whole = Tally()
    for tally in (first, second):
        whole.merge(msgspec.json.encode(tally, order="sorted"))
    assert whole.vendors == {"LeadHaus": {"accept": 3}, "Lead Haus": {"accept": 1}, "": {"accept": 1}}
