"""A lead in a terminal, in the sentences of its page."""

from __future__ import annotations

import re

from fraudcheck.web.lead_text import lead_text
from tests.web.test_pages import HOSTILE, SHOWN


def test_it_says_what_the_page_says():
    lines = lead_text(SHOWN)
    text = "\n".join(lines)
    for said in (
        "This lead was rejected: it has a trust score of 4 of 100",
        "Spend no time on it.",
        " −10.0  The form was filled in faster than people type. FORM_TOO_FAST\n        Filled in within 0.8 seconds.",
        "  +3.0  Limit on what may be held against the mail address",
        " −13.5  Sum: a trust score of 4 of 100",
        "Could not be looked up, which cost the lead nothing: whether its mail domain takes mail",
        "The form and the browser\n  ",
    ):
        assert said in text, said


def test_nothing_in_it_controls_the_terminal_or_begins_a_line_of_its_own():
    lines = lead_text(SHOWN | {"facts": {"form": {"v": 2, "assistant": HOSTILE}}})
    assert all(line.isprintable() for line in lines)
    assert not re.search("^<", "\n".join(lines), re.MULTILINE)


def test_an_erased_lead_is_told_too():
    assert lead_text(SHOWN | {"lead": None, "erased": True, "facts": None})[0].startswith("Check 01936b5e")
