"""Can mail for the lead's domain arrive? Judges its mail route (``fraudcheck.mail_route``)."""

from __future__ import annotations

from fraudcheck.mail_route import RECEIVES
from fraudcheck.mailbox import listed
from fraudcheck.ports import Ports
from fraudcheck.records import Facts, Finding, Lead, Subject

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
SAYS = tuple(dict.fromkeys(_CODES.values()))

_NOT_ASKED: Facts = {"v": 1, "route": "not_asked"}


async def gather(subject: Subject, ports: Ports) -> Facts | None:
    """The domain's mail route; ``not_asked`` where the address itself or a list has already settled it."""
    mailbox = subject.mailbox
    if mailbox is None:
        return None
    domain = mailbox.domain
    if mailbox.problem or not domain:
        return _NOT_ASKED
    # Lists of throw-away domains hold slips of large providers, whose mail may well be dead.
    if not mailbox.suggestion and listed(domain, ports.lists):
        return _NOT_ASKED
    facts = await ports.mail_routes.route(domain)
    if domain in ports.lists.popular_domains and facts.get("route") not in (None, *RECEIVES):
        # A resolver to which a large provider is dead is behind a wall or broken: it tells nothing.
        return {"v": 1, "unknown": "implausible"}
    return facts


def judge(lead: Lead, facts: Facts) -> list[Finding]:
    """One finding for the route, with the number of mail hosts that the domain names, or that a list told it."""
    code = _CODES.get(facts["route"])
    if code is None:
        return []
    return [Finding(code, {key: facts[key] for key in ("hosts", "from") if key in facts})]
