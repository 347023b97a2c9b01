"""Does a User-Agent header come from a person's browser, or from a program?

Browsers follow a narrow format: ``Mozilla/5.0 (platform) engine browser`` (MDN, User-Agent), or one of the older
formats of feature phones and text browsers. Honest programs give their own name and version (RFC 9110 section 10.1.5),
or add what they do ("crawler") or a contact address. Apps on telephones send their own name too, in formats of their
own, with a person before them. Every function here takes the header's value and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Speed: each regular expression below runs only when one of its plain words occurs in the lower-case agent. Looking for
# the words is ten times as fast as the expressions.

# Browsers that a program drives. Electron is not one of them: people open links in chat and mail programs built on it.
_AUTOMATION_TOOLS = _words(
    "headless phantomjs slimerjs casperjs puppeteer playwright selenium webdriver chromedriver htmlunit jsdom zombie.js"
    " cypress/ testcafe nightmare splash/ prerender rendertron wkhtmlto browserless"
)
# HTTP libraries and command-line tools. The first list counts only before a version, before a slash or at the end.
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
# Words for what a program does. They count at the end of a word or of its last part (Googlebot, SiteFetch) ...
_TASKS_AT_WORD_END = _words(
    "bot bots crawl crawler crawling scrape scraper scraping fetch fetcher monitor monitoring preview previewer"
)
# ... as a whole word ...
_TASKS_AS_WORD = _words("scan uptime audit probe favicon ptst evaliant catchpoint dareboost dejaclick")
# ... or anywhere.
_TASKS_ANYWHERE = _words(
    "spider slurp scanner harvest archiver indexer validator checker linkcheck link-check unfurl feeder feedburner"
    " feedparser feedfetcher grabber downloader screenshot thumbnail lighthouse pagespeed speedcurve pingdom webhook"
    " wappalyzer extractor transcoder nikto sqlmap nessus masscan zgrab censys nuclei wpscan acunetix netcraft research"
    " analyzer analyser synthetic externalhit downloadmanager"
)
_TASK_WORDS = (*_TASKS_AT_WORD_END, *_TASKS_AS_WORD, *_TASKS_ANYWHERE, "agent")
# Exceptions: CUBOT makes telephones, and "C Bot Tab" is a tablet.
_TASK = re.compile(
    rf"(?<!cu)(?:{'|'.join(_TASKS_AT_WORD_END)})(?![a-z]| tab)|(?<![a-z])(?:{'|'.join(_TASKS_AS_WORD)})(?![a-z])"
    rf"|{'|'.join(_TASKS_ANYWHERE)}|(?<=[a-z])agent[ /]\d"
)
_BOT_BEFORE_CAPITAL = re.compile(r"[Bb]ot(?=[A-Z])")
# A web or mail address to contact the program's owner, or text at a place that browsers leave empty.
_CONTACT_HINTS = ("http", "www.", "@", "(at)", "[at]", " at ", "+", "like gecko; ", "(compatible", "(via ")
_CONTACT = re.compile(
    r"https?:/|(?<![a-z0-9.])www\.[a-z0-9-]+\.|[a-z0-9](?:@|\(at\)|\[at\]| at )[a-z0-9-]+\.[a-z]{2}"
    r"|\+[a-z0-9.-]+\.(?:com|net|org|io)|like gecko; |like gecko.{0,200}\((?:compatible|via )"
)
# Old desktop browsers that carry their vendor's web site.
_BROWSER_VENDOR_SITE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:bsalsa|avantbrowser|crazybrowser|opera|netscape)\.com[^ ;)]*"
)
# Placeholders that were not filled in, the header's name within its value, and attack payloads.
_LEFT_OVER_HINTS = (
    *_words(
        "%s %d { <script <svg <img <? <! undefined [object sleep( ../ jndi: javascript: concat( user-agent useragent"
    ),
    *("union select", "or 1=1"),
)
_LEFT_OVER = re.compile(
    r"%[sd](?![a-z0-9])|\{[a-z_. ]*\}|\$\{|<(?:script|svg|img|\?|!)|\bundefined\b|\[object|union select|\bor 1=1"
    r"|sleep\(|\.\./|\(\)\s*\{|jndi:|javascript:|\bconcat\(|^user-?agent\s*[:=]"
)
# A current browser names one of these platforms and one of these engines. Both are needed.
_CURRENT_PLATFORMS = ("Windows NT ", "(Linux", "Macintosh", "iPhone", "iPad", "X11")
_CURRENT_ENGINES = ("AppleWebKit/", "Gecko/", "Trident/")
# HTTP libraries that belong to iOS and Android. Apps that people use send these names, so they say nothing.
_SYSTEM_LIBRARY = re.compile(r"CFNetwork|\bDalvik/|Darwin/\d|Cronet/")
# Feature phones, television sets, game consoles and text browsers, which have formats of their own.
_OLD_BROWSER = re.compile(
    r"Opera|UCWEB|UC ?Browser|UP\.Browser|UP\.Link|MIDP|CLDC|J2ME|Obigo|NetFront|Teleca|Polaris|Maui|MAUI|Symbian"
    r"|Series ?[3-9]0|BREW|Brew|WAP|Jasmine|Dolfin|Openwave|[Bb]rowser/|HbbTV|CE-HTML|Espial|Tizen"
    r"|^(?:FBAN|DoCoMo|KDDI|SoftBank|J-PHONE|Vodafone|Nokia|NOKIA|Sony|SAMSUNG|SEC-|SIE-|LG|M[Oo][Tt]|BlackBerry|ZTE|H[Uu][Aa][Ww]"
    r"|Lenovo|A[Ll][Cc][Aa]|P[Hh][Ii][Ll]|SAGEM|S[Hh][Aa][Rr][Pp]|PANTECH|HTC|Micromax|K[Aa][Rr][Bb]|Spice|L[Aa][Vv][Aa]"
    r"|INTEX|TECNO|itel|F[Ll][Yy]|GIONEE|Coolpad|OPPO|vivo|Xiaomi|nook|portalmmm)"
    r"|^(?:Lynx|E?Links|w3m|Dillo|NetSurf|NCSA|Mosaic|iCab|OmniWeb|Cyberdog|Amiga|IBrowse|Emacs-W3|Bunjalloo|Contiki"
    r"|HotJava|Galeon|Konqueror|Midori|retawq|edbrowse|Uzbl|Doris|Roku|P[Ll][Aa][Yy][Ss]tation|PSP|Nintendo|[IJ]UC)"
)
# Apps on telephones that open a link, or send a form, under their own name alone.
_APP_NAMES = _words(
    "Instagram Barcelona Threads Messenger MessengerLite MessengerForiOS Orca-Android Zalo Line LINE KAKAOTALK"
    " KakaoTalk KT MicroMessenger WeChat Weixin wxwork DingTalk QQ Weibo musical_ly trill TikTok"
    " BytedanceWebview Lark Snapchat Pinterest LinkedIn LinkedInApp Twitter TwitterAndroid Twitter-iPhone"
    " Twitter-iPad Viber ViberAndroid Telegram-iOS Telegram-Android GSA GoogleApp Discord Reddit Teams Gmail"
    " Shopee ShopeeVN Lazada Grab VKAndroidApp OKApp BiP imo NAVER DaumApps baiduboxapp AliApp AlipayClient"
    " Flipboard Slack"
)
# Meta's in brackets, and those names with a version, a system or a bracket behind them.
_NAMED_APP = re.compile(
    r"\[(?:FBAN|FB_IAB|FBLC)/\w"
    rf"|(?:^|[ \[])(?:{'|'.join(_APP_NAMES)})(?: (?:for )?(?:iOS|Android|iPhone|Client))?"
    r"(?:[ /_(\]-][v\d({;]|[/ ](?:iOS|Android)|/[0-9a-f]{7}|\]|$)"
)
# An Android package's name, and any app that names the telephone's system with its version.
_OTHER_APP = re.compile(
    r"^(?:com|net|org|jp|vn|io|me)\.[a-z]\w*(?:\.\w+){1,6}/\d"
    r"|[ (/;](?:Android|iOS|iPhone ?OS|HarmonyOS|KAIOS)(?:[ /-]|; ?)\(?\d"
)
# Programs that look whether something works or is there (GoSpotCheck, WebCheck) are no such apps.
_CHECKING = re.compile(r"^[\w.-]*check[ /]", re.IGNORECASE)
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
# Where agents carry a language: Facebook "FBLC/vi_VN", WeChat and Zalo "Language/zh_CN", TikTok "ByteLocale/vi-VN",
# old Androids and Instagram "; ko-kr;", Opera Mini "; U; id)".
_LANGUAGE = re.compile(
    r"(?:Language/|FBLC/|ByteLocale/)([A-Za-z]{2,3})([-_][A-Za-z]{2,4}\b)?(?![A-Za-z])"
    r"|; ([a-z]{2,3})[-_][A-Za-z]{2}(?=[;)])"
    r"|; U; ([a-z]{2,3})\)"
)
# ISO 639-1. Facebook has codes of its own besides (cb, cx, qz).
LANGUAGES = frozenset(
    _words(
        "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de"
        " dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id"
        " ie ig ii ik in io is it iu iw ja ji jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln"
        " lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi"
        " pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk"
        " tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu fil"
    )
)
# Alone, two letters may be a country for an app's maker: Zalo's vn, ua of Ukraine, my of Malaysia, kr, se, ar. These
# are the language whichever they mean: the country speaks it, or there is no such country.
_CERTAIN_ALONE = frozenset(
    _words("bg cs da de el en es fa fi fr he hi hr hu id is it ja ko lt nl no pl pt ro ru sk th tr vi zh fil")
)
# Web views, in which apps show links, and browsers whose build numbers can contain any letters.
_ANY_WORD_POSSIBLE = re.compile(r"; wv\)|Version/4\.0 Chrome/|Opera Mini/|ViewSonic")


def is_desktop(agent: str) -> bool:
    """Whether the agent names a computer with a keyboard."""
    return bool(_DESKTOP.search(agent)) and not _TOUCH.search(agent)


def declared_language(agent: str) -> str | None:
    """The language code (ISO 639-1, or ``fil``) that the agent names; None where it names none for certain."""
    match = _LANGUAGE.search(agent)
    if match is None:
        return None
    code, territory = match[match.lastindex or 0].lower(), True
    if match[1]:
        code, territory = match[1].lower(), bool(match[2])
    return code if code in (LANGUAGES if territory else _CERTAIN_ALONE) else None


def crawler_names_are_unreliable(agent: str) -> bool:
    """Whether a crawler's name in this agent may as well be the name of an app, a device or a build.

    True for web views, for apps that are known by name, and for a few mobile browsers: a match with a list of crawlers
    proves nothing there.
    """
    return bool(_ANY_WORD_POSSIBLE.search(agent) or _NAMED_APP.search(agent))


def automation_tool(agent: str) -> str | None:
    """The word that shows a browser driven by a program (``headless``, ``selenium``), in lower case; else None."""
    return _first_contained(_AUTOMATION_TOOLS, agent.lower())


def program_sign(agent: str) -> str | None:
    """What shows that the agent belongs to a program; None for a browser.

    The sign is a word for the program's task in lower case (``crawler``, ``bot``), or one of these:
    ``left_over``: an unfilled placeholder or an attack payload;
    ``contact``: an address to contact the owner;
    ``library``: an HTTP library;
    ``app_library``: the HTTP library of Android apps, which a person may be using;
    ``no_browser``, ``no_engine``, ``no_platform``: the part of a browser's name that is missing.
    """
    lowered = agent.lower()
    if _first_contained(_LEFT_OVER_HINTS, lowered) and _LEFT_OVER.search(lowered):
        return "left_over"
    if _first_contained(_TASK_WORDS, lowered):
        task = _TASK.search(lowered) or _BOT_BEFORE_CAPITAL.search(agent)
        if task:
            return task[0].lower()
    if _first_contained(_CONTACT_HINTS, lowered) and _CONTACT.search(_BROWSER_VENDOR_SITE.sub("", lowered)):
        return "contact"
    if _SYSTEM_LIBRARY.search(agent):
        return None
    if agent.startswith("okhttp/"):
        return "app_library"
    return _library_or_missing_part(agent, lowered)


def _library_or_missing_part(agent: str, lowered: str) -> str | None:
    library = _first_contained(_LIBRARIES_ANYWHERE, lowered) or (
        _first_contained(_LIBRARIES, lowered) and _LIBRARY.search(lowered)
    )
    if not library and _is_current_browser(agent):
        return None
    if _OLD_BROWSER.search(agent):
        return None
    if library:
        return "library"
    if _is_app(agent):
        return None
    if not _ENGINE.search(agent):
        return "no_engine" if _MOZILLA.search(agent) else "no_browser"
    return None if _PLATFORM.search(agent) else "no_platform"


def _is_app(agent: str) -> bool:
    if _NAMED_APP.search(agent):
        return True
    return bool(_OTHER_APP.search(agent)) and not _MOZILLA.search(agent) and not _CHECKING.search(agent)


def _is_current_browser(agent: str) -> bool:
    return (
        agent.startswith("Mozilla/5.0 (")
        and _first_contained(_CURRENT_PLATFORMS, agent) is not None
        and _first_contained(_CURRENT_ENGINES, agent) is not None
    )


def _first_contained(words: Sequence[str], text: str) -> str | None:
    return next((word for word in words if word in text), None)
