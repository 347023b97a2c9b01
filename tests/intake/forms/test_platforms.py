"""Each platform's own delivery becomes the lead that its person is; nothing that is sent instead breaks the reading.

``payloads/`` has a delivery of each platform, its source, the lead that it is, and what the platform calls the event.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.batch.form_columns import find_columns
from fraudcheck.intake.body import Unreadable
from fraudcheck.intake.forms import Delivery
from fraudcheck.intake.forms.registry import PLATFORMS
from fraudcheck.intake.lead import NoContact, read_lead

NOW = datetime(2026, 11, 29, tzinfo=UTC)
LISTS = load_lists()
ONE_OF_METAS = {"created_time": "2026-11-23T16:16:51+0000"}
TOKEN = "a3a12ec67a1365927098a606107fac15"
PAYLOADS = {path.stem: json.loads(path.read_text()) for path in (Path(__file__).parent / "payloads").glob("*.json")}


def form_lead(name, content, headers=None, chosen=None):
    """What a platform's adapter makes of a delivery."""
    delivery = Delivery(body=b"", content=content, headers=headers or {})
    return PLATFORMS[name].read(delivery, lambda labels: find_columns(labels, chosen or {}))


def read(name, content, headers=None, chosen=None):
    """The lead that is in a delivery, as it is judged."""
    return read_lead(form_lead(name, content, headers, chosen).lead, NOW, LISTS)[0]


def changed(name, *path, **values):
    """A platform's delivery, with other values in the object at a path."""
    content = json.loads(json.dumps(PAYLOADS[name]["content"]))
    part = content
    for step in path:
        part = part[step]
    part.update(values)
    return content


def typeform_test():
    """What Typeform's test button sends."""
    content = changed("typeform", "form_response", landed_at="2026-11-23T18:17:02Z")
    return content | {"event_id": TOKEN}


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_delivery(name):
    payload = PAYLOADS[name]
    made = form_lead(name, payload["content"], payload["headers"])
    lead, warnings = read_lead(made.lead, NOW, LISTS)
    assert msgspec.to_builtins(lead) == payload["lead"]
    assert (made.event, warnings) == (payload["event"], [])
    assert LISTS.test_lead(lead) is None


def test_each_platform_has_a_delivery():
    assert PAYLOADS.keys() >= PLATFORMS.keys() - {"flat", "leadconduit"}
    assert all(payload["source"] for payload in PAYLOADS.values())


@pytest.mark.parametrize("wrap", [lambda lead: [lead], lambda lead: {"value": lead}, lambda lead: {"data": [lead]},
                                  lambda lead: {"body": {"leads": {"data": [lead]}}},
                                  lambda lead: {"entry": [{"changes": [{"value": lead}]}]}])  # fmt: skip
def test_meta_lead_in_a_wrapping(wrap):
    assert read("meta", wrap(PAYLOADS["meta"]["content"])).email == "jana.brandt84@gmail.com"


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (  # a row of the export, as a spreadsheet's connector sends it
            {"id": "l:668610767661077", "created_time": "2026-11-23T16:16:51+0000", "ad_id": "ag:238498534",
             "ad_name": "A", "adset_id": "as:238498535", "adset_name": "Phụ nữ 25-40", "campaign_id": "c:238498536",
             "campaign_name": "Ghế", "form_id": "f:447333180259108", "form_name": "Mẫu", "is_organic": "false",
             "platform": "fb", "bạn_cần_mua_gì?": "ghế", "full_name": "Trần Thị Mai",
             "phone_number": "p:+84912840375", "lead_status": "CREATED"},
            {"reference": "668610767661077", "phone": "+84912840375", "name": "Trần Thị Mai"},
        ),
        (  # an organic lead has no advertisement
            {"id": "668610767661077", "created_time": "2026-11-23T16:16:51+0000", "form_id": "447333180259108",
             "is_organic": True, "platform": "fb", "email": "mai@gmail.com"},
            {"reference": "668610767661077", "email": "mai@gmail.com"},
        ),
        ({"leadgen_id": "668610767661077", "email": "mai@gmail.com"},
         {"reference": "668610767661077", "email": "mai@gmail.com"}),
    ],
)  # fmt: skip
def test_meta_row(row, kept):
    lead = read("meta", row)
    assert {name: getattr(lead, name) for name in kept} == kept
    assert lead.source.channel == "social"
    assert lead.source.click.lead_id == "668610767661077"
    assert lead.source.campaign == row.get("campaign_name")
    assert lead.source.sub_id == row.get("adset_name")


