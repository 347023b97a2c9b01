"""A confirmation is read as strictly as an outcome: a guess would verify a stranger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.intake.confirmation import FaultyConfirmation, read_confirmation
from fraudcheck.records import CHANNELS, CONFIRMED_BY, Confirmation

NOW = "2026-11-29T10:00:00.000Z"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("how", CONFIRMED_BY)
def test_every_channel_and_every_way(channel, how):
    assert read_confirmation({"channel": channel, "how": how}) == Confirmation(channel=channel, how=how)
    spelled = {"channel": f" {channel.upper()} ", "how": how.title(), "at": None, "buyer": "somebody else"}
    assert read_confirmation(spelled) == Confirmation(channel=channel, how=how)


@pytest.mark.parametrize(
    ("at", "read"),
    [
        ("2026-11-29T16:59:59+07:00", "2026-11-29T09:59:59.000Z"),
        ("2026-11-29", "2026-11-29T00:00:00.000Z"),
        (1_764_000_000, "2025-11-24T16:00:00.000Z"),
        ("", ""),
        (None, ""),
    ],
)
def test_times(at, read):
    assert read_confirmation({"channel": "email", "how": "link", "at": at}).at == read


@pytest.mark.parametrize("at", ["tomorrow", True, [], {"x": 1}, 1e300, "9" * 500])
def test_no_times(at):
    with pytest.raises(FaultyConfirmation) as problem:
        read_confirmation({"channel": "email", "how": "link", "at": at})
    assert [error["field"] for error in problem.value.errors] == ["at"]


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda part: st.lists(part, max_size=3)
)


@given(st.dictionaries(st.sampled_from(["channel", "how", "at", "x"]), json | st.sampled_from(["email", "link", NOW])))
def test_whatever_is_sent_is_read_or_said(raw):
    try:
        read = read_confirmation(raw)
    except FaultyConfirmation as problem:
        for error in problem.errors:
            assert error["field"] in ("channel", "how", "at")
            assert error["problem"]
    else:
        assert read.channel in CHANNELS
        assert read.how in CONFIRMED_BY
