"""Whose data is it? People of seven parts of the world, made up, no two alike: what a form's visitors type.

Numbers are of ranges that the countries' operators give out, addresses of networks that homes and telephones there
have, names such as people there have. An attacker's stolen list looks the same; so one generator serves both tables.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from anyascii import anyascii
from msgspec import Struct


class Identity(Struct, frozen=True, kw_only=True):
    """A person: what is typed into the form, and where from."""

    country: str
    name: str
    email: str
    phone: str
    message: str
    address: str
    """The internet address of the person's line."""
    elsewhere: str
    """Another of the same country, as when a telephone leaves the Wi-Fi."""
    languages: str


class _Country(Struct, frozen=True, kw_only=True):
    given: str
    family: str
    phones: tuple[str, ...]
    """Numbers as people write them; each # is a digit."""
    networks: tuple[str, ...]
    languages: str
    messages: tuple[str, ...]
    family_first: bool = False


_COUNTRIES = {
    "VN": _Country(
        given="Minh Anh,Thị Hồng,Quốc Bảo,Thuỳ Dung,Đức Huy,Ngọc Lan,Gia Hân,Văn Khoa,Thanh Tùng,Phương Thảo",
        family="Nguyễn,Trần,Lê,Phạm,Hoàng,Vũ,Đặng,Bùi,Đỗ,Hồ,Ngô,Dương",
        phones=("090#######", "035#######", "+84 91 ### ## ##", "086#######"),
        networks=("14.162", "113.161", "123.24", "171.224", "42.112", "115.73", "27.64"),
        languages="vi-VN,vi;q=0.9,en;q=0.8",
        messages=(
            "Cho tôi xin báo giá gói gia đình bốn người",
            "Nhà mình ở quận Bình Thạnh, chiều nào gọi cũng được",
            "Lắp đặt trong tháng này có kịp không ạ?",
        ),
        family_first=True,
    ),
    "NG": _Country(
        given="Chiamaka,Tunde,Ifeoma,Emeka,Yetunde,Musa,Zainab,Obinna,Folake,Ikechukwu,Halima,Segun",
        family="Okonkwo,Adebayo,Nwosu,Bello,Ogunleye,Abubakar,Eze,Olawale,Danjuma,Uche,Onyekachi",
        phones=("0803#######", "0706#######", "+234 816 ### ####", "0905#######"),
        networks=("105.112", "102.89", "197.210", "105.113", "102.88"),
        languages="en-NG,en;q=0.9",
        messages=(
            "Please how much for the two bedroom in Lekki",
            "I need a quote for 40 bags, delivery to Ibadan",
            "Can somebody call me after 5pm today",
        ),
    ),
    "IN": _Country(
        given="Ananya,Rohit,Kavya,Suresh,Meenakshi,Vikram,Pooja,Arun,Divya,Manoj,Fatima,Gurpreet",
        family="Nair,Gupta,Menon,Joshi,Kulkarni,Singh,Banerjee,Rao,Pillai,Chauhan,Mishra,Khan",
        phones=("98########", "+91 97########", "9#########", "0 88########"),
        networks=("49.36", "106.213", "117.197", "122.161", "223.188", "157.48"),
        languages="en-IN,en-GB;q=0.9,en;q=0.8,hi;q=0.7",
        messages=(
            "Looking for 3 BHK near Whitefield, budget 90 lakh",
            "Kindly share the fee structure for my son, class 9",
            "Interested in loan against property, Pune",
        ),
    ),
    "BR": _Country(
        given="Camila,Rafael,Beatriz,Felipe,Juliana,Gustavo,Letícia,Antônio,Débora,Vinícius,Conceição",
        family="Ferreira,Almeida,Ribeiro,Gonçalves,Barbosa,Araújo,Cardoso,Moura,Teixeira,Assunção",
        phones=("(11) 9####-####", "(21) 98###-####", "+55 31 9########", "(85) 99###-####"),
        networks=("177.45", "189.40", "179.154", "187.11", "201.17", "191.180"),
        languages="pt-BR,pt;q=0.9,en-US;q=0.8",
        messages=(
            "Quero saber o valor do plano para 3 vidas",
            "Tenho interesse no apartamento de dois quartos, pode me ligar à noite?",
            "Vocês atendem em Fortaleza?",
        ),
    ),
    "TH": _Country(
        given="กิตติ,สุดา,ณัฐพล,พิมพ์ชนก,อนุชา,วราภรณ์,Kittisak,Pornthip,Nattapong,Chanida",
        family="ศรีสุข,ใจดี,วงศ์สวัสดิ์,ทองคำ,แสงจันทร์,Rattanakul,Boonmee,Suwannarat,Phromma",
        phones=("081-###-####", "089#######", "+66 86 ### ####", "062#######"),
        networks=("171.97", "49.228", "184.22", "223.24", "1.46", "124.120"),
        languages="th-TH,th;q=0.9,en;q=0.8",
        messages=(
            "สนใจคอร์สภาษาอังกฤษ เสาร์อาทิตย์",
            "ขอราคาติดตั้งโซล่าเซลล์ บ้านสองชั้น",
            "โทรกลับช่วงเย็นได้ไหมคะ",
        ),
    ),
    "PL": _Country(
        given="Małgorzata,Grzegorz,Joanna,Łukasz,Zofia,Stanisław,Ewelina,Michał,Urszula,Bartłomiej",
        family="Zieliński,Wójcik,Lewandowska,Dąbrowski,Szczepańska,Król,Piątek,Mazur,Wróbel,Gołąb",
        phones=("501 ### ###", "+48 602######", "78# ### ###", "691######"),
        networks=("83.21", "178.36", "79.184", "31.60", "89.64", "95.49"),
        languages="pl-PL,pl;q=0.9,en-US;q=0.8",
        messages=(
            "Proszę o wycenę okien do domu 120 m2",
            "Czy dojeżdżają Państwo do Rzeszowa?",
            "Interesuje mnie kurs prawa jazdy kat. B od lutego",
        ),
    ),
    "EG": _Country(
        given="محمد,فاطمة,يوسف,مريم,كريم,Nourhan,Mostafa,Salma,Mahmoud,Hend,Omar,Yasmin",
        family="عبد الله,السيد,منصور,حسن,شريف,El-Masry,Abdelrahman,Farouk,Soliman,Shahin",
        phones=("010########", "011########", "+20 12 #### ####", "015########"),
        networks=("197.33", "41.33", "156.196", "102.41", "154.180"),
        languages="ar-EG,ar;q=0.9,en-US;q=0.8",
        messages=(
            "أريد معرفة أسعار الشقق في المعادي",
            "ممكن تفاصيل الدورة ومواعيدها؟",
            "I would like to book a visit on Thursday",
        ),
    ),
    "SA": _Country(
        given="عبدالعزيز,نورة,خالد,سارة,فهد,Abdulrahman,Reem,Turki,Lama,Majed",
        family="القحطاني,الشمري,العتيبي,الحربي,Alghamdi,Alzahrani,Almutairi,Alharbi",
        phones=("050#######", "055#######", "+966 56 ### ####", "053#######"),
        networks=("188.54", "37.104", "95.185", "176.44", "51.36"),
        languages="ar-SA,ar;q=0.9,en;q=0.7",
        messages=(
            "كم سعر الاشتراك السنوي؟",
            "أرغب في موعد يوم الأحد صباحا",
            "Villa in Jeddah, three floors, please call",
        ),
    ),
}
_HOSTS = ("gmail.com",) * 6 + ("yahoo.com", "outlook.com", "gmail.com")


