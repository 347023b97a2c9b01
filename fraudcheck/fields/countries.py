"""Are two countries so closely connected that ordinary people have data from both?

Countries are ISO 3166-1 alpha-2 codes. The tables are made by hand from general knowledge: treaties of free movement
(European Economic Area, GCC, ECOWAS, Mercosur, CARICOM, ASEAN, CA4, Trans-Tasman, Common Travel Area), land borders,
and the largest groups of people who live abroad, whose figures the UN publishes (DESA, International Migrant Stock
2020). They are not complete: a missing pair costs a lead a point or two, and never decides on it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from phonenumbers import country_code_for_region

Nearness = Literal["same", "near", "tied", "far"]

# Territories with a calling code of their own, and their state: people there name either country. Territories that
# share the state's calling code (+1, +7, +44, +39, …) need no row.
_STATES = {
    **dict.fromkeys(("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "WF", "YT"), "FR"),
    **dict.fromkeys(("AW", "BQ", "CW", "SX"), "NL"),
    **dict.fromkeys(("FO", "GL"), "DK"),
    **dict.fromkeys(("HK", "MO"), "CN"),
}

_REGIONS = tuple(
    frozenset(group.split())
    for group in (
        # Within a group people move without a visa, or very many of them live in another country of the group.
        "AD AL AT AX BA BE BG CH CY CZ DE DK EE ES FI FO FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO"
        " PL PT RO RS SE SI SK SM UA VA XK",  # the European Union, its neighbours, and who fled from Ukraine
        "AM AZ BY GE KG KZ MD RU TJ TM UA UZ",
        "AE BH KW OM QA SA EG IN BD PK LK NP PH JO LB SY YE SD",  # the Gulf, where most residents are from abroad
        "BN ID KH LA MM MY PH SG TH TL VN",
        "CN HK MO TW",
        "IN NP BT",
        "AF IR PK",
        "IL JO LB PS SY TR",
        "CY TR",
        "DZ LY MA MR TN FR",
        # Africa south of the Sahara, where carriers register addresses, and break out, in one another's countries
        "AO BF BI BJ BW CD CF CG CI CM CV DJ ER ET GA GH GM GN GQ GW KE KM LR LS MG ML MR MU MW MZ NA NE NG RW SC SD SL"
        " SN SO SS ST SZ TD TG TZ UG ZA ZM ZW",
        "AR BO BR CL CO EC GY PE PY SR UY VE",
        "AS BM BS CA DO GT GU HN HT JM MP MX PR SV US VE VI",
        "BZ CR DO GT HN HT MX NI PA SV",
        "AG BB BS DM GD GY HT JM KN LC SR TT VC",
        "AU CC CK CX FJ NF NU NZ PG TO WS",
        "BM BV FK GB GG GI IE IM IO JE KY MS SH TC VG",
        "BL FR GF GP MC MF MQ NC PF PM RE WF YT",
        "AW BQ CW NL SX",
        "DK FO GL",
    )
)


def _pairs(*rows: str) -> frozenset[frozenset[str]]:
    """Each row's first countries (before ``:``) with each of those after it."""
    sides = [[side.split() for side in row.split(":")] for row in rows]
    return frozenset(frozenset((one, other)) for ones, others in sides for one in ones for other in others)


# Land borders, and straits as narrow, between countries that are not in one group above.
_BORDERS = _pairs(
    "CN: AF BT IN KG KZ KP LA MM MN NP PK RU TJ VN",
    "RU: EE FI GE JP KP LT LV MN NO PL",
    "BY: LT LV PL",
    "TR: AM AZ BG GE GR IQ IR",
    "IQ: IR JO KW SA SY",
    "IR: AM AZ TM AE OM",
    "AF: TJ TM UZ",
    "MM: BD IN",
    "IN: LK MV",
    "EG: IL LY PS SD",
    "LY: NE SD TD",
    "DZ: EH ML NE",
    "EH: MA MR",
    "ES: MA",
    "IT: TN",
    "YE: DJ SO",
    "SD: CF",
    "BR SR: GF",
    "BR: GY SR",
    "CO: PA",
    "VE: TT AW CW",
    "PG: ID",
    "KR: JP",
    "US: CU RU",
    "CA: GL PM",
)

