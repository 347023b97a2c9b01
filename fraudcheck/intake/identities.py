"""Which values may a lead share with other leads? Its identities (mailbox, phone, device, ...), as keyed hashes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from fraudcheck.fields import message
from fraudcheck.fields.competitors import NO_COMPETITORS, Competitors
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.fields.email.domains import parent_domains
from fraudcheck.fields.email.scheme import mailbox_scheme, name_parts
from fraudcheck.fields.filling import is_not_typed, is_staffed, pace, unusual_manner
from fraudcheck.fields.form_token import is_ours, read_token
from fraudcheck.fields.given import lacking, unreadable
from fraudcheck.fields.ip import line_and_network
from fraudcheck.fields.name.match import to_latin
from fraudcheck.fields.normal_form import normalize
from fraudcheck.fields.phone.number import read_phone, read_phone_in_zone
from fraudcheck.fields.submission import is_rounded, submitted_at
from fraudcheck.identifiers import keyed_token, keyed_tokens, vendor_key
from fraudcheck.ports.lists import Lists
from fraudcheck.records import FieldWarning, Lead, Mailbox, Phone, ReadToken, Subject

_HOUR, _MOMENT = 3_600, 60
"""Seconds within which a repeated check of one lead counts once. A request with an Idempotency-Key may be retried by
its caller, for an hour; one without a key is repeated only by our own connection to Redis, within a minute."""

_LONGEST_NAME = 200
"""Characters of a name in which the parts of a mailbox's name are looked for."""
_LONGEST_PAGE = 300
"""Characters of a page's address that tell forms apart."""
_VARIES = re.compile(r"(?:^|(?<=/))(?:[0-9]+|(?=(?:[^/]*[0-9]){4})[^/]+|(?=[^/]*[0-9])[0-9a-fA-F-]{8,})(?=/|$)")
"""The parts of a path that differ from one visit to the next: numbers, dates, ids."""
_LONGEST = 500
"""Characters of a name, or of an address with its postal code, that tell people apart."""

_shared_token = lru_cache(maxsize=4_096)(keyed_token)
"""Tokens of what many leads share: a vendor, a browser, a scheme. Nothing in it is one person's."""


def read_subject(
    lead: Lead,
    *,
    tenant: str,
    lists: Lists,
    identity_key: bytes,
    tag: str,
    at: float,
    default_country: str | None,
    body: str | None = None,
    warnings: Sequence[FieldWarning] = (),
    competitors: Competitors = NO_COMPETITORS,
) -> Subject:
    """Read the lead's contact data and make the keyed tokens of its identities.

    ``identity_key`` is the tenant's key; ``tag`` marks this check among the sightings of its identities; ``at`` is the
    time of the check in Unix seconds; ``default_country`` (ISO 3166-1 alpha-2) is where a phone number is read when the
    lead has no country; ``body`` is the keyed hash of the request's body, or None for a request with an
    Idempotency-Key; ``warnings`` are those of reading the lead; ``competitors`` is the tenant's
    list.
    """
    address = read_mailbox(lead.email, lists) if lead.email else None
    phone = _phone(lead, lists, default_country) if lead.phone else None
    name, vendor = _plain(lead.full_name), vendor_key(lead.source.vendor or "")
    scheme = _scheme(lead, address, lists) if address else None
    manner = unusual_manner(lead)
    not_typed = is_not_typed(lead, manner)
    line, network = line_and_network(lead.client.ip) if lead.client.ip else (None, None)
    text = lead.form.token
    form_token = None
    if text and is_ours(text):
        form_token = read_token(
            identity_key, text, vendor=lead.source.vendor, ip=lead.client.ip, agent=lead.client.user_agent
        )
    own = _identities(lead, address, phone.e164 if phone else None, name, vendor, form_token=form_token)
    own["network"], own["place"], own["machine"] = network, line, _machine(lead, line)
    own["mail_domain"], own["body"] = _own_domain(address, lists) if address else None, body
    partners = _partners(name, line, own["mailbox"] or own["phone"], not_typed)
    own |= _of_place(form_token, line)
    lacks, unread = lacking(lead), unreadable(warnings)
    shared = _cohorts(lead, vendor, scheme, manner[0] if manner else None, at)
    shared |= _completeness(lead, vendor, lacks, unread)
    shared |= _of_token(vendor, form_token, shared.get("form"))
    shared["not_typed"] = "all" if not_typed else None
    return Subject(
        tenant=tenant,
        lead=lead,
        mailbox=address,
        number=phone,
        tokens=keyed_tokens(identity_key, own)
        | {kind: _shared_token(identity_key, kind, value) for kind, value in shared.items() if value},
        partners=keyed_tokens(identity_key, partners),
        scheme=scheme,
        manner=manner,
        lacks=lacks,
        unread=unread,
        test=lists.test_lead(lead),
        competitor=competitors.by(lead, address.domain if address else None),
        form_token=form_token,
        tag=tag,
        remembered=_MOMENT if body else _HOUR,
        at=at,
    )


