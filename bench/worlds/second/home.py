"""Deployments of people at home and on their phones: a dentist, motorbikes, broadband, a pension, flats, a small town.

Shares and sizes are our own estimates, drawn anew from each seed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from bench.worlds.browsers import Browser, device_id
from bench.worlds.clock import burst, first_day, times
from bench.worlds.consumers import PHONE_FIRST
from bench.worlds.filling import writer
from bench.worlds.messages import message
from bench.worlds.people import Person, mailbox, person, phone
from bench.worlds.second.form import Form, coarse, whole_seconds
from bench.worlds.world import World, dice_for
from training.simulation import SentLead

_ZALO = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/156.0.0.0 "
    "Mobile Safari/537.36 Zalo android/261101 ZaloTheme/light ZaloLanguage/vi",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "Zalo iOS/673 ZaloTheme/light ZaloLanguage/vn",
)


def zalo_vietnam(seed: int, count: int | None = None) -> World:
    """A dentist's campaign inside Zalo: nearly everyone has one of the two agents that the app's web views send.

    Posts bring waves; the app's web view keeps a device id.
    """
    dice = dice_for(seed, "zalo_vietnam")
    form = Form(
        dice,
        "VN",
        {"vendor": "nhakhoa-zalo", "campaign": "nieng-rang", "channel": "social"},
        ("name", "phone", "email", "message"),
        page="https://nhakhoa.example.vn/uu-dai",
        referrers=("", "", "https://zalo.me/"),
        phones=0.98,
        ways={"typed": 90, "partly": 6, "paste": 4},
        sends=("browser", "ip", "form", "time", "country", "device"),
        skips={"email": 0.45},
        wares=("niềng răng", "trồng implant", "bọc răng sứ", "tẩy trắng răng"),
    )
    form.more = lambda _: {"message": message(dice, "dental_vi", 0.1) if dice.random() < 0.3 else ""}
    start, days, count = first_day(dice, "VN"), dice.randint(4, 7), count or dice.randint(290, 450)
    posts = [start.timestamp() + day * 86_400 + dice.choice((11.5, 19.2, 20.5)) * 3_600 for day in range(days)]
    moments = times(dice, start, days, count // 2)
    for _ in range(count - len(moments)):
        moments += burst(dice, dice.choice(posts), 1, 2_400)
    ends, leads = start.timestamp() + days * 86_400, []
    for begun in moments:
        at, machine = begun, form.browser()
        if dice.random() < 0.93:
            language = "vi-VN,vi;q=0.9" if dice.random() < 0.9 else "en-US,en;q=0.9"
            machine = Browser(_ZALO[dice.random() < 0.38], language, True, machine.device_id)
        if at > ends - 900:
            at = times(dice, start, days - 1, 1)[0]
        leads.append(form.enquiry(form.person(ages=(18, 60)), at, machine))
    return World(form, start, days, form.with_retries(leads, 0.03))


def motorbikes_indonesia(seed: int, count: int | None = None) -> World:
    """Credit for motorbikes in Indonesia: phones behind carriers' gateways; the form tells whole seconds only."""
    dice = dice_for(seed, "motorbikes_indonesia")
    form = Form(
        dice,
        "ID",
        {"vendor": "motor-kredit", "channel": "display", "price": {"amount": "22000", "currency": "IDR"}},
        ("name", "phone", "email"),
        page="https://kredit-motor.example.co.id/ajukan",
        referrers=("https://m.facebook.com/", "https://www.google.com/", ""),
        phones=0.97,
        apps=0.3,
        ways=PHONE_FIRST,
        six=False,
        skips={"email": 0.5},
        reports=whole_seconds,
    )
    start, days = first_day(dice, "ID"), dice.randint(4, 8)
    leads = []
    for at in times(dice, start, days, count or dice.randint(300, 440)):
        machine = form.browser()
        ip = form.networks.mobile() if machine.phone and dice.random() < 0.88 else form.networks.home()
        who = form.person(ages=(18, 55))
        alone: dict[str, Any] = {"name": who.first} if dice.random() < 0.12 else {}  # many have one name only
        leads.append(form.enquiry(who, at, machine, ip, **alone))
    return World(form, start, days, form.with_retries(leads, 0.04))


