"""The audit's pages: what they say, that nothing gets out of them, and that people can read them in a browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import msgspec
import pytest
import pytest_asyncio

from fraudcheck.ledger.record import NOBODY_LOOKED
from fraudcheck.operations.claims import Asked, words_for
from fraudcheck.operations.replay import replay, replay_text
from fraudcheck.report import rates
from fraudcheck.report.audit import Example, Point, Staffed
from fraudcheck.report.claims import ClaimLine, ClaimList, ClaimRow, LeftRow, Total, VendorClaim
from fraudcheck.report.visits import Visits
from fraudcheck.web import charts, claim_page, masking, pages, scope_form, wording
from fraudcheck.web.frame import Frame
from tests.report import made
from tests.web import browser

CONTRACT = {"return_within_days": 30, "at_most_share": 0.1}
HOSTILE = '"><script>alert(1)</script><img src=http://evil.example/x>\u202e\u2066\x00\x1b[31m\u2028'
SHOWN = {
    "check_id": "01936b5e-0000-7000-8000-000000000001", "checked_at": "2026-11-23T09:30:00.000Z", "decision": "reject",
    "trust_score": 4, "classification": "bot", "decided_by": "two_groups", "prior": 9.5, "sum": -13.5,
    "reasons": [
        {"code": "FORM_TOO_FAST", "points": -10.0, "text": "The form was filled in faster than people type.",
         "evidence": {"fill_seconds": 0.8}},
        {"code": "EMAIL_DISPOSABLE", "points": -12.0, "text": "The address is at a throw-away mail provider.",
         "evidence": {"list": HOSTILE, HOSTILE: [HOSTILE, None, True]}},
        {"code": "EMAIL_LOCAL_RANDOM", "points": -4.0, "text": "The mailbox name looks random.", "evidence": {}},
    ],
    "group_caps": [{"group": "email", "points_removed": 3.0}], "unknown": ["email_mx", HOSTILE], "score_range": [4, 5],
    "warnings": [{"field": "client.ip", "problem": "not an IP address"}], "revised_by": None, "erased": False,
    "enquiry": {"kind": "sales_lead", "confidence": 0.94, "runner_up": HOSTILE, "language": HOSTILE,
                "because": [[0, 4], [20, 400]]},
    "contact": {"type": "interested", "status": HOSTILE, "next": "call"},
    "quality": {"fit": 50.0, "engagement": None, "stage": "new", "band": "warm", "criteria": [
        {"part": "fit", "name": "extra.age", "value": HOSTILE, "weight": 2.0, "points": 1.0},
        {"part": "fit", "name": HOSTILE, "value": None, "weight": 1.0, "points": None},
        {"part": "stage", "name": "customer", "value": False, "weight": 0.0, "points": None}]},
    "lead": {"email": "a***@example.com", "name": HOSTILE, "message": f"I need {HOSTILE * 6}",
             "source": {"vendor": HOSTILE, "campaign": HOSTILE}},
    "facts": {"form": {"v": 2, HOSTILE: HOSTILE}}, "versions": {"service": "0.3.0"},
    "record_hash": "sha256:" + "ab" * 32,
    "outcomes": [{"outcome": "returned", "reason": "invalid_phone", "at": "2026-11-20T10:00:00.000Z"}],
}  # fmt: skip


NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LONG = ("Donaudampfschifffahrtsleadvermittlungsgesellschaft mbH", "บริษัทลีดดีที่สุดในกรุงเทพมหานครจำกัด", "x" * 200,
        "شركة تسويق العملاء المحتملين الدولية المحدودة", "Truyền thông Chợ Lớn", "Leads São Paulo")  # fmt: skip
FRAME = Frame(here="/v1/vendors", person="the desk", token="t", back="/v1/vendors", back_name="All vendors")
PAGES = [
    *("overview", "overview to be mailed", "overview of nothing", "hostile overview"),
    *("vendor", "small vendor to be mailed", "hostile vendor"),
    *("lead", "erased lead", "problem"),
    *("no report", "vendors of one day", "long names"),
    *("kinds", "kinds of a vendor", "claim", "claim to be mailed", "hostile claim", "claims", "no claims"),
    *("funnel", "funnel to be mailed", "hostile funnel", "funnel of nothing"),
]


def known_outcomes():
    genuine = [made.lead_outcome(n, "contacted", score=85) for n in range(30)]
    return genuine + [made.lead_outcome(n, "returned", reason="invalid_phone", score=65) for n in range(30, 40)]


def form(report, action, without=""):
    choices = {"vendor": ["acme", LONG[0], "<b>"], "campaign": ["brand"], "sub_id": [], "channel": ["ppc", "seo"]}
    scope = msgspec.structs.replace(report.scope, choices=choices)
    return scope_form.scope_form(action, [("campaign", HOSTILE)], scope, now=NOW, without=without)


def a_claim(text="Chợ Lớn Media", language="vi"):
    """A claim of two leads of many, one of which was answered, and of those that are not claimed."""
    known = {"check_id": SHOWN["check_id"], "at": "2026-11-03T14:05:12.250Z", "came": "2026-11-03 21:05"}
    source = {"campaign": text, "sub_id": "7", "channel": None, "price": "24.50", "currency": "EUR"}
    row = ClaimRow(
        **known, **source, reference=text, amount="12.25", reason="invalid_phone", reason_text="Số không hợp lệ",
        evidence=f"Số điện thoại thừa một chữ số. {text}" * 3, return_by="2026-12-01", part=True, answer="credited",
        credited="10.00", note="Không còn ủng hộ.", name=text, email=text, phone=text,
    )  # fmt: skip
    bare = ClaimRow(
        **known, **source | {"campaign": None}, reference=None, amount="24.50", reason="duplicate", reason_text="Trùng",
        evidence="Trùng.", return_by=None,
    )  # fmt: skip
    left = LeftRow(
        **known, **source | {"price": None, "currency": None}, reference=text, left=None, reason=None, why="no_reason",
        why_text=text,
    )  # fmt: skip
    total = Total(
        currency="EUR", leads=32, amount="784.00", reasons=[], returnable="784.00", too_late="0.00", over_cap="0.00",
        claimed="0.00",
    )  # fmt: skip
    return VendorClaim(
        claim=None, vendor=text, since="2026-11-01T00:00:00.000Z", until="2026-12-01T00:00:00.000Z",
        made_at="2026-12-01T00:00:00.000Z", timezone="Asia/Ho_Chi_Minh", language=language, for_vendor=False,
        answer_by="2026-12-15", subject=f"Trả lại lead {text}", letter=[f"Kính gửi: {text}", "Trân trọng,\n[tên]"],
        totals=[total], leads=1_000, rows=[row, bare] * 12, left_leads=500, left=[left] * 5,
    )  # fmt: skip


def a_line(vendor="chợ lớn media"):
    return ClaimLine(
        claim=SHOWN["check_id"], vendor=vendor, claimed_at="2026-12-01T00:00:00.000Z", currency="EUR", leads=32,
        amount="784.00", answered="49.00", credited="24.50", answers={"credited": 1, "refused": 1},
    )  # fmt: skip


def everything():
    """Every page that there is, with all that can stand on it."""
    leads, visits = made.market(), [Visits("", "", 90_000), Visits("ppc", "brand", 4_000)]
    overview = made.overview(leads, known_outcomes(), CONTRACT, visits)
    report = made.vendor("acme", leads, known_outcomes(), CONTRACT, visits)
    example = Example(check_id=SHOWN["check_id"], day="2026-11-20", trust_score=4, classification="bot", reasons=["X"])
    report = msgspec.structs.replace(report, examples=[example])
    wrong = scope_form.scope_form(
        "/v1/vendors", [("from", HOSTILE), ("visits", HOSTILE), ("campaign", HOSTILE)], None, now=NOW,
        errors=[{"field": name, "problem": f"is wrong {HOSTILE}"} for name in ("from", "visits", HOSTILE)],
    )  # fmt: skip
    hostile = [made.bad(HOSTILE, campaign=HOSTILE, sub_id=HOSTILE), made.lead(HOSTILE, campaign="x")] * 20
    return {
        "overview": pages.overview(
            overview, lambda vendor: "/v1/vendors/x/report", frame=FRAME, form=form(overview, "/v1/vendors")
        ),
        "overview to be mailed": pages.overview(overview, None),
        "overview of nothing": pages.overview(made.overview([]), None),
        "hostile overview": pages.overview(made.overview(hostile), None),
        "vendor": pages.vendor(report, FRAME, form(report, "/v1/vendors/acme/report", "vendor")),
        "small vendor to be mailed": pages.vendor(made.vendor("Bangkok Forms", leads), None),
        "hostile vendor": pages.vendor(made.vendor(HOSTILE, hostile), None),
        "lead": pages.lead(SHOWN, ["check 01936b5e", f"    +9.5  {HOSTILE}"], FRAME),
        "erased lead": pages.lead(SHOWN | {"lead": None, "erased": True, "outcomes": []}, [], None),
        "problem": pages.problem(404, f"there is no such check {HOSTILE}"),
        "no report": pages.no_report(f"Vendor {HOSTILE}", wrong, FRAME, "there is no lead of this vendor"),
        "vendors of one day": pages.overview(
            made.overview([made.lead(price=-1)] * 3), lambda vendor: "/x", frame=FRAME
        ),
        "long names": pages.overview(
            made.overview([made.bad(name) for name in LONG]), lambda vendor: "/x", frame=FRAME
        ),
        "kinds": pages.overview(made.overview(made.every_kind(), (), CONTRACT, visits), None),
        "kinds of a vendor": pages.vendor(made.vendor("acme", made.every_kind(), (), CONTRACT, visits), None),
        "claim": claim_page.claim(a_claim(), words_for(Asked(language="vi")), FRAME, "/v1/claims/x?a=b", "/claims"),
        "claim to be mailed": claim_page.claim(a_claim(language="de"), words_for(Asked(language="de")), None),
        "hostile claim": claim_page.claim(a_claim(HOSTILE), words_for(Asked()), FRAME),
        "claims": claim_page.claim_list(ClaimList(claims=[a_line(), a_line(HOSTILE)]), FRAME),
        "no claims": claim_page.claim_list(ClaimList(claims=[]), FRAME),
        "funnel": pages.funnel(made.funnel(), FRAME),
        "funnel to be mailed": pages.funnel(made.funnel(), None),
        "hostile funnel": pages.funnel(made.funnel(HOSTILE), None),
        "funnel of nothing": pages.funnel(made.funnel(many=0), None),
    }


@pytest.fixture(scope="module")
def every_page():
    return everything()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium():
    async with browser.browser() as running:
        yield running


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", PAGES)
async def test_every_page_can_be_read_by_anyone_anywhere(chromium, every_page, name):
    """Axe finds nothing, nothing is cut off, and nothing is asked for or refused under a strict policy."""
    async with browser.page(chromium, every_page[name], browser.LOOKS[0]) as (shown, heard):
        for look in browser.LOOKS:
            await browser.look_again(shown, look)
            assert await browser.violations(shown) == [], look
            assert await browser.width(shown) <= browser.SIZES[look[0]]["width"], look
    assert heard == []


def test_they_are_all_looked_at(every_page):
    assert list(every_page) == PAGES


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", ["overview", "vendor", "lead"])
async def test_the_keyboard_reaches_all_that_scrolls_opens_or_leads_on(chromium, every_page, name):
    html = every_page[name]
    folded = html.count('aria-labelledby="days"')  # stands in details, which are closed
    regions = html.count('class="wide') - folded
    wanted = len(re.findall('<a |<button|<summary|<input id|tabindex="0"', html)) - folded
    wanted += 4 * html.count('<input type="date"')  # its day, month and year, and the calendar
    async with browser.page(chromium, html, browser.LOOKS[0]) as (shown, _):
        reached = await browser.reached_by_keyboard(shown, wanted)
    assert reached[0] == "A.skip"
    assert reached.count("BODY.") == 0
    assert sum(each.startswith("DIV.wide") for each in reached) == regions


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", ["overview", "vendor", "lead"])
async def test_on_paper_all_is_dark_on_light_and_only_what_was_opened_is_there(chromium, every_page, name):
    async with browser.page(chromium, every_page[name], ("paper", "dark")) as (shown, _):
        await shown.emulate_media(media="print", color_scheme="dark")
        assert await browser.width(shown) <= browser.SIZES["paper"]["width"]
        assert await shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        printed = "[...document.querySelectorAll(NAME)].filter(each => each.getClientRects().length).length"
        for part in ("details", "nav", "form", ".hint"):
            assert await shown.evaluate(printed.replace("NAME", f"{part!r}")) == 0, part
        await shown.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        there = await shown.evaluate("document.querySelectorAll('details').length")
        assert await shown.evaluate(printed.replace("NAME", "'details'")) == there
        foot = "[...document.querySelectorAll('tfoot')].map(each => getComputedStyle(each).display)"
        assert set(await shown.evaluate(foot)) <= {"table-row-group"}  # else each sheet repeats it


@pytest.mark.asyncio(loop_scope="module")
async def test_the_checker_sees_what_is_wrong(chromium):
    wrong = "<html><body><img src='/other'><p style='color:#eee;background:#fff;width:999px'>faint</p></body></html>"
    async with browser.page(chromium, wrong, browser.LOOKS[0]) as (shown, heard):
        found = "\n".join(await browser.violations(shown))
        assert await browser.width(shown) > 360
    for rule in ("color-contrast", "document-title", "html-has-lang", "image-alt"):
        assert rule in found
    assert "Content Security Policy" in " ".join(heard)


def attributes_of(html):
    """All attributes of all elements, as a browser reads them."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda _, attributes: found.extend((name, value or "") for name, value in attributes)
    parser.feed(html)
    return found


