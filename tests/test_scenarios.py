"""Golden leads: what was typed, the facts that were found, and the verdict that follows, each in a file of its own.

A file stays as it is for ever: its facts are of the version that a kept record may have, and ``judge`` must go on
reading them. ``python -m tests.test_scenarios`` writes the files of scenarios that have none yet.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from fraudcheck.adapters.dns import DnsMailRoutes
from fraudcheck.adapters.ip_data import IpData
from fraudcheck.adapters.lists import shipped
from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.adapters.tenant_files import default_policy
from fraudcheck.fields.email.mx import trace_mail_route
from fraudcheck.fields.form_token import make_token
from fraudcheck.intake.identities import read_subject
from fraudcheck.intake.lead import read_lead
from fraudcheck.pipeline.decide import decide
from fraudcheck.pipeline.gather import Gathering
from fraudcheck.ports import Ports
from fraudcheck.records import Lead
from fraudcheck.scoring.policy import load_policy
from fraudcheck.signals import email_mx
from tests.servers.dns import Nameserver

FOLDER = Path(__file__).parent / "scenarios"
POLICY = load_policy(default_policy())
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
HEADLESS = CHROME.replace("Chrome/", "HeadlessChrome/")
BY_HAND = {
    "seconds_on_page": 95,
    "fill_seconds": 41,
    "keystrokes": 72,
    "pastes": 0,
    "autofills": 0,
    "pointer_events": 19,
}

PASTED = BY_HAND | {"keystrokes": 2, "pastes": 3}
FIRST = ("Ana", "Bela", "Cora", "Dina", "Emil", "Fara", "Gita", "Hugo", "Iris", "Jana")
LAST = ("Almeida", "Bordas", "Castell", "Dorval", "Estrada", "Ferrand", "Galvez", "Harmon", "Ibarra")
NUMBERS = {"MX": "+5255128{:05}", "FR": "+336122{:05}", "PL": "+486601{:05}", "DE": "+4915112{:06}",
           "IN": "+9198284{:05}", "NG": "+23480328{:05}", "BR": "+55219884{:05}"}  # fmt: skip
MAILBOXES = ("{first}.{last}@gmail.com", "{first}{last}1984@yahoo.com", "{last}.{first}@outlook.com",
             "{first}_{last}@gmail.com", "{first}77@hotmail.com", "{first}{last}@gmail.com")  # fmt: skip


def generated(number):
    return f"{{last}}{'qxj' if number % 2 else 'wvz'}{100_003 * number % 1_000_000:06}@gmail.com"


def person(number, country, mailbox="{first}.{last}@gmail.com"):
    """Somebody new for each number below 90; invented."""
    first, last = FIRST[number % 10], LAST[number % 9]
    return {"name": f"{first} {last}", "email": mailbox.format(first=first.lower(), last=last.lower()),
            "phone": NUMBERS[country].format(10_007 + 907 * number), "country": country}  # fmt: skip


def scripted(number, minutes, *, fetched=None, age=95, at=None, agent=CHROME, **more):
    """Somebody's lead at a time before NOW from a page with the form's script: by hand, at an address of their own.

    ``fetched`` is the address from which the token was fetched, where that is another one; ``age`` its seconds.
    """
    own = at or f"83.{12 + number // 200}.{number % 200}.9"
    issued = NOW.timestamp() - 60 * minutes - age
    token = make_token(b"k", issued=issued, random_id=f"{number}", vendor="site", ip=fetched or own, scripted=True,
                       agent=agent, origin="https://a.example")  # fmt: skip
    lead = {**person(number, "PL", MAILBOXES[number % 6]), "source": {"vendor": "site"},
            "client": {"ip": own, "user_agent": agent},
            "form": BY_HAND | {"fill_seconds": 20 + number * 7 % 41, "token": f"{token}."}}  # fmt: skip
    return {**lead, **more}


def unscripted(number):
    lead = scripted(number, 0)
    return {**lead, "form": {}}


SITE = [(minutes, scripted(n, minutes)) for n in range(72) if (minutes := 15_800 - 218 * n + 37 * n * n % 101)]
"""Eleven days of a site with the form's script, from which everybody's lead carries a token."""
ONE_PAGE = scripted(40, 0, at="83.40.7.9", source={"vendor": "site", "channel": "offline"})
"""A stand's page that is not loaded again between two visitors."""

