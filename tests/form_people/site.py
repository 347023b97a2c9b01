"""Where do the people and the attackers meet the service? A vendor's site with forms, as it is run in life.

Four servers on loopback: the site with its pages, on an origin of its own, whose backend sends each form to the service
with a key; two services that know the same keys, one where the site is long known and one that never saw it; and what
stands in front of the first and tells it the browsers' addresses, which here are all loopback's.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec
from aiohttp import ClientSession, web
from msgspec import Struct

from fraudcheck import wiring
from fraudcheck.cli.main import main
from fraudcheck.fields import base64url, form_token
from fraudcheck.records import FormToken
from fraudcheck.settings import Settings
from fraudcheck.web.app import make
from tests.form_people.identities import Identity, identities
from tests.servers.dns import Nameserver

FIELDS = ("name", "email", "phone", "message")
_SLOW = 6.0  # seconds
_DAY = 86_400.0
_KEYS_SEEN = 1.2
"""Seconds until a running service knows a key that was made beside it."""
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0"
DESKTOPS = (
    *(f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME.format(n)} Safari/537.36" for n in (150, 149, 150, 148)),
    *(f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_CHROME.format(n)} Safari/537.36" for n in (150, 149)),
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME.format(149)} Safari/537.36 Edg/149.0.0.0",
)
"""Agents of desks, as common as they are: a name may stand here more than once."""
_AGENTS = (
    *DESKTOPS,
    *(
        f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME.format(n)} Mobile Safari/537.36"
        for n in (150, 150, 149, 149, 148)
    ),
    *(
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_{n} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        f"Version/18.{n} Mobile/15E148 Safari/604.1"
        for n in (5, 6, 6)
    ),
)


class Answer(Struct, frozen=True):
    """The verdict of one of the services on a form."""

    decision: str
    trust_score: float
    points: dict[str, float]
    classification: str

    @property
    def against(self) -> dict[str, float]:
        """What speaks against the lead, by code."""
        return {code: points for code, points in self.points.items() if points < 0}


class Visit(Struct, kw_only=True):
    """One opening of the site's form: by whom it is opened and how the site and the network treat it.

    ``fault`` is what happens to the fetching of a token: "slow", "error", "lost", or "old" for one that was fetched
    ``age`` seconds ago; with ``assistant`` the call for it says that an assistant acts.
    ``answers`` are the verdicts of the service that knows the site, ``young`` of the other, ``sent`` what the backend
    sent; ``arrived`` numbers the forms as they came.
    """

    number: int
    vendor: str
    key: str
    country: str
    address: str
    token_address: str
    channel: str | None = None
    honeypot: bool = False
    refuses_first: bool = False
    fault: str = ""
    age: float = 0.0
    assistant: bool = False
    arrived: int = 0
    origin: str = ""
    front: str = ""
    answers: list[Answer] = []
    young: list[Answer] = []
    sent: list[dict[str, Any]] = []

    def url(self, page: str = "plain") -> str:
        return f"{self.origin}/v/{self.number}/{page}"


class Site:
    """The running servers. ``visit`` prepares an opening of the form, ``fill_history`` the site's earlier leads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.visits: list[Visit] = []
        self.forms = 0
        self._site_keys: dict[str, str] = {}
        self.origin = self.front = self.known_url = self.new_url = self.secret = ""
        self.known: wiring.Service
        self.session: ClientSession

    def visit(self, vendor: str, who: Identity, **how: Any) -> Visit:
        """Prepare an opening of the form by a person (or with a person's data)."""
        number = len(self.visits)
        made = Visit(
            number=number,
            vendor=vendor,
            key=self.site_key(vendor),
            country=who.country,
            **{"address": who.address, "token_address": how.get("address", who.address), **how},
            origin=self.origin,
            front=self.front.replace("127.0.0.1", f"v{number}.localhost"),
        )
        self.visits.append(made)
        return made

    def site_key(self, vendor: str) -> str:
        """The key that stands in the vendor's pages."""
        if vendor not in self._site_keys:
            created = self._keys("--site", "--vendor", vendor, "--origin", self.origin)
            self._site_keys[vendor] = _found("site_", created)
        return self._site_keys[vendor]

    def _keys(self, *options: str) -> str:
        said = StringIO()
        with contextlib.redirect_stdout(said):
            code = main(["keys", "create", *options, "--data-dir", str(self.folder / "known")])
        assert code in (0, None), said.getvalue()
        return said.getvalue()

    async def fetch_token(self, visit: Visit, agent: str = _AGENTS[0], **headers: str) -> str:
        """Fetch a token as a browser's script does, without one."""
        sent = {
            "Host": visit.front.removeprefix("http://"),
            "Origin": self.origin,
            "User-Agent": agent,
            "Sec-Fetch-Mode": "cors",
            "Sec-Fetch-Dest": "empty",
            "Sec-Fetch-Site": "cross-site",
            **headers,
        }
        async with self.session.post(f"{self.front}/form/token", data={"site": visit.key}, headers=sent) as answer:
            assert answer.status == 200, await answer.text()
            return str((await answer.json())["token"])

    async def fill_history(self, vendor: str, leads: int = 150, days: int = 15, without: float = 0.02) -> None:
        """Judge the site's leads of the last days: people whose forms carry the script's field, but for a few."""
        self.site_key(vendor)
        await asyncio.sleep(_KEYS_SEEN)
        dice = random.Random(f"history {vendor}")  # noqa: S311 - repeatable on purpose
        people = identities(hash_of(vendor))
        pipeline, tenant = self.known.pipeline, await self.known.tenant("default")
        template = form_token.read_token(
            tenant.identity_key, await self.fetch_token(self.visit(vendor, next(people)))
        ).token
        assert template is not None, "the service's own token is not valid"
        now = pipeline._now
        end = now() - timedelta(hours=3)
        moments = sorted(end - timedelta(seconds=_waking(dice, days)) for _ in range(leads))
        try:
            for number, moment in enumerate(moments):
                who = next(people)
                lead = _earlier_lead(vendor, who, dice, f"{self.origin}/offer")
                if number % round(1 / without):
                    form = lead["form"]
                    token = _token(
                        tenant.identity_key,
                        template,
                        vendor,
                        who,
                        lead["client"]["user_agent"],
                        moment.timestamp() - form["token_seconds"],
                        number,
                    )
                    lead["form"] = {"token": with_measures(token, form)}
                else:
                    del lead["form"]
                pipeline._now = lambda moment=moment: moment
                await pipeline.check(tenant, json.dumps(lead).encode())
        finally:
            pipeline._now = now

    async def judge(self, visit: Visit, fields: dict[str, str], headers: Any) -> Answer:
        """Send a form to both services, as the site's backend does."""
        lead = {
            **{name: fields[name] for name in FIELDS if fields.get(name)},
            "country": visit.country,
            "source": {"vendor": visit.vendor, **({"channel": visit.channel} if visit.channel else {})},
            "client": {
                "ip": visit.address,
                "user_agent": headers.get("User-Agent"),
                "accept_language": headers.get("Accept-Language"),
                "page_url": f"{self.origin}/offer",  # the visits' addresses are the rig's own
            },
            "form": {"token": fields["fraudcheck"]} if fields.get("fraudcheck") else {},
        }
        visit.sent.append(lead)
        self.forms += 1
        visit.arrived = self.forms
        for url, kept in ((self.known_url, visit.answers), (self.new_url, visit.young)):
            call = self.session.post(f"{url}/v1/checks", json=lead, headers={"Authorization": f"Bearer {self.secret}"})
            async with call as answer:
                said = await answer.json()
                assert answer.status == 200, said
            kept.append(
                Answer(
                    said["decision"],
                    said["trust_score"],
                    {reason["code"]: reason["points"] for reason in said["reasons"]},
                    said["classification"],
                )
            )
        return visit.answers[-1]

    # What the servers answer.

    async def show_page(self, request: web.Request) -> web.Response:
        visit, page = self._visit(request), request.match_info["page"]
        if page == "away":
            return _html("<h1>Our terms</h1><p>Nothing to sign.</p>")
        if page == "frame":
            return _html(f'<h1>A partner</h1><iframe src="{visit.url()}" width="700" height="600"></iframe>')
        policy = None
        if page == "csp":
            policy = f"default-src 'none'; script-src {visit.front}; connect-src {visit.front}; form-action 'self'"
        return _html(_page(visit, page), policy)

    async def take_form(self, request: web.Request) -> web.Response:
        visit = self._visit(request)
        is_json = request.content_type == "application/json"
        fields = dict(await request.json()) if is_json else {k: str(v) for k, v in (await request.post()).items()}
        if visit.refuses_first:
            visit.refuses_first = False
            if is_json or request.headers.get("X-Requested-With"):
                return web.json_response({"error": "phone"}, status=422)
            return _html(_page(visit, "plain", {**fields, "phone": ""}), status=422)
        await self.judge(visit, fields, request.headers)
        if is_json or request.headers.get("X-Requested-With"):
            return web.json_response({"ok": True})
        return _html("<h1>Thank you</h1>")

    async def forward(self, request: web.Request) -> web.StreamResponse:
        """What stands in front of the service: it knows from which address a browser calls."""
        number = request.host.partition(".")[0].removeprefix("v")
        visit = self.visits[int(number)] if number.isdigit() else None
        is_token = request.path == "/form/token" and request.method == "POST"
        if visit is not None and is_token and visit.fault in ("slow", "error", "lost"):
            if visit.fault == "error":
                return web.Response(status=500)
            if visit.fault == "lost":
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            await asyncio.sleep(_SLOW)
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in ("host", "content-length", "accept-encoding", "connection")
        }
        if visit is not None:
            headers["X-Forwarded-For"] = visit.token_address
            if visit.assistant:
                headers["Signature-Agent"] = '"https://chatgpt.com"'
        async with self.session.request(
            request.method, self.known_url + request.path_qs, headers=headers, data=await request.read()
        ) as answer:
            body = await answer.read()
            if visit is not None and is_token and visit.fault == "old" and answer.status == 200:
                said = json.loads(body)
                body = json.dumps({**said, "token": await self.aged(said["token"], visit.age)}).encode()
            skipped = ("content-length", "transfer-encoding", "content-encoding", "connection")
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in skipped}
            return web.Response(status=answer.status, body=body, headers=kept)

    async def aged(self, token: str, seconds: float) -> str:
        """The same token, had it been fetched so long ago."""
        key = (await self.known.tenant("default")).identity_key
        read = form_token.read_token(key, token).token
        assert read is not None
        return sign(key, msgspec.structs.replace(read, issued=read.issued - seconds))

    def _visit(self, request: web.Request) -> Visit:
        return self.visits[int(request.match_info["visit"])]


