"""How is the value of one field read?

There is one reader for each kind of value. A reader takes any decoded JSON value, and gives None for one that says
nothing (blank text). All raise Unread, with the reason, for a value that they cannot read. Words that mean nothing
(``fields.empty_words``) never come to a reader, but for those within a honeypot of several parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address
from math import isfinite
from types import MappingProxyType
from typing import Any

from fraudcheck.fields.amounts import WITHOUT_DECIMALS, currency_code, plain_number, read_price
from fraudcheck.fields.country_names import COUNTRIES, find_country
from fraudcheck.records import format_utc, money_amount, parse_utc

CHANNELS = frozenset(
    ["seo", "ppc", "display", "email", "content", "social", "affiliate", "call", "chat", "offline", "other"]
)
_LARGEST_NUMBER = 1e9
"""No real count of keys and no real time on a page in seconds is larger."""
_LARGEST_INTEGER, _LARGEST_FLOAT = 10**40, 2.0**53
"""No id is a larger number; and up to here a float has all its digits."""
_FEWEST_OF_ROUNDED, _ZEROS_OF_ROUNDED = 10, 5
"""Digits of a number, and zeros at its end, from which on a float is one that was rounded."""
_LONGEST_SIGNS = 200
"""Characters of a list of words that is written as a text."""
_MOST_PARTS = 200
"""Values within a honeypot that are looked at."""
_BYTES = frozenset(map(str, range(256)))
"""The numbers of an IPv4 address, as ``ipaddress`` reads and writes them in the same form."""


_YES = (
    "1 true yes y on ja oui si sí sì sim tak да так có evet ano áno igen kyllä ya はい 是 예 네 ใช่ نعم כן हाँ wahr"
    " vrai verdadero verdadeiro vero prawda waar истина doğru"
)
_NO = (
    "0 false no n off nein non não nao nie нет ні không hayır nej nei nee nem ei tidak いいえ 否 아니요 아니오 ไม่ใช่ لا"
    " לא नहीं falsch faux falso fałsz onwaar ложь yanlış"
)
_TRUTHS = dict.fromkeys(_YES.split(), True) | dict.fromkeys(_NO.split(), False)
_PLAIN_AMOUNT = re.compile(r"\d+(?:\.\d+)?")
_READ_AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,18})?")
"""Amounts as ``read_amount`` writes them, for which it need not ask Decimal."""
_EPOCH = re.compile(r"[12]\d{9}(?:\d{3})?(?:\.\d+)?")
"""Seconds since 1970 from 2001 on, or milliseconds: no date has ten digits."""
_MACRO = r"(?:\{\{[^{}]{1,80}\}\}|\$?\{[\w.:-]{1,80}\}|%%[\w.:-]{1,80}%%|__[A-Z0-9]++(?:_[A-Z0-9]++)*+__)"
_MACROS = re.compile(rf"{_MACRO}(?:\s?+(?:_(?!_[A-Z])|[-|+.,/:])?+\s?+{_MACRO})*+")
"""Nothing but macros that an advertising platform was to fill in: ``{{campaign.name}}``, ``{campaignid}``,
``__CAMPAIGN_NAME__``, ``%%SITE%%``. Nothing is tried twice."""
_OPENS_MACRO = frozenset(" \t\r\n{$%_")


class Unread(ValueError):
    """A field's value cannot be read. The message says why, and goes into the verdict's ``warnings``."""


def read_text(value: Any) -> str | None:
    """Text as it is, a number as ``number_text`` writes it; None for blank text."""
    if not isinstance(value, str):
        return number_text(value)
    if "\0" in value:
        value = value.replace("\0", "�")
    return value if is_visible(value) else None


def is_visible(text: str) -> bool:
    """Is there more than blanks and invisible characters? A byte order mark is what an empty cell may leave."""
    text = text.strip()
    return bool(text) and (text[0].isprintable() or any(char.isprintable() and not char.isspace() for char in text))


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
        if not value.is_integer() or abs(value) >= _LARGEST_FLOAT:
            return repr(value)
        digits = str(int(value))
        # 4.41e11 has lost its digits on the way through a spreadsheet, which the text of them would hide.
        is_rounded = len(digits) >= _FEWEST_OF_ROUNDED and digits.endswith("0" * _ZEROS_OF_ROUNDED)
        return f"{digits[0]}.{digits[1:].rstrip('0') or '0'}E+{len(digits) - 1}" if is_rounded else digits
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
    """A name that the caller gives to something, such as a vendor, in one line; None for a macro in its place."""
    text = read_text(value)
    if text is None or (text[0] in _OPENS_MACRO and _MACROS.fullmatch(text.strip())):
        return None
    return " ".join(text.split())


def read_number(value: Any) -> float:
    """A number from 0 to 1,000,000,000, also as text, with a comma before its decimals where that is certain."""
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            value = float(plain_number(value) or "nan")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unread("not a number")
    if not 0 <= value <= _LARGEST_NUMBER:
        raise Unread("not a number of this world")
    return float(value)


def read_count(value: Any) -> int:
    """A whole number from 0 to 1,000,000,000, also as text."""
    if type(value) is int and 0 <= value <= _LARGEST_NUMBER:
        return value
    number = read_number(value)
    if number != int(number):
        raise Unread("not a whole number")
    return int(number)


def read_truth(value: Any) -> bool:
    """True or false, also as 1 and 0 or as text: yes and no, and a spreadsheet's TRUE, in the common languages."""
    if isinstance(value, str):
        value = _TRUTHS.get(value.strip().casefold())
    if value in (0, 1) and value is not None:
        return bool(value)
    raise Unread("neither true nor false")