def test_nothing_in_a_page_is_another_hosts_or_runs(every_page):
    for html in every_page.values():
        assert "<script" not in html
        attributes = attributes_of(html)
        assert not [value for name, value in attributes if name in ("src", "href", "action") and "//" in value]
        assert not [name for name, _ in attributes if name.startswith("on")]
        assert "url(" not in html
        assert "<img" not in html
        assert not [each for each in html if not each.isprintable() and each != "\n"]


def test_a_page_to_be_mailed_has_no_links_but_within(every_page):
    for name in ("overview to be mailed", "small vendor to be mailed", "erased lead"):
        assert set(re.findall(r'href="([^"]*)"', every_page[name])) == {"#main"}


@pytest.mark.parametrize("source", [{}, {"source": {}}, {"source": {"campaign": "spring"}}, {"source": None}])
def test_a_lead_that_names_no_vendor_has_a_page_too(source):
    page = pages.lead(SHOWN | {"lead": {"phone": "+84***75", **source}}, [], None)
    assert "This lead was rejected" in page
    assert "sold by" not in page


def test_a_column_in_which_nothing_stands_is_left_out(every_page):
    one_day = every_page["vendors of one day"].partition("</style>")[2]
    for heading in ("Over time", "Came before", "Paid", "To claim back"):
        assert heading in every_page["overview"]
        assert heading not in one_day


