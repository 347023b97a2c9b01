"""The simulated deployments: repeatable, within the contract, and each lead in agreement with itself."""

from __future__ import annotations

import json
import random
from datetime import datetime
from functools import cache
from ipaddress import ip_address
from itertools import pairwise
from typing import Any

import phonenumbers
import pytest

from bench.worlds import __main__ as table
from bench.worlds import messages, people
from bench.worlds.catalogue import ATTACKED, DEPLOYMENTS, FIRST_HAND
from bench.worlds.filling import fill, writer
from bench.worlds.networks import HOME, MOBILE, Networks
from fraudcheck.records import Client, Form, Lead, Source
from training.simulation import SentLead

FEW = 60
TYPED = ("name", "first_name", "last_name", "email", "phone", "company", "message", "address", "postal_code")
ALL = DEPLOYMENTS | ATTACKED
FIRST = [name for name in ALL if name.partition("+")[0] in FIRST_HAND]
"""Those whose forms measure all or nothing, and whose people send a form once, and without slips."""


@cache
def played(name: str) -> list[SentLead]:
    # A vendor that mixes forty leads of its own into its genuine ones needs these.
    return ALL[name](7, None if name == "five_vendors_america+vendor_own" else FEW).arriving()


@pytest.fixture
def dice() -> random.Random:
    return random.Random(1)  # noqa: S311 - repeatable on purpose


def typed(lead: dict[str, Any]) -> int:
    return sum(len(lead[field]) for field in TYPED if field in lead)


@pytest.mark.parametrize("name", ALL)
def test_a_seed_gives_the_same_leads_and_another_seed_others(name: str) -> None:
    again, other = played.__wrapped__(name), ALL[name](8, 300).arriving()
    assert again == played(name)
    assert other != played(name)


@pytest.mark.parametrize("name", [name for name in ALL if not name.startswith("parents_vietnam")])
def test_only_fields_of_the_contract_are_sent(name: str) -> None:
    fields = {"": Lead, "source": Source, "client": Client, "form": Form}
    for sent in played(name):
        json.dumps(sent.lead)
        assert sent.lead.get("email") or sent.lead.get("phone")
        for part, record in fields.items():
            given = sent.lead.get(part, {}) if part else sent.lead
            assert set(given) <= set(record.__struct_fields__) - {"extra"}


@pytest.mark.parametrize("name", FIRST)
def test_measures_agree_with_what_was_typed(name: str) -> None:
    for sent in played(name):
        if not (form := sent.lead.get("form")):
            continue
        characters = typed(sent.lead)
        assert form["keystrokes"] <= characters * 1.6 + 4
        assert form["seconds_on_page"] >= form["fill_seconds"] > 0.5
        assert form["keystrokes"] / form["fill_seconds"] < (14 if not sent.label else 60)
        if not form["pastes"] and not form["autofills"]:
            assert form["keystrokes"] >= characters * 0.5
        if form["autofills"]:
            assert form["keystrokes"] < characters * 1.6 - form["autofills"]


@pytest.mark.parametrize("name", ALL)
def test_leads_come_in_order_and_not_before_they_were_sent(name: str) -> None:
    leads = played(name)
    assert all(one.at <= other.at for one, other in pairwise(leads))
    for sent in leads:
        if "submitted_at" in sent.lead:
            assert datetime.fromisoformat(sent.lead["submitted_at"]).timestamp() <= sent.at


@pytest.mark.parametrize("name", FIRST)
def test_numbers_are_valid_and_addresses_are_addresses(name: str) -> None:
    for sent in played(name):
        if "phone" in sent.lead:
            assert phonenumbers.is_valid_number(phonenumbers.parse(sent.lead["phone"], sent.lead.get("country")))
        if "ip" in sent.lead.get("client", {}):
            assert ip_address(sent.lead["client"]["ip"]).is_global


@pytest.mark.parametrize("name", ALL)
def test_an_attack_has_its_name_and_begins_on_the_second_day(name: str) -> None:
    labels = {sent.label for sent in played(name)}
    assert labels == ({"", name.partition("+")[2]} if name in ATTACKED else {""})
    if name in ATTACKED:
        world = ATTACKED[name](7, 300)
        begins = max(world.start.timestamp(), world.measured_from)
        assert min(sent.at for sent in world.leads if sent.label) >= begins + 86_400


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_deployment_has_its_own_size(name: str) -> None:
    world = DEPLOYMENTS[name](3)
    counted = [sent for sent in world.arriving() if sent.at >= world.measured_from]
    assert 230 <= len(counted) <= 500
    assert 3 <= world.days <= 27


