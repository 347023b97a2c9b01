"""What does each field of the API tell, in which unit, and what may stand in it? For all but the fields of a lead.

The OpenAPI document and the page on verdicts are made from this table; a test holds it to the types. What a lead holds
is said in ``intake.lead_fields``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fraudcheck.worth.enquiry import KINDS as ENQUIRIES


class FieldMeaning(NamedTuple):
    """``unit`` says what a number counts or how a text is written, ``format`` is the one of JSON Schema.

    ``example`` is None where the field is an object, or a list of objects, whose own fields have examples.
    """

    meaning: str
    example: Any = None
    unit: str = ""
    format: str = ""

    @property
    def description(self) -> str:
        """Meaning and unit, as one text."""
        return f"{self.meaning} Unit or format: {self.unit}." if self.unit else self.meaning


_CHECK_ID = "01936b5e-7c1a-7d3e-9f4b-2a6c8e0d1f35"
_EARLIER_ID = "01936b5e-6a08-7c2d-8e3a-1b5d7f9c0e24"
_BATCH_ID = "01936b60-1f2e-7a4c-b5d6-3c8e9f0a1b2c"
_SENTENCE = "The address is at a throw-away mail provider."
_TIME = "RFC 3339, in UTC"
_DAY = "date in UTC, YYYY-MM-DD"
_DECIBANS = "decibans, with one decimal"
_SCORE = "trust score, 0 to 100"
_MONEY = "decimal number, in units of the currency"
_SHARE = "share, 0 to 1"
_PROBABILITY = "probability, 0 to 1"
_OF_100 = "0 to 100"
_CODE = "reason code"
_ENQUIRIES = {"sales_lead": 60, "customer_service": 12, "spam": 6, "fake": 22}
_DECISIONS = {"accept": 81, "review": 12, "reject": 7}
_KINDS = "genuine, unverified, bot, farm, prank, mistyped, duplicate, non_sales, competitor, assisted, test, …"

_moment = (_TIME, "date-time")
_day = (_DAY, "date")
_uuid = ("UUIDv7", "uuid")

_TABLE: Mapping[str, tuple[Any, ...]] = {
    # The lead's parts, of which the lead's own table has the fields.
    "Lead.source": ("Who sold or sent the lead, and from where it came.",),
    "Lead.client": ("The person's browser, as the server of your form saw it.",),
    "Lead.form": ("How the form was filled in. Leave out what you did not measure.",),
    "Source.price": ("What the buyer pays for the lead.",),
    "Source.click": ("Which click on an advertisement brought the person.",),
    "Activity.event": ("What the person did, in your own word.", "prices", "at most 64 characters"),
    "Activity.at": ("When it was; left out if not told.", "2026-11-23T02:21:00.000Z", *_moment),
    "Activity.count": ("How often it was; 1 if not told.", 2, "times"),
    # The verdict.
    "check_id": (
        "The id of this check. `GET /v1/checks/{check_id}` gives the verdict again, with its facts.",
        _CHECK_ID,
        *_uuid,
    ),
    "CheckVerdict.reference": ("Your own id of the lead, as you sent it; null if you sent none.", "crm-123"),
    "CheckVerdict.origin": ("How the lead came: `live`, `batch:<id>` or `revision`.", "live"),
    "CheckVerdict.trust_score": (
        "How far the lead can be trusted: 0 certainly fake, 100 certainly genuine. HIGH IS GOOD.",
        4,
        _SCORE,
    ),
    "CheckVerdict.score_range": (
        "The lowest and the highest score that the checks in `unknown` could have led to.",
        [4, 5],
        _SCORE,
    ),
    "CheckVerdict.decision": ("What the policy advises.", "reject"),
    "CheckVerdict.decided_by": (
        "The rule that decided: accept_from, between_limits, one_group, lists_only, conclusive, two_groups, "
        "test, unreadable, `action:KIND` or `unknown:CHECK`.",
        "two_groups",
    ),
    "CheckVerdict.classification": (f"What the lead is: {_KINDS}", "bot"),
    "CheckVerdict.prior": ("Where the sum starts. The policy says it.", 9.5, _DECIBANS),
    "CheckVerdict.sum": ("Where the sum ends. The score is made from it.", -13.5, _DECIBANS),
    "CheckVerdict.reasons": (
        "Every finding that moved the score, and some others: `code`, `group`, `points`, `text` and `evidence`.",
    ),
    "CheckVerdict.group_caps": ("Points that were taken out again, because one group of findings says only so much.",),
    "CheckVerdict.unknown": (
        "Checks that could not be made, as when a name server is down. They cost the lead nothing.",
        ["email_mx"],
    ),
    "CheckVerdict.warnings": (
        "What could not be read, and so counts as absent; and unknown fields with a name near one of ours: `field` and "
        "`problem`.",
    ),
    "CheckVerdict.suggestions": ("What the person probably meant (`email`, `phone`), to show beside the form.",),
    "CheckVerdict.normalized": ("The contact data in normal form: `email`, `phone` (E.164) and `country`.",),
    "CheckVerdict.versions": (
        "What the verdict rests on: `service`, `policy` and `quality` (their hashes), `model`, and `data`, each list's "
        "version.",
    ),
    "CheckVerdict.submitted_at": ("When the person sent the form.", "2026-11-23T02:30:00.000Z", *_moment),
    "CheckVerdict.checked_at": ("When the lead was judged.", "2026-11-23T02:30:00.412Z", *_moment),
    "CheckVerdict.elapsed_ms": ("How long the check took; null in a batch.", 2.9, "milliseconds"),
    "CheckVerdict.enquiry": (
        "What kind of enquiry the lead is. It moves no score: a real person may ask for something else than an offer.",
    ),
    "CheckVerdict.contact": (
        "Which type of contact the lead is, and whether a channel to it is known to work. It moves no score.",
    ),
    "CheckVerdict.quality": ("What the lead is worth to you, by your own table. It moves no score.",),
    "Enquiry.kind": (
        f"One of {', '.join(ENQUIRIES)}; `unclear` where it cannot be told, `none` without a text, `unknown` where "
        "nobody looked.",
        "sales_lead",
    ),
    "Enquiry.confidence": ("How likely the kind is right; null where none is told.", 0.94, _PROBABILITY),
    "Enquiry.runner_up": ("The next kind; null where none is told.", "customer_service"),
    "Enquiry.language": ("The language of the message; null where it cannot be told.", "vi", "ISO 639-1"),
    "Enquiry.because": (
        "What of the message speaks most for the kind: pairs of the first character and the one after the last, "
        "counted from 0 in the message as it was sent.",
        [[0, 14]],
        "characters",
    ),
    "Contact.type": (
        "`quick` (name and number only), `registration` (account data), `promotional` (stands, lists), `interested` "
        "(says what is wanted), or `unknown`.",
        "interested",
    ),
    "Contact.status": (
        "`verified` (a channel is known to work), `unreachable` (none of them does), else `unqualified`; `unknown` "
        "where nobody looked.",
        "verified",
    ),
    "Contact.next": ("What would verify it next; null where nothing is needed or would help.", "confirm_email_by_link"),
    "Quality.fit": ("How well the lead fits what you look for; null where nothing is asked or known.", 72.5, _OF_100),
    "Quality.engagement": ("How much the person did; null where nothing is known of it.", 64.0, _OF_100),
    "Quality.stage": ("How far the person is with you: `new`, `known`, `customer`, or `unknown`.", "new"),
    "Quality.band": (
        "What follows by your table: `hot`, `warm`, `cold`, `not_now` (the person wants it later), or `unknown`.",
        "hot",
    ),
    "Quality.criteria": ("Everything that fit and engagement were made of, and what told stage and band.",),
    "Criterion.part": ("What it belongs to: fit, engagement, stage or band.", "fit"),
    "Criterion.name": ("What was looked at.", "extra.company_size"),
    "Criterion.value": (
        "What the lead had; null where it had none, and once the person is erased; `***` without the scope personal.",
        "11-50",
        "text, number, or true or false",
    ),
    "Criterion.weight": ("The most points that it gives.", 2.0, "points"),
    "Criterion.points": ("The points that it gave; null where nothing is known.", 1.5, "points"),
    "ScoredReason.code": ("What was found. A code's meaning never changes.", "EMAIL_DISPOSABLE", _CODE),
    "ScoredReason.group": ("The group whose cap applies.", "email"),
    "ScoredReason.points": (
        "How much it moves the sum: below zero speaks against the lead, above zero for it.",
        -12.0,
        _DECIBANS,
    ),
    "ScoredReason.text": ("The finding as a sentence for people. It may change.", _SENTENCE),
    "ScoredReason.evidence": (
        "What the finding rests on, by name. It holds no personal data.",
        {"list": "disposable-email-domains 0.0.293"},
    ),
    "GroupCap.group": ("The group; several joined by `+`; or `for`, all points for the lead.", "email"),
    "GroupCap.points_removed": (
        "What the cap takes out: above zero of points against the lead, below zero of points for it.",
        3.0,
        _DECIBANS,
    ),
    "FieldWarning.field": ("The field, with a dot where it is inside of an object.", "client.ip"),
    "FieldWarning.problem": ("What is wrong with it. It never quotes the value.", "not an IP address"),
    "Contacts.email": ("The mail address, masked without the scope personal; null if none.", "an@gmail.com"),
    "Contacts.phone": (
        "The phone number, masked without the scope personal; null if none.",
        "+84912345678",
        "E.164",
    ),
    "Normalized.country": ("The person's country; null if unknown.", "VN", "ISO 3166-1 alpha-2"),
    "Versions.service": ("The version of the service.", "0.5.0"),
    "Versions.policy": ("The policy, by its hash.", "sha256:d14c1eb07c0c2bd3", "sha256: and hexadecimal digits"),
    "Versions.model": ("The anomaly model; null if there is none.", "generated 2026.12 sha256:327b1cc3bc27a256"),
    "Versions.quality": ("The table of quality, by its hash; null if there is none.", "sha256:5a0c66d1f2b74e83"),
    "Versions.data": ("The version of each list and library.", {"disposable-email-domains": "0.0.293"}),
    # A verdict that is looked up.
    "KeptVerdict.revised_by": ("The check that replaces this one; null if there is none.", _EARLIER_ID, *_uuid),
    "KeptVerdict.revises": ("The check that this one replaces; left out if there is none.", _EARLIER_ID, *_uuid),
    "KeptCheck.erased": ("Whether the person's data was erased.", False),
    "KeptCheck.lead": ("The lead; null once it is erased; masked without the scope personal.",),
    "KeptCheck.facts": (
        "What each check found out, by the check's name; null where the lead has nothing to look up.",
        {"phone": {"v": 1, "valid": True, "line": "mobile", "region": "VN"}, "network": None},
    ),
    "KeptCheck.record_hash": (
        "The hash of the record in the ledger.",
        "sha256:6088d5ee837d1ee392dfd2a67dfcbb5685668c978b81443f4d603e6d974734a3",
        "sha256: and hexadecimal digits",
    ),
    "KeptCheck.outcomes": ("What became of the lead, in the order in which it was told.",),
    "Page.checks": ("The verdicts, newest first.",),
    "Page.next_cursor": ("Give it as `cursor` to get the next page; null on the last one.", _EARLIER_ID, *_uuid),
    # Outcomes.
    "Outcome.outcome": (
        "What became of the lead: contacted, qualified, converted, returned, reviewed_genuine, reviewed_fake, or an "
        "event of the tenant's own.",
        "returned",
    ),
    "Outcome.reason": ("Why the lead was returned, or reviewed as fake.", "invalid_phone"),
    "Outcome.value": ("What a conversion brought.",),
    "Outcome.at": ("When it was so.", "2026-11-25T08:00:00.000Z", *_moment),
    "Outcome.buyer": ("Which buyer of the tenant tells it.", "north"),
    "ToldOutcome.outcome": (
        "What became of the lead: contacted, qualified, converted, returned, an event of the tenant's own funnel, or "
        "what somebody found who looked at it: reviewed_genuine, reviewed_fake.",
        "returned",
    ),
    "ToldOutcome.reason": (
        "Why the lead was returned or, of reviewed_fake, what it was found to be: invalid_phone, invalid_email, "
        "bot_traffic or obviously_fake. Also read as the trade writes it: `Wrong number`.",
        "invalid_phone",
    ),
    "ToldOutcome.value": ("What a conversion brought.",),
    "ToldOutcome.at": ("When it was so. If absent: now.", "2026-11-25T15:00:00+07:00", "RFC 3339", "date-time"),
    "ToldOutcome.buyer": (
        "Which buyer of the tenant tells it. If absent: the key's own. A key of another buyer gets 403.",
        "north",
        "at most 200 characters",
    ),
    "Value.amount": ("The amount of money.", "250.00", _MONEY),
    "Value.currency": ("The currency of the amount.", "EUR", "ISO 4217"),
    "LeadOutcomes.outcomes": ("All outcomes of the lead, in the order in which they were told.",),
    # Confirmations.
    "Confirmation.channel": ("The channel that was shown to work.", "phone"),
    "Confirmation.how": ("By what it was shown: a link or a code that was sent there, or a call.", "code"),
    "Confirmation.at": ("When it was so.", "2026-11-25T08:00:00.000Z", *_moment),
    "Confirmation.buyer": ("Whose key told it.", "north"),
    "ToldConfirmation.channel": ("The channel that was shown to work.", "phone"),
    "ToldConfirmation.how": ("By what it was shown: a link or a code that was sent there, or a call.", "code"),
    "ToldConfirmation.at": ("When it was so. If absent: now.", "2026-11-25T15:00:00+07:00", "RFC 3339", "date-time"),
    "LeadConfirmations.revised_by": ("The lead's newest version, which knows of them.", _EARLIER_ID, *_uuid),
    "LeadConfirmations.confirmations": ("All confirmations of the lead, in the order in which they were told.",),
    "LeadConfirmations.contact": ("The lead's contact by them.",),
    "KeptCheck.confirmations": ("The lead's confirmations, in the order in which they were told.",),
    # Audits.
    "scope": ("Which leads the audit counts.",),
    "conversions": ("How visits of the form became leads, where `visits` were given.",),
    "calibration": ("Whether trust scores keep what they promise, by ranges of the score.",),
    "Scope.since": ("Leads checked from then on.", "2026-11-01T00:00:00.000Z", *_moment),
    "Scope.until": ("Leads checked before then.", "2026-12-01T00:00:00.000Z", *_moment),
    "Scope.campaign": ("Leads of this campaign alone; null for all.", "spring"),
    "Scope.sub_id": ("Leads of this sub-id alone; null for all.", "pub-4711"),
    "Scope.channel": ("Leads of this channel alone; null for all.", "ppc"),
    "Scope.choices": (
        "The vendors, campaigns, sub-ids and channels that leads of this time name; the first 300 of each.",
        {"vendor": ["acme"], "campaign": ["spring"], "sub_id": ["pub-4711"], "channel": ["ppc"]},
    ),
    "sources": ("What the enquiries are, by channel and campaign.",),
    "sales_leads": ("Valid leads whose text asks for an offer.", 60, "leads"),
    "kinds": ("What the leads are, each one of these; they add up to all.", _ENQUIRIES, "leads"),
    "SourceLine.channel": ("The channel; empty for leads that named none.", "ppc"),
    "SourceLine.campaign": ("The campaign, empty for leads that named none; null for all of the channel.", "spring"),
    "SourceLine.enquiries": ("How many leads came.", 100, "leads"),
    "SourceLine.valid": (
        "Accepted leads that are no duplicates and, as far as known, ask for an offer.",
        66,
        "leads",
    ),
    "VendorLine.bands": ("The bands of the sales leads, by the tenant's table.", {"hot": 9, "warm": 51}, "leads"),
    "Overview.all": ("All vendors together; its vendor is `*`.",),
    "Overview.vendors": ("The vendors, the worst first.",),
    "Overview.smaller": (
        "The line that very many small vendors share; null if each has its own.",
        "(57 smaller ones)",
    ),
    "VendorLine.vendor": ("The vendor; empty for leads that named none.", "acme"),
    "VendorLine.leads": ("How many leads came.", 100, "leads"),
    "VendorLine.valid": ("Accepted leads that are no duplicates and ask for an offer.", 78, "leads"),
    "VendorLine.decisions": ("How many leads got each decision.", _DECISIONS, "leads"),
    "VendorLine.classifications": (
        "How many leads are of each classification.",
        {"genuine": 80, "unverified": 11, "bot": 9},
        "leads",
    ),
    "VendorLine.duplicates": ("Leads that came before within 30 days.",),
    "VendorLine.bad": ("The share of bad leads: those that are rejected.",),
    "VendorLine.worse": (
        "Whether the share of bad leads is higher than chance and ordinary differences between vendors explain.",
        True,
    ),
    "VendorLine.worse_reasons": ("The reasons of which the same is true.", ["EMAIL_DISPOSABLE"], _CODE),
    "VendorLine.change": ("The last change of the share of bad leads; null if there was none.",),
    "VendorLine.trend": ("Leads and bad leads over the time.",),
    "VendorLine.money": ("What was paid and what can be claimed back, by currency.",),
    "VendorLine.outcomes": ("What became of the leads.",),
    "VendorLine.staffed": ("Leads of the channels call and offline; null if there are none.",),
    "VendorLine.form_tokens": ("How many leads carry a valid token of the form's script.",),
    "FormTokens.leads": ("Leads of channels that have forms: all but call and offline.", 100, "leads"),
    "FormTokens.valid": ("Those of them with a valid token, fetched for this vendor.", 96, "leads"),
    "FormTokens.share": ("Valid divided by leads.", 0.96, _SHARE),
    "FormTokens.origins": (
        "Whose pages fetched the tokens of the newest leads, at most ten, the most frequent first; the last sums up "
        "the others. Only in a report of one vendor.",
    ),
    "OriginLine.origin": ("The origin of the pages; empty for all that are not named.", "https://offers.example"),
    "OriginLine.leads": ("How many of the newest leads.", 180, "leads"),
    "VendorLine.tests": ("Test leads of the platforms, which count among none of these.", 2, "leads"),
    "Duplicates.within": ("That came from this vendor before.", 3, "leads"),
    "Duplicates.others": ("That came from another vendor before.", 2, "leads"),
    "Share.part": ("How many of them.", 7, "leads"),
    "Share.whole": ("Of how many.", 100, "leads"),
    "Share.share": ("Part divided by whole; 0 of no leads.", 0.07, _SHARE),
    "Share.likely": ("The estimate of the true share.", 0.066, _SHARE),
    "Share.low": ("Where the 95 % interval of the true share begins.", 0.034, _SHARE),
    "Share.high": ("Where the 95 % interval of the true share ends.", 0.138, _SHARE),
    "Change.direction": ("Whether the share of bad leads rose or fell.", "rise"),
    "Change.compared_from": ("The first day with which is compared.", "2026-10-01", *_day),
    "Change.since": ("The first day of the new share.", "2026-11-12", *_day),
    "Change.noticed": ("The day on which the change could be noticed.", "2026-11-14", *_day),
    "Change.before": ("The share of bad leads before.",),
    "Change.after": ("The share of bad leads since.",),
    "Change.carriers": ("What explains the change, the most first.",),
    "Carrier.kind": ("Of which kind the carrier is.", "sub_id"),
    "Carrier.name": ("The reason, campaign, sub-id or channel.", "pub-4711"),
    "Carrier.before": ("Its share before.",),
    "Carrier.after": ("Its share since.",),
    "Carrier.carries": (
        "How much of the change of the vendor's share of bad leads it explains.",
        0.08,
        "difference of two shares, -1 to 1",
    ),
    "Point.day": ("The first day.", "2026-11-23", *_day),
    "Point.leads": ("Leads from this day until the next point.", 12, "leads"),
    "Point.bad": ("Bad ones of these.", 1, "leads"),
    "Money.currency": ("The currency of all amounts here.", "EUR", "ISO 4217"),
    "Money.leads": ("Leads with a price in it.", 100, "leads"),
    "Money.paid": ("The sum of their prices.", "1250.00", _MONEY),
    "Money.returnable": ("What can be returned, by reason, each lead once, whatever its age.",),
    "Money.too_late": ("The part of it that is past the contract's time limit.", "12.50", _MONEY),
    "Money.over_cap": ("The part of the rest that is above the contract's cap.", "0.00", _MONEY),
    "Money.claim": ("What remains, and can be claimed back.", "75.00", _MONEY),
    "Returnable.reason": ("The reason for the return.", "invalid_phone"),
    "Returnable.leads": ("How many leads.", 7, "leads"),
    "Returnable.amount": ("What was paid for them.", "87.50", _MONEY),
    "Outcomes.leads": ("Leads with an outcome.", 40, "leads"),
    "Outcomes.genuine": ("Leads whose outcomes prove them genuine.", 31, "leads"),
    "Outcomes.fake": ("Leads whose outcomes prove them fake.", 5, "leads"),
    "Outcomes.contacted": ("Leads that were reached.", 30, "leads"),
    "Outcomes.qualified": ("Leads that were found good.", 12, "leads"),
    "Outcomes.converted": ("Leads that bought.", 4, "leads"),
    "Outcomes.reviewed_genuine": ("Leads whose newest review found them genuine.", 6, "leads"),
    "Outcomes.reviewed_fake": ("Leads whose newest review found them fake.", 9, "leads"),
    "Outcomes.reviews_tested": ("Reviewed leads of which outcomes told later what they were.", 8, "leads"),
    "Outcomes.reviews_right": ("Those of them that the review had found to be the same.", 7, "leads"),
    "Outcomes.returned": ("Leads that were returned, by reason.", {"invalid_phone": 5}, "leads"),
    "Outcomes.value": ("What the conversions brought, by currency.", {"EUR": "1000.00"}, _MONEY),
    "Staffed.leads": ("Leads of the channels call and offline.", 20, "leads"),
    "Staffed.contradicted": ("Those whose browsers say otherwise: they come from everywhere.", 0, "leads"),
    "Staffed.since": ("The day of the first one.", "2026-11-02", *_day),
    "Staffed.sold_since": ("The day of the vendor's first lead.", "2026-09-14", *_day),
    "Conversion.channel": ("The channel; empty for all.", "ppc"),
    "Conversion.campaign": ("The campaign; empty for all.", "spring"),
    "Conversion.visits": ("Visitors of the form, as you gave them.", 10000, "visits"),
    "Conversion.forms": ("Leads that came of them.", 412, "leads"),
    "Conversion.valid": ("Valid leads of these.", 345, "leads"),
    "Conversion.raw_rate": ("Forms divided by visits.", 0.0412, _SHARE),
    "Conversion.validated_rate": ("Valid leads divided by visits.", 0.0345, _SHARE),
    "Conversion.sales_rate": ("Sales leads divided by visits.", 0.03, _SHARE),
    "Conversion.converted": ("Leads of these that bought, as far as it was told.", 30, "leads"),
    "Outcomes.own": ("Leads that came to the tenant's own events, by event.", {"appointment": 8}, "leads"),
    # Funnels.
    "FunnelReport.events": (
        "The events in their order, the form first.",
        ["form", "contacted", "appointment", "qualified", "converted"],
    ),
    "FunnelReport.currency": ("The currency of all amounts; null where none is known.", "EUR", "ISO 4217"),
    "FunnelReport.rejected": ("Rejected leads, which are none of the funnel's.", 22, "leads"),
    "FunnelReport.proved_fake": ("Other leads that proved fake, and are none of the funnel's.", 3, "leads"),
    "FunnelReport.unplaced": ("Outcomes that are no event of the funnel (any more), by word.", {"demo": 2}, "leads"),
    "FunnelReport.all": ("All leads together; its name is `*`.",),
    "FunnelReport.channels": ("The leads by channel, the most frequent first.",),
    "FunnelReport.campaigns": ("The leads by campaign.",),
    "FunnelReport.vendors": ("The leads by vendor.",),
    "FunnelReport.enquiries": ("The leads by kind of enquiry.",),
    "FunnelLine.name": ("The channel, campaign, vendor or kind; empty for leads that named none.", "ppc"),
    "FunnelLine.leads": ("Leads in the funnel.", 375, "leads"),
    "FunnelLine.stages": ("The events in their order.",),
    "FunnelLine.advice": ("What an ad platform should optimise to; null where too few leads came.",),
    "Stage.event": ("The event.", "qualified"),
    "Stage.leads": ("Leads that came to it, or to a later one.", 90, "leads"),
    "Stage.told": ("Of these, leads of which it was told itself.", 88, "leads"),
    "Stage.reached": ("Their share of all leads, with allowance for those that are too young to tell.",),
    "Stage.converts": ("The share of leads at this event that convert.",),
    "Stage.since_form": ("How long it takes from the form.",),
    "Stage.since_previous": ("How long it takes from the event before.",),
    "Stage.worth": ("What a lead at this event may be expected to bring; null where nothing tells it.",),
    "Stage.stated": ("What the tenant's table says that it is worth; null where it does not.", "80", _MONEY),
    "Times.open": ("Leads that have not come to it, and still may.", 110, "leads"),
    "Times.quarter": ("In how many days a quarter has come to it; null where none did.", 0.3, "days"),
    "Times.median": ("In how many days half have.", 0.6, "days"),
    "Times.three_quarters": ("In how many days three quarters have.", 1.3, "days"),
    "Worth.amount": ("The amount.", "74.58", _MONEY),
    "Worth.low": ("Where its 95 % interval begins.", "64.12", _MONEY),
    "Worth.high": ("Where its 95 % interval ends.", "85.75", _MONEY),
    "Worth.currency": ("The currency of the amount.", "EUR", "ISO 4217"),
    "Advised.event": ("The event to optimise to; null where none comes often enough.", "qualified"),
    "Advised.worth": ("What a lead at this event is worth.",),
    "Advised.count": ("How often it came in these days.", 54, "leads"),
    "Advised.days": ("In how many days events are counted.", 30, "days"),
    "Advised.conversions": ("How many conversions there were in these days.", 12, "leads"),
    "Advised.decision_days": ("The median time from the form to a conversion; null where nobody knows.", 13.5, "days"),
    "Advised.decision": ("How that time is known; null where it is not.", "measured"),
    "Advised.because": (
        "Why: few_conversions, slow_decision, enough, none_has_enough.",
        ["few_conversions", "slow_decision"],
    ),
    "Calibration.low": ("The lowest score of the range.", 80, _SCORE),
    "Calibration.high": ("The highest score of the range.", 89, _SCORE),
    "Calibration.leads": ("Leads with a score in the range.", 25, "leads"),
    "Calibration.genuine": ("The share that proved genuine, of the leads whose outcomes prove anything.",),
    "Calibration.promised": ("The mean trust score of these leads, as a share.", 0.84, _SHARE),
    "VendorReport.summary": ("The vendor's line of the overview.",),
    "VendorReport.others": ("The share of bad leads of all other vendors.",),
    "VendorReport.reasons": ("How often each reason was found, here and elsewhere.",),
    "VendorReport.campaigns": ("The vendor's leads by campaign.",),
    "VendorReport.sub_ids": ("The vendor's leads by sub-id.",),
    "VendorReport.channels": ("The vendor's leads by channel.",),
    "VendorReport.examples": ("The vendor's newest rejected leads.",),
    "VendorReport.carried": ("What the vendor's newest leads carry.",),
    "ReasonLine.code": ("The reason.", "EMAIL_DISPOSABLE", _CODE),
    "ReasonLine.text": ("The reason as a sentence for people.", _SENTENCE),
    "ReasonLine.leads": ("The share of the vendor's leads that have it.",),
    "ReasonLine.others": ("The share of all other leads that have it.",),
    "ReasonLine.worse": ("Whether that is more than chance explains.", False),
    "Part.name": ("The campaign, sub-id or channel; empty for leads that named none.", "spring"),
    "Part.leads": ("How many leads came.", 100, "leads"),
    "Part.decisions": ("How many leads got each decision.", _DECISIONS, "leads"),
    "Part.bad": ("The share of bad leads.",),
    "Part.valid": ("Accepted leads that are no duplicates and ask for an offer.", 78, "leads"),
    "Part.worse": ("Whether the share of bad leads is higher than chance explains.", False),
    "Example.day": ("The day of the check.", "2026-11-23", *_day),
    "Example.trust_score": ("The lead's trust score.", 4, _SCORE),
    "Example.classification": ("What the lead is.", "bot"),
    "Example.reasons": ("The codes of the reasons against it.", ["EMAIL_DISPOSABLE", "FORM_TOO_FAST"], _CODE),
    "Carried.field": ("One of email, phone, name, ip, agent, device, measures and token.", "ip"),
    "Carried.leads": ("How many of the newest leads carry it.", 98, "leads"),
    "Carried.of": ("Of how many.", 100, "leads"),
    "Carried.last": ("The day of the last lead that carries it; null if none does.", "2026-11-23", *_day),
    # What form platforms are told.
    "FormAnswer.outcome": ("`success`: accepted, or for review; `failure`: rejected; `error`: no lead.", "failure"),
    "FormAnswer.reason": ("Why, in words: the heaviest findings of a failure. Empty for a success.", _SENTENCE),
    "FormAnswer.trust_score": ("The lead's trust score; null where there is none.", 4, _SCORE),
    "FormAnswer.decision": ("accept, review or reject; null where there is none.", "reject"),
    "FormAnswer.classification": ("What the lead is; null where there is none.", "bot"),
    "FormAnswer.check_id": ("The id of the check; null where there is none.", _CHECK_ID, *_uuid),
    "FormAnswer.reference": ("The platform's or your own id of the lead; null if none came.", "crm-123"),
    "FormAnswer.reasons": (
        "All findings with their points, as one text.",
        "EMAIL_DISPOSABLE:-12.0 FORM_TOO_FAST:-10.0",
        "`CODE:points`, joined by blanks",
    ),
    "LeadConduitAnswer.outcome": ("`success`: taken, or for review; `failure`: refused; `error`: no lead.", "success"),
    "LeadConduitAnswer.reason": ("Why, in words: the heaviest findings of a failure. Empty for a success.", ""),
    "LeadConduitAnswer.lead": ("The lead; left out where there is none.",),
    "LeadConduitAnswer.price": (
        "The price that the lead names, where it is taken; else 0.",
        12.5,
        "in units of the lead's currency",
    ),
    "LeadId.id": ("The id of the check.", _CHECK_ID, *_uuid),
    # Reasons.
    "ReasonList.reasons": ("Every reason code, also retired ones.",),
    "ReasonRow.code": ("The code. Its meaning never changes.", "EMAIL_DISPOSABLE", _CODE),
    "ReasonRow.group": ("The group whose cap applies.", "email"),
    "ReasonRow.check": ("The check that finds it, named as in a verdict's `unknown`.", "email"),
    "ReasonRow.points": ("What it moves the sum by at most, in the policy of the key's tenant.", -12.0, _DECIBANS),
    "ReasonRow.text": ("The sentence that a verdict shows. It may change.", _SENTENCE),
    "ReasonRow.kind": ("The classification of which it is evidence; null if of none.", "bot"),
    "ReasonRow.since": ("The version of the service that has it first.", "0.1.0"),
    "ReasonRow.retired": ("The version of the service that no longer says it; null if in use.", "0.4.0"),
    "ReasonRow.conclusive": ("Whether it can reject a lead without a second group.", False),
    "ReasonRow.return_reason": ("For which reason its leads can be returned; null if for none.", "invalid_email"),
    # Batches.
    "BatchList.batches": ("The newest hundred batches, newest first.",),
    "Batch.id": ("The id of the batch.", _BATCH_ID, *_uuid),
    "Batch.state": ("How far it is.", "done"),
    "Batch.phase": ("What is done at the moment, in words for people; null before it begins.", "judging"),
    "Batch.rows": ("Rows of the file; null until they are counted.", 1000, "rows"),
    "Batch.done": ("Rows that are judged.", 997, "rows"),
    "Batch.rejected": ("Rows that cannot be judged.", 3, "rows"),
    "Batch.decisions": ("How many rows got each decision.", _DECISIONS, "rows"),
    "Batch.lost": (
        "What of the file is in no verdict: columns of contacts that no field uses, sheets, rows, cells. Known when "
        "the batch is done.",
        ["rows rejected: 3: neither a mail address nor a phone"],
        "sentences",
    ),
    "Batch.problem": (
        "Why it failed, and what to do; null if it did not.",
        "the file has no column with a mail address or a phone",
    ),
    "Batch.format": ("What the results are written as.", "ndjson"),
    "Batch.created_at": ("When the file was sent.", "2026-11-23T02:30:00.000Z", *_moment),
    "Batch.finished_at": ("When the batch ended; null before.", "2026-11-23T02:31:12.250Z", *_moment),
    "Batch.results": (
        "The path of the results; null until the batch is done.",
        f"/v1/batches/{_BATCH_ID}/results",
    ),
    "BatchRow.row": ("The number of the row in the file; the first is 1.", 1, "row number"),
    "BatchRow.reference": ("Your own id of the lead, as the file has it; null if it has none.", "crm-123"),
    "BatchRow.verdict": ("The row's verdict.",),
    "Rejected.row": ("The number of the row in the file; the first is 1.", 2, "row number"),
    "Rejected.line": ("The line of the file on which the row begins; the first is 1.", 3, "line number"),
    "Rejected.problem": ("Why it cannot be judged. It quotes nothing.", "neither a mail address nor a phone"),
    # The service.
    "ProblemDocument.type": ("Always `about:blank`: the status says what kind of error it is.", "about:blank"),
    "ProblemDocument.title": ("What is wrong, and what to do.", "the lead has neither a mail address nor a phone"),
    "ProblemDocument.status": ("The status of the answer.", 422, "HTTP status code"),
    "ProblemDocument.request_id": ("The call's id, as in the header X-Request-Id.", "5f0c2b7e9a1d4c63"),
    "ProblemDocument.errors": ("The fields at fault; left out if it is none.",),
    "FieldProblem.field": ("The field or the parameter.", "email"),
    "FieldProblem.problem": ("What is wrong with it. It never quotes the value.", "absent, blank or not text"),
    "AskedToken.site": (
        "The site key, as it stands in the page; left out where the service has no keys.",
        "site_02effc477f197cc3",
    ),
    "GivenToken.token": (
        "The token, to be sent with the form in its field `fraudcheck`.",
        "fc1.nMtB2sMGVfMzM7A2anVlRzdsV0NYb1JDQ0ZR.AAIkm7woEFGuKxJmm9kS2w",
    ),
    "GivenToken.expires_in": ("How long the token is good.", 43_200, "seconds"),
    "Health.status": ("Always `ok`: whatever answers is alive.", "ok"),
    "Health.version": ("The version of the service.", "0.5.0"),
    "Readiness.status": (
        "`ok`; `degraded`: checks are kept, but something is away; `unavailable`: no check can be; `stopping`.",
        "ok",
    ),
    "Readiness.dependencies": (
        "How each dependency answered: `ok`, or what is wrong.",
        {"ledger": "ok", "redis": "ok", "dns": "ok", "disk": "ok"},
    ),
}
FIELD_MEANINGS = {name: FieldMeaning(*told) for name, told in _TABLE.items()}
"""By ``Type.field``, or by the field's name alone where it tells the same in every type that has it. A type also has
the fields of those that it extends."""