SIGNS = ("headless", "software_gpu", "window", "platform", "automation", "assistant")
"""What a form's script may say of the browser: it names itself headless, draws without a graphics card, has a window
larger than its screen, a platform that its name contradicts, an automation tool's marks, or an AI assistant's."""


def read_signs(value: Any) -> tuple[str, ...]:
    """The words of SIGNS in a list, or in a text with commas or blanks between; others are left out."""
    if isinstance(value, str):
        value = value[:_LONGEST_SIGNS].replace(",", " ").split()
    if not isinstance(value, list):
        raise Unread("not a list of words")
    return tuple([sign for sign in SIGNS if sign in value])


def read_ip(value: Any) -> str | None:
    """An IP address in its shortest form. An IPv4 address mapped into IPv6 becomes IPv4; a zone (%eth0) is dropped."""
    if isinstance(value, str):
        numbers = value.split(".", 4)
        if len(numbers) == 4 and _BYTES.issuperset(numbers):  # twenty times as fast as ip_address
            return value
    text = read_text(value)
    if text is None:
        return None
    try:
        text = text.strip().strip("[]").partition("%")[0]
        address = IPv6Address(text) if ":" in text else IPv4Address(text)
    except ValueError:
        raise Unread("not an IP address") from None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def read_country(value: Any, names: Mapping[str, str] = MappingProxyType({})) -> str | None:
    """An ISO 3166-1 alpha-2 code, in capitals, from such a code or from a name that ``names`` knows.

    ``names`` is ``Lists.country_names``; how codes and names may be written, says ``fields.country_names``.
    """
    text = read_text(value)
    if text is None:
        return None
    if text in COUNTRIES:
        return text
    code = find_country(text, names)
    if code is None:
        raise Unread("not an ISO 3166-1 alpha-2 country, nor the name of one country")
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
    if isinstance(value, str) and _READ_AMOUNT.fullmatch(value):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unread("not a decimal number")
    # Decimal() takes time for the digits alone, but an integer of thousands of digits is no text in Python.
    if not isinstance(value, str) and not 0 <= value <= _LARGEST_NUMBER:
        raise Unread("not a price")
    text = str(value).strip()
    amount = money_amount(text)
    if amount is None:
        raise Unread("not a price, or one with marks or a currency that may mean several")
    return f"{abs(amount):f}"


def split_price(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """A price whose amount was written for people (``24,50 €``), as a plain amount with its currency.

    Given back unchanged where the amount is plain already, and where it cannot be read for certain. Of ``12.500`` the
    contract says that it is 12 and a half; but in a currency without decimals it is thousands.
    """
    amount, currency = raw.get("amount"), raw.get("currency")
    if not isinstance(amount, str):
        return raw
    code = currency_code(currency) if isinstance(currency, str) else None
    if code not in WITHOUT_DECIMALS and _PLAIN_AMOUNT.fullmatch(amount):
        return raw
    if code is None and isinstance(currency, str) and currency.strip():
        return raw
    price = read_price(amount, code)
    if price is None:
        return raw
    return {**raw, "amount": price[0], "currency": currency if code else price[1]}


def read_currency(value: Any) -> str | None:
    """Three letters, in capitals: the form of an ISO 4217 code, also from a sign or name of one currency (``€``).

    Whether there is a currency of such a code is not checked.
    """
    text = read_text(value)
    if text is None:
        return None
    if code := currency_code(text):
        return code
    code = text.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise Unread("not an ISO 4217 code, nor the sign or name of one currency")
    return code


def read_moment(value: Any) -> str | None:
    """A date and time in RFC 3339, or in seconds or milliseconds since 1970, converted to UTC.

    One without an offset is taken as UTC.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    text = read_text(value)
    if text is None:
        return None
    try:
        if _EPOCH.fullmatch(text.strip()):
            count = float(text)
            return format_utc(datetime.fromtimestamp(count / 1000 if count >= 1e11 else count, UTC))
        return parse_utc(text.strip())
    except ValueError:
        raise Unread("not an RFC 3339 date and time") from None
