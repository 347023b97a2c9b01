from __future__ import annotations

import hmac
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists import shipped
from fraudcheck.counting.windows import PARTNERS
from fraudcheck.fields.form_token import make_token
from fraudcheck.fields.ip import line_and_network
from fraudcheck.identifiers import keyed_token, keyed_tokens
from fraudcheck.intake import identities
from fraudcheck.intake.identities import _page, read_subject
from fraudcheck.intake.lead import read_lead
from fraudcheck.ports.lists import Lists

LACKING = [f"no_{name}" for name in ("agent", "device", "email", "measures", "name")]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def read(**fields):
    return read_lead({"phone": "+84912840375", **fields}, NOW)


def test_tokens_are_keyed_by_person_kind_and_tenant():
    lead, _ = read_lead({"phone": "+84912840375", "client": {"ip": "203.0.113.7"}, "form": {"token": "x"}}, NOW)

    def tokens(key):
        return read_subject(
            lead, tenant="t", lists=Lists(), identity_key=key, tag="", at=0.0, default_country=None
        ).tokens

    assert sorted(tokens(b"a")) == [
        "block",
        "clock",
        "everyone",
        "form_token",
        "network",
        *sorted([*LACKING, "no_form_token", "no_vendor"]),
        "phone",
        "place",
    ]
    assert not set(tokens(b"a").values()) & set(tokens(b"b").values())
    assert all(len(token) == 32 for token in tokens(b"a").values())
    assert "84912840375" not in str(tokens(b"a"))


def test_what_a_person_typed_unreadably_is_told_and_not_held_against_the_source():
    lists = shipped.load_lists()

    def subject(**fields):
        lead, warnings = read(**fields)
        return read_subject(
            lead,
            tenant="t",
            lists=lists,
            identity_key=b"k",
            tag="",
            at=0.0,
            default_country=None,
            warnings=warnings,
        )

    for email in ("I have none", "an.le@firma.vn; an@nhaxinh.vn"):
        found = subject(email=email)
        assert [warning.field for warning in found.warnings] == ["email"]
        assert email not in found.warnings[0].problem
        assert found.unread == ()
        assert "unread" not in found.tokens
    assert subject(email="an.le@firma.vn").warnings == []
    assert subject(email={"a": 1}).unread == ("email",)  # a form's fault
    one, several = subject(email="an.le@firma.vn"), subject(email="an.le@firma.vn; x@y.vn")
    assert one.tokens["mailbox"] == several.tokens["mailbox"]


def test_a_message_of_ones_own_has_a_token_and_a_short_one_has_none():
    def token(message):
        lead = read_lead({"phone": "+84912840375", "message": message}, NOW)[0]
        return read_subject(
            lead, tenant="t", lists=Lists(), identity_key=b"k", tag="", at=0.0, default_country=None
        ).tokens.get("message")

    assert token("Please call me") is None
    assert token("I have seen your flat near the park and would like to visit it") == token(
        "i have seen your flat near the park, and would like to visit it!"
    )


@given(st.binary(max_size=200), st.text())
def test_a_token_is_the_hmac_that_it_says(key, value):
    expected = hmac.digest(key, f"phone\0{value}".encode(), "sha256")[:16].hex()
    assert keyed_token(key, "phone", value) == expected
    assert keyed_tokens(key, {"phone": value, "mailbox": None, "person": ""}) == ({"phone": expected} if value else {})


@pytest.mark.parametrize(
    ("email", "counted"),
    [
        ("an@firma-nowa.pl", True),
        ("an@gmail.com", False),
        ("an@mail.yahoo.com", False),
        ("an@nus.edu.sg", False),
        ("an@duck.com", False),
        ("an@", False),
    ],
)
def test_a_mail_domain_is_counted_where_nothing_is_known_of_it(email, counted):
    lead, _ = read_lead({"email": email}, NOW)
    subject = read_subject(
        lead, tenant="t", lists=shipped.load_lists(), identity_key=b"k", tag="", at=0.0, default_country=None
    )
    assert ("mail_domain" in subject.tokens) is counted


