"""What is claimed back from a vendor, and how is it kept that it was? From the ledger to a finished claim, and back.

Nothing is claimed twice, wherever a run is stopped: a claim is built, its file completed beside its place, then all of
its leads are stored in one transaction, and then the file gets its name. A run that is stopped in between leaves a
claim that ``show`` makes again.
"""

from __future__ import annotations

import os
import tomllib
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct
from msgspec.structs import replace

from fraudcheck import wiring
from fraudcheck.adapters.tenant_files import tenant_funnel
from fraudcheck.identifiers import uuid7, vendor_key
from fraudcheck.ledger.record import Opened, open_record
from fraudcheck.operations.audit import DAYS, read_contract
from fraudcheck.ports.claims import Claims, VendorLead
from fraudcheck.records import format_utc
from fraudcheck.report import claims, returns
from fraudcheck.report.claim_words import LANGUAGES, Words, facts_known
from fraudcheck.report.claims import ClaimList, ClaimRow, LeftRow, Settled, VendorClaim
from fraudcheck.settings import Settings

ANSWER_DAYS = 14
"""Days that a vendor is given to answer, unless it is said otherwise."""
Shape = Literal["page", "csv", "xlsx", "json"]
_DUPLICATE = timedelta(days=30)
_TRIES = 3
_PART = 500


class Asked(Struct, frozen=True, kw_only=True):
    """What a claim is asked for.

    The leads are the vendor's, checked from ``since`` until before ``until`` (RFC 3339 in UTC; by default the last 90
    days). ``claim`` is the id of a kept claim that is to be shown instead. ``limit`` is the most rows that are written
    out of each kind (None: all); totals have all. ``personal`` adds name, mail address and phone, but never in the
    vendor's copy. ``answer_by`` is a day. ``keep`` remembers the claim. ``shape`` is the form of the answer of a child
    process (``web.report_process``), which lists the kept claims where ``of`` is ``claims``.
    """

    of: Literal["claim", "claims"] = "claim"
    tenant: str = "default"
    vendor: str = ""
    claim: str | None = None
    since: str | None = None
    until: str | None = None
    language: str = "en"
    timezone: str = "UTC"
    for_vendor: bool = False
    personal: bool = False
    answer_by: str | None = None
    limit: int | None = None
    keep: bool = False
    shape: Shape = "json"


class Nothing(ValueError):
    """There is nothing to keep: no lead can be claimed. The text says why."""


