"""The contract's arithmetic and rules, first as its own tables, then as properties over any findings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.tenant_files import default_policy
from fraudcheck.reasons import CATALOGUE, GROUPS, Reason
from fraudcheck.records import Finding
from fraudcheck.scoring import policy as policy_module
from fraudcheck.scoring import score as score_module
from fraudcheck.scoring.policy import decode_policy, encode_policy, load_policy, vendor_policy
from fraudcheck.scoring.score import score_findings
from fraudcheck.signals.registry import SIGNALS

POLICY = load_policy(default_policy())
BOTH = ("email", "phone")


def judge(*codes, given=BOTH, policy=POLICY, **more):
    findings = [code if isinstance(code, Finding) else Finding(code) for code in codes]
    return score_findings(findings, policy, given=given, **more)


@pytest.mark.parametrize(
    ("lead", "codes", "score", "decision"),
    [
        ("nothing known", [], 90, "accept"),
        ("plain good", ["EMAIL_DOMAIN_RECEIVES", "PHONE_VALID", "EMAIL_MATCHES_NAME"], 97, "accept"),
        ("phone only, valid", ["PHONE_VALID"], 92, "accept"),
        ("phone only, VoIP", ["PHONE_VOIP"], 78, "accept"),
        ("throw-away mail alone", ["EMAIL_DISPOSABLE"], 36, "review"),
        ("throw-away mail with a VPN", ["EMAIL_DISPOSABLE", "NETWORK_VPN"], 22, "review"),
        ("mail dead, phone good", ["EMAIL_DOMAIN_NXDOMAIN", "PHONE_VALID"], 41, "review"),
        ("a random-looking name alone", ["NAME_RANDOM"], 69, "accept"),
        ("a carrier's gateway address", ["IP_SEEN_OFTEN"], 82, "accept"),
        ("one whole group against it", ["FORM_WEBDRIVER", "FORM_TOO_FAST"], 22, "review"),
        ("honeypot filled", ["FORM_HONEYPOT_FILLED"], 1, "reject"),
        ("honeypot filled by autofill", ["FORM_HONEYPOT_AUTOFILLED"], 59, "review"),
        ("the contract's example", ["FORM_TOO_FAST", "EMAIL_DISPOSABLE", "EMAIL_LOCAL_RANDOM"], 4, "reject"),
    ],
)
def test_the_contracts_example_leads(lead, codes, score, decision):
    verdict = judge(*codes)
    assert (verdict.trust_score, verdict.decision) == (score, decision)


SELLS = Finding("ENQUIRY_SOLICITATION")


@pytest.mark.parametrize(
    ("codes", "score", "decision", "taken"),
    [
        ([SELLS], 47, "review", -2.0),
        ([Finding("ENQUIRY_SPAM")], 47, "review", -2.0),
        ([Finding("ENQUIRY_SOLICITATION", scale=0.8)], 59, "review", -2.0),
        ([Finding("ENQUIRY_SOLICITATION", scale=0.7)], 74, "accept", None),  # not sure enough
        ([Finding("ENQUIRY_SOLICITATION", scale=0.5), Finding("CONTENT_SPAM_SHAPE", scale=0.5)], 53, "review", -2.0),
        ([SELLS, "EMAIL_DISPOSABLE"], 5, "review", -2.0),  # two lists reject nobody
        (["CONTENT_ATTACK"], 59, "review", None),  # whoever attacks: his contact is no seller's
        (["ENQUIRY_NON_SALES"], 93, "accept", None),
        (["ENQUIRY_COMPETITOR"], 93, "accept", None),
    ],
)
def test_a_sellers_good_contact_says_nothing_for_the_lead(codes, score, decision, taken):
    verdict = judge(*codes, "PHONE_VALID", "EMAIL_DOMAIN_RECEIVES")
    assert (verdict.trust_score, verdict.decision) == (score, decision)
    assert {cap.group: cap.points_removed for cap in verdict.group_caps}.get("for") == taken


@pytest.mark.parametrize(
    ("points_against", "points_for", "score", "decision", "by"),
    [
        ({"cluster": -12.0, "velocity": -8.0}, 4.0, 18, "reject", "two_groups"),  # a careful farm
    ],
)
def test_the_contracts_leads_of_later_signals(monkeypatch, points_against, points_for, score, decision, by):
    rows = dict(CATALOGUE)
    for group, points in points_against.items():
        rows[f"TEST_{group}"] = Reason(code=f"TEST_{group}", group=group, check="test", points=points, text="")
    rows["TEST_FOR"] = Reason(code="TEST_FOR", group="email", check="test", points=points_for, text="")
    for module in (policy_module, score_module):
        monkeypatch.setattr(module, "CATALOGUE", rows)
    policy = load_policy(default_policy())
    findings = [Finding(f"TEST_{group}") for group in points_against] + [Finding("TEST_FOR")] * bool(points_for)
    verdict = score_findings(findings, policy, given=BOTH)
    assert (verdict.trust_score, verdict.decision, verdict.decided_by) == (score, decision, by)


def test_the_contracts_arithmetic_by_hand():
    verdict = judge("FORM_TOO_FAST", "EMAIL_DISPOSABLE", "EMAIL_LOCAL_RANDOM", unknown=["email_mx"])
    assert [reason.points for reason in verdict.reasons] == [-10.0, -12.0, -4.0]
    assert [(cap.group, cap.points_removed) for cap in verdict.group_caps] == [("email", 3.0)]
    assert (verdict.sum, verdict.trust_score, verdict.score_range) == (-13.5, 4, (4, 5))
    assert verdict.classification == "bot"


@pytest.mark.parametrize(
    ("why", "codes", "more", "decision", "by"),
    [
        ("lists alone reject nobody", ["EMAIL_DISPOSABLE", "PHONE_INVALID"], {}, "review", "lists_only"),
        ("one thing beside the list does", ["EMAIL_DISPOSABLE", "NAME_KEYBOARD_WALK"], {}, "reject", "two_groups"),
        (
            "one group rejects nobody",
            ["NAME_RANDOM", "FIELDS_SAME_VALUE", "NAME_HAS_LINK"],
            {},
            "review",
            "between_limits",
        ),
        ("every channel dead is conclusive", ["EMAIL_NULL_MX", "PHONE_IMPOSSIBLE"], {}, "reject", "conclusive"),
        ("so is the only one", ["PHONE_IMPOSSIBLE"], {"given": ["phone"]}, "reject", "conclusive"),
        ("unread is not dead", ["EMAIL_SYNTAX_INVALID"], {"given": ["email"]}, "review", "between_limits"),
        (
            "which old facts had not learnt",
            [Finding("EMAIL_SYNTAX_INVALID", dead="email")],
            {"given": ["email"]},
            "reject",
            "conclusive",
        ),
        (
            "another address is left",
            ["EMAIL_DOMAIN_NXDOMAIN"],
            {"given": ["email"], "several": ["email"]},
            "review",
            "between_limits",
        ),
        ("a few words reject nobody", ["EMAIL_UNREADABLE", "PHONE_VALID"], {}, "accept", "accept_from"),
        ("nor accept they anybody alone", ["EMAIL_UNREADABLE"], {"given": ["email"]}, "review", "unreadable"),
        ("nor in both fields", ["EMAIL_UNREADABLE", "PHONE_UNREADABLE"], {}, "review", "unreadable"),
        (
            "nor does it make another channel's death the lead's",
            ["EMAIL_UNREADABLE", "PHONE_IMPOSSIBLE"],
            {},
            "review",
            "between_limits",
        ),
        (
            "two groups that were read and are wrong are enough",
            ["EMAIL_SYNTAX_INVALID", "PHONE_IMPOSSIBLE"],
            {},
            "reject",
            "two_groups",
        ),
        ("one of two is a slip", ["PHONE_IMPOSSIBLE"], {}, "review", "between_limits"),
        (
            "a slip explains it",
            ["PHONE_IMPOSSIBLE"],
            {"given": ["phone"], "suggested": ["phone"]},
            "review",
            "between_limits",
        ),
        ("what others sent with a number rejects nobody", ["PHONE_SHARED", "NAME_RANDOM"], {}, "review", "one_group"),
        (
            "nor with both contacts",
            ["PHONE_SHARED", "MAILBOX_SHARED", "PERSON_MANY_MAILBOXES", "NAME_PLACEHOLDER"],
            {},
            "review",
            "one_group",
        ),
        (
            "what else is said of the group counts, though the cap is used up",
            ["PHONE_SHARED", "NUMBER_BLOCK_BURST", "NAME_RANDOM"],
            {},
            "reject",
            "two_groups",
        ),
        ("what is left out is one group", ["FIELDS_MISSING", "FIELDS_UNREADABLE"], {}, "review", "between_limits"),
        (
            "where one contact is read the other costs little",
            ["PHONE_UNREADABLE"],
            {"given": ["phone", "email"]},
            "accept",
            "accept_from",
        ),
        ("a region's list is no proof", ["PHONE_INVALID"], {"given": ["phone"]}, "accept", "accept_from"),
    ],
)
def test_who_is_rejected(why, codes, more, decision, by):
    verdict = judge(*codes, **more)
    assert (verdict.decision, verdict.decided_by) == (decision, by), why


@pytest.mark.parametrize(
    ("codes", "more", "kind"),
    [
        (["PHONE_VALID"], {}, "genuine"),
        ([], {}, "unverified"),
        (["FORM_TOO_FAST"], {}, "bot"),
        (["EMAIL_LOCAL_RANDOM"], {}, "unverified"),  # 4 points are too few to call anybody a bot
        (["DEVICE_SEEN_OFTEN"], {}, "farm"),
        (["NAME_PLACEHOLDER"], {}, "prank"),
        (["EMAIL_DOMAIN_NXDOMAIN", "PHONE_VALID"], {"suggested": ["email"]}, "mistyped"),
        (["EMAIL_DOMAIN_NXDOMAIN", "PHONE_VALID"], {}, "unverified"),
        (["EMAIL_SYNTAX_INVALID"], {"given": ["email"], "suggested": ["email"]}, "mistyped"),
        (["LEAD_SEEN_BEFORE", "PHONE_VALID"], {}, "duplicate"),
    ],
)
def test_classification(codes, more, kind):
    assert judge(*codes, **more).classification == kind


def test_a_policys_action_is_named_and_only_makes_stricter():
    policy = load_policy(default_policy(), {"actions": {"duplicate": "review", "bot": "review"}})
    verdict = judge("LEAD_SEEN_BEFORE", policy=policy)
    assert (verdict.decision, verdict.decided_by) == ("review", "action:duplicate")
    assert judge("FORM_HONEYPOT_FILLED", policy=policy).decision == "reject"


def test_a_vendors_own_values_hold_for_its_leads_only():
    own = {"vendors": {"acme": {"accept_from": 95, "points": {"EMAIL_ROLE": -4.0}, "caps": {"email": 3.0}}}}
    policy = load_policy(default_policy(), own)
    assert judge("EMAIL_ROLE", policy=vendor_policy(policy, "other")).decision == "accept"
    verdict = judge("EMAIL_ROLE", policy=vendor_policy(policy, "acme"))
    assert (verdict.decision, verdict.sum) == ("review", 9.5 - 4.0 + 1.0)


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({"points": {"EMAIL_BAD": -1.0}}, "points.EMAIL_BAD"),
        ({"caps": {"mail": 3.0}}, "caps.mail"),
        ({"caps": {"email": -3.0}}, "caps.email"),
        ({"actions": {"robot": "review"}}, "actions.robot"),
        ({"actions": {"bot": "maybe"}}, "actions"),
        ({"accept_from": 10}, "reject_to"),
        ({"acept_from": 70}, "acept_from"),
        ({"vendors": {"acme": {"points": {"X": 1.0}}}}, "vendors.acme.points.X"),
    ],
)
def test_a_wrong_policy_is_refused_with_the_key_at_fault(own, problem):
    with pytest.raises(ValueError, match=problem):
        load_policy(default_policy(), own)


def test_a_policy_is_read_back_by_its_bytes():
    name, body = encode_policy(POLICY)
    assert decode_policy(body) == POLICY
    assert encode_policy(decode_policy(body))[0] == name


FINDINGS = st.lists(st.builds(Finding, st.sampled_from(sorted(CATALOGUE)), st.just({}), st.floats(0, 1)), max_size=12)


@given(
    FINDINGS, st.sets(st.sampled_from(["email_mx", "velocity", "phone"])), st.sets(st.sampled_from(BOTH), min_size=1)
)
def test_anyone_can_add_it_up(findings, unknown, channels):
    verdict = score_findings(findings, POLICY, given=channels, unknown=unknown)
    total = verdict.prior + sum(r.points for r in verdict.reasons) + sum(c.points_removed for c in verdict.group_caps)
    assert verdict.sum == pytest.approx(total, abs=1e-9)
    assert verdict.trust_score == round(100 / (1 + 10 ** (-verdict.sum / 10)))
    assert verdict.score_range[0] <= verdict.trust_score <= verdict.score_range[1]


@given(FINDINGS, st.sets(st.sampled_from(BOTH), min_size=1))
def test_caps_hold(findings, channels):
    verdict = score_findings(findings, POLICY, given=channels)
    removed = {cap.group: cap.points_removed for cap in verdict.group_caps}
    for group in GROUPS:
        lines = [r for r in verdict.reasons if r.group == group and r.points < 0 and not CATALOGUE[r.code].conclusive]
        assert -sum(r.points for r in lines) - removed.get(group, 0.0) <= POLICY.caps[group] + 1e-9
    assert sum(r.points for r in verdict.reasons if r.points > 0) + removed.get("for", 0.0) <= 5.0 + 1e-9


@given(FINDINGS)
def test_nobody_is_rejected_by_lists_alone(findings):
    listed = [finding for finding in findings if CATALOGUE[finding.code].from_list]
    assert score_findings(listed, POLICY, given=BOTH).decision != "reject"


def test_every_code_is_well_formed():
    for code, reason in CATALOGUE.items():
        assert code == reason.code
        assert code.isupper()
        assert "_" in code
        assert reason.group in GROUPS
        assert reason.points == round(reason.points, 1)
        assert reason.text.endswith(".")


def test_a_low_score_from_one_group_alone_is_reviewed():
    policy = load_policy(default_policy(), {"caps": {"form": 20.0}})
    verdict = judge("FORM_WEBDRIVER", "FORM_TOO_FAST", policy=policy)
    assert (verdict.trust_score <= 20, verdict.decision, verdict.decided_by) == (True, "review", "one_group")


@pytest.mark.parametrize(
    ("unknown", "codes", "decision", "decided_by"),
    [
        (["velocity"], [], "review", "unknown:velocity"),
        (["email_mx", "velocity"], [], "review", "unknown:velocity"),
        (["email_mx"], [], "accept", "accept_from"),
        ([], [], "accept", "accept_from"),
        (["velocity"], ["FORM_HONEYPOT_FILLED"], "reject", "conclusive"),
    ],
)
def test_a_policy_may_send_what_is_unknown_to_review(unknown, codes, decision, decided_by):
    policy = load_policy(default_policy(), {"unknown": {"velocity": "review"}})
    verdict = judge(*codes, policy=policy, unknown=unknown)
    assert (verdict.decision, verdict.decided_by) == (decision, decided_by)
    assert judge(*codes, unknown=unknown).decided_by != "unknown:velocity"
    again = decode_policy(encode_policy(policy)[1])
    assert judge(*codes, policy=again, unknown=unknown) == verdict


def test_what_a_policy_says_of_the_unknown_is_checked():
    for wrong in ({"velocty": "review"}, {"velocity": "reject"}, {"anomaly": "review"}):
        with pytest.raises(ValueError, match="unknown"):
            load_policy(default_policy(), {"unknown": wrong})
    own = {"vendors": {"acme": {"unknown": {"velocity": "review"}}}}
    policy = load_policy(default_policy(), own)
    assert vendor_policy(policy, "acme").unknown == {"velocity": "review"}
    assert not vendor_policy(policy, "beta").unknown
    assert set(policy_module.CHECKS) == {signal.name for signal in SIGNALS}


@pytest.mark.parametrize(
    ("codes", "action", "decision", "by"),
    [
        ([], None, "review", "test"),
        (["EMAIL_DOMAIN_RECEIVES", "PHONE_VALID", "EMAIL_MATCHES_NAME"], None, "review", "test"),
        (["EMAIL_DISPOSABLE"], None, "review", "between_limits"),
        (["FORM_WEBDRIVER", "FORM_TOO_FAST", "USER_AGENT_SCRIPT", "EMAIL_DISPOSABLE"], None, "reject", "two_groups"),
        (["FORM_HONEYPOT_FILLED"], None, "reject", "conclusive"),
        ([], "reject", "reject", "action:test"),
        ([], "accept", "review", "test"),
    ],
)
def test_a_platforms_test_is_never_accepted_and_comes_before_every_kind(codes, action, decision, by):
    policy = load_policy(default_policy(), {"actions": {"test": action}} if action else {})
    verdict = judge(*codes, "LEAD_PLATFORM_TEST", policy=policy)
    assert (verdict.classification, verdict.decision, verdict.decided_by) == ("test", decision, by)


def test_what_is_prepared_of_a_policy_is_no_part_of_it():
    policy = load_policy(default_policy(), {"vendors": {"Acme": {"points": {"PHONE_VOIP": -9.0}}}})
    name, body = encode_policy(policy)
    own = vendor_policy(policy, " ACME ")
    assert own is vendor_policy(policy, "acme")  # prepared once
    judge("PHONE_VOIP", policy=policy), judge("PHONE_VOIP", policy=own)
    assert encode_policy(policy) == (name, body)
    assert policy == decode_policy(body)
    assert vendor_policy(policy, "other") is policy
