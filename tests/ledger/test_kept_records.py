"""Records that an earlier release kept: their bytes are as they were sealed, and their verdicts still follow.

``records-0.4.0.ndjson`` was written by release 0.4.0 from the leads of ``tests/scenarios``: first its policy, then a
record a line, with its hash and its personal values.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from fraudcheck.ledger.record import open_record, verify
from fraudcheck.pipeline.decide import decide
from fraudcheck.reasons import CATALOGUE
from fraudcheck.scoring.policy import decode_policy, encode_policy

FIRST, *KEPT = map(json.loads, Path(__file__).with_name("records-0.4.0.ndjson").read_text("utf-8").splitlines())
POLICY = FIRST["policy"].encode()


def opened(kept: dict):
    return open_record(kept["record"].encode(), kept["personal"].encode())


def test_the_policy_has_the_name_that_the_verdicts_give():
    names = {opened(kept).verdict["versions"]["policy"] for kept in KEPT}
    assert names == {"sha256:" + sha256(POLICY).hexdigest()}


def test_the_policy_weighs_what_it_did():
    """Codes have come since, so that its bytes would be others today; to those that it has it gives the same points."""
    kept, read = msgspec.json.decode(POLICY), msgspec.json.decode(encode_policy(decode_policy(POLICY))[1])
    new = read["points"].keys() - kept["points"].keys()
    assert {"DEVICE_SHARED", "CLUSTER_MACHINE"} <= new
    assert {code: points for code, points in read["points"].items() if code not in new} == kept["points"]
    assert {code: read["points"][code] for code in new} == {code: CATALOGUE[code].points for code in new}
    assert read | {"points": {}} == kept | {"points": {}}  # the prior, limits, caps and actions


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: opened(kept).verdict["reference"])
def test_a_kept_verdict_still_follows_from_its_facts(kept):
    assert verify(kept["record"].encode(), bytes.fromhex(kept["hash"]), kept["personal"].encode()) == []
    record = opened(kept)
    anew, unknown = decide(record.lead, record.facts, decode_policy(POLICY))
    found = msgspec.to_builtins(anew) | {"unknown": unknown}
    found["score_range"] = list(found["score_range"])
    assert found == {name: record.verdict[name] for name in found}