@pytest.mark.parametrize("name", sorted(set(FIRST_HAND) - {"loan_nigeria"}))
def test_no_two_people_have_one_mailbox(name: str) -> None:
    mailboxes = [sent.lead["email"].lower() for sent in played(name) if "email" in sent.lead]
    assert len(set(mailboxes)) == len(mailboxes)


@pytest.mark.parametrize("name", ["call_centre", "fair_tablet", "families_mexico"])
def test_a_machine_fills_in_one_form_at_a_time(name: str) -> None:
    free: dict[str, float] = {}
    for sent in played(name):
        device, form = sent.lead["client"]["device_id"], sent.lead["form"]
        assert sent.at - form["fill_seconds"] >= free.get(device, 0.0)
        free[device] = sent.at


@pytest.mark.parametrize("country", sorted(set(MOBILE) & set(people.DATA["given"])))
def test_every_country_has_people_and_networks(country: str, dice: random.Random) -> None:
    for _ in range(100):
        who = people.person(dice, country)
        assert phonenumbers.region_code_for_number(phonenumbers.parse(who.phone)) in {country, "CA", "PR"}
        assert who.email.isascii()
        assert all(who.latin)
    networks = Networks(dice, country)
    assert country in HOME
    assert len({networks.home() for _ in range(50)}) > 45


@pytest.mark.parametrize("kind", sorted(set(messages.PHRASES) - {"flat_de"}))
def test_messages_seldom_repeat(kind: str, dice: random.Random) -> None:
    made = [messages.message(dice, kind) for _ in range(200)]
    assert len(set(made)) > 185
    assert not any("{" in text or "  " in text for text in made)


def test_people_type_as_fast_as_was_measured(dice: random.Random) -> None:
    desktop = [writer(dice, phone=False).speed for _ in range(2_000)]
    phone = [writer(dice, phone=True).speed for _ in range(2_000)]
    assert 4.1 < sum(desktop) / len(desktop) < 4.5  # 51.6 words a minute
    assert 2.9 < sum(phone) / len(phone) < 3.2  # 36.2


def test_autofill_takes_a_few_seconds_and_hardly_a_key(dice: random.Random) -> None:
    values = {"name": "Ada Obi", "email": "ada.obi@gmail.com", "phone": "08031234567"}
    filled = [fill(dice, writer(dice, phone=True), True, values, "autofill", choices=0) for _ in range(300)]
    assert {form["autofills"] for form in filled} == {3}
    assert max(form["keystrokes"] for form in filled) <= 4
    assert sorted(form["fill_seconds"] for form in filled)[150] < 9


def test_the_table_shows_genuine_leads_and_attacks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        table, "ATTACKED", {"clinic_turkey+pranks": lambda seed: ATTACKED["clinic_turkey+pranks"](seed, 12)}
    )
    monkeypatch.setattr(table, "DEPLOYMENTS", {"ad_platform": lambda seed: DEPLOYMENTS["ad_platform"](seed, 8)})
    table.main(["--first", "5"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "seeds 5; judged by the shipped model"
    assert [line.split()[0] for line in lines[1:4]] == ["deployment", "ad_platform", "clinic_turkey+pranks"]
    assert [line.split()[:3] for line in lines[4:6]] == [["all", "without", "attack"], ["all", "with", "attack"]]
    assert lines[7].split() == ["said", "on", "days", "without", "attack", "days", "of", "%"]
    said = {line.split()[0]: line.split()[1:] for line in lines[8:]}
    assert {"CLUSTER_MAILBOX_PATTERN", "CLUSTER_LINE", "CLUSTER_RHYTHM"} < said.keys()
    assert "CLUSTER_NETWORK" not in said  # which nobody says any more
    assert all(int(days) <= int(of) for days, of, _ in said.values())


def test_an_unknown_name_is_a_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        table.main(["--only", "nowhere"])
    assert stopped.value.code == 2
    assert "ad_platform" in capsys.readouterr().err
