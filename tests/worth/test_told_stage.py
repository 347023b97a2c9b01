"""What do forms and CRMs in some twenty languages say of how far a person is, and what only looks like it?"""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.worth.told_stage import told_stage

TODAY = date(2026, 11, 29)


def stage(extra):
    told = told_stage(extra, TODAY)
    return told and told[0]


# fmt: off
TOLD = [
    ({"lifecyclestage": "customer"}, "customer"),
    ({"hs_lifecyclestage": "lead"}, "known"),
    ({"Lifecycle Stage": "Opportunity"}, "known"),
    ({"properties": {"lifecyclestage": "customer"}}, "customer"),
    ({"customer type": "returning"}, "customer"),
    ({"customer_type": "new"}, "new"),
    ({"customerType": "Existing"}, "customer"),
    ({"are you already a customer?": "yes"}, "customer"),
    ({"Are you already a customer of Acme?": "No"}, "new"),
    ({"Are you an existing client?": "Yes, since 2019"}, "customer"),
    ({"existing_customer": "false"}, "new"),
    ({"isCustomer": True}, "customer"),
    ({"is_customer": 0}, "new"),
    ({"is_existing_customer": "Y"}, "customer"),
    ({"existingCustomer": "on"}, "customer"),
    ({"is_returning": True}, "known"),
    ({"is_returning": "no"}, "new"),
    ({"returning_visitor": "1"}, "known"),
    ({"returning_customer": True}, "customer"),
    ({"first_seen": "2025-03-01T10:00:00Z"}, "known"),
    ({"first_seen": "2026-11-29T09:00:00Z"}, "new"),
    ({"firstSeen": 1700000000}, "known"),
    ({"first_seen_at": "1700000000000"}, "known"),
    ({"last_purchase_date": "2024-05-05"}, "customer"),
    ({"orders_count": 3}, "customer"),
    ({"orders_count": "0"}, "new"),
    ({"previous_orders": "2"}, "customer"),
    ({"Kundentyp": "Bestandskunde"}, "customer"),
    ({"kundentyp": "Neukunde"}, "new"),
    ({"Bestandskunde": "ja"}, "customer"),
    ({"Bestandskunde?": "Nein"}, "new"),
    ({"Neukunde": "nein"}, "customer"),
    ({"neukunde": True}, "new"),
    ({"Sind Sie bereits Kunde bei uns?": "Ja"}, "customer"),
    ({"Sind Sie bereits Kunde?": "Nein, noch nicht"}, "new"),
    ({"Kunde seit": "2015"}, "customer"),
    ({"kunde_seit": "03.2015"}, "customer"),
    ({"Kundenstatus": "bestehender Kunde"}, "customer"),
    ({"Status": "Stammkunde"}, "customer"),
    ({"Neukunde oder Bestandskunde?": "Neukunde"}, "new"),
    ({"Haben Sie schon einmal bei uns bestellt?": "ja"}, "customer"),
    ({"Haben Sie schon einmal bei uns gekauft?": "nein"}, "new"),
    ({"cliente": "sì"}, "customer"),
    ({"cliente sì/no": "no"}, "new"),
    ({"Già cliente?": "sì"}, "customer"),
    ({"Sei già nostro cliente?": "No"}, "new"),
    ({"tipo_cliente": "nuovo"}, "new"),
    ({"tipo cliente": "già cliente"}, "customer"),
    ({"¿Ya es cliente?": "Sí"}, "customer"),
    ({"tipo_de_cliente": "cliente nuevo"}, "new"),
    ({"¿Es usted cliente nuestro?": "no todavía"}, "new"),
    ({"cliente_desde": "2018"}, "customer"),
    ({"Já é cliente?": "Sim"}, "customer"),
    ({"É cliente?": "Não"}, "new"),
    ({"tipo de cliente": "Já sou cliente"}, "customer"),
    ({"cliente novo": "não"}, "customer"),
    ({"Êtes-vous déjà client ?": "oui"}, "customer"),
    ({"deja_client": "non"}, "new"),
    ({"Type de client": "nouveau client"}, "new"),
    ({"client_depuis": "12/03/2019"}, "customer"),
    ({"statut client": "client fidèle"}, "customer"),
    ({"Typ klienta": "stały klient"}, "customer"),
    ({"stały klient": "tak"}, "customer"),
    ({"staly_klient": "nie"}, "new"),
    ({"Czy jest Pan/Pani naszym klientem?": "Tak"}, "customer"),
    ({"nowy klient": "tak"}, "new"),
    ({"khách hàng cũ/mới": "cũ"}, "customer"),
    ({"Khách hàng": "mới"}, "new"),
    ({"khach_hang": "khách cũ"}, "customer"),
    ({"loại khách": "khách hàng cũ"}, "customer"),
    ({"Loại khách hàng": "Khách mới"}, "new"),
    ({"khách cũ": "có"}, "customer"),
    ({"Bạn đã là khách hàng của chúng tôi chưa?": "rồi"}, "customer"),
    ({"Bạn đã từng mua hàng chưa?": "chưa"}, "new"),
    ({"pelanggan lama": "ya"}, "customer"),
    ({"jenis pelanggan": "baru"}, "new"),
    ({"Apakah Anda sudah menjadi pelanggan?": "belum"}, "new"),
    ({"老客户": "是"}, "customer"),
    ({"客户类型": "老客户"}, "customer"),
    ({"客户类型": "新客户"}, "new"),
    ({"是否老客户": "否"}, "new"),
    ({"您是我们的客户吗": "是的"}, "customer"),
    ({"新客户": True}, "new"),
    ({"לקוח קיים": "כן"}, "customer"),
    ({"לקוח קיים": "לא"}, "new"),
    ({"סוג לקוח": "לקוח קיים"}, "customer"),
    ({"לקוח חדש": "כן"}, "new"),
    ({"האם אתה לקוח קיים?": "כן"}, "customer"),
    ({"ลูกค้าเก่า": "ใช่"}, "customer"),
    ({"ประเภทลูกค้า": "ลูกค้าเก่า"}, "customer"),
    ({"ประเภทลูกค้า": "ลูกค้าใหม่"}, "new"),
    ({"คุณเป็นลูกค้าของเราหรือไม่": "ไม่ใช่"}, "new"),
    ({"عميل حالي": "نعم"}, "customer"),
    ({"نوع العميل": "عميل حالي"}, "customer"),
    ({"نوع العميل": "عميل جديد"}, "new"),
    ({"هل أنت عميل لدينا؟": "لا"}, "new"),
    ({"müşteri tipi": "mevcut müşteri"}, "customer"),
    ({"Mevcut müşteri misiniz?": "hayır"}, "new"),
    ({"тип клиента": "новый"}, "new"),
    ({"постоянный клиент": "да"}, "customer"),
    ({"Вы уже наш клиент?": "нет"}, "new"),
    ({"Bent u al klant?": "ja"}, "customer"),
    ({"klanttype": "bestaande klant"}, "customer"),
    ({"既存顧客": "はい"}, "customer"),
    ({"顧客区分": "新規"}, "new"),
    ({"기존 고객": "네"}, "customer"),
    ({"status": "existing customer"}, "customer"),
    ({"tags": ["VIP", "existing customer"]}, "customer"),
    ({"I am": "a new customer"}, "new"),
    ({"contact_status": "known contact"}, "known"),
    ({"relationship": "current client"}, "customer"),
    ({"Have you contacted us before?": "Yes"}, "known"),
    ({"Have you bought from us before?": "No"}, "new"),
    ({"first_time_visitor": "no"}, "known"),
    ({"is_new": True}, "new"),
    ({"new_visitor": False}, "known"),
    ({"known_contact": True}, "known"),
    ({"customer": {"since": "2019-01-01"}}, "customer"),
    ({"customer": {"is_new": True}}, "new"),
    ({"existing patient": "yes"}, "customer"),
    ({"member_since": "2020"}, "customer"),
    ({"customer status": "former customer"}, "known"),
    ({"customer status": "inactive"}, "known"),
    ({"customer status": "active"}, "customer"),
]
OTHER = [
    {"customer_id": "12345"},
    {"customer_id": 1},
    {"customer service": "yes"},
    {"status": "open"},
    {"status": "new"},
    {"company": "Kunde"},
    {"company": "Kunde GmbH"},
    {"customer_name": "Client Smith"},
    {"Kundennummer": "1"},
    {"How many customers do you have?": "1"},
    {"number of customers": "1"},
    {"target customers": "yes"},
    {"client_ip": "1.2.3.4"},
    {"client": "Chrome"},
    {"client": "Acme Customer Ltd"},
    {"customer type": "business"},
    {"customer_type": "B2B"},
    {"Kundentyp": "privat"},
    {"property_type": "new"},
    {"type": "new"},
    {"car condition": "new"},
    {"new car": "yes"},
    {"existing contract": "yes"},
    {"existing_heating": "gas"},
    {"do you want new customers": "yes"},
    {"first_name": "Neu"},
    {"note": "existing customer"},
    {"email": "client@x.de"},
    {"newsletter": True},
    {"account_type": "premium"},
    {"number_of_orders_per_month": "20"},
    {"客户名称": "新"},
    {"客服": "是"},
    {"ลูกค้าชื่อ": "ใหม่"},
    {"project stage": "planning"},
    {"stage": "planning"},
    {"customer.email": "a@b.de"},
    {"is_active": True},
    {"state": "New York"},
    {"state": "NEW"},
    {"business_type": "new"},
    {"visit_date": "2027-01-01"},
    {"preferred contact": "phone"},
    {"contact": "yes"},
    {"member_count": 1},
    {"status": "lead"},
    {"utm_source": "returning"},
    {"kundenservice": "ja"},
    {"Are you a student?": "yes"},
    {"Are you a member of a union?": "yes"},
]
# fmt: on


