"""Which calls are there, with which parameters and answers? The paths of the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from fraudcheck.batch.columns import FIELDS
from fraudcheck.scoring.policy import Decision
from fraudcheck.web.batch_job import Dates, Format
from fraudcheck.web.batch_queue import UNFINISHED

BATCH_TYPES = (
    "text/csv",
    "application/x-ndjson",
    "application/jsonl",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/gzip",
    "application/octet-stream",
)
"""Media types that a file of leads may be sent with. Its format is recognised by its content, not by these."""
RESULT_TYPES: dict[Format, str] = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


def paths(refs: Mapping[str, Any]) -> dict[str, Any]:
    """Every path. ``refs`` are references to the schemas, by the names of their types."""
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
                "responses": _answers(refs, "CheckVerdict", 400, 401, 403, 409, 413, 415, 422, 429, 503),
            },
            "get": {
                "operationId": "listChecks",
                "summary": "Verdicts, newest first, each lead once by its newest version.",
                "parameters": _filters(),
                "responses": _answers(refs, "Page", 400, 401, 403, 429, 503),
            },
        },
        "/v1/checks/{check_id}": {
            "get": {
                "operationId": "getCheck",
                "summary": "A verdict, unchanged, with the facts that it rests on.",
                "parameters": [
                    {"name": "check_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
                ],
                "responses": _answers(refs, "KeptCheck", 401, 403, 404, 429, 503),
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
                "responses": _answers(refs, "LeadOutcomes", 400, 401, 403, 404, 413, 415, 429, 503),
            }
        },
        **_audit_paths(refs),
        **_batch_paths(refs),
        "/v1/reasons": {
            "get": {
                "operationId": "reasons",
                "summary": "Every reason code.",
                "responses": _answers(refs, "ReasonList", 401, 429),
            }
        },
        "/healthz": {"get": {"operationId": "healthz", "summary": "Liveness.", "responses": _answers(refs, "Health")}},
        "/readyz": {
            "get": {
                "operationId": "readyz",
                "summary": "Whether a check could be kept and counted.",
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
                "responses": _shapes(refs, "Overview") | _problems(refs, _AUDIT_MEANINGS, 400, 401, 403, 429, 503),
            }
        },
        "/v1/vendors/{vendor}/report": {
            "get": {
                "operationId": "auditVendor",
                "summary": "One vendor in full; also as text/html and text/csv.",
                "parameters": [vendor, *query],
                "responses": _shapes(refs, "VendorReport")
                | _problems(refs, _AUDIT_MEANINGS, 400, 401, 403, 404, 429, 503),
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
                "summary": "A file of leads in: CSV, NDJSON, Parquet or a spreadsheet, also with gzip. Judged later.",
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
                "responses": _answers(refs, "BatchList", 401, 403, 429),
            },
        },
        "/v1/batches/{batch_id}": {
            "get": {
                "parameters": [batch_id],
                "operationId": "getBatch",
                "summary": "How far a batch is.",
                "responses": _answers(refs, "Batch") | _problems(refs, meanings, 401, 403, 404, 429),
            },
            "delete": {
                "parameters": [batch_id],
                "operationId": "deleteBatch",
                "summary": "Cancel a batch that has not ended; delete one that has, with its results.",
                "responses": {"204": {"description": "Cancelled, or deleted."}}
                | _problems(refs, meanings, 401, 403, 404, 429),
            },
        },
        "/v1/batches/{batch_id}/results": {
            "get": {
                "parameters": [batch_id],
                "operationId": "getBatchResults",
                "summary": "The verdicts, in the rows' order and in the format that was asked for.",
                "responses": _file(*RESULT_TYPES.values()) | _problems(refs, meanings, 401, 403, 404, 409, 429),
            },
        },
        "/v1/batches/{batch_id}/rejected": {
            "get": {
                "parameters": [batch_id],
                "operationId": "getBatchRejected",
                "summary": "The rows that could not be read, by their numbers, and why; no personal data.",
                "responses": _file(RESULT_TYPES["ndjson"]) | _problems(refs, meanings, 401, 403, 404, 409, 429),
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
    429: "The key makes too many calls, or a wrong one was given too often; see Retry-After.",
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
    429: f"{UNFINISHED} batches are unfinished, or the key makes too many calls; see Retry-After.",
    503: "The file cannot be kept, or the server lacks what batches need; see Retry-After.",
}


_LIMITS = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "RateLimit": {"description": "What is left of the key's calls.", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "How many calls a key may make.", "schema": {"type": "string"}},
}


def _answers(refs: Mapping[str, Any], good: str, *errors: int) -> dict[str, Any]:
    return {"200": {"description": "OK", "content": _content(refs[good])}} | _problems(refs, _MEANINGS, *errors)


def _file(*types: str) -> dict[str, Any]:
    file = {"schema": {"type": "string"}}
    return {"200": {"description": "OK", "content": dict.fromkeys(types, file)}}


def _problems(refs: Mapping[str, Any], meanings: Mapping[int, str], *errors: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": refs["ProblemDocument"]}}
    told: dict[int, Any] = {429: {"headers": _LIMITS}}
    return {
        str(status): {"description": meanings[status], "content": content, **told.get(status, {})} for status in errors
    }


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
