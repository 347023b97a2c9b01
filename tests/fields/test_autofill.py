"""What a browser may have written into a field that nobody sees, and what no browser does."""

from __future__ import annotations

from time import perf_counter

import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.autofill import held_by_browser, pack_places, place_finder
from fraudcheck.records import Lead

IS_PLACE = load_lists().is_place
LEAD = Lead(
    email="Daniel.Whitaker@keller-bau.de",
    phone="(212) 740-3628",
    country="US",
    name="Daniel J. Whitaker-Łoś",
    company="Keller Bau GmbH & Co. KG",
    address="12 Hàng Bài, Hoàn Kiếm",
    postal_code="SW1A 1AA",
)


def held(trap, lead=LEAD):
    return held_by_browser(trap, lead, IS_PLACE)


@pytest.mark.parametrize(
    "trap",
    [
        *("Daniel.Whitaker@keller-bau.de", " daniel.whitaker@KELLER-BAU.de "),
        *("(212) 740-3628", "+1 212 740 3628", "2127403628", "12127403628", "001 212 740-3628", "740-3628"),
        *("Daniel J. Whitaker-Łoś", "daniel whitaker", "WHITAKER", "Whitaker Los, Daniel", "Daniel"),
        *("Keller Bau GmbH & Co. KG", "keller bau", "Keller Bau"),
        *("12 Hàng Bài", "hang bai", "Hoàn Kiếm", "12 Hàng Bài, Hoàn Kiếm", "12 Hàng Bài\nHoàn Kiếm"),
        *("SW1A 1AA", "sw1a1aa", "US", "us"),
    ],
)
def test_the_leads_own_data(trap):
    assert held(trap) == "own"


def test_a_name_without_blanks_and_a_name_in_two_fields():
    assert held("山田太郎", Lead(name="山田 太郎")) == "own"
    assert held("Lan Phạm", Lead(first_name="Lan", last_name="Phạm")) == "own"
    assert held("Keller-Bau", Lead(email="info@keller-bau.de")) == "own"


@pytest.mark.parametrize(
    "trap",
    [
        # places that the lead does not name
        *(
            "Hà Nội",
            "Ha Noi",
            "hà nội",
            "TP. Hồ Chí Minh",
            "Thành phố Hồ Chí Minh",
            "TP HCM",
            "Đà Nẵng",
            "Huế",
            "Bình Dương",
        ),
        *(
            "Berlin",
            "berlin",
            "München",
            "Bielefeld",
            "Ulm",
            "New York",
            "San Francisco",
            "São Paulo",
            "Bogotá",
            "Kraków",
            "Lyon",
        ),
        *(
            "กรุงเทพมหานคร",
            "東京都",
            "大阪",
            "北京市",
            "서울특별시",
            "القاهرة",
            "Москва",
            "Київ",
            "İstanbul",
            "Jakarta",
            "Lagos",
        ),
        # states and countries, also by their codes
        *("Bayern", "California", "CA", "NSW", "Ontario", "Maharashtra", "Île-de-France", "Đồng Nai"),
        *(
            "Deutschland",
            "Germany",
            "Việt Nam",
            "Vietnam",
            "VN",
            "United Kingdom",
            "UK",
            "España",
            "México",
            "日本",
            "Россия",
            "مصر",
        ),
        # postal codes
        *(
            "10115",
            "100000",
            "10011-1234",
            "100-0001",
            "00-950",
            "01310-100",
            "111 20",
            "EC1A 1BB",
            "k1a 0b1",
            "1012 AB",
        ),
        *("10115 Berlin", "75001 Paris", "Austin, TX", "Hanoi, Vietnam", "Berlin\n10115\nDeutschland"),
        # the second line of an address, and companies
        *("Apt 4B", "Suite 200", "# 12", "Tầng 5", "2. OG", "3rd floor", "Quận 1", "кв. 12", "3階"),
        *(
            "Anh Duc Co., Ltd",
            "Smith & Sons Ltd.",
            "Acme, Inc.",
            "Công ty TNHH An Phát",
            'ООО "Ромашка"',
            "株式会社山田",
            "Abc Sp. z o.o.",
        ),
    ],
)
def test_what_a_browser_holds_of_somebody(trap):
    assert held(trap) == "profile"


@pytest.mark.parametrize(
    "trap",
    [
        *(
            "https://cheap-seo.example/x",
            "http://x",
            "www.cheap-seo.example",
            "cheap-seo.example",
            "<a href=x>",
            "[url=x]y[/url]",
        ),
        *("somebody.else@gmail.com", "a@b", "+1 917 682 0316", "84912840375", "0123456789012"),
        *(
            "asdkjh",
            "qwerty",
            "x",
            "xxx",
            "test",
            "Test",
            "hello",
            "spam",
            "Spam",
            "bot",
            "google",
            "casino",
            "best",
            "crypto",
        ),
        *("on", "true", "yes", "1", "7", "123", "12", "Y"),
        *(
            "John Smith",
            "RobertTaf",
            "Daniel Smith",
            "SEO Services",
            "Buy cheap viagra",
            "Great post!",
            "lorem ipsum",
            "such as",
        ),
        *(
            "Hà Nội\nhttp://spam.example",
            "Berlin buy now",
            "Berlin, buy now",
            "https://cheap-seo.example/x Berlin",
            "ипотека",
        ),
        *(
            "Daniel Whitaker https://x.example",
            "Berlin, " * 12,
            "\n".join(["Berlin"] * 30),
            "10115 " * 40,
            "",
            "\n",
            "…",
        ),
    ],
)
def test_what_no_browser_writes(trap):
    assert held(trap) is None


def test_a_link_is_a_programs_though_it_is_the_company_as_well():
    link = "https://cheap-seo.example/x"
    assert held(link, Lead(name="Mike", company=link, address=link)) is None


@pytest.mark.parametrize(
    "trap",
    [
        *(
            "công ty " + "a" * 90 + "!",
            "a " * 49 + "!",
            "PT " + '"a" ' * 20 + "!",
            "apt" + " " * 96,
            "a, " * 33,
            "x" * 100,
        ),
        *("1" * 100, "a." * 50, "\n".join(["a b c d e f g h, i, j, k, l, m!"] * 10), "ー" * 100),
    ],
)
def test_no_trap_takes_long(trap):
    lead = Lead(email="a@b.vn", name="a " * 100, company="b " * 150, address="c " * 250)
    start = perf_counter()
    held(trap[:500], lead)
    assert perf_counter() - start < 0.2


def test_places_are_packed_once_and_found_by_what_they_are_called():
    packed = pack_places(["Đà Nẵng", "da nang", "NY", "!?"])
    assert len(packed) == 2 * 4
    find = place_finder(packed)
    assert [find(text) for text in ("Da Nang", "TP Đà Nẵng", "NY", "ny", "Hue", "", "12")] == [True] * 3 + [False] * 4
    assert not place_finder(b"")("Da Nang")