@asynccontextmanager
async def running_site(folder: Path) -> AsyncIterator[Site]:
    """Start everything on loopback, on free ports."""
    made = Site(folder)
    async with AsyncExitStack() as stack:
        nameserver = stack.enter_context(Nameserver())
        common: dict[str, Any] = {
            "redis": "memory://",
            "nameserver": (nameserver.address,),
            "identity_key": "a key of the tests alone, long enough",
            "keys_file": folder / "known" / "keys.json",
            "trusted_proxies": ("127.0.0.0/8",),
        }
        (folder / "known").mkdir()
        (folder / "new").mkdir()
        created = made._keys("--scopes", "check")
        made.secret = _found("fc_", created)
        made.known = await stack.enter_async_context(wiring.service(Settings(data_dir=folder / "known", **common)))
        new = await stack.enter_async_context(wiring.service(Settings(data_dir=folder / "new", **common)))
        made.session = await stack.enter_async_context(ClientSession())
        made.known_url = await _serve(stack, make(made.known))
        made.new_url = await _serve(stack, make(new))
        shop, front = web.Application(), web.Application()
        shop.add_routes(
            [
                web.get("/v/{visit}/{page}", made.show_page),
                web.post("/v/{visit}/send", made.take_form),
            ]
        )
        front.add_routes([web.route("*", "/{path:.*}", made.forward)])
        made.origin, made.front = await _serve(stack, shop), await _serve(stack, front)
        yield made