def test_meta_keeps_questions_and_ids_as_text():
    extra = read("meta", PAYLOADS["meta"]["content"]).extra
    assert extra["wann_soll_die_küche_fertig_sein?"] == "in_3_monaten, flexibel"
    assert extra["campaign_id"] == "23849853425910183"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            {"object": "page", "entry": [{"id": "1", "time": 1, "changes": [{"field": "leadgen", "value": {
                "leadgen_id": "44", "page_id": "1", "form_id": "5", "created_time": 1764000000}}]}]},
            "leadgen_id",
        ),
        ([PAYLOADS["meta"]["content"], PAYLOADS["meta"]["content"]], "several"),
    ],
)  # fmt: skip
def test_meta_delivery_without_one_lead(content, words):
    with pytest.raises(Unreadable, match=words):
        form_lead("meta", content)


@pytest.mark.parametrize("name", ["typeform", "tally", "google", "webflow", "netlify", "hubspot"])
@pytest.mark.parametrize(
    "wrap", [lambda lead: [lead], lambda lead: {"body": lead, "query": {}}, lambda lead: [{"body": lead}]]
)
def test_delivery_that_a_connector_hands_on(name, wrap):
    made = form_lead(name, wrap(PAYLOADS[name]["content"]))
    assert (made.event, made.lead["email"]) == (PAYLOADS[name]["event"], PAYLOADS[name]["lead"]["email"])


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_fields_that_a_connector_chose(name):
    if name in ("jotform", "gravity", "wufoo", "formspree"):  # nobody's connector sends these
        return
    lead = read(name, {"email": "a@web.de", "Handynummer": "0151 23456789", "google_key": "k"} | ONE_OF_METAS)
    assert (lead.email, lead.phone) == ("a@web.de", "0151 23456789")
    if name == "google":
        assert "google_key" not in lead.extra


def test_part_of_a_typeform_response_is_no_event_of_the_whole():
    part = PAYLOADS["typeform"]["content"] | {"event_type": "form_response_partial"}
    assert form_lead("typeform", part).event == "LtWXD3crgy"


def test_hubspot_events_hold_no_contact():
    with pytest.raises(Unreadable, match="workflow"):
        form_lead("hubspot", [{"eventId": 1, "subscriptionType": "contact.creation", "objectId": 123}])


@pytest.mark.parametrize(
    ("columns", "kept"),
    [
        ([("WORK_EMAIL", "a@firma.de")], {"email": "a@firma.de"}),
        ([("EMAIL", "a@web.de"), ("WORK_EMAIL", "a@firma.de")], {"email": "a@web.de"}),
        ([("WORK_PHONE", "+4930123456")], {"phone": "+4930123456"}),
        ([("FULL_NAME", "Jana Roth"), ("PHONE_NUMBER", "+4915123456789"), ("CITY", "Köln")], {"name": "Jana Roth"}),
        (
            [("COMPANY_NAME", "Roth GmbH"), ("EMAIL", "a@web.de"), ("COUNTRY", "DE")],
            {"company": "Roth GmbH", "country": "DE"},
        ),
    ],
)
def test_google_columns(columns, kept):
    content = {"user_column_data": [{"column_id": name, "string_value": value} for name, value in columns]}
    lead = read("google", content)
    assert {name: getattr(lead, name) for name in kept} == kept


@pytest.mark.parametrize("name", ["google_key", "Google_key"])
def test_google_key(name):
    assert PLATFORMS["google"].key_in_body({name: "k"}) == "k"
    assert "k" not in json.dumps(form_lead("google", {name: "k", "user_column_data": []}).lead)


@pytest.mark.parametrize("content", [None, [], "k", {}, {"google_key": None}, {"google_key": ["k"]}])
def test_google_key_that_is_none(content):
    assert PLATFORMS["google"].key_in_body(content) == ""


def test_ids_longer_than_a_float_stay_whole():
    lead = read("google", changed("google", campaign_id=9007199254740993))
    assert lead.source.campaign == "9007199254740993"


