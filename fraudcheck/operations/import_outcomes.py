"""What became of leads, in a file: which check does each row mean, and what does it say?

The rows come with known fields (``batch.outcome_columns.OUTCOME``), each a text: who wrote the file, and in which form,
does not matter here. Where several leads came with one reference, the newest is meant.

Statuses and reasons are read as CRMs write them in many languages (``data/outcome_words.toml``), but the tenant's own
events go first. Amounts are read as those of leads in files: of ``1.250`` the file's other amounts tell what it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import islice
from typing import Any

from msgspec import Struct, field

from fraudcheck import wiring
from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.adapters.tenant_files import tenant_funnel
from fraudcheck.fields.amounts import Mark, settle_marks
from fraudcheck.fields.normal_form import simplify
from fraudcheck.intake.field_readers import split_price
from fraudcheck.intake.outcome import read_outcome
from fraudcheck.ledger.outcomes import returned_as
from fraudcheck.operations.finding import BETWEEN, RowLeads, Stranger
from fraudcheck.ports.ledger import Ledger
from fraudcheck.records import Outcome, format_utc, money_amount
from fraudcheck.report.csv_rows import Row
from fraudcheck.settings import Settings
from fraudcheck.worth.funnel import DEFAULT, RETURNED, Funnel, event_name

_AT_ONCE = 500
_LONGEST_WORD, _MOST_WORDS = 40, 20
"""Letters of a status that is named in an error, and how many different ones: more may be people's names."""
_NUMBERED = re.compile(r"\s{0,9}\d{1,3}\s{0,9}[.):–-]\s{0,9}(?=\S)")
"""Before a stage's name: "04 - Won"."""
_PARTS = re.compile(r"\s{0,9}(?: [-–—] |[(\[:/|>→])\s{0,9}")
_BETWEEN_WORDS = re.compile(r"[\s/,;.:()\[\]!…]+")
_COUNT = re.compile(r"x?\d{1,3}x?(?:lần|mal)?")
_SHARE = re.compile(r"\d{1,3}\s?%?")
_LONGEST_STATUS = 200
_PIPELINE = ("pipeline", "phễu", "воронка", "funnel", "embudo", "funil")


class Brought(Struct, kw_only=True):
    """What a file's rows became: how many were ``stored``, were ``known`` before, tell nothing yet (``untold``) or are
    of people whose leads are not here (``strangers``), and what is wrong with the others, by line number.

    ``unread_reasons`` counts rows whose status was kept and whose reason is not known.
    """

    answers: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, str]] = []
    unread_reasons: int = 0

    @property
    def rows(self) -> int:
        """How many there were."""
        return self.answers.total() + len(self.problems)


class Bringing(Struct, frozen=True, kw_only=True):
    """How a file's rows are to be understood: ``now`` is the present time, ``mark`` the one before its decimals.

    ``ours`` says that the file was written for fraudcheck: each of its cells is meant. A CRM's export has an amount
    beside a deal that is open or lost, a planned day of its end, and a reason of its own words.
    """

    now: str
    funnel: Funnel = DEFAULT
    mark: Mark | None = None
    ours: bool = True


async def import_rows(
    rows: Iterable[Row],
    ledger: Ledger,
    tenant: str,
    leads: RowLeads,
    told: Bringing,
    *,
    progress: Callable[[int], None],
) -> Brought:
    """Keep a file's outcomes. ``progress`` is told how many rows were read.

    Raises Unavailable: what was kept until then is known when the file is brought again.
    """
    brought = Brought()
    words: set[str] = set()
    given = iter(rows)
    while some := list(islice(given, _AT_ONCE)):
        told_rows = list(_told_rows(some, told, brought, words))
        outcomes: list[tuple[int, str, Outcome]] = []
        await leads.prepare(row.cells for row, _ in told_rows)
        for row, outcome in told_rows:
            try:
                outcomes.append((row.line, await leads.check_of(row.cells), outcome))
            except Stranger:
                brought.answers["strangers"] += 1
            except ValueError as problem:
                brought.problems.append((row.line, str(problem)))
        pairs = [(check_id, outcome) for _, check_id, outcome in outcomes]
        answers = await ledger.record_outcomes(tenant, pairs, told.now)
        for (line, _, _), answer in zip(outcomes, answers, strict=True):
            if answer == "missing":
                brought.problems.append((line, "check_id: there is no such check"))
            else:
                brought.answers[answer] += 1
        progress(brought.rows)
    brought.problems.sort()
    return brought


