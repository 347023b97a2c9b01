"""What a lead is, in words, without a word of the person's."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.records import Contact, Criterion, Enquiry, Quality
from fraudcheck.report import worth
from fraudcheck.worth.contact import NEXT, STATUSES, TYPES
from fraudcheck.worth.enquiry import KINDS


def told(part):
    return msgspec.to_builtins(part)


@pytest.mark.parametrize(
    ("enquiry", "text"),
    [
        (Enquiry(), "Nobody looked which kind of enquiry it is."),
        (Enquiry(kind="none"), "It came without a text, so that no kind of enquiry can be told."),
        (
            Enquiry(kind="unclear", confidence=0.3, runner_up="sales_lead", language="vi"),
            "Which kind of enquiry it is cannot be told for sure; the likeliest is a request for an offer. The text is "
            "Vietnamese.",
        ),
        (Enquiry(kind="unclear"), "Which kind of enquiry it is cannot be told for sure."),
        (
            Enquiry(kind="job", confidence=0.936, runner_up="student", language="xx"),
            "The enquiry is a request for work (job, 94% sure; next comes a question for somebody's studies). The text "
            "is in xx.",
        ),
        (Enquiry(kind="competitor"), "The enquiry is a competitor's (competitor)."),
        (Enquiry(kind="newer_kind", confidence=1.0), "The enquiry is newer_kind (newer_kind, 100% sure)."),
    ],
)
def test_an_enquiry_in_words(enquiry, text):
    assert worth.enquiry_text(told(enquiry)) == text


def test_every_kind_has_words():
    assert set(worth.ENQUIRIES) == set(KINDS)


@pytest.mark.parametrize(
    ("contact", "text"),
    [
        (Contact(), "Nobody looked which type of contact it is."),
        (
            Contact(type="interested", status="unqualified", next="call"),
            "The contact is an interested person, who says what is wanted; no channel is known to work yet "
            "(unqualified). What would verify it next: call the person.",
        ),
        (
            Contact(type="quick", status="verified"),
            "The contact is a quick contact: little more than a way to call or write; "
            "a channel is known to work (verified).",
        ),
        (
            Contact(type="other", status="unreachable", next="later_word"),
            "The contact is other; no channel that was given works (unreachable). What would verify it next: "
            "later_word.",
        ),
    ],
)
def test_a_contact_in_words(contact, text):
    assert worth.contact_text(told(contact)) == text
    assert worth.contact_of({"contact": told(contact)}) == ("" if contact.type == "unknown" else text)


def test_of_a_verdict_without_a_contact_there_is_nothing_to_tell():
    assert worth.contact_of({}) == worth.contact_of({"contact": None}) == ""


def test_every_contact_has_its_words():
    for known, words in ((TYPES, worth._CONTACTS), (STATUSES, worth._STATUSES), (NEXT, worth._NEXT)):
        assert set(words) == set(known)


@pytest.mark.parametrize(
    ("quality", "lines"),
    [
        (Quality(), []),
        (
            Quality(fit=72.5, engagement=0.0, stage="customer", band="not_now"),
            [
                "Fit: 72.5 of 100.",
                "Engagement: 0 of 100.",
                "Stage: it is a customer's (customer).",
                "Band: not now: it is wanted later.",
            ],
        ),
    ],
)
def test_a_quality_in_words(quality, lines):
    assert worth.quality_lines(told(quality)) == lines


def test_of_a_record_from_before_nothing_is_said():
    assert worth.worth_lines(told({"enquiry": Enquiry(), "contact": Contact(), "quality": Quality()})) == []


@pytest.mark.parametrize(
    ("value", "weight", "points", "text"),
    [("x", 2.0, 1.5, "1.5 of 2"), (None, 2.0, None, "not known"), ("x", 0.0, None, "no points"), (True, 0.0, 0.0, "0")],
)
def test_what_a_criterion_gave(value, weight, points, text):
    criterion = Criterion(part="fit", name="a", value=value, weight=weight, points=points)
    assert worth.criterion_text(told(criterion)) == text


LONG = "a" * 300


@pytest.mark.parametrize(
    ("message", "spans", "pieces"),
    [
        ("I need 40!", [(2, 6), (7, 9)], [("I ", False), ("need", True), (" ", False), ("40", True), ("!", False)]),
        ("chairs", [(0, 6)], [("chairs", True)]),
        ("I need", [(4, 6), (2, 5)], [("I ", False), ("nee", True), ("d", True)]),
        ("short", [(2, 99), (-4, 1), (3, 3), (9, 12)], [("s", True), ("h", False), ("ort", True)]),
        (f"{LONG}ghế{LONG}", [(300, 303)], [(f" … {'a' * 80}", False), ("ghế", True), (f"{'a' * 80} … ", False)]),
        (f"x{LONG}y", [(0, 1), (301, 302)], [("x", True), (f"{'a' * 80} … {'a' * 80}", False), ("y", True)]),
    ],
)  # fmt: skip
def test_what_speaks_for_the_kind_is_marked(message, spans, pieces):
    assert worth.marked(message, spans) == pieces


@given(st.text(max_size=180), st.lists(st.tuples(st.integers(-5, 200), st.integers(-5, 200)), max_size=4))
def test_no_letter_is_lost_or_said_twice(message, spans):
    assert "".join(text for text, _ in worth.marked(message, spans)) == message
