import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Client, Form, FormToken, Lead, ReadToken, Source, Subject
from fraudcheck.signals import form as signal

ZONES = {
    "Asia/Ho_Chi_Minh": ("VN",),
    "Asia/Saigon": ("VN",),
    "Asia/Bangkok": ("TH", "CX", "KH", "LA", "VN"),
    "Africa/Lagos": ("NG", "AO", "BJ"),
    "America/New_York": ("US",),
    "America/Sao_Paulo": ("BR",),
    "Europe/London": ("GB", "GG", "IM", "JE"),
    "UTC": (),
}


PORTS = Ports(lists=Lists(zone_countries=ZONES, is_place="Hà Nội".__eq__), mail_routes=None, counters=None)
CONTACT = {"name": "An Tran", "email": "an.tran@example.com", "phone": "0912840375"}  # 36 characters

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
DESKTOP = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/131.0.0.0 Safari/537.36"
PHONE = f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/131.0.0.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = (
    f"Mozilla/5.0 (Linux; Android 11; SM-A127F; wv) {WEBKIT} Version/4.0 Chrome/114.0.5735.196 Mobile Safari/537.36"
)
FACEBOOK = f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/421.0.0.32.52;FBDV/iPhone12,1;FBSV/16.5;FBLC/vi_VN;FBOP/5]"
WECHAT = (
    f"{ANDROID} MMWEBID/6170 MicroMessenger/8.0.24.2180(0x28001859) WeChat/arm64 NetType/WIFI Language/zh_CN ABI/arm64"
)
ZALO = f"{ANDROID} Zalo android/12090681 ZaloTheme/light ZaloLanguage/vi"
LINE = f"{IPHONE} Mobile/15E148 Safari Line/13.3.0"
INSTAGRAM = (
    f"{IPHONE} Mobile/15E148 Instagram 244.0.0.12.112 (iPhone12,1; iOS 15_5; pt_BR; pt-BR; scale=2.00; 828x1792)"
)
TIKTOK = (
    f"{ANDROID} trill_2023003040 NetType/WIFI AppName/musical_ly ByteLocale/th-TH Region/TH BytedanceWebview/d8a21c6"
)
OLD_ANDROID = (
    f"Mozilla/5.0 (Linux; U; Android 4.0.3; ko-kr; LG-L160L Build/IML74K) {WEBKIT} Version/4.0 Mobile Safari/534.30"
)
OLD_INDONESIAN = f"Mozilla/5.0 (Linux; U; Android 4.1.2; in-id; GT-S7270) {WEBKIT} Version/4.0 Mobile Safari/534.30"
OPERA_MINI = "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16"
UC = f"Mozilla/5.0 (Linux; U; Android 8.1.0; en-US; Redmi 6A) {WEBKIT} UCBrowser/12.13.0.1207 Mobile Safari/537.36"
KAIOS = "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5"
ELECTRON = (
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Slack/4.33.73 Chrome/112.0.0.0 Electron/24.4.0 Safari/537.36"
)


def gather(client=None, form=None):
    lead = Lead(client=Client(**client or {}), form=Form(**form or {}), **CONTACT)
    return signal.gather(Subject(tenant="default", lead=lead), PORTS)


def judge(form=None, client=None, **fields):
    lead = Lead(client=Client(**client or {}), form=Form(**form or {}), **(CONTACT | fields))
    facts = signal.gather(Subject(tenant="default", lead=lead), PORTS)
    return {} if facts is None else {finding.code: finding.scale for finding in signal.judge(lead, facts)}


def test_nothing_to_look_at():
    assert gather() is None


