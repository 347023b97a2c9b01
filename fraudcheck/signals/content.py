"""Is what was written a message that one person would write to a company that they want to buy from?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log10
from typing import TypedDict

from fraudcheck.fields import message
from fraudcheck.fields.attacks import first_attack
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "content"
_NOT_LETTERS = re.compile(r"[\W_]+")


class ContentFacts(TypedDict, total=False):
    """Counts and classes, never the text; each where it holds."""

    v: int
    links: int  # to other people's hosts; among them:
    shortened: int
    messenger: int
    ordinary: int  # a map, a social network
    contacts: int  # mail addresses and handles that are not the lead's own
    markup: str  # as ``fields.message`` classes it
    attack: str  # as ``fields.attacks`` classes it; facts of v 1 are of fewer kinds, and never of the name
    disguise: str  # as ``fields.message`` classes it
    places: int  # where the text is disguised
    random: int  # how many fields
    topics: list[str]  # of mass mailings; with ``!`` where ordinary buyers hardly write about it
    offers: int  # phrases of somebody who sells
    money: bool  # an amount is named
    about: str  # job | press | support; up to v 2, since when the signal ``enquiry`` says it


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """Facts of the message, of markup in every free text, and of attacks in the name too; None where there is none."""
    lead = subject.lead
    parts = [part for part in (lead.message, lead.company, lead.address, lead.postal_code) if part]
    attack = first_attack([part[: message.LONGEST].lower() for part in (*parts, lead.full_name)])
    if not parts and not attack:
        return None
    facts: ContentFacts = {"v": 3}
    if attack:
        facts["attack"] = attack
    whole = "\n".join(parts)[: message.LONGEST].lower()
    if form := message.markup(whole):
        facts["markup"] = form
    written = [part for part in (lead.message, lead.company, lead.address) if part]
    if random := sum(message.is_random(part, ports.lists.against_name) for part in written):
        facts["random"] = random
    if lead.message:
        _look_at(lead.message[: message.LONGEST], subject, ports.lists, facts)
    return facts


def _look_at(text: str, subject: Subject, lists: Lists, facts: ContentFacts) -> None:
    """Add the facts of the message itself."""
    lower = text.lower()
    if hosts := message.links(lower):
        _count_links(hosts, subject, lists, facts)
    if addresses := message.mail_addresses(lower):
        email, mailbox = subject.lead.email or "", subject.mailbox
        own = {email.strip().lower(), ((mailbox.normalized if mailbox else None) or "").lower()}
        if contacts := sum(address not in own for address in addresses):
            facts["contacts"] = contacts
    if disguise := message.disguised(text):
        facts["disguise"], facts["places"] = disguise
    if not (classes := lists.phrases(message.fold(text))):
        return
    if topics := sorted({kind.removeprefix("topic.") for kind in classes if kind.startswith("topic.")}):
        facts["topics"] = topics
        if message.names_money(lower):
            facts["money"] = True
    if offers := classes.count("offer"):
        facts["offers"] = offers


def _count_links(hosts: Sequence[str], subject: Subject, lists: Lists, facts: ContentFacts) -> None:
    """Count the links that are neither the person's own nor the form's site, nor a mail provider's name."""
    lead, mailbox = subject.lead, subject.mailbox
    names = [_NOT_LETTERS.sub("", text.lower()) for text in (lead.company, lead.full_name) if text]
    sites = message.links(f"{lead.client.page_url or ''} {lead.client.referrer or ''} {lead.company or ''}".lower())
    if mailbox and mailbox.domain not in lists.free_domains:
        sites.append(mailbox.domain)
    counts: Counter[str] = Counter()
    for host in hosts:
        own = any(site and (f".{host}".endswith(f".{site}") or f".{site}".endswith(f".{host}")) for site in sites)
        if not own and host not in lists.free_domains and not _is_named_so(host, names):
            counts[message.host_class(host, lists.link_hosts) or "other"] += 1
    if total := counts.total():
        facts["links"] = total
    for kind in ("shortened", "messenger", "ordinary"):
        if counts[kind]:
            facts[kind] = counts[kind]


