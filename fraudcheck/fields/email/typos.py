"""Which address did the person mean to type?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from email_validator.rfc_constants import EMAIL_MAX_LENGTH
from rapidfuzz.distance import OSA

from fraudcheck.fields.email.syntax import split_address
from fraudcheck.ports.lists import Lists

# Real country codes that are a slip for com behind a provider's invented word (gmail.co, gmail.cm).
_COM_SLIPS = frozenset(("co", "cm", "om"))
_GENERIC = ("com", "net", "org")
_SECOND_LEVELS = frozenset(["com", "co", "net", "ne", "org", "or", "gov", "edu", "ac"])
_AT_SLIPS = re.compile(r"[.,;# 2]")  # what is typed for @; 2 is its key without Shift
_JUNK = " \t\r\n#,;:'\"<>()[]!*/\\."


def intended_domain(domain: str, lists: Lists) -> str | None:
    """The large provider's domain that a mistyped one was meant to be."""
    if domain in lists.allowed_domains or domain in lists.relay_domains:
        return None
    return _nearest(
        domain,
        popular=lists.popular_domains,
        free=lists.free_domains,
        distinctive=lists.distinctive_labels,
        not_slips=lists.not_slips,
        top_level=lists.top_level_domains,
    )


# Cached on frozensets, which hash once and compare by identity.
@lru_cache(maxsize=16384)
def _nearest(
    domain: str,
    *,
    popular: frozenset[str],
    free: frozenset[str],
    distinctive: frozenset[str],
    not_slips: frozenset[str],
    top_level: frozenset[str],
) -> str | None:
    label, _, suffix = domain.partition(".")
    if not suffix or domain in not_slips or (domain in free and label not in distinctive):
        return None
    by_label = _suffixes_by_label(popular)
    real = suffix.rpartition(".")[2] in top_level
    costs: dict[str, int] = {}
    for meant, edits in _near_labels(label, distinctive, by_label):
        known = meant in distinctive
        for end in by_label.get(meant, ()):
            cost = _suffix_cost(suffix, end, real, known and edits == 0, known)
            if cost is not None:
                costs[f"{meant}.{end}"] = edits + cost
    if costs:
        least = min(costs.values())
        best = [name for name, cost in costs.items() if cost == least]
        return next((name for name in best if name.endswith(".com")), best[0] if len(best) == 1 else None)
    return None if real else _other_ending(domain)


def _near_labels(
    label: str, distinctive: frozenset[str], by_label: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, int]]:
    """Providers' labels with the edits to them: the same one, else the invented words that are near."""
    if label in by_label:
        yield label, 0
        return
    for meant in distinctive:
        most = 2 if len(meant) >= 8 else 1
        # People seldom get the first letter wrong, and mail names that differ in it are many (fmail, zmail).
        if label[:1] == meant[:1] or label[:2] == meant[1::-1]:
            edits = OSA.distance(label, meant, score_cutoff=most)
            if edits <= most:
                yield meant, edits


def _suffix_cost(suffix: str, end: str, real: bool, exact: bool, known: bool) -> int | None:
    """How many slips lead from the ending meant to the one typed; None where it is somebody else's."""
    if suffix == end:
        return 0
    edits = int(OSA.distance(suffix, end))
    if not real:
        return edits if exact or edits == 1 else None
    if known and end == "com" and suffix in _COM_SLIPS:
        return 1
    second, _, country = suffix.partition(".")
    return 1 if edits == 1 and end.partition(".")[2] == country != "" and second not in _SECOND_LEVELS else None


def _other_ending(domain: str) -> str | None:
    """For an ending that does not exist, the generic one that is one slip away."""
    head, _, last = domain.rpartition(".")
    return next((f"{head}.{end}" for end in _GENERIC if OSA.distance(last, end) == 1), None)


@lru_cache(maxsize=4)
def _suffixes_by_label(popular: frozenset[str]) -> dict[str, tuple[str, ...]]:
    suffixes: dict[str, tuple[str, ...]] = {}
    for domain in sorted(popular):
        label, _, suffix = domain.partition(".")
        suffixes[label] = (*suffixes.get(label, ()), suffix)
    return suffixes


def repaired_address(text: str, lists: Lists) -> str | None:
    """The address that a broken text was meant to be, where one slip explains it."""
    if len(text) > EMAIL_MAX_LENGTH:
        return None
    pieces = [piece for piece in text.split("@") if piece]
    if len(pieces) == 2:
        local, domain = pieces[0].strip(_JUNK), pieces[1].lower().strip(_JUNK)
        for ending in (domain, _undotted(domain, lists)):
            tidy = ending.replace(",", ".").replace("..", ".").replace(" ", "")
            parts = split_address(f"{local}@{tidy}")
            if parts and "." in tidy and parts[1].rpartition(".")[2] in lists.top_level_domains:
                return f"{parts[0]}@{parts[2]}"
    elif len(pieces) == 1:
        for slip in _AT_SLIPS.finditer(text):
            domain = text[slip.end() :].lower()
            if domain in lists.popular_domains and (parts := split_address(f"{text[: slip.start()]}@{domain}")):
                return f"{parts[0]}@{domain}"
    return None


def _undotted(domain: str, lists: Lists) -> str:
    """``gmailcom`` and ``gmail`` as ``gmail.com``; anything else as it is."""
    for end in _suffixes_by_label(lists.popular_domains).get(domain, ()):
        if end == "com" and domain in lists.distinctive_labels:
            return f"{domain}.com"
    for end in _GENERIC:
        whole = f"{domain.removesuffix(end)}.{end}"
        if domain.endswith(end) and whole in lists.popular_domains:
            return whole
    return domain
