from time import perf_counter

import pytest

from fraudcheck.adapters.tenant_files import tenant_competitors
from fraudcheck.fields.competitors import NO_COMPETITORS, Competitors, load_competitors
from fraudcheck.records import Lead


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"domain": ["rival.example"]}, "domain"),
        ({"domains": "rival.example"}, "domains"),
        ({"domains": ["https://rival.example"]}, "without https://"),
        ({"domains": ["jo@rival.example"]}, "without https://"),
        ({"names": ["X"]}, "names"),
        ({"names": [3]}, "names"),
    ],
)
def test_a_faulty_table_is_said(table, problem):
    with pytest.raises(ValueError, match=problem):
        load_competitors(table)


def test_domains_are_a_labels():
    assert load_competitors({"domains": ["Bücher.Example"]}).domains == ("xn--bcher-kva.example",)


@pytest.mark.parametrize(
    ("names", "company", "by"),
    [
        (("Sun & Son",), "SUN and Son", None),
        (("Sun & Son",), "sun  & son gmbh", "name"),
        (("Świat Okien",), "SWIAT OKIEN sp. z o.o.", "name"),
        (("ABC",), "ABCD Ltd", None),
        (("ABC",), "The ABC Group", "name"),
    ],
)
def test_names_in_whole_words(names, company, by):
    assert Competitors(names=names).by(Lead(company=company), None) == by


def test_the_tenants_file(tmp_path):
    assert tenant_competitors(tmp_path, "default") is NO_COMPETITORS
    path = tmp_path / "tenants" / "default" / "competitors.toml"
    path.parent.mkdir(parents=True)
    path.write_text('domains = ["rival.example"]\nnames = ["Nắng Vàng"]\n')
    assert tenant_competitors(tmp_path, "default") == Competitors(domains=("rival.example",), names=("Nắng Vàng",))
    for broken in ("", "domains = [", 'domains = "x"'):
        path.write_text(broken)
        with pytest.raises(ValueError, match=r"competitors\.toml: "):
            tenant_competitors(tmp_path, "default")


def test_a_long_list_costs_a_lead_no_more():
    many = range(50_000)
    rivals = Competitors(
        domains=tuple(f"rival{n}.example" for n in many), names=tuple(f"Rival Number {n}" for n in many)
    )
    started = perf_counter()
    for n in many[:300]:
        assert rivals.by(Lead(company=f"The Rival  Number-{n} GmbH"), "own.example") == "name"
        assert rivals.by(Lead(company="Rival Number"), f"mail.rival{n}.example") == "domain"
        assert rivals.by(Lead(company="Number Rival 7"), "own.example") is None
    assert perf_counter() - started < 10  # going through the names takes minutes
