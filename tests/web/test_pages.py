"""The audit's pages: what they say, that nothing gets out of them, and that people can read them in a browser."""

from __future__ import annotations

import re

import msgspec
import pytest

from fraudcheck.report import rates
from fraudcheck.report.audit import Example
from fraudcheck.report.visits import Visits
from fraudcheck.web import pages
from tests.report import made
from tests.web import browser

CONTRACT = {"return_within_days": 30, "at_most_share": 0.1}
HOSTILE = '"><script>alert(1)</script><img src=http://evil.example/x>\u202e'
SHOWN = {
    "check_id": "01936b5e-0000-7000-8000-000000000001", "checked_at": "2026-11-23T09:30:00.000Z", "decision": "reject",
    "trust_score": 4, "classification": "bot", "decided_by": "two_groups", "prior": 9.5, "sum": -13.5,
    "reasons": [
        {"code": "FORM_TOO_FAST", "points": -10.0, "text": "The form was filled in faster than people type.",
         "evidence": {"fill_seconds": 0.8}},
        {"code": "EMAIL_DISPOSABLE", "points": -12.0, "text": "The address is at a throw-away mail provider.",
         "evidence": {"list": HOSTILE}},
        {"code": "EMAIL_LOCAL_RANDOM", "points": -4.0, "text": "The mailbox name looks random.", "evidence": {}},
    ],
    "group_caps": [{"group": "email", "points_removed": 3.0}], "unknown": ["email_mx"], "score_range": [4, 5],
    "warnings": [{"field": "client.ip", "problem": "not an IP address"}], "revised_by": None, "erased": False,
    "lead": {"email": "a***@example.com", "source": {"vendor": "acme"}}, "facts": {"form": {"v": 2}},
    "versions": {"service": "0.3.0"}, "record_hash": "sha256:" + "ab" * 32,
    "outcomes": [{"outcome": "returned", "reason": "invalid_phone", "at": "2026-11-20T10:00:00.000Z"}],
}  # fmt: skip


def told():
    genuine = [made.became(n, "contacted", score=85) for n in range(30)]
    return genuine + [made.became(n, "returned", reason="invalid_phone", score=65) for n in range(30, 40)]


def everything():
    """Every page that there is, with all that can stand on it."""
    leads, visits = made.market(), [Visits("", "", 90_000), Visits("ppc", "brand", 4_000)]
    overview = made.overview(leads, told(), CONTRACT, visits)
    report = made.vendor("acme", leads, told(), CONTRACT, visits)
    example = Example(check_id=SHOWN["check_id"], day="2026-11-20", trust_score=4, classification="bot", reasons=["X"])
    report = msgspec.structs.replace(report, examples=[example])
    hostile = [made.bad(HOSTILE, campaign=HOSTILE, sub_id=HOSTILE), made.lead(HOSTILE, campaign="x")] * 20
    return {
        "overview": pages.overview(overview, lambda vendor: "/v1/vendors/x/report"),
        "overview to be mailed": pages.overview(overview, None),
        "overview of nothing": pages.overview(made.overview([]), None),
        "vendor": pages.vendor(report, "/v1/vendors"),
        "small vendor to be mailed": pages.vendor(made.vendor("Bangkok Forms", leads), None),
        "hostile overview": pages.overview(made.overview(hostile), None),
        "hostile vendor": pages.vendor(made.vendor(HOSTILE, hostile), None),
        "lead": pages.lead(SHOWN, ["check 01936b5e", "    +9.5  prior"], "/v1/vendors"),
        "erased lead": pages.lead(SHOWN | {"lead": None, "erased": True, "outcomes": []}, [], None),
        "problem": pages.problem(404, "there is no such check"),
    }


@pytest.fixture(scope="module")
def every_page():
    return everything()


@pytest.mark.parametrize("look", browser.LOOKS, ids=" ".join)
async def test_every_page_can_be_read_by_anyone_anywhere(every_page, look):
    """Axe finds nothing, nothing is cut off or asked for, and the keyboard reaches what scrolls."""
    async with browser.browser() as running:
        for name, html in every_page.items():
            async with browser.page(running, html, look) as (shown, heard):
                assert await browser.violations(shown) == [], name
                assert await shown.evaluate("document.documentElement.scrollWidth") <= shown.viewport_size["width"], (
                    name
                )
                reached = await browser.reached_by_keyboard(shown, 6)
                assert reached[0] == "A.skip"
                if name in ("overview", "vendor", "lead"):
                    assert "DIV.wide" in reached
                assert heard == [], name


async def test_the_checker_sees_what_is_wrong():
    wrong = "<html><body><img src='data:,'><p style='color:#eee;background:#fff'>faint</p></body></html>"
    async with browser.browser() as running, browser.page(running, wrong, browser.LOOKS[0]) as (shown, _):
        found = "\n".join(await browser.violations(shown))
    for rule in ("color-contrast", "document-title", "html-has-lang", "image-alt"):
        assert rule in found


def test_nothing_in_a_page_is_another_hosts_or_runs(every_page):
    for html in every_page.values():
        assert "<script" not in html
        assert not re.search(r"<[^>]*(src|href|action)=[^>]*//", html)
        assert not re.search(r"<[^>]*\son\w+=", html)
        assert "url(" not in html
        assert "\u202e" not in html


def test_a_page_to_be_mailed_has_no_links_but_within(every_page):
    for name in ("overview to be mailed", "small vendor to be mailed", "erased lead"):
        assert set(re.findall(r'href="([^"]*)"', every_page[name])) == {"#main"}


def test_a_vendors_record_in_words():
    report = made.vendor("acme", made.market())
    first, *rest = pages.sentences(report.summary, report.others)
    assert re.fullmatch(
        r"Of 1,500 leads, \d+ leads were rejected: \d\.\d%\. Allowing for chance, this vendor's share lies between "
        r"\d\.\d% and \d\.\d%\.",
        first,
    )
    assert any(sentence.startswith("On 3 November 2026 the share of rejected leads rose from") for sentence in rest)


def test_of_few_leads_it_is_said_that_they_are_few():
    report = made.vendor("small", [made.bad("small"), *[made.lead("large")] * 200])
    said = pages.sentences(report.summary, report.others)
    assert said[0].startswith("Of 1 lead, 1 lead was rejected: 100.0%.")
    assert "These are too few leads to judge the vendor by." in said


@pytest.mark.parametrize(("share", "text"), [(0.0, "0.0%"), (0.0001, "under 0.1%"), (0.0672, "6.7%"), (1.0, "100.0%")])
def test_shares_in_words(share, text):
    assert pages.percent(share) == text


@pytest.mark.parametrize(("given", "text"), [("1234.50", "1,234.50"), ("0.00", "0.00"), ("1000000", "1,000,000")])
def test_amounts_in_words(given, text):
    assert pages.amount(given) == text


def test_days_in_words():
    assert pages.day("2026-11-03T23:59:59.999Z") == "3 November 2026"


def test_the_steps_of_a_score_lead_from_the_start_to_the_sum():
    steps = pages._steps(SHOWN)
    assert [step["points"] for step in steps] == [9.5, -10.0, -12.0, -4.0, 3.0]
    assert [step["after"] for step in steps] == [9.5, -0.5, -12.5, -16.5, -13.5]


def test_an_interval_is_drawn_and_said():
    drawn = pages.charts.interval(rates.share(3, 20), 0.5)
    assert 'aria-label="15.0%, likely between 5.2% and 36.0%"' in drawn
