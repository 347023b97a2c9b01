"""What was found out about a lead and what its reasons rest on, in words: of every version that records may have."""

from __future__ import annotations

import inspect
import json
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.anomaly.wording import MEASURES
from fraudcheck.fields.browser import consistency
from fraudcheck.fields.filling import MANNERS
from fraudcheck.fields.given import FIELDS
from fraudcheck.intake.field_readers import SIGNS
from fraudcheck.pipeline.decide import decide
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Lead
from fraudcheck.report import evidence_words as words
from fraudcheck.report.evidence_words import evidence_words
from fraudcheck.report.fact_words import _SIGNALS, fact_words
from fraudcheck.signals import email_mx, identity
from fraudcheck.signals.registry import SIGNALS
from tests.test_scenarios import POLICY, scenarios

CODE = re.compile(r"\w_\w|[{}\[\]]|\bNone\b|\bTrue\b|\bFalse\b|\bnan\b|  |\.\.|^\W*$")
"""What no sentence for people holds: a word of code, a mark of JSON, a word of Python, a gap."""


@pytest.mark.parametrize("file", scenarios(), ids=lambda file: file.stem)
def test_no_reader_meets_a_word_of_code(file):
    scenario = json.loads(file.read_text())
    told = fact_words(scenario["facts"])
    assert [name for name, _ in told] == [
        signal.name for signal in SIGNALS if scenario["facts"].get(signal.name) is not None
    ]
    for name, sentences in told:
        assert sentences, name
        for sentence in sentences:
            assert not CODE.search(sentence), (name, sentence)
            assert sentence[0].isupper() or sentence[0].isdigit()
            assert sentence.endswith(".")
    for reason in decide(msgspec.convert(scenario["lead"], Lead), scenario["facts"], POLICY)[0].reasons:
        for sentence in evidence_words(reason.code, msgspec.to_builtins(reason.evidence)):
            assert not CODE.search(sentence), (reason.code, sentence)


def test_the_scenarios_are_of_every_version_that_there_was():
    """Else a sentence of an old version could be wrong, and nobody saw it."""
    seen = {}
    for file in scenarios():
        for name, facts in json.loads(file.read_text())["facts"].items():
            if facts is not None:
                seen.setdefault(name, set()).add(facts["v"])
    assert seen["velocity"] >= {1, 4, 6, 7}
    assert seen["cluster"] >= {2, 3, 4}
    assert seen["form"] >= {1, 2}
    assert seen["phone"] >= {1, 2}


def test_every_signal_and_every_word_of_a_signal_has_words():
    assert list(_SIGNALS) == [signal.name for signal in SIGNALS]  # in the order of verdicts
    assert set(words.SIGNS) == set(SIGNS)
    assert set(words.FIELDS) == set(FIELDS)
    assert set(words.MANNERS) == set(MANNERS)
    rules = set(re.findall(r'"([a-z]+(?:_[a-z]+)+)"', inspect.getsource(consistency)))
    assert set(words.CONTRADICTIONS) == rules
    assert set(words._MEASURES) | set(words._YES_OR_NO) | {"cluster.hour"} == set(MEASURES)


@pytest.mark.parametrize("route", [*email_mx._CODES, "not_asked"])
def test_every_mail_route_has_a_sentence(route):
    ((_, sentences),) = fact_words({"email_mx": {"v": 1, "route": route}})
    assert "tells" not in sentences[0]


@pytest.mark.parametrize("name", identity._CODES)
def test_every_name_that_is_none_has_a_sentence(name):
    ((_, sentences),) = fact_words({"identity": {"v": 2, "name": name}})
    assert sentences[0].startswith("The name ")