def identities(seed: int, countries: str = "VN NG IN BR TH PL EG SA") -> Iterator[Identity]:
    """Endless people; no two have a mailbox, a number or a line in common."""
    dice = random.Random(f"people {seed}")  # noqa: S311 - repeatable on purpose
    seen: set[str] = set()
    while True:
        code = dice.choice(countries.split())
        found = _draw(code, _COUNTRIES[code], dice)
        own = {found.email, found.phone, found.address, found.elsewhere}
        if seen.isdisjoint(own):
            seen |= own
            yield found


def _draw(code: str, country: _Country, dice: random.Random) -> Identity:
    given, family = dice.choice(country.given.split(",")), dice.choice(country.family.split(","))
    first, last = _latin(given), _latin(family)
    year = dice.choice(("", "", str(dice.randrange(1965, 2006)), f"{dice.randrange(100):02}", str(dice.randrange(999))))
    mailbox = dice.choice(
        (f"{first}.{last}", f"{first}{last}", f"{last}.{first}", f"{first[:1]}{last}", f"{first}_{last}")
    )
    return Identity(
        country=code,
        name=f"{family} {given}" if country.family_first else f"{given} {family}",
        email=f"{mailbox}{year or dice.randrange(9_999)}@{dice.choice(_HOSTS)}",
        phone="".join(str(dice.randrange(10)) if sign == "#" else sign for sign in dice.choice(country.phones)).strip(),
        message=dice.choice(country.messages),
        address=_address(country, dice),
        elsewhere=_address(country, dice),
        languages=country.languages,
    )


def _address(country: _Country, dice: random.Random) -> str:
    return f"{dice.choice(country.networks)}.{dice.randrange(1, 255)}.{dice.randrange(2, 254)}"


def _latin(name: str) -> str:
    return "".join(letter for letter in anyascii(name).lower() if letter.isalpha())[:14]
