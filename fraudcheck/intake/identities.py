"""What may a lead share with other leads? Its identities, as keyed tokens."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_network

from fraudcheck.fields import message
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.fields.email.domains import parent_domains
from fraudcheck.fields.phone.number import read_phone, read_phone_in_zone
from fraudcheck.identifiers import keyed_token
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Lead, Mailbox, Phone, Subject

_HOUR, _MOMENT = 3_600, 60
"""Seconds for which a lead that is checked again counts once: with a key its caller may try again, without one only our
own connection to Redis does."""


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

    ``identity_key`` is the tenant's own; ``tag`` marks this check among its identities' sightings;
    ``at`` is the check's time in Unix seconds; ``body`` the request's digest, where a second one is to be noticed.
    """
    address = read_mailbox(lead.email, lists) if lead.email else None
    phone = _phone(lead, lists, default_country) if lead.phone else None
    found = _identities(lead, address, phone.e164 if phone else None)
    found |= _cohorts(lead, address.pattern if address else None, at)
    found |= {"mail_domain": _own_domain(address, lists) if address else None, "body": body}
    return Subject(
        tenant=tenant,
        lead=lead,
        mailbox=address,
        number=phone,
        tokens={kind: keyed_token(identity_key, kind, value) for kind, value in found.items() if value},
        partners={"name": keyed_token(identity_key, "name", name)} if (name := _plain(lead.full_name)) else {},
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
    """The tokens that the ledger finds a lead by: its identities' and its reference's."""
    reference = subject.lead.reference
    if not reference:
        return subject.tokens
    return {**subject.tokens, "reference": keyed_token(identity_key, "reference", reference)}


def _identities(lead: Lead, address: Mailbox | None, e164: str | None) -> dict[str, str | None]:
    """What this lead may share with others, by kind. Some are counted for each vendor by itself."""
    client, vendor = lead.client, lead.source.vendor or ""
    name, place = _plain(lead.full_name), _plain(f"{lead.postal_code or ''} {lead.address or ''}")
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
    """What many leads share by chance: how many of a vendor's do, how many of everyone's, and how many there are."""
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
    """What fills the form in, in few words: pastes, autofills, the pointer, the keys for each character, a look before.

    A script does the same each time; a person's inputs fall into one of many such classes now and then.
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
    """A domain of which nothing is known that would explain why many people have mail there."""
    names = set(parent_domains(address.domain))
    known = (lists.allowed_domains, lists.popular_domains, lists.free_domains, lists.relay_domains.keys())
    return None if address.problem or any(names & of for of in known) else address.domain or None


def _network(ip: str) -> str:
    """The /24 or /48 that an address is in: what one customer is given or one gateway uses."""
    return str(ip_network((ip, 48), strict=False)) if ":" in ip else ip.rpartition(".")[0]


def _plain(text: str) -> str:
    """Text without what people type differently: case, accents' encoding, blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
