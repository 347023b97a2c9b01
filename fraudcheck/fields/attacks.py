"""Does a text attack a web application, as vulnerability scanners do, or does a person write prose or speak of code?

Words of SQL, of scripts and of shells are words of other languages too ("our union select committee"), and people who
look for a developer write about code. So what is looked for is the syntax of attacks (``attack_shapes``), and how much
prose stands around it. Everything runs in linear time, and nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import unquote

from fraudcheck.fields.attack_shapes import CERTAIN, CODE, Rules, compiled

_FEW_WORDS = 5
"""Ordinary words beside pasted code from which on a person explains it."""
_TALK = 8
"""Ordinary words beside an attack from which on, with a word for attacks among them, a person speaks about it."""
_SPEAKS_OF_ATTACKS = re.compile(
    r"vulnerab|injection|injekt|inyecci|injeção|iniezione|инъекц|уязвим|注入|漏洞|インジェクション|취약|ثغر"
    r"|bảo mật|lỗ hổng|pentest|penetration test"
    r"|sicherheitsl|sécurité|seguridad|segurança|güvenlik|podatno|безопасн|sanitiz|\bwaf\b|\bxss\b"
    r"|security (?:audit|review|issue|hole|scan)"
)

_ENCODED = re.compile(r"%[0-9a-f]{2}|&(?:#x?[0-9a-f]{2,5};|lt;|gt;|quot;|apos;)|\\u00[0-9a-f]{2}|\\x[0-9a-f]{2}")
_ESCAPED = re.compile(r"\\(?:u00|x)([0-9a-f]{2})")
_COMMENT_AS_BLANK = re.compile(r"/\*[^*/!]{0,40}\*/")
# A set of characters alone is looked for ten times as fast as one beside words.
_SIGNS = re.compile(r"[<{$'\";(#|&`=/\\@*]")
_MARKS = re.compile(r"--|%[0-9a-f]{2}|union|waitfor|javascript|script:|169\.254|localhost|127\.0")
_WORD = re.compile(r"(?<!\S)[(\"'«“„¿¡]?[^\W\d_][^\W\d_’'-]{0,40}[.,;:!?)\"'»”…]{0,2}(?!\S)")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def attack_in(text: str) -> str | None:
    """The kind of attack in the lower-case text of one field (``sql``, ``script``, ``command``, …); None for none."""
    if not _is_marked(text):
        return None
    text = _decoded(text)
    if found := _first(CERTAIN, text):
        kind, start, end = found
        words = _ordinary_words(text[:start], text[end:])
        return None if words >= _TALK and _SPEAKS_OF_ATTACKS.search(text) else kind
    if found := _first(CODE, text):
        kind, start, end = found
        return kind if _ordinary_words(text[:start], text[end:]) < _FEW_WORDS else None
    return None


def _is_marked(text: str) -> bool:
    """Is there anything in lower-case text without which it holds no attack?"""
    return _SIGNS.search(text) is not None or _MARKS.search(text) is not None


def _first(rules: Rules, text: str) -> tuple[str, int, int] | None:
    """The kind of the first rule that holds, with the place of what it matched."""
    for kind, hints, pattern in rules:
        if _is_hinted(hints, text) and (match := compiled(pattern).search(text)):
            return kind, match.start(), match.end()
    return None


def _is_hinted(hints: tuple[tuple[str, ...], ...], text: str) -> bool:
    for hint in hints:
        for part in hint:
            if part not in text:
                break
        else:
            return True
    return False


def _decoded(text: str) -> str:
    """The text as an application would read it: percent signs, entities and escapes decoded, SQL's comments blanks."""
    for _ in range(2):
        if not _ENCODED.search(text):
            break
        text = text.replace("%c0%af", "/")  # overlong UTF-8
        text = unescape(unquote(_ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text), errors="replace")).lower()
    if "+" in text and not any(map(str.isspace, text)):
        text = text.replace("+", " ")
    if "/*" in text:
        text = _COMMENT_AS_BLANK.sub(" ", text)
    return text


def _ordinary_words(*parts: str) -> int:
    """Words as prose has them: letters between blanks. Two characters of a script without blanks make one."""
    return sum(len(_WORD.findall(part)) + len(_UNSPACED.findall(part)) // 2 for part in parts)


def first_attack(texts: Sequence[str]) -> str | None:
    """The first attack in the lower-case texts of a lead's fields."""
    if not _is_marked("\n".join(texts)):
        return None
    return next((kind for text in texts if (kind := attack_in(text))), None)