@pytest.mark.parametrize(
    ("user_agent", "accept_language"),
    [
        (DESKTOP, "en-US,en;q=0.9"),
        (PHONE, "vi-VN,vi;q=0.9,en-US;q=0.8"),
        (FACEBOOK, "vi-VN,vi;q=0.9"),
        (FACEBOOK, "en-US,en;q=0.9"),  # the app in one language, the phone in English
        (FACEBOOK, None),
        (WECHAT, "zh-CN,zh;q=0.9"),
        (ZALO, "vi-VN"),
        (ZALO, "ja-JP,en;q=0.5"),
        (LINE, "th-TH"),
        (INSTAGRAM, "pt-BR,pt;q=0.9"),
        (TIKTOK, "th-TH,th;q=0.9"),
        (OLD_ANDROID, "ko-KR, en-US"),
        (OLD_INDONESIAN, "id-ID,id;q=0.9"),  # Java's code for Indonesian
        (OPERA_MINI, "id-ID,id;q=0.9"),
        (OPERA_MINI, "*"),
        (UC, "hi-IN,hi"),
        (KAIOS, "hi"),
        (ELECTRON, "ar-EG"),
        (ELECTRON, ""),
        (f"Mozilla/5.0 (Linux; Android 9; CUBOT_X19) {WEBKIT} Chrome/80.0 Mobile Safari/537.36", "pl-PL"),
    ],
)
def test_peoples_browsers_pass(user_agent, accept_language):
    assert judge(client={"user_agent": user_agent, "accept_language": accept_language}) == {}


@pytest.mark.parametrize(
    ("client", "codes"),
    [
        ({"user_agent": OLD_ANDROID, "accept_language": "ru-RU,ru"}, {"USER_AGENT_LANGUAGE_DIFFERS"}),
        ({"user_agent": WECHAT, "accept_language": "pl-PL"}, {"USER_AGENT_LANGUAGE_DIFFERS"}),
        ({"user_agent": WECHAT, "accept_language": "cn-CN"}, set()),  # no language's code
        ({"user_agent": f"{WECHAT} ZaloLanguage/vn", "accept_language": "zh"}, set()),
        ({"user_agent": "Zalo iOS/640 ZaloLanguage/vn", "accept_language": "vi-VN,vi;q=0.9"}, set()),
        ({"timezone": "Asia/Atlantis"}, {"TIMEZONE_UNKNOWN"}),
        ({"timezone": "Mars/Olympus_Mons"}, {"TIMEZONE_UNKNOWN"}),
        ({"timezone": "America/New_York", "accept_language": "vi-VN,vi;q=0.9"}, {"TIMEZONE_LANGUAGE_DIFFERS"}),
        ({"timezone": "Africa/Lagos", "accept_language": "uk_UA"}, {"TIMEZONE_LANGUAGE_DIFFERS"}),
    ],
)
def test_browsers_that_people_do_not_have(client, codes):
    assert set(judge(client=client)) == codes


@pytest.mark.parametrize(
    ("timezone", "accept_language"),
    [
        ("Asia/Ho_Chi_Minh", "vi-VN,vi;q=0.9"),
        ("Asia/Saigon", "vi-VN"),
        ("Asia/Bangkok", "vi-VN"),  # what Windows says in Ha Noi
        ("Asia/Ho_Chi_Minh", "en-US,en;q=0.9"),  # English is what browsers come with
        ("Asia/Ho_Chi_Minh", "ja,en-US;q=0.7"),  # no country named
        ("Asia/Ho_Chi_Minh", "ko-KR,vi-VN;q=0.8"),
        ("America/Sao_Paulo", "pt-PT,es-ES"),  # languages of many countries
        ("Africa/Lagos", "fr-FR,ar-SA"),
        ("Europe/London", "zh-Hans-CN"),
        ("UTC", "vi-VN"),  # a browser that hides its zone
        # ways of asking that are not the person's
        *(
            (zone, "vi-VN")
            for zone in ("Etc/Unknown", "+07:00", "GMT+0700", "ICT", "-420", "asia/ho_chi_minh", "", "N/A")
        ),
        ("(UTC+07:00) Bangkok, Hanoi, Jakarta", "vi-VN"),
    ],
)
def test_peoples_time_zones_pass(timezone, accept_language):
    assert judge(client={"timezone": timezone, "accept_language": accept_language}) == {}


