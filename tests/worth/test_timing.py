"""When do people say that they want it? In the ten languages, beside what only looks like a time ahead."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.worth.haste import is_near
from fraudcheck.worth.timing import is_of_event, later, may_name, spell_out
from fraudcheck.worth.words import clauses, fold, words_of

AUTUMN, SUMMER = date(2026, 11, 29), date(2027, 7, 10)


def first(text, today=AUTUMN, southern=False):
    """The first time ahead that a text names."""
    folded = fold(spell_out(text))
    if not may_name(words_of(folded), folded):
        return None
    return min((when for part in clauses(folded) if (when := later(part, today, southern))), default=None)


def lines(text):
    return [line.strip() for line in text.strip().split("\n")]


@pytest.mark.parametrize(
    "text",
    lines(
        """I'm planning to replace my heating next year, just gathering information
        We'll only start building in spring 2027
        Our lease runs out in June 2027 so we don't need the office before then
        Not in a hurry, thinking of buying in about six months
        Please get in touch again after New Year
        We won't decide until next summer
        maybe in a year or so
        Not now, maybe later
        Wir wollen erst 2027 bauen
        Frühestens im Sommer nächsten Jahres
        Wir ziehen voraussichtlich im Mai um
        Der Kauf ist für Herbst 2027 geplant
        In etwa 8 Monaten läuft mein Vertrag aus
        In einem halben Jahr brauchen wir
        ab Februar
        Nous prévoyons les travaux pour l'été prochain
        Pas avant 2027
        Dans six mois nous déménagerons
        Notre projet démarrera au printemps
        à partir d'avril prochain
        en 2027
        Lo queremos para el próximo año
        Sería a partir de marzo del año que viene
        Dentro de ocho meses cambiaremos los coches
        La próxima primavera
        12 de junio de 2027
        Estamos pensando em trocar só no ano que vem
        Pretendo comprar daqui a 6 meses
        para o segundo semestre de 2027
        Planujemy remont w przyszłym roku
        Planujemy zakup na wiosnę
        Za pół roku kończy mi się umowa
        od marca
        Tôi định mua xe sang năm
        Năm sau tôi dự định đổi xe
        nam sau toi moi mua
        Mùa hè năm tới nhà mình mới lắp máy lạnh
        6 tháng nữa mới cần
        Qua Tết mình mới làm nha shop
        tôi định mua vào tháng 5
        نخطط للشراء في السنة القادمة
        سنبدأ البناء في 2027
        أحتاج السيارة بعد ستة أشهر
        ابتداء من شهر مارس
        ต้องการซื้อปีหน้า
        วางแผนสร้างบ้านปี 2570
        อีกประมาณ 8 เดือน
        ตั้งแต่เดือนมีนาคม
        Rencana beli tahun depan
        Saya baru butuh 6 bulan lagi
        Setengah tahun lagi kontrak saya habis
        Belum sekarang, mungkin tahun depan
        明年春天
        в следующем году
        12.03.2027
        June 12, 2027
        Q2 2027"""
    ),
)
def test_a_time_ahead_is_read(text):
    when = first(text)
    assert when is not None
    assert (when - AUTUMN).days > 31


@pytest.mark.parametrize(
    "text",
    lines(
        """I want winter tyres from October
        Winterreifen ab Oktober
        Pneus hiver à partir d'octobre
        Neumáticos de invierno para noviembre
        Opony zimowe dopiero w listopadzie
        Từ tháng 11 mình mới cần
        ابتداء من نوفمبر
        ตั้งแต่เดือนพฤศจิกายน
        mulai November
        Wir brauchen das im Winter"""
    ),
)
def test_winter_tyres_in_summer(text):
    when = first(text, SUMMER)
    assert when is not None
    assert (when - SUMMER).days > 31
    assert first("I need winter tyres", SUMMER) is None
    assert first("Winterreifen gesucht, 205/55 R16", SUMMER) is None


@pytest.mark.parametrize(
    "text",
    lines(
        """since last spring
        We have been customers since last spring
        I moved in 2024
        I moved in March
        We moved here in May
        I had a Golf from 2019
        My current contract started in January 2025
        I saw your ad last summer, is it still available?
        within 6 months
        for the last 6 months
        I may be interested
        may I have a price list
        march 8
        model 2027
        budget 2030 euro
        24 months warranty?
        price for 2 years contract
        Where is my order, it has not arrived yet
        next week
        in 3 weeks
        seit März
        Seit letztem Frühjahr ist die Heizung defekt
        Ich bin 2023 umgezogen und brauche eine Versicherung
        Wir haben im Mai gebaut
        Bestellung ist immer noch nicht da
        Ich arbeite im Sommer draußen
        Nous avons acheté en 2022
        depuis le printemps dernier nous avons un problème
        desde marzo pasado
        el lobo ha entrado tres veces desde agosto
        Compramos la casa en 2021
        próxima semana
        Comprei em 2023
        entrega parcelada em 6 meses
        Kupiłem dom w zeszłym roku
        jak zwrócić buty, 14 dni jeszcze nie minęło
        năm ngoái tôi đã mua
        từ năm 2022 đến nay
        trả góp một năm tôi có sổ đỏ
        Sáng thứ năm tôi rảnh
        sáu anh chị em, thứ năm sáu tôi ở nhà
        trong 6 tháng qua
        اشتريت العام الماضي
        منذ الربيع الماضي
        ซื้อไปเมื่อปีที่แล้ว
        รถปี 2563
        saya beli tahun lalu
        Pesanan saya belum sampai"""
    ),
)
def test_what_was_and_what_only_looks_like_a_time_is_none(text):
    when = first(text)
    assert when is None or (when - AUTUMN).days <= 31


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("in spring 2027", date(2027, 3, 1)), ("next spring", date(2027, 3, 1)),
        ("from February", date(2027, 2, 1)),
        ("next year", date(2027, 7, 1)), ("on 12 June 2027", date(2027, 6, 1)),
        ("on 2027-06-12", date(2027, 6, 12)),
        ("in six months", date(2027, 5, 28)), ("in 2031", date(2031, 7, 1)), ("maybe later", date.max),
        ("in 9999", None),
        ("in 2026", None), ("on 2026-11-01", None),
    ],
)  # fmt: skip
def test_the_day_from_which_on(text, when):
    assert first(text) == when


def test_spring_is_in_september_in_the_south():
    assert first("next spring", southern=True) == date(2027, 9, 1)
    assert first("la próxima primavera", SUMMER, southern=True) == date(2027, 9, 1)


@pytest.mark.parametrize(
    "text",
    lines(
        """My wedding is on 12 May 2027 at my family's village
        Wir heiraten, Hochzeit im Juni 2027, 80 Gäste
        Nous marions notre fils l'été prochain
        WESELE 140 OS. SIERPIEŃ 2027
        boda civil en septiembre de 2027
        book 4 nights from 12 August
        Đám cưới tháng 3 sang năm
        งานแต่งปีหน้า"""
    ),
)
def test_what_takes_place_then_is_settled_now(text):
    folded = fold(text)
    assert is_of_event(words_of(folded), folded)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("not now but call me tomorrow", True), ("rufen Sie mich morgen an", True),
        ("rappelez moi demain", True),
        ("dzwońcie jutro, pilne", False), ("urgent, not next year", False), ("cần gấp", False),
        ("ด่วน", False), ("عاجل", False),
    ],
)  # fmt: skip
def test_who_wants_it_at_once(text, asks):
    assert any(is_near(part, asks) for part in clauses(fold(text)))


def test_today_alone_is_no_hurry():
    assert not is_near(" today i saw your ad ", False)


@given(st.text(max_size=300), st.dates(date(1, 1, 1), date(9990, 1, 1)))
def test_nothing_raises_on_any_text_and_day(text, today):
    first(text, today)


@given(
    st.lists(
        st.sampled_from(re.findall(r"\w+", "next spring 2027 in from march last since year 6 months we want 12 ปีหน้า")),
        max_size=30,
    )
)
def test_no_order_of_words_raises(words):
    when = first(" ".join(words))
    assert when is None or when > AUTUMN
