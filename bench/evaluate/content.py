"""How many messages of people get points against them, and how many mass mailings get none, by language?

Measured on invented messages (``messages.toml``), because no open collection of form messages was found.
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
    """A table by class and language, then every message that is judged wrongly."""
    loaded = shipped.load_lists()
    ports = cast(Ports, type("OnlyLists", (), {"lists": loaded}))
    address = read_mailbox("an.person@gmail.com", loaded)
    wrong: list[str] = []
    yield f"{'':14}{'language':10}{'messages':>9}{'said of':>9}{'mean points':>13}"
    for kind, languages in tomllib.loads(_MESSAGES.read_text("utf-8")).items():
        for language, texts in languages.items():
            points = []
            for text in texts:
                subject = Subject(tenant="bench", lead=Lead(message=text), mailbox=address)
                findings = content.judge(subject.lead, content.gather(subject, ports) or {})
                points.append(sum(round(CATALOGUE[one.code].points * one.scale, 1) for one in findings))
                codes = {finding.code for finding in findings}
                is_right = {
                    "people": points[-1] >= -2 and "CONTENT_NON_SALES" not in codes,
                    "spam": points[-1] <= -3 or "CONTENT_NON_SALES" in codes,
                    "non_sales": points[-1] == 0 and "CONTENT_NON_SALES" in codes,
                }
                if not is_right[kind.removesuffix("_later")]:
                    wrong.append(f"  {kind:14}{points[-1]:6.1f}  {text[:100]!r} {sorted(codes)}")
            hits = sum(total < 0 for total in points)
            yield f"{kind:14}{language:10}{len(texts):9}{hits:9}{sum(points) / len(points):13.1f}"
    yield ""
    yield f"on the wrong side: {len(wrong)}"
    yield from wrong