@pytest.mark.parametrize(
    ("who", "form", "measures"),
    [
        ("everything typed, with three slips", {"keystrokes": 39, "pastes": 0, "autofills": 0},
         {"pasted": 0.0, "filled": 0.0, "keys_typed": 39 / 36}),
        ("one of three fields pasted", {"keystrokes": 24, "pastes": 1, "autofills": 0},
         {"pasted": 1 / 3, "filled": 0.0, "keys_typed": 1.0}),
        ("everything filled in by the browser", {"keystrokes": 0, "pastes": 0, "autofills": 3},
         {"pasted": 0.0, "filled": 1.0}),
        ("keys and pastes counted, autofill not", {"keystrokes": 36, "pastes": 0}, {"pasted": 0.0}),
    ],
)  # fmt: skip
def test_keys_are_measured_over_what_was_typed_by_hand(who, form, measures):
    lead = Lead(form=Form(**form), **CONTACT)
    found = signal.measure(lead, {"v": 1})
    by_hand = {name: found[name] for name in ("pasted", "filled", "keys_typed") if name in found}
    assert by_hand == pytest.approx(measures), who
    assert found["typed"] == pytest.approx(math.log10(37))


@pytest.mark.parametrize("channel", ["call", "offline", "ppc", None])
def test_facts_are_the_same_in_every_channel(channel):
    """Whose browser it is, ``pipeline.decide`` asks."""
    client = Client(user_agent=OLD_ANDROID, accept_language="ru-RU", timezone="Asia/Atlantis")
    lead = Lead(client=client, form=Form(fill_seconds=0.4), source=Source(channel=channel), **CONTACT)
    facts = signal.gather(Subject(tenant="default", lead=lead), PORTS)
    assert facts == {"v": 2, "agent_language": "ko", "timezone_unknown": True}


def test_no_zones_known_says_nothing():
    ports = Ports(lists=Lists(), mail_routes=None, counters=None)
    lead = Lead(client=Client(timezone="Asia/Atlantis"))
    assert signal.gather(Subject(tenant="default", lead=lead), ports) == {"v": 2}


@pytest.mark.parametrize(
    ("form", "codes"),
    [
        ({"honeypot": "http://spam.example"}, {"FORM_HONEYPOT_FILLED": 1.0}),
        ({"honeypot": "x", "autofills": 0}, {"FORM_HONEYPOT_FILLED": 1.0}),
        ({"honeypot": "x", "autofills": 2}, {"FORM_HONEYPOT_AUTOFILLED": 1.0}),
        ({"honeypot": "on"}, {"FORM_HONEYPOT_FILLED": 1.0}),
        *(({"honeypot": untouched}, {}) for untouched in (None, "", "  ", "0", "false", "off", "null")),
        # Not measured is not 0: a browser may have filled in the lead's own data, or a place.
        *(
            ({"honeypot": own}, {"FORM_HONEYPOT_AUTOFILLED": 1.0})
            for own in (CONTACT["email"], "+84 912 840 375", "An")
        ),
        ({"honeypot": "Hà Nội"}, {"FORM_HONEYPOT_AUTOFILLED": 1.0}),
        ({"honeypot": "Hà Nội\nhttp://spam.example"}, {"FORM_HONEYPOT_FILLED": 1.0}),
        ({"honeypot": "Hà Nội", "autofills": 0}, {"FORM_HONEYPOT_FILLED": 1.0}),
        ({"honeypot": "http://spam.example", "autofills": 1}, {"FORM_HONEYPOT_AUTOFILLED": 1.0}),
        ({"webdriver": True}, {"FORM_WEBDRIVER": 1.0}),
        ({"webdriver": False}, {}),
    ],
)
def test_traps(form, codes):
    assert judge(form) == codes


@pytest.mark.parametrize(
    ("trap", "codes"),
    [
        (CONTACT["email"], ["FORM_HONEYPOT_FILLED"]),
        ("Hà Nội", ["FORM_HONEYPOT_FILLED"]),
        ("None", ["FORM_HONEYPOT_FILLED"]),
        ("undefined", []),
    ],
)
def test_a_trap_of_an_older_record_is_judged_as_it_was(trap, codes):
    lead = Lead(form=Form(honeypot=trap), **CONTACT)
    assert [finding.code for finding in signal.judge(lead, {"v": 1})] == codes


HAND = {"pastes": 0, "autofills": 0, "pointer_events": 3}