def broadband_australia(seed: int, count: int | None = None) -> World:
    """A broadband switch in Australia: the browser fills the whole form in, and people only press the button.

    Nine of ten send it within seconds and without a key. Movers of one house share an address.
    """
    dice = dice_for(seed, "broadband_australia")
    form = Form(
        dice,
        "AU",
        {"vendor": "switchnow", "channel": "ppc"},
        ("name", "email", "phone", "address", "postal_code"),
        page="https://switchnow.example.com.au/start",
        referrers=("https://www.google.com/", "https://www.google.com.au/", ""),
        phones=0.72,
        ways={"autofill": 91, "typed": 6, "partly": 3},
        choices=0,
        sends=("browser", "ip", "form", "time", "country", "zone"),
    )
    streets = [
        "Wattle",
        "Acacia",
        "George",
        "Elizabeth",
        "Station",
        "Victoria",
        "Railway",
        "Banksia",
        "Kookaburra",
        "Albert",
        "Bay",
    ]
    form.more = lambda _: {
        "address": f"{dice.choice(('', '', f'{dice.randint(1, 40)}/'))}{dice.randint(1, 240)} {dice.choice(streets)} "
        f"{dice.choice(('St', 'Rd', 'Ave', 'Cres', 'Pde'))}",
        "postal_code": f"{dice.choice((2, 2, 3, 3, 4, 5, 6, 7))}{dice.randint(0, 890):03}",
    }
    start, days = first_day(dice, "AU"), dice.randint(4, 8)
    leads = []
    for at in times(dice, start, days, count or dice.randint(280, 430)):
        machine = form.browser()
        sent = form.enquiry(form.person(), at, machine)
        leads.append(sent)
        if dice.random() < 0.03:  # the other one in the house, who did not know
            where = {name: sent.lead[name] for name in ("address", "postal_code")}
            ip, opens = sent.lead["client"]["ip"], at + dice.uniform(400, 9_000)
            leads.append(form.enquiry(form.person(), opens, None, ip, **where))
    return World(form, start, days, form.with_retries(leads, 0.03))