@pytest.mark.parametrize(
    ("name", "content", "platform"),
    [
        ("google", changed("google", is_test=True), "google"),
        ("meta", {"id": "1", "field_data": [{"name": "email", "values": ["test@meta.com"]}]}, "meta"),
        ("meta", {"id": "1", "field_data": [{"name": "full_name", "values": ["<test lead: dummy data for full_name>"]},
                                            {"name": "phone", "values": ["+84912840375"]}]}, "meta"),
        ("typeform", typeform_test(), "typeform"),
    ],
)  # fmt: skip
def test_test_deliveries(name, content, platform):
    assert LISTS.test_lead(read(name, content))[0] == platform


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("google", changed("google", is_test=False)),
        ("typeform", changed("typeform", event_id=TOKEN)),
        ("typeform", changed("typeform", "form_response", landed_at="2026-11-23T18:17:02Z")),
        ("tally", changed("tally", "data", "fields", 3, value="Test Test")),
        ("framer", changed("framer", Name="test", Mesaj="this is a test")),
    ],
)
def test_a_person_makes_no_test_delivery(name, content):
    assert LISTS.test_lead(read(name, content)) is None


@pytest.mark.parametrize(
    ("landed", "submitted", "seconds"),
    [
        ("2026-11-23T18:15:37Z", "2026-11-23T18:17:02Z", 85.0),
        ("2026-11-23T18:17:02Z", "2026-11-23T18:15:37Z", None),
        ("gestern", "2026-11-23T18:15:37Z", None),
        (None, "2026-11-23T18:15:37Z", None),
        ("2026-11-23T18:15:37", "2026-11-23T18:15:37Z", None),
    ],
)
def test_typeform_seconds(landed, submitted, seconds):
    content = changed("typeform", "form_response", landed_at=landed, submitted_at=submitted)
    assert read("typeform", content).form.seconds_on_page == seconds


def test_typeform_question_with_no_words_of_its_own_is_read_by_its_reference():
    question = {"id": "1", "title": "Sag an:", "ref": "vorname"}
    answers = [{"type": "text", "text": "Jana", "field": {"id": "1"}}, {"type": "email", "email": "j@web.de"}]
    content = {"form_response": {"definition": {"fields": [question]}, "answers": answers}}
    lead = read("typeform", content)
    assert (lead.first_name, lead.email) == ("Jana", "j@web.de")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"value": ["a", "b"], "options": [{"id": "a", "text": "Eins"}, {"id": "b", "text": "Zwei"}]}, "Eins, Zwei"),
        ({"value": "a", "options": [{"id": "a", "text": "Eins"}]}, "Eins"),
        ({"value": ["gone"], "options": [{"id": "a", "text": "Eins"}]}, "gone"),
        ({"value": True}, True),
        ({"value": 25000}, 25000),
    ],
)
def test_tally_values(field, value):
    fields = [{"label": "Frage", "type": "DROPDOWN", **field}, {"label": "m", "type": "INPUT_EMAIL", "value": "a@b.de"}]
    assert read("tally", {"data": {"fields": fields}}).extra["Frage"] == value


@pytest.mark.parametrize(
    ("number", "phone"),
    [
        ({"area": "81", "phone": "999888559"}, "81 999888559"),
        ({"full": "(81) 99988-8559"}, "(81) 99988-8559"),
        ({"country": "55", "area": "81", "phone": "999888559"}, "+55 81 999888559"),
        ("+55 81 999888559", "+55 81 999888559"),
    ],
)
def test_jotform_phones(number, phone):
    assert read("jotform", {"rawRequest": json.dumps({"q5_phoneNumber5": number})}).phone == phone


def test_jotform_in_json_without_a_raw_request():
    lead = read(
        "jotform", {"submissionID": "1", "q3_fullName3": {"first": "Jo", "last": "Griffin"}, "q31_email": "jo@web.de"}
    )
    assert (lead.first_name, lead.last_name, lead.email, lead.reference) == ("Jo", "Griffin", "jo@web.de", "1")


