"""How many messages of people are spoken against, and how many of mass mailings are not, by language?

On invented messages (``messages.toml``): no open collection of form messages could be had.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from fraudcheck.adapters.lists import shipped
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Lead, Subject
from fraudcheck.signals import content

_MESSAGES = Path(__file__).with_name("messages.toml")


def report() -> Iterator[str]:
    """Lines: a table by class and language, then every message on the wrong side."""
    loaded = shipped.load_lists()
    ports = cast(Ports, type("Handed", (), {"lists": loaded}))
    address = read_mailbox("an.person@gmail.com", loaded)
    wrong: list[str] = []
    yield f"{'':14}{'language':10}{'messages':>9}{'said of':>9}{'mean points':>13}"
    for kind, languages in tomllib.loads(_MESSAGES.read_text("utf-8")).items():
        for language, texts in languages.items():
            points = []
            for text in texts:
                subject = Subject(tenant="bench", lead=Lead(message=text), mailbox=address)
                found = content.judge(subject.lead, content.gather(subject, ports) or {})
                points.append(sum(round(CATALOGUE[each.code].points * each.scale, 1) for each in found))
                said = {each.code for each in found}
                good = {
                    "people": points[-1] >= -2 and "CONTENT_NON_SALES" not in said,
                    "spam": points[-1] <= -3 or "CONTENT_NON_SALES" in said,
                    "non_sales": points[-1] == 0 and "CONTENT_NON_SALES" in said,
                }
                if not good[kind.removesuffix("_later")]:
                    wrong.append(f"  {kind:14}{points[-1]:6.1f}  {text[:100]!r} {sorted(said)}")
            hits = sum(each < 0 for each in points)
            yield f"{kind:14}{language:10}{len(texts):9}{hits:9}{sum(points) / len(points):13.1f}"
    yield ""
    yield f"on the wrong side: {len(wrong)}"
    yield from wrong
