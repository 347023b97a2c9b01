"""Which calls are there, with which parameters and answers? The paths of the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from fraudcheck.batch.columns import FIELDS
from fraudcheck.web.batch_job import Format
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
TAGS = {
    "checks": "Leads are judged, and verdicts looked up.",
    "outcomes": "You tell what became of leads.",
    "vendors": "Vendors are audited, by the verdicts on their leads and by what became of these.",
    "batches": "Whole files of leads are judged.",
    "platforms": "Form platforms bring leads in forms of their own.",
    "forms": "Pages of sites ask for what their forms send along.",
    "reasons": "What a verdict can say.",
    "service": "How the service is, for those who run it.",
}
"""The groups of calls."""

_ID = "01936b5e-7c1a-7d3e-9f4b-2a6c8e0d1f35"
_TEXT = {"type": "string"}
_HASH = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
_UUID = {"type": "string", "format": "uuid"}
_MOMENT = {"type": "string", "format": "date-time"}
_CSV = "email,phone,country\nan.nguyen@gmail.com,0912 840 375,VN\n"
_LEAD = {
    "email": "an.nguyen@gmail.com",
    "phone": "0912 840 375",
    "name": "Nguyễn Văn An",
    "country": "VN",
    "source": {"vendor": "acme", "campaign": "spring"},
    "client": {"ip": "203.0.113.7"},
    "form": {"fill_seconds": 41.7},
    "reference": "crm-123",
}
_FORM = {"your-name": "Nguyễn Văn An", "your-email": "an.nguyen@gmail.com", "tel-123": "0912 840 375"}
_LEAD_CONDUIT = {"first_name": "An", "email": "an.nguyen@gmail.com", "phone_1": "0912 840 375"}
_CONFIRMATION = {"channel": "phone", "how": "code"}
_OUTCOME = {"outcome": "returned", "reason": "invalid_phone"}

HEADERS = {
    name: {"description": text, "schema": {**schema, "examples": [example]}}
    for name, text, schema, example in (
        ("X-Request-Id", "The call's id: your own if it is short and plain, else one that is made.", _TEXT, "5f0c2b7e"),
        ("Retry-After", "How long to wait. Unit or format: seconds.", {"type": "integer"}, 10),
        ("RateLimit", "What is left of the key's calls: r calls for the next t seconds.", _TEXT, '"read";r=499;t=9'),
        ("RateLimit-Policy", "How many calls a key may make: q in w seconds.", _TEXT, '"read";q=500;w=10'),
        ("Location", "The path of the batch.", _TEXT, f"/v1/batches/{_ID}"),
    )
}
"""The headers of answers."""


def paths() -> dict[str, Any]:
    """Every path, with its calls by their methods."""
    check_id = _parameter("check_id", "The id of the check.", _UUID, _ID, where="path")
    batch_id = _parameter("batch_id", "The id of the batch.", _UUID, _ID, where="path")
    vendor = _parameter("vendor", "The vendor, as its leads name it.", {**_TEXT, "minLength": 1}, "acme", where="path")
    once = _parameter(
        "Idempotency-Key",
        "The same key and body give the same verdict and count once. Unit or format: 1 to 255 characters.",
        {**_TEXT, "minLength": 1, "maxLength": 255},
        "form-7f3a9c21",
        where="header",
    )
    source = _parameter("source", "The platform.", _ref("FormSource"), "flat", where="path")
    key = _parameter(
        "key", "The source's key, for a platform that can send no header.", _TEXT, "fc_made-by-keys-create"
    )
    return {
        "/v1/checks": {
            "post": _call(
                "checks",
                "checkLead",
                "One lead in, its verdict out.",
                _answers("CheckVerdict", 400, 401, 403, 409, 413, 415, 422, 429, 503),
                (once,),
                body=_json("Lead", _LEAD),
            ),
            "get": _call(
                "checks",
                "listChecks",
                "Verdicts, newest first, each lead once by its newest version.",
                _answers("Page", 400, 401, 403, 429, 503),
                _filters(),
            ),
        },
        "/v1/checks/{check_id}": {
            "get": _call(
                "checks",
                "getCheck",
                "A verdict, unchanged, with the facts that it rests on.",
                _answers("KeptCheck", 401, 403, 404, 429, 503),
                (check_id,),
            )
        },
        "/v1/checks/{check_id}/outcome": {
            "post": _call(
                "outcomes",
                "tellOutcome",
                "What became of a lead. Told of any version, it holds for all; told twice, it counts once.",
                _answers("LeadOutcomes", 400, 401, 403, 404, 413, 415, 429, 503),
                (check_id,),
                body=_json("ToldOutcome", _OUTCOME),
            )
        },
        "/v1/checks/{check_id}/confirmations": {
            "post": _call(
                "outcomes",
                "tellConfirmation",
                "A person showed that a channel works: the lead's next version knows it. Told twice, it makes one.",
                {"201": _answer("A new version was made.", _content("LeadConfirmations"))}
                | {"200": _answer("It was known.", _content("LeadConfirmations"))}
                | _problems(_CONFIRMATION_MEANINGS, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
                (check_id,),
                body=_json("ToldConfirmation", _CONFIRMATION),
            )
        },
        # Pages and tables are in words only: with them among the answers, a client could not tell what it will read.
        "/v1/vendors": {
            "get": _call(
                "vendors",
                "listVendors",
                "All vendors side by side, the worst first; also as a page, CSV and XLSX.",
                _answers("Overview") | _problems(_AUDIT_MEANINGS, 400, 401, 403, 429, 503),
                _audited(),
            )
        },
        "/v1/vendors/{vendor}/report": {
            "get": _call(
                "vendors",
                "getVendorReport",
                "One vendor in full; also as a page, CSV and XLSX.",
                _answers("VendorReport") | _problems(_AUDIT_MEANINGS, 400, 401, 403, 404, 429, 503),
                (vendor, *_audited()),
            )
        },
        "/v1/vendors/{vendor}/claim": {
            "get": _call(
                "vendors",
                "getClaim",
                "What can be claimed back from a vendor now, lead by lead, unkept; also as a page, CSV and XLSX.",
                _answers("VendorClaim") | _problems(_AUDIT_MEANINGS, 400, 401, 403, 404, 429, 503),
                (vendor, *_times(), *_of_a_claim()),
            )
        },
        "/v1/vendors/{vendor}/claims": {
            "post": _call(
                "vendors",
                "createClaim",
                "Claims it, so that it is never claimed again.",
                {"201": _answer("Kept.", _content("VendorClaim"))}
                | _problems(_AUDIT_MEANINGS, 400, 401, 403, 404, 409, 429, 503),
                (vendor, *_times(), *_of_a_claim()),
            )
        },
        "/v1/claims": {
            "get": _call(
                "vendors",
                "listClaims",
                "What was claimed from vendors, newest first; also as a page.",
                _answers("ClaimList", 400, 401, 403, 429),
                (_parameter("vendor", "Those of this vendor alone.", _TEXT, "acme"),),
            )
        },
        "/v1/claims/{claim}": {
            "get": _call(
                "vendors",
                "getKeptClaim",
                "A claim as it was kept, with what was answered; also as a page, CSV and XLSX.",
                _answers("VendorClaim") | _problems(_AUDIT_MEANINGS, 400, 401, 403, 404, 429, 503),
                (_parameter("claim", "The id of the claim.", _UUID, _ID, where="path"), *_of_a_claim()),
            )
        },
        "/v1/funnel": {
            "get": _call(
                "outcomes",
                "getFunnel",
                "How far leads come, what they are worth, and what to optimise to; also as a page, CSV and XLSX.",
                _answers("FunnelReport") | _problems(_AUDIT_MEANINGS, 400, 401, 403, 429, 503),
                (each for each in _audited() if each["name"] != "visits"),
            )
        },
        "/v1/batches": {
            "post": _call(
                "batches",
                "createBatch",
                "A file of leads in: CSV, NDJSON, Parquet or a spreadsheet, also with gzip. Judged later.",
                {"202": _answer("Accepted.", _content("Batch"), "Location")}
                | _problems(_BATCH_MEANINGS, 400, 401, 403, 413, 415, 429, 503),
                _options(),
                body=_upload(),
            ),
            "get": _call(
                "batches",
                "listBatches",
                "The newest hundred batches, newest first.",
                _answers("BatchList", 401, 403, 429),
            ),
        },
        "/v1/batches/{batch_id}": {
            "get": _call(
                "batches",
                "getBatch",
                "How far a batch is.",
                _answers("Batch") | _problems(_BATCH_MEANINGS, 401, 403, 404, 429),
                (batch_id,),
            ),
            "delete": _call(
                "batches",
                "deleteBatch",
                "Cancel a batch that has not ended; delete one that has, with its results.",
                {"204": _answer("Cancelled, or deleted.")} | _problems(_BATCH_MEANINGS, 401, 403, 404, 429),
                (batch_id,),
            ),
        },
        "/v1/batches/{batch_id}/results": {
            "get": _call(
                "batches",
                "getBatchResults",
                "The verdicts, in the rows' order and in the format that was asked for.",
                _file("A file. As NDJSON, each line is a BatchRow.", *RESULT_TYPES.values())
                | _problems(_BATCH_MEANINGS, 401, 403, 404, 409, 429),
                (batch_id,),
            )
        },
        "/v1/batches/{batch_id}/rejected": {
            "get": _call(
                "batches",
                "getBatchRejected",
                "The rows that could not be read, by their numbers, and why; no personal data.",
                _file("A file as NDJSON. Each line is a Rejected.", RESULT_TYPES["ndjson"])
                | _problems(_BATCH_MEANINGS, 401, 403, 404, 409, 429),
                (batch_id,),
            )
        },
        "/v1/forms/{source}": {
            "post": _call(
                "platforms",
                "checkForm",
                "What a form platform sends of one lead in, its verdict out: always 200, in XML if asked for.",
                _answers("FormAnswer") | _problems(_FORM_MEANINGS, 400, 401, 403, 404, 429, 503),
                (source, key, once),
                body=_any_object(_FORM),
            ),
            "get": _call(
                "platforms",
                "getFormChallenge",
                "The platform's question whether this is the right place, given back.",
                {"200": _answer("The challenge.", {"text/plain": {"schema": _TEXT}})}
                | _problems(_FORM_MEANINGS, 400, 401, 403, 404, 429, 503),
                (
                    source,
                    key,
                    _parameter(
                        "hub.challenge",
                        "What to give back. Its token, `hub.verify_token`, is the source's key.",
                        {**_TEXT, "pattern": "^[A-Za-z0-9_-]{1,200}$"},
                        "1158201444",
                    )
                    | {"required": True},
                ),
            ),
        },
        "/v1/leadconduit": {
            "post": _call(
                "platforms",
                "checkLeadConduitLead",
                "A lead in LeadConduit's form of submission: form, JSON or XML with dotted names.",
                {"201": _answer("The lead was handled; its outcome says how.", _content("LeadConduitAnswer"))}
                | _problems(_FORM_MEANINGS, 400, 401, 403, 429, 503),
                (key, once),
                body=_any_object(_LEAD_CONDUIT),
            )
        },
        "/form/token": {
            "post": {
                **_call(
                    "forms",
                    "createFormToken",
                    "A token for one form, asked for by the script of a page: so simple that no browser asks first.",
                    _answers_by(_TOKEN_MEANINGS, "GivenToken", 400, 401, 403, 413, 415, 429, 503),
                    (
                        _parameter(
                            "Origin",
                            "Where the page is from, as its browser says: one of the site key's.",
                            _TEXT,
                            "https://a.example",
                            where="header",
                        ),
                    ),
                    body={
                        "required": False,
                        "content": {
                            "application/x-www-form-urlencoded": {
                                "schema": _ref("AskedToken"),
                                "example": {"site": "site_02effc477f197cc3"},
                            }
                        },
                    },
                ),
                "security": [],
            }
        },
        "/v1/reasons": {"get": _call("reasons", "listReasons", "Every reason code.", _answers("ReasonList", 401, 429))},
        "/form.js": {"get": _open_call("getFormScript", "The script for a form's page, the newest.", _script())},
        "/form.{hash}.js": {
            "get": _open_call(
                "getFormScriptByHash",
                "The script of one hash, which never changes.",
                _script() | _problems(_SCRIPT_MEANINGS, 404),
                (_parameter("hash", "The beginning of its SHA-256.", _HASH, "0" * 16, where="path"),),
            )
        },
        "/healthz": {"get": _open_call("getHealth", "Liveness.", _answers("Health"))},
        "/readyz": {
            "get": _open_call(
                "getReadiness",
                "Whether a check could be kept and counted.",
                _answers("Readiness") | {"503": _answer("No record can be kept.", _content("Readiness"))},
            )
        },
        "/metrics": {
            "get": _open_call("getMetrics", "Prometheus.", {"200": _answer("OK", {"text/plain": {"schema": _TEXT}})})
        },
        "/openapi.json": {
            "get": _open_call(
                "getOpenapiDocument",
                "This document.",
                {"200": _answer("OK", {"application/json": {"schema": {"type": "object"}}})},
            )
        },
    }


def _call(
    tag: str,
    name: str,
    summary: str,
    responses: Mapping[str, Any],
    parameters: Iterable[Mapping[str, Any]] = (),
    *,
    body: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One call. Programs make a method of its ``name``."""
    call: dict[str, Any] = {"operationId": name, "tags": [tag], "summary": summary}
    if given := list(parameters):
        call["parameters"] = given
    if body is not None:
        call["requestBody"] = body
    return call | {"responses": responses}