def _found(prefix: str, text: str) -> str:
    """The key that a command printed."""
    found = re.search(rf"{prefix}[\w-]+", text)
    assert found, text
    return found[0]


async def _serve(stack: AsyncExitStack, app: web.Application) -> str:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    where = web.TCPSite(runner, "127.0.0.1", 0)
    await where.start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


# Tokens and measures, for leads that no browser sends.


def sign(key: bytes, token: FormToken) -> str:
    """A token's text, as the service makes it."""
    payload = base64url.encode(msgspec.msgpack.encode(token))
    return f"fc1.{payload}.{form_token._mac(key, payload)}"


def with_measures(token: str, measures: dict[str, Any]) -> str:
    """The field's text: a token and what a page claims to have measured."""
    return f"{token}.{base64url.encode(json.dumps(measures).encode())}"


def split_field(text: str) -> tuple[str, dict[str, Any]]:
    """The token and the measures of a field's text, to be put together otherwise."""
    token, measures = form_token.split(text)
    return token or "", measures or {}


def hash_of(text: str) -> int:
    """A seed for a name, the same in every run."""
    return crc32(text.encode())


def _token(key: bytes, template: FormToken, vendor: str, who: Identity, agent: str, issued: float, number: int) -> str:
    return form_token.make_token(
        key,
        issued=issued,
        random_id=f"{template.id[:-4]}{number:04}",
        site=template.site,
        origin=template.origin,
        scripted=template.scripted,
        vendor=vendor,
        ip=who.address,
        agent=agent,
        country=who.country if template.country else None,
    )


