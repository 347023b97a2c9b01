"""Which API does the service have? An OpenAPI 3.1 document, made from the types that the code itself uses.

It says what the types say in fewer words of JSON Schema, because programs that make clients know few: null is one more
``type``, a pair is an array of two, an enumeration has a name, and nothing is a choice between objects. What cannot be
said so (a lead needs a mail address or a phone) stands in a description, and the service checks it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

import msgspec

from fraudcheck import records
from fraudcheck.batch import source
from fraudcheck.intake.forms.registry import PLATFORMS
from fraudcheck.intake.lead_fields import LEAD_FIELDS
from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.report import audit, claims, funnel_report
from fraudcheck.report.claim_words import LANGUAGES
from fraudcheck.scoring.policy import DECISIONS
from fraudcheck.web import batch_job, schemas
from fraudcheck.web.openapi_fields import FIELD_MEANINGS, FieldMeaning
from fraudcheck.web.openapi_paths import HEADERS, TAGS, paths

_REF = "#/components/schemas/"
_CALLED = (
    records.Lead,
    records.CheckVerdict,
    schemas.KeptCheck,
    schemas.ToldOutcome,
    schemas.LeadOutcomes,
    schemas.ToldConfirmation,
    schemas.LeadConfirmations,
    audit.Overview,
    audit.VendorReport,
    claims.VendorClaim,
    claims.ClaimList,
    funnel_report.FunnelReport,
    schemas.Page,
    schemas.FormAnswer,
    schemas.LeadConduitAnswer,
    schemas.ReasonList,
    schemas.AskedToken,
    schemas.GivenToken,
    batch_job.Batch,
    schemas.BatchList,
    schemas.BatchRow,
    schemas.BatchLead,
    schemas.BatchSource,
    source.Rejected,
    schemas.ProblemDocument,
    schemas.Health,
    schemas.Readiness,
)
"""The types of bodies, and of the lines of a batch's files."""
_CLASSES: Mapping[str, type[msgspec.Struct]] = {
    name: kind
    for module in (records, audit, claims, funnel_report, batch_job, schemas, source)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
}
_ENUMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Decision": ("What the policy advises to do with a lead.", DECISIONS),
    "ReturnReason": ("Why a lead was returned.", get_args(schemas.Reasons)),
    "Channel": ("A way to reach the person.", records.CHANNELS),
    "ConfirmedBy": ("How a person showed that a channel works.", records.CONFIRMED_BY),
    "BatchState": ("How far a batch is. The last three are final.", get_args(batch_job.State)),
    "ResultFormat": ("What the results of a batch are written as.", get_args(batch_job.Format)),
    "DateOrder": ("How a date such as 03/04/2026 is read.", get_args(batch_job.Dates)),
    "Direction": ("Whether a share rose or fell.", ("rise", "fall")),
    "DecisionKnown": ("How the time to a sale is known.", get_args(funnel_report.Known)),
    "FormSource": (
        "A form platform: " + ", ".join(f"`{name}` ({PLATFORMS[name].about})" for name in sorted(PLATFORMS)) + ".",
        tuple(sorted(PLATFORMS)),
    ),
    "FormOutcome": (
        "Whether the lead is one: success, failure, or error where none could be read.",
        schemas.FORM_OUTCOMES,
    ),
    "ClaimLanguage": ("The language of a claim.", LANGUAGES),
    "WhyNotClaimed": ("Why a lead, or a part of its price, is not claimed.", get_args(claims.Why)),
    "CarrierKind": ("What may explain a change.", ("reason", "campaign", "sub_id", "channel")),
}
_ENUM_OF_VALUES = {frozenset(values): name for name, (_, values) in _ENUMS.items()}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    _, components = msgspec.json.schema_components(_CALLED, ref_template=_REF + "{name}")
    described = {name: _described(name, schema) for name, schema in sorted(components.items())}
    described["Lead"]["properties"].pop("extra")
    described["Lead"]["additionalProperties"] = True
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "fraudcheck",
            "version": SERVICE_VERSION,
            "summary": "Judges sales leads as they arrive: a trust score with reasons.",
            "description": "Judges sales leads as they arrive. HIGH IS GOOD: 0 certainly fake, 100 certainly genuine. "
            "Fields may be added to this contract; none is ever renamed or removed.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [
            {"url": "http://127.0.0.1:8080", "description": "The service with its default options."},
            {"url": "/", "description": "The service that gave this document."},
        ],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "security": [{"key": []}, {}],
        "paths": paths(),
        "components": {
            "schemas": described | {name: _enumeration(*told) for name, told in _ENUMS.items()},
            "headers": HEADERS,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key that `fraudcheck keys create` prints. Where no key was ever made, the "
                    "service takes calls from its own machine only, and needs none.",
                }
            },
        },
    }


def _enumeration(text: str, values: tuple[str, ...]) -> dict[str, Any]:
    return {"description": text, "type": "string", "enum": list(values), "examples": [values[0]]}


def _described(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A type's schema in plain words, each field with its meaning.

    A field with a default is always sent, unless its type leaves defaults out.
    """
    kind = _CLASSES[name]
    required = set(schema.get("required", ()))
    if not kind.__struct_config__.omit_defaults:
        required |= {field for field, part in schema["properties"].items() if "default" in part}
    properties = {field: _plain(part) | _told(kind, field) for field, part in schema["properties"].items()}
    text = inspect.cleandoc(schema["description"]).replace("``", "`")
    return {"description": text, "type": "object", "properties": properties} | (
        {"required": [field for field in properties if field in required]} if required else {}
    )


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema in the few words that programs know. Raises KeyError if an enumeration has no name in ``_ENUMS``."""
    plain = {word: value for word, value in schema.items() if word not in ("anyOf", "prefixItems", "items", "default")}
    if "enum" in plain:
        return {"$ref": _REF + _ENUM_OF_VALUES[frozenset(plain["enum"])]}
    if isinstance(values := schema.get("additionalProperties"), dict):
        plain["additionalProperties"] = _plain(values)
    if "anyOf" in schema:
        choices = [_plain(part) for part in schema["anyOf"] if part != {"type": "null"}]
        if len(choices) > 1:  # a text, a number or a truth
            return plain | {"type": [*sorted(choice["type"] for choice in choices), "null"]}
        (given,) = choices
        return plain | ({"anyOf": [given, {"type": "null"}]} if "$ref" in given else _or_null(given))
    items = schema.get("items") or next(iter(schema.get("prefixItems", ())), None)
    return plain | ({"items": _plain(items)} if items else {})


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


def _told(kind: type, field: str) -> dict[str, Any]:
    """What a field means, with an example. Raises KeyError if no table says it."""
    names = [*(f"{each.__name__}.{field}" for each in kind.__mro__), field]
    told = next((_MEANINGS[name] for name in names if name in _MEANINGS), None)
    if told is None:
        raise KeyError(f"{names[0]}: say in web/openapi_fields.py what it means")
    return {
        "description": told.description,
        **({"format": told.format} if told.format else {}),
        **({"examples": [told.example]} if told.example is not None else {}),
    }


def _lead_fields() -> Iterator[tuple[str, FieldMeaning]]:
    """The fields of a lead by their types."""
    types = {
        "": "Lead",
        "source": "Source",
        "source.price": "Price",
        "source.click": "Click",
        "client": "Client",
        "form": "Form",
    }
    for field in LEAD_FIELDS:
        part, _, name = field.name.rpartition(".")
        yield f"{types[part]}.{name}", FieldMeaning(field.description, field.example)


_MEANINGS = {**dict(_lead_fields()), **FIELD_MEANINGS}
