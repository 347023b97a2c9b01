import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.records import Mailbox
from tests.shared import rows

LISTS = load_lists()


def read(email: str) -> Mailbox:
    return read_mailbox(email, LISTS)


@pytest.mark.parametrize("name", ["isemail_tests.csv", "isemail_tests-original.csv"])
def test_isemail(name: str) -> None:
    """Every valid address is accepted, whatever the DNS may say of it; every error is refused."""
    wrong = []
    for row in rows(f"data/email_syntax/{name}"):
        good = read(row["address"]).problem is None
        if row["category"] in ("ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN") and not good:
            wrong.append(row)
        if row["category"] == "ISEMAIL_ERR" and good:
            wrong.append(row)
    assert wrong == []


def test_email_validators_own_cases_where_we_do_not_differ() -> None:
    """We differ on purpose where a display name is read, a name is reserved, or only the DNS can tell."""
    left_to_dns = {"me@bad.tld-2", "me@xn--0.tld"}
    for row in rows("data/email_syntax/python-email-validator_syntax_cases.csv"):
        email, problem = row["email"], read(row["email"]).problem
        if problem == "reserved" or "<" in email or email in left_to_dns or not email.isascii():
            continue
        assert (problem is None) == (row["expected"] == "valid"), email


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
    "typed",
    ["", "@", "an", "an@", "@gmail.com", "an@foo", "an@com", "an@1.2.3.4", "an@[192.0.2.1]", "an(x)@gmail.com",
     "a b@x.vn", "an@gmail.com\r\nBcc: x@x.vn", "an\0@gmail.com", "an\u202e@gmail.com", "a" * 5000, "a@" * 2500,
     "an@" + "a." * 2500, "\ud800@gmail.com", "an@\ud800.com", f"{'a' * 250}@gmail.com",
     f"{'я' * 125}@gmail.com"],
)  # fmt: skip
def test_what_cannot_be_an_address(typed: str) -> None:
    found = read(typed)
    assert (found.problem, found.local, found.domain, found.normalized, found.canonical) == (
        "syntax",
        "",
        "",
        None,
        None,
    )


@pytest.mark.parametrize(
    "typed",
    ["an@example.com", "an@mail.example.org", "an@x.test", "an@x.invalid", "an@x.example", "an@localhost",
     "an@nas.local", "an@x.onion", "an@x.home.arpa", "an@1.0.10.in-addr.arpa", "an@x.alt", "an@db.internal",
     "an@EXAMPLE.COM", "an@test"],
)  # fmt: skip
def test_special_use_domains(typed: str) -> None:
    assert read(typed).problem == "reserved"


@pytest.mark.parametrize(
    "typed", ["an@example.com.vn", "an@myexample.com", "an@test.com", "an@internal.vn", "an@local.ch"]
)
def test_names_that_only_resemble_special_use_domains(typed: str) -> None:
    assert read(typed).problem is None


@pytest.mark.parametrize("typed", ["an@..local", "a b@x.test", "an@-x.invalid"])
def test_a_special_use_domain_is_judged_by_its_syntax_too(typed: str) -> None:
    assert read(typed).problem == "syntax"


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
ELSEWHERE = {
    "test@emaildomain.co": None,  # .co is real, and this company no large provider
    "test@mail.randomsmallcompany.cmo": "test@mail.randomsmallcompany.com",  # .cmo does not exist
    "x@gmail.edd": "x@gmail.com",  # nobody has mail at gmail.edu
}


def test_shared_typo_cases() -> None:
    wrong = []
    for row in rows("data/email_typo/typo_cases.csv"):
        email, expected = row["email"], row["expected_domain"]
        wanted = f"{email.partition('@')[0]}@{expected}" if expected else None
        if read(email).suggestion != ELSEWHERE.get(email, wanted):
            wrong.append(row)
    assert wrong == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"), ("gmal.com", "gmail.com"), ("gamil.com", "gmail.com"),
        ("mgail.com", "gmail.com"), ("gmaill.com", "gmail.com"), ("gmail.om", "gmail.com"),
        ("gmail.cm", "gmail.com"), ("gmailc.om", "gmail.com"), ("hotmai.com", "hotmail.com"),
        ("hotmial.com", "hotmail.com"), ("hotmail.con.br", "hotmail.com.br"), ("yaho.con", "yahoo.com"),
        ("yahoo.co.ukk", "yahoo.co.uk"), ("outlok.com", "outlook.com"), ("icoud.com", "icloud.com"),
        ("protonmial.com", "protonmail.com"), ("aol.con", "aol.com"), ("rediffmial.com", "rediffmail.com"),
        ("seznma.cz", "seznam.cz"), ("nhaxinh.con", "nhaxinh.com"), ("benhvien.ogr", "benhvien.org"),
    ],
)  # fmt: skip
def test_mistyped_domains(typed: str, meant: str) -> None:
    assert read(f"an@{typed}").suggestion == f"an@{meant}"


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "yahoo.co.uk", "gmx.fr", "ymail.com", "mail.com", "email.com", "googlemail.com", "cloud.com",
     "gail.com", "grail.com", "gmx.us", "mail.ru", "aon.com", "live.co", "yahoo.fi", "yahoo.fr", "libera.it",
     "never.com", "naver.com", "tmail.com", "fmail.com", "orange.com", "terra.vn", "tuk.vn", "nus.edu.sg",
     "ox.ac.uk", "uol.edu.pk", "bol.com", "nhaxinh.vn", "nhaxinh.co", "me.com", "mac.com", "web.com", "free.com",
     "duck.com", "qq.cn", "comcast.com", "mozmail.com"],
)  # fmt: skip
def test_real_domains_are_not_corrected(domain: str) -> None:
    assert read(f"an@{domain}").suggestion is None


@pytest.mark.parametrize(
    "typed",
    ["an@#gmail.com", "an@gmail,com", "an@@gmail.com", "an@gmailcom", "an@gmail", "an@gmail.com.", "an.gmail.com",
     "an2gmail.com", "an @gmail.com", "an@ gmail.com", "an@gmail .com", "an@gmail..com", "an@gmail.com,",
     "an.@gmail.com", "an@gmail.com\n"],
)  # fmt: skip
def test_one_slip_that_breaks_the_syntax_is_explained(typed: str) -> None:
    found = read(typed)
    assert (found.problem, found.suggestion) == ("syntax", "an@gmail.com")


@pytest.mark.parametrize(
    "typed", ["contact", "an@", "gmail.com", "an nguyen@gmail.com", "an@foo", "a@b@c.vn", "an@x@gmail.com"]
)
def test_a_broken_text_that_could_mean_many_things_has_no_suggestion(typed: str) -> None:
    assert read(typed).suggestion is None


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
    assert (found.problem == "syntax") == (found.normalized is None)
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
