"""What is the contract, for machines? OpenAPI 3.1, from the types that the code itself uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from fraudcheck.pipeline import SERVICE_VERSION
from fraudcheck.reasons import Reason
from fraudcheck.records import CheckVerdict, Lead
from fraudcheck.scoring import Decision


class KeptVerdict(CheckVerdict, frozen=True, kw_only=True):
    """A verdict as the listing gives it; ``revised_by`` names the check that replaces it."""

    revised_by: str | None


class KeptCheck(KeptVerdict, frozen=True, kw_only=True):
    """A verdict with what it rests on; ``lead`` is null once erased, and masked without the scope personal."""

    erased: bool
    lead: dict[str, Any] | None
    facts: dict[str, dict[str, Any] | None]
    record_hash: str


class Page(Struct, frozen=True, kw_only=True):
    """One page of a listing, newest first."""

    checks: list[KeptVerdict]
    next_cursor: str | None


class ReasonRow(Struct, frozen=True, kw_only=True):
    """One row of the catalogue; points are those of the caller's policy."""

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
    """The process lives."""

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
    """The whole document."""
    types = (Lead, CheckVerdict, KeptCheck, Page, ReasonList, ProblemDocument, Health, Readiness)
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    refs = dict(zip((kind.__name__ for kind in types), schemas, strict=True))
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


def _answers(refs: Mapping[str, Any], good: str, *errors: int) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": {"description": "OK", "content": _content(refs[good])}}
    for status in errors:
        answers[str(status)] = {
            "description": _MEANINGS[status],
            "content": {"application/problem+json": {"schema": refs["ProblemDocument"]}},
        }
    return answers


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
