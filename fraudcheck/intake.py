"""What did the caller send? Raw bytes to a lead, leniently, with a warning for each field that could not be read.

The caller's form must never break, so only what is no JSON object, is nested too deeply or has neither a mail
address nor a phone is refused; anything else that cannot be read counts as absent.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
import phonenumbers

from fraudcheck import mailbox, message, number
from fraudcheck.outcomes import RETURNED_AS, returned_as
from fraudcheck.ports import Lists
from fraudcheck.records import (
    OUTCOMES,
    Client,
    Form,
    Lead,
    Mailbox,
    Number,
    Outcome,
    Price,
    Source,
    Subject,
    Warned,
)

if TYPE_CHECKING:
    from hashlib import _Hash

MAX_DEPTH = 32
MAX_BYTES = 64 * 1024
CHANNELS = frozenset(
    ["seo", "ppc", "display", "email", "content", "social", "affiliate", "call", "chat", "offline", "other"]
)
_COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS) | {"AQ", "BV", "GS", "HM", "PN", "TF", "UM"}
_COUNTRY_HABITS = {"UK": "GB", "EL": "GR"}
_MOST = 1e9
"""No count of keys and no number of seconds on a page is larger; one that is was not measured."""
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
"""What ``ipaddress`` reads and writes alike, at a tenth of its cost."""
_HOUR, _MOMENT = 3_600, 60
"""Seconds for which a lead that is checked again counts once: with a key its caller may try again, without one only our
own connection to Redis does."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Unreadable(ValueError):
    """The body is no JSON object, or nested too deeply. The text says which; it holds nothing of the body."""


class NoContact(ValueError):
    """The lead has neither a mail address nor a phone."""


class Faulty(ValueError):
    """An outcome cannot be read: ``errors`` are fields with their problems, which hold nothing of a value."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{error['field']}: {error['problem']}" for error in errors))
        self.errors = errors


class _Absent(ValueError):
    """A field's value cannot be read; the text says why and goes into ``warnings``."""


def parse(body: bytes) -> dict[str, Any]:
    """Decode a request's body. Raises Unreadable.

    A number beyond a float's range and half a surrogate pair are legal JSON (RFC 8259 sections 6 and 8.2) that the
    quick decoder refuses, so a refusal is looked at again by the patient one.
    """
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _depth(body) > MAX_DEPTH:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}")
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    try:
        raw = json.loads(body.decode(), parse_constant=_no_json)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(raw, dict):
        raise Unreadable("not a JSON object")
    scrubbed: dict[str, Any] = _scrub(raw)
    return scrubbed


def read(raw: Mapping[str, Any], now: datetime) -> tuple[Lead, list[Warned]]:
    """Read a decoded body into a lead. Unknown fields go to ``extra``. Raises NoContact."""
    warnings: list[Warned] = []
    extra: dict[str, Any] = {}
    given = _read(_LEAD, raw, "", extra, warnings)
    if "email" not in given and "phone" not in given:
        raise NoContact
    if "submitted_at" in given:
        moment = datetime.fromisoformat(given["submitted_at"])
        if moment > now + timedelta(days=1):
            warnings.append(Warned(field="submitted_at", problem="more than a day in the future"))
            del given["submitted_at"]
    return Lead(**given, extra=extra), warnings


def subject(
    lead: Lead,
    *,
    tenant: str,
    lists: Lists,
    identity_key: bytes,
    tag: str,
    at: float,
    default_country: str | None,
    body: str | None = None,
) -> Subject:
    """Read the lead's contact data and make the keyed tokens of its identities.

    ``identity_key`` is the tenant's own; ``tag`` marks this check among its identities' sightings;
    ``at`` is the check's time in Unix seconds; ``body`` the request's digest, where a second one is to be noticed.
    """
    address = mailbox.read(lead.email, lists) if lead.email else None
    phone = _phone(lead, lists, default_country) if lead.phone else None
    found = _identities(lead, address, phone.e164 if phone else None)
    found |= _cohorts(lead, mailbox.pattern(address, lists) if address else None, at)
    found |= {"mail_domain": _own_domain(address, lists) if address else None, "body": body}
    return Subject(
        tenant=tenant,
        lead=lead,
        mailbox=address,
        number=phone,
        tokens={kind: token(identity_key, kind, value) for kind, value in found.items() if value},
        partners={"name": token(identity_key, "name", name)} if (name := _plain(lead.full_name)) else {},
        tag=tag,
        remembered=_MOMENT if body else _HOUR,
        at=at,
    )


