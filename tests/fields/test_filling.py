"""How people fill in forms, at home and at a desk, and how few of them do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.counting.windows import Partners, Seen
from fraudcheck.fields.filling import (
    MANNERS,
    characters_typed,
    contact_fields,
    is_at_desk,
    is_not_typed,
    is_staffed,
    pace,
    share_of_pace,
    unusual_manner,
)
from fraudcheck.records import Client, Form, Lead, Source

EMAIL, PHONE, NAME = "an.nguyen84@gmail.com", "0912345678", "Nguyễn Văn An"
TYPED = len(EMAIL + PHONE + NAME)
COMPUTER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0 Safari/537.36"
TELEPHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0 Mobile Safari/537"


def lead(message: str | None = None, **form: int) -> Lead:
    return Lead(email=EMAIL, phone=PHONE, name=NAME, message=message, form=Form(**form))


def few_keys(keys: int, agent: str | None, name: str = "Anna Berg", **given: str) -> Lead:
    """Nothing was pasted or filled in."""
    form = Form(keystrokes=keys, pastes=0, autofills=0)
    return Lead(email=EMAIL, phone=PHONE, name=name, client=Client(user_agent=agent), form=form, **given)


def set_by_script(agent: str = COMPUTER, **differently: int | None) -> Lead:
    """A program sets all values, and clicks the button."""
    measured = {"keystrokes": 0, "pastes": 0, "autofills": 3, "pointer_events": 3, "focus_changes": 0}
    form = Form(**(measured | differently))
    return Lead(email=EMAIL, phone=PHONE, name=NAME, client=Client(user_agent=agent), form=form)


@pytest.mark.parametrize(
    ("who", "person"),
    [
        ("a password manager, asked in a field", set_by_script(focus_changes=1)),
        ("one that brings the focus into each field", set_by_script(focus_changes=4, pointer_events=9)),
        ("one that was asked by its button beside the page", set_by_script(pointer_events=31)),
        ("... for the mailbox alone, before the rest was typed", set_by_script(autofills=1, keystrokes=30)),
        ("Safari's old autofill, which tells no kind of input", set_by_script(focus_changes=1, pointer_events=40)),
        ("by the keyboard alone", set_by_script(pointer_events=0, focus_changes=3)),
        ("a screen reader", set_by_script(pointer_events=0, focus_changes=4)),
        ("the script came after the focus and the autofill, on a telephone", set_by_script(TELEPHONE)),
        ("... at a computer", set_by_script(pointer_events=18)),
        ("a caller that does not measure the focus", set_by_script(focus_changes=None)),
        ("... nor the pointer", set_by_script(pointer_events=None)),
        ("... nor keys", set_by_script(keystrokes=None)),
        ("a browser that is not told", set_by_script("")),
        ("filled in in part, and the rest by the page", set_by_script(autofills=2)),
    ],
)
def test_autofill_of_people_is_nobodys_manner(who: str, person: Lead) -> None:
    assert unusual_manner(person) is None, who
    assert not is_not_typed(person, None)


def test_what_people_hold_ready_and_what_they_type() -> None:
    person = Lead(
        email=EMAIL, first_name="An", last_name="Nguyễn", company="Nhà Xinh", postal_code="700000", message="Xin chào"
    )
    assert contact_fields(person) == [EMAIL, "An", "Nguyễn", "Nhà Xinh", "700000"]
    assert characters_typed(person) == len(EMAIL) + 2 + 6 + 8 + 6 + 8
    assert (contact_fields(Lead()), characters_typed(Lead())) == ([], 0)


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        # typed with slips; without a pointer, by the tabulator
        (lead(keystrokes=TYPED + 5, pastes=0, autofills=0, pointer_events=40), True),
        (lead(keystrokes=TYPED + 1, pastes=0, autofills=0, pointer_events=0), True),
        # an input method or a swipe writes whole words at once
        (lead(keystrokes=TYPED - 1, pastes=0, autofills=0, pointer_events=9), True),
        (lead(keystrokes=12, pastes=0, autofills=0, pointer_events=9), True),
        (few_keys(5, TELEPHONE), True),
        (few_keys(5, None), True),  # perhaps a telephone
        (few_keys(5, COMPUTER, NAME), True),  # an input method composes ễ
        (few_keys(5, COMPUTER, "王小明"), True),
        (few_keys(10, COMPUTER), True),  # a key for four characters, as a suggestion leaves
        # the browser fills in all, or some
        (lead(keystrokes=0, pastes=0, autofills=3, pointer_events=2), True),
        (lead(keystrokes=len(PHONE), pastes=0, autofills=2), True),
        (lead(keystrokes=0, pastes=1, autofills=2), True),  # the rest of the help is the browser's
        (lead(keystrokes=0, pastes=3, autofills=1), True),
        # the form measures nothing, or not everything
        (lead(), True),
        (lead(keystrokes=TYPED), True),
        (lead(keystrokes=0), True),
        (lead(keystrokes=0, pastes=0), True),
        (lead(keystrokes=0, autofills=0), True),
        (lead(pastes=0, autofills=0), True),
        (lead(keystrokes=TYPED + 3, pastes=0, autofills=0, inserted=1, pointer_events=9), True),
        (lead(keystrokes=0, pastes=0, autofills=3, inserted=3), True),
        # too short to compare
        (Lead(name="An", form=Form(keystrokes=2, pastes=0, autofills=0)), True),
        # a mailbox was pasted: usual, and yet not typed
        (lead(keystrokes=len(PHONE + NAME), pastes=1, autofills=0), False),
        (lead(pastes=1), False),
        (Lead(email=EMAIL, form=Form(keystrokes=0, pastes=1, autofills=0)), False),
        (
            Lead(email=EMAIL, phone=PHONE, name=NAME, company="Nhà Xinh", address="1 Lê Lợi",
                 form=Form(keystrokes=30, pastes=2, autofills=0)),
            False,
        ),
    ],
)  # fmt: skip
def test_usual_manners(person: Lead, typed: bool) -> None:
    assert unusual_manner(person) is None
    assert is_not_typed(person, None) is not typed


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (lead(keystrokes=0, pastes=3, autofills=0), "pasted"),
        (lead(keystrokes=13, pastes=2, autofills=0), "pasted"),
        (lead(pastes=3), "pasted"),  # nothing else was measured
        (lead(keystrokes=0, pastes=0, autofills=0, inserted=3), "inserted"),
        (lead(keystrokes=3, inserted=2), "inserted"),  # each of them is an input, too
        (set_by_script(), "placed"),
        (set_by_script(pointer_events=0), "placed"),
        (set_by_script(autofills=4), "placed"),  # and the message
        (lead(keystrokes=0, pastes=0, autofills=0), "untouched"),
        (lead(keystrokes=0, pastes=0, autofills=0, pointer_events=30), "untouched"),
        (few_keys(0, COMPUTER), "untouched"),
        (few_keys(0, TELEPHONE), "untouched"),
        (few_keys(9, COMPUTER), "unexplained"),  # for forty characters, at a keyboard
        (few_keys(9, COMPUTER, "Jürgen Groß"), "unexplained"),  # which has these letters
        (few_keys(9, COMPUTER, message="a" * 9), "unexplained"),  # though a message of as many was typed
        (few_keys(9, f"{COMPUTER} {'x' * 65_536}"), "unexplained"),
        (lead(keystrokes=TYPED, pastes=0, autofills=0), "flawless 0"),
        (lead(keystrokes=TYPED, pastes=0, autofills=0, pointer_events=0), "flawless 0"),
        (lead(keystrokes=TYPED, pastes=0, autofills=0, pointer_events=1), "flawless 1"),
        (lead(keystrokes=TYPED, pastes=0, autofills=0, pointer_events=100), "flawless 7"),
        (lead(keystrokes=TYPED, pastes=0, autofills=0, pointer_events=127), "flawless 7"),
        (lead("Xin chào", keystrokes=TYPED + 8, pastes=0, autofills=0), "flawless 0"),
    ],
)
def test_unusual_manners(person: Lead, expected: str) -> None:
    found = unusual_manner(person)
    assert found is not None
    assert found[0] == expected
    assert found[1] >= MANNERS[expected.partition(" ")[0]]
    assert is_not_typed(person, found)


@pytest.mark.parametrize(
    ("characters", "share"),
    [(10, 0.4 * 0.535), (16, 0.4 * 0.368), (48, 0.4 * 0.0498), (70, 0.4 * 0.0126), (80, 0.004), (2_000, 0.004)],
)
def test_how_few_type_without_a_slip(characters: int, share: float) -> None:
    """A slip every sixteen characters, by one of the pointers that people have; but no manner is rarer than 0.004."""
    person = Lead(message="a" * characters, form=Form(keystrokes=characters, pastes=0, autofills=0))
    assert unusual_manner(person) == ("flawless 0", pytest.approx(share, rel=0.01))


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_longer_a_text_the_fewer_type_it_without_a_slip(shorter: int, more: int) -> None:
    shares = []
    for length in (shorter, shorter + more):
        found = unusual_manner(lead("a" * length, keystrokes=TYPED + length, pastes=0, autofills=0))
        assert found is not None
        shares.append(found[1])
    assert 1 > shares[0] >= shares[1] >= MANNERS["flawless"]


counts = st.none() | st.integers(0, 2**31)


@given(st.text(max_size=30), counts, counts, counts, counts)
def test_every_form_has_a_manner_or_none(
    name: str, keys: int | None, pastes: int | None, autofills: int | None, pointer: int | None
) -> None:
    form = Form(keystrokes=keys, pastes=pastes, autofills=autofills, pointer_events=pointer)
    person = Lead(name=name, client=Client(user_agent=COMPUTER), form=form)
    found = unusual_manner(person)
    assert found is None or 0 < found[1] < 1
    if autofills:  # a browser's help is nobody's manner
        assert found is None
        assert not is_not_typed(person, found)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (Form(fill_seconds=12.34, seconds_on_page=40.0), "12.3"),
        (Form(fill_seconds=12.0), "12.0"),
        (Form(fill_seconds=0.0, seconds_on_page=40.0), "0.0"),  # measured, which is not the same as None
        (Form(seconds_on_page=12.34), "page 12.3"),  # another time, that says something else
        (Form(seconds_on_page=0.0), "page 0.0"),
        (Form(keystrokes=40), None),
    ],
)
def test_pace(form: Form, expected: str | None) -> None:
    assert pace(Lead(form=form)) == expected


@pytest.mark.parametrize(
    ("seconds", "share"),
    [
        (12.3, 0.05 / 12.3),  # the time to a tenth of a second
        (12.0, 0.5 / 12),  # of a form that measures seconds
        (15.0, 2.5 / 15),  # or fives of them
        (61.7, 0.05 / 61.7),
        (60.0, 2.5 / 60),
        (600.0, 2.5 / 600),
        (10.0, 0.2),
        (5.0, 0.2),
        (0.0, 0.2),
        (0.4, 0.05),
    ],
)
def test_share_of_pace(seconds: float, share: float) -> None:
    assert share_of_pace(seconds) == pytest.approx(share)


@given(st.floats(0, 1e9))
def test_a_share_of_pace_is_a_share(seconds: float) -> None:
    assert 0 < share_of_pace(seconds) <= 0.2


def desk(leads: int, networks: int) -> dict[str, Seen]:
    """A vendor's leads by one channel within a month, and from how many networks they came."""
    return {"desk": Seen(0, 0, leads, leads, leads, 1, 2, {"network": Partners(0, networks, networks)})}