# Countries where people live, and the countries where very many of these people come from. By far the most are ordinary
# immigrants, students and their families, who keep a phone number of the old country for years, or give one of the new.
_TIES = _pairs(
    "US CA: CN HK TW KR JP IN PK BD NP LK PH VN TH KH LA IR IQ SY LB JO IL EG MA NG GH ET KE LR SL CM SN ZA CO EC PE VE"
    " BR AR CL BO NI CR PA GY TT BB GB IE DE FR IT PL UA RU RO GR PT AM",
    "GB IE: IN PK BD LK NP NG GH KE UG ZW ZA SL ZM MW SO CM ET EG IR IQ AF SY TR US CA AU NZ BR CN HK MY SG PH VN JM TT"
    " BB GY LC MU CY",
    "DE AT CH: TR RU KZ SY IQ IR AF MA TN VN IN CN GH NG ER ET EG LB US BR TH PH LK",
    "FR BE LU: MA DZ TN SN ML CI CM CD CG GN BJ TG BF MG MU HT KM GA NE TD TR LB VN KH LA CN BR RW BI EG IN",
    "NL: TR MA SR ID CW AW SX IR IQ AF SY SO GH CN IN ZA ET ER",
    "IT: MA AL TN EG SN NG GH BD PK IN LK CN PH PE EC BR AR CI ML GM",
    "ES PT: AR BO BR CL CO CR CU DO EC GT HN MX NI PA PE PY SV UY VE MA SN CN PK IN NP BD AO CV GW MZ ST TL PH GQ US",
    "SE NO DK FI: IQ IR SY SO AF TR ER ET TH PH VN IN PK CN LK CL US",
    "GR CY: EG PK BD SY IN LK PH GE RU",
    "PL CZ SK HU RO BG: VN CN IN NP BD TR GE AM BY RU KZ UZ PH LK EG MN",
    "RU: CN VN IN KP TR",
    "RS ME GE AM TR AE CY: RU BY KZ",
    "DE FR NL BE AT CH SE DK GB: TR",
    "TR: AZ TM UZ KZ KG AF PK EG LY RU UA NG SO",
    "AE SA QA KW BH OM: GB US CA AU NZ FR DE IT ES IE RU TR IR IQ MA TN DZ NG KE UG ET GH CM ZA ZW AF UZ KZ KG CN KR"
    " VN ID TH MM ML SN SO ER MU",
    "JO LB EG: IQ SD DE US",
    "IL: US FR RU UA RO ET GE TH IN PH CN GB",
    "SG MY TH: CN IN BD NP PK LK KR JP GB US AU TW HK DE FR RU",
    "MY TH KH VN: CN KR JP TW",
    "TH: IN NP RU",
    "HK MO TW SG: PH ID IN NP PK TH VN MY GB",
    "JP KR: CN VN PH NP ID TH MM BR PE IN BD LK US TW KH UZ MN PK RU KZ",
    "CN: KR JP US SG MY TH RU NG",
    "AU NZ: CN HK TW IN LK NP PK BD PH VN MY SG ID TH KH KR JP GB IE ZA ZW KE NG IR IQ AF LB EG SY IT GR DE NL US CA"
    " BR CO CL PE AR",
    "NZ AU US: WS TO FJ CK",
    "ZA: IN PK BD CN GB PT DE NL US",
    "KE UG TZ RW: IN PK CN GB",
    "NG GH: IN LB CN",
    "MU SC: IN CN FR ZA",
    "SN CI CM GA CD CG MG: FR BE LB MA CN",
    "AO MZ CV GW ST: PT BR CN",
    "AR: IT ES KR CN UA RU",
    "BR: PT JP IT ES DE AO CV HT LB SY CN KR US",
    "CL PE: HT CN ES DO",
    "MX CR PA: ES VE CO CU AR PE CN",
    "DO PR: VE ES HT CO",
    "UZ TJ KG KZ: KR TR CN AE",
    "PK: GB CN TR",
    "IN: GB US CA AU SG",
    "PH: KR CN US JP",
    "ID: AU CN JP NL",
)


@lru_cache(maxsize=8192)
def are_near(country: str, other: str) -> bool:
    """Whether two countries are the same, share a border, or are in one group of countries with free movement."""
    pair = frozenset((country, other))
    return country == other or pair in _BORDERS or any(pair <= region for region in _REGIONS)


@lru_cache(maxsize=8192)
def nearness(country: str, other: str) -> Nearness:
    """``same`` for one state or one calling code, ``near`` as in ``are_near``, ``tied`` by migration, else ``far``."""
    if _STATES.get(country, country) == _STATES.get(other, other):
        return "same"
    calling_code = country_code_for_region(country)
    if calling_code and calling_code == country_code_for_region(other):
        return "same"
    if are_near(country, other):
        return "near"
    return "tied" if frozenset((country, other)) in _TIES else "far"
