"""How many throw-away domains are recognised without the list that names them, and how many genuine ones are called so?

For each list, its domains are judged with the other lists and by their shape. The genuine domains that no list here was
made from are the home pages of Debian's packages: projects, small companies and people of many countries. They are read
from apt's index, where there is one.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from typing import Any, cast

from disposable_email_domains import blocklist
from publicsuffixlist import PublicSuffixList

from fraudcheck.adapters.lists import shipped, throwaway_domains
from fraudcheck.adapters.lists.sources import THROWAWAY_PACKAGE
from fraudcheck.fields.email.domains import listed_domain
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Lead, Mailbox, Subject
from fraudcheck.signals import email

_MOST = 4000
_CODES = {"EMAIL_DISPOSABLE", "EMAIL_DOMAIN_LOOKS_THROWAWAY"}


def report() -> Iterator[str]:
    """The shares of domains with at least 1, 5 and 10 points against, and the genuine domains with the most points.

    Universities, companies and free providers were removed from the lists, so their rows show only that none was
    missed. How often the lists are wrong is shown by ``genuine in it`` and by the home pages of packages. ``largest
    alone`` is the share that the best other list names. ``genuine in it`` is how many universities and companies a list
    named before these were removed.
    """
    named = _by_list()
    head = f"{'domains':>8} {'<= -1':>7} {'<= -5':>7} {'<= -10':>7}"
    yield f"{'throw-away, their list held out':36} {head} {'largest alone':>14} {'genuine in it':>14}"
    wrong = {
        about["name"]: about.get("called_wrongly", "?") for about in throwaway_domains.throwaway_manifest()["throwaway"]
    }
    missed = []
    for name, domains in named.items():
        others = shipped.load_lists({name: ("held out", frozenset())})
        judged = [(_points(domain, others), domain) for domain in _drawn(domains)]
        missed += [f"{name}: {domain}" for points, domain in judged if not points]
        alone = max(len(domains & rest) / len(domains) for other, rest in named.items() if other != name)
        yield f"{_row(name, len(domains), judged)} {alone:14.3f} {wrong[name]:>14}"
    loaded = shipped.load_lists()
    yield ""
    yield f"{'genuine':36} {head}"
    worst = []
    for kind, domains in _genuine(loaded).items():
        judged = [(_points(domain, loaded), domain) for domain in domains]
        worst += [(points, kind, domain) for points, domain in judged if points < 0]
        yield _row(kind, len(domains), judged)
    yield ""
    yield f"genuine domains with points against, {len(worst)}"
    yield from (f"  {points:+.1f} {kind}: {domain}" for points, kind, domain in sorted(worst)[:20])
    yield ""
    yield f"throw-away domains that nothing else names, 20 of {len(missed)} drawn"
    yield from (f"  {row}" for row in random.Random(1).sample(missed, min(20, len(missed))))  # noqa: S311


def _by_list() -> dict[str, set[str]]:
    names = [about["name"] for about in throwaway_domains.throwaway_manifest()["throwaway"]]
    named: dict[str, set[str]] = {name: set() for name in names}
    named[THROWAWAY_PACKAGE] |= set(blocklist)
    for mask, domains in throwaway_domains.sections("domains.txt.gz").items():
        for bit, name in enumerate(names[1:]):
            if int(mask) >> bit & 1:
                named[name].update(domains)
    return named


def _genuine(loaded: Lists) -> dict[str, Iterable[str]]:
    kinds: dict[str, Iterable[str]] = dict(throwaway_domains.sections("never.txt.gz"))
    kinds["large providers"] = sorted(loaded.popular_domains)
    kinds["relays"] = sorted(loaded.relay_domains)
    if shutil.which("apt-cache"):
        command = ["apt-cache", "dumpavail"]
        index = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        registrable = cast(Any, PublicSuffixList)().privatesuffix
        homes = {registrable(host.lower()) for host in re.findall(r"^Homepage: https?://([A-Za-z0-9.-]+)", index, re.M)}
        kinds["homes of Debian's packages"] = sorted(homes - {None})
    return kinds


def _points(domain: str, known: Lists) -> float:
    lead = Lead(email=f"an.nguyen@{domain}")
    mailbox = Mailbox(local="an.nguyen", domain=domain, listed=listed_domain(domain, known))
    subject = Subject(tenant="default", lead=lead, mailbox=mailbox)
    ports = Ports(lists=known, mail_routes=None, counters=None)  # type: ignore[arg-type]
    found = email.judge(lead, email.gather(subject, ports) or {})
    return sum(CATALOGUE[finding.code].points * finding.scale for finding in found if finding.code in _CODES)


def _drawn(domains: set[str]) -> list[str]:
    return random.Random(1).sample(sorted(domains), min(_MOST, len(domains)))  # noqa: S311


def _row(name: str, size: int, judged: list[tuple[float, str]]) -> str:
    shares = (sum(points <= bound for points, _ in judged) / len(judged) for bound in (-1, -5, -10))
    return f"{name:36} {size:8} " + " ".join(f"{share:7.4f}" for share in shares)
