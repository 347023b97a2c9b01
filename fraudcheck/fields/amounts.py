"""Which number, and which currency, did a person write?

A comma or a point parts decimals in one country and thousands in another. What is read here is certain; of ``1,234``
nobody knows, unless the currency has no decimals or the file shows its mark elsewhere.
"""

from __future__ import annotations

import re
from typing import Literal

from fraudcheck.fields.normal_form import plain_digits

Mark = Literal[".", ","]

_PARTED = re.compile(r"\d{1,3}(?:[\s'’´`]\d{3}){1,6}(?:[.,]\d{1,18})?")
_BLANKS = re.compile(r"[\s'’´`]")
"""What parts thousands and nothing else: a blank of any width, or an apostrophe."""
_MARKED = re.compile(r"\d{1,30}(?:[.,]\d{1,30})+|[.,]\d{1,30}")
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_AMBIGUOUS_WITHIN = re.compile(rf"(?<![\d.,'’])(?<!\d\s){_AMBIGUOUS.pattern}(?![\d.,])")
_GROUPED = re.compile(r"\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3}){0,6}(?:(?!(?P=mark))[.,]\d{1,18})?")
_INDIAN = re.compile(r"\d{1,2}(?:,\d\d){1,6},\d{3}(?:\.\d{1,18})?")
_ARABIC_MARKS = str.maketrans({"٫": ".", "٬": "'"})
_AMOUNT = re.compile(
    r"(?P<before>[^\d+\-]{0,24}?)\s{0,2}(?P<number>\d[\d.,\s'’´`٫٬]{0,60}?|[.,]\d{1,30})\s{0,2}(?P<after>[^\d]{0,60})"
)
_LONGEST = 60

_TENDER = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF"
    " CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL"
    " HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD"
    " MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN"
    " PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD"
    " TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
_CODES = frozenset(_TENDER.split())
"""The codes of ISO 4217 that are legal tender (Unicode CLDR 48, supplemental data), and two that were until lately."""
_PRICED_IN_WHOLE_UNITS = (
    "BIF CLP COP DJF GNF HUF IDR IRR ISK JPY KHR KMF KRW LAK LBP MGA MMK MNT PYG RWF SYP TZS UGX UZS VND VUV XAF"
    " XOF XPF"
)
WITHOUT_DECIMALS = frozenset(_PRICED_IN_WHOLE_UNITS.split())
"""Currencies whose prices have no decimals, by ISO 4217 or by usage: three digits behind a mark are thousands."""
_SIGNS_OF = {
    "EUR": "€|euro|euros|eur.|euró|евро|євро|ευρώ|يورو|欧元|歐元|ユーロ",
    "USD": "us$|usd$|$us|u.s.$|us dollar|us dollars|u.s. dollars",
    "GBP": "£|gb£|pound sterling|pounds sterling",
    "VND": "₫|đ|vnđ|đồng|dong|đ.",
    "INR": "₹|indian rupee|indian rupees",
    "PLN": "zł|zl|zł.|pln.|złoty|złotych|zloty",
    "THB": "฿|baht|บาท",
    "TRY": "₺|tl|türk lirası",
    "RUB": "₽",
    "UAH": "₴|грн|грн.",
    "KRW": "₩|원|krw원",
    "JPY": "円|yen|jp¥|日本円",
    "CNY": "cn¥|rmb|人民币|人民幣|yuan",
    "ILS": '₪|ש״ח|ש"ח',
    "BRL": "r$|reais|real brasileiro",
    "AUD": "a$|au$|aud$",
    "CAD": "c$|ca$|cad$",
    "NZD": "nz$",
    "HKD": "hk$",
    "SGD": "s$|sg$",
    "TWD": "nt$|新台幣",
    "MXN": "mx$|mex$",
    "CZK": "kč|kčs",
    "HUF": "ft|ft.|forint",
    "BGN": "лв|лв.",
    "CHF": "fr.|sfr|sfr.|swiss francs|franken|schweizer franken",
    "IDR": "rp|rp.|rupiah",
    "MYR": "rm|ringgit",
    "PEN": "s/|s/.",
    "AED": "د.إ|dhs|dhs.|درهم إماراتي",
    "SAR": "ر.س|ر.س.|ريال سعودي|﷼ saudi",
    "EGP": "ج.م|e£|جنيه مصري",
    "PHP": "₱",
    "NGN": "₦",
    "KZT": "₸",
    "CRC": "₡",
    "PYG": "₲",
    "GHS": "₵|gh₵",
    "GEL": "₾",
    "AZN": "₼",
    "MNT": "₮",
    "LAK": "₭",
    "KHR": "៛",
    "BDT": "৳",
    "AMD": "֏",
}
"""Signs and names of one currency."""
_SIGNS = {sign: code for code, signs in _SIGNS_OF.items() for sign in signs.split("|")}
_DOLLAR_COUNTRIES = (
    "ARS AUD BBD BMD BND BRL BSD BZD CAD CLP COP CUP CVE DOP FJD GYD HKD JMD KYD LRD MXN NAD NIO NZD SBD SGD SRD"
    " TTD TWD USD UYU XCD"
)
_DOLLARS = frozenset(_DOLLAR_COUNTRIES.split())
_KRONER = frozenset(["DKK", "ISK", "NOK", "SEK"])
_RUPEES = frozenset(["INR", "LKR", "MUR", "NPR", "PKR", "SCR"])
_OF_SEVERAL: dict[str, frozenset[str]] = {
    **dict.fromkeys(["$", "dollar", "dollars", "peso", "pesos"], _DOLLARS | {"PHP"}),
    **dict.fromkeys(["¥", "￥", "元"], frozenset(["CNY", "JPY", "TWD", "HKD"])),
    **dict.fromkeys(["kr", "kr.", ":-"], _KRONER),
    **dict.fromkeys(["rs", "rs.", "₨"], _RUPEES),
    **dict.fromkeys(["lei", "leu"], frozenset(["RON", "MDL"])),
    **dict.fromkeys(["руб", "руб.", "р."], frozenset(["RUB", "BYN"])),
    **dict.fromkeys(["fcfa", "cfa", "f cfa"], frozenset(["XAF", "XOF"])),
}
"""Signs and names that are those of several currencies: which one is meant has to be told elsewhere."""


