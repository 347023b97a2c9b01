"""Which claims of a User-Agent header cannot be true? Versions that never existed, and parts that never ran together.

Forgers assemble user agents from lists or draw the version numbers at random. In a real one the numbers follow from
what was released (``BrowserReleases``) and from the systems that each engine ran on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fraudcheck.ports.lists import BrowserReleases

_CHROME = re.compile(r"\bChrome/(\d+)(?:\.\d+\.(\d+)\.\d+)?")
_WEBKIT = re.compile(r"AppleWebKit/(\d+)(\.\d+)?")
_REVISION = re.compile(r"^(?=[^)]*\) AppleWebKit/)[^)]*?\brv:[\d.]")
_IOS = re.compile(r"(?:iPhone|CPU|iPad)(?: iPad)? OS (\d{1,20})[_. ].{0,200}like Mac OS X")
_SAFARI = re.compile(r"Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari/[\d.]+$")
_APPLE_BROWSER = re.compile(r"like Gecko\) (?:(?:Version|CriOS|FxiOS|Mobile)/\S+ )*Safari/[\d.]+$")
_WINDOWS = re.compile(r"Windows NT (\d+)\.?(\d+)?")
_MAC = re.compile(r"Mac OS X (\d+)[_.](\d+)(?:[_.](\d+))?")
_ANDROID = re.compile(r"Android (\d+)(?:\.(\d+))?")
_FIREFOX = re.compile(
    r"rv:(\d{1,20})(?:\.(\d{1,20}))?[^)]{0,200}\) Gecko/(.{1,200}?) Firefox/(\d{1,20})((?:\.\d{1,20}){0,9})$"
)
_MSIE = re.compile(r"MSIE (\d+)\.\d+[a-z]?;")
_TRIDENT = re.compile(r"Trident/(\d+\.\d+)")
_EARLY_WINDOWS = re.compile(r"Windows (?:9[58]|CE|3\.1)|Win(?:9[58]|16)\b")
_OPERA = re.compile(r"^Opera/(\d+)\.(\d+)(.?)")
_FORTNIGHT = 14 * 86_400.0
_WINDOWS_NT_VERSIONS = frozenset(
    ("3.1", "3.5", "3.51", "4.0", "5.0", "5.01", "5.1", "5.2", "6.0", "6.1", "6.2", "6.3", "6.4", "10.0")
)
_TRIDENT_VERSIONS = frozenset(("3.1", "4.0", "5.0", "6.0", "7.0", "8.0"))


def contradictions(agent: str, releases: BrowserReleases, at: float) -> list[str]:
    """The names of the rules that a user agent breaks; empty for a possible one. Never raises.

    ``at`` is the time of the check in Unix seconds: newer browsers can exist at a later time.
    """
    broken: list[str] = []
    chrome = _CHROME.search(agent)
    if chrome:
        broken += _check_chrome(agent, chrome, releases, at)
    broken += _check_system(agent, chrome)
    if webkit := _WEBKIT.search(agent):
        broken += _check_webkit(agent, int(webkit[1]), chrome, releases)
    if "Firefox/" in agent:
        broken += _check_firefox(agent, releases, at)
    if "MSIE" in agent or "Trident" in agent:
        broken += _check_explorer(agent, chrome)
    if opera := _OPERA.match(agent):
        broken += _check_opera(agent, opera)
    return broken


def _newest_possible(releases: BrowserReleases, browser: str, at: float) -> int:
    """The highest major version that can exist at a time, nightly builds included.

    Counts three versions beyond the newest known release, and one more for every two weeks since the list's date: no
    browser releases more often.
    """
    return releases.latest[browser] + 3 + int(max(0.0, at - releases.date) / _FORTNIGHT)


def _check_chrome(agent: str, chrome: re.Match[str], releases: BrowserReleases, at: float) -> Iterator[str]:
    major = int(chrome[1])
    if releases.latest and major > _newest_possible(releases, "chrome", at):
        yield "chrome_version_never_was"
    if chrome[2] and chrome[2] != "0":
        build, builds = int(chrome[2]), releases.chrome_builds
        lowest = max((known for version, known in builds.items() if version < major), default=0)
        highest = min((known for version, known in builds.items() if version > major), default=99999)
        # The minor number is not checked: Coc Coc, a browser of Viet Nam, puts a count of its own there.
        if builds and not lowest < build < highest:
            yield "chrome_build_never_was"
    if (
        ("iPhone" in agent or "iPad" in agent)
        and "like Mac OS X" in agent
        and "Puffin" not in agent
        and "Windows" not in agent
    ):
        # Chrome for iOS calls itself CriOS. Exceptions: Puffin renders on servers, and Windows Phones named iOS too.
        yield "blink_on_ios"


def _check_system(agent: str, chrome: re.Match[str] | None) -> Iterator[str]:
    if (nt := _WINDOWS.search(agent)) and f"{nt[1]}.{nt[2] or 0}" not in _WINDOWS_NT_VERSIONS:
        yield "windows_version_never_was"
    if re.search(r"Windows 1[12]\b", agent):
        yield "windows_version_never_was"
    major = int(chrome[1]) if chrome else 0
    if nt and nt[1] in ("5", "6") and major > 110:
        yield "chrome_newer_than_windows"
    if nt and nt[1] == "5" and major > 50:
        yield "chrome_newer_than_xp"
    if mac := _MAC.search(agent):
        version = (int(mac[1]), int(mac[2]))
        if "PPC Mac" in agent and (version > (10, 5) or chrome):
            yield "mac_on_powerpc_never_was"
        if version[0] == 10 and version[1] > 16:
            yield "mac_version_never_was"
        if chrome and major >= 118 and version[0] == 10 and mac[3] != "7":
            yield "chrome_names_mac"
    if android := _ANDROID.search(agent):
        version = (int(android[1]), int(android[2] or 0))
        if version[0] < 4 and chrome and major >= 18:
            yield "chrome_newer_than_android"
        highest_minor = {4: 4, 5: 1, 6: 0, 7: 1, 8: 1}.get(version[0], 9)
        if version[1] > highest_minor or version[0] > 30:
            yield "android_version_never_was"
    if (chrome or "AppleWebKit" in agent) and (early := _EARLY_WINDOWS.search(agent)) and early[0] != "Windows CE":
        yield "browser_newer_than_windows"


def _check_webkit(agent: str, engine: int, chrome: re.Match[str] | None, releases: BrowserReleases) -> Iterator[str]:
    if _REVISION.search(agent):
        yield "webkit_names_revision"
    if chrome:
        if int(chrome[1]) >= 28 and engine != 537 and "Version/" not in agent:
            yield "blink_as_webkit"
        return
    if not _APPLE_BROWSER.search(agent) or "Mac OS X" not in agent:
        if "Windows" in agent and (safari := _SAFARI.search(agent)) and int(safari[1]) > 5:
            yield "safari_on_windows_never_was"
        return
    ios, safari, mac = _IOS.search(agent), _SAFARI.search(agent), _MAC.search(agent)
    version = ios or safari
    engines = releases.ios_webkit if ios else releases.safari_webkit
    if version and not _had_engine(int(version[1]), engine, engines):
        yield "webkit_differs"
    if safari and mac and mac[1] == "10" and int(mac[2]) >= 7 and int(safari[1]) < int(mac[2]) - 2:
        yield "safari_older_than_mac"


def _had_engine(version: int, engine: int, engines: Mapping[int, tuple[int, int]]) -> bool:
    """Whether a version, or one beside it, came with this WebKit major, give or take one.

    ``engines`` gives the lowest and the highest WebKit of each version; an unknown version may have any. Since iOS 11
    and Safari 11 agents always say 604 or 605.
    """
    if version not in engines or (version >= 11 and engine in (604, 605)):
        return True
    neighbours = [engines[known] for known in (version - 1, version, version + 1) if known in engines]
    return min(low for low, _ in neighbours) - 1 <= engine <= max(high for _, high in neighbours) + 1


def _check_firefox(agent: str, releases: BrowserReleases, at: float) -> Iterator[str]:
    if "AppleWebKit" in agent and "Seamonkey" not in agent and "like Firefox" not in agent:
        yield "firefox_on_webkit"
    if not (named := _FIREFOX.search(agent)):
        return
    gecko, major = int(named[1]), int(named[4])
    if releases.latest and major > _newest_possible(releases, "firefox", at):
        yield "firefox_version_never_was"
    if major >= 5 and gecko != major and not (gecko == 109 and 109 < major < 121):
        yield "gecko_differs"
    if re.match(r"\d{4}-\d\d-\d\d", named[3]):
        yield "gecko_date_never_was"
    if major < 41 and re.search(r"\(Android \d", agent):
        yield "firefox_names_android"  # Firefox names the Android version since 41
    if major >= 70 and named[5].count(".") > 1:
        yield "firefox_names_patch"


def _check_explorer(agent: str, chrome: re.Match[str] | None) -> Iterator[str]:
    trident, msie, nt = _TRIDENT.search(agent), _MSIE.search(agent), _WINDOWS.search(agent)
    if trident and (trident[1] not in _TRIDENT_VERSIONS or (trident[1] == "3.1" and "IEMobile" not in agent)):
        yield "trident_never_was"
    version = int(msie[1]) if msie else 11
    early = version < 6 or _EARLY_WINDOWS.search(agent)
    if trident and msie and (early or version - 4 > float(trident[1])) and not re.search("IEMobile|Xbox", agent):
        yield "trident_differs"
    if nt and version >= 9 and (nt[1] == "5" or (version >= 10 and f"{nt[1]}.{nt[2]}" == "6.0")):
        yield "explorer_newer_than_windows"
    if chrome and "IEMobile" not in agent:
        yield "chrome_on_trident"


def _check_opera(agent: str, opera: re.Match[str]) -> Iterator[str]:
    version, after = (int(opera[1]), int(opera[2])), opera[3]
    # Opera 10 to 12 stayed at 9.80 here and gave their version in "Version/".
    if after not in (" ", "(", "", "-") or ("Presto/" in agent and "Version/" in agent and version != (9, 80)):
        yield "opera_version_never_was"
