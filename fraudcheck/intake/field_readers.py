"""How is one field read? One reader for each kind of value; each raises Unread with the reason."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from ipaddress import IPv6Address, ip_address
from typing import Any

import phonenumbers

from fraudcheck.records import parse_utc

CHANNELS = frozenset(
    ["seo", "ppc", "display", "email", "content", "social", "affiliate", "call", "chat", "offline", "other"]
)
_COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS) | {"AQ", "BV", "GS", "HM", "PN", "TF", "UM"}
_COUNTRY_HABITS = {"UK": "GB", "EL": "GR"}
_MOST = 1e9
"""No count of keys and no number of seconds on a page is larger; one that is was not measured."""
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
"""What ``ipaddress`` reads and writes alike, at a tenth of its cost."""


class Unread(ValueError):
    """A field's value cannot be read; the text says why and goes into ``warnings``."""


def read_text(value: Any) -> str | None:
    """Text with something in it; blank text says nothing."""
    text = read_text_or_empty(value)
    return text if text.strip() else None


def read_text_or_empty(value: Any) -> str:
    """Text that may be empty: an empty user agent is an observation."""
    if not isinstance(value, str):
        raise Unread("not text")
    return value.replace("\0", "�") if "\0" in value else value


def read_one_line(value: Any) -> str | None:
    """A name of ours, as a vendor's: one line, at most 200 characters."""
    text = read_text(value)
    if text is None:
        return None
    if len(text) > 200:
        raise Unread("longer than 200 characters")
    return " ".join(text.split())


def read_number(value: Any) -> float:
    """A number from 0 to a thousand million, also as text."""
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            raise Unread("not a number") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unread("not a number")
    if not 0 <= value <= _MOST:
        raise Unread("not a number of this world")
    return float(value)


def read_count(value: Any) -> int:
    """A whole number that is not below zero, also as text."""
    amount = read_number(value)
    if amount != int(amount):
        raise Unread("not a whole number")
    return int(amount)


def read_truth(value: Any) -> bool:
    """True or false, also as 1 and 0 or as text."""
    if isinstance(value, str):
        value = {"true": True, "1": True, "false": False, "0": False}.get(value.strip().lower())
    if value in (0, 1) and value is not None:
        return bool(value)
    raise Unread("neither true nor false")


def read_ip(value: Any) -> str | None:
    """An IP address in its shortest form; IPv4 that is mapped into IPv6 as IPv4."""
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
    """An ISO 3166-1 alpha-2 code in capitals."""
    text = read_text(value)
    if text is None:
        return None
    code = text.strip().upper()
    code = _COUNTRY_HABITS.get(code, code)
    if code not in _COUNTRIES:
        raise Unread("not an ISO 3166-1 alpha-2 country")
    return code


def read_channel(value: Any) -> str | None:
    """One of CHANNELS."""
    text = read_text(value)
    if text is None:
        return None
    channel = text.strip().lower()
    if channel not in CHANNELS:
        raise Unread(f"not one of {', '.join(sorted(CHANNELS))}")
    return channel


def read_amount(value: Any) -> str:
    """A decimal number from 0 to a thousand million, as it was written."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unread("not a decimal number")
    text = str(value).strip()
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise Unread("not a decimal number") from None
    if not amount.is_finite() or not 0 <= amount <= 10**9 or len(text) > 30:
        raise Unread("not a price")
    return text


def read_currency(value: Any) -> str | None:
    """Three letters in capitals, as ISO 4217 codes have."""
    text = read_text(value)
    if text is None:
        return None
    code = text.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise Unread("not an ISO 4217 code")
    return code


def read_moment(value: Any) -> str | None:
    """RFC 3339 in UTC; without an offset it is UTC already."""
    text = read_text(value)
    if text is None:
        return None
    try:
        return parse_utc(text.strip())
    except ValueError:
        raise Unread("not an RFC 3339 date and time") from None
