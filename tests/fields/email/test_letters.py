"""Letters that an input method or a keyboard made of others, by the languages in which that happens."""

import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.fields.email.letters import plain_letters
from fraudcheck.records import Mailbox

LISTS = load_lists()


def read(email: str) -> Mailbox:
    return read_mailbox(email, LISTS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nguyễn.thị.hường@gmail.com", "nguyen.thi.huong@gmail.com"),
        ("đặng_quốc88@yahoo.com.vn", "dang_quoc88@yahoo.com.vn"),
        ("nguye\u0302\u0303n@outlook.com", "nguyen@outlook.com"),  # marks of their own
        ("zoë.lefèvre@orange.fr", "zoe.lefevre@orange.fr"),
        ("peña.nuñez@hotmail.es", "pena.nunez@hotmail.es"),
        ("joão.conceição@uol.com.br", "joao.conceicao@uol.com.br"),
        ("łukasz.żak@wp.pl", "lukasz.zak@wp.pl"),
        ("jiří.dvořák@seznam.cz", "jiri.dvorak@seznam.cz"),
        ("ışıl.güneş@hotmail.com", "isil.gunes@hotmail.com"),
        ("kőszegi.ödön@freemail.hu", "koszegi.odon@freemail.hu"),
        ("İbrahim@gmail.com", "Ibrahim@gmail.com"),
        ("ahmed٨٧@gmail.com", "ahmed87@gmail.com"),
        ("reza۱۳۶۵@yahoo.com", "reza1365@yahoo.com"),
        ("аndrey.k@gmail.com", "andrey.k@gmail.com"),  # Cyrillic а
        ("οlivia@gmail.com", "olivia@gmail.com"),  # Greek ο
        ("hải@gmial.com", "hai@gmail.com"),  # two slips, of which each is certain
        ("hai@gmaıl.com", "hai@gmail.com"),
        ("hai@hotmàil.com", "hai@hotmail.com"),
        ("hai@gmail.cơm", "hai@gmail.com"),
        ("hai@уahoo.com", "hai@yahoo.com"),  # Cyrillic у
        ("фынг@дшмуюсщь", "asyu@live.com"),  # the Russian layout
    ],
)
def test_what_was_meant(typed: str, meant: str) -> None:
    assert read(typed).suggestion == meant


@pytest.mark.parametrize(
    "typed",
    ["müller@gmx.de", "weiß@web.de", "jørgensen@hotmail.dk", "åsa@gmail.com", "đurđa.kovačić@gmail.com",
     "юра@gmail.com", "李雷@qq.com", "þór@gmail.com", "cœur@free.fr", "مريم@gmail.com"],
)  # fmt: skip
def test_letters_that_may_stand_for_several(typed: str) -> None:
    found = read(typed)
    assert (found.problem, found.normalized, found.suggestion) == (None, typed, None)


@pytest.mark.parametrize(
    "typed",
    ["अनिल@डाटामेल.भारत", "юра@почта.рф", "phạm.lan@nhaxinh.vn", "josé@clinica.es", "अनिल@rediffmail.com",
     "用户@例子.中国", "an@bücher.de", "an@müller.ch"],
)  # fmt: skip
def test_who_may_have_such_names_has_them(typed: str) -> None:
    found = read(typed)
    assert (found.problem, found.normalized, found.suggestion) == (None, typed, None)


def test_the_spoilt_name_is_the_same_mailbox() -> None:
    assert read("phạm.lan.hn@gmail.com").canonical == read("pham.lan.hn@gmail.com").canonical == "phamlanhn@gmail.com"


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("hana..yuki@docomo.ne.jp", "hana..yuki@docomo.ne.jp"),
        (".hana.@ezweb.ne.jp", ".hana.@ezweb.ne.jp"),
        ("hana.@au.com", "hana.@au.com"),
        ("ha-na/7...@docomo.ne.jp", "ha-na/7...@docomo.ne.jp"),
        ('"hana..yuki"@docomo.ne.jp', "hana..yuki@docomo.ne.jp"),
        ("Mail：hana..yuki@docomo.ne.jp", "hana..yuki@docomo.ne.jp"),
    ],
)
def test_dots_that_japanese_carriers_gave_out(typed: str, canonical: str) -> None:
    found = read(typed)
    assert (found.problem, found.normalized, found.canonical) == (None, canonical, canonical)


@pytest.mark.parametrize(
    "typed",
    ["...@docomo.ne.jp", "@docomo.ne.jp", "ha na..@docomo.ne.jp", "hana..@softbank.ne.jp", "hana..yuki@gmail.com",
     "hana..yuki@notdocomo.ne.jp", "花..子@docomo.ne.jp"],
)  # fmt: skip
def test_dots_that_nobody_gave_out(typed: str) -> None:
    assert read(typed).problem in ("syntax", "unreadable")


def test_ascii_stays_as_it_is() -> None:
    assert plain_letters("an..b") == "an..b"