@pytest.mark.parametrize(
    ("name", "facts", "sentence"),
    [
        ("email", {"v": 1, "problem": "syntax"}, "What was given cannot be a mail address."),
        ("email", {"v": 2, "class": "disposable", "list": "a, b", "lists": 2},
         "The domain is a throw-away mail provider's, by a, b; 2 lists name it."),
        ("email_mx", {"v": 1, "unknown": "timeout"},
         "It could not be found out: the name servers took too long."),
        ("email_mx", {"v": 1, "unknown": "a_later_cause"}, "It could not be found out: the look-up failed."),
        ("phone", {"v": 2, "unknown": "no_country"},
         "It could not be found out: nothing says in which country to read the number."),
        ("phone", {"v": 2, "valid": True, "line": "voip", "region": "DE", "use": "unknown"},
         "It is a number of internet telephony of the country DE, in a range that is in use."),
        ("phone", {"v": 2, "valid": True, "line": None, "region": None, "inbox": {"years": 2}},
         "It was listed as a public inbox for text messages 2 years ago."),
        ("form", {"v": 1, "headless": "headlesschrome"},
         "The browser says that a program drives it: headlesschrome."),
        ("form", {"v": 4, "placed": True}, "Every contact field was filled in before anybody came to one."),
        ("user_agent", {"v": 1, "contradictions": ["safari_on_windows_never_was"]},
         "The browser's name says what cannot be: a Safari that never was on Windows."),
        ("user_agent", {"v": 1, "contradictions": ["a_later_rule"]},
         "The browser's name says what cannot be: a later rule."),
        ("network", {"v": 1, "lead": "near"}, "The country that was named is near to there."),
        ("form_token", {"v": 1, "state": "valid", "age": -0.4},
         "It was fetched -0.4 seconds before the lead arrived."),
        ("velocity", {"v": 1, "lead": {"hour": 1}}, "Earlier leads of this lead: 1 within an hour."),
        ("velocity", {"v": 6, "phone": {"minutes": 1, "hour": 2, "day": 2, "month": 5, "since": 90_000}},
         "Earlier leads of this phone number: 1 within five minutes, 2 within an hour, 5 within 30 days; the first "
         "25 hours before."),
        ("velocity", {"v": 6, "sent": -90}, "It says to have been sent 90 seconds after its check."),
        ("cluster", {"v": 1, "cohorts": {"shape": {"of": [1, 2, 2, 2], "value": "{first}+{digits}"}}},
         "Leads whose mailbox has the same shape (first name, a plus, digits): 1 within an hour, 2 within a day."),
        ("completeness", {"v": 1, "source": {"of": [0, 0, 0, 50], "since": 9}, "lacks": {"ip": {"of": [0, 0, 0, 1]}}},
         "It came without the internet address; so did 1 of the source's."),
        ("content", {"v": 1, "links": 3, "shortened": 1, "ordinary": 2},
         "It holds 3 links to other people's sites, of these 1 hidden behind a shorter one and 2 to a map or a social "
         "network."),
        ("enquiry", {"v": 1, "text": True}, "Its text tells no kind of enquiry."),
        ("history", {"v": 1, "leads": 1, "since": "2026-01-02T03:04:05Z"},
         "1 earlier lead of this mailbox or phone number is known, the first on 2026-01-02."),
        ("identity", {"v": 2}, "It is a name that a person can have."),
        ("form", {"v": 2}, "Of the browser nothing that tells was found; what the form measured is part of the lead."),
        ("vendor", {"v": 1}, "Of 0 earlier leads of the vendor it is known what became of them; 0 were genuine."),
        ("form_token", {"v": 1}, "Nothing that tells was found."),
    ],
)  # fmt: skip
def test_facts_in_sentences(name, facts, sentence):
    ((_, sentences),) = fact_words({name: facts})
    assert sentence in sentences


@pytest.mark.parametrize(
    ("code", "evidence", "sentences"),
    [
        ("FORM_KEYSTROKES_MISSING", {"keystrokes": 3, "characters": 41},
         ["3 keys pressed", "41 characters of contact data"]),
        ("BROWSER_HEADLESS", {"signs": ["software_gpu"]},
         ["The form's script saw of the browser: it draws without a graphics card, as on a server or a remote "
          "desktop"]),
        ("DEVICE_SHARED", {"window": "day", "strangers": 1}, ["1 other person within a day before"]),
        ("PHONE_SEEN_OFTEN", {"window": "day", "hour": 2, "day": 9},
         ["Earlier: 2 within an hour, 9 within a day"]),
        ("LEAD_FROM_FUTURE", {"minutes": 90}, ["90 minutes after its check"]),
        ("FIELDS_MISSING", {"fields": ["ip", "agent"], "carried_by": {"ip": 1.0, "agent": 0.981}},
         ["Without the internet address and the browser's name",
          "The source's leads carry the internet address 100%, the browser's name 98.1%"]),
        ("CLUSTER_MAILBOX_PATTERN", {"window": "day", "size": 16, "expected": 1.1, "pattern": "{last}{digits:6}",
                                     "p": 1e-12},
         ["16 leads within a day, where about 1.1 are usual", "The pattern is family name, 6 digits",
          "Chance alone does that once in more than a billion"]),
        ("PHONE_VALID", {"line": "mobile", "region": "VN"}, ["It is a mobile number of the country VN"]),
        ("PHONE_VALID", {"line": None, "region": None}, []),
        ("PHONE_DIGITS_PATTERN", {"pattern": "repeats"}, ["A few digits again and again"]),
        ("FORM_TOO_FAST", {"fill_seconds": "fast"}, ["Fill seconds: fast"]),
        ("A_LATER_CODE", {"new_thing": {"deep_name": [True, None, 2.0]}}, ["New thing: deep name yes, not known, 2"]),
    ],
)  # fmt: skip
def test_evidence_in_sentences(code, evidence, sentences):
    assert evidence_words(code, evidence) == sentences


