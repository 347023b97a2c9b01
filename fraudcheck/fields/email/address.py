"""Which mailbox does a typed text name?

Four files answer this together, without I/O:

- ``syntax`` removes what copying leaves around an address and checks the syntax, by email-validator's rules;
- ``typos`` suggests the address that was meant, where one typing error explains the text;
- ``domains`` looks a domain and its parents up in the lists;
- ``address``, this file, puts these together into a ``Mailbox``: it tells special-use domains from broken ones, finds
  the canonical mailbox behind aliases.

The policy is lenient towards people. Accepted are blanks and invisible characters around the address, ``Name <a@b.c>``,
``mailto:``, full-width characters, and quoted local parts, because mail reaches them. Refused are comments, obsolete
forms and address literals (``a@[192.0.2.1]``), because no person types them; line breaks, which an input field cannot
hold; and a final dot, which RFC 5321 does not have. The last two come with a suggestion. A domain without a dot is
accepted only where it is a country code: ICANN forbids mail at all other top-level domains (resolution
2013.08.13.NG02), and the DNS tells whether a country's own domain takes mail.
"""

from __future__ import annotations

from fraudcheck.fields.email.domains import listed_domain, parent_domains
from fraudcheck.fields.email.syntax import split_address, without_wrapping
from fraudcheck.fields.email.typos import intended_domain, repaired_address
from fraudcheck.fields.normal_form import normalize
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Mailbox


def read_mailbox(email: str, lists: Lists) -> Mailbox:
    """Read a typed address. Never raises: what is wrong with it is the mailbox's ``problem``."""
    text = without_wrapping(email)
    parts = split_address(text)
    if parts is None:
        return Mailbox(problem="syntax", suggestion=repaired_address(text, lists))
    local, domain, shown = parts
    reserved = any(name in lists.reserved_domains for name in parent_domains(domain))
    is_country = len(domain) == 2 and domain in lists.top_level_domains
    if "." not in domain and not reserved and not is_country:
        return Mailbox(problem="syntax", suggestion=repaired_address(text, lists))
    meant = None if reserved else intended_domain(domain, lists)
    return Mailbox(
        problem="reserved" if reserved else None,
        local=local,
        domain=domain,
        normalized=f"{local}@{shown}",
        canonical=_canonical(local, domain, lists),
        suggestion=f"{local}@{meant}" if meant else None,
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
