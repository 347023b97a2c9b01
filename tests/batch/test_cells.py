from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.batch.cells import LeadReader, flatten, gives_no_time
from fraudcheck.batch.columns import FIELDS, propose_mapping
from fraudcheck.intake.lead import read_lead
from fraudcheck.worth.fit import within

LISTS = load_lists()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"Mail": "ann@example.com", "IP": "192.0.2.1"}, {"email": "ann@example.com", "client": {"ip": "192.0.2.1"}}),
        (
            {"Price": 12.5, "Cur": "EUR", "Secs": 3.5},
            {"source": {"price": {"amount": 12.5, "currency": "EUR"}}, "form": {"fill_seconds": 3.5}},
        ),
        ({"Mail": " \t", "IP": None, "Secs": float("nan"), "Status": "new"}, {}),
        ({"Tel": 84912840375, "Mail": ""}, {"phone": 84912840375}),
        ({"Tel": 84912840375.0}, {"phone": 84912840375.0}),
        (
            {"Price": Decimal("9.90"), "Secs": Decimal(4)},
            {"source": {"price": {"amount": "9.90"}}, "form": {"fill_seconds": "4"}},
        ),
        ({"At": datetime(2026, 11, 23, tzinfo=UTC)}, {"submitted_at": datetime(2026, 11, 23, tzinfo=UTC)}),
        ({"At": 1790000000}, {"submitted_at": 1790000000}),
    ],
)
def test_a_row_becomes_a_lead(row, expected):
    mapping = {
        "email": "Mail",
        "phone": "Tel",
        "source.price.amount": "Price",
        "source.price.currency": "Cur",
        "client.ip": "IP",
        "form.fill_seconds": "Secs",
        "submitted_at": "At",
    }
    assert LeadReader({field: (column,) for field, column in mapping.items()}).read(row) == expected


@pytest.mark.parametrize("number", [84912840375, 84912840375.0, Decimal(84912840375), "84912840375"])
def test_a_number_is_read_as_in_a_call(number):
    row = {"phone": number, "postal_code": 10011.0, "reference": 10455, "name": "Lan Pham"}
    raw = LeadReader({name: (name,) for name in row}).read(row)
    lead, warnings = read_lead(raw, datetime(2026, 11, 24, tzinfo=UTC))
    assert (lead.phone, lead.postal_code, lead.reference, warnings) == ("84912840375", "10011", "10455", [])


@pytest.mark.parametrize(
    ("row", "activity"),
    [
        ({"Email": "a@b.vn", "Pageviews": "7", "Sessions": "2"}, [("pages", 7), ("visits", 2)]),
        ({"Email": "a@b.vn", "Pageviews": 7, "Sessions": 2.0}, [("pages", 7), ("visits", 2)]),
        ({"Email": "a@b.vn", "Pageviews": "0", "Sessions": None}, []),
        ({"Email": "a@b.vn", "activity.a.b": "3"}, [("a.b", 3)]),
        ({"Email": "a@b.vn", "activity": '{"pages": 7}'}, [("pages", 7)]),
        ({"Email": "a@b.vn", "activity": "pages; prices"}, [("pages", 1), ("prices", 1)]),
        ({"Email": "a@b.vn", "activity": [{"event": "pages", "count": 7}], "Pageviews": 3}, [("pages", 7)]),
        (flatten({"email": "a@b.vn", "activity": {"pages": 7, "a": {"count": 2}}}), [("pages", 7), ("a", 2)]),
    ],
)
def test_what_people_did_from_the_columns_of_a_file(row, activity):
    raw = LeadReader(propose_mapping(list(row), {})).read(row)
    lead, warnings = read_lead(raw, datetime(2026, 11, 24, tzinfo=UTC), LISTS)
    assert ([(each.event, each.count) for each in lead.activity], warnings) == (activity, [])