@pytest.mark.parametrize(
    ("form", "scale"),
    [
        # nothing told of how: the contract's example, and what the browser may have filled in
        ({"fill_seconds": 0.8}, 1.0),
        ({"fill_seconds": 0.0}, 1.0),
        ({"fill_seconds": 1.4}, 0.3),
        ({"fill_seconds": 2.1}, None),
        ({"fill_seconds": 0.8, "keystrokes": 36}, 1.0),
        # filled in by the browser, perhaps before any clock ran
        ({"fill_seconds": 0.2, "autofills": 3}, 0.3),
        ({"fill_seconds": 0.8, "autofills": 3}, None),
        ({"fill_seconds": 1.5, "pastes": 3, "keystrokes": 6}, None),
        # by hand, key by key: 36 characters take 2.4 seconds at 15 a second
        ({"fill_seconds": 2.3, "keystrokes": 36, **HAND}, 1.0),
        ({"fill_seconds": 2.5, "keystrokes": 36, **HAND}, None),
        ({"fill_seconds": 2.5, "keystrokes": 500, **HAND}, None),
        ({"fill_seconds": 1.9, "keystrokes": 12, **HAND}, 0.3),  # a keyboard that offers whole fields
        ({"fill_seconds": 2.3, **HAND}, None),
        # slow people: a screen reader, a switch, a lunch break
        ({"fill_seconds": 1900.0, "keystrokes": 60, **HAND}, None),
        ({"seconds_on_page": 80_000.0, "fill_seconds": 50_000.0}, None),
        # the page alone
        ({"seconds_on_page": 0.4}, 1.0),
        ({"seconds_on_page": 0.4, "autofills": 3}, 1.0),
        ({"seconds_on_page": 2.0}, None),
        # no measure at all
        *(({"fill_seconds": bad}, None) for bad in (-1.0, math.nan, math.inf, 1e8)),
        ({"fill_seconds": math.nan, "seconds_on_page": -3.0}, None),
    ],
)
def test_too_fast(form, scale):
    assert judge(form).get("FORM_TOO_FAST") == scale


def test_characters_count_only_where_a_keyboard_typed_them():
    assert judge({"fill_seconds": 2.3, **HAND}, {"user_agent": DESKTOP}) == {"FORM_TOO_FAST": 1.0}
    assert judge({"fill_seconds": 2.3, **HAND}, {"user_agent": PHONE}) == {}
    # a message may come written by the page
    assert judge({"fill_seconds": 3.0, **HAND}, {"user_agent": DESKTOP}, message="I want to see this flat. " * 9) == {}


@pytest.mark.parametrize(
    ("form", "user_agent", "code"),
    [
        ({"keystrokes": 0, "pastes": 0, "autofills": 0, "pointer_events": 0}, None, "FORM_NO_INTERACTION"),
        ({"keystrokes": 0, "pastes": 0, "autofills": 0}, None, None),
        ({"keystrokes": 1, "pastes": 0, "autofills": 0, "pointer_events": 0}, PHONE, None),
        ({"keystrokes": 0, "pastes": 0, "autofills": 3, "pointer_events": 0}, DESKTOP, None),
        # 36 characters
        ({"keystrokes": 3, **HAND}, DESKTOP, "FORM_KEYSTROKES_MISSING"),
        ({"keystrokes": 9, **HAND}, DESKTOP, None),
        ({"keystrokes": 3, **HAND}, PHONE, None),  # swiped or spoken
        ({"keystrokes": 3, **HAND}, None, None),
        ({"keystrokes": -3, **HAND}, DESKTOP, None),
        ({"keystrokes": 3, "pastes": 1, "autofills": 0, "pointer_events": 5}, DESKTOP, None),
        ({"keystrokes": 3, "pastes": 0, "pointer_events": 5}, DESKTOP, None),
        ({"pastes": 3, "keystrokes": 6}, DESKTOP, "FORM_ALL_PASTED"),
        ({"pastes": 4}, None, "FORM_ALL_PASTED"),
        ({"pastes": 2, "keystrokes": 6}, DESKTOP, None),
        ({"pastes": 3, "keystrokes": 40}, DESKTOP, None),
        ({"pastes": 3, "autofills": 2}, DESKTOP, None),
    ],
)
def test_input(form, user_agent, code):
    assert judge(form, {"user_agent": user_agent}) == ({code: 1.0} if code else {})


def test_input_methods_compose_what_no_key_shows():
    form = {"keystrokes": 2, **HAND}
    assert judge(form, {"user_agent": DESKTOP}, name="Nguyễn Thị Ngọc Ánh") == {}
    assert judge(form, {"user_agent": DESKTOP}, name="王小明") == {}


