"""Which country is meant by what a person wrote: a code, a name in some language, a flag, or several of them?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS

from fraudcheck.fields.normal_form import normalize, simplify

COUNTRIES = frozenset(SUPPORTED_REGIONS) | {"AQ", "BV", "GS", "HM", "PN", "TF", "UM"}
"""The ISO 3166-1 alpha-2 codes, XK for Kosovo, and the islands that phonenumbers has beside them (AC, TA)."""
_CODE_ALIASES = {"UK": "GB", "EL": "GR"}

_ARTICLE = re.compile(r"\bthe\b")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_FLAG_TO_LETTERS = {0x1F1E6 + place: chr(ord("A") + place) for place in range(26)}
_CALLING_CODE = re.compile(r"\(?\+\s?(\d{1,3})\)?(?![\d-])")
_PARTS = re.compile(
    r"\s{0,9}[()\[\]（）|/;:–—•·=>,_]{1,9}\s{0,9}|\s{1,9}-{1,9}\s{1,9}|(?<=^[A-Za-z]{2})-{1,9}(?=[^-]{4})"
)
"""What stands between a country's name and its code: brackets, or a mark with blanks. ``Guinea-Bissau`` is one part."""


def name_key(name: str) -> str:
    """A name as it is looked up. One so short that only its accents tell it apart (``Mỹ``, ``Ý``) keeps them."""
    name = _ARTICLE.sub("", normalize("NFC", name).casefold())
    key = simplify(name)
    return key if len(key) > 3 or name.isascii() else "".join(filter(str.isalnum, name)) or key


def find_country(text: str, names: Mapping[str, str]) -> str | None:
    """The code of the one country that a text names; None where it names none, several, or something else as well.

    ``names`` gives the code by ``name_key``. A code or name may stand beside another one of the same country:
    ``Germany (DE)``, ``DE - Germany``, ``Vietnam / Việt Nam``, ``Vietnam (+84)``.
    """
    text = _FLAG.sub(lambda flag: f" / {flag[0].translate(_FLAG_TO_LETTERS)} / ", text).strip(" \t\r\n/")
    if found := _one_country(text, names):
        return found
    calling_codes = _CALLING_CODE.findall(text)
    found_by_code = {_of_calling_code(code) for code in calling_codes}
    text = _CALLING_CODE.sub("/", text)
    parts = [part for part in _PARTS.split(text) if part]
    found_by_name = {_one_country(part, names) for part in parts}
    if not parts and len(found_by_code) == 1:
        return found_by_code.pop()
    return found_by_name.pop() if len(found_by_name) == 1 and not found_by_code - found_by_name - {None} else None


def _one_country(text: str, names: Mapping[str, str]) -> str | None:
    key = name_key(text)
    code = key.upper() if len(key) == 2 else ""
    code = _CODE_ALIASES.get(code, code)
    return code if code in COUNTRIES else names.get(key)


def _of_calling_code(code: str) -> str | None:
    """The one country that has a calling code; None for those that several share."""
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code), ())
    return regions[0] if len(regions) == 1 and regions[0] in COUNTRIES else None