def _is_named_so(host: str, names: Sequence[str]) -> bool:
    """Whether a host bears the company's or the person's name: anhducfurniture.vn of Anh Duc Furniture Co."""
    label = max(host.split("."), key=len).replace("-", "")
    return len(label) >= 4 and any(name and (label in name or (len(name) >= 5 and name in label)) for name in names)


def measure(lead: Lead, facts: ContentFacts) -> Mapping[str, float]:
    """How long the message is, as log10 of its characters."""
    del facts
    return {"message": log10(min(len(lead.message), 10_000))} if lead.message else {}


def judge(lead: Lead, facts: ContentFacts) -> list[Finding]:
    """At most one finding on links, then what the text is made of and what it is about."""
    del lead
    findings: list[Finding] = []
    if len(facts) == 1:
        return findings
    if "attack" in facts:
        findings.append(Finding("CONTENT_ATTACK", {"kind": facts["attack"]}))
    if "markup" in facts:
        findings.append(Finding("CONTENT_MARKUP", {"language": facts["markup"]}))
    elif weight := _links(facts):
        findings.append(Finding("CONTENT_LINK", _some(facts, "links", "shortened", "messenger", "ordinary"), weight))
    if weight := _advertises(facts):
        evidence = _some(facts, "topics", "offers", "contacts", "money")
        findings.append(Finding("CONTENT_SPAM_SHAPE", evidence, weight))
    if "disguise" in facts:
        evidence = {"kind": facts["disguise"], "places": facts["places"]}
        findings.append(Finding("CONTENT_DISGUISED", evidence, 1.0 if facts["places"] > 1 else 0.5))
    if "random" in facts:
        findings.append(Finding("CONTENT_RANDOM", {"fields": facts["random"]}))
    if facts["v"] < 3 and (about := facts.get("about") or ("offer" if _sells(facts) else None)):
        findings.append(Finding("CONTENT_NON_SALES", {"about": about}))
    return findings


def _some(facts: ContentFacts, *names: str) -> dict[str, object]:
    known: Mapping[str, object] = facts
    return {name: known[name] for name in names if name in known}


def _links(facts: ContentFacts) -> float:
    """How much the links weigh: half for one page of others, all for three; a shortened one hides where it leads.

    A map, a profile, a handle on a messenger is how people say where and who they are, until there are many.
    """
    ordinary: int = facts.get("ordinary", 0)
    light: int = ordinary // 3 + facts.get("messenger", 0)
    others: int = facts.get("links", 0) - ordinary - facts.get("messenger", 0) + facts.get("shortened", 0)
    return min(1.0, 0.25 * (others + 1) + 0.25 * light) if others else min(1.0, 0.25 * light)


def _advertises(facts: ContentFacts) -> float:
    """How much topic, offer and a way to go elsewhere weigh together. A topic without an offer is a buyer's."""
    topics = facts.get("topics", ())
    hard = sum(topic.endswith("!") for topic in topics)
    goes_elsewhere = not facts.keys().isdisjoint(("links", "markup", "contacts"))
    offers: int = min(2, facts.get("offers", 0) + ("windfall!" in topics))  # a windfall is an offer by itself
    if not topics or not (offers >= 2 or (offers and (hard or goes_elsewhere)) or (hard and goes_elsewhere)):
        return 0.0
    parts: int = 2 * goes_elsewhere + 2 * (hard > 0) + offers + ("money" in facts) + (len(topics) > 1)
    return min(1.0, parts / 6)


def _sells(facts: ContentFacts) -> bool:
    return bool(facts.get("offers", 0) >= 2) and "topics" in facts


SIGNAL = Signal(
    name=NAME,
    order=80,
    about="the message",
    facts=ContentFacts,
    looks_at=("links to other people's sites, markup, attacks, disguised letters, mass mailings in some 16 languages"),
    cannot_know=(
        "whether a seller's polite letter is welcome, or on its first day a form's prefilled text from a mailing"
    ),
    gather=gather,
    judge=judge,
    measure=measure,
)
