"""What a caller does with a client that openapi-python-client made, against the service at the address it is given.

It prints what it read of the answers, as JSON; ``typescript/call.ts`` prints the same.
"""

import json
import sys
import time
from io import BytesIO
from typing import TypeVar

from fraudcheck_api import Client
from fraudcheck_api.api.batches import create_batch, get_batch, get_batch_rejected, get_batch_results
from fraudcheck_api.api.checks import check_lead, get_check, list_checks
from fraudcheck_api.api.outcomes import tell_outcome
from fraudcheck_api.api.reasons import list_reasons
from fraudcheck_api.api.vendors import get_vendor_report, list_vendors
from fraudcheck_api.models import (
    Batch,
    BatchState,
    CheckVerdict,
    Decision,
    Form,
    KeptCheck,
    KeptLead,
    Lead,
    LeadOutcomes,
    Overview,
    Page,
    Price,
    ProblemDocument,
    ReasonList,
    ReturnReason,
    Source,
    ToldOutcome,
    VendorReport,
)
from fraudcheck_api.models import Client as Browser
from fraudcheck_api.types import File

Answer = TypeVar("Answer")


def read(kind: type[Answer], answer: object) -> Answer:
    """The answer as the type that it has to have."""
    if not isinstance(answer, kind):
        raise TypeError(f"wanted {kind}, got {answer}")
    return answer


client = Client(base_url=sys.argv[1])
lead = Lead(
    email="xkqjw8271z@mailinator.com",
    phone="0912 840 375",
    name="asdfgh",
    first_name="An",
    last_name="Nguyễn",
    company="Anh Duc Furniture",
    message="I need a quote for 40 chairs in March.",
    address="12 Hàng Bài, Hà Nội",
    postal_code="11000",
    country="VN",
    source=Source(
        vendor="acme", campaign="spring", sub_id="pub-4711", channel="ppc", price=Price(amount="12.50", currency="EUR")
    ),
    client=Browser(
        ip="203.0.113.7",
        user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
        accept_language="vi-VN,vi;q=0.9",
        timezone="Asia/Ho_Chi_Minh",
        device_id="9f3c1b7e5a2d4c60",
        referrer="https://shop.example/chairs",
        page_url="https://shop.example/contact",
    ),
    form=Form(
        seconds_on_page=84.2,
        fill_seconds=0.8,
        keystrokes=63,
        pastes=0,
        autofills=0,
        pointer_events=118,
        honeypot="",
        webdriver=False,
        token="c1f0a6d2b94e",
    ),
    submitted_at="2026-11-23T09:30:00+07:00",
    reference="crm-123",
)
lead["shirt_size"] = "M"
first = read(CheckVerdict, check_lead.sync(client=client, body=lead, idempotency_key="form-1"))
again = read(CheckVerdict, check_lead.sync(client=client, body=lead, idempotency_key="form-1"))
read(CheckVerdict, check_lead.sync(client=client, body=Lead(phone="+84912345678", email=None)))
problem = read(ProblemDocument, check_lead.sync(client=client, body=Lead(name="An")))

kept = read(KeptCheck, get_check.sync(first.check_id, client=client))
kept_lead = read(KeptLead, kept.lead)
page = read(Page, list_checks.sync(client=client, limit=1))
rest = read(Page, list_checks.sync(client=client, limit=1, cursor=page.next_cursor or first.check_id))
rejected = read(Page, list_checks.sync(client=client, vendor="acme", decision=Decision.REJECT, from_=first.checked_at))

told = ToldOutcome(outcome="returned", reason=ReturnReason.INVALID_PHONE, at=first.submitted_at)
outcomes = read(LeadOutcomes, tell_outcome.sync(first.check_id, client=client, body=told)).outcomes
vendors = read(Overview, list_vendors.sync(client=client, visits=["100"]))
report = read(VendorReport, get_vendor_report.sync("acme", client=client, campaign="spring"))
catalogue = read(ReasonList, list_reasons.sync(client=client)).reasons

file = File(payload=BytesIO(b"email,phone,reference\nan@gmail.com,+84912345678,r1\n,,r2\n"))
batch = read(Batch, create_batch.sync(client=client, body=file, map_=["reference=reference"]))
while batch.state in (BatchState.QUEUED, BatchState.RUNNING):
    time.sleep(0.1)
    batch = read(Batch, get_batch.sync(batch.id, client=client))
results = read(str, get_batch_results.sync(batch.id, client=client)).splitlines()
unread = get_batch_rejected.sync_detailed(batch.id, client=client).content.splitlines()  # as it came, without a type

print(
    json.dumps(
        {
            "decision": first.decision.value,
            "trust_score": first.trust_score,
            "score_range": first.score_range,
            "sum": round(first.prior + sum(reason.points for reason in first.reasons), 1)
            + sum(cap.points_removed for cap in first.group_caps)
            == first.sum_,
            "codes": sorted(reason.code for reason in first.reasons if reason.group == "email"),
            "phone": first.normalized.phone,
            "suggested": first.suggestions.email,
            "submitted": first.submitted_at.isoformat(),
            "same": again.check_id == first.check_id,
            "problem": [problem.status, [error.field for error in problem.errors or ()]],
            "kept": [
                kept_lead.source.vendor if kept_lead.source else None,
                kept_lead.form.keystrokes if kept_lead.form else None,
                kept_lead.extra.to_dict() if kept_lead.extra else None,
                kept.revised_by,
                kept.erased,
            ],
            "pages": [str(check.check_id) == str(first.check_id) for check in (*page.checks, *rest.checks)],
            "rejected": [check.reference for check in rejected.checks],
            "outcomes": [[outcome.outcome, outcome.reason] for outcome in outcomes],
            "vendors": sorted(line.vendor for line in vendors.vendors),
            "visits": vendors.conversions[0].visits,
            "report": [report.summary.vendor, report.summary.bad.part, report.campaigns[0].name, report.summary.change],
            "catalogue": {reason.code: reason.return_reason for reason in catalogue}["EMAIL_DISPOSABLE"],
            "batch": [batch.state.value, batch.rows, batch.rejected, batch.finished_at is not None],
            "results": [json.loads(line)["reference"] for line in results],
            "unread": [json.loads(line)["row"] for line in unread],
        }
    )
)
