"""How is a model of ordinary leads fitted to their measures? By PyOD's HBOS, kept as plain tables.

PyOD and numpy are needed here alone (the extra ``train``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fraudcheck.anomaly.detector import Model
from fraudcheck.anomaly.features import Cut, Feature, codes, columns

_MAX_REFERENCE_SCORES = 5_000
"""Scores that the reference sample keeps at most."""
_TRIMMED_SHARE = 0.02
"""Share of the most unusual rows that the second fit leaves out."""
_BINS, _PAIR_BINS = 10, 6
"""Bins of a measure that stands alone, and of each measure of a pair."""
_RARE_SHARE = 0.005
"""A measure that a smaller share of leads has is left out; and the share of values outside the edges, on each side."""
_HBOS_BINS = 128
"""PyOD's bins a column: at least one for each code, and the same number for all columns, so that all are smoothed
alike."""

SINGLES = (
    *("form.fill", "form.look", "form.keys_typed", "form.pointer", "form.pasted", "form.filled"),
    *("email.digits", "email.separators", "email.free", "identity.match", "phone.valid", "content.message"),
    *("network.far", "network.hours", "cluster.hour"),
    *("velocity.ip_hour", "velocity.ip_day", "velocity.network_hour", "velocity.device_day"),
    *("velocity.mailbox_month", "velocity.phone_month"),
)
PAIRS = (
    ("form.fill", "form.typed"),
    ("form.look", "form.pointer"),
    ("form.keys_typed", "form.pointer"),
    ("form.fill", "form.pointer"),
    ("form.fill", "form.keys_typed"),
    ("form.keys_typed", "form.pasted"),
    ("form.keys_typed", "form.filled"),
    ("form.desktop", "form.pointer"),
    ("form.desktop", "form.filled"),
    ("velocity.ip_hour", "velocity.device_day"),
)
"""Measures that depend on each other when a person fills in a form: time and length of the text, keystrokes and pasted
text, pointer and kind of device."""


def fit_model(rows: Sequence[Mapping[str, float]], name: str, *, made_up: bool = False) -> Model:
    """Fit PyOD's HBOS to rows of measures, twice: the second time without the rows that it found most unusual.

    ``made_up`` says that the rows are no real leads' (``Model.learned``).

    Every fifth row is not learned from but scored, as the reference sample. Raises ValueError if PyOD is missing.
    """
    np, _ = load_libraries()
    reference_rows = rows[::5]
    learned_rows = [row for position, row in enumerate(rows) if position % 5]
    features = _choose_features(learned_rows)
    read_by = columns(features)
    learned = np.array([codes(row, read_by) for row in learned_rows])
    scores = _fit_hbos(learned, features).decision_scores_
    detector = _fit_hbos(learned[scores <= np.quantile(scores, 1 - _TRIMMED_SHARE)], features)
    reference = np.array([codes(row, read_by) for row in reference_rows])
    reference_scores = np.sort(detector.decision_function(scale_codes(reference, features)))
    if len(reference_scores) > _MAX_REFERENCE_SCORES:
        kept = np.linspace(0, len(reference_scores) - 1, _MAX_REFERENCE_SCORES).astype(int)
        reference_scores = reference_scores[kept]
    return Model(
        v=2,
        name=name,
        learned=0 if made_up else len(rows),
        features=features,
        surprise=_score_tables(detector, features),
        usual=tuple(
            tuple((np.bincount(reference[:, column], minlength=feature.size) / len(reference)).round(5).tolist())
            for column, feature in enumerate(features)
        ),
        reference=tuple(reference_scores.tolist()),
    )


def scale_codes(table: Any, features: Sequence[Feature]) -> Any:
    """A table of codes (rows by features) as the matrix that PyOD gets, with each column from 0 to 1."""
    np, _ = load_libraries()
    return table / np.array([feature.size - 1 for feature in features])


def _fit_hbos(table: Any, features: Sequence[Feature]) -> Any:
    _, hbos = load_libraries()
    return hbos(n_bins=_HBOS_BINS).fit(scale_codes(table, features))


def _score_tables(detector: Any, features: Sequence[Feature]) -> tuple[tuple[float, ...], ...]:
    """For each feature, what each of its codes adds to the detector's score.

    HBOS adds up one score for each feature. So the detector is given a row of zeros, and rows that differ from it in
    one feature. The score of the row of zeros is subtracted everywhere but in the first feature's table.
    """
    np, _ = load_libraries()
    rows = np.zeros((1 + sum(feature.size for feature in features), len(features)), dtype=int)
    first = 1
    for column, feature in enumerate(features):
        rows[first : first + feature.size, column] = range(feature.size)
        first += feature.size
    scores = detector.decision_function(scale_codes(rows, features))
    tables, first = [], 1
    for column, feature in enumerate(features):
        feature_scores = scores[first : first + feature.size] - (scores[0] if column else 0.0)
        tables.append(tuple(feature_scores.tolist()))
        first += feature.size
    return tuple(tables)


def _choose_features(rows: Sequence[Mapping[str, float]]) -> tuple[Feature, ...]:
    """Features of the measures that at least one lead in two hundred has and that have more than one value."""
    counts = Counter(name for row in rows for name in row)
    singles = [name for name in SINGLES if counts[name] >= _RARE_SHARE * len(rows)]
    pairs = [pair for pair in PAIRS if all(counts[name] >= _RARE_SHARE * len(rows) for name in pair)]
    features = [Feature((_choose_edges(name, rows, _BINS),)) for name in singles]
    features += [Feature(tuple(_choose_edges(name, rows, _PAIR_BINS) for name in pair)) for pair in pairs]
    return tuple(feature for feature in features if all(cut.edges for cut in feature.cuts))


def _choose_edges(name: str, rows: Sequence[Mapping[str, float]], bins: int) -> Cut:
    """The edges of a measure's bins: one between any two values if these are few, else at equal distances.

    Edges at equal distances span all values but the rarest.
    """
    np, _ = load_libraries()
    values = np.array([row[name] for row in rows if name in row])
    distinct = np.unique(values)
    midpoints = (distinct[1:] + distinct[:-1]) / 2
    if len(distinct) <= bins:
        edges = midpoints
    else:
        low, high = np.quantile(values, [_RARE_SHARE, 1 - _RARE_SHARE])
        edges = np.unique(np.linspace(low, high, bins - 1)) if low < high else midpoints[:bins]
    return Cut(name, tuple(edges.round(4).tolist()))


def load_libraries() -> tuple[Any, Any]:
    """The numpy module and PyOD's HBOS class. Raises ValueError, with what to do, if they are not installed."""
    try:
        import numpy  # noqa: PLC0415 - an extra that the service does not need
        from pyod.models.hbos import HBOS  # noqa: PLC0415 - as above
    except ImportError:
        raise ValueError("training needs PyOD: pip install '.[train]' in fraudcheck's folder") from None
    return numpy, HBOS
