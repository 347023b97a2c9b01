"""What a buyer looks for, against leads of many countries."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.records import Lead, Source
from fraudcheck.worth.fit import FitCriterion, compile_criteria, read_fit

TODAY = date(2026, 11, 29)


def fit(lead, *criteria, facts=None):
    return read_fit(lead, facts or {}, compile_criteria([FitCriterion(**each) for each in criteria]), TODAY)


def share(value, **test):
    """What of the weight a value in ``extra.x`` earns; None where it counts as missing."""
    return fit(Lead(phone="1", extra={"x": value}), {"field": "extra.x", **test})[1][0].points


@pytest.mark.parametrize(
    ("value", "test", "earned"),
    [
        ("Lebensmittel", {"values": ["food", "LEBENSMITTEL"]}, 1.0),
        ("  thực  phẩm ", {"values": ["Thuc pham"]}, 1.0),
        ("Żywność", {"values": ["zywnosc"]}, 1.0),
        ("أغذية", {"values": ["اغذيه"]}, 1.0),
        ("toys", {"values": ["food"]}, 0.0),
        ("gold", {"values": {"gold": 1.0, "silver": 0.5}}, 1.0),
        ("Silver", {"values": {"gold": 1.0, "silver": 0.5}}, 0.5),
        (["toys", "food"], {"values": ["food"]}, 1.0),
        (3, {"values": [3, 4]}, 1.0),
        ("3", {"values": [3]}, 1.0),
        (True, {"values": ["true"]}, 1.0),
        ("45.000 €", {"ranges": ["40000-60000"]}, 1.0),
        ("50k–75k", {"ranges": ["> 60k"]}, 1.0),
        ("30-39", {"ranges": ["25-34"]}, 1.0),  # its middle, 34.5: the next range begins with 35
        ("2-5 nhân viên", {"ranges": ["10-50"]}, 0.0),
        ("10 triệu", {"ranges": ["5-20 triệu"]}, 1.0),
        ("100+", {"ranges": {"50-99": 0.5, ">= 100": 1.0}}, 1.0),
        ("1988-04-02", {"ranges": ["30-55"]}, 1.0),
        ("02.04.2005", {"ranges": ["30-55"]}, 0.0),
        (41, {"ranges": ["30-55"]}, 1.0),
        ("80331", {"prefixes": ["80"]}, 1.0),
        ("D-80331", {"prefixes": ["80-86"]}, 1.0),
        ("87435", {"prefixes": ["80-86"]}, 0.0),
        ("sw1a 1aa", {"prefixes": ["SW1"]}, 1.0),
        ("crm-17", {"prefixes": ["CRM"]}, 1.0),
        ("00-950", {"prefixes": ["00"]}, 1.0),
        (70000, {"prefixes": [70]}, 1.0),
        ("anything", {"present": True}, 1.0),
        ({"a": 1}, {"present": True}, 1.0),
        (False, {"present": True}, 1.0),
    ],
)
def test_what_a_value_earns(value, test, earned):
    assert share(value, **test) == earned


@pytest.mark.parametrize(
    ("value", "years"),
    [
        ("geb. 11.08.1959", 67),
        ("geboren am 3. März 1990", 36),
        ("*11.08.1959", 67),
        ("dob 27/02/1988", 38),
        ("DOB: 1988-02-27", 38),
        ("born 5 October 2001", 25),
        ("October 5, 2001", 25),
        ("né le 5 octobre 2001", 25),
        ("nacida el 27/02/1988", 38),
        ("nascido em 27/02/1988", 38),
        ("ur. 27.02.1988", 38),
        ("urodzona 5 października 2001", 25),
        ("sinh ngày 27/2/1988", 38),
        ("sinh năm 1988", 38),
        ("lahir 27-02-1988", 38),
        ("مواليد 1988", 38),
        ("เกิดปี 2531", 38),
        ("nato nel 1988", 38),
        ("Jg. 1959", 67),
        ("Jahrgang 59", 67),
        ("1959", 67),
        (1959, 67),
        ("44", 44),
        ("44 ans", 44),
    ],
)
def test_a_birth_however_written_is_an_age(value, years):
    for field in ("extra.birth", "extra.Geburtsdatum", "extra.data_nascimento", "extra.customerAge"):
        lead = Lead(phone="1", extra={field.partition(".")[2]: value})
        assert fit(lead, {"field": field, "ranges": {str(years): 1.0}})[1][0].points == 1.0


@pytest.mark.parametrize("value", ["130", 999, "2090", "1850", "born 2090", "n/a", "soon", True])
def test_what_is_no_age_is_missing(value):
    lead = Lead(phone="1", extra={"age": value})
    assert fit(lead, {"field": "extra.age", "ranges": ["1-120"]})[1][0].points is None


@pytest.mark.parametrize("value", ["1964", 1964, "1.964 €"])
def test_a_number_is_a_year_in_a_field_about_age_only(value):
    assert share(value, ranges=["1900-2000"]) == 1.0


@pytest.mark.parametrize(
    ("value", "test", "earned"),
    [
        ("Head of Purchasing", {"values": ["head"]}, 1.0),
        ("Headhunting", {"values": ["head"]}, 0.0),
        ("Deputy Plant Manager", {"values": {"plant manager": 1.0, "manager": 0.5}}, 1.0),
        ("Manager, plant 3", {"values": {"plant manager": 1.0, "manager": 0.5}}, 0.5),
        ("manager of the plant", {"values": ["plant manager"]}, 0.0),
        ("Sản xuất thực phẩm", {"values": ["thuc pham"]}, 1.0),
        ("食品工場", {"values": ["食品"]}, 1.0),
        ("13 rooms", {"values": [3]}, 0.0),
        ("3.5", {"values": [3]}, 0.0),
        ("none", {"values": ["none"]}, 1.0),
        ("none", {"values": {"none": 0.0, "private": 1.0}}, 0.0),
    ],
)
def test_values_are_whole_words(value, test, earned):
    assert share(value, **test) == earned


@pytest.mark.parametrize(
    "value", ["-", "--", "–", "?", "???", "n/a", "N/A", "n.a.", "none", "NULL", "undefined", "k.A.", "brak"]
)
@pytest.mark.parametrize("test", [{"values": ["x"]}, {"ranges": ["1-2"]}, {"prefixes": ["n", "1"]}, {"present": True}])
def test_what_stands_for_nothing_is_missing(value, test):
    assert share(value, **test) is None


def test_every_criterion_at_fault_is_said_at_once():
    with pytest.raises(ValueError, match=r"(?s)criterion 1 .*criterion 3 ") as problem:
        compile_criteria(
            [
                FitCriterion(field="extra.a", values=[]),
                FitCriterion(field="extra.b", values=["x"]),
                FitCriterion(field="age", ranges=["1-2"]),
            ]
        )
    assert "criterion 2" not in str(problem.value)


@pytest.mark.parametrize(
    ("value", "test"),
    [
        (value, test)
        for value in (None, "", "  ", {}, [], [None], {"deep": {"er": 1}}, float("nan"), 1e400, [[["x"]]])
        for test in ({"values": ["x"]}, {"ranges": ["1-2"]}, {"prefixes": ["1"]})
    ]
    + [("soon", {"ranges": ["1-2"]}), ("3000-01-01", {"ranges": ["1-2"]}), ("–", {"prefixes": ["1"]})],
)
def test_what_cannot_be_read_is_missing(value, test):
    assert share(value, **test) is None


def test_fit_is_earned_by_what_is_known():
    criteria = (
        {"name": "age", "field": "extra.age", "weight": 30, "ranges": ["30-55"]},
        {"name": "area", "field": "postal_code", "weight": 20, "prefixes": ["80"]},
        {"name": "income", "field": "extra.income", "weight": 50, "ranges": ["> 50k"]},
    )
    value, found = fit(Lead(email="a@b.de", postal_code="10115", extra={"age": "40"}), *criteria)
    assert value == 60.0
    assert [(each.name, each.value, each.points) for each in found] == [
        ("age", "40", 30.0),
        ("area", "10115", 0.0),
        ("income", None, None),
    ]
    assert fit(Lead(email="a@b.de"), *criteria)[0] is None
    assert fit(Lead(email="a@b.de"))[0] is None


@pytest.mark.parametrize(
    ("extra", "field", "found"),
    [
        ({"age": 40}, "extra.age", True),
        ({"household": {"age": 40}}, "extra.household.age", True),
        ({"household.age": 40}, "extra.household.age", True),
        ({"client.tls": {"age": 40}}, "extra.client.tls.age", True),
        ({"extra": {"age": 40}}, "extra.age", True),
        ({"household": [40]}, "extra.household.age", False),
        ({"household": "40"}, "extra.household.age", False),
        ({"ages": 40}, "extra.age", False),
    ],
)
def test_where_a_field_of_extra_is_found(extra, field, found):
    value, _ = fit(Lead(phone="1", extra=extra), {"field": field, "ranges": ["30-50"]})
    assert value == (100.0 if found else None)


def test_own_fields_and_their_source():
    lead = Lead(email="a@b.pl", country="PL", source=Source(campaign="Herbst"))
    assert fit(lead, {"field": "country", "values": ["DE", "PL"]})[0] == 100.0
    assert fit(lead, {"field": "source.campaign", "values": ["herbst"]})[0] == 100.0
    by_phone = {"phone": {"v": 2, "region": "VN"}}
    assert fit(Lead(phone="1"), {"field": "country", "values": ["VN"]}, facts=by_phone)[0] == 100.0
    assert fit(Lead(phone="1"), {"field": "country", "values": ["VN"]}, facts={"phone": {"region": "001"}})[0] is None


@pytest.mark.parametrize(
    ("facts", "company", "free"),
    [
        ({"v": 2}, 1.0, 0.0),
        ({"v": 2, "class": "free"}, 0.0, 1.0),
        ({"v": 2, "class": "disposable"}, 0.0, 0.0),
        ({"v": 2, "problem": "syntax"}, None, None),
        ({"v": 2, "unknown": "error"}, None, None),
        ({"v": 2, "mistyped": "gmail.com"}, None, None),
        (None, None, None),
    ],
)
def test_whose_mail_domain_it_is(facts, company, free):
    lead = Lead(email="an@firma.vn")
    for kind, earned in (("company", company), ("free", free)):
        assert fit(lead, {"field": "email", "mail": kind}, facts={"email": facts})[1][0].points == earned


@pytest.mark.parametrize(
    ("criterion", "told"),
    [
        ({"field": "age", "ranges": ["1-2"]}, "extra.age"),
        ({"field": "extra", "ranges": ["1-2"]}, "extra.NAME"),
        ({"field": "extra.a..b", "ranges": ["1-2"]}, "extra.NAME"),
        ({"field": "source", "values": ["x"]}, "no single value"),
        ({"field": "activity", "values": ["x"]}, "no single value"),
        ({"field": "email.x", "values": ["x"]}, "no field"),
        ({"field": "extra.a"}, "give one of values"),
        ({"field": "extra.a", "values": ["x"], "ranges": ["1-2"]}, "not values and ranges"),
        ({"field": "extra.a", "values": []}, "at least one"),
        ({"field": "extra.a", "values": [""]}, "empty value"),
        ({"field": "extra.a", "values": {"x": 2.0}}, "from 0 to 1"),
        ({"field": "extra.a", "ranges": ["many"]}, "no range"),
        ({"field": "extra.a", "prefixes": ["-"]}, "no beginning"),
        ({"field": "extra.a", "values": ["x"], "weight": 0}, "above 0"),
        ({"field": "extra.a", "values": ["x"], "weight": float("nan")}, "above 0"),
        ({"field": "extra.a", "mail": "free"}, '"email"'),
    ],
)
def test_a_criterion_that_cannot_be_is_said_with_what_to_do(criterion, told):
    with pytest.raises(ValueError, match=r"fit, criterion 1") as problem:
        compile_criteria([FitCriterion(**criterion)])
    assert told in str(problem.value)


def test_two_criteria_of_one_name():
    with pytest.raises(ValueError, match="two of this name"):
        compile_criteria([FitCriterion(field="extra.a", values=["x"]), FitCriterion(field="extra.a", values=["y"])])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)
CRITERIA = (
    {"name": "a", "field": "extra.a", "weight": 3.5, "values": {"x": 0.3, "1": 1.0}},
    {"name": "b", "field": "extra.b", "weight": 20, "ranges": {"1-10": 1.0, "> 10": 0.25}},
    {"name": "c", "field": "extra.c.d", "weight": 7, "prefixes": ["1", "a"]},
    {"name": "d", "field": "extra.a", "weight": 1, "present": True},
)


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "c.d", "extra"]), JSON, max_size=5))
def test_any_extra_is_read_and_criteria_add_up(extra):
    value, found = fit(Lead(phone="1", extra=extra), *CRITERIA)
    known = [each for each in found if each.points is not None]
    assert all(0 <= each.points <= each.weight and each.value is not None for each in known)
    assert all(each.value is None for each in found if each.points is None)
    if not known:
        assert value is None
    else:
        assert value == round(100 * sum(each.points for each in known) / sum(each.weight for each in known), 1)


@given(
    st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["x", "1", "5", "50", "none"])), st.sampled_from("ab")
)
def test_missing_is_never_worse_than_what_earns_nothing(extra, left_out):
    without = {name: value for name, value in extra.items() if name != left_out}
    nothing = {**without, left_out: {"a": "zzz", "b": "0"}[left_out]}
    with_nothing, missing = (fit(Lead(phone="1", extra=each), *CRITERIA[:2])[0] for each in (nothing, without))
    assert missing is None or missing >= (with_nothing or 0.0)


@given(st.permutations(["a", "b", "c", "z"]))
def test_the_order_of_fields_does_not_matter(order):
    extra = {"a": "x", "b": "12", "c": {"d": "1"}, "z": 3}
    assert fit(Lead(phone="1", extra={name: extra[name] for name in order}), *CRITERIA) == fit(
        Lead(phone="1", extra=extra), *CRITERIA
    )
