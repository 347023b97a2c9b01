import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.records import Mailbox
from tests.shared import rows

LISTS = load_lists()


def read(email: str) -> Mailbox:
    return read_mailbox(email, LISTS)


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
     "never.com", "naver.com", "tmail.com", "fmail.com", "orange.com", "terra.vn", "tuk.vn", "nus.edu.sg", "ox.ac.uk",
     "uol.edu.pk", "bol.com", "nhaxinh.vn", "nhaxinh.co", "me.com", "mac.com", "web.com", "free.com", "duck.com",
     "qq.cn", "comcast.com", "mozmail.com"],
)  # fmt: skip
def test_real_domains_are_not_corrected(domain: str) -> None:
    assert read(f"an@{domain}").suggestion is None


@pytest.mark.parametrize(
    "typed",
    ["an@#gmail.com", "an@gmail,com", "an@@gmail.com", "an@gmailcom", "an@gmail", "an.gmail.com", "an2gmail.com",
     "an @gmail.com", "an@ gmail.com", "an@gmail .com", "an@gmail..com", "an.@gmail.com", "an@gmail com",
     "an @ gmail.com", "an@gmail.co m", "an@gmail.com@", "фт@пьфшдюсщь", 'фт"пьфшдюсщь'],
)  # fmt: skip
def test_one_slip_that_breaks_the_syntax_is_explained(typed: str) -> None:
    found = read(typed)
    assert (found.problem, found.suggestion) == ("syntax", "an@gmail.com")


@pytest.mark.parametrize(
    "typed", ["contact", "an@", "gmail.com", "an nguyen@gmail.com", "an@foo", "a@b@c.vn", "an@x@gmail.com"]
)
def test_a_broken_text_that_could_mean_many_things_has_no_suggestion(typed: str) -> None:
    assert read(typed).suggestion is None