@pytest.mark.asyncio(loop_scope="module")
async def test_no_name_breaks_within_a_word_that_has_room(chromium, every_page):
    """Each word of a name that is no longer than the column may be stands on one line."""
    words = """() => [...document.querySelectorAll('th[scope=row] bdi')].flatMap(each => {
        const text = each.firstChild, found = [];
        for (const word of text.data.matchAll(/\\S+/g)) {
            const range = document.createRange();
            range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
            found.push([word[0], range.getClientRects().length]);
        }
        return found;
    })"""
    async with browser.page(chromium, every_page["long names"], ("a desk", "light")) as (shown, _):
        lines = await shown.evaluate(words)
    assert [word for word, many in lines if many > 1 and len(word) < 20] == []
    assert dict(map(tuple, lines))["x" * 200] > 1


def test_what_speaks_for_the_kind_is_marked_for_those_who_may_read_the_message():
    page = pages.lead(SHOWN | {"lead": {"message": "I need 40 <b>chairs</b>"}, "enquiry": ENQUIRY}, [], None)
    assert "The enquiry is a request for an offer (sales_lead, 94% sure" in page
    assert "<mark>need</mark> 40 <mark>&lt;b&gt;chairs</mark>&lt;/b&gt;</blockquote>" in page
    for lead in ({"message": masking.HIDDEN}, {}, None):
        page = pages.lead(SHOWN | {"lead": lead, "enquiry": ENQUIRY}, [], None)
        assert "The enquiry is a request for an offer" in page
        assert "<mark>" not in page
        assert "blockquote" not in page.partition("</style>")[2]