NEW = {
    "people-viet-nam": {
        "prose": "Typed by hand in Ha Noi; the mailbox is made of the name. Plain good.",
        "lead": {"name": "Nguyễn Thị Ánh", "email": "nguyenanh87@gmail.com", "phone": "0912 840 375", "country": "VN",
                 "client": {"user_agent": CHROME, "accept_language": "vi-VN,vi;q=0.9,en;q=0.6",
                            "timezone": "Asia/Saigon"}, "form": BY_HAND},
    },
    "people-nigeria-first-name-only": {
        "prose": "One name, a number with the trunk 0, mail at a company that has no MX but takes mail at its address.",
        "lead": {"name": "Oluwaseun", "email": "info@spf-some.eg", "phone": "0803 284 0375", "country": "NG"},
    },
    "people-india-shared-office": {
        "prose": "A family's third lead of the evening from one address and one device.",
        "earlier": 2,
        "lead": {"name": "Lakshmi Venkateswarlu", "email": "lv.1961@outlook.com", "phone": "+919828403751",
                 "country": "IN", "client": {"ip": "49.36.10.20", "device_id": "tablet"}},
    },
    "people-brazil-relay-mail": {
        "prose": "A forwarding address for privacy is no throw-away address.",
        "lead": {"name": "João Souza", "email": "x7k2p9@mozmail.com", "phone": "+5511984037516", "country": "BR"},
    },
    "people-thailand-autofill": {
        "prose": "The browser filled the form in a second: people let it.",
        "lead": {"name": "สมชาย ศรีสุข", "email": "somchai.s@gmail.com", "phone": "081 840 3751", "country": "TH",
                 "form": {"fill_seconds": 1.2, "keystrokes": 0, "pastes": 0, "autofills": 3, "pointer_events": 4}},
    },
    "people-poland-consonants": {
        "prose": "Consonants in a row are a name, not mashed keys.",
        "lead": {"name": "Grzegorz Brzęczyszczykiewicz", "email": "g.brzeczyszczykiewicz@gmail.com",
                 "phone": "+48502840375", "country": "PL"},
    },
    "people-egypt-phone-only": {
        "prose": "A quick contact: a number and nothing else.",
        "lead": {"phone": "+201028403751", "name": "محمد عبد الرحمن"},
    },
    "people-mistyped-mail": {
        "prose": "A slip in the mail domain beside a good number: review, with what was meant.",
        "lead": {"name": "Agnieszka Nowak", "email": "agnieszka@gmial.con", "phone": "+48502840375", "country": "PL"},
    },
    "people-mail-unknown": {
        "prose": "The name server of the company fails: unknown, named, and no points.",
        "lead": {"name": "Ngozi Eze", "email": "ngozi@servfail.com", "phone": "+2348032840375", "country": "NG"},
    },
    "fake-throw-away-mail": {
        "prose": "A throw-away mailbox alone sends nobody away.",
        "lead": {"email": "lena@mailinator.com", "phone": "+48502840375", "name": "Lena Maj"},
    },
    "fake-throw-away-host": {
        "prose": "A domain on no list, whose mail goes to a throw-away service's host: a second look.",
        "lead": {"email": "zielona7@new-name.com", "phone": "+48502840375", "name": "Lena Maj"},
    },
    "fake-bot-honeypot": {
        "prose": "Filled in what people cannot see, with no autofill.",
        "lead": {"email": "an@gmail.com", "phone": "+84912840375", "form": {"honeypot": "http://x.example"}},
    },
    "fake-bot-headless": {
        "prose": "Stolen data of a real person, good in every contact check, typed by a headless browser at once.",
        "lead": {"name": "Priya Sharma", "email": "priya.sharma@gmail.com", "phone": "+919828403751", "country": "IN",
                 "client": {"user_agent": HEADLESS}, "form": {"fill_seconds": 0.5, "webdriver": True}},
    },
    "fake-mashed-keys": {
        "prose": "Keys beside each other as a name, a random mailbox at a domain that is not there, digits that count.",
        "lead": {"name": "asdfgh", "email": "xkqjw8271z@gone.mx-nowhere.com", "phone": "1234567", "country": "US"},
    },
    "fake-name-mashed-by-hand": {
        "prose": "A name that hands made and a mailbox that a program drew; the number is a person's.",
        "lead": {"name": "Sdfgsdg Hjkhgj", "email": "tvqkhzxr81@gmail.com", "phone": "+12128403751", "country": "US"},
    },
    "people-ghana-short-name-in-mailbox": {
        "prose": "Neighbouring keys in a family name, a mailbox of its initial: a person.",
        "lead": {"name": "Fiifi Asieduwaa", "email": "fasieduwaa@gmail.com", "phone": "+233242840375", "country": "GH"},
    },
    "fake-nobody-to-reach": {
        "prose": "Both channels are dead, and no slip explains them.",
        "lead": {"email": "an@null-mx.com", "phone": "12", "country": "VN"},
    },
    "fake-film-number": {
        "prose": "A number that the regulator keeps for films, and a name to match.",
        "lead": {"name": "John Doe", "phone": "(212) 555-0147", "country": "US"},
    },
    "people-nigeria-opera-mini": {
        "prose": "Opera Mini fetches pages in Norway for a telephone in Lagos: its address tells of nobody.",
        "lead": {"name": "Chukwuemeka Obi", "email": "emeka.obi@yahoo.com", "phone": "0803 284 0375", "country": "NG",
                 "client": {"ip": "82.145.210.20", "timezone": "Africa/Lagos"}},
    },
    "people-india-at-work-in-dubai": {
        "prose": "An Indian number and an address of the Emirates: millions live so.",
        "lead": {"name": "Anjali Menon", "email": "anjali.menon@gmail.com", "phone": "+919828403751", "country": "IN",
                 "client": {"ip": "94.200.10.20", "timezone": "Asia/Dubai"}},
    },
    "people-viet-nam-abroad": {
        "prose": "Written in Texas, with a number and a clock of Viet Nam: a little against it, and it passes.",
        "lead": {"name": "Trần Văn Bình", "email": "tranvanbinh@gmail.com", "phone": "0912 840 375", "country": "VN",
                 "client": {"ip": "73.166.10.20", "timezone": "Asia/Ho_Chi_Minh"}},
    },
    "fake-throw-away-mail-vpn": {
        "prose": "A throw-away mailbox behind a VPN: twice from lists, so somebody looks at it.",
        "lead": {"email": "lena@mailinator.com", "name": "Lena Maj", "client": {"ip": "185.213.154.67"}},
    },
    "fake-device-farm": {
        "prose": "The forty-first lead of one device within the hour; every one with good contact data.",
        "earlier": 40,
        "lead": {"name": "Mariana Silva", "email": "mariana.silva@outlook.com", "phone": "+5511984037516",
                 "country": "BR", "client": {"device_id": "phone-7"}},
    },
    "people-nigeria-own-site": {
        "prose": "Writes Pidgin, with a link to the shop that bears the company's name.",
        "lead": {"name": "Ngozi Eze", "email": "ngozi.eze@gmail.com", "phone": "+2348032840375", "country": "NG",
                 "company": "Eze Bright Stores", "message": "Abeg I wan know how much una dey sell the 5kva inverter. "
                 "Our shop na https://ezebrightstores.com.ng"},
    },
    "people-brazil-job": {
        "prose": "Wants work, not an offer: nothing against the person, and named as no sales lead.",
        "lead": {"name": "João Souza", "email": "joao.souza@gmail.com", "phone": "+5511984037516", "country": "BR",
                 "message": "Segue meu currículo, procuro uma vaga de emprego na sua empresa."},
    },
    "people-mexico-one-phone": {
        "prose": "The fourth of a household who signs up with the family's one telephone; the surnames differ.",
        "lead": {**person(4, "MX"), "phone": "+52 55 1284 0375", "client": {"device_id": "family"}, "form": BY_HAND},
        "before": [(60 - 15 * n, {**person(n, "MX"), "phone": "+52 55 1284 0375", "client": {"device_id": "family"},
                                  "form": BY_HAND}) for n in range(1, 4)],
    },
    "people-france-stand-at-a-fair": {
        "prose": "The thirty-first visitor today who types on the stand's tablet; the channel says offline.",
        "lead": {**person(31, "FR"), "source": {"vendor": "stand", "channel": "offline"},
                 "client": {"device_id": "tablet", "ip": "90.12.7.9", "user_agent": CHROME}, "form": BY_HAND},
        "before": [(400 - 12 * n, {**person(n, "FR"), "source": {"vendor": "stand", "channel": "offline"},
                                   "client": {"device_id": "tablet", "ip": "90.12.7.9", "user_agent": CHROME},
                                   "form": BY_HAND}) for n in range(30)],
    },
    "people-poland-clerk-at-a-desk": {
        "prose": "A clerk types for the customers who come to the counter, ten minutes each; no channel says so.",
        "lead": {**person(20, "PL"), "client": {"device_id": "counter", "ip": "83.12.7.9", "user_agent": CHROME},
                 "form": BY_HAND},
        "before": [(400 - 15 * n, {**person(n, "PL"), "form": BY_HAND, "client": {"device_id": "counter",
                    "ip": "83.12.7.9", "user_agent": CHROME}}) for n in range(20)],
    },
    "people-germany-first-last-at-work": {
        "prose": "The first day of a form for companies: everybody writes from first.last at the employer's domain.",
        "lead": {**person(40, "DE", "{first}.{last}@spf-some.eg"), "source": {"vendor": "new"}},
        "before": [(300 - 7 * n, {**person(n, "DE", "{first}.{last}@spf-some.eg"),
                                  "source": {"vendor": "new"}}) for n in range(40)],
    },
    "fake-generated-mailboxes": {
        "prose": "From noon on one generator makes half of the mailboxes: surname, three letters, six digits.",
        "lead": {**person(60, "IN", "{last}qzk481205@gmail.com"), "source": {"vendor": "new"}},
        "before": [(700 - 10 * n, {**person(n, "IN", generated(n) if n > 30 and n % 2 else MAILBOXES[n % 6]),
                                   "source": {"vendor": "new"}}) for n in range(60)],
    },
    "fake-pasted-at-one-device": {
        "prose": "The tenth person today whose data are pasted at one device.",
        "lead": {**person(10, "NG"), "client": {"device_id": "desk"}, "form": PASTED},
        "before": [(300 - 20 * n, {**person(n, "NG"), "client": {"device_id": "desk"}, "form": PASTED})
                   for n in range(10)],
    },
    "fake-device-from-everywhere": {
        "prose": "Strangers' data from one device, typed by hand, from ever other networks.",
        "lead": {**person(9, "BR"), "client": {"device_id": "one", "ip": "177.40.9.7"}, "form": BY_HAND},
        "before": [(300 - 20 * n, {**person(n, "BR"), "client": {"device_id": "one", "ip": f"177.{30 + n}.9.7"},
                                   "form": BY_HAND}) for n in range(9)],
    },
    "people-poland-telephone-on-the-way": {
        "prose": "The page was open since yesterday's browser version; the telephone has left the house since.",
        "lead": scripted(30, 0, fetched="89.64.7.9", age=90_000, agent=CHROME.replace("/131", "/132")),
    },
    "people-poland-without-script": {
        "prose": "The first at a young site whose browser runs no script; mailbox, name and number are good.",
        "lead": {**unscripted(80), "email": "ana.harmon@gmail.com", "name": "Ana Harmon"},
        "before": SITE,
    },
    "people-poland-kiosk-with-one-page": {
        "prose": "The second visitor of a stand whose tablet keeps one page open, and so one token.",
        "lead": {**person(41, "PL"), "source": ONE_PAGE["source"], "client": ONE_PAGE["client"],
                 "form": ONE_PAGE["form"]},
        "before": [(20, ONE_PAGE)],
    },
    "people-poland-remote-desktop": {
        "prose": "A desk at work on another machine: drawn without a graphics card, larger than the screen it says.",
        "lead": {**scripted(31, 0), "form": scripted(31, 0)["form"] | {"signs": ["software_gpu", "window"]}},
    },
    "people-poland-assistant": {
        "prose": "An assistant filled the form in for its person, and says so.",
        "lead": {**scripted(32, 0), "form": scripted(32, 0)["form"] | {"keystrokes": 0, "autofills": 3,
                                                                       "signs": ["assistant"]}},
    },
    "fake-form-filled-by-a-program": {
        "prose": "Playwright's fill on a server: whole values, no window, no graphics card, a screen too small.",
        "lead": {**scripted(33, 0), "form": {"seconds_on_page": 4.2, "fill_seconds": 1.9, "keystrokes": 3, "pastes": 0,
                                             "autofills": 0, "pointer_events": 3, "inserted": 3,
                                             "token": scripted(33, 0, age=4)["form"]["token"],
                                             "signs": ["headless", "software_gpu", "window", "platform"]}},
    },
    "fake-token-sent-again": {
        "prose": "The token that somebody's browser fetched an hour ago, with another person's good data.",
        "lead": {**scripted(36, 0), "form": scripted(35, 60)["form"]},
        "before": [(60, scripted(35, 60))],
    },
    "fake-posted-without-script": {
        "prose": "Posted by a program to a site whose forms all bring a token.",
        "lead": {**unscripted(84), "client": {"ip": "83.99.1.9", "user_agent": "python-requests/2.32.3"}},
        "before": SITE,
    },
    "fake-tokens-of-one-place": {
        "prose": "The sixty-first token that one machine fetched within an hour for leads of other lines; untyped.",
        "lead": {**scripted(81, 0, fetched="1.52.7.9"), "form": scripted(81, 0, fetched="1.52.7.9")["form"] | PASTED},
        "before": SITE + [(59 - n // 2, scripted(100 + n, 59 - n // 2, fetched="1.52.7.9")) for n in range(60)],
    },
    "fake-form-spam": {
        "prose": "A mass mailing through the form with a throw-away mailbox and a bot's browser.",
        "lead": {"name": "Mike Brown", "email": "mike@mailinator.com", "phone": "+12025550147", "country": "US",
                 "client": {"user_agent": HEADLESS}, "message": "Hi, we offer quality backlinks to get your website "
                 "on the first page of Google. Prices: [url=https://rank-up.example.org]here[/url]"},
    },
}  # fmt: skip


def scenarios():
    return sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("file", scenarios(), ids=lambda file: file.stem)
def test_the_facts_give_the_verdict(file):
    scenario = json.loads(file.read_text())
    verdict, unknown = decide(msgspec.convert(scenario["lead"], Lead), scenario["facts"], POLICY)
    assert summary(verdict, unknown) == scenario["verdict"]


@pytest.mark.parametrize("file", scenarios(), ids=lambda file: file.stem)
def test_people_pass_and_fakes_do_not(file):
    decision = json.loads(file.read_text())["verdict"]["decision"]
    assert decision != "reject" if file.stem.startswith("people") else decision != "accept"


def test_every_scenario_has_its_file():
    assert {file.stem for file in scenarios()} >= NEW.keys()


def test_the_leads_still_give_these_facts(nameserver):
    """What is found today, where it is of the file's own versions and does not rest on a list's."""
    for name in NEW:
        kept = json.loads((FOLDER / f"{name}.json").read_text())["facts"]
        found = asyncio.run(gathered(NEW[name], nameserver))[1]
        assert found.keys() >= kept.keys()  # a file lacks the checks that came after it
        for signal in ("email_mx", "velocity"):
            if found[signal] is None or found[signal]["v"] == kept[signal]["v"]:
                assert found[signal] == kept[signal], (name, signal)


def summary(verdict, unknown):
    return {
        "trust_score": verdict.trust_score,
        "score_range": list(verdict.score_range),
        "decision": verdict.decision,
        "decided_by": verdict.decided_by,
        "classification": verdict.classification,
        "reasons": {reason.code: reason.points for reason in verdict.reasons},
        "unknown": unknown,
    }


async def gathered(scenario, nameserver):
    loaded = shipped.load_lists()
    service_of = partial(email_mx.throwaway_host, lists=loaded)
    routes = DnsMailRoutes(partial(trace_mail_route, service_of=service_of), [nameserver.address])
    ports = Ports(lists=loaded, mail_routes=routes, counters=MemoryCounters(), ip_intelligence=IpData())
    gathering = Gathering(ports, budget=5)
    lead, _ = read_lead(scenario["lead"], NOW)
    for number, (minutes, before) in enumerate(scenario.get("before", ())):
        at = NOW - timedelta(minutes=minutes)
        subject = read_subject(read_lead(before, at)[0], tenant="default", lists=loaded, identity_key=b"k",
                               tag=f"before {number}", at=at.timestamp(), default_country=None)  # fmt: skip
        await ports.counters.observe(subject)
    for earlier in range(scenario.get("earlier", 0) + 1):
        mail = f"other{earlier}@outlook.com" if earlier < scenario.get("earlier", 0) else lead.email
        one = msgspec.structs.replace(lead, email=mail, phone=lead.phone if mail == lead.email else None)
        subject = read_subject(one, tenant="default", lists=ports.lists, identity_key=b"k", tag=str(earlier),
                                 at=NOW.timestamp(), default_country=None)  # fmt: skip
        facts = await gathering.gather(subject)
    await routes.close()
    return lead, facts


def write():
    with Nameserver() as nameserver:
        for name, scenario in NEW.items():
            lead, facts = asyncio.run(gathered(scenario, nameserver))
            whole = {"prose": scenario["prose"], "lead": msgspec.to_builtins(lead), "facts": facts,
                     "verdict": summary(*decide(lead, facts, POLICY))}  # fmt: skip
            file = FOLDER / f"{name}.json"
            if not file.exists():
                file.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    write()
