import re

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.fields.email.syntax import split_address
from fraudcheck.records import Mailbox
from tests.shared import rows

LISTS = load_lists()


def read(email: str) -> Mailbox:
    return read_mailbox(email, LISTS)


@pytest.mark.parametrize("name", ["isemail_tests.csv", "isemail_tests-original.csv"])
def test_isemail(name: str) -> None:
    """Every valid address is accepted, whatever the DNS may say of it; every error is refused, or is around it."""
    wrong = []
    for row in rows(f"data/email_syntax/{name}"):
        found = read(row["address"])
        good = found.problem is None
        if row["category"] in ("ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN") and not good:
            wrong.append(row)
        if row["category"] == "ISEMAIL_ERR" and good and _without_surroundings(row["address"]) != found.normalized:
            wrong.append(row)
    assert wrong == []


def _without_surroundings(text: str) -> str:
    """What is left without signs, a comment behind, and whole lines before."""
    return re.sub(r"\(.*", "", re.split(r"[\r\n]", text.strip(' \r\n.-"()'))[-1]).strip()


def test_email_validators_own_cases_where_we_do_not_differ() -> None:
    """We differ on purpose where something stands around it, a name is reserved, or only the DNS can tell."""
    left_to_dns = {"me@bad.tld-2", "me@xn--0.tld"}
    for row in rows("data/email_syntax/python-email-validator_syntax_cases.csv"):
        email, problem = row["email"], read(row["email"]).problem
        if problem == "reserved" or email[-1] == "." or "<" in email or email in left_to_dns or not email.isascii():
            continue
        assert (problem is None) == (row["expected"] == "valid"), email


@pytest.mark.parametrize(
    "typed",
    ["", "@", "an", "an@", "@gmail.com", "an@foo", "an@com", "an@1.2.3.4", "an@[192.0.2.1]", "an(x)@gmail.com",
     "a b@x.vn", "an@gmail.com\r\nBcc: x@x.vn", "an\0@gmail.com", "an@\u202e", "a" * 5000, "a@" * 2500,
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


labels = st.from_regex(r"[a-z0-9-]{1,6}|[a-z]{61,64}|[a-z]{1,3}--[a-z]|[aé日A]{1,3}", fullmatch=True)


@given(st.lists(labels, min_size=1, max_size=6).map(".".join), st.sampled_from(["com", "vn", "c0m", "co-m", "-"]))
def test_a_host_is_judged_as_email_validator_judges_it(name: str, ending: str) -> None:
    text = f"an@{name}.{ending}"
    try:
        judged = validate_email(text, check_deliverability=False, globally_deliverable=False)
        expected = ("an", judged.ascii_domain, judged.domain)
    except EmailNotValidError:
        expected = None
    assert split_address(text) == expected