ENQUIRY = {"kind": "sales_lead", "confidence": 0.94, "runner_up": None, "language": "en", "because": [[2, 6], [10, 19]]}


def test_of_a_lead_from_before_a_page_says_nothing_of_its_worth():
    page = pages.lead(SHOWN | NOBODY_LOOKED, [], None)
    assert "What it asks for" not in page
    assert "Nobody looked" not in page


async def test_every_lead_that_was_really_judged_has_a_page(service):
    """The records of the pipeline, not made up here: with and without a vendor, masked and whole."""
    tenant = await service.tenant("default")
    for lead in ({"phone": "+84912840375"}, {"email": "a@mailinator.com", "source": {"vendor": "acme"}}):
        verdict = await service.pipeline.check(tenant, msgspec.json.encode(lead), None)
        stored = await service.ledger.get("default", verdict.check_id)
        again = await replay(service.ledger, "default", verdict.check_id)
        for personal in (True, False):
            page = pages.lead(masking.shown(stored, personal, whole=True), replay_text(again), None)
            assert "identical when judged again" in page
            assert all(reason.code in page for reason in verdict.reasons)


def test_of_very_many_vendors_a_page_has_the_worst():
    report = made.overview([made.lead(f"vendor {number}") for number in range(305)])
    assert len(report.vendors) == 305
    page = pages.overview(report, None)
    assert page.count('<th scope="row"><bdi>vendor') == 300
    assert "5 more are left out here" in page


