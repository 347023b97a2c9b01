"""Which domains are looked up, and what is said of their mail route."""

from __future__ import annotations

import pytest

from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Listing, Lists
from fraudcheck.records import Facts, Finding, Lead, Mailbox, Subject
from fraudcheck.signals import email_mx


class Routes:
    asked: str | None = None

    async def route(self, domain: str) -> dict[str, object]:
        self.asked = domain
        return {"v": 1, "route": "mx", "hosts": 1}


LISTS = Lists(
    disposable_domains=frozenset({"throw.away", "gmx.com", "one.list"}),
    disposable_listings={"one.list": Listing(("a 1",), 0.5)},
    allowed_domains=frozenset({"gmx.com"}),
    relay_domains={"relay.me": "a relay"},
    reserved_domains={"test": "RFC 2606"},
)


@pytest.mark.parametrize(
    ("mailbox", "asked", "route"),
    [
        (None, None, None),
        (read_mailbox("an@mx-only.vn", LISTS), "mx-only.vn", "mx"),
        (read_mailbox("an@gmx.com", LISTS), "gmx.com", "mx"),  # on a list by mistake, and allowed
        (read_mailbox("an@throw.away", LISTS), None, "not_asked"),
        (read_mailbox("an@one.list", LISTS), "one.list", "mx"),  # its mail host may know more
        (read_mailbox("an@relay.me", LISTS), None, "not_asked"),
        (read_mailbox("an", LISTS), None, "not_asked"),
        (read_mailbox("an@mail.test", LISTS), None, "not_asked"),
    ],
)
async def test_gather(mailbox: Mailbox | None, asked: str | None, route: str | None) -> None:
    routes = Routes()
    ports = Ports(lists=LISTS, mail_routes=routes, counters=None)  # type: ignore[arg-type]
    facts = await email_mx.look_up(Subject(tenant="default", lead=Lead(), mailbox=mailbox), ports)
    assert routes.asked == asked
    assert (facts and facts["route"]) == route


async def test_a_resolver_that_knows_no_gmail_tells_nothing() -> None:
    class Walled:
        async def route(self, domain: str) -> Facts:
            return {"v": 1, "route": "nxdomain"}

    lists = Lists(popular_domains=frozenset({"gmail.com"}))
    ports = Ports(lists=lists, mail_routes=Walled(), counters=None)  # type: ignore[arg-type]
    for domain, facts in [("gmail.com", {"v": 1, "unknown": "implausible"}), ("x.vn", {"v": 1, "route": "nxdomain"})]:
        subject = Subject(tenant="default", lead=Lead(), mailbox=read_mailbox(f"an@{domain}", lists))
        assert await email_mx.look_up(subject, ports) == facts


@pytest.mark.parametrize(
    ("facts", "findings"),
    [
        ({"route": "mx", "hosts": 2}, [Finding("EMAIL_DOMAIN_RECEIVES", {"hosts": 2})]),
        ({"route": "mx", "from": "list"}, [Finding("EMAIL_DOMAIN_RECEIVES", {"from": "list"})]),
        ({"route": "mx", "hosts": 2, "stale": True}, [Finding("EMAIL_DOMAIN_RECEIVES", {"hosts": 2})]),
        ({"route": "address"}, [Finding("EMAIL_DOMAIN_RECEIVES")]),
        ({"route": "nxdomain"}, [Finding("EMAIL_DOMAIN_NXDOMAIN")]),
        ({"route": "null_mx"}, [Finding("EMAIL_NULL_MX")]),
        ({"route": "none"}, [Finding("EMAIL_NO_MAIL_HOST")]),
        ({"route": "mx_unresolved", "hosts": 3}, [Finding("EMAIL_MX_UNRESOLVED", {"hosts": 3})]),
        ({"route": "mx_private", "hosts": 1}, [Finding("EMAIL_MX_PRIVATE", {"hosts": 1})]),
        ({"route": "mx_private"}, [Finding("EMAIL_MX_PRIVATE")]),
        ({"route": "spf_refuses_all"}, [Finding("EMAIL_SPF_REFUSES_ALL")]),
        ({"route": "not_asked"}, []),
        (
            {"route": "mx", "hosts": 1, "mail_host": "mailinator.com"},
            [Finding("EMAIL_THROWAWAY_MAIL_HOST", {"mail_host": "mailinator.com"})],
        ),
        (
            {"route": "mx", "hosts": 1, "mail_host": email_mx.BY_NAME},
            [Finding("EMAIL_THROWAWAY_MAIL_HOST", {"mail_host": email_mx.BY_NAME}, 0.5)],
        ),
    ],
)
def test_judge(facts: dict[str, object], findings: list[Finding]) -> None:
    assert email_mx.judge(Lead(), {"v": 1} | facts) == findings


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("mx.known.host.", "known.host"),
        ("mx.firm.away.", "firm.away"),
        ("mx.weak.away.", None),
        ("mx.once.away.", None),  # a firm list, but alone
        ("mx.relay.me.", None),
        ("mx.gmx.com.", None),
        ("mx.free.away.", None),
        ("192.0.2.7", email_mx.BY_ADDRESS),
        ("192.0.2.8", None),
        ("mx1.mytempmailbox.host.", email_mx.BY_NAME),
        ("mx1.mytempmailbox.co.uk.", email_mx.BY_NAME),
        ("mx1.template-mail.host.", None),
        ("tempmail.acme.de.", None),  # a company that moves house
        ("mail-temp.firma.com.br.", None),
        ("spam-mail.firma.pl.", None),  # and what its filters are called
        ("mailspam.acme.co.uk.", None),
        ("mx.junkemailfilter.com.", None),
        ("tempmail.gmx.com.", None),
    ],
)
def test_throwaway_host(host: str, name: str | None) -> None:
    lists = Lists(
        mail_hosts={"known.host": "somebody's", "192.0.2.7": "somebody's"},
        disposable_domains=frozenset({"firm.away", "weak.away", "once.away", "relay.me", "gmx.com"}),
        disposable_listings={
            "firm.away": Listing(("a 1", "b 1"), 1.0),
            "weak.away": Listing(("b 1", "c 1"), 0.7),
            "once.away": Listing(("a 1",), 1.0),
        },
        allowed_domains=frozenset({"gmx.com"}),
        free_domains=frozenset({"free.away"}),
        relay_domains={"relay.me": "a relay"},
    )
    assert email_mx.throwaway_host(host, lists=lists) == name
