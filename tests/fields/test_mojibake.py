"""Names in a wrong encoding are read as they were meant, or not at all; names that people have are never touched."""

from __future__ import annotations

import time

import pytest
from ftfy.badness import is_bad
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.mojibake import _MAY_BE_BAD, read_again, read_name

against = load_lists().against_name


def read(name):
    return read_name(name, against)


def shown(name, meant, as_):
    """A name's bytes in one encoding, shown in another."""
    return name.encode(meant).decode(as_)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("Èâàí Ïåòðîâ", "Иван Петров"),
        ("Îëåíà Øåâ÷åíêî", "Олена Шевченко"),
        ("ÈÂÀÍ ÑÈÄÎÐÎÂ", "ИВАН СИДОРОВ"),
        ("Ivan Ïåòðîâ", "Ivan Петров"),
        ("é×ÁÎ óÉÄÏÒÏ×", "Иван Сидоров"),
        ("Ãéþñãïò Ðáðáäüðïõëïò", "Γιώργος Παπαδόπουλος"),
        ("ãÍãÏ ÃÍãÏ", "محمد أحمد"),
        ("éùøàì ëäï", "ישראל כהן"),
        ("ÊÁªÒÂ ã¨´Õ", "สมชาย ใจดี"),
        ("Ð˜Ð²Ð°Ð½", "Иван"),
        ("Ð\x98Ð²Ð°Ð½", "Иван"),
        ("Nguyá»…n VÄƒn An", "Nguyễn Văn An"),
        ("MÃ¼ller", "Müller"),
        ("JosÃƒÂ©", "José"),
        ("FranÃ§ois LefÃ¨vre", "François Lefèvre"),
        ("M├╝ller", "Müller"),
        ("M\x81ller", "Müller"),
        ("Wa³êsa", "Wałęsa"),
        ("£ukasz ¯ó³æ", "Łukasz Żółć"),
        ("NguyÔn V¨n Hïng", "Nguyễn Văn Hùng"),
        ("TrÇn ThÞ H\xad¬ng", "Trần Thị Hương"),
        ("Nguyeãn Vaên Huøng", "Nguyễn Văn Hùng"),
        ("Traàn Thò Höông", "Trần Thị Hương"),
        ("M&uuml;ller", "Müller"),
        ("Nguy&#7877;n An", "Nguyễn An"),
        ("Nguy%E1%BB%85n", "Nguyễn"),
        ("\\u0418\\u0432\\u0430\\u043d", "Иван"),
    ],
)
def test_a_name_is_mended(sent, meant):
    assert read(sent) == (meant, "mended")


@pytest.mark.parametrize(
    ("sent", "whole"),
    [
        ("????? ??????", ""),
        ("Nguy?n V?n An", "An"),
        ("?ukasz Nowak", "Nowak"),
        ("Jos\ufffd Silva", "Silva"),
        (shown("王小明", "gbk", "latin-1"), ""),
        (shown("박지훈", "euc_kr", "latin-1"), ""),
        (shown("山田太郎", "shift_jis", "cp1252"), "“c‘"),
    ],
)
def test_what_nobody_can_read_is_lost(sent, whole):
    left, how = read(sent)
    assert how == "lost"
    assert left in (whole, "")


@pytest.mark.parametrize(
    "name",
    [
        *("An", "Nguyen Van An", "O'Brien", "John?", "An & Co", "100% An", "A\\B"),
        *("Đặng Thị Ngọc Ánh", "Þórður Ægisson", "Åsa Öberg", "Çağrı Şahin", "Zoë", "Łukasz Żółć", "Ñuñez", "São João"),
        *("Mª José Pérez", "O´Brien", "D’Angelo", "Núñez–López", "Øystein Ådland", "Öö Ää", "Áo", "Hoà Trang"),
        *(
            "Noël Zoë Aïda",
            "Lê Hoàng",
            "Lê Thị Mai",
            "ÉMILE ZOLÁ",
            "Ólafur Þór",
            "Æsa Ýr",
            "Ðorđe Đurić",
            "İbrahim Işık",
        ),
        *("Иван Петров", "Павло Їжак", "Ґалина", "МакДональд", "ИВАН", "«Анна»", "Ελένη", "محمد", "ישראל", "สมชาย"),
        *(
            "李明",
            "김철수",
            "さくら",
            "Ulug‘bek",
            "Müller & Söhne",
            "Tom®",
            "½ Mann",
            "Ç. Ö. Ü.",
            "Jean-François",
            "Anna 🌸",
        ),
        *(
            "Ģirts Žīgurs",
            "Õie Öömaa",
            "Íñigo Íñiguez",
            "Loïc Raúl",
            "Beñat Saúl",
            "João Luís Thaís",
            "Àngel Òscar Èric",
        ),
    ],
)
def test_peoples_names_are_read_as_they_were_sent(name):
    assert read(name) == (name, None)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ("йЧБО рЕФТПЧ", ("Иван Петров", "mended")),  # KOI8 shown as Windows' Cyrillic
        ("Ďŕâëî Żćŕę", ("Павло Їжак", "mended")),
        ("Dvoøák Jiøí", ("", "lost")),  # Czech, or Lithuanian
        ("xqzjkv", ("xqzjkv", None)),
        ("Xéqzjkv", ("Xéqzjkv", None)),
    ],
)
def test_what_looks_random_is_read_again(sent, found):
    assert read_again(sent, against) == found


def test_random_keys_stay_random():
    for name in ("Xvbzkq Wqjxzvkp", "йцщшз фжвлд", "Zxqwé Pqrtz"):
        left, how = read(name)
        if how is None:
            left, how = read_again(name, against)
        assert (left, how) == (name, None)


@given(st.text(alphabet=st.characters(max_codepoint=0x2600) | st.sampled_from("aZ ÂÃŒœàé°¡²£€™вЂГāβ×√≈"), max_size=12))
def test_only_what_may_be_bad_is_ever_called_bad(text):
    assert not is_bad(text) or _MAY_BE_BAD.search(text)


@given(st.text(max_size=200))
def test_whatever_is_sent_can_be_read(name):
    read_name(name, against)
    read_again(name, against)


@pytest.mark.parametrize("piece", ["Ã", "é×", "?a", "&#233;", "%C3%A9", "³a", "aê", "Рѓ", "├╝", "\\u0418", "Ôa"])
def test_no_name_costs_more_than_linear_time(piece):
    started = time.perf_counter()
    read_name((piece * 200)[:200], against)
    assert time.perf_counter() - started < 1.0