@pytest.mark.parametrize("name", ["age", "a.b", "email", "source"])
def test_a_field_of_ones_own_is_kept_where_a_call_would_keep_it(name):
    row = {"Mail": "a@b.vn", "Col": "44"}
    raw = LeadReader({"email": ("Mail",), f"extra.{name}": ("Col",)}).read(row)
    lead, _ = read_lead(raw, datetime(2026, 11, 24, tzinfo=UTC), LISTS)
    assert lead.email == "a@b.vn"
    assert list(lead.extra.values()) == ["44"]
    if name in ("age", "a.b"):
        assert within(lead.extra, name.split(".")) == "44"


def test_a_column_may_name_the_vendor_and_the_click():
    row = {"Email": "a@b.vn", "utm_source": "{{site}}", "utm_campaign": "tết", "id": "l:1234567890123456"}
    lead, _ = read_lead(LeadReader(propose_mapping(list(row), {})).read(row), datetime(2026, 11, 24, tzinfo=UTC), LISTS)
    assert (lead.source.vendor, lead.source.campaign, lead.source.click.utm_source) == (None, "tết", None)
    assert (lead.source.click.utm_campaign, lead.source.click.lead_id) == ("tết", "1234567890123456")


def test_a_nested_row_is_read_as_the_lead_that_it_is():
    lead = {"email": "ann@example.com", "source": {"price": {"amount": "3"}}, "client": {"ip": "192.0.2.1"}}
    row = flatten(lead)
    assert row == {"email": "ann@example.com", "source.price.amount": "3", "client.ip": "192.0.2.1"}
    assert LeadReader(propose_mapping(list(row), {})).read(row) == lead


def test_a_row_that_nests_without_end_is_flattened_no_further_than_the_contract_needs():
    row = {"a": 1}
    for _ in range(500):
        row = {"a": row}
    assert [name.count(".") for name in flatten(row)] == [7]


def test_a_row_with_every_field_is_read_without_a_warning():
    row = dict.fromkeys(FIELDS, "1") | {"country": "DE", "source.channel": "seo", "source.price.currency": "EUR"}
    row |= {"client.ip": "192.0.2.1", "submitted_at": "2026-11-23"}
    lead, warnings = read_lead(
        LeadReader({field: (field,) for field in FIELDS}).read(row), datetime(2026, 11, 24, tzinfo=UTC)
    )
    assert (warnings, lead.extra) == ([], {})


def test_a_long_name_is_not_copied_for_each_value_in_it():
    row = {"k" * 30_000: {f"v{n}": n for n in range(3_000)}, "client": {"ip": "192.0.2.1"}}
    flat = flatten(row)
    assert flat["client.ip"] == "192.0.2.1"
    assert sum(map(len, flat)) < 100_000  # it was ninety million characters


@pytest.mark.parametrize(
    ("row", "phone", "others"),
    [
        ({"Phone": "", "Mobile": "+84 912 840 375"}, "+84 912 840 375", {}),
        ({"Phone": None, "Mobile": 84912840375}, 84912840375, {}),
        ({"Phone": "+84 24 3825 1234", "Mobile": "+84 912 840 375"}, "+84 24 3825 1234", {"Mobile": "+84 912 840 375"}),
        ({"Phone": "NULL", "Mobile": "0912 840 375"}, "0912 840 375", {"Phone": "NULL"}),
        ({"Phone": "trống", "Mobile": "0912 840 375", "Home": "-"}, "0912 840 375", {"Phone": "trống", "Home": "-"}),
        ({"Phone": "+84", "Mobile": "0912 840 375"}, "0912 840 375", {"Phone": "+84"}),
        ({"Phone": "000-000-0000", "Mobile": "٠٩١٢٨٤٠٣٧٥"}, "٠٩١٢٨٤٠٣٧٥", {"Phone": "000-000-0000"}),
        ({"Phone": "8.49E+10", "Mobile": "0912 840 375"}, "0912 840 375", {"Phone": "8.49E+10"}),
        ({"Phone": "call me", "Mobile": "n/a"}, "call me", {"Mobile": "n/a"}),
        ({"Phone": "", "Mobile": " "}, None, {}),
    ],
)  # fmt: skip
def test_the_first_usable_cell_is_the_leads_and_the_others_are_kept(row, phone, others):
    raw = LeadReader({"email": ("Mail",), "phone": ("Phone", "Mobile", "Home")}).read(row | {"Mail": "lan@b.vn"})
    assert raw == {"email": "lan@b.vn"} | ({"phone": phone} if phone else {}) | others
    lead, _ = read_lead(raw, datetime(2026, 11, 24, tzinfo=UTC))
    assert (lead.phone, lead.extra) == (phone and str(phone), others)


