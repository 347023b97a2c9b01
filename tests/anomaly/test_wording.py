"""Every measure has words, and what is usual is told beside it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fraudcheck.anomaly.wording import measure_text
from fraudcheck.operations.model_fitting import PAIRS, SINGLES


@pytest.mark.parametrize("measure", sorted({*SINGLES, *(measure for pair in PAIRS for measure in pair)}))
def test_every_measure_that_training_uses_has_words(measure: str) -> None:
    words = measure_text(measure, 1.0, None).partition(":")[0]
    assert " " in words
    assert measure not in words


def test_no_two_measures_have_the_same_words() -> None:
    measures = {*SINGLES, *(measure for pair in PAIRS for measure in pair)}
    assert len({measure_text(measure, 1.0, None) for measure in measures}) == len(measures)


@pytest.mark.parametrize(
    ("value", "usual", "text"),
    [
        (0.8, (4.1, 93.6), "0.8 (usually 4.1 to 93.6)"),
        (120.0, (None, 93.6), "120 (usually up to 93.6)"),
        (0.0, (4.0, None), "0 (usually 4 or more)"),
        (3.0, (None, None), "3 (any)"),
        (3.0, (), "3 (any)"),
        (3.0, None, "3 (usually not measured)"),
        (None, (4.1, 93.6), "not measured (usually 4.1 to 93.6)"),
    ],
)
def test_a_measure_and_what_is_usual(value: float | None, usual: Sequence[float | None] | None, text: str) -> None:
    assert measure_text("form.fill", value, usual) == f"seconds for filling in the form: {text}"


def test_a_measure_without_words_shows_its_name() -> None:
    assert measure_text("form.new", 2.0, None) == "form.new: 2 (usually not measured)"
