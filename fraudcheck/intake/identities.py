"""Which values may a lead share with other leads? Its identities (mailbox, phone, device, ...), as keyed hashes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_network

from fraudcheck.fields import message
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.fields.email.domains import parent_domains
from fraudcheck.fields.normal_form import normalize
from fraudcheck.fields.phone.number import read_phone, read_phone_in_zone
from fraudcheck.identifiers import keyed_token
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Lead, Mailbox, Phone, Subject

_HOUR, _MOMENT = 3_600, 60
"""Seconds within which a repeated check of one lead counts once. A request with an Idempotency-Key may be retried by
its caller, for an hour; one without a key is repeated only by our own connection to Redis, within a minute."""

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
) -> Subject:
    """Read the lead's contact data and make the keyed tokens of its identities.

    ``identity_key`` is the tenant's key; ``tag`` marks this check among the sightings of its identities; ``at`` is the
    time of the check in Unix seconds; ``default_country`` (ISO 3166-1 alpha-2) is where a phone number is read when the
    lead has no country; ``body`` is the keyed hash of the request's body, or None for a request with an
    Idempotency-Key.
    """
    address = read_mailbox(lead.email, lists) if lead.email else None
    phone = _phone(lead, lists, default_country) if lead.phone else None
    name = _plain(lead.full_name)
    found = _identities(lead, address, phone.e164 if phone else None, name)
    found |= _cohorts(lead, address.pattern if address else None, at)
    found |= {"mail_domain": _own_domain(address, lists) if address else None, "body": body}
    return Subject(
        tenant=tenant,
        lead=lead,
        mailbox=address,
        number=phone,
        tokens={kind: keyed_token(identity_key, kind, value) for kind, value in found.items() if value},
        partners={"name": keyed_token(identity_key, "name", name)} if name else {},
        tag=tag,
        remembered=_MOMENT if body else _HOUR,
        at=at,
    )


def _phone(lead: Lead, lists: Lists, default_country: str | None) -> Phone:
    typed = lead.phone or ""
    found = read_phone(typed, lead.country or default_country)
    if found.problem == "no_country" and lead.client.timezone:
        return read_phone_in_zone(typed, lists.zone_countries.get(lead.client.timezone, ())) or found
    return found


def lookup_tokens(identity_key: bytes, subject: Subject) -> Mapping[str, str]:
    """The tokens by which the ledger finds a lead: those of its identities and that of its reference."""
    reference = subject.lead.reference
    if not reference:
        return subject.tokens
    return {**subject.tokens, "reference": keyed_token(identity_key, "reference", reference)}


def _identities(lead: Lead, address: Mailbox | None, e164: str | None, name: str) -> dict[str, str | None]:
    """The values that this lead may share with others, by kind. Some kinds are counted for each vendor separately."""
    client, vendor = lead.client, lead.source.vendor or ""
    place = _plain(f"{lead.postal_code or ''} {lead.address or ''}")
    words = message.own_words(lead.message) if lead.message else None
    alike = {f"message~{n}": sketch for n, sketch in enumerate(message.sketches(words))} if words else {}
    return {
        "message": words,
        **alike,
        "mailbox": address.canonical if address else None,
        "phone": e164,
        "device": client.device_id,
        "ip": client.ip,
        "network": _network(client.ip) if client.ip else None,
        "person": f"{name}\0{place}" if name and place else None,
        "form_token": lead.form.token,
        "vendor": vendor,
        "block": f"{vendor}\0{e164[:-3]}" if e164 else None,
    }


def _cohorts(lead: Lead, pattern: str | None, at: float) -> dict[str, str | None]:
    """Values that many leads share by chance, by kind.

    Each is counted among the vendor's leads and, as ``any_…``, among all leads; ``everyone`` counts all leads.
    """
    client, fill, vendor = lead.client, lead.form.fill_seconds, lead.source.vendor or ""
    agent, pace = client.user_agent, None if fill is None else f"{fill:.1f}"
    moment = datetime.fromisoformat(lead.submitted_at).timestamp() if lead.submitted_at else at
    found: dict[str, str | None] = {"everyone": "all", "clock": f"{vendor}\0{int(moment) // _HOUR % 24}"}
    for kind, value in (("shape", pattern), ("agent", agent), ("pace", pace), ("habit", _habit(lead))):
        if value:
            found |= {kind: f"{vendor}\0{value}", f"any_{kind}": value}
    if client.ip and agent:
        found["nest"] = f"{_network(client.ip)}\0{agent}"
    return found


def _habit(lead: Lead) -> str | None:
    """The class of how the form was filled in; None where it was not measured.

    The class is made of the number of pastes, of autofills and (as a power of two) of pointer events, the keystrokes
    for each character, and the time on the page before the first input. A script repeats one class in every lead. The
    leads of people are spread over many classes.
    """
    form = lead.form
    if None in (form.keystrokes, form.pastes, form.autofills, form.pointer_events):
        return None
    keys, pointer = form.keystrokes or 0, form.pointer_events or 0
    characters = sum(len(field) for field in (lead.email, lead.phone, lead.full_name) if field)
    pressed = "=" if keys == characters else str(min(8, int(4 * keys / max(characters, 1))))
    look = (form.seconds_on_page or 0.0) - (form.fill_seconds or 0.0)
    looked = "-" if form.seconds_on_page is None or form.fill_seconds is None else str(int(max(look, 0.0) ** 0.5))
    return f"{form.pastes} {form.autofills} {pointer.bit_length()} {pressed} {looked}"


def _own_domain(address: Mailbox, lists: Lists) -> str | None:
    """The mail domain, if it is on no list that would explain why many people have mail there; else None."""
    names = set(parent_domains(address.domain))
    known = (lists.allowed_domains, lists.popular_domains, lists.free_domains, lists.relay_domains.keys())
    return None if address.problem or any(names & of for of in known) else address.domain or None


def _network(ip: str) -> str:
    """The /24 (IPv4) or /48 (IPv6) that an address is in, which belongs to one customer or one gateway."""
    return str(ip_network((ip, 48), strict=False)) if ":" in ip else ip.rpartition(".")[0]


def _plain(text: str) -> str:
    """The text in a form in which case, the encoding of accents and the number of blanks do not differ."""
    return " ".join(normalize("NFKC", text[:_LONGEST]).casefold().split())
