"""A delivery bears the source's signature, or it does not: with the platforms' own examples, and made by other code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.intake.forms import Delivery
from fraudcheck.intake.forms.registry import PLATFORMS

SECRET, NOW = "s3cret-ümlaut", 1_764_000_000.0
BODY = '{"a": "ghế"}'.encode()
URL = "https://checks.example/v1/forms/hubspot?key=a%3Ab"
SIGNED = sorted(name for name, platform in PLATFORMS.items() if platform.is_signed)


def digest(*parts):
    """The HMAC-SHA256 of bytes and texts, one behind the other."""
    message = b"".join(part if isinstance(part, bytes) else str(part).encode() for part in parts)
    return hmac.new(SECRET.encode(), message, hashlib.sha256)


def in_base64(*parts):
    return base64.b64encode(digest(*parts).digest()).decode()


def jws(body=BODY, *, secret=SECRET, **claims):
    """Netlify's signature of a body."""
    told = {"iss": "netlify", "sha256": hashlib.sha256(body).hexdigest()} | claims
    algorithm = told.pop("alg", "HS256")
    parts = [json.dumps({"alg": algorithm}).encode(), json.dumps(told).encode()]
    head = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mark = hmac.new(secret.encode(), head, hashlib.sha256).digest()
    return (head + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()


def headers(name, body=BODY, at=NOW):
    """The headers that a platform sends with a body at a time in Unix seconds."""
    millis, seconds = str(int(at * 1000)), str(int(at))
    made = {
        "typeform": {"typeform-signature": f"sha256={in_base64(body)}"},
        "tally": {"tally-signature": in_base64(body)},
        "meta": {"x-hub-signature-256": f"sha256={digest(body).hexdigest()}"},
        "framer": {
            "framer-signature": f"sha256={digest(body, 'sub-1').hexdigest()}",
            "framer-webhook-submission-id": "sub-1",
        },
        "webflow": {
            "x-webflow-signature": digest(millis, ":", body).hexdigest(),
            "x-webflow-timestamp": millis,
        },
        "formspree": {"formspree-signature": f"t={seconds}, v1={digest(seconds, '.', body).hexdigest()}"},
        "hubspot": {
            "x-hubspot-signature-v3": in_base64("POST", URL.replace("%3A", ":"), body, millis),
            "x-hubspot-request-timestamp": millis,
        },
        "netlify": {"x-webhook-signature": jws(body)},
    }
    return made[name]


def is_signed(name, sent, body=BODY, secret=SECRET, url=URL, now=NOW):
    delivery = Delivery(body=body, content=None, headers=sent, url=url)
    return PLATFORMS[name].is_signed(delivery, secret, now)


@pytest.mark.parametrize("name", SIGNED)
def test_signed(name):
    assert is_signed(name, headers(name))


@pytest.mark.parametrize("name", SIGNED)
def test_not_signed(name):
    sent = headers(name)
    assert not is_signed(name, sent, body=BODY + b" ")
    assert not is_signed(name, sent, secret="another")
    assert not is_signed(name, {})
    assert not is_signed(name, dict.fromkeys(sent, ""))
    for header, value in sent.items():
        assert not is_signed(name, sent | {header: value[:-1] + ("0" if value[-1] != "0" else "1")})
        assert not is_signed(name, {other: value for other, value in sent.items() if other != header})


@pytest.mark.parametrize("name", SIGNED)
def test_one_of_several_signatures_is_enough(name):
    if name == "netlify":  # one signature is all that a JWS has room for
        return
    header, value = next(iter(headers(name).items()))
    several = f"{value},v1=00" if name == "formspree" else f"sha256=00, {value}"
    assert is_signed(name, headers(name) | {header: several})


@pytest.mark.parametrize("name", ["webflow", "formspree", "hubspot"])
@pytest.mark.parametrize(
    ("seconds", "is_timely"), [(-299, True), (299, True), (-301, False), (301, False), (9e9, False)]
)
def test_window(name, seconds, is_timely):
    assert is_signed(name, headers(name, at=NOW + seconds)) is is_timely


@pytest.mark.parametrize(
    "written", ["", "now", "-1764000000000", "1764000000000.0", "١٧٦٤٠٠٠٠٠٠٠٠٠", "9" * 400, "1e12"]
)
def test_a_time_that_is_none(written):
    sent = {
        "x-webflow-signature": digest(written, ":", BODY).hexdigest(),
        "x-webflow-timestamp": written,
    }
    assert not is_signed("webflow", sent)


_HUBSPOT_SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"


@pytest.mark.parametrize(
    ("sent", "body", "secret", "url", "now"),
    [
        (  # HubSpot's own examples
            {"x-hubspot-signature": "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de",
             "x-hubspot-signature-version": "v1"},
            b'[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":'
            b'"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]',
            _HUBSPOT_SECRET, "https://www.example.com/webhook_uri", NOW,
        ),
        (
            {"x-hubspot-signature": "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900",
             "x-hubspot-signature-version": "v2"},
            b'{"example_field":"example_value"}', _HUBSPOT_SECRET, "https://www.example.com/webhook_uri", NOW,
        ),
        (
            {"x-hubspot-signature-v3": "gbj1XPRvUt0noT7i7fXfTzOD4sLzQmf0VT28ZYq0EYg=",
             "x-hubspot-request-timestamp": "1752613922216"},
            b'[{"eventId":531833541,"subscriptionId":3923621,"portalId":48807704,"appId":16111050,"occurredAt":1752613920733'
            b',"subscriptionType":"contact.creation","attemptNumber":0,"objectId":138017612137,"changeFlag":"CREATED",'
            b'"changeSource":"CRM_UI","sourceId":"userId:76023669"}]',
            "cfc68c0b-4b4e-4ef8-b764-95350e4ea479", "https://webhook.site/335453f5-94b3-49d9-b684-a55354d4b8df",
            1752613923.0,
        ),
    ],
)  # fmt: skip
def test_hubspot_examples(sent, body, secret, url, now):
    assert is_signed("hubspot", sent, body, secret, url, now)
    assert is_signed("hubspot", sent, body, secret, url.replace("https", "http"), now)  # behind a proxy
    assert not is_signed("hubspot", sent, body + b" ", secret, url, now)


@pytest.mark.parametrize(("version", "before"), [("v1", SECRET), ("v2", f"{SECRET}POST{URL}")])
def test_hubspot_older_signature_is_not_carried_on_behind_its_end(version, before):
    """Who saw one delivery knows the hash of it with SHA-256's padding and anything behind, without the secret."""
    length = len(before.encode() + BODY)
    padding = b"\x80" + bytes((55 - length) % 64) + (length * 8).to_bytes(8)
    for behind in (b"", b"&email=another%40example.net"):
        body = BODY + padding + behind
        known = hashlib.sha256(before.encode() + body).hexdigest()
        assert not is_signed("hubspot", {"x-hubspot-signature": known, "x-hubspot-signature-version": version}, body)


def test_hubspot_older_signature_does_not_stand_in_for_a_wrong_new_one():
    sent = {
        "x-hubspot-signature": hashlib.sha256(SECRET.encode() + BODY).hexdigest(),
        "x-hubspot-signature-version": "v1",
    }
    assert is_signed("hubspot", sent)
    assert not is_signed("hubspot", sent | {"x-hubspot-signature-v3": "wrong", "x-hubspot-request-timestamp": "1"})


@pytest.mark.parametrize(
    "signature",
    [
        jws(alg="none"),
        jws(alg="RS256"),
        jws(iss="somebody"),
        jws(sha256="00"),
        jws(sha256=None),
        jws(secret=""),
        jws().rpartition(".")[0] + ".",
        "..",
        ".",
        "a.b",
        "é.é.é",
        ".".join([base64.urlsafe_b64encode(b"[" * 1_400).decode()] * 2),
    ],
)
def test_netlify_signature_that_is_none(signature):
    assert not is_signed("netlify", {"x-webhook-signature": signature})


@given(
    name=st.sampled_from(SIGNED),
    value=st.one_of(st.text(), st.text(alphabet="\udc80\udcff.,=tv1sha256"), st.just("a" * 100_000)),
    other=st.text(max_size=30),
)
def test_no_header_raises(name, value, other):
    names = list(headers(name))
    assert not is_signed(name, dict.fromkeys(names, value))
    assert not is_signed(name, dict.fromkeys(names, other), url=other)
