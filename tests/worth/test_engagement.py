"""What did the person do? Events as Google, HubSpot, Meta and ten languages name them; the form; the message."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.records import Activity, Form, Lead
from fraudcheck.worth.engagement import ACTIONS, Names, Weights, exactness, name_clash, read_actions, read_form
from fraudcheck.worth.words import fold

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
NAMES = Names(ACTIONS)


def points(*events, half_life=30.0, names=NAMES):
    activity = [event if isinstance(event, Activity) else Activity(event=event) for event in events]
    return {each.name: each.points for each in read_actions(activity, names, half_life, AT)}


@pytest.mark.parametrize(
    ("event", "action"),
    [
        ("page_view", "pages"), ("Page views", "pages"), ("view_item", "pages"), ("ViewContent", "pages"),
        ("hs_analytics_num_page_views", "pages"), ("Seitenaufrufe", "pages"), ("pages vues", "pages"),
        ("trang", "pages"),
        ("páginas vistas", "pages"), ("halaman", "pages"), ("صفحات", "pages"), ("การดูหน้าเว็บ", "pages"),
        ("odsłony", "pages"),
        ("prices", "prices"), ("view_pricing", "prices"), ("Pricing page", "prices"),
        ("visited_pricing_page", "prices"),
        ("so sánh giá", "prices"), ("bang gia", "prices"), ("Preisvergleich", "prices"),
        ("cennik", "prices"), ("اسعار", "prices"),
        ("ราคา", "prices"), ("devis", "prices"), ("orçamento", "prices"), ("comparar", "prices"),
        ("harga", "prices"),
        ("add_to_cart", "basket"), ("AddToCart", "basket"), ("begin_checkout", "basket"),
        ("InitiateCheckout", "basket"),
        ("Warenkorb", "basket"), ("giỏ hàng", "basket"), ("koszyk", "basket"), ("carrinho", "basket"),
        ("ตะกร้า", "basket"),
        ("add_shipping_info", "basket"), ("delivery terms", "delivery"), ("Lieferbedingungen", "delivery"),
        ("giao hàng", "delivery"), ("dostawa", "delivery"), ("frete", "delivery"), ("file_download", "downloads"),
        ("Download", "downloads"), ("tải về", "downloads"), ("téléchargement", "downloads"),
        ("ดาวน์โหลด", "downloads"),
        ("question", "questions"), ("câu hỏi", "questions"), ("live chat", "questions"),
        ("return visit", "returns"),
        ("quay lại", "returns"), ("Schedule", "appointment"), ("hs_meeting_booked", "appointment"),
        ("Termin", "appointment"),
        ("đặt lịch", "appointment"), ("rendez-vous", "appointment"), ("cita", "appointment"),
        ("นัดหมาย", "appointment"),
        ("demo", "demo"), ("demo_request", "demo"), ("StartTrial", "demo"), ("dùng thử", "demo"),
        ("session_start", "visits"), ("sessions", "visits"), ("Besuche", "visits"),
        ("user_engagement", None), ("ad_impression", None), ("", None), ("🏠", None), ("x" * 500, None),
    ],
)  # fmt: skip
def test_an_event_is_known_by_its_name(event, action):
    assert NAMES.action(event) == action


def test_no_name_is_of_two_actions():
    assert name_clash(ACTIONS) is None


def test_the_tenth_page_says_little():
    earned = [points(Activity(event="pages", count=count))["pages"] for count in range(12)]
    gains = [after - before for before, after in pairwise(earned)]
    assert earned[0] == 0.0
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 2
    assert gains[-1] < 0.6
    assert points(Activity(event="pages", count=10**9))["pages"] == ACTIONS["pages"].weight


def test_counts_lists_and_single_events_are_one():
    assert points(*["prices"] * 3) == points(Activity(event="pricing_page", count=2), "compare")


def test_a_first_visit_is_no_return():
    assert points("session_start") == {"visits": 0.0}
    assert points(Activity(event="sessions", count=3))["visits"] > 5


def test_what_is_long_ago_counts_less():
    new, month, old = (
        points(Activity(event="prices", at=at))["prices"]
        for at in ("2026-11-28T12:00:00Z", "2026-10-30T12:00:00Z", "2020-01-01")
    )
    assert new > month > old
    assert old == 0.0
    assert points("prices") == points(Activity(event="prices", at="2026-11-29T12:00:00Z"))
    assert points(Activity(event="prices", at="2030-01-01T00:00:00Z")) == points("prices")  # clocks differ
    assert points(Activity(event="prices", at="yesterday")) == points("prices")


def test_actions_weigh_more_than_pages():
    assert points("appointment")["appointment"] > points("prices")["prices"] > points("pages")["pages"] * 4


def test_what_no_action_names_is_said_and_earns_nothing():
    assert points("ad_impression", Activity(event="first_open", count=3)) == {"other actions": 0.0}


@given(st.lists(st.builds(Activity, event=st.text(max_size=80), count=st.integers(-5, 10**12)), max_size=20))
def test_any_events_are_read(activity):
    for each in read_actions(activity, Names(ACTIONS), 30.0, AT):
        assert 0.0 <= each.points <= each.weight


def form(**measured):
    lead = Lead(email="an.nguyen@gmail.com", phone="0912840375", name="Nguyễn Văn An", form=Form(**measured))
    return {each.name: each.points for each in read_form(lead, Weights())}


def test_only_what_was_measured_of_the_form_counts():
    assert form() == {}
    assert form(fill_seconds=0.0) == {"fill_seconds": 0.0}
    assert form(fill_seconds=20.0) == {"fill_seconds": 2.5}
    assert form(seconds_on_page=float("inf"), fill_seconds=float("nan")) == {}


def test_corrections_are_keys_beyond_the_characters():
    assert "corrections" not in form(keystrokes=42)
    assert form(keystrokes=52)["corrections"] > 1
    assert "corrections" not in form(keystrokes=90, pastes=1)


def exact(text):
    return exactness(text, fold(text))


def test_an_exact_question_says_more_than_a_word():
    assert exact("hi") == exact("") == exact("?") == 0.0
    wish = exact("please send me information about your products")
    question = exact("Do you deliver 3 pallets of 25 kg to Lyon by 12 June?")
    assert 0 < wish < question <= 1.0
    assert exact("Bên mình có giao 3 tấn gạo xuống Cần Thơ trước ngày 12 không?") > wish
    assert exact("ต้องการสั่งซื้อข้าว 3 ตัน ส่งที่เชียงใหม่ก่อนวันที่ 12 ได้ไหมครับ?") > wish
    assert exact("Können Sie uns bis 12. Juni 3 Paletten liefern?") > wish


@given(st.text(max_size=3000))
def test_exactness_is_a_share(text):
    assert 0.0 <= exact(text) <= 1.0


@pytest.mark.parametrize(
    ("action", "names"),
    [
        (
            "prices",
            "prezzi confrontati|confronto prezzi|listino|Preisvergleich angesehen|PREISE VERGLICHEN|so sánh giá 3 lần",
        ),
        (
            "prices",
            "BAO GIA|porównanie cen|comparación de precios|เปรียบเทียบราคา|مقارنة الأسعار|сравнение цен|fiyatlara baktı",
        ),
        (
            "basket",
            "carrelli|aggiunto al carrello|gio hang|sepete ekledi|добавил в корзину|加入购物车|カートに追加",
        ),
        (
            "appointment",
            "prenotazione|prenota appuntamento|zapisz: spotkania|rückrufe|回电|обратный звонок",
        ),
        ("questions", "domande|messaggi|vragen gesteld|pytania o dostawę|сообщения|在线咨询|お問い合わせ"),
        ("downloads", "scaricamenti|scarica catalogo|cataloghi|скачать каталог|資料請求|katalog indir|تحميلات"),
        (
            "delivery",
            "consegne|tempi di consegna|condizioni di consegna|levertijd|сроки доставки|配送|frais de livraison",
        ),
        ("prices", "porovnání cen|ceník|poptávka po ceně|compararea prețurilor|listă de prețuri|prijsvergelijkingen"),
        ("pages", "zobrazené stránky|stránky|pagini vizualizate|produse vizualizate"),
        ("returns", "opakované návštěvy|vizite repetate|herhaalde bezoeken|tekrar ziyaretler"),
        ("downloads", "staženo|descărcări|scaricati|gedownload|indirmeler|fiche téléchargée"),
        ("delivery", "dodací podmínky|condiții de livrare|leveringsvoorwaarden"),
        ("demo", "prove gratuite|campioni|пробная версия|免费试用|ücretsiz deneme|essais"),
    ],
)
def test_actions_are_read_in_fifteen_languages_one_and_many(action, names):
    known = Names(ACTIONS)
    assert {name: known.action(name) for name in names.split("|")} == dict.fromkeys(names.split("|"), action)