@pytest.mark.parametrize(
    ("fields", "region", "read_in"),
    [
        ({"phone": "0803 174 9026", "client": {"timezone": "Africa/Lagos"}}, "NG", "timezone"),
        ({"phone": "0803 174 9026", "country": "NG", "client": {"timezone": "Europe/Paris"}}, "NG", None),
        ({"phone": "+84912840375", "client": {"timezone": "Africa/Lagos"}}, "VN", None),
        ({"phone": "0803 174 9026", "client": {"timezone": "UTC"}}, None, None),
        ({"phone": "0803 174 9026"}, None, None),
    ],
)
def test_a_number_without_a_country_is_read_by_the_clock(fields, region, read_in):
    lead, _ = read_lead(fields, NOW)
    zones = Lists(zone_countries={"Africa/Lagos": ("NG", "BJ", "NE"), "UTC": ()})
    subject = read_subject(lead, tenant="t", lists=zones, identity_key=b"k", tag="t", at=0.0, default_country=None)
    assert (subject.number.region, subject.number.read_in) == (region, read_in)


DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"
BY_HAND = {"fill_seconds": 18, "keystrokes": 21, "pastes": 0, "autofills": 0, "pointer_events": 9}  # of 20 characters


def tokens(lists=Lists(), **fields):  # noqa: B008 - frozen
    lead, _ = read_lead(fields, NOW)
    return read_subject(lead, tenant="t", lists=lists, identity_key=b"k", tag="", at=0.0, default_country=None)


@pytest.mark.parametrize(
    ("who", "form", "same", "not_typed"),
    [
        ("typed, with a slip", {}, None, False),
        ("typed, with many", {"keystrokes": 44}, None, False),
        ("typed without a slip, the pointer alike", {"keystrokes": 20, "pointer_events": 15}, "flawless", True),
        ("typed without a slip, the pointer otherwise", {"keystrokes": 20, "pointer_events": 99}, "other", True),
        ("four keys, as on a telephone that swipes", {"keystrokes": 4}, None, False),
        ("one of two pasted", {"pastes": 1, "keystrokes": 11}, None, True),
        ("both pasted", {"pastes": 2, "keystrokes": 0}, "pasted", True),
        ("both filled in by the browser", {"autofills": 2, "keystrokes": 0}, None, False),
        ("nothing was touched", {"keystrokes": 0}, "untouched", True),
        ("keys were not measured", {"keystrokes": None}, None, False),
        ("pastes were not measured", {"keystrokes": 20, "pastes": None}, None, False),
        ("nothing was measured", dict.fromkeys(BY_HAND), None, False),
    ],
)
def test_a_manner_is_unusual(who, form, same, not_typed):
    """Most people have none: they type, they correct, or their browser fills in."""
    usual = {"flawless": {"keystrokes": 20}, "pasted": {"pastes": 2, "keystrokes": 5}, "untouched": {"keystrokes": 0}}
    contact = {"email": "an.ng@firma.vn", "name": "An Nga"}
    manner = tokens(**contact, form={**BY_HAND, **form}).tokens.get("manner")
    alike = {name: tokens(**contact, form={**BY_HAND, **each}).tokens["manner"] for name, each in usual.items()}
    if same is None:
        assert manner is None, who
    elif same == "other":
        assert manner not in {None, *alike.values()}, who
    else:
        assert manner == alike[same], who
    subject = tokens(**contact, form={**BY_HAND, **form})
    assert ("not_typed" in subject.tokens) is ("untyped" in subject.partners) is not_typed, who


