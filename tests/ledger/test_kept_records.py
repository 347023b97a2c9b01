"""Records that an earlier release kept: their bytes are as they were sealed, and their verdicts still follow.

``records-0.4.0.ndjson`` was written by release 0.4.0 from the leads of ``tests/scenarios``: first its policy, then a
record a line, with its hash and its personal values.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from fraudcheck.ledger.record import open_record, verify
from fraudcheck.pipeline.decide import decide
from fraudcheck.scoring.policy import decode_policy, encode_policy

FIRST, *KEPT = map(json.loads, Path(__file__).with_name("records-0.4.0.ndjson").read_text("utf-8").splitlines())
POLICY = FIRST["policy"].encode()


def opened(kept: dict):
    return open_record(kept["record"].encode(), kept["personal"].encode())


def test_the_policy_has_the_name_that_the_verdicts_give():
    names = {opened(kept).verdict["versions"]["policy"] for kept in KEPT}
    assert names == {encode_policy(decode_policy(POLICY))[0]}


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: opened(kept).verdict["reference"])
def test_a_kept_verdict_still_follows_from_its_facts(kept):
    assert verify(kept["record"].encode(), bytes.fromhex(kept["hash"]), kept["personal"].encode()) == []
    record = opened(kept)
    anew, unknown = decide(record.lead, record.facts, decode_policy(POLICY))
    found = msgspec.to_builtins(anew) | {"unknown": unknown}
    found["score_range"] = list(found["score_range"])
    assert found == {name: record.verdict[name] for name in found}