def words_for(asked: Asked) -> Words:
    """The words of the language and zone that are asked for. Raises ValueError with what to give."""
    if asked.language not in LANGUAGES:
        raise ValueError(f"there are no words in {asked.language!r}: give one of {', '.join(LANGUAGES)}")
    try:
        zone = ZoneInfo(asked.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{asked.timezone!r} is no time zone such as Europe/Berlin") from None
    text = resources.files("fraudcheck").joinpath("data/claim_words.toml").read_text("utf-8")
    return Words(tomllib.loads(text), asked.language, zone)


async def make_claim(
    settings: Settings,
    asked: Asked,
    now: datetime,
    file: Path | None = None,
    before_keeping: Callable[[VendorClaim], None] = lambda claim: None,
) -> VendorClaim | None:
    """A claim against a vendor, or a kept one again; None if the vendor has no lead in this time, or there is no such
    claim.

    ``file`` is a contract that replaces the tenant's own. ``before_keeping`` gets a claim that is not kept yet.
    Raises ValueError with what is wrong (Nothing where a claim without leads was to be kept), and Unavailable if the
    ledger is down.
    """
    words, contract = words_for(asked), read_contract(settings, asked.tenant, file)
    async with wiring.ledger_only(settings) as ledger:
        made = _Making(ledger, settings, asked, now, words, contract)
        if asked.claim is not None:
            return await made.again(asked.claim)
        if not asked.keep:
            return (await made.new())[0]
        for _ in range(_TRIES):
            seen = {each.claim for each in await ledger.list_claims(asked.tenant, vendor_key(asked.vendor))}
            claim, settled = await made.new()
            if claim is None:
                return None
            if claim.claim is None:
                raise Nothing(_nothing(claim))
            before_keeping(claim)
            rows = claims.kept_rows(settled, claim.claim, vendor_key(asked.vendor), claim.made_at)
            if not await ledger.keep_claim(asked.tenant, rows, seen):
                return claim
        raise ValueError("others are claiming from this vendor at this time: wait until they have ended")


async def list_claims(settings: Settings, tenant: str, vendor: str | None) -> ClaimList:
    """The kept claims, newest first. Raises Unavailable if the ledger is down."""
    async with wiring.ledger_only(settings) as ledger:
        return claims.claim_list(await ledger.list_claims(tenant, vendor))


def _nothing(claim: VendorClaim) -> str:
    whys = ", ".join(f"{many:,} {why.replace('_', ' ')}" for why, many in claim.left_by_why.items())
    return f"there is nothing to claim from {claim.vendor}" + (f" ({whys})" if whys else "")


class _Making:
    """Makes one claim, from a ledger that is open."""

    def __init__(  # noqa: PLR0917 - all that a claim is made of
        self,
        ledger: Claims,
        settings: Settings,
        asked: Asked,
        now: datetime,
        words: Words,
        contract: returns.Contract,
    ) -> None:
        self._ledger, self._asked, self._now, self._words = ledger, asked, now, words
        self._contract, self._settings = contract, settings
        self._terms = returns.vendor_terms(contract, asked.vendor)

    async def new(self) -> tuple[VendorClaim | None, Sequence[Settled]]:
        """A claim of what can be claimed now, and how each lead was settled; None if there is no lead."""
        asked = self._asked
        since = asked.since or format_utc(self._now - timedelta(days=DAYS))
        until = asked.until or format_utc(self._now)
        key = vendor_key(asked.vendor)
        if not key:
            raise ValueError("name the vendor that is to give the money back")
        reads = (since, until)
        if asked.keep and self._terms.at_most_share is not None:
            reads = await self._whole_months(since, until)
        found = await self._ledger.vendor_leads(asked.tenant, asked.vendor, *reads, claims.RETURNABLE)
        found = replace(found, leads=[each for each in found.leads if since <= each.checked_at < until])
        before = [each for each in await self._ledger.claimed_leads(asked.tenant, *reads) if each.claimed.vendor == key]
        if not found.counted and not before:
            return None, ()
        with_outcomes = await self._outcomes(since, until)
        today = self._now.astimezone(UTC).date()
        settled = claims.settle(found, before, with_outcomes, self._terms, today)
        settled = [each for each in settled if since <= each.lead.checked_at < until]
        is_any = any(each.amount > 0 for each in settled)
        claim_id = uuid7(self._now, os.urandom(10)) if asked.keep and is_any else None
        return await self._claim(settled, with_outcomes, claim_id, (since, until), self._now), settled

    async def again(self, claim_id: str) -> VendorClaim | None:
        """A kept claim as it was, with what was answered and what is known now; None where there is none."""
        rows = await self._ledger.claim_rows(self._asked.tenant, claim_id)
        if not rows:
            return None
        first, last = min(row.checked_at for row in rows), max(row.checked_at for row in rows)
        until = format_utc(datetime.fromisoformat(last) + timedelta(milliseconds=1))
        self._terms = returns.vendor_terms(self._contract, rows[0].claimed.vendor)
        settled, with_outcomes = claims.as_settled(rows), await self._outcomes(first, until)
        made = datetime.fromisoformat(rows[0].claimed.claimed_at)
        return await self._claim(settled, with_outcomes, claim_id, (first, until), made)

    async def _whole_months(self, since: str, until: str) -> tuple[str, str]:
        """The time, widened to whole months where leads outside of it were claimed in its first or last month.

        A contract's cap is a calendar month's: two claims of parts of one month must not have it twice. Only leads of
        the time that was asked for are claimed all the same.
        """
        start, last = claims.day_of(since).replace(day=1), claims.day_of(until)
        end = last.replace(day=monthrange(last.year, last.month)[1]) + timedelta(days=1)
        wide = (f"{start}T00:00:00.000Z", f"{end}T00:00:00.000Z")
        key = vendor_key(self._asked.vendor)
        near = await self._ledger.claimed_leads(self._asked.tenant, *wide)
        is_cut = any(each.claimed.vendor == key and not since <= each.checked_at < until for each in near)
        return wide if is_cut else (since, until)

    async def _outcomes(self, since: str, until: str) -> Mapping[str, Any]:
        told = await self._ledger.list_outcomes(self._asked.tenant, since, until)
        if not told:
            return {}
        # With NumPy, a quarter of a second.
        from fraudcheck.report import lead_outcomes  # noqa: PLC0415

        funnel = tenant_funnel(self._settings.data_dir, self._asked.tenant)
        return {lead.told.lead: lead for lead in lead_outcomes.group_by_lead(told, funnel)}

    async def _claim(
        self,
        settled: Sequence[Settled],
        with_outcomes: Mapping[str, Any],
        claim_id: str | None,
        scope: tuple[str, str],
        made: datetime,
    ) -> VendorClaim:
        asked, words, since, until = self._asked, self._words, *scope
        claimed = [each for each in settled if each.amount > 0]
        left = [] if asked.for_vendor else [each for each in settled if each.why is not None]
        vendor = next((each.lead.source[0] for each in settled if each.lead.source[0]), None) or asked.vendor
        sums = claims.totals(settled)
        # Those of the leads that are claimed, where there are any: a kept claim knows no others, and says the same.
        times = [each.lead.checked_at for each in claimed] or [
            since,
            format_utc(datetime.fromisoformat(until) - timedelta(milliseconds=1)),
        ]
        days = (words.day(min(times)), words.day(max(times)))
        deadlines = [day for each in claimed if (day := claims.return_by(each.lead, self._terms)) is not None]
        local = made.astimezone(words.zone).date()
        answer_by = date.fromisoformat(asked.answer_by) if asked.answer_by else local + timedelta(days=ANSWER_DAYS)
        subject, letter = claims.letter(words, vendor, sums, days, local, answer_by, min(deadlines, default=None))
        return VendorClaim(
            claim=claim_id,
            vendor=vendor,
            since=since,
            until=until,
            made_at=format_utc(made),
            timezone=asked.timezone,
            language=asked.language,
            for_vendor=asked.for_vendor,
            answer_by=answer_by.isoformat(),
            subject=subject,
            letter=letter,
            totals=[_for_vendor(total) for total in sums] if asked.for_vendor else sums,
            leads=len(claimed),
            rows=await self._rows(claimed[: asked.limit], with_outcomes),
            left_leads=len(left),
            left=await self._left(left[: asked.limit]),
            left_by_why=dict(Counter(each.why or "" for each in left)),
        )

    async def _rows(self, settled: Sequence[Settled], with_outcomes: Mapping[str, Any]) -> list[ClaimRow]:
        rows: list[ClaimRow] = []
        for part in _parts(settled):
            opened = await self._open(each.lead.check_id for each in part)
            earlier = await self._earlier([each.lead.lead for each in part if each.reason == "duplicate"])
            for each in part:
                is_held = each.before is None or claims.still_holds(each.before, with_outcomes)
                came_before = earlier.get(each.lead.lead, {})
                rows.append(self._row(each, opened.get(each.lead.check_id), came_before, is_held))
        return rows

    def _row(self, each: Settled, opened: Opened | None, came_before: Mapping[str, Any], is_held: bool) -> ClaimRow:
        words, lead, told = self._words, each.lead, each.before.claimed if each.before else None
        price, reason = returns.amount(lead.price), each.reason or ""
        evidence = []
        if opened is not None:
            verdict = opened.verdict
            ordered = sorted(verdict["reasons"], key=lambda one: one["points"])
            codes = claims.codes_for(each, [one["code"] for one in ordered], verdict["decision"])
            known = facts_known(opened, codes, words, self._shown(came_before, lead))
            evidence = [words.evidence(codes, known)]
        if each.amount < lead.price:
            part = words.say("part", amount=returns.amount(each.amount), currency=lead.currency or "")
            evidence.append(part)
        deadline = claims.return_by(lead, self._terms)
        person = opened.lead if opened is not None and self._asked.personal and not self._asked.for_vendor else None
        return ClaimRow(
            **self._head(each, opened),
            price=price,
            currency=lead.currency or "",
            amount=returns.amount(each.amount),
            reason=reason,
            reason_text=words.of("reasons", reason),
            evidence=" ".join(evidence),
            return_by=deadline.isoformat() if deadline else None,
            part=each.amount < lead.price,
            answer=told.answer if told else None,
            credited=returns.amount(told.credited) if told and told.credited is not None else None,
            note=None if is_held or self._asked.for_vendor else words.say("no_longer"),
            name=(person.full_name or None) if person else None,
            email=person.email if person else None,
            phone=person.phone if person else None,
        )

    async def _left(self, settled: Sequence[Settled]) -> list[LeftRow]:
        rows: list[LeftRow] = []
        for part in _parts(settled):
            opened = await self._open(each.lead.check_id for each in part)
            for each in part:
                lead = each.lead
                has_price = lead.price >= 0 and lead.currency is not None
                claimed = each.before.claimed.amount if each.before else each.amount
                rows.append(
                    LeftRow(
                        **self._head(each, opened.get(lead.check_id)),
                        price=returns.amount(lead.price) if has_price else None,
                        currency=lead.currency if has_price else None,
                        left=returns.amount(lead.price - claimed) if has_price else None,
                        reason=each.reason,
                        why=each.why or "no_reason",
                        why_text=claims.why_text(each, self._terms, self._words),
                    )
                )
        return rows

    def _head(self, each: Settled, opened: Opened | None) -> dict[str, Any]:
        """What the vendor knows a lead by."""
        _, campaign, sub_id, channel = each.lead.source
        lead = opened.lead if opened is not None else None
        return {
            "check_id": each.lead.check_id,
            "reference": lead.reference if lead is not None else None,
            "at": each.lead.checked_at,
            "came": f"{self._words.moment(each.lead.checked_at):%Y-%m-%d %H:%M}",
            "campaign": campaign,
            "sub_id": sub_id,
            "channel": channel,
        }

    async def _open(self, check_ids: Iterable[str]) -> dict[str, Opened]:
        kept = await self._ledger.records(self._asked.tenant, list(check_ids))
        return {check_id: open_record(stored.record, stored.personal) for check_id, stored in kept.items()}

    async def _earlier(self, leads: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The lead that came last before each of these with the same contact; ``both``: with mailbox and phone."""
        found = await self._ledger.earlier_checks(self._asked.tenant, leads)
        last = {lead: max(kinds.values()) for lead, kinds in found.items() if kinds}
        opened = await self._open(sorted(set(last.values())))
        return {
            lead: {"opened": opened[check_id], "both": len(set(found[lead].values())) == 1 and len(found[lead]) == 2}
            for lead, check_id in last.items()
            if check_id in opened
        }

    def _shown(self, came_before: Mapping[str, Any], lead: VendorLead) -> dict[str, str]:
        """What a sentence may say of an earlier lead; to the vendor nothing of what others brought but its day.

        Nothing of one that is no duplicate by what the contract says: it came too long before, or nobody sold it.
        """
        if not came_before:
            return {}
        opened: Opened = came_before["opened"]
        if opened.lead is None:
            return {}
        at, words, vendor = opened.verdict["checked_at"], self._words, lead.source[0]
        other = opened.lead.source.vendor
        if datetime.fromisoformat(lead.checked_at) - datetime.fromisoformat(at) > _DUPLICATE or not other:
            return {}
        shown = {"earlier_day": words.day(at), "earlier_time": f"{words.moment(at):%H:%M}"}
        if vendor_key(other or "") == vendor_key(vendor or ""):
            if not came_before["both"]:
                return {}
            reference = {"earlier_reference": opened.lead.reference} if opened.lead.reference else {}
            return shown | {"earlier": "own"} | reference
        shown |= {"earlier": "other"}
        return shown | ({"earlier_vendor": other} if not self._asked.for_vendor else {})


def _for_vendor(total: claims.Total) -> claims.Total:
    """What the vendor is told of a total: nothing of what is not claimed from it."""
    return claims.Total(
        currency=total.currency,
        leads=total.leads,
        amount=total.amount,
        reasons=total.reasons,
        returnable=total.amount,
        too_late="0.00",
        over_cap="0.00",
        claimed="0.00",
    )


def _parts(settled: Sequence[Settled]) -> Iterable[Sequence[Settled]]:
    return (settled[start : start + _PART] for start in range(0, len(settled), _PART))