@pytest.mark.parametrize(
    ("who", "user_agent", "name", "unusual"),
    [
        ("at a computer", DESKTOP, "An Nga", True),
        ("at a telephone", "Mozilla/5.0 (Linux; Android 10; K) Chrome/131.0.0.0 Mobile Safari/537.36", "An Nga", False),
        ("by an input method", DESKTOP, "Ánh Ngọc", False),
        ("at what is not known", None, "An Nga", False),
    ],
)
def test_four_keys_for_two_fields_are_unusual_where_each_letter_needs_its_own(who, user_agent, name, unusual):
    client = {"user_agent": user_agent} if user_agent else {}
    subject = tokens(email="an.ng@firma.vn", name=name, client=client, form={**BY_HAND, "keystrokes": 4})
    assert (subject.manner is not None) is ("manner" in subject.tokens) is unusual, who


def test_a_manner_and_a_browser_are_counted_for_each_vendor_and_for_all():
    def of(vendor):
        form = {"keystrokes": 0, "pastes": 2, "autofills": 0, "fill_seconds": 3}
        fields = {"email": "an@gmail.com", "name": "An", "form": form, "client": {"user_agent": "x"}}
        return tokens(shipped.load_lists(), **fields, source={"vendor": vendor}).tokens

    one, other, none = of("one"), of("other"), of("")
    for kind in ("scheme", "browser", "pace", "manner"):
        assert one[kind] != other[kind]
        assert one[f"any_{kind}"] == other[f"any_{kind}"]
        assert none[kind] not in {one[kind], other[kind]}
        assert none[f"any_{kind}"] == one[f"any_{kind}"]  # which are everyone's leads, those without a vendor too


@pytest.mark.parametrize(
    ("email", "name", "like", "same"),
    [
        ("tran.bich84@gmail.com", "Bich Tran", "nguyen.an91@gmail.com", True),  # last.first and two digits
        ("tran.bich84@wp.pl", "Bich Tran", "nguyen.an91@gmail.com", True),  # at another provider
        ("tran.bich1984@gmail.com", "Bich Tran", "nguyen.an91@gmail.com", False),
        ("bich.tran84@gmail.com", "Bich Tran", "nguyen.an91@gmail.com", False),
        ("tran.bich84@firma.vn", "Bich Tran", "nguyen.an91@gmail.com", None),  # where the firm sets it
    ],
)
def test_a_scheme_is_how_a_mailbox_is_made_of_its_persons_name(email, name, like, same):
    lists = shipped.load_lists()
    found = tokens(lists, email=email, name=name).tokens.get("scheme")
    assert (found and found == tokens(lists, email=like, name="An Nguyen").tokens["scheme"]) is same


@pytest.mark.parametrize(
    ("given", "also", "same"),
    [
        ({"device_id": "d1", "ip": "203.0.113.7"}, {"device_id": "d1", "ip": "198.51.100.9"}, True),
        ({"device_id": "d1", "ip": "203.0.113.7"}, {"device_id": "d2", "ip": "203.0.113.7"}, False),
        ({"ip": "203.0.113.7", "user_agent": "x"}, {"ip": "203.0.113.7", "user_agent": "x"}, True),
        ({"ip": "203.0.113.7", "user_agent": "x"}, {"ip": "203.0.113.7", "user_agent": "y"}, False),
        ({"ip": "203.0.113.7", "user_agent": "x"}, {"ip": "203.0.113.8", "user_agent": "x"}, False),
        ({"ip": "2001:db8:1:2::a", "user_agent": "x"}, {"ip": "2001:db8:1:2:f::b", "user_agent": "x"}, True),
        ({"ip": "2001:db8:1:2::a", "user_agent": "x"}, {"ip": "2001:db8:1:3::a", "user_agent": "x"}, False),
        ({"ip": "203.0.113.7"}, {"ip": "203.0.113.7"}, None),
        ({"user_agent": "x"}, {"user_agent": "x"}, None),
    ],
)
def test_a_machine_is_a_device_or_a_line_with_a_browser(given, also, same):
    one, other = (tokens(phone="+84912840375", client=client).tokens.get("machine") for client in (given, also))
    assert (one and one == other) is same


