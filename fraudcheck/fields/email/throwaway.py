"""Does a domain that is on no list look like a throw-away mail provider's?

Two shapes: words that say what the domain is for (temp mail, ten-minute inbox), and random characters under
endings that cost nothing. Both err towards people: ``template.net``, ``temperley.org`` and ``xjtlu.cn`` are somebody's,
and spam and junk mail are what filters and printers of advertisements name themselves after.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_MAIL = r"(?:e-?)?(?:mails?|mailbox|mailer|inbox|mbox)"
_PASSING = (
    r"(?:te?mp|temporary|trash|throw-?away|disposable|burner|burn|fake|dump|garbage|discard|"
    r"temporal|temporaire|temporario|jetable|poubelle|desechable|descartavel|wegwerf|muell|gecici|tymczasowy|sementara)"
)
_MINUTES = r"\d{1,3}-?(?:min|mins|minute|minutes|minuten|hour|hours)-?"
# A word of passing counts at the start of the name or after a mark or a word that services put before it, so that
# contemporary-mail and attempt-mail are none.
_START = r"(?:^|[.\d-]|my|the|get|best|free|fast|easy|quick|one|go|super|new|online|real|instant|your|send|simple)"
_WORDS = re.compile(
    rf"{_START}{_PASSING}-?{_MAIL}|{_MAIL}-?{_PASSING}(?:$|[.\d-])|{_MINUTES}{_MAIL}|{_MAIL}-?{_MINUTES}$|throw-?away-?mail"
    r"|guerr?illa-?mail|(?<!con)(?<!at)temp-?mail|mailinator|yopmail|10minutemail"
)
# Endings that were given away (Freenom's), or sell for next to nothing in their first year.
_FREE_ENDINGS = frozenset(
    ["tk", "ml", "ga", "cf", "gq", "xyz", "top", "icu", "cyou", "sbs", "cfd", "buzz", "click", "pw"]
)
# Who works against such services names itself after them.
_ANTI = re.compile(
    r"(?:anti|no|stop|block)-?(?:fake|trash|te?mp|disposable)|filter|blocker|guard|shield|protect|detect|checker|verif"
)


_SCATTERED = re.compile(r"[a-z]\d+[a-z]")
_SURE = 6.0
"""Decibans that the label's spelling must speak against it."""

_REGISTERED = re.compile(r"[^.]+\.(?:(?:com?|net?|org?|gov|go|edu|ac|gob|ltd|in|web)\.)?[^.]+$")


def registered_domain(host: str) -> str:
    """The part of a host's name that somebody registered: ``mx.acme.co.uk`` is at ``acme.co.uk``.

    A rule of thumb, for looks only: the public suffix list takes 60 ms to load.
    """
    found = _REGISTERED.search(host)
    return found[0] if found else host


def throwaway_shape(domain: str, against: Callable[[str], float] = lambda label: 0.0) -> str | None:
    """``words`` or ``random`` for a domain as A-labels that looks throw-away, None for any other.

    ``against`` gives how many decibans the spelling of a label speaks against it (``Lists.against_mailbox``).
    """
    name, _, ending = domain.rpartition(".")
    if _WORDS.search(name) and not _ANTI.search(name):
        return "words"
    label = name.rpartition(".")[2]
    if ending not in _FREE_ENDINGS or len(label) < 7 or label.startswith("xn--") or not _SCATTERED.search(label):
        return None
    return "random" if against(label) >= _SURE else None