@pytest.mark.parametrize(("extra", "told"), TOLD)
def test_a_field_of_any_name_says_the_stage(extra, told):
    assert stage(extra) == told


@pytest.mark.parametrize("extra", OTHER)
def test_other_fields_say_nothing(extra):
    assert stage(extra) is None


def test_the_furthest_stage_counts_whatever_the_order():
    extra = {"is_new": False, "first_seen": "2026-11-29", "Bestandskunde": "ja"}
    assert stage(extra) == stage(dict(reversed(extra.items()))) == "customer"


@given(
    st.dictionaries(
        st.sampled_from(["customer", "is_new", "first_seen", "orders_count", "客户类型", "Kundentyp"])
        | st.text(max_size=30),
        st.text(max_size=60) | st.floats() | st.integers() | st.booleans() | st.none() | st.lists(st.text(max_size=5)),
        max_size=5,
    )
)
def test_nothing_raises_on_any_fields(extra):
    assert stage(extra) in (None, "new", "known", "customer")


@pytest.mark.parametrize(
    "extra",
    [
        {f"customer {n} " * 40: "yes " * 20_000 for n in range(400)},
        {"kunde": "ja " * 30_000, "\u0e2a" * 60_000: "x"},
        {"customer": {"a" * 60_000: {str(n): "ja" for n in range(5_000)}}},
        {"first_seen": 10**400, "last_seen": "9" * 60_000},
    ],
)
def test_no_fields_take_long(extra):
    began = time.process_time()
    stage(extra)
    assert time.process_time() - began < 0.25


@pytest.mark.parametrize(
    ("name", "value", "stage"),
    [
        ("etapa_funil", "Cliente", "customer"),
        ("Funnel-Phase", "Kunde", "customer"),
        ("fase_embudo", "Cliente activo", "customer"),
        ("etap", "klient", "customer"),
        ("fáze", "zákazník", "customer"),
        ("deal_type", "New Business", "new"),
        ("dealtype", "newbusiness", "new"),
        ("dealtype", "existingbusiness", "customer"),
        ("Статус клієнта", "діючий клієнт", "customer"),
        ("стадія", "новий клієнт", "new"),
        ("È già cliente?:", "sì", "customer"),
        ("Sunteți client existent?", "da", "customer"),
        ("Sunteți client existent?", "nu", "new"),
        ("stadiu", "client nou", "new"),
        ("company_type", "client", None),
        ("status", "active", None),
        ("estado", "SP", None),
        ("stato", "Italia", None),
        ("business_type", "customer support", None),
        ("deal_type", "renewal", None),
    ],
)
def test_funnels_deals_and_further_languages(name, value, stage):
    told = told_stage({name: value}, date(2026, 11, 29))
    assert (told[0] if told else None) == stage
