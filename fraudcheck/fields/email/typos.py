"""Which address did the person mean to type?

A suggestion needs one typing error that explains the text, and a well-known provider's domain behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from email_validator.rfc_constants import EMAIL_MAX_LENGTH
from rapidfuzz.distance import OSA

from fraudcheck.fields.email.letters import plain_letters, typed_in_russian
from fraudcheck.fields.email.syntax import split_address
from fraudcheck.ports.lists import Lists

# Country codes that exist, but that stand for a mistyped "com" after a provider's invented word (gmail.co, gmail.cm).
_TYPOS_OF_COM = frozenset(("co", "cm", "om"))
_GENERIC_TOP_LEVELS = ("com", "net", "org")
_SECOND_LEVELS = frozenset(["com", "co", "net", "ne", "org", "or", "gov", "edu", "ac"])
# Characters that are typed for @; 2 is the same key without Shift.
_TYPED_FOR_AT = re.compile(r"[.,;# 2]")
# Names of hosts: before a provider's domain they are no mailboxes.
_HOSTS = frozenset(["www", "mail", "webmail", "m", "e", "smtp", "imap", "pop", "pop3", "mx", "login", "vip"])
_STRAY_PUNCTUATION = " \t\r\n#,;:'\"<>()[]!*/\\."


def intended_local_part(local: str, domain: str, lists: Lists) -> str:
    """The part before the @ as it was meant, at a provider that gives out ASCII alone; else as it is."""
    if local.isascii() or domain not in lists.ascii_mailboxes:
        return local
    return plain_letters(local) or local


def intended_domain(domain: str, shown: str, lists: Lists) -> str | None:
    """The large mail provider's domain that a mistyped one was meant to be; None where it may be right as it is.

    ``shown`` is the domain as it is read, in any script.
    """
    if domain in lists.allowed_domains or domain in lists.relay_domains:
        return None
    if not shown.isascii():
        plain = plain_letters(shown)
        return plain if plain in lists.popular_domains else None
    return _nearest(
        domain,
        popular=lists.popular_domains,
        free=lists.free_domains,
        distinctive=lists.distinctive_labels,
        not_slips=lists.not_slips,
        top_level=lists.top_level_domains,
    )


# The lists are frozensets, whose hash is computed once, so that they can be part of the cache's key.
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
    suffixes = _suffixes_by_label(popular)
    suffix_exists = suffix.rpartition(".")[2] in top_level
    costs: dict[str, int] = {}
    for meant_label, edits in _near_labels(label, distinctive, suffixes):
        invented = meant_label in distinctive
        for meant_suffix in suffixes.get(meant_label, ()):
            cost = _suffix_cost(
                suffix, meant_suffix, exists=suffix_exists, exact=invented and edits == 0, invented=invented
            )
            if cost is not None:
                costs[f"{meant_label}.{meant_suffix}"] = edits + cost
    if costs:
        return _cheapest(costs)
    return None if suffix_exists else _with_generic_top_level(domain)


def _cheapest(costs: dict[str, int]) -> str | None:
    """The domain with the fewest edits. Of several, the one under .com; None where none of these is."""
    fewest = min(costs.values())
    best = [domain for domain, cost in costs.items() if cost == fewest]
    if len(best) == 1:
        return best[0]
    return next((domain for domain in best if domain.endswith(".com")), None)


def _near_labels(
    label: str, distinctive: frozenset[str], suffixes: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, int]]:
    """Providers' labels with the number of edits to each: the label itself, else the invented words near it."""
    if label in suffixes:
        yield label, 0
        return
    # People seldom get the first letter wrong, and many real mail domains differ in it only (fmail, zmail). So it must
    # be the same, or be swapped with the second.
    labels = _labels_by_beginning(distinctive)
    for meant in (*labels.get(label[:1], ()), *labels.get(label[:2], ())):
        # Two wrong letters make other people's names: networld (ntlworld), photomail (protonmail). So does a plural.
        edits = OSA.distance(label, meant, score_cutoff=1)
        if edits <= 1 and label != f"{meant}s":
            yield meant, edits


