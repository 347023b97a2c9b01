from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.fields.normal_form import normalize

FORMS = ("NFC", "NFKC", "NFKD")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Ánh", "Nguye\u0302\u0303n", "ﬁrma", "Ｎｏｌａｎ", "이준호", "อารียา แก้วมณี", "मुहम्मद अली",
        "عَبْدُ الرَّحْمٰنِ", "Zażółć gęślą", "e" + "\u0301" * 30, "😀" * 40, "…" * 60,
    ],
)  # fmt: skip
def test_what_people_type_is_normalised_as_ever(form, text):
    assert normalize(form, text) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("marks", ["\u0301", "\u0327\u0301", "\u0345", "\u064b\u0650", "\u20d0\u20d1"])
def test_of_marks_in_a_row_the_first_thirty_are_kept(form, marks):
    run = (marks * 40_000)[:40_000]
    found = normalize(form, f"a{run}b{run}")
    assert len(found) <= 2 + 2 * 30
    assert found == unicodedata.normalize(form, f"a{run[:30]}b{run[:30]}")


@given(st.text(max_size=60), st.sampled_from(FORMS))
def test_any_text_without_long_runs_is_left_as_it_is(text, form):
    assert normalize(form, text) == unicodedata.normalize(form, text) or len(text) > 30
