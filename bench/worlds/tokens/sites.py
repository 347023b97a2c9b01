"""Four weeks of deployments whose pages carry the form's script: always, by half, for a time, behind what lies between.

Shares and sizes are our own estimates, drawn anew from each seed.
"""

from __future__ import annotations

from dataclasses import replace

from bench.worlds.browsers import Browser, device_id, opera_mini, tablet, windows_chrome
from bench.worlds.business import _company
from bench.worlds.clock import first_day, times
from bench.worlds.messages import message
from bench.worlds.people import at_company
from bench.worlds.tokens.page import SIGNS, Page
from bench.worlds.world import World, dice_for
from training.simulation import SentLead

DAYS = 28
SENDS = ("browser", "ip", "form", "time", "country")


def _page(seed: int, name: str, country: str, vendor: str, **more: object) -> Page:
    asks = ("first_name", "last_name", "email", "phone")
    settings = {"page": f"https://www.example.com/{name}", "sends": SENDS, "phones": 0.65} | more
    return Page(
        dice_for(seed, name), country, {"vendor": vendor, "channel": "ppc"}, settings.pop("asks", asks), **settings
    )  # type: ignore[arg-type]


def _moments(page: Page, count: int | None, profile: str = "home", days: int = DAYS) -> tuple[World, list[float]]:
    start = first_day(page.dice, page.country)
    count = count or page.dice.randint(450, 700)
    return World(page, start, DAYS, [], profile), times(page.dice, start, days, count, profile)


def insurer_america(seed: int, count: int | None = None) -> World:
    """A broker's page in the United States that carries the script from the first day, for all who let it run."""
    page = _page(seed, "insurer_america", "US", "brightcover", stopped=0.02)
    world, moments = _moments(page, count)
    world.leads = [page.visit(page.person(), at) for at in moments]
    return world


def two_pages_france(seed: int, count: int | None = None) -> World:
    """Two landing pages of one vendor in France, of which one has the script; the advertisements go to both."""
    page = _page(seed, "two_pages_france", "FR", "energie-plus", asks=("name", "email", "phone", "postal_code"))
    world, moments = _moments(page, count)
    for at in moments:
        code = f"{page.dice.randint(1, 95):02}{page.dice.randrange(1000):03}"
        sent = page.visit(page.person(), at, carried=(b := page.dice.random() < 0.5), postal_code=code)
        sent.lead["client"]["page_url"] = f"https://www.example.com/{'b' if b else 'a'}"
        world.leads.append(sent)
    return world


def cached_germany(seed: int, count: int | None = None) -> World:
    """A German site behind a page cache: old pages without the script for days, and a tool that delays all scripts."""
    page = _page(seed, "cached_germany", "DE", "solar-nord", late=0.7)
    world, moments = _moments(page, count)
    purged = world.start.timestamp() + page.dice.uniform(1.5, 4) * 86_400
    for at in moments:
        stale = page.dice.random() < (0.6 if at < purged else 0.04)
        world.leads.append(page.visit(page.person(), at, carried=not stale))
    return world


def on_and_off_brazil(seed: int, count: int | None = None) -> World:
    """A Brazilian agency that puts the script in after a week and loses it with a new design after three."""
    page = _page(seed, "on_and_off_brazil", "BR", "mais-leads", phones=0.75)
    world, moments = _moments(page, count)
    begin = world.start.timestamp()
    page.carries = lambda at: begin + 7.4 * 86_400 < at < begin + 21.6 * 86_400
    world.leads = [page.visit(page.person(), at) for at in moments]
    return world


def call_centre_kiosk_britain(seed: int, count: int | None = None) -> World:
    """A British chain: ten clerks enter callers, three tablets in shops take visitors, the web brings the rest."""
    page = _page(seed, "call_centre_kiosk_britain", "GB", "windows-direct", phones=0.6)
    world, moments = _moments(page, count)
    dice, office = page.dice, page.networks.office()
    desks = [Browser(windows_chrome(155), "en-GB,en;q=0.9", False, device_id(dice)) for _ in range(10)]
    stands = [(Browser(tablet(dice, True), "en-GB", True, device_id(dice)), page.networks.office()) for _ in range(3)]
    for at in moments:
        which = dice.random()
        if which < 0.4:
            page.signs = {"software_gpu": 0.6}  # thin clients on a server
            sent = page.visit(page.person(), at, dice.choice(desks), office, office)
            sent.lead["source"]["channel"] = "call_center"
            page.signs = SIGNS
        elif which < 0.6:
            stand, line = dice.choice(stands)
            sent = page.visit(page.person(), at, stand, line, line)
        else:
            sent = page.visit(page.person(), at)
        world.leads.append(sent)
    return world


