import pytest

from fraudcheck.adapters.lists import shipped
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Client, Lead, Subject
from fraudcheck.signals import user_agent as signal
from tests.fields.browser.test_user_agent import ANDROID, PEOPLES, WINDOWS

LOADED = shipped.load_lists()
CHROME = f"{WINDOWS} Chrome/131.0.0.0 Safari/537.36"
FORGED = f"{WINDOWS} Chrome/49.0.9539.1186 Safari/537.36"


def crawler(agent):
    return next((mark for mark in ("Googlebot", "Fluid", "Viber", "okhttp") if mark in agent), None)


PORTS = Ports(
    lists=Lists(crawler=crawler, browser_releases=LOADED.browser_releases, versions={"crawler-user-agents": "1.67.0"}),
    mail_routes=None,
    counters=None,
)


def facts(agent, ports=PORTS):
    lead = Lead(email="an.tran@example.com", client=Client(user_agent=agent))
    return signal.gather(Subject(tenant="default", lead=lead, at=LOADED.browser_releases.date), ports)


def judge(agent, ports=PORTS):
    lead = Lead(email="an.tran@example.com", client=Client(user_agent=agent))
    return {finding.code: finding.scale for finding in signal.judge(lead, facts(agent, ports))}


def test_nothing_to_look_at():
    assert facts(None) is None


@pytest.mark.parametrize("agent", PEOPLES)
def test_peoples_browsers_pass_the_real_list_too(agent):
    assert judge(agent, Ports(lists=LOADED, mail_routes=None, counters=None)) == {}


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (CHROME, {}),
        ("", {"USER_AGENT_EMPTY": 1.0}),
        ("  ", {"USER_AGENT_EMPTY": 1.0}),
        (CHROME.replace("Chrome/", "HeadlessChrome/"), {"USER_AGENT_HEADLESS": 1.0}),
        ("Mozilla/5.0 (linux) jsdom/16.4.0 Googlebot", {"USER_AGENT_HEADLESS": 1.0}),
        ("Googlebot/2.1", {"USER_AGENT_CRAWLER": 1.0}),
        (f"{CHROME} Fluid/1", {"USER_AGENT_CRAWLER": 0.5}),  # the list's word alone
        (f"{ANDROID} Viber/27.4", {}),  # an app that people open links in
        ("curl/8.5.0", {"USER_AGENT_SCRIPT": 1.0}),
        ("okhttp/4.9.3", {"USER_AGENT_SCRIPT": 0.4}),
        ("Mozilla/5.0", {"USER_AGENT_SCRIPT": 0.6}),
        (FORGED, {"USER_AGENT_CONTRADICTS": 1.0}),
        ("Mozilla/5.0 (Windows NT 6.3; rv:36.0) Gecko/20100101 Firefox/38.0", {"USER_AGENT_CONTRADICTS": 0.5}),
        (FORGED.replace("NT 10.0", "NT 6.5"), {"USER_AGENT_CONTRADICTS": 1.0}),
        ("x" * 5000, {"USER_AGENT_SCRIPT": 1.0}),
    ],
)
def test_browsers_that_people_do_not_have(agent, said):
    assert judge(agent) == said


def test_facts_and_evidence_name_rules_and_words_alone():
    assert facts(FORGED) == {"v": 1, "contradictions": ["chrome_build_never_was"]}
    assert facts("Googlebot/2.1 (anna.kowalska@example.com)") == {
        "v": 1, "program": "bot", "crawler": "Googlebot", "list": "1.67.0",
    }  # fmt: skip
    found = signal.judge(Lead(client=Client(user_agent="Googlebot")), facts("Googlebot"))
    assert found[0].evidence == {"pattern": "Googlebot", "list": "crawler-user-agents 1.67.0"}


@pytest.mark.parametrize(
    ("older", "code"),
    [
        ({"v": 1, "crawler": "python-requests"}, "USER_AGENT_CRAWLER"),
        ({"v": 1, "headless": "headlesschrome", "desktop": True}, "USER_AGENT_HEADLESS"),
    ],
)
def test_what_the_form_kept_before(older, code):
    assert [(f.code, f.scale) for f in signal.judge(Lead(client=Client(user_agent="x")), older)] == [(code, 1.0)]
