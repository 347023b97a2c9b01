import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists import shipped
from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.fields.message import LONGEST, fold
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Client, Lead, Subject
from fraudcheck.signals import content as signal

LISTS = shipped.load_lists()
PORTS = Ports(lists=LISTS, mail_routes=None, counters=None)
MESSAGES = tomllib.loads((Path(__file__).parent.parent.parent / "bench/evaluate/messages.toml").read_text("utf-8"))


def gather(email="an.person@gmail.com", **fields):
    lead = Lead(email=email, **fields)
    return signal.gather(Subject(tenant="default", lead=lead, mailbox=read_mailbox(email, LISTS)), PORTS)


def points(facts):
    return {each.code: round(CATALOGUE[each.code].points * each.scale, 1) for each in signal.judge(Lead(), facts)}


def texts(kind):
    return [pytest.param(text, id=f"{lang}{i}") for lang, rows in MESSAGES[kind].items() for i, text in enumerate(rows)]


@pytest.mark.parametrize("text", texts("people"))
def test_people_write_what_they_want_in_any_language(text):
    assert sum(points(gather(message=text)).values()) >= -2.0


@pytest.mark.parametrize("text", texts("spam"))
def test_mass_mailings_in_any_language(text):
    facts = gather(message=text)
    assert sum(points(facts).values()) <= -3.0 or (facts["topics"] and facts["offers"] >= 2)


@pytest.mark.parametrize("text", texts("non_sales"))
def test_letters_that_want_no_purchase_lose_nothing(text):
    assert points(gather(message=text)) == {}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"v": 1, "about": "job"}, {"CONTENT_NON_SALES": 0.0}),
        ({"v": 2, "about": "press"}, {"CONTENT_NON_SALES": 0.0}),
        ({"v": 2, "topics": ["seo"], "offers": 2}, {"CONTENT_SPAM_SHAPE": -2.7, "CONTENT_NON_SALES": 0.0}),
        ({"v": 3, "topics": ["seo"], "offers": 2}, {"CONTENT_SPAM_SHAPE": -2.7}),
    ],
)
def test_facts_of_older_versions_name_letters_that_want_no_purchase(facts, said):
    assert points(facts) == said


@pytest.mark.parametrize(
    ("what", "fields", "said"),
    [
        ("no text", {}, None),
        ("a company", {"company": "Công ty TNHH An Phát", "address": "12 Lê Lợi, Q.1", "postal_code": "700000"}, {}),
        ("a site as the company", {"company": "https://www.anphat.vn"}, {}),
        ("the mail domain's site", {"email": "an@anphat.vn", "message": "Xem www.anphat.vn/kho"}, {}),
        ("the company's site", {"company": "Bright Bakery Ltd", "message": "see https://brightbakery.ng"}, {}),
        ("one's own name", {"name": "Ngozi Eze", "message": "my work: https://ngozieze.com"}, {}),
        ("the form's page", {"message": "https://sell.example.org/flat/7 still there?",
                             "client": Client(page_url="https://sell.example.org/flat/7")}, {}),
        ("a map", {"message": "here: https://maps.app.goo.gl/AbC"}, {}),
        ("one's own mail", {"message": "write to an.person@gmail.com"}, {}),
        ("another's mail", {"message": "write to my wife at b.person@yahoo.com"}, {}),
        ("a handle", {"message": "https://t.me/an_person"}, {"CONTENT_LINK": -1.0}),
        ("a page", {"message": "like https://sofas.example.org/7"}, {"CONTENT_LINK": -2.0}),
        ("two pages", {"message": "https://a.example.org/7 or https://b.example.org"}, {"CONTENT_LINK": -3.0}),
        ("four", {"message": " ".join(f"https://{x}.example.org" for x in "abcd")}, {"CONTENT_LINK": -4.0}),
        ("shortened", {"message": "https://bit.ly/3xYz"}, {"CONTENT_LINK": -3.0}),
        ("profiles", {"message": "https://fb.com/a https://x.com/a https://youtu.be/a"}, {"CONTENT_LINK": -1.0}),
        ("markup counts once", {"message": "[url=http://a.example.org]a[/url]"}, {"CONTENT_MARKUP": -8.0}),
        ("markup in the address", {"address": "<a href=http://a.example.org>"}, {"CONTENT_MARKUP": -8.0}),
        ("an attack in the postal code", {"postal_code": "' OR '1'='1"}, {"CONTENT_ATTACK": -10.0}),
        ("an attack in the company", {"company": "${jndi:ldap://x.example/a}"}, {"CONTENT_ATTACK": -10.0}),
        ("an attack in the name", {"name": "<svg/onload=alert(1)>"}, {"CONTENT_ATTACK": -10.0}),
        ("a name with an apostrophe", {"name": "Sinéad O'Brien -- Or"}, None),
        ("words of SQL", {"message": "Our union select committee would like a quote for 40 chairs."}, {}),
        ("a topic is a buyer's", {"message": "I want SEO service and backlinks, 500 USD"}, {}),
        ("a link, too", {"message": "SEO services for https://shop.example.org"}, {"CONTENT_LINK": -2.0}),
        ("a pitch", {"message": "We offer SEO services, our prices are low"},
         {"CONTENT_SPAM_SHAPE": -2.7}),
        ("one letter of another alphabet twice", {"message": "пpивет"}, {"CONTENT_DISGUISED": -3.0}),
    ],
)  # fmt: skip
def test_what_is_said(what, fields, said):
    facts = gather(**fields)
    assert (None if facts is None else points(facts)) == said


def test_facts_hold_classes_and_counts_only():
    facts = gather(message="Earn up to 900 USD per day in bitcoin, https://secret.example.org, me@secret.example.org")
    assert facts == {"v": 3, "links": 1, "contacts": 1, "topics": ["crypto!"], "offers": 1, "money": True}


@given(st.text(), st.text())
def test_any_text_is_judged_and_no_text_leaks(text, other):
    facts = gather(message=text, company=other)
    assert all(value in (True, 1) or isinstance(value, int | str | list) for value in (facts or {}).values())
    signal.judge(Lead(), facts or {"v": 1})


def test_only_the_beginning_is_looked_at():
    assert gather(message="a " * LONGEST + "https://a.example.org") == {"v": 3}


def test_open_ended_words_are_as_long_as_what_they_are_looked_up_by():
    phrases = list(shipped.phrases(read_table("message_shapes")))
    firsts = {phrase.split()[0] for _, phrase in phrases}
    assert not [word for word in firsts if word.endswith("*") and len(fold(word)) < 5]
