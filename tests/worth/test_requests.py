"""What do messages ask for? In ten languages and more, beside what is turned round."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.worth.requests import _PHRASES, APPOINTMENT, CONTACT, PRICE, requests
from fraudcheck.worth.words import clauses, fold, words_of


def asked(text):
    folded = fold(text)
    return requests(words_of(folded), folded)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((APPOINTMENT, text) for text in (
            "Please give me a call this afternoon", "Could someone ring me?", "I'd like to speak to an adviser",
            "Can we schedule a demo?", "Bitte rufen Sie mich zurück", "Ich bitte um Rückruf",
            "ein Termin am Montag?",
            "Merci de me rappeler", "Je souhaite prendre rendez-vous", "Por favor llámenme",
            "¿Me pueden llamar por la tarde?",
            "Quisiera agendar una cita", "Por favor me liguem", "Gostaria de agendar uma visita",
            "Proszę oddzwonić",
            "Chciałbym umówić się na spotkanie", "Gọi lại cho em nhé", "goi lai cho em nhe",
            "Cho mình đặt lịch hẹn",
            "من فضلكم اتصلوا بي", "أريد حجز موعد", "ช่วยโทรกลับด้วยค่ะ", "ขอนัดดูบ้านวันเสาร์",
            "Mohon telepon saya",
            "Bisa survey lokasi?", "not now, but call me tomorrow", "CALL ME!!!", "Bitte um Rueckruf",
            "koennen Sie mich zurueckrufen", "GOI LAI CHO EM", "umowic sie na spotkanie",
        )),
        *((CONTACT, text) for text in (
            "Kindly contact me", "Please get back to me", "Bitte melden Sie sich bei mir",
            "Merci de me contacter",
            "Necesito que me contacten", "Entrem em contato comigo", "Proszę o kontakt",
            "Liên hệ với tôi qua zalo",
            "يرجى التواصل معي", "ติดต่อกลับด้วยครับ", "Tolong hubungi saya",
        )),
        *((PRICE, text) for text in (
            "What does it cost?" , "how much", "Was kostet das?", "Preisliste bitte",
            "Quel est le prix ?", "¿Cuánto cuesta?",
            "Qual o valor?", "Ile to kosztuje?", "Giá bao nhiêu?", "cho xin báo giá", "كم السعر؟",
            "ราคาเท่าไหร่", "Berapa harganya?",
            "多少钱", "Cho em hoi gia 40 cai ghe van phong, giao thang 3 duoc khong", "CHO EM HỎI GIÁ", "gia ntn shop",
            "wie teuer ist das", "CUANTO CUESTAN", "cotizacion por favor", "QUAL É O PREÇO", "COMBIEN ÇA COÛTE",
            "PROSZĘ O WYCENĘ", "quanto costerebbe", "FİYAT NE KADAR", "СКОЛЬКО СТОИТ",
        )),
    ],
)  # fmt: skip
def test_what_is_asked_for(kind, text):
    assert kind in asked(text)


@pytest.mark.parametrize(
    "text",
    [
        "Don't call me", "Please do not contact me", "Nobody called me back, never call me",
        "bitte nicht anrufen",
        "no me llamen", "não me liguem", "đừng gọi cho tôi", "لا تتصلوا بي", "ไม่ต้องโทรกลับ",
        "jangan telepon saya",
        "I called you yesterday", "Termin dostawy 6 tygodni",
        "Ich suche einen Tisch", "gia đình tôi có bốn người", "", "?", "🏠",
    ],
)  # fmt: skip
def test_what_is_not_asked_for(text):
    assert asked(text) == set()


@given(st.text(max_size=400))
def test_nothing_raises(text):
    asked(text)
    assert all(part.strip() for part in clauses(fold(text)))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Not now. Call me, please!", ["not now", "call me", "please"]),
        ("am 12. Juni 2027", ["am 12 juni 2027"]),
        ("12.06.2027, um 10:30", ["12 06 2027", "um 10 30"]),
        ("June 12, 2027", ["june 12 2027"]),
        ("in 2027. Bitte anrufen", ["in 2027", "bitte anrufen"]),
        ("٣ أشهر، شكرا", ["3 اشهر", "شكرا"]),
        ("", []),
        ("...", []),
    ],
)
def test_clauses(text, parts):
    assert [part.strip() for part in clauses(fold(text))] == parts


def test_a_family_is_no_price_where_accents_are_left_out():
    assert PRICE not in asked("em phai hoi gia dinh da")


@pytest.mark.parametrize(
    ("kind", "phrase"),
    [
        (kind, each.strip().rstrip("*"))
        for kind, listed in _PHRASES.items()
        for each in listed.split("|")
        if each.strip()
    ],
)
def test_every_phrase_is_read_in_capitals_too(kind, phrase):
    assert kind in asked(phrase)
    assert kind in asked(phrase.upper())
