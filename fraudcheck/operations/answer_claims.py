"""What did a vendor answer to claims? Its own list, row by row, compared with what was claimed.

What does not fit is refused and named: an answer to what was never claimed, more credit than was claimed or in another
currency, and rows that contradict each other. A later answer replaces an earlier one, and is counted as a change.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, cast

from msgspec import Struct, field

from fraudcheck import wiring
from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.fields.amounts import Mark, settle_marks
from fraudcheck.fields.normal_form import simplify
from fraudcheck.identifiers import vendor_key
from fraudcheck.intake.field_readers import Unread, read_amount, read_currency, split_price
from fraudcheck.operations.finding import BETWEEN, RowLeads
from fraudcheck.operations.import_outcomes import row_leads
from fraudcheck.ports.claims import Answer, Claimed, Claims, Told
from fraudcheck.ports.ledger import MILLIONTHS
from fraudcheck.records import format_utc
from fraudcheck.report.csv_rows import Row
from fraudcheck.settings import Settings

_UNTOLD = ""


class Answered(Struct, kw_only=True):
    """What a list's rows became: how many answers were ``stored``, were ``known`` before (or older than what is known)
    and how many rows tell none (``untold``); ``changed`` counts those that replaced another answer.

    ``problems`` are by line number; ``credited`` is what the stored answers give back, in millionths by currency.
    """

    answers: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, str]] = []
    changed: int = 0
    credited: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """How many there were."""
        return self.answers.total() + len(self.problems)


class _Given(Struct, frozen=True, kw_only=True):
    """The answer of one row."""

    line: int
    claimed: Claimed
    answer: Answer


def read_answer(text: str) -> str | None:
    """What a word answers to a claim: accepted, refused, credited, "" where that is open; None if it is not known."""
    return _words().get(simplify(text))


async def answer_rows(
    rows: Iterable[Row],
    ledger: Claims,
    tenant: str,
    leads: RowLeads,
    *,
    now: str,
    mark: Mark | None = None,
    claim: str | None = None,
    vendor: str | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Answered:
    """Keep what a vendor answered. ``claim`` and ``vendor`` say what the list is about, where it is known.

    Raises ValueError if nothing was claimed so, and Unavailable.
    """
    reading = _Reading(ledger, tenant, leads, now=now, mark=mark)
    await reading.load(claim, vendor)
    answered = Answered()
    given: defaultdict[str, list[_Given]] = defaultdict(list)
    for count, row in enumerate(rows, 1):
        progress(count)
        try:
            one = await reading.read(row)
        except ValueError as problem:
            answered.problems.append((row.line, str(problem)))
            continue
        if one is None:
            answered.answers["untold"] += 1
        else:
            given[one.claimed.lead].append(one)
    settled = [one for own in given.values() if (one := _settled(own, answered)) is not None]
    stored = await ledger.answer_claims(tenant, [one.answer for one in settled])
    for one, became in zip(settled, stored, strict=True):
        if became not in ("stored", "known"):
            answered.problems.append((one.line, "this lead was never claimed"))
            continue
        answered.answers[became] += 1
        if became == "stored":
            answered.changed += one.claimed.answer is not None
            if one.answer.answer == "credited":
                amount = one.claimed.amount if one.answer.credited is None else one.answer.credited
                answered.credited[one.claimed.currency] += amount
    answered.problems.sort()
    return answered


def _settled(own: Sequence[_Given], answered: Answered) -> _Given | None:
    """The one answer of a lead's rows: the latest. Rows of one time that contradict each other are refused, all."""
    latest = max(one.answer.at for one in own)
    last = [one for one in own if one.answer.at == latest]
    credited = [one for one in last if one.answer.answer == "credited"]
    kinds = {(one.answer.answer, one.answer.credited) for one in last}
    if len(kinds) > 1 and {kind for kind, _ in kinds} == {"accepted", "credited"} and len(kinds) == 2:
        last = credited  # what was accepted was credited as well
    elif len(kinds) > 1:
        answered.problems += [(one.line, "answered more than once, and differently: keep one row") for one in own]
        return None
    if len(own) > 1:
        answered.answers["known"] += len(own) - 1
    return last[0]


