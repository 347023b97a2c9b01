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
from collections.abc import Iterator
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES, DOT_ATOM_TEXT, EMAIL_MAX_LENGTH
from rapidfuzz.distance import OSA

from fraudcheck.ports import Lists
from fraudcheck.records import Mailbox

# Blanks, and the marks that copying from chats and documents leaves around an address. Not CR or LF.
_AROUND = (
    " \t\u00a0\u3000\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys((0x3002, 0xFF61), ord("."))
_TO_ASCII[0xFE6B] = ord("@")
_IN_ANGLES = re.compile(r"[^<>\r\n]*<([^<>]+)>")
# RFC 6531 section 3.3 lets quoted text be international, but not the character after a backslash.
_LETTERS = re.compile(r"[^\W\d_]+")
_RUNS = re.compile(r"[^\W\d_]+|\d+|.", re.DOTALL)
_LONGEST = 64
"""Characters before the @ (RFC 5321 section 4.5.3.1.1)."""
_BAD_QUOTED_PAIR = re.compile(r"\\[^ -~]")
_CASELESS = frozenset(CASE_INSENSITIVE_MAILBOX_NAMES)
_SPECIAL_USE = frozenset(SPECIAL_USE_DOMAIN_NAMES)


def read(email: str, lists: Lists) -> Mailbox:
    """The mailbox that a typed text names; never raises, whatever the text."""
    text = _as_typed(email)
    parts = _split(text)
    if parts is None:
        return Mailbox(problem="syntax", suggestion=_repaired(text, lists))
    local, domain, shown = parts
    reserved = any(name in lists.reserved_domains for name in names_of(domain))
    if "." not in domain and not reserved and not (len(domain) == 2 and domain in lists.top_level_domains):
        return Mailbox(problem="syntax", suggestion=_repaired(text, lists))
    meant = None if reserved else _meant_domain(domain, lists)
    return Mailbox(
        problem="reserved" if reserved else None,
        local=local,
        domain=domain,
        normalized=f"{local}@{shown}",
        canonical=_canonical(local, domain, lists),
        suggestion=f"{local}@{meant}" if meant else None,
    )


def listed(domain: str, lists: Lists) -> tuple[str, str] | None:
    """``relay`` or ``disposable`` with the longest listed name that the domain is or lies under.

    An allowed name or a free provider's ends the search, whatever lists say above it.
    """
    for name in names_of(domain):
        if name in lists.relay_domains:
            return "relay", name
        if name in lists.allowed_domains:
            return None
        if name in lists.disposable_domains:
            return "disposable", name
        if name in lists.free_domains:
            return None
    return None


def names_of(domain: str) -> Iterator[str]:
    """A domain and each of its parents, the longest first: ``a.b.c``, ``b.c``, ``c``."""
    while domain:
        yield domain
        domain = domain.partition(".")[2]


def pattern(mailbox: Mailbox, lists: Lists) -> str | None:
    r"""The pattern that a mailbox is made by, as ``[a-z]+.[a-z]+\d{2}@free``; None where it has no name.

    A name of one run of letters keeps their number, as random names do; runs beside each other are first and last
    names, of any length. ``@free`` is any provider where anyone may have a mailbox, ``@own`` any other domain.
    """
    if not mailbox.local:
        return None
    local = mailbox.local.partition("+")[0]
    several = len(_LETTERS.findall(local)) > 1
    parts = []
    for run in _RUNS.findall(local[:_LONGEST]):
        if run[0].isdigit():
            parts.append(rf"\d{{{len(run)}}}")
        elif run[0].isalpha():
            parts.append("[a-z]+" if several else f"[a-z]{{{len(run)}}}")
        else:
            parts.append(run if run in {".", "_", "-"} else "?")
    free = mailbox.domain in lists.popular_domains or mailbox.domain in lists.free_domains
    return "".join(parts) + ("@free" if free else "@own")


def _as_typed(email: str) -> str:
    text = email.strip(_AROUND)
    if not text.isascii():
        text = text.translate(_TO_ASCII).strip(_AROUND)
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    if text.endswith(">") and (inner := _IN_ANGLES.fullmatch(text)):
        text = inner[1].strip(_AROUND)
    return text


def _split(text: str) -> tuple[str, str, str] | None:
    """Local part, A-label domain and readable domain of an address; None where it is none."""
    local, _, typed = text.rpartition("@")
    # Past the limit in characters it is past it in octets.
    if not local or not typed or len(text) > EMAIL_MAX_LENGTH:
        return None
    names = _domain(typed.lower() if typed.isascii() else typed)
    if names is None:
        return None
    if DOT_ATOM_TEXT.match(local):  # the validator's own first rule: such a local part is good as it is
        if local.lower() in _CASELESS:
            local = local.lower()
    else:
        try:
            local = _local(local)
        except ValueError:
            return None
    domain, shown = names
    if not text.isascii() and max(len(f"{local}@{name}".encode()) for name in names) > EMAIL_MAX_LENGTH:
        return None
    return local, domain, shown


def _local(local: str) -> str:
    """The normal form of a quoted or international local part. Raises ValueError where it is broken."""
    if _BAD_QUOTED_PAIR.search(local):
        raise ValueError(local)
    found = validate_email(f"{local}@example.com", check_deliverability=False, allow_quoted_local=True)
    return str(found.local_part)


@lru_cache(maxsize=16384)
def _domain(typed: str) -> tuple[str, str] | None:
    """A-label and readable form of a host name; None where the name is broken."""
    # The validator calls special-use names a syntax error; to hear about the rest, ask it about .com.
    head, dot, last = typed.rpartition(".")
    special = last.lower() if last.lower() in _SPECIAL_USE else None
    asked = f"{head}{dot}com" if special else typed
    try:
        found = validate_email(f"a@{asked}", check_deliverability=False, globally_deliverable=False)
        domain, shown = str(found.ascii_domain), str(found.domain)
    except ValueError:
        # An A-label that IDNA cannot decode is a host name all the same: the DNS knows whether it exists.
        if "xn--" not in typed or not typed.isascii() or _domain(typed.replace("xn--", "xn0-")) is None:
            return None
        domain = shown = typed
    if special:
        domain, shown = (name.removesuffix("com") + special for name in (domain, shown))
    # RFC 3696 section 2: no top-level domain is all digits, so that addresses and names are told apart.
    return None if domain.rpartition(".")[2].isdigit() else (domain, shown)


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


# From here on: what was meant?

# Real country codes that are a slip for com behind a provider's invented word (gmail.co, gmail.cm).
_COM_SLIPS = frozenset(("co", "cm", "om"))
_GENERIC = ("com", "net", "org")
_SECOND_LEVELS = frozenset(["com", "co", "net", "ne", "org", "or", "gov", "edu", "ac"])
_AT_SLIPS = re.compile(r"[.,;# 2]")  # what is typed for @; 2 is its key without Shift
_JUNK = " \t\r\n#,;:'\"<>()[]!*/\\."


def _meant_domain(domain: str, lists: Lists) -> str | None:
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


def _repaired(text: str, lists: Lists) -> str | None:
    """The address that a broken text was meant to be, where one slip explains it."""
    if len(text) > EMAIL_MAX_LENGTH:
        return None
    pieces = [piece for piece in text.split("@") if piece]
    if len(pieces) == 2:
        local, domain = pieces[0].strip(_JUNK), pieces[1].lower().strip(_JUNK)
        for ending in (domain, _undotted(domain, lists)):
            tidy = ending.replace(",", ".").replace("..", ".").replace(" ", "")
            parts = _split(f"{local}@{tidy}")
            if parts and "." in tidy and parts[1].rpartition(".")[2] in lists.top_level_domains:
                return f"{parts[0]}@{parts[2]}"
    elif len(pieces) == 1:
        for slip in _AT_SLIPS.finditer(text):
            domain = text[slip.end() :].lower()
            if domain in lists.popular_domains and (parts := _split(f"{text[: slip.start()]}@{domain}")):
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