def _phone(lead: Lead, lists: Lists, default_country: str | None) -> Number:
    typed = lead.phone or ""
    found = number.read(typed, lead.country or default_country)
    if found.problem == "no_country" and lead.client.timezone:
        return number.read_in_zone(typed, lists.zone_countries.get(lead.client.timezone, ())) or found
    return found


def token(key: bytes, kind: str, value: str) -> str:
    """The keyed hash (HMAC-SHA256, 128 bits, hex) that stands for a personal value outside the ledger."""
    inner, outer = _keyed(key)
    mac, outer = inner.copy(), outer.copy()
    mac.update(f"{kind}\0{value}".encode())
    outer.update(mac.digest())
    return outer.digest()[:16].hex()


@lru_cache(maxsize=256)
def _keyed(key: bytes) -> tuple[_Hash, _Hash]:
    """The two hashes of HMAC (RFC 2104) with a tenant's key in them: a copy of each saves half of ``hmac.digest``."""
    block = (sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    return sha256(bytes([byte ^ 0x36 for byte in block])), sha256(bytes([byte ^ 0x5C for byte in block]))


def utc(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, so that times compare as text. Raises OverflowError beyond year 1 to 9999."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def found_by(identity_key: bytes, subject: Subject) -> Mapping[str, str]:
    """The tokens that the ledger finds a lead by: its identities' and its reference's."""
    reference = subject.lead.reference
    if not reference:
        return subject.tokens
    return {**subject.tokens, "reference": token(identity_key, "reference", reference)}


def read_outcome(raw: Mapping[str, Any]) -> Outcome:
    """Read what became of a lead. Raises Faulty: nobody's form breaks by it, and a guess would falsify the record."""
    errors: list[dict[str, str]] = []
    value = raw.get("value")
    given = {**raw, **{f"value.{name}": part for name, part in value.items()}} if isinstance(value, dict) else raw
    read: dict[str, Any] = {}
    for field, reader in _OUTCOME.items():
        if given.get(field) in (None, ""):
            continue
        try:
            read[field] = reader(given[field])
        except _Absent as problem:
            errors.append({"field": field, "problem": str(problem)})
    if "outcome" not in read and not errors:
        errors.append({"field": "outcome", "problem": f"not given: one of {', '.join(OUTCOMES)}"})
    if value is not None and not isinstance(value, dict):
        errors.append({"field": "value", "problem": "not an object of amount and currency"})
    if ("value.amount" in read) != ("value.currency" in read) and not errors:
        errors.append({"field": "value", "problem": "an amount needs a currency, and a currency an amount"})
    if errors:
        raise Faulty(errors)
    amount, currency = (read.pop(f"value.{name}", None) for name in ("amount", "currency"))
    if amount:
        read["value"] = {"amount": amount, "currency": currency}
    return msgspec.convert(read, Outcome)


def given_fields(lead: Lead) -> frozenset[str]:
    """Name the fields that decide which findings are possible at all."""
    fields = {
        "email": lead.email,
        "phone": lead.phone,
        "client.ip": lead.client.ip,
        "client.device_id": lead.client.device_id,
        "form.token": lead.form.token,
        "message": lead.message,
        "source.vendor": lead.source.vendor,
    }
    return frozenset([name for name, value in fields.items() if value])


def _identities(lead: Lead, address: Mailbox | None, e164: str | None) -> dict[str, str | None]:
    """What this lead may share with others, by kind. Some are counted for each vendor by itself."""
    client, vendor = lead.client, lead.source.vendor or ""
    name, place = _plain(lead.full_name), _plain(f"{lead.postal_code or ''} {lead.address or ''}")
    words = message.own_words(lead.message) if lead.message else None
    alike = {f"message~{n}": sketch for n, sketch in enumerate(message.sketches(words))} if words else {}
    return {
        "message": words,
        **alike,
        "mailbox": address.canonical if address else None,
        "phone": e164,
        "device": client.device_id,
        "ip": client.ip,
        "network": _network(client.ip) if client.ip else None,
        "person": f"{name}\0{place}" if name and place else None,
        "form_token": lead.form.token,
        "vendor": vendor,
        "block": f"{vendor}\0{e164[:-3]}" if e164 else None,
    }


def _cohorts(lead: Lead, pattern: str | None, at: float) -> dict[str, str | None]:
    """What many leads share by chance: how many of a vendor's do, how many of everyone's, and how many there are."""
    client, fill, vendor = lead.client, lead.form.fill_seconds, lead.source.vendor or ""
    agent, pace = client.user_agent, None if fill is None else f"{fill:.1f}"
    moment = datetime.fromisoformat(lead.submitted_at).timestamp() if lead.submitted_at else at
    found: dict[str, str | None] = {"everyone": "all", "clock": f"{vendor}\0{int(moment) // _HOUR % 24}"}
    for kind, value in (("shape", pattern), ("agent", agent), ("pace", pace), ("habit", _habit(lead))):
        if value:
            found |= {kind: f"{vendor}\0{value}", f"any_{kind}": value}
    if client.ip and agent:
        found["nest"] = f"{_network(client.ip)}\0{agent}"
    return found


def _habit(lead: Lead) -> str | None:
    """What fills the form in, in few words: pastes, autofills, the pointer, the keys for each character, a look before.

    A script does the same each time; a person's inputs fall into one of many such classes now and then.
    """
    form = lead.form
    if None in (form.keystrokes, form.pastes, form.autofills, form.pointer_events):
        return None
    keys, pointer = form.keystrokes or 0, form.pointer_events or 0
    characters = sum(len(field) for field in (lead.email, lead.phone, lead.full_name) if field)
    pressed = "=" if keys == characters else str(min(8, int(4 * keys / max(characters, 1))))
    look = (form.seconds_on_page or 0.0) - (form.fill_seconds or 0.0)
    looked = "-" if form.seconds_on_page is None or form.fill_seconds is None else str(int(max(look, 0.0) ** 0.5))
    return f"{form.pastes} {form.autofills} {pointer.bit_length()} {pressed} {looked}"


def _own_domain(address: Mailbox, lists: Lists) -> str | None:
    """A domain of which nothing is known that would explain why many people have mail there."""
    names = set(mailbox.names_of(address.domain))
    known = (lists.allowed_domains, lists.popular_domains, lists.free_domains, lists.relay_domains.keys())
    return None if address.problem or any(names & of for of in known) else address.domain or None


def _network(ip: str) -> str:
    """The /24 or /48 that an address is in: what one customer is given or one gateway uses."""
    return str(ip_network((ip, 48), strict=False)) if ":" in ip else ip.rpartition(".")[0]


def _plain(text: str) -> str:
    """Text without what people type differently: case, accents' encoding, blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _depth(body: bytes) -> int:
    """The deepest nesting of brackets outside strings."""
    depth = deepest = 0
    for bracket in re.sub(rb'"(?:[^"\\]|\\.)*"|[^\[\]{}"]+', b"", body):
        depth += 1 if bracket in b"[{" else -1 if bracket in b"]}" else 0
        deepest = max(deepest, depth)
    return deepest


def _no_json(constant: str) -> NoReturn:
    raise ValueError(constant)


def _scrub(value: Any) -> Any:
    """Put U+FFFD in the place of lone surrogates, which no encoding can hold; an endless number becomes null."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("�", value)
    if isinstance(value, dict):
        return {_scrub(key): _scrub(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_scrub(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


_Reader = Callable[[Any], Any]


def _read(
    table: Mapping[str, _Reader | _Part],
    raw: Mapping[str, Any],
    path: str,
    extra: dict[str, Any],
    warnings: list[Warned],
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, value in raw.items():
        reader = table.get(name)
        if reader is None:
            extra[path + name] = value
            continue
        if value is None:
            continue
        try:
            if isinstance(reader, _Part):
                if not isinstance(value, dict):
                    raise _Absent("not an object")
                given[name] = reader.make(**_read(reader.table, value, f"{path}{name}.", extra, warnings))
            else:
                answer = reader(value)
                if answer is not None:
                    given[name] = answer
        except _Absent as problem:
            warnings.append(Warned(field=path + name, problem=str(problem)))
    return given


class _Part:
    """An object within the lead: the record that it becomes and the readers of its fields."""

    def __init__(self, make: Callable[..., Any], table: Mapping[str, _Reader | _Part]) -> None:
        self.make = make
        self.table = table


def _text(value: Any) -> str | None:
    """Text with something in it; blank text says nothing."""
    text = _as_sent(value)
    return text if text.strip() else None


def _as_sent(value: Any) -> str:
    """Text that may be empty: an empty user agent is an observation."""
    if not isinstance(value, str):
        raise _Absent("not text")
    return value.replace("\0", "�") if "\0" in value else value


def _name(value: Any) -> str | None:
    """A name of ours, as a vendor's: one line, at most 200 characters."""
    text = _text(value)
    if text is None:
        return None
    if len(text) > 200:
        raise _Absent("longer than 200 characters")
    return " ".join(text.split())


def _number(value: Any) -> float:
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            raise _Absent("not a number") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Absent("not a number")
    if not 0 <= value <= _MOST:
        raise _Absent("not a number of this world")
    return float(value)


def _count(value: Any) -> int:
    amount = _number(value)
    if amount != int(amount):
        raise _Absent("not a whole number")
    return int(amount)


def _truth(value: Any) -> bool:
    if isinstance(value, str):
        value = {"true": True, "1": True, "false": False, "0": False}.get(value.strip().lower())
    if value in (0, 1) and value is not None:
        return bool(value)
    raise _Absent("neither true nor false")


def _ip(value: Any) -> str | None:
    text = _text(value)
    if text is None:
        return None
    if _IPV4.fullmatch(text):
        return text
    try:
        address = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        raise _Absent("not an IP address") from None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _country(value: Any) -> str | None:
    text = _text(value)
    if text is None:
        return None
    code = text.strip().upper()
    code = _COUNTRY_HABITS.get(code, code)
    if code not in _COUNTRIES:
        raise _Absent("not an ISO 3166-1 alpha-2 country")
    return code


def _channel(value: Any) -> str | None:
    text = _text(value)
    if text is None:
        return None
    channel = text.strip().lower()
    if channel not in CHANNELS:
        raise _Absent(f"not one of {', '.join(sorted(CHANNELS))}")
    return channel


def _amount(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _Absent("not a decimal number")
    text = str(value).strip()
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise _Absent("not a decimal number") from None
    if not amount.is_finite() or not 0 <= amount <= 10**9 or len(text) > 30:
        raise _Absent("not a price")
    return text


def _currency(value: Any) -> str | None:
    text = _text(value)
    if text is None:
        return None
    code = text.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise _Absent("not an ISO 4217 code")
    return code


def _moment(value: Any) -> str | None:
    """RFC 3339 in UTC; without an offset it is UTC already."""
    text = _text(value)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return utc(moment.replace(tzinfo=moment.tzinfo or UTC))
    except (ValueError, OverflowError):
        raise _Absent("not an RFC 3339 date and time") from None


def _outcome(value: Any) -> str:
    word = (_text(value) or "").strip().lower()
    if word not in OUTCOMES:
        raise _Absent(f"not one of {', '.join(OUTCOMES)}")
    return word


def _return_reason(value: Any) -> str:
    reason = returned_as(_text(value) or "")
    if reason is None:
        raise _Absent(f"not one of {', '.join(RETURNED_AS)}")
    return reason


_OUTCOME: Mapping[str, Callable[[Any], Any]] = {
    "outcome": _outcome,
    "reason": _return_reason,
    "value.amount": _amount,
    "value.currency": _currency,
    "at": _moment,
    "buyer": _name,
}

_LEAD: Mapping[str, _Reader | _Part] = {
    **dict.fromkeys(
        ["email", "phone", "name", "first_name", "last_name", "company", "message", "address", "postal_code"], _text
    ),
    "country": _country,
    "source": _Part(
        Source,
        {
            **dict.fromkeys(["vendor", "campaign", "sub_id"], _name),
            "channel": _channel,
            "price": _Part(Price, {"amount": _amount, "currency": _currency}),
        },
    ),
    "client": _Part(
        Client,
        {
            "ip": _ip,
            "user_agent": _as_sent,
            "accept_language": _as_sent,
            **dict.fromkeys(["timezone", "device_id", "referrer", "page_url"], _text),
        },
    ),
    "form": _Part(
        Form,
        {
            **dict.fromkeys(["seconds_on_page", "fill_seconds"], _number),
            **dict.fromkeys(["keystrokes", "pastes", "autofills", "pointer_events"], _count),
            "honeypot": _text,
            "webdriver": _truth,
            "token": _text,
        },
    ),
    "submitted_at": _moment,
    "reference": _text,
}
