"""What was seen of each identity before each lead? Counted over all leads of a batch, one kind of identity at a time.

The leads are counted in the order of (submitted_at, row), so that each lead has in view what came before it, as the
service would have had on that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, repeat

import numpy as np
import pyarrow as pa

from fraudcheck.batch.arrow_files import SEEN_SCHEMA, write_table
from fraudcheck.batch.folder import Folder, Plan
from fraudcheck.counting.formula import observe, pack
from fraudcheck.counting.windows import PARTNERS


def count_share(folder: Folder, plan: Plan, kind: str, share: int) -> None:
    """Count the leads of each identity of a kind in a share, and write what was seen before each lead.

    A lead whose identity was never seen before has no row in the file.
    """
    parts = [_load_tokens(folder, plan, number, kind, share) for number in range(plan.slices)]
    row, at, token, *partners = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.lexsort((row, at, token))
    order = order[_has_equal_neighbour(token[order])]
    partner_tuples = (
        zip(*[_none_for_zero(column[order]) for column in partners], strict=True) if partners else repeat(())
    )
    seen: list[tuple[int, bytes]] = []
    last_token, identity = None, None
    for lead_row, second, lead_token, lead_partners in zip(
        row[order].tolist(), at[order].astype(np.int64).tolist(), token[order].tolist(), partner_tuples, strict=False
    ):
        identity, before = observe(kind, identity if lead_token == last_token else None, lead_partners, second)
        last_token = lead_token
        if before.last:
            seen.append((lead_row, pack(kind, before)))
    seen.sort()
    rows, packed = zip(*seen, strict=True) if seen else ((), ())
    starts = np.searchsorted(rows, np.arange(plan.slices + 1) * plan.size, "right")
    table = pa.table([pa.array(rows, pa.uint32()), pa.array(packed, pa.large_binary())], SEEN_SCHEMA)
    write_table(folder.seen(kind, share), [table[start:end] for start, end in pairwise(starts.tolist())], [])


def _load_tokens(folder: Folder, plan: Plan, number: int, kind: str, share: int) -> list[np.ndarray]:
    """Row, time, token and partners' tokens of the leads of a slice whose identity of this kind is in the share."""
    names = ["row", "at", kind, *PARTNERS.get(kind, ())]
    with pa.memory_map(str(folder.leads(number))) as file:
        positions = {_bare_name(name): position for position, name in enumerate(pa.ipc.open_file(file).schema.names)}
        if kind not in positions:
            return [np.zeros(0, np.uint64) for _ in names]
        included = sorted(positions[name] for name in names if name in positions)
        table = pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=included)).read_all()
    columns = {_bare_name(name): table[name].to_numpy() for name in table.column_names}
    chosen = (columns[kind] != 0) & (columns[kind] % np.uint64(plan.shares) == share)
    no_tokens = np.zeros(len(table), np.uint64)
    return [columns.get(name, no_tokens)[chosen] for name in names]


def _bare_name(column: str) -> str:
    """A column's name without TOKEN or PARTNER before it."""
    return column.rpartition(" ")[2]


def _none_for_zero(tokens: np.ndarray) -> Iterator[int | None]:
    return (token or None for token in tokens.tolist())


def _has_equal_neighbour(ordered: np.ndarray) -> np.ndarray:
    """Which values of a sorted array occur more than once."""
    repeated = np.zeros(len(ordered), bool)
    same = ordered[1:] == ordered[:-1]
    repeated[1:] |= same
    repeated[:-1] |= same
    return repeated
