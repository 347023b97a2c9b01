"""Which browser does somebody have? Agents as they were sent in November 2026, drawn by country and kind of machine.

Forms of the agents: browsers' own documents. Chrome, Edge and Samsung Internet send reduced agents ("Android 10; K");
web views inside apps still name the phone; Safari froze the system's version at 18. Shares of systems are near to
StatCounter's for each country, those of versions (a wave of updates over weeks, a tail of old phones) our own
estimates.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

CHROME = {156: 52, 155: 24, 154: 7, 153: 2, 152: 2, 151: 1, 150: 1, 148: 1, 145: 1, 142: 1, 138: 2, 131: 1, 109: 1}
"""Majors in use and their weights: 109 is the last one on Windows 7, 138 the last on Android 8 and 9."""
_BUILDS = {156: 8078, 155: 8046, 154: 8029, 152: 7977, 151: 7900, 150: 7871, 148: 7778, 142: 7444}
_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_FIREFOX = {152: 5, 151: 2, 140: 3, 128: 1, 115: 1}
_SAFARI = {
    "27.0": ("18_7", 30),
    "27.1": ("18_7", 22),
    "26.5": ("18_7", 18),
    "26.4": ("18_7", 8),
    "26.2": ("18_7", 5),
    "18.7": ("18_7", 3),
    "18.6": ("18_6", 6),
    "18.5": ("18_5", 2),
    "17.6": ("17_6", 2),
    "16.7": ("16_7", 2),
    "15.8": ("15_8", 1),
}
IPHONES = {"US": 0.57, "FR": 0.36, "DE": 0.4, "TH": 0.35, "VN": 0.38, "TR": 0.26, "PL": 0.3, "MX": 0.25, "BR": 0.19}
"""iPhones among a country's phones (StatCounter, rounded); 0.08 elsewhere."""
_MODELS = [
    "SM-A155F",
    "SM-A065F",
    "SM-A165F",
    "SM-A256E",
    "SM-S918B",
    "SM-S921B",
    "SM-A546B",
    "CPH2591",
    "CPH2637",
    "CPH2669",
    "V2247",
    "V2333",
    "V2352",
    "RMX3830",
    "RMX3890",
    "RMX3939",
    "23106RN0DA",
    "24069RA21C",
    "23129RAA4G",
    "2409BRN2CA",
    "TECNO-KI5k",
    "TECNO-BG6",
    "Infinix-X6525",
    "Infinix-X6725",
    "moto-g54",
    "moto-g24",
]
_LANGUAGES = {
    "VN": "vi-VN,vi;q=0.9,en-US;q=0.8,en;q=0.7",
    "NG": "en-GB,en-US;q=0.9,en;q=0.8",
    "IN": "en-IN,en-GB;q=0.9,en-US;q=0.8,en;q=0.7,hi;q=0.6",
    "BR": "pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7",
    "TH": "th-TH,th;q=0.9,en;q=0.8",
    "PL": "pl-PL,pl;q=0.9,en-US;q=0.8,en;q=0.7",
    "EG": "ar-EG,ar;q=0.9,en-US;q=0.8,en;q=0.7",
    "TR": "tr-TR,tr;q=0.9,en-US;q=0.8,en;q=0.7",
    "US": "en-US,en;q=0.9",
    "DE": "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7",
    "MX": "es-MX,es;q=0.9,es-419;q=0.8,en;q=0.7",
    "KE": "en-KE,en-GB;q=0.9,en;q=0.8,sw;q=0.7",
    "PH": "en-PH,en-US;q=0.9,en;q=0.8,fil;q=0.7",
    "ID": "id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7",
    "FR": "fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7",
}


@dataclass(frozen=True)
class Browser:
    """A browser on a machine: what it sends, whether it is a phone, and whether it keeps a device id."""

    agent: str
    language: str
    phone: bool
    device_id: str

    def app(self) -> bool:
        """Is it the web view of an app? Those offer no autofill of their own."""
        return any(word in self.agent for word in ("FBAN", "FB_IAB", "Zalo", "Instagram", "Opera Mini"))