def _phone(lead: Lead, lists: Lists, default_country: str | None) -> Phone:
    typed = lead.phone or ""
    found = read_phone(typed, lead.country or default_country, lists.newer_area_codes)
    if found.problem == "no_country" and lead.client.timezone:
        countries = lists.zone_countries.get(lead.client.timezone, ())
        return read_phone_in_zone(typed, countries, lists.newer_area_codes) or found
    return found


def lookup_tokens(identity_key: bytes, subject: Subject) -> Mapping[str, str]:
    """The tokens by which the ledger finds a lead: those of its identities and that of its reference."""
    reference = subject.lead.reference
    if not reference:
        return subject.tokens
    return {**subject.tokens, "reference": keyed_token(identity_key, "reference", reference)}


def _identities(
    lead: Lead, address: Mailbox | None, e164: str | None, name: str, vendor: str, *, form_token: ReadToken | None
) -> dict[str, str | None]:
    """The values that this lead may share with others, by kind. Some kinds are counted for each vendor separately."""
    place = _plain(f"{lead.postal_code or ''} {lead.address or ''}") if name else ""
    words = message.own_words(lead.message, f"{lead.full_name} {lead.company or ''}") if lead.message else None
    found: dict[str, str | None] = {
        "message": words,
        "mailbox": address.canonical if address else None,
        "phone": e164,
        "person": f"{name}\0{place}" if name and place else None,
        "form_token": form_token.token.id if form_token and form_token.token else lead.form.token,
        "block": f"{vendor}\0{e164[:-3]}" if e164 else None,
    }
    for n, sketch in enumerate(message.sketches(words) if words else ()):
        found[f"message~{n}"], found[f"text~{n}"] = sketch, f"{vendor}\0{sketch}"
    return found


def _machine(lead: Lead, line: str | None) -> str | None:
    """The device or, where its id is not known, a line with a browser."""
    client = lead.client
    if client.device_id:
        return client.device_id
    return f"{line}\0{client.user_agent}" if line and client.user_agent else None


def _cohorts(lead: Lead, vendor: str, scheme: str | None, manner: str | None, at: float) -> dict[str, str | None]:
    """Values that many leads share by chance, by kind.

    Each is counted among the vendor's leads and, as ``any_…``, among all leads; ``everyone`` counts all leads. No hour
    is known of a rounded time.
    """
    told = submitted_at(lead)
    found: dict[str, str | None] = {"everyone": "all", "vendor": vendor}
    if not is_rounded(told):
        found["clock"] = f"{vendor}\0{int(at if told is None else told) // _HOUR % 24}"
    browser = lead.client.user_agent
    for kind, value in (("scheme", scheme), ("browser", browser), ("pace", pace(lead)), ("manner", manner)):
        if value:
            found[kind], found[f"any_{kind}"] = f"{vendor}\0{value}", value
    if lead.client.ip and is_staffed(lead):
        found["desk"] = f"{vendor}\0{lead.source.channel}"
    return found


