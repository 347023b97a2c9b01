import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.records import Mailbox

LISTS = load_lists()


def read(email: str) -> Mailbox:
    return read_mailbox(email, LISTS)


@pytest.mark.parametrize(
    ("typed", "normalized"),
    [
        (" an@gmail.com ", "an@gmail.com"),
        ("\u200ean@gmail.com\u202c", "an@gmail.com"),
        ("an@GMail.COM", "an@gmail.com"),
        ("An.Nguyen@gmail.com", "An.Nguyen@gmail.com"),
        ("Nguyễn Văn An <an@gmail.com>", "an@gmail.com"),
        ("<an@gmail.com>", "an@gmail.com"),
        ("an@gmail.com <an@gmail.com>", "an@gmail.com"),
        ("mailto:an@gmail.com?subject=hi", "an@gmail.com"),
        ("an＠gmail．com", "an@gmail.com"),
        ("ａｎ＠ｇｍａｉｌ．ｃｏｍ", "an@gmail.com"),
        ("an@例え。jp", "an@例え.jp"),
        ("ｐetr@почта.рф", "petr@почта.рф"),
        ("अनिल@डाटामेल.भारत", "अनिल@डाटामेल.भारत"),
        ('"an"@gmail.com', "an@gmail.com"),
        ('"an b"@nhaxinh.vn', '"an b"@nhaxinh.vn'),
        ("o'brien@nhaxinh.vn", "o'brien@nhaxinh.vn"),
        ("an@ua", "an@ua"),  # a country code may take mail
    ],
)
def test_people_are_read(typed: str, normalized: str) -> None:
    found = read(typed)
    assert (found.problem, found.normalized) == (None, normalized)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("An.Ng.uyen+lead@GoogleMail.com", "annguyen@gmail.com"),
        ("an+x@outlook.com", "an@outlook.com"),
        ("an@hotmail.com", "an@hotmail.com"),
        ("an.b@outlook.com", "an.b@outlook.com"),  # dots count there
        ("an-shop@yahoo.com.vn", "an@yahoo.com.vn"),
        ("an+x@yahoo.com", "an+x@yahoo.com"),
        ("an-shop@yahoo.co.jp", "an-shop@yahoo.co.jp"),  # another company
        ("an+x@me.com", "an@icloud.com"),
        ("a.n-b_c+x@pm.me", "anbc@proton.me"),
        ("a.b+x@ya.ru", "a-b@yandex.ru"),
        ("a-b@yandex.com", "a-b@yandex.ru"),
        ("shop@an.fastmail.com", "an@fastmail.com"),
        ("an+x@fastmail.com", "an@fastmail.com"),
        ("An+X@nhaxinh.vn", "an+x@nhaxinh.vn"),  # unknown host: only the case is folded
        ("a.b@nhaxinh.vn", "a.b@nhaxinh.vn"),
        ("+x@gmail.com", "+x@gmail.com"),
        ("an.+x@outlook.com", "an.+x@outlook.com"),
        ("Юра@почта.рф", "юра@xn--80a1acny.xn--p1ai"),
    ],
)
def test_canonical_mailbox(typed: str, canonical: str) -> None:
    assert read(typed).canonical == canonical


# mailcheck's own short list of domains is behind these, or another opinion than ours.


def judged(email: str) -> str | None:
    try:
        return validate_email(email, check_deliverability=False, allow_quoted_local=True).normalized
    except EmailNotValidError:
        return None


local_parts = st.from_regex(r"[A-Za-z0-9._%+'-]{1,20}", fullmatch=True) | st.text(max_size=12)
domains = st.sampled_from(sorted(LISTS.mailbox_rules)) | st.from_regex(
    r"[a-zа-яé0-9.-]{1,12}\.(com|vn|рф)", fullmatch=True
)
addresses = st.builds("{}@{}".format, local_parts, domains)


@given(st.text() | addresses)
def test_reading_never_fails_and_the_normal_form_is_final(text: str) -> None:
    found = read(text)
    assert (found.problem in ("syntax", "unreadable")) == (found.normalized is None)
    if found.normalized is not None:
        assert read(found.normalized).normalized == found.normalized


@given(addresses)
def test_the_canonical_mailbox_is_its_own(text: str) -> None:
    found = read(text)
    if found.canonical is not None:
        again = read(found.canonical)
        assert (again.problem, again.canonical) == (found.problem, found.canonical)


plain = st.from_regex(r"[A-Za-z0-9._+-]{1,20}", fullmatch=True)


@given(st.builds("{}@{}".format, plain, st.sampled_from(["a.vn", "Gmail.com"])))
def test_plain_addresses_are_judged_as_email_validator_judges_them(text: str) -> None:
    assert read(text).normalized == judged(text)