def test_two_pasted_fields_are_no_list():
    assert judge({"pastes": 2, "keystrokes": 0}, name=None) == {}


@pytest.mark.parametrize(
    ("fill", "page", "found"), [(30.0, 12.0, True), (12.5, 12.0, False), (10.0, 60.0, False), (30.0, None, False)]
)
def test_times_that_contradict(fill, page, found):
    assert ("FORM_TIMES_CONTRADICT" in judge({"fill_seconds": fill, "seconds_on_page": page})) is found


def test_evidence_names_the_measure():
    lead = Lead(form=Form(fill_seconds=0.8), **CONTACT)
    [finding] = signal.judge(lead, {"v": 1})
    assert (finding.code, finding.evidence, finding.scale) == ("FORM_TOO_FAST", {"fill_seconds": 0.8}, 1.0)


counts = st.none() | st.integers(-5, 100)
seconds = st.none() | st.floats(allow_nan=True, allow_infinity=True)
texts = st.none() | st.text(max_size=60)


@given(
    form=st.builds(
        Form,
        seconds_on_page=seconds,
        fill_seconds=seconds,
        keystrokes=counts,
        pastes=counts,
        autofills=counts,
        pointer_events=counts,
        honeypot=texts,
        webdriver=st.none() | st.booleans(),
    ),
    client=st.builds(
        Client,
        user_agent=texts | st.sampled_from([WECHAT, OLD_ANDROID, DESKTOP]),
        accept_language=texts | st.sampled_from(["vi-VN,vi;q=0.9", "-", ",;q=", "x-y"]),
        timezone=texts | st.sampled_from(list(ZONES)),
    ),
    phone=texts,
)
def test_any_form_can_be_judged(form, client, phone):
    lead = Lead(email="an@example.com", phone=phone, form=form, client=client)
    facts = signal.gather(Subject(tenant="default", lead=lead), PORTS)
    if facts is not None:
        assert json.loads(json.dumps(facts)) == facts
        findings = signal.judge(lead, facts)
        assert {finding.code for finding in findings} <= set(signal.SIGNAL.reasons)
        assert all(0 < finding.scale <= 1 for finding in findings)
        groups = [CATALOGUE[finding.code].one_of or finding.code for finding in findings]
        assert len(groups) == len(set(groups))


def said(agent, facts=None, lead=None, **form):
    lead = Lead(**(lead or CONTACT), client=Client(user_agent=agent), form=Form(**form))
    found = signal.judge(lead, (gather({"user_agent": agent} if agent else None, form) or {}) | (facts or {}))
    return {each.code: round(CATALOGUE[each.code].points * each.scale, 1) for each in found}


TYPED = {"keystrokes": 40, "pastes": 0, "autofills": 0, "pointer_events": 20, "inserted": 0}
PLACED = {"keystrokes": 0, "pastes": 0, "autofills": 3, "pointer_events": 3, "focus_changes": 0, "fill_seconds": 9.0}
FILLED = {"keystrokes": 3, "pastes": 0, "autofills": 0, "pointer_events": 3, "inserted": 3}