def _completeness(lead: Lead, vendor: str, lacks: Sequence[str], unread: Sequence[str]) -> dict[str, str | None]:
    """Under what a lead is counted for what it lacks: most lack little, so that what is given is counted nowhere.

    A form is known by its page, its campaign and its channel. One that names none of these is the vendor's only one.
    """
    source = lead.source
    found: dict[str, str | None] = {f"no_{name}": f"{vendor}\0" for name in lacks}
    if not vendor:
        found["no_vendor"] = "all"
    if unread:
        found["unread"] = f"{vendor}\0"
    page = _page(lead.client.page_url) if lead.client.page_url else ""
    if source.channel or source.campaign or page:
        found["form"] = form = f"{vendor}\0{source.channel or ''}\0{source.campaign or ''}\0{page}"
        if lacks:
            found["form_lacks"] = f"{form}\0{' '.join(lacks)}"
    return found


def _page(url: str) -> str:
    """The page without what differs from one visit to the next: a query, and what varies in the path."""
    page = url.partition("?")[0].partition("#")[0][:_LONGEST_PAGE].rstrip("/")
    scheme, slashes, rest = page.partition("//") if "//" in page[:10] else ("", "", page)
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host}{slash}{_VARIES.sub('*', path)}" if path else page


def _of_token(vendor: str, form_token: ReadToken | None, form: str | None) -> dict[str, str | None]:
    """Under what a lead is counted for its token of the form's script, or for having none; ``form`` is as above."""
    if form_token is None or form_token.of_vendor is None:
        return {"no_form_token": f"{vendor}\0", "form_no_token": form}
    page = f"{vendor}\0{form_token.of_vendor.origin}"
    return {"token_vendor": page, "token_away": page if form_token.address != "same" else None}


def _of_place(form_token: ReadToken | None, line: str | None) -> dict[str, str | None]:
    """Under what a lead is counted for the place from which its token was fetched, where the lead has a ``line``.

    One line of IPv6 is one household's, also where the form came by IPv4; one of IPv4 may be a gateway of many whose
    forms come by IPv6.
    """
    if form_token is None or form_token.token is None or not form_token.token.line or not line:
        return {}
    place = form_token.token.line
    away = form_token.address == "other" or (not form_token.address and place.endswith("6"))
    return {"token_line": place, "token_place": place if away else None}


def _partners(name: str, line: str | None, contact: str | None, not_typed: bool) -> dict[str, str | None]:
    """Values that are counted as different partners of an identity, and are none themselves.

    Of a name both ends: a family shares the one or the other, by its country's custom. ``ip`` is the line by another
    name, under which counts of it are stored.
    """
    words = name.split()
    return {
        "name": name,
        "ip": line,
        "first_word": words[0] if words else None,
        "last_word": words[-1] if words else None,
        "untyped": contact if not_typed else None,
    }


def _scheme(lead: Lead, address: Mailbox, lists: Lists) -> str | None:
    """The scheme of a mailbox at a provider where anyone may have one; elsewhere the owner of the domain sets it."""
    if address.domain not in lists.popular_domains and address.domain not in lists.free_domains:
        return None
    if lead.name or not lead.last_name:
        parts = name_parts(to_latin(lead.full_name[:_LONGEST_NAME]))
    else:
        first, last = (lead.first_name or "")[:_LONGEST_NAME], lead.last_name[:_LONGEST_NAME]
        parts = name_parts(to_latin(first), to_latin(last))
    return mailbox_scheme(address.local, parts)


def _own_domain(address: Mailbox, lists: Lists) -> str | None:
    """The mail domain, if it is on no list that would explain why many people have mail there; else None."""
    if address.problem:
        return None
    known = (lists.popular_domains, lists.free_domains, lists.allowed_domains, lists.relay_domains)
    for name in parent_domains(address.domain):
        for domains in known:
            if name in domains:
                return None
    return address.domain or None


def _plain(text: str) -> str:
    """The text in a form in which case, the encoding of accents and the number of blanks do not differ."""
    return " ".join(normalize("NFKC", text[:_LONGEST]).casefold().split())
