"""Does the browser name itself as a browser that people use?"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypedDict

from fraudcheck.fields.browser import user_agent
from fraudcheck.fields.browser.consistency import contradictions
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import BrowserReleases
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "user_agent"

_LIST = "crawler-user-agents"
_FORTNIGHT = 14 * 86_400
_LIST_ALONE = 0.5
"""A word of the list may be a person's program too: it holds Mac's Fluid, which makes an app of a site."""
# People edit these away for privacy, and old televisions never had them; apps use OkHttp with a person before them.
_WEAK_PROGRAMS = {"no_platform": 0.6, "no_engine": 0.6, "app_library": 0.4}
# What a browser of the maker's own or a compatibility view may do; the others cannot happen to a person.
_WEAK_CONTRADICTIONS = frozenset(
    (
        "android_version_never_was",
        "chrome_names_mac",
        "chrome_on_trident",
        "chrome_newer_than_android",
        "chrome_newer_than_windows",
        "chrome_newer_than_xp",
        "explorer_newer_than_windows",
        "firefox_names_patch",
        "firefox_names_android",
        "gecko_differs",
        "trident_differs",
        "webkit_differs",
    )
)


class UserAgentFacts(TypedDict, total=False):
    """What the user agent tells; each where it holds."""

    v: int
    headless: str  # the mark of a driven browser
    program: str  # what gives a program away (``fields.browser.user_agent.program``)
    contradictions: list[str]  # the rules that it breaks (``fields.browser.consistency``)
    crawler: str  # the list's pattern that it matches
    list: str  # the list's version; facts before 0.2 have none
    list_alone: bool  # nothing else about it is a program's


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """What the user agent tells; None where none was given. One sent empty is seen in the lead."""
    agent = subject.lead.client.user_agent
    if agent is None:
        return None
    lists, agent, fortnight = ports.lists, agent[:1024].strip(), int(subject.at // _FORTNIGHT)
    return {"v": 1, **_browser(lists.crawler, lists.versions.get(_LIST, ""), lists.browser_releases, agent, fortnight)}


@lru_cache(maxsize=4096)
def _browser(
    crawler: Callable[[str], str | None], version: str, releases: BrowserReleases, agent: str, fortnight: int
) -> UserAgentFacts:
    """A fortnight's error in the time is within what the releases allow for."""
    if not agent:
        return {}
    if mark := user_agent.automation(agent):
        return {"headless": mark}
    facts: UserAgentFacts = {}
    program = user_agent.program(agent)
    if program:
        facts["program"] = program
    elif broken := contradictions(agent, releases, (fortnight + 1) * _FORTNIGHT):
        facts["contradictions"] = broken
    if (pattern := crawler(agent)) and (program or not user_agent.peoples(agent)):
        facts |= {"crawler": pattern, "list": version}
        if not program:
            facts["list_alone"] = True
    return facts


def judge(lead: Lead, facts: UserAgentFacts) -> list[Finding]:
    """The surest thing that the user agent shows, once. Reads what ``signals.form`` kept before 0.2 as well."""
    agent, program, broken = lead.client.user_agent, facts.get("program"), facts.get("contradictions")
    if agent is not None and not agent.strip():
        return [Finding("USER_AGENT_EMPTY")]
    if "headless" in facts:
        return [Finding("USER_AGENT_HEADLESS", {"mark": facts["headless"]})]
    if "crawler" in facts and program != "app_library":
        evidence = {"pattern": facts["crawler"]} | ({"list": f"{_LIST} {facts['list']}"} if "list" in facts else {})
        return [Finding("USER_AGENT_CRAWLER", evidence, _LIST_ALONE if facts.get("list_alone") else 1.0)]
    if program:
        return [Finding("USER_AGENT_SCRIPT", {"mark": program}, _WEAK_PROGRAMS.get(program, 1.0))]
    if broken:
        scale = 0.5 if len(broken) == 1 and broken[0] in _WEAK_CONTRADICTIONS else 1.0
        return [Finding("USER_AGENT_CONTRADICTS", {"contradictions": broken}, scale)]
    return []


SIGNAL = Signal(
    name=NAME,
    order=60,
    about="the browser's name",
    facts=UserAgentFacts,
    looks_at="programs, and browsers that cannot be",
    cannot_know="a forged one that copies a real browser whole. Age alone says nothing: people keep old phones",
    gather=gather,
    judge=judge,
    once_under="form",
)
