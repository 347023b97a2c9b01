"""Made-up leads for audits, in the columns that the ledger gives."""

from __future__ import annotations

from array import array
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from fraudcheck.ports.ledger import LeadColumns, LeadOutcome
from fraudcheck.records import Outcome, Price, format_utc
from fraudcheck.report import leads, returns, vendors
from fraudcheck.report.audit import Scope
from fraudcheck.report.funnel import make_report
from fraudcheck.worth.enquiry import KINDS
from fraudcheck.worth.funnel import load_funnel

START = date(2026, 8, 25)
TODAY = date(2026, 11, 23)
SCOPE = Scope(since="2026-08-25T00:00:00.000Z", until="2026-11-23T12:00:00.000Z")


def lead(vendor="acme", day=0, **told):
    """One lead: by default accepted and genuine, at 12.50 EUR."""
    return {
        "source": (vendor, told.get("campaign"), told.get("sub_id"), told.get("channel")),
        "kind": (
            told.get("decision", "accept"),
            told.get("classification", "genuine"),
            told.get("currency", "EUR"),
            told.get("reasons", "PHONE_VALID"),
        ),
        "day": START.toordinal() + day,
        "score": told.get("score", 92),
        "price": told.get("price", 12_500_000),
        "enquiry": told.get("enquiry"),
        "band": told.get("band"),
        "form_day": told.get("form_day"),
    }


def bad(vendor="acme", day=0, reasons="FORM_TOO_FAST EMAIL_LOCAL_RANDOM", **told):
    """A bot's lead."""
    return lead(vendor, day, decision="reject", classification="bot", reasons=reasons, score=4, **told)


def columns(made):
    """What the ledger would give for these leads."""
    sources = list(dict.fromkeys(each["source"] for each in made))
    kinds = list(dict.fromkeys(each["kind"] for each in made))
    enquiries, bands = (list(dict.fromkeys(each[name] for each in made)) for name in ("enquiry", "band"))
    rows = array("q")
    for each in made:
        terms = 10 + sources.index(each["source"]), kinds.index(each["kind"])
        told = [
            -1 if each[name] is None else 100 + names.index(each[name])
            for name, names in (("enquiry", enquiries), ("band", bands))
        ]
        form_day = each["day"] if each["form_day"] is None else START.toordinal() + each["form_day"]
        rows.extend([*terms, each["day"], each["score"], each["price"], *told, form_day])
    return LeadColumns(
        rows=rows,
        sources={10 + at: source for at, source in enumerate(sources)},
        kinds=dict(enumerate(kinds)),
        enquiries={100 + at: name for at, name in enumerate(enquiries) if name is not None},
        bands={100 + at: name for at, name in enumerate(bands) if name is not None},
    )


def asked(contract=None, visits=()):
    return vendors.AuditInputs(scope=SCOPE, contract=returns.load(contract or {}), today=TODAY, visits=visits)


def overview(made, outcomes=(), contract=None, visits=()):
    return vendors.audit_all(leads.read_columns(columns(made)), outcomes, asked(contract, visits))


def vendor(name, made, outcomes=(), contract=None, visits=()):
    return vendors.audit_vendor(leads.read_columns(columns(made)), outcomes, asked(contract, visits), name)


def lead_outcome(number, outcome, *, vendor="acme", score=92, of=None, **more):
    """What was told of a lead; ``of`` is the lead itself (``lead``)."""
    source, known = (vendor, None, None, None), {}
    if of is not None:
        source, (decision, _, currency, codes) = of["source"], of["kind"]
        day = datetime.combine(date.fromordinal(of["day"]), time(12), UTC)
        known = {"decision": decision, "currency": currency, "codes": codes, "price": of["price"]}
        known["checked_at"] = format_utc(day)
    told = Outcome(outcome=outcome, **more)
    return LeadOutcome(lead=f"{number:04}", outcome=told, source=source, score=score, **known)


def every_kind():
    """Leads of every kind of enquiry, by two channels; some were rejected, came before or wait for a review."""
    found = []
    for number, kind in enumerate([*KINDS, "sales_lead", "none", "unclear", None, "of a later version"] * 4):
        told = {"enquiry": kind, "channel": ("ppc", "seo")[number % 2], "campaign": ("brand", "sale")[number % 3 % 2]}
        found += [
            lead("acme", number, band="hot" if kind == "sales_lead" else None, **told),
            lead("beta", number, **told),
        ]
        found.append(lead("acme", number, decision="review", **told))
        found.append(lead("acme", number, classification="duplicate", **told))
        found.append(bad("beta", number, **told))
    return found


def funnel(name="spring sale", many=400):
    """A funnel with an event of its own, and a campaign of this name."""
    table = load_funnel({"currency": "EUR", "events": {"appointment": {"after": "contacted", "value": 80}}})
    leads_, outcomes = [], []
    for number in range(many):
        source = {"campaign": (name, "brand")[number % 2], "channel": ("ppc", "seo", None)[number % 3]}
        each = lead("acme", number % 80, enquiry=("sales_lead", "none")[number % 2], **source)
        leads_.append(each)
        at = datetime.combine(START, time(12), UTC) + timedelta(days=number % 80)
        for place, event in enumerate(("contacted", "appointment", "qualified", "converted")[: number % 5]):
            value = Price(amount="900", currency="EUR") if event == "converted" else None
            told = Outcome(outcome=event, at=format_utc(at + timedelta(days=2 * place + 1)), value=value)
            more = {"checked_at": format_utc(at), "decision": "accept", "enquiry": each["enquiry"]}
            outcomes.append(LeadOutcome(lead=f"{number:05}", outcome=told, source=each["source"], score=92, **more))
    return make_report(leads.read_columns(columns(leads_)), outcomes, table, SCOPE, SCOPE.until)


def market(seed=3):
    """A quarter of eight vendors: honest ones, a small one, and one whose spring campaign turned bad in November."""
    drawn = np.random.default_rng(seed)
    sizes = {
        "Chợ Lớn Media": (900, 0.05),
        "Naija Leads": (700, 0.06),
        "Polskie Leady": (1200, 0.04),
        "سوق العملاء": (500, 0.05),
        "Leads São Paulo": (800, 0.07),
        "Bangkok Forms": (40, 0.05),
        "Delhi Connect": (600, 0.3),
        "acme": (1500, 0.04),
    }
    made = []
    for name, (many, rate) in sizes.items():
        for number in range(many):
            day = 89 * number // many
            campaign = ("brand", "spring sale", "retarget")[number % 3]
            turned = name == "acme" and day >= 70 and campaign == "spring sale"
            told = {"campaign": campaign, "sub_id": f"{number % 7}", "channel": ("ppc", "seo", "social")[number % 3]}
            if drawn.random() < (0.6 if turned else rate):
                made.append((day, bad(name, day, **told)))
            elif drawn.random() < 0.03:
                reasons = "PHONE_VALID LEAD_SOLD_BEFORE"
                made.append((day, lead(name, day, classification="duplicate", reasons=reasons, **told)))
            else:
                score = int(drawn.integers(60, 98))
                made.append((day, lead(name, day, score=score, **told)))
    return [each for _, each in sorted(made, key=lambda pair: pair[0])]