def pension_japan(seed: int, count: int | None = None) -> World:
    """A pension insurer in Japan: couples of one surname sign up on one device, one after the other, at one provider.

    Names are composed by an input method, which takes several key inputs a character. Some couples share a mailbox.
    """
    dice = dice_for(seed, "pension_japan")
    form = Form(
        dice,
        "JP",
        {"vendor": "nenkin-hikaku", "channel": "affiliate", "price": {"amount": "4200", "currency": "JPY"}},
        ("name", "email", "phone", "postal_code", "address"),
        page="https://nenkin.example.co.jp/shiryo",
        referrers=("https://search.yahoo.co.jp/", "https://www.google.co.jp/", ""),
        phones=0.58,
        slow=1.2,
        own_script=1.0,
        ways={"typed": 60, "autofill": 18, "partly": 20, "paste": 2},
        composed=2.2,
        choices=4,
        sends=("browser", "ip", "form", "time", "country", "device"),
    )
    towns = [
        "東京都世田谷区桜丘",
        "東京都練馬区石神井町",
        "神奈川県横浜市港北区日吉",
        "大阪府豊中市本町",
        "愛知県名古屋市千種区今池",
        "福岡県福岡市早良区西新",
        "北海道札幌市北区新琴似",
        "埼玉県川越市新宿町",
        "千葉県柏市柏",
        "兵庫県西宮市甲子園口",
        "京都府京都市左京区下鴨",
        "広島県広島市安佐南区祇園",
    ]
    form.more = lambda _: {
        "postal_code": f"{dice.randint(10, 990):03}-{dice.randrange(10_000):04}",
        "address": f"{dice.choice(towns)}{dice.randint(1, 8)}-{dice.randint(1, 30)}-{dice.randint(1, 20)}",
    }
    start, days, count = first_day(dice, "JP"), dice.randint(5, 9), count or dice.randint(250, 380)
    leads: list[SentLead] = []
    for at in times(dice, start, days, count * 2 // 3):
        who, machine = form.person(ages=(35, 79)), form.browser()
        ip, hand = form.address(machine), writer(dice, machine.phone, form.slow)
        sent = form.enquiry(who, at, machine, ip, hand=hand)
        leads.append(sent)
        if dice.random() < 0.5:
            spouse = form.new(partial(_spouse, form, who))
            if dice.random() < 0.12:
                spouse = replace(spouse, email=who.email)
            hand = hand if dice.random() < 0.6 else writer(dice, machine.phone, form.slow)
            texts = {name: sent.lead[name] for name in ("postal_code", "address")}
            opens = sent.at + dice.uniform(20, 420)
            leads.append(form.enquiry(spouse, opens, machine, ip, "typed", hand=hand, **texts))
    return World(form, start, days, form.with_retries(leads))


def _spouse(form: Form, who: Person) -> Person:
    """Somebody of the same surname with a mailbox at the same provider."""
    other = person(form.dice, form.country, (35, 79), form.own_script)
    other = replace(other, last=who.last, latin=(other.latin[0], who.latin[1]))
    return replace(other, email=mailbox(form.dice, other, who.email.partition("@")[2]))


def property_gulf(seed: int, count: int | None = None) -> World:
    """A property portal in the Emirates: half write in Arabic, most others came from abroad; few carrier gateways."""
    dice = dice_for(seed, "property_gulf")
    form = Form(
        dice,
        "AE",
        {"vendor": "bayt-leads", "channel": "ppc", "price": {"amount": "35", "currency": "AED"}},
        ("name", "email", "phone", "message"),
        page="https://bayt.example.ae/enquire",
        referrers=("https://www.google.com/", "https://www.google.ae/", "https://www.instagram.com/", ""),
        phones=0.82,
        apps=0.18,
        six=False,
        ways={"typed": 64, "autofill": 16, "partly": 16, "paste": 4},
        choices=2,
        sends=("browser", "ip", "form", "time", "country", "device"),
        wares=("a villa", "an apartment", "a studio", "a townhouse"),
    )

    def lives(ages: tuple[int, int]) -> Person:
        origin = dice.choices(("AE", "IN", "PH", "EG", "GB", "NG"), (40, 32, 11, 10, 5, 2))[0]
        who = person(dice, origin, ages, 0.6 if origin in {"AE", "EG"} else 0.0)
        who = replace(who, country="AE", phone=phone(dice, "AE"))
        return replace(who, email=mailbox(dice, who))

    def enters(who: Person) -> dict[str, str]:
        kind = "gulf_ar" if not who.first.isascii() and dice.random() < 0.85 else "gulf_en"
        return {"message": message(dice, kind, 0.2) if dice.random() < 0.6 else ""}

    form.makes, form.more = lives, enters
    start, days = first_day(dice, "AE"), dice.randint(5, 9)
    leads = []
    for at in times(dice, start, days, count or dice.randint(280, 440)):
        who, machine = form.person(ages=(23, 62)), form.browser()
        if who.first.isascii() and dice.random() < 0.8:
            machine = replace(machine, language="en-US,en;q=0.9")
        sent = form.enquiry(who, at, machine)
        leads.append(sent)
        if dice.random() < 0.05:  # asks for another flat as well
            leads.append(form.enquiry(who, sent.at + dice.uniform(90, 5_000), machine))
    return World(form, start, days, form.with_retries(leads))


def town_brazil(seed: int, count: int | None = None) -> World:
    """A shop of a small Brazilian town with one provider, whose few addresses everybody shares.

    The backend sends a device id, times in steps of five seconds and counts up to 99.
    """
    dice = dice_for(seed, "town_brazil")
    form = Form(
        dice,
        "BR",
        {"vendor": "casa-centro", "channel": "social", "campaign": "bairro"},
        ("name", "phone", "email", "address"),
        page="https://casacentro.example.com.br/cadastro",
        referrers=("https://www.instagram.com/", "", "https://l.facebook.com/"),
        phones=0.8,
        apps=0.2,
        six=False,
        slow=1.1,
        skips={"email": 0.25},
        sends=("browser", "ip", "form", "time", "country", "device"),
        reports=coarse,
    )
    streets = [
        "Sete de Setembro",
        "São José",
        "Tiradentes",
        "das Flores",
        "Quinze de Novembro",
        "do Rosário",
        "Amazonas",
    ]
    form.more = lambda _: {
        "address": f"{dice.choice(('Rua', 'R.', 'rua', 'Av.'))} {dice.choice(streets)}, {dice.randint(3, 990)}"
    }

    def local(ages: tuple[int, int]) -> Person:
        return replace(person(dice, "BR", ages), phone="+5535" + phone(dice, "BR")[5:])  # all have the area's code

    form.makes = local
    start, days = first_day(dice, "BR"), dice.randint(6, 9)
    prefix = form.networks.office().rpartition(".")[0]
    shared = [f"{prefix}.{last}" for last in dice.sample(range(2, 250), 9)]
    leads: list[SentLead] = []
    for at in times(dice, start, days, count or dice.randint(240, 380)):
        machine, who = form.browser(), form.person()
        ip = form.networks.mobile() if machine.phone and dice.random() < 0.3 else dice.choice(shared)
        sent = form.enquiry(who, at, machine, ip)
        leads.append(sent)
        if dice.random() < 0.06:  # mother or brother, on the same phone
            kin = replace(form.person(), last=who.last)
            opens = sent.at + dice.uniform(30, 600)
            leads.append(form.enquiry(kin, opens, machine, ip, "typed", address=sent.lead["address"]))
        if dice.random() < 0.01:
            again = replace(machine, device_id=device_id(dice))
            leads.append(form.enquiry(who, sent.at + dice.uniform(3_000, 40_000), again))
    return World(form, start, days, form.with_retries(leads, 0.03))
