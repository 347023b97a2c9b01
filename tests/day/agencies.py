"""What did the five agencies send this month? Their files, made up: nobody in them is real.

Each agency writes in its own way: language, delimiter, encoding, dates, headings, one as a spreadsheet that names no
vendor. Four are honest, with the slips that honest leads have; LeadBarn sells people who do not exist, domains that are
dead, leads by the dozen in the middle of a night, and people whom others sold before. The same files come every time.
"""

from __future__ import annotations

import csv
import io
import random
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import openpyxl

DAYS = 26
CHEAT = "LeadBarn"
SPREADSHEET = "Norden Kontakt.xlsx"
UNNAMED_PHONE = "Contacto 1"
"""The heading of the cheat's phones, which no program can know to be one."""
CONTRACT = """at_most_share = 0.30      # of what a calendar month's leads cost
return_within_days = 60   # after the day that the lead came
"""
ZONE = """
gmx.de.        IN MX 10 mx.gmx.de.
mx.gmx.de.     IN A  212.227.17.5
wp.pl.         IN MX 10 mx.wp.pl.
mx.wp.pl.      IN A  212.77.101.4
orange.fr.     IN MX 10 mx.orange.fr.
mx.orange.fr.  IN A  80.12.26.32
bau-keller.de. IN MX 10 mx.gmx.de.
thanhcong.vn.  IN MX 10 mail.mx-only.vn.
"""
"""The mail domains that are used beside those of the name server's own; no other one exists."""


class Country(NamedTuple):
    """How people of a country are called and written to. In ``phone`` each # is a digit, after the country's code."""

    code: str
    calling: str
    phone: str
    first: str
    last: str
    domains: str


class Person(NamedTuple):
    first: str
    last: str
    country: Country
    email: str
    digits: str


class Sold(NamedTuple):
    """A lead as an agency sold it."""

    at: datetime
    person: Person
    campaign: str
    name: str


_COUNTRIES = {
    each.code: each
    for each in (
        Country(
            "DE",
            "+49",
            "151########",
            "Lena Jonas Katrin Stefan Jürgen Sabine Markus Anja Uwe Birgit Holger Silke",
            "Brandt Keller Vogt Schäfer Lindner Hofmann Böhm Krüger Pohl Ziegler Arnold Busch",
            "gmx.de gmail.com outlook.com bau-keller.de",
        ),
        Country(
            "PL",
            "+48",
            "60#######",
            "Agnieszka Paweł Małgorzata Tomasz Łukasz Ewa Rafał Joanna Marek Dorota",
            "Kowalczyk Wiśniewska Zając Pawlak Duda Sikora Baran Wróbel Michalak Górska",
            "wp.pl gmail.com",
        ),
        Country(
            "VN",
            "+84",
            "91#######",
            "An Bình Châu Dũng Hạnh Khánh Linh Minh Ngọc Phúc Quỳnh Trang",
            "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Đặng Bùi Đỗ Hồ",
            "gmail.com yahoo.com thanhcong.vn",
        ),
        Country(
            "US",
            "+1",
            "4152######",
            "Patricia Daniel Susan Marcus Heather Tyrone Olivia Kevin Denise Carlos",
            "Whitfield Ramirez Johnston Okoye Mercer Delgado Baxter Sullivan Pruitt Langley",
            "gmail.com yahoo.com outlook.com",
        ),
        Country(
            "IN",
            "+91",
            "98########",
            "Sanjay Lakshmi Priya Rahul Deepa Vikram Anjali Suresh Meena Arun",
            "Iyer Sharma Nair Reddy Kulkarni Banerjee Chauhan Menon Desai Pillai",
            "gmail.com yahoo.com",
        ),
        Country(
            "BR",
            "+55",
            "119########",
            "Mariana João Beatriz Rafael Camila Thiago Luana Bruno Fernanda Diego",
            "Souza Ferreira Almeida Ribeiro Carvalho Teixeira Barbosa Moreira Lopes Araújo",
            "gmail.com outlook.com",
        ),
        Country(
            "FR",
            "+33",
            "6########",
            "Élodie Julien Céline Nicolas Amélie Thierry Maëlle Benoît Inès Gaël",
            "Lefèvre Moreau Girard Rousseau Faure Mercier Chevalier Gauthier Perrin Renaud",
            "orange.fr gmail.com",
        ),
        Country(
            "NG",
            "+234",
            "803#######",
            "Ngozi Chinedu Amaka Babatunde Funke Emeka Yetunde Ifeanyi Bola Uche",
            "Okafor Adeyemi Balogun Eze Olawale Nwosu Adebayo Obi Lawal Ogunleye",
            "gmail.com yahoo.com",
        ),
    )
}
_SLIPS = ("gmial.com", "gmail.con", "yahooo.com", "outlok.com")
_DEAD = ("quickoffer-leads.biz", "mail-promo-24.info", "superdeal-inbox.net")
_THROWN_AWAY = ("mailinator.com", "guerrillamail.com", "yopmail.com")
_MASHED = ("asdfgh", "qwertz uiop", "xcvbnm", "test test", "aaaa bbbb")