@pytest.mark.parametrize(
    ("entry", "form", "chosen", "kept"),
    [
        ({"1.3": "An", "1.6": "Lê", "3": "an@gmail.com"}, None, {}, {"first_name": "An", "last_name": "Lê"}),
        ({"2.1": "12 Long Street", "2.3": "Paarl", "2.5": "7646", "2.6": "ZA", "3": "an@gmail.com"}, None, {},
         {"first_name": None, "last_name": None}),
        ({"3": "an@gmail.com", "4": "chef@gmail.com", "5": "0821234567"}, None, {"phone": ["5"]}, {"email": None}),
        ({"3": "an@gmail.com", "4": "chef@gmail.com"}, None, {"email": ["3"]}, {"email": "an@gmail.com"}),
        ({"3": "an@gmail.com", "7": "0821234567"}, {"fields": [{"id": 7, "label": "Sag an", "type": "phone"}]}, {},
         {"phone": "0821234567", "email": "an@gmail.com"}),
        ({"Your email": "an@gmail.com", "Mobile": "0821234567"}, None, {}, {"phone": "0821234567"}),
    ],
)  # fmt: skip
def test_gravity_entries(entry, form, chosen, kept):
    lead = read("gravity", {"entry": entry, "form": form} if form else entry, chosen=chosen)
    assert {name: getattr(lead, name) for name in kept} == kept


@pytest.mark.parametrize(
    "content",
    [
        {"form_id": "c1", "form_name": "New Form", "Ваше имя": "Анна", "No Label email": "anna@mail.ru",
         "Remote IP": "83.12.44.7"},
        {"form": {"id": "c1", "name": "New Form"}, "fields": {"x": {"id": "x", "title": "", "type": "email",
         "value": "anna@mail.ru"}}, "meta": {"remote_ip": {"value": "83.12.44.7"}}},
    ],
)  # fmt: skip
def test_elementor_plain_and_nested(content):
    lead = read("elementor", content)
    assert (lead.email, lead.client.ip) == ("anna@mail.ru", "83.12.44.7")
    assert lead.company is None


def test_webflow_first_version():
    content = {"name": "Sample Form", "site": "62749158", "data": {"name": "Some One", "email": "some.one@home.com"},
               "d": "2026-09-14T12:35:16.117Z", "_id": "6321ca84df3949bfc6752327"}  # fmt: skip
    made = form_lead("webflow", content)
    assert made.event == "6321ca84df3949bfc6752327"
    assert read("webflow", content).submitted_at == "2026-09-14T12:35:16.117Z"


def test_netlify_function_hands_on_its_payload():
    assert read("netlify", {"payload": PAYLOADS["netlify"]["content"]}).client.ip == "81.33.12.9"


def test_hubspot_fields_that_the_owner_chose():
    assert read("hubspot", {"email": "a@b.pl", "mobilephone": "+48512345678"}).phone == "+48512345678"


def test_events_tell_two_submissions_of_one_contact_apart():
    other = changed("hubspot", "form-submissions", 1, **{"conversion-id": "3"})
    assert form_lead("hubspot", other).event != PAYLOADS["hubspot"]["event"]


_VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=30), st.just("a@b.de")
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)),
    max_leaves=8,
)
_HUGE = st.sampled_from(
    [
        *("x" * 70_000, "\0" * 99, "[" * 5_000, ["a"] * 2_000, {f"n{n}": "v" for n in range(2_000)}, 10**39, -(10**30)),
        *('{"q1_email": "a@b.de"}', json.dumps([{"ID": "Field1", "Value": {"a": 1}}])),
    ]
)


@st.composite
def spoilt(draw, content):
    """The content with some of its values gone, or others in their stead."""
    chance = draw(st.integers(0, 11))
    if chance == 0:
        return draw(_VALUES)
    if chance == 1:
        return draw(_HUGE)
    if isinstance(content, dict):
        gone = draw(st.integers(-4, len(content)))
        return {name: draw(spoilt(value)) for number, (name, value) in enumerate(content.items()) if number != gone}
    if isinstance(content, list):
        return [draw(spoilt(value)) for value in content]
    return content


@pytest.mark.parametrize("name", sorted(PAYLOADS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_delivery_breaks_the_reading(name, data):
    content = data.draw(st.one_of(spoilt(PAYLOADS[name]["content"]), _VALUES))
    try:
        made = form_lead(name, content)
    except Unreadable:
        return
    assert len(made.event) <= 200
    assert msgspec.json.encode(made.lead)
    with suppress(NoContact):
        read_lead(made.lead, NOW, LISTS)
    if platform_key := PLATFORMS[name].key_in_body:
        assert isinstance(platform_key(content), str)