def test_what_is_unusual_is_said_measure_by_measure():
    """The model's evidence of version 2, with a pair, one that is not measured, and one by another model."""
    features = [
        {"feature": "form.fill", "points": -1.2, "words": "…",
         "values": [{"measure": "form.fill", "value": 0.8, "usual": [4.1, 93.6]}]},
        {"feature": "form.keys_typed form.pointer", "points": -0.5,
         "values": [{"measure": "form.keys_typed", "value": 0.07, "usual": [0.9, None]},
                    {"measure": "form.pointer", "value": None, "usual": [None, 20.0]}]},
        {"feature": "email.free", "points": 0.1, "values": [{"measure": "email.free", "value": 1.0, "usual": None}]},
        {"feature": "cluster.hour", "points": -0.2,
         "values": [{"measure": "cluster.hour", "value": -2.0, "usual": []}]},
        {"feature": "form.new", "points": -0.1, "values": [{"measure": "form.new", "value": 2.0, "usual": []}]},
    ]  # fmt: skip
    said = evidence_words("ANOMALY_FORM", {"p": 5e-05, "features": features, "others": -0.3, "model": "default"})
    assert said == [
        "Of ordinary leads one in 20,000 is as unusual",
        "Filled in within 0.8 seconds; usual is 4.1 seconds to 93.6 seconds (−1.2 points)",
        "0.07 keys pressed for each character that was typed; usual is 0.9 or more; not measured: movements and "
        "presses of the pointer, which usually is (−0.5 points)",
        "A mailbox that anyone can have; it is usually not known (+0.1 points)",
        "It came at an hour that is 4 times less usual than others for the vendor (−0.2 points)",
        "Form new 2; anything is usual (−0.1 points)",
        "All else together (−0.3 points)",
    ]


def test_evidence_of_a_model_of_version_1_has_no_words_and_is_told_as_well():
    feature = {"feature": "phone.valid", "values": [{"measure": "phone.valid", "value": 0.0, "usual": [0.5, None]}]}
    said = evidence_words("ANOMALY_OTHER", {"p": 0.001, "features": [feature]})
    assert said == [
        "Of ordinary leads one in 1,000 is as unusual",
        "A number in no range that is in use; that is unusual",
    ]


@pytest.mark.parametrize(("seconds", "text"), [(0.5, "0.5 seconds"), (1, "1 second"), (119, "119 seconds"),
                                               (120, "2 minutes"), (5_400, "90 minutes"), (86_400, "24 hours"),
                                               (950_400, "11 days")])  # fmt: skip
def test_how_long_in_words(seconds, text):
    assert words.duration(seconds) == text


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats(allow_nan=False, width=32) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_KEYS = sorted({key for signal in SIGNALS for key in signal.facts.__annotations__} - {"v"})


@given(st.dictionaries(st.sampled_from([signal.name for signal in SIGNALS]),
                       st.dictionaries(st.sampled_from(_KEYS), _JSON, max_size=6)))  # fmt: skip
def test_facts_of_any_shape_are_told(facts):
    """Nothing that a later or a damaged record holds keeps a page from being drawn."""
    for _, sentences in fact_words(facts):
        assert sentences


_NAMES = [*words._EVIDENCE, "features", "minutes", "hour", "size", "line"]


@given(st.sampled_from(sorted(CATALOGUE)), st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=5))
def test_evidence_of_any_shape_is_told(code, evidence):
    for sentence in evidence_words(code, evidence):
        assert isinstance(sentence, str)
