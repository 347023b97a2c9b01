"""The quality of a lead as a whole: what adds up, what never counts against anybody, who is called first."""

from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Activity, Enquiry, Form, Lead, ScoredReason, Source
from fraudcheck.worth.quality import QualityTable, decode_quality, encode_quality, load_quality, read_quality

AT = "2026-11-29T09:00:00.000Z"
DEFAULT = QualityTable()
PEOPLE = [
    Lead(
        email="an@firma.vn",
        name="Nguyễn Văn An",
        country="VN",
        message="Cho mình xin báo giá 20 bộ bàn ghế, giao Cần Thơ?",
    ),
    Lead(phone="+2348032840375", name="Ngozi Okafor", country="NG", message="Pls call me, I need 3 bedroom in Lekki"),
    Lead(email="priya@nairdesign.in", country="IN", message="Kindly share quotation for 120 lengths of GI pipe"),
    Lead(email="ana@uol.com.br", country="BR", message="Quanto custa para 50 pessoas no dia 12?"),
    Lead(email="somchai@gmail.com", country="TH", message="สอบถามราคาติดตั้งแอร์ 2 เครื่องครับ"),
    Lead(email="kasia@wp.pl", country="PL", message="Proszę o wycenę okien, 8 sztuk, Kraków"),
    Lead(email="omar@hotmail.com", country="EG", message="كم سعر تركيب 3 مكيفات في القاهرة؟"),
    Lead(phone="+4915112840375", country="DE"),
]
FIT = [
    {"field": "extra.a", "weight": 3, "values": {"x": 0.5, "y": 1.0}},
    {"field": "extra.b", "weight": 9, "ranges": ["1-10"]},
    {"field": "country", "weight": 2, "values": ["VN", "NG"]},
]


def quality(lead, table=DEFAULT, facts=None, kind="sales_lead", reasons=(), at=AT):
    return read_quality(lead, facts or {}, Enquiry(kind=kind), table, reasons=reasons, submitted_at=at)


def reason(code, points=None):
    row = CATALOGUE[code]
    return ScoredReason(
        code=code, group=row.group, points=row.points if points is None else points, text="", evidence={}
    )


def wants(message, **lead):
    return quality(Lead(email="a@b.de", message=message, **lead)).band


@pytest.mark.parametrize(
    ("extra", "band"),
    [({"birth": "geb. 1940"}, "cold"), ({"birth": "1980"}, "warm"), ({"birth": "?"}, "warm"), ({}, "warm")],
)
def test_who_fails_a_required_criterion_is_cold_whatever_was_done(extra, band):
    table = load_quality(
        {
            "fit": [
                {"name": "insurable", "field": "extra.birth", "ranges": ["18-70"], "required": True},
                {"field": "country", "weight": 50, "values": ["DE"]},
            ]
        }
    )
    lead = Lead(email="a@b.de", country="DE", message="Please call me tomorrow", extra=extra)
    found = quality(lead, table)
    assert found.band == band
    assert ("required insurable" in [each.name for each in found.criteria]) == (band == "cold")
    assert quality(lead, table, kind="job").band == "unknown"


@pytest.mark.parametrize(
    ("action", "count", "points"),
    [
        ({"weight": 20, "once": 1.0}, 1, 20.0),
        ({"weight": 20, "once": 1.0}, 50, 20.0),
        ({"weight": 3, "each": 1}, 1, 1.0),
        ({"weight": 3, "each": 1}, 2, 2.0),
        ({"weight": 3, "each": 1}, 9, 3.0),
        ({"weight": 3, "each": 1, "free": 1}, 1, 0.0),
        ({"weight": 20, "once": 1.0}, 0, 0.0),
    ],
)
def test_an_action_may_count_once_or_each_time_alike(action, count, points):
    table = load_quality({"engagement": {"actions": {"quiz": {**action, "names": ["quiz done"]}}}})
    lead = Lead(phone="1", activity=(Activity(event="quiz_done", count=count),))
    assert [each.points for each in quality(lead, table).criteria if each.name == "quiz"] == [points]