@pytest.mark.parametrize(
    ("who", "agent", "form", "expected"),
    [
        ("typed", DESKTOP, TYPED, {}),
        ("a suggestion bar's name, the rest typed", PHONE, TYPED | {"keystrokes": 24, "inserted": 1}, {}),
        ("a suggestion bar's name and mail", PHONE, TYPED | {"keystrokes": 12, "inserted": 2}, {}),
        ("all spoken or suggested on a telephone", PHONE, FILLED, {"FORM_VALUES_INSERTED": -1.0}),
        ("swiped, word by word", PHONE, FILLED | {"keystrokes": 6, "inserted": 0}, {}),
        ("the browser filled it in", DESKTOP, FILLED | {"autofills": 3}, {}),
        ("a password manager filled the mail in", DESKTOP, FILLED | {"autofills": 1, "inserted": 2}, {}),
        ("pasted", DESKTOP, FILLED | {"pastes": 2}, {}),
        ("a text expander for one field", DESKTOP, TYPED | {"keystrokes": 25, "inserted": 1}, {}),
        ("nothing was measured of it", DESKTOP, {"seconds_on_page": 30.0}, {}),
        ("Playwright's fill", DESKTOP, FILLED, {"FORM_VALUES_INSERTED": -4.0}),
        ("... where keys were not counted", DESKTOP, {"inserted": 3, "seconds_on_page": 9.0},
         {"FORM_VALUES_INSERTED": -4.0}),
        ("... as a telephone", PHONE, FILLED, {"FORM_VALUES_INSERTED": -1.0}),
        ("... as nobody", None, FILLED, {"FORM_VALUES_INSERTED": -2.0}),
        ("... without a pointer", DESKTOP, FILLED | {"keystrokes": 0, "pointer_events": 0},
         {"FORM_NO_INTERACTION": -8.0}),
        ("a script set the values, and clicked", DESKTOP, PLACED, {"FORM_NO_INTERACTION": -4.0}),
        ("... at a telephone", PHONE, PLACED, {}),
        ("a password manager, asked in a field", DESKTOP, PLACED | {"focus_changes": 1}, {}),
        ("... by its button beside the page", DESKTOP, PLACED | {"pointer_events": 25}, {}),
        ("a screen reader with autofill", DESKTOP, PLACED | {"focus_changes": 3, "pointer_events": 0}, {}),
    ],
)  # fmt: skip
def test_values_that_came_whole(who, agent, form, expected):
    assert said(agent, **form) == expected, who


@pytest.mark.parametrize(
    ("who", "agent", "signs", "expected"),
    [
        ("nothing is strange", DESKTOP, (), {}),
        ("a remote desktop", DESKTOP, ("software_gpu",), {"BROWSER_HEADLESS": -2.0}),
        ("a kiosk, or a zoomed window", DESKTOP, ("window",), {"BROWSER_CONTRADICTS": -1.5}),
        ("Linux under another name", DESKTOP, ("platform",), {"BROWSER_CONTRADICTS": -1.5}),
        ("a page's own test marks", DESKTOP, ("automation",), {"FORM_WEBDRIVER": -4.2}),
        ("a person's assistant", DESKTOP, ("assistant",), {"FORM_ASSISTED": 0.0}),
        ("headless", DESKTOP, ("headless",), {"BROWSER_HEADLESS": -4.0}),
        ("headless, on a server", DESKTOP, ("headless", "software_gpu", "window", "platform"),
         {"BROWSER_HEADLESS": -4.0, "BROWSER_CONTRADICTS": -3.0}),
        ("whose name says so already", DESKTOP.replace("Chrome", "HeadlessChrome"), ("headless",), {}),
    ],
)  # fmt: skip
def test_what_the_script_saw_of_the_browser(who, agent, signs, expected):
    assert said(agent, **TYPED, signs=signs) == expected, who
    assert sum(expected.values()) > -7.7 or len(signs) > 1  # with a prior of 9.5 and 1 for a number, one is accepted


def test_a_program_is_told_once():
    assert said(DESKTOP, **TYPED, webdriver=True, signs=("automation",)) == {"FORM_WEBDRIVER": -12.0}


def test_the_software_that_fetched_the_token_for_a_person_is_named():
    token = FormToken(issued=1.0, id="a", key="k", assistant="ChatGPT")
    lead = Lead(**CONTACT, form=Form(**TYPED))
    subject = Subject(tenant="t", lead=lead, form_token=ReadToken(state="valid", token=token))
    facts = signal.gather(subject, PORTS)
    assert facts == {"v": 3, "assistant": "ChatGPT"}
    [found] = signal.judge(lead, facts)
    assert (found.code, found.evidence) == ("FORM_ASSISTED", {"assistant": "ChatGPT"})


@pytest.mark.parametrize(
    ("first", "page", "expected"),
    [(4.0, 60.0, {}), (60.0, 60.0, {}), (None, 60.0, {}), (90.0, None, {}), (-3.0, 60.0, {}), (2e9, 60.0, {}),
     (90.0, 60.0, {"FORM_TIMES_CONTRADICT": -2.0})],
)  # fmt: skip
def test_the_first_input_comes_while_the_page_is_open(first, page, expected):
    assert said(DESKTOP, **TYPED, first_input_seconds=first, seconds_on_page=page) == expected
