"""Which mailbox does a typed text name?

Six files answer this together, without I/O:

- ``syntax`` removes what copying leaves around an address and checks the syntax, by email-validator's rules;
- ``written`` finds the addresses in a text that is more than one, and tells what the text is where there is none;
- ``typos`` suggests the address that was meant, where one typing error explains the text, and ``letters`` the letters;
- ``domains`` looks a domain and its parents up in the lists;
- ``address``, this file, puts these together into a ``Mailbox``: it tells special-use domains from broken ones, finds
  the canonical mailbox behind aliases.

The policy is lenient towards people. What certainly is an address is read, whatever people and programs put around it:
``Name <a@b.c>``, ``mailto:``, markup, labels, notes, full-width and invisible characters; of several addresses the
first that can be used is the lead's. Quoted local parts are accepted, because mail reaches them, and so are the dots
that Japanese carriers gave out. Refused are comments, obsolete forms and address literals (``a@[192.0.2.1]``), because
no person types them. A text that is something else than an address is unreadable, which is not held against it as a
wrong address is. A domain without a dot is accepted only where it is a country code: ICANN forbids mail at all other
top-level domains (resolution 2013.08.13.NG02), and the DNS tells whether a country's own domain takes mail.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from fraudcheck.fields.email.domains import listed_domain, parent_domains
from fraudcheck.fields.email.syntax import Address, split_address, without_wrapping
from fraudcheck.fields.email.typos import intended_domain, intended_local_part, repaired_address
from fraudcheck.fields.email.written import DAMAGED, SEVERAL, may_hold_more, read_text
from fraudcheck.fields.normal_form import normalize
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Mailbox


def read_mailbox(email: str, lists: Lists) -> Mailbox:
    """Read a typed address. Never raises: what is wrong with it is the mailbox's ``problem``."""
    text = without_wrapping(email)
    address = split_address(text, lists.dotted_mailboxes)
    if address is None or may_hold_more(address[0], address[1], lists):
        reading = read_text(text, lists)
        if reading.addresses:
            found = _first_usable(reading.addresses, lists)
            return structs.replace(found, warning=SEVERAL) if reading.several and not found.problem else found
        if address is None or reading.warning == DAMAGED:
            suggestion = repaired_address(text, lists) if reading.warning != DAMAGED else None
            if reading.problem == "unreadable" and not suggestion:
                return Mailbox(problem="unreadable", warning=reading.warning)
            return Mailbox(problem="syntax", suggestion=suggestion)
    return _mailbox(address, lists) or Mailbox(problem="syntax", suggestion=repaired_address(text, lists))


def _first_usable(addresses: Sequence[Address], lists: Lists) -> Mailbox:
    """The first address that mail may reach and that is no slip; without one, the first."""
    mailboxes = [mailbox for address in addresses if (mailbox := _mailbox(address, lists))]
    usable = [mailbox for mailbox in mailboxes if not mailbox.problem]
    return next((mailbox for mailbox in usable if not mailbox.suggestion), (usable or mailboxes)[0])


def _mailbox(address: Address, lists: Lists) -> Mailbox | None:
    """What an address names; None for a domain without a dot that cannot have mail."""
    local, domain, shown = address
    reserved = not lists.reserved_domains.keys().isdisjoint(parent_domains(domain))
    is_country = len(domain) == 2 and domain in lists.top_level_domains
    if "." not in domain and not reserved and not is_country:
        return None
    meant_domain = None if reserved else intended_domain(domain, shown, lists)
    meant_local = intended_local_part(local, meant_domain or domain, lists)
    is_slip = meant_domain is not None or meant_local != local
    return Mailbox(
        problem="reserved" if reserved else None,
        local=local,
        domain=domain,
        normalized=f"{local}@{shown}",
        canonical=_canonical(local if meant_domain else meant_local, domain, lists),
        suggestion=f"{meant_local}@{meant_domain or shown}" if is_slip else None,
        listed=listed_domain(domain, lists),
    )


def _canonical(local: str, domain: str, lists: Lists) -> str:
    """The mailbox in which mail to an address arrives, by its provider's own rules for aliases.

    Upper case is always folded: RFC 5321 section 2.4 leaves letter case to the host, but no host in use tells AN@ from
    an@, and people type both. At domains without a rule nothing else is folded: what looks like a tag there may be
    a person's whole name.
    """
    local = normalize("NFC", local.lower())
    rule = lists.mailbox_rules.get(domain)
    if rule is None:
        user, _, parent = domain.partition(".")
        parent_rule = lists.mailbox_rules.get(parent)
        if parent_rule is not None and parent_rule.subdomain_is_user:
            return f"{user}@{parent_rule.domain}"
        return f"{local}@{domain}"
    if local.startswith('"'):
        return f"{local}@{rule.domain}"
    name = local
    for separator in rule.tag_separators:
        name = name.partition(separator)[0]
    for char in rule.alike[1:]:
        name = name.replace(char, rule.alike[0])
    for char in rule.ignores:
        name = name.replace(char, "")
    # No provider gives out an empty name or one that ends in a dot, so keep what was typed in that case.
    if not name or name.endswith("."):
        name = local
    return f"{name}@{rule.domain}"
