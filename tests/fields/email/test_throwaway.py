import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.names import names_model
from fraudcheck.fields.email.throwaway import registered_domain, throwaway_shape

AGAINST = names_model().against_mailbox


@pytest.mark.parametrize(
    "domain",
    ["temp-mail.example", "mytempmail.example", "tmpinbox.example", "10minutemail.example", "20-minute-mail.example",
     "besttrashmail.example", "e-mail-fake.example", "fake-email.example", "throwawaymailbox.example",
     "inbox.tempmail.example", "wegwerf-email.example", "mail-jetable.example", "5minutemail.example"],
)  # fmt: skip
def test_words_that_say_what_it_is_for(domain: str) -> None:
    assert throwaway_shape(domain, AGAINST) == "words"


@pytest.mark.parametrize("domain", ["k7qx93vzj2w.xyz", "mxzvbzd5orbw6.gq"])
def test_random_characters_under_endings_that_cost_nothing(domain: str) -> None:
    assert throwaway_shape(domain, AGAINST) == "random"


@pytest.mark.parametrize(
    "domain",
    [
        # Words that hold others: temp in template, contemporary; spam in antispam; burn in Burnley.
        "template-mail.com", "temperley.org", "contempmail.org", "templemail.edu", "attemptmail.com",
        "burnleymail.co.uk",
        "antispammail.de", "spamfilter-mail.com", "trashy-fashion.com", "temp-staff.co.jp", "junkyardmail.com",
        # Who prints advertisements, or keeps spam and throw-away mail out.
        "junkmail.co.za", "junkemailfilter.com", "stop-junk-mail.com", "mailspam.de", "spammail.org",
        "mailspamprotection.com",
        "stopfakemail.org", "tempmail-detector.com", "disposablemailchecker.com", "anti-trashmail.fr",
        "minutemanpress.com", "24hourfitness.com", "anonymous.org", "mailchimp.com", "postbox.vn", "inbox.lv",
        # Companies, small providers and people of many countries.
        "nhaxinh.vn", "vnpt.vn", "fptshop.com.vn", "xjtlu.edu.cn", "mtn.ng", "gtbank.com", "bsnl.in", "tcs.com",
        "uol.com.br", "mchs.gov.ru", "przedszkole7.pl", "krzysztof.xyz", "wp.pl", "stc.com.sa", "zju.edu.cn",
        "szkola12.xyz", "36kr.com", "58.com", "7eleven.co.th", "cp-all.co.th", "xn--80ak6aa92e.xyz", "m4vn.top",
    ],
)  # fmt: skip
def test_people_and_companies_pass(domain: str) -> None:
    assert throwaway_shape(domain, AGAINST) is None


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("mx1.tempmail.com", "tempmail.com"),
        ("tempmail.acme.com", "acme.com"),
        ("mail-temp.firma.com.br", "firma.com.br"),
        ("mx.acme.co.uk", "acme.co.uk"),
        ("tempmail.hust.edu.vn", "hust.edu.vn"),
        ("tempmail.in", "tempmail.in"),
        ("mx.tempmail.co", "tempmail.co"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_what_somebody_registered(host: str, name: str) -> None:
    assert registered_domain(host) == name


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-.", max_size=60))
def test_any_text_has_an_answer(domain: str) -> None:
    assert throwaway_shape(domain, AGAINST) in {None, "words", "random"}
