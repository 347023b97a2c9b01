"""Which bodies does the service take and give, beside leads, verdicts and audits? Types for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from msgspec import UNSET, Meta, Struct, UnsetType

from fraudcheck.reasons import Reason
from fraudcheck.records import CheckVerdict, Confirmation, Contact, Lead, Outcome, Price
from fraudcheck.web.batch_job import Batch

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

FormOutcome = Literal["success", "failure", "error"]
FORM_OUTCOMES = get_args(FormOutcome)


class AskedToken(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a page's script asks for a token with."""

    site: str = ""


class GivenToken(Struct, frozen=True, kw_only=True):
    """A token for a form, and how long it is good."""

    token: str
    expires_in: int


class KeptVerdict(CheckVerdict, frozen=True, kw_only=True):
    """A verdict as the listing gives it. ``revised_by`` is the id of the check that replaces it; a revision has the id
    of the check that it replaces, in ``revises``.
    """

    revised_by: str | None
    revises: str | UnsetType = UNSET


class KeptLead(Lead, frozen=True, kw_only=True, omit_defaults=True):
    """A lead as it was read. Fields that were not given are left out; without the scope personal, a text that may tell
    who the person is is ``***``.
    """


class KeptOutcome(Outcome, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a lead, as its buyer told it. What was not told is left out."""


class KeptConfirmation(Confirmation, frozen=True, kw_only=True, omit_defaults=True):
    """That a person showed that a channel works, as the caller told it."""


class KeptCheck(KeptVerdict, frozen=True, kw_only=True):
    """A verdict with its facts. ``lead`` is null once it is erased, and masked without the scope personal."""

    erased: bool
    lead: KeptLead | None
    facts: dict[str, dict[str, Any] | None]
    record_hash: str
    outcomes: list[KeptOutcome]
    confirmations: list[KeptConfirmation]


class Value(Struct, frozen=True, kw_only=True):
    """What a conversion brought: a decimal string and an ISO 4217 code."""

    amount: Annotated[str, Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$")]
    currency: Annotated[str, Meta(pattern=r"^[A-Za-z]{3}$")]


class ToldOutcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a lead.

    ``outcome`` is contacted, qualified, converted, returned, reviewed_genuine, reviewed_fake, or an event of the
    tenant's own funnel. ``reason`` may also be written as the trade does (``Wrong number``). ``at`` is now by default.
    ``buyer`` is the key's own, or not given; without keys it is a name that distinguishes several buyers of one tenant.
    """

    outcome: Annotated[str, Meta(max_length=200)]
    reason: Reasons | None = None
    value: Value | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None
    buyer: Annotated[str, Meta(max_length=200)] | None = None


class LeadOutcomes(Struct, frozen=True, kw_only=True):
    """All outcomes of a lead and of its other versions, in the order in which they were reported."""

    check_id: str
    outcomes: list[KeptOutcome]


class ToldConfirmation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That a person showed that a channel of the lead works. ``at`` is now by default."""

    channel: Literal["email", "phone"]
    how: Literal["link", "code", "call"]
    at: Annotated[datetime, Meta(tz=True)] | None = None


class LeadConfirmations(Struct, frozen=True, kw_only=True):
    """All confirmations of a lead, in the order in which they were told, and the version that knows of them."""

    check_id: str
    revised_by: str
    confirmations: list[KeptConfirmation]
    contact: Contact


class Page(Struct, frozen=True, kw_only=True):
    """One page of a listing, newest first."""

    checks: list[KeptVerdict]
    next_cursor: str | None


class FormAnswer(Struct, frozen=True, kw_only=True):
    """What a form platform is told: no lists and no objects, as its tables of fields show neither."""

    outcome: FormOutcome
    reason: str = ""
    trust_score: int | None = None
    decision: str | None = None
    classification: str | None = None
    check_id: str | None = None
    reference: str | None = None
    reasons: str = ""


class LeadId(Struct, frozen=True, kw_only=True):
    """A lead, as the platform that sent it may name it from now on."""

    id: str


class LeadConduitAnswer(Struct, frozen=True, kw_only=True):
    """What LeadConduit tells who submits a lead, and so what is told to who submits one here."""

    outcome: FormOutcome
    reason: str = ""
    lead: LeadId | UnsetType = UNSET
    price: float = 0.0


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


class BatchSource(Struct, frozen=True, kw_only=True):
    """Who sold a lead of a batch, and for how much, as far as the row says it."""

    vendor: str | None = None
    campaign: str | None = None
    sub_id: str | None = None
    channel: str | None = None
    price: Price | None = None


class BatchLead(Struct, frozen=True, kw_only=True):
    """What an audit needs of a batch's lead beside the verdict. It holds no personal data."""

    source: BatchSource


class BatchRow(Struct, frozen=True, kw_only=True):
    """One line of a batch's results in NDJSON."""

    row: int
    file: str
    line: int
    reference: str | None
    lead: BatchLead
    verdict: CheckVerdict
    known_as: str | UnsetType | None = UNSET


class FieldProblem(Struct, frozen=True, kw_only=True):
    """A field at fault."""

    field: str
    problem: str


class ProblemDocument(Struct, frozen=True, kw_only=True):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    request_id: str
    errors: list[FieldProblem] | UnsetType = UNSET


class Health(Struct, frozen=True, kw_only=True):
    """The process is alive."""

    status: str
    version: str


class Readiness(Struct, frozen=True, kw_only=True):
    """Whether a check could be kept and counted (ok), only kept (degraded) or not even that (unavailable), and how each
    dependency answered.
    """

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