def _open_call(
    name: str, summary: str, responses: Mapping[str, Any], parameters: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """A call that needs no key."""
    return {**_call("service", name, summary, responses, parameters), "security": []}


def _parameter(
    name: str, text: str, schema: Mapping[str, Any], example: Any, *, where: str = "query"
) -> dict[str, Any]:
    needed = {"required": True} if where == "path" else {}
    if schema is _TEXT and where == "query":
        schema = {**_TEXT, "pattern": "^[^\\x00]*$"}  # which no database takes, so that it is refused
    return {"name": name, "in": where, **needed, "description": text, "schema": schema, "example": example}


def _filters() -> Iterable[dict[str, Any]]:
    """The parameters of the list of verdicts."""
    for name, text, schema, example in (
        ("vendor", "Leads of this vendor alone.", _TEXT, "acme"),
        ("decision", "Leads with this decision alone.", _ref("Decision"), "reject"),
        ("classification", "Leads of this classification alone.", _TEXT, "bot"),
        ("enquiry", "Leads of this kind of enquiry alone; `unknown` where nobody looked.", _TEXT, "sales_lead"),
        ("band", "Leads of this band alone; `unknown` where it cannot be told.", _TEXT, "hot"),
        ("reason", "Leads with this reason alone. Unit or format: reason code.", _TEXT, "EMAIL_DISPOSABLE"),
        ("reference", "Leads that came with this reference alone; an erased lead has none.", _TEXT, "crm-123"),
        ("origin", "Leads of this origin alone: live (if absent), `batch:<id>` or revision.", _TEXT, "live"),
        ("from", "Leads checked from then on. Unit or format: RFC 3339.", _MOMENT, "2026-11-01T00:00:00Z"),
        ("to", "Leads checked before then. Unit or format: RFC 3339.", _MOMENT, "2026-12-01T00:00:00Z"),
        (
            "limit",
            "How many at most. Unit or format: verdicts.",
            {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50},
            100,
        ),
        ("cursor", "The `next_cursor` of one page, to get the next.", _UUID, _ID),
    ):
        yield _parameter(name, text, schema, example)


def _times() -> Iterable[dict[str, Any]]:
    """The parameters that say which time's leads are meant."""
    for name, text, schema, example in (
        (
            "from",
            "Leads checked from then on; the last 90 days if absent. Unit or format: RFC 3339.",
            _MOMENT,
            "2026-11-01T00:00:00Z",
        ),
        (
            "to",
            "Leads checked before then; now if absent. A day alone belongs to the time. Unit or format: RFC 3339.",
            _MOMENT,
            "2026-12-01T00:00:00Z",
        ),
    ):
        yield _parameter(name, text, schema, example)


def _of_a_claim() -> Iterable[dict[str, Any]]:
    """The parameters that say how a claim is written."""
    flag = {"type": "boolean"}
    for name, text, schema, example in (
        ("language", "The language of the letter and of the evidence; en if absent.", _ref("ClaimLanguage"), "de"),
        (
            "timezone",
            "The time zone of the leads' times; UTC if absent.",
            {**_TEXT, "format": "iana-time-zone"},
            "Asia/Ho_Chi_Minh",
        ),
        ("for_vendor", "The vendor's copy: only what the vendor sent or can know.", flag, True),
        ("personal", "With names, mail addresses and phones, but for the vendor; needs scope personal.", flag, False),
        ("answer_by", "The day until which the letter asks for an answer.", {**_TEXT, "format": "date"}, "2026-12-14"),
    ):
        yield _parameter(name, text, schema, example)


def _audited() -> Iterable[dict[str, Any]]:
    """The parameters of an audit."""
    visits = {"type": "array", "items": {**_TEXT, "pattern": "^([a-z]{1,9}(/[a-z]{1,9})?=)?[0-9]{1,9}$"}}
    yield from _times()
    for name, text, schema, example in (
        ("campaign", "Leads of this campaign alone.", _TEXT, "spring"),
        ("sub_id", "Leads of this sub_id alone.", _TEXT, "pub-4711"),
        ("channel", "Leads of this channel alone.", _TEXT, "ppc"),
        (
            "visits",
            "Visitors of the form, for the rates of true leads: 10000, ppc=4000, ppc/spring=1200; repeatable.",
            visits,
            ["ppc=4000", "ppc/spring=1200"],
        ),
    ):
        yield _parameter(name, text, schema, example)


def _options() -> Iterable[dict[str, Any]]:
    """The parameters of a new batch."""
    fields = "|".join([*map(re.escape, FIELDS), "(activity|extra)\\.[^=\\x00-\\x1f]{1,64}"])
    pair = {**_TEXT, "pattern": f"^({fields})=[^\\x00-\\x1f]+$"}
    letters = "~\u00c0-\u024f\u1e00-\u1eff"
    set_fields = "source\\.(vendor|campaign|sub_id)|extra\\.[a-z_]{1,64}"
    constant = {**_TEXT, "pattern": f"^({set_fields})=[!-{letters}][ -{letters}]{{0,60}}$"}
    for name, text, schema, example in (
        ("format", "What the results are written as; ndjson if absent.", _ref("ResultFormat"), "csv"),
        (
            "map",
            "A field of the lead and the heading of its column, where headings do not say it; may be repeated.",
            {"type": "array", "items": pair},
            ["phone=Best number"],
        ),
        (
            "set",
            "A field of the lead and its value in rows that give nothing for it; may be repeated. Any field but email "
            "and phone may be set, to what it can hold.",
            {"type": "array", "items": constant},
            ["source.vendor=adclick"],
        ),
        (
            "dates",
            "How to read dates such as 03/04/2026 where the file itself cannot tell.",
            _ref("DateOrder"),
            "day-first",
        ),
        (
            "timezone",
            "Of times that name none; UTC if absent. Unit or format: IANA name.",
            {**_TEXT, "format": "iana-time-zone"},
            "Asia/Ho_Chi_Minh",
        ),
        (
            "keep",
            "Put the leads into the ledger, and count its earlier leads as what came before them. Needs the scope "
            "check too; false if absent.",
            {"type": "boolean"},
            True,
        ),
    ):
        yield _parameter(name, text, schema, example)


def _upload() -> dict[str, Any]:
    file = {**_TEXT, "format": "binary", "minLength": 1, "description": "The file, whose content says what it is."}
    content: dict[str, Any] = {kind: {"schema": file} for kind in BATCH_TYPES}
    content["text/csv"] = {"schema": {**file, "examples": [_CSV]}}
    return {"required": True, "content": content}


def _json(name: str, example: Mapping[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": _ref(name), "example": example}}}


def _any_object(example: Mapping[str, Any]) -> dict[str, Any]:
    """A body of whatever names; what else than JSON is read, the words say."""
    schema = {
        "type": "object",
        "additionalProperties": True,
        "description": "Also as application/x-www-form-urlencoded, multipart/form-data and text/xml, to 256 KiB.",
    }
    return {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}


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


_CONFIRMATION_MEANINGS = {
    **_MEANINGS,
    400: "The body is no JSON object or nested too deeply, or the confirmation cannot be read.",
    409: "The lead is erased, or has as many confirmations as are kept of one.",
    422: "The lead has no such channel, or what it has could not be read.",
    503: "The ledger cannot be written, or has not taken every record yet; see Retry-After.",
}
_AUDIT_MEANINGS = {
    **_MEANINGS,
    400: "The query cannot be read.",
    404: "There is no lead of this vendor in this time, or no such claim.",
    409: "There is nothing to claim.",
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
_FORM_MEANINGS = {
    **_MEANINGS,
    400: "The Idempotency-Key or the challenge is none, or the body is no lead of LeadConduit's form.",
    401: "No key, one that is not known, or no signature of the source's secret.",
    403: "The key is of another platform, or lacks the scope check.",
    404: "There is no such platform.",
    429: "Too many calls; see Retry-After. Only for a platform that tries again: others get 200 with outcome error.",
    503: "Too many checks, or nothing can be kept. Only for a platform that tries again, as with 429.",
}
_TOKEN_MEANINGS = {
    400: "The body names more than one site key, or is no text.",
    401: "No site key, or one that is not known.",
    403: "The call is from no page of the site: its Origin is none of the key's, or it has none.",
    413: "The body is larger than 1 KiB.",
    415: "The body is neither application/x-www-form-urlencoded nor text/plain.",
    429: "Too many calls from one address; see Retry-After.",
    503: "The keys cannot be read; see Retry-After.",
}
_SCRIPT_MEANINGS = {404: "There is no script of this hash."}
_TOLD = {429: ("Retry-After", "RateLimit", "RateLimit-Policy"), 503: ("Retry-After",)}


def _answers(good: str, *errors: int) -> dict[str, Any]:
    return _answers_by(_MEANINGS, good, *errors)


def _answers_by(meanings: Mapping[int, str], good: str, *errors: int) -> dict[str, Any]:
    return {"200": _answer("OK", _content(good))} | _problems(meanings, *errors)


def _script() -> dict[str, Any]:
    return {"200": _answer("The script.", {"text/javascript": {"schema": _TEXT}})}


def _file(text: str, *types: str) -> dict[str, Any]:
    """A file as an answer. Programs know that text/… is text; what else they do not know, they give as bytes."""
    binary = {**_TEXT, "format": "binary"}
    return {"200": _answer(text, {kind: {"schema": _TEXT if kind.startswith("text/") else binary} for kind in types})}


def _problems(meanings: Mapping[int, str], *errors: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _ref("ProblemDocument")}}
    return {str(status): _answer(meanings[status], content, *_TOLD.get(status, ())) for status in errors}


def _answer(text: str, content: Mapping[str, Any] | None = None, *headers: str) -> dict[str, Any]:
    told = {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", *headers)}
    return {"description": text, "headers": told} | ({"content": content} if content is not None else {})


def _content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(name)}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}
