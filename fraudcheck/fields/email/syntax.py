"""Can this text be a mail address, and which one?

email-validator checks the syntax. This file adds what it does not do: it removes what copying leaves around an
address, checks special-use domains as any other (``address`` tells them apart later), and keeps A-labels that IDNA
cannot decode.
"""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES, DOT_ATOM_TEXT, EMAIL_MAX_LENGTH

from fraudcheck.fields.normal_form import FULL_WIDTH

# Blanks and invisible characters that copying from chats and documents leaves around an address. Not CR or LF.
_SURROUNDING = (
    " \t\u00a0\u3000\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
# Full-width forms of the ASCII characters, the ideographic full stops, and the small form of @.
_TO_ASCII = FULL_WIDTH | dict.fromkeys((0x3002, 0xFF61), ord("."))
_TO_ASCII[0xFE6B] = ord("@")
_IN_ANGLES = re.compile(r"\A[^<>\r\n]*<([^<>]+)>")
# RFC 6531 section 3.3 lets quoted text be international, but not the character after a backslash.
_BAD_QUOTED_PAIR = re.compile(r"\\[^ -~]")
# What Japanese carriers gave out: dots wherever somebody liked them, between letters that every mailbox may have.
_DOTTED = re.compile(r"\A\.*+[\w+/?-][\w.+/?-]*\Z", re.ASCII)
# What email-validator leaves as it is, whatever it normalizes, decodes and refuses. Letters alone end a name, so that
# it is neither an IP address nor an A-label.
_PLAIN_HOST = re.compile(r"(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}+([a-z]{2,63})")
_LONGEST_PLAIN_HOST = 250
_CASELESS = frozenset(CASE_INSENSITIVE_MAILBOX_NAMES)
_SPECIAL_USE = frozenset(SPECIAL_USE_DOMAIN_NAMES)


def without_wrapping(email: str) -> str:
    """The text without what copying leaves around an address: blanks, invisible characters, ``mailto:``, ``Name <…>``.

    Full-width characters become ASCII.
    """
    text = email.strip(_SURROUNDING)
    if not text.isascii():
        text = text.translate(_TO_ASCII).strip(_SURROUNDING)
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    if text.endswith(">") and (inner := _IN_ANGLES.fullmatch(text)) and "@" in inner[1]:
        text = inner[1].strip(_SURROUNDING)
    return text


Address = tuple[str, str, str]
"""Normal local part, A-label domain and readable domain."""


def split_address(text: str, dotted: Set[str] = frozenset()) -> Address | None:
    """The parts of an address; None where the text is not one. In the domains ``dotted`` dots may stand anywhere."""
    local, _, typed = text.rpartition("@")
    # The limit is in octets; a text with more characters than that has more octets as well.
    if not local or not typed or len(text) > EMAIL_MAX_LENGTH:
        return None
    names = _host_name(typed.lower() if typed.isascii() else typed)
    if names is None:
        return None
    if DOT_ATOM_TEXT.match(local):  # email-validator's own first rule accepts such a local part as it is
        if local.lower() in _CASELESS:
            local = local.lower()
    elif names[0] in dotted and _DOTTED.match(local.strip('"')):
        local = local.strip('"')
    else:
        try:
            local = _normal_local_part(local)
        except ValueError:
            return None
    domain, shown = names
    if not text.isascii() and max(len(f"{local}@{name}".encode()) for name in names) > EMAIL_MAX_LENGTH:
        return None
    return local, domain, shown


def _normal_local_part(local: str) -> str:
    """The normal form of a quoted or international local part. Raises ValueError where it is broken."""
    if _BAD_QUOTED_PAIR.search(local):
        raise ValueError(local)
    validated = validate_email(f"{local}@example.com", check_deliverability=False, allow_quoted_local=True)
    return str(validated.local_part)


@lru_cache(maxsize=16384)
def _host_name(typed: str) -> tuple[str, str] | None:
    """A-label and readable form of a host name; None where the name is broken."""
    plain = _PLAIN_HOST.fullmatch(typed)
    if plain and plain[1] not in _SPECIAL_USE and len(typed) <= _LONGEST_PLAIN_HOST:
        return typed, typed
    # email-validator calls a special-use last label a syntax error. To have the other labels checked, ask with .com.
    head, dot, last = typed.rpartition(".")
    special = last.lower() if last.lower() in _SPECIAL_USE else None
    checked = f"{head}{dot}com" if special else typed
    try:
        validated = validate_email(f"a@{checked}", check_deliverability=False, globally_deliverable=False)
        domain, shown = str(validated.ascii_domain), str(validated.domain)
    except ValueError:
        # An A-label that IDNA cannot decode is still a host name, and the DNS knows whether it exists. So check the
        # other labels, with an ordinary prefix in the place of xn--.
        if "xn--" not in typed or not typed.isascii() or _host_name(typed.replace("xn--", "xn0-")) is None:
            return None
        domain = shown = typed
    if special:
        domain, shown = (name.removesuffix("com") + special for name in (domain, shown))
    # RFC 3696 section 2: no top-level domain is all digits, so a name cannot be taken for an IP address.
    return None if domain.rpartition(".")[2].isdigit() else (domain, shown)
