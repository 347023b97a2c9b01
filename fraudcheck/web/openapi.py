"""Which API does the service have? An OpenAPI 3.1 document, made from the types that the code itself uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from fraudcheck.batch.columns import FIELDS
from fraudcheck.intake.lead_fields import LEAD_FIELDS
from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.reasons import Reason
from fraudcheck.records import CheckVerdict, Lead, Outcome
from fraudcheck.report.audit import Overview, VendorReport
from fraudcheck.scoring.policy import Decision
from fraudcheck.web.batch_job import Batch, Dates, Format
from fraudcheck.web.batch_queue import UNFINISHED

Reasons = Literal[
    "invalid_phone",
    "invalid_email",
    "duplicate",
    "bot_traffic",
    "obviously_fake",
    "no_answer",
    "did_not_convert",
    "other",
]

BATCH_TYPES = (
    "text/csv",
    "application/x-ndjson",
    "application/jsonl",
    "application/vnd.apache.parquet",
    "application/gzip",
    "application/octet-stream",
)
"""Media types that a file of leads may be sent with. Its format is told from its content, not from these."""
RESULT_TYPES: dict[Format, str] = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


class KeptVerdict(CheckVerdict, frozen=True, kw_only=True):
    """A verdict as the listing gives it. ``revised_by`` is the id of the check that replaces it."""

    revised_by: str | None


class KeptCheck(KeptVerdict, frozen=True, kw_only=True):
    """A verdict with its facts. ``lead`` is null once it is erased, and masked without the scope personal."""

    erased: bool
    lead: dict[str, Any] | None
    facts: dict[str, dict[str, Any] | None]
    record_hash: str
    outcomes: list[Outcome]


class Value(Struct, frozen=True, kw_only=True):
    """What a conversion brought: a decimal string and an ISO 4217 code."""

    amount: Annotated[str, Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$")]
    currency: Annotated[str, Meta(pattern=r"^[A-Za-z]{3}$")]


class ToldOutcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a lead.

    ``reason`` may also be written as the trade does (``Wrong number``). ``at`` is now by default. ``buyer`` is a name
    that distinguishes several buyers of one tenant.
    """

    outcome: Literal["contacted", "qualified", "converted", "returned"]
    reason: Reasons | None = None
    value: Value | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None
    buyer: Annotated[str, Meta(max_length=200)] | None = None


class LeadOutcomes(Struct, frozen=True, kw_only=True):
    """All outcomes of a lead and of its other versions, in the order in which they were reported."""

    check_id: str
    outcomes: list[Outcome]


class Page(Struct, frozen=True, kw_only=True):
    """One page of a listing, newest first."""

    checks: list[KeptVerdict]
    next_cursor: str | None


class ReasonRow(Struct, frozen=True, kw_only=True):
    """One reason of the catalogue, with the points of the caller's policy."""

    code: str
    group: str
    check: str
    points: float
    text: str
    kind: str | None
    since: str
    retired: str | None
    conclusive: bool
    return_reason: str | None


class ReasonList(Struct, frozen=True, kw_only=True):
    """The catalogue."""

    reasons: list[ReasonRow]


class BatchList(Struct, frozen=True, kw_only=True):
    """The tenant's newest batches, newest first."""

    batches: list[Batch]


class FieldProblem(Struct, frozen=True, kw_only=True):
    """A field at fault."""

    field: str
    problem: str


class ProblemDocument(Struct, frozen=True, kw_only=True):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    errors: list[FieldProblem] | None = None


class Health(Struct, frozen=True, kw_only=True):
    """The process is alive."""

    status: str
    version: str


class Readiness(Struct, frozen=True, kw_only=True):
    """Whether records can be kept, and how each dependency answered."""

    status: str
    dependencies: dict[str, str]


def reason_rows(reasons: Iterable[Reason], points: Mapping[str, float]) -> list[ReasonRow]:
    """The catalogue's rows with the points that a policy gives."""
    return [
        ReasonRow(
            **{name: getattr(reason, name) for name in ReasonRow.__struct_fields__ if name != "points"},
            points=points[reason.code],
        )
        for reason in reasons
    ]


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
        "paths": _paths(refs),
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


