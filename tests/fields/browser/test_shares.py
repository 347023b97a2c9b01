"""How many people have a browser, by a small table of shares."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.fields.browser.shares import BY_APP, RARE, UNKNOWN, BrowserShares, browser_share
from tests.fields.browser.test_user_agent import PEOPLES

NOW = 740
SHARES = BrowserShares(
    four_weeks=NOW,
    versions={
        "chrome": {109: 0.01, 130: 0.002, 145: 0.028, 153: 0.06, 154: 0.2},
        "chrome_android": {154: 0.4},
        "edge": {154: 0.05},
        "firefox": {115: 0.004, 153: 0.016},
        "safari": {17: 0.01, 26: 0.04},
        "safari_ios": {12: 0.001, 18: 0.039, 26: 0.08},
    },
    countries={"VN": {"chrome": 0.45, "chrome_android": 0.3}, "JP": {"safari_ios": 0.36}},
)
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"
ANDROID = f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT}"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"


def chrome(version: int | str) -> str:
    return f"{WINDOWS} Chrome/{version}.0.0.0 Safari/537.36"


def on_android(version: int) -> str:
    return f"{ANDROID} Chrome/{version}.0.0.0 Mobile Safari/537.36"


def firefox(version: int) -> str:
    return f"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"


def safari(version: int) -> str:
    return f"{MAC} Version/{version}.1 Safari/605.1.15"


def share(agent: str, country: str | None = None, four_weeks: int = NOW) -> float:
    return browser_share(agent, country, four_weeks, SHARES)


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        # Each of the newest versions may have the whole family's people within weeks.
        (chrome(154), 0.3),
        (chrome(152), 0.3),  # which nobody had when they were counted
        (chrome(158), 0.3),  # newer than the table
        # Those of about a year have their own, but an office may keep any of them.
        (chrome(145), 0.028),
        (chrome(146), UNKNOWN),
        (chrome(143), UNKNOWN),
        # Older ones have their own, and the rest are rare.
        (chrome(142), RARE),
        (chrome(130), RARE),
        (chrome(109), 0.01),  # the last one for Windows 7
        (chrome(41), RARE),
        # On telephones all stand under the newest version, and the computers' tell how the old ones are spread.
        (on_android(154), 0.4),
        (on_android(109), 0.4 * 0.01 / 0.3),
        (on_android(120), RARE),
        # Other families
        (f"{WINDOWS} Chrome/154.0.0.0 Safari/537.36 Edg/154.0.0.0", 0.05),
        (f"{ANDROID} Chrome/154.0.0.0 Mobile Safari/537.36 EdgA/154.0.0.0", 0.05),
        (firefox(154), 0.02),
        (firefox(115), RARE),  # which has less
        (safari(26), 0.05),
        (safari(17), UNKNOWN),
        (f"{IPHONE} Version/26.0 Mobile/15E148 Safari/604.1", 0.12),
        (f"{IPHONE} Version/18.6 Mobile/15E148 Safari/604.1", 0.039),
        (f"{IPHONE} Version/12.1 Mobile/15E148 Safari/604.1", RARE),
        # What the table does not know
        (f"{WINDOWS} Chrome/154.0.0.0 Safari/537.36 OPR/120.0.0.0", UNKNOWN),
        (f"{ANDROID} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36", UNKNOWN),
        ("Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16", UNKNOWN),
        ("curl/8.5.0", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_families_and_versions(agent: str, expected: float) -> None:
    assert share(agent) == pytest.approx(expected)


@pytest.mark.parametrize(
    "agent",
    [
        f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/421.0.0.32.52;FBDV/iPhone12,1;FBSV/16.5;FBLC/vi_VN;FBOP/5]",
        f"{IPHONE} Mobile/15E148 Instagram 244.0.0.12.112 (iPhone12,1; iOS 15_5; pt_BR; pt-BR; scale=2.00; 828x1792)",
        f"{IPHONE} Mobile/15E148 Safari Line/13.3.0",
        f"{IPHONE} GSA/24.1.151204851 Mobile/15E148 Safari/604.1",
        f"Mozilla/5.0 (Linux; Android 9; A12; wv) {WEBKIT} Version/4.0 Chrome/88.0.4324.93 Mobile Safari/537.36",
        f"{ANDROID} Chrome/114.0.5735.196 Mobile Safari/537.36 Zalo android/12090681 ZaloTheme/light ZaloLanguage/vi",
        f"{ANDROID} Chrome/114.0.5735.196 Mobile Safari/537.36 trill_2023003040 BytedanceWebview/d8a21c6",
        f"{ANDROID} Chrome/114.0.5735.196 Mobile Safari/537.36 MicroMessenger/8.0.24.2180(0x28001859)",
    ],
)
def test_an_app_may_bring_most_of_a_campaigns_people(agent: str) -> None:
    assert share(agent) == BY_APP


@pytest.mark.parametrize(
    ("agent", "country", "expected"),
    [
        (chrome(154), "VN", 0.45),
        (chrome(109), "VN", 0.45 * 0.01 / 0.3),  # old versions are spread as in the world
        (on_android(154), "VN", 0.3),
        (f"{IPHONE} Version/26.0 Mobile/15E148 Safari/604.1", "JP", 0.36),
        (chrome(154), "JP", UNKNOWN),  # whose table has none
        (chrome(109), "JP", RARE),
        (on_android(154), "JP", UNKNOWN),
        (chrome(154), "NG", 0.3),  # a country without a table
        (chrome(154), "", 0.3),
        (chrome(154), None, 0.3),
    ],
)
def test_countries_have_their_own_browsers(agent: str, country: str | None, expected: float) -> None:
    assert share(agent, country) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("agent", "earlier", "expected"),
    [
        (chrome(109), 0, 0.01),
        (chrome(109), 45, 0.3),  # what is old now was new in an old file
        (chrome(109), 36, 0.028),  # and nine versions old as 145 is now
        (chrome(41), 45, RARE),  # and what is very old was old
        (on_android(109), 45, 0.4),
        (firefox(109), 45, 0.02),
        (safari(17), 45, UNKNOWN),  # of which there is one a year
        (chrome(109), -45, 0.01),  # after the table was made nobody knows more
    ],
)
def test_an_old_files_browsers_were_new(agent: str, earlier: int, expected: float) -> None:
    assert share(agent, four_weeks=NOW - earlier) == pytest.approx(expected)


def test_without_a_table_every_browser_is_unknown() -> None:
    assert browser_share(chrome(154), "VN", NOW, BrowserShares()) == UNKNOWN


@pytest.mark.parametrize("agent", PEOPLES)
def test_nobodys_browser_is_rarer_than_rare(agent: str) -> None:
    assert RARE <= share(agent, "VN") <= 1


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from([*" ;()/.", "Android ", "Chrome/", "Version/", "Safari/", "iPhone ", "Firefox/", "Edg/", "OPR/",
                         "1", "99", "154", "٣٤", "; wv)", "FBAN/", "\n", "\x00"])
    ).map("".join),
    st.none() | st.text(max_size=3),
    st.integers(0, 2000),
)  # fmt: skip
def test_whatever_is_sent_can_be_read(agent: str, country: str | None, four_weeks: int) -> None:
    assert RARE <= share(agent, country, four_weeks) <= 0.45


@pytest.mark.parametrize(
    "agent",
    [
        "x" * 65_536,
        "\x00" * 65_536,
        "Chrome/" * 9_362,
        f"Chrome/{'9' * 65_529}",
        f"{chrome(154)}{' ' * 65_536}",
        f"{on_android(154)}{';' * 65_536}",
        # where each beginning looks for an end
        "Android " * 8_192,
        "Version/1 " * 6_553,
        "iPhone " * 9_362,
        "Safari/Version/" * 4_369,
        "; wv" * 16_384,
    ],
    ids=lambda agent: f"{agent[:20]!r} {len(agent)}",
)
def test_a_long_one_is_read_quickly(agent: str) -> None:
    start = perf_counter()
    assert RARE <= share(agent) <= 1
    assert perf_counter() - start < 0.1


@pytest.mark.parametrize("before", [0, 1_000, 1_014, 1_018, 9_000])
def test_an_agent_is_read_up_to_1024_characters(before: int) -> None:
    expected = 0.3 if before + len("Chrome/154") <= 1_024 else UNKNOWN
    assert share(" " * before + "Chrome/154") == pytest.approx(expected)
    assert share("Chrome/154" + " " * (before + 10) + "Edg/154") == pytest.approx(0.05 if before < 1_000 else 0.3)
