"""Which API does the service have? An OpenAPI 3.1 document, made from the types that the code itself uses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from fraudcheck.intake.lead_fields import LEAD_FIELDS
from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.records import CheckVerdict, Lead
from fraudcheck.report.audit import Overview, VendorReport
from fraudcheck.web.batch_job import Batch
from fraudcheck.web.openapi_paths import paths
from fraudcheck.web.schemas import (
    BatchList,
    Health,
    KeptCheck,
    LeadOutcomes,
    Page,
    ProblemDocument,
    Readiness,
    ReasonList,
    ToldOutcome,
)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    types = (
        Lead,
        CheckVerdict,
        KeptCheck,
        ToldOutcome,
        LeadOutcomes,
        Overview,
        VendorReport,
        Page,
        ReasonList,
        Batch,
        BatchList,
        ProblemDocument,
        Health,
        Readiness,
    )
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    refs = dict(zip((kind.__name__ for kind in types), schemas, strict=True))
    _describe_lead(components)
    _open_lead(components["Lead"])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "fraudcheck",
            "version": SERVICE_VERSION,
            "description": "Judges sales leads as they arrive. HIGH IS GOOD: 0 certainly fake, 100 certainly genuine.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "security": [{"key": []}, {}],
        "paths": paths(refs),
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _describe_lead(components: Mapping[str, Any]) -> None:
    """Say of each field of the lead what it means, in which unit, and give an example."""
    for field in LEAD_FIELDS:
        *parts, name = field.name.split(".")
        schema = components["Lead"]
        for part in parts:
            schema = components[schema["properties"][part]["$ref"].rpartition("/")[2]]
        schema["properties"][name] |= {"description": field.description, "examples": [field.example]}


def _open_lead(schema: dict[str, Any]) -> None:
    """The lead takes unknown fields (they are kept under ``extra``) and needs one way to reach the person."""
    del schema["properties"]["extra"]
    schema["additionalProperties"] = True
    schema["anyOf"] = [
        {"required": [channel], "properties": {channel: {"type": "string", "pattern": r"[^\s\u0000-\u001f\u0085]"}}}
        for channel in ("email", "phone")
    ]