class _Reading:
    """Reads rows as answers to what was claimed."""

    def __init__(self, ledger: Claims, tenant: str, leads: RowLeads, *, now: str, mark: Mark | None) -> None:
        self._ledger, self._tenant, self._leads, self._now, self._mark = ledger, tenant, leads, now, mark
        self._claimed: dict[str, Claimed] = {}
        self._claims: set[str] = set()

    async def load(self, claim: str | None, vendor: str | None) -> None:
        """Read what was claimed. Raises ValueError if that is nothing."""
        kept = await self._ledger.list_claims(self._tenant, vendor_key(vendor) if vendor else None)
        self._claims = {one.claim for one in kept if claim in (None, one.claim)}
        if not self._claims:
            raise ValueError("nothing was claimed so; `fraudcheck claims` lists what was")
        for each in sorted(self._claims):
            rows = await self._ledger.claim_rows(self._tenant, each)
            self._claimed |= {row.claimed.lead: row.claimed for row in rows}

    async def read(self, row: Row) -> _Given | None:
        """The answer of a row; None where it tells none yet. Raises ValueError."""
        if row.problem:
            raise ValueError(row.problem)
        price = self._price(row.cells)
        told, credit = _told(row.cells), _credit(row.cells, price)
        if told == _UNTOLD and not credit:
            return None
        claimed = await self._claimed_lead(row.cells)
        answer, credited = _answer(told, credit, _currency(price), claimed)
        return _Given(
            line=row.line,
            claimed=claimed,
            answer=Answer(
                check_id=claimed.check_id,
                answer=answer,
                at=row.cells.get("at", self._now),
                credited=credited,
                claim=claimed.claim,
            ),
        )

    async def _claimed_lead(self, cells: Mapping[str, str]) -> Claimed:
        """The claimed lead that a row means. Raises ValueError where that is none, or one of several."""
        checks = await self._leads.checks_of(cells)
        firsts = {check: (await self._ledger.lead_confirmations(self._tenant, check))[0] for check in checks}
        found = {lead: self._claimed[lead] for lead in firsts.values() if lead in self._claimed}
        if cells.get("claim") in self._claims:
            found = {lead: one for lead, one in found.items() if one.claim == cells["claim"]}
        if "vendor" in cells and len(found) > 1:
            found = {lead: one for lead, one in found.items() if one.vendor == vendor_key(cells["vendor"])}
        if not found:
            raise ValueError("this lead was never claimed")
        if len(found) > 1:
            raise ValueError("several claimed leads may be meant: give check_id, or --vendor or --claim")
        return next(iter(found.values()))

    def _price(self, cells: Mapping[str, str]) -> Mapping[str, Any]:
        """Amount and currency of what was credited; a credit note has it below zero."""
        text = settle_marks(cells.get("credited", "").strip().strip("()").lstrip("-−– "), self._mark)
        return split_price({"amount": text, **({"currency": cells["currency"]} if "currency" in cells else {})})


def _credit(cells: Mapping[str, str], price: Mapping[str, Any]) -> Decimal | None:
    """What was credited. Raises ValueError."""
    if "credited" not in cells:
        return None
    try:
        return Decimal(read_amount(price["amount"]))
    except Unread as problem:
        if read_answer(cells["credited"]) is not None and "answer" not in cells:
            return None  # a column of yes and no
        raise ValueError(f"credited: {problem}") from None


def _currency(price: Mapping[str, Any]) -> str | None:
    """In which currency; None where nothing tells it. Raises ValueError."""
    try:
        return read_currency(price["currency"]) if price.get("currency") else None
    except Unread as problem:
        raise ValueError(f"currency: {problem}") from None


def _told(cells: Mapping[str, str]) -> str:
    """The answer in a row's words, "" for none yet. Raises ValueError for one that nobody knows."""
    texts = cells.get("answer", "").split(BETWEEN)
    if "answer" not in cells and "credited" in cells and (word := read_answer(cells["credited"])) is not None:
        return word
    for text in texts:
        if not text:
            return _UNTOLD
        if (word := read_answer(text)) is not None:
            return word
    raise ValueError("answer: not known; give accepted, refused or credited")


def _answer(told: str, credit: Decimal | None, currency: str | None, claimed: Claimed) -> tuple[Told, int | None]:
    """The answer, and what was credited in millionths. Raises ValueError for what contradicts itself or the claim."""
    if told == "refused":
        if credit:
            raise ValueError("refused, and credited: which of both?")
        return "refused", None
    if not credit:
        if told == "credited" and credit is not None:
            raise ValueError(
                "credited, but nothing: give the amount, or leave it empty where it is all that was claimed"
            )
        return cast(Told, told), None
    if currency is not None and currency != claimed.currency:
        raise ValueError(f"credited: in {currency}, and {claimed.currency} was claimed")
    millionths = int(credit * MILLIONTHS)
    if millionths > claimed.amount:
        raise ValueError("credited: more than was claimed for this lead")
    return "credited", millionths


@cache
def _words() -> dict[str, str]:
    told = read_table("outcome_words")["answers"]
    return {
        simplify(word): _UNTOLD if meaning == "open" else meaning
        for meaning, words in told.items()
        for word in words.split(",")
    }


async def answer_claims(
    settings: Settings,
    tenant: str,
    rows: Iterable[Row],
    now: datetime,
    progress: Callable[[int], None],
    *,
    country: str | None = None,
    mark: Mark | None = None,
    claim: str | None = None,
    vendor: str | None = None,
) -> Answered:
    """Keep what a vendor answered in a file; as ``answer_rows``."""
    async with wiring.ledger_only(settings) as ledger:
        return await answer_rows(
            rows,
            ledger,
            tenant,
            row_leads(settings, ledger, tenant, country),
            now=format_utc(now),
            mark=mark,
            claim=claim,
            vendor=vendor,
            progress=progress,
        )
