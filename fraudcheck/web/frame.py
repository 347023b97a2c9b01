"""What stands around every page of a running service? Where to go, for whom, and what a form has to bring back."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct


class Section(NamedTuple):
    """One of the places that the navigation leads to, what is there, and the scopes that it needs."""

    path: str
    name: str
    about: str
    scopes: frozenset[str] = frozenset()


SECTIONS = (
    Section("/", "Home", "What this is, and whether it is well."),
    Section("/try", "Try a lead", "Type a lead and see how it is judged; nothing is counted.", frozenset({"check"})),
    Section("/upload", "Upload a file", "Judge a whole file of leads, CSV or XLSX.", frozenset({"batch"})),
    Section("/v1/vendors", "Vendors", "See who sends bad leads, and what to claim back.", frozenset({"read"})),
    Section("/review", "Review", "Decide on the leads that a person has to look at.", frozenset({"read", "outcome"})),
    Section("/find", "Find a lead", "By its reference or check id, a mail address or a phone.", frozenset({"read"})),
    Section("/reasons", "Reasons", "All that a verdict can say, with its points."),
    Section("/api", "API", "How programs call the service."),
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
