"""Which lead is in what a form platform sent? One file of this folder for each platform; the registry finds it there.

Each declares itself as ``PLATFORM``. Its ``read`` is a pure function from what was sent to a lead in the contract's
words (``intake.lead`` reads that); whatever it does not know is kept in the lead under its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct


class FoundColumns(Struct, frozen=True):
    """What the names or labels of a form say.

    ``fields`` has those of each field of a lead, the best first. ``perhaps`` are labels that may be about a contact,
    with the contact's field: they are where their answer is one. ``others`` say to be of something or somebody else.
    """

    fields: Mapping[str, Sequence[str]]
    perhaps: Mapping[str, str] = {}
    others: Collection[str] = ()


FindColumns = Callable[[Sequence[str]], FoundColumns]
"""Which of these names or labels are which field of a lead: the table by which files are read."""


class Delivery(Struct, frozen=True, kw_only=True):
    """What a platform sent: the raw body, its content as decoded, the headers by lower-case name, and the whole URL.

    ``content`` is a JSON value; of a form the values by name, a list where a name came more than once.
    """

    body: bytes
    content: Any
    headers: Mapping[str, str] = {}
    url: str = ""


class FormLead(Struct, frozen=True, kw_only=True):
    """The lead in a delivery, as ``intake.lead.read_lead`` takes it.

    ``event`` is what the platform calls this submission, the same when it sends it again; empty where it has no name.
    """

    lead: dict[str, Any]
    event: str = ""


class Platform(Struct, frozen=True, kw_only=True):
    """How one platform's leads are read.

    ``read`` raises ``intake.body.Unreadable``, with words for who set the platform up, for what holds no one lead.
    ``is_signed`` says whether a delivery bears the signature of a secret at a time in Unix seconds; None where the
    platform signs nothing. ``key_in_body`` finds the secret of the source in a decoded body, for a platform that sends
    it there. ``tries_again`` says that the platform sends once more what was answered 503, unseen by any visitor.
    """

    name: str
    about: str
    read: Callable[[Delivery, FindColumns], FormLead]
    is_signed: Callable[[Delivery, str, float], bool] | None = None
    key_in_body: Callable[[Any], str] | None = None
    tries_again: bool = False
