from pathlib import Path
from random import Random

import numpy as np
import pytest

from bench.evaluate import enquiries as measures
from fraudcheck.adapters.lists.enquiries import enquiries_model
from fraudcheck.worth.enquiry import KINDS
from training.enquiries.folding import folding_table
from training.enquiries.templates import LOCALES, Filler, read_file, read_templates
from training.enquiries.vary import vary, without_accents

TEXTS = Path(__file__).parents[2] / "training" / "enquiries" / "texts"


def test_every_language_has_every_kind_by_several_authors():
    found = {}
    for one in read_templates(TEXTS):
        found.setdefault((one.language, one.kind), set()).add(one.author)
    assert found.keys() == {(language, kind) for language in LOCALES for kind in KINDS}
    assert all(len(authors) >= 3 for authors in found.values())


@pytest.mark.parametrize("language", LOCALES)
def test_templates_are_filled_in_and_varied(language):
    random = Random(1)  # noqa: S311  # to be the same each time
    filler = Filler(random)
    text = filler.fill("[a|b] {name} {company} {city} {phone} {mail} {url} {n} {price} {date} {product}\\nc", language)
    assert not set("[]{}|\\") & set(text)
    assert "\n" in text
    assert vary(text, language, random)


def test_a_line_of_no_kind_is_said(tmp_path):
    file = tmp_path / "en.txt"
    file.write_text("## lead\nhello\n")
    with pytest.raises(ValueError, match=r"en\.txt:1: no such kind: lead"):
        list(read_file(file))


def test_accents_are_left_out():
    assert without_accents("Đà Nẵng, łódź, são") == "Da Nang, lodz, sao"


def test_the_shipped_model_folds_as_the_training_does():
    assert np.array_equal(np.frombuffer(enquiries_model().body, "<u2", len(folding_table())), folding_table())


def test_the_measure_of_other_texts(tmp_path):
    file = tmp_path / "en.txt"
    file.write_text(
        "## sales_lead\nHow much is {product}, delivered to {city}?\n## spam\nonline casino free spins {url}\n"
    )
    said = list(measures.report(str(file)))
    assert said[1].split()[:2] == ["en", "6"]
    assert said[-1].endswith("the model alone")
