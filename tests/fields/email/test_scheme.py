"""By which scheme a mailbox's name is made, for people of many countries and for programs."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fraudcheck.fields.email.scheme import mailbox_scheme, name_parts, usual_share
from fraudcheck.fields.name.match import to_latin

MADE_UP = ["{last}{letters:3}{digits:6}", "{first}{letters:2}{digits:4}", "{first}{word}{digits:3}", "{word}{digits:6}",
           "{first}.{last}{digits:5}", "{last}{digits:7}", "{first}{word}{year}"]  # fmt: skip
PLAIN = ["{first}.{last}", "{first}{last}", "{f}{last}", "{last}{first}{digits:2}", "{first}{year}", "{letters:9}",
         "{word}.{word}", "{digits:11}"]  # fmt: skip


def scheme(name: str, local: str) -> str | None:
    return mailbox_scheme(local, name_parts(to_latin(name)))


@pytest.mark.parametrize(
    ("name", "local", "expected"),
    [
        # Viet Nam: the family's name is written first, and An is found though it is short
        ("Nguyễn Văn An", "nguyenvanan84", "{first}{middle}{last}{digits:2}"),
        ("Nguyen Van An", "nguyenvanan84", "{first}{middle}{last}{digits:2}"),
        ("Nguyễn Văn An", "an.nguyen1990", "{last}.{first}{year}"),
        ("An Nguyen", "nguyen.an84", "{last}.{first}{digits:2}"),
        ("Lê Hoàng", "lehoang2001", "{first}{last}{year}"),
        ("Trần Thị Mỹ Duyên", "myduyen.tran95", "{middle}{last}.{first}{digits:2}"),
        ("Trần Thị Mỹ Duyên", "trần.duyên", "{first}.{last}"),  # as some providers allow
        ("An Li", "anli", "{first}{last}"),
        ("An Li", "li-an7", "{last}-{first}{digits:1}"),
        ("An Li", "banking", "{letters:7}"),  # in which two letters stand by chance
        ("An Li", "berlin", "{letters:6}"),
        ("An Li", "banana.li", "{word}.{last}"),
        # Nigeria: a short form is a word of no length
        ("Oluwaseun Adeyemi", "adeyemioluwaseun", "{last}{first}"),
        ("Chukwuemeka Obi", "chukwuemekaobi77", "{first}{last}{digits:2}"),
        ("Chukwuemeka Obi", "emeka.obi", "{word}.{last}"),
        # India
        ("Priya Sharma", "priyasharma1992", "{first}{last}{year}"),
        ("Rajesh Kumar", "rajesh_kumar", "{first}_{last}"),
        ("Venkata Subramanian Iyer", "v.s.iyer", "{f}.{m}.{last}"),
        ("Anand Arjun Agarwal", "a.a.agarwal", "{f}.{m}.{last}"),  # each initial is another word's
        ("Anand Agarwal", "a_a_77", "{f}_{l}_{digits:2}"),
        ("Anand Agarwal", "a.a.a", "{f}.{l}.{letters:1}"),  # and there is no third
        # Brazil: two given names, several surnames
        ("Maria Clara de Souza Oliveira Santos", "mariaclara.santos", "{first}{middle}.{last}"),
        ("João Pedro da Silva Oliveira", "joaopedro.oliveira", "{first}{middle}.{last}"),
        ("João Pedro da Silva Oliveira", "joao.silva", "{first}.{middle}"),
        # Thailand: in Latin letters by the person's own hand, and in Thai, where anyascii writes other vowels
        ("Somchai Jaidee", "somchai.j", "{first}.{l}"),
        ("Somchai Jaidee", "somchai_jai", "{first}_{last:3}"),
        ("สมชาย ใจดี", "somchai.jaidee", "{word}.{word}"),
        # Poland
        ("Łukasz Wiśniewski", "lukasz.wisniewski", "{first}.{last}"),
        ("Katarzyna Wójcik", "kwojcik84", "{f}{last}{digits:2}"),
        ("Krzysztof Szczepański", "krzysiek.szczepanski", "{word}.{last}"),
        # Egypt: Arabic has few vowels, so that a mailbox in Latin letters seldom holds the name
        ("Mohamed Ahmed Hassan", "mohamed_hassan2010", "{first}_{last}{year}"),
        ("محمد حسن", "mhmd.hsn", "{first}.{last}"),
        ("محمد حسن", "mohamed.hassan", "{word}.{word}"),
        # Germany: ü is written as ue in mailboxes, as u in ours
        ("Jürgen Groß", "j.gross", "{f}.{last}"),
        ("Jürgen Groß", "juergen.gross", "{word}.{last}"),
        ("Anna-Lena Müller", "müller.anna", "{last}.{first}"),
        # China: each syllable is a word; numbers are names too
        ("王小明", "wangxiaoming", "{first}{middle}{last}"),
        ("Li Wei", "liwei1990", "{first}{last}{year}"),
        ("张伟", "zhang.wei", "{first}.{last}"),
        ("Xiaoming Wang", "13812345678", "{digits:11}"),
        # anywhere
        ("Sean O’Brien", "sean.obrien", "{first}.{last}"),
        ("Sukarno", "sukarno", "{first}"),
        ("Anna Berg", "sunflower92", "{letters:9}{digits:2}"),
        ("Anna Berg", "dark.angel", "{word}.{word}"),
        ("", "anna.berg", "{word}.{word}"),
    ],
)
def test_peoples_mailboxes(name: str, local: str, expected: str) -> None:
    assert scheme(name, local) == expected


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("ANNA.Berg", "{first}.{last}"),
        ("anna.berg+shop", "{first}.{last}"),  # a tag is left out
        ("+shop", None),
        ("", None),
        ("a-b", "{f}-{l}"),
        ("annab", "{first}{l}"),
        ("bergann", "{last}{first:3}"),
        ("anna1930", "{first}{year}"),
        ("anna2029", "{first}{year}"),
        ("anna1929", "{first}{digits:4}"),
        ("anna2030", "{first}{digits:4}"),  # nobody who writes was born then
        ("bergqxz482913", "{last}{letters:3}{digits:6}"),
        ("bergqxzv482913", "{last}{word}{digits:6}"),
        ("sunrise482913", "{word}{digits:6}"),  # where there are many digits, of whatever length
        ("sun482913", "{word}{digits:6}"),
        ("sun4829", "{letters:3}{digits:4}"),
        ("{first}", "?{letters:5}?"),  # braces are no place of a name
        ("{first}.anna", "?{word}?.{first}"),
        ("anna'berg", "{first}?{last}"),
        ("anna\x00\nberg", "{first}??{last}"),
    ],
)
def test_what_a_scheme_is_made_of(local: str, expected: str | None) -> None:
    assert scheme("Anna Berg", local) == expected


def test_fields_of_their_own_tell_the_places() -> None:
    assert name_parts("Anna Lena".lower(), "berg") == [("anna", "{first}"), ("lena", "{first}"), ("berg", "{last}")]
    assert name_parts("anna lena berg") == [("anna", "{first}"), ("lena", "{middle}"), ("berg", "{last}")]
    assert name_parts("") == name_parts("", "") == []


def test_of_a_long_name_the_ends_are_looked_for() -> None:
    found = [word for word, _ in name_parts("ana bea cai dea eva fee gea hea")]
    assert found == ["ana", "bea", "cai", "fee", "gea", "hea"]


words = st.text(string.ascii_lowercase, min_size=3, max_size=10)
letters = st.text(string.ascii_lowercase, min_size=3, max_size=3)
digits = st.text(string.digits, min_size=6, max_size=6)


@given(words, words, letters, digits)
def test_one_generator_has_one_scheme_whoever_the_people_are(first: str, last: str, more: str, number: str) -> None:
    assume(first not in last + more and not first.startswith(more))  # it would be part of the name
    assert scheme(f"{first.title()} {last.title()}", last + more + number) == "{last}{letters:3}{digits:6}"


@given(words, words, digits)
def test_initials_are_initials_whatever_the_lengths(first: str, last: str, number: str) -> None:
    assume(first not in first[0] + last and (first[0] + last).find(last) == 1)
    assert scheme(f"{first} {last}", f"{first[0]}{last}{number}") == "{f}{last}{digits:6}"


@given(words, st.text(string.ascii_lowercase, min_size=4, max_size=12), digits)
def test_invented_words_are_alike_whatever_the_lengths(name: str, word: str, number: str) -> None:
    assume(name not in word and not name.startswith(word))
    assert scheme(name, word + number) == "{word}{digits:6}"


pieces = st.sampled_from(["anna", "a", "b", "berg", "ber", "{", "}", "{first}", "{year}", "+", ".", "_", "-", "1987",
                          "84", "482913", "\x00", "\n", "\u200b", "ü", "小", "๑", "ﷺ"])  # fmt: skip


@given(st.text(max_size=80) | st.lists(pieces, max_size=30).map("".join), st.text(max_size=40), st.none() | st.text())
def test_whatever_is_typed_can_be_read(local: str, first: str, last: str | None) -> None:
    found = mailbox_scheme(local, name_parts(to_latin(first), None if last is None else to_latin(last)))
    if found is None:
        return
    assert found.isascii()
    assert found.isprintable()
    assert found.count("{") == found.count("}")
    assert usual_share(found, {}) > 0


@pytest.mark.parametrize("letter", ["a", ".", "{", "+", "\x00", "ắ", "小", "anna", "anna.", "a1"])
def test_a_long_one_is_read_no_further_than_a_mailbox_reaches(letter: str) -> None:
    assert scheme("Anna Berg", letter * 65_536) == scheme("Anna Berg", letter * 64)
    name_parts(to_latin(letter * 65_536))


@pytest.mark.parametrize("made_up", MADE_UP)
def test_made_up_ones_are_rarer_than_plain_ones(made_up: str) -> None:
    assert usual_share(made_up, {}) < min(usual_share(plain, {}) for plain in PLAIN)


@pytest.mark.parametrize(
    ("fewer", "more"),
    [
        ("{first}.{last}{digits:2}", "{first}.{last}{digits:3}"),
        ("{first}.{last}{digits:3}", "{first}.{last}{digits:4}"),
        ("{first}.{last}{digits:4}", "{first}.{last}{digits:5}"),
        ("{first}{word}", "{first}{word}{digits:1}"),
        ("{first}{word}{digits:1}", "{first}{word}{digits:2}"),
        ("{first}{word}{year}", "{first}{word}{digits:4}"),
        ("{first}{digits:2}", "{first}{letters:3}{digits:2}"),  # letters of no name beside one
        ("{middle}{digits:2}", "{middle}{word}{digits:2}"),  # of whichever part
        ("{f}{digits:2}", "{f}{word}{digits:2}"),
        ("{l}{year}", "{l}{word}{year}"),
        ("{m}.{l}{digits:1}", "{m}.{word}{digits:1}"),
        ("{digits:10}", "{digits:2}{first}{digits:5}"),  # a leading digit makes no telephone number
        ("{digits:10}", "{digits:1}{word}{digits:4}"),
    ],
)
def test_the_more_is_made_up_the_rarer(fewer: str, more: str) -> None:
    assert usual_share(fewer, {}) > usual_share(more, {})


def test_one_letter_beside_a_name_is_an_initial_that_the_form_did_not_ask_for() -> None:
    assert usual_share("{first}.{letters:1}.{last}", {}) == usual_share("{first}.{last}", {})
    assert usual_share("{first}{letters:1}{digits:2}", {}) == usual_share("{first}{digits:2}", {})


def test_digits_alone_are_a_telephone_number() -> None:
    assert usual_share("{digits:10}", {}) == usual_share("{first}.{last}", {})
    assert usual_share("{digits:1}{first}{digits:4}", {}) == usual_share("{first}{digits:4}", {})


@given(st.sampled_from(MADE_UP + PLAIN), st.floats(0, 1))
def test_what_was_counted_wins_over_the_least(of: str, counted: float) -> None:
    least = usual_share(of, {})
    assert usual_share(of, {of: counted}) == max(counted, least)
    assert usual_share(of, {"{another}": counted}) == least