def files(start: datetime) -> Mapping[str, bytes]:
    """Each file's name and bytes; ``start`` is the midnight of the first day, in UTC."""
    dice = random.Random(21)  # noqa: S311 - repeatable on purpose
    adclick = _honest(dice, start, 70, ("DE", "FR"), ("Dach", "Photovoltaik"))
    beta = _honest(dice, start, 60, ("US", "IN", "NG"), ("search", "display"))
    vietnam = _honest(dice, start, 60, ("VN",), ("Facebook", "Zalo"))
    norden = _honest(dice, start, 50, ("PL", "DE"), ("Wärmepumpe", "Fenster"))
    resold = [dice.choice(sold) for sold in (adclick, vietnam, norden) for _ in range(5)]
    barn = _barn(dice, start, resold)
    beta += [each._replace(at=each.at + timedelta(days=1, hours=3)) for each in dice.sample(beta[:50], 3)]  # sold twice
    return {
        "AdClick_Leads_Oktober.csv": _text(_adclick(adclick), ";", "cp1252"),
        "Beta Media export (2).csv": _text(_beta(beta), ",", "utf-8-sig"),
        "Viet Lead.csv": _text(_viet(vietnam), "\t", "utf-16"),
        SPREADSHEET: _sheet(norden),
        "leadbarn_final.csv": _text(_leadbarn(barn), "|", "cp1252"),
    }


def _honest(
    dice: random.Random, start: datetime, many: int, codes: Sequence[str], campaigns: Sequence[str]
) -> list[Sold]:
    """People who asked, by day more than by night; of a hundred some mistype, a few play with the form."""
    found = []
    for _ in range(many):
        person = _person(dice, _COUNTRIES[dice.choice(codes)])
        name = f"{person.first} {person.last}"
        chance = dice.random()
        if chance < 0.05:
            person = person._replace(email=f"{person.email.partition('@')[0]}@{dice.choice(_SLIPS)}")
        elif chance < 0.09:
            person = person._replace(email=f"info@{person.country.domains.split()[-1]}")
        elif chance < 0.12:
            person, name = person._replace(digits=person.digits[:-3]), person.first
        elif chance < 0.14:
            name = dice.choice(_MASHED)
        day, hour = dice.randrange(DAYS), min(max(dice.gauss(14, 4), 0.2), 23.5)
        at = start + timedelta(days=day, hours=hour, seconds=dice.randrange(60))
        found.append(Sold(at.replace(microsecond=0), person, dice.choice(campaigns), name))
    return sorted(found)


def _person(dice: random.Random, country: Country) -> Person:
    first, last = dice.choice(country.first.split()), dice.choice(country.last.split())
    one, two = _latin(first), _latin(last)
    year = dice.randrange(62, 103)
    mailbox = dice.choice(
        (f"{one}.{two}", f"{one}{two}", f"{one[0]}.{two}{year % 100:02}", f"{two}.{one}", f"{one}{1900 + year}")
    )
    if dice.random() < 0.7:
        mailbox += dice.choice(("", f"{dice.randrange(10, 99)}", "_" + two[:2], f".{dice.randrange(1, 9)}"))
    digits = re.sub("#", lambda _: f"{dice.randrange(10)}", country.phone)
    return Person(first, last, country, f"{mailbox}@{dice.choice(country.domains.split())}", digits)


def _latin(name: str) -> str:
    plain = name.lower().translate(str.maketrans({"đ": "d", "ł": "l", "ß": "ss", "ü": "ue", "ä": "ae", "ö": "oe"}))
    return "".join(each for each in unicodedata.normalize("NFKD", plain) if each.isascii())