def test_a_vendors_record_in_words():
    report = made.vendor("acme", made.market())
    first, *rest = wording.vendor_sentences(report.summary, report.others)
    assert re.fullmatch(
        r"Of 1,500 leads, \d+ were rejected: \d\.\d%\. Allowing for chance, this vendor's share lies between "
        r"\d\.\d% and \d\.\d%\.",
        first,
    )
    assert any(sentence.startswith("On 3 November 2026 the share of rejected leads rose from") for sentence in rest)


@pytest.mark.parametrize(
    ("staffed", "said"),
    [
        (
            Staffed(leads=40, contradicted=0, since="2026-11-02", sold_since="2026-11-02"),
            "The channel of 40 leads says that somebody else typed them (call or offline), since 2 November 2026; "
            "browsers say nothing of such people and were not judged.",
        ),
        (
            Staffed(leads=12, contradicted=9, since="2026-11-20", sold_since="2026-08-01"),
            "The channel of 12 leads says that somebody else typed them (call or offline), since 20 November 2026, "
            "while its first lead came on 1 August 2026; browsers say nothing of such people and were not judged. But "
            "9 of them come from everywhere, as people's own browsers do: ask the vendor why.",
        ),
    ],
)
def test_a_channel_that_a_vendor_declares_is_told(staffed, said):
    report = made.vendor("acme", [made.lead()] * 50)
    summary = msgspec.structs.replace(report.summary, staffed=staffed)
    assert said in wording.vendor_sentences(summary, report.others)
    page = pages.vendor(msgspec.structs.replace(report, summary=summary), None)
    assert said.replace("'", "&#39;") in page


def test_of_few_leads_it_is_said_that_they_are_few():
    report = made.vendor("small", [made.bad("small"), *[made.lead("large")] * 200])
    said = wording.vendor_sentences(report.summary, report.others)
    assert said[0].startswith("Of 1 lead, 1 was rejected: 100.0%.")
    assert said[1].endswith("These are too few leads to judge the vendor by.")
    assert "too few leads to judge by" in pages.overview(made.overview([made.bad("small")] + [made.lead()] * 200), None)