@pytest.mark.parametrize(
    ("channel", "at_desk"), [("call", True), ("offline", True), ("ppc", False), ("chat", False), (None, False)]
)
def test_a_desk_is_a_vendors_channel_in_which_somebody_else_types(channel, at_desk):
    """Leads without an address say nothing of how many places a desk has."""
    source = {"vendor": "v"} | ({"channel": channel} if channel else {})
    lead = {"phone": "+84912840375", "source": source}
    assert ("desk" in tokens(**lead, client={"ip": "203.0.113.7"}).tokens) is at_desk
    assert "desk" not in tokens(**lead, client={"device_id": "d", "user_agent": "x"}).tokens


TEXT = "I have seen your flat near the park and would like to visit it with my wife on Sunday in the afternoon"


@pytest.mark.parametrize(
    ("what", "lead", "same"),
    [
        ("the same from the same vendor", {"message": TEXT, "source": {"vendor": "v"}}, ["message", "text"]),
        ("... of a person who is named", {"message": f"{TEXT}. An Tran", "name": "An Tran", "source": {"vendor": "v"}},
         ["message", "text"]),
        ("... of a company", {"message": f"{TEXT}. Firma", "company": "Firma", "source": {"vendor": "v"}},
         ["message", "text"]),
        ("the same from another vendor", {"message": TEXT, "source": {"vendor": "w"}}, ["message"]),
        ("the same from nobody", {"message": TEXT}, ["message"]),
        ("another", {"message": TEXT[::-1], "source": {"vendor": "v"}}, []),
    ],
)  # fmt: skip
def test_a_text_is_a_message_of_one_vendor(what, lead, same):
    one = tokens(phone="+84912840375", message=TEXT, source={"vendor": "v"}).tokens
    other = tokens(phone="+84912840376", **lead).tokens
    for n in range(2):
        assert [kind for kind in ("message", "text") if one[f"{kind}~{n}"] == other[f"{kind}~{n}"]] == same, what


def test_a_short_message_is_no_text():
    assert not [kind for kind in tokens(phone="+84912840375", message="Please call me").tokens if "~" in kind]


@pytest.mark.parametrize(
    ("name", "ends"),
    [("Nguyễn Văn An", ("nguyễn", "an")), ("An", ("an", "an")), ("  María  LÓPEZ ", ("maría", "lópez"))],
)
def test_of_a_name_both_ends_are_partners(name, ends):
    partners = tokens(phone="+84912840375", name=name).partners
    first, last = (keyed_token(b"k", kind, end) for kind, end in zip(("first_word", "last_word"), ends, strict=True))
    assert (partners["first_word"], partners["last_word"]) == (first, last)


def test_no_kind_of_before_is_counted_any_more():
    client = {"ip": "203.0.113.7", "user_agent": "x", "device_id": "d"}
    fields = {"email": "an@gmail.com", "name": "An", "client": client, "source": {"vendor": "v", "channel": "call"}}
    found = tokens(shipped.load_lists(), **fields, form={"keystrokes": 0, "pastes": 2, "autofills": 0})
    assert not found.tokens.keys() & {"device", "ip", "shape", "agent", "habit", "nest", "any_shape", "any_agent"}
    assert {"machine", "place", "scheme", "browser", "manner", "not_typed", "desk"} <= found.tokens.keys()
    assert found.partners.keys() == {"name", "ip", "first_word", "last_word", "untyped"}
    assert found.partners["ip"] == keyed_token(b"k", "ip", "203.0.113.7")  # by which 0.5 stored it


def test_every_partner_that_is_counted_is_read():
    client = {"ip": "203.0.113.7", "user_agent": "x", "device_id": "d"}
    fields = {"email": "an@gmail.com", "phone": "+84912840375", "name": "An", "client": client}
    found = tokens(**fields, source={"vendor": "v"}, form={"keystrokes": 0, "pastes": 2, "autofills": 0})
    assert {partner for kind in PARTNERS.values() for partner in kind} <= found.tokens.keys() | found.partners.keys()
    assert PARTNERS["place"] == ("mailbox", "phone", "machine", "untyped")  # the order of counts that 0.5 stored


