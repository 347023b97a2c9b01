"""Which mailbox does this text name?

email-validator is the judge of syntax. What we add: it is lenient towards people (blanks and invisible
marks around the address, ``Name <a@b.c>``, ``mailto:``, full-width characters), it tells special-use
domains from broken ones, and it suggests what a slip was meant to be.

What is policy: quoted local parts are read, because mail reaches them; comments, obsolete forms and
address literals (``a@[192.0.2.1]``) are refused, because no person types them; so are line breaks,
which an input field cannot hold, and a final dot (RFC 5321 has none), both with a suggestion. A
domain without a dot is read for country codes only: ICANN forbids mail at all other top-level
domains (resolution 2013.08.13.NG02), and whether a country's takes any is for the DNS to say.
"""

from __future__ import annotations

import re
import unicodedata

from fraudcheck.fields.email.domains import listed_domain, parent_domains
from fraudcheck.fields.email.syntax import split_address, without_wrapping
from fraudcheck.fields.email.typos import intended_domain, repaired_address
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Mailbox

_LETTERS = re.compile(r"[^\W\d_]+")
_RUNS = re.compile(r"[^\W\d_]+|\d+|.", re.DOTALL)
_LONGEST = 64
"""Characters before the @ (RFC 5321 section 4.5.3.1.1)."""


def read_mailbox(email: str, lists: Lists) -> Mailbox:
    """The mailbox that a typed text names; never raises, whatever the text."""
    text = without_wrapping(email)
    parts = split_address(text)
    if parts is None:
        return Mailbox(problem="syntax", suggestion=repaired_address(text, lists))
    local, domain, shown = parts
    reserved = any(name in lists.reserved_domains for name in parent_domains(domain))
    if "." not in domain and not reserved and not (len(domain) == 2 and domain in lists.top_level_domains):
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
    r"""The pattern that a mailbox is made by, as ``[a-z]+.[a-z]+\d{2}@free``; None where it has no name.

    A name of one run of letters keeps their number, as random names do; runs beside each other are first and last
    names, of any length. ``@free`` is any provider where anyone may have a mailbox, ``@own`` any other domain.
    """
    if not local:
        return None
    local = local.partition("+")[0]
    several = len(_LETTERS.findall(local)) > 1
    parts = []
    for run in _RUNS.findall(local[:_LONGEST]):
        if run[0].isdigit():
            parts.append(rf"\d{{{len(run)}}}")
        elif run[0].isalpha():
            parts.append("[a-z]+" if several else f"[a-z]{{{len(run)}}}")
        else:
            parts.append(run if run in {".", "_", "-"} else "?")
    free = domain in lists.popular_domains or domain in lists.free_domains
    return "".join(parts) + ("@free" if free else "@own")


def _canonical(local: str, domain: str, lists: Lists) -> str:
    """The mailbox that an address ends in, as far as its provider says so.

    RFC 5321 section 2.4 leaves letter case to the host, but none in use tells AN@ from an@, and a person
    types both. At unknown domains nothing else is folded: a tag there may be somebody's whole name.
    """
    local = unicodedata.normalize("NFC", local.lower())
    user, _, parent = domain.partition(".")
    rule = lists.mailbox_rules.get(domain)
    if rule is None:
        rule = lists.mailbox_rules.get(parent)
        if rule is None or not rule.subdomain_is_user:
            return f"{local}@{domain}"
        return f"{user}@{rule.domain}"
    if local.startswith('"'):
        return f"{local}@{rule.domain}"
    name = local
    for separator in rule.tag_separators:
        name = name.partition(separator)[0]
    for char in rule.alike[1:]:
        name = name.replace(char, rule.alike[0])
    for char in rule.ignores:
        name = name.replace(char, "")
    # Nothing left, or a dot at the end, is no name that the provider gives out: keep what was typed.
    return f"{local if not name or name.endswith('.') else name}@{rule.domain}"