def test_a_kept_table_without_each_keeps_its_name():
    name, body = encode_quality(DEFAULT)
    assert b'"each"' not in body
    assert decode_quality(body).hash == name


@pytest.mark.parametrize("lead", PEOPLE)
def test_people_are_never_less_than_unknown(lead):
    found = quality(lead)
    assert found.fit is None
    assert found.stage == "unknown"
    assert (found.engagement is None) == (lead.message is None)
    assert found.band == ("unknown" if lead.message is None else found.band)
    assert found.band != "not_now"


@pytest.mark.parametrize(
    ("lead", "band"),
    [
        (Lead(phone="1", activity=(Activity(event="page_view", count=2),)), "cold"),
        (Lead(phone="1", activity=(Activity(event="prices", count=2), Activity(event="pages", count=9))), "warm"),
        (Lead(phone="1", message="2, 9?", activity=(Activity(event="demo"), Activity(event="price", count=4))), "hot"),
        (Lead(phone="1", message="Please call me"), "warm"),
        (Lead(phone="1", message="hi"), "cold"),
        (Lead(phone="1", activity=(Activity(event="basket"),)), "cold"),
        (Lead(phone="1", activity=(Activity(event="appointment"),)), "warm"),
        (Lead(phone="1"), "unknown"),
        (Lead(phone="1", source=Source(channel="social")), "cold"),
        (Lead(phone="1", source=Source(channel="social"), message="Please call me"), "warm"),
    ],
)  # fmt: skip
def test_who_is_called_first(lead, band):
    assert quality(lead).band == band


def test_a_lead_of_a_social_network_is_no_worse():
    for lead in PEOPLE:
        social = msgspec.structs.replace(lead, source=Source(channel="social"))
        order = ("hot", "warm", "cold", "unknown")
        assert order.index(quality(social).band) <= order.index(quality(lead).band)


@pytest.mark.parametrize(
    "kind", ["customer_service", "solicitation", "spam", "job", "student", "competitor", "peer", "personal"]
)
def test_what_is_no_sale_has_no_band(kind):
    assert quality(Lead(phone="1", message="Please call me"), kind=kind).band == "unknown"


@pytest.mark.parametrize("kind", ["sales_lead", "unclear", "none", "unknown"])
def test_what_may_be_a_sale_has_one(kind):
    assert quality(Lead(phone="1", message="Please call me"), kind=kind).band == "warm"


@pytest.mark.parametrize(
    ("message", "band"),
    [
        ("We plan to buy winter tyres next October", "not_now"),
        ("Wir bauen erst nächstes Jahr, bitte dann melden", "not_now"),
        ("Sang năm mình mới mua, shop cho xin báo giá trước nhé", "not_now"),
        ("Please call me next spring", "not_now"),
        ("not now but call me tomorrow", "warm"),
        ("We build in 2027. Please call me to discuss.", "warm"),
        ("My wedding is on 12 June 2027, how much for 120 guests?", "warm"),
        ("since last spring our heating fails, what does a new one cost?", "warm"),
    ],
)
def test_not_now_is_what_is_wanted_later(message, band):
    assert wants(message) == band


def test_the_time_counts_from_when_it_was_sent():
    lead = Lead(phone="1", message="We want to start in October 2027")
    assert quality(lead).band == "not_now"
    assert quality(lead, at="2027-09-20T00:00:00.000Z").band != "not_now"
    assert [each.value for each in quality(lead).criteria if each.name == "wanted"] == ["2027-10-01"]