@pytest.mark.parametrize("text", ["x" * 60_000, "e" + "\u0301\u0327" * 15_000, "\ufdfa" * 20_000])
def test_of_a_long_text_the_beginning_tells_people_apart(text: str) -> None:
    """Normal forms of uncut text took seconds, for which every other caller waited."""
    name = identities._plain(text)
    assert len(name) <= 500 * 18  # one character may stand for eighteen
    assert name == identities._plain(text + " Nguyễn")


@pytest.mark.parametrize(
    ("ip", "line", "network"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113"),
        ("2600:4041:51a3:7c00:35e:e8a8:d664:781f", "2600:4041:51a3:7c00::/64", "2600:4041:51a3::/48"),
        ("2600:4041:51a3:7c00::", "2600:4041:51a3:7c00::/64", "2600:4041:51a3::/48"),
        ("2600:4041:51a3:7c01::1", "2600:4041:51a3:7c01::/64", "2600:4041:51a3::/48"),
        ("2002:cb00:7107:1::5", "203.0.113.7", "203.0.113"),  # 6to4
        ("2001:0:4136:e378:8000:63bf:34ff:8ef8", "203.0.113.7", "203.0.113"),  # Teredo
        ("64:ff9b::203.0.113.7", "203.0.113.7", "203.0.113"),  # NAT64
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113"),
        ("::ffff:0:203.0.113.7", "203.0.113.7", "203.0.113"),
        ("::203.0.113.7", "203.0.113.7", "203.0.113"),
        ("fe80::1", "fe80::1", "fe80::1"),  # every machine of a network has the same /64
        ("fd12:3456:789a:1::7", "fd12:3456:789a:1::7", "fd12:3456:789a:1::7"),
        ("64:ff9b:1::203.0.113.7", "64:ff9b:1::cb00:7107", "64:ff9b:1::cb00:7107"),  # a network's own NAT64
    ],
)
def test_a_subscribers_line_is_an_address_of_ipv4_or_a_64_of_ipv6(ip: str, line: str, network: str) -> None:
    subject = tokens(phone="+84912840375", client={"ip": ip, "user_agent": "x"})
    assert subject.tokens["place"] == keyed_token(b"k", "place", line)
    assert subject.partners["ip"] == keyed_token(b"k", "ip", line)
    assert subject.tokens["machine"] == keyed_token(b"k", "machine", f"{line}\0x")
    assert subject.tokens["network"] == keyed_token(b"k", "network", network)


@given(st.ip_addresses())
def test_every_address_has_a_line(ip: IPv4Address | IPv6Address) -> None:
    line, network = line_and_network(str(ip))
    assert line
    assert network
    assert line_and_network(str(ip_network(line, strict=False)[0])) == (line, network)


@pytest.mark.parametrize(
    ("submitted_at", "known"),
    [
        ("2026-11-05T14:22:31Z", True),
        ("2026-11-05T14:22:00Z", True),
        ("2026-11-05T14:15:00.001Z", True),
        (None, True),
        ("2026-11-05", False),
        ("2026-11-05T00:00:00", False),
        ("2026-11-05T00:00:00+07:00", False),
        ("2026-11-04T17:00:00Z", False),
        ("2026-11-05T00:00:00+05:45", False),
        ("2026-11-05T14:15:00Z", False),
    ],
)
def test_the_hour_of_a_rounded_time_is_not_known(submitted_at: str | None, known: bool) -> None:
    assert ("clock" in tokens(phone="+84912840375", submitted_at=submitted_at).tokens) is known


def test_leads_of_a_vendor_share_what_is_counted_for_it_however_it_is_written() -> None:
    def of(vendor: str) -> dict[str, str]:
        form = {"keystrokes": 0, "pastes": 2, "autofills": 0, "fill_seconds": 3}
        client = {"user_agent": "x", "ip": "203.0.113.7"}
        fields = {"email": "an@gmail.com", "phone": "+84912840375", "message": TEXT, "form": form, "client": client}
        source = {"vendor": vendor, "channel": "call", "campaign": "c"}
        return dict(tokens(shipped.load_lists(), **fields, source=source).tokens)

    assert of("LeadHaus") == of(" LEADHAUS\u00a0") == of("leadhaus")
    differing = {kind for kind, token in of("LeadHaus").items() if of("Lead Haus")[kind] != token}
    assert {"vendor", "block", "browser", "pace", "manner", "clock", "desk", "text~0", "form", "no_name"} <= differing


