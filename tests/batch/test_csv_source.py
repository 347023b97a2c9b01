import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.batch.csv_source import guess_delimiter


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("email,phone\na@example.com,1\n", ","),
        ("email;phone\na@example.com;1\n", ";"),
        ("email\tphone\na@example.com\t1\n", "\t"),
        ("email|phone\r\na@example.com|1\r\n", "|"),
        ("email\na@example.com\n", ","),
        ("", ","),
        ("\n\n", ","),
        ("email;phone", ";"),
        ('"Name, first, middle";email\n"Doe, Ann, B";a@example.com\n', ";"),
        ("email;price;cost\na@example.com;1,5;2,5\nb@example.com;1,5;2,5\n", ";"),
        ("name;email\nDoe, Ann;a@example.com\nRoe, Bo;b@example.com\n", ";"),
        ('email,message\na@example.com,"one;two\nthree;four;five"\nb@example.com,"six;', ","),
        ("a,b,c,d\n1,2,3,4\n1,2,3\n1,2,3,4\n", ","),
        ('email,"message\n' + "x" * 200_000, ","),
    ],
)
def test_the_delimiter_cuts_the_records_evenly(sample, expected):
    assert guess_delimiter(sample) == expected


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@given(
    st.sampled_from(",;\t|"),
    st.integers(2, 6).flatmap(lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1, max_size=8)),
)
def test_a_file_of_quoted_cells_is_cut_as_it_was_written(separator, rows):
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
    assert guess_delimiter(written.getvalue()) == separator
