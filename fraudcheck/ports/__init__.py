"""What does the core need from outside? A Protocol for each kind of I/O, and the lists as plain values."""

from __future__ import annotations

from msgspec import Struct

from fraudcheck.ports.counters import Counters
from fraudcheck.ports.history import Histories, NoHistories
from fraudcheck.ports.ip import IpIntelligence, NoIpIntelligence
from fraudcheck.ports.lists import Lists
from fraudcheck.ports.mail import MailRoutes
from fraudcheck.ports.vendors import NoVendorHistories, VendorHistories


class Unavailable(Exception):
    """A dependency could not answer. The text is the cause in short (``timeout``, ``redis``), without personal data."""


class TooLong(Unavailable):
    """A question was given up because it takes too long; a smaller one may be answered."""


class Ports(Struct, frozen=True, kw_only=True):
    """All that signals may use to find facts out (``signals.Signal``)."""

    lists: Lists
    mail_routes: MailRoutes
    counters: Counters
    ip_intelligence: IpIntelligence = NoIpIntelligence()
    vendors: VendorHistories = NoVendorHistories()
    histories: Histories = NoHistories()