def _paths(refs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "/v1/checks": {
            "post": {
                "operationId": "check",
                "summary": "One lead in, its verdict out.",
                "parameters": [
                    {
                        "name": "Idempotency-Key",
                        "in": "header",
                        "description": "The same key and body give the same verdict and count once.",
                        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
                    }
                ],
                "requestBody": {"required": True, "content": {"application/json": {"schema": refs["Lead"]}}},
                "responses": _answers(refs, "CheckVerdict", 400, 401, 403, 409, 413, 415, 422, 503),
            },
            "get": {
                "operationId": "listChecks",
                "summary": "Verdicts, newest first, each lead once by its newest version.",
                "parameters": _filters(),
                "responses": _answers(refs, "Page", 400, 401, 403, 503),
            },
        },
        "/v1/checks/{check_id}": {
            "get": {
                "operationId": "getCheck",
                "summary": "A verdict, unchanged, with the facts that it rests on.",
                "parameters": [
                    {"name": "check_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
                ],
                "responses": _answers(refs, "KeptCheck", 401, 403, 404, 503),
            }
        },
        "/v1/checks/{check_id}/outcome": {
            "post": {
                "operationId": "tellOutcome",
                "summary": "What became of a lead. Told of any version, it holds for all; told twice, it counts once.",
                "parameters": [
                    {"name": "check_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
                ],
                "requestBody": {"required": True, "content": {"application/json": {"schema": refs["ToldOutcome"]}}},
                "responses": _answers(refs, "LeadOutcomes", 400, 401, 403, 404, 413, 415, 503),
            }
        },
        **_audit_paths(refs),
        **_batch_paths(refs),
        "/v1/reasons": {
            "get": {
                "operationId": "reasons",
                "summary": "Every reason code.",
                "responses": _answers(refs, "ReasonList", 401),
            }
        },
        "/healthz": {"get": {"operationId": "healthz", "summary": "Liveness.", "responses": _answers(refs, "Health")}},
        "/readyz": {
            "get": {
                "operationId": "readyz",
                "summary": "Each dependency's ping.",
                "responses": _answers(refs, "Readiness")
                | {"503": {"description": "No record can be kept.", "content": _content(refs["Readiness"])}},
            }
        },
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "Prometheus.",
                "responses": {"200": {"description": "OK", "content": {"text/plain": {"schema": {"type": "string"}}}}},
            }
        },
        "/openapi.json": {
            "get": {
                "operationId": "openapi",
                "summary": "This document.",
                "responses": {"200": {"description": "OK", "content": _content({"type": "object"})}},
            }
        },
    }


def _audit_paths(refs: Mapping[str, Any]) -> dict[str, Any]:
    vendor = {"name": "vendor", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    text: dict[str, Any] = {"type": "string"}
    moment = {"type": "string", "format": "date-time"}
    visits = {"type": "array", "items": {"type": "string", "pattern": "^([a-z]{1,9}(/[a-z]{1,9})?=)?[0-9]{1,9}$"}}
    schemas = {"from": moment, "to": moment, "campaign": text, "sub_id": text, "channel": text, "visits": visits}
    meanings = {
        "from": "Leads checked from then on; the last 90 days if not given.",
        "to": "Leads checked before then.",
        "visits": "Visitors of the form, for the rates of true leads: 10000, ppc=4000, ppc/spring=1200; repeatable.",
    }
    query: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "query",
            "schema": schema,
            "description": meanings.get(name, f"Leads of this {name} alone."),
        }
        for name, schema in schemas.items()
    ]
    return {
        "/v1/vendors": {
            "get": {
                "operationId": "auditVendors",
                "summary": "All vendors side by side, the worst first; also as text/html and text/csv.",
                "parameters": query,
                "responses": _shapes(refs, "Overview") | _problems(refs, _AUDIT_MEANINGS, 400, 401, 403, 503),
            }
        },
        "/v1/vendors/{vendor}/report": {
            "get": {
                "operationId": "auditVendor",
                "summary": "One vendor in full; also as text/html and text/csv.",
                "parameters": [vendor, *query],
                "responses": _shapes(refs, "VendorReport") | _problems(refs, _AUDIT_MEANINGS, 400, 401, 403, 404, 503),
            }
        },
    }


def _shapes(refs: Mapping[str, Any], good: str) -> dict[str, Any]:
    """An answer as JSON, as a page and as a table."""
    text = {"schema": {"type": "string"}}
    return {"200": {"description": "OK", "content": {**_content(refs[good]), "text/html": text, "text/csv": text}}}


