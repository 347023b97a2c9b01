"""Which letters did a person mean whose input method or keyboard made others of them?

Only what is certain is answered. A vowel with the accents of Vietnamese or Czech is that vowel in a mailbox's name;
``ö`` is ``oe`` for a German and ``o`` for a Finn, so that it is answered only beside letters that tell.
"""

from __future__ import annotations

import unicodedata

from email_validator.rfc_constants import DOT_ATOM_TEXT

from fraudcheck.fields.normal_form import normalize, plain_digits

_PLAIN = str.maketrans("đĐłŁıİ", "dDlLiI")
_UNSURE = frozenset("äöüåøæœßðþ")
_TURKISH_OR_HUNGARIAN = frozenset("ğşıőű")
"""Beside these ``ö`` and ``ü`` are ``o`` and ``u``."""
_CROATIAN = frozenset("čćšž")
"""Beside these ``đ`` is ``d`` or ``dj``."""
# Cyrillic and Greek letters that look as Latin ones do.
_ALIKE = str.maketrans("асеорхуіѕјһԁАВСЕНКМОРТХІЅЈοΟ", "aceopxyisjhdABCEHKMOPTXISJoO")
# The same keys with the Russian and with the Latin layout. Shift and 2 are " and @.
_RUSSIAN = str.maketrans(
    "йцукенгшщзхъфывапролджэячсмитьбю" + "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ" + '"іїєІЇЄ',
    "qwertyuiop[]asdfghjkl;'zxcvbnm,." + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>' + "@s]'S}\"",
)


def plain_letters(text: str) -> str | None:
    """The text in ASCII, where it is certain which letters were meant; None elsewhere. ASCII stays as it is."""
    if text.isascii():
        return text
    small = frozenset(normalize("NFC", text).lower())
    if small & _UNSURE - (frozenset("öü") if small & _TURKISH_OR_HUNGARIAN else frozenset()):
        return None
    if "đ" in small and small & _CROATIAN:
        return None
    if any(char.isascii() and char.isalpha() for char in text):
        text = text.translate(_ALIKE)
    decomposed = normalize("NFKD", text.translate(_PLAIN))
    plain = plain_digits("".join([char for char in decomposed if not unicodedata.combining(char)]))
    return plain if DOT_ATOM_TEXT.match(plain) else None


def typed_in_russian(text: str) -> str:
    """The text that the same keys give with the Latin layout."""
    return text.translate(_RUSSIAN)
