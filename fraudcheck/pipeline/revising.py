"""How is the next version of a kept check made? Its lead and facts are judged by the policy and the model of today.

A version's id follows from the check that it replaces, so that whatever ends halfway, or is done by two, can be done
again. Ids begin with the time of the lead's check, so that lists and audits of that time find it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from fraudcheck.identifiers import keyed_token, uuid7
from fraudcheck.ledger.entry import make_entry
from fraudcheck.ledger.record import Opened
from fraudcheck.pipeline.check import SERVICE_VERSION, Pipeline, Tenant
from fraudcheck.pipeline.decide import assess, decide
from fraudcheck.ports.ledger import Entry
from fraudcheck.records import CheckVerdict, Facts, Revision


def recounted_id(tenant: Tenant, replaced: str, checked_at: str, confirmations: int) -> str:
    """The id of the version that a lead gets once it is counted, after so many confirmations."""
    return _version_id(tenant, "revision", replaced, checked_at, 2 * confirmations + 1)


def confirmed_id(tenant: Tenant, replaced: str, checked_at: str, confirmations: int) -> str:
    """The id of the version that is made of the last of so many confirmations."""
    return _version_id(tenant, f"confirmation {confirmations}", replaced, checked_at, 2 * confirmations)


def _version_id(tenant: Tenant, kind: str, replaced: str, checked_at: str, milliseconds: int) -> str:
    moment = datetime.fromisoformat(checked_at) + timedelta(milliseconds=milliseconds)
    return uuid7(moment, bytes.fromhex(keyed_token(tenant.identity_key, kind, replaced)))


def revision(
    pipeline: Pipeline,
    tenant: Tenant,
    check_id: str,
    replaced: Opened,
    facts: Mapping[str, Facts | None],
    *,
    salts: bytes,
) -> Entry:
    """The record ``check_id`` of a lead with these facts, which replaces an earlier one. It must not be erased.

    ``salts`` are as for ``ledger.sealing.seal``.
    """
    lead = replaced.lead
    if lead is None:
        raise ValueError("an erased lead has no next version")
    before = msgspec.convert(replaced.verdict, CheckVerdict)
    decided, unknown = decide(lead, facts, tenant.policy, pipeline.model)
    versions = msgspec.structs.replace(
        before.versions,
        service=SERVICE_VERSION,
        policy=tenant.policy_hash,
        model=pipeline.model_version,
        quality=tenant.quality.hash if tenant.quality else None,
    )
    changed = {
        **msgspec.structs.asdict(decided),
        **assess(lead, facts, decided, tenant.quality, before.submitted_at)._asdict(),
        "check_id": check_id,
        "origin": "revision",
        "unknown": unknown,
        "versions": versions,
        "elapsed_ms": None,
        "revises": before.check_id,
    }
    verdict = Revision(**msgspec.structs.asdict(before) | changed)
    return make_entry(tenant.name, check_id, lead, facts=facts, verdict=verdict, tokens=replaced.tokens, salts=salts)