def _suffix_cost(suffix: str, meant: str, *, exists: bool, exact: bool, invented: bool) -> int | None:
    """How many typing errors lead from the suffix that was meant to the typed one; None where it is another domain's.

    ``exists`` says whether the typed suffix is under a real top-level domain, ``exact`` whether the label was typed
    without an error and is a provider's invented word, ``invented`` whether the meant label is such a word.
    """
    if suffix == meant:
        return 0
    edits = int(OSA.distance(suffix, meant))
    if not exists:
        return edits if exact or edits == 1 else None
    if invented and meant == "com" and suffix in _TYPOS_OF_COM:
        return 1
    second_level, _, country = suffix.partition(".")
    same_country = country != "" and meant.partition(".")[2] == country
    if edits == 1 and same_country and second_level not in _SECOND_LEVELS:
        return 1
    return None


def _with_generic_top_level(domain: str) -> str | None:
    """The domain under the generic top-level domain that is one edit away from the typed one, which does not exist."""
    head, _, typed = domain.rpartition(".")
    return next((f"{head}.{generic}" for generic in _GENERIC_TOP_LEVELS if OSA.distance(typed, generic) == 1), None)


@lru_cache(maxsize=4)
def _labels_by_beginning(distinctive: frozenset[str]) -> dict[str, list[str]]:
    """Invented words by their first letter, and by their first two letters swapped."""
    labels: dict[str, list[str]] = {}
    for label in sorted(distinctive):
        for beginning in (label[:1], label[1::-1]):
            labels.setdefault(beginning, []).append(label)
    return labels


@lru_cache(maxsize=4)
def _suffixes_by_label(popular: frozenset[str]) -> dict[str, tuple[str, ...]]:
    suffixes: dict[str, tuple[str, ...]] = {}
    for domain in sorted(popular):
        label, _, suffix = domain.partition(".")
        suffixes[label] = (*suffixes.get(label, ()), suffix)
    return suffixes


def repaired_address(text: str, lists: Lists) -> str | None:
    """The address that a text with broken syntax was meant to be; None unless one typing error explains it."""
    if len(text) > EMAIL_MAX_LENGTH:
        return None
    if not text.isascii() and (latin := typed_in_russian(text)).isascii():
        parts = split_address(latin)
        return latin if parts and parts[1] in lists.popular_domains else None
    pieces = [piece for piece in text.split("@") if piece]
    if len(pieces) == 2:
        return _with_one_sign(pieces[0].strip(_STRAY_PUNCTUATION), pieces[1].lower().strip(_STRAY_PUNCTUATION), lists)
    if len(pieces) == 1 and text.lower() not in lists.free_domains:
        for typed in _TYPED_FOR_AT.finditer(text):
            domain, local = text[typed.end() :].lower(), text[: typed.start()]
            if domain in lists.popular_domains and local.lower() not in _HOSTS and split_address(f"{local}@{domain}"):
                return f"{local}@{domain}"
    return None


def _with_one_sign(local: str, domain: str, lists: Lists) -> str | None:
    local = local.replace("..", ".")
    if "," in local and " " not in local:
        local = local.replace(",", ".")
    spaced = domain.replace(" ", ".")
    for candidate in (spaced if spaced in lists.popular_domains else domain, _with_missing_dot(domain, lists)):
        tidy = candidate.replace(",", ".").replace("..", ".").replace(" ", "")
        parts = split_address(f"{local}@{tidy}")
        if parts and "." in tidy and parts[1].rpartition(".")[2] in lists.top_level_domains:
            domain = intended_domain(parts[1], parts[2], lists) or parts[2]
            return f"{intended_local_part(parts[0], domain, lists)}@{domain}"
    return None


def _with_missing_dot(domain: str, lists: Lists) -> str:
    """``gmail.com`` for ``gmailcom`` and for ``gmail``; any other text as it is."""
    if domain in lists.distinctive_labels and "com" in _suffixes_by_label(lists.popular_domains).get(domain, ()):
        return f"{domain}.com"
    for generic in _GENERIC_TOP_LEVELS:
        dotted = f"{domain.removesuffix(generic)}.{generic}"
        if domain.endswith(generic) and dotted in lists.popular_domains:
            return dotted
    return domain
