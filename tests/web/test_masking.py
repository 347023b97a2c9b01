"""What a key without the scope personal sees of the click, the activity and the quality."""

from __future__ import annotations

import msgspec

from fraudcheck.ports.ledger import Stored
from fraudcheck.web.masking import HIDDEN, shown
from fraudcheck.web.schemas import KeptCheck
from tests.ledger.test_sealing import QUALITY, sealed


def masked(personal):
    """A kept check as the API gives it."""
    _, entry = sealed()
    kept = {name: getattr(entry, name) for name in ("check_id", "record", "record_hash", "personal")}
    stored = Stored(**kept)
    check = msgspec.json.encode(shown(stored, personal, whole=True) | {"outcomes": [], "confirmations": []})
    return msgspec.json.decode(check, type=KeptCheck), check


def test_enough_to_recognise_the_lead_by():
    check, body = masked(personal=False)
    assert check.lead.source.vendor == "acme"
    assert (check.lead.source.click.gclid, check.lead.source.click.utm_term) == (HIDDEN, HIDDEN)
    assert [event.event for event in check.lead.activity] == [HIDDEN] * 2
    assert [each.value for each in check.quality.criteria] == [HIDDEN, None, HIDDEN, HIDDEN]
    assert [each.points for each in check.quality.criteria] == [each.points for each in QUALITY.criteria]
    assert check.enquiry.because == [(0, 4)]
    for value in (b"Cj0KCQ", b"preise", b"age 44", b"71.25", "stühle".encode()):
        assert value not in body


def test_all_of_it_with_the_scope():
    check, _ = masked(personal=True)
    assert check.quality == QUALITY
    assert (check.lead.source.click.gclid, check.lead.activity[0].count) == ("Cj0KCQ", 3)
