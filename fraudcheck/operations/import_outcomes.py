"""What became of leads, in a file: which check does each row mean, and what does it say?

A CSV with a heading: ``check_id`` or ``reference`` (the caller's own id, as it was sent with the lead), ``outcome``
(a word of the tenant's funnel), and where known ``reason``, ``amount``, ``currency``, ``at`` and ``buyer``. Columns
stand in any order, between commas, semicolons or tabs; others are left alone. Where several leads came with one
reference, the newest is meant.

Statuses and reasons are read as CRMs write them in many languages (``data/outcome_words.toml``), but the tenant's own
events go first. Amounts are read as those of leads in files: of ``1.250`` the amounts so far tell what it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from msgspec import Struct, field

from fraudcheck import wiring
from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.adapters.tenant_files import tenant_funnel
from fraudcheck.fields.amounts import Mark, settle_marks, shown_mark
from fraudcheck.fields.normal_form import simplify
from fraudcheck.identifiers import keyed_token
from fraudcheck.intake.field_readers import split_price
from fraudcheck.intake.outcome import read_outcome
from fraudcheck.ledger.outcomes import returned_as
from fraudcheck.ports.ledger import Ledger
from fraudcheck.records import Outcome, format_utc
from fraudcheck.report.csv_rows import Row, read_rows
from fraudcheck.settings import Settings
from fraudcheck.worth.funnel import DEFAULT, RETURNED, Funnel, event_name

_AT_ONCE = 500
_LONGEST_WORD, _MOST_WORDS = 40, 20
"""Letters of a status that is named in an error, and how many different ones: more may be people's names."""
_HEADINGS = {
    "check_id": "check_id",
    "check": "check_id",
    "reference": "reference",
    "outcome": "outcome",
    "status": "outcome",
    "reason": "reason",
    "return_reason": "reason",
    "amount": "amount",
    "value": "amount",
    "currency": "currency",
    "at": "at",
    "date": "at",
    "buyer": "buyer",
}


class Brought(Struct, kw_only=True):
    """How many rows were ``stored``, were ``known`` before, and what is wrong with the others, by line number."""

    answers: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, str]] = []

    @property
    def rows(self) -> int:
        """How many there were."""
        return self.answers.total() + len(self.problems)


async def import_rows(
    lines: Iterable[str],
    ledger: Ledger,
    tenant: str,
    *,
    key: bytes,
    now: str,
    progress: Callable[[int], None],
    funnel: Funnel = DEFAULT,
) -> Brought:
    """Keep a file's outcomes. ``key`` and ``funnel`` are the tenant's; ``progress`` is told how many rows were read.

    Raises ValueError with what to do where the heading lacks a column, and Unavailable: what was kept until then is
    known when the file is brought again.
    """
    brought = Brought()
    columns, rows = read_rows(lines, _column)
    if "outcome" not in columns or not {"check_id", "reference"} & set(columns):
        raise ValueError("the first line has to name the columns: outcome, and check_id or reference")
    marks: set[Mark] = set()
    words: set[str] = set()
    while some := list(islice(rows, _AT_ONCE)):
        marks |= {mark for row in some if (mark := shown_mark(row.cells.get("amount", "")))}
        mark = next(iter(marks)) if len(marks) == 1 else None
        outcomes: list[tuple[int, str, Outcome]] = []
        for row in some:
            try:
                outcomes.append((row.line, await _check_id(row, ledger, tenant, key), _outcome(row, funnel, mark)))
            except _UnknownWord as problem:
                words.add(problem.word)
                brought.problems.append((row.line, problem.told(len(words) <= _MOST_WORDS, funnel)))
            except ValueError as problem:
                brought.problems.append((row.line, str(problem)))
        answers = await ledger.record_outcomes(tenant, [(check_id, outcome) for _, check_id, outcome in outcomes], now)
        for (line, _, _), answer in zip(outcomes, answers, strict=True):
            if answer == "missing":
                brought.problems.append((line, "check_id: there is no such check"))
            else:
                brought.answers[answer] += 1
        progress(brought.rows)
    brought.problems.sort()
    return brought


def _column(heading: str) -> str | None:
    return _HEADINGS.get(heading.replace(" ", "_"))


async def _check_id(row: Row, ledger: Ledger, tenant: str, key: bytes) -> str:
    """The check that a row means. Raises ValueError where it names none that is known."""
    if row.problem:
        raise ValueError(row.problem)
    if "check_id" in row.cells:
        return row.cells["check_id"].lower()
    if "reference" not in row.cells:
        raise ValueError("neither a check_id nor a reference")
    given = row.cells["reference"]
    for reference in dict.fromkeys([given, given.removeprefix("l:").strip()]):  # Meta's exports have marks before ids
        if found := await ledger.find(tenant, f"reference:{keyed_token(key, 'reference', reference)}"):
            return found[0]
    raise ValueError("reference: no lead came with it")


class _UnknownWord(ValueError):
    """A status that nobody knows."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def told(self, may_name: bool, funnel: Funnel) -> str:
        """What is wrong, with the word if it is one of a few and has letters alone: no name, number or address."""
        shown = f" `{self.word}`" if may_name and _is_word(self.word) else ""
        return f"outcome{shown} is not known: give one of {', '.join(funnel.words)}"


def _is_word(text: str) -> bool:
    return (
        len(text) <= _LONGEST_WORD
        and not any(letter.isdigit() or letter in "@`" for letter in text)
        and text.isprintable()
    )


def _outcome(row: Row, funnel: Funnel, mark: Mark | None) -> Outcome:
    told: dict[str, Any] = dict(row.cells)
    if word := told.get("outcome"):
        told |= _meant(word, told.get("reason"), funnel)
    value: dict[str, Any] = {name: row.cells[name] for name in ("amount", "currency") if name in row.cells}
    if "amount" in value:
        value = dict(split_price({**value, "amount": settle_marks(value["amount"], mark)}))
    return read_outcome({**told, "value": value or None}, funnel)


def _meant(word: str, reason: str | None, funnel: Funnel) -> dict[str, str]:
    """The outcome and the reason that a status and maybe a reason of its own mean. Raises _UnknownWord."""
    own = event_name(word)
    outcome, known = (own, None) if own in funnel.words else _words().get(simplify(word), ("", None))
    if not outcome and (known := returned_as(word)):
        outcome = RETURNED
    if not outcome:
        raise _UnknownWord(word)
    if outcome != RETURNED:
        return {"outcome": outcome}
    if reason is not None:
        known = returned_as(reason) or (_words().get(simplify(reason)) or ("", None))[1] or reason
    return {"outcome": outcome, **({"reason": known} if known else {})}


@cache
def _words() -> dict[str, tuple[str, str | None]]:
    """Outcome and reason by the words of CRMs, as ``simplify`` writes them."""
    found: dict[str, tuple[str, str | None]] = {}
    for meaning, words in read_table("outcome_words")["words"].items():
        outcome, _, reason = meaning.partition(".")
        found |= {simplify(word): (outcome, reason or None) for word in words.split(",")}
    return found


async def import_outcomes(
    settings: Settings, tenant: str, lines: Iterable[str], now: datetime, progress: Callable[[int], None]
) -> Brought:
    """Keep the outcomes in a CSV file; as ``import_rows``."""
    key, funnel = wiring.identity_key(settings, tenant), tenant_funnel(settings.data_dir, tenant)
    async with wiring.ledger_only(settings) as ledger:
        return await import_rows(lines, ledger, tenant, key=key, now=format_utc(now), progress=progress, funnel=funnel)