@pytest.mark.parametrize(
    ("page", "other", "same"),
    [
        ("https://a.example/offer?click=1", "https://a.example/offer/#top", True),
        ("https://a.example/v/1832/offer", "https://a.example/v/7/offer", True),
        ("https://a.example/2026/11/28/offer", "https://a.example/2026/11/29/offer", True),
        ("https://a.example/offer-2026-11-28", "https://a.example/offer-2026-11-29", True),
        ("https://a.example/f/9f86d081-884c-4d63", "https://a.example/f/ab2c5e77-10f3-4b1a", True),
        ("https://a.example/f/deadbee1", "https://a.example/f/0badcafe", True),
        ("a.example/s/kR81x22p9Z", "a.example/s/Qz7710ab3", True),
        ("/apply/10293", "/apply/10294", True),
        ("https://a.example/form1", "https://a.example/form2", False),
        ("https://a.example/kredit24", "https://a.example/kredit", False),
        ("https://a.example/offer", "https://a.example/contact", False),
        ("https://shop1234.example/offer", "https://shop1235.example/offer", False),
        ("http://127.0.0.1:54321/offer", "http://127.0.0.1:54322/offer", False),
        ("https://a.example", "https://b.example", False),
    ],
)
def test_a_form_is_known_by_its_page_without_what_varies(page, other, same):
    assert (_page(page) == _page(other)) is same
    assert _page("https://a.example/en/offer") == "https://a.example/en/offer"


@pytest.mark.parametrize(
    ("what", "fetched", "sent", "address", "counted"),
    [
        ("at home", "203.0.113.7", "203.0.113.7", "same", {"token_line"}),
        ("a telephone that left the Wi-Fi", "203.0.113.7", "198.51.100.9", "other", {"token_line", "token_place"}),
        ("a household's IPv6, and a form by IPv4", "2001:db8::1", "203.0.113.7", "", {"token_line", "token_place"}),
        ("a carrier's IPv4 for all whose forms come by IPv6", "203.0.113.7", "2001:db8::1", "", {"token_line"}),
        ("a backend that tells no address", "203.0.113.7", None, "", set()),
        ("a token fetched from nobody knows where", None, "203.0.113.7", "", set()),
    ],
)
def test_for_what_place_a_token_is_counted(what, fetched, sent, address, counted):
    at = NOW.timestamp()
    token = make_token(b"k", issued=at - 60, random_id="a", origin="https://a.example", ip=fetched) + "."
    subject = tokens(phone="+84912840375", form={"token": token}, client={"ip": sent} if sent else {})
    assert subject.form_token.address == address
    assert {"token_line", "token_place"} & set(subject.tokens) == counted, what


def test_tokens_are_counted_by_the_page_that_fetched_them():
    def of(origin):
        token = make_token(b"k", issued=NOW.timestamp() - 60, random_id="a", origin=origin) + "."
        return tokens(phone="+84912840375", form={"token": token}).tokens["token_vendor"]

    assert of("https://a.example") == of("https://a.example") != of("https://b.example")


@pytest.mark.parametrize(
    ("what", "change", "state"),
    [
        ("as it was made", str, "valid"),
        ("written small by a hop", str.lower, "other_key"),
        ("cut by a column", lambda text: text[:-5], "other_key"),
        ("signed by somebody else", lambda text: text[:-22] + text[-22:].swapcase(), "forged"),
    ],
)
def test_what_becomes_of_a_token_on_its_way(what, change, state):
    token = change(make_token(b"k", issued=NOW.timestamp() - 60, random_id="a", origin="https://a.example"))
    assert tokens(phone="+84912840375", form={"token": token + "."}).form_token.state == state, what