def test_a_vendor_without_others_is_held_against_nobody():
    page = pages.vendor(made.vendor("acme", [made.bad()] * 5 + [made.lead()] * 95), None)
    assert "All other vendors" not in page
    assert page.count(">none</td>") == 3
    assert "of the others" not in page


def test_of_no_leads_it_is_said_that_there_are_none():
    report = made.vendor("acme", made.market())
    nothing = msgspec.structs.replace(report.summary, leads=0, change=None, trend=[])
    assert wording.vendor_sentences(nothing, report.others) == ["There are no leads of this vendor in this time."]
    assert "There are no leads in this time" in pages.overview(made.overview([]), None)


def test_the_steps_of_a_score_lead_from_the_start_to_the_sum():
    steps = pages._steps(SHOWN)
    assert [step["points"] for step in steps] == [9.5, -10.0, -12.0, -4.0, 3.0]
    assert [step["after"] for step in steps] == [9.5, -0.5, -12.5, -16.5, -13.5]


def test_evidence_in_words():
    told = {"fill_seconds": 0.8, "lists": 2, "found": None, "sure": True, "by": {"lead_id": 3}}
    step = pages._steps(SHOWN | {"reasons": [SHOWN["reasons"][0] | {"evidence": told}]})[1]
    assert step["evidence"] == ["Filled in within 0.8 seconds", "2 lists name it", "Sure: yes", "By the lead id 3"]


def test_a_leads_page_leads_on_only_where_there_is_a_service(every_page):
    for code in ("FORM_TOO_FAST", "EMAIL_DISPOSABLE"):
        assert f'href="/reasons#{code}"' in every_page["lead"]
        assert f'<code class="soft">{code}</code>' in every_page["erased lead"]
    page = pages.lead(SHOWN | {"lead": {"source": {"vendor": "A & B/C"}}}, [], FRAME)
    assert 'href="/v1/vendors/A%20%26%20B%2FC/report"' in page


def test_what_is_raw_is_folded_and_what_is_told_is_not(every_page):
    open_, *folded = every_page["lead"].partition("</style>")[2].split("<details>")
    assert "The form was filled in faster than people type." in open_
    assert "Filled in within 0.8 seconds." in open_
    assert "What was found out" in open_
    assert "fill_seconds" not in open_
    assert "Spend no time on it." in open_
    assert any("&#34;fill_seconds&#34;: 0.8" in each for each in folded)
    assert any("<summary>Judged again</summary>" in each for each in folded)


def test_an_interval_is_drawn_and_said():
    drawn = charts.interval(rates.share(3, 20), 0.5)
    assert 'aria-label="15.0%, likely between 5.2% and 36.0%"' in drawn
    marked = charts.interval(rates.share(3, 20), 0.5, 0.25, "promised were")
    assert "promised were 25.0%" in marked
    assert 'class="mark" d="M50.0 0v16"' in marked


@pytest.mark.parametrize(
    ("shares", "end"), [([], 0.1), ([0.02], 0.1), ([0.1, 0.11], 0.15), ([0.81], 1.0), ([1.0], 1.0)]
)
def test_scales_end_at_round_shares(shares, end):
    assert charts.top(shares) == end


def test_a_day_of_few_leads_makes_no_scale():
    assert charts.highest([Point(day="2026-11-01", leads=1, bad=1), Point(day="2026-11-02", leads=20, bad=2)]) == 0.1
    assert charts.highest([]) == 0.0


@pytest.mark.parametrize("leads", [0, 1])
def test_a_line_needs_two_days(leads):
    points = [Point(day="2026-11-01", leads=leads, bad=0)]
    assert charts.spark(points, None, 0.1) == charts.trend(points, None, 0.1) == ""


def test_a_change_is_drawn_and_said():
    line = made.vendor("acme", made.market()).summary
    drawn = charts.trend(line.trend, line.change, 0.3)
    assert f"before {line.change.since} and" in drawn
    assert 'class="change"' in drawn
    assert 'class="level"' in drawn