@pytest.mark.parametrize(
    ("extra", "band"),
    [
        ({"timeframe": "3-6 months"}, "not_now"), ({"timeframe": "more than 6 months"}, "not_now"),
        ({"timeframe": "3 to 6 months"}, "not_now"), ({"timeframe": "6 bis 12 Monate"}, "not_now"),
        ({"timeframe": "6 tháng nữa"}, "not_now"), ({"timeframe": "a year"}, "not_now"),
        ({"timeframe": "within 6 months"}, "warm"), ({"timeframe": "in den nächsten 12 Monaten"}, "warm"),
        ({"timeframe": "less than 3 months"}, "warm"), ({"timeframe": "1 month"}, "warm"),
        ({"timeframe": "two weeks"}, "warm"), ({"timeframe": "9" * 30 + " years"}, "warm"),
        ({"timeframe": "1e99 years"}, "warm"),
        ({"timeframe": "6 months"}, "not_now"), ({"timeframe": "in 6 Monaten"}, "not_now"),
        ({"when": "next year"}, "not_now"),
        ({"start_date": "2027-06-01"}, "not_now"), ({"start_date": "2026-12-05"}, "warm"),
        ({"when": "sang năm"}, "not_now"),
        ({"when": "asap"}, "warm"), ({"when": "immediately"}, "warm"), ({"when": ""}, "warm"),
        ({"when": {"x": 1}}, "warm"),
        ({"when": "w przyszłym roku"}, "not_now"), ({"extra": {"when": "2028"}}, "not_now"),
        ({"when": 1e400}, "warm"),
    ],
)  # fmt: skip
def test_the_caller_says_when(extra, band):
    assert wants("Please call me", extra=extra) == band


def test_the_callers_time_goes_before_the_messages():
    assert wants("We plan it for next year", extra={"when": "immediately"}) != "not_now"


def test_what_a_program_did_is_no_engagement():
    lead = Lead(
        phone="1", message="How much for 20 chairs?", activity=(Activity(event="demo"),), form=Form(fill_seconds=30.0)
    )
    plain = quality(lead)
    for code in ("FORM_TOO_FAST", "FORM_HONEYPOT_FILLED", "FORM_WEBDRIVER"):
        by_bot = quality(lead, reasons=[reason(code)])
        assert by_bot.engagement == 0.0 < plain.engagement
        assert all(each.points == 0.0 for each in by_bot.criteria if each.part == "engagement")
    assert quality(lead, reasons=[reason("EMAIL_ROLE")]).engagement == plain.engagement
    assert wants("Please call me") == "warm"
    assert quality(Lead(phone="1", message="Please call me"), reasons=[reason("FORM_TOO_FAST")]).band == "cold"


def test_somebody_elses_typing_and_random_letters_earn_nothing():
    lead = Lead(phone="1", message="How much for 20 chairs?", form=Form(fill_seconds=30.0))
    names = [each.name for each in quality(lead, facts={"velocity": {"v": 6, "staffed": True}}).criteria]
    assert "fill_seconds" not in names
    exact = [
        each.points
        for each in quality(lead, facts={"content": {"v": 2, "random": 1}}).criteria
        if each.name == "message"
    ]
    assert exact == [0.0]


LEADS = st.builds(
    Lead,
    phone=st.just("1"),
    message=st.none() | st.text(max_size=200) | st.sampled_from([lead.message for lead in PEOPLE]),
    country=st.sampled_from([None, "VN", "DE"]),
    activity=st.lists(
        st.builds(Activity, event=st.sampled_from(["pages", "prices", "demo", "x"]), count=st.integers(0, 20)),
        max_size=5,
    ).map(tuple),
    form=st.builds(Form, fill_seconds=st.none() | st.floats(0, 1e6), keystrokes=st.none() | st.integers(0, 10**6)),
    extra=st.dictionaries(
        st.sampled_from(["a", "b", "when", "stage", "customer"]), st.text(max_size=12) | st.integers(), max_size=5
    ),
)


@given(LEADS)
@settings(max_examples=200)
def test_the_criteria_add_up(lead):
    found = quality(lead, TABLE)
    fit = [each for each in found.criteria if each.part == "fit" and each.points is not None]
    engaged = [each.points for each in found.criteria if each.part == "engagement"]
    assert found.fit == (round(100 * sum(e.points for e in fit) / sum(e.weight for e in fit), 1) if fit else None)
    assert found.engagement == (min(100.0, round(sum(engaged), 1)) if engaged else None)
    assert all(each.weight == 0.0 and each.points is None for each in found.criteria if each.part in ("stage", "band"))
    assert len([each for each in found.criteria if each.part == "band"]) == (found.band != "unknown")
    assert msgspec.json.decode(msgspec.json.encode(found)) == msgspec.to_builtins(found)