def _waking(dice: random.Random, days: int) -> float:
    """Seconds ago; people send forms by day, in eight countries' days."""
    return dice.uniform(0, days * _DAY)


def _earlier_lead(vendor: str, who: Identity, dice: random.Random, page: str) -> dict[str, Any]:
    """A lead as people send it; what they do not write into the message is most of them."""
    characters = len(who.name + who.email + who.phone)
    agent = dice.choice(_AGENTS)
    fill = round(characters * dice.uniform(0.12, 0.5) + dice.uniform(2, 30), 1)
    look = round(dice.lognormvariate(2.5, 0.9), 1)
    filled = dice.random() < 0.35
    form = {
        "seconds_on_page": round(fill + look, 1),
        "fill_seconds": fill if not filled else round(dice.uniform(2.5, 15), 1),
        "first_input_seconds": look,
        "keystrokes": dice.randrange(0, 12) if filled else round(characters * dice.uniform(0.95, 1.25)),
        "pastes": int(not filled and dice.random() < 0.1),
        "autofills": 3 if filled else 0,
        "pointer_events": dice.randrange(3, 120),
        "inserted": 0,
        "focus_changes": dice.randrange(1 if filled else 3, 8),
        "token_seconds": round(fill + look - 0.5, 1),
        "webdriver": False,
        "signs": [],
    }
    return {
        "name": who.name,
        "email": who.email,
        "phone": who.phone,
        "country": who.country,
        "source": {"vendor": vendor},
        "client": {"ip": who.address, "user_agent": agent, "accept_language": who.languages, "page_url": page},
        "form": form,
    }


# The pages.

_AJAX = """
document.querySelector("#lead").addEventListener("submit", async event => {
    event.preventDefault();
    const form = event.target;
    const answer = await fetch(form.action, {method: "POST", body: new FormData(form),
                                             headers: {"X-Requested-With": "XMLHttpRequest"}});
    document.querySelector("output").textContent = answer.ok ? "thanks " + (++window.sent) : "phone?";
    if (answer.ok) form.reset();
});
window.sent = 0;
"""
_JSON = """
document.querySelector("#lead").addEventListener("submit", async event => {
    event.preventDefault();
    const form = event.target, state = {};
    for (const name of ["name", "email", "phone", "message"]) state[name] = form.elements[name].value;
    state.fraudcheck = window.fraudcheck ? fraudcheck.data(form) : undefined;
    const answer = await fetch(form.action, {method: "POST", body: JSON.stringify(state),
                                             headers: {"Content-Type": "application/json"}});
    document.querySelector("output").textContent = answer.ok ? "thanks" : "phone?";
});
"""
_LATER = """
const form = document.querySelector("#lead"), place = form.parentNode;
form.remove();
document.querySelector("#next").addEventListener("click", () => {
    history.pushState({}, "", "spa?step=2");
    setTimeout(() => place.append(form), 300);
});
"""
_SECOND = """<form data-fraudcheck method="post" action="away"><label>Newsletter <input name="news" type="email"
autocomplete="off"></label><button>Subscribe</button></form>"""


def _page(visit: Visit, page: str, values: dict[str, str] | None = None) -> str:
    field = {name: escape((values or {}).get(name, ""), quote=True) for name in FIELDS}
    scripts = {"ajax": _AJAX, "json": _JSON, "spa": _LATER}
    honeypot = "data-honeypot" if visit.honeypot else ""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>An offer</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{visit.front}/form.js" data-site="{visit.key}" {honeypot} async></script></head><body>
<h1>Ask for an offer</h1><p>We call you back on the same day.</p><p><button type="button" id="next">Next</button></p>
{_SECOND if page == "two" else ""}
<div><form id="lead" data-fraudcheck method="post" action="send">
<p><label>Name <input name="name" autocomplete="name" value="{field["name"]}"></label></p>
<p><label>E-mail <input name="email" type="email" autocomplete="email" value="{field["email"]}"></label></p>
<p><label>Phone <input name="phone" type="tel" autocomplete="tel" value="{field["phone"]}"></label></p>
<p><label>Message <textarea name="message" rows="3">{field["message"]}</textarea></label></p>
<p><button id="send">Send</button></p></form></div><p><output></output></p><p><a href="away">Our terms</a></p>
{f"<script>{scripts[page]}</script>" if page in scripts else ""}</body></html>"""


def _html(text: str, policy: str | None = None, status: int = 200) -> web.Response:
    headers = {"Content-Security-Policy": policy} if policy else {}
    return web.Response(text=text, content_type="text/html", headers=headers, status=status)
