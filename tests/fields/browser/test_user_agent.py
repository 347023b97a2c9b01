import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.fields.browser import user_agent

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
ANDROID = (
    f"Mozilla/5.0 (Linux; Android 11; SM-A127F; wv) {WEBKIT} Version/4.0 Chrome/114.0.5735.196 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"

PEOPLES = [
    f"{WINDOWS} Chrome/131.0.0.0 Safari/537.36",
    f"{WINDOWS} coc_coc_browser/66.4.102 Chrome/60.4.3112.102 Safari/537.36",  # Viet Nam
    f"{WINDOWS} Slack/4.33.73 Chrome/112.0.0.0 Electron/24.4.0 Safari/537.36",
    f"{WINDOWS} Chrome/100.0.4896.127 Whale/3.14.134.62 Safari/537.36",  # Korea
    "Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:109.0) Gecko/20100101 Firefox/115.0",
    "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; EmbeddedWB 14.52 from: http://www.bsalsa.com/)",
    "Mozilla/4.79 [en] (Windows NT 5.0; U)",
    "Mozilla/5.0 (compatible; Konqueror/4.5; Linux) KHTML/4.5.4 (like Gecko)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:68.9) Gecko/20100101 Goanna/4.8 PaleMoon/29.1.0",
    "Lynx/2.8.5rel.1 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/0.8.12",
    "w3m/0.5.3+git20210102",
    f"{IPHONE} [FBAN/FBIOS;FBAV/421.0.0.32.52;FBDV/iPhone12,1;FBSV/16.5;FBLC/vi_VN;FBOP/5]",
    f"{IPHONE} Safari Line/13.3.0",
    f"{IPHONE} Instagram 244.0.0.12.112 (iPhone12,1; iOS 15_5; pt_BR; pt-BR; scale=2.00; 828x1792)",
    f"{IPHONE} KAKAOTALK 10.2.0",
    f"{ANDROID} Zalo android/12090681 ZaloTheme/light ZaloLanguage/vi",
    f"{ANDROID} MMWEBID/6170 MicroMessenger/8.0.24.2180(0x28001859) WeChat/arm64 Language/zh_CN ABI/arm64",
    f"{ANDROID} trill_2023003040 NetType/WIFI AppName/musical_ly ByteLocale/th-TH Region/TH BytedanceWebview/d8a21c6",
    f"Mozilla/5.0 (Linux; Android 9; CUBOT_X19) {WEBKIT} Chrome/80.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 7.0; C Bot Tab 70) {WEBKIT} Chrome/78.0.3904.108 Safari/537.36",
    "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
    "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16",
    "Opera/9.80 (MAUI Runtime; Opera Mini/4.4.39008/37.8625; U; en) Presto/2.12.423 Version/12.16",
    "Nokia311/5.0 (03.81) Profile/MIDP-2.1 Configuration/CLDC-1.1 UCWEB/2.0 (Java; U; MIDP-2.0; en-US; nokia311)",
    "UCWEB/2.0 (Java; U; MIDP-2.0; fr-FR; ALCATEL_one_touch_585) U2/1.0.0 UCBrowser/9.4.1.377 U2/1.0.0 Mobile",
    "BlackBerry9000/4.6.0.167 Profile/MIDP-2.0 Configuration/CLDC-1.1 VendorID/102",
    "SonyEricssonK750i/R1AA Browser/SEMC-Browser/4.2 Profile/MIDP-2.0 Configuration/CLDC-1.1",
    "DoCoMo/2.0 P903i(c100;TB;W24H12)",
    "Mozilla/5.0 (Nintendo 3DS; U; ; en) Version/1.7622.EU",
    "Mozilla/5.0 (PLAYSTATION 3; 1.00)",
    "HbbTV/1.4.1 (+DRM;Samsung;SmartTV2019:URU8000;T-MSMDEUC;urn:samsungtv) Tizen/5.0 (+SmartHubLink) Chrome/63",
    "Dalvik/2.1.0 (Linux; U; Android 9; U1006 Build/PPR1.180610.011)",  # an app of the telephone's
    "Shop/4831 CFNetwork/758.2.8 Darwin/15.0.0",
    # Apps that name themselves alone.
    "[FBAN/FB4A;FBAV/498.1.0.61.80;FBDM/{density=2.0,width=720,height=1504};FBLC/id_ID;FBCR/XL;FBPN/com.facebook.katana;]",
    "[FBAN/Orca-Android;FBAV/452.0.0.44.109;FBPN/com.facebook.orca;FBLC/pt_BR;FBDV/moto g(30);FBSV/12;FB_FW/1;]",
    "[FBAN/MessengerForiOS;FBAV/433.1;FBDV/iPhone13,2;FBSN/iOS;FBSV/16.7;FBLC/de_DE;FBOP/5]",
    "[FBAN/FBIOS;FBAV/470.0.0.40.106;FBDV/iPad11,3;FBSN/iPadOS;FBSV/17.5;FBLC/ar_AR;FBOP/5]",
    "[FB_IAB/FB4A;FBAV/433.0.0.31.111;IABMV/1;]",
    "Instagram 269.0.0.18.75 Android (30/11; 320dpi; 720x1448; OPPO; CPH2269; OP4F39L1; mt6765; th_TH; 436384443)",
    "Instagram 312.0.1.19.124 (iPhone13,4; iOS 16_6; ja_JP; ja; scale=3.00; 1284x2778; 548339486)",
    "Barcelona 330.0.0.29.109 Android (34/14; 420dpi; 1080x2205; vivo; V2318; V2318; qcom; es_MX; 590)",
    "Zalo/24.02.01 (Android 12; RMX3430)",
    "Zalo iOS/665 ZaloTheme/dark ZaloLanguage/vn",
    "Line/14.5.2",
    "KAKAOTALK/10.8.1 (INAPP)",
    "MicroMessenger/8.0.49",
    "com.zhiliaoapp.musically/2023403040 (Linux; U; Android 11; id_ID; RMX2185; Cronet/TTNetVersion:57b9a0)",
    "TikTok 33.1.0 rv:331015 (iPhone; iOS 16.1; tr_TR) Cronet",
    "musical_ly_34.0.3 JsSdk/2.0 NetType/4G Channel/App Store ByteLocale/es Region/PE",
    "BytedanceWebview/d8a21c6",
    "Snapchat/12.71.0.40 (iPhone12,8; iOS 16.3; gzip)",
    "Snapchat/10.69.5.72 (like Safari/604.1)",
    "Pinterest for Android/12.5.0 (CPH2387; 13)",
    "[Pinterest/iOS]",
    "LinkedInApp/9.30",
    "TwitterAndroid/10.30.0-release.0 (310300000-r-0) V2026/11 (vivo;V2026;vivo;2026;0;;1;2013)",
    "Viber/22.1.0.3 (iPhone; iOS 16.5)",
    "GSA/300.0.598994205 iPhone",
    "Warung/2.4 (iPhone; iOS 16.7; Scale/2.00)",
    "Warung/3.1.0 (Linux; U; Android 12; in-id; CPH2239)",
    "Warung Android/5.6.1 (samsung SM-A047F; Android 13)",
    f"{IPHONE} Viber/21.9",
    f"{IPHONE} [Pinterest/iOS]",
    f"{IPHONE} [LinkedInApp]/9.29.8",
    f"{IPHONE} Snapchat/12.77.0.37 (like Safari/8618.1.15, panda)",
    f"{IPHONE} Twitter for iPhone/10.27",
    "Mozilla/5.0 (Mobile; Nokia 6300 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5.4",
    "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 ArkWeb/4.1.6 Mobile",
]


@pytest.mark.parametrize("agent", PEOPLES)
def test_peoples_browsers(agent):
    assert (user_agent.automation_tool(agent), user_agent.program_sign(agent)) == (None, None)


@pytest.mark.parametrize(
    ("agent", "mark"),
    [
        ("curl/8.5.0", "library"),
        ("Wget/1.21.4", "library"),
        ("python-requests/2.31.0", "library"),
        ("Python/3.11 aiohttp/3.9.1", "library"),
        ("Go-http-client/2.0", "library"),
        ("Java/1.8.0_151", "library"),
        ("Apache-HttpClient/4.5.13 (Java/11.0.20)", "library"),
        ("node", "library"),
        ("GuzzleHttp/7", "library"),
        ("WordPress/6.4; shop", "library"),
        ("Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1", "library"),
        ("okhttp/4.9.3", "app_library"),
        ("Mozilla/5.0 (compatible; Somebot/2.1; +http://example.com/bot)", "bot"),
        ("SomeBotNet/1", "Bot"),
        ("ExampleCrawler", "crawler"),
        ("Baidu-like spider", "spider"),
        (f"{WINDOWS} Chrome/60.0.3112.78 Safari/537.36 PTST/391", "ptst"),
        ("Mozilla/5.0 (X11; Linux x86_64) (contact: someone@example.com)", "contact"),
        (f"{WINDOWS} Chrome/99.0.0.0 Safari/537.36 (compatible; Something)", "contact"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Reader/1.0)", "contact"),
        ("Acme Thing 1.0", "no_browser"),
        ("[hello]", "no_browser"),
        ("[FBAN]", "no_browser"),
        ("Warung/1.0", "no_browser"),
        ("ShelfCheck 2.1.0 (iPhone; iPhone OS 6.0; en_GB)", "no_browser"),
        ("UpCheck/1.4 (Linux; Android 11)", "no_browser"),
        ("facebookexternalhit/1.1", "externalhit"),
        ("Facebot", "bot"),
        ("[FBAN/FB4A;FBAV/440.0.0.30.107;] facebookexternalhit/1.1", "externalhit"),
        ("Mozilla/5.0 (compatible; ZaloBot/1.0)", "bot"),
        ("python-requests/2.31.0 [FBAN/FB4A;FBAV/440.0]", "library"),
        ("Go-http-client/1.1 (Linux; Android 13)", "library"),
        ("-", "no_browser"),
        ("Mozilla/5.0", "no_engine"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "no_engine"),
        (f"Mozilla/5.0 {WEBKIT} Chrome/61.0.3163.49 Safari/537.36", "no_platform"),
        (f"User-Agent: {WINDOWS} Chrome/99.0.0.0 Safari/537.36", "left_over"),
        (f"{WINDOWS} Chrome/{{version}} Safari/537.36", "left_over"),
        (f"{WINDOWS} Chrome/%s Safari/537.36", "left_over"),
        (f"{WINDOWS} Chrome/undefined Safari/537.36", "left_over"),
        ("${jndi:ldap}", "left_over"),
        ("Mozilla/5.0' or 1=1", "left_over"),
    ],
)
def test_programs(agent, mark):
    assert user_agent.program_sign(agent).replace("Bot", "bot") == mark.lower()


@pytest.mark.parametrize(
    ("agent", "mark"),
    [
        (f"{WINDOWS} HeadlessChrome/131.0.0.0 Safari/537.36", "headless"),
        ("Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1", "phantomjs"),
        ("Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/16.4.0", "jsdom"),
        (f"{WINDOWS} Cypress/12.0.0 Chrome/106.0.5249.51 Electron/21.0.0 Safari/537.36", "cypress/"),
    ],
)  # fmt: skip
def test_driven_browsers(agent, mark):
    assert user_agent.automation_tool(agent) == mark


@pytest.mark.parametrize(
    ("part", "language"),
    [
        ("FBLC/vi_VN;", "vi"),
        ("FBLC/uk_UA;", "uk"),
        ("FBLC/cb_IQ;", None),  # Facebook's own code of Sorani
        ("FBLC/qz_MM;", None),
        ("ZaloLanguage/vi", "vi"),
        ("ZaloLanguage/vn", None),  # the country
        ("ZaloLanguage/my", None),  # Burmese, or Malaysia
        ("NetType/WIFI Language/zh_CN", "zh"),
        ("Language/jp", None),
        ("Language/kr", None),  # Korea, though Kanuri has the code
        ("Language/se", None),
        ("Language/ja", "ja"),
        ("ByteLocale/pt-BR", "pt"),
        ("ByteLocale/ua", None),
        ("(iPhone12,1; iOS 15_5; pt_BR; pt-BR; scale=2.00)", "pt"),
        ("Opera Mini/36.2; U; id)", "id"),
        ("", None),
    ],
)
def test_the_language_is_named_for_certain_or_not_at_all(part, language):
    assert user_agent.declared_language(f"{ANDROID} {part}") == language


@given(st.text(max_size=1024))
def test_whatever_is_sent_can_be_read(agent):
    for reading in (
        user_agent.automation_tool,
        user_agent.program_sign,
        user_agent.declared_language,
        user_agent.is_desktop,
    ):
        reading(agent)
