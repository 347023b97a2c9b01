"""Which values may a lead share with other leads? Its identities (mailbox, phone, device, ...), as keyed hashes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from fraudcheck.fields import message
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.fields.email.domains import parent_domains
from fraudcheck.fields.email.scheme import mailbox_scheme, name_parts
from fraudcheck.fields.filling import is_not_typed, is_staffed, pace, unusual_manner
from fraudcheck.fields.given import lacking, unreadable
from fraudcheck.fields.ip import line_and_network
from fraudcheck.fields.name.match import to_latin
from fraudcheck.fields.normal_form import normalize
from fraudcheck.fields.phone.number import read_phone, read_phone_in_zone
from fraudcheck.fields.submission import is_rounded, submitted_at
from fraudcheck.identifiers import keyed_token, vendor_key
from fraudcheck.ports.lists import Lists
from fraudcheck.records import FieldWarning, Lead, Mailbox, Phone, Subject

_HOUR, _MOMENT = 3_600, 60
"""Seconds within which a repeated check of one lead counts once. A request with an Idempotency-Key may be retried by
its caller, for an hour; one without a key is repeated only by our own connection to Redis, within a minute."""

_LONGEST_NAME = 200
"""Characters of a name in which the parts of a mailbox's name are looked for."""
_LONGEST_PAGE = 300
"""Characters of a page's address that tell forms apart."""
_LONGEST = 500
"""Characters of a name, or of an address with its postal code, that tell people apart."""


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
) -> Subject:
    """Read the lead's contact data and make the keyed tokens of its identities.

    ``identity_key`` is the tenant's key; ``tag`` marks this check among the sightings of its identities; ``at`` is the
    time of the check in Unix seconds; ``default_country`` (ISO 3166-1 alpha-2) is where a phone number is read when the
    lead has no country; ``body`` is the keyed hash of the request's body, or None for a request with an
    Idempotency-Key; ``warnings`` are those of reading the lead.
    """
    address = read_mailbox(lead.email, lists) if lead.email else None
    phone = _phone(lead, lists, default_country) if lead.phone else None
    name = _plain(lead.full_name)
    scheme = _scheme(lead, address, lists) if address else None
    manner = unusual_manner(lead)
    line, network = line_and_network(lead.client.ip) if lead.client.ip else (None, None)
    found = _identities(lead, address, phone.e164 if phone else None, name)
    found |= {"network": network, "place": line}
    found |= _cohorts(lead, scheme, manner[0] if manner else None, line, at)
    lacks, unread = lacking(lead), unreadable(warnings)
    found |= _completeness(lead, lacks, unread)
    found["not_typed"] = "all" if is_not_typed(lead, manner) else None
    partners = _partners(name, line, found["mailbox"] or found["phone"], found["not_typed"] is not None)
    found |= {"mail_domain": _own_domain(address, lists) if address else None, "body": body}
    return Subject(
        tenant=tenant,
        lead=lead,
        mailbox=address,
        number=phone,
        tokens={kind: keyed_token(identity_key, kind, value) for kind, value in found.items() if value},
        partners={kind: keyed_token(identity_key, kind, value) for kind, value in partners.items() if value},
        scheme=scheme,
        manner=manner,
        lacks=lacks,
        unread=unread,
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


def _identities(lead: Lead, address: Mailbox | None, e164: str | None, name: str) -> dict[str, str | None]:
    """The values that this lead may share with others, by kind. Some kinds are counted for each vendor separately."""
    vendor = vendor_key(lead.source.vendor or "")
    place = _plain(f"{lead.postal_code or ''} {lead.address or ''}")
    words = message.own_words(lead.message, f"{lead.full_name} {lead.company or ''}") if lead.message else None
    alike: dict[str, str | None] = {}
    for n, sketch in enumerate(message.sketches(words) if words else ()):
        alike |= {f"message~{n}": sketch, f"text~{n}": f"{vendor}\0{sketch}"}
    return {
        "message": words,
        **alike,
        "mailbox": address.canonical if address else None,
        "phone": e164,
        "person": f"{name}\0{place}" if name and place else None,
        "form_token": lead.form.token,
        "vendor": vendor,
        "block": f"{vendor}\0{e164[:-3]}" if e164 else None,
    }


def _cohorts(lead: Lead, scheme: str | None, manner: str | None, line: str | None, at: float) -> dict[str, str | None]:
    """Values that many leads share by chance, by kind.

    Each is counted among the vendor's leads and, as ``any_…``, among all leads; ``everyone`` counts all leads. A
    machine is the device or, where its id is not known, a line with a browser. No hour is known of a rounded time.
    """
    client, seconds, vendor = lead.client, pace(lead), vendor_key(lead.source.vendor or "")
    agent = client.user_agent
    told = submitted_at(lead)
    found: dict[str, str | None] = {"everyone": "all"}
    if not is_rounded(told):
        found["clock"] = f"{vendor}\0{int(at if told is None else told) // _HOUR % 24}"
    for kind, value in (("scheme", scheme), ("browser", agent), ("pace", seconds), ("manner", manner)):
        if value:
            found |= {kind: f"{vendor}\0{value}", f"any_{kind}": value}
    if line:
        if agent:
            found["machine"] = f"{line}\0{agent}"
        if is_staffed(lead):
            found["desk"] = f"{vendor}\0{lead.source.channel}"
    if client.device_id:
        found["machine"] = client.device_id
    return found


def _completeness(lead: Lead, lacks: Sequence[str], unread: Sequence[str]) -> dict[str, str | None]:
    """Under what a lead is counted for what it lacks: most lack little, so that what is given is counted nowhere.

    A form is known by its page, its campaign and its channel. One that names none of these is the vendor's only one.
    """
    source, vendor = lead.source, vendor_key(lead.source.vendor or "")
    found: dict[str, str | None] = {f"no_{name}": f"{vendor}\0" for name in lacks}
    found["no_vendor"] = None if vendor else "all"
    found["unread"] = f"{vendor}\0" if unread else None
    page = re.split("[?#]", lead.client.page_url or "", maxsplit=1)[0][:_LONGEST_PAGE]
    marks = "\0".join([source.channel or "", source.campaign or "", page.rstrip("/")])
    if marks.strip("\0"):
        found["form"] = form = f"{vendor}\0{marks}"
        if lacks:
            found["form_lacks"] = f"{form}\0{' '.join(lacks)}"
    return found


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
    names = set(parent_domains(address.domain))
    known = (lists.allowed_domains, lists.popular_domains, lists.free_domains, lists.relay_domains.keys())
    return None if address.problem or any(names & of for of in known) else address.domain or None


def _plain(text: str) -> str:
    """The text in a form in which case, the encoding of accents and the number of blanks do not differ."""
    return " ".join(normalize("NFKC", text[:_LONGEST]).casefold().split())