def browser(dice: random.Random, country: str, phones: float, apps: float = 0.0) -> Browser:
    """A person's browser. ``phones`` and ``apps`` are the shares of phones, and of web views in apps among those."""
    phone = dice.random() < phones
    agent = _phone(dice, country, apps) if phone else desktop(dice, country)
    language = _LANGUAGES[country]
    if dice.random() < 0.12:
        language = "en-US,en;q=0.9"
    elif " Version/" in agent and "Safari" in agent:
        language = ",".join(language.split(",")[:2])
    return Browser(agent, language, phone, device_id(dice))


def device_id(dice: random.Random) -> str:
    """An id as a site's script makes one, at random."""
    return f"{dice.getrandbits(128):032x}"


def chrome(dice: random.Random) -> int:
    """A major of Chrome, by its share."""
    return dice.choices(list(CHROME), list(CHROME.values()))[0]


def _phone(dice: random.Random, country: str, apps: float) -> str:
    iphone = dice.random() < IPHONES.get(country, 0.08)
    if dice.random() < apps:
        return _app(dice, country, iphone)
    if iphone:
        return _iphone(dice)
    return _android(dice, country)


def _android(dice: random.Random, country: str) -> str:
    """Chrome on most, else Samsung Internet, Edge, Firefox or Opera."""
    major = chrome(dice)
    base = f"Mozilla/5.0 (Linux; Android 10; K) {_KIT} Chrome/{major}.0.0.0 Mobile Safari/537.36"
    opera = 0.07 if country in {"NG", "KE", "ID", "EG"} else 0.015
    which = dice.choices(("chrome", "samsung", "edge", "firefox", "opera"), (0.83 - opera, 0.12, 0.03, 0.02, opera))[0]
    if which == "samsung":
        samsung = dice.choices(("30.0", "29.0", "28.0", "27.0"), (60, 25, 10, 5))[0]
        under = {"30.0": 142, "29.0": 136, "28.0": 130, "27.0": 125}[samsung]
        return base.replace(f"Chrome/{major}.0.0.0", f"SamsungBrowser/{samsung} Chrome/{under}.0.0.0")
    if which == "firefox":
        version = dice.choices(list(_FIREFOX), list(_FIREFOX.values()))[0]
        system = f"Android {dice.choice((13, 14, 15, 16))}; Mobile; rv:{version}.0"
        return f"Mozilla/5.0 ({system}) Gecko/{version}.0 Firefox/{version}.0"
    return base + {"edge": f" EdgA/{major}.0.0.0", "opera": f" OPR/{dice.randint(88, 94)}.0.0.0"}.get(which, "")


def _iphone(dice: random.Random) -> str:
    version = dice.choices(list(_SAFARI), [weight for _, weight in _SAFARI.values()])[0]
    system = f"iPhone; CPU iPhone OS {_SAFARI[version][0]} like Mac OS X"
    head = f"Mozilla/5.0 ({system}) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    if dice.random() < 0.09:
        major = dice.choice(list(_BUILDS)[:4])
        return f"{head} CriOS/{major}.0.{_BUILDS[major]}.{dice.randint(20, 130)} Mobile/15E148 Safari/604.1"
    return f"{head} Version/{version} Mobile/15E148 Safari/604.1"


