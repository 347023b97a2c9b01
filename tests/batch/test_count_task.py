"""Counting all leads at once says what counting one lead after the other says."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from fraudcheck.batch.arrow_files import seen_of
from fraudcheck.batch.count_task import seen_before
from fraudcheck.counting.formula import observe
from fraudcheck.counting.windows import FORGET_AFTER, PARTNERS, RHYTHM, STEPS

KINDS = sorted({*PARTNERS, *RHYTHM, "body", "everyone"})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("span", [step * 12 for step in STEPS] + [3 * FORGET_AFTER])
def test_it_is_the_formula(kind, span):
    dice = random.Random(span)  # noqa: S311 - repeatable on purpose
    leads = sorted(
        (dice.randint(1, 4) << 61, 1_699_920_000 + dice.randrange(span) // 25 * 25) for _ in range(dice.randint(1, 200))
    )
    token, at = np.array([lead[0] for lead in leads], np.uint64), np.array([lead[1] for lead in leads])
    partners = [
        np.array([dice.choice([0, 1, 2, dice.getrandbits(64)]) for _ in leads], np.uint64)
        for _ in PARTNERS.get(kind, ())
    ]
    columns = seen_before(kind, token, at, partners)
    found = list(seen_of(kind, pa.RecordBatch.from_pydict(columns)))

    identities = {}
    for position, (identity, second) in enumerate(leads):
        its_partners = [int(column[position]) or None for column in partners]
        identities[identity], expected = observe(kind, identities.get(identity), its_partners, second)
        if expected.last:
            assert found[position] == expected
        else:
            assert not columns["last"][position]


@pytest.mark.parametrize("kind", KINDS)
def test_no_lead(kind):
    nothing = np.zeros(0, np.uint64)
    columns = seen_before(kind, nothing, nothing.astype(np.int64), [nothing for _ in PARTNERS.get(kind, ())])
    assert {name: len(column) for name, column in columns.items()} == dict.fromkeys(columns, 0)
