"""Can mail for the lead's domain arrive? Judges its mail route (``fraudcheck.fields.email.mx``)."""

from __future__ import annotations

from typing import TypedDict

from fraudcheck.fields.email.domains import listed_domain, parent_domains
from fraudcheck.fields.email.mx import RECEIVES
from fraudcheck.fields.email.throwaway import registered_domain, throwaway_shape
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Facts, Finding, Lead, Mailbox, Subject
from fraudcheck.signals import Signal

NAME = "email_mx"

_CODES = {
    "nxdomain": "EMAIL_DOMAIN_NXDOMAIN",
    "null_mx": "EMAIL_NULL_MX",
    "none": "EMAIL_NO_MAIL_HOST",
    "mx_unresolved": "EMAIL_MX_UNRESOLVED",
    "mx_private": "EMAIL_MX_PRIVATE",
    "spf_refuses_all": "EMAIL_SPF_REFUSES_ALL",
    "mx": "EMAIL_DOMAIN_RECEIVES",
    "address": "EMAIL_DOMAIN_RECEIVES",
}
_THROWAWAY = "EMAIL_THROWAWAY_MAIL_HOST"

BY_NAME, BY_ADDRESS = "by its name", "by its address"
# Addresses are given to others in time, and a name is only a name.
_SCALES = {BY_NAME: 0.5, BY_ADDRESS: 0.7}

_NOT_ASKED: Facts = {"v": 1, "route": "not_asked"}


EmailMxFacts = TypedDict(
    "EmailMxFacts",
    {
        "v": int,
        "route": str,  # one of _CODES, or not_asked
        "hosts": int,  # how many mail hosts the domain names
        "mail_host": str,  # the throw-away service behind one of them (``throwaway_host``)
        "from": str,  # list: a large provider's, not looked up
        "stale": bool,  # an older answer, since no server answered now
        "unknown": str,  # why it could not be looked up
    },
    total=False,
)
"""The domain's mail route (``fields.email.mx.trace_mail_route``)."""


async def look_up(subject: Subject, ports: Ports) -> Facts | None:
    """The domain's mail route; ``not_asked`` where the address itself or a list has already settled it."""
    mailbox = subject.mailbox
    if mailbox is None:
        return None
    domain = mailbox.domain
    if mailbox.problem or not domain:
        return _NOT_ASKED
    # Lists of throw-away domains hold slips of large providers, whose mail may well be dead.
    if not mailbox.suggestion and _settled(mailbox, ports.lists):
        return _NOT_ASKED
    facts = await ports.mail_routes.route(domain)
    if domain in ports.lists.popular_domains and facts.get("route") not in (None, *RECEIVES):
        # A resolver to which a large provider is dead is behind a wall or broken: it tells nothing.
        return {"v": 1, "unknown": "implausible"}
    return facts


def judge(lead: Lead, facts: EmailMxFacts) -> list[Finding]:
    """One finding for the route, with the number of mail hosts that the domain names, or that a list told it."""
    code = _CODES.get(facts["route"])
    if code is None:
        return []
    if code == "EMAIL_DOMAIN_RECEIVES" and "mail_host" in facts:
        host = facts["mail_host"]
        return [Finding(_THROWAWAY, {"mail_host": host}, _SCALES.get(host, 1.0))]
    return [Finding(code, {key: value for key, value in facts.items() if key in ("hosts", "from")})]


def throwaway_host(host: str, *, lists: Lists) -> str | None:
    """The name in the lists of mail hosts, or of firmly listed throw-away domains, that a mail host lies under.

    What is allowed, free or a relay has honest customers, whatever stands above it. ``BY_NAME`` stands for a host on
    no list whose registered name says what it is for (``tempmail.acme.com`` is a company that moves house),
    ``BY_ADDRESS`` for a listed IP address.
    """
    host = host.rstrip(".").lower()
    if host[-1:].isdigit():
        return BY_ADDRESS if host in lists.mail_hosts else None
    for name in parent_domains(host):
        if name in lists.mail_hosts:
            return name
    if any(name in lists.free_domains for name in parent_domains(host)):
        return None
    found = listed_domain(host, lists)
    says = not found and throwaway_shape(registered_domain(host)) == "words"
    if says and lists.allowed_domains.isdisjoint(parent_domains(host)):
        return BY_NAME
    if not found or found[0] != "disposable":
        return None
    listing = lists.disposable_listings.get(found[1])
    return found[1] if listing and listing.weight >= 1 and len(listing.lists) > 1 else None


def _settled(mailbox: Mailbox, lists: Lists) -> bool:
    """Whether the lists say enough. One weak list does not: then the domain's mail hosts may know more."""
    found = mailbox.listed
    if not found:
        return False
    listing = lists.disposable_listings.get(found[1])
    return found[0] == "relay" or listing is None or listing.weight >= 1


SIGNAL = Signal(
    name=NAME,
    order=20,
    about="whether its mail domain takes mail",
    facts=EmailMxFacts,
    looks_at="its mail route through the DNS",
    cannot_know=(
        "whether the mailbox exists; in a flood of made-up domains, which of those that nobody has seen are "
        "real: these are unknown and cost nothing"
    ),
    look_up=look_up,
    judge=judge,
    in_every_record=True,
)
