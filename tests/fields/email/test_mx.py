"""Where mail for a domain goes, over recorded answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.fields.email.mx import trace_mail_route
from fraudcheck.ports.mail import Answer
from tests.shared import shared

RECORDED = "data/email_syntax/python-email-validator_mocked-dns-answers.json"
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

    return asyncio.run(trace_mail_route(domain, resolve))


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
            {("d", "MX"): ok(*(f"{n} h{n}." for n in range(99)))} | {(f"h{n}.", "A"): NXDOMAIN for n in range(10)},
            {"route": "mx_unresolved", "hosts": 99},  # nobody becomes unknown by naming more hosts than are looked up
            300,
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
    for row in json.loads(shared(RECORDED).read_text(encoding="utf-8")):
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

    facts, ttl = asyncio.run(trace_mail_route("d", resolve))
    causes = {status for status, _, _ in given_answers} - {"ok", "nxdomain", "nodata"}
    assert facts.get("route") == "mx" or bool(causes) == ("unknown" in facts)
    assert facts.get("unknown", "timeout") in {"timeout", "servfail"}
    assert 0 <= ttl <= 900


NAMES = st.sampled_from(["a.", "b.", "mail.a.", "."])
STATUSES = st.sampled_from(["ok", "nxdomain", "nodata", "timeout", "servfail", "overload"])


@given(st.data())
def test_whatever_is_answered_there_is_a_route_or_a_cause(data: st.DataObject) -> None:
    """Records are of the type that was asked for: the resolver has parsed them."""

    async def resolve(name: str, kind: str) -> Answer:
        status = data.draw(STATUSES)
        of_kind = {
            "MX": st.tuples(st.integers(0, 65_535), NAMES).map(lambda pair: f"{pair[0]} {pair[1]}"),
            "A": st.ip_addresses(v=4).map(str),
            "AAAA": st.ip_addresses(v=6).map(str),
            "TXT": st.text(max_size=20),
        }[kind]
        records = tuple(data.draw(st.lists(of_kind, min_size=1, max_size=9))) if status == "ok" else ()
        return status, records, data.draw(st.floats(0, 1e6))

    facts, ttl = asyncio.run(trace_mail_route("d", resolve))
    assert facts["v"] == 1
    assert ("route" in facts) != ("unknown" in facts)
    assert 0 <= ttl <= 1e6


def throwaway(host: str) -> str | None:
    return "mailinator.com" if host.endswith("mailinator.com.") else "by its address" if host == KNOWN else None


KNOWN = "203.162.4.191"


@pytest.mark.parametrize(
    ("answers", "facts"),
    [
        ({("d", "MX"): ok("10 mx.vn."), ("mx.vn.", "A"): ok(PUBLIC)}, {"route": "mx", "hosts": 1}),
        (
            {("d", "MX"): ok("20 mx.vn.", "10 mail.mailinator.com."), ("mail.mailinator.com.", "A"): ok(PUBLIC)},
            {"route": "mx", "hosts": 2, "mail_host": "mailinator.com"},
        ),
        (
            {("d", "MX"): ok("10 mail.mailinator.com."), ("mail.mailinator.com.", "A"): NXDOMAIN},
            {"route": "mx_unresolved", "hosts": 1},  # dead is enough
        ),
        (
            {("d", "MX"): ok("10 mail.mailinator.com."), ("mail.mailinator.com.", "A"): failed("timeout")},
            {"route": "mx", "hosts": 1, "mail_host": "mailinator.com"},  # whose it is is known all the same
        ),
        (
            {("d", "MX"): ok("10 mail.d."), ("mail.d.", "A"): ok(KNOWN)},
            {"route": "mx", "hosts": 1, "mail_host": "by its address"},
        ),
        (
            NO_MX | {("d", "A"): ok(KNOWN), ("d", "TXT"): NODATA},
            {"route": "address", "mail_host": "by its address"},
        ),
    ],
)
def test_trace_names_a_throw_away_mail_host(answers: dict[tuple[str, str], Answer], facts: dict[str, object]) -> None:
    async def resolve(name: str, kind: str) -> Answer:
        return answers[name, kind]

    assert asyncio.run(trace_mail_route("d", resolve, throwaway))[0] == {"v": 1} | facts
