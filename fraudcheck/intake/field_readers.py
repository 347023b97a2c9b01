"""How is the value of one field read?

There is one reader for each kind of value. A reader takes any decoded JSON value, and gives None for one that says
nothing (blank text). All raise Unread, with the reason, for a value that they cannot read. Words that mean nothing
(``fields.empty_words``) never come to a reader, but for those within a honeypot of several parts.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from math import isfinite
from typing import Any

import phonenumbers

from fraudcheck.records import money_amount, parse_utc

CHANNELS = frozenset(
    ["seo", "ppc", "display", "email", "content", "social", "affiliate", "call", "chat", "offline", "other"]
)
_COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS) | {"AQ", "BV", "GS", "HM", "PN", "TF", "UM"}
_COUNTRY_ALIASES = {"UK": "GB", "EL": "GR"}
_LARGEST_NUMBER = 1e9
"""No real count of keys and no real time on a page in seconds is larger."""
_LARGEST_INTEGER, _LARGEST_FLOAT = 10**40, 2.0**53
"""No id is a larger number; and up to here a float has all its digits."""
_MOST_PARTS = 200
"""Values within a honeypot that are looked at."""
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
"""The IPv4 addresses that ``ipaddress`` reads and writes in the same form; ten times as fast."""


class Unread(ValueError):
    """A field's value cannot be read. The message says why, and goes into the verdict's ``warnings``."""


def read_text(value: Any) -> str | None:
    """Text as it is, a number as ``number_text`` writes it; None for blank text."""
    if not isinstance(value, str):
        return number_text(value)
    if "\0" in value:
        value = value.replace("\0", "�")
    return value if value.strip() else None


def read_text_or_empty(value: Any) -> str:
    """Text as it is, also when empty: a user agent that was sent empty is evidence. NULs become U+FFFD."""
    if not isinstance(value, str):
        return number_text(value)
    return value.replace("\0", "�") if "\0" in value else value


def read_words(value: Any) -> str | None:
    """As ``read_text``, for what is no number: a mail address."""
    if not isinstance(value, str):
        raise Unread("not text")
    return read_text(value)


def number_text(value: Any) -> str:
    """A number as a program sends it for a phone, a postal code or an id, as text: 84912840375.0 is ``84912840375``.

    Raises Unread for what is no number, and for one that is larger than any id.
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_INTEGER:
        return str(value)
    if isinstance(value, float) and isfinite(value):
        return str(int(value)) if value.is_integer() and abs(value) < _LARGEST_FLOAT else repr(value)
    raise Unread("not text")


def read_honeypot(value: Any) -> str | None:
    """What stands in a field that nobody sees, as text, whatever its type; None where nothing does.

    Backends send an untouched box as false, 0, or an empty list or object. Of what fills in several fields each text
    is a line, the first one once.
    """
    if not isinstance(value, list | dict):
        return _honeypot_text(value)
    parts, looked_at = [value], 0
    texts: dict[str, None] = {}
    while parts:
        part = parts.pop()
        looked_at += 1
        if looked_at > _MOST_PARTS:
            raise Unread("too many parts")
        if isinstance(part, list | dict):
            inner = part if isinstance(part, list) else list(part.values())
            parts += reversed(inner[: _MOST_PARTS + 1])
        elif text := _honeypot_text(part):
            texts[text] = None
    return "\n".join(texts) or None


def _honeypot_text(value: Any) -> str | None:
    if isinstance(value, str):
        return read_text(value)
    return str(value).lower() if value else None


def read_one_line(value: Any) -> str | None:
    """A name that the caller gives to something, such as a vendor, in one line."""
    text = read_text(value)
    return None if text is None else " ".join(text.split())


def read_number(value: Any) -> float:
    """A number from 0 to 1,000,000,000, also as text."""
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            raise Unread("not a number") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unread("not a number")
    if not 0 <= value <= _LARGEST_NUMBER:
        raise Unread("not a number of this world")
    return float(value)


def read_count(value: Any) -> int:
    """A whole number from 0 to 1,000,000,000, also as text."""
    number = read_number(value)
    if number != int(number):
        raise Unread("not a whole number")
    return int(number)


def read_truth(value: Any) -> bool:
    """True or false, also as 1 and 0 or as text."""
    if isinstance(value, str):
        value = {"true": True, "1": True, "false": False, "0": False}.get(value.strip().lower())
    if value in (0, 1) and value is not None:
        return bool(value)
    raise Unread("neither true nor false")


def read_ip(value: Any) -> str | None:
    """An IP address in its shortest form. An IPv4 address mapped into IPv6 becomes IPv4; a zone (%eth0) is dropped."""
    text = read_text(value)
    if text is None:
        return None
    if _IPV4.fullmatch(text):
        return text
    try:
        address = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        raise Unread("not an IP address") from None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def read_country(value: Any) -> str | None:
    """An ISO 3166-1 alpha-2 code, in capitals; UK is read as GB, and EL as GR."""
    text = read_text(value)
    if text is None:
        return None
    code = text.strip().upper()
    code = _COUNTRY_ALIASES.get(code, code)
    if code not in _COUNTRIES:
        raise Unread("not an ISO 3166-1 alpha-2 country")
    return code


def read_channel(value: Any) -> str | None:
    """One of CHANNELS, in lower case."""
    text = read_text(value)
    if text is None:
        return None
    channel = text.strip().lower()
    if channel not in CHANNELS:
        raise Unread(f"not one of {', '.join(sorted(CHANNELS))}")
    return channel


def read_amount(value: Any) -> str:
    """A decimal number from 0 to 1,000,000,000 in plain notation, with no sign or exponent: ``12.50``.

    It has at most 18 decimal places: what is written with an exponent may be short, and its digits be millions.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unread("not a decimal number")
    # Decimal() takes time for the digits alone, but an integer of thousands of digits is no text in Python.
    if not isinstance(value, str) and not 0 <= value <= _LARGEST_NUMBER:
        raise Unread("not a price")
    text = str(value).strip()
    amount = money_amount(text)
    if amount is None:
        raise Unread("not a price")
    return f"{abs(amount):f}"


def read_currency(value: Any) -> str | None:
    """Three letters, in capitals: the form of an ISO 4217 code. Whether there is such a currency is not checked."""
    text = read_text(value)
    if text is None:
        return None
    code = text.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise Unread("not an ISO 4217 code")
    return code


def read_moment(value: Any) -> str | None:
    """A date and time in RFC 3339, converted to UTC. One without an offset is taken as UTC."""
    text = read_text(value)
    if text is None:
        return None
    try:
        return parse_utc(text.strip())
    except ValueError:
        raise Unread("not an RFC 3339 date and time") from None