def _told_rows(rows: Iterable[Row], told: Bringing, brought: Brought, words: set[str]) -> Iterator[tuple[Row, Outcome]]:
    """The rows that say what became of their leads, and what that is; the others are counted, or named as faulty."""
    for row in rows:
        try:
            if row.problem:
                raise ValueError(row.problem)
            outcome = _outcome(row.cells, told, brought)
        except _UnknownWord as problem:
            words.add(problem.word)
            brought.problems.append((row.line, problem.told(len(words) <= _MOST_WORDS, told.funnel)))
        except ValueError as problem:
            brought.problems.append((row.line, str(problem)))
        else:
            if outcome is None:
                brought.answers["untold"] += 1
            else:
                yield row, outcome


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


def _outcome(cells: Mapping[str, str], told: Bringing, brought: Brought) -> Outcome | None:
    """What a row says became of its lead; None where it says nothing yet. Raises ValueError."""
    funnel = told.funnel
    meant = _meant(cells.get("outcome", ""), funnel)
    if meant is None:
        return None
    outcome, by_status = meant
    fields: dict[str, Any] = {"outcome": outcome, "at": cells.get("at"), "buyer": cells.get("buyer")}
    if reason := cells.get("reason"):
        known = returned_as(reason) or _returned_words(reason)
        if known is None and not told.ours and by_status is not None:
            brought.unread_reasons += outcome == RETURNED
        elif outcome == RETURNED:
            by_status = known or reason
        elif told.ours:
            fields["reason"] = reason  # is refused, or else it is one that a return has
    if by_status and outcome == RETURNED:
        fields["reason"] = by_status
    is_sale = outcome in funnel.sold
    if not told.ours and fields["at"] and _is_ahead(fields["at"], told.now):
        del fields["at"]
    if told.ours or is_sale:
        fields["value"] = _value(cells, told.mark) or None
    return read_outcome(fields, funnel)


def _value(cells: Mapping[str, str], mark: Mark | None) -> dict[str, Any]:
    value: dict[str, Any] = {name: cells[name] for name in ("amount", "currency") if name in cells}
    if "amount" not in value:
        return {}
    value = dict(split_price({**value, "amount": settle_marks(value["amount"], mark)}))
    if "currency" not in value:
        if money_amount(str(value["amount"])) == 0:  # as CRMs write where nothing is known
            return {}
        if money_amount(str(value["amount"])) is not None:
            raise ValueError("amount: its currency stands nowhere: give --currency, or --map currency=COLUMN")
    return value


def _is_ahead(at: str, now: str) -> bool:
    """Whether a time is one that is planned."""
    return datetime.fromisoformat(at) > datetime.fromisoformat(now) + timedelta(days=1)


def _meant(text: str, funnel: Funnel) -> tuple[str, str | None] | None:
    """The outcome and the reason that a row's statuses mean, the first that tells any; None where none does yet.

    Raises _UnknownWord for one that nobody knows, if no other tells more.
    """
    unknown = None
    for status in text.split(BETWEEN) if text else ():
        found = read_status(status, funnel)
        if found is None:
            unknown = unknown or status
        elif found[0]:
            return found
    if unknown is not None:
        raise _UnknownWord(unknown)
    return None


def read_status(text: str, funnel: Funnel = DEFAULT) -> tuple[str, str | None] | None:
    """The outcome and the reason of a return that a status means; "" where it tells nothing yet, None if unknown.

    A number before it is a stage's place; what stands behind it in brackets or behind a mark may be its share, its
    pipeline or the reason: "4. Closed won (100%)", "Lost - wrong number".
    """
    if len(text) > _LONGEST_STATUS:
        return None
    if found := _known_status(text, funnel):
        return found
    text = text[mark.end() :] if (mark := _NUMBERED.match(text)) else text
    first, *more = [part for part in _PARTS.split(text.strip()) if part.strip(" )]")] or [""]
    found = _known_status(first, funnel)
    for part in more:
        note = part.strip(" )]")
        if found is None:
            break
        if _SHARE.fullmatch(note) or any(word in note.casefold() for word in _PIPELINE):
            continue
        reason = returned_as(note) or _returned_words(note)
        found = (RETURNED, reason) if found[0] == RETURNED and reason else None
    return found


