import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists import shipped
from fraudcheck.fields.browser.consistency import contradictions
from fraudcheck.ports.lists import BrowserReleases
from tests.fields.browser.test_user_agent import PEOPLES

RELEASES = shipped.load_lists().browser_releases
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
WEEK = 7 * 86_400.0


def claims(agent, weeks=0.0):
    return contradictions(agent, RELEASES, RELEASES.date + weeks * WEEK)


@pytest.mark.parametrize("agent", PEOPLES)
def test_peoples_browsers(agent):
    assert claims(agent) == []


@pytest.mark.parametrize(
    "agent",
    [
        f"{WINDOWS} Chrome/131.0.6778.86 Safari/537.36",
        f"{WINDOWS} Chrome/157.0.0.0 Safari/537.36 Edg/157.0.0.0",
        f"Mozilla/5.0 (Windows NT 6.1) {WEBKIT} Chrome/109.0.0.0 Safari/537.36",
        f"Mozilla/5.0 (Linux; Android 4.4.2; SM-T231 Build/KOT49H) {WEBKIT} Chrome/55.0.2883.91 Safari/537.36",
        f"{MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (iPad; CPU OS 9_3_5 like Mac OS X) AppleWebKit/601.1.46 (KHTML, like Gecko) GSA/24.1.151204851"
        " Mobile/13G36 Safari/601.1",
        "Mozilla/5.0 (Windows; U; Windows NT 6.1; en-US) AppleWebKit/533.20.25 (KHTML, like Gecko) Version/5.0.4"
        " Safari/533.20.27",
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        "Mozilla/5.0 (X11; U; Linux i686; en-US; rv:1.8.0.5) Gecko/20060731 Ubuntu/dapper-security Firefox/1.5.0.5",
        "Opera/9.80 (Windows NT 6.1; U; en) Presto/2.10.289 Version/12.02",
        "Opera/8.51 (Windows NT 5.1; U; en)",
        # Windows Phones named every system
        "Mozilla/5.0 (Mobile; Windows Phone 8.1; Android 4.0; ARM; Trident/7.0; Touch; rv:11.0; IEMobile/11.0; NOKIA;"
        " Lumia 520) like iPhone OS 7_0_3 Mac OS X AppleWebKit/537 (KHTML, like Gecko) Mobile Safari/537",
    ],
)
def test_versions_that_met(agent):
    assert claims(agent) == []


@pytest.mark.parametrize(
    ("agent", "rule"),
    [
        (f"{WINDOWS} Chrome/199.0.0.0 Safari/537.36", "chrome_version_never_was"),
        (f"{WINDOWS} Chrome/49.0.9539.1186 Safari/537.36", "chrome_build_never_was"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) {WEBKIT} Chrome/120.0.0.0 Mobile Safari/537.36",
         "blink_on_ios"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/534.1 (KHTML, like Gecko) Chrome/62.0.3202.94 Safari/534.1",
         "blink_as_webkit"),
        (f"Mozilla/5.0 (Windows NT 11.0; Win64; x64) {WEBKIT} Chrome/131.0.0.0 Safari/537.36",
         "windows_version_never_was"),
        (f"Mozilla/5.0 (Windows 11; Win64; x64) {WEBKIT} Chrome/131.0.0.0 Safari/537.36", "windows_version_never_was"),
        (f"Mozilla/5.0 (Windows NT 6.3; Win64; x64) {WEBKIT} Chrome/131.0.0.0 Safari/537.36",
         "chrome_newer_than_windows"),
        (f"Mozilla/5.0 (Linux; Android 2.2.1) {WEBKIT} Chrome/62.0.3202.94 Mobile Safari/537.36",
         "chrome_newer_than_android"),
        (f"Mozilla/5.0 (Linux; Android 6.6.2; X) {WEBKIT} Chrome/62.0.3202.94 Mobile Safari/537.36",
         "android_version_never_was"),
        ("Mozilla/5.0 (Macintosh; PPC Mac OS X 10.12; rv:55.0) Gecko/20100101 Firefox/55.0",
         "mac_on_powerpc_never_was"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_19_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0"
         " Safari/605.1.15", "mac_version_never_was"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_13_2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0"
         " Safari/537.36", "chrome_names_mac"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_12_1) AppleWebKit/533.16 (KHTML, like Gecko) Version/5.0"
         " Safari/533.16", "safari_older_than_mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_2_1 like Mac OS X) AppleWebKit/533.2 (KHTML, like Gecko) FxiOS/13.9"
         " Mobile/25B589 Safari/533.2", "webkit_differs"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_6_8 rv:5.0; pl-PL) AppleWebKit/533.16 (KHTML, like Gecko)"
         " Version/5.0 Safari/533.16", "webkit_names_revision"),
        ("Mozilla/5.0 (Android 4.2.1; Mobile; rv:17.0) Gecko/17.0 Firefox/17.0", "firefox_names_android"),
        ("Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/4.0)", "trident_differs"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15",
         "safari_on_windows_never_was"),
        ("Mozilla/5.0 (Windows NT 6.3; rv:36.0) Gecko/20100101 Firefox/38.0", "gecko_differs"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:1.9.7.20) Gecko/3769-06-12 19:43:22.781319 Firefox/3.6",
         "gecko_date_never_was"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:750.0) Gecko/20100101 Firefox/750.0", "firefox_version_never_was"),
        ("Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Firefox/28.0", "firefox_on_webkit"),
        ("Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.1)", "trident_never_was"),
        ("Mozilla/5.0 (compatible; MSIE 8.0; Windows 98; Trident/5.0)", "trident_differs"),
        ("Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.0; Trident/6.0)", "explorer_newer_than_windows"),
        ("Opera/8.60.(Windows 98; br-FR) Presto/2.9.161 Version/11.00", "opera_version_never_was"),
    ],
)  # fmt: skip
def test_what_cannot_be(agent, rule):
    assert claims(agent) == [rule]


def test_the_future_comes():
    soon = f"{WINDOWS} Chrome/180.0.0.0 Safari/537.36"
    assert claims(soon) == ["chrome_version_never_was"]
    assert claims(soon, weeks=60) == []


def test_without_a_table_nothing_is_said_of_versions():
    assert contradictions(f"{WINDOWS} Chrome/999.0.1.1 Safari/537.36", BrowserReleases(), 0.0) == []


@given(
    st.lists(
        st.sampled_from([*" ()/;.", "Chrome/", "Windows NT ", "OS ", "rv:", "Firefox/", "Gecko/", "MSIE ", "1", "99"])
    )
)
def test_whatever_is_sent_can_be_read(pieces):
    claims("".join(pieces))
