"""Which mailbox does a typed text name?

Four files answer this together, without I/O:

- ``syntax`` removes what copying leaves around an address and checks the syntax, by email-validator's rules;
- ``typos`` suggests the address that was meant, where one typing error explains the text;
- ``domains`` looks a domain and its parents up in the lists;
- ``address``, this file, puts these together into a ``Mailbox``: it tells special-use domains from broken ones, finds
  the canonical mailbox behind aliases, and gives the pattern that a mailbox's name is made by.

The policy is lenient towards people. Accepted are blanks and invisible characters around the address, ``Name <a@b.c>``,
``mailto:``, full-width characters, and quoted local parts, because mail reaches them. Refused are comments, obsolete
forms and address literals (``a@[192.0.2.1]``), because no person types them; line breaks, which an input field cannot
hold; and a final dot, which RFC 5321 does not have. The last two come with a suggestion. A domain without a dot is
accepted only where it is a country code: ICANN forbids mail at all other top-level domains (resolution
2013.08.13.NG02), and the DNS tells whether a country's own domain takes mail.
"""

from __future__ import annotations

import re

from fraudcheck.fields.email.domains import listed_domain, parent_domains
from fraudcheck.fields.email.syntax import split_address, without_wrapping
from fraudcheck.fields.email.typos import intended_domain, repaired_address
from fraudcheck.fields.normal_form import normalize
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Mailbox

_LETTERS = re.compile(r"[^\W\d_]+")
_RUNS = re.compile(r"[^\W\d_]+|\d+|.", re.DOTALL)
_LONGEST_LOCAL_PART = 64
"""Characters of the part before the @ (RFC 5321 section 4.5.3.1.1); the pattern covers no more."""


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
        pattern=_pattern(local, domain, lists),
        listed=listed_domain(domain, lists),
    )


def _pattern(local: str, domain: str, lists: Lists) -> str | None:
    r"""The pattern that a mailbox's name is made by, such as ``[a-z]+.[a-z]+\d{2}@free``; None without a local part.

    One run of letters keeps its length (``[a-z]{8}``), because generated names often share one. Several runs are first
    and last names, so their length does not count (``[a-z]+``). Digits keep their length. A tag after ``+`` is left
    out. ``@free`` stands for every provider where anyone may have a mailbox, ``@own`` for every other domain.
    """
    if not local:
        return None
    local = local.partition("+")[0]
    several = len(_LETTERS.findall(local)) > 1
    parts = []
    for run in _RUNS.findall(local[:_LONGEST_LOCAL_PART]):
        if run[0].isdigit():
            parts.append(rf"\d{{{len(run)}}}")
        elif run[0].isalpha():
            parts.append("[a-z]+" if several else f"[a-z]{{{len(run)}}}")
        else:
            parts.append(run if run in {".", "_", "-"} else "?")
    free = domain in lists.popular_domains or domain in lists.free_domains
    return "".join(parts) + ("@free" if free else "@own")


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
