"""What does a User-Agent header name: a person's browser, or a program?

Browsers' grammar is old and narrow: ``Mozilla/5.0 (platform) engine browser`` (MDN, User-Agent), or one of the forms
that telephones and text browsers had before. Programs name themselves plainly (RFC 9110 section 10.1.5), or add what
they do or where to complain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Plain words are looked for in the lower-case agent before any pattern is, which is ten times as fast.
# Electron is no mark: chat and mail programs that people open links in are built on it.
_AUTOMATION = _words(
    "headless phantomjs slimerjs casperjs puppeteer playwright selenium webdriver chromedriver htmlunit jsdom zombie.js"
    " cypress/ testcafe nightmare splash/ prerender rendertron wkhtmlto browserless"
)
# HTTP libraries and the tools made of them: before a version or at the end, and anywhere.
_LIBRARIES = _words(
    "curl libcurl pycurl wget aria2 axel httpie python urllib requests aiohttp httpx go-http-client fasthttp java"
    " jakarta lwp perl mechanize ruby faraday typhoeus rest-client php guzzle guzzlehttp symfony wordpress drupal"
    " postmanruntime insomnia axios node node-fetch undici superagent got needle colly reqwest hyper ureq restsharp"
    " pear snoopy synapse jersey unirest deno bun dart powershell windowspowershell webzip teleport getright libfetch"
)
_LIBRARIES_ANYWHERE = (
    *_words("httrack httpclient libwww winhttp scrapy http_request httprequest http.request"),
    *("microsoft url control", "offline explorer", "indy library"),
)
_LIBRARY = re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, _LIBRARIES))})(?:[/ _-]v?\d|/|$)")
# What programs do: at the end of a word or of a part of one (Googlebot, SiteFetch), as a word, and anywhere.
_TRADES_ENDING = _words(
    "bot bots crawl crawler crawling scrape scraper scraping fetch fetcher monitor monitoring preview previewer"
)
_TRADES_ALONE = _words("scan uptime audit probe favicon ptst evaliant catchpoint dareboost dejaclick")
_TRADES_ANYWHERE = _words(
    "spider slurp scanner harvest archiver indexer validator checker linkcheck link-check unfurl feeder feedburner"
    " feedparser feedfetcher grabber downloader screenshot thumbnail lighthouse pagespeed speedcurve pingdom webhook"
    " wappalyzer extractor transcoder nikto sqlmap nessus masscan zgrab censys nuclei wpscan acunetix netcraft research"
    " analyzer analyser synthetic"
)
_TRADES = (*_TRADES_ENDING, *_TRADES_ALONE, *_TRADES_ANYWHERE, "agent")
# CUBOT makes telephones, and C Bot is a tablet.
_TRADE = re.compile(
    rf"(?<!cu)(?:{'|'.join(_TRADES_ENDING)})(?![a-z]| tab)|(?<![a-z])(?:{'|'.join(_TRADES_ALONE)})(?![a-z])"
    rf"|{'|'.join(_TRADES_ANYWHERE)}|(?<=[a-z])agent[ /]\d"
)
_BOT_BEFORE_CAPITAL = re.compile(r"[Bb]ot(?=[A-Z])")
# An address to complain to, and what is put where no browser puts anything.
_CONTACT_SIGNS = ("http", "www.", "@", "(at)", "[at]", " at ", "+", "like gecko; ", "(compatible", "(via ")
_CONTACT = re.compile(
    r"https?:/|(?<![a-z0-9.])www\.[a-z0-9-]+\.|[a-z0-9](?:@|\(at\)|\[at\]| at )[a-z0-9-]+\.[a-z]{2}"
    r"|\+[a-z0-9.-]+\.(?:com|net|org|io)|like gecko; |like gecko.*\((?:compatible|via )"
)
# Browsers for computers of long ago that carry their maker's address.
_MAKERS_SITE = re.compile(r"(?:https?://)?(?:www\.)?(?:bsalsa|avantbrowser|crazybrowser|opera|netscape)\.com[^ ;)]*")
# Templates that were not filled in, a header's name within its value, and attacks.
_LEFT_OVER_SIGNS = (
    *_words(
        "%s %d { <script <svg <img <? <! undefined [object sleep( ../ jndi: javascript: concat( user-agent useragent"
    ),
    *("union select", "or 1=1"),
)
_LEFT_OVER = re.compile(
    r"%[sd](?![a-z0-9])|\{[a-z_. ]*\}|\$\{|<(?:script|svg|img|\?|!)|\bundefined\b|\[object|union select|\bor 1=1"
    r"|sleep\(|\.\./|\(\)\s*\{|jndi:|javascript:|\bconcat\(|^user-?agent\s*[:=]"
)
# Enough to be a browser of our time.
_PLATFORMS = ("Windows NT ", "(Linux", "Macintosh", "iPhone", "iPad", "X11")
_ENGINES = ("AppleWebKit/", "Gecko/", "Trident/")
# The HTTP libraries of telephones' own systems say nothing: an app that people use sends them.
_APP_LIBRARY = re.compile(r"CFNetwork|\bDalvik/|Darwin/\d|Cronet/")
_OLD_BROWSER = re.compile(
    r"Opera|UCWEB|UC ?Browser|UP\.Browser|UP\.Link|MIDP|CLDC|J2ME|Obigo|NetFront|Teleca|Polaris|Maui|MAUI|Symbian"
    r"|Series ?[3-9]0|BREW|Brew|WAP|Jasmine|Dolfin|Openwave|[Bb]rowser/|HbbTV|CE-HTML|Espial|Tizen"
    r"|^(?:FBAN|DoCoMo|KDDI|SoftBank|J-PHONE|Vodafone|Nokia|NOKIA|Sony|SAMSUNG|SEC-|SIE-|LG|M[Oo][Tt]|BlackBerry|ZTE|H[Uu][Aa][Ww]"
    r"|Lenovo|A[Ll][Cc][Aa]|P[Hh][Ii][Ll]|SAGEM|S[Hh][Aa][Rr][Pp]|PANTECH|HTC|Micromax|K[Aa][Rr][Bb]|Spice|L[Aa][Vv][Aa]"
    r"|INTEX|TECNO|itel|F[Ll][Yy]|GIONEE|Coolpad|OPPO|vivo|Xiaomi|nook|portalmmm)"
    r"|^(?:Lynx|E?Links|w3m|Dillo|NetSurf|NCSA|Mosaic|iCab|OmniWeb|Cyberdog|Amiga|IBrowse|Emacs-W3|Bunjalloo|Contiki"
    r"|HotJava|Galeon|Konqueror|Midori|retawq|edbrowse|Uzbl|Doris|Roku|P[Ll][Aa][Yy][Ss]tation|PSP|Nintendo|[IJ]UC)"
)
_MOZILLA = re.compile(r"\bMozilla/[1-9]\.\d", re.IGNORECASE)
_PLATFORM = re.compile(
    r"Win(?:dows|9[58]|NT|16|32|64)|WOW64|Macintosh|Mac_P|Mac OS|X11|Linux|Android|iPhone|iPad|iPod|CrOS|BlackBerry"
    r"|BB10|PlayBook|Symbian|Series ?[3-9]0|S60|Nokia|hpwOS|Tizen|KAIOS|Mobile|Tablet|PlayStation|PSP|Nintendo|Xbox"
    r"|Smart-?TV|Web[0O]S|NetCast|HbbTV|Viera|VIDAA|Bada|MeeGo|Maemo|SunOS|BSD|DragonFly|BeOS|Haiku|OS/2|Amiga|RISC OS"
    r"|AIX|IRIX|HP-UX|OSF1|QNX|Palm|Kindle|Silk|DTV|Sony|Philips|Ubuntu|Fedora|Fuchsia|Harmony|Darwin|UNIX|J2ME|Brew"
    r"|Opera|AppleTV|Roku|Freebox|Maple|NetTV|Danger|Syllable|MorphOS|Inferno|68K|PPC",
    re.IGNORECASE,
)
_ENGINE = re.compile(
    r"WebKit|Gecko|KHTML|MSIE|Trident/|Presto/|Opera|Goanna|NetFront|Servo|UCBrowser|UCWEB|Konqueror|iCab|Netscape"
    r"|Mozilla/[1-4]|Firefox|Safari|ArkWeb|Dillo|Links|Lynx|Obigo|Browser|Escape|Espial|Nintendo|PLAYSTATION|PSP",
    re.IGNORECASE,
)


_DESKTOP = re.compile(r"Windows NT|Macintosh|X11;")
_TOUCH = re.compile(r"Mobi|Android|Touch|Tablet|Opera Mini|PlayBook")
# WeChat and Zalo "Language/zh_CN", Facebook "FBLC/vi_VN", TikTok "ByteLocale/vi-VN", Opera Mini "; U; id)",
# old Androids and Instagram "; ko-kr;".
_LANGUAGE = re.compile(
    r"(?:Language/|FBLC/|ByteLocale/)([a-z]{2,3})(?![a-z])"
    r"|; ([a-z]{2,3})[-_][A-Za-z]{2}(?=[;)])"
    r"|; U; ([a-z]{2,3})\)"
)


def desktop(agent: str) -> bool:
    """Whether it names a computer with a keyboard."""
    return bool(_DESKTOP.search(agent)) and not _TOUCH.search(agent)


def language(agent: str) -> str | None:
    """The language code that it names, if any."""
    found = _LANGUAGE.search(agent)
    return found[found.lastindex or 0] if found else None


# Telephones' web views, in which apps open links, and browsers whose build numbers run into anything.
_PEOPLES = re.compile(r"; wv\)|Version/4\.0 Chrome/|Opera Mini/|ViewSonic")


def peoples(agent: str) -> bool:
    """Whether it is of a kind in which a word of a list of crawlers names an app, a device or a build."""
    return bool(_PEOPLES.search(agent))


def automation(agent: str) -> str | None:
    """The mark of a browser that a program drives, in lower case."""
    return _word(_AUTOMATION, agent.lower())


def _word(words: Sequence[str], lowered: str) -> str | None:
    return next((word for word in words if word in lowered), None)


def program(agent: str) -> str | None:
    """What gives away a program: its trade's word in lower case, or one of these; None for a browser.

    ``left_over`` a template or an attack in it, ``contact`` an address to complain to, ``library`` an HTTP library,
    ``app_library`` that of Android apps, behind which a person may be, ``no_browser``, ``no_engine`` and
    ``no_platform`` what is missing of a browser's name.
    """
    lowered = agent.lower()
    if _word(_LEFT_OVER_SIGNS, lowered) and _LEFT_OVER.search(lowered):
        return "left_over"
    if _word(_TRADES, lowered) and (found := _TRADE.search(lowered) or _BOT_BEFORE_CAPITAL.search(agent)):
        return found[0].lower()
    if _word(_CONTACT_SIGNS, lowered) and _CONTACT.search(_MAKERS_SITE.sub("", lowered)):
        return "contact"
    if _APP_LIBRARY.search(agent):
        return None
    if agent.startswith("okhttp/"):
        return "app_library"
    return _unlike_browser(agent, lowered)


def _unlike_browser(agent: str, lowered: str) -> str | None:
    library = _word(_LIBRARIES_ANYWHERE, lowered) or (_word(_LIBRARIES, lowered) and _LIBRARY.search(lowered))
    if not library and agent.startswith("Mozilla/5.0 (") and _word(_PLATFORMS, agent) and _word(_ENGINES, agent):
        return None
    old = _OLD_BROWSER.search(agent)
    if library and not old:
        return "library"
    if not _ENGINE.search(agent):
        return None if old else "no_engine" if _MOZILLA.search(agent) else "no_browser"
    return None if old or _PLATFORM.search(agent) else "no_platform"
