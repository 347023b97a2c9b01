"""Which templates of enquiries are there, and how is one filled in? Format and slots are those of the texts' authors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

from faker import Faker

from fraudcheck.worth.enquiry import KINDS

LOCALES = {
    "en": "en_IN en_US en_GB en_NG", "vi": "vi_VN", "id": "id_ID", "ar": "ar_SA ar_AA", "th": "th_TH",
    "de": "de_DE de_AT", "es": "es_ES es_MX", "fr": "fr_FR", "pt": "pt_BR pt_PT", "pl": "pl_PL",
}  # fmt: skip
"""The languages, each with the countries whose names and towns fill the slots."""
PRODUCTS = {
    "en": "the inverter|your blue sofa|car insurance|the two bedroom flat|the yoga course|the payroll software|roof tiles|"
    "the wheel loader|dental implants|the wedding hall|a forklift|the garden shed|laptop repair|the MBA|pest control",
    "vi": "máy lọc nước|căn hộ 2 phòng ngủ|bảo hiểm xe|khóa tiếng Anh|sơn chống thấm|tủ bếp|máy phát điện|niềng răng|"
    "tour Đà Lạt|xe tải 5 tấn|phần mềm kế toán|máy in mã vạch|nệm cao su|thẻ tập gym",
    "id": "rumah tipe 45|asuransi mobil|genset|kursus bahasa Inggris|panel surya|kitchen set|paket umroh|mesin kopi|"
    "sewa mobil|cat tembok|jasa pindahan|veneer gigi|katering|software kasir",
    "ar": "شقة غرفتين|تأمين السيارة|ألواح شمسية|دورة اللغة الإنجليزية|مولد كهربائي|تقويم الأسنان|مكيف|مطبخ ألمنيوم|"
    "برنامج محاسبة|رحلة عمرة|سيارة مستعملة|عازل أسطح",
    "th": "คอนโด|ประกันรถ|แอร์|คอร์สภาษาอังกฤษ|โซลาร์เซลล์|ชุดครัว|รถเช่า|ทัวร์เกาหลี|จัดฟัน|เครื่องกรองน้ำ|โปรแกรมบัญชี",
    "de": "die Wärmepumpe|die Einbauküche|die Haftpflicht|den Sprachkurs|das Wohnmobil|die Photovoltaikanlage|den Umzug|"
    "die Fenster|das E-Bike|die Hüpfburg|die Zahnschiene|den Gabelstapler",
    "es": "la cocina|el seguro de coche|las placas solares|el curso de inglés|el piso|la caldera|el alquiler de furgoneta|"
    "los implantes|la carpa|el montacargas|el software de facturación",
    "fr": "la pompe à chaleur|l'assurance auto|la cuisine|le cours d'anglais|l'appartement|le camping-car|la véranda|"
    "les fenêtres|le logiciel de caisse|la location de salle|l'élagage",
    "pt": "o seguro do carro|a energia solar|o apartamento|o curso de inglês|a cozinha planejada|o aparelho dental|o gerador|"
    "o plano de saúde|a empilhadeira|o buffet|o sistema de gestão",
    "pl": "pompa ciepła|ubezpieczenie auta|kuchnia na wymiar|kurs angielskiego|mieszkanie|fotowoltaika|okna|przeprowadzka|"
    "wózek widłowy|sala weselna|program do faktur|aparat na zęby",
}  # fmt: skip
_CURRENCY = {"en": "${} £{} {}usd Rs{} N{}", "vi": "{}tr {}k {}.000đ", "id": "Rp{}rb {}jt", "ar": "{}ريال {}درهم ${}",
             "th": "{}บาท", "de": "{}€ {}Euro", "es": "{}€ ${}", "fr": "{}€ {}euros", "pt": "R${} {}€", "pl": "{}zł"}  # fmt: skip
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_SEED = 19
_NAMES = 150


class Template(NamedTuple):
    """One line of an author's file."""

    author: str
    language: str
    kind: str
    text: str


def read_templates(folder: Path, authors: Iterable[str] | None = None) -> list[Template]:
    """All templates of ``AUTHOR/LANG.txt`` below a folder. Raises ValueError for a line of no known kind."""
    chosen = sorted(folder.iterdir()) if authors is None else [folder / author for author in authors]
    return [one for author in chosen for path in sorted(author.glob("*.txt")) for one in read_file(path)]


def read_file(path: Path) -> Iterator[Template]:
    """The templates of one file; its folder is its author, its name the language."""
    kind = ""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("## "):
            kind = line[3:].strip()
            if kind not in KINDS:
                raise ValueError(f"{path}:{number}: no such kind: {kind}; there are {', '.join(KINDS)}")
        elif line.strip():
            yield Template(path.parent.name, path.stem, kind, line.strip())


class Filler:
    """Fills templates in: alternatives and slots, by chance."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._pools: Mapping[str, dict[str, list[str]]] = {}

    def fill(self, text: str, language: str) -> str:
        """A text of a template, with other names and numbers each time."""
        text = _CHOICE.sub(lambda found: self._random.choice(found[1].split("|")), text)
        return _SLOT.sub(lambda found: self._slot(found[1], language), text).replace("\\n", "\n")

    def _slot(self, name: str, language: str) -> str:
        pool = self._pool(language)
        return self._random.choice(pool[name]) if name in pool else name

    def _pool(self, language: str) -> dict[str, list[str]]:
        if language not in self._pools:
            self._pools = {**self._pools, language: _make_pool(language, self._random)}
        return self._pools[language]


def _make_pool(language: str, random: Random) -> dict[str, list[str]]:
    fakers = [_faker(locale) for locale in LOCALES[language].split()]
    many = [fakers[at % len(fakers)] for at in range(_NAMES)]
    words = [Faker("en_US").domain_word() for _ in many]
    return {
        "name": [random.choice([each.name(), each.first_name()]) for each in many],
        "company": [each.company() for each in many],
        "city": [each.city() for each in many],
        "phone": [each.phone_number() for each in many],
        "mail": [f"{word}@{random.choice(['gmail.com', 'mail.com', word + '.com'])}" for word in words],
        "url": [
            random.choice(["https://{}.com", "www.{}.net", "http://{}.co/offer", "{}.io"]).format(word)
            for word in words
        ],
        "n": [str(random.choice([2, 3, 4, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100, 200, 500])) for _ in many],
        "price": [
            random.choice(_CURRENCY[language].split()).format(random.choice([5, 20, 50, 99, 150, 300, 500, 1200, 5000]))
            for _ in many
        ],
        "date": [each.date(random.choice(["%d/%m/%Y", "%d.%m.", "%d.%m.%Y", "%d %B", "%Y-%m-%d"])) for each in many],
        "product": PRODUCTS[language].split("|"),
    }


def _faker(locale: str) -> Faker:
    faker = Faker(locale if locale not in {"en_NG", "ar_SA"} else "en_GB" if locale == "en_NG" else "ar_AA")
    faker.seed_instance(_SEED)
    return faker