def no_address_india(seed: int, count: int | None = None) -> World:
    """An Indian college whose backend sends neither the visitor's address nor, from half of its forms, the browser."""
    page = _page(seed, "no_address_india", "IN", "campus-first", phones=0.85)
    world, moments = _moments(page, count)
    for at in moments:
        sent = page.visit(page.person((17, 40)), at)
        del sent.lead["client"]["ip"]
        if page.dice.random() < 0.5:
            del sent.lead["client"]["user_agent"]
        world.leads.append(sent)
    return world


def proxy_turkey(seed: int, count: int | None = None) -> World:
    """A Turkish clinic behind a proxy that nobody declared: all tokens are fetched from one address, or from none."""
    page = _page(seed, "proxy_turkey", "TR", "klinik-web", asks=("name", "phone", "email", "message"), phones=0.75)
    proxy = page.networks.office() if seed % 2 else None
    page.seen = lambda ip: proxy
    world, moments = _moments(page, count)
    for at in moments:
        text = message(page.dice, "clinic") if page.dice.random() < 0.6 else ""
        world.leads.append(page.visit(page.person(), at, message=text))
    return world


def carriers_vietnam(seed: int, count: int | None = None) -> World:
    """Phones in Viet Nam: a third of tokens come from another gateway than the form; the service has no IPv6."""
    page = _page(seed, "carriers_vietnam", "VN", "baoviet", asks=("name", "phone", "email"), phones=0.95, apps=0.4)
    world, moments = _moments(page, count)
    dice = page.dice
    pool = [ip for ip in page.networks.gateways[:24] if ":" not in ip]
    for at in moments:
        machine = page.browser()
        if not machine.phone or dice.random() < 0.15:
            world.leads.append(page.visit(page.person(), at, machine))
            continue
        gateway = dice.choice(pool)
        ip = page.networks._six() if dice.random() < 0.35 else gateway if dice.random() < 0.5 else dice.choice(pool)
        world.leads.append(page.visit(page.person(), at, machine, ip, gateway))
    return world


def partner_frame_spain(seed: int, count: int | None = None) -> World:
    """A Spanish form that a partner shows in a frame from the second week on: the site key does not name his origin."""
    page = _page(seed, "partner_frame_spain", "ES", "seguros-ya", asks=("name", "email", "phone"))
    world, moments = _moments(page, count)
    begin = world.start.timestamp()
    for at in moments:
        framed = at > begin + 7 * 86_400 and page.dice.random() < 0.4
        page.tokenless = 1.0 if framed else 0.008
        sent = page.visit(page.person(), at)
        if framed:
            sent.lead["client"] |= {
                "page_url": "https://forms.example.com/f?p=ahorro",
                "referrer": "https://ahorro.example/",
            }
        world.leads.append(sent)
    page.tokenless = 0.008
    return world


def hop_australia(seed: int, count: int | None = None) -> World:
    """Half of an Australian vendor's leads come through a tool for workflows that maps no field for the token."""
    page = _page(seed, "hop_australia", "AU", "loanmate")
    world, moments = _moments(page, count)
    for at in moments:
        sent = page.visit(page.person(), at)
        if page.dice.random() < 0.5:
            sent.lead.pop("form", None)
            sent.lead["client"] = {"page_url": page.page}
            sent = SentLead(at=sent.at + page.dice.uniform(20, 900), lead=sent.lead, label=sent.label)
        world.leads.append(sent)
    return world


def filtered_business_germany(seed: int, count: int | None = None) -> World:
    """German companies ask for a demo: a tenth lets no script run; some reach us by a gateway and the site not."""
    asks = ("first_name", "last_name", "email", "company", "phone", "message")
    page = _page(seed, "filtered_business_germany", "DE", "softhaus", asks=asks, phones=0.12, stopped=0.11)
    page.signs = {"software_gpu": 0.08, "window": 0.01, "platform": 0.01}
    world, moments = _moments(page, count, "office")
    dice, used = page.dice, set[str]()
    gateway = page.networks.office()  # of one large client, whose people work at home
    for at in moments:
        company = _company(page, used)
        who = at_company(dice, page.person((23, 62)), company.domain.rsplit(".", 1)[0] + ".de", company.scheme)
        text = message(dice, "demo", 0.35) if dice.random() < 0.8 else ""
        line = company.ip if dice.random() < 0.5 else page.networks.home()
        split = gateway if dice.random() < 0.06 else None
        world.leads.append(page.visit(who, at, None, line, split, company=company.name, message=text))
    return world


