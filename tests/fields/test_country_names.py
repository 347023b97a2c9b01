from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.country_names import COUNTRIES, find_country, name_key

KNOWN = load_lists().country_names
NAMES = {
    "VN": "vn|VN|vnm|Vietnam|viet nam|Viet-Nam|Việt Nam|VIỆT NAM|Vietnam.|V.N.|+84|🇻🇳|🇻🇳 Vietnam|"
    "Vietnam 🇻🇳|Vietnam (+84)|"
    "VN (Vietnam)|Vietnam - VN|VN: Vietnam|Vietnam / Việt Nam|Вьетнам|越南|ベトナム|베트남|เวียดนาม|فيتنام|Wietnam|"
    "Socialist Republic of Viet Nam|Viet Nam (VN)",
    "US": "USA|U.S.A.|U.S.|us|United States|the United States|United States of America (the)|America|"
    "Estados Unidos|EE. UU.|"
    "EE.UU.|EUA|États-Unis|Etats-Unis|Stati Uniti|Vereinigte Staaten|Verenigde Staten|Stany Zjednoczone|США|"
    "Mỹ|Hoa Kỳ|美国|"
    "美國|アメリカ|アメリカ合衆国|미국|สหรัฐอเมริกา|الولايات المتحدة|संयुक्त राज्य|Amerika Serikat|ABD|"
    "USA - United States",
    "GB": "UK|uk|U.K.|GBR|United Kingdom|Great Britain|England|Scotland|Wales|Northern Ireland|Reino Unido|"
    "Royaume-Uni|"
    "Großbritannien|Wielka Brytania|Великобритания|Anh|Vương quốc Anh|英国|영국|イギリス|İngiltere|"
    "United Kingdom of Great Britain and Northern Ireland (the)",
    "DE": "Germany|Deutschland|BRD|DEU|Germany (DE)|DE - Germany|DE-Germany|Allemagne|Alemania|Alemanha|"
    "Niemcy|Германия|Đức|"
    "德国|독일|ドイツ|Almanya|Tyskland|Saksa|Německo|Duitsland|Federal Republic of Germany",
    "KR": "South Korea|Korea|Korea (Republic of)|Korea, Republic of|Republic of Korea|S. Korea|ROK|대한민국|"
    "한국|Hàn Quốc|Südkorea",
    "KP": "North Korea|Korea, Democratic People's Republic of|Korea (the Democratic People's Republic of)|DPRK",
    "CD": "Congo (the Democratic Republic of the)|DR Congo|DRC|Congo - Kinshasa|République démocratique du Congo",
    "CG": "Republic of the Congo|Congo-Brazzaville|Congo - Brazzaville",
    "NL": "Netherlands|The Netherlands|Netherlands (Kingdom of the)|Holland|Nederland|Holanda|Niederlande|Hà Lan",
    "CZ": "Czechia|Czech Republic|Česko|Česká republika|Tschechien|Czechy",
    "CI": "Côte d'Ivoire|Cote d’Ivoire|Ivory Coast|Elfenbeinküste",
    "TR": "Türkiye|Turkey|TURKIYE|Türkei|Turquie|Thổ Nhĩ Kỳ",
    "AE": "UAE|U.A.E.|United Arab Emirates (the)|الإمارات",
    "SA": "KSA|Saudi Arabia|السعودية|المملكة العربية السعودية",
    "AT": "Österreich|Osterreich|Austria|Autriche",
    "CH": "Schweiz|Suisse|Svizzera|Switzerland",
    "BR": "Brasil|Brazil|BRÉSIL",
    "GR": "EL|Greece|Ελλάδα",
    "IT": "Italia|Ý",
    "GE": "Georgia|Грузия",
    "GN": "Guinea",
    "GW": "Guinea-Bissau",
    "NE": "Niger",
    "NG": "Nigeria",
    "DM": "Dominica",
    "DO": "Dominican Republic|República Dominicana",
    "WS": "Samoa",
    "AS": "American Samoa",
    "HK": "Hong Kong|香港|Hong Kong SAR",
    "MM": "Myanmar (Burma)|Burma",
    "IR": "Iran (Islamic Republic of)",
    "TZ": "Tanzania, United Republic of",
    "VG": "Virgin Islands (British)",
    "VI": "Virgin Islands (U.S.)",
    "SX": "Sint Maarten (Dutch part)",
    "FK": "Falkland Islands (the) [Malvinas]",
    "MK": "Macedonia, the former Yugoslav Republic of|North Macedonia",
    "TW": "Taiwan (Province of China)|Đài Loan|台灣",
    "LA": "Lao People's Democratic Republic (the)|Lào",
    "SZ": "Swaziland|Eswatini",
    "XK": "Kosovo",
    "RU": "Россия|РФ|Russian Federation|ru.",
    "MY": "My|MY|Malaysia",
}
NONE_OR_SEVERAL = (
    "Congo|Virgin Islands|Georgia (US)|Atlanta, Georgia|Germany, France|US/CA|US-CA|USA - GA|en-US|vi_VN|+1|"
    "+7|VN (+66)|Europe|"
    "EU|Yugoslavia|USSR|Netherlands Antilles|International|Other|Hanoi|London|California|Texas|y|ý ý|uc|"
    "unknown|-|()|/|🇻|"
    "840|84|+|Vietnam or Laos|not Vietnam|Vietnamese food|XX|ZZ|AA|the|Brexit|Country|Select country|true|0"
)


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, row in NAMES.items() for name in row.split("|")])
def test_a_country_is_read_by_its_code_and_by_its_names(code, name):
    assert find_country(name, KNOWN) == code


@pytest.mark.parametrize("text", NONE_OR_SEVERAL.split("|"))
def test_what_names_no_country_or_several_is_not_read(text):
    assert find_country(text, KNOWN) is None


def test_the_list_has_every_country_and_no_name_that_is_another_ones_code():
    assert set(KNOWN.values()) == COUNTRIES
    assert not [name for name in KNOWN if len(name) < 3 and name.isascii()]
    assert all(name_key(name) == name for name in KNOWN)


@given(st.text(max_size=40))
def test_any_text_is_a_country_or_none(text):
    assert find_country(text, {"vietnam": "VN"}) in COUNTRIES | {None}