def _app(dice: random.Random, country: str, iphone: bool) -> str:
    """Facebook's web view (Zalo's for some in Vietnam): what one who touched an advertisement has."""
    if iphone:
        system, build = dice.choice((("26.5", "23F79"), ("27.0", "24A334"), ("27.1", "24B80"), ("18.6", "22G86")))
        under = "18_6" if system == "18.6" else "18_7"
        where = _LANGUAGES[country][:5].replace("-", "_")
        return (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS {under} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            f"Mobile/{build} [FBAN/FBIOS;FBAV/{dice.randint(560, 580)}.0.0.{dice.randint(20, 60)}."
            f"{dice.randint(60, 120)};FBDV/iPhone{dice.randint(13, 18)},{dice.randint(1, 5)};"
            f"FBMD/iPhone;FBSN/iOS;FBSV/{system};FBSS/3;FBCR/;FBID/phone;FBLC/{where};FBOP/80]"
        )
    major = dice.choice(list(_BUILDS)[:4])
    head = (
        f"Mozilla/5.0 (Linux; Android {dice.choice((12, 13, 14, 14, 15, 15, 16))}; {dice.choice(_MODELS)} "
        f"Build/{dice.choice(('UP1A.231005.007', 'AP3A.240905.015.A2', 'TP1A.220624.014', 'BP2A.250605.031'))}; wv) "
        f"AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/{major}.0.{_BUILDS[major]}.{dice.randint(20, 160)} "
        "Mobile Safari/537.36"
    )
    if country == "VN" and dice.random() < 0.4:
        return f"{head} Zalo android/{dice.choice(('260901', '261002', '261101'))}"
    return f"{head} [FB_IAB/FB4A;FBAV/{dice.randint(556, 580)}.0.0.{dice.randint(20, 70)}.{dice.randint(60, 120)};]"


def opera_mini(dice: random.Random) -> str:
    """Opera Mini in its high mode: pages run on the phone, and its proxy hands the phone's address on."""
    version = f"{dice.randint(80, 95)}.0.{dice.randint(2254, 2260)}.{dice.randint(60000, 79000)}"
    return (
        f"Mozilla/5.0 (Linux; U; Android {dice.choice((10, 11, 12, 13, 14))}; {dice.choice(_MODELS[-6:])}; wv) "
        f"AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/{dice.choice((138, 145, 150, 154))}.0.0.0 "
        f"Mobile Safari/537.36 OPR/{version}"
    )


def windows_chrome(major: int) -> str:
    """Chrome on Windows 10 or 11."""
    return f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT} Chrome/{major}.0.0.0 Safari/537.36"


def tablet(dice: random.Random, ipad: bool) -> str:
    """A tablet in a stand. An iPad says that it is a Mac."""
    if ipad:
        return (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            f"Version/{dice.choice(('26.5', '27.0', '18.6'))} Safari/605.1.15"
        )
    return (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{dice.choice((156, 155, 154))}.0.0.0 Safari/537.36"
    )


def desktop(dice: random.Random, country: str) -> str:
    """A desktop or notebook: mostly Windows with Chrome or Edge; more Macs and Firefoxes where those are common."""
    mac = dice.random() < {"US": 0.27, "FR": 0.18, "DE": 0.17}.get(country, 0.07)
    major = chrome(dice)
    machine = "Macintosh; Intel Mac OS X 10_15_7" if mac else "Windows NT 10.0; Win64; x64"
    if major == 109:
        machine = "Windows NT 6.1; Win64; x64"
    if dice.random() < 0.015:
        machine = "X11; Linux x86_64"
    base = f"Mozilla/5.0 ({machine}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0 Safari/537.36"
    which = dice.random()
    if mac and which < 0.5:
        return (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            f"Version/{dice.choices(list(_SAFARI)[:7], (30, 22, 18, 8, 5, 4, 4))[0]} Safari/605.1.15"
        )
    if which < (0.28 if country == "DE" else 0.09):
        version = dice.choices(list(_FIREFOX), list(_FIREFOX.values()))[0]
        gecko = machine.replace("10_15_7", "10.15")
        return f"Mozilla/5.0 ({gecko}; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
    if not mac and which < 0.42 and major > 130:
        return f"{base} Edg/{major}.0.0.0"
    if which < 0.45 and major > 150:
        return f"{base} OPR/{major - 16}.0.0.0"
    return base