def fair_thailand(seed: int, count: int | None = None) -> World:
    """A fair in Thailand in the third week: people open the page on the hall's Wi-Fi, and most send it at home."""
    page = _page(seed, "fair_thailand", "TH", "condo-expo", asks=("name", "phone", "email"), phones=0.85)
    world, moments = _moments(page, count)
    dice, hall = page.dice, page.networks.office()
    world.leads = [page.visit(page.person(), at) for at in moments[::2]]
    begin = world.start.timestamp() + 16 * 86_400
    for _ in moments[1::2]:
        who, machine = page.person(), page.browser()
        opened = begin + dice.choice((0, 1, 2)) * 86_400 + dice.uniform(10, 19) * 3_600
        sent_there = dice.random() < 0.35
        waits = dice.uniform(5, 60) if sent_there else dice.lognormvariate(8.3, 1.0)
        sent = page.enquiry(who, opened + waits, machine, hall if sent_there else page.address(machine))
        told = page.measured(sent, machine)
        told["first_input_seconds"] = waits
        told["seconds_on_page"] = waits + told["fill_seconds"]
        waited = told["seconds_on_page"] if told["seconds_on_page"] < 21_600 else told["fill_seconds"] + 3
        world.leads.append(page.carrying(sent, machine, told, hall, waited=waited))
    return world


def family_campus_japan(seed: int, count: int | None = None) -> World:
    """A Japanese school's open day: parents and children of one home, and classes who open the page at school."""
    page = _page(seed, "family_campus_japan", "JP", "juku-net", asks=("name", "email", "phone"), phones=0.7)
    world, moments = _moments(page, count)
    dice, school = page.dice, page.networks.office()
    for at in moments:
        which = dice.random()
        if which < 0.15:  # a family on one line, one of whom is on the way already
            line = page.networks.home()
            for place in range(dice.randint(2, 4)):
                away = page.networks.mobile() if dice.random() < 0.3 else line
                when = at + place * dice.uniform(60, 4_000)
                world.leads.append(page.visit(page.person(), when, None, away, line))
        elif which < 0.3:  # opened in the class-room, sent from the train
            machine = page.browser()
            away = page.networks.mobile() if dice.random() < 0.5 else school
            world.leads.append(page.visit(page.person((16, 19)), at, machine, away, school))
        else:
            world.leads.append(page.visit(page.person(), at))
    return world


def savers_kenya(seed: int, count: int | None = None) -> World:
    """A loan in Kenya: one in eight reads with a browser that saves data by a proxy, which names the phone to the site
    alone; and a carrier's gateway depends on which host is called.
    """
    page = _page(seed, "savers_kenya", "KE", "mkopo", asks=("name", "phone", "email"), phones=0.9, apps=0.1)
    world, moments = _moments(page, count)
    dice = page.dice
    savers = [f"82.145.{dice.randint(208, 223)}.{dice.randint(1, 254)}" for _ in range(3)]
    page.relays |= set(savers)
    pool, checks = page.networks.gateways[:8], page.networks.gateways[-1]
    for at in moments:
        which = dice.random()
        if which < 0.12:
            machine = replace(page.browser(), agent=opera_mini(dice), phone=True)
            world.leads.append(page.visit(page.person(), at, machine, page.networks.mobile(), dice.choice(savers)))
        elif which < 0.32:
            world.leads.append(page.visit(page.person(), at, None, dice.choice(pool), checks))
        else:
            world.leads.append(page.visit(page.person(), at))
    return world


def two_sites_poland(seed: int, count: int | None = None) -> World:
    """A vendor with two sites in Poland, one of which hands the script's calls on by its own server."""
    page = _page(seed, "two_sites_poland", "PL", "porownaj", asks=("name", "email", "phone"))
    world, moments = _moments(page, count)
    server = page.networks.office()
    for at in moments:
        handed_on = page.dice.random() < 0.35
        page.origin = "https://oferta.example.net" if handed_on else "https://www.example.com"
        page.seen = (lambda ip: server) if handed_on else (lambda ip: ip)
        sent = page.visit(page.person(), at)
        if handed_on:
            sent.lead["client"]["page_url"] = "https://oferta.example.net/"
        world.leads.append(sent)
    page.origin, page.seen = "https://www.example.com", lambda ip: ip
    return world


SITES = {
    made.__name__: made
    for made in (
        insurer_america,
        two_pages_france,
        cached_germany,
        on_and_off_brazil,
        call_centre_kiosk_britain,
        no_address_india,
        proxy_turkey,
        carriers_vietnam,
        partner_frame_spain,
        hop_australia,
        filtered_business_germany,
        fair_thailand,
        family_campus_japan,
        savers_kenya,
        two_sites_poland,
    )
}