@pytest.mark.parametrize(
    ("row", "default_country", "phone"),
    [
        ({"Phone": "12345", "Mobile": "+84912840375"}, None, "+84912840375"),
        ({"Phone": "0368 40", "Mobile": "0368 403 751", "Land": "Việt Nam"}, None, "0368 403 751"),
        ({"Phone": "0368 40", "Mobile": "0368 403 751"}, "VN", "0368 403 751"),
        ({"Phone": "0368 403 751", "Mobile": "+84368403751"}, None, "+84368403751"),
        ({"Phone": "0368 403 751", "Mobile": "+84368403752", "Land": "VN"}, None, "0368 403 751"),
        ({"Phone": "0368 403 751", "Mobile": "+84368403752", "Land": "nowhere"}, "VN", "0368 403 751"),
        ({"Phone": "+1 200 000 0000", "Mobile": 4915117403628.0}, None, 4915117403628.0),  # possible, and valid
        ({"Phone": "12345", "Mobile": "0368 403 751"}, None, "0368 403 751"),
        ({"Phone": "keine", "Mobile": "12345"}, None, "12345"),
        ({"Phone": "12345", "Mobile": "123"}, None, "12345"),
    ],
)
def test_a_usable_number_goes_before_one_that_nobody_has(row, default_country, phone):
    mapping = {"phone": ("Phone", "Mobile"), "country": ("Land",)}
    raw = LeadReader(mapping, lists=LISTS, default_country=default_country).read(row)
    assert raw["phone"] == phone


@pytest.mark.parametrize(
    ("first", "second", "email"),
    [
        ("lan@b", "lan@b.vn", "lan@b.vn"),
        ("lan@@b.vn", "lan@b.vn", "lan@b.vn"),
        ("test@example.com", "lan@b.vn", "lan@b.vn"),
        ("không có", "lan@b", "lan@b"),
        ("lan@b.vn", "hung@b.vn", "lan@b.vn"),
        ("lan at b", "hung", "lan at b"),
    ],
)
def test_a_usable_address_goes_before_one_that_is_none(first, second, email):
    raw = LeadReader({"email": ("a", "b")}, lists=LISTS).read({"a": first, "b": second})
    assert raw["email"] == email


NO_TIMES = r"NULL|\N|nan|N/A|-|#N/A|None|0000-00-00|0000-00-00 00:00:00|00/00/0000|00.00.0000 00:00|keine|không có| "


@pytest.mark.parametrize("cell", [*NO_TIMES.split("|"), None, float("nan"), b"NULL"])
def test_a_word_for_nothing_is_no_time(cell):
    assert gives_no_time(cell)


@pytest.mark.parametrize(
    "cell", ["2026-11-05", "soon", "00:00", "01/01/2000", 0, 46320, datetime(2026, 11, 5, tzinfo=UTC)]
)
def test_what_may_be_a_time_is_given(cell):
    assert not gives_no_time(cell)


def test_a_further_column_is_never_read_as_another_field():
    row = {"client": "0912 840 375", "Mobile": "0912 840 376", "a": "n/a", "b": "lan@b.vn"}
    raw = LeadReader({"email": ("a", "b"), "phone": ("Mobile", "client")}).read(row)
    assert raw == {"email": "lan@b.vn", "a": "n/a", "phone": "0912 840 376", "client (column)": "0912 840 375"}
