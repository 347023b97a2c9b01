"""How was the form filled in: what was typed into it, and in a manner that few people have?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import exp

from fraudcheck.counting.formula import NEVER
from fraudcheck.counting.windows import Seen
from fraudcheck.fields.browser.user_agent import is_desktop
from fraudcheck.records import Lead

STAFFED_CHANNELS = frozenset(("call", "offline"))
"""Channels in which somebody else types for the person, or on a machine that is there for everybody: the browser, its
address and the way to fill in the form are not the person's."""

_MANY_NETWORKS, _A_NETWORK_FOR = 10, 0.2
"""Networks, and networks for each lead, from which on a desk's leads come from the people's own browsers: clerks sit
together, or at home for many leads each."""
_LONGEST_AGENT = 1024
_LONG_ENOUGH = 10
"""Characters from which on their number and that of the keys can be compared."""
_A_SLIP_EVERY = 16.0
"""Characters between two that people correct: they delete 6 of 100 (Dhakal and others, "Observations on Typing from
136 Million Keystrokes", CHI 2018)."""

_OF_ONE_POINTER = 0.4
"""The largest share of people whose pointer events have one number of binary digits: an estimate."""
MANNERS = {"pasted": 0.03, "inserted": 0.03, "untouched": 0.03, "placed": 0.01, "unexplained": 0.015, "flawless": 0.004}
"""The share of people's leads that have an unusual manner. Nobody has published such figures: these are our own
estimates, high on purpose, and a deployment's own leads take their place."""
_ONE_CLICK = 6
"""Pointer events up to which there was a click, and no way of a hand to it."""
NOT_TYPED = 0.12
"""The share of people's leads that were not simply typed (``is_not_typed``): an estimate as well."""


def is_staffed(lead: Lead) -> bool:
    """Does the lead's channel say that its browser is not the person's?"""
    return lead.source.channel in STAFFED_CHANNELS


def is_at_desk(lead: Lead, seen: Mapping[str, Seen]) -> bool:
    """Does the lead's channel say so, and do the leads before it bear it out, by coming from few networks?

    ``seen`` is what was counted before (``counting.windows``). Whoever declares a desk, and sends from everywhere, is
    judged by the browsers.
    """
    if not is_staffed(lead):
        return False
    desk = seen.get("desk", NEVER)
    networks = desk.partners["network"].month if desk.partners else 0
    return networks < max(_MANY_NETWORKS, _A_NETWORK_FOR * desk.month)


def name_and_contacts(lead: Lead) -> list[str]:
    """The texts that say who the person is and how to reach them."""
    return [text for text in (lead.email, lead.phone, lead.name, lead.first_name, lead.last_name) if text]


def contact_fields(lead: Lead) -> list[str]:
    """The texts that browsers and people hold ready: contact data, names, company and address."""
    return name_and_contacts(lead) + [text for text in (lead.company, lead.address, lead.postal_code) if text]


def characters_typed(lead: Lead) -> int:
    """The characters of every text in the lead."""
    return sum(map(len, contact_fields(lead))) + len(lead.message or "")


def unusual_manner(lead: Lead) -> tuple[str, float] | None:
    """The manner in which a form was filled in where few people have it, and the share of people's leads that do.

    ``pasted``: most contact fields were. ``inserted``: most got their value at once by neither paste nor autofill, as
    when dictated. ``placed``: every contact field was filled in though nobody had come to one, as by a program that
    sets values (``is_placed``). ``untouched``: no key, paste or autofill. ``unexplained``: few keys, nothing pasted or
    filled in, at a computer whose keyboard makes a letter of each. ``flawless N``: as many keys as characters, with
    nothing pasted or filled in, and pointer events of N binary digits. None for every other manner, and where it was
    not measured.
    """
    keys, pastes, autofills = lead.form.keystrokes, lead.form.pastes, lead.form.autofills
    if not autofills:
        for manner, fields in (("pasted", pastes), ("inserted", None if pastes else lead.form.inserted)):
            if fields is not None and fields >= 2 and fields >= 0.6 * len(contact_fields(lead)):
                return manner, MANNERS[manner]
    elif is_placed(lead):
        return "placed", MANNERS["placed"]
    if keys is None or keys < 0 or pastes or autofills or None in (pastes, autofills):
        return None
    if keys == 0 or needs_keys(lead, keys):
        manner = "unexplained" if keys else "untouched"
        return manner, MANNERS[manner]
    characters = characters_typed(lead)
    if characters < _LONG_ENOUGH or keys != characters:
        return None
    pointer = max(lead.form.pointer_events or 0, 0).bit_length()
    share = exp(-characters / _A_SLIP_EVERY) * _OF_ONE_POINTER
    return f"flawless {pointer}", max(MANNERS["flawless"], share)


def is_placed(lead: Lead) -> bool:
    """Was every contact field filled in at a computer, while no field ever had the focus and no hand moved a pointer?

    Browsers and password managers fill in where somebody has clicked or typed, or are asked by a mouse that then has
    to come back to the page; who uses the keyboard alone, or a screen reader, brings the focus into a field. On a
    telephone, a keyboard's autofill before the script has come leaves no more than this.
    """
    form, fields = lead.form, name_and_contacts(lead)
    if form.focus_changes != 0 or form.keystrokes != 0 or form.pastes or form.pointer_events is None:
        return False
    whole = len(fields) >= 2 and (form.autofills or 0) >= len(fields) and form.pointer_events <= _ONE_CLICK
    return whole and is_desktop((lead.client.user_agent or "")[:_LONGEST_AGENT])


def needs_keys(lead: Lead, keys: int) -> bool:
    """Are there far fewer keys than characters of the name and the contacts, where each needs its own?

    On telephones a swiped, spoken or suggested word is one event or none, and so is what an input method composes.
    """
    texts = name_and_contacts(lead)
    if not are_few_keys(keys, texts):
        return False
    return is_desktop((lead.client.user_agent or "")[:_LONGEST_AGENT]) and has_a_key_each(texts)


def are_few_keys(keys: int, texts: Iterable[str]) -> bool:
    """Are there far fewer keys than characters of these texts?"""
    return 0 <= keys < sum(map(len, texts)) / 4


def has_a_key_each(texts: Iterable[str]) -> bool:
    """Does a computer's keyboard make each letter of these texts, none of them empty, without an input method?"""
    return all(max(text) < "\u0250" for text in texts)


def is_not_typed(lead: Lead, manner: tuple[str, float] | None) -> bool:
    """Was something pasted, or nothing touched, or everything typed without a slip? Autofill is a browser's help.

    ``manner`` is the lead's ``unusual_manner``.
    """
    return manner is not None or (bool(lead.form.pastes) and not lead.form.autofills)


def pace(lead: Lead) -> str | None:
    """The time to fill in the form, or else on the page, to a tenth of a second; None where neither was measured."""
    form = lead.form
    if form.fill_seconds is not None:
        return f"{form.fill_seconds:.1f}"
    return None if form.seconds_on_page is None else f"page {form.seconds_on_page:.1f}"


def share_of_pace(seconds: float) -> float:
    """The share of people who take this time for a form, to the tenth of a second.

    Times to fill in a form are spread like a logarithm's normal distribution; a factor of two lies within its standard
    deviation (of typing speeds alone: Dhakal and others, CHI 2018), and an offer's form is a short or a long one. Forms
    that measure whole seconds, or fives of them, have ten or fifty times as many at each.
    """
    alike = 50 if seconds % 5 == 0 else 10 if seconds == int(seconds) else 1
    return min(0.2, alike * 0.05 / max(seconds, 1.0))
