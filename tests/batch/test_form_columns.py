"""A form's labels are found by the table of files' headings, after what its source's key chose."""

from __future__ import annotations

import pytest

from fraudcheck.batch.form_columns import find_columns


@pytest.mark.parametrize(
    ("labels", "chosen", "fields"),
    [
        (["Telefon", "E-Mail"], {}, {"email": ("E-Mail",), "phone": ("Telefon",)}),
        (["Telefon", "7"], {"phone": ["7"]}, {"phone": ("7",)}),
        (["Telefon", "7"], {"phone": ["gone"]}, {"phone": ("Telefon",)}),
        (["7", "8"], {"phone": ["7", "8", "7"]}, {"phone": ("7", "8")}),
        (["7", "8"], {"name": ["gone", "7", "8"]}, {"name": ("7",)}),
        (["7"], {"phone": ["7"], "name": ["7"]}, {"phone": ("7",)}),
        (["7"], {"no_field": ["7"]}, {}),
        (["id"], {"reference": ["id"]}, {"reference": ("id",)}),
        (["date", "id", "price", "utm_source"], {}, {"source.click.utm_source": ("utm_source",)}),
    ],
)
def test_fields(labels, chosen, fields):
    assert find_columns(labels, chosen).fields == fields


def test_what_may_be_a_contact_and_what_is_somebody_elses():
    question = "Unter welcher Telefonnummer erreichen wir Sie?"
    found = find_columns([question, "owner email", "Wann?"], {})
    assert (found.perhaps, list(found.others)) == ({question: "phone"}, ["owner email"])


def test_of_very_many_labels_the_shortest_and_the_chosen_are_looked_at():
    labels = [f"{'long ' * 30}{number}" for number in range(400)] + ["x" * 300, "Telefon"]
    found = find_columns(labels, {"name": ["x" * 300]})
    assert found.fields == {"phone": ("Telefon",), "name": ("x" * 300,)}
