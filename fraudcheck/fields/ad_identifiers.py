"""By what does an advertising platform know a person again? Ids of clicks and leads; mail and phone, hashed.

Each platform compares SHA-256 hashes, so a mailbox or number has to be written exactly as the platform writes it:

- Google (Data Manager, "Format user data"): no blanks, lower case; at gmail.com and googlemail.com no dots before the @
  and nothing from a plus sign on. Numbers in E.164, with the plus sign.
- Meta (Conversions API, "Customer information parameters"): no blanks, lower case. Numbers in digits alone, with the
  country's code and without leading zeros.
"""

from __future__ import annotations

import re
from hashlib import sha256

_E164 = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_CLICK_ID = re.compile(r"[0-9A-Za-z_.-]{10,512}", re.ASCII)
_META_LEAD_ID = re.compile(r"(?:l:)?([0-9]{15,17})", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_GMAIL = frozenset({"gmail.com", "googlemail.com"})


def hashed(text: str) -> str:
    """The SHA-256 of a text in UTF-8, as 64 hexadecimal digits in lower case."""
    return sha256(text.encode()).hexdigest()


def is_hash(text: str) -> bool:
    """Whether a text looks as ``hashed`` makes it."""
    return _HASH.fullmatch(text) is not None


def meta_email(email: str) -> str | None:
    """A mail address as Meta hashes it; None for what is none."""
    written = "".join(email.split()).lower()
    local, at, domain = written.rpartition("@")
    return written if at and local and domain else None


def google_email(email: str) -> str | None:
    """A mail address as Google hashes it; None for what is none."""
    written = meta_email(email)
    if written is None:
        return None
    local, _, domain = written.rpartition("@")
    if domain not in _GMAIL:
        return written
    local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if local else None


def google_phone(number: str) -> str | None:
    """A number in E.164 as Google hashes it; None for any other."""
    return number if _E164.fullmatch(number) else None


def meta_phone(number: str) -> str | None:
    """A number in E.164 as Meta hashes it; None for any other."""
    return number[1:] if _E164.fullmatch(number) else None


def click_id(text: str | None) -> str | None:
    """The id of a click; None where none was given or the text can be none (``null``, ``{gclid}``)."""
    return text if text is not None and _CLICK_ID.fullmatch(text) else None


def meta_lead_id(text: str | None) -> int | None:
    """The 15 to 17 digits by which Meta knows a lead, also with the prefix of its exports (``l:``); else None."""
    found = _META_LEAD_ID.fullmatch(text.strip()) if text is not None else None
    return int(found[1]) if found is not None and not found[1].startswith("0") else None