def _batch_paths(refs: Mapping[str, Any]) -> dict[str, Any]:
    batch_id = {"name": "batch_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    file: dict[str, Any] = {"type": "string", "minLength": 1}
    meanings = _BATCH_MEANINGS
    return {
        "/v1/batches": {
            "post": {
                "operationId": "createBatch",
                "summary": "A file of leads in: CSV, NDJSON or Parquet, also with gzip. It is judged later.",
                "parameters": _options(),
                "requestBody": {"required": True, "content": {kind: {"schema": file} for kind in BATCH_TYPES}},
                "responses": {
                    "202": {
                        "description": "Accepted.",
                        "headers": {"Location": {"description": "The batch.", "schema": {"type": "string"}}},
                        "content": _content(refs["Batch"]),
                    }
                }
                | _problems(refs, meanings, 400, 401, 403, 413, 415, 429, 503),
            },
            "get": {
                "operationId": "listBatches",
                "summary": "The newest hundred batches, newest first.",
                "responses": _answers(refs, "BatchList", 401, 403),
            },
        },
        "/v1/batches/{batch_id}": {
            "get": {
                "parameters": [batch_id],
                "operationId": "getBatch",
                "summary": "How far a batch is.",
                "responses": _answers(refs, "Batch") | _problems(refs, meanings, 401, 403, 404),
            },
            "delete": {
                "parameters": [batch_id],
                "operationId": "deleteBatch",
                "summary": "Cancel a batch that has not ended; delete one that has, with its results.",
                "responses": {"204": {"description": "Cancelled, or deleted."}}
                | _problems(refs, meanings, 401, 403, 404),
            },
        },
        "/v1/batches/{batch_id}/results": {
            "get": {
                "parameters": [batch_id],
                "operationId": "getBatchResults",
                "summary": "The verdicts, in the rows' order and in the format that was asked for.",
                "responses": _file(*RESULT_TYPES.values()) | _problems(refs, meanings, 401, 403, 404, 409),
            },
        },
        "/v1/batches/{batch_id}/rejected": {
            "get": {
                "parameters": [batch_id],
                "operationId": "getBatchRejected",
                "summary": "The rows that could not be read, by their numbers, and why; no personal data.",
                "responses": _file(RESULT_TYPES["ndjson"]) | _problems(refs, meanings, 401, 403, 404, 409),
            },
        },
    }


def _options() -> list[dict[str, Any]]:
    pair = {"type": "string", "pattern": f"^({'|'.join(map(re.escape, FIELDS))})=[^\\x00-\\x1f]+$"}
    schemas: dict[str, dict[str, Any]] = {
        "format": {"enum": list(get_args(Format)), "default": "ndjson"},
        "map": {"type": "array", "items": pair},
        "dates": {"enum": list(get_args(Dates))},
        "timezone": {"type": "string", "format": "iana-time-zone"},
    }
    meanings = {
        "format": "What the results are written as.",
        "map": "A field of the lead and the heading of its column, where headings do not say it; may be repeated.",
        "dates": "How to read dates such as 03/04/2026 where the file itself cannot tell.",
        "timezone": "Of times that name none, else UTC.",
    }
    return [
        {"name": name, "in": "query", "description": meanings[name], "schema": schema}
        for name, schema in schemas.items()
    ]


def _filters() -> list[dict[str, Any]]:
    text: dict[str, Any] = {"type": "string"}
    moment = {"type": "string", "format": "date-time"}
    schemas = {
        "vendor": text,
        "decision": {"enum": list(Decision.__args__)},  # type: ignore[attr-defined]
        "classification": text,
        "reason": text,
        "origin": text,
        "from": moment,
        "to": moment,
        "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50},
        "cursor": {"type": "string", "format": "uuid"},
    }
    return [{"name": name, "in": "query", "schema": schema} for name, schema in schemas.items()]


_MEANINGS = {
    400: "The body is no JSON object or nested too deeply, or the query cannot be read.",
    401: "No key, or one that is not known.",
    403: "The key lacks the scope.",
    404: "There is no such check.",
    409: "The Idempotency-Key was used with another body.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not application/json.",
    422: "The lead has neither a mail address nor a phone.",
    503: "Nothing can be kept, or too many checks at one time; see Retry-After.",
}


_AUDIT_MEANINGS = {
    **_MEANINGS,
    400: "The query cannot be read.",
    404: "There is no lead of this vendor in this time.",
    503: "The ledger cannot be read, the contract cannot be used, or too many reports are asked for; see Retry-After.",
}


_BATCH_MEANINGS = {
    **_MEANINGS,
    400: "The body is empty, or the query cannot be read.",
    403: "The key lacks the scope batch, or for the results the scope personal.",
    404: "There is no such batch.",
    409: "The batch is not done.",
    413: "The file is larger than batch_max_bytes.",
    415: "The body is not of a type that a file of leads may have.",
    429: f"{UNFINISHED} batches are unfinished; see Retry-After.",
    503: "The file cannot be kept, or the server lacks what batches need; see Retry-After.",
}


def _answers(refs: Mapping[str, Any], good: str, *errors: int) -> dict[str, Any]:
    return {"200": {"description": "OK", "content": _content(refs[good])}} | _problems(refs, _MEANINGS, *errors)


def _file(*types: str) -> dict[str, Any]:
    file = {"schema": {"type": "string"}}
    return {"200": {"description": "OK", "content": dict.fromkeys(types, file)}}


def _problems(refs: Mapping[str, Any], meanings: Mapping[int, str], *errors: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": refs["ProblemDocument"]}}
    return {str(status): {"description": meanings[status], "content": content} for status in errors}


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