@pytest.mark.parametrize(
    ("channel", "seen", "expected"),
    [
        ("call", desk(400, 1), True),  # a call centre: four machines behind one line
        ("call", desk(400, 4), True),  # or four clerks at home
        ("call", desk(4_000, 60), True),
        ("call", desk(4_000, 799), True),
        ("call", desk(4_000, 800), False),
        ("offline", desk(80, 1), True),  # a stand with one tablet
        ("offline", desk(80, 9), True),  # that goes from fair to fair
        ("offline", desk(9, 9), True),  # too few to tell
        ("offline", desk(0, 0), True),
        ("offline", {"desk": Seen()}, True),  # never seen before
        ("offline", {}, True),
        ("offline", desk(10, 10), False),
        ("offline", desk(300, 300), False),  # every lead from elsewhere: the browsers are people's own
        ("call", desk(100, 20), False),  # a network for every five leads
        ("call", desk(100, 19), True),
        ("web", desk(400, 4), False),  # says nothing of a desk
        (None, desk(80, 1), False),
    ],
)
def test_who_says_that_others_type_has_to_bear_it_out(
    channel: str | None, seen: dict[str, Seen], expected: bool
) -> None:
    person = Lead(email=EMAIL, source=Source(vendor="v", channel=channel))
    assert is_at_desk(person, seen) is expected
    assert is_staffed(person) is (channel in {"call", "offline"})