@given(LEADS, st.sampled_from(["pages", "prices", "demo"]))
def test_more_done_is_never_less_engagement(lead, event):
    more = msgspec.structs.replace(lead, activity=(*lead.activity, Activity(event=event)))
    assert quality(more).engagement >= (quality(lead).engagement or 0.0)


@given(LEADS)
def test_a_kept_table_reads_the_same(lead):
    kept = decode_quality(encode_quality(TABLE)[1])
    assert quality(lead, kept) == quality(lead, TABLE)
    assert kept.hash == TABLE.hash != DEFAULT.hash


def test_own_actions_and_names_go_before_the_defaults():
    own = {
        "engagement": {
            "actions": {"calculator": {"weight": 50, "names": ["calculator", "Preise"]}, "pages": {"weight": 1}}
        }
    }
    table = load_quality(own)
    assert table.names.action("Preise") == table.names.action("calculator") == "calculator"
    assert table.names.action("prices") == "prices"
    assert table.names.action("Seitenaufrufe") == "pages"
    assert table.engagement.actions["pages"].weight == 1


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"fitt": []}, "fitt"), ({"fit": [{"field": "extra.a", "value": ["x"]}]}, "value"),
        ({"fit": [{"weight": 1}]}, "field"),
        ({"engagement": {"half_life_days": 0}}, "half_life_days"),
        ({"engagement": {"weights": {"message": 900}}}, "message"),
        ({"engagement": {"weights": {"mesage": 9}}}, "mesage"),
        ({"engagement": {"actions": {"x": 5}}}, "engagement.actions.x"),
        ({"engagement": {"actions": {"x": {"names": ["y"]}}}}, "weight"),
        ({"engagement": {"actions": {name: {"weight": 1, "names": ["p"]} for name in "xy"}}}, "leave it out"),
        ({"engagement": {"actions": {"x": {"weight": 1, "once": 1.2}}}}, "once"),
        ({"engagement": {"actions": {"x": {"weight": 1, "each": 0}}}}, "each"),
        ({"band": {"rows": [{"band": "tepid"}]}}, "tepid"),
        ({"band": {"rows": [{"band": "hot", "engagement": 200}]}}, "row 1"),
        ({"band": {"kinds": ["leads"]}}, "sales_lead"),
        ({"band": {"rows": [{"band": "hot", "stages": ["old"]}]}}, "customer"),
        ({"not_now": {"after_days": -1}}, "after_days"),
        ({"not_now": {"fields": ["when"]}}, "extra.NAME"),
        ({"engagement": {"weights": {"message": float("nan")}}}, "message"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_is_said_with_its_key(own, told):
    with pytest.raises(ValueError, match=told):
        load_quality(own)


def test_rows_by_stage_and_kind():
    rows = [
        {"band": "hot", "stages": ["customer"]},
        {"band": "warm", "kinds": ["sales_lead"], "fit": 50},
    ]
    table = load_quality({"fit": FIT, "band": {"rows": rows, "asked": "cold"}})
    lead = Lead(phone="1", country="DE", message="hi")
    assert quality(msgspec.structs.replace(lead, extra={"customer": "yes"}), table).band == "hot"
    assert quality(lead, table).band == "unknown"  # no row holds
    assert quality(msgspec.structs.replace(lead, country="VN"), table).band == "warm"
    assert quality(msgspec.structs.replace(lead, country=None), table).band == "warm"  # an unknown fit counts as 50
    assert quality(msgspec.structs.replace(lead, country="VN"), table, kind="unclear").band == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        *("a" * 65_536, "\u0301" * 65_536, "next year " * 6_000, "call me " * 8_000, "２０２７ " * 9_000, "ก" * 65_536),
        *("1." * 30_000, "?" * 65_536, "in 6 " * 10_000, "12 " * 20_000, "\u202e" * 65_536, "\U0001f3e0" * 65_536),
    ],
)
def test_no_text_holds_anybody_up(text):
    lead = Lead(phone="1", message=text, extra={"a": text, "b": text, "when": text, "stage": text, "customer": text})
    started = time.perf_counter()
    quality(lead, TABLE)
    assert time.perf_counter() - started < 1.0


TABLE = load_quality({"fit": FIT})
