"""Mail, phone and ids as the advertising platforms compare them."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fraudcheck.fields import ad_identifiers as ids


@pytest.mark.parametrize(
    ("typed", "google", "meta"),
    [
        # The examples of Google's and Meta's own pages.
        ("cloudy.sanfrancisco+shopping@gmail.com", "cloudysanfrancisco@gmail.com", None),
        ("Jefferson.LOVES.Hiking@googlemail.com", "jeffersonloveshiking@googlemail.com", None),
        ("user.name+NYC@Example.com", "user.name+nyc@example.com", "user.name+nyc@example.com"),
        (" John_Smith@gmail.com ", "john_smith@gmail.com", "john_smith@gmail.com"),
        # People of other parts of the world.
        ("Nguyen.Van.An@Gmail.com", "nguyenvanan@gmail.com", "nguyen.van.an@gmail.com"),
        ("chidi.okafor@gmail.com.ng", "chidi.okafor@gmail.com.ng", "chidi.okafor@gmail.com.ng"),
        ("somchai .p@example.co.th", "somchai.p@example.co.th", "somchai.p@example.co.th"),
        ("ŁUKASZ@Przykład.pl", "łukasz@przykład.pl", "łukasz@przykład.pl"),
        ("محمد@مثال.السعودية", "محمد@مثال.السعودية", "محمد@مثال.السعودية"),
        ("a+b@c@gmail.com", "a@gmail.com", "a+b@c@gmail.com"),
    ],
)
def test_mail_is_written_as_each_platform_writes_it(typed, google, meta):
    assert ids.google_email(typed) == google
    assert ids.meta_email(typed) == (meta or typed.lower())


@pytest.mark.parametrize("typed", ["", "an", "@gmail.com", "an@", "  "])
def test_what_is_no_address_is_not_hashed(typed):
    assert (ids.google_email(typed), ids.meta_email(typed)) == (None, None)


@pytest.mark.parametrize("typed", ["+tag@gmail.com", "...@gmail.com"])
def test_a_mailbox_without_a_name_is_none_at_google(typed):
    assert ids.google_email(typed) is None


@pytest.mark.parametrize(
    ("e164", "meta"),
    [
        ("+84912840375", "84912840375"),
        ("+2348032840375", "2348032840375"),
        ("+919876543210", "919876543210"),
        ("+5511987654321", "5511987654321"),
        ("+66812345678", "66812345678"),
        ("+48502840375", "48502840375"),
        ("+971501234567", "971501234567"),
        ("+390612345678", "390612345678"),  # Italy keeps the zero of a fixed line, behind the country's code
    ],
)
def test_numbers_keep_the_plus_sign_at_google_alone(e164, meta):
    assert (ids.google_phone(e164), ids.meta_phone(e164)) == (e164, meta)


@pytest.mark.parametrize(
    "number", ["", "0912840375", "+0912840375", "84912840375", "+84 912", "+1234567", "+" + 16 * "1"]
)
def test_a_number_that_is_not_e164_is_not_hashed(number):
    assert (ids.google_phone(number), ids.meta_phone(number)) == (None, None)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Cj0KCQiA-made_up.1", "Cj0KCQiA-made_up.1"),
        ("TeSter-123", "TeSter-123"),
        (None, None),
        ("", None),
        ("null", None),
        ("undefined", None),
        ("{{gclid}}12345", None),
        ("=HYPERLINK(1)", None),
        ("ＣＪ０ＫＣＱ１２３４５", None),
        ("a" * 513, None),
        ("Cj0KCQiA\nmade_up", None),
    ],
)
def test_ids_of_clicks(text, read):
    assert ids.click_id(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("123456789012345", 123456789012345),
        ("l:12345678901234567", 12345678901234567),
        (" 1234567890123456 ", 1234567890123456),
        ("12345678901234", None),
        ("123456789012345678", None),
        ("012345678901234", None),
        ("١٢٣٤٥٦٧٨٩٠١٢٣٤٥", None),
        ("f:123456789012345", None),
        (None, None),
    ],
)
def test_ids_of_leads_at_meta(text, read):
    assert ids.meta_lead_id(text) == read


@given(some.text())
def test_a_hash_is_that_of_the_text_in_utf_8(text):
    text = text.encode("utf-8", "ignore").decode()
    assert ids.hashed(text) == sha256(text.encode()).hexdigest()
    assert ids.is_hash(ids.hashed(text))
    assert not ids.is_hash(ids.hashed(text).upper() + "g")


@given(some.text(alphabet="aA.+@ \tgmailcoł", max_size=30))
def test_what_is_in_normal_form_stays_as_it_is(text):
    for read in (ids.google_email, ids.meta_email):
        once = read(text)
        assert once is None or read(once) == once
