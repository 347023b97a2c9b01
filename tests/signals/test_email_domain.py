"""Where mail for a domain goes, over recorded answers; and what is said of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.ports import Lists, Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Facts, Finding, Lead, Mailbox, Subject
from fraudcheck.signals import email_domain
from fraudcheck.signals.email_domain import Answer, trace

RECORDED = Path(__file__).parents[3] / "shared/data/email_syntax/python-email-validator_mocked-dns-answers.json"
NXDOMAIN: Answer = ("nxdomain", (), 900)
NODATA: Answer = ("nodata", (), 600)
PUBLIC, PUBLIC_6 = "203.162.4.190", "2405:4800::25"


def ok(*records: str, ttl: float = 300) -> Answer:
    return "ok", records, ttl


def failed(cause: str) -> Answer:
    return cause, (), 0


def run(domain: str, answers: Mapping[tuple[str, str], Answer]) -> tuple[Mapping[str, object], float]:
    """An unknown query is a KeyError: nothing is asked that the case does not need."""

    async def resolve(name: str, kind: str) -> Answer:
        return answers[name, kind]

    return asyncio.run(trace(domain, resolve))


MX_TO_A_AND_B = {("d", "MX"): ok("20 b.", "10 a.")}
NO_MX = {("d", "MX"): NODATA}


@pytest.mark.parametrize(
    ("answers", "facts", "ttl"),
    [
        # Mail arrives. The first public address settles it and nothing more is asked.
        (MX_TO_A_AND_B | {("a.", "A"): ok(PUBLIC)}, {"route": "mx", "hosts": 2}, 300),
        (MX_TO_A_AND_B | {("a.", "A"): ok("10.0.0.1", PUBLIC, ttl=30)}, {"route": "mx", "hosts": 2}, 30),
        (MX_TO_A_AND_B | {("a.", "A"): NODATA, ("a.", "AAAA"): ok(PUBLIC_6)}, {"route": "mx", "hosts": 2}, 300),
        (MX_TO_A_AND_B | {("a.", "A"): NXDOMAIN, ("b.", "A"): ok(PUBLIC)}, {"route": "mx", "hosts": 2}, 300),
        (MX_TO_A_AND_B | {("a.", "A"): failed("servfail"), ("b.", "A"): ok(PUBLIC)}, {"route": "mx", "hosts": 2}, 300),
        ({("d", "MX"): ok("0 .", "10 a."), ("a.", "A"): ok(PUBLIC)}, {"route": "mx", "hosts": 1}, 300),
        ({("d", "MX"): ok("10 a.", "20 a."), ("a.", "A"): ok(PUBLIC)}, {"route": "mx", "hosts": 1}, 300),
        # No MX: the domain's own address takes mail (RFC 5321 §5.1).
        (NO_MX | {("d", "A"): ok(PUBLIC), ("d", "TXT"): NODATA}, {"route": "address"}, 300),
        (NO_MX | {("d", "A"): NODATA, ("d", "AAAA"): ok(PUBLIC_6), ("d", "TXT"): NODATA}, {"route": "address"}, 300),
        (NO_MX | {("d", "A"): ok(PUBLIC), ("d", "TXT"): ok("v=spf1 a -all", "hi", ttl=60)}, {"route": "address"}, 60),
        (NO_MX | {("d", "A"): ok(PUBLIC), ("d", "TXT"): ok("V=SPF1  -all")}, {"route": "spf_refuses_all"}, 300),
        # No mail arrives.
        ({("d", "MX"): NXDOMAIN}, {"route": "nxdomain"}, 900),
        ({("d", "MX"): ok("0 .")}, {"route": "null_mx"}, 300),
        (NO_MX | {("d", "A"): NODATA, ("d", "AAAA"): NODATA}, {"route": "none"}, 600),
        (NO_MX | {("d", "A"): ok("192.168.0.1"), ("d", "AAAA"): NODATA}, {"route": "mx_private"}, 300),
        (MX_TO_A_AND_B | {("a.", "A"): NXDOMAIN, ("b.", "A"): NXDOMAIN}, {"route": "mx_unresolved", "hosts": 2}, 300),
        (
            MX_TO_A_AND_B | {("a.", "A"): NXDOMAIN, ("b.", "A"): ok("127.0.0.1"), ("b.", "AAAA"): ok("::1")},
            {"route": "mx_private", "hosts": 2},
            300,
        ),
        (
            {("d", "MX"): ok(*(f"{n} h{n}." for n in range(9)))} | {(f"h{n}.", "A"): NXDOMAIN for n in range(5)},
            {"unknown": "too_many_hosts"},  # the other four were not looked at
            0,
        ),
        # It could not be told, which is not the same as dead.
        ({("d", "MX"): failed("timeout")}, {"unknown": "timeout"}, 0),
        (MX_TO_A_AND_B | {("a.", "A"): NXDOMAIN, ("b.", "A"): failed("refused")}, {"unknown": "refused"}, 0),
        (
            MX_TO_A_AND_B | {("a.", "A"): ok("10.0.0.1"), ("a.", "AAAA"): failed("servfail"), ("b.", "A"): NXDOMAIN},
            {"unknown": "servfail"},
            0,
        ),
        (NO_MX | {("d", "A"): failed("servfail")}, {"unknown": "servfail"}, 0),
        (NO_MX | {("d", "A"): NODATA, ("d", "AAAA"): failed("timeout")}, {"unknown": "timeout"}, 0),
        (NO_MX | {("d", "A"): ok(PUBLIC), ("d", "TXT"): failed("timeout")}, {"unknown": "timeout"}, 0),
    ],
)
def test_trace(answers: dict[tuple[str, str], Answer], facts: dict[str, object], ttl: float) -> None:
    assert run("d", answers) == ({"v": 1} | facts, ttl)


@pytest.mark.parametrize(
    ("address", "route"),
    [
        (PUBLIC, "address"),
        (PUBLIC_6, "address"),
        ("0.0.0.0", "mx_private"),  # noqa: S104 - an address to look at, not to listen on
        ("10.1.2.3", "mx_private"),
        ("100.64.0.1", "mx_private"),  # a carrier's own (RFC 6598)
        ("127.0.0.1", "mx_private"),
        ("169.254.1.1", "mx_private"),
        ("198.51.100.7", "mx_private"),  # for documentation (RFC 5737)
        ("224.0.0.1", "mx_private"),
        ("255.255.255.255", "mx_private"),
        ("::1", "mx_private"),
        ("fe80::1", "mx_private"),
        ("fd12::1", "mx_private"),
        ("ff02::1", "mx_private"),
    ],
)
def test_addresses_that_mail_can_reach(address: str, route: str) -> None:
    answers = NO_MX | {("d", "A"): NODATA, ("d", "AAAA"): ok(address), ("d", "TXT"): NODATA}
    assert run("d", answers)[0]["route"] == route


def recorded_answers() -> dict[tuple[str, str], Answer]:
    """Empty ANY stands for a name that does not exist, another empty answer for no such record."""
    answers: dict[tuple[str, str], Answer] = {}
    for row in json.loads(RECORDED.read_text(encoding="utf-8")):
        name, kind = row["query"]["name"], row["query"]["type"]
        if kind == "ANY":
            answers[name, "MX"] = NXDOMAIN
        else:
            records = tuple(record.strip('"') for record in row["answer"])
            answers[name, kind] = ok(*records) if records else NODATA
    # The library recorded no hosts' addresses, since it does not look at them.
    for host in ("gmail-smtp-in.l.google.com.", "smtp.google.com."):
        answers[host, "A"] = ok("142.251.10.26")
    return answers


@pytest.mark.parametrize(
    ("domain", "facts"),
    [
        ("gmail.com", {"route": "mx", "hosts": 5}),
        ("google.com", {"route": "mx", "hosts": 1}),
        ("pages.github.com", {"route": "address"}),
        ("xkxufoekjvjfjeodlfmdfjcu.com", {"route": "nxdomain"}),
        ("mail.example", {"route": "nxdomain"}),
        ("mail.example.com", {"route": "nxdomain"}),
        ("example.com", {"route": "null_mx"}),
        ("nellis.af.mil", {"route": "spf_refuses_all"}),
        ("g.mail.com", {"route": "mx_private"}),
        ("justtxt.joshdata.me", {"route": "mx_private"}),
        ("ipv6only.joshdata.me", {"route": "mx_private"}),
    ],
)
def test_trace_over_email_validators_recordings(domain: str, facts: dict[str, object]) -> None:
    assert run(domain, recorded_answers())[0] == {"v": 1} | facts


ANSWERS = st.sampled_from(
    [NXDOMAIN, NODATA, failed("timeout"), failed("servfail"), ok(PUBLIC), ok("10.0.0.1"), ok("127.0.0.1", PUBLIC)]
)
ROUTES = st.sampled_from([NXDOMAIN, NODATA, failed("timeout"), ok("0 ."), ok("10 a.", "20 b.", "30 c.")])


@given(ROUTES, st.lists(ANSWERS, min_size=10, max_size=10))
def test_no_domain_is_called_dead_where_a_look_up_failed(first: Answer, rest: list[Answer]) -> None:
    given_answers: list[Answer] = []

    async def resolve(name: str, kind: str) -> Answer:
        given_answers.append(first if kind == "MX" else rest[len(given_answers) - 1])
        return given_answers[-1]

    facts, ttl = asyncio.run(trace("d", resolve))
    causes = {status for status, _, _ in given_answers} - {"ok", "nxdomain", "nodata"}
    assert facts.get("route") == "mx" or bool(causes) == ("unknown" in facts)
    assert facts.get("unknown", "timeout") in {"timeout", "servfail"}
    assert 0 <= ttl <= 900


class Routes:
    asked: str | None = None

    async def route(self, domain: str) -> dict[str, object]:
        self.asked = domain
        return {"v": 1, "route": "mx", "hosts": 1}


LISTS = Lists(
    disposable_domains=frozenset({"throw.away", "gmx.com"}),
    allowed_domains=frozenset({"gmx.com"}),
    relay_domains={"relay.me": "a relay"},
)


@pytest.mark.parametrize(
    ("mailbox", "asked", "route"),
    [
        (None, None, None),
        (Mailbox(local="an", domain="mx-only.vn"), "mx-only.vn", "mx"),
        (Mailbox(local="an", domain="gmx.com"), "gmx.com", "mx"),  # on a list by mistake, and allowed
        (Mailbox(local="an", domain="throw.away"), None, "not_asked"),
        (Mailbox(local="an", domain="relay.me"), None, "not_asked"),
        (Mailbox(problem="syntax"), None, "not_asked"),
        (Mailbox(problem="reserved", local="an", domain="mail.test"), None, "not_asked"),
    ],
)
async def test_gather(mailbox: Mailbox | None, asked: str | None, route: str | None) -> None:
    routes = Routes()
    ports = Ports(lists=LISTS, mail_routes=routes, counters=None)  # type: ignore[arg-type]
    facts = await email_domain.gather(Subject(tenant="default", lead=Lead(), mailbox=mailbox), ports)
    assert routes.asked == asked
    assert (facts and facts["route"]) == route


async def test_a_resolver_that_knows_no_gmail_tells_nothing() -> None:
    class Walled:
        async def route(self, domain: str) -> Facts:
            return {"v": 1, "route": "nxdomain"}

    lists = Lists(popular_domains=frozenset({"gmail.com"}))
    ports = Ports(lists=lists, mail_routes=Walled(), counters=None)  # type: ignore[arg-type]
    for domain, facts in [("gmail.com", {"v": 1, "unknown": "implausible"}), ("x.vn", {"v": 1, "route": "nxdomain"})]:
        subject = Subject(tenant="default", lead=Lead(), mailbox=Mailbox(local="an", domain=domain))
        assert await email_domain.gather(subject, ports) == facts


@pytest.mark.parametrize(
    ("facts", "findings"),
    [
        ({"route": "mx", "hosts": 2}, [Finding("EMAIL_DOMAIN_RECEIVES", {"hosts": 2})]),
        ({"route": "address"}, [Finding("EMAIL_DOMAIN_RECEIVES")]),
        ({"route": "nxdomain"}, [Finding("EMAIL_DOMAIN_NXDOMAIN")]),
        ({"route": "null_mx"}, [Finding("EMAIL_NULL_MX")]),
        ({"route": "none"}, [Finding("EMAIL_NO_MAIL_HOST")]),
        ({"route": "mx_unresolved", "hosts": 3}, [Finding("EMAIL_MX_UNRESOLVED", {"hosts": 3})]),
        ({"route": "mx_private", "hosts": 1}, [Finding("EMAIL_MX_PRIVATE", {"hosts": 1})]),
        ({"route": "mx_private"}, [Finding("EMAIL_MX_PRIVATE")]),
        ({"route": "spf_refuses_all"}, [Finding("EMAIL_SPF_REFUSES_ALL")]),
        ({"route": "not_asked"}, []),
    ],
)
def test_judge(facts: dict[str, object], findings: list[Finding]) -> None:
    assert email_domain.judge(Lead(), {"v": 1} | facts) == findings


def test_every_code_is_in_the_catalogue() -> None:
    assert set(email_domain.SAYS) == {code for code, row in CATALOGUE.items() if row.check == email_domain.NAME}