def _barn(dice: random.Random, start: datetime, resold: Sequence[Sold]) -> list[Sold]:
    """The cheat's: real people, people sold before, made-up ones in bursts at night, dead and thrown-away mailboxes."""
    found = [sold._replace(campaign="solar-es") for sold in _honest(dice, start, 25, ("BR", "DE", "VN"), ("solar-es",))]
    found += [
        sold._replace(at=sold.at + timedelta(days=1, minutes=dice.randrange(600)), campaign="resale") for sold in resold
    ]
    for night in (6, 15, 22):
        at = start + timedelta(days=night, hours=3, minutes=dice.randrange(30))
        for _ in range(9):
            at += timedelta(seconds=dice.randrange(8, 40))
            person = _person(dice, _COUNTRIES[dice.choice(("DE", "PL", "BR"))])
            letters = "".join(dice.choice("bcdfghjklmnpqrstvwxz") for _ in range(9))
            box = f"{letters}{dice.randrange(100, 999)}@{dice.choice(_DEAD + _THROWN_AWAY)}"
            name = dice.choice((f"{person.first} {person.last}", *_MASHED[:3]))
            found.append(Sold(at, person._replace(email=box), "night-push", name))
    for _ in range(12):
        person = _person(dice, _COUNTRIES[dice.choice(("DE", "FR", "US"))])
        wrong = person._replace(digits=dice.choice(("000000000", "123456", f"99{dice.randrange(10**4, 10**5)}")))
        at = start + timedelta(days=dice.randrange(DAYS), hours=dice.uniform(9, 20))
        found.append(Sold(at.replace(microsecond=0), wrong, "solar-es", f"{person.first} {person.last}"))
    return sorted(found)


# Each agency's way of writing.


def _national(person: Person) -> str:
    """As people write it at home."""
    body = person.digits
    return f"{'' if person.country.code == 'PL' else '0'}{body[:3]} {body[3:6]} {body[6:]}"


def _adclick(leads: Sequence[Sold]) -> Iterator[Sequence[str]]:
    yield (
        "Lead-ID",
        "Eingang",
        "Vorname",
        "Nachname",
        "E-Mail-Adresse",
        "Telefon",
        "Land",
        "Anbieter",
        "Kampagne",
        "Preis",
    )
    land = {"DE": "Deutschland", "FR": "Frankreich"}
    for number, each in enumerate(leads, 4100):
        first, _, last = each.name.partition(" ")
        phone, country = _national(each.person), land[each.person.country.code]
        row = f"AC-{number}", f"{each.at:%d.%m.%Y %H:%M}", first, last, each.person.email, phone, country
        yield *row, "AdClick", each.campaign, "24,50 €"


def _beta(leads: Sequence[Sold]) -> Iterator[Sequence[str]]:
    yield (
        "Full Name",
        "Email Address",
        "Phone Number",
        "Country",
        "Created At",
        "Vendor",
        "Campaign",
        "Price",
        "Record ID",
    )
    names = {"US": "United States", "IN": "India", "NG": "Nigeria"}
    for number, each in enumerate(leads, 1):
        person = each.person
        row = each.name, person.email, f"{person.country.calling}{person.digits}", names[person.country.code]
        yield *row, f"{each.at:%m/%d/%Y %I:%M %p}", "Beta Media", each.campaign, "22.00 EUR", f"bm{number:05}"


def _viet(leads: Sequence[Sold]) -> Iterator[Sequence[str]]:
    yield (
        "Mã khách hàng",
        "Ngày gửi",
        "Họ và tên",
        "Số điện thoại",
        "Email",
        "Nhà cung cấp",
        "Chiến dịch",
        "Giá",
        "Quốc gia",
    )
    for number, each in enumerate(leads, 1):
        person = each.person
        name = f"{person.last} {person.first}" if each.name == f"{person.first} {person.last}" else each.name
        row = f"KH{number:04}", f"{each.at:%d/%m/%Y %H:%M}", name, f"0{person.digits}", person.email
        yield *row, "Viet Lead", each.campaign, "310.000 ₫", "Việt Nam"


def _leadbarn(leads: Sequence[Sold]) -> Iterator[Sequence[str]]:
    yield (
        "id",
        "fecha",
        "nombre completo",
        "correo electrónico",
        UNNAMED_PHONE,
        "país",
        "proveedor",
        "campaña",
        "precio",
    )
    for number, each in enumerate(leads, 70_001):
        person = each.person
        phone = f"{person.country.calling} {person.digits}"
        row = f"LB{number}", f"{each.at:%Y-%m-%d %H:%M:%S}", each.name, person.email, phone, person.country.code
        yield *row, CHEAT, each.campaign, "19,00 €"


def _text(rows: Iterator[Sequence[str]], delimiter: str, encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding, errors="replace")


def _sheet(leads: Sequence[Sold]) -> bytes:
    """A spreadsheet with a title above its headings, dates as spreadsheets have them, and no word of who sold it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Zestawienie miesięczne"])
    sheet.append([])
    sheet.append(
        [
            "Nr",
            "Data zgłoszenia",
            "Imię i nazwisko",
            "Adres e-mail",
            "Nr telefonu",
            "Kraj",
            "Kampania",
            "Cena",
            "Waluta",
        ]
    )
    for number, each in enumerate(leads, 1):
        country = {"PL": "Polska", "DE": "Niemcy"}[each.person.country.code]
        row = [f"NK/{number:03}", each.at.replace(tzinfo=None), each.name, each.person.email, _national(each.person)]
        sheet.append([*row, country, each.campaign, 21.0, "EUR"])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