def currency_code(text: str) -> str | None:
    """The ISO 4217 code of a currency that a text names by its sign or name; None where several may be meant."""
    if text in _CODES:
        return text
    word = text.strip(" ()[]").casefold()
    return _SIGNS.get(word) or (word.upper() if word.upper() in _CODES else None)


def plain_number(text: str) -> str | None:
    """A number in plain notation (``1234.50``); None for what is none, and where its marks are not certain."""
    text = _without_blanks(plain_digits(text).translate(_ARABIC_MARKS).strip())
    if text.isdecimal():
        return text
    if not _MARKED.fullmatch(text):
        return None
    if _AMBIGUOUS.fullmatch(text):
        return None
    decimal = decimal_mark(text)
    if len(re.findall("[.,]", text)) > 1 and not (_GROUPED.fullmatch(text) or _INDIAN.fullmatch(text)):
        return None
    if decimal is None:  # several groups of thousands
        return re.sub("[.,]", "", text)
    whole, _, places = text.rpartition(decimal)
    return f"{re.sub('[.,]', '', whole) or '0'}.{places}"


def _without_blanks(number: str) -> str:
    """The number without the blanks that part its thousands."""
    return _BLANKS.sub("", number) if _PARTED.fullmatch(number) else number


def decimal_mark(text: str) -> Mark | None:
    """The mark of the decimals that a number shows for certain, also by the thousands that it parts with the other."""
    marks = re.findall("[.,]", text)
    if not marks or _AMBIGUOUS.fullmatch(text):
        return None
    last: Mark = "." if marks[-1] == "." else ","
    return last if marks.count(last) == 1 else None


def shown_mark(text: str) -> Mark | None:
    """The mark of the decimals that an amount's text shows, with or without a currency."""
    found = _AMOUNT.fullmatch(plain_digits(text)) if len(text) <= _LONGEST else None
    if found is None:
        return None
    number = _without_blanks(found["number"].translate(_ARABIC_MARKS))
    if mark := decimal_mark(number):
        return mark
    if _GROUPED.fullmatch(number) and not _AMBIGUOUS.fullmatch(number):  # 1.234.567
        return "," if "." in number else "."
    return None


def settle_marks(text: str, mark: Mark | None) -> str:
    """The text of a number of which nobody knew what its mark parts, by the mark of the decimals in its column.

    Where the column does not show it either, a point is no more certain than a comma, and becomes one: of ``12,500``
    the readers know that it tells nothing.
    """

    def settle(number: re.Match[str]) -> str:
        if mark is None:
            return number[0].replace(".", ",")
        return number[0].replace(",", ".") if mark in number[0] else re.sub("[.,]", "", number[0])

    return _AMBIGUOUS_WITHIN.sub(settle, text)


def names_currency(cell: object) -> bool:
    """Whether a price's cell says its currency itself, as in ``24,50 €``."""
    price = read_price(cell, None) if isinstance(cell, str) else None
    return price is not None and price[1] is not None


def read_price(text: str, currency: str | None) -> tuple[str, str | None] | None:
    """The amount in plain notation, and its currency, from an amount's text with or without its currency.

    ``currency`` is what is given elsewhere. None for what is no price, where the marks are not certain, and where the
    text names another currency.
    """
    if len(text) > _LONGEST:
        return None
    found = _AMOUNT.fullmatch(plain_digits(text).strip())
    if found is None:
        return None
    words = [found["before"].strip().casefold(), found["after"].strip().casefold()]
    of_several = [_OF_SEVERAL[word] for word in words if word in _OF_SEVERAL]
    named = {currency_code(word) for word in words if word and word not in _OF_SEVERAL}
    told = currency or next(iter(named), None)
    if None in named or not named <= {told} or (told and not all(told in several for several in of_several)):
        return None
    number = found["number"]
    if told in WITHOUT_DECIMALS and _AMBIGUOUS.fullmatch(number):
        return re.sub("[.,]", "", number), told
    amount = plain_number(number)
    return None if amount is None else (amount, told)
