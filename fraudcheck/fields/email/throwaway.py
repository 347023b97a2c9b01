"""Does a domain that is on no list look like a throw-away mail provider's?

Two shapes count: words that say what the domain is for (temp mail, ten-minute inbox), and random characters under
top-level domains that cost nothing. In doubt a domain is taken for an ordinary one: ``template.net``, ``temperley.org``
and ``xjtlu.cn`` belong to real organisations. The words spam and junk do not count, because mail filters and printers
of advertisements use them in their names.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_MAIL = r"(?:e-?)?(?:mails?|mailbox|mailer|inbox|mbox)"
_SHORT_LIVED = (
    r"(?:te?mp|temporary|trash|throw-?away|disposable|burner|burn|fake|dump|garbage|discard|"
    r"temporal|temporaire|temporario|jetable|poubelle|desechable|descartavel|wegwerf|muell|gecici|tymczasowy|sementara)"
)
_MINUTES = r"\d{1,3}-?(?:min|mins|minute|minutes|minuten|hour|hours)-?"
# A word for short-lived counts only at the start of the name, after a mark, or after a word that such services put
# first. So contemporary-mail and attempt-mail do not match.
_START = r"(?:^|[.\d-]|my|the|get|best|free|fast|easy|quick|one|go|super|new|online|real|instant|your|send|simple)"
_WORDS = re.compile(
    rf"{_START}{_SHORT_LIVED}-?{_MAIL}|{_MAIL}-?{_SHORT_LIVED}(?:$|[.\d-])|{_MINUTES}{_MAIL}|{_MAIL}-?{_MINUTES}$|throw-?away-?mail"
    r"|guerr?illa-?mail|(?<!con)(?<!at)temp-?mail|mailinator|yopmail|10minutemail"
)
# Top-level domains that were given away (Freenom's), or cost next to nothing in their first year.
_FREE_TOP_LEVELS = frozenset(
    ["tk", "ml", "ga", "cf", "gq", "xyz", "top", "icu", "cyou", "sbs", "cfd", "buzz", "click", "pw"]
)
# Services that work against throw-away mail use its words in their own names.
_COUNTER_SERVICE = re.compile(
    r"(?:anti|no|stop|block)-?(?:fake|trash|te?mp|disposable)|filter|blocker|guard|shield|protect|detect|checker|verif"
)
# Digits between letters, as in x7k2q.
_SCATTERED_DIGITS = re.compile(r"[a-z]\d+[a-z]")
_SHORTEST_RANDOM = 7
_RANDOM_FROM = 6.0
"""Decibans against the label's spelling from which it counts as random."""

_REGISTERED = re.compile(r"(?<![^.])[^.]+\.(?:(?:com?|net?|org?|gov|go|edu|ac|gob|ltd|in|web)\.)?[^.]+$")


def registered_domain(host: str) -> str:
    """The part of a host name that somebody registered: ``acme.co.uk`` for ``mx.acme.co.uk``.

    A rule of thumb, good enough for judging a name's look: loading the public suffix list takes 60 ms.
    """
    match = _REGISTERED.search(host)
    return match[0] if match else host


def throwaway_shape(domain: str, against: Callable[[str], float] = lambda label: 0.0) -> str | None:
    """``words`` or ``random`` for a domain (A-labels) that looks throw-away, None for any other.

    ``against`` takes a label and gives the decibans that its spelling speaks against it (``Lists.against_mailbox``).
    """
    name, _, top_level = domain.rpartition(".")
    if _WORDS.search(name) and not _COUNTER_SERVICE.search(name):
        return "words"
    label = name.rpartition(".")[2]
    if top_level not in _FREE_TOP_LEVELS or len(label) < _SHORTEST_RANDOM or label.startswith("xn--"):
        return None
    if _SCATTERED_DIGITS.search(label) and against(label) >= _RANDOM_FROM:
        return "random"
    return None
