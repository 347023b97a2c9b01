"""What a replay says of enquiry, contact and quality, and what it leaves unsaid."""

from __future__ import annotations

import msgspec
import pytest

from fraudcheck import wiring
from fraudcheck.adapters.tenant_files import tenant_policy
from fraudcheck.ledger.record import NOBODY_LOOKED
from fraudcheck.operations.replay import Replay, replay, replay_text
from fraudcheck.pipeline import decide as deciding
from fraudcheck.pipeline.decide import Worth, decide
from fraudcheck.records import Contact, Criterion, Enquiry, Lead, Quality
from fraudcheck.settings import Settings
from fraudcheck.worth.quality import QualityTable

AGE = Criterion(part="fit", name="extra.age", value="44 years", weight=2.0, points=1.0)
WORTH = Worth(
    Enquiry(kind="sales_lead", confidence=0.94, runner_up="job", language="de", because=[(0, 4)]),
    Contact(type="interested", status="unqualified", next="call"),
    Quality(fit=50.0, engagement=20.0, stage="new", band="warm", criteria=[AGE]),
)
SAID = [
    "  The enquiry is a request for an offer (sales_lead, 94% sure; next comes a request for work). The text is "
    "German.",
    "  The contact is an interested person, who says what is wanted; no channel is known to work yet (unqualified). "
    "What would verify it next: call the person.",
    "  Fit: 50 of 100.",
    "  Engagement: 20 of 100.",
    "  Stage: it has not been here before (new).",
    "  Band: warm: worth a call.",
]


def as_json(value):
    return msgspec.json.decode(msgspec.json.encode(value))


@pytest.fixture
def replayed(tmp_path):
    """Makes a replay: of a verdict that was kept with one worth, and judged again with another."""

    def make(kept, again, quality="sha256:"):
        verdict, unknown = decide(Lead(phone="1"), {}, tenant_policy(tmp_path, "default"))
        parts = kept if isinstance(kept, dict) else kept._asdict()
        told = as_json(verdict) | as_json(parts) | {"unknown": unknown}
        told |= {"check_id": "c", "checked_at": "t", "versions": {"service": "0", "quality": quality}}
        return replay_text(Replay(erased=False, kept=told, judged_again=verdict, worth=again, unknown=unknown))

    return make


def test_the_same_is_identical(replayed):
    lines = replayed(WORTH, WORTH)
    assert lines[-len(SAID) - 1 : -1] == SAID
    assert lines[-1].startswith("identical when judged again")


def test_of_a_verdict_from_before_nothing_is_compared(replayed):
    lines = replayed(NOBODY_LOOKED, WORTH, None)
    assert lines[-1].startswith("identical when judged again")
    assert not any("enquiry" in line for line in lines)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"enquiry": Enquiry(kind="spam", confidence=0.9, runner_up="job", language="de", because=[(0, 4)])},
         ["  enquiry.kind: sales_lead -> spam", "  enquiry.confidence: 0.94 -> 0.9"]),
        ({"enquiry": msgspec.structs.replace(WORTH.enquiry, because=[])}, ["  enquiry.because: [[0, 4]] -> []"]),
        ({"contact": Contact(type="interested", status="verified")},
         ["  contact.status: unqualified -> verified", "  contact.next: call -> none"]),
        ({"quality": Quality(fit=50.0, engagement=20.0, stage="new", band="hot", criteria=[AGE])},
         ["  quality.band: warm -> hot"]),
        ({"quality": msgspec.structs.replace(WORTH.quality, criteria=[msgspec.structs.replace(AGE, value="45 years")])},
         ["  quality.criteria differ: fit extra.age"]),
        ({"quality": msgspec.structs.replace(WORTH.quality, criteria=[])},
         ["  quality.criteria differ: fit extra.age"]),
    ],
)  # fmt: skip
def test_what_differs_is_named_and_no_value_of_the_persons(replayed, changed, said):
    lines = replayed(WORTH, WORTH._replace(**changed))
    assert lines[-len(said) :] == said
    assert any(line.startswith("different when judged again") for line in lines)
    assert not any("years" in line for line in lines)


async def test_a_replay_of_a_kept_lead_judges_its_worth_again(tmp_path, monkeypatch):
    """By the facts, from the ledger: the same is identical, another reading is told."""
    monkeypatch.setattr(deciding, "read_enquiry", lambda facts: WORTH.enquiry)
    monkeypatch.setattr(deciding, "read_contact", lambda lead, *told: WORTH.contact)
    async with wiring.service(Settings(data_dir=tmp_path, redis="memory://", nameserver=("127.0.0.1:1",))) as service:
        tenant = await service.tenant("default")
        verdict = await service.pipeline.check(tenant, b'{"phone": "+84912840375"}')
        assert verdict.enquiry == WORTH.enquiry
        assert replay_text(await replay(service.ledger, "default", verdict.check_id))[-1].startswith("identical")
        monkeypatch.setattr(deciding, "read_contact", lambda lead, *told: Contact(type="quick", status="unqualified"))
        lines = replay_text(await replay(service.ledger, "default", verdict.check_id))
        assert lines[-2:] == ["  contact.type: interested -> quick", "  contact.next: call -> none"]
        assert QualityTable() == tenant.quality