def _known_status(text: str, funnel: Funnel) -> tuple[str, str | None] | None:
    own = event_name(text)
    if own in funnel.words:
        return own, None
    if found := _words().get(simplify(text)):
        return found
    if reason := returned_as(text):
        return RETURNED, reason
    return _by_words_alone().get(_words_alone(text))


def _returned_words(text: str) -> str | None:
    """The reason of a return that a CRM's words mean."""
    return (_words().get(simplify(text)) or _by_words_alone().get(_words_alone(text)) or ("", None))[1]


@cache
def _words() -> dict[str, tuple[str, str | None]]:
    """Outcome ("" for none yet) and reason by the words of CRMs, as ``simplify`` writes them."""
    table = read_table("outcome_words")
    found: dict[str, tuple[str, str | None]] = dict.fromkeys(
        map(simplify, table["open"]["words"].split(",")), ("", None)
    )
    for meaning, words in table["words"].items():
        outcome, _, reason = meaning.partition(".")
        found |= {simplify(word): (outcome, reason or None) for word in words.split(",")}
    made: dict[str, set[str]] = {}
    for meaning, first, second in _pairs():
        one, other = _simple(first), _simple(second)
        made.setdefault(one + other, set()).add(meaning)
        made.setdefault(other + one, set()).add(meaning)
    for simple, meanings in made.items():
        if len(meanings) == 1:
            outcome, _, reason = next(iter(meanings)).partition(".")
            found.setdefault(simple, (outcome, reason))
    return found


def _pairs() -> Iterator[tuple[str, str, str]]:
    """What two words together mean: ("returned.invalid_phone", "number", "wrong")."""
    for meaning, by_language in read_table("outcome_words")["pairs"].items():
        for words in by_language.values():
            firsts, seconds = (part.split(",") for part in words.split(" + "))
            yield from ((meaning, first.strip(), second.strip()) for first in firsts for second in seconds)


_simple = cache(simplify)


@cache
def _by_words_alone() -> dict[tuple[str, ...], tuple[str, str | None]]:
    """The same by ``_words_alone``, without those that would then mean several things."""
    found: dict[tuple[str, ...], tuple[str, str | None] | None] = {}
    table = read_table("outcome_words")
    for words in (table["open"]["words"], *table["words"].values()):
        for word in words.split(","):
            meant, alone = _words()[simplify(word)], _words_alone(word)
            found[alone] = meant if found.get(alone, meant) == meant else None
    for _, first, second in _pairs():
        alone = tuple(sorted({*_alone(first), *_alone(second)}))
        told = _words().get(_simple(first) + _simple(second))
        if told is not None:
            found[alone] = told if found.get(alone, told) == told else None
    return {alone: meant for alone, meant in found.items() if meant is not None and len(alone) > 1}


def _words_alone(text: str) -> tuple[str, ...]:
    """A text's words in the order of the alphabet, without fillers and counts: "Khách không nghe máy (3x)"."""
    words = {simplify(word) for word in _BETWEEN_WORDS.split(text[:_LONGEST_STATUS])}
    return tuple(sorted(word for word in words if word and word not in _fillers() and not _COUNT.fullmatch(word)))


_alone = cache(_words_alone)


@cache
def _fillers() -> frozenset[str]:
    return frozenset(map(simplify, read_table("outcome_words")["fillers"]["words"].split(",")))


def status_reader(funnel: Funnel) -> Callable[[str], object]:
    """``read_status`` for a tenant's funnel."""
    return partial(read_status, funnel=funnel)


async def import_outcomes(
    settings: Settings,
    tenant: str,
    rows: Iterable[Row],
    now: datetime,
    progress: Callable[[int], None],
    *,
    country: str | None = None,
    mark: Mark | None = None,
    ours: bool = True,
) -> Brought:
    """Keep the outcomes of a file's rows; as ``import_rows``. ``country`` is that of numbers without a calling code."""
    told = Bringing(now=format_utc(now), funnel=tenant_funnel(settings.data_dir, tenant), mark=mark, ours=ours)
    async with wiring.ledger_only(settings) as ledger:
        leads = row_leads(settings, ledger, tenant, country)
        return await import_rows(rows, ledger, tenant, leads, told, progress=progress)


def row_leads(settings: Settings, ledger: Ledger, tenant: str, country: str | None = None) -> RowLeads:
    """What finds the leads that rows of a file mean."""
    key, lists = wiring.identity_key(settings, tenant), wiring.load_lists(settings)
    return RowLeads(ledger, tenant, key, lists, country or settings.default_country)
