"""What stands around every page of a running service? Where to go, for whom, and what a form has to bring back."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct


class Section(NamedTuple):
    """One of the places that the navigation leads to, and the scopes that it needs."""

    path: str
    name: str
    scopes: frozenset[str] = frozenset()


SECTIONS = (
    Section("/", "Home"),
    Section("/try", "Try a lead", frozenset({"check"})),
    Section("/upload", "Upload a file", frozenset({"batch"})),
    Section("/v1/vendors", "Vendors", frozenset({"read"})),
    Section("/review", "Review", frozenset({"read", "outcome"})),
    Section("/find", "Find a lead", frozenset({"read"})),
    Section("/reasons", "Reasons"),
    Section("/api", "API"),
)


class Frame(Struct, frozen=True, kw_only=True):
    """What a page of a running service shows around its own content. A page that is to be a file has none.

    ``here`` is the path of the section that it belongs to, ``sections`` are those that the caller's key opens.
    ``person`` names the key that somebody has signed in with; empty where nobody has. ``token`` is what each form of
    the page brings back under the name ``token``. ``back`` is the address and ``back_name`` the name of the page above.
    """

    here: str
    sections: tuple[Section, ...] = SECTIONS
    person: str = ""
    token: str = ""
    back: str = ""
    back_name: str = ""
