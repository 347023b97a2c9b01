"""A tenant's table of quality: the default, its own over it, or a sentence that says what to do."""

from __future__ import annotations

import pytest

from fraudcheck.adapters.tenant_files import read_funnel, read_quality_table, tenant_quality
from fraudcheck.worth.quality import QualityTable


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "tenants" / "acme" / "quality.toml"
    path.parent.mkdir(parents=True)
    return path


def test_without_a_file_it_is_the_default(tmp_path):
    assert tenant_quality(tmp_path, "acme") == QualityTable()


def test_own_values_stand_over_the_default(tmp_path, own):
    own.write_text('[[fit]]\nfield = "extra.größe"\nvalues = ["groß"]\n\n[band]\nasked = "hot"\n', "utf-8")
    table = tenant_quality(tmp_path, "acme")
    assert table.fit[0].values == ["groß"]
    assert table.band.asked == "hot"
    assert table.band.rows == QualityTable().band.rows
    assert tenant_quality(tmp_path, "other") == QualityTable()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "write it again, or delete it"),
        (b" \n", "write it again, or delete it"),
        (b"[[fit]]\nfield = ", "Invalid value"),
        (b"\xff\xfe\x00", "utf-8"),
        (b"a = " + b"[" * 5000, ""),
        (b"[[fits]]\nfield = 'country'\n", "fits"),
        (b"fit = 3\n", "fit"),
        (b"[[fit]]\nfield = 'income'\nranges = ['1-2']\n", "extra.income"),
        (b"[[fit]]\nfield = 'extra.a'\nranges = ['lots']\n", "lots"),
        (b"[engagement.weights]\nmessage = inf\n", "message"),
        (b"[not_now]\nafter_days = '3'\n", "after_days"),
    ],
)
def test_a_broken_file_is_said_and_never_half_read(tmp_path, own, content, told):
    own.write_bytes(content)
    with pytest.raises(ValueError, match=r"quality\.toml") as problem:
        tenant_quality(tmp_path, "acme")
    assert told in str(problem.value)


def test_a_funnel_has_a_currency_that_there_is(tmp_path):
    table = tmp_path / "funnel.toml"
    table.write_text('currency = "eur"\n')
    assert read_funnel(table).currency == "EUR"
    table.write_text('currency = "ABC"\n')
    with pytest.raises(ValueError, match="no currency has the code ABC"):
        read_funnel(table)


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.symlink_to("/nowhere/quality.toml")])
def test_what_is_no_file_is_no_default(tmp_path, own, make):
    make(own)
    with pytest.raises(ValueError, match="put one there, or delete"):
        tenant_quality(tmp_path, "acme")


def test_a_file_that_is_named_has_to_be_there(tmp_path):
    with pytest.raises(ValueError, match="missing"):
        read_quality_table(tmp_path / "quality.toml")
