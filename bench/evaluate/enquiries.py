"""How well is the kind of enquiry told, by language? ``python -m bench.evaluate enquiries [FILE …]``.

A file is of templates, a line each, under ``## kind``; its name is its language (``vi.txt``), as in
``training/enquiries/texts``. Without files those of ``bench/evaluate/data/enquiries`` are read. Each template is filled
in three times: as it stands, and twice varied by program (typing errors, no accents, by voice, in capitals).

A kind that is ``unclear`` counts as a wrong one in the F1 of the kinds and as "no sales lead" in that of sales leads
against the rest; it is no false alarm. Recall of unasked offers counts texts that are told as one of the two kinds, and
those that get points; a false alarm is any other text that gets points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from time import process_time
from typing import NamedTuple

import numpy as np

from fraudcheck.adapters.lists import shipped
from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.adapters.tenant_files import default_policy
from fraudcheck.fields.message import phrase_finder
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists, TextReading
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Finding, Lead, Subject
from fraudcheck.scoring.policy import load_policy
from fraudcheck.scoring.score import score_findings
from fraudcheck.signals import content, enquiry
from fraudcheck.worth.enquiry import KINDS, UNASKED, read_enquiry
from training.enquiries.templates import Filler, read_file
from training.enquiries.vary import vary

_TEXTS = Path(__file__).parent / "data" / "enquiries"
_SEED = 1904
_POLICY = load_policy(default_policy())
_GOOD_CONTACT = [Finding(code) for code in ("PHONE_VALID", "EMAIL_DOMAIN_RECEIVES", "EMAIL_MATCHES_NAME")]
_BINS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


class Told(NamedTuple):
    """What a text is, and what was told of it. ``points`` are the signal's decibans against it, below zero.

    ``accepted`` says what became of a lead with this text, whose mailbox and number work and fit its name.
    """

    kind: str
    language: str
    text: str
    told: str
    confidence: float
    said_language: str | None
    points: float
    accepted: bool
    source: int


def report(*files: str) -> Iterator[str]:
    """A table by language, the kinds' own figures, calibration, and the price of a text."""
    paths = [Path(file) for file in files] or sorted(_TEXTS.rglob("*.txt"))
    if not paths:
        yield f"no texts: give files of templates, or put some into {_TEXTS}"
        return
    lists = shipped.load_lists()
    samples = list(fill(paths))
    yield from table([judge(lists, *sample) for sample in samples])
    yield ""
    started = process_time()
    for text, *_ in samples:
        lists.read_enquiry(text)
    each = (process_time() - started) / len(samples) * 1e6
    length = sum(len(text) for text, *_ in samples) / len(samples)
    yield f"{each:.0f} µs a text of {length:.0f} characters, the model alone"


def fill(paths: Sequence[Path]) -> Iterator[tuple[str, str, str, int]]:
    """Texts with kind, language and the number of their template."""
    random = Random(_SEED)  # noqa: S311  # to be the same each time
    filler = Filler(random)
    templates = [one for path in paths for one in read_file(path)]
    for source, one in enumerate(templates):
        for varied in (False, True, True):
            text = filler.fill(one.text, one.language)
            yield vary(text, one.language, random) if varied else text, one.kind, one.language, source


def judge(lists: Lists, text: str, kind: str, language: str, source: int) -> Told:
    """What the signal tells of one text."""
    ports = Ports(lists=lists, mail_routes=None, counters=None)  # type: ignore[arg-type]  # they ask neither
    subject = Subject(tenant="bench", lead=Lead(message=text))
    facts, shapes = enquiry.gather(subject, ports), content.gather(subject, ports)
    read = read_enquiry({"enquiry": facts})
    findings = enquiry.judge(Lead(), facts) if facts else []  # type: ignore[arg-type]
    points = sum(round(CATALOGUE[one.code].points * one.scale, 1) for one in findings)
    findings += content.judge(Lead(), shapes) if shapes else []  # type: ignore[arg-type]
    verdict = score_findings([*_GOOD_CONTACT, *findings], _POLICY, given=("email", "phone", "message"))
    accepted = verdict.decision == "accept"
    return Told(kind, language, text, read.kind, read.confidence or 0.0, read.language, points, accepted, source)


def with_model(read: Callable[[str], TextReading | None]) -> Lists:
    """Lists with a model in training and what the signals of the text read beside it."""
    shapes = read_table("message_shapes")
    hosts = {host: kind for kind, names in shapes["hosts"].items() for host in names}
    return Lists(read_enquiry=read, phrases=phrase_finder(shipped.phrases(shapes)), link_hosts=hosts)


def table(told: Sequence[Told]) -> Iterator[str]:
    """The figures by language and in all, then by kind, then the calibration."""
    heads = {"": -10, "texts": 7, "F1 kinds": 10, "F1 sales": 10, "unasked": 9, "points": 8, "alarms": 14}
    yield (
        "".join(f"{head:{'<' if width < 0 else '>'}{abs(width)}}" for head, width in heads.items())
        + "  unclear  language"
    )
    for name in [*sorted({one.language for one in told}), "all"]:
        found = figures([one for one in told if name in {one.language, "all"}])
        yield (
            f"{name:10}{found['texts']:7.0f}{found['kinds']:10.3f}{found['sales']:10.3f}{found['unasked']:9.3f}"
            f"{found['points']:8.3f}{found['alarms']:6.0f} of {found['others']:4.0f}"
            f"{found['unclear']:9.3f}{found['language']:10.3f}"
        )
    yield ""
    whole = figures(told)
    yield (
        f"with a good mailbox and number {whole['refused']:.1%} of unasked offers and spam are not accepted, "
        f"{whole['others_refused']:.2%} of all others"
    )
    yield "F1 of each kind: " + ", ".join(
        f"{kind} {_f1(told, lambda name, kind=kind: name == kind):.2f}" for kind in KINDS
    )
    yield "said to be sure, and right: " + ", ".join(
        f"{low:.0%} {np.mean([one.told == one.kind for one in inside]):.0%} of {len(inside)}"
        for low, high in pairwise(_BINS)
        if (inside := [one for one in told if low <= one.confidence < high and one.told != "unclear"])
    )


def figures(told: Sequence[Told]) -> Mapping[str, float]:
    """The figures of some texts, by name."""
    unasked = [one for one in told if one.kind in UNASKED]
    others = [one for one in told if one.kind not in UNASKED]
    return {
        "texts": len(told),
        "kinds": float(np.mean([_f1(told, lambda name, kind=kind: name == kind) for kind in KINDS])),
        "sales": float(
            np.mean([_f1(told, lambda name: name == "sales_lead"), _f1(told, lambda name: name != "sales_lead")])
        ),
        "unasked": _share(unasked, lambda one: one.told in UNASKED),
        "points": _share(unasked, lambda one: one.points < 0),
        "alarms": sum(one.points < 0 for one in others),
        "others": len(others),
        "refused": _share(unasked, lambda one: not one.accepted),
        "others_refused": _share(others, lambda one: not one.accepted),
        "unclear": _share(told, lambda one: one.told == "unclear"),
        "language": _share(told, lambda one: one.said_language == one.language),
    }


def _share(told: Sequence[Told], holds: Callable[[Told], bool]) -> float:
    return sum(map(holds, told)) / max(1, len(told))


def _f1(told: Sequence[Told], is_it: Callable[[str], bool]) -> float:
    both = sum(is_it(one.kind) and is_it(one.told) for one in told)
    return 2 * both / max(1, sum(is_it(one.kind) for one in told) + sum(is_it(one.told) for one in told))
