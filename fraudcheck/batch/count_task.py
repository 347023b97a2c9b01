"""What was seen of each identity before each lead? Counted over all leads of a batch, one kind of identity at a time.

Beside them stand the ledger's earlier leads, where the batch is to know them. They are counted in the order of
(submitted_at, row), so that each lead has in view what came before it, as the service would have had on that day. In
that order no identity's times decrease, so that ``counting.formula`` comes down to positions in sorted columns: all
leads of a share are counted at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from fraudcheck.batch import past
from fraudcheck.batch.arrow_files import SEEN_COUNTS, SEEN_TIMES, write_table
from fraudcheck.batch.folder import Folder, Plan
from fraudcheck.counting.windows import FORGET_AFTER, FORGET_SOONER, LAST_TIMES, PARTNERS, RHYTHM, STEPS

_BITS_OF_TIME = 34
"""Bits for a time in Unix seconds, below those for the number of an identity."""


def count_share(folder: Folder, plan: Plan, kind: str, share: int) -> None:
    """Count the leads of each identity of a kind in a share, and write what was seen before each lead.

    A lead whose identity was never seen before has no row in the file.
    """
    files = [*map(folder.leads, range(plan.slices)), *sorted(folder.path.glob("counted-*.arrow"))]
    again, first = past.listed_twice(folder)
    parts = [_load_tokens(file, plan, kind, share, again) for file in files]
    row, at, token, *partners = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.lexsort((row, at, token))
    order = order[_has_equal_neighbour(token[order])]
    seen = seen_before(kind, token[order], at[order].astype(np.int64), [column[order] for column in partners])
    of_rows = pa.array((seen["last"] > 0) & (row[order] > 0))  # what was only there before has no row
    table = pa.table({"row": row[order].astype(np.uint32), **seen}).filter(of_rows).sort_by("row")
    if len(again):  # what came before such a row is what came before it where it was listed first
        table = pa.concat_tables([table, _as_rows(table, first, again)]).sort_by("row")
    starts = np.searchsorted(table["row"].to_numpy(), [0, *plan.ends], "right")
    write_table(folder.seen(kind, share), [table[start:end] for start, end in pairwise(starts.tolist())], [])


def _as_rows(table: pa.Table, first: np.ndarray, again: np.ndarray) -> pa.Table:
    """What a table says of the rows ``first``, said of the rows ``again``."""
    rows = table["row"].to_numpy()
    places = np.searchsorted(rows, first)
    there = (
        (places < len(rows)) & (rows[np.minimum(places, max(len(rows) - 1, 0))] == first) if len(rows) else places < 0
    )
    said = table.take(pa.array(places[there]))
    return said.set_column(0, table.schema.field("row"), pa.array(again[there], pa.uint32()))


def seen_before(
    kind: str, token: np.ndarray, at: np.ndarray, partners: Sequence[np.ndarray]
) -> dict[str, np.ndarray | pa.Array]:
    """What came before each lead under its identity, as columns (``arrow_files.read_seen``).

    ``token`` and ``at`` (whole Unix seconds) have a lead each and are sorted by both; ``partners`` has their tokens, in
    the order of ``PARTNERS``, 0 for none. Without an earlier lead ``last`` is 0, and the other columns say nothing.
    """
    positions = np.arange(len(at))
    begins = np.ones(len(at), bool)
    begins[1:] = (token[1:] != token[:-1]) | (np.diff(at) >= FORGET_SOONER.get(kind, FORGET_AFTER))
    identity = np.cumsum(begins) << _BITS_OF_TIME  # a forgotten one that comes again is another one
    windows = [
        np.searchsorted(identity + at, identity + np.maximum((at // step - 12) * step, 0), "left") for step in STEPS
    ]
    first = at[np.maximum.accumulate(np.where(begins, positions, 0))]
    last = np.where(begins, 0, np.roll(at, 1))
    columns = [*[positions - window for window in windows], first, last]
    seen = {name: column.astype(np.uint32) for name, column in zip(SEEN_COUNTS, columns, strict=True)}
    _, hour, day, _, month = windows
    for name, partner in zip(PARTNERS.get(kind, ()), partners, strict=True):
        before = _previous(identity, partner)
        for window_name, window in (("hour", hour), ("day", day), ("month", month)):
            seen[f"{name} {window_name}"] = _count_distinct(partner != 0, before, window).astype(np.uint32)
        seen[f"{name} known"] = before >= month
    if kind in RHYTHM:
        seen[SEEN_TIMES] = _last_times(at, np.where(begins, 0, np.minimum(positions - month, LAST_TIMES)))
    return seen


def _previous(identity: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """The position at which an identity's lead came with the same partner before; -1 for none."""
    order = np.lexsort((partner, identity))  # which leaves those of one partner in their order
    same = (np.diff(identity[order]) == 0) & (partner[order][1:] == partner[order][:-1]) & (partner[order][1:] != 0)
    before = np.full(len(partner), -1)
    before[order[1:][same]] = order[:-1][same]
    return before


def _count_distinct(given: np.ndarray, before: np.ndarray, start: np.ndarray) -> np.ndarray:
    """How many different partners came from the position ``start`` to before each lead; ``start`` never decreases.

    That is how many came in all, less those that came again, counted where they came ``before``. A pair of a partner's
    leads, one after the other, is counted from behind the second until the window has left the first behind.
    """
    came = np.concatenate([[0], np.cumsum(given)])
    again = np.flatnonzero(before >= 0)
    from_here = again + 1
    to_here = np.maximum(np.searchsorted(start, before[again], "right"), from_here)
    length = len(given) + 1
    under_way = np.cumsum(np.bincount(from_here, minlength=length) - np.bincount(to_here, minlength=length))
    distinct: np.ndarray = came[:-1] - came[start] - under_way[:-1]
    return distinct


def _last_times(at: np.ndarray, lengths: np.ndarray) -> pa.Array:
    """So many times before each lead, the oldest first."""
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    positions = np.arange(offsets[-1]) + np.repeat(np.arange(len(at)) - offsets[1:], lengths)
    return pa.ListArray.from_arrays(offsets.astype(np.int32), at[positions].astype(np.uint32))


def _load_tokens(leads: Path, plan: Plan, kind: str, share: int, again: np.ndarray) -> list[np.ndarray]:
    """Row, time, token and partners' tokens of the leads of a file whose identity of this kind is in the share, without
    the rows ``again``, which were counted before.
    """
    names = ["row", "at", kind, *PARTNERS.get(kind, ())]
    with pa.memory_map(str(leads)) as file:
        positions = {_bare_name(name): position for position, name in enumerate(pa.ipc.open_file(file).schema.names)}
        if kind not in positions:
            return [np.zeros(0, np.uint64) for _ in names]
        included = sorted(positions[name] for name in names if name in positions)
        table = pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=included)).read_all()
    columns = {_bare_name(name): table[name].to_numpy() for name in table.column_names}
    chosen = (columns[kind] != 0) & (columns[kind] % np.uint64(plan.shares) == share)
    if len(again):
        chosen &= ~np.isin(columns["row"], again)
    no_tokens = np.zeros(len(table), np.uint64)
    return [columns.get(name, no_tokens)[chosen] for name in names]


def _bare_name(column: str) -> str:
    """A column's name without TOKEN or PARTNER before it."""
    return column.rpartition(" ")[2]


def _has_equal_neighbour(ordered: np.ndarray) -> np.ndarray:
    """Which values of a sorted array occur more than once."""
    repeated = np.zeros(len(ordered), bool)
    same = ordered[1:] == ordered[:-1]
    repeated[1:] |= same
    repeated[:-1] |= same
    return repeated
