"""What came out of a batch? Its figures, and a summary of them for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct, field

from fraudcheck.batch.folder import Plan
from fraudcheck.identifiers import vendor_key
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import CheckVerdict, Facts
from fraudcheck.report.tables import aligned, shortened
from fraudcheck.scoring.policy import DECISIONS

_BAR_WIDTH = 40
"""Characters of a bar of 100 %."""
_MAX_LINES = 10
"""Lines of a table that could have thousands."""
_MAX_FILES = 30
_SCORE_RANGES = ["0 to 9", *[f"{ten}0 to {ten}9" for ten in range(1, 9)], "90 to 100"]


class Tally(Struct, kw_only=True):
    """Counts of some leads, which can be added to those of others.

    ``scores`` counts leads by ten points of trust score; ``vendors`` by vendor ("" for none) and decision, with the
    first of each vendor's ``spellings``; ``files``, where there are several, the judged and
    rejected rows of each; ``unknown`` by check and cause, ``unknown_domains`` mail domains that the DNS
    told nothing of, by cause. ``kinds`` are classifications, ``enquiries`` kinds of enquiry, ``bands`` those of
    quality. ``ledger`` counts leads that were ``kept``, and that were ``known`` and so not kept again.
    """

    rejected: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    enquiries: Counter[str] = field(default_factory=Counter)
    bands: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    scores: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    unknown_domains: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    ledger: Counter[str] = field(default_factory=Counter)
    vendors: dict[str, Counter[str]] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    files: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, vendor: str | None, facts: Mapping[str, Facts | None], verdict: CheckVerdict) -> None:
        """Count a verdict."""
        self.decisions[verdict.decision] += 1
        self.kinds[verdict.classification] += 1
        self.enquiries[verdict.enquiry.kind] += 1
        self.bands[verdict.quality.band] += 1
        self.scores[_SCORE_RANGES[min(verdict.trust_score // 10, 9)]] += 1
        for reason in verdict.reasons:  # a call of ``update`` costs as much as ten of these
            self.reasons[reason.code] += 1
        self._of_vendor(vendor or "")[verdict.decision] += 1
        for check in verdict.unknown:
            self.unknown[f"{check}: {(facts.get(check) or {}).get('unknown', 'error')}"] += 1
        for warned in verdict.warnings:
            self.warnings[f"{warned.field}: {warned.problem}"] += 1

    def merge(self, encoded: bytes) -> None:
        """Add the figures of another tally, of later rows, given as JSON."""
        for name, figures in msgspec.json.decode(encoded).items():
            if name == "vendors":
                for vendor, decisions in figures.items():
                    self._of_vendor(vendor).update(decisions)
            elif name == "files":
                for file, rows in figures.items():
                    self.files.setdefault(file, Counter()).update(rows)
            elif name != "spellings":
                getattr(self, name).update(figures)

    def _of_vendor(self, vendor: str) -> Counter[str]:
        shown = self.spellings.setdefault(vendor_key(vendor), vendor)
        if shown not in self.vendors:
            self.vendors[shown] = Counter()
        return self.vendors[shown]

    @property
    def judged(self) -> int:
        """How many leads have a verdict."""
        return self.decisions.total()

    @property
    def rows(self) -> int:
        """How many rows the input has."""
        return self.judged + self.rejected.total()


def lost(tally: Tally, plan: Plan) -> list[str]:
    """What of the input is in no verdict, in sentences: columns and sheets, rows, cells."""
    rows = [f"rows rejected: {n:,}: {problem}" for problem, n in _largest(tally.rejected)]
    cells = [f"cells that could not be read: {n:,}: {problem}" for problem, n in _largest(tally.warnings)]
    return [*plan.lost, *rows, *cells]


def summary(tally: Tally, plan: Plan) -> list[str]:
    """The figures for a reader at a terminal: first what was lost."""
    basis = f"the lists and the DNS of {plan.day}" if plan.files else "the facts that were kept"
    judged = tally.judged
    lines = [f"{tally.rows:,} rows: {judged:,} judged, {tally.rejected.total():,} rejected"]
    lines += ["", "lost:", *[f"  {sentence}" for sentence in plan.lost]] if plan.lost else []
    lines += _file_rows(tally.files)
    lines += _top_counts("rejected because", tally.rejected)
    lines += _top_counts("cells that could not be read and counted as absent", tally.warnings)
    if not judged:
        return lines
    lines += _chart("decision", {name: tally.decisions[name] for name in DECISIONS})
    lines += _chart("trust score", {score: tally.scores[score] for score in reversed(_SCORE_RANGES)})
    lines += _chart("classification", dict(tally.kinds.most_common()))
    for heading, figures in (("enquiry", tally.enquiries), ("band", tally.bands)):
        if figures.keys() - {"unknown"}:
            lines += _chart(heading, dict(_largest(figures)))
    lines += [
        "",
        *aligned([("reason", "leads", "share", "what was seen"), *_reason_rows(tally.reasons, judged)], "<>>"),
    ]
    lines += ["", *aligned([("vendor", "leads", *DECISIONS), *_vendor_rows(tally.vendors)], "<>>>>")]
    lines += _top_counts("could not be looked up, which cost the lead nothing", tally.unknown)
    if silent := tally.unknown_domains.total():
        domains = "1 mail domain" if silent == 1 else f"{silent:,} mail domains"
        heading = f"the DNS told nothing of {domains}, however often it was asked; a later run may know more"
        lines += _top_counts(heading, tally.unknown_domains)
    lines += ["", f"judged by {basis}; every verdict names batch {plan.job}"]
    return [*lines, *_ledger_lines(tally.ledger, plan)]


def _ledger_lines(figures: Counter[str], plan: Plan) -> list[str]:
    """What the ledger has of the leads; nothing where they were not to be kept."""
    if not plan.keep:
        return []
    lines = [f"kept in the ledger: {figures['kept']:,} (as batch:{plan.job})"]
    if known := figures["known"]:
        lines.append(f"in the ledger already, and not kept again: {known:,}; the column known_as has their check ids")
    return lines


def _file_rows(files: Mapping[str, Counter[str]]) -> list[str]:
    if not files:
        return []
    rows = [(shortened(name, 60), f"{rows['judged']:,}", f"{rows['rejected']:,}") for name, rows in files.items()]
    more = [(f"({len(rows) - _MAX_FILES:,} more)", "", "")] if len(rows) > _MAX_FILES else []
    return ["", *aligned([("file", "judged", "rejected"), *rows[:_MAX_FILES], *more], "<>>")]


def _chart(heading: str, figures: Mapping[str, int]) -> list[str]:
    """A table with a bar in each line."""
    total = sum(figures.values())
    rows = [(name, f"{n:,}", f"{n / total:.1%}", "█" * round(_BAR_WIDTH * n / total)) for name, n in figures.items()]
    return ["", *aligned([(heading, "leads", "share", ""), *rows], "<>>")]


def _reason_rows(reasons: Counter[str], judged: int) -> Iterator[tuple[str, ...]]:
    for code, n in _largest(reasons):
        yield code, f"{n:,}", f"{n / judged:.1%}", CATALOGUE[code].text


def _vendor_rows(vendors: Mapping[str, Counter[str]]) -> Iterator[tuple[str, ...]]:
    ordered = sorted(vendors.items(), key=lambda item: (-item[1].total(), item[0]))
    for name, decisions in ordered[:_MAX_LINES]:
        shares = [f"{decisions[decision] / decisions.total():.1%}" for decision in DECISIONS]
        yield shortened(name or "(none)"), f"{decisions.total():,}", *shares
    if len(ordered) > _MAX_LINES:
        leads = sum(decisions.total() for _, decisions in ordered[_MAX_LINES:])
        yield f"({len(ordered) - _MAX_LINES:,} more)", f"{leads:,}", *[""] * len(DECISIONS)


def _top_counts(heading: str, figures: Counter[str]) -> list[str]:
    if not figures:
        return []
    rows = [(f"  {name}", f"{n:,}") for name, n in _largest(figures)]
    return ["", f"{heading}:", *aligned(rows, "<>")]


def _largest(figures: Counter[str]) -> list[tuple[str, int]]:
    """The largest figures first, and equal ones by name, so that the same figures give the same lines."""
    return sorted(figures.items(), key=lambda item: (-item[1], item[0]))[:_MAX_LINES]
